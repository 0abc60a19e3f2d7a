"""The grids that some sites can have: what they cost, and the search for those that cost little."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from gridplan.solver.columns.grid_search import grids_below
from gridplan.solver.instance import Instance, Limits
from gridplan.solver.problem import BoolArray, FloatArray, IntArray

# Room for grids of one search, and for their atoms.
MOST_FOUND, MOST_MEMBERS = 20_000, 400_000
# Grids of one site that a search for the best one leaves behind: the last it met.
LAST = 5


@dataclass(eq=False)
class Nodes:
    """Nodes of searches that may be visited together, counted down: the same on every machine."""

    left: int


@dataclass(frozen=True, eq=False)
class Grid:
    """The grid of the site in a column: its atoms, and what it costs (opening and soft balance included)."""

    column: int
    atoms: IntArray
    cost: float


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

    @property
    def opening(self) -> FloatArray:
        """Price of opening each site."""
        return self.instance.problem.lead_price[self.leads]

    @property
    def home(self) -> IntArray:
        """Home atom of each site."""
        return self.instance.home[self.leads]

    @property
    def group(self) -> IntArray:
        """Number of the hospital of each site, of which one leads at most."""
        return np.unique(self.instance.problem.hospital[self.leads], return_inverse=True)[1].astype(np.int64)

    @property
    def inside(self) -> BoolArray:
        """Atoms that the grids have to cover."""
        return np.asarray(np.isfinite(self.cost).any(axis=1), dtype=np.bool_)

    def within(self, sites: IntArray, inside: BoolArray, k: int) -> GridSpace:
        """Restrict to some sites, columns of this space, whose k grids share the atoms inside."""
        cost = np.where(inside[:, None], self.cost[:, sites], np.inf)
        limits = self.limits.of(sites)
        return replace(self, leads=self.leads[sites], limits=limits, cost=cost, must=self.must[sites], k=k)

    def search(
        self, column: int, value: FloatArray, below: float, *, nodes: int, best: bool, most: int = MOST_FOUND
    ) -> tuple[list[Grid], FloatArray, float]:
        """Grids of a site that cost less than `below` beyond the value of their atoms; with `best` those met on the way to the best one.

        Returns them, what they cost beyond that value, and a number below which there is none that was not found.
        """
        limits, opening = self.limits, float(self.opening[column])
        members, start, beyond = self._room
        of_site = (
            float(limits.hard_low[column]), float(limits.hard_high[column]), float(limits.soft_low[column]),
            float(limits.soft_high[column]), float(limits.price),
        )  # fmt: skip
        instance = self.instance
        found, visited, rest = grids_below(
            self.cost[:, column] - value, instance.population, instance.indptr, instance.indices, int(self.home[column]),
            of_site, below - opening, best, nodes, members, start, beyond[:most],
        )  # fmt: skip
        self.nodes.left -= visited
        first = max(0, found - LAST) if best else 0
        atoms = [members[start[i] : start[i + 1]].copy() for i in range(first, found)]
        over = beyond[first:found] + opening
        grids = [
            Grid(column, some, float(more + value[some].sum())) for some, more in zip(atoms, over.tolist(), strict=True)
        ]
        return grids, over, rest + opening

    def cost_of(self, column: int, atoms: IntArray) -> float:
        """What a grid costs: its atoms, its opening and its soft balance; infinite where a rule forbids it."""
        limits, load = self.limits, float(self.instance.population[atoms].sum())
        soft = max(0.0, load - limits.soft_high[column]) + max(0.0, limits.soft_low[column] - load)
        return float(self.cost[atoms, column].sum() + self.opening[column] + limits.price * soft)

    def grids_of(self, label: IntArray) -> list[Grid]:
        """The grids of a plan, a column a atom."""
        atoms = [(int(d), np.flatnonzero(label == d)) for d in np.unique(label[label >= 0])]
        return [Grid(d, some, self.cost_of(d, some)) for d, some in atoms]

    def bound(self, value: FloatArray, worth: FloatArray) -> float:
        """Bound that values of atoms prove when each site's grids cost at least `worth` beyond them."""
        return float(
            value[self.inside].sum() + worth[self.must].sum() + self._rest(worth)[: self.k - int(self.must.sum())].sum()
        )

    def _rest(self, worth: FloatArray) -> FloatArray:
        """The least worth of each hospital whose sites need not lead, cheapest first."""
        least = np.full(int(self.group.max()) + 1, np.inf)
        np.minimum.at(least, self.group[~self.must], worth[~self.must])
        return np.sort(np.delete(least, self.group[self.must]))

    def room(self, value: FloatArray, worth: FloatArray, best: float) -> FloatArray:
        """What a grid of each site may cost beyond the value of its atoms in a plan better than `best`."""
        more = self.k - int(self.must.sum())
        if more == 0:
            allowed = np.where(self.must, worth, -np.inf)
        else:
            # A site that is not among the cheapest stands in place of the last of them.
            allowed = np.where(self.must, worth, np.minimum(worth, self._rest(worth)[more - 1]))
        return best - self.bound(value, worth) + allowed


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
