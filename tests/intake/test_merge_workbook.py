"""The workbook of merges: written by init or check, edited by the planner, read back row by row."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
from typer.testing import CliRunner

from gridplan.case.case import read_case
from gridplan.cli import app
from gridplan.intake.merge_workbook import propose_merges, write_merge_books
from gridplan.intake.new_case import start_case
from gridplan.layers.facilities.facilities import list_outcomes
from gridplan.layers.layers import read_layers
from tests import board

NAMES = [
    ("S1", "市第一医院", 0),
    ("S2", "棋盘市第一医院急诊", 40),
    ("S3", "第一医院停车场入口", 90),
    ("S4", '第一医院3号楼"<b>=1+1', 60),
    ("S5", "长堤街社区卫生服务中心", 300),
    ("S6", "长堤街社区卫生服务中心-预防接种门诊", 310),
    ("S7", "博济医院", 700),
    ("S8", "张明诊所", 500),
    ("S9", "长堤街社区卫生服务中心", 2500),
]
"""Rows of a map service: id, name, metres east of the official hospital H1."""


@pytest.fixture
def crawled(tmp_path: Path) -> Path:
    """The chessboard city with a map service's rows beside its official list; the path of its case."""
    case = board.write_board(tmp_path)
    x, y = board.centre("u01")
    rows = [{"编号": key, "名称": name, "类别": "other", "lon": x + east, "lat": y} for key, name, east in NAMES]
    pd.DataFrame(rows).to_csv(tmp_path / "map_rows.csv", index=False)
    table = '[[layers.facilities]]\npath = "map_rows.csv"\ncrs = "EPSG:4549"\n[layers.roads]'
    case.write_text(case.read_text(encoding="utf-8").replace("[layers.roads]", table), encoding="utf-8")
    return case


def check(case: Path, *options: str) -> Any:
    result = CliRunner().invoke(app, ["check", str(case), *options])
    assert result.exit_code == 0, result.stderr
    return result


def suggest(case: Path) -> Path:
    """Write the suggestions beside the case."""
    return write_merge_books(case.parent, propose_merges(read_case(case)), "zh")["map_rows.csv", ""]


def rows_of(book: Path) -> list[dict[str, Any]]:
    sheet = openpyxl.load_workbook(book).worksheets[0]
    header, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in rows]


@pytest.mark.parametrize(("language", "name"), [("zh", "归并建议.xlsx"), ("en", "merges.xlsx")])
def test_check_warns_writes_the_book_and_applies_it_once_it_is_named(crawled: Path, language: str, name: str) -> None:
    out = crawled.parent / "out"
    first = check(crawled, "--lang", language, "-o", str(out))
    assert "map_rows.csv" in first.stderr
    assert name in first.stdout
    (out / name).rename(crawled.parent / name)
    _edit_case(crawled, name)
    check(crawled, "--lang", language, "-o", str(out))
    facilities = read_layers(read_case(crawled)).facilities
    assert {"S5", "S9"} <= set(facilities.index)
    assert not {"S1", "S2", "S3", "S4", "S6", "S8"} & set(facilities.index)
    sheet = openpyxl.load_workbook(out / "check.xlsx")["机构去向" if language == "zh" else "facility rows"]
    told = {row[2]: (row[4], row[5]) for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert set(told) == {key for key, _, _ in NAMES}, "every row is told"
    assert told["S2"][1] == "市第一医院"
    assert told["S6"][1] == "长堤街社区卫生服务中心"


def _edit_case(case: Path, name: str) -> None:
    text = case.read_text(encoding="utf-8")
    case.write_text(
        text.replace('path = "map_rows.csv"', f'path = "map_rows.csv"\nmerges = "{name}"'), encoding="utf-8"
    )


def test_the_book_puts_doubtful_rows_first_and_offers_the_choices(crawled: Path) -> None:
    book = suggest(crawled)
    rows = rows_of(book)
    assert [row["可信度"] for row in rows] == sorted([row["可信度"] for row in rows], key="低中高".index)
    told = {row["机构编号"]: row for row in rows}
    assert told["S2"]["决定"] == "并入"
    assert told["S2"]["并入编号"] == "H1"
    assert told["S2"]["相距（米）"] == 40
    assert told["S7"]["决定"] == "不采用", "not on the official list"
    assert told["S5"]["类别"] == "社区卫生服务中心"
    assert told["S9"]["可信度"] == "低", "a second place under one name is for the planner to judge"
    sheet = openpyxl.load_workbook(book).worksheets[0]
    lists = {
        str(validation.sqref).split(":")[0]: validation.formula1 for validation in sheet.data_validations.dataValidation
    }
    assert len(lists) == 2
    assert all("选项" in formula for formula in lists.values())
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row), "names are no formulas"


