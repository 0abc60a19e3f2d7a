"""Tables as people keep them: row numbers as Excel shows them, titles, totals, merged cells, several sheets."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from gridplan.case.sources import Source
from gridplan.layers.files.headers import find_header_row, find_header_rows
from gridplan.layers.files.reading import Reading
from gridplan.layers.files.tables import open_table
from gridplan.words.problems import Problems
from tests.layers.conftest import told

ROWS = [["代码", "名称", "人口"], ["01", "甲社区", 10], ["02", "乙社区", 20], ["03", "丙社区", 30]]


def write_book(
    path: Path, sheets: dict[str, list[list[Any]]], merged: tuple[tuple[int, int, int, int, str], ...] = ()
) -> None:
    with xlsxwriter.Workbook(str(path)) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
            for first, left, last, right, value in merged:
                sheet.merge_range(first, left, last, right, value)


def test_csv_and_workbook_give_the_same_text_and_row_numbers(tmp_path: Path, reading: Callable[..., Reading]) -> None:
    lines = [ROWS[0], ROWS[1], ["", "", ""], *ROWS[2:]]
    write_book(tmp_path / "a.xlsx", {"一": lines})
    (tmp_path / "a.csv").write_text("\n".join(",".join(map(str, row)) for row in lines), encoding="utf-8")
    frames = [open_table(reading(name)).frame for name in ("a.xlsx", "a.csv")]  # type: ignore[union-attr]
    for frame in frames:
        assert list(frame.index) == [2, 4, 5], "the blank row 3 keeps its number"
        assert list(frame["代码"]) == ["01", "02", "03"]
        assert list(frame["人口"]) == ["10", "20", "30"]


def test_xls_is_read_like_xlsx(tmp_path: Path, reading: Callable[..., Reading]) -> None:
    xlwt = pytest.importorskip("xlwt", reason="only xlwt writes the old format")
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("人口")
    for number, row in enumerate(ROWS):
        for column, value in enumerate(row):
            sheet.write(number, column, value)
    book.save(str(tmp_path / "a.xls"))
    opened = open_table(reading("a.xls"))
    assert opened is not None
    assert list(opened.frame["人口"]) == ["10", "20", "30"]
    assert opened.reading.layer == "人口"


def test_title_rows_totals_and_notes_are_left_out_and_told(tmp_path: Path, reading: Callable[..., Reading]) -> None:
    rows = [
        ["某市 2025 年社区人口统计表", "", ""],
        ["单位：人", "", ""],
        *ROWS,
        ["", "合计", 60],
        ["注：不含流动人口", "", ""],
    ]
    write_book(tmp_path / "a.xlsx", {"一": rows}, merged=((0, 0, 0, 2, "某市 2025 年社区人口统计表"),))
    opened = open_table(one := reading("a.xlsx"))
    assert opened is not None
    assert list(opened.frame.index) == [4, 5, 6]
    assert told(one.problems, "error") == []
    assert [rows for _, rows in told(one.problems, "repair")] == [(1, 2), (7,), (8,)]


def test_a_merged_cell_counts_for_every_row_it_covers(tmp_path: Path, reading: Callable[..., Reading]) -> None:
    rows = [["街道", "社区", "人口"], ["", "甲", 1], ["", "乙", 2], ["东街", "丙", 3]]
    write_book(tmp_path / "a.xlsx", {"一": rows}, merged=((1, 0, 2, 0, "西街"),))
    opened = open_table(reading("a.xlsx"))
    assert opened is not None
    assert list(opened.frame["街道"]) == ["西街", "西街", "东街"]


def test_the_first_sheet_with_content_is_used_and_the_others_named(
    tmp_path: Path, reading: Callable[..., Reading]
) -> None:
    write_book(tmp_path / "a.xlsx", {"空": [], "人口": ROWS, "旧": ROWS[:2]})
    opened = open_table(one := reading("a.xlsx"))
    assert opened is not None
    assert opened.reading.layer == "人口"
    assert "旧" in one.problems[0].render("zh")
    stated = open_table(other := reading("a.xlsx", layer="旧"))
    assert stated is not None
    assert len(stated.frame) == 1
    assert other.problems == []


def test_a_sheet_that_is_not_there_is_named_with_those_that_are(
    tmp_path: Path, reading: Callable[..., Reading]
) -> None:
    write_book(tmp_path / "a.xlsx", {"人口": ROWS})
    assert open_table(one := reading("a.xlsx", layer="户籍")) is None
    assert "人口" in one.problems[0].render("zh")


def test_repeated_headers_are_told_and_the_first_counts(tmp_path: Path, reading: Callable[..., Reading]) -> None:
    (tmp_path / "a.csv").write_text("代码,人口,人口\n01,5,6\n", encoding="utf-8")
    opened = open_table(one := reading("a.csv"))
    assert opened is not None
    assert list(opened.frame.columns) == ["代码", "人口", "人口 (2)"]
    assert told(one.problems, "warning") == [("人口", (1,))]


def test_rows_longer_than_the_header_are_errors(tmp_path: Path, reading: Callable[..., Reading]) -> None:
    (tmp_path / "a.csv").write_text("代码,名称\n01,甲\n02,乙,路18号\n", encoding="utf-8")
    open_table(one := reading("a.csv"))
    assert told(one.problems) == [("", (3,))]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_found(tmp_path: Path, reading: Callable[..., Reading], delimiter: str) -> None:
    text = "\n".join(delimiter.join(map(str, row)) for row in ROWS)
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    opened = open_table(reading("a.csv"))
    assert opened is not None
    assert list(opened.frame["人口"]) == ["10", "20", "30"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.xlsx", b"not a workbook", "无法读取"),
        ("a.xlsx", b"", "空文件"),
        ("a.xlsx", None, "没有这个文件"),
        ("a.docx", b"x", "格式"),
    ],
)
def test_files_that_cannot_be_read_say_why(
    tmp_path: Path, reading: Callable[..., Reading], name: str, content: bytes | None, said: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    assert open_table(one := reading(name)) is None
    assert said in one.problems[0].render("zh")


def test_select_keeps_matching_rows_and_counts_the_rest(tmp_path: Path, reading: Callable[..., Reading]) -> None:
    (tmp_path / "a.csv").write_text("名称\n东街卫生院\n口腔诊所\n", encoding="utf-8")
    opened = open_table(one := reading("a.csv", select={"名称": "卫生院$"}))
    assert opened is not None
    assert list(opened.frame.index) == [2]
    assert "2 行中有 1 行" in one.problems[0].render("zh")


@pytest.mark.parametrize("select", [{"没有": "x"}, {"名称": "(未闭合"}])
def test_a_wrong_select_is_told(tmp_path: Path, reading: Callable[..., Reading], select: dict[str, str]) -> None:
    (tmp_path / "a.csv").write_text("名称\n东街卫生院\n", encoding="utf-8")
    open_table(one := reading("a.csv", select=select))
    assert [problem.severity for problem in one.problems] == ["error"]


def test_the_header_is_the_first_row_of_different_words() -> None:
    assert find_header_row([["a", "b", "c"], ["1", "2", "3"]]) == 0
    assert find_header_row([["标题", "", ""], ["", "", ""], ["a", "b", "c"], ["1", "x", "3"]]) == 2
    assert find_header_row([["表", "表", "表"], ["a", "b", "c"], ["1", "x", "3"]]) == 1
    assert find_header_row([["", ""]]) is None


TWO_LEVELS = [
    ["街道", "社区代码", "人口", "", "", "65岁及以上", ""],
    ["", "", "合计", "男", "女", "男", "女"],
    ["西街", "01", 30, 14, 16, 2, 3],
    ["西街", "02", 50, 20, 30, 4, 5],
]
FLAT = ["街道", "社区代码", "人口 合计", "人口 男", "人口 女", "65岁及以上 男", "65岁及以上 女"]


@pytest.mark.parametrize("name", ["a.xlsx", "a.csv"])
@pytest.mark.parametrize("title", [False, True])
def test_two_header_rows_are_joined_and_told(
    tmp_path: Path, reading: Callable[..., Reading], name: str, title: bool
) -> None:
    """人口 over 合计, 男 and 女: with merged cells in a workbook, with blanks in a text file, under a title or not."""
    rows = [["某市 2025 年社区人口", *[""] * 6], *TWO_LEVELS] if title else TWO_LEVELS
    top = int(title)
    if name == "a.csv":
        (tmp_path / name).write_text("\n".join(",".join(map(str, row)) for row in rows), encoding="utf-8")
    else:
        merged = [(top, 0, top + 1, 0, "街道"), (top, 1, top + 1, 1, "社区代码")]
        merged += [(top, 2, top, 4, "人口"), (top, 5, top, 6, "65岁及以上")]
        write_book(tmp_path / name, {"一": rows}, merged=tuple(merged))
    opened = open_table(one := reading(name))
    assert opened is not None
    assert list(opened.frame.columns) == FLAT
    assert opened.frame["人口 男"].tolist() == ["14", "20"]
    assert opened.frame.index.tolist() == [3 + top, 4 + top]
    assert told(one.problems, "repair")[-1] == ("", (1 + top, 2 + top))
    assert "人口 合计" in one.problems[-1].render("zh")
    assert told(one.problems, "error") == []


@pytest.mark.parametrize(
    ("cells", "rows"),
    [
        ([["代码", "人口", ""], ["", "男", "女"], ["1", "2", "3"]], [0, 1]),
        ([["代码", "人口", "", "", ""], ["", "城", "", "乡", ""], ["", "男", "女", "男", "女"], ["1"] * 5], [0, 1, 2]),
        ([["代码", "名称", ""], ["u1", "甲", "乙"], ["u2", "丙", "丁"]], [0]),
        ([["代码", "名称", "备注"], ["u1", "甲", ""], ["u2", "", "丁"]], [0]),
        ([["填报单位", "", "日期", ""], ["代码", "名称", "街道", "区"], ["u1", "甲", "乙", "丙"]], [1]),
        ([["", "", "", "单位：人"], ["代码", "名称", "街道", "区"], ["u1", "甲", "乙", "丙"]], [1]),
        ([["代码", "名称", "别名"], ["", "甲", "乙"]], [0]),
        ([["代码", "人口", "", "名称"], ["", "合计", "", ""], ["1", "2", "", "甲"]], [0]),
        ([["", ""]], []),
    ],
)
def test_only_words_below_groups_make_a_second_header_row(cells: list[list[str]], rows: list[int]) -> None:
    assert find_header_rows(cells) == rows


def test_three_header_rows_are_joined_group_by_group(tmp_path: Path, reading: Callable[..., Reading]) -> None:
    text = "代码,人口,,,\n,城,,乡,\n,男,女,男,女\nu1,1,2,3,4\n"
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    opened = open_table(reading("a.csv"))
    assert opened is not None
    assert list(opened.frame.columns) == ["代码", "人口 城 男", "人口 城 女", "人口 乡 男", "人口 乡 女"]


def test_tables_of_too_many_columns_and_too_long_cells_say_so(tmp_path: Path, reading: Callable[..., Reading]) -> None:
    (tmp_path / "wide.csv").write_text(",".join(f"c{n}" for n in range(20_000)) + "\n", encoding="utf-8")
    (tmp_path / "long.csv").write_text(f"代码,名称\n{'x' * 200_000},甲\n", encoding="utf-8")
    for name, said in (("wide.csv", "16384 列"), ("long.csv", "单元格太长")):
        assert open_table(one := reading(name)) is None
        assert said in one.problems[0].render("zh")


def test_control_signs_never_reach_the_terminal(tmp_path: Path, reading: Callable[..., Reading]) -> None:
    (tmp_path / "a.csv").write_text("代码,名称\n0\x001,\x1b[2J甲\x07\n", encoding="utf-8")
    opened = open_table(reading("a.csv"))
    assert opened is not None
    assert opened.frame.iloc[0].tolist() == ["01", "[2J甲"]


def test_a_block_of_nul_within_a_sign_is_refused_with_the_row(tmp_path: Path, reading: Callable[..., Reading]) -> None:
    """Two bytes of 乙 are gone: what is left is no UTF-8, and still the block is what is told."""
    data = "id,name\na,甲\nb,乙\nc,丙\n".encode()
    at = data.index("乙".encode()) + 1
    (tmp_path / "t.csv").write_bytes(data[:at] + bytes(8) + data[at + 2 :])
    assert open_table(opened := reading("t.csv")) is None
    assert [(problem.field, problem.rows) for problem in opened.problems] == [("", (3,))]


TORN = {
    "a block of NUL bytes": ("id,n\na,1\nb,\0\0\0\nc,3\n", 3),
    "a last line cut off": ("id,name,n\na,甲,1\nb,乙,2\nc,丙", 4),
    "a last line of half an id": ("id,name,n\na,甲,1\nb,乙,2\n37990", 4),
    "a quote that is not closed": ('id,name\na,甲\nb,"乙\nc,丙\n', 3),
}


@pytest.mark.parametrize(("text", "row"), TORN.values(), ids=TORN)
def test_a_text_that_breaks_off_is_refused_with_the_row(tmp_path: Path, text: str, row: int) -> None:
    problems = Problems()
    (tmp_path / "t.csv").write_text(text, encoding="utf-8")
    assert open_table(Reading(Source(path="t.csv"), tmp_path / "t.csv", problems)) is None
    assert [(problem.severity, problem.rows) for problem in problems] == [("error", (row,))]


@pytest.mark.parametrize(
    "text", ["id,n\na,1\nb,2", "id,n\na,1\nb,\n", "id,n\na,1\n合计：", 'id,n\na,"1\n2"', "id,n\na,1\nb\n"]
)
def test_a_text_without_a_last_line_feed_is_whole(tmp_path: Path, text: str) -> None:
    problems = Problems()
    (tmp_path / "t.csv").write_text(text, encoding="utf-8")
    assert open_table(Reading(Source(path="t.csv"), tmp_path / "t.csv", problems)) is not None
    assert not problems.errors


LONG = "id,n\na,1000\nb,2000\nc,3000\n"


@pytest.mark.parametrize(
    ("text", "doubted"),
    [
        (LONG, False),
        (LONG[:-1], False),
        (LONG[:-2], True),
        (LONG.replace("\n", "\r\n")[:-2], True),
        (LONG + "d" * (511 - len(LONG)) + ",", True),
        (LONG + "d" * (507 - len(LONG)) + ",4000", True),
        ("id,n\na,100\nb,20\nc,3000\nd,40", False),
    ],
    ids=[
        "whole",
        "no line feed",
        "cut in a number",
        "lines end with CR",
        "an empty cell at the end of a block",
        "whole blocks",
        "as short as others",
    ],
)
def test_a_text_that_may_break_off_in_its_last_cell_is_doubted(
    reading: Callable[..., Reading], tmp_path: Path, text: str, doubted: bool
) -> None:
    (tmp_path / "t.csv").write_bytes(text.encode())
    opened = reading("t.csv")
    open_table(opened)
    assert [problem.severity for problem in opened.problems] == ["warning"] * doubted
