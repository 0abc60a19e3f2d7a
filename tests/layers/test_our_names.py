"""Names of ours under `columns` and `values`: a slip is an error with the nearest one, and every layer is looked at."""

from __future__ import annotations

from pathlib import Path

import pytest

from gridplan.case.case import read_case
from gridplan.layers.layers import read_layers
from gridplan.words.errors import InputProblem, LayerError
from tests import board

SLIPS = {
    "a column of units": ("[layers.units]", 'columns = { nmae = "name" }', "layers.units.columns", "nmae", "name"),
    "a column of facilities": (
        "[[layers.facilities]]", 'columns = { levle = "level" }', "layers.facilities.columns", "levle", "level",
    ),
    "a column of values": (
        "[[layers.facilities]]", 'values = { kidn = { "x" = "general" } }', "layers.facilities.values", "kidn", "kind",
    ),
    "a word of values": (
        "[[layers.facilities]]", 'values = { kind = { "x" = "genral" } }', "layers.facilities.values.kind", "genral", "general",
    ),
    "a word that the fallback would hide": (
        "[[layers.facilities]]", 'values = { kind = { "x" = "genral", "*" = "other" } }', "layers.facilities.values.kind",
        "genral", "general",
    ),
    "a class of roads": (
        "[layers.roads]", 'values = { road_class = { "x" = "residental" } }', "layers.roads.values.road_class",
        "residental", "residential",
    ),
}  # fmt: skip


def told(folder: Path, section: str, more: str) -> list[InputProblem]:
    assert board.CASE.count(section) == 1
    case = board.write_board(folder, case=board.CASE.replace(section, f"{section}\n{more}"))
    with pytest.raises(LayerError) as caught:
        read_layers(read_case(case))
    return list(caught.value.problems)


@pytest.mark.parametrize(("section", "more", "field", "name", "near"), SLIPS.values(), ids=SLIPS)
def test_a_slip_names_the_nearest(tmp_path: Path, section: str, more: str, field: str, name: str, near: str) -> None:
    [problem] = told(tmp_path, section, more)
    assert (problem.severity, problem.file, problem.field, problem.values) == ("error", "case.toml", field, (name,))
    assert f"Did you mean {near}?" in problem.render("en")


def test_the_layers_are_read_all_the_same(tmp_path: Path) -> None:
    """A slip in the case hides no fault of a table."""
    case = board.CASE.replace("[layers.units]", '[layers.units]\ncolumns = { nmae = "name" }')
    path = board.write_board(tmp_path, case=case, facilities=board.board_facilities().assign(beds="many"))
    with pytest.raises(LayerError) as caught:
        read_layers(read_case(path))
    assert {problem.file for problem in caught.value.problems} == {"case.toml", "facilities.csv"}


def test_coordinates_of_a_table_and_our_names_in_right_spelling_are_let_pass(tmp_path: Path) -> None:
    columns = 'columns = { lon = "lon", lat = "lat", level = "level" }\nvalues = { kind = { "x" = "general" } }'
    case = board.CASE.replace("[[layers.facilities]]", f"[[layers.facilities]]\n{columns}")
    assert read_layers(read_case(board.write_board(tmp_path, case=case))).problems == ()


@pytest.mark.filterwarnings("ignore:'crs' was not provided")
def test_one_layer_that_cannot_be_placed_hides_no_fault_of_the_others(tmp_path: Path) -> None:
    """Units without CRS: facilities, roads and records are looked at all the same."""
    roads = board.board_roads().assign(maxspeed_kmh="fast")
    path = board.write_board(
        tmp_path,
        units=board.board_units().set_crs(None, allow_override=True),
        roads=roads,
        facilities=board.board_facilities().assign(beds="many"),
        case=board.CASE.replace('crs = "EPSG:4549"\nsynthetic', "synthetic"),
    )
    with pytest.raises(LayerError) as caught:
        read_layers(read_case(path))
    assert {problem.file for problem in caught.value.problems} == {"units.gpkg", "facilities.csv", "roads.gpkg"}
