"""A problem made ready for search: wholes contracted to atoms, rules turned into costs, blocked arcs and limits."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from gridplan.solver.activity import ActivityLimits, activity_limits
from gridplan.solver.bound.border_tolls import tolls_of_cuts
from gridplan.solver.deadline import NEVER, Deadline, Steps
from gridplan.solver.problem import BoolArray, FloatArray, IntArray, Problem
from gridplan.solver.solution import Explanation
from gridplan.words.text import Text

Int32Array = NDArray[np.int32]
# Loops an atom up to which a map has few ways through; borders of areas in a plane have nearly two.
FEW_LOOPS = 0.2
# How much dearer a forbidden arc is than anything an atom can save.
_MUCH = 20.0


@dataclass(frozen=True, eq=False)
class Instance:
    """Atoms (units or wholes) by candidate leads.

    `cost` is every term of the objective that is linear in "atom to lead"; `search_cost` adds a large price to the
    arcs that rules forbid, so that they serve only where nothing else is left. `moving` are the residents of an atom who change
    lead by an arc, `amounts` (activities, atoms) what an atom has of each activity.
    """

    problem: Problem
    atom_of_unit: IntArray
    population: FloatArray
    cost: FloatArray
    search_cost: FloatArray
    blocked: BoolArray
    moving: FloatArray
    forbidding: FloatArray
    indptr: Int32Array
    indices: Int32Array
    edge_weight: FloatArray
    component: IntArray
    home: IntArray
    fixed: IntArray
    usable: BoolArray
    must: tuple[int, ...]
    notes: tuple[Explanation, ...]
    amounts: FloatArray
    deadline: Deadline = NEVER
    steps: Steps = field(default_factory=Steps)

    @property
    def n_atoms(self) -> int:
        """Number of atoms."""
        return len(self.population)

    @cached_property
    def few_ways(self) -> bool:
        """Whether the contacts are nearly those of a tree, as in valleys: few atoms can be reached in two ways."""
        loops = len(self.indices) // 2 - self.n_atoms + len(np.unique(self.component))
        return loops <= FEW_LOOPS * self.n_atoms

    @cached_property
    def cost_by_site(self) -> FloatArray:
        """(sites, atoms): the search costs turned round, a row a site."""
        return np.ascontiguousarray(self.search_cost.T)

    @cached_property
    def near_by_site(self) -> tuple[Int32Array, FloatArray]:
        """(sites, atoms): for each site the atoms in the order of their search cost a resident, those of nobody first, and these costs."""
        with np.errstate(divide="ignore", invalid="ignore"):
            per_head = np.where(self.population > 0.0, self.cost_by_site / self.population, -np.inf)
        near = np.argsort(per_head, axis=1, kind="stable").astype(np.int32)
        return near, np.take_along_axis(per_head, near, axis=1)

    def costs_of(self, leads: IntArray) -> FloatArray:
        """Search costs at some leads when all of them are open: the home of each is closed to the others."""
        cost: FloatArray = np.ascontiguousarray(self.search_cost[:, leads])
        home = self.home[leads]
        own = cost[home, np.arange(len(leads))]
        cost[home] += self.forbidding[home][:, None]
        cost[home, np.arange(len(leads))] = own
        return cost

    def pieces(self, label: IntArray) -> IntArray:
        """Number of the piece of the map that each atom (n_atoms,) lies in when only atoms of the same label hang together."""
        tails = np.repeat(np.arange(self.n_atoms), np.diff(self.indptr))
        same = label[tails] == label[self.indices]
        return _components(self.n_atoms, np.column_stack([tails[same], self.indices[same]]))

    def tolled(self, toll: float, k: int) -> Instance:
        """Let each resident who changes lead pay a toll instead of the ceiling on them; the toll of the ceiling is given back.

        No plan of k grids within the ceiling gets dearer by it, so whatever bounds this one bounds those.
        """
        problem = self.problem
        if problem.change.most is None:
            return self
        dearer = _MUCH * toll * (self.population + self.population.mean())
        return replace(
            self,
            problem=replace(
                problem,
                lead_price=problem.lead_price - toll * problem.change.most / k,
                change=problem.change.priced((problem.change.price or 0.0) + toll),
            ),
            cost=self.cost + toll * self.moving,
            search_cost=self.search_cost + toll * self.moving + np.where(self.blocked, dearer[:, None], 0.0),
            forbidding=self.forbidding + dearer,
        )

    def without_cuts(self) -> Instance:
        """Let borders between grids cost nothing."""
        return replace(self, edge_weight=np.zeros_like(self.edge_weight))

    def folded(self, leads: IntArray, price: FloatArray) -> Instance:
        """Fold into the arcs of some leads what borders cost at least, tight near these prices a resident and lead."""
        tails = np.repeat(np.arange(self.n_atoms), np.diff(self.indptr))
        once = (tails < self.indices) & (self.edge_weight > 0.0)
        priced = self.costs_of(leads) + self.population[:, None] * price
        ends = tails[once], self.indices[once].astype(np.int64)
        cost = self.search_cost.copy()
        cost[:, leads] += tolls_of_cuts(priced, *ends, self.edge_weight[once], self.deadline)
        return replace(self.without_cuts(), search_cost=cost)

    def closed(self, leads: IntArray, *, homes: bool) -> BoolArray:
        """(n_atoms, leads): arcs that no plan may use: forbidden ones of atoms that have others, and homes of other leads."""
        blocked = self.blocked[:, leads]
        closed: BoolArray = np.where(blocked.all(axis=1, keepdims=True), False, blocked)
        if homes:
            closed[self.home[leads]] = self.home[leads][:, None] != self.home[leads][None, :]
        return closed

    def conflicts(self, a: int, b: int) -> bool:
        """Whether two sites cannot both lead: one hospital, or one home atom."""
        return bool(self.problem.hospital[a] == self.problem.hospital[b] or self.home[a] == self.home[b])


@dataclass(frozen=True, eq=False)
class Limits:
    """Limits of residents for k grids, an entry a lead: hard ones, and soft ones with a price a resident beyond."""

    hard_low: FloatArray
    hard_high: FloatArray
    soft_low: FloatArray
    soft_high: FloatArray
    price: float
    k: int
    activities: ActivityLimits = field(default_factory=ActivityLimits)

    def of(self, leads: IntArray) -> Limits:
        """Restrict to some leads."""
        return Limits(
            self.hard_low[leads], self.hard_high[leads], self.soft_low[leads], self.soft_high[leads], self.price, self.k,
            self.activities.of(leads),
        )  # fmt: skip

    def of_residents(self) -> Limits:
        """The same limits without those of activities, which leaves a relaxation."""
        return replace(self, activities=ActivityLimits())


def limits_for(problem: Problem, k: int, tolerance: float | None = None) -> Limits:
    """Limits of residents a grid when k grids share the people; `tolerance` replaces the problem's own."""
    low, high = problem.population_min.copy(), np.minimum(problem.population_max, problem.total_population)
    soft_low, soft_high, price = np.zeros_like(low), np.full_like(high, problem.total_population), 0.0
    balance = problem.balance if tolerance is None else tolerance
    if balance is not None:
        target = problem.total_population / k
        least, most = target * (1 - balance), target * (1 + balance)
        if problem.balance_price is None:
            low, high = np.maximum(low, least), np.minimum(high, most)
        else:
            soft_low[:], soft_high[:], price = least, min(most, problem.total_population), problem.balance_price
    activities = activity_limits(problem.activities, k, problem.n_leads, problem.total_population)
    return Limits(low, high, soft_low, soft_high, price, k, activities)


