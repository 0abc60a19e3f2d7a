"""The smallest tolerance that people, blocks and crossings allow, by hand; brute force is in test_against_brute_force."""

from __future__ import annotations

import numpy as np
import pytest

from gridplan.solver.activity import Activity
from gridplan.solver.bound.exact import least_tolerance_exactly, small_enough
from gridplan.solver.explain.tolerance import (
    allowed_arcs,
    balance_need,
    largest_block,
    least_by_count,
    people_flow,
    smallest_k,
)
from gridplan.solver.instance import build_instance
from tests.solver.bound.test_crossings import two_banks
from tests.solver.test_rules import row_city


def test_two_parts_of_the_map_share_nobody():
    """20 and 60 residents with a lead each: 40 is the mean, and half of it is missing on one side."""
    problem = row_city(edges=[(i, i + 1) for i in range(7) if i != 1], choose=2, required=["p", "q"], balance=0.1)
    instance = build_instance(problem)
    assert least_by_count(instance, 2, np.arange(3), [], fixed=False) == pytest.approx(0.5, abs=1e-6)
    assert balance_need(instance, 2).tolerance == pytest.approx(0.5, abs=1e-6)


def test_a_unit_too_large_for_a_grid_is_the_block():
    """u5 has 50 of 120 people: beyond a mean of 40 by a quarter, whoever takes it; behind it hangs nothing."""
    problem = row_city(population=[10, 10, 10, 10, 10, 50, 10, 10], choose=3, balance=0.1)
    block = largest_block(build_instance(problem), np.arange(3))
    assert block.people >= 60.0
    assert 5 in block.atoms


def test_units_behind_a_unit_share_its_grid():
    """A side street 4 - 8 - 9 of 30 people each hangs on u4: with u4 they are 70, and q or r's home comes to it."""
    problem = row_city()
    longer = type(problem).from_arrays(
        unit_ids=[f"u{i}" for i in range(10)], population=[10] * 8 + [30, 30], lead_ids=["p", "q", "r"],
        lead_unit=[0, 3, 7], minutes=np.vstack([problem.minutes, problem.minutes[4] + 1, problem.minutes[4] + 2]),
        edges=[*(tuple(edge) for edge in problem.edges.tolist()), (4, 8), (8, 9)], balance=0.1,
    )  # fmt: skip
    block = largest_block(build_instance(longer), np.arange(3))
    assert block.atoms.tolist() == [4, 8, 9]
    assert block.people == 70.0 + 10.0


def test_arcs_of_fixed_leads_do_not_run_through_another_home():
    """In the row, p is cut off by q's home, and r by it from the other side."""
    instance = build_instance(row_city())
    allowed = allowed_arcs(instance, np.arange(3), fixed=True)
    assert allowed[:, 0].tolist() == [True, True, True] + [False] * 5
    assert allowed[:, 2].tolist() == [False] * 4 + [True] * 4
    assert allowed[3].tolist() == [False, True, False]
    assert allowed_arcs(instance, np.arange(3), fixed=False).all()


def test_counted_people_cannot_pass_a_lead_s_home():
    """p can have u0 to u2 at most: 30 of a mean of 26.7; r at most 40. Even shares are possible, unlike with p near the end."""
    instance = build_instance(row_city(balance=0.1))
    assert least_by_count(instance, 3, np.arange(3), [], fixed=True) == pytest.approx(0.0, abs=1e-6)
    near = build_instance(row_city(lead_unit=[0, 1, 7], balance=0.1))
    assert least_by_count(near, 3, np.arange(3), [], fixed=True) == pytest.approx(1 - 10 / (80 / 3), abs=1e-6)
    flow = people_flow(near, np.arange(3))
    assert flow is not None
    assert flow.tolerance == pytest.approx(1 - 10 / (80 / 3), abs=1e-6)
    assert flow.starved.tolist() == [0]
    assert flow.open_to_starved.tolist() == [0]


def test_exact_and_counted_tolerances_of_whole_units():
    """Eight tens in three grids: 30, 30, 20 is the best; divisible people would be even."""
    instance = build_instance(row_city(balance=0.0))
    assert small_enough(instance)
    assert least_tolerance_exactly(instance, 3) == pytest.approx(0.25, abs=1e-5)
    assert balance_need(instance, 3).tolerance == pytest.approx(0.25, abs=1e-5)


def test_what_grids_have_to_hold_counts_in_the_tolerance_that_is_needed():
    """Units 0, 3 and 4 have a ward each, and every grid has to: r has to come as far as unit 4, 40 of a mean of 26.7."""
    ward = Activity("wards", np.isin(np.arange(8), [0, 3, 4]).astype(float), minimum=1.0)
    instance = build_instance(row_city(balance=0.0, activities=[ward]))
    assert balance_need(instance, 3).tolerance == pytest.approx(0.5, abs=1e-5)
    still = row_city(
        balance=0.0, incumbent={f"u{i}": "q" for i in range(1, 7)} | {"u0": "p", "u7": "r"}, most_moved=0.0
    )
    assert balance_need(build_instance(still), 3).tolerance == pytest.approx(60 / (80 / 3) - 1.0, abs=1e-5)


def test_the_smallest_number_of_grids_that_the_parts_allow():
    """Parts of 20 and 60 residents: two grids are 0.5 apart, and four (20 each) would need a lead more than there is."""
    parted = row_city(edges=[(i, i + 1) for i in range(7) if i != 1], choose=2)
    assert smallest_k(build_instance(parted), 0.5 + 1e-6) == 2
    assert smallest_k(build_instance(parted), 0.2) is None
    assert smallest_k(build_instance(row_city(choose=2)), 0.0) == 1


def test_one_bridge_lets_one_grid_across():
    """90 and 180 residents on either bank, p and q on the near one, r on the far one: a grid should have 90.

    By the bridge one of p and q may serve people of the far bank; a second bridge that shares no unit lets both.
    """
    problem = two_banks([(2, 9)], people=20.0)
    given = {
        "unit_ids": problem.unit_ids, "population": problem.population, "lead_ids": ["p", "q", "r"],
        "lead_unit": [0, 6, 13], "minutes": np.zeros((18, 3)), "balance": 0.01,
    }  # fmt: skip
    one = build_instance(type(problem).from_arrays(**given, edges=problem.edges))
    two = build_instance(type(problem).from_arrays(**given, edges=two_banks([(2, 9), (8, 15)]).edges))
    needed = balance_need(one, 3).tolerance
    assert needed == pytest.approx(least_tolerance_exactly(one, 3), abs=1e-5)
    assert needed > balance_need(two, 3).tolerance + 0.05
    assert least_by_count(one, 3, np.arange(3), [], fixed=True) == pytest.approx(0.0, abs=1e-6)
