"""R-21 to R-24 and R-26 on the chessboard city: who is a member, once, near, and who is left out."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from gridplan.grids.members import place_members
from gridplan.grids.plan import Plan
from tests import board
from tests.checks.laid_out import (
    Place,
    facilities,
    finding,
    findings,
    lay_out,
    statuses,
    survey_board,
    the_board,
    violated,
    with_records,
)


def without(*units: str) -> dict[str, str]:
    return {unit: lead for unit, lead in board.WEST_EAST.items() if unit not in units}


def claims(*rows: tuple[str, str, str]) -> pd.DataFrame:
    return pd.DataFrame([(*row, 0.0) for row in rows], columns=["kind", "subject_id", "grid_id", "km2"])


#


def test_no_secondary_hospital_in_either_half(halves: Plan) -> None:
    found = [(f.subject_id, f.status, f.measured) for f in findings(halves, "R-21")]
    assert found[:2] == [("G1", "violated", 0), ("G2", "violated", 0)]


def test_a_secondary_general_hospital_or_continuing_care_will_do(place: Place) -> None:
    able = facilities(
        ("C5", "services", "continuing_care"), more="H4,,区医院,general,二级甲等,government,district,99,,u20\n"
    )
    found = findings(lay_out(survey_board(facilities=able), board.WEST_EAST), "R-21")
    assert [(f.status, f.measured) for f in found[:2]] == [("met", 1), ("met", 1)]


def test_streets_without_a_centre_in_their_grid(halves: Plan, streets: Plan) -> None:
    """The centres of the middle streets stand in the left half (u02, u22), so the right half lacks them."""
    west, east = findings(halves, "R-21")[2:]
    assert (west.status, east.status, east.measured) == ("met", "violated", 2)
    assert east.places == ("u03", "u13", "u23", "u33")
    assert [f.status for f in findings(streets, "R-21")[2:]] == ["met", "met"]


def test_nobody_tells_of_secondary_care(place: Place) -> None:
    plan = lay_out(survey_board(facilities=facilities().assign(services="", level="三级")), board.WEST_EAST)
    assert finding(plan, "R-21", "secondary").status == "not_evaluated"


def test_counties_have_their_own_mix(place: Place) -> None:
    plan = lay_out(place, board.WEST_EAST, place={"mode": "county"})
    assert [f.status for f in findings(plan, "R-21")] == ["not_evaluated"]


#


def test_every_facility_in_one_grid(halves: Plan) -> None:
    found = finding(halves, "R-22")
    assert (found.status, found.message_en) == ("met", "12 facilities in one grid each")


def test_a_facility_claimed_by_two_grids_changes_only_its_own_finding(halves: Plan) -> None:
    twice = replace(halves, claims=claims(("facility", "C0", "G2")))
    found = finding(twice, "R-22", "C0")
    assert (found.status, found.severity, found.measured) == ("violated", "must", 2)
    assert found.message_zh == "S0街道社区卫生服务中心同时属于 2 个网格：第一网格、第二网格"
    assert violated(twice) - violated(halves) == {("R-22", "C0")}


def test_provincial_hospitals_may_join_several_groups(place: Place) -> None:
    province = lay_out(survey_board(facilities=facilities(("H3", "admin_level", "province"))), board.WEST_EAST)
    found = finding(replace(province, claims=claims(("facility", "H3", "G1"))), "R-22", "H3")
    assert (found.status, found.severity) == ("met", "note")


def test_a_campus_of_the_lead_in_another_grid_is_a_should_with_three_ways_out(place: Place) -> None:
    """H3 in u13 as a campus of H1, laid out with u13 in H2's half; then each way chosen in the case, and the unit given to H1."""
    campus = survey_board(facilities=facilities(("H3", "parent_id", "H1")))
    found = finding(lay_out(campus, board.WEST_EAST), "R-22", "H3")
    assert (found.status, found.severity, found.measured, found.places) == ("violated", "should", 2, ("u13",))
    assert found.message_zh.startswith("区中医院是市第一医院的院区，市第一医院属第一网格，该院区却是第二网格的成员")
    for way, expected in (("cooperating", ["G2", "cooperating", "case"]), ("enclave", ["G1", "member", "case"])):
        chosen = lay_out(campus, board.WEST_EAST, members={"campuses": {"H3": way}})
        assert chosen.members.loc["H3", ["grid_id", "role", "role_source"]].tolist() == expected
        assert finding(chosen, "R-22", "H3").status == "met"
        assert "H3" not in statuses(chosen, "R-24"), "an enclave by choice is no detour"
    split = lay_out(campus, {**board.WEST_EAST, "u13": "H1"})
    assert statuses(split, "R-22") == {"": "met"}


