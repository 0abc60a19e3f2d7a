"""A linear program with whole columns, built row by row and handed to HiGHS: one thread, fixed seed, node limit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import highspy
import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import coo_matrix

from gridplan.problem import FloatArray, IntArray


@dataclass(eq=False)
class LinearModel:
    """Columns from 0 up to a limit with a cost, rows between two limits; least cost is sought."""

    cost: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    _row: list[IntArray] = field(default_factory=list)
    _column: list[IntArray] = field(default_factory=list)
    _value: list[FloatArray] = field(default_factory=list)
    _least: list[float] = field(default_factory=list)
    _most: list[float] = field(default_factory=list)

    def columns(self, cost: Sequence[float], high: float, *, whole: bool) -> IntArray:
        """Append columns; returns their positions."""
        first = len(self.cost)
        self.cost += [float(c) for c in cost]
        self.high += [high] * len(cost)
        self.whole += [whole] * len(cost)
        return np.arange(first, len(self.cost))

    def row(self, columns: ArrayLike, values: ArrayLike, low: float, high: float) -> int:
        """Append low <= values @ columns <= high; returns its position."""
        at = len(self._least)
        self._column.append(np.asarray(columns, dtype=np.int64))
        self._value.append(np.asarray(values, dtype=np.float64))
        self._row.append(np.full(len(self._column[-1]), at))
        self._least.append(low)
        self._most.append(high)
        return at

    def run(self, *, integer: bool, nodes: int = 0) -> highspy.Highs:
        """Solve; `integer` asks for whole columns, `nodes` limits that search."""
        highs = highspy.Highs()  # type: ignore[no-untyped-call]
        highs.setOptionValue("output_flag", False)
        highs.setOptionValue("threads", 1)
        highs.setOptionValue("random_seed", 0)
        if integer:
            highs.setOptionValue("mip_max_nodes", nodes)
            highs.setOptionValue("mip_rel_gap", 1e-7)
            highs.setOptionValue("mip_feasibility_tolerance", 1e-7)
        highs.passModel(self._lp(integer=integer))
        highs.run()
        return highs

    def _lp(self, *, integer: bool) -> highspy.HighsLp:
        n, rows = len(self.cost), len(self._least)
        table = coo_matrix(
            (np.concatenate(self._value), (np.concatenate(self._row), np.concatenate(self._column))), shape=(rows, n)
        ).tocsc()
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = n, rows
        lp.col_cost_ = np.array(self.cost)
        lp.col_lower_ = np.zeros(n)
        lp.col_upper_ = np.array(self.high)
        lp.row_lower_, lp.row_upper_ = np.array(self._least), np.array(self._most)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = table.indptr, table.indices, table.data
        if integer:
            kind = highspy.HighsVarType
            lp.integrality_ = [kind.kInteger if whole else kind.kContinuous for whole in self.whole]
        return lp
