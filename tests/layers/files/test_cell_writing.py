"""One cell of a planner's table is written back: every other byte, format and sheet stays, and what cannot be written is refused."""

from __future__ import annotations

import csv
import io
import zipfile
from contextlib import suppress
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.styles import PatternFill
from openpyxl.worksheet.formula import ArrayFormula

from gridplan.case.sources import Source
from gridplan.layers.files.cell_writing import with_cells
from gridplan.layers.files.columns import plain_text
from gridplan.layers.files.encodings import decode_text
from gridplan.layers.files.reading import Reading
from gridplan.words.errors import LayerError
from gridplan.words.problems import Problems
from gridplan.words.text import one_line

TABLE = '名称,床位,备注\r\n"第一, 医院",120,"说""好"""\r\n第二医院,,无\r\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_of_a_text_table_only_the_cell_changes(tmp_path: Path, encoding: str):
    path = tmp_path / "hospitals.csv"
    path.write_bytes(TABLE.encode(encoding))
    made = with_cells(path, "", {(3, 1): "80"})
    assert made == TABLE.replace("第二医院,,无", "第二医院,80,无").encode(encoding)
    assert path.read_bytes() == TABLE.encode(encoding), "nothing is written yet"


def test_a_value_is_quoted_where_it_has_to_be_and_quotes_stay(tmp_path: Path):
    path = tmp_path / "hospitals.csv"
    path.write_text(TABLE, encoding="utf-8", newline="")
    assert '"一, ""甲"""' in with_cells(path, "", {(2, 0): '一, "甲"'}).decode()
    assert '\r\n第二医院,"a,b",无' in with_cells(path, "", {(3, 1): "a,b"}).decode()


@pytest.mark.parametrize("value", ["10 m²", "n.º 5", "10–20", "A·B", "№5", "45°", "医院"])
@pytest.mark.parametrize("body", ["id,name\n1,Denominación\n2,Évora\n", "id,area\n1,10\n2,20\n"])
@pytest.mark.parametrize("encoding", [None, "utf-8", "utf-8-sig"])
def test_one_sign_does_not_turn_the_whole_table_into_another_encoding(
    tmp_path: Path, body: str, value: str, encoding: str | None
):
    """A UTF-8 text that a sign makes look like GB 18030 gets the mark that says what it is; the reader of tables judges."""
    path = tmp_path / "t.csv"
    path.write_bytes(body.encode())
    made = with_cells(path, "", {(3, 1): value}, encoding=encoding)
    path.write_bytes(made)
    reading = Reading(Source(path="t.csv", encoding=encoding), path, Problems())
    assert decode_text(made, reading) == body.rsplit(",", 1)[0] + f",{value}\n"


def test_a_table_that_is_not_read_as_its_mark_says_is_refused(tmp_path: Path):
    path = tmp_path / "t.csv"
    path.write_bytes("id,名称\n1,医院\n".encode("utf-8-sig"))
    with pytest.raises(LayerError):
        with_cells(path, "", {(2, 0): "2"}, encoding="gb18030")


cell = st.text(
    st.characters(codec="utf-8", exclude_characters="\0\r\ufeff\u2028\u2029\x85\x0b\x0c\x1c\x1d\x1e"), max_size=8
)


plain = cell.filter(
    lambda text: all(sign >= " " or sign in "\t\n" for sign in text) and not {"\ufffe", "\uffff"} & set(text)
)


