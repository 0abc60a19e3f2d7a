"""Why a limit cannot hold: which units and leads force it, and by how much, on cities one counts by eye."""

from __future__ import annotations

import numpy as np
import pytest

from gridplan.solver.explain.limits import explain
from gridplan.solver.instance import build_instance
from gridplan.solver.solver import solve
from gridplan.solver.terms import measure
from tests.solver.test_rules import row_city


def told(lead: list[int], **changes):
    problem = row_city(**changes)
    return explain(build_instance(problem), measure(problem, np.array(lead)), None)


def test_a_plan_that_holds_the_rules_needs_no_words():
    assert told([0, 0, 1, 1, 1, 1, 2, 2]) == ()


def test_populations_beyond_their_limits_with_the_mean_that_is_needed():
    """80 residents in three grids: a largest of 25 cannot hold, 26.67 could; a smallest of 25 can."""
    (above,) = told([0, 0, 1, 1, 1, 1, 2, 2], population_max=25.0)
    assert (above.limit_name, above.measured, above.limit, above.lead_ids) == ("population_max", 40.0, 25.0, ("q",))
    assert above.smallest_relaxation == pytest.approx(80 / 3)
    (below,) = told([0, 0, 1, 1, 1, 1, 2, 2], population_min=25.0)
    assert (below.limit_name, below.measured, below.lead_ids) == ("population_min", 20.0, ("p", "r"))
    assert below.smallest_relaxation is None
    (never,) = told([0, 0, 1, 1, 1, 1, 2, 2], population_min=30.0)
    assert never.smallest_relaxation == pytest.approx(80 / 3)


def test_of_two_parts_of_the_map_the_one_that_needs_most_tells_the_limit():
    """u0 and u1 apart with p, the rest with q and r: means of 20 and 30; both largest and smallest have to give way to the worse."""
    edges = [(i, i + 1) for i in range(7) if i != 1]
    lead = [0, 0, 1, 1, 1, 1, 2, 2]
    (above,) = told(lead, edges=edges, population_max=15.0)
    assert above.smallest_relaxation == pytest.approx(30.0)
    (below,) = told(lead, edges=edges, population_min=45.0)
    assert below.smallest_relaxation == pytest.approx(20.0)


def test_units_apart_are_named_and_locks_that_keep_them_apart():
    (apart,) = told([0, 0, 0, 1, 1, 0, 1, 2])
    assert (apart.limit_name, apart.unit_ids) == ("edges", ("u5", "u6"))
    locked, apart = told([0, 0, 0, 1, 1, 0, 1, 2], locked={"u5": "p"})
    assert (locked.limit_name, locked.unit_ids) == ("locked", ("u5",))
    assert (apart.limit_name, apart.unit_ids) == ("edges", ("u6",))


def test_a_part_without_a_grid_is_told_by_what_keeps_it_from_one():
    """u0 and u1 apart with p: 20 residents where a grid must have 25, then too few grids, then both; without a limit, no contact."""
    edges, lead = [(i, i + 1) for i in range(7) if i != 1], [1, 1, 1, 1, 1, 1, 2, 2]

    def causes(**changes):
        said = told(lead, edges=edges, **changes)
        return [(cause.limit_name, cause.unit_ids, cause.lead_ids, cause.smallest_relaxation) for cause in said]

    small, few = ("population_min", ("u0", "u1"), ("p",), 20.0), ("choose", ("u0", "u1"), ("p",), 2.0)
    assert small in causes(choose=2, population_min=25.0)
    assert causes(choose=(1, 2), population_min=20.0) == [("edges", ("u0", "u1"), ("q",), None)]
    assert few in causes(choose=1)
    assert {small, few} <= set(causes(choose=1, population_min=25.0))


def test_the_nearest_candidate_tells_how_far_a_cap_has_to_be_relaxed():
    """Within 2 minutes: u5 goes to q or r in 2; with p and q alone, u6 and u7 take 3 and 4, and r would take 1."""
    (cap,) = told([0, 0, 1, 1, 1, 1, 1, 2], max_minutes=1.0)
    assert (cap.limit_name, cap.measured, cap.unit_ids) == ("max_minutes", 3.0, ("u5", "u6"))
    assert cap.smallest_relaxation == 2.0, "u5 is two minutes from q and from r"


def test_bars_and_locks_that_the_plan_breaks():
    lead = [0, 0, 1, 1, 1, 1, 2, 2]
    (barred,) = told(lead, barred={"u1": ["p"]})
    assert (barred.limit_name, barred.unit_ids) == ("barred", ("u1",))
    (locked,) = told(lead, locked={"u6": "q"})
    assert (locked.limit_name, locked.unit_ids) == ("locked", ("u6",))


def test_units_that_no_road_reaches_are_a_remark():
    minutes = row_city().minutes.copy()
    minutes[5] = np.inf
    (remark,) = told([0, 0, 1, 1, 1, 1, 2, 2], minutes=minutes)
    assert (remark.limit_name, remark.unit_ids, remark.note) == ("minutes", ("u5",), True)
    minutes[5, 2] = 1.0
    (error,) = told([0, 0, 1, 1, 1, 1, 2, 2], minutes=minutes)
    assert (error.limit_name, error.note) == ("minutes", False)


def test_too_few_grids_for_the_parts_of_the_map():
    edges = [(i, i + 1) for i in range(7) if i not in (1, 5)]
    solution = solve(row_city(edges=edges, choose=2))
    assert solution.status == "infeasible"
    choose = next(e for e in solution.explanation if e.limit_name == "choose")
    assert (choose.measured, choose.smallest_relaxation) == (2.0, 3.0)
