"""The linear program over all grids that a better plan can have, with rows of three: what is left when its bound has risen."""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
from scipy.sparse import csr_matrix, eye, hstack, vstack

from gridplan.solver.columns.grid_space import GridSpace
from gridplan.solver.columns.grid_table import GridTable
from gridplan.solver.columns.grid_values import row_limits, table_of
from gridplan.solver.columns.triples import NO_TRIPLES, broken_triples, triple_rows
from gridplan.solver.problem import FloatArray, IntArray
from gridplan.solver.programs.highs import add_columns, add_rows, minimise

# Grids that the program begins with, and that enter at a time.
FIRST, MORE = 3_000, 2_000
# Rounds of rows of three, and the share of the gap that one must close for another one.
ROUNDS, CLOSED = 30, 0.08
# Triples at a time.
TRIPLES = 40
# A cost below 0 by less, as a share of the least cost, is rounding.
ROUNDING = 1e-9
# Steps of the simplex method that all rounds may have together.
STEPS = 12_000
# Grids times the square of rows up to which whole ones are chosen by branching: of more (boards of exact sizes) a few nodes take longer than all before.
MOST_BRANCHED = 100_000_000
# A step counts as so many nodes of a search.
STEP_NODES = 200


@dataclass(frozen=True, eq=False)
class Tightened:
    """The grids that are left, what each costs beyond the bound (not below 0), and the bound."""

    grids: GridTable
    over: FloatArray
    bound: float


def tighten(
    space: GridSpace, grids: GridTable, over: FloatArray, below: float, triples: IntArray = NO_TRIPLES
) -> Tightened | None:
    """Bound the plans that cost less than `below` and whose grids are all in the table, in which `over` says which are likely.

    `triples` (n, 3) have rows to begin with. None where HiGHS has no answer in time. Where there is no such plan the bound is `below`, and
    no grids are left.
    """
    program, gap = _Sifted(space, grids, over, below, triples), np.inf
    for _ in range(ROUNDS):
        if not program.solve():
            break
        before, gap = gap, below - program.least
        program.keep(gap)
        if gap <= 0.0 or before - gap < CLOSED * gap or space.instance.deadline.over() or space.nodes.left <= 0:
            break
        if not program.add_triples():
            break
    if program.least == -np.inf:
        return None
    left = program.over < gap
    return Tightened(program.grids.take(left), np.maximum(program.over[left], 0.0), min(program.least, below))


def branched_division(
    space: GridSpace,
    grids: GridTable,
    below: float,
    *,
    nodes: int,
    most: int | None = None,
    triples: IntArray = NO_TRIPLES,
) -> tuple[GridTable | None, float]:
    """The grids that cover every atom once at least cost, if that is less than `below`, and a bound for all that are: by branching in HiGHS.

    Among so many of least reduced cost (`most`); without it among all, unless branching would take too long. `triples` (n, 3) have rows too.
    """
    if not len(grids):
        return None, below
    table, (low, high) = table_of(space, grids), row_limits(space)
    if len(triples):
        table = vstack([table, triple_rows(triples, grids, space.instance.n_atoms)], format="csc")
        low = np.concatenate([low, np.full(len(triples), -np.inf)])
        high = np.concatenate([high, np.ones(len(triples))])
    options = space.instance.deadline.options
    highs = minimise(table, grids.cost, np.ones(len(grids)), low, high, options=options)
    space.nodes.left -= STEP_NODES * int(highs.getInfo().simplex_iteration_count)
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None, below if highs.getModelStatus() == highspy.HighsModelStatus.kInfeasible else -np.inf
    least = float(highs.getInfo().objective_function_value)
    if least >= below:
        return None, below
    shares, reduced = np.array(highs.getSolution().col_value), np.array(highs.getSolution().col_dual)
    if np.abs(shares - np.round(shares)).max() < 1e-6:
        return grids.take(shares > 0.5), least
    kept, far = np.flatnonzero(reduced < below - least), below
    if most is None and len(kept) * space.n_rows**2 > MOST_BRANCHED:
        return None, least
    if most is not None and len(kept) > most:
        kept = kept[np.argsort(reduced[kept], kind="stable")]
        # A plan with a grid that is left out costs its reduced cost more at least.
        far, kept = least + float(reduced[kept[most]]), np.sort(kept[:most])
    highs = minimise(
        table[:, kept], grids.cost[kept], np.ones(len(kept)), low, high, whole=np.ones(len(kept), dtype=np.bool_),
        options=options | {"mip_max_nodes": nodes, "mip_rel_gap": 1e-7},
    )  # fmt: skip
    info = highs.getInfo()
    space.nodes.left -= STEP_NODES * int(info.simplex_iteration_count)
    if highs.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
        return None, far
    bound = min(far, max(least, float(info.mip_dual_bound)))
    if info.primal_solution_status != 2 or float(info.objective_function_value) >= below:
        return None, bound
    return grids.take(kept[np.array(highs.getSolution().col_value) > 0.5]), bound


