"""What a case asks grids to have: amounts by unit from facilities and records, names that stand for nothing with the nearest one."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from gridplan.case.case import parse_case, read_case
from gridplan.ground.activities import activities_of
from gridplan.ground.named import tell_unknown_names
from gridplan.pipeline import survey
from gridplan.solver.solver import solve
from gridplan.words.errors import CaseError
from tests.ground.test_formulation import problem_of


@pytest.fixture(scope="module")
def place(board_case):
    return survey(read_case(board_case))


def amounts(place, *names):
    """Amounts above 0, by unit, of each name."""
    case = place.case.changed(grids={"activities": [{"count": name, "minimum": 1} for name in names]})
    found = activities_of(place.layers, case)
    units = place.layers.units.index
    return [pd.Series(some.amounts, index=units)[lambda amount: amount > 0].to_dict() for some in found]


def test_facilities_count_where_they_stand_by_kind_service_beds_and_level(place):
    """Rehabilitation is in u01; emergency departments in u01, u24, u13 and u05; the nursing home has 40 of the 910 beds in u01."""
    rehab, named, emergency, beds, secondary = amounts(place, "rehab", "康复医院", "急诊", "beds", "secondary")
    assert rehab == named == {"u01": 1.0}
    assert emergency == {"u01": 1.0, "u05": 1.0, "u13": 1.0, "u24": 1.0}
    assert (beds["u01"], beds["u30"]) == (800 + 50 + 40 + 20, 300.0)
    assert secondary == {}


def test_amounts_on_record_count_by_unit(place):
    old = pd.DataFrame({"unit_id": ["u00", "u35"], "activity": ["65+", "65+"], "amount": [120.0, 80.0]})
    insured = pd.DataFrame({"unit_id": ["u00", "u00"], "category": ["a", "b"], "insured": [300, 200]})
    told = replace(place, layers=replace(place.layers, records={"activities": old, "insured": insured}))
    assert amounts(told, "65+", "insured") == [{"u00": 120.0, "u35": 80.0}, {"u00": 500.0}]


def test_an_unknown_name_is_told_with_the_nearest(place):
    record = pd.DataFrame({"unit_id": ["u00"], "activity": ["births"], "amount": [3.0]})
    told = replace(place.layers, records={"activities": record})
    case = place.case.changed(
        grids={"activities": [{"count": "birth", "maximum": 9}, {"count": "rehab", "minimum": 1}]}
    )
    (problem,) = tell_unknown_names(told, case)
    assert problem.field == "grids.activities.count"
    assert "births" in problem.render("en")


def test_the_plan_holds_what_the_case_asks_for(place):
    """Beds of two grids within 30 % of their mean, an emergency department in each."""
    problem = problem_of(place, activities=[{"count": "beds", "balance": 0.3}, {"count": "ed", "minimum": 1}])
    solution = solve(problem, effort=0.2)
    assert solution.status in ("optimal", "feasible")
    held = solution.alternatives.loc[0, ["least_beds", "most_beds", "least_ed"]]
    assert held["least_beds"] >= 0.7 / 1.3 * held["most_beds"]
    assert held["least_ed"] >= 1


@pytest.mark.parametrize(
    "wrong",
    [
        [{"count": "beds"}],
        [{"count": "beds", "minimum": 3, "maximum": 2}],
        [{"count": "beds", "minimum": 1}, {"count": "beds", "maximum": 9}],
    ],
)
def test_limits_that_ask_for_nothing_contradict_each_other_or_come_twice_are_refused(place, wrong):
    tree = place.case.model_dump(mode="json", by_alias=True, exclude_none=True)
    tree["grids"]["activities"] = wrong
    with pytest.raises(CaseError, match=r"grids\.activities"):
        parse_case(tree, folder=place.case.folder)
