"""The flow of a solve: for each number of grids choose leads, draw grids, prove a bound; then rank and explain."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from gridplan.solver.assignment import Assignment
from gridplan.solver.bound.all_sets import Known, Work, count_out
from gridplan.solver.bound.exact import STEPS, small_enough, solve_exactly
from gridplan.solver.bound.fixed_leads import Relaxed, relax
from gridplan.solver.bound.lead_sets import price_sites
from gridplan.solver.choose.local_search import (
    LeadSet,
    SetBook,
    any_set,
    exchange,
    fits,
    fitting_set,
    greedy_set,
    is_province,
    search_sets,
)
from gridplan.solver.choose.roaming import Roamed, roam_leads, worth_roaming
from gridplan.solver.choose.toll import seek_toll
from gridplan.solver.columns.whole_grids import few_a_grid, few_grids, plan_by_grids
from gridplan.solver.deadline import NEVER, Deadline
from gridplan.solver.draw.annealing import build_task, first_labels
from gridplan.solver.draw.drawing import Drawn, draw_grids
from gridplan.solver.explain.confirming import Trial, confirm_causes
from gridplan.solver.explain.excluded import is_excluded
from gridplan.solver.explain.limits import explain
from gridplan.solver.explain.stopped import tell_stopped
from gridplan.solver.explain.tolerance import Need, balance_need
from gridplan.solver.instance import Instance, Limits, build_instance, limits_for
from gridplan.solver.judge import broken_by, judge_solution, untold
from gridplan.solver.problem import FloatArray, IntArray, Problem
from gridplan.solver.scaling import scale_problem
from gridplan.solver.solution import Explanation, Outcome, Solution, Status
from gridplan.solver.terms import Measures, measure, most_deviation
from gridplan.words.errors import InputProblem, ProblemError
from gridplan.words.text import Text

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
# Share of the effort for each problem that is solved again with something relaxed, to hold an explanation to its word.
CONFIRMING = 0.3
# What somebody has said of single units and sites: no plan is returned that breaks it where one was found that keeps it.
WISHES = {"locked", "barred", "required", "forbidden"}
# Where there are many sites, grids and atoms: passes over prices a unit, and how many of the sets met are bounded after each.
PRICE_PASSES, MOST_MET = 5, 5
# Sets found during that proof which are drawn because their bound lies below the best plan.
MORE_DRAWS = 6


Watch = Callable[[int, float | None, float | None, IntArray | None], None]
"""Called with a number of grids, the objective of a plan that holds the rules, what none of that number goes below, and the lead position of each unit in that plan."""


def _unwatched(_k: int, _objective: float | None, _floor: float | None, _lead: IntArray | None) -> None:
    """Show nothing."""


@dataclass(frozen=True)
class WorkBudget:
    """Work allowed for a solve; only `deadline` looks at a clock. `exact`: small problems are solved to the end. `watch` hears how far it is."""

    effort: float
    deadline: Deadline
    exact: bool = True
    watch: Watch = _unwatched

    def over(self) -> bool:
        """Whether the time limit has come."""
        return self.deadline.over()


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
        cost = self.measures.objective
        return self.feasible and self.bound is not None and self.bound >= cost - share * abs(cost)

    @property
    def rank(self) -> tuple[bool, tuple[int, float, float]]:
        """Feasible plans first, then as measures rank."""
        return not self.feasible, self.measures.rank


def run(
    problem: Problem,
    *,
    seed: int,
    effort: float,
    deadline: Deadline = NEVER,
    exact: bool = True,
    hear: Callable[[Result], None] = lambda result: None,
    watch: Watch = _unwatched,
) -> Solution:
    """Solve for every number of grids asked for and return the best plan with its alternatives.

    Without `exact` small problems too are left with the bound that search and relaxation prove. `hear` is called with the best plan of each
    number of grids as soon as it is known, `watch` while it is sought. Where somebody has enough before the end, the best plan of those numbers
    that were tried to the end is returned, and what cannot be said of it is.

    Raises
    ------
    ProblemError
        If `effort` is not above 0.
    """
    if not effort > 0:
        needed, found = Text(zh="大于 0 的 effort", en="an effort above 0"), Text(zh=str(effort), en=str(effort))
        remedy = Text(zh="请改为正数。", en="Give a positive number.")
        raise ProblemError(InputProblem("error", needed, found, remedy, field="effort"))
    budget = WorkBudget(effort, deadline, exact)
    best, results, all_tried = _solve_each(problem, seed=seed, budget=replace(budget, watch=watch), hear=hear)
    assert best is not None, "a problem in which no set of sites may lead is refused when it is made"
    causes = _causes(best)
    if causes:
        best, causes = _confirmed(best, causes, seed=seed, budget=budget)
        results = [best if result.k == best.k else result for result in results]
    cut = budget.over() or budget.deadline.met
    solution = package(best, results, causes, all_tried=all_tried)
    solution = replace(judge_solution(problem, solution), reproducible=not cut)
    return _told_stopped(solution, best, results, budget) if cut else solution


def _told_stopped(solution: Solution, best: Result, results: list[Result], budget: WorkBudget) -> Solution:
    """Say of a plan that its search ended early; what is proven of its number of grids stays known. Of the best one nothing is to be said."""
    problem = best.instance.problem
    if solution.status == "optimal":
        return solution
    # How much a plan that breaks a rule costs says nothing beside those that hold them.
    gap = gaps(best.measures.terms, best.bound)[0] if best.feasible else None
    tried = [result.k for result in results]
    said = tell_stopped(best.k, gap, tried, _possible_numbers(problem), by_hand=budget.deadline.enough(), proven=PROVEN)
    return solution.restated(explanation=(*solution.explanation, said))


def _possible_numbers(problem: Problem) -> list[int]:
    """Return the numbers of grids asked for that some set of sites may lead."""
    numbers = range(problem.k_min, problem.k_max + 1)
    if not problem.choosing:
        return list(numbers)
    instance = build_instance(problem, split_homes=True)
    return [k for k in numbers if any_set(instance, k) is not None]


def _solve_each(
    problem: Problem,
    *,
    seed: int,
    budget: WorkBudget,
    near: int | None = None,
    hear: Callable[[Result], None] = lambda result: None,
) -> tuple[Result | None, list[Result], bool]:
    """Solve for every number of grids asked for; returns the best, all of them, and whether every number was tried.

    None and nothing where no set of sites may lead any of these numbers, as a relaxed problem may have it.

    With `near` the numbers nearest to it come first, and the first plan that holds the rules is enough.
    """
    scaled, grown = scale_problem(problem)
    instance = build_instance(scaled, deadline=budget.deadline)
    budget = replace(budget, watch=_unscaled_watch(budget.watch, grown))
    results: list[Result] = []
    all_tried = True
    numbers = range(problem.k_min, problem.k_max + 1)
    for k in numbers if near is None else sorted(numbers, key=lambda k: abs(k - near)):
        if results and (budget.over() or (near is not None and results[-1].feasible)):
            all_tried = False
            break
        whole = not problem.choosing or any_set(instance, k) is not None
        chosen = instance if whole else build_instance(scaled, split_homes=True, deadline=budget.deadline)
        if problem.choosing and any_set(chosen, k) is None:
            continue
        result = solve_for(chosen, k, seed=seed, budget=budget)
        if results and budget.deadline.enough() and (_any_holds(results) or not result.feasible):
            all_tried = False
            break
        if scaled is not problem:
            result = _unscaled(result, build_instance(problem, split_homes=not whole, deadline=budget.deadline), grown)
        results.append(result)
        hear(result)
    if not results:
        return None, results, all_tried
    best = min(results, key=lambda result: result.rank)
    if best.measures.moved_beyond:
        best = replace(best, least_moved=least_moved(problem, seed=seed, budget=budget))
        if best.least_moved is not None and best.least_moved > problem.change.ceiling * (1 + PROVEN):
            results = [replace(result, excluded=True) for result in results]
    return best, results, all_tried


def _any_holds(results: list[Result]) -> bool:
    return any(result.feasible for result in results)


def _causes(result: Result) -> tuple[Explanation, ...]:
    """Name what the plan breaks, and what keeps every plan from holding it; nothing where it holds the rules."""
    said = (*result.instance.notes, *explain(result.instance, result.measures, result.need, result.least_moved))
    causes = tuple(cause for cause in said if not cause.note)
    return (*causes, *untold(broken_by(result.instance.problem, result.measures.lead), causes))


def _confirmed(
    best: Result, causes: tuple[Explanation, ...], *, seed: int, budget: WorkBudget
) -> tuple[Result, tuple[Explanation, ...]]:
    """Hold the causes to their word; returns the plan that breaks no more than they name (wishes it keeps), and those that are needed."""
    problem = best.instance.problem
    less = replace(budget, effort=CONFIRMING * budget.effort)

    def solve_again(relaxed: Problem) -> Trial | None:
        if budget.over():
            return None
        found, _, all_tried = _solve_each(relaxed, seed=seed, budget=less, near=best.k)
        if found is None or not (found.feasible or all_tried):
            return None
        return Trial(found.measures.lead, _causes(found))

    confirmed = confirm_causes(problem, Trial(best.measures.lead, causes), solve_again)
    broken = broken_by(problem, best.measures.lead)
    against = {said.limit_name for said in broken_by(problem, confirmed.lead)} & WISHES
    if against - {said.limit_name for said in broken} or (confirmed.lead == best.measures.lead).all():
        # Where somebody's wish has to give way that is said, and the plan shows what keeping it breaks.
        return best, (*confirmed.causes, *untold(broken, confirmed.causes))
    measures = measure(problem, confirmed.lead)
    return replace(best, k=len(measures.open_leads), measures=measures), confirmed.causes


def least_moved(problem: Problem, *, seed: int, budget: WorkBudget) -> float | None:
    """Residents who change lead in every plan that holds the other rules, at least; None where nothing is proven."""
    if budget.over():
        return None
    reached = np.where(np.isfinite(problem.minutes), 0.0, np.inf)
    free = replace(
        problem, minutes=reached, lead_price=np.zeros(problem.n_leads), compactness_price=None, max_minutes=None,
        max_minutes_price=None, habit_price=None, lost_minutes=0.0, change=problem.change.priced(1.0),
        activities=tuple(some for some in problem.activities if some.price is None),
    )  # fmt: skip
    if problem.max_minutes is not None and problem.max_minutes_price is None:
        far = problem.minutes > problem.max_minutes
        # A site whose own unit is barred from it could not lead at all.
        far[problem.lead_unit, np.arange(problem.n_leads)] = False
        free = replace(free, barred=problem.barred | far)
    if problem.balance_price is not None:
        free = replace(free, balance=None, balance_price=None)
    return run(free, seed=seed, effort=0.3 * budget.effort, deadline=budget.deadline).bound


def _unscaled_watch(watch: Watch, grown: float) -> Watch:
    """Return a watch that is told the scaled problem's numbers, and passes on what is better than before."""
    least: dict[int, float] = {}
    most: dict[int, float] = {}

    def told(k: int, objective: float | None, floor: float | None, lead: IntArray | None) -> None:
        lower = objective is not None and objective < least.get(k, np.inf)
        higher = floor is not None and floor > most.get(k, -np.inf)
        if objective is not None and lower:
            least[k] = objective
        if floor is not None and higher:
            most[k] = floor
        if lower or higher:
            watch(k, least[k] / grown if lower else None, most[k] / grown if higher else None, lead if lower else None)

    return told