#


def test_no_public_facility_is_left_out(halves: Plan) -> None:
    """Twelve public facilities, P1 and the nursing home apart; six health centres among them."""
    found = finding(halves, "R-23", "")
    assert (found.status, found.message_zh) == (
        "met",
        "范围内 12 家公立机构都是成员、合作单位或在专科联盟等网络内，其中基层机构 6 家",
    )


def test_a_health_centre_left_out_is_a_should_a_tertiary_hospital_a_must(place: Place) -> None:
    plan = lay_out(place, without("u34", "u13"))
    centre, hospital = finding(plan, "R-23", "C5"), finding(plan, "R-23", "H3")
    assert (centre.status, centre.severity, centre.places) == ("violated", "should", ("u34",))
    assert (hospital.status, hospital.severity) == ("violated", "must")


def test_cooperation_or_an_alliance_is_enough(place: Place) -> None:
    """H3, a tertiary public hospital, is out of every group by the case: a must, unless it cooperates or is in an alliance."""
    out = lay_out(place, board.WEST_EAST, members={"outside": ["H3"]})
    assert (finding(out, "R-23", "H3").status, finding(out, "R-23", "H3").severity) == ("violated", "must")
    assert "H3" not in statuses(lay_out(place, board.WEST_EAST, members={"cooperating": ["H3"]}), "R-23")
    alliance = {"network_id": "N", "kind": "specialty_alliance", "name": "卒中联盟", "member_id": "H3", "hub_id": "H1"}
    table = pd.DataFrame([{**alliance, "partner": "", "specialty": "卒中"}])
    assert "H3" not in statuses(with_records(out, {"networks": table}), "R-23")


def test_a_list_that_does_not_name_a_hospital_is_no_must(place: Place) -> None:
    """The list names C2 for H2's group alone: H3 is not in it, a lack of data."""
    rows = pd.DataFrame({"grid_id": ["G2"]}, index=["C2"])
    halves = lay_out(place, board.WEST_EAST)
    plan = replace(halves, members=place_members(halves.layers, halves.assignment, stated=rows))
    found = finding(plan, "R-23", "H3")
    assert (found.status, found.severity) == ("violated", "should")
    assert "不在成员名单中" in found.message_zh


def test_no_agreement_on_file_is_a_lack_of_data(halves: Plan) -> None:
    found = finding(halves, "R-23", "agreements")
    assert (found.status, found.severity, found.measured) == ("not_evaluated", "note", 2)
    assert found.message_zh.endswith("护理院、仁爱医院")


def test_private_and_provincial_ones_are_free(place: Place) -> None:
    assert statuses(lay_out(place, without("u05")), "R-23")[""] == "met"
    province = survey_board(facilities=facilities(("H3", "admin_level", "province")))
    assert statuses(lay_out(province, board.WEST_EAST), "R-23") == {"agreements": "not_evaluated", "": "met"}


#


def stated(halves: Plan, facility: str, grid: str) -> Plan:
    """The halves with one facility stated as a member of the other one's grid."""
    rows = pd.DataFrame({"grid_id": [grid]}, index=[facility])
    return replace(halves, members=place_members(halves.layers, halves.assignment, stated=rows))


def test_members_inside_their_grid(halves: Plan) -> None:
    found = finding(halves, "R-24")
    assert (found.status, found.measured) == ("met", 10)


def test_a_member_elsewhere_may_make_a_detour(halves: Plan) -> None:
    """C0 in u00 is 1 minute from H1 in u01 and 4 + 2 minutes from H2 in u24: a detour of 5."""
    plan = stated(halves, "C0", "G2")
    found = finding(plan, "R-24", "C0")
    assert (found.status, found.measured, found.limit) == ("met", pytest.approx(5), 15)
    tight = replace(plan, case=plan.case.changed(rules={"detour_min": 4.9}))
    assert finding(tight, "R-24", "C0").status == "violated"


#