@settings(deadline=None)
@given(
    st.lists(st.lists(cell, min_size=3, max_size=3), min_size=1, max_size=6),
    st.data(), plain, st.sampled_from(["\n", "\r\n"]), st.sampled_from([",", "\t", ";"]),
)  # fmt: skip
def test_any_text_table_is_read_again_with_that_one_cell_changed(tmp_path_factory, rows, data, value, end, delimiter):
    """Written by the csv module, changed here, read by the csv module: a second opinion of quotes and line ends."""
    rows = [["a", "b", "c"], *rows]
    path = tmp_path_factory.mktemp("t") / "t.csv"
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter, lineterminator=end).writerows(rows)
    path.write_bytes(stream.getvalue().encode())
    row, column = data.draw(st.integers(1, len(rows) - 1)), data.draw(st.integers(0, 2))
    made = with_cells(path, "", {(row + 1, column): value}, encoding="utf-8").decode()
    again = list(csv.reader(io.StringIO(made, newline=""), delimiter=delimiter))
    rows[row][column] = value
    assert again == rows


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "机构.xlsx"
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = "表一"
    for row in (
        ["编号", "床位", "等级", "合计"],
        ["001", 120, "三级", 240],
        ["002", None, "二级", None],
        ["003", 5, None, 1],
    ):
        sheet.append(row)
    sheet["B2"].fill = PatternFill("solid", fgColor="FF0000")
    sheet.merge_cells("C3:C4")
    other = made.create_sheet("表二")
    other.append(["x"])
    made.save(path)
    return path


def test_of_a_workbook_only_the_cell_changes_and_its_format_stays(book: Path):
    for cell, value, kept in (
        ((2, 1), "88", 88),
        ((3, 1), "60", 60),
        ((2, 0), "0009", "0009"),
        ((4, 3), "", None),
        ((3, 3), "无", "无"),
    ):
        made = openpyxl.load_workbook(io.BytesIO(with_cells(book, "表一", {cell: value})))
        sheet = made["表一"]
        assert sheet.cell(cell[0], cell[1] + 1).value == kept
        before = openpyxl.load_workbook(book)["表一"]
        others = [(a.coordinate, a.value, a.fill.fgColor.rgb) for line in before.iter_rows() for a in line]
        now = [(a.coordinate, a.value, a.fill.fgColor.rgb) for line in sheet.iter_rows() for a in line]
        assert [one for one in others if one[0] != sheet.cell(cell[0], cell[1] + 1).coordinate] == [
            one for one in now if one[0] != sheet.cell(cell[0], cell[1] + 1).coordinate
        ]
        assert sheet["B2"].fill.fgColor.rgb == "00FF0000"
        assert made["表二"]["A1"].value == "x"


def test_other_entries_of_a_workbook_are_the_same_bytes(book: Path):
    made = zipfile.ZipFile(io.BytesIO(with_cells(book, "", {(2, 1): "88"})))
    before = zipfile.ZipFile(book)
    assert made.namelist() == before.namelist()
    changed = [name for name in made.namelist() if made.read(name) != before.read(name)]
    assert changed == ["xl/worksheets/sheet1.xml"]


def test_merged_cells_other_formats_and_cells_that_are_not_there_are_refused(book: Path, tmp_path: Path):
    with pytest.raises(LayerError, match="merged"):
        with_cells(book, "表一", {(4, 2): "1"})
    with pytest.raises(LayerError):
        with_cells(book, "表一", {(99, 0): "1"})
    old = tmp_path / "old.xls"
    old.write_bytes(b"x")
    with pytest.raises(LayerError, match=r"格式|format"):
        with_cells(old, "", {(2, 0): "1"})
    short = tmp_path / "short.csv"
    short.write_text("a,b\n1\n", encoding="utf-8")
    with pytest.raises(LayerError):
        with_cells(short, "", {(2, 1): "1"})


@pytest.mark.parametrize("formula", ["=表一!B2*2", ArrayFormula("A1:A3", "=LEN(表一!A2:A4)")])
def test_a_workbook_with_formulas_is_refused_since_their_values_would_stay_old(book: Path, formula: object):
    """In whichever sheet they stand: gridplan plans on the values that the last program computed."""
    made = openpyxl.load_workbook(book)
    made["表二"]["A1"] = formula
    made.save(book)
    with pytest.raises(LayerError, match="formulas"):
        with_cells(book, "表一", {(2, 1): "88"})


@pytest.mark.parametrize("sign", ["\0", "\x0b", "\x1f", "\ud800", "\ufffe", "\uffff"])
def test_controls_and_halves_of_signs_are_refused_in_all_kinds(book: Path, tmp_path: Path, sign: str):
    """XML does not hold them: Excel would offer to repair the workbook."""
    text = tmp_path / "t.csv"
    text.write_bytes("id,名称\n1,医院\n".encode())
    for path in (book, text):
        with pytest.raises(LayerError, match="control"):
            with_cells(path, "", {(2, 1): f"a{sign}b"})
    assert b"a\tb" in with_cells(text, "", {(2, 1): "a\tb"})