def _unscaled(result: Result, instance: Instance, grown: float) -> Result:
    """Return the result in the problem's own numbers."""
    measures = measure(instance.problem, result.measures.lead, limits_for(instance.problem, result.k))
    bound = None if result.bound is None else result.bound / grown
    return replace(result, instance=instance, measures=measures, bound=bound)


def solve_for(instance: Instance, k: int, *, seed: int, budget: WorkBudget) -> Result:
    """Choose and draw k grids; when hard balance cannot hold, hold the smallest tolerance that is not excluded."""
    result = _attempt(instance, k, limits_for(instance.problem, k), seed=seed, budget=budget)
    problem = instance.problem
    if result.feasible:
        return result
    result = replace(result, excluded=result.excluded or is_excluded(instance, k))
    if problem.balance is None or problem.balance_price is not None:
        return result
    need = balance_need(instance, k)
    result = replace(result, need=need, excluded=result.excluded or need.tolerance > most_deviation(problem.balance))
    if need.tolerance <= problem.balance or budget.over():
        return result
    # Its plans hold limits that nobody asked for: whoever watches is not told of them.
    unseen = replace(budget, watch=_unwatched)
    eased = _attempt(instance, k, limits_for(problem, k, need.tolerance + 2e-7), seed=seed, budget=unseen)
    better = min(
        result, eased, key=lambda r: (r.measures.unled, r.measures.stranded, float(r.measures.deviation.max()))
    )
    bound = None if result.excluded else result.bound
    return replace(better, bound=bound, feasible=False, excluded=result.excluded, need=need)


