"""Wrong solutions are planted: the judge inside finds each of them, and none leaves `solve` or `improve` as it was."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from gridplan.solver import flow
from gridplan.solver.assignment import Assignment
from gridplan.solver.judge import count_terms, judge_solution
from gridplan.solver.problem import Problem
from gridplan.solver.solver import improve, solve

UNITS = [f"u{i}" for i in range(8)]


def city(**changes):
    """Two rows of four units, 10 people each; sites p in u0, q in u3, r in u7, s in u2; a minute a step; p and s are one hospital.

    0 - 1 - 2 - 3
    |   |   |   |
    4 - 5 - 6 - 7
    """
    at = np.array([divmod(i, 4) for i in range(8)])
    homes = [0, 3, 7, 2]
    given = {
        "unit_ids": UNITS,
        "population": np.full(8, 10.0),
        "lead_ids": ["p", "q", "r", "s"],
        "lead_unit": homes,
        "lead_hospital": ["one", "two", "three", "one"],
        "minutes": np.abs(at[:, None, :] - at[None, homes, :]).sum(axis=2).astype(float),
        "edges": [(0, 1), (1, 2), (2, 3), (4, 5), (5, 6), (6, 7), (0, 4), (1, 5), (2, 6), (3, 7)],
        "choose": 3,
        "required": ["p"],
        "forbidden": ["s"],
        "locked": {"u1": "p"},
        "barred": {"u6": ["q"]},
        "whole": ["", "", "w", "w", "", "", "", ""],
        "population_max": 35.0,
        "population_min": 10.0,
        "max_minutes": 2.5,
        "balance": 0.6,
    }
    return Problem.from_arrays(**(given | changes))


def plant(plan, **changes):
    """The solution of the city with another plan in it: a letter a unit."""
    solution = solve(city(), effort=0.1)
    assert solution.status == "optimal"
    leads = (
        pd.Series(list(plan), index=pd.Index(UNITS, name="unit_id"), dtype=object) if isinstance(plan, str) else plan
    )
    return replace(solution, assignment=Assignment(leads, {x: x for x in dict.fromkeys(leads)})).restated(**changes)


RIGHT = "ppqqpprr"
TWICE = pd.Series(list(RIGHT + "q"), index=[*UNITS, "u6"], dtype=object)
MISSING = pd.Series(list(RIGHT[:7]), index=UNITS[:7], dtype=object)


@pytest.mark.parametrize(
    ("plan", "rule"),
    [
        ("ppqqppqq", "choose"),
        ("qqqqqqrr", "required"),
        ("ssssssrr", "forbidden"),
        ("ppsqpprr", "lead_hospital"),
        (MISSING, "unit_ids"),
        (TWICE, "unit_ids"),
        ("ppqqrrpr", "edges"),
        ("pprrppqq", "lead_unit"),
        ("pprqpprr", "whole"),
        ("pqqqpprr", "locked"),
        ("ppqqppqr", "barred"),
        ("pppppprq", "max_minutes"),
        ("pppprrrr", "population_max"),
        ("ppqqpppr", "population_max"),
        ("pqqqpqqr", "balance"),
        ("ppqqppzz", "lead_ids"),
    ],
)
def test_a_planted_plan_is_found_and_called_unknown_as_it_proves_nothing(plan, rule):
    found = judge_solution(city(), plant(plan))
    assert found.outcome.status == "unknown"
    assert found.bound is found.gap is found.gap_travel is None
    assert rule in {said.limit_name for said in found.explanation if not said.note}
    for said in found.explanation:
        assert said.message.zh
        assert said.message.en


def test_more_who_change_lead_than_may_are_found():
    """Two units of 10 people each have another lead in force than in the plan."""
    solution = solve(city(), effort=0.1)
    held = solution.assignment.lead_of_unit.to_dict()
    for unit in ("u5", "u6"):
        held[unit] = next(lead for lead in "pqr" if lead != held[unit])
    for most, status in ((20.0, "optimal"), (19.0, "unknown")):
        found = judge_solution(city(incumbent=held, most_moved=most), solution)
        assert found.outcome.status == status
    told = {said.limit_name: said for said in found.explanation}["most_moved"]
    assert (told.measured, told.limit) == (20.0, 19.0)


def test_the_right_plan_passes_untouched():
    solution = solve(city(), effort=0.1)
    assert judge_solution(city(), solution) is solution
    assert not [said for said in solution.explanation if not said.note]


def test_what_is_proven_impossible_stays_so_when_the_judge_adds_what_it_found():
    assert judge_solution(city(), plant("ppqqppqq", status="infeasible")).status == "infeasible"


def test_a_planted_bound_above_the_objective_is_withdrawn():
    solution = solve(city(), effort=0.1)
    found = judge_solution(city(), solution.restated(bound=solution.objective * 1.01))
    assert (found.status, found.bound, found.gap) == ("feasible", None, None)
    assert [said.limit_name for said in found.explanation] == ["bound"]
    assert np.isfinite(judge_solution(city(), solution.restated(bound=solution.objective)).bound)
    assert judge_solution(city(), solution.restated(bound=float("nan"))).bound is None


def test_planted_sums_are_counted_again():
    solution = solve(city(), effort=0.1)
    for wrong in ({"value": solution.objective - 1.0}, {"terms": {**solution.terms, "travel": 1.0}}):
        found = judge_solution(city(), solution.restated(**wrong))
        assert (found.status, found.bound) == ("feasible", None)
        assert found.objective == solution.objective
        assert found.terms == pytest.approx(dict(solution.terms))


def test_optimal_needs_a_bound():
    solution = solve(city(), effort=0.1)
    assert judge_solution(city(), solution.restated(bound=None, gap=None)).status == "feasible"
    assert judge_solution(city(), solution.restated(bound=solution.objective * 0.9)).status == "feasible"


def test_solve_and_improve_let_nothing_out_unjudged(monkeypatch):
    """The fault is planted between the search and the judge: every unit goes to one lead, and it is called optimal."""
    packed = flow.package

    def plant_one_grid(*args, **choices):
        plan = pd.Series("p", index=pd.Index(UNITS, name="unit_id"), dtype=object)
        return replace(packed(*args, **choices), assignment=Assignment.from_leads(plan)).restated(status="optimal")

    monkeypatch.setattr(flow, "package", plant_one_grid)
    given = Assignment.from_leads(dict(zip(UNITS, RIGHT, strict=True)))
    for solution in (solve(city(), effort=0.1), improve(city(), given, effort=0.1)):
        assert solution.outcome.status == "unknown"
        assert solution.bound is None
        assert {"choose", "population_max"} <= {said.limit_name for said in solution.explanation}


# numbers, counted by hand


def said_of(plan, limit_name, **changes):
    """What the judge says of one limit of a plan: measured, limit, leads."""
    problem = city(**changes)
    [said] = [one for one in judge_solution(problem, plant(plan)).explanation if one.limit_name == limit_name]
    return said.measured, said.limit, said.lead_ids


def test_residents_over_and_under_a_limit_are_told_with_the_worst():
    """p has 20, q 20, r 40 residents: r is 10 over 30; under 25 are p and q, by 5 each."""
    assert said_of("ppqqrrrr", "population_max", population_max=30.0) == (40, 30, ("r",))
    assert said_of("ppqqrrrr", "population_min", population_min=25.0)[:2] == (20, 25)
    assert said_of("ppqqrrrr", "population_min", population_min=25.0)[2] == ("p", "q")
    assert said_of("ppqqrrrr", "population_max", population_max=[15.0, 12.0, 35.0, 99.0]) == (20, 12, ("p", "q", "r"))


def test_the_worst_share_out_of_balance_is_told():
    """40 of a mean of 80 / 3 is half as much again; 20 a quarter less."""
    measured, limit, leads = said_of("ppqqrrrr", "balance", balance=0.3)
    assert (measured, limit, leads) == (pytest.approx(0.5), 0.3, ("r",))
    assert said_of("ppqqrrrr", "balance", balance=0.2)[2] == ("p", "q", "r")


PLAN = np.array([0, 0, 1, 1, 0, 0, 2, 2])
"""p in u0, u1, u4, u5; q in u2, u3; r in u6, u7: 0 + 1 + 1 + 2, 1 + 0, 1 + 0 minutes for ten people each."""


def test_terms_are_counted_unit_by_unit():
    """Four borders are cut: u1 - u2, u5 - u6, u2 - u6, u3 - u7. Of u1 and u7, the only ones in force, u7 moves."""
    priced = city(
        lead_price=[1.0, 2.0, 4.0, 8.0], compactness_price=3.0, incumbent={"u1": "p", "u7": "q"}, move_price=5.0,
        max_minutes=1.0, max_minutes_price=7.0, balance=0.2, balance_price=11.0,
        habit=np.tile([0.75, 0.5, 0.0, 0.0], (8, 1)), habit_price=2.0,
    )  # fmt: skip
    assert count_terms(priced, PLAN) == {
        "travel": 60,
        "opening": 7,
        "access": 10 * 7.0,
        "moved": 10 * 5.0,
        "balance": pytest.approx(11.0 * ((40 - 32) + 2 * (80 / 3 * 0.8 - 20))),
        "compactness": 4 * 3.0,
        "habits": 2.0 * (40 * 0.25 + 20 * 0.5 + 20 * 1.0),
    }


def test_only_what_has_a_price_is_a_term():
    assert count_terms(city(balance=0.2, max_minutes=1.0, incumbent={"u7": "q"}), PLAN) == {"travel": 60, "opening": 0}


@pytest.mark.parametrize(("longest", "lost"), [(3.0, 1440), (144.0, 1440), (200.0, 2000)])
def test_who_cannot_get_there_is_a_day_away_or_ten_times_the_longest_drive(longest, lost):
    minutes = city().minutes.copy()
    minutes[1, 0], minutes[0, 2] = np.inf, longest
    terms = count_terms(city(minutes=minutes), PLAN)
    assert terms == {"travel": 50, "opening": 0, "unreachable": 10 * lost}
