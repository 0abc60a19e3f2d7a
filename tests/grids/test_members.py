"""Who belongs to which grid, in which role, on the chessboard city."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from gridplan.case.sections import MemberRules
from gridplan.grids.members import grid_of_facility, place_members
from gridplan.solver.assignment import Assignment
from tests import board
from tests.checks.laid_out import facilities, lay_out, survey_board, the_board


def members(*changes: tuple[str, str, str]):
    return lay_out(survey_board(facilities=facilities(*changes)), board.WEST_EAST).members


def test_facilities_belong_where_they_stand() -> None:
    halves = lay_out(the_board(), board.WEST_EAST)
    table = halves.members
    assert table["grid_id"][["H1", "M1", "C2", "P1"]].tolist() == ["G1", "G1", "G2", "G2"]
    assert table.index[table["role"] == "lead"].tolist() == ["H1", "H2"]
    assert (table["role"] == "member").sum() == 10, "P1 and the nursing home are private"
    assert list(table.index) == list(halves.layers.facilities.index)


def test_further_campuses_of_a_lead_are_members() -> None:
    assert members(("M1", "parent_id", "H1"))["role"]["M1"] == "member"


def test_provincial_hospitals_are_placed_only_if_they_lead() -> None:
    table = members(("H3", "admin_level", "province"), ("H1", "admin_level", "national"))
    assert table["role"][["H1", "H3"]].tolist() == ["lead", "none"]


def test_outside_every_grid() -> None:
    place = the_board()
    plan = lay_out(place, {unit: lead for unit, lead in board.WEST_EAST.items() if unit != "u34"})
    assert plan.members.loc["C5", ["grid_id", "role"]].tolist() == ["", "none"]
    assert isinstance(plan.assignment, Assignment)


def placed(**columns: dict[str, str]) -> pd.DataFrame:
    """Members of the western and the eastern half, some cells of the facility table changed: {column: {facility: value}}."""
    layers = the_board().surveyed.layers
    told = layers.facilities.copy()
    for column, cells in columns.items():
        for facility, value in cells.items():
            told.loc[facility, column] = value
    return place_members(replace(layers, facilities=told), Assignment.from_leads(board.WEST_EAST))


@pytest.mark.parametrize(
    ("own", "of_lead", "ownership", "reason"),
    [
        ("district", "city", "government", "admin_level"),
        ("city", "city", "government", "other"),
        ("", "city", "government", "other"),
        ("district", "", "government", "other"),
        ("district", "city", "private", "private_capital"),
    ],
)
def test_a_loose_tie_has_the_reason_that_both_tell(own: str, of_lead: str, ownership: str, reason: str) -> None:
    """Where one of the two does not tell its affiliation, it is no reason."""
    table = placed(tie={"C0": "loose"}, admin_level={"C0": own, "H1": of_lead}, ownership={"C0": ownership})
    assert table.loc["C0", ["tie", "tie_reason"]].tolist() == ["loose", reason]


def test_a_facility_in_no_grid_has_no_lead_to_differ_from() -> None:
    layers = the_board().surveyed.layers
    told = layers.facilities.assign(tie="loose", admin_level="district")
    plan = Assignment.from_leads({unit: lead for unit, lead in board.WEST_EAST.items() if unit != "u34"})
    assert place_members(replace(layers, facilities=told), plan).loc["C5", ["role", "tie", "tie_reason"]].tolist() == [
        "none",
        "",
        "",
    ]


def test_only_loose_ties_of_members_have_a_reason() -> None:
    table = placed(tie={"C0": "tight", "H1": "loose"})
    assert table.loc["C0", ["tie", "tie_reason"]].tolist() == ["tight", ""]
    assert table.loc["H1", ["tie", "tie_reason"]].tolist() == ["", ""], "a lead has no tie to itself"


def test_a_campus_of_the_lead_in_its_own_grid_is_tight_unless_told() -> None:
    """M1 in u30 lies in H1's half."""
    assert placed(parent_id={"M1": "H1"})["tie"]["M1"] == "tight"
    assert placed(parent_id={"M1": "H2"})["tie"]["M1"] == ""
    assert placed(parent_id={"M1": "H1"}, tie={"M1": "loose"})["tie"]["M1"] == "loose"


def test_a_station_goes_with_the_centre_it_names() -> None:
    """C2, as a station in the eastern half, of the centre C0 in the western one."""
    assert placed(kind={"C2": "chs"}, parent_id={"C2": "C0"})["grid_id"]["C2"] == "G1"
    assert placed(kind={"C2": "chs"}, parent_id={"C2": ""})["grid_id"]["C2"] == "G2"
    assert placed(kind={"C2": "chs"}, parent_id={"C2": "H1"})["grid_id"]["C2"] == "G2", "a hospital is no centre"


def test_a_stated_membership_counts_before_the_place() -> None:
    layers = the_board().surveyed.layers
    stated = pd.DataFrame({"grid_id": ["G2"], "tie": ["loose"], "tie_reason": ["finance"]}, index=["C0"])
    table = place_members(layers, Assignment.from_leads(board.WEST_EAST), stated=stated)
    assert table.loc["C0"].tolist() == ["G2", "member", "list", "loose", "finance", ""]
    assert table["grid_id"]["C3"] == "G1"


# Consent, lists, the case


