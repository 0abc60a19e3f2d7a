"""For one set of leads: relaxation, start, annealing and, where it is small enough, a MIP that closes the gap."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from gridplan.solver.bound.bridges import bridge_cases
from gridplan.solver.bound.connected import close, still_open, tighten
from gridplan.solver.bound.fixed_leads import Relaxed, relax
from gridplan.solver.bound.separators import separate
from gridplan.solver.choose.local_search import LeadSet
from gridplan.solver.draw.annealing import anneal_rounds, build_task, first_labels
from gridplan.solver.instance import Instance, Limits
from gridplan.solver.problem import IntArray
from gridplan.solver.terms import Measures, measure

# Moves tried a unit, and in all; few units have been tried in every way long before.
PROPOSALS_A_UNIT = 20_000
PROPOSALS = 2_000_000
# Moves tried in one cooling.
PROPOSALS_A_ROUND = 3_000_000
# Arcs in doubt with which a MIP ends in a moment, and those that all its rounds may have together for effort 1.
FEW_ARCS = 150
MIP_ARCS = 300
MIP_ROUNDS = 8
# Share of the gap from which contiguity is what parts plan and bound; a MIP that knows it ends soon with more arcs.
PARTED, PARTED_ARCS = 0.05, 1_000
# Arcs in doubt up to which relaxations that know contiguity are solved (for effort 1), rounds of each, and how often they start anew from a better plan.
RELAXED_ARCS = 40_000
RELAXED_ROUNDS = 40
PASSES = 3
# Arcs an atom, those of least reduced cost, over which a MIP sketches a plan; its nodes, and how often contiguity is mended in it.
SKETCH_ARCS = 3
SKETCH_NODES, SKETCH_ROUNDS = 5, 30
# Steps of the simplex method that all MIPs of an instance may take for effort 1, and the share of them that sketches may: a map with
# little balance and scarce bridges takes 20,000 to 30,000 in one of them and gains little by the next.
MIP_STEPS, SKETCH_STEPS = 60_000, 0.5
# Effort from which it does: one of many plans that are solved again is not worth it.
SKETCH_EFFORT = 0.15
# Effort from which grids are drawn once more from the sketch, where it is not connected itself.
REDRAW_EFFORT = 0.5
# A gap (share of the bound) below which bridges are not worth their cases.
BRIDGE_GAP = 5e-4
# Ways of holding the bridges from which grids are drawn.
BRIDGE_STARTS = 2


@dataclass(frozen=True, eq=False)
class Drawn:
    """The best plan found for a set of leads, and the bound proven for that set."""

    leads: LeadSet
    measures: Measures
    bound: float
    with_contiguity: bool
    infeasible: bool

    @property
    def objective(self) -> float:
        """Objective of the plan."""
        return self.measures.objective


def lead_of_units(instance: Instance, leads: IntArray, label: IntArray) -> IntArray:
    """Lead position of each unit from a district a atom."""
    lead: IntArray = leads[label][instance.atom_of_unit]
    return lead


def draw_grids(
    instance: Instance,
    leads: LeadSet,
    limits: Limits,
    *,
    seed: int,
    effort: float,
    relaxed: Relaxed | None = None,
    start: IntArray | None = None,
    watch: Callable[[Drawn], None] = lambda drawn: None,
) -> Drawn:
    """Draw the grids of a set of leads and prove a bound for it; `watch` sees the plan at hand on the way."""
    at = np.array(leads, dtype=np.int64)
    relaxed = relax(instance, at, limits) if relaxed is None else relaxed
    task = build_task(instance, at, limits, seed)
    labels = first_labels(instance, at, task, relaxed.price, relaxed.label) if start is None else start
    proposals = int(min(PROPOSALS, PROPOSALS_A_UNIT * instance.n_atoms) * effort)
    rounds = max(2, proposals // PROPOSALS_A_ROUND)

    def anneal(labels: IntArray) -> Drawn:
        draft = anneal_rounds(
            task, labels, seed=seed, proposals=proposals, rounds=rounds, dual=relaxed.price, deadline=instance.deadline,
            watch=lambda label: watch(_drawn(instance, leads, limits, label, relaxed)),
        )  # fmt: skip
        return _drawn(instance, leads, limits, draft.label, relaxed)

    def redraw(wish: IntArray, pins: tuple[tuple[int, int], ...] = ()) -> Drawn:
        return anneal(first_labels(instance, at, task, relaxed.price, wish, pins))

    if instance.few_ways and start is None and not relaxed.infeasible:
        first = _drawn(instance, leads, limits, labels, relaxed)
        if first.measures.holds:
            first = _connected(instance, limits, at, relaxed, first, redraw=None, effort=effort)
            if first.objective <= first.bound + 1e-9 * abs(first.bound):
                return first
    drawn = anneal(labels)
    if not drawn.measures.holds and instance.problem.change.most is not None:
        drawn = min(drawn, redraw(instance.moving[:, at].argmin(axis=1)), key=lambda d: d.measures.rank)
    if relaxed.infeasible or not drawn.measures.holds or instance.deadline.over():
        return drawn
    drawn = _connected(instance, limits, at, relaxed, drawn, redraw=redraw, effort=effort, watch=watch)
    watch(drawn)
    if drawn.objective - drawn.bound <= BRIDGE_GAP * abs(relaxed.bound):
        return drawn
    tolled = instance.tolled(relaxed.toll, len(at))
    known = bridge_cases(tolled, at, limits, relaxed.price, drawn.objective, int(100 * max(effort, 1.0)))
    if known is None:
        return drawn
    proven = max(drawn.bound, min([case.bound for case in known[:1]] + [drawn.objective]))
    for case in known[: BRIDGE_STARTS if effort >= 1.0 else 1]:
        if case.bound >= drawn.objective or instance.deadline.over():
            break
        drawn = _better(drawn, redraw(case.label, case.pins).measures)
    return replace(drawn, bound=min(proven, drawn.objective), with_contiguity=True)


def _drawn(instance: Instance, leads: LeadSet, limits: Limits, label: IntArray, relaxed: Relaxed) -> Drawn:
    at = np.array(leads, dtype=np.int64)
    measures = measure(instance.problem, lead_of_units(instance, at, label), limits)
    return Drawn(leads, measures, relaxed.bound, with_contiguity=False, infeasible=relaxed.infeasible)


def _better(drawn: Drawn, measures: Measures) -> Drawn:
    """Take a plan that holds the rules at less cost; what is proven stays proven."""
    better = measures.holds and measures.objective < drawn.objective
    return replace(drawn, measures=measures) if better else drawn


def _connected(
    instance: Instance,
    limits: Limits,
    at: IntArray,
    relaxed: Relaxed,
    drawn: Drawn,
    *,
    redraw: Callable[[IntArray], Drawn] | None,
    effort: float,
    watch: Callable[[Drawn], None] = lambda drawn: None,
) -> Drawn:
    """Raise the bound by relaxations that know contiguity, then by a MIP over the arcs in doubt; take the plans they point to."""

    def told(label: IntArray) -> Measures:
        return measure(instance.problem, lead_of_units(instance, at, label), limits)

    steps = int(MIP_STEPS * effort)
    for _ in range(PASSES):
        gap = drawn.objective - relaxed.bound
        found = still_open(relaxed, drawn.objective)
        parted = gap > BRIDGE_GAP * abs(relaxed.bound) and bool(separate(instance, at, relaxed.label))
        if not parted or found.arcs.sum() > RELAXED_ARCS * effort:
            break
        found = tighten(instance, at, limits, relaxed, drawn.objective, rounds=RELAXED_ROUNDS)
        before = drawn
        if found.bound > drawn.bound:
            drawn = replace(drawn, bound=min(found.bound, drawn.objective), with_contiguity=True)
        if found.shares is None:
            return drawn
        label = found.shares.argmax(axis=1)
        drawn = _better(drawn, told(label))
        watch(drawn)
        parted = found.bound - relaxed.bound > PARTED * gap
        open_gap = drawn.objective - found.bound > BRIDGE_GAP * abs(found.bound)
        if parted and open_gap and found.arcs_in_doubt > FEW_ARCS and effort >= SKETCH_EFFORT:
            few = found.cheapest(SKETCH_ARCS * instance.n_atoms)
            sketch = close(
                instance,
                at,
                limits,
                few,
                drawn.objective,
                nodes=SKETCH_NODES,
                rounds=SKETCH_ROUNDS,
                steps=int(SKETCH_STEPS * steps),
            )
            found = replace(found, cuts=found.cuts + sketch.cuts)
            drawn = drawn if sketch.label is None else _better(drawn, told(sketch.label))
            if redraw is not None and effort >= REDRAW_EFFORT:
                drawn = _better(drawn, redraw(label if sketch.near is None else sketch.near).measures)
        if drawn.objective >= before.objective:
            break
    mip = _mip_rounds(found.arcs_in_doubt, effort, PARTED_ARCS if parted else MIP_ARCS)
    if not mip or drawn.objective <= drawn.bound:
        return replace(drawn, bound=min(drawn.bound, drawn.objective))
    nodes = int(50 * max(effort, 1.0)) if mip == _most_rounds(effort) else 1
    proof = close(instance, at, limits, found, drawn.objective, nodes=nodes, rounds=mip, steps=steps)
    if proof.label is not None:
        drawn = _better(drawn, told(proof.label))
    known = drawn.with_contiguity or proof.bound > drawn.bound
    return replace(drawn, bound=min(max(proof.bound, drawn.bound), drawn.objective), with_contiguity=known)


def _mip_rounds(arcs: int, effort: float, most_arcs: int) -> int:
    """How often a MIP over so many arcs in doubt, those that a better plan may use, may be solved; 0 where nothing is."""
    if not arcs:
        return 0
    most = _most_rounds(effort)
    return most if arcs <= FEW_ARCS else min(most, int(most_arcs * effort) // arcs)


def _most_rounds(effort: float) -> int:
    """Rounds of a MIP: fewer where less than the usual effort is made."""
    return max(1, int(MIP_ROUNDS * min(effort, 1.0)))
