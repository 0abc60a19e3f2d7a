"""The linear program over whole grids: values of atoms and a bound, by adding the grids that these values ask for."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import highspy
import numpy as np
from scipy.sparse import csc_matrix, vstack

from gridplan.solver.columns.grid_space import GridSpace, Nodes
from gridplan.solver.columns.grid_table import GridTable, grid_table, joined
from gridplan.solver.columns.triples import NO_TRIPLES, Triples, broken_triples, triple_rows
from gridplan.solver.problem import FloatArray, IntArray
from gridplan.solver.programs.highs import add_columns, add_rows, minimise

# Rounds by subgradients before the first program, at least and for each atom (of many, the values of a program over few grids are far off), and of
# programs.
STEEP_ROUNDS, STEEP_AN_ATOM, ROUNDS = 60, 0.25, 300
# Nodes of the search for one grid, how many times more where nothing is found any more, and how many at most.
NODES, MORE_NODES, MOST_NODES = 20_000, 10, 2_000_000
# Share of the best values in those of the next round: without it values swing from one round to the next (Wentges 1997).
KEPT = 0.7
# Distance between program and bound, as a share, at which both are the same.
SAME = 1e-9
# For a part of a plan: nodes of all searches, the share of the best values, that distance.
NEAR_NODES, LESS_KEPT, NEARLY_SAME = 1_000_000, 0.3, 1e-5
# Triples at a time.
TRIPLES = 200
# A step of the simplex method counts as rows times rows over so much nodes of a search: few rows hardly count.
STEP_SIZE = 4096


@dataclass(frozen=True, eq=False)
class Values:
    """What atoms are worth, what the grids of each site cost beyond that at least when triples are paid, and the bound that all prove."""

    value: FloatArray
    worth: FloatArray
    bound: float
    triples: Triples = field(default_factory=Triples)

    def beyond(self, grids: GridTable) -> FloatArray:
        """What each grid costs beyond the value of its atoms, triples paid."""
        return grids.cost - grids.sums(self.value) + self.triples.paid(grids, len(self.value))


@dataclass(eq=False)
class GridPool:
    """Grids met so far, each once, after those that it begins with."""

    grids: GridTable = field(default_factory=lambda: grid_table([], [], []))
    _known: set[tuple[int, bytes]] = field(default_factory=set)

    def add(self, grids: GridTable) -> None:
        """Add those that are new."""
        new = []
        for g in range(len(grids)):
            key = (int(grids.column[g]), np.sort(grids.of(g)).tobytes())
            if key not in self._known:
                self._known.add(key)
                new.append(g)
        self.grids = joined([self.grids, grids.take(np.array(new, dtype=np.int64))])


def price_grids(space: GridSpace, pool: GridPool, start: FloatArray, best: float) -> Values:
    """Values that prove the most, from `start` on; `best` is the objective of the plan whose grids are in the pool. More grids enter the pool.

    First by subgradients, then by the values that the linear program over the pool has, moved towards the best so far.
    """
    found = _by_subgradients(space, pool, start, best)
    return _price_on(_Program(space, pool, found.triples.atoms), found, best)


def price_triples(space: GridSpace, pool: GridPool, found: Values, best: float, *, closed: float) -> Values:
    """Better values by prices for triples, as long as those that the program over the pool breaks close a share of what is left to `best`."""
    program = _Program(space, pool, found.triples.atoms)
    found = _price_on(program, found, best)
    gap, before = best - found.bound, np.inf
    while 0.0 < gap <= (1.0 - closed) * before:
        broken = broken_triples(pool.grids, program.shares(), space.instance.n_atoms, TRIPLES)
        if not len(broken) or space.instance.deadline.over() or space.nodes.left <= 0:
            break
        program.add(broken)
        found = _price_on(program, replace(found, triples=found.triples.with_others(broken)), best)
        before, gap = gap, best - found.bound
    return found


def _price_on(
    program: _Program,
    found: Values,
    best: float,
    *,
    least: FloatArray | None = None,
    same: float = SAME,
    steady: float = KEPT,
) -> Values:
    """Better values by the linear program over the pool, until its cost and their bound are the `same` or the bound reaches `best`.

    `least` is what atoms are worth at least, `steady` the share of the best values in the next; more grids enter the pool.
    """
    space, pool = program.space, program.pool
    nodes, kept = NODES, steady
    for _ in range(ROUNDS):
        solved = program.solve()
        if solved is None or space.instance.deadline.over() or space.nodes.left <= 0:
            break
        cost, value, price = solved
        if cost - found.bound <= same * abs(cost) or found.bound >= best - SAME * abs(best):
            break
        value = value if least is None else np.maximum(value, least)
        count = len(pool.grids)
        triples = replace(found.triples, price=kept * found.triples.price + (1.0 - kept) * price)
        here = price_once(space, pool, kept * found.value + (1.0 - kept) * value, triples, best, nodes)
        if len(pool.grids) == count:
            nodes = min(nodes * (MORE_NODES if kept == 0.0 else 1), MOST_NODES)
            kept = 0.0
        else:
            kept = steady
        found = max(found, here, key=lambda some: some.bound)
    return found


def price_near(
    space: GridSpace, pool: GridPool, value: FloatArray, best: float, least: FloatArray | None = None
) -> Values:
    """Values for a part of a plan, from those of the whole on, with little work."""
    few = replace(space, nodes=Nodes(NEAR_NODES))
    start = Values(value, np.full(len(space.leads), -np.inf), -np.inf)
    program = _Program(few, pool, start.triples.atoms)
    found = _price_on(program, start, best, least=least, same=NEARLY_SAME, steady=LESS_KEPT)
    space.nodes.left -= NEAR_NODES - few.nodes.left
    return found


def price_once(
    space: GridSpace, pool: GridPool, value: FloatArray, triples: Triples, best: float, nodes: int
) -> Values:
    """Seek the best grid of every site at some values and prices; those met on the way enter the pool, in which each lead of a plan has a grid.

    Where the time is up before, nothing is proven: the bound is -inf.
    """
    worth, met = np.full(len(space.leads), np.inf), []
    at = Values(value, worth, -np.inf, triples)
    np.minimum.at(worth, pool.grids.column, at.beyond(pool.grids))
    some = 1e-7 * abs(best) / space.k
    for d in range(len(worth)):
        if space.instance.deadline.over():
            return at
        grids, rest = space.search(d, value, triples, float(worth[d] + some), nodes=nodes, best=True)
        worth[d] = min(worth[d], rest, float(at.beyond(grids).min(initial=np.inf)))
        met.append(grids)
    pool.add(joined(met))
    return Values(value, worth, space.bound(value, triples, worth), triples)


def _by_subgradients(space: GridSpace, pool: GridPool, start: FloatArray, best: float) -> Values:
    """Raise the bound by steps along the mean of what the best grids leave over or take twice."""
    found = Values(start, np.full(len(space.leads), -np.inf), -np.inf)
    at, left, reach, idle = start, np.zeros(len(start)), 0.5, 0
    for turn in range(max(STEEP_ROUNDS, int(STEEP_AN_ATOM * space.instance.n_atoms))):
        if space.instance.deadline.over() or space.nodes.left <= 0:
            break
        here = price_once(space, pool, at, Triples(), best, NODES // 5)
        if here.bound > found.bound:
            found, idle, reach = here, 0, min(1.05 * reach, 2.0)
        else:
            idle += 1
            if idle >= 5:
                reach, idle = 0.66 * reach, 0
        now = _uncovered(space, pool, here)
        left = now if turn == 0 else 0.8 * left + 0.2 * now
        norm = float((left * left).sum())
        if norm < 1e-9 or found.bound >= best - SAME * abs(best) or not np.isfinite(found.bound):
            break
        at = found.value + reach * (best - found.bound) / norm * left
    return found


def _uncovered(space: GridSpace, pool: GridPool, values: Values) -> FloatArray:
    """How often each atom is left over (below 0: taken more than once) by the cheapest grids of the pool, one a site."""
    beyond, columns = values.beyond(pool.grids), pool.grids.column
    order = np.lexsort((beyond, columns))
    first = order[np.flatnonzero(np.diff(columns[order], prepend=-1))]
    ranked = first[np.lexsort((beyond[first], ~space.must[columns[first]]))]
    left = np.ones(space.instance.n_atoms)
    left[~space.inside] = 0.0
    for c in ranked[: space.k].tolist():
        left[pool.grids.of(c)] -= 1.0
    return left


def shares_of_sites(space: GridSpace, pool: GridPool, triples: Triples) -> FloatArray:
    """How much of each atom each site has in the linear program over the pool's grids (n_atoms, sites); 0 where HiGHS has no answer."""
    shares, grids = np.zeros(space.cost.shape), pool.grids
    taken = _Program(space, pool, triples.atoms).shares()
    np.add.at(
        shares, (grids.atoms, np.repeat(grids.column, np.diff(grids.start))), np.repeat(taken, np.diff(grids.start))
    )
    return shares