def test_a_planner_changes_a_decision_and_it_holds(crawled: Path) -> None:
    book = suggest(crawled)
    workbook = openpyxl.load_workbook(book)
    sheet = workbook.worksheets[0]
    header = [cell.value for cell in sheet[1]]
    for row in sheet.iter_rows(min_row=2):
        if row[header.index("机构编号")].value == "S7":
            row[header.index("决定")].value = "院区"
            row[header.index("并入编号")].value = "H1"
            row[header.index("类别")].value = "综合医院"
    workbook.save(book)
    _edit_case(crawled, book.name)
    case = read_case(crawled)
    assert read_layers(case).facilities.loc["S7", "parent_id"] == "H1"
    outcomes = list_outcomes(case).set_index("facility_id")
    assert outcomes.loc["S7", ["decision", "into"]].tolist() == ["campus", "市第一医院"]


def test_a_book_that_is_there_stays(crawled: Path) -> None:
    book = crawled.parent / "归并建议.xlsx"
    book.write_bytes(b"edited")
    suggest(crawled)
    assert book.read_bytes() == b"edited"


def test_official_lists_alone_are_not_judged(tmp_path: Path) -> None:
    assert propose_merges(read_case(board.write_board(tmp_path))) == {}


def test_init_writes_the_book_and_the_case_names_it(crawled: Path) -> None:
    for name, new in (("facilities.csv", "official.csv"), ("map_rows.csv", "rows.csv")):
        table = pd.read_csv(crawled.parent / name, dtype=str, keep_default_na=False)
        points = gpd.points_from_xy(table.pop("lon").astype(float), table.pop("lat").astype(float), crs=board.CRS)
        degrees = points.to_crs("EPSG:4326")
        table.assign(经度=degrees.x, 纬度=degrees.y).to_csv(crawled.parent / new, index=False)
        (crawled.parent / name).unlink()
    crawled.unlink()
    lines = start_case(crawled.parent, "zh")
    case = read_case(crawled)
    merges = {source.path: source.merges and source.merges.path for source in case.layers.facilities}
    assert merges == {"official.csv": None, "rows.csv": "归并建议.xlsx"}
    told = "".join(line for line in lines if "rows.csv" in line and "归并建议.xlsx" in line)
    surest = [row["可信度"] for row in rows_of(crawled.parent / "归并建议.xlsx")]
    assert set(surest) >= {"低", "中"}
    assert f"其中 {surest.count('低')} 行存疑" in told
    outcomes = list_outcomes(case)
    assert set(outcomes["facility_id"]) == {key for key, _, _ in NAMES}
    count = outcomes["decision"].value_counts()
    merged, campuses, out = (int(count.get(decision, 0)) for decision in ("merge", "campus", "leave_out"))
    assert f"建议并入 {merged} 行、作为院区 {campuses} 行、不采用 {out} 行" in told, "init and check tell the same"


def test_two_sheets_of_one_workbook_have_a_book_each(crawled: Path) -> None:
    table = pd.read_csv(crawled.parent / "map_rows.csv", dtype=str, keep_default_na=False)
    with pd.ExcelWriter(crawled.parent / "rows.xlsx") as book:
        table.head(4).to_excel(book, sheet_name="医院", index=False)
        table.tail(5).to_excel(book, sheet_name="基层·社区", index=False)
    text = crawled.read_text(encoding="utf-8")
    sheets = [f'path = "rows.xlsx"\nlayer = "{name}"\ncrs = "EPSG:4549"\n' for name in ("医院", "基层·社区")]
    tables = "\n[[layers.facilities]]\n".join(sheets)
    crawled.write_text(text.replace('path = "map_rows.csv"\ncrs = "EPSG:4549"\n', tables), encoding="utf-8")
    written = write_merge_books(crawled.parent, propose_merges(read_case(crawled)), "zh")
    assert {key[1]: path.name for key, path in written.items()} == {
        "医院": "归并建议_rows_医院.xlsx",
        "基层·社区": "归并建议_rows_基层_社区.xlsx",
    }
