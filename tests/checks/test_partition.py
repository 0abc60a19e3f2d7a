"""R-01 to R-05 on the chessboard city: each met once and violated once, with numbers that can be counted on the board."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from shapely.affinity import translate

from gridplan.grids.plan import Plan
from tests import board
from tests.checks.laid_out import (
    EAST_HEAVY,
    Place,
    facilities,
    finding,
    findings,
    lay_out,
    statuses,
    survey_board,
    violated,
)

ONE_GRID = dict.fromkeys(board.unit_ids(), "H1")


def test_two_grids_are_enough_for_a_city(halves: Plan) -> None:
    found = finding(halves, "R-01")
    assert (found.status, found.severity, found.measured, found.limit) == ("met", "must", 2, 2)


def test_one_grid_is_too_few_for_a_city_but_not_for_a_county(place: Place) -> None:
    found = finding(lay_out(place, ONE_GRID), "R-01")
    assert (found.status, found.measured) == ("violated", 1)
    assert found.message_en == "1 grid; at least 2 needed"
    assert finding(lay_out(place, ONE_GRID, place={"mode": "county"}), "R-01").status == "met"


def test_more_grids_than_hospitals_that_may_lead(place: Place) -> None:
    """H1, H2, H3 and M1 may lead; a fifth grid for the private P1 is one too many."""
    at_home = {"u01": "H1", "u24": "H2", "u13": "H3", "u30": "M1", "u05": "P1"}
    four = {**board.WEST_EAST, **{unit: lead for unit, lead in at_home.items() if lead != "P1"}}
    assert "leads" not in statuses(lay_out(place, four), "R-01")
    found = finding(lay_out(place, {**board.WEST_EAST, **at_home}), "R-01", "leads")
    assert (found.status, found.measured, found.limit) == ("violated", 5, 4)


def test_every_unit_in_one_grid(halves: Plan) -> None:
    assert finding(halves, "R-02").status == "met"


def test_a_unit_in_no_grid_is_named_with_its_people(place: Place) -> None:
    given = {unit: lead for unit, lead in board.WEST_EAST.items() if unit not in ("u34", "u35")}
    found = finding(lay_out(place, given), "R-02")
    assert (found.status, found.measured, found.places) == ("violated", 2, ("u34", "u35"))
    assert found.message_en == "2 units (2,000 people) in no grid"


def test_a_unit_claimed_by_two_grids_changes_only_the_cover(halves: Plan) -> None:
    claims = pd.DataFrame({"kind": ["unit"], "subject_id": ["u02"], "grid_id": ["G2"], "km2": [0.0]})
    twice = replace(halves, claims=claims)
    assert finding(twice, "R-02").places == ("u02",)
    assert violated(twice) - violated(halves) == {("R-02", "")}


def test_units_that_overlap_are_told(halves: Plan) -> None:
    """u35 shifted by 100 m to the west lies on u34 over 0.1 km² (and nowhere else)."""
    units = halves.layers.units.copy()
    units.loc["u35", "geometry"] = translate(units.geometry["u35"], xoff=-100)
    plan = replace(halves, layers=replace(halves.layers, units=units))
    found = finding(plan, "R-02", "overlap")
    assert (found.status, found.severity, found.places) == ("violated", "should", ("u34", "u35"))
    assert found.measured == pytest.approx(0.1)


def test_units_without_residents_are_a_note(place: Place) -> None:
    ids = board.unit_ids()
    people = pd.DataFrame({"unit_id": ids, "population": [0 if unit == "u00" else 1000 for unit in ids]})
    plan = lay_out(survey_board(people=people), board.WEST_EAST)
    found = finding(plan, "R-02", "uninhabited")
    assert (found.status, found.severity, found.places) == ("met", "note", ("u00",))


def test_one_group_a_grid(halves: Plan) -> None:
    assert finding(halves, "R-03").status == "met"


def test_two_campuses_of_one_hospital_leading_is_a_should_unless_allowed(place: Place) -> None:
    campus = survey_board(facilities=facilities(("H2", "parent_id", "H1")))
    found = finding(lay_out(campus, board.WEST_EAST), "R-03")
    assert (found.status, found.severity, found.measured, found.subject_id) == ("violated", "should", 2, "H1")
    assert finding(lay_out(campus, board.WEST_EAST, rules={"max_grids_per_lead": 2}), "R-03").status == "met"


def test_each_lead_in_its_own_grid(halves: Plan) -> None:
    assert statuses(halves, "R-04") == {"G1": "met", "G2": "met"}


def test_a_lead_in_the_other_grid(place: Place) -> None:
    swapped = {unit: {"H1": "H2", "H2": "H1"}[lead] for unit, lead in board.WEST_EAST.items()}
    plan = lay_out(place, swapped)
    assert statuses(plan, "R-04") == {"G1": "violated", "G2": "violated"}
    assert finding(plan, "R-04", "G1").message_zh == "第一网格的牵头医院不在本网格内"


def test_a_second_lead_changes_only_its_own_finding(halves: Plan) -> None:
    claims = pd.DataFrame({"kind": ["lead"], "subject_id": ["M1"], "grid_id": ["G1"], "km2": [0.0]})
    second = replace(halves, claims=claims)
    found = finding(second, "R-04", "G1")
    assert (found.status, found.measured) == ("violated", 2)
    assert found.message_zh == "第一网格有 2 家牵头医院：市第一医院、市妇幼保健院"
    assert violated(second) - violated(halves) == {("R-04", "G1")}


def test_factors_are_recorded_with_their_variation(place: Place) -> None:
    """4,000 and 20,000 residents: mean 12,000, standard deviation 8,000."""
    plan = lay_out(place, EAST_HEAVY)
    assert finding(plan, "R-05", "population").measured == pytest.approx(8 / 12)
    assert finding(plan, "R-05", "geography").measured == pytest.approx(8 / 12)
    assert finding(plan, "R-05", "need").measured == pytest.approx(0)
    assert {f.status for f in findings(plan, "R-05")} == {"met"}


def test_doctors_and_chronic_patients_are_told_where_given(place: Place) -> None:
    """24 doctors in the west and 12 in the east for 12,000 each: 2 and 1 per 1,000, mean 1.5, deviation 0.5."""
    table = facilities().assign(doctors="")
    table.loc[table["facility_id"].isin(["H1", "H2"]), "doctors"] = ["24", "12"]
    people = pd.DataFrame({"unit_id": board.unit_ids(), "population": 1000, "chronic": 100})
    plan = lay_out(survey_board(facilities=table, people=people), board.WEST_EAST)
    assert finding(plan, "R-05", "doctors").measured == pytest.approx(0.5 / 1.5)
    assert finding(plan, "R-05", "chronic").measured == pytest.approx(0)
    assert not {"doctors", "chronic"} & set(statuses(lay_out(place, board.WEST_EAST), "R-05"))


def test_a_factor_without_data_is_not_evaluated(place: Place) -> None:
    table = facilities().assign(beds="")
    people = pd.DataFrame({"unit_id": board.unit_ids(), "population": 1000})
    plan = lay_out(survey_board(facilities=table, people=people), board.WEST_EAST)
    assert statuses(plan, "R-05") == {
        "geography": "met",
        "population": "met",
        "need": "not_evaluated",
        "resources": "not_evaluated",
    }
    assert "beds" in finding(plan, "R-05", "resources").message_en