class _Program:
    """The linear program over the pool's grids, solved on from where it stood when grids or rows of triples are added."""

    def __init__(self, space: GridSpace, pool: GridPool, triples: IntArray) -> None:
        self.space, self.pool, self.done = space, pool, len(pool.grids)
        self._triples = NO_TRIPLES
        self.highs: highspy.Highs = minimise(
            table_of(space, pool.grids), pool.grids.cost, np.full(self.done, np.inf), *row_limits(space),
            options=space.instance.deadline.options,
        )  # fmt: skip
        self.add(triples)

    def add(self, triples: IntArray) -> None:
        """Add the rows of some triples (n, 3)."""
        if not len(triples):
            return
        rows = triple_rows(triples, self.pool.grids.take(np.arange(self.done)), self.space.instance.n_atoms)
        add_rows(self.highs, rows, np.full(len(triples), -np.inf), np.ones(len(triples)))
        self._triples = np.concatenate([self._triples, triples])

    def solve(self) -> tuple[float, FloatArray, FloatArray] | None:
        """Its least cost, the values of atoms and the prices of triples; None where HiGHS has no answer."""
        new = self.pool.grids.take(np.arange(self.done, len(self.pool.grids)))
        self.done = len(self.pool.grids)
        if len(new):
            rows = triple_rows(self._triples, new, self.space.instance.n_atoms)
            add_columns(self.highs, vstack([table_of(self.space, new), rows], format="csc"), new.cost)
            steps = int(self.highs.getInfo().simplex_iteration_count)
            self.space.nodes.left -= steps * self.space.n_rows**2 // STEP_SIZE
        if self.highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        dual = np.array(self.highs.getSolution().row_dual)
        price = np.maximum(-dual[self.space.n_rows :], 0.0)
        return float(self.highs.getInfo().objective_function_value), dual[: self.space.instance.n_atoms], price

    def shares(self) -> FloatArray:
        """How much of each grid it takes; none where HiGHS has no answer."""
        known = self.highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
        return np.array(self.highs.getSolution().col_value) if known else np.zeros(self.done)


def table_of(space: GridSpace, grids: GridTable) -> csc_matrix:
    """Rows of the program over grids: every atom, every hospital, the number of grids."""
    single = np.column_stack(
        [space.instance.n_atoms + space.group[grids.column], np.full(len(grids), space.n_rows - 1)]
    )
    rows = np.insert(grids.atoms, np.repeat(grids.start[1:], 2), single.ravel())
    start = grids.start + 2 * np.arange(len(grids.start))
    return csc_matrix((np.ones(len(rows)), rows, start), shape=(space.n_rows, len(grids)))


def row_limits(space: GridSpace) -> tuple[FloatArray, FloatArray]:
    """Limits of these rows: every atom once, of a hospital one site at most (exactly one of those that must lead), k grids."""
    n = space.instance.n_atoms
    low, high = np.ones(space.n_rows), np.ones(space.n_rows)
    low[:n] = high[:n] = space.inside
    low[n:-1] = 0.0
    low[n + space.group[space.must]] = 1.0
    low[-1] = high[-1] = space.k
    return low, high
