"""R-50 to R-54 on the chessboard as a county: six townships S0 to S5, two village clinics, H2 and H3 of the county."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from gridplan.grids.annexes.communities import draw_up_communities
from gridplan.grids.county_tree import tree_of
from gridplan.grids.members import place_members
from gridplan.grids.plan import Plan
from gridplan.ground.city_and_counties import limit_of_unit, scopes_of
from gridplan.words.vocabulary import ADMIN_LEVELS
from tests import board
from tests.checks.laid_out import Place, facilities, finding, findings, lay_out, statuses, survey_board

CLINICS = """V0,,S0村卫生室,village_clinic,,collective,township,,,u11
V2,C2,S2村卫生室,village_clinic,,collective,township,,,u14
"""
COUNTY = {"mode": "county"}


@pytest.fixture(scope="module")
def land() -> Place:
    """H1 is the county's too; V0 names nobody above it, V2 names C2."""
    return survey_board(
        facilities=facilities(("H1", "admin_level", "district"), ("H2", "admin_level", "district"), more=CLINICS)
    )


@pytest.fixture(scope="module")
def county(land: Place) -> Plan:
    """S0, S1, S3 to H1 (G1); S2, S4, S5 to H2 (G2)."""
    return lay_out(land, board.BY_STREET, place=COUNTY)


def test_two_communities_of_whole_townships_hold(county: Plan) -> None:
    found = findings(county, "R-50")
    assert [(f.subject_id, f.status, f.measured) for f in found] == [("", "met", 2), ("G1", "met", 0), ("G2", "met", 0)]
    assert found[1].message_zh == "第一网格有 3 家卫生院、1 家村卫生室，村卫生室都随所在乡镇"


def test_three_communities_are_more_than_a_county_usually_has(land: Place) -> None:
    three = {**board.BY_STREET, **dict.fromkeys(("u02", "u03", "u12", "u13"), "H3")}
    found = finding(lay_out(land, three, place=COUNTY), "R-50", "")
    assert (found.status, found.severity, found.measured, found.limit) == ("violated", "should", 3, 2)
    assert finding(lay_out(land, three, place=COUNTY, grids={"k": 3}), "R-50", "").status == "met"


def test_a_township_in_two_communities_is_told(land: Place) -> None:
    """The middle column of streets, S1 and S4, lies half west and half east."""
    split = [f for f in findings(lay_out(land, board.WEST_EAST, place=COUNTY), "R-50") if f.subject_id.startswith("S")]
    assert [(f.subject_id, f.severity, f.measured) for f in split] == [("S1", "must", 2), ("S4", "must", 2)]
    assert split[0].places == ("u02", "u03", "u12", "u13")


def test_a_clinic_goes_with_the_centre_it_names(land: Place) -> None:
    """V9 stands in u20 (S3, G1) and names C5 (S5, G2): it is a member of G2, with its township."""
    more = CLINICS + "V9,C5,飞地村卫生室,village_clinic,,collective,township,,,u20\n"
    place = survey_board(facilities=facilities(more=more))
    plan = lay_out(place, board.BY_STREET, place=COUNTY)
    assert plan.members["grid_id"]["V9"] == "G2"
    assert statuses(plan, "R-50") == {"": "met", "G1": "met", "G2": "met"}


def test_a_clinic_stated_in_another_community_strays(county: Plan) -> None:
    stated = pd.DataFrame({"grid_id": ["G2"]}, index=["V0"])
    plan = replace(county, members=place_members(county.layers, county.assignment, stated=stated))
    found = finding(plan, "R-50", "G2")
    assert (found.status, found.severity, found.measured, found.places) == ("violated", "must", 1, ("u11",))
    assert "S0村卫生室" in found.message_zh


def test_a_clinic_without_a_township_centre_is_a_should() -> None:
    place = survey_board(facilities=facilities(("C0", "kind", "clinic"), more=CLINICS))
    found = finding(lay_out(place, board.BY_STREET, place=COUNTY), "R-50", "G1")
    assert (found.status, found.severity, found.measured) == ("violated", "should", 1)


def test_one_two_n_is_shown_as_it_is(county: Plan) -> None:
    """One committee, two leads, six township centres, two village clinics."""
    found = finding(county, "R-51")
    assert found.status == "met"
    assert found.message_zh == "棋盘市：县级管理委员会 1 个、牵头医院 2 家、卫生院 6 家、村卫生室 2 家（1+2+6+2）"
    tree = tree_of(county).set_index("node_id")
    assert tree["parent_id"][["committee:", "H1", "C0", "V0", "V2", "C5"]].tolist() == [
        "",
        "committee:",
        "H1",
        "C0",
        "C2",
        "H2",
    ]


def test_a_lead_without_township_centres_leaves_the_chain_open() -> None:
    bare = survey_board(facilities=facilities(*[(name, "kind", "clinic") for name in ("C0", "C1", "C3")]))
    found = finding(lay_out(bare, board.BY_STREET, place=COUNTY), "R-51")
    assert (found.status, found.severity) == ("violated", "note")
    assert found.message_zh == "棋盘市：市第一医院之下没有卫生院（1+2+3+0）"