def unreachable_minutes(problem: Problem) -> float:
    """Minutes counted for a resident whom the assigned lead cannot reach: a day, or ten times the longest drive."""
    if problem.lost_minutes is not None:
        return problem.lost_minutes
    finite = problem.minutes[np.isfinite(problem.minutes)]
    return max(1440.0, 10.0 * float(finite.max(initial=0.0)))


def unit_costs(problem: Problem) -> dict[str, FloatArray]:
    """Cost of each unit at each lead, term by term: travel, unreachable, access, moved, habits."""
    people = problem.population[:, None]
    reachable = np.isfinite(problem.minutes)
    costs = {
        "travel": people * np.where(reachable, problem.minutes, 0.0),
        "unreachable": people * np.where(reachable, 0.0, unreachable_minutes(problem)),
    }
    if problem.max_minutes is not None and problem.max_minutes_price is not None:
        costs["access"] = people * np.where(problem.minutes > problem.max_minutes, problem.max_minutes_price, 0.0)
    if problem.change.price is not None:
        costs["moved"] = people * np.where(problem.change.leaves(problem.n_leads), problem.change.price, 0.0)
    if problem.habit is not None and problem.habit_price is not None:
        costs["habits"] = people * (1.0 - problem.habit) * problem.habit_price
    return costs


