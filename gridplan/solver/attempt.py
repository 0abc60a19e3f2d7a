"""The best plan of one number of grids: leads are chosen, grids drawn, a bound proven."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from gridplan.solver.bound.all_sets import Known, Work, count_out
from gridplan.solver.bound.exact import small_enough, solve_exactly
from gridplan.solver.bound.fixed_leads import Relaxed, relax, worth_of_atoms
from gridplan.solver.bound.lead_sets import price_sites
from gridplan.solver.choose.candidate_sets import Candidates, candidate_sets
from gridplan.solver.choose.local_search import LeadSet, SetBook
from gridplan.solver.columns.whole_grids import few_a_grid, few_grids, plan_by_grids
from gridplan.solver.draw.drawing import Drawn, draw_grids
from gridplan.solver.explain.excluded import is_excluded
from gridplan.solver.explain.tolerance import Need, balance_need
from gridplan.solver.instance import Instance, Limits, limits_for
from gridplan.solver.problem import FloatArray, IntArray
from gridplan.solver.solution import Status
from gridplan.solver.terms import Measures, measure, most_deviation
from gridplan.solver.work_budget import WorkBudget, unwatched

# Arcs that the proof over all sets may look at, for effort 1.
PROOF_WORK = 8e9
# Share of the objective within which a plan is proven optimal.
PROVEN = 1e-6
# Share within which a plan of whole grids is proven that is not sought by other ways any more: their bounds are weaker.
CLOSE = 0.05
# Distance of a plan from the bound of site prices beyond which whole grids come first: limits are too narrow for parts of units to tell.
FAR = 0.03
# Rounds of improving the values of atoms with which whole grids begin.
GRID_VALUE_ROUNDS = 200
# Sets found during that proof which are drawn because their bound lies below the best plan.
MORE_DRAWS = 6


@dataclass(frozen=True, eq=False)
class Result:
    """The best plan for one number of grids; `bound` holds for every plan with k grids (None: none was proven).

    `excluded` means proven: no plan with k grids holds the hard rules.
    """

    instance: Instance
    k: int
    measures: Measures
    bound: float | None
    with_contiguity: bool
    feasible: bool
    excluded: bool = False
    need: Need | None = None
    least_moved: float | None = None

    @property
    def status(self) -> Status:
        """What is known of plans with k grids, but for how good they can be."""
        return "feasible" if self.feasible else "infeasible" if self.excluded else "unknown"

    @property
    def proven(self) -> bool:
        """Whether no plan with k grids is better."""
        return self.within(PROVEN)

    def within(self, share: float) -> bool:
        """Whether no plan with k grids is better by more than a share."""
        return self.gap <= share

    @property
    def gap(self) -> float:
        """Share of its cost by which a plan may be better; all of it where no bound is proven or a rule is broken."""
        if self.bound is None or not self.feasible:
            return 1.0
        cost = self.measures.objective
        return (cost - self.bound) / max(abs(cost), np.finfo(float).tiny)

    @property
    def rank(self) -> tuple[bool, tuple[int, float, float]]:
        """Feasible plans first, then as measures rank."""
        return not self.feasible, self.measures.rank


def solve_for(instance: Instance, k: int, *, seed: int, budget: WorkBudget) -> Result:
    """Choose and draw k grids; when hard balance cannot hold, hold the smallest tolerance that is not excluded."""
    result = _attempt(instance, k, limits_for(instance.problem, k), seed=seed, budget=budget)
    problem = instance.problem
    if result.feasible:
        return result
    result = replace(result, excluded=result.excluded or is_excluded(instance, k))
    if problem.balance is None or problem.balance_price is not None:
        return result
    need = balance_need(instance, k, effort=budget.effort)
    result = replace(result, need=need, excluded=result.excluded or need.tolerance > most_deviation(problem.balance))
    if need.tolerance <= problem.balance or budget.over():
        return result
    # Its plans hold limits that nobody asked for: whoever watches is not told of them.
    unseen = replace(budget, watch=unwatched)
    eased = _attempt(instance, k, limits_for(problem, k, need.tolerance + 2e-7), seed=seed, budget=unseen)
    better = min(
        result, eased, key=lambda r: (r.measures.unled, r.measures.stranded, float(r.measures.deviation.max()))
    )
    bound = None if result.excluded else result.bound
    return replace(better, bound=bound, feasible=False, excluded=result.excluded, need=need)


def _attempt(instance: Instance, k: int, limits: Limits, *, seed: int, budget: WorkBudget) -> Result:
    """Choose and draw k grids within `limits`."""
    found = candidate_sets(instance, k, limits, seed=seed, budget=budget)
    drawing = _Drawing(instance, limits, found, seed, budget)
    whole = budget.exact and few_a_grid(instance, limits, k)
    first, sets = None, found.sets
    if whole and instance.problem.choosing and few_grids(k):
        some, sets = sets[:1], sets[1:]
        first = _grids_first(instance, k, drawing.best_of(some), limits, seed=seed, budget=budget)
        if first is not None and (first.proven or (first.within(CLOSE) and not small_enough(instance))):
            return first
    result = _bounded(instance, found.book, k, drawing.drawn, drawing.best_of(sets), seed=seed, budget=budget)
    if whole:
        result = _grids_last(result, first, limits, seed=seed, budget=budget)
    if result.proven or budget.over() or not budget.exact or not small_enough(instance):
        return result
    return _least_broken(result, limits, budget) if result.excluded else _exactly(result, limits, budget)


class _Drawing:
    """Grids drawn for the candidate sets: the plan whose leads roamed first, then those sets that may still be better than the best plan."""

    def __init__(self, instance: Instance, limits: Limits, found: Candidates, seed: int, budget: WorkBudget) -> None:
        self._instance, self._limits, self._found, self._budget = instance, limits, found, budget
        self._draw = partial(draw_grids, instance, limits=limits, seed=seed, effort=budget.effort, watch=self._watch)
        roamed = found.roamed
        self.drawn = [] if roamed is None else [self._draw(leads=roamed.leads, start=roamed.label)]

    def best_of(self, sets: list[LeadSet]) -> Drawn:
        """Draw some sets; returns the best plan drawn so far."""
        for leads in sets:
            held = min((one.objective for one in self.drawn if one.measures.holds), default=np.inf)
            if self.drawn and (self._budget.over() or self._found.book.known_bound(leads) >= held):
                continue
            price = self._found.book.price.get(leads)
            relaxed = relax(self._instance, np.array(leads, dtype=np.int64), self._limits, price)
            self.drawn.append(self._draw(leads=leads, relaxed=relaxed))
        return min(self.drawn, key=_order)

    def _watch(self, one: Drawn) -> None:
        if one.measures.holds:
            proven = not self._instance.problem.choosing and one.bound > -np.inf
            floor = min(one.bound, one.objective) if proven else None
            self._budget.watch(len(one.leads), one.objective, floor, one.measures.lead)


def _grids_first(
    instance: Instance, k: int, drawn: Drawn, limits: Limits, *, seed: int, budget: WorkBudget
) -> Result | None:
    """Seek whole grids from a first plan where the limits are too narrow for parts of units to tell; None elsewhere."""
    first = Result(instance, k, drawn.measures, None, with_contiguity=False, feasible=drawn.measures.holds)
    value, bound = _values_over_sets(first, limits)
    near = first.feasible and bound >= (1.0 - FAR) * first.measures.objective
    return None if near or budget.over() else _by_grids(first, limits, value, seed=seed, budget=budget)


def _grids_last(result: Result, first: Result | None, limits: Limits, *, seed: int, budget: WorkBudget) -> Result:
    """Take what whole grids gave before others, or seek them now."""
    if first is not None:
        return _together(result, first)
    if result.excluded or result.proven or budget.over():
        return result
    return _by_grids(result, limits, _values_over_sets(result, limits)[0], seed=seed, budget=budget)


def _values_over_sets(result: Result, limits: Limits) -> tuple[FloatArray, float]:
    """What covering each atom costs at least, in the plan's own leads or, where leads are chosen, in any; and the bound that this proves."""
    instance = result.instance
    at = np.unique(result.measures.lead)
    relaxed = relax(instance, at, limits)
    value = worth_of_atoms(instance, at, relaxed.price)
    if not instance.problem.choosing:
        return value, relaxed.bound
    aim = max(relaxed.bound, result.measures.objective)
    prices = price_sites(instance, limits, result.k, value, aim, GRID_VALUE_ROUNDS)
    return prices.value, prices.bound


