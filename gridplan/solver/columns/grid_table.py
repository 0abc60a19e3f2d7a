"""Many grids as arrays: the site of each, its atoms, what it costs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from gridplan.solver.problem import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class GridTable:
    """Grids one after the other: grid g has the atoms from start[g] to start[g + 1]; no grid is empty.

    `column` (n_grids,) is the column of the site, `cost` (n_grids,) what the grid costs, opening and soft balance included.
    """

    column: IntArray
    start: IntArray
    atoms: IntArray
    cost: FloatArray

    def __len__(self) -> int:
        return len(self.column)

    def of(self, grid: int) -> IntArray:
        """Atoms of one grid."""
        return self.atoms[self.start[grid] : self.start[grid + 1]]

    def sums(self, value: FloatArray) -> FloatArray:
        """Sum of the values of each grid's atoms."""
        out: FloatArray = np.add.reduceat(value[self.atoms], self.start[:-1]) if len(self) else np.zeros(0)
        return out

    def take(self, some: IntArray | BoolArray) -> GridTable:
        """Those grids, in that order."""
        rows = np.flatnonzero(some) if some.dtype == np.bool_ else some
        size = np.diff(self.start)[rows]
        start = np.cumsum([0, *size.tolist()])
        at = np.arange(start[-1]) + np.repeat(self.start[:-1][rows] - start[:-1], size)
        return GridTable(self.column[rows], start, self.atoms[at], self.cost[rows])

    def label(self, n_atoms: int) -> IntArray:
        """Column of the site of each atom; -1 for those in none of the grids."""
        label = np.full(n_atoms, -1, dtype=np.int64)
        label[self.atoms] = np.repeat(self.column, np.diff(self.start))
        return label


def grid_table(columns: Sequence[int], atoms: Sequence[IntArray], costs: Sequence[float]) -> GridTable:
    """The table of these grids."""
    start = np.cumsum([0, *map(len, atoms)])
    members = np.concatenate([*atoms, np.zeros(0, np.int64)]).astype(np.int64)
    return GridTable(np.array(columns, dtype=np.int64), start, members, np.array(costs, dtype=float))


def joined(tables: Iterable[GridTable]) -> GridTable:
    """All grids of some tables."""
    some = [table for table in tables if len(table)]
    if not some:
        return grid_table([], [], [])
    ends = np.cumsum([0, *(len(table.atoms) for table in some)])
    start = np.concatenate([[0], *(table.start[1:] + end for table, end in zip(some, ends[:-1], strict=True))])
    return GridTable(
        np.concatenate([table.column for table in some]),
        start,
        np.concatenate([table.atoms for table in some]),
        np.concatenate([table.cost for table in some]),
    )
