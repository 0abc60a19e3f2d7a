"""R-62 and R-64 to R-66 on the chessboard city."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from gridplan.grids.plan import Plan
from tests import board
from tests.checks.laid_out import Place, facilities, finding, findings, lay_out, statuses, survey_board, with_records

STATION = "E1,,急救站,ems,,government,city,,,{}\n"


def test_a_centre_in_every_street(halves: Plan) -> None:
    assert finding(halves, "R-62", "").status == "met"


def test_a_street_without_a_centre(place: Place) -> None:
    table = facilities()
    plan = lay_out(survey_board(facilities=table[table["facility_id"] != "C4"]), board.WEST_EAST)
    found = finding(plan, "R-62", "S4")
    assert (found.status, found.measured, found.limit) == ("violated", 0, 1)
    assert found.message_zh == "S4街道（4,000 人）没有社区卫生服务中心（卫生院）"


def test_a_centre_that_serves_too_many(place: Place) -> None:
    """4,000 residents a street and 1,500 a centre at most: two more needed."""
    plan = lay_out(place, board.WEST_EAST, rules={"chc_population_min": 1000, "chc_population_max": 1500})
    found = finding(plan, "R-62", "S0")
    assert (found.status, found.measured, found.limit) == ("violated", 4000, 1500)
    assert "应增设 2 家" in found.message_zh


def test_stations_for_far_squares_and_small_centres_are_notes(place: Place) -> None:
    """Five squares have no centre next to them (see test_access); a second centre in S0 leaves 2,000 each."""
    more = "C6,,S0街道第二社区卫生服务中心,chc,,government,district,,,u11\n"
    plan = lay_out(survey_board(facilities=facilities(more=more)), board.WEST_EAST)
    assert finding(lay_out(place, board.WEST_EAST), "R-62", "stations").measured == 5
    assert (finding(plan, "R-62", "small").severity, finding(plan, "R-62", "small").measured) == ("note", 1)


def test_all_within_the_radius_of_a_station(place: Place) -> None:
    plan = lay_out(survey_board(facilities=facilities(more=STATION.format("u12"))), board.WEST_EAST)
    assert statuses(plan, "R-64") == {"G1": "met", "G2": "met", "ambulances": "not_evaluated"}


def test_a_station_too_far(place: Place) -> None:
    """Within 1.5 km of u00 are u00, u01, u10 and u11 (1.41 km): 4 of 12 squares of the left half, none of the right."""
    far = survey_board(facilities=facilities(more=STATION.format("u00")))
    plan = lay_out(far, board.WEST_EAST, rules={"ems_radius_km": 1.5, "ems_radius_urban_km": 1})
    west, east = finding(plan, "R-64", "G1"), finding(plan, "R-64", "G2")
    assert (west.status, west.measured, east.measured) == ("violated", pytest.approx(4 / 12), 0)
    town = lay_out(far, board.WEST_EAST, rules={"ems_radius_urban_km": 1.5, "ems_urban_density": 999})
    assert finding(town, "R-64", "G1").measured == pytest.approx(4 / 12)


def test_ambulances(place: Place) -> None:
    plan = lay_out(survey_board(facilities=facilities(more=STATION.format("u12"))), board.WEST_EAST)
    one = with_records(plan, {"ambulances": pd.DataFrame({"facility_id": ["E1"], "ambulances": [1]})})
    assert (finding(one, "R-64", "ambulances").status, finding(one, "R-64", "ambulances").measured) == ("met", 24_000)
    short = replace(one, case=one.case.changed(rules={"ambulance_residents": 20_000}))
    assert finding(short, "R-64", "ambulances").status == "violated"


def test_no_station_is_not_evaluated(halves: Plan) -> None:
    assert [f.status for f in findings(halves, "R-64")] == ["not_evaluated"]


def test_primary_care_on_foot_reaches_six_squares(halves: Plan) -> None:
    """15 minutes at 4.8 km/h over a detour of 1.3 are 923 m: only the squares of the six centres themselves, one centre
    for 1,000 people there, none elsewhere: 0.25 for 1,000 on average, Gini 3/4."""
    found = finding(halves, "R-65", "primary")
    assert (found.status, found.measured) == ("met", pytest.approx(0.75))
    assert "平均每千人 0.25 家机构，基尼系数 0.75，得分为零的居民占 75.0%" in found.message_zh


def test_hospital_beds_that_everybody_reaches_are_even(place: Place) -> None:
    """Within 9 minutes every square reaches every hospital: 2,200 beds for 24,000 people, Gini 0."""
    found = finding(lay_out(place, board.WEST_EAST, travel={"limit_min": 9}), "R-65", "hospital")
    assert found.measured == pytest.approx(0, abs=1e-9)
    assert f"{2200 / 24:.2f}" in found.message_zh


def test_beds_unknown_is_not_evaluated(place: Place) -> None:
    plan = lay_out(survey_board(facilities=facilities().assign(beds="")), board.WEST_EAST)
    assert finding(plan, "R-65", "hospital").status == "not_evaluated"


def test_signed_with_a_family_doctor(halves: Plan) -> None:
    table = pd.DataFrame({"group": ["all", "孕产妇"], "people": [24_000, 200], "signed": [18_000, 160]})
    everybody, mothers = findings(with_records(halves, {"signed": table}), "R-66")
    assert (everybody.status, everybody.measured) == ("met", 0.75)
    assert (mothers.status, mothers.measured, mothers.limit) == ("violated", 0.8, 0.85)
    assert finding(halves, "R-66").status == "not_evaluated"


def test_a_centre_with_as_many_residents_as_it_may_serve_is_enough(place: Place) -> None:
    """4,000 residents a street."""
    enough = lay_out(place, board.WEST_EAST, rules={"chc_population_min": 1000, "chc_population_max": 4000})
    assert finding(enough, "R-62", "").status == "met"
    over = lay_out(place, board.WEST_EAST, rules={"chc_population_min": 1000, "chc_population_max": 3999})
    assert {f.subject_id for f in findings(over, "R-62") if f.status == "violated"} == {f"S{n}" for n in range(6)}
    assert "应增设 1 家" in finding(over, "R-62", "S0").message_zh
    assert finding(over, "R-62", "S0").places == ("u00", "u01", "u10", "u11")


def test_a_centre_outside_the_area_serves_no_street(halves: Plan) -> None:
    gone = halves.layers.facilities.assign(
        unit_id=halves.layers.facilities["unit_id"].where(halves.layers.facilities.index != "C4", "")
    )
    plan = replace(halves, layers=replace(halves.layers, facilities=gone))
    assert finding(plan, "R-62", "S4").measured == 0


def test_a_street_where_nobody_lives_needs_no_centre() -> None:
    table = facilities()
    people = pd.DataFrame({"unit_id": board.unit_ids(), "population": 1000, "population_65": 150})
    people.loc[people["unit_id"].map(board.street_of) == "S4", "population"] = 0
    empty = survey_board(facilities=table[table["facility_id"] != "C4"], people=people)
    assert finding(lay_out(empty, board.WEST_EAST), "R-62", "").status == "met"


def test_two_centres_that_serve_as_few_as_they_may_are_no_matter() -> None:
    """A second centre in S0 leaves 2,000 each; with one centre a street is never small."""
    more = "C6,,S0街道第二社区卫生服务中心,chc,,government,district,,,u11\n"
    two = survey_board(facilities=facilities(more=more))
    at_least = lay_out(two, board.WEST_EAST, rules={"chc_population_min": 2000})
    assert findings(at_least, "R-62", "small") == []
    more_than = lay_out(two, board.WEST_EAST, rules={"chc_population_min": 2001})
    small = finding(more_than, "R-62", "small")
    assert (small.status, small.measured, small.unit) == ("met", 1, "streets")


def test_squares_over_the_walking_limit_are_named_where_people_live(halves: Plan) -> None:
    """The five squares with no centre next to them."""
    found = finding(halves, "R-62", "stations")
    assert (found.status, found.severity) == ("met", "note")
    assert found.places == ("u11", "u13", "u15", "u25", "u31")


def test_a_group_signed_at_its_limit_is_met(halves: Plan) -> None:
    table = pd.DataFrame({"group": ["孕产妇"], "people": [200], "signed": [170]})
    found = finding(with_records(halves, {"signed": table}), "R-66")
    assert (found.status, found.measured) == ("met", 0.85)