def _bounded(
    instance: Instance, book: SetBook, k: int, drawn: list[Drawn], best: Drawn, *, seed: int, budget: WorkBudget
) -> Result:
    """The best plan drawn with a bound for all plans, which over all sets may better the plan."""
    feasible, bound, knows, none = best.measures.holds, best.bound, best.with_contiguity, best.infeasible
    if instance.problem.choosing:
        bound, knows, best = bound_all_sets(instance, book, k, drawn, best, feasible=feasible, seed=seed, budget=budget)
        none = False
    return Result(instance, k, best.measures, None if none else bound, knows, feasible, excluded=none)


def _together(one: Result, other: Result) -> Result:
    """The better plan of two results, and the greater bound, or that there is no plan."""
    best = min(one, other, key=lambda result: result.rank)
    if one.excluded or other.excluded:
        return replace(best, bound=None, excluded=True)
    further = max(one, other, key=lambda result: -np.inf if result.bound is None else result.bound)
    return replace(best, bound=further.bound, with_contiguity=further.with_contiguity)


def _by_grids(result: Result, limits: Limits, value: FloatArray, *, seed: int, budget: WorkBudget) -> Result:
    """Better plan and bound by whole grids, where they have few atoms, from values of atoms on."""
    instance, k = result.instance, result.k
    lead = np.empty(instance.n_atoms, dtype=np.int64)
    lead[instance.atom_of_unit] = result.measures.lead
    found = plan_by_grids(
        instance, limits, k, lead, value, holds=result.feasible, seed=seed, effort=budget.effort, gap=result.gap
    )
    if found is None:
        return result
    if found.bound == np.inf:
        return replace(result, bound=None, excluded=True)
    if result.bound is None or found.bound > result.bound:
        result = replace(result, bound=found.bound if found.bound > -np.inf else None, with_contiguity=True)
    better = result if found.lead is None else _better(result, found.lead, limits)
    if better.feasible:
        budget.watch(k, better.measures.objective, better.bound, better.measures.lead)
    return better


