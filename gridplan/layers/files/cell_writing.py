"""Single cells of a planner's table written back: encoding, line ends, quotes, formats and every other cell stay as they are.

Only the text of the cells changes; what was written is read again and compared before it is given out, so that a table that cannot be
changed in this way is refused rather than harmed. Rows are those that Excel shows, from 1; columns are counted from 0.
"""

from __future__ import annotations

import codecs
import csv
import html
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from xml.etree import ElementTree as ET

from gridplan.layers.files.columns import plain_text
from gridplan.layers.files.encodings import detect_encoding
from gridplan.words.errors import InputProblem, LayerError
from gridplan.words.signs import shown_line
from gridplan.words.text import Text, one_line

Cell = tuple[int, int]
"""Row and column."""
_DELIMITERS = (",", "\t", ";", "|", "，")
_NUMBER = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d{1,12})?")
"""What a cell takes as a number unless its format is for text; codes with leading zeros or more than 15 digits are text."""
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What neither XML nor another reader of text takes: controls other than tab and line ends, halves of signs, no signs at all."""
_WITH_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")


_UNREADABLE = (
    ValueError, LookupError, RuntimeError, EOFError, csv.Error, zlib.error, zipfile.BadZipFile, ET.ParseError,
)  # fmt: skip
"""What the readers of text, archives and XML raise on content that is none."""


@dataclass(frozen=True)
class _Table:
    """A file with its content as it was read once, and what says how to read it."""

    path: Path
    content: bytes
    sheet: str
    encoding: str | None


def with_cells(
    path: Path,
    sheet: str,
    cells: Mapping[Cell, str],
    *,
    was: Mapping[Cell, str] | None = None,
    encoding: str | None = None,
    content: bytes | None = None,
) -> bytes:
    """Return the content of a table in which some cells say something else.

    Parameters
    ----------
    path
        A CSV or text file, or an Excel workbook (.xlsx, .xlsm).
    sheet
        The sheet of a workbook; "" for its first one.
    cells
        What each cell is to say.
    was
        What each of them was seen to say; another one has been changed in the meantime.
    encoding
        Of a text file; None: as it is found out when the file is read.
    content
        Of the file, where it has been read.

    Raises
    ------
    LayerError
        If the format cannot be written, a value holds controls, a workbook holds formulas, whose values nobody would compute anew, a cell is not there or says
        something else than it `was`, has the format of a date, or what was written would not be read as meant.
    """
    writer = CELL_WRITERS.get(path.suffix.lower())
    if writer is None:
        raise LayerError(_refused(path, _FORMAT))
    if any(_NO_TEXT.search(value) for value in cells.values()):
        raise LayerError(_refused(path, _CONTROL))
    try:
        return writer(
            _Table(path, path.read_bytes() if content is None else content, sheet, encoding), cells, was or {}
        )
    except _UNREADABLE as error:
        raise LayerError(
            _refused(path, Text(zh=f"读不懂的内容（{error}）", en=f"content that cannot be read ({error})"))
        ) from None


def _refused(path: Path, found: Text) -> InputProblem:
    return InputProblem(
        "error",
        Text(zh="可以在这里改的单元格（CSV、XLSX）", en="cells that can be changed here (CSV, XLSX)"),
        found,
        Text(
            zh="在做出这个文件的程序里改好，再保存到这里。",
            en="Change them in the program that made the file, and save it here again.",
        ),
        file=path.name,
    )


_FORMAT = Text(zh="这里不能写的格式", en="a format that is not written here")
_MERGED = Text(zh="合并单元格的一部分", en="a part of merged cells")
_FORMULAS = Text(
    zh="工作簿里有公式，只有 Excel 会重算",
    en="a workbook with formulas, which only a program such as Excel computes anew",
)
_DATE = Text(zh="日期格式的单元格", en="a cell with the format of a date")
_CONTROL = Text(zh="看不见的控制符，不是文字", en="a control character, which is no text")
_NO_CELL = Text(zh="表里没有的单元格", en="a cell that the table does not have")
_CHANGED = Text(zh="别的内容：文件刚刚变了", en="something else: the file has just changed")
_ELSE = Text(zh="改动会影响别的单元格", en="that other cells would change too")


# ---- text ------------------------------------------------------------------------------------------------------------


def _text_with(table: _Table, cells: Mapping[Cell, str], was: Mapping[Cell, str]) -> bytes:
    path, data, encoding = table.path, table.content, table.encoding
    codec, mark = _codec(data, encoding)
    text = data[len(mark) :].decode(codec)
    if _text_read(data, encoding) != text or mark + _data_of(text, codec) != data:
        raise LayerError(_refused(path, _ELSE))
    delimiter = _delimiter(text)
    places = {
        (row, column): (start, end) for row, column, start, end in _places(text, delimiter) if (row, column) in cells
    }
    if len(places) < len(cells):
        raise LayerError(_refused(path, _NO_CELL))
    out, at = [], 0
    for cell, (start, end) in sorted(places.items(), key=lambda item: item[1]):
        out += [_data_of(text[at:start], codec), _data_of(_quoted(cells[cell], delimiter, was=text[start:end]), codec)]
        at = end
    made = mark + b"".join([*out, _data_of(text[at:], codec)])
    if encoding is None and codec == "utf-8" and not mark and detect_encoding(made) != codec:
        made = codecs.BOM_UTF8 + made  # or the next reader would find out something else
    _compare(path, _rows_in(text), _rows_in(_text_read(made, encoding)), cells, was)
    return made


def _text_read(data: bytes, encoding: str | None) -> str:
    """Return a text as the reader of tables decodes it."""
    return data.decode(encoding or detect_encoding(data)).removeprefix("\ufeff")


def _rows_in(text: str) -> list[list[Any]]:
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)))


def _delimiter(text: str) -> str:
    """Return what the reader of tables takes cells apart by."""
    line = text.split("\n", 1)[0]
    return "," if "," in line else max(_DELIMITERS, key=line.count)


def _data_of(text: str, codec: str) -> bytes:
    """Return the bytes of a part of a text, without any mark."""
    return text.encode(codec)


def _codec(data: bytes, stated: str | None) -> tuple[str, bytes]:
    """Return the codec that writes no mark, and the mark at the beginning."""
    for mark, codec in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if data.startswith(mark):
            return codec, mark
    codec = codecs.lookup(stated or detect_encoding(data)).name
    return {"utf-8-sig": "utf-8", "utf-16": "utf-16-le"}.get(codec, codec), b""


def _places(text: str, delimiter: str) -> Iterator[tuple[int, int, int, int]]:
    """Yield row, column, and where each cell begins and ends, as the `csv` module takes a text apart."""
    row, column, start, at = 1, 0, 0, 0
    quoted = False
    while at < len(text):
        sign = text[at]
        if quoted:
            if sign == '"' and text[at + 1 : at + 2] == '"':
                at += 1
            elif sign == '"':
                quoted = False
        elif sign == '"' and at == start:
            quoted = True
        elif sign == delimiter:
            yield row, column, start, at
            column, start = column + 1, at + 1
        elif sign in "\r\n":
            yield row, column, start, at
            at += text[at : at + 2] == "\r\n"
            row, column, start = row + 1, 0, at + 1
        at += 1
    yield row, column, start, len(text)


def _quoted(value: str, delimiter: str, *, was: str) -> str:
    needs = was.startswith('"') or value.startswith('"') or any(sign in value for sign in (delimiter, "\r", "\n"))
    return '"' + value.replace('"', '""') + '"' if needs else value


# ---- workbooks -------------------------------------------------------------------------------------------------------


def _book_with(table: _Table, cells: Mapping[Cell, str], was: Mapping[Cell, str]) -> bytes:
    path, sheet = table.path, table.sheet
    before = _rows_of(io.BytesIO(table.content), sheet)
    with zipfile.ZipFile(io.BytesIO(table.content)) as book:
        sheets = _sheet_files(book)
        if any(_WITH_FORMULA.search(book.read(name)) for name in sheets.values()):
            raise LayerError(_refused(path, _FORMULAS))
        name = sheets[sheet or next(iter(sheets))]
        xml = book.read(name)
        covered, kinds = _covered(xml), _style_kinds(book)
        for (row, column), value in cells.items():
            if any(top <= row <= bottom and left <= column <= right for top, left, bottom, right in covered):
                raise LayerError(_refused(path, _MERGED))
            xml = _with_cell(path, xml, (row, column), value, kinds)
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w") as new:
            for entry in book.infolist():
                content = xml if entry.filename == name else book.read(entry.filename)
                new.writestr(entry, content, compress_type=entry.compress_type)
    _compare(path, before, _rows_of(io.BytesIO(made.getvalue()), sheet), cells, was)
    return made.getvalue()


def _rows_of(stream: io.BytesIO, sheet: str) -> list[list[Any]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(stream)
        return book.get_sheet_by_name(sheet or book.sheet_names[0]).to_python(skip_empty_area=False)
    except CalamineError as error:
        raise ValueError(shown_line(str(error))[:200]) from None


def _sheet_files(book: zipfile.ZipFile) -> dict[str, str]:
    """Return the entry that holds each sheet, by the names of the workbook and its relations."""
    relations = ET.fromstring(book.read("xl/_rels/workbook.xml.rels"))
    targets = {node.get("Id"): str(node.get("Target")) for node in relations}
    listed = ET.fromstring(book.read("xl/workbook.xml"))
    found = {}
    for sheet in (node for node in listed.iter() if node.tag.endswith("}sheet")):
        target = targets[next((value for key, value in sheet.items() if key.endswith("}id")), "")]
        found[str(sheet.get("name"))] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return found


def _covered(xml: bytes) -> list[tuple[int, int, int, int]]:
    """Return merged ranges as (top, left, bottom, right): what stands in one is read in all of its rows."""
    ranges = []
    for found in re.findall(rb'<mergeCell\s+ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"', xml):
        left, top, right, bottom = found
        ranges.append((int(top), _column(left.decode()), int(bottom), _column(right.decode())))
    return ranges


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - 64
    return number - 1


def _letters(column: int) -> str:
    letters, number = "", column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _style_kinds(book: zipfile.ZipFile) -> list[_Kind]:
    """Return of each format of cells whether it is for text, for dates, or for anything."""
    if "xl/styles.xml" not in book.namelist():
        return []
    styles = ET.fromstring(book.read("xl/styles.xml"))
    codes = {node.get("numFmtId"): str(node.get("formatCode")) for node in styles.iter() if _is(node, "numFmt")}
    formats = next((node for node in styles if _is(node, "cellXfs")), ())
    return [_kind(node, codes) for node in formats]


def _is(node: ET.Element, name: str) -> bool:
    return node.tag.endswith(f"}}{name}")


def _kind(node: ET.Element, codes: Mapping[str | None, str]) -> _Kind:
    number = node.get("numFmtId", "0")
    code = codes.get(number, "")
    if number in _TEXT_FORMATS or code == "@" or node.get("quotePrefix") in ("1", "true"):
        return "text"
    bare = _LITERAL.sub("", code)
    return "date" if int(number) in _DATE_FORMATS or re.search("[ymdhs]", bare, re.IGNORECASE) else "any"


_Kind = Literal["text", "date", "any"]
_TEXT_FORMATS = ("49",)
_DATE_FORMATS = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
"""Numbers of the built-in formats of dates and times (ECMA-376 Part 1, 18.8.30), those of Chinese Excel among them."""
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
"""What a format shows as it stands, and its colours and conditions; [h] is hours."""


def _with_cell(path: Path, xml: bytes, cell: Cell, value: str, kinds: list[_Kind]) -> bytes:
    """Return the sheet with one cell that says something else; its format stays."""
    row, column = cell
    opened = re.search(rb'<row\b[^>]*?\br="%d"[^>]*?(/?)>' % row, xml)
    if opened is None:
        raise LayerError(_refused(path, _NO_CELL))
    begin = opened.end()
    end = begin if opened[1] else xml.index(b"</row>", begin)
    ref = f"{_letters(column)}{row}"
    old = re.compile(rb'<c\b[^>]*?\br="%s"[^>]*?(?:/>|>.*?</c>)' % ref.encode(), re.DOTALL).search(xml, begin, end)
    style, kind = _style(b"" if old is None else old[0], kinds)
    if kind == "date" and value:
        raise LayerError(_refused(path, _DATE))
    new = _cell(ref, value, style, as_text=kind == "text")
    if old is not None:
        return xml[: old.start()] + new + xml[old.end() :]
    inside = xml[begin:end]
    later = (
        found for found in re.finditer(rb'<c\b[^>]*?\br="([A-Z]+)\d+"', inside) if _column(found[1].decode()) > column
    )
    at = next((found.start() for found in later), len(inside))
    head = re.sub(rb'\s+spans="[^"]*"', b"", opened[0]).removesuffix(b"/>").removesuffix(b">") + b">"
    close = b"</row>" if opened[1] else b""
    return xml[: opened.start()] + head + inside[:at] + new + inside[at:] + close + xml[end:]


def _style(old: bytes, kinds: list[_Kind]) -> tuple[str, _Kind]:
    """Return the number of a cell's format, and what it is for."""
    style = re.search(rb'\bs="(\d+)"', old.partition(b">")[0])
    if style is None:
        return "", "any"
    return style[1].decode(), kinds[int(style[1])]


