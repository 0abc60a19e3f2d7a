"""How results are ranked, how gaps are told, and that the best number of grids is found."""

from __future__ import annotations

import numpy as np
import pytest

from gridplan.solver.answer import gaps
from gridplan.solver.attempt import Result
from gridplan.solver.instance import build_instance
from gridplan.solver.problem import Problem
from gridplan.solver.solver import solve
from gridplan.solver.terms import measure
from gridplan.words.errors import ProblemError
from tests.solver.test_rules import row_city


def result(lead, *, feasible=True, **changes) -> Result:
    problem = row_city(**changes)
    return Result(build_instance(problem), 3, measure(problem, np.array(lead)), None, False, feasible)


def test_gaps_are_relative_to_the_bound_and_to_travel():
    assert gaps({"travel": 80.0, "opening": 30.0}, 100.0) == (pytest.approx(0.1), pytest.approx(0.125))
    assert gaps({"travel": 80.0}, None) == (None, None)
    assert gaps({"travel": 0.0}, 0.0) == (0.0, 0.0)
    assert gaps({"travel": 80.0, "opening": 10.0}, 100.0)[0] == 0.0, "a bound above the plan is rounding"
    assert gaps({"travel": 5.0, "opening": -10.0}, -10.0)[0] == pytest.approx(0.5)


def test_plans_that_hold_the_rules_come_first_then_few_people_outside_then_cost():
    dear = result([0, 0, 0, 0, 1, 1, 1, 2])
    few_outside = result([0, 0, 0, 1, 1, 1, 1, 2], feasible=False, population_max=35.0)
    cheap = result([0, 0, 1, 1, 1, 1, 2, 2], feasible=False, population_max=25.0)
    assert (few_outside.measures.outside, cheap.measures.outside) == (5.0, 15.0)
    assert cheap.measures.objective < few_outside.measures.objective < dear.measures.objective
    assert sorted([cheap, dear, few_outside], key=lambda r: r.rank) == [dear, few_outside, cheap]


def test_an_effort_of_nothing_is_refused():
    with pytest.raises(ProblemError, match="effort"):
        solve(row_city(), effort=0.0)


def test_the_best_number_of_grids_is_that_of_least_cost():
    """Opening a site costs 25: three grids save 40 over two, and two 30 over one... of 60, 100 and 160 minutes."""
    told = solve(row_city(choose=(1, 3), lead_price=[25.0] * 3)).alternatives.set_index("k")
    assert told["objective"].to_dict() == {1: 160.0 + 25, 2: 100.0 + 50, 3: 60.0 + 75}
    assert told["mean_minutes"].to_dict() == {1: 2.0, 2: 1.25, 3: 0.75}
    assert told["worst_deviation"][1] == 0.0
    assert solve(row_city(choose=(1, 3), lead_price=[60.0] * 3)).assignment.lead_of_grid.nunique() in (1, 2)


def test_a_ceiling_of_change_beside_a_cap_that_bars_a_site_from_its_own_unit_is_explained():
    """Within 20 minutes no unit reaches h0, not even its own: nothing may be proven of who changes lead, and no error ends it."""
    problem = Problem.from_arrays(
        unit_ids=["u0", "u1"], population=[10, 10], lead_ids=["h0", "h1"], lead_unit=[0, 1], minutes=[[30.0, 5.0], [30.0, 5.0]],
        edges=[(0, 1)], choose=2, max_minutes=20.0, incumbent={"u0": "h1", "u1": "h1"}, most_moved=5.0,
    )  # fmt: skip
    solution = solve(problem, effort=0.02)
    assert {said.limit_name for said in solution.explanation if not said.note} == {"max_minutes", "most_moved"}
