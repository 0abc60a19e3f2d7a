"""A problem under other numbers: what its residents, minutes and prices might be instead."""

from __future__ import annotations

from dataclasses import dataclass, replace

from gridplan.solver.problem import FloatArray, Problem


@dataclass(frozen=True, eq=False)
class Numbers:
    """Other numbers for a problem: (n,) residents, (n, m) minutes and shares within the limit, and factors on its prices."""

    population: FloatArray
    minutes: FloatArray
    share_within: FloatArray | None
    balance_price: float = 1.0
    strength_price: float = 1.0
    change_price: float = 1.0


def restate(problem: Problem, numbers: Numbers) -> Problem:
    """Return the problem with other numbers; what goes by all residents (opening prices, the ceiling of change) goes by the new ones.

    Parameters
    ----------
    problem : of `Problem.from_arrays`.
    numbers : of the same units and leads.
    """
    more, change = float(numbers.population.sum()) / problem.total_population, problem.change
    return replace(
        problem,
        population=numbers.population,
        minutes=numbers.minutes,
        share_within=numbers.share_within,
        lead_price=problem.lead_price * (numbers.strength_price * more),
        balance_price=None if problem.balance_price is None else problem.balance_price * numbers.balance_price,
        change=change.priced(
            None if change.price is None else change.price * numbers.change_price,
            None if change.most is None else change.most * more,
        ),
    )
