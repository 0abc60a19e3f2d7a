"""For one set of leads: relaxation, start, annealing and, where it is small enough, a MIP that closes the gap."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from gridplan.solver.bound.bridges import bridge_cases
from gridplan.solver.bound.fixed_leads import Relaxed, relax, strengthen
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
) -> Drawn:
    """Draw the grids of a set of leads and prove a bound for it."""
    at = np.array(leads, dtype=np.int64)
    relaxed = relax(instance, at, limits) if relaxed is None else relaxed
    task = build_task(instance, at, limits, seed)
    labels = first_labels(instance, at, task, relaxed.price, relaxed.label) if start is None else start
    proposals = int(min(PROPOSALS, PROPOSALS_A_UNIT * instance.n_atoms) * effort)
    rounds = max(2, proposals // PROPOSALS_A_ROUND)
    draft = anneal_rounds(
        task, labels, seed=seed, proposals=proposals, rounds=rounds, dual=relaxed.price, deadline=instance.deadline
    )
    drawn = _drawn(instance, leads, limits, draft.label, relaxed)
    if not drawn.measures.holds and instance.problem.change.most is not None:
        labels = first_labels(instance, at, task, relaxed.price, instance.moving[:, at].argmin(axis=1))
        draft = anneal_rounds(
            task, labels, seed=seed, proposals=proposals, rounds=rounds, dual=relaxed.price, deadline=instance.deadline
        )
        drawn = min(drawn, _drawn(instance, leads, limits, draft.label, relaxed), key=lambda d: d.measures.rank)
    if relaxed.infeasible or not drawn.measures.holds or instance.deadline.over():
        return drawn
    mip_rounds = _mip_rounds(relaxed, drawn, effort)
    if mip_rounds:
        drawn = _closed(instance, limits, at, relaxed, drawn, rounds=mip_rounds, effort=effort)
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
        labels = first_labels(instance, at, task, relaxed.price, case.label, case.pins)
        draft = anneal_rounds(
            task, labels, seed=seed, proposals=proposals, rounds=rounds, dual=relaxed.price, deadline=instance.deadline
        )
        other = _drawn(instance, leads, limits, draft.label, relaxed)
        if other.measures.holds and other.objective < drawn.objective:
            drawn = other
    return replace(drawn, bound=min(proven, drawn.objective), with_contiguity=True)


def _drawn(instance: Instance, leads: LeadSet, limits: Limits, label: IntArray, relaxed: Relaxed) -> Drawn:
    at = np.array(leads, dtype=np.int64)
    measures = measure(instance.problem, lead_of_units(instance, at, label), limits)
    return Drawn(leads, measures, relaxed.bound, with_contiguity=False, infeasible=relaxed.infeasible)


def _mip_rounds(relaxed: Relaxed, drawn: Drawn, effort: float) -> int:
    """How often a MIP over the arcs in doubt, those that a better plan may use, may be solved; 0 where nothing is."""
    open_arcs = (relaxed.slack <= drawn.objective - relaxed.bound + 1e-9).sum(axis=1)
    arcs = int(open_arcs[open_arcs > 1].sum())
    if not arcs:
        return 0
    most = _most_rounds(effort)
    return most if arcs <= FEW_ARCS else min(most, int(MIP_ARCS * effort) // arcs)


def _most_rounds(effort: float) -> int:
    """Rounds of a MIP: fewer where less than the usual effort is made."""
    return max(1, int(MIP_ROUNDS * min(effort, 1.0)))


def _closed(
    instance: Instance, limits: Limits, at: IntArray, relaxed: Relaxed, drawn: Drawn, *, rounds: int, effort: float
) -> Drawn:
    """Raise the bound by a MIP over the arcs in doubt; take its plan if that is better."""
    nodes = int(50 * max(effort, 1.0)) if rounds == _most_rounds(effort) else 1
    proof = strengthen(instance, at, limits, relaxed, drawn.objective, nodes=nodes, rounds=rounds)
    measures = drawn.measures
    if proof.label is not None:
        other = measure(instance.problem, lead_of_units(instance, at, proof.label), limits)
        if other.holds and other.objective < measures.objective:
            measures = other
    bound = min(proof.bound, measures.objective)
    return Drawn(drawn.leads, measures, bound, proof.with_contiguity, infeasible=False)