def _cell(ref: str, value: str, style: str, *, as_text: bool) -> bytes:
    """Return a cell: a number where the value is one and the format is not for text."""
    shown = f'<c r="{ref}"' + (f' s="{style}"' if style else "")
    if not value:
        return f"{shown}/>".encode()
    if not as_text and _NUMBER.fullmatch(value):
        return f"{shown}><v>{value}</v></c>".encode()
    text = html.escape(value, quote=False)
    return f'{shown} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'.encode()


# ---- what was written ------------------------------------------------------------------------------------------------


def _compare(
    path: Path, before: list[list[Any]], after: list[list[Any]], cells: Mapping[Cell, str], was: Mapping[Cell, str]
) -> None:
    """Refuse what would not be read as meant: other cells as they were, these as they are to be."""
    old = {(row, column): cell for row, line in enumerate(before, 1) for column, cell in enumerate(line)}
    new = {(row, column): cell for row, line in enumerate(after, 1) for column, cell in enumerate(line)}
    if any(_shown(old.get(cell, "")) != _shown(value) for cell, value in was.items()):
        raise LayerError(_refused(path, _CHANGED))
    meant = all(plain_text(new.get(cell, "")) == plain_text(value) for cell, value in cells.items())
    others = {cell for cell in old.keys() | new.keys() if cell not in cells}
    if not meant or any(old.get(cell, "") != new.get(cell, "") for cell in others):
        raise LayerError(_refused(path, _ELSE))


def _shown(value: object) -> str:
    """Return a cell as pages show it, on one line: what somebody saw is compared with what stands there as he would see it."""
    text = plain_text(value)
    return one_line(text, most=len(text)).strip()


_Writer = Callable[[_Table, Mapping[Cell, str], Mapping[Cell, str]], bytes]
CELL_WRITERS: dict[str, _Writer] = {
    **dict.fromkeys((".csv", ".txt", ".tsv"), _text_with),
    **dict.fromkeys((".xlsx", ".xlsm"), _book_with),
}
"""Formats whose cells can be written back."""