def unit_blocked(problem: Problem, component: IntArray) -> BoolArray:
    """(n, m): arcs that a hard rule forbids."""
    other_part = component[:, None] != component[problem.lead_unit][None, :]
    locked = (problem.locked[:, None] >= 0) & (problem.locked[:, None] != np.arange(problem.n_leads))
    blocked: BoolArray = other_part | locked | problem.barred
    if problem.max_minutes is not None and problem.max_minutes_price is None:
        blocked |= problem.minutes > problem.max_minutes
    lost = ~np.isfinite(problem.minutes)
    reached = (~lost & ~other_part).any(axis=1)
    blocked |= lost & reached[:, None]
    return blocked


def unit_components(problem: Problem) -> IntArray:
    """Number of the separate part of the map that each unit lies in."""
    return _components(problem.n_units, problem.edges)


def _components(n: int, edges: IntArray) -> IntArray:
    graph = coo_matrix((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), shape=(n, n))
    labels: IntArray = connected_components(graph, directed=False)[1].astype(np.int64)
    return labels


def sites_by_home(home: IntArray, n_atoms: int) -> tuple[IntArray, IntArray]:
    """The sites of atom i as `of[start[i]:start[i + 1]]`, with `start` (n_atoms + 1,) and `of` (n_sites,), from the home atom of each site."""
    of = np.argsort(home, kind="stable").astype(np.int64)
    return np.searchsorted(home[of], np.arange(n_atoms + 1)).astype(np.int64), of


def build_instance(problem: Problem, *, split_homes: bool = False, deadline: Deadline = NEVER) -> Instance:
    """Contract wholes, gather costs and blocked arcs, and note wishes that cannot be taken literally.

    `split_homes` dissolves the wholes in which several candidate sites stand, for the case that too few sites can lead
    together otherwise. Whatever works on the instance ends soon after the `deadline`.
    """
    component = unit_components(problem)
    usable = np.ones(problem.n_leads, dtype=np.bool_)
    usable[list(problem.forbidden)] = False
    homes = problem.lead_unit
    taken = (problem.locked[homes] >= 0) & (problem.locked[homes] != np.arange(problem.n_leads))
    usable &= ~(taken | problem.barred[homes, np.arange(problem.n_leads)])
    must = set(problem.required) if problem.choosing else set(range(problem.n_leads))
    must |= set(problem.locked[problem.locked >= 0].tolist())
    atom, notes = _atoms(problem, np.flatnonzero(usable).tolist() if split_homes else sorted(must))
    n_atoms = int(atom.max()) + 1

    def gathered(table: FloatArray) -> FloatArray:
        out = np.zeros((n_atoms, *table.shape[1:]))
        np.add.at(out, atom, table)
        return out

    people = gathered(problem.population)
    cost = gathered(sum(unit_costs(problem).values(), np.zeros(problem.minutes.shape)))
    n_blocked = gathered(unit_blocked(problem, component).astype(np.float64))
    blocked = n_blocked > 0
    worst = float((cost.max(axis=1)[people > 0] / people[people > 0]).max())
    fixed = np.full(n_atoms, -1, dtype=np.int64)
    held = problem.locked >= 0
    fixed[atom[held]] = problem.locked[held]
    indptr, indices, weight = _graph(atom, problem.edges, n_atoms)
    weight *= problem.compactness_price or 0.0
    borders = np.bincount(np.repeat(np.arange(n_atoms), np.diff(indptr)), weights=weight, minlength=n_atoms)
    # More than an atom can save by anything: its drive, its share in a grid's balance, the borders around it.
    forbidding = _MUCH * (max(worst, 1.0, problem.balance_price or 0.0) * (people + people.mean()) + borders)
    atom_component = np.empty(n_atoms, dtype=np.int64)
    atom_component[atom] = component
    return Instance(
        problem=problem,
        atom_of_unit=atom,
        population=people,
        cost=cost,
        search_cost=cost + np.where(blocked, forbidding[:, None], 0.0),
        blocked=blocked,
        moving=gathered(problem.population[:, None] * problem.change.leaves(problem.n_leads)),
        forbidding=forbidding,
        indptr=indptr,
        indices=indices,
        edge_weight=weight,
        component=atom_component,
        home=atom[homes],
        fixed=fixed,
        usable=usable,
        must=tuple(sorted(must)),
        notes=notes,
        amounts=np.stack([gathered(some.amounts) for some in problem.activities])
        if problem.activities
        else np.zeros((0, n_atoms)),
        deadline=deadline,
    )