def test_what_is_no_workbook_that_can_be_read_is_refused_in_words(book: Path, tmp_path: Path):
    """A sheet that is not there, a file with a password, one that broke off, entries that are not there, no table at all."""
    with pytest.raises(LayerError, match="cells that can be changed"):
        with_cells(book, "表九", {(2, 1): "1"})
    whole = book.read_bytes()
    for content in (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600, whole[: len(whole) // 2], b"", b"PK"):
        with pytest.raises(LayerError, match="cells that can be changed"):
            with_cells(book, "", {(2, 1): "1"}, content=content)
    for dropped in zipfile.ZipFile(book).namelist():
        made = io.BytesIO()
        with zipfile.ZipFile(book) as old, zipfile.ZipFile(made, "w") as new:
            for entry in old.infolist():
                if entry.filename != dropped:
                    new.writestr(entry, old.read(entry))
        with suppress(LayerError):
            with_cells(book, "", {(2, 1): "1"}, content=made.getvalue())


def test_a_strict_workbook_is_written_too(book: Path):
    """ISO/IEC 29500 Strict, as Excel saves it, has other namespaces."""
    made = io.BytesIO()
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(made, "w") as new:
        for entry in old.infolist():
            content = old.read(entry)
            for kind in (b"officeDocument", b"spreadsheetml"):
                transitional = b"http://schemas.openxmlformats.org/%s/2006" % kind
                content = content.replace(transitional, b"http://purl.oclc.org/ooxml/%s" % kind)
            new.writestr(entry, content)
    written = with_cells(book, "表一", {(2, 1): "88"}, content=made.getvalue())
    assert b">88<" in zipfile.ZipFile(io.BytesIO(written)).read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize("stands", ["x\r\ny", "x\ny", "A  B", "x\ty", " x "])
def test_a_cell_with_a_line_break_is_corrected_as_it_was_seen(tmp_path: Path, stands: str):
    """Pages show a cell on one line; what was seen there is no other content."""
    path = tmp_path / "t.csv"
    path.write_bytes(f'id,name\r\n1,"{stands}"\r\n'.encode())
    seen = one_line(plain_text(stands), most=400)
    assert with_cells(path, "", {(2, 1): "z"}, was={(2, 1): seen}) == b'id,name\r\n1,"z"\r\n'
    with pytest.raises(LayerError, match="just changed"):
        with_cells(path, "", {(2, 1): "z"}, was={(2, 1): seen + "!"})


@pytest.mark.parametrize(
    ("code", "stands", "becomes"),
    [
        ("General", "约300", 300),
        ("0.00", "x", 300),
        ("@", "x", "300"),
        ('#,##0" 张 days"', "x", 300),
        ("[Red]0", 5, 300),
    ],
)
def test_a_number_typed_over_text_is_a_number_unless_the_format_is_for_text(
    book: Path, code: str, stands: object, becomes: object
):
    made = openpyxl.load_workbook(book)
    made["表一"]["B2"] = stands
    made["表一"]["B2"].number_format = code
    made.save(book)
    again = openpyxl.load_workbook(io.BytesIO(with_cells(book, "表一", {(2, 1): "300"})))
    assert again["表一"]["B2"].value == becomes
    assert again["表一"]["B2"].number_format == code


@pytest.mark.parametrize("code", ["yyyy-mm-dd", "h:mm", "[h]:mm", "mm-dd-yy", 'yyyy"年"m"月"'])
def test_cells_with_the_format_of_a_date_are_refused(book: Path, code: str):
    """A date is a number there; text, or another number, would be something else than what was typed."""
    made = openpyxl.load_workbook(book)
    made["表一"]["B2"].number_format = code
    made.save(book)
    for value in ("2024-06-01", "45000"):
        with pytest.raises(LayerError, match="format of a date"):
            with_cells(book, "表一", {(2, 1): value})