def _attempt(instance: Instance, k: int, limits: Limits, *, seed: int, budget: WorkBudget) -> Result:
    """Choose and draw k grids within `limits`."""
    problem = instance.problem
    # Half of the time is kept for drawing and proving.
    toll = seek_toll(instance, k, limits, seed=seed) if problem.choosing else 0.0
    book = SetBook(instance.tolled(toll, k), limits, rounds=80, deadline=budget.deadline.halfway())
    roamed: Roamed | None = None
    if problem.choosing:
        search_sets(
            book, k, rng=np.random.default_rng([seed, k]), starts=set_starts(instance, k, budget),
            exchanges=not worth_roaming(instance, k) and not is_province(instance, k),
        )  # fmt: skip
        _exchange_priced(book, k, budget)
        tried = book.refine(4, rounds=300)
        roamed = _roam(book, tried[0], k, seed=seed, budget=budget)
    else:
        tried = [tuple(range(problem.n_leads))]
    drawn: list[Drawn] = []

    def watch(one: Drawn) -> None:
        if one.measures.holds:
            floor = None if problem.choosing or one.bound == -np.inf else min(one.bound, one.objective)
            budget.watch(k, one.objective, floor, one.measures.lead)

    if roamed is not None:
        roamed_first = draw_grids(
            instance, roamed.leads, limits, seed=seed, effort=budget.effort, start=roamed.label, watch=watch
        )
        drawn.append(roamed_first)

    def draw_sets(sets: list[LeadSet]) -> Drawn:
        for leads in sets:
            held = min((d.objective for d in drawn if d.measures.holds), default=np.inf)
            if drawn and (budget.over() or book.known_bound(leads) >= held):
                continue
            relaxed = relax(instance, np.array(leads, dtype=np.int64), limits, book.price.get(leads))
            drawn.append(
                draw_grids(instance, leads, limits, seed=seed, effort=budget.effort, relaxed=relaxed, watch=watch)
            )
        return min(drawn, key=_order)

    whole = budget.exact and few_a_grid(instance, limits, k)
    first = None
    if whole and problem.choosing and few_grids(k):
        some, tried = tried[:1], tried[1:]
        first = _grids_first(instance, k, draw_sets(some), limits, seed=seed, budget=budget)
        if first is not None and (first.proven or (first.within(CLOSE) and not small_enough(instance))):
            return first
    result = _bounded(instance, book, k, drawn, draw_sets(tried), seed=seed, budget=budget)
    if whole:
        result = _grids_last(result, first, limits, seed=seed, budget=budget)
    if result.proven or budget.over() or not budget.exact or not small_enough(instance):
        return result
    return _least_broken(result, limits, budget) if result.excluded else _exactly(result, limits, budget)


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
    value = _worth_of_atoms(instance, at, relaxed)
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