def test_those_who_join_by_consent_alone_join_nothing() -> None:
    """H3 made private, military, national, provincial or an ambulance station: no member, and the source says why."""
    for column, value, source in (
        ("ownership", "private", "consent"),
        ("ownership", "military", "consent"),
        ("admin_level", "national", "level"),
        ("admin_level", "province", "level"),
        ("kind", "ems", "emergency"),
    ):
        table = placed(**{column: {"H3": value}})
        assert table.loc["H3", ["grid_id", "role", "role_source", "tie"]].tolist() == ["G2", "none", source, ""]


def test_a_village_clinic_follows_its_centre_whoever_owns_it() -> None:
    table = placed(kind={"P1": "village_clinic"}, parent_id={"P1": "C0"})
    assert table.loc["P1", ["grid_id", "role", "role_source"]].tolist() == ["G1", "member", "centre"]
    assert placed(kind={"P1": "village_clinic"})["role"]["P1"] == "none", "private, and under no centre"


def test_a_private_campus_of_the_lead_is_the_lead_s() -> None:
    table = placed(ownership={"M1": "private"}, parent_id={"M1": "H1"})
    assert table.loc["M1", ["role", "role_source", "tie"]].tolist() == ["member", "plan", "tight"]


def listed(rows: list[dict[str, str]], **rules: object) -> pd.DataFrame:
    """Members of the halves with a record table of members: facility_id, lead_id and what else a row tells."""
    columns = ["facility_id", "lead_id", "role", "tie", "tie_reason", "agreement", "group_name"]
    table = pd.DataFrame(rows, columns=columns, dtype=object).fillna("")
    layers = replace(the_board().surveyed.layers, records={"members": table})
    return place_members(layers, Assignment.from_leads(board.WEST_EAST), rules=MemberRules(**rules))


def test_a_list_is_complete_for_the_groups_of_which_it_names_a_member() -> None:
    """The list names two members of H1's group, the private nursing home with an agreement among them: nobody else joins it;
    of H2's group it names none, so that the place goes on to decide there."""
    rows = [
        {"facility_id": "H1", "lead_id": "H1"},
        {"facility_id": "C0", "lead_id": "H1", "tie": "loose", "tie_reason": "市区两级财政，人员编制不通"},
        {"facility_id": "N1", "lead_id": "H1", "agreement": "2025-03 签订"},
    ]
    table = listed(rows)
    assert table.index[(table["grid_id"] == "G1") & (table["role"] == "member")].tolist() == ["C0", "N1"]
    assert table.loc["C0", ["role_source", "tie", "tie_reason"]].tolist() == [
        "list",
        "loose",
        "市区两级财政，人员编制不通",
    ]
    assert table.loc["N1", ["role", "role_source", "agreement"]].tolist() == ["member", "list", "2025-03 签订"]
    assert table.loc["C3", ["role", "role_source"]].tolist() == ["none", "list"]
    assert table.loc["C5", ["role", "role_source"]].tolist() == ["member", "location"]
    partial = listed(rows, list_complete=False)
    assert partial.loc["C3", ["role", "role_source"]].tolist() == ["member", "location"]
    assert partial["role"]["N1"] == "member"


def test_a_list_says_who_cooperates_and_who_stays_out() -> None:
    rows = [
        {"facility_id": "P1", "lead_id": "H1", "role": "cooperating"},
        {"facility_id": "H3", "lead_id": "H2", "role": "none"},
        {"facility_id": "C5", "lead_id": "H3", "role": "member"},
    ]
    table = listed(rows)
    assert table.loc["P1", ["grid_id", "role", "role_source"]].tolist() == ["G1", "cooperating", "list"]
    assert table.loc["H3", ["role", "role_source"]].tolist() == ["none", "list"]
    assert table.loc["C5", ["role", "role_source"]].tolist() == ["member", "location"], "H3 leads nothing here"


def test_the_case_decides_before_the_list() -> None:
    rows = [{"facility_id": "C0", "lead_id": "H1"}]
    table = listed(rows, join=("P1",), cooperating=("N1",), outside=("C0",))
    assert table.loc[["P1", "N1", "C0"], "role"].tolist() == ["member", "cooperating", "none"]
    assert set(table.loc[["P1", "N1", "C0"], "role_source"]) == {"case"}
    assert grid_of_facility(table)[["P1", "N1", "C0"]].tolist() == ["G2", "", ""]


def test_a_cooperation_on_record_makes_a_cooperating_unit() -> None:
    networks = {"network_id": "N", "kind": "cooperation", "name": "协作", "member_id": "P1", "hub_id": "H1"}
    table = pd.DataFrame([{**networks, "partner": "", "specialty": ""}])
    layers = replace(the_board().surveyed.layers, records={"networks": table})
    found = place_members(layers, Assignment.from_leads(board.WEST_EAST))
    assert found.loc["P1", ["grid_id", "role", "role_source"]].tolist() == ["G1", "cooperating", "list"]


def test_names_decide_nothing() -> None:
    """Every institution by another's name, drawn at random: no role, source, grid or tie changes, for no name is a source here."""
    layers = the_board().surveyed.layers
    names = layers.facilities["name"].to_numpy()
    before = place_members(layers, Assignment.from_leads(board.WEST_EAST))
    for seed in range(5):
        shuffled = np.random.default_rng(seed).permutation(names)
        renamed = replace(layers, facilities=layers.facilities.assign(name=shuffled))
        pd.testing.assert_frame_equal(place_members(renamed, Assignment.from_leads(board.WEST_EAST)), before)


def test_a_list_that_names_leads_alone_closes_nothing() -> None:
    table = listed([{"facility_id": "H1", "lead_id": "H1"}, {"facility_id": "H2", "lead_id": "H2"}])
    assert (table["role_source"][["C0", "C5"]] == "location").all()