def test_the_tree_is_a_table_and_lines_on_the_map(county: Plan) -> None:
    annexes = draw_up_communities(county)
    assert annexes["county_tree"]["pattern"].tolist()[0] == "1+2+6+2"
    assert len(annexes["county_lines"]) == 8
    lines = annexes["county_lines"].set_index("facility_id").geometry
    assert list(lines["V0"].coords) == [board.centre("u11"), board.centre("u00")]


@pytest.mark.parametrize(
    ("lead", "status", "said"),
    [
        ("H2", "met", "县级综合医院"),
        ("H3", "met", "县级中医医院"),
        ("M1", "violated", "妇幼保健院"),
        ("P1", "violated", "社会办"),
        ("C4", "violated", "不是医院"),
    ],
)
def test_a_public_county_hospital_leads(land: Place, lead: str, status: str, said: str) -> None:
    found = finding(lay_out(land, dict.fromkeys(board.unit_ids(), lead), place=COUNTY), "R-52")
    assert (found.status, found.severity) == (status, "must")
    assert said in found.message_zh


def test_a_municipal_hospital_does_not_lead_a_county(place: Place) -> None:
    found = finding(lay_out(place, dict.fromkeys(board.unit_ids(), "H1"), place=COUNTY), "R-52")
    assert found.status == "violated"
    assert ADMIN_LEVELS.label("city").zh in found.message_zh


def test_city_hospitals_support_county_leads(county: Plan) -> None:
    columns = ["network_id", "kind", "name", "member_id", "hub_id", "partner", "specialty"]
    rows = [
        ("N1", "paired_assistance", "对口支援", "H1", "", "省人民医院", ""),
        ("N2", "telemedicine", "远程", "H2", "M1", "", ""),
    ]
    plan = replace(county, layers=replace(county.layers, records={"networks": pd.DataFrame(rows, columns=columns)}))
    assert statuses(plan, "R-53") == {"G1": "met", "G2": "violated"}
    assert finding(plan, "R-53", "G2").severity == "note"
    assert finding(county, "R-53").status == "not_evaluated"


# a prefecture city: the two western columns are the city, the four eastern ones a county of its own


@pytest.fixture(scope="module")
def prefecture() -> Place:
    """Districts: W the streets S0 and S3, E the others, whose H2 and H3 are county hospitals."""
    units = board.board_units()
    west = units["street_id"].isin(["S0", "S3"])
    units = units.assign(
        district_id=west.map({True: "W", False: "E"}), district=west.map({True: "市区", False: "东县"})
    )
    return survey_board(units=units, facilities=facilities(("H2", "admin_level", "district"), more=CLINICS))


WEST = {unit: "H1" for unit in board.unit_ids() if unit[2] in "01"}
EAST = {unit: "H3" if unit[1] in "01" else "H2" for unit in board.unit_ids() if unit[2] not in "01"}
BOTH = {"county": {"districts": ["东县"], "limit_min": 6.0}}


def test_city_and_county_are_counted_apart(prefecture: Place) -> None:
    """8,000 people in the city's one grid, 8,000 in each community; one grid is too few for the city, two are right for the county."""
    plan = lay_out(prefecture, {**WEST, **EAST}, **BOTH)
    assert [scope.id for scope in scopes_of(plan.layers.units, plan.case)] == ["", "E"]
    assert statuses(plan, "R-54") == {"scopes": "met"}
    assert finding(plan, "R-54").message_zh == "1 个城市医疗集团、2 个县域医共体，分属城区和 1 个县"
    assert statuses(plan, "R-01") == {"": "violated", "E": "met"}
    assert plan.scores.grids["deviation"].tolist() == [0.0, 0.0, 0.0]
    assert {f.subject_id for f in findings(plan, "R-08")} == {"G1"}
    assert {f.subject_id for f in findings(plan, "R-20")} == {"G1"}
    assert {f.subject_id for f in findings(plan, "R-52")} == {"G2", "G3"}
    assert {f.subject_id: f.limit for f in findings(plan, "R-60") if f.subject_kind == "grid"} == {
        "G1": 4,
        "G2": 6,
        "G3": 6,
    }
    assert set(limit_of_unit(plan.layers.units, plan.case)[["u00", "u05"]]) == {4, 6}


def test_a_grid_does_not_lie_in_city_and_county(prefecture: Place) -> None:
    """u00 and u01 of the city go to H3 of the county; deviations count people of the city against its own grids."""
    plan = lay_out(prefecture, {**WEST, **EAST, "u00": "H3", "u10": "H3"}, **BOTH)
    found = finding(plan, "R-54", "")
    assert (found.status, found.severity, found.measured, found.places) == ("violated", "must", 2, ("u00", "u10"))
    assert plan.scores.grids["deviation"].tolist() == [-0.25, 0.0, 0.25]


def test_a_plan_of_one_city_has_no_counties_to_judge(halves: Plan) -> None:
    for rule in ("R-50", "R-51", "R-52", "R-53", "R-54"):
        assert finding(halves, rule).status == "not_evaluated"
    assert draw_up_communities(halves) == {}
