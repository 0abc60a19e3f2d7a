"""Who belongs to which grid, in which role, on the chessboard city."""

from __future__ import annotations

from gridplan.assignment import Assignment
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
