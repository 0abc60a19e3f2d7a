"""R-30 and R-31 on the chessboard city: sub-areas are streets, community grids are squares."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from gridplan.grids.plan import Plan
from gridplan.grids.sub_areas import count_levels
from tests import board
from tests.checks.laid_out import Place, facilities, finding, findings, lay_out, survey_board, with_records


def test_the_tree_of_streets(streets: Plan) -> None:
    found = finding(streets, "R-30")
    assert (found.status, found.measured, found.message_zh) == ("met", 24, "2 家牵头医院、6 个片区、24 个社区网格")
    assert count_levels(streets.hierarchy).to_dict("index") == {
        "G1": {"n_sub_areas": 3, "n_community_grids": 12},
        "G2": {"n_sub_areas": 3, "n_community_grids": 12},
    }


def test_split_streets_make_two_sub_areas(halves: Plan) -> None:
    assert "8 个片区" in finding(halves, "R-30").message_zh


def test_a_stated_sub_area_in_two_grids(halves: Plan) -> None:
    """Rows as sub-areas: each row of the board lies in both halves."""
    rows = [unit[1] for unit in board.unit_ids()]
    stated = pd.DataFrame({"sub_area_id": rows, "sub_area": [f"{row}行" for row in rows]}, index=board.unit_ids())
    plan = replace(halves, sub_areas=stated)
    found = findings(plan, "R-30")
    assert [(f.subject_id, f.status, f.measured) for f in found[:4]] == [(row, "violated", 2) for row in "0123"]
    assert found[0].message_zh == "片区0行分属 2 个网格：第一网格、第二网格"


def test_units_without_streets_form_one_sub_area_a_grid(place: Place) -> None:
    units = board.board_units().drop(columns=["street_id", "street"])
    plan = lay_out(survey_board(units=units), board.WEST_EAST)
    assert set(plan.hierarchy["sub_area_id"]) == {"G1", "G2"}


def test_the_responsible_centre_is_that_of_the_street(streets: Plan) -> None:
    assert streets.hierarchy["centre_id"].tolist()[:6] == ["C0", "C0", "C1", "C1", "C2", "C2"]
    assert {f.status for f in findings(streets, "R-31") if f.subject_id} == {"met", "not_evaluated"}


def test_elsewhere_the_nearest_of_the_grid(halves: Plan) -> None:
    """u03 is cut off from C1 (in u02): C2 in u04 is the nearest of the right half."""
    assert halves.hierarchy["centre_id"]["u03"] == "C2"


def test_a_grid_without_a_centre(place: Place) -> None:
    """Of the 12 squares, 4 lie in streets S1 and S4, whose centres stand in the west; the other 8 have none in their street."""
    table = facilities()
    west_only = table[~table["facility_id"].isin(["C2", "C5"])]
    found = findings(lay_out(survey_board(facilities=west_only), board.WEST_EAST), "R-31", "G2")
    assert {(own.status, own.measured) for own in found} == {("violated", 12)}
    assert {own.cause: len(own.places) for own in found} == {"plan": 4, "supply": 8}


def test_teams(halves: Plan) -> None:
    teams = pd.DataFrame({"unit_id": [unit for unit in board.unit_ids() if unit != "u35"], "team": "一队"})
    west, east = [f for f in findings(with_records(halves, {"teams": teams}), "R-31") if "团队" in f.message_zh]
    assert (west.status, east.status, east.places) == ("met", "violated", ("u35",))
    assert finding(halves, "R-31", "teams").status == "not_evaluated"


def test_a_sub_area_in_two_grids_names_its_squares_and_one_in_one_grid_is_none(halves: Plan) -> None:
    """Row 0 lies in both halves; columns 0 to 2 of the other rows in the left, the rest in the right."""
    areas = ["0" if unit[1] == "0" else "W" if int(unit[2]) < 3 else "E" for unit in board.unit_ids()]
    stated = pd.DataFrame({"sub_area_id": areas, "sub_area": areas}, index=board.unit_ids())
    told, counts = findings(replace(halves, sub_areas=stated), "R-30")
    assert (told.subject_id, told.measured, told.limit, told.unit) == ("0", 2, 1, "grids")
    assert told.places == ("u00", "u01", "u02", "u03", "u04", "u05")
    assert (counts.status, counts.severity) == ("violated", "note")
    assert "3 个片区" in counts.message_zh


def test_a_square_where_nobody_lives_needs_nobody_to_answer(place: Place) -> None:
    """Without C5 and C2 nobody answers for the right half; 11 of its 12 squares have people."""
    table = facilities()
    people = pd.DataFrame({"unit_id": board.unit_ids(), "population": [0] + [1000] * 22 + [0], "population_65": 1})
    west_only = table[~table["facility_id"].isin(["C2", "C5"])]
    plan = lay_out(survey_board(facilities=west_only, people=people), board.WEST_EAST)
    found = findings(plan, "R-31", "G2")
    assert {told.limit for told in found} == {0}
    assert sorted(unit for told in found for unit in told.places) == sorted(
        unit for unit, lead in board.WEST_EAST.items() if lead == "H2" and unit != "u35"
    )


def test_teams_are_counted_and_held_against_none_missing(halves: Plan) -> None:
    teams = pd.DataFrame({"unit_id": ["u00", "u35"], "team": "一队"})
    west, east = [f for f in findings(with_records(halves, {"teams": teams}), "R-31") if "团队" in f.message_zh]
    assert (west.measured, west.limit, west.unit, len(west.places)) == (11, 0, "community grids", 11)
    assert "u35" not in east.places
