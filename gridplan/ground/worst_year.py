"""The plan whose worst year is best: of the plans for each year and for their mean."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gridplan.case.case import Case
from gridplan.ground.city_and_counties import Scope
from gridplan.ground.forecast import every_year, for_residents
from gridplan.ground.joined import bounded_outcome, count_scopes, end_of, measure_scopes, solve_scopes
from gridplan.layers.layers import Layers
from gridplan.solver.explain.stopped import tell_stopped_years
from gridplan.solver.problem import Problem
from gridplan.solver.solution import BREAKS_A_RULE, Outcome, Solution
from gridplan.words.hearing import unheard

_Problems = list[tuple[Scope, Problem]]


def solve_for_years(problems: _Problems, layers: Layers, case: Case) -> tuple[_Problems, Solution]:
    """Solve the problems of a case; for the worst year, also those of each year, and take the plan whose worst year is best.

    Plans that hold the hard rules in more years go first. Returned with the solution are the problems by which it is told, those of its
    worst year. Its bound is the highest of those of single years: no plan does better in its worst year than in that one.
    """
    units = layers.units.index
    if case.forecast.plan_for != "worst":
        return problems, solve_scopes(problems, case, units)
    years = [for_residents(problems, column) for _, column in every_year(layers, case).items()]
    deadline = end_of(case)
    mean = solve_scopes(problems, case, units, deadline=deadline)
    # Objectives of one year and of another are not of one scale: whoever listens hears those of the mean.
    with unheard():
        single = [solve_scopes(one, case, units, deadline=deadline) for one in years]
    made = [mean, *single]
    worst = [_worst(years, solution) for solution in made]
    best = min(range(len(made)), key=lambda at: (worst[at][:2], at))
    broken, _, at = worst[best]
    terms = count_scopes(years[at], made[best].assignment)
    assert terms is not None, "all problems have the same candidates"
    outcome = bounded_outcome(terms, _most_proven(single), status="unknown" if broken else "feasible")
    reproducible = all(solution.reproducible for solution in made)
    if not reproducible:
        outcome = replace(outcome, explanation=(tell_stopped_years(by_hand=deadline.enough()),))
    return years[at], replace(made[best], outcome=outcome, reproducible=reproducible)


def _most_proven(single: list[Solution]) -> Outcome:
    """Return the outcome with the highest bound; one without a bound where none is proven."""
    proven = [one.outcome for one in single if one.bound is not None and one.status not in BREAKS_A_RULE]
    return max(proven, key=lambda outcome: outcome.bound or 0.0, default=replace(single[0].outcome, bound=None))


def _worst(years: list[_Problems], solution: Solution) -> tuple[int, float, int]:
    """Return in how many years a plan breaks a hard rule, its objective in its worst year, and which one that is."""
    measured = [measure_scopes(problems, solution.assignment) or [] for problems in years]
    broken = sum(not all(part.holds for part in parts) for parts in measured)
    values = [sum(part.objective for part in parts) for parts in measured]
    at = int(np.argmax(values))
    return broken, values[at], at
