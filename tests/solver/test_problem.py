"""A problem is built from well-formed arrays, and everything that is wrong is told at once, in both languages."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import numpy as np
import pytest

from gridplan.solver.problem import Problem
from gridplan.solver.solver import solve
from gridplan.words.errors import ProblemError


def arrays(**changes):
    """Three units in a row, a - b - c, with sites x in a and y in c."""
    given = {
        "unit_ids": ["a", "b", "c"],
        "population": [10, 20, 30],
        "lead_ids": ["x", "y"],
        "lead_unit": [0, 2],
        "minutes": [[1, 9], [4, 5], [8, 1]],
        "edges": [(0, 1), (1, 2)],
    }
    return given | changes


def test_a_problem_keeps_ids_and_cannot_be_changed():
    problem = Problem.from_arrays(**arrays(edges=[(1, 0), (0, 1), (2, 1), (1, 1)]))
    assert problem.unit_ids == ("a", "b", "c")
    assert problem.edges.tolist() == [[0, 1], [1, 2]]
    assert (problem.k_min, problem.k_max, problem.choosing) == (2, 2, False)
    with pytest.raises(ValueError, match="read-only"):
        problem.population[0] = 5


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"unit_ids": []}, "unit_ids"),
        ({"unit_ids": ["a", "a", "c"]}, "unit_ids"),
        ({"unit_ids": ["a", "", "c"]}, "unit_ids"),
        ({"unit_ids": [1, 2, 3]}, "unit_ids"),
        ({"population": [1, 2]}, "population"),
        ({"population": [1, np.nan, 2]}, "population"),
        ({"population": [1, -1, 2]}, "population"),
        ({"population": [0, 0, 0]}, "population"),
        ({"lead_ids": []}, "lead_ids"),
        ({"lead_unit": [0, 3]}, "lead_unit"),
        ({"lead_unit": [0, -1]}, "lead_unit"),
        ({"lead_unit": [0.5, 1]}, "lead_unit"),
        ({"lead_unit": [0, 0]}, "lead_unit"),
        ({"minutes": [[1, 2]]}, "minutes"),
        ({"minutes": [[1, 9], [4, np.nan], [8, 1]]}, "minutes"),
        ({"minutes": "far"}, "minutes"),
        ({"edges": [(0, 9)]}, "edges"),
        ({"edges": [0, 1]}, "edges"),
        ({"choose": 3}, "choose"),
        ({"choose": 0}, "choose"),
        ({"choose": (2, 1)}, "choose"),
        ({"choose": "two"}, "choose"),
        ({"choose": 2, "lead_hospital": ["h", "h"]}, "choose"),
        ({"lead_hospital": ["h", "h"]}, "lead_hospital"),
        ({"choose": 1, "lead_hospital": ["h", "h"], "required": ["x", "y"]}, "lead_hospital"),
        ({"choose": 1, "required": ["x", "y"]}, "required"),
        ({"choose": 1, "required": ["z"]}, "required"),
        ({"choose": 1, "required": ["x"], "forbidden": ["x"]}, "required"),
        ({"forbidden": ["x"]}, "forbidden"),
        ({"locked": {"a": "y"}}, "locked"),
        ({"locked": {"q": "y"}}, "locked"),
        ({"locked": {"b": "q"}}, "locked"),
        ({"choose": 1, "locked": {"b": "x"}, "forbidden": ["x"]}, "locked"),
        ({"locked": {"b": "x"}, "barred": {"b": ["x"]}}, "barred"),
        ({"barred": {"a": ["x"]}}, "locked"),
        ({"incumbent": {"q": "y"}}, "incumbent"),
        ({"balance": -0.1}, "balance"),
        ({"population_min": 50, "population_max": 40}, "population_min"),
        ({"whole": ["s"]}, "whole"),
        ({"max_minutes": "long"}, "max_minutes"),
        ({"share_within": [[1, 0]]}, "share_within"),
        ({"habit_price": 5}, "habit"),
        ({"habit_price": 5, "habit": 1.5}, "habit"),
    ],
)
def test_bad_arguments_are_refused_by_name(changes, field):
    with pytest.raises(ProblemError) as caught:
        Problem.from_arrays(**arrays(**changes))
    assert field in {problem.field for problem in caught.value.problems}
    for language in ("zh", "en"):
        assert field in caught.value.render(language)


def test_all_problems_are_told_together():
    with pytest.raises(ProblemError) as caught:
        Problem.from_arrays(**arrays(population=[1, -2, 3], choose=9, required=["nobody"], balance=-1))
    assert {p.field for p in caught.value.problems} >= {"population", "choose", "required", "balance"}


def test_unreachable_minutes_are_welcome():
    problem = Problem.from_arrays(**arrays(minutes=[[1, np.inf], [4, 5], [8, 1]]))
    assert np.isinf(problem.minutes[0, 1])


def test_sites_without_a_hospital_are_hospitals_of_their_own():
    problem = Problem.from_arrays(**arrays(lead_hospital=["h", None], choose=1))
    assert len(set(problem.hospital.tolist())) == 2


def test_a_problem_and_its_solution_are_shown_on_a_screen():
    """Numbers of units, sites and rules; then the objective with its parts, and a row a grid."""
    problem = Problem.from_arrays(
        unit_ids=["a", "b", "<b>"], population=[10, 20, 30], lead_ids=["x", "y"], lead_unit=[0, 2], balance=0.5,
        minutes=[[1.0, 9.0], [4.0, np.inf], [8.0, 1.0]], edges=[(0, 1), (1, 2)],
    )  # fmt: skip
    lines = repr(problem).splitlines()
    assert [line.split() for line in lines if "units" in line or "unreachable" in line or "rules" in line] == [
        ["units", "3"], ["unreachable", "1"], ["rules", "balance", "0.5"],
    ]  # fmt: skip
    solution = solve(problem)
    shown = repr(solution)
    assert f"objective  {solution.objective:,.1f}" in shown
    assert shown.splitlines()[-2:] == ["  G1    x     2", "  G2    y     1"]
    for page in (problem._repr_html_(), solution._repr_html_()):
        ET.fromstring(page)
