"""What proves that no plan holds the rules, each proof on a city one counts by eye; without one nothing is called impossible."""

from __future__ import annotations

import numpy as np
import pytest

from gridplan.solver.deadline import Deadline
from gridplan.solver.explain.excluded import is_excluded
from gridplan.solver.instance import build_instance
from gridplan.solver.solver import improve, solve
from tests.solver.test_rules import leads_of, row_city

TWO_PARTS = [(i, i + 1) for i in range(7) if i != 4]


@pytest.mark.parametrize(
    ("rules", "k"),
    [
        ({"max_minutes": 1.0}, 3),
        ({"barred": {"u4": ["p", "q", "r"]}}, 3),
        ({"edges": TWO_PARTS, "choose": 1}, 1),
        ({"edges": TWO_PARTS, "choose": 2, "required": ["p", "q"], "forbidden": ["r"]}, 2),
        ({"whole": ["s"] * 4 + [""] * 4}, 3),
        ({"population_max": 25.0}, 3),
        ({"choose": 2, "population_max": [39.0, 39.0, 39.0]}, 2),
        ({"population_min": 30.0}, 3),
    ],
    ids=["far", "barred", "parts", "a part without a site", "a whole of two", "largest", "largest of chosen", "least"],
)
def test_what_no_plan_can_hold_is_proven(rules, k):
    assert is_excluded(build_instance(row_city(**rules)), k)
    assert solve(row_city(**rules)).status == "infeasible"


@pytest.mark.parametrize(
    ("rules", "k"),
    [
        ({}, 3),
        ({"max_minutes": 2.0}, 3),
        ({"barred": {"u4": ["p", "r"]}}, 3),
        ({"edges": TWO_PARTS, "choose": 2}, 2),
        ({"whole": ["s"] * 3 + [""] * 5}, 3),
        ({"population_max": 30.0}, 3),
        ({"choose": 2, "population_max": 40.0}, 2),
        ({"population_min": 20.0}, 3),
    ],
)
def test_what_a_plan_holds_is_not(rules, k):
    assert not is_excluded(build_instance(row_city(**rules)), k)
    assert solve(row_city(**rules)).status == "optimal"


@pytest.mark.parametrize("rules", [{"population_max": 30.0}, {"choose": 2, "balance": 0.25}])
def test_a_plan_not_found_in_time_is_never_called_impossible(rules):
    """ppqqqrrr holds 30 residents at most, qqqqqrrr a quarter: no time finds neither, some does."""
    assert solve(row_city(**rules)).status == "optimal"
    late = solve(row_city(**rules), time_limit_s=0.0)
    assert (late.outcome.status, late.reproducible, late.bound) == ("unknown", False, None)
    assert (late.status, late.excluded) == ("infeasible", False), "of the three words that other programs know"
    assert any(not said.note for said in late.explanation)
    assert "cannot hold" not in late.explanation[0].message.en
    assert set(late.alternatives["status"]) == {"unknown"}


def test_without_time_only_what_needs_none_is_proven():
    over = Deadline(0.0)
    assert is_excluded(build_instance(row_city(max_minutes=1.0), deadline=over), 3)
    assert not is_excluded(build_instance(row_city(population_max=25.0), deadline=over), 3)


def test_a_range_of_grids_is_impossible_only_if_every_number_is():
    """Three grids can hold 30 residents at most; two cannot, as 80 residents show."""
    none = solve(row_city(choose=2, population_max=30.0))
    assert (none.status, none.excluded) == ("infeasible", True)
    both = solve(row_city(choose=(2, 3), population_max=30.0))
    assert both.status == "optimal"
    assert both.alternatives["status"].tolist() == ["infeasible", "feasible"]


def test_leads_that_are_kept_prove_nothing_of_others():
    """u0 and its neighbours cannot go to q alone under a cap of 3 minutes; p and r could have led."""
    given = solve(row_city(choose=2, required=["p", "q"])).assignment
    capped = row_city(choose=2, max_minutes=3.0)
    kept = improve(capped, given)
    assert leads_of(kept).count("r") == 0
    assert (kept.outcome.status, kept.excluded) == ("unknown", False)
    assert solve(capped).status == "optimal"
    assert np.isfinite(kept.objective)