class _Sifted:
    """The program over the likely grids; what its prices ask for enters, until nothing does. Rows of three are added to where it stands."""

    def __init__(self, space: GridSpace, grids: GridTable, over: FloatArray, below: float, triples: IntArray) -> None:
        self.space, self.grids, self.over, self.least, self._steps = space, grids, over, -np.inf, STEPS
        self._table = table_of(space, grids)
        low, high = row_limits(space)
        self._inside = np.argsort(over, kind="stable")[:FIRST]
        # What nothing covers yet may be left open, at the price of a whole plan.
        price = abs(below) if np.isfinite(below) else space.k * float(np.abs(grids.cost).max())
        self._open = len(low)
        start = hstack([eye(self._open, format="csc"), self._table[:, self._inside]], format="csc")
        cost = np.concatenate([np.full(self._open, price), grids.cost[self._inside]])
        most = np.full(len(cost), np.inf)
        options = space.instance.deadline.options | {"simplex_iteration_limit": STEPS}
        self._highs = minimise(start, cost, most, low, high, options=options)
        self._add(triples)

    def solve(self) -> bool:
        """Solve it; returns whether HiGHS has an answer within the steps."""
        while self._highs.getModelStatus() == highspy.HighsModelStatus.kOptimal:
            steps = int(self._highs.getInfo().simplex_iteration_count)
            self._steps -= steps
            self.space.nodes.left -= STEP_NODES * steps
            over = self.grids.cost - self._table.T @ np.array(self._highs.getSolution().row_dual)
            least = float(self._highs.getInfo().objective_function_value)
            asked = np.flatnonzero(over < -ROUNDING * abs(least))
            new = np.setdiff1d(asked[np.argsort(over[asked], kind="stable")[:MORE]], self._inside)
            if not len(new):
                self.over, self.least = over, least
                return True
            if self._steps <= 0:
                return False
            self._highs.setOptionValue("simplex_iteration_limit", self._steps)
            self._inside = np.concatenate([self._inside, new])
            add_columns(self._highs, self._table[:, new], self.grids.cost[new])
        return False

    def keep(self, gap: float) -> None:
        """Let go the grids that cost more than that beyond the bound, but for those in the program."""
        kept = self.over < gap
        kept[self._inside] = True
        self._inside = (np.cumsum(kept) - 1)[self._inside]
        self.grids, self.over, self._table = (
            self.grids.take(kept),
            self.over[kept],
            self._table[:, np.flatnonzero(kept)],
        )

    def add_triples(self) -> bool:
        """Add rows of three that the answer breaks; returns whether there are any."""
        n, share = self.space.instance.n_atoms, np.zeros(len(self.grids))
        share[self._inside] = np.array(self._highs.getSolution().col_value)[self._open :]
        triples = broken_triples(self.grids, share, n, TRIPLES)
        if not len(triples):
            return False
        self._add(triples)
        return True

    def _add(self, triples: IntArray) -> None:
        if not len(triples):
            return
        rows = triple_rows(triples, self.grids, self.space.instance.n_atoms)
        held = hstack([csr_matrix((len(triples), self._open)), rows[:, self._inside]], format="csr")
        self._table = vstack([self._table, rows], format="csc")
        self._highs.setOptionValue("simplex_iteration_limit", max(self._steps, 0))
        add_rows(self._highs, held, np.full(len(triples), -np.inf), np.ones(len(triples)))
