"""Wrong solutions are planted: the judge inside finds each of them, and none leaves `solve` or `improve` as it was."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from gridplan.solver import flow
from gridplan.solver.assignment import Assignment
from gridplan.solver.judge import judge_solution
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
def test_a_planted_plan_is_found_and_called_infeasible(plan, rule):
    found = judge_solution(city(), plant(plan))
    assert found.status == "infeasible"
    assert found.bound is found.gap is found.gap_travel is None
    assert rule in {said.limit_name for said in found.explanation if not said.note}
    for said in found.explanation:
        assert said.message.zh
        assert said.message.en


def test_the_right_plan_passes_untouched():
    solution = solve(city(), effort=0.1)
    assert judge_solution(city(), solution) is solution
    assert not [said for said in solution.explanation if not said.note]


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
        assert solution.status == "infeasible"
        assert solution.bound is None
        assert {"choose", "population_max"} <= {said.limit_name for said in solution.explanation}
