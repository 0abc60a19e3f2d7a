"""The same promises at any numbers: prices that drown the drives, residents of 1e-9 and of 1e12, minutes of either."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.fuzz_solver import run
from gridplan.solver.problem import Problem
from gridplan.solver.scaling import scale_problem
from gridplan.solver.solver import solve
from gridplan.words.errors import ProblemError
from tests.solver.test_rules import leads_of, row_city


def five(**changes):
    """Five units of 5,000 residents in a row; sites p, q, r in 0, 2, 4; 10 minutes a step."""
    at = np.arange(5.0)
    given = {
        "unit_ids": list("abcde"),
        "population": np.full(5, 5_000.0),
        "lead_ids": ["p", "q", "r"],
        "lead_unit": [0, 2, 4],
        "minutes": 10.0 * np.abs(at[:, None] - np.array([0, 2, 4])[None, :]),
        "edges": [(i, i + 1) for i in range(4)],
        "compactness_price": 5e7,
    }
    return Problem.from_arrays(**(given | changes))


@pytest.mark.long
def test_a_large_price_of_borders_closes_no_grid():
    """Every site leads: two borders are cut, b and d are 10 minutes from their lead."""
    solution = solve(five())
    assert solution.status == "optimal"
    assert set(solution.assignment.lead_of_unit) == {"p", "q", "r"}
    assert solution.objective == 2 * 5e7 + 2 * 5_000 * 10
    assert solution.bound == pytest.approx(solution.objective, rel=1e-6)


def test_a_large_price_of_borders_leaves_two_leads_two_grids():
    at = np.arange(5.0)
    two = five(lead_ids=["p", "r"], lead_unit=[0, 4], minutes=10.0 * np.abs(at[:, None] - np.array([0, 4])[None, :]))
    solution = solve(two)
    assert set(solution.assignment.lead_of_unit) == {"p", "r"}
    assert solution.objective == 5e7 + 5_000 * (10 + 20 + 10)


@pytest.mark.parametrize("choose", [2, 3])
def test_a_large_price_of_borders_leaves_as_many_grids_as_are_asked_for(choose):
    solution = solve(five(choose=choose, required=["r"]))
    assert solution.status == "optimal"
    leads = set(solution.assignment.lead_of_unit)
    assert len(leads) == choose
    assert "r" in leads


@pytest.mark.parametrize("people", [1e-9, 2.0**-40, 1.0, 1e12])
@pytest.mark.parametrize("minutes", [1e-9, 1.0, 1e9])
def test_residents_and_minutes_of_any_size_give_the_same_plan(people, minutes):
    plain = row_city()
    solution = solve(
        replace(plain, population=plain.population * people, minutes=plain.minutes * minutes, balance=0.3),
    )
    assert solution.status == "optimal"
    assert leads_of(solution) in ("pppqqqrr", "ppqqqrrr")
    assert solution.objective == pytest.approx(60 * people * minutes, rel=1e-9)
    assert solution.bound == pytest.approx(solution.objective, rel=1e-6)


def test_what_cannot_hold_is_still_told_at_small_numbers():
    plain = row_city(choose=2, required=["p", "r"], balance=0.0)
    tiny = solve(replace(plain, population=plain.population * 1e-9))
    assert tiny.status == "optimal"
    assert sorted(tiny.assignment.lead_of_unit.value_counts()) == [4, 4]
    odd = row_city(choose=3, balance=0.0)
    told = solve(replace(odd, population=odd.population * 1e-9))
    assert told.status == "infeasible"
    assert told.explanation[0].limit_name == "balance"
    assert told.explanation[0].smallest_relaxation == pytest.approx(solve(odd).explanation[0].smallest_relaxation)


def test_unreachable_residents_cost_a_day_at_any_scale():
    minutes = np.abs(np.arange(8.0)[:, None] - np.array([0, 3, 7])[None, :])
    minutes[5] = np.inf
    plain = row_city(minutes=minutes)
    assert solve(replace(plain, population=plain.population * 1e-9)).terms["unreachable"] == pytest.approx(1.44e-5)
    assert solve(replace(plain, minutes=plain.minutes * 1e-9)).terms["unreachable"] == 10 * 1440.0


def test_usual_numbers_are_solved_as_they_are_and_others_by_powers_of_two():
    plain = row_city()
    assert scale_problem(plain) == (plain, 1.0)
    scaled, grown = scale_problem(replace(plain, population=plain.population * 1e-9))
    assert grown > 1.0
    assert np.log2(grown) == np.round(np.log2(grown))
    assert (scaled.population / grown == plain.population * 1e-9).all()


def test_random_problems_keep_every_promise():
    """A slice of `python -m benchmarks.fuzz_solver`."""
    count, wrong = run(40, 7)
    assert wrong == {}
    assert count["optimal"] > 10


def test_no_lack_of_time_turns_a_plan_into_none():
    """Without any time plans are missed, and none of the problems that have one is called infeasible."""
    count, wrong = run(25, 7, first=40, limit_s=0.0)
    assert wrong == {}
    assert count["unknown"]


def test_numbers_without_measure_are_refused_in_words_and_tiny_ones_count_as_none():
    plain = row_city()
    for wrong in (
        {"population": plain.population * 1e300},
        {"minutes": plain.minutes * 1e300},
        {"compactness_price": 1e31},
    ):
        with pytest.raises(ProblemError, match="1e\\+30"):
            row_city(**wrong)
    with pytest.raises(ProblemError, match="at least one resident"):
        row_city(population=plain.population * 1e-310)
    assert solve(row_city(minutes=plain.minutes * 1e-310)).objective == 0.0
    assert np.isfinite(solve(row_city(population=plain.population * 1e28, minutes=plain.minutes * 1e28)).objective)


def test_what_no_set_of_sites_can_lead_once_relaxed_is_told_and_no_error():
    """A problem of the long run: relaxing what is named asks for a number of grids that no set of its sites can lead."""
    assert run(1, 31, first=187)[1] == {}
