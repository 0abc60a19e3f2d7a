"""Small problems solved to the end, by hand; brute force is in test_against_brute_force."""

from __future__ import annotations

import numpy as np
import pytest

from gridplan.solver.bound.exact import solve_exactly
from gridplan.solver.instance import build_instance, limits_for
from gridplan.solver.problem import Problem
from tests.solver.test_rules import row_city
from tests.solver.test_tradeoff import row


def test_a_small_problem_is_solved_to_the_end():
    problem = row_city(choose=2, balance=0.3)
    instance = build_instance(problem)
    exact = solve_exactly(instance, limits_for(problem, 2), 2, effort=0.25)
    assert exact.lead is not None
    assert not exact.infeasible
    load = np.bincount(exact.lead, weights=problem.population, minlength=3)
    assert load[load > 0].min() >= 0.7 * 40
    assert exact.bound == pytest.approx(float(problem.minutes[np.arange(8), exact.lead].sum()) * 10.0)
    # Islands without candidates count only when every arc is closed; limits that nobody can hold are infeasible.
    none = row_city(choose=2, population_max=30.0)
    assert solve_exactly(build_instance(none), limits_for(none, 2), 2, effort=0.25).infeasible


@pytest.mark.parametrize(("most", "least"), [(0, 150), (10, 110), (20, 90), (80, 90)])
def test_no_more_change_lead_than_may(most, least):
    problem = row(most_moved=most)
    exact = solve_exactly(build_instance(problem), limits_for(problem, 3), 3, effort=0.25)
    assert exact.bound == pytest.approx(least)


def test_the_first_plan_that_is_connected_is_not_the_last():
    """On a board of 30 units with four leads and grids of nearly one size: the plan costs what the bound says."""
    at = np.array([(x, y) for y in range(5) for x in range(6)], dtype=float)
    sites = np.array([0, 4, 20, 29])
    people = 100.0 + 37.0 * np.arange(30) % 70
    problem = Problem.from_arrays(
        unit_ids=[f"u{i}" for i in range(30)],
        population=people,
        lead_ids=list("abcd"),
        lead_unit=sites,
        minutes=np.hypot(*(at[:, None, :] - at[None, sites, :]).T).T,
        edges=[(i, j) for i in range(30) for j in range(i + 1, 30) if np.abs(at[i] - at[j]).sum() == 1],
        balance=0.06,
    )
    exact = solve_exactly(build_instance(problem), limits_for(problem, 4), 4, effort=0.25)
    assert exact.lead is not None
    cost = float((people * problem.minutes[np.arange(30), exact.lead]).sum())
    assert cost == pytest.approx(exact.bound, rel=1e-6)
