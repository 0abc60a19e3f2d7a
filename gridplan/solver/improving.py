"""Changing a plan that exists: repair it with the fewest residents moved, and the price of moving more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from gridplan.solver.assignment import Assignment
from gridplan.solver.deadline import NEVER, Deadline
from gridplan.solver.flow import run
from gridplan.solver.judge import judge_solution
from gridplan.solver.problem import IntArray, Problem
from gridplan.solver.solution import BREAKS_A_RULE, Solution
from gridplan.solver.terms import measure, moved_residents
from gridplan.words.errors import AssignmentError, InputProblem
from gridplan.words.text import Text


def repair(
    problem: Problem, assignment: Assignment, *, seed: int, effort: float, deadline: Deadline = NEVER
) -> Solution:
    """Hold the rules by moving few residents; without a move price the fewest come first, travel second."""
    given = lead_positions(problem, assignment)
    based = _based_on(problem, given)
    if problem.change.price is not None:
        return _of_all_leads(run(based, seed=seed, effort=effort, deadline=deadline), problem, based)
    fewest = replace(based, change=replace(based.change, price=price_of_fewest(problem)))
    found = run(fewest, seed=seed, effort=effort, deadline=deadline)
    lead = lead_positions(problem, found.assignment)
    measures = measure(problem, lead)
    # The bound of the search is on moved residents first: it proves nothing about the problem's own objective.
    repaired = found.restated(
        value=measures.objective,
        terms=measures.terms,
        bound=None,
        gap=None,
        gap_travel=None,
        bound_knows_contiguity=False,
        status=found.outcome.status if found.status in BREAKS_A_RULE else "feasible",
    )
    return judge_solution(problem, _of_all_leads(repaired, problem, based))


def _of_all_leads(solution: Solution, problem: Problem, based: Problem) -> Solution:
    """Say "unknown" where only plans with the given leads are proven to break the rules, and others were not sought."""
    kept = based.required != problem.required or (based.k_min, based.k_max) != (problem.k_min, problem.k_max)
    return solution.restated(status="unknown") if kept and solution.excluded else solution


def price_of_fewest(problem: Problem) -> float:
    """Price a resident who changes lead so far above anything saved by it that the fewest change."""
    return 100.0 * most_saved(problem)


def most_saved(problem: Problem) -> float:
    """Resident-minutes that a plan can save at most by one resident who changes lead."""
    finite, lived_in = problem.minutes[np.isfinite(problem.minutes)], problem.population > 0
    dear = sum(
        (some.price or 0.0) * float((some.amounts[lived_in] / problem.population[lived_in]).max(initial=0.0))
        for some in problem.activities
    )
    return 1.0 + float(finite.max(initial=1.0)) + (problem.balance_price or 0.0) + (problem.habit_price or 0.0) + dear


def sweep_move_price(
    problem: Problem, assignment: Assignment, prices: Sequence[float], *, seed: int = 0, effort: float = 1.0
) -> pd.DataFrame:
    """Show what moving more residents buys: one plan for each price a moved resident.

    Parameters
    ----------
    problem, assignment
        The rules, and the plan in force.
    prices
        Prices a moved resident, in resident-minutes; 0 means that moving costs nothing.

    Returns
    -------
    pandas.DataFrame
        move_price, moved_residents, mean_minutes, minutes_saved (all residents together, against the plan in force),
        objective, status.

    Raises
    ------
    AssignmentError
        If the assignment names unknown units or misses some.
    """
    given = lead_positions(problem, assignment)
    based = _based_on(problem, given)
    known = given >= 0
    before = float((problem.population[known] * problem.minutes[known, given[known]]).sum())
    rows = []
    for price in prices:
        priced = replace(based, change=replace(based.change, price=float(price)))
        found = run(priced, seed=seed, effort=effort)
        lead = lead_positions(problem, found.assignment)
        rows.append(
            {
                "move_price": float(price),
                "moved_residents": moved_residents(priced, lead),
                "mean_minutes": found.terms["travel"] / problem.total_population,
                "minutes_saved": before - found.terms["travel"],
                "objective": found.objective,
                "status": found.outcome.status,
            }
        )
    return pd.DataFrame(rows)


def lead_positions(problem: Problem, assignment: Assignment) -> IntArray:
    """Lead position of each unit of the problem; -1 where the assignment's lead is no candidate.

    Raises
    ------
    AssignmentError
        If the assignment names unknown units or misses some.
    """
    listed = assignment.lead_of_unit.to_dict()
    wrong = [unit for unit in listed if unit not in problem.unit_position]
    missing = [unit for unit in problem.unit_ids if unit not in listed]
    if wrong or missing:
        first = ", ".join(map(str, [*wrong, *missing][:5]))
        raise AssignmentError(
            InputProblem(
                "error",
                Text(zh="与问题相同的单元", en="the units of the problem"),
                Text(
                    zh=f"{len(wrong)} 个未知、{len(missing)} 个缺失（{first}）",
                    en=f"{len(wrong)} unknown and {len(missing)} missing ({first})",
                ),
                Text(zh="请按单元编号核对方案。", en="Compare the plan's unit ids with the problem's."),
                field="unit_id",
            )
        )
    return np.array([problem.lead_position.get(listed[unit], -1) for unit in problem.unit_ids], dtype=np.int64)


def _based_on(problem: Problem, given: IntArray) -> Problem:
    """Take the given plan as the incumbent, and keep its leads where the rules let them lead together."""
    based = replace(problem, change=replace(problem.change, incumbent=given))
    leads = [int(j) for j in np.unique(given[given >= 0])]
    homes, hospitals = problem.lead_unit[leads], problem.hospital[leads]
    together = len(set(homes.tolist())) == len(set(hospitals.tolist())) == len(leads)
    must = {*problem.required, *problem.locked[problem.locked >= 0].tolist()}
    held = problem.locked[homes]
    kept = ((held < 0) | (held == leads)) & ~problem.barred[homes, leads]
    allowed = not set(leads) & set(problem.forbidden) and must <= set(leads) and bool(kept.all())
    if problem.choosing and together and allowed and problem.k_min <= len(leads) <= problem.k_max:
        return replace(based, required=tuple(leads), k_min=len(leads), k_max=len(leads))
    return based
