"""Problems at unusual numbers become usual ones by powers of two, everything in them by its own unit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gridplan.solver.problem import Problem
from gridplan.solver.scaling import scale_problem


def two(people: float, minutes: float, **changes: Any) -> Problem:
    """Two units of `people` residents, each the site of a lead, `minutes` apart."""
    given: dict[str, Any] = {
        "unit_ids": ["a", "b"],
        "population": [people, people],
        "lead_ids": ["p", "q"],
        "lead_unit": [0, 1],
        "minutes": [[0.0, minutes], [minutes, 0.0]],
        "edges": [(0, 1)],
    }
    return Problem.from_arrays(**(given | changes))


@pytest.mark.parametrize(
    ("people", "minutes"), [(128.0, 16.0), (0.25, 16.0), (2.0**24, 16.0), (128.0, 2.0**-4), (128.0, 2.0**24)]
)
def test_usual_numbers_stay_as_they_are_up_to_their_ends(people: float, minutes: float) -> None:
    problem = two(people, minutes)
    scaled, grown = scale_problem(problem)
    assert scaled is problem
    assert grown == 1.0


def test_few_residents_grow_to_about_128_and_prices_a_resident_stay() -> None:
    """1/8 resident a unit becomes 128, a factor of 1,024; prices of sites and borders grow alike, minutes do not."""
    problem = two(
        0.125, 16.0, lead_price=[1.0, 2.0], compactness_price=3.0, move_price=5.0, max_minutes=20.0,
        max_minutes_price=6.0, balance=0.2, balance_price=4.0, population_min=0.1, population_max=0.5,
        incumbent={"a": "p", "b": "q"},
    )  # fmt: skip
    scaled, grown = scale_problem(problem)
    assert grown == 1024
    assert scaled.population.tolist() == [128, 128]
    assert scaled.minutes.tolist() == problem.minutes.tolist()
    assert scaled.lead_price.tolist() == [1024, 2048]
    assert scaled.compactness_price == 3072
    assert (scaled.change.price, scaled.balance_price, scaled.max_minutes_price, scaled.max_minutes) == (5, 4, 6, 20)
    assert np.unique(scaled.population_min).tolist() == [0.1 * 1024]
    assert np.unique(scaled.population_max).tolist() == [0.5 * 1024]


def test_short_drives_grow_to_about_16_and_prices_a_resident_with_them() -> None:
    """1/64 minute becomes 16, a factor of 1,024, and so do the prices that drives are weighed against."""
    problem = two(
        128.0, 1 / 64, lead_price=[1.0, 2.0], compactness_price=3.0, move_price=5.0, max_minutes=1 / 32,
        max_minutes_price=6.0, balance=0.2, balance_price=4.0, population_min=100.0, incumbent={"a": "p", "b": "q"},
        habit=[[1, 0], [0, 1]], habit_price=7.0,
    )  # fmt: skip
    scaled, grown = scale_problem(problem)
    assert grown == 1024
    assert scaled.population.tolist() == [128, 128]
    assert scaled.minutes.max() == 16
    assert scaled.lead_price.tolist() == [1024, 2048]
    assert scaled.compactness_price == 3072
    assert (scaled.change.price, scaled.balance_price, scaled.max_minutes_price) == (5120, 4096, 6144)
    assert scaled.habit_price == 7168
    assert scaled.max_minutes == 32
    assert np.unique(scaled.population_min).tolist() == [100]


def test_prices_that_are_not_given_stay_so() -> None:
    scaled, _ = scale_problem(two(0.125, 16.0))
    assert scaled.compactness_price is scaled.change.price is scaled.max_minutes is None


def test_the_middle_drive_of_populated_units_decides() -> None:
    """Drives above 0 of those with residents: 4, 8 and a thousand million, with a usual middle; those of the empty units are not looked at."""
    nobody = [1e-9, 1e-9]
    problem = Problem.from_arrays(
        unit_ids=list("abcde"),
        population=[128.0, 128.0, 128.0, 0.0, 0.0],
        lead_ids=["p", "q"],
        lead_unit=[0, 1],
        minutes=[[0.0, 4.0], [8.0, 0.0], [1e9, np.inf], nobody, nobody],
        edges=[(0, 1), (1, 2), (2, 3), (3, 4)],
    )
    assert scale_problem(problem)[0] is problem