def test_private_institutions_are_counted(halves: Plan, place: Place) -> None:
    """The nursing home in the left half, P1 in the right: neither has joined, until the case says so."""
    assert [(f.status, f.measured) for f in findings(halves, "R-26")] == [("met", 0), ("met", 0)]
    told = lay_out(the_board(), board.WEST_EAST, members={"join": ["N1"], "cooperating": ["P1"]})
    assert [f.measured for f in findings(told, "R-26")] == [1, 0]
    assert "已加入 1 家，合作 0 家，未加入 0 家" in findings(told, "R-26")[0].message_zh
    assert "已加入 0 家，合作 1 家，未加入 0 家" in findings(told, "R-26")[1].message_zh
    nobody = survey_board(facilities=facilities().assign(ownership=""))
    assert finding(lay_out(nobody, board.WEST_EAST), "R-26").status == "not_evaluated"


def test_findings_on_facilities_name_the_square(halves: Plan) -> None:
    assert finding(replace(halves, claims=claims(("facility", "C0", "G2"))), "R-22", "C0").places == ("u00",)
    assert finding(replace(halves, claims=claims(("facility", "C0", "G2"))), "R-22", "C0").limit == 1
    campus = halves.layers.facilities.assign(
        parent_id=["H1" if facility == "H3" else "" for facility in halves.layers.facilities.index]
    )
    spread = replace(halves, layers=replace(halves.layers, facilities=campus))
    assert finding(spread, "R-22", "H3").places == ("u13",)


def test_one_claim_that_stands_breaks_whatever_the_next_is_free_to_do(halves: Plan) -> None:
    """C0 may not be in two grids, H3, made provincial, may: there is no word that all is well."""
    province = halves.layers.facilities["admin_level"].where(halves.layers.facilities.index != "H3", "province")
    layers = replace(halves.layers, facilities=halves.layers.facilities.assign(admin_level=province))
    twice = claims(("facility", "C0", "G2"), ("facility", "H3", "G1"), ("facility", "nobody", "G1"))
    assert statuses(replace(halves, layers=layers, claims=twice), "R-22") == {"C0": "violated", "H3": "met"}


def test_a_detour_is_measured_from_the_nearest_lead(halves: Plan) -> None:
    """C5 in u34 is 1 minute from its own H2 and 6 from H1; in G1 it makes a detour of 5. At the limit it is met."""
    plan = stated(halves, "C5", "G1")
    found = finding(plan, "R-24", "C5")
    assert (found.measured, found.unit, found.places) == (pytest.approx(5), "min", ("u34",))
    assert finding(plan, "R-24", "").measured == 2, "C5 closes the list of G1, and H3 and C2 stand in G2"
    at_limit = replace(plan, case=plan.case.changed(rules={"detour_min": found.measured}))
    assert finding(at_limit, "R-24", "C5").status == "met"


def test_a_member_outside_the_area_makes_a_detour_that_nobody_knows(halves: Plan) -> None:
    facilities_ = halves.layers.facilities
    gone = facilities_.assign(unit_id=facilities_["unit_id"].where(facilities_.index != "C5", ""))
    found = finding(replace(halves, layers=replace(halves.layers, facilities=gone)), "R-24", "C5")
    assert (found.status, found.measured, found.places) == ("not_evaluated", None, ())


def test_streets_are_asked_where_people_live(halves: Plan) -> None:
    """Nobody in the right half's squares of S1: only S4 lacks a centre there."""
    units = halves.layers.units
    people = units["population"].where(~units.index.isin(["u03", "u13"]), 0)
    plan = replace(halves, layers=replace(halves.layers, units=units.assign(population=people)))
    found = [f for f in findings(plan, "R-21", "G2") if f.unit == "streets"]
    assert [(f.measured, f.places) for f in found] == [(1, ("u23", "u33"))]


def test_a_grid_where_nobody_lives_lacks_no_centre() -> None:
    people = pd.DataFrame({"unit_id": board.unit_ids(), "population": [1000] * 12 + [0] * 12})
    plan = lay_out(survey_board(people=people), {unit: "H1" if unit < "u20" else "H2" for unit in board.unit_ids()})
    streets = {f.subject_id: f.measured for f in findings(plan, "R-21") if f.unit == "streets"}
    assert streets == {"G1": 0, "G2": 0}
