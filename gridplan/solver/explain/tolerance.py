"""The smallest balance tolerance that any plan can hold, proven: by counting people, and for small problems exactly."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import highspy
import networkx as nx
import numpy as np

from gridplan.solver.bound.crossings import Crossing, find_crossings
from gridplan.solver.bound.exact import least_tolerance_exactly, small_enough
from gridplan.solver.columns.even_grids import least_tolerance_by_grids
from gridplan.solver.columns.whole_grids import few_atoms_a_grid
from gridplan.solver.instance import Instance, Limits, limits_for
from gridplan.solver.problem import BoolArray, FloatArray, IntArray
from gridplan.solver.programs.linear import LinearModel

# Groups of people times sites up to which everything is counted; beyond, access caps and bars are left out.
_STATUS = highspy.HighsModelStatus
_EXCLUDED = (_STATUS.kInfeasible, _STATUS.kUnboundedOrInfeasible)
LARGEST_COUNT = 20_000
COUNT_NODES = 300
# Cutting atoms times atoms up to which what hangs on each is looked at.
LARGEST_HANGING = 20_000_000
# How many contacts more are tried to tell how many would do.
MORE_CONTACTS = 6


@dataclass(frozen=True, eq=False)
class Flow:
    """How people would have to be shared out: tolerance, leads too full or too empty, and atoms that force it.

    `crowded` and `starved` are columns of the leads; `bound_to_crowded` are atoms that only crowded leads may take,
    `open_to_starved` those that any starved lead may take.
    """

    tolerance: float
    crowded: IntArray
    starved: IntArray
    bound_to_crowded: IntArray
    open_to_starved: IntArray


@dataclass(frozen=True, eq=False)
class Block:
    """Atoms that can only go together, to a lead that then has `people` residents at least."""

    atoms: IntArray
    people: float


@dataclass(frozen=True, eq=False)
class Need:
    """The tolerance proven necessary for k grids and what shows it; None for what does not.

    `enough` is the number of contacts at which the crossing no longer stands in the way (None: not found).
    """

    tolerance: float
    block: Block | None = None
    crossing: Crossing | None = None
    crossing_tolerance: float = 0.0
    enough: int | None = None


def balance_need(instance: Instance, k: int, *, effort: float = 1.0) -> Need:
    """Prove the smallest balance tolerance that any plan with k grids needs, and find what forces it."""
    problem = instance.problem
    if instance.deadline.over():
        return Need(0.0)
    wanted = problem.balance or 0.0
    leads = np.flatnonzero(instance.usable)
    fixed = not problem.choosing
    mean = problem.total_population / k
    block = largest_block(instance, leads)
    plain = least_by_count(instance, k, leads, [], fixed=fixed)
    if not np.isfinite(plain):
        return Need(0.0)
    least = max(plain, block.people / mean - 1.0)
    need = Need(least, block if block.people / mean - 1.0 > wanted else None)
    crossings = [(c, c.most_grids) for c in find_crossings(instance, leads)]
    free = max(plain, wanted) + 1e-6
    crossed = least_by_count(instance, k, leads, crossings, fixed=fixed) if crossings else 0.0
    if crossed > free:
        each = [least_by_count(instance, k, leads, [c], fixed=fixed) for c in crossings]
        crossing, most = crossings[int(np.argmax(each))]
        more = range(most + 1, most + 1 + MORE_CONTACTS)
        enough = (x for x in more if least_by_count(instance, k, leads, [(crossing, x)], fixed=fixed) <= free)
        need = Need(max(least, crossed), need.block, crossing, max(each), next(enough, None))
    return replace(need, tolerance=max(need.tolerance, _least_of_whole_units(instance, k, need.tolerance, effort)))


def _least_of_whole_units(instance: Instance, k: int, known: float, effort: float) -> float:
    """The smallest tolerance of connected plans, or one that none goes below, where units are few; 0 where there are no plans, or many units."""
    least, certain = 0.0, False
    if few_atoms_a_grid(instance, k):
        least, certain = least_tolerance_by_grids(instance, k, known=known, effort=effort)
    # Grids are looked at one by one: what a ceiling of change or an activity asks for beyond that is left to the program.
    alone = instance.problem.change.most is None and not instance.problem.activities
    if not (certain and alone) and small_enough(instance):
        least = max(least, least_tolerance_exactly(instance, k, effort=effort))
    return least if np.isfinite(least) else 0.0


def smallest_k(instance: Instance, tolerance: float) -> int | None:
    """Smallest number of grids that counting the people does not exclude at this tolerance."""
    leads = np.flatnonzero(instance.usable)
    hospitals, homes = instance.problem.hospital[leads], instance.home[leads]
    block = largest_block(instance, leads)
    crossings = [(c, c.most_grids) for c in find_crossings(instance, leads)]
    for k in range(1, min(len(set(hospitals.tolist())), len(set(homes.tolist()))) + 1):
        if instance.deadline.over():
            return None
        by_block = block.people * k / instance.problem.total_population - 1.0
        if by_block <= tolerance and least_by_count(instance, k, leads, crossings, fixed=False) <= tolerance:
            return k
    return None


def allowed_arcs(instance: Instance, leads: IntArray, *, fixed: bool) -> BoolArray:
    """(n_atoms, leads): arcs that the hard rules leave, and, for fixed leads, that do not run through another's home.

    An atom that every lead is barred from may go anywhere: some lead has to take it.
    """
    allowed = ~instance.blocked[:, leads]
    home = instance.home[leads]
    if fixed:
        for d in range(len(leads)):
            allowed[:, d] &= _around(instance, int(home[d]), np.delete(home, d))
    allowed[~allowed.any(axis=1)] = True
    if fixed:
        allowed[home] = np.eye(len(leads), dtype=np.bool_)
    return allowed


def _around(instance: Instance, start: int, closed: IntArray) -> BoolArray:
    """Atoms reached from `start` without entering the closed ones."""
    seen = np.zeros(instance.n_atoms, dtype=np.bool_)
    seen[closed] = True
    seen[start] = True
    front = np.array([start])
    while len(front):
        rows = [instance.indices[instance.indptr[u] : instance.indptr[u + 1]] for u in front]
        near = np.unique(np.concatenate(rows))
        front = near[~seen[near]]
        seen[front] = True
    seen[closed] = False
    return seen


@dataclass(eq=False)
class _Count:
    """People in groups (same leads allowed, same sides of the crossings), shared out among leads; unit: a mean grid."""

    instance: Instance
    k: int
    leads: IntArray
    crossings: list[tuple[Crossing, int]]
    fixed: bool
    linear: LinearModel = field(init=False, default_factory=LinearModel)
    group: IntArray = field(init=False)
    people: FloatArray = field(init=False)
    upper: list[int] = field(init=False, default_factory=list)
    lower: list[int] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        instance, leads = self.instance, self.leads
        home = instance.home[leads]
        allowed = allowed_arcs(instance, leads, fixed=self.fixed)
        if len(np.unique(allowed, axis=0)) * len(leads) > LARGEST_COUNT:
            allowed = instance.component[:, None] == instance.component[home]
            allowed[~allowed.any(axis=1)] = True
        apart = np.zeros(instance.n_atoms, dtype=np.int64)
        if not self.fixed:
            apart[home] = 1 + home
        table = np.column_stack([allowed, *(c.far for c, _ in self.crossings), apart])
        kinds, self.group = np.unique(table, axis=0, return_inverse=True)
        self.group = self.group.reshape(-1)
        self.people = np.bincount(self.group, weights=instance.population) * self.k / instance.population.sum()
        allows = kinds[:, : len(leads)].astype(bool)
        self.slack = int(self.linear.columns([1.0], np.inf, whole=False)[0])
        self.open = None if self.fixed else self.linear.columns([0.0] * len(leads), 1.0, whole=True)
        self.share = np.full(allows.shape, -1, dtype=np.int64)
        for g, d in np.argwhere(allows):
            self.share[g, d] = self.linear.columns([0.0], float(self.people[g]), whole=False)[0]
        for g in range(len(kinds)):
            columns = self.share[g][self.share[g] >= 0]
            self.linear.row(columns, np.ones(len(columns)), float(self.people[g]), float(self.people[g]))
        for d in range(len(leads)):
            self._load(d)
        for i, (crossing, most) in enumerate(self.crossings):
            self._cross(kinds[:, len(leads) + i].astype(bool), crossing.far[home], most)
        if self.open is not None:
            self._choice(home)

    def _load(self, d: int) -> None:
        columns = self.share[:, d][self.share[:, d] >= 0]
        ones = np.ones(len(columns))
        if self.open is None:
            self.upper.append(self.linear.row([*columns, self.slack], [*ones, -1.0], -np.inf, 1.0))
            self.lower.append(self.linear.row([*columns, self.slack], [*ones, 1.0], 1.0, np.inf))
            return
        opened = int(self.open[d])
        self.linear.row([*columns, self.slack, opened], [*ones, -1.0, -1.0], -np.inf, 0.0)
        self.linear.row([*columns, self.slack, opened], [*ones, 1.0, -1.0], 0.0, np.inf)
        self.linear.row([*columns, opened], [*ones, -float(self.k)], -np.inf, 0.0)

    def hold(self, limits: Limits) -> None:
        """Add the hard population limits."""
        mean = self.instance.population.sum() / self.k
        few = limits.of(self.leads)
        for d in range(len(self.leads)):
            columns = self.share[:, d][self.share[:, d] >= 0]
            for limit, low, high in ((few.hard_low[d], 0.0, np.inf), (few.hard_high[d], -np.inf, 0.0)):
                if self.open is None:
                    edge = float(limit) / mean
                    self.linear.row(columns, np.ones(len(columns)), low + edge, high + edge)
                else:
                    with_open = [*columns, int(self.open[d])]
                    self.linear.row(with_open, [*np.ones(len(columns)), -float(limit) / mean], low, high)

    def _cross(self, far: BoolArray, home_far: BoolArray, most: int) -> None:
        """Only `most` leads serve people on the side away from their home."""
        across = self.linear.columns([0.0] * len(self.leads), 1.0, whole=True)
        self.linear.row(across, np.ones(len(across)), 0.0, float(most))
        for d in range(len(self.leads)):
            away = (far != home_far[d]) & (self.share[:, d] >= 0)
            if away.any():
                total = float(self.people[away].sum())
                self.linear.row([*self.share[away, d], across[d]], [*np.ones(away.sum()), -total], -np.inf, 0.0)

    def _choice(self, home: IntArray) -> None:
        instance, opens = self.instance, self.open
        if opens is None:
            return
        self.linear.row(opens, np.ones(len(opens)), float(self.k), float(self.k))
        for key in (instance.problem.hospital[self.leads], home):
            for value in np.unique(key):
                same = opens[key == value]
                if len(same) > 1:
                    self.linear.row(same, np.ones(len(same)), -np.inf, 1.0)
        for d, j in enumerate(self.leads):
            if int(j) in instance.must:
                self.linear.row([opens[d]], [1.0], 1.0, 1.0)
            own = self.share[self.group[home[d]], d]
            people = float(self.people[self.group[home[d]]])
            if own >= 0:
                self.linear.row([own, opens[d]], [1.0, -people], 0.0, np.inf)


def least_by_count(
    instance: Instance, k: int, leads: IntArray, crossings: list[tuple[Crossing, int]], *, fixed: bool
) -> float:
    """Smallest tolerance at which people could be shared out among k of the leads, divisible and unconnected.

    Counted are separate parts, bars, locks, hard access caps, hard population limits, homes, and at each crossing the
    number of grids that can reach across. inf if the other rules exclude each other already.
    """
    for held in (True, False):
        count = _Count(instance, k, leads, crossings, fixed)
        if held:
            count.hold(limits_for(instance.problem, k, np.inf))
        integer = count.linear.any_whole
        highs = count.linear.run(integer=integer, nodes=COUNT_NODES, deadline=instance.deadline)
        if highs.getModelStatus() not in _EXCLUDED:
            info = highs.getInfo()
            ended = integer or highs.getModelStatus() == _STATUS.kOptimal
            value = (info.mip_dual_bound if integer else info.objective_function_value) if ended else 0.0
            return max(0.0, float(value) - 1e-7)
    return np.inf


def excluded_by_count(instance: Instance, k: int) -> bool:
    """Whether counting people proves that no k of the sites can share them out within the hard limits of residents."""
    count = _Count(instance, k, np.flatnonzero(instance.usable), [], not instance.problem.choosing)
    count.hold(limits_for(instance.problem, k, np.inf))
    highs = count.linear.run(integer=count.linear.any_whole, nodes=COUNT_NODES, deadline=instance.deadline)
    return highs.getModelStatus() in _EXCLUDED


def people_flow(instance: Instance, leads: IntArray) -> Flow | None:
    """How people can at best be shared out among these leads; None if the other limits exclude each other."""
    count = _Count(instance, len(leads), leads, [], True)
    highs = count.linear.run(integer=False, deadline=instance.deadline)
    if highs.getModelStatus() != _STATUS.kOptimal:
        return None
    dual = np.array(highs.getSolution().row_dual)
    allowed = count.share[count.group] >= 0
    crowded, starved = dual[count.upper] < -1e-6, dual[count.lower] > 1e-6
    return Flow(
        float(highs.getInfo().objective_function_value),
        np.flatnonzero(crowded),
        np.flatnonzero(starved),
        np.flatnonzero(~allowed[:, ~crowded].any(axis=1)),
        np.flatnonzero(allowed[:, starved].any(axis=1)),
    )


def largest_block(instance: Instance, leads: IntArray) -> Block:
    """The atom, or the atom with all that hangs on it alone and holds no home, that makes some grid largest.

    Units behind a single unit reach every lead through it: they share its grid.
    """
    allowed = allowed_arcs(instance, leads, fixed=False)
    home = instance.home[leads]
    holds_home = np.zeros(instance.n_atoms, dtype=np.bool_)
    holds_home[home] = True
    best = Block(np.zeros(0, dtype=np.int64), 0.0)
    for block in [np.array([u]) for u in range(instance.n_atoms)] + _hanging(instance, holds_home):
        people = float(instance.population[block].sum())
        inside = np.isin(home, block)
        beside = np.where(inside, 0.0, instance.population[home])[allowed[block].all(axis=0)]
        total = people + float(beside.min(initial=np.inf) if len(beside) else 0.0)
        if total > best.people:
            best = Block(block, total)
    return best


def _hanging(instance: Instance, holds_home: BoolArray) -> list[IntArray]:
    """Each cutting atom with the pieces without a home that only it joins to the rest."""
    tails = np.repeat(np.arange(instance.n_atoms), np.diff(instance.indptr))
    graph = nx.Graph(list(zip(tails.tolist(), instance.indices.tolist(), strict=True)))
    blocks = []
    cutting = sorted(nx.articulation_points(graph))
    if len(cutting) * instance.n_atoms > LARGEST_HANGING:
        return []
    for u in cutting:
        if instance.deadline.over():
            break
        part = graph.subgraph(sorted(nx.node_connected_component(graph, u) - {u}))
        behind = [sorted(piece) for piece in nx.connected_components(part) if not holds_home[list(piece)].any()]
        if behind:
            blocks.append(np.array(sorted([u, *(v for piece in behind for v in piece)]), dtype=np.int64))
    return blocks
