"""What a plan costs, term by term, and what it measures: computed from the problem and the plan alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from gridplan.solver.instance import Limits, limits_for, unit_blocked, unit_components, unit_costs
from gridplan.solver.problem import BoolArray, FloatArray, IntArray, Problem

# Share of a limit by which rounding may pass it.
ROUNDING = 1e-9


@dataclass(frozen=True, eq=False)
class Measures:
    """A plan's terms and what the limits look at; `lead` is the lead position of each unit.

    `beyond` are residents beyond hard limits, none within rounding, `moved_beyond` those above the ceiling of change; `unled` is how many grids are missing or too many, or
    have to be led by sites that lead none. `held` (activities, grids) is what a grid has of each activity, `activity_beyond` what of it
    lies beyond hard limits, as residents.
    """

    lead: IntArray
    open_leads: tuple[int, ...]
    terms: dict[str, float]
    load: FloatArray
    beyond: FloatArray
    moved_beyond: float
    deviation: FloatArray
    blocked_units: IntArray
    apart: dict[int, IntArray]
    split_wholes: tuple[int, ...]
    stranded: float
    unled: int
    held: FloatArray
    activity_beyond: FloatArray

    @property
    def objective(self) -> float:
        """Sum of the terms."""
        return float(sum(self.terms.values()))

    @property
    def outside(self) -> float:
        """Residents beyond hard limits, apart from their lead, with a lead that a rule forbids, or more than may change lead."""
        return self.stranded + float(self.beyond.sum()) + self.moved_beyond + float(self.activity_beyond.sum())

    @property
    def holds(self) -> bool:
        """Whether every hard rule holds."""
        broken = len(self.blocked_units) or self.apart or self.split_wholes or self.unled
        return not (broken or self.beyond.any() or self.moved_beyond or self.activity_beyond.any())

    @property
    def rank(self) -> tuple[int, float, float]:
        """Smaller is better: the right leads first, then the fewest people outside the rules, then cost."""
        return (self.unled, 0.0, self.objective) if self.holds else (self.unled + 1, self.outside, self.objective)


def measure(problem: Problem, lead: IntArray, limits: Limits | None = None) -> Measures:
    """Measure the plan that gives unit i to lead position `lead[i]`, by the problem's own limits if none are given."""
    units = np.arange(problem.n_units)
    opened = tuple(int(j) for j in np.unique(lead))
    columns = np.array(opened)
    terms = {name: float(table[units, lead].sum()) for name, table in unit_costs(problem).items()}
    load = np.bincount(lead, weights=problem.population, minlength=problem.n_leads)[columns]
    limits = (limits_for(problem, len(opened)) if limits is None else limits).of(columns)
    missing = set(problem.required) - set(opened)
    over_soft = np.maximum(load - limits.soft_high, 0.0) + np.maximum(limits.soft_low - load, 0.0)
    above, below = load - limits.hard_high, limits.hard_low - load
    beyond = np.where(above > ROUNDING * limits.hard_high, above, 0.0)
    beyond += np.where(below > ROUNDING * limits.hard_low, below, 0.0)
    terms["opening"] = float(problem.lead_price[columns].sum())
    if problem.balance is not None and problem.balance_price is not None:
        terms["balance"] = problem.balance_price * float(over_soft.sum())
    cut = int((lead[problem.edges[:, 0]] != lead[problem.edges[:, 1]]).sum())
    if problem.compactness_price is not None:
        terms["compactness"] = problem.compactness_price * cut
    held = held_by_grids(problem, lead)[:, columns]
    over = limits.activities.beyond(held, ROUNDING)
    if any(some.price is not None for some in problem.activities):
        terms["activities"] = float(limits.activities.price @ over.sum(axis=1))
    if terms["unreachable"] == 0.0:
        del terms["unreachable"]
    blocked = unit_blocked(problem, unit_components(problem))[units, lead]
    blocked_units = np.flatnonzero(blocked)
    apart = _apart(problem, lead, opened)
    stranded = np.unique(np.concatenate([blocked_units, *apart.values()]))
    return Measures(
        lead=lead,
        open_leads=opened,
        terms=terms,
        load=load,
        beyond=beyond,
        moved_beyond=_moved_beyond(problem, lead),
        deviation=np.abs(load / (problem.total_population / len(opened)) - 1.0),
        blocked_units=blocked_units,
        apart=apart,
        split_wholes=_split(problem, lead),
        stranded=float(problem.population[stranded].sum()),
        unled=max(abs(len(opened) - limits.k), len(missing)),
        held=held,
        activity_beyond=limits.activities.weight[:, None] * over,
    )


def held_by_grids(problem: Problem, lead: IntArray) -> FloatArray:
    """(q, m) what the grid of each lead has of each activity."""
    held = np.zeros((len(problem.activities), problem.n_leads))
    for row, some in zip(held, problem.activities, strict=True):
        row += np.bincount(lead, weights=some.amounts, minlength=problem.n_leads)
    return held


def most_deviation(balance: float) -> float:
    """Largest deviation that is within the balance, rounding included."""
    return balance + ROUNDING * (1.0 + balance)


def moved_residents(problem: Problem, lead: IntArray) -> float:
    """Residents whose lead differs from their incumbent one."""
    return float(problem.population[problem.change.leaves(problem.n_leads)[np.arange(problem.n_units), lead]].sum())


def _moved_beyond(problem: Problem, lead: IntArray) -> float:
    """Residents who change lead beyond the ceiling, 0 within rounding."""
    if problem.change.most is None:
        return 0.0
    above = moved_residents(problem, lead) - problem.change.most
    return above if above > ROUNDING * problem.change.most else 0.0


def _apart(problem: Problem, lead: IntArray, opened: tuple[int, ...]) -> dict[int, IntArray]:
    """Units of each lead that do not hang together with its own unit."""
    pieces = _pieces(problem, problem.edges[_same(problem.edges, lead)])
    apart: dict[int, IntArray] = {}
    for j in opened:
        home = int(problem.lead_unit[j])
        lost = np.flatnonzero((lead == j) & (pieces != pieces[home])) if lead[home] == j else np.flatnonzero(lead == j)
        if len(lost):
            apart[j] = lost
    return apart


def _split(problem: Problem, lead: IntArray) -> tuple[int, ...]:
    """Wholes of which one connected piece lies in two grids."""
    whole = problem.whole
    inside = (whole[problem.edges[:, 0]] >= 0) & _same(problem.edges, whole)
    broken = {int(whole[u]) for u, v in problem.edges[inside] if lead[u] != lead[v]}
    return tuple(sorted(broken))


def _same(edges: IntArray, label: IntArray) -> BoolArray:
    same: BoolArray = label[edges[:, 0]] == label[edges[:, 1]]
    return same


def _pieces(problem: Problem, edges: IntArray) -> IntArray:
    n = problem.n_units
    graph = coo_matrix((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), shape=(n, n))
    labels: IntArray = connected_components(graph, directed=False)[1].astype(np.int64)
    return labels
