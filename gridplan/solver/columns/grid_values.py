"""The linear program over whole grids: values of atoms and a bound, by adding the grids that these values ask for."""

from __future__ import annotations

from dataclasses import dataclass, field

import highspy
import numpy as np
from scipy.sparse import csc_matrix

from gridplan.solver.columns.grid_space import Grid, GridSpace
from gridplan.solver.problem import FloatArray, IntArray
from gridplan.solver.programs.highs import add_columns, minimise

# Rounds by subgradients before the first program, and of programs.
STEEP_ROUNDS, ROUNDS = 60, 300
# Nodes of the search for one grid, and how many times more where nothing is found any more.
NODES, MORE_NODES = 20_000, 10
# Share of the best values in those of the next round: without it values swing from one round to the next (Wentges 1997).
KEPT = 0.7
# Distance between program and bound, as a share, at which both are the same.
SAME = 1e-9


@dataclass(frozen=True, eq=False)
class Values:
    """What atoms are worth, what the grids of each site cost beyond that at least, and the bound that both prove."""

    value: FloatArray
    worth: FloatArray
    bound: float


@dataclass(eq=False)
class GridPool:
    """Grids met so far, each once."""

    space: GridSpace
    grids: list[Grid] = field(default_factory=list)
    _known: set[tuple[int, bytes]] = field(default_factory=set)
    _start: list[int] = field(default_factory=lambda: [0])

    def add(self, grids: list[Grid]) -> list[Grid]:
        """Add those that are new; returns them."""
        new = []
        for grid in grids:
            key = (grid.column, np.sort(grid.atoms).tobytes())
            if key not in self._known:
                self._known.add(key)
                new.append(grid)
        self.grids += new
        return new

    def beyond(self, value: FloatArray) -> FloatArray:
        """What each grid costs beyond the value of its atoms."""
        atoms = np.concatenate([grid.atoms for grid in self.grids])
        start = np.cumsum([0, *(len(grid.atoms) for grid in self.grids[:-1])])
        cost = np.array([grid.cost for grid in self.grids])
        out: FloatArray = cost - np.add.reduceat(value[atoms], start)
        return out

    @property
    def columns(self) -> IntArray:
        """Column of the site of each grid."""
        return np.array([grid.column for grid in self.grids], dtype=np.int64)


def price_grids(space: GridSpace, pool: GridPool, start: FloatArray, best: float) -> Values:
    """Values that prove the most, from `start` on; `best` is the objective of the plan whose grids are in the pool. More grids enter the pool.

    First by subgradients, then by the values that the linear program over the pool has, moved towards the best so far.
    """
    found = _by_subgradients(space, pool, start, best)
    program = _Program(space, pool)
    at, nodes, trusted = found.value, NODES, False
    for _ in range(ROUNDS):
        if space.instance.deadline.over() or space.nodes.left <= 0:
            break
        count = len(pool.grids)
        here = price_once(space, pool, at, best, nodes)
        found = max(found, here, key=lambda some: some.bound)
        solved = program.solve()
        if solved is None or solved[0] - found.bound <= SAME * abs(solved[0]) or found.bound >= best - SAME * abs(best):
            break
        stuck = len(pool.grids) == count
        if stuck and trusted:
            nodes *= MORE_NODES
        trusted = stuck
        at = solved[1] if stuck else KEPT * found.value + (1.0 - KEPT) * solved[1]
    return found


def price_once(space: GridSpace, pool: GridPool, value: FloatArray, best: float, nodes: int) -> Values:
    """Seek the best grid of every site at some values; those met on the way enter the pool, in which each lead of a plan has a grid."""
    worth = np.full(len(space.leads), np.inf)
    np.minimum.at(worth, pool.columns, pool.beyond(value))
    some = 1e-7 * abs(best) / space.k
    for d in range(len(worth)):
        grids, over, rest = space.search(d, value, float(worth[d] + some), nodes=nodes, best=True)
        pool.add(grids)
        worth[d] = min(worth[d], rest, float(over.min(initial=np.inf)))
    return Values(value, worth, space.bound(value, worth))


