"""The grids that some sites can have: what they cost, and the search for those that cost little."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from gridplan.solver.columns.grid_search import grids_below
from gridplan.solver.columns.grid_table import GridTable, grid_table
from gridplan.solver.columns.triples import Triples
from gridplan.solver.instance import Instance, Limits
from gridplan.solver.problem import BoolArray, FloatArray, IntArray
from gridplan.solver.terms import ROUNDING

# Room for grids of one search, and for their atoms.
MOST_FOUND, MOST_MEMBERS = 100_000, 2_000_000
# Grids of one site that a search for the best one leaves behind: the last it met.
LAST = 5


@dataclass(eq=False)
class Nodes:
    """Nodes of searches that may be visited together, counted down: the same on every machine."""

    left: int


@dataclass(frozen=True, eq=False)
class GridSpace:
    """Sites and the atoms that their grids may have; `cost` (n_atoms, sites) is infinite where a rule forbids it.

    A plan has `k` grids; those of the sites `must` are among them.
    """

    instance: Instance
    leads: IntArray
    limits: Limits
    cost: FloatArray
    must: BoolArray
    k: int
    nodes: Nodes
    _room: tuple[IntArray, IntArray, FloatArray] = field(
        default_factory=lambda: (
            np.zeros(MOST_MEMBERS, np.int64),
            np.zeros(MOST_FOUND + 1, np.int64),
            np.zeros(MOST_FOUND),
        )
    )

    @cached_property
    def opening(self) -> FloatArray:
        """Price of opening each site."""
        return self.instance.problem.lead_price[self.leads]

    @cached_property
    def home(self) -> IntArray:
        """Home atom of each site."""
        return self.instance.home[self.leads]

    @cached_property
    def group(self) -> IntArray:
        """Number of the hospital of each site, of which one leads at most."""
        return np.unique(self.instance.problem.hospital[self.leads], return_inverse=True)[1].astype(np.int64)

    @cached_property
    def owner(self) -> IntArray:
        """Number of the hospital of each site where it has others here; -1: none."""
        group: IntArray = np.where(np.bincount(self.group)[self.group] > 1, self.group, -1)
        return group

    @cached_property
    def inside(self) -> BoolArray:
        """Atoms that the grids have to cover."""
        return np.asarray(np.isfinite(self.cost).any(axis=1), dtype=np.bool_)

    @cached_property
    def n_rows(self) -> int:
        """Rows of a program over grids: atoms, hospitals, the number of grids."""
        return self.instance.n_atoms + int(self.group.max()) + 2

    def within(self, sites: IntArray, inside: BoolArray, k: int) -> GridSpace:
        """Restrict to some sites, columns of this space, whose k grids share the atoms inside."""
        cost = np.where(inside[:, None], self.cost[:, sites], np.inf)
        limits = self.limits.of(sites)
        return replace(self, leads=self.leads[sites], limits=limits, cost=cost, must=self.must[sites], k=k)

    def keeping(self, label: IntArray, kept: BoolArray) -> GridSpace:
        """Restrict to the grids that leave the atoms `kept` with the site they have in a plan (its column; `label`)."""
        cost, rows = self.cost.copy(), np.flatnonzero(kept)
        cost[rows] = np.inf
        cost[rows, label[rows]] = self.cost[rows, label[rows]]
        return replace(self, cost=cost)

    def search(
        self,
        column: int,
        value: FloatArray,
        triples: Triples,
        below: float,
        *,
        nodes: int,
        best: bool,
        most: int = MOST_FOUND,
    ) -> tuple[GridTable, float]:
        """Grids of a site that cost less than `below` beyond the value of their atoms, triples paid; with `best` those met on the way to the best one.

        Returns them, and what those that were not found cost beyond that at least.
        """
        limits, opening = self.limits, float(self.opening[column])
        members, start, beyond = self._room
        of_site = (
            float(limits.hard_low[column]) * (1.0 - ROUNDING), float(limits.hard_high[column]) * (1.0 + ROUNDING),
            float(limits.soft_low[column]), float(limits.soft_high[column]), float(limits.price),
        )  # fmt: skip
        instance = self.instance
        found, visited, rest = grids_below(
            self.cost[:, column] - value, instance.population, instance.indptr, instance.indices, int(self.home[column]),
            of_site, *triples.of_atoms(instance.n_atoms), triples.price, below - opening, best, nodes, members, start, beyond[:most],
        )  # fmt: skip
        self.nodes.left -= visited
        first = max(0, found - LAST) if best else 0
        atoms = members[start[first] : start[found]].copy()
        table = GridTable(
            np.full(found - first, column),
            start[first : found + 1] - start[first],
            atoms,
            beyond[first:found] + opening,
        )
        cost = table.cost + table.sums(value) - triples.paid(table, instance.n_atoms)
        return replace(table, cost=cost), below if rest >= below - opening else rest + opening

    def cost_of(self, column: int, atoms: IntArray) -> float:
        """What a grid costs: its atoms, its opening and its soft balance; infinite where a rule forbids it."""
        limits, load = self.limits, float(self.instance.population[atoms].sum())
        soft = max(0.0, load - limits.soft_high[column]) + max(0.0, limits.soft_low[column] - load)
        return float(self.cost[atoms, column].sum() + self.opening[column] + limits.price * soft)

    def grids_of(self, label: IntArray) -> GridTable:
        """The grids of a plan, a column a atom."""
        columns = np.unique(label[label >= 0]).tolist()
        atoms = [np.flatnonzero(label == d) for d in columns]
        return grid_table(columns, atoms, [self.cost_of(d, some) for d, some in zip(columns, atoms, strict=True)])

    def bound(self, value: FloatArray, triples: Triples, worth: FloatArray) -> float:
        """Bound that values of atoms and prices of triples prove when each site's grids cost at least `worth` beyond them."""
        grids = worth[self.must].sum() + self._rest(worth)[: self.k - int(self.must.sum())].sum()
        return float(value[self.inside].sum() - triples.price.sum() + grids)

    def _rest(self, worth: FloatArray) -> FloatArray:
        """The least worth of each hospital whose sites need not lead, cheapest first."""
        least = np.full(int(self.group.max()) + 1, np.inf)
        np.minimum.at(least, self.group[~self.must], worth[~self.must])
        return np.sort(np.delete(least, self.group[self.must]))

    def allowed(self, worth: FloatArray) -> FloatArray:
        """What a grid of each site costs beyond the value of its atoms in a plan at the bound, where no grid of a site costs less than `worth`.

        What the grids of a plan cost beyond that sums to no more than what the plan costs beyond the bound.
        """
        more = self.k - int(self.must.sum())
        if more == 0:
            return np.where(self.must, worth, -np.inf)
        # A site that is not among the cheapest stands in place of the last of them.
        return np.where(self.must, worth, np.minimum(worth, self._rest(worth)[more - 1]))


def build_space(
    instance: Instance, limits: Limits, leads: IntArray, k: int, nodes: int, *, choosing: bool
) -> GridSpace:
    """The grids of some sites: all of them lead, or k of them are chosen."""
    if choosing:
        kept = [
            j for j in leads.tolist() if j in instance.must or not any(instance.conflicts(j, i) for i in instance.must)
        ]
        leads = np.array(kept, dtype=np.int64)
    table = instance.search_cost[:, leads] if choosing else instance.costs_of(leads)
    closed = instance.closed(leads, homes=not choosing)
    must = np.isin(leads, instance.must) if choosing else np.ones(len(leads), dtype=np.bool_)
    cost = np.where(closed, np.inf, table)
    own = cost[instance.home[leads[must]], np.flatnonzero(must)]
    cost[instance.home[leads[must]]] = np.inf
    cost[instance.home[leads[must]], np.flatnonzero(must)] = own
    return GridSpace(instance, leads, limits.of(leads), np.ascontiguousarray(cost), must, k, Nodes(nodes))
