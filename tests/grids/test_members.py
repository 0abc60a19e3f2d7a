"""Who belongs to which grid, in which role, on the chessboard city."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from gridplan.grids.members import place_members
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
    assert (table["role"] == "member").sum() == 12
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
    assert table.loc["C0"].tolist() == ["G2", "member", "list", "loose", "finance"]
    assert table["grid_id"]["C3"] == "G1"