def _by_subgradients(space: GridSpace, pool: GridPool, start: FloatArray, best: float) -> Values:
    """Raise the bound by steps along the mean of what the best grids leave over or take twice."""
    found = Values(start, np.full(len(space.leads), -np.inf), -np.inf)
    at, left, reach, idle = start, np.zeros(len(start)), 0.5, 0
    for turn in range(STEEP_ROUNDS):
        if space.instance.deadline.over() or space.nodes.left <= 0:
            break
        here = price_once(space, pool, at, best, NODES // 5)
        if here.bound > found.bound:
            found, idle, reach = here, 0, min(1.05 * reach, 2.0)
        else:
            idle += 1
            if idle >= 5:
                reach, idle = 0.66 * reach, 0
        now = _uncovered(space, pool, at)
        left = now if turn == 0 else 0.8 * left + 0.2 * now
        norm = float((left * left).sum())
        if norm < 1e-9 or found.bound >= best - SAME * abs(best) or not np.isfinite(found.bound):
            break
        at = found.value + reach * (best - found.bound) / norm * left
    return found


def _uncovered(space: GridSpace, pool: GridPool, value: FloatArray) -> FloatArray:
    """How often each atom is left over (below 0: taken more than once) by the cheapest grids of the pool, one a site."""
    beyond, columns = pool.beyond(value), pool.columns
    order = np.lexsort((beyond, columns))
    first = order[np.flatnonzero(np.diff(columns[order], prepend=-1))]
    ranked = first[np.lexsort((beyond[first], ~space.must[columns[first]]))]
    left = np.ones(len(value))
    left[~space.inside] = 0.0
    for c in ranked[: space.k].tolist():
        left[pool.grids[c].atoms] -= 1.0
    return left


class _Program:
    """The linear program over the pool's grids, solved on from where it stood when grids are added."""

    def __init__(self, space: GridSpace, pool: GridPool) -> None:
        self.space, self.pool, self.done = space, pool, len(pool.grids)
        table, low, high = table_of(space, pool.grids)
        cost = np.array([grid.cost for grid in pool.grids])
        self.highs: highspy.Highs = minimise(
            table, cost, np.full(len(cost), np.inf), low, high, options=space.instance.deadline.options
        )

    def solve(self) -> tuple[float, FloatArray] | None:
        """Its least cost and the values of atoms; None where HiGHS has no answer."""
        new = self.pool.grids[self.done :]
        self.done = len(self.pool.grids)
        if new:
            table, _, _ = table_of(self.space, new)
            add_columns(self.highs, table, np.array([grid.cost for grid in new]))
        if self.highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        value = np.array(self.highs.getSolution().row_dual)[: self.space.instance.n_atoms]
        return float(self.highs.getInfo().objective_function_value), value


def table_of(space: GridSpace, grids: list[Grid]) -> tuple[csc_matrix, FloatArray, FloatArray]:
    """Rows of the program over grids: every atom once, of a hospital one site at most (exactly one of those that must lead), k grids."""
    n, group = space.instance.n_atoms, space.group
    rows = [[*grid.atoms.tolist(), n + int(group[grid.column]), n + int(group.max()) + 1] for grid in grids]
    start = np.cumsum([0, *map(len, rows)])
    at = np.concatenate([np.array(row, dtype=np.int64) for row in rows])
    n_rows = n + int(group.max()) + 2
    low, high = np.ones(n_rows), np.ones(n_rows)
    low[:n] = high[:n] = space.inside
    low[n:-1] = 0.0
    low[n + group[space.must]] = 1.0
    low[-1] = high[-1] = space.k
    return csc_matrix((np.ones(len(at)), at, start), shape=(n_rows, len(grids))), low, high
