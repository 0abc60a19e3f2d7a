"""City and counties are problems of their own; their solutions make one plan whose numbers add up."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from gridplan.case.case import Case
from gridplan.ground.city_and_counties import REST, Scope, scopes_of
from gridplan.ground.joined import (
    all_candidates,
    candidates_in,
    formulate_scopes,
    join_solutions,
    restrict_travel,
    solve_scopes,
)
from gridplan.ground.leads import grade_by_scope
from gridplan.solver.assignment import Assignment
from gridplan.solver.solution import Explanation, Outcome, Solution
from gridplan.words.errors import LayerError
from gridplan.words.text import Text
from tests import board
from tests.checks.laid_out import Place, the_board

UNITS = pd.Index(["a", "b", "c", "d"], name="unit_id")


@pytest.fixture(scope="module")
def place() -> Place:
    return the_board()


def with_county(place: Place, **grids: Any) -> Case:
    """The eastern half is a county of one grid; the city has one as well."""
    return place.case.changed(county={"districts": ["E"], "k": 1}, grids={"k": 1, **grids})


def scope(name: str = REST, place: Place | None = None) -> Scope:
    return Scope(name, "" if name == REST else "东县", UNITS, (place or the_board()).case)


def solution(
    leads: dict[str, str], value: float, bound: float | None, status: Any = "optimal", **more: Any
) -> Solution:
    """A solution of travel alone."""
    known = more.pop("knows", True)
    outcome = Outcome(value, {"travel": value}, bound, None, None, known, status, more.pop("explanation", ()))
    k = len(set(leads.values()))
    units = pd.DataFrame({"k": k, "unit_id": list(leads), "lead_id": list(leads.values())})
    return Solution(
        assignment=Assignment.from_leads(leads),
        outcome=outcome,
        alternatives=pd.DataFrame({"k": [k], "objective": [value]}),
        alternative_units=units,
        **more,
    )


CITY = {"a": "z", "b": "y"}
COUNTY = {"d": "b1", "c": "b1"}


def test_values_and_bounds_of_the_parts_add_up() -> None:
    joined = join_solutions([(scope(), solution(CITY, 100, 90)), (scope("E"), solution(COUNTY, 50, 30))], UNITS)
    assert (joined.objective, dict(joined.terms), joined.bound) == (150, {"travel": 150}, 120)
    assert joined.gap == pytest.approx(30 / 120)
    assert joined.gap_travel == pytest.approx(30 / 150)
    assert joined.bound_knows_contiguity
    assert joined.reproducible


def test_a_term_of_one_part_alone_counts_once() -> None:
    two = solution(COUNTY, 50, 30)
    priced = replace(two, outcome=Outcome(50, {"travel": 40, "balance": 10}, 30, None, None, True, "optimal"))
    joined = join_solutions([(scope(), solution(CITY, 100, 90)), (scope("E"), priced)], UNITS)
    assert dict(joined.terms) == {"travel": 140, "balance": 10}


def test_a_proof_that_one_part_lacks_the_whole_lacks() -> None:
    parts = [
        (scope(), solution(CITY, 100, 90, reproducible=False)),
        (scope("E"), solution(COUNTY, 50, None, "feasible", knows=False)),
    ]
    joined = join_solutions(parts, UNITS)
    assert (joined.bound, joined.gap, joined.bound_knows_contiguity, joined.reproducible) == (None, None, False, False)


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        ("optimal", "optimal", "optimal"),
        ("optimal", "feasible", "feasible"),
        ("feasible", "infeasible", "infeasible"),
        ("infeasible", "optimal", "infeasible"),
        ("unknown", "feasible", "unknown"),
        ("infeasible", "unknown", "infeasible"),
    ],
)
def test_the_weakest_part_decides_the_status(one: Any, other: Any, both: str) -> None:
    parts = [(scope(), solution(CITY, 1, 1, one)), (scope("E"), solution(COUNTY, 1, 1, other))]
    assert join_solutions(parts, UNITS).outcome.status == both


def test_grids_are_numbered_the_city_first_and_by_their_leads() -> None:
    """b1, first by its letters, leads a county grid and comes third; units keep the order asked for."""
    joined = join_solutions([(scope(), solution(CITY, 1, 1)), (scope("E"), solution(COUNTY, 1, 1))], UNITS).assignment
    assert joined.grid_of_lead == {"y": "G1", "z": "G2", "b1": "G3"}
    assert joined.lead_of_unit.to_dict() == {"a": "z", "b": "y", "c": "b1", "d": "b1"}
    assert joined.lead_of_unit.index.tolist() == list("abcd")


def test_ten_grids_have_numbers_of_one_width() -> None:
    units = pd.Index([f"u{i}" for i in range(10)], name="unit_id")
    ten = {unit: f"h{i}" for i, unit in enumerate(units)}
    assert set(join_solutions([(scope(), solution(ten, 1, 1))], units).assignment.grid_of_lead.values()) == {
        f"G{i:02d}" for i in range(1, 11)
    }


def test_alternatives_tell_their_scope() -> None:
    joined = join_solutions([(scope(), solution(CITY, 8, 1)), (scope("E"), solution(COUNTY, 9, 1))], UNITS)
    assert joined.alternatives[["scope_id", "k", "objective"]].values.tolist() == [[REST, 2, 8], ["E", 1, 9]]
    assert joined.alternatives.index.tolist() == [0, 1]
    units = joined.alternative_units
    assert units[["scope_id", "unit_id", "lead_id"]].values.tolist() == [
        [REST, "a", "z"], [REST, "b", "y"], ["E", "d", "b1"], ["E", "c", "b1"],
    ]  # fmt: skip


def test_what_is_said_of_one_part_among_several_names_it() -> None:
    said = (Explanation("balance", Text(zh="超出", en="beyond")),)
    city, county = solution(CITY, 1, 1, explanation=said), solution(COUNTY, 1, 1, explanation=said)
    alone = join_solutions([(scope(), city)], UNITS).explanation
    both = join_solutions([(scope(), city), (scope("E"), county)], UNITS).explanation
    assert [one.message.zh for one in alone] == ["超出"]
    assert [one.message.zh for one in both] == ["城区：超出", "东县：超出"]
    assert [one.limit_name for one in both] == ["balance", "balance"]


def test_each_scope_is_a_problem_of_its_own_units_and_hospitals(place: Place) -> None:
    case = with_county(place)
    layers = place.surveyed.layers
    leads = grade_by_scope(layers.facilities, layers.units, case)
    problems = formulate_scopes(layers, place.surveyed.adjacency, place.travel, leads, case)
    assert [(part.id, problem.k_max) for part, problem in problems] == [(REST, 1), ("E", 1)]
    city, county = (problem for _, problem in problems)
    assert city.lead_ids == ("H1",)
    assert county.lead_ids == ("H3",), "a county is led by a hospital of its own"
    assert all(int(unit[2]) < 3 for unit in city.unit_ids)
    assert all(int(unit[2]) >= 3 for unit in county.unit_ids)
    assert len(city.edges) == 4 * 2 + 3 * 3, "two borders in each row, three in each column"
    assert set(all_candidates(layers, leads, case)) == {*city.lead_ids, *county.lead_ids}
    joined = solve_scopes(problems, case, layers.units.index)
    assert joined.objective == pytest.approx(sum(joined.terms.values()))
    assert joined.assignment.lead_of_unit.loc["u00"] == "H1"
    assert joined.assignment.lead_of_unit.loc["u35"] == "H3"


def test_scopes_without_enough_hospitals_are_told_together(place: Place) -> None:
    """Nine grids each: neither part has nine hospitals."""
    case = place.case.changed(county={"districts": ["E"], "k": 9}, grids={"k": 9})
    layers = place.surveyed.layers
    leads = grade_by_scope(layers.facilities, layers.units, case)
    with pytest.raises(LayerError) as caught:
        formulate_scopes(layers, place.surveyed.adjacency, place.travel, leads, case)
    assert len(caught.value.problems) == 2


def test_candidates_stand_in_their_scope(place: Place) -> None:
    case = with_county(place)
    layers = place.surveyed.layers
    leads = grade_by_scope(layers.facilities, layers.units, case)
    stands = layers.facilities["unit_id"]
    for part in scopes_of(layers.units, case):
        found = candidates_in(part, leads, layers)
        assert len(found)
        assert stands[found.index].isin(part.units).all()


def test_minutes_are_those_of_the_units_and_sites_asked_for(place: Place) -> None:
    """u24, the unit of H2, before u00: 0 and 6 minutes."""
    within = restrict_travel(place.travel, pd.Index(["u24", "u00"]), ["H2"])
    assert within.sites == ("H2",)
    assert within.unit_minutes.round().values.tolist() == [[0], [6]]
    assert within.unit_share.values.tolist() == [[1], [0]]
    assert board.centre("u24") != board.centre("u00")
