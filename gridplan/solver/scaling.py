"""Problems at unusual numbers are solved at usual ones: residents and minutes times powers of two, which round nothing."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from gridplan.solver.instance import unreachable_minutes
from gridplan.solver.problem import FloatArray, Problem

# Mean residents of a populated unit, and middle one of the drives above 0, that are solved as they are.
USUAL_PEOPLE = (2.0**-2, 2.0**24)
USUAL_MINUTES = (2.0**-4, 2.0**24)
# What the others are brought near.
AIM_PEOPLE, AIM_MINUTES = 2.0**7, 2.0**4


def scale_problem(problem: Problem) -> tuple[Problem, float]:
    """Return the problem in usual numbers, and the factor by which its objective grew; the problem itself where they are."""
    people = _factor(problem.population, USUAL_PEOPLE, AIM_PEOPLE)
    minutes = _factor(problem.minutes[problem.population > 0], USUAL_MINUTES, AIM_MINUTES, middle=True)
    if people == minutes == 1.0:
        return problem, 1.0
    grown = people * minutes

    def price(value: float | None) -> float | None:
        return None if value is None else value * minutes

    scaled = replace(
        problem,
        population=problem.population * people,
        population_min=problem.population_min * people,
        population_max=problem.population_max * people,
        minutes=problem.minutes * minutes,
        max_minutes=price(problem.max_minutes),
        balance_price=price(problem.balance_price),
        habit_price=price(problem.habit_price),
        max_minutes_price=price(problem.max_minutes_price),
        change=replace(
            problem.change,
            price=price(problem.change.price),
            most=None if problem.change.most is None else problem.change.most * people,
        ),
        lead_price=problem.lead_price * grown,
        compactness_price=None if problem.compactness_price is None else problem.compactness_price * grown,
        lost_minutes=unreachable_minutes(problem) * minutes,
        activities=tuple(
            some if some.price is None else replace(some, price=some.price * grown) for some in problem.activities
        ),
    )
    return scaled, grown


def _factor(values: FloatArray, usual: tuple[float, float], aim: float, *, middle: bool = False) -> float:
    """Power of two that brings the mean (or the middle one) of the values above 0 near the aim; 1 where it is usual."""
    some = values[np.isfinite(values) & (values > 0.0)]
    if not len(some):
        return 1.0
    size = float(np.median(some) if middle else some.mean())
    return 1.0 if usual[0] <= size <= usual[1] else 2.0 ** round(math.log2(aim / size))
