"""The smallest balance tolerance by whole grids: that of the whole-number program, in a thousandth of its time, and never above it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.instances.hard import counties
from gridplan.solver.bound.exact import least_tolerance_exactly
from gridplan.solver.columns.even_grids import least_tolerance_by_grids
from gridplan.solver.deadline import Deadline
from gridplan.solver.instance import build_instance
from gridplan.solver.solver import solve
from tests.solver.test_rules import row_city


@pytest.mark.parametrize(("n", "k", "seed"), [(10, 3, 2), (11, 4, 5), (12, 5, 1), (14, 6, 3)])
def test_the_smallest_tolerance_is_that_of_the_whole_number_program(n, k, seed):
    instance = build_instance(counties(n, k, seed))
    least, certain = least_tolerance_by_grids(instance, k)
    assert certain
    assert least == pytest.approx(least_tolerance_exactly(instance, k), abs=1e-6)


def test_eight_tens_in_three_grids():
    """30, 30 and 20 of a mean of 26.7: a quarter below. Homes of other leads, caps and bars count."""
    instance = build_instance(row_city(balance=0.0))
    assert least_tolerance_by_grids(instance, 3) == (pytest.approx(0.25), True)
    capped = build_instance(row_city(balance=0.0, population_max=[20.0, 80.0, 80.0]))
    assert least_tolerance_by_grids(capped, 3) == (pytest.approx(0.25), True)
    barred = build_instance(row_city(balance=0.0, barred={"u1": ["p"]}))
    assert least_tolerance_by_grids(barred, 3) == (pytest.approx(0.625), True)


def test_what_is_known_is_met_exactly_or_stays():
    """A plan that needs no more than what is known is found at just that; where nothing is certain what is known stays."""
    instance = build_instance(row_city(balance=0.0))
    assert least_tolerance_by_grids(instance, 3, known=0.25) == (pytest.approx(0.25), True)
    assert least_tolerance_by_grids(replace(instance, deadline=Deadline(0.0)), 3, known=0.1) == (0.1, False)
    assert least_tolerance_by_grids(build_instance(counties(33, 3, 21)), 3, known=1e-6) == (1e-6, False), (
        "too many grids"
    )


def test_where_there_is_no_plan_no_tolerance_is_enough():
    parted = row_city(edges=[(i, i + 1) for i in range(7) if i not in (1, 4)], choose=2)
    assert least_tolerance_by_grids(build_instance(parted), 2) == (np.inf, True)


def test_what_sites_cost_and_grids_are_worth_does_not_count():
    dear = build_instance(row_city(balance=0.0, lead_price=[1e17, -1e17, 0.0]))
    assert least_tolerance_by_grids(dear, 3) == (pytest.approx(0.25), True)


def test_what_cannot_be_is_told_with_the_digits_that_were_asked_for():
    """12 counties in three grids within 0.5 %: no plan; 1.4 % is needed, and the plan holds it."""
    solution = solve(counties(12, 3, 2), effort=0.1)
    assert solution.excluded
    (told,) = solution.explanation
    assert told.message.en.startswith(
        "balance within 0.5% cannot hold with k = 3: the plan's worst deviation is 1.4%, at least 1.4% is needed"
    )
    assert told.message.zh.startswith("±0.5% 的均衡要求")
