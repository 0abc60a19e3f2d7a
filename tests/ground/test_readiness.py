"""What keeps a place from being planned is told before anything is measured or solved."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from gridplan.case.case import read_case
from gridplan.ground.readiness import tell_unready
from gridplan.intake.input_check import check_inputs
from gridplan.pipeline import plan, pose, survey
from gridplan.words.errors import GridplanError, InputProblem
from tests import board


def facilities(column: str, value: object, *ids: str) -> pd.DataFrame:
    """The facility table with one value changed in the rows of some facilities, or in all."""
    table = board.board_facilities()
    return table.assign(**{column: table[column].mask(table["facility_id"].isin(ids) | (not ids), value)})


def case_with(old: str, new: str) -> str:
    assert old in board.CASE
    return board.CASE.replace(old, new)


FAR_EAST = board.ORIGIN[0] + 100_000
REFUSED = {
    "nobody may lead": ({"facilities": facilities("level", "")}, "facilities.csv", "level", "found 0"),
    "who may lead stands elsewhere": (
        {"facilities": facilities("lon", FAR_EAST, "H1", "H2", "H3")}, "facilities.csv", "level", "found 1",
    ),
    "nobody lives there": (
        {"people": pd.DataFrame({"unit_id": board.unit_ids(), "population": 0})}, "people.csv", "population", "0 people",
    ),
    "next to nobody lives there": (
        {"people": pd.DataFrame({"unit_id": board.unit_ids(), "population": 0.01})}, "people.csv", "population", "0 people",
    ),
    "two ids in one cell": ({"facilities": facilities("facility_id", "H1\nH9", "H1")}, "facilities.csv", "facility_id", "line breaks"),
    "a speed of no road": (
        {"case": case_with("residential = 60", "residential = 600")}, "case.toml", "travel.drive_kmh.residential", "at most 200",
    ),
    "a list for an id": ({"facilities": facilities("facility_id", "H1;H9", "H1")}, "facilities.csv", "facility_id", "H1;H9"),
    "a table that is not there": (
        {"case": case_with("[travel]", '[travel]\nsource = "table"')}, "case.toml", "layers.travel_table", "found none",
    ),
    "more grids than hospitals": ({"case": case_with("k = 2", "k = 9")}, "facilities.csv", "level", "found 4"),
    "an upper end beyond all hospitals": ({"case": case_with("k = 2", "k = [2, 9]")}, "case.toml", "grids.k", "up to 9, and 4"),
    "more leads required than grids": (
        {"case": case_with("k = 2", 'k = 2\nrequired_leads = ["H1", "H2", "H3"]')},
        "case.toml", "grids.required_leads", "3 (H1, H2, H3)",
    ),
    "a speed below 0": (
        {"case": case_with("residential = 60", "residential = -60")}, "case.toml", "travel.drive_kmh.residential", "-60",
    ),
    "every road closed to cars": (
        {"roads": board.board_roads().assign(highway="footway")}, "roads.gpkg", "minutes", "24,000 people of 24 units",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("layers", "file", "field", "said"), REFUSED.values(), ids=REFUSED)
def test_check_refuses_what_plan_refuses_with_the_same_problems(
    tmp_path: Path, layers: dict, file: str, field: str, said: str
) -> None:
    path = board.write_board(tmp_path, **layers)
    checked = check_inputs(path, language="en")
    assert checked.ready is None
    [error] = [problem for problem in checked.problems if problem.severity == "error"]
    assert (error.file, error.field) == (file, field)
    assert said in error.render("en")
    with pytest.raises(GridplanError) as caught:
        plan(read_case(path).with_language("en"))
    assert caught.value.problems == checked.problems


def test_a_refusal_keeps_the_doubts_that_explain_it(tmp_path: Path) -> None:
    moved = facilities("lon", FAR_EAST, "H1", "H2", "H3")
    checked = check_inputs(board.write_board(tmp_path, facilities=moved), language="en")
    assert "市第一医院" in next(p for p in checked.problems if p.severity == "warning").render("en")


def test_only_sites_inside_that_the_solver_is_given_count_as_able_to_lead(tmp_path: Path) -> None:
    """H1, H2, H3 lead; M1 would only if they were too few, P1 is private; with H3 far away there are two."""
    for folder, table, count in (("all", None, 3), ("two", facilities("lon", FAR_EAST, "H3"), 2)):
        ready = check_inputs(board.write_board(tmp_path / folder, facilities=table)).ready
        assert ready is not None
        assert f"among them {count} hospital sites" in ready.en


def told(path: Path) -> list[InputProblem]:
    place = survey(read_case(path))
    return list(tell_unready(place.layers, place.leads, place.case))


def test_a_range_of_k_that_the_first_tier_cannot_fill_is_a_doubt_and_one_it_fills_is_none(tmp_path: Path) -> None:
    [doubt] = told(board.write_board(tmp_path / "a", case=case_with("k = 2", "k = [2, 4]")))
    assert (doubt.severity, doubt.field) == ("warning", "grids.k")
    assert "at most 3 grids in Chessboard" in doubt.render("en")
    assert told(board.write_board(tmp_path / "b", case=case_with("k = 2", "k = [2, 3]"))) == []
    assert told(board.write_board(tmp_path / "c", case=case_with("k = 2", ""))) == []


def test_residents_without_a_way_to_any_lead_are_counted(tmp_path: Path) -> None:
    """The eastern column is an island without its ferry: 4,000 people in u05, u15, u25, u35; H1 and H3 stand in the west."""
    roads = board.island_roads()
    path = board.write_board(tmp_path, roads=roads[roads["highway"] != "ferry"])
    [doubt] = [problem for problem in pose(read_case(path)).place.layers.problems if problem.field == "minutes"]
    assert doubt.severity == "warning"
    assert "4,000 people of 4 units" in doubt.render("en")
    assert "u05" in doubt.values


def test_the_chessboard_itself_has_nothing_to_tell(board_case: Path) -> None:
    checked = check_inputs(board_case)
    assert checked.ready is not None
    assert checked.problems == ()


def test_a_lead_that_nobody_reaches_is_named(tmp_path: Path) -> None:
    """The table of minutes has no row of H2, which may lead: the others would lead without a word."""
    table = case_with("[travel]", '[layers.travel_table]\npath = "minutes.csv"\n[travel]\nsource = "table"')
    path = board.write_board(tmp_path, case=table)
    rows = [f"{unit},{lead},9" for unit in board.unit_ids() for lead in ("H1", "H3")]
    (tmp_path / "minutes.csv").write_text("\n".join(["unit_id,facility_id,minutes", *rows]), encoding="utf-8")
    said = [problem for problem in check_inputs(path).problems if problem.values == ("H2 市第二医院",)]
    assert [(problem.severity, problem.file, problem.field) for problem in said] == [
        ("warning", "minutes.csv", "minutes")
    ]