def _worth_of_atoms(instance: Instance, at: IntArray, relaxed: Relaxed) -> FloatArray:
    """Return what covering each atom costs at least among the leads `at`, at their prices a resident."""
    value: FloatArray = (instance.costs_of(at) + instance.population[:, None] * relaxed.price).min(axis=1)
    return value


def _by_grids(result: Result, limits: Limits, value: FloatArray, *, seed: int, budget: WorkBudget) -> Result:
    """Better plan and bound by whole grids, where they have few atoms, from values of atoms on."""
    instance, k = result.instance, result.k
    lead = np.empty(instance.n_atoms, dtype=np.int64)
    lead[instance.atom_of_unit] = result.measures.lead
    found = plan_by_grids(instance, limits, k, lead, value, holds=result.feasible, seed=seed, effort=budget.effort)
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
    steps = int(STEPS * np.clip(budget.effort, 0.25, 4.0))
    exact = solve_exactly(instance, limits, k, steps=steps)
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
    steps = int(STEPS * np.clip(budget.effort, 0.25, 4.0))
    exact = solve_exactly(result.instance, limits, result.k, steps=steps, open_all=True)
    return result if exact.lead is None else _better(result, exact.lead, limits)


def _better(result: Result, lead: IntArray, limits: Limits) -> Result:
    """Take the plan that gives each atom this lead, if it ranks before the result's own."""
    measures = measure(result.instance.problem, lead[result.instance.atom_of_unit], limits)
    other = replace(result, measures=measures, feasible=measures.holds)
    return min(result, other, key=lambda r: r.rank)


