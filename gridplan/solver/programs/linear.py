"""A linear program with whole columns, built row by row."""

from __future__ import annotations

from dataclasses import dataclass, field

import highspy
import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import coo_matrix, csr_matrix

from gridplan.solver.deadline import NEVER, Deadline
from gridplan.solver.problem import BoolArray, FloatArray, IntArray
from gridplan.solver.programs.highs import add_rows, minimise

LEAST_GAP = 1e-7
"""A plan this close to the best counts as best."""
# Small programs that are solved again and again lose most of their time with HiGHS's restarts.
_WHOLE = {"mip_feasibility_tolerance": 1e-7, "mip_allow_restart": False}


@dataclass(eq=False)
class LinearModel:
    """Columns from 0 up to a limit with a cost, rows between two limits; least cost is sought."""

    n_columns: int = 0
    n_rows: int = 0
    any_whole: bool = False
    _cost: list[FloatArray] = field(default_factory=list)
    _high: list[FloatArray] = field(default_factory=list)
    _whole: list[BoolArray] = field(default_factory=list)
    _row: list[IntArray] = field(default_factory=list)
    _column: list[IntArray] = field(default_factory=list)
    _value: list[FloatArray] = field(default_factory=list)
    _limits: list[FloatArray] = field(default_factory=list)
    _solved: highspy.Highs | None = None
    _solved_rows: int = 0
    _solved_parts: int = 0

    def columns(self, cost: ArrayLike, high: ArrayLike, *, whole: bool) -> IntArray:
        """Append columns; returns their positions."""
        self._cost.append(np.asarray(cost, dtype=np.float64))
        count = len(self._cost[-1])
        self._high.append(np.array(np.broadcast_to(high, count), dtype=np.float64))
        self._whole.append(np.full(count, whole))
        self.any_whole = self.any_whole or whole
        self.n_columns += count
        return np.arange(self.n_columns - count, self.n_columns)

    def row(self, columns: ArrayLike, values: ArrayLike, low: float, high: float) -> int:
        """Append low <= values @ columns <= high; returns its position."""
        return int(self.rows(np.zeros(np.size(columns), dtype=np.int64), columns, values, low, high, count=1)[0])

    def rows(
        self, which: IntArray, columns: ArrayLike, values: ArrayLike, low: float, high: float, *, count: int
    ) -> IntArray:
        """Append `count` rows of equal limits; entry i is `values[i]` at `columns[i]` of row `which[i]`. Returns their positions."""
        self._row.append(which + self.n_rows)
        self._column.append(np.asarray(columns, dtype=np.int64))
        self._value.append(np.asarray(values, dtype=np.float64))
        self._limits.append(np.broadcast_to([low, high], (count, 2)))
        self.n_rows += count
        return np.arange(self.n_rows - count, self.n_rows)

    def forget_costs(self) -> None:
        """Let every column so far cost nothing."""
        self._cost = [np.zeros(self.n_columns)]

    def run(
        self, *, integer: bool, nodes: int = 0, gap: float = LEAST_GAP, deadline: Deadline = NEVER
    ) -> highspy.Highs:
        """Solve; `integer` asks for whole columns, `nodes` and `gap` limit that search, the deadline either.

        A linear program that was solved and has only more rows since is solved on from where it stood.
        """
        if not integer and self._solved is not None and self._solved.getNumCol() == self.n_columns:
            left = deadline.options.get("time_limit", np.inf)
            self._solved.setOptionValue("time_limit", self._solved.getRunTime() + left)
            add_rows(self._solved, *self._rows_since())
            self._note(self._solved)
            return self._solved
        at = np.concatenate(self._row), np.concatenate(self._column)
        table = coo_matrix((np.concatenate(self._value), at), shape=(self.n_rows, self.n_columns)).tocsc()
        low, high = np.concatenate(self._limits).T.copy()
        highs = minimise(
            table,
            np.concatenate(self._cost),
            np.concatenate(self._high),
            low,
            high,
            whole=np.concatenate(self._whole) if integer else None,
            options=deadline.options | (_WHOLE | {"mip_max_nodes": nodes, "mip_rel_gap": gap} if integer else {}),
        )
        if not integer:
            self._note(highs)
        return highs

    def _note(self, highs: highspy.Highs) -> None:
        """Remember a linear program and the rows that it has."""
        self._solved, self._solved_rows, self._solved_parts = highs, self.n_rows, len(self._row)

    def _rows_since(self) -> tuple[csr_matrix, FloatArray, FloatArray]:
        """Rows appended since the linear program was solved, with their limits."""
        new, none = slice(self._solved_parts, None), np.zeros(0, dtype=np.int64)
        row = np.concatenate([none, *self._row[new]])
        column = np.concatenate([none, *self._column[new]])
        value = np.concatenate([np.zeros(0), *self._value[new]])
        limits = np.concatenate([np.zeros((0, 2)), *self._limits[new]])
        count = self.n_rows - self._solved_rows
        table = coo_matrix((value, (row - self._solved_rows, column)), shape=(count, self.n_columns)).tocsr()
        low, high = limits.T.copy()
        return table, low, high
