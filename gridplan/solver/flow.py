"""The flow of a solve: the best plan of every number of grids asked for, ranked, and what keeps every plan from holding the rules."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from math import ceil
from threading import Lock
from typing import Any

import numpy as np

from gridplan.solver.answer import gaps, package
from gridplan.solver.attempt import PROVEN, Result, solve_for
from gridplan.solver.choose.local_search import any_set
from gridplan.solver.deadline import NEVER, Deadline, Steps
from gridplan.solver.explain.confirming import Trial, confirm_causes
from gridplan.solver.explain.limits import explain
from gridplan.solver.explain.stopped import tell_stopped
from gridplan.solver.instance import Instance, build_instance, limits_for
from gridplan.solver.judge import broken_by, judge_solution, untold
from gridplan.solver.problem import IntArray, Problem
from gridplan.solver.scaling import scale_problem
from gridplan.solver.solution import Explanation, Solution
from gridplan.solver.terms import measure
from gridplan.solver.work_budget import Watch, WorkBudget, unwatched
from gridplan.words.errors import InputProblem, ProblemError
from gridplan.words.side_by_side import count_workers, in_turn
from gridplan.words.text import Text

# Share of the effort for each problem that is solved again with something relaxed, to hold an explanation to its word.
CONFIRMING = 0.3
# What somebody has said of single units and sites: no plan is returned that breaks it where one was found that keeps it.
WISHES = {"locked", "barred", "required", "forbidden"}


def run(
    problem: Problem,
    *,
    seed: int,
    effort: float,
    deadline: Deadline = NEVER,
    exact: bool = True,
    hear: Callable[[Result], None] = lambda result: None,
    watch: Watch = unwatched,
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
    solved = _solve_each(problem, seed=seed, budget=replace(budget, watch=watch), hear=hear)
    best, causes = solved.best, _causes(solved.best)
    if causes:
        best, causes = _confirmed(best, causes, seed=seed, budget=budget)
        solved = replace(solved, results=[best if result.k == best.k else result for result in solved.results])
    cut = budget.over() or budget.deadline.met
    solution = package(best, solved.results, causes, all_tried=solved.all_tried)
    solution = replace(judge_solution(problem, solution), reproducible=not cut)
    return _told_stopped(solution, best, solved, budget) if cut else solution


def _told_stopped(solution: Solution, best: Result, solved: _Solved, budget: WorkBudget) -> Solution:
    """Say of a plan that its search ended early; what is proven of its number of grids stays known. Of the best one nothing is to be said."""
    if solution.status == "optimal":
        return solution
    # How much a plan that breaks a rule costs says nothing beside those that hold them.
    gap = gaps(best.measures.terms, best.bound)[0] if best.feasible else None
    tried = sorted(result.k for result in solved.results)
    said = tell_stopped(best.k, gap, tried, solved.numbers, by_hand=budget.deadline.enough(), proven=PROVEN)
    return solution.restated(explanation=(*solution.explanation, said))


@dataclass(frozen=True, eq=False)
class _Solved:
    """Results of the numbers of grids that were tried (at least one), best first, and the numbers that some set of sites may lead."""

    results: list[Result]
    numbers: list[int]

    @property
    def best(self) -> Result:
        """The result of the best plan."""
        return self.results[0]

    @property
    def all_tried(self) -> bool:
        """Whether every number was tried."""
        return len(self.results) == len(self.numbers)


def _solve_each(problem: Problem, *, seed: int, budget: WorkBudget, hear: Callable[[Result], None]) -> _Solved:
    """Solve for every number of grids asked for, side by side: each number stands alone, so that its plan is the same however many are at work."""
    numbers = _ByNumber(problem, seed, budget)
    hear = numbers.one_by_one(hear)
    tried: list[_Tried] = []
    with closing(in_turn(numbers.solve_in_turn, numbers.possible)) as turns:
        for one in turns:
            if one is not None:
                tried.append(one)
                if not one.stopped:
                    hear(one.result)
    counted = _counted(tried)
    for one in counted:
        if one.stopped:
            hear(one.result)
    return _ranked(problem, [one.result for one in counted], numbers.possible, seed=seed, budget=budget)


def _solve_near(problem: Problem, near: int, *, seed: int, budget: WorkBudget) -> _Solved | None:
    """Solve for the numbers of grids asked for, those nearest to one first, until a plan holds the rules.

    None where no set of sites may lead any of these numbers, as a relaxed problem may have it.
    """
    numbers = _ByNumber(problem, seed, budget)
    results: list[Result] = []
    for k in sorted(numbers.possible, key=lambda k: abs(k - near)):
        if results and (results[-1].feasible or budget.over()):
            break
        result = numbers.solve(k, budget.deadline)
        if results and budget.deadline.enough() and not result.feasible:
            break
        results.append(result)
    return _ranked(problem, results, numbers.possible, seed=seed, budget=budget) if results else None


def _ranked(problem: Problem, results: list[Result], numbers: list[int], *, seed: int, budget: WorkBudget) -> _Solved:
    """Put the best result first, with how many residents change lead at least where its plan has too many who do."""
    best, *others = sorted(results, key=lambda result: result.rank)
    if best.measures.moved_beyond:
        best = replace(best, least_moved=least_moved(problem, seed=seed, budget=budget))
        if best.least_moved is not None and best.least_moved > problem.change.ceiling * (1 + PROVEN):
            best, *others = (replace(result, excluded=True) for result in (best, *others))
    return _Solved([best, *others], numbers)


@dataclass(frozen=True, eq=False)
class _Tried:
    """What was found for a number of grids, and whether somebody had enough while it was sought."""

    result: Result
    stopped: bool


def _counted(tried: list[_Tried]) -> list[_Tried]:
    """Leave out what was being sought when somebody had enough, unless it holds the rules and nothing that was finished does."""
    finished = [one for one in tried if not one.stopped]
    if any(one.result.feasible for one in finished):
        return finished
    return [one for one in tried if not one.stopped or one.result.feasible] or tried[:1]


class _ByNumber:
    """A problem that is solved for one number of grids at a time, from any thread; `possible` are those that some set of sites may lead."""

    def __init__(self, problem: Problem, seed: int, budget: WorkBudget) -> None:
        self._seed, self._budget = seed, budget
        scaled, self._grown = scale_problem(problem)
        self._asked = _instances(problem, budget.deadline)
        self._scaled = self._asked if scaled is problem else _instances(scaled, budget.deadline)
        self.possible = list(self._asked)
        self._lock, self._begun = Lock(), 0
        self._watch = self.one_by_one(_unscaled_watch(budget.watch, self._grown))

    def one_by_one(self, listener: Callable[..., None]) -> Callable[..., None]:
        """Return a listener that hears one thread at a time."""

        def hear(*news: Any) -> None:
            with self._lock:
                listener(*news)

        return hear

    def solve_in_turn(self, k: int, unwanted: Callable[[], bool]) -> _Tried | None:
        """Solve for k grids in their share of the time that is left; None where there is none and others have begun."""
        with self._lock:
            left, first = len(self.possible) - self._begun, self._begun == 0
            if not first and self._budget.over():
                return None
            self._begun += 1
        deadline = self._budget.deadline.share(ceil(left / count_workers()), unwanted)
        return _Tried(self.solve(k, deadline), self._budget.deadline.enough())

    def solve(self, k: int, deadline: Deadline) -> Result:
        """Solve for k grids in numbers that the search is at home with."""
        instance = replace(self._scaled[k], deadline=deadline, steps=Steps())
        budget = replace(self._budget, deadline=deadline, watch=self._watch)
        result = solve_for(instance, k, seed=self._seed, budget=budget)
        if self._scaled is not self._asked:
            result = _unscaled(result, self._asked[k].problem, self._grown)
        return replace(result, instance=self._asked[k])


def _instances(problem: Problem, deadline: Deadline) -> dict[int, Instance]:
    """The problem made ready, for each number of grids that some set of sites may lead; wholes with several sites are dissolved where too few can lead together otherwise."""
    numbers, whole = range(problem.k_min, problem.k_max + 1), build_instance(problem, deadline=deadline)
    found = {k: whole for k in numbers if not problem.choosing or any_set(whole, k) is not None}
    if len(found) < len(numbers):
        split = build_instance(problem, split_homes=True, deadline=deadline)
        found |= {k: split for k in numbers if k not in found and any_set(split, k) is not None}
    return {k: found[k] for k in sorted(found)}


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
        found = _solve_near(relaxed, best.k, seed=seed, budget=less)
        if found is None or not (found.best.feasible or found.all_tried):
            return None
        return Trial(found.best.measures.lead, _causes(found.best))

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


def _unscaled(result: Result, problem: Problem, grown: float) -> Result:
    """Return the result in the problem's own numbers."""
    measures = measure(problem, result.measures.lead, limits_for(problem, result.k))
    return replace(result, measures=measures, bound=None if result.bound is None else result.bound / grown)