def _exchange_priced(book: SetBook, k: int, budget: WorkBudget) -> None:
    """Add the sets that site prices point to, and exchange sites from the best of them."""
    instance, limits = book.instance, book.limits
    if book.deadline.over():
        return
    leads = book.refine(1, rounds=300)[0]
    at = np.array(leads, dtype=np.int64)
    relaxed = relax(instance, at, limits, book.price[leads])
    value = _worth_of_atoms(instance, at, relaxed)
    rounds = int(np.clip(100 * budget.effort, 20, 200))
    if is_province(instance, k):
        exchange(book, follow_prices(book, k, leads, relaxed.bound, value, rounds, budget.watch))
        return
    prices = price_sites(instance, limits, k, value, relaxed.bound, rounds)
    budget.watch(k, None, prices.bound, None)
    met = [tuple(some) for some in prices.met.tolist()]
    met = [some for some in met if fits(instance, some)]
    if met and not worth_roaming(instance, k):
        exchange(book, min(met, key=book.rank))


def follow_prices(
    book: SetBook, k: int, leads: LeadSet, aim: float, value: FloatArray, rounds: int, watch: Watch = _unwatched
) -> LeadSet:
    """Improve the values of the atoms in passes, towards the best set so far; returns it: the sites chosen most often, or a set met."""
    best = leads
    for turn in range(PRICE_PASSES):
        if turn and book.deadline.over():
            break
        prices = price_sites(book.instance, book.limits, k, value, aim, rounds if turn else 2 * rounds)
        watch(k, None, prices.bound, None)
        value = book.unit_value = prices.value
        met = sorted(map(tuple, prices.met.tolist()), key=lambda some: float(prices.worth[list(some)].sum()))
        often = fitting_set(book.instance, np.argsort(-prices.chosen, kind="stable"), k)
        best = min(
            (some for some in (best, often, *met[:MOST_MET]) if some and fits(book.instance, some)), key=book.rank
        )
        if not book.lack[best]:
            aim = max(prices.bound, min(aim, book.bound(best, rounds=300)))
    return best


def _roam(book: SetBook, leads: LeadSet, k: int, *, seed: int, budget: WorkBudget) -> Roamed | None:
    """Let leads roam where sites are many and atoms few."""
    instance, limits = book.instance, book.limits
    if budget.over() or not worth_roaming(instance, k):
        return None
    at = np.array(leads, dtype=np.int64)
    relaxed = relax(instance, at, limits, book.price[leads])
    value = _worth_of_atoms(instance, at, relaxed)
    prices = price_sites(instance, limits, k, value, relaxed.bound, 60)
    rng = np.random.default_rng([seed, k, 3])
    starts = []
    for _ in range(4):
        some = greedy_set(instance, k, rng)
        if some is not None:
            few = np.array(some, dtype=np.int64)
            task = build_task(instance, few, limits, seed)
            starts.append(first_labels(instance, few, task, np.zeros(k)))
    proposals = int(32_000 * instance.n_atoms * budget.effort)
    return roam_leads(instance, limits, k, starts, prices.value, seed=seed, proposals=proposals) if starts else None


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
    start = _worth_of_atoms(eased, at, relaxed)
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


def set_starts(instance: Instance, k: int, budget: WorkBudget) -> int:
    """How many starts the search over sets may have: many where a bound costs little, one where unit prices lead on sooner."""
    if is_province(instance, k):
        return 1
    work = instance.n_atoms * k * k * instance.problem.n_leads
    return int(np.clip(budget.effort * 2e7 / max(work, 1), 2, 40))