def _exactly(result: Result, limits: Limits, budget: WorkBudget) -> Result:
    """Solve a small problem to the end where search and bound leave a gap."""
    instance, k = result.instance, result.k
    exact = solve_exactly(instance, limits, k, effort=budget.effort)
    if exact.infeasible:
        return _least_broken(replace(result, bound=None, excluded=True), limits, budget)
    bound = max(exact.bound, -np.inf if result.bound is None else result.bound)
    result = replace(result, bound=bound if bound > -np.inf else None, with_contiguity=True)
    if exact.lead is None:
        return result
    return _better(result, exact.lead, limits)


def _least_broken(result: Result, limits: Limits, budget: WorkBudget) -> Result:
    """Open the arcs that rules forbid, where no plan holds all of them, for one that breaks few."""
    if result.feasible or not result.instance.blocked.any():
        return result
    exact = solve_exactly(result.instance, limits, result.k, effort=budget.effort, open_all=True)
    return result if exact.lead is None else _better(result, exact.lead, limits)


def _better(result: Result, lead: IntArray, limits: Limits) -> Result:
    """Take the plan that gives each atom this lead, if it ranks before the result's own."""
    measures = measure(result.instance.problem, lead[result.instance.atom_of_unit], limits)
    other = replace(result, measures=measures, feasible=measures.holds)
    return min(result, other, key=lambda r: r.rank)


def _order(drawn: Drawn) -> tuple[int, float, float]:
    return drawn.measures.rank


def bound_all_sets(
    instance: Instance,
    book: SetBook,
    k: int,
    drawn: list[Drawn],
    best: Drawn,
    *,
    feasible: bool,
    seed: int,
    budget: WorkBudget,
) -> tuple[float, bool, Drawn]:
    """Bound over every set of k sites, whether contiguity was used, and the best plan, which the proof may better.

    Without a feasible plan there is nothing to count out by: the site prices alone give the bound. The book's instance may have a
    toll where `instance` has a ceiling: sets are counted out by the toll, drawn and bounded one by one within the ceiling.
    """
    eased, limits = book.instance, book.limits
    at = np.array(best.leads, dtype=np.int64)
    relaxed = relax(eased, at, limits, book.price.get(best.leads))
    start = worth_of_atoms(eased, at, relaxed.price)
    start = start if book.unit_value is None else book.unit_value
    rounds = 1 if budget.over() else int(np.clip(300 * budget.effort, 30, 2000))
    if not feasible:
        aim = relaxed.bound + 0.01 * abs(relaxed.bound)
        return price_sites(eased, limits, k, start, aim, rounds).bound, False, best
    prices = price_sites(eased, limits, k, start, best.objective, rounds)
    budget.watch(k, None, min(prices.bound, best.objective), None)
    warm = np.full(instance.problem.n_leads, float(relaxed.price.mean()))
    warm[at] = relaxed.price

    def draw(leads: LeadSet) -> Drawn:
        found = draw_grids(instance, leads, limits, seed=seed, effort=budget.effort)
        if found.measures.holds:
            budget.watch(k, found.objective, None, found.measures.lead)
        return found

    def bounded(leads: LeadSet) -> Relaxed:
        return relax(instance, np.array(leads, dtype=np.int64), limits, book.price.get(leads))

    worst_first = sorted(drawn, key=_order, reverse=True)
    known = Known({d.leads: d for d in worst_first}, bounded, draw, MORE_DRAWS)
    work = Work(PROOF_WORK * budget.effort, budget.over, lambda floor: budget.watch(k, None, floor, None))
    bound = count_out(book, k, prices, warm, known, work)
    best = min(known.drawn.values(), key=_order)
    return min(bound, best.bound), best.with_contiguity, best