def _atoms(problem: Problem, apart: list[int]) -> tuple[IntArray, tuple[Explanation, ...]]:
    """Number the atoms: a unit, or a connected piece of a whole; a piece claimed by two leads of `apart` is dissolved."""
    whole = problem.whole
    inside = problem.edges[
        (whole[problem.edges[:, 0]] >= 0) & (whole[problem.edges[:, 0]] == whole[problem.edges[:, 1]])
    ]
    pieces = _components(problem.n_units, inside)
    notes: list[Explanation] = []
    for label in np.unique(whole[whole >= 0]):
        units = np.flatnonzero(whole == label)
        if len(np.unique(pieces[units])) > 1:
            notes.append(_in_pieces(problem, int(label), pieces[units], units))
    claims: dict[int, set[int]] = {}
    for lead in apart:
        claims.setdefault(int(pieces[problem.lead_unit[lead]]), set()).add(lead)
    for unit in np.flatnonzero(problem.locked >= 0):
        claims.setdefault(int(pieces[unit]), set()).add(int(problem.locked[unit]))
    for piece, leads in sorted(claims.items()):
        units = np.flatnonzero(pieces == piece)
        if len(leads) > 1 and len(units) > 1:
            notes.append(_dissolved(problem, units, sorted(leads)))
            pieces[units] = problem.n_units + units
    # Atoms are numbered by their first unit, so that the numbering follows the units' own order.
    _, first, atom = np.unique(pieces, return_index=True, return_inverse=True)
    rank = np.argsort(np.argsort(first))
    return rank[atom].astype(np.int64), tuple(notes)


def _dissolved(problem: Problem, units: IntArray, leads: list[int]) -> Explanation:
    names = ", ".join(problem.lead_names[j] for j in leads)
    text = Text(
        zh="“{label}”被要求保持完整，但其中的单元已固定给多家医院（{names}），只能拆分",
        en="{label} was to stay whole, but its units are held by several leads ({names}): it has to be split",
    ).format(label=problem.whole_names[problem.whole[units[0]]], names=names)
    ids = tuple(problem.unit_ids[i] for i in units)
    return Explanation("whole", text, len(leads), 1, len(leads), ids, tuple(problem.lead_ids[j] for j in leads))


def _in_pieces(problem: Problem, label: int, piece: IntArray, units: IntArray) -> Explanation:
    count = len(np.unique(piece))
    main = np.bincount(piece).argmax()
    apart = tuple(problem.unit_ids[i] for i in units[piece != main])
    text = Text(
        zh="“{label}”在邻接图上分为 {count} 片，各片分别保持完整（离开主体的有 {n} 个单元）",
        en="{label} lies in {count:separate piece|separate pieces}, each kept whole ({n:unit|units} apart from the largest)",
    ).format(label=problem.whole_names[label], count=count, n=len(apart))
    return Explanation("whole", text, count, 1, None, apart, note=True)


def _graph(atom: IntArray, edges: IntArray, n_atoms: int) -> tuple[Int32Array, Int32Array, FloatArray]:
    """Adjacency of atoms in compressed rows; the weight counts the contiguity edges between two atoms."""
    pairs = atom[edges]
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    both = np.concatenate([pairs, pairs[:, ::-1]])
    table = coo_matrix((np.ones(len(both)), (both[:, 0], both[:, 1])), shape=(n_atoms, n_atoms)).tocsr()
    table.sum_duplicates()
    table.sort_indices()
    return table.indptr.astype(np.int32), table.indices.astype(np.int32), table.data.astype(np.float64)