def package(best: Result, results: list[Result], causes: tuple[Explanation, ...], *, all_tried: bool) -> Solution:
    """Turn results into what the caller sees; `causes` keep the rules from holding."""
    instance, problem = best.instance, best.instance.problem
    lead_ids = np.array(problem.lead_ids, dtype=object)
    plan = pd.Series(lead_ids[best.measures.lead], index=pd.Index(problem.unit_ids, dtype=object), dtype=object)
    bound = None
    if best.feasible and all_tried:
        # Of a number of grids of which nothing is known a plan may be better.
        bounds = [-np.inf if r.bound is None else r.bound for r in results if not r.excluded]
        bound = min(bounds) if min(bounds) > -np.inf else None
        if bound is not None and bound > best.measures.objective >= bound - PROVEN * abs(bound):
            bound = best.measures.objective  # such a difference is rounding
    gap, gap_travel = gaps(best.measures.terms, bound)
    said = (*instance.notes, *explain(instance, best.measures, best.need, best.least_moved))
    explanation = (*causes, *(remark for remark in said if remark.note))
    broken = not best.feasible or bool(causes)
    status: Status = "feasible"
    if broken:
        status = "infeasible" if all_tried and all(result.excluded for result in results) else "unknown"
    elif gap is not None and gap <= PROVEN:
        status = "optimal"
    return Solution(
        Assignment.from_leads(plan),
        Outcome(
            value=best.measures.objective,
            terms=best.measures.terms,
            bound=bound,
            gap=gap,
            gap_travel=gap_travel,
            bound_knows_contiguity=best.with_contiguity,
            status=status,
            explanation=explanation,
        ),
        table(problem, results),
        units_table(problem, results),
    )


def gaps(terms: Mapping[str, float], bound: float | None) -> tuple[float | None, float | None]:
    """(objective - bound) relative to the bound, and relative to the travel term of the plan."""
    if bound is None:
        return None, None
    distance = max(float(sum(terms.values())) - bound, 0.0)
    travel = terms["travel"]
    return (
        distance / abs(bound) if bound else (0.0 if distance == 0 else None),
        distance / travel if travel else (0.0 if distance == 0 else None),
    )


def table(problem: Problem, results: list[Result]) -> pd.DataFrame:
    """One row for each number of grids."""
    rows = []
    for result in sorted(results, key=lambda r: r.k):
        lead, m = result.measures.lead, result.measures
        gap, _ = gaps(m.terms, result.bound if result.feasible else None)
        share = np.nan
        if problem.share_within is not None:
            within = problem.share_within[np.arange(problem.n_units), lead]
            share = float((problem.population * within).sum() / problem.total_population)
        rows.append(
            {
                "k": result.k,
                "leads": ", ".join(problem.lead_ids[j] for j in m.open_leads),
                "objective": m.objective,
                "bound": np.nan if result.bound is None else result.bound,
                "gap": np.nan if gap is None else gap,
                "worst_deviation": float(m.deviation.max()),
                "share_within": share,
                "mean_minutes": m.terms["travel"] / problem.total_population,
                "status": result.status,
            }
            | _held(problem, m)
        )
    return pd.DataFrame(rows)


def _held(problem: Problem, measures: Measures) -> dict[str, float]:
    """The least and the most that a grid has of each activity."""
    held = zip(problem.activities, measures.held, strict=True)
    return {f"{end}_{some.name}": float(of(row)) for some, row in held for end, of in (("least", min), ("most", max))}


def units_table(problem: Problem, results: list[Result]) -> pd.DataFrame:
    """One row for each number of grids and unit: the lead it has there."""
    ids = np.array(problem.lead_ids, dtype=object)
    ordered = sorted(results, key=lambda r: r.k)
    return pd.DataFrame(
        {
            "k": np.repeat([result.k for result in ordered], problem.n_units).astype(np.int64),
            "unit_id": np.tile(np.array(problem.unit_ids, dtype=object), len(ordered)),
            "lead_id": np.concatenate([ids[result.measures.lead] for result in ordered]),
        }
    )
