"""What lies in a folder: layers by kind, sheets one by one, and what cannot be read is told."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from gridplan.intake.inventory import list_files, look_at
from tests import board


def test_hidden_temporary_and_foreign_files_are_passed_over(tmp_path: Path) -> None:
    for name in ("a.csv", ".b.csv", "~$c.xlsx", "d.docx", "e.SHP", "f.dbf", "g.osm.pbf", "h.tif", "i.net.xml"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    (tmp_path / "folder").mkdir()
    (tmp_path / "city.gdb").mkdir()
    assert [path.name for path in list_files(tmp_path)] == [
        "a.csv",
        "city.gdb",
        "e.SHP",
        "g.osm.pbf",
        "h.tif",
        "i.net.xml",
    ]


def test_layers_are_told_with_kind_rows_and_crs(tmp_path: Path) -> None:
    board.write_board(tmp_path)
    found, problems = look_at([tmp_path / "units.gpkg", tmp_path / "roads.gpkg", tmp_path / "people.csv"])
    assert problems == []
    assert [(one.file, one.shape, one.rows, one.crs) for one in found] == [
        ("units.gpkg", "polygon", 24, "EPSG:4549"),
        ("roads.gpkg", "line", 38, "EPSG:4549"),
        ("people.csv", "table", 24, ""),
    ]
    assert "geometry" not in found[0].headers


def test_sheets_are_told_one_by_one_and_empty_ones_are_not(tmp_path: Path) -> None:
    with pd.ExcelWriter(tmp_path / "book.xlsx") as book:
        for sheet, rows in (("人口", 3), ("空", 0), ("机构", 2)):
            pd.DataFrame({"代码": [f"u{i}" for i in range(rows)], "名称": ["甲"] * rows}).to_excel(
                book, sheet_name=sheet, index=False
            )
    found, _ = look_at([tmp_path / "book.xlsx"])
    assert [(one.layer, one.rows, one.label) for one in found] == [
        ("人口", 3, "book.xlsx · 人口"),
        ("机构", 2, "book.xlsx · 机构"),
    ]


def test_a_file_that_cannot_be_read_is_named_and_the_rest_is_told(tmp_path: Path) -> None:
    (tmp_path / "torn.gpkg").write_bytes(b"SQLite format 3\x00" + bytes(50))
    (tmp_path / "good.csv").write_text("代码,名称\n1,甲\n", encoding="utf-8")
    found, problems = look_at([tmp_path / "torn.gpkg", tmp_path / "good.csv"])
    assert [one.file for one in found] == ["good.csv"]
    assert [problem.file for problem in problems] == ["torn.gpkg"]


def test_what_was_mended_in_a_table_is_its_note_and_no_problem_of_the_folder(tmp_path: Path) -> None:
    """A row of totals is left out whenever the table is read: told then, not when a planner only looks into a folder."""
    (tmp_path / "a.csv").write_text("代码,人口\nu1,10\nu2,20\n合计,30\n", encoding="utf-8")
    (found,), problems = look_at([tmp_path / "a.csv"])
    assert found.rows == 2
    assert [note.severity for note in found.notes] == ["repair"]
    assert problems == []


JSON = {
    "metadata of DHIS2": ('{"system": {}, "organisationUnits": []}', "organisationUnits.geojson"),
    "data of DHIS2": ('{"dataValues": []}', "as CSV"),
    "an answer with rows": ('{"headers": [], "rows": []}', "as CSV or Excel"),
    "places of a map service": ('{"status": "1", "pois": []}', "one row each"),
    "FHIR": ('{"resourceType": "Bundle", "type": "batch"}', "columns lon and lat"),
    "an answer of Overpass": ('{"version": 0.6, "elements": []}', ".osm.pbf"),
    "a plain list": ('[{"name": "甲医院", "lng": 120.1}]', "columns lon and lat"),
    "a torn one": ('{"organisationUnits": [', "export it again"),
}


@pytest.mark.parametrize(("content", "said"), JSON.values(), ids=JSON)
def test_json_that_is_no_layer_says_what_it_is_and_how_to_export_it(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "a.json").write_text(content, encoding="utf-8")
    found, [problem] = look_at([tmp_path / "a.json"])
    assert found == []
    assert (problem.severity, problem.file) == ("error", "a.json")
    assert said in problem.render("en")


@pytest.mark.parametrize("name", ["a.csv", "a.xls", "a.xlsx", "a.geojson"])
def test_a_web_page_that_is_called_a_table_is_told_as_one(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(
        "\ufeff\n<HTML><body><table><tr><td>404</td></tr></table></body></html>", encoding="utf-8"
    )
    found, [problem] = look_at([tmp_path / name])
    assert found == []
    assert "a web page (HTML)" in problem.render("en")


def test_a_table_without_a_row_of_data_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("代码,名称\n", encoding="utf-8")
    found, [problem] = look_at([tmp_path / "a.csv"])
    assert found == []
    assert "no row of data" in problem.render("en")
