"""A plan of few units a grid, bettered and proven by grids taken whole: values of atoms, grids divided anew, all grids that are left."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from gridplan.solver.columns.grid_program import branched_division
from gridplan.solver.columns.grid_space import GridSpace, Nodes, build_space
from gridplan.solver.columns.grid_values import GridPool, Values, price_grids, price_triples
from gridplan.solver.columns.loosening import loosen
from gridplan.solver.columns.recombining import recombined
from gridplan.solver.columns.regrouping import (
    BETTER,
    NARROWED,
    NARROWEST,
    all_grids,
    best_division,
    better_than,
    regroup,
)
from gridplan.solver.instance import Instance, Limits
from gridplan.solver.problem import FloatArray, IntArray
from gridplan.solver.terms import ROUNDING

# Atoms times sites up to which grids can be counted out; of many grids whose leads are given, up to which their programs take no longer than pays.
MOST_ARCS, GIVEN_ARCS = 100_000, 25_000
# Nodes of the searches for the values of atoms for effort 1, and at least so much for less effort.
PRICE_NODES, LEAST_EFFORT = 16_000_000, 0.1
# Grids looked at in a choice, and nodes of the program.
WORK, MIP_NODES = 100_000_000, 30
# Of few grids, so many from which on plans dearer than what is to be proven are sought among them.
ENOUGH = 5_000
# What a grid that breaks the rules costs, as a multiple, while values of atoms are sought.
DEAR = 3.0
# Share of the gap, and of the bound, with which the search among all grids begins, and by how much it grows.
FIRST_ROOM, OF_BOUND, WIDER = 0.125, 0.005, 1.5
# Gap from which all rounds are taken that free atoms all over the map, and from which all work is done on many grids whose leads are given (below
# it by the square).
WIDE, WIDE_AT_FIRST = 0.02, 0.025
# Proposals of an anneal for each atom, at effort 1 where the gap is so wide; fewer where it is less, and none where it is no more than the last.
PROPOSALS, WIDEST, NARROW = 10_000, 0.1, 0.02
# Rounds that free atoms, as a multiple of those in a row that leave a plan as it is, and the least of these: one of each kind.
ROUNDS, LEAST_IDLE = 5, 2
# Where no plan of many grids holds the limits: rounds of that search for effort 1 and those that leave a plan as it is, how far grids may be beyond
# limits in it, and what a resident beyond costs as a multiple of what a resident costs on average.
EASED_ROUNDS, EASED_IDLE, EASED, EASED_PRICE = 100, 30, 0.15, 100.0


class Reach(NamedTuple):
    """How far a plan is sought among whole grids, at effort 1.

    At most `atoms` a grid; `grids` up to which the best plan is sought among all that are left; nodes of all searches for plans together
    (`nodes`), and of one for the grids of a site (`site_nodes`).
    """

    atoms: int
    grids: int
    nodes: int
    site_nodes: int


class Stage(NamedTuple):
    """What is tried in one go, at effort 1.

    Grids that touch are divided anew together, so many as each of `sizes` says, and two by two in so many `anneals`; atoms are freed all over the
    map until so many rounds in a row leave the plan as it is (`idle`; 0: not at all); triples have prices for so many nodes of searches, as long as
    others close the share `closed` of the gap.
    """

    sizes: tuple[int, ...]
    anneals: int
    idle: int
    triple_nodes: int
    closed: float


STAGES = (Stage((2, 3), 1, 0, 4_000_000, 0.08), Stage((4, 5, 6, 7), 4, 16, 12_000_000, 0.03))


# Grids of a plan up to which it is chosen from very many by covering; a plan of more is chosen from fewer, by branching in HiGHS.
FEW = 8
OF_FEW = Reach(atoms=34, grids=500_000, nodes=60_000_000, site_nodes=5_000_000)
OF_MORE = Reach(atoms=20, grids=6_000, nodes=10_000_000, site_nodes=300_000)
# How far all grids are counted where a plan has more of them and none is known that holds the limits.
COUNTED = OF_MORE._replace(grids=500_000, nodes=30_000_000, site_nodes=2_000_000)


@dataclass(frozen=True, eq=False)
class WholeGrids:
    """The lead of each atom in the best plan found (None: none), and a bound for every plan (-inf: none is proven; inf: there is no plan)."""

    lead: IntArray | None
    bound: float


def few_a_grid(instance: Instance, limits: Limits, k: int) -> bool:
    """Whether there are few enough atoms a grid, and no price or limit that a grid cannot be judged by on its own."""
    together = instance.problem.change.most is not None or instance.edge_weight.any() or len(limits.activities.price)
    return not together and few_atoms_a_grid(instance, k)


def few_atoms_a_grid(instance: Instance, k: int) -> bool:
    """Whether grids have few enough atoms that many of them can be looked at."""
    arcs = instance.n_atoms * int(instance.usable.sum())
    most = GIVEN_ARCS if _many_given(instance, k) else MOST_ARCS
    return k > 1 and instance.n_atoms <= _reach(k).atoms * k and arcs <= most


def _many_given(instance: Instance, k: int) -> bool:
    """Whether a plan has many grids, the leads of all of them given."""
    return not few_grids(k) and not instance.problem.choosing


def few_grids(k: int) -> bool:
    """Whether a plan has few enough grids to be chosen from very many."""
    return k <= FEW


def _reach(k: int) -> Reach:
    return OF_FEW if few_grids(k) else OF_MORE


def plan_by_grids(
    instance: Instance,
    limits: Limits,
    k: int,
    lead: IntArray,
    value: FloatArray,
    *,
    holds: bool,
    seed: int,
    effort: float,
    gap: float = 1.0,
) -> WholeGrids | None:
    """Better a plan (the lead of each atom) and bound all plans by whole grids; `value` is what atoms are worth to begin with.

    Of many grids whose leads are given, less is done where the `gap` of the plan is small. Instead of a plan that does not hold the rules any is
    sought. None where nothing comes of it.
    """
    choosing, leads = instance.problem.choosing, np.flatnonzero(instance.usable)
    share = min(gap / WIDE_AT_FIRST, 1.0) ** 2 if _many_given(instance, k) else 1.0
    most = max(share * effort, LEAST_EFFORT)
    # Where sites are chosen more rounds find little, and each takes long.
    patience = max(min(effort, 1.0) if choosing else effort, LEAST_EFFORT)
    space = build_space(instance, limits, leads, k, int(PRICE_NODES * most), choosing=choosing)
    position = np.full(instance.problem.n_leads, -1, dtype=np.int64)
    position[space.leads] = np.arange(len(space.leads))
    label = position[lead]
    if not space.inside.all() or (label < 0).any() or len(np.unique(label)) != k:
        return None
    if not holds and not few_grids(k):
        some, bound = _counted_plan(space, value, effort=patience)
        if bound == np.inf:
            return WholeGrids(None, bound)
        label = some if some is not None else _within_limits(space, label, value, seed=seed, effort=patience)
        holds = _holds(space, label)
    begun = space.grids_of(label)
    if not holds:
        # They stand in the pool at a high price until others cover the same atoms; one that breaks no rule is met again at its own.
        begun = replace(begun, cost=DEAR * np.where(np.isfinite(begun.cost), np.abs(begun.cost), np.abs(value).sum()))
    pool = GridPool(begun)
    values = price_grids(space, pool, value, float(pool.grids.cost.sum()))
    space = replace(space, nodes=Nodes(int(_reach(k).nodes * most)))
    if values.bound == -np.inf:
        return None
    if not holds:
        some, bound = _any_plan(space, values, float(begun.cost.sum()) / DEAR)
        if some is None:
            return WholeGrids(None, bound)
        # Those that break rules have served, and are no part of a plan from here on.
        label, pool = some, GridPool(pool.grids.take(np.arange(k, len(pool.grids))))
    plan = _Plan(label, float(space.grids_of(label).cost.sum()), values.bound)
    for stage in STAGES:
        if plan.proven:
            break
        plan = _regrouped(space, plan, values, stage.sizes, seed)
        plan = _recombined(space, plan, values, stage, effort=most, seed=seed)
        pool.add(space.grids_of(plan.label))
        plan = _loosened(space, plan, values, pool, idle=stage.idle * patience, seed=seed)
        plan, values = _with_triples(space, plan, values, pool, stage, effort=most)
        plan = _among_all(space, plan, values) if few_grids(k) else _among_cheapest(space, plan, values)
    return WholeGrids(space.leads[plan.label], plan.bound)


@dataclass(frozen=True, eq=False)
class _Plan:
    """Column of the site of each atom, what the plan costs, and a bound for all plans."""

    label: IntArray
    cost: float
    bound: float

    @property
    def proven(self) -> bool:
        return self.bound >= better_than(self.cost)


def _holds(space: GridSpace, label: IntArray) -> bool:
    """Whether the grids of a plan hang together, hold the limits of residents and cost something finite."""
    load = np.bincount(label, weights=space.instance.population, minlength=len(space.leads))
    led = np.bincount(label, minlength=len(space.leads)) > 0
    few, many = load < space.limits.hard_low * (1.0 - ROUNDING), load > space.limits.hard_high * (1.0 + ROUNDING)
    fits = not (led & (few | many)).any() and bool(np.isfinite(space.grids_of(label).cost).all())
    return fits and not _in_pieces(space, label)


def _in_pieces(space: GridSpace, label: IntArray) -> bool:
    return len(np.unique(space.instance.pieces(label))) > len(np.unique(label))


def _within_limits(space: GridSpace, label: IntArray, value: FloatArray, *, seed: int, effort: float) -> IntArray:
    """Seek a plan that holds the hard limits from one that does not: by making the limits soft, at a price."""
    limits, people = space.limits, space.instance.population
    load = np.bincount(label, weights=people, minlength=len(space.leads))
    cost = float(space.grids_of(label).cost.sum())
    if limits.price or not np.isfinite(cost) or _in_pieces(space, label):
        return label
    eased = replace(
        limits, hard_low=np.minimum((1.0 - EASED) * limits.hard_low, np.where(load > 0.0, load, np.inf)),
        hard_high=np.maximum((1.0 + EASED) * limits.hard_high, load), soft_low=limits.hard_low,
        soft_high=limits.hard_high, price=EASED_PRICE * abs(cost) / max(float(people.sum()), 1.0),
    )  # fmt: skip
    wide = replace(space, limits=eased, nodes=Nodes(space.nodes.left))
    begun = wide.grids_of(label)
    pool = GridPool(begun)
    values = price_grids(wide, pool, value, float(begun.cost.sum()))
    if values.bound == -np.inf:
        return label
    rounds = int(np.ceil(EASED_ROUNDS * effort))
    return loosen(
        wide, pool, label, values, rounds=rounds, idle=EASED_IDLE, seed=seed, enough=lambda some: _holds(space, some)
    )


def _recombined(space: GridSpace, plan: _Plan, values: Values, stage: Stage, *, effort: float, seed: int) -> _Plan:
    """Divide grids anew two by two in anneals, longer ones where the plan may be far from the best; where sites are chosen."""
    share = _share_of(plan, WIDEST)
    if share * WIDEST <= NARROW or not space.instance.problem.choosing or _in_pieces(space, plan.label):
        return plan
    proposals = int(PROPOSALS * space.instance.n_atoms * effort * share)
    least = plan.bound + BETTER * abs(plan.bound)
    label = recombined(space, plan.label, plan.cost, least=least, proposals=proposals, anneals=stage.anneals, seed=seed)
    better = replace(plan, label=label, cost=float(space.grids_of(label).cost.sum()))
    return plan if better.cost >= better_than(plan.cost) else _regrouped(space, better, values, STAGES[0].sizes, seed)


def _share_of(plan: _Plan, wide: float) -> float:
    """How wide the gap of a plan is beside one that is wide, at most 1."""
    return min((plan.cost - plan.bound) / (wide * max(abs(plan.cost), np.finfo(float).tiny)), 1.0)


def _loosened(space: GridSpace, plan: _Plan, values: Values, pool: GridPool, *, idle: float, seed: int) -> _Plan:
    """Free atoms all over the map, in more rounds where the plan may be far from the best."""
    if plan.proven or not idle:
        return plan
    most = max(int(np.ceil(idle * _share_of(plan, WIDE))), LEAST_IDLE)
    label = loosen(space, pool, plan.label, values, rounds=ROUNDS * most, idle=most, seed=seed)
    return replace(plan, label=label, cost=float(space.grids_of(label).cost.sum()))


def _with_triples(
    space: GridSpace, plan: _Plan, values: Values, pool: GridPool, stage: Stage, *, effort: float
) -> tuple[_Plan, Values]:
    """Raise the bound by prices for triples."""
    if plan.proven:
        return plan, values
    few = replace(space, nodes=Nodes(int(stage.triple_nodes * effort)))
    values = price_triples(few, pool, values, plan.cost, closed=stage.closed)
    return replace(plan, bound=max(plan.bound, min(values.bound, plan.cost))), values


def _regrouped(space: GridSpace, plan: _Plan, values: Values, sizes: tuple[int, ...], seed: int) -> _Plan:
    """Divide some grids that touch anew; of many grids whose leads are given, atoms freed all over the map do more in less time."""
    if _many_given(space.instance, space.k):
        return plan
    label = regroup(space, plan.label, values.value, sizes, seed=seed)
    return replace(plan, label=label, cost=float(space.grids_of(label).cost.sum()))


def _first_room(bound: float, cost: float) -> float:
    """How far beyond the bound plans are sought first; not 0."""
    return max(OF_BOUND * max(abs(bound), abs(cost)), np.finfo(float).tiny)


def _counted_plan(space: GridSpace, value: FloatArray, *, effort: float) -> tuple[IntArray | None, float]:
    """Some plan where all grids that hold the rules can be counted, with a bound (inf: there is no plan; -inf: they are too many).

    More effort than 1 counts no more: soon there are too many to choose from.
    """
    none, most = Values(value, np.full(len(space.leads), -np.inf), -np.inf), min(effort, 1.0)
    room, alone = np.full(len(space.leads), np.inf), replace(space, nodes=Nodes(int(COUNTED.nodes * most)))
    grids = all_grids(alone, none, room, most=COUNTED.grids, nodes=int(COUNTED.site_nodes * most))
    if grids is None:
        return None, -np.inf
    worth = np.full(len(space.leads), np.inf)
    np.minimum.at(worth, grids.column, none.beyond(grids))
    if (worth[space.must] == np.inf).any() or len(np.unique(space.group[np.isfinite(worth)])) < space.k:
        return None, np.inf
    values = Values(value, worth, space.bound(value, none.triples, worth))
    found, bound = best_division(alone, values, grids, np.inf, work=WORK)
    return (None, bound) if found is None else (found.label(space.instance.n_atoms), values.bound)


def _any_plan(space: GridSpace, values: Values, cost: float) -> tuple[IntArray | None, float]:
    """Some plan where none is known that holds the rules, with a bound (inf: there is none); `cost` is what one costs that breaks them."""
    reach = _reach(space.k)
    if values.bound == np.inf:
        return None, np.inf
    allowed, room, count = space.allowed(values.worth), _first_room(values.bound, cost), 0
    while not space.instance.deadline.over() and space.nodes.left > 0:
        rooms = allowed + room if room < np.inf else np.full(len(allowed), np.inf)
        grids = all_grids(space, values, rooms, most=reach.grids, nodes=reach.site_nodes)
        if grids is None:
            break
        found, bound = best_division(space, values, grids, values.bound + room, work=WORK)
        if found is None:
            found, _ = best_division(space, values, grids, np.inf, work=WORK)
        if found is not None:
            return found.label(space.instance.n_atoms), values.bound
        if bound < values.bound + room or room == np.inf:
            return None, np.inf if bound == np.inf else values.bound
        room, count = (np.inf if len(grids) == count else WIDER * room), len(grids)
    return None, values.bound


def _among_all(space: GridSpace, plan: _Plan, values: Values) -> _Plan:
    """Take the best plan among all grids that a better one than this can have, and raise the bound.

    First among the grids of plans that cost little more than the bound of the values, then among more and more.
    """
    allowed, count, reach = space.allowed(values.worth), 0, _reach(space.k)
    room = min(FIRST_ROOM * (plan.cost - values.bound), _first_room(values.bound, plan.cost))
    room = max(room, plan.bound - values.bound)
    while not plan.proven and not space.instance.deadline.over() and space.nodes.left > 0:
        aim = min(values.bound + room, plan.cost)
        grids = all_grids(space, values, allowed + aim - values.bound, most=reach.grids, nodes=reach.site_nodes)
        if grids is None:
            break
        found, bound = best_division(space, values, grids, aim, work=WORK)
        if found is None and len(grids) >= ENOUGH and aim < plan.cost:
            found, _ = best_division(space, values, grids, plan.cost, work=WORK)
        if found is not None:
            plan = replace(plan, label=found.label(len(plan.label)), cost=float(found.cost.sum()))
        plan = replace(plan, bound=max(plan.bound, min(bound, plan.cost)))
        if (bound < aim and found is None) or (count and len(grids) * len(grids) / count > reach.grids):
            break  # or the next are too many, if they grow as they did
        room, count = WIDER * room, len(grids)
    return plan


def _among_cheapest(space: GridSpace, plan: _Plan, values: Values) -> _Plan:
    """Take better plans from all grids that such plans can have, the cheapest of these where they are too many; raise the bound."""
    plan = replace(plan, bound=max(plan.bound, values.bound))
    allowed, share, reach = space.allowed(values.worth), 1.0, _reach(space.k)
    while share > NARROWEST and not plan.proven and not space.instance.deadline.over() and space.nodes.left > 0:
        gap = plan.cost - values.bound
        grids = all_grids(space, values, allowed + share * gap, most=reach.grids, nodes=reach.site_nodes)
        if grids is None:
            share *= NARROWED
            continue
        found, least = branched_division(space, grids, plan.cost, nodes=MIP_NODES, triples=values.triples.atoms)
        # A plan with a grid that was left out costs that share of the gap at least.
        plan = replace(plan, bound=max(plan.bound, min(least, values.bound + share * gap)))
        if found is None:
            break
        plan, share = replace(plan, label=found.label(len(plan.label)), cost=float(found.cost.sum())), 1.0
    return plan
