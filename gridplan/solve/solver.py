"""The flow of a solve: for each number of grids choose leads, draw grids, prove a bound; then rank and explain."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from gridplan.assignment import Assignment
from gridplan.errors import InputProblem, ProblemError
from gridplan.problem import FloatArray, IntArray, Problem
from gridplan.solve.choose import LeadSet, SetBook, greedy_set, search_sets
from gridplan.solve.districts import Draft, build_task, first_labels, improve_labels
from gridplan.solve.explain import explain
from gridplan.solve.instance import Instance, build_instance, limits_for
from gridplan.solve.solution import Solution
from gridplan.solve.terms import Measures, measure
from gridplan.text import Text


@dataclass(frozen=True)
class Budget:
    """Work allowed for a solve; only `deadline` looks at a clock."""

    effort: float
    deadline: float

    def over(self) -> bool:
        """Whether the time limit has come."""
        return time.monotonic() >= self.deadline


@dataclass(frozen=True, eq=False)
class Result:
    """The best plan for one number of grids."""

    k: int
    measures: Measures
    bound: float | None
    feasible: bool

    @property
    def rank(self) -> tuple[bool, float, float]:
        """Feasible plans first, then the least beyond hard limits, then cost."""
        if self.feasible:
            return False, 0.0, self.measures.objective
        return True, float(len(self.measures.apart) + len(self.measures.blocked_units)), self.measures.objective


def run(problem: Problem, *, seed: int, effort: float, time_limit_s: float | None) -> Solution:
    """Solve for every number of grids asked for and return the best plan with its alternatives."""
    if not effort > 0:
        needed = Text(zh="大于 0 的 effort", en="an effort above 0")
        raise ProblemError(
            InputProblem(
                "error",
                needed,
                Text(zh=str(effort), en=str(effort)),
                Text(zh="请改为正数。", en="Give a positive number."),
                field="effort",
            )
        )
    budget = Budget(effort, time.monotonic() + (math.inf if time_limit_s is None else time_limit_s))
    instance = build_instance(problem)
    results = []
    cut_short = False
    for k in range(problem.k_min, problem.k_max + 1):
        if results and budget.over():
            cut_short = True
            break
        results.append(solve_for(instance, k, seed=seed, budget=budget))
    best = min(results, key=lambda result: result.rank)
    return package(instance, best, results, reproducible=not (cut_short or budget.over()))


def solve_for(instance: Instance, k: int, *, seed: int, budget: Budget) -> Result:
    """Choose and draw k grids."""
    problem = instance.problem
    limits = limits_for(problem, k)
    book = SetBook(instance, limits, rounds=80)
    rng = np.random.default_rng([seed, k])
    if problem.choosing:
        search_sets(book, k, rng=rng, starts=set_starts(instance, k, budget))
    else:
        book.bound(tuple(range(problem.n_leads)))
    drafts: list[tuple[float, LeadSet, Draft]] = []
    proposals = int(1_200_000 * budget.effort)
    tried = book.refine(4 if problem.choosing else 1, rounds=300)
    for leads in tried:
        if drafts and (budget.over() or book.value[leads] > min(cost for cost, _, draft in drafts if True)):
            continue
        at = np.array(leads, dtype=np.int64)
        task = build_task(instance, at, limits, seed)
        start = first_labels(instance, at, task, book.price[leads])
        draft = improve_labels(instance, at, limits, start, seed=seed, proposals=proposals)
        opening = float(problem.lead_price[at].sum())
        drafts.append((draft.cost + opening, leads, draft))
    slack = 1e-6 * problem.total_population
    _, leads, draft = min(
        drafts, key=lambda item: (item[2].beyond > slack, item[2].beyond if item[2].beyond > slack else 0.0, item[0])
    )
    lead = np.array(leads, dtype=np.int64)[draft.label][instance.atom_of_unit]
    measures = measure(problem, lead)
    feasible = measures.holds(slack)
    others = [book.value[x] for x in book.value]
    bound = (
        min(others)
        if not problem.choosing and feasible
        else (book.value[leads] if feasible and not problem.choosing else None)
    )
    return Result(k, measures, bound, feasible)


def set_starts(instance: Instance, k: int, budget: Budget) -> int:
    """How many starts the search over sets may have: many where a bound costs little."""
    work = instance.n_atoms * k * k * instance.problem.n_leads
    return int(np.clip(budget.effort * 2e7 / max(work, 1), 3, 40))


def package(instance: Instance, best: Result, results: list[Result], *, reproducible: bool) -> Solution:
    """Turn results into what the caller sees."""
    problem = instance.problem
    lead_ids = np.array(problem.lead_ids, dtype=object)
    plan = pd.Series(lead_ids[best.measures.lead], index=pd.Index(problem.unit_ids, dtype=object), dtype=object)
    objective = best.measures.objective
    gap, gap_travel = gaps(best.measures.terms, best.bound)
    if not best.feasible:
        status = "infeasible"
    else:
        status = "optimal" if gap is not None and gap <= 1e-6 else "feasible"
    return Solution(
        assignment=Assignment.from_leads(plan),
        objective=objective,
        terms=best.measures.terms,
        bound=best.bound,
        gap=gap,
        gap_travel=gap_travel,
        bound_knows_contiguity=False,
        status=status,  # type: ignore[arg-type]
        explanation=(*instance.notes, *explain(instance, best.measures, results)),
        alternatives=table(problem, results),
        reproducible=reproducible,
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
        share = None
        if problem.share_within is not None:
            within = problem.share_within[np.arange(problem.n_units), lead]
            share = float((problem.population * within).sum() / problem.total_population)
        rows.append(
            {
                "k": result.k,
                "leads": ", ".join(problem.lead_ids[j] for j in m.open_leads),
                "objective": m.objective,
                "bound": np.nan if result.bound is None else result.bound,
                "gap": gaps(m.terms, result.bound)[0],
                "worst_deviation": float(m.deviation.max()),
                "share_within": np.nan if share is None else share,
                "mean_minutes": m.terms["travel"] / problem.total_population,
                "status": "feasible" if result.feasible else "infeasible",
            }
        )
    frame = pd.DataFrame(rows)
    return frame.astype({"bound": float, "gap": float, "share_within": float})


__all__ = ["Budget", "Result", "run", "solve_for", "greedy_set", "FloatArray", "IntArray"]
