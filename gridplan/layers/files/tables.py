"""Tables as people keep them: CSV files and sheets of workbooks, with titles above the header and totals below.

A new table format is one more entry in `TABLE_READERS`: a function that returns the rows of cells of a reading.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, AnyStr

import pandas as pd

from gridplan.case.case import Case
from gridplan.case.sources import Source
from gridplan.layers.files.archives import refusal, refuse_hostile
from gridplan.layers.files.columns import plain_text
from gridplan.layers.files.encodings import decode_text
from gridplan.layers.files.headers import UNIT_ABOVE, find_header_rows, name_columns
from gridplan.layers.files.reading import Reading, open_source, tell_format, tell_unreadable
from gridplan.words.errors import InputProblem, LayerError
from gridplan.words.numbers import counted
from gridplan.words.problems import Problems
from gridplan.words.text import Text
from gridplan.words.vocabulary import normalise

Rows = list[list[Any]]
WORKBOOK_SUFFIXES = (".xlsx", ".xlsm", ".xls")
_TOTAL = re.compile(r"(.{0,10}(合计|总计|小计|共计)|(grand|sub)?total|sum)[::]?")
_NOTE = re.compile(r"(注|备注|说明|数据来源|来源|资料来源|填表|制表|填报|审核|note|source)s?.{0,6}[::]")
_COLUMNS_AT_MOST = 16_384
"""As many as a sheet of a workbook has."""
_DELIMITERS = (",", "\t", ";", "|", "，")


@dataclass(frozen=True)
class Opened:
    """A table as text with the planner's headers; the index holds row numbers as Excel shows them.

    `unselected` are the rows that the case's `select` leaves out.
    """

    reading: Reading
    frame: pd.DataFrame
    unselected: pd.DataFrame


def read_table(case: Case, source: Source, problems: Problems) -> Opened | None:
    """Read a CSV file or a sheet of a workbook as text.

    Title rows above the header, totals and notes below the data are left out and told. Returns None, with the reason
    in `problems`, if the file cannot be read.
    """
    opened = open_table(open_source(case, source, problems))
    if opened is None or len(opened.frame.columns):
        return opened
    opened.reading.tell(
        Text(zh="有表头和数据的表格", en="a table with a header and data"),
        Text(zh="空表", en="an empty one"),
        Text(zh="重新导出或复制这个文件。", en="Export or copy the file again."),
    )
    return None


def open_table(reading: Reading) -> Opened | None:
    """Read the table of a reading; see `read_table`."""
    reader = TABLE_READERS.get(reading.path.suffix.lower())
    if reader is None:
        layer = getattr(reading.source, "kind", "") == "table"
        tell_format(reading, TABLE_READERS, remedy=_NO_TABLE if layer else None)
        return None
    try:
        refuse_hostile(reading)
        reading, rows = reader(reading)
        frame, unit = _frame(rows, reading)
        reading = replace(reading, unit=unit)
    except LayerError as error:
        reading.problems.extend(error.problems)
        return None
    except Exception as error:
        tell_unreadable(reading, error)
        return None
    chosen = select_rows(frame, reading)
    return Opened(reading, chosen, frame.drop(index=chosen.index))


_NO_TABLE = Text(
    zh='kind = "table" 只用于表格；图层写 kind = "points"、"polygons" 或 "raster"。',
    en='kind = "table" is for tables; for a layer write kind = "points", "polygons" or "raster".',
)


def select_rows(frame: Any, reading: Reading) -> Any:
    """Return the rows that the case's `select` wants; the others are counted and told."""
    for header, pattern in reading.source.select.items():
        if header not in frame.columns:
            reading.tell(
                Text(zh=f"筛选所用的列「{header}」", en=f"the column '{header}' of select"),
                Text(
                    zh=f"现有的列：{'、'.join(map(str, frame.columns))}",
                    en=f"the columns {', '.join(map(str, frame.columns))}",
                ),
                Text(zh="改正方案中的 select。", en="Correct select in the case."),
                field=header,
            )
            continue
        try:
            wanted = re.compile(pattern)
        except re.error as error:
            reading.tell(
                Text(zh="正则表达式", en="a regular expression"),
                Text(zh=f"{pattern}（{error}）", en=f"{pattern} ({error})"),
                Text(zh="改正方案中的 select。", en="Correct select in the case."),
                field=header,
            )
            continue
        chosen = frame[header].map(lambda value, search=wanted.search: search(plain_text(value)) is not None)
        chosen = chosen.to_numpy(bool)
        reading.tell(
            Text(zh=f"符合 {pattern} 的行", en=f"rows that match {pattern}"),
            Text(
                zh=f" {len(frame):,} 行中有 {int(chosen.sum()):,} 行",
                en=f"{int(chosen.sum()):,} of {counted(len(frame), 'row').en}",
            ),
            Text(zh="其余行按方案的 select 不采用。", en="The others are left out, as the case's select says."),
            severity="repair",
            field=header,
        )
        frame = frame[chosen]
    return frame


def _read_csv(reading: Reading) -> tuple[Reading, Rows]:
    data = reading.path.read_bytes()
    _refuse_nul(data, b"\x00" * 4, reading)  # no encoding that is read has four; they may begin within a sign
    text = decode_text(data, reading)
    _refuse_nul(text, "\x00" * 2, reading)
    lines = text.split("\n", 1)[0]
    delimiter = "," if "," in lines else max(_DELIMITERS, key=lines.count)
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    _refuse_torn(text, rows, reading)
    _doubt_last_cell(text, rows, len(data), reading)
    return reading, rows


def _refuse_nul(content: AnyStr, block: AnyStr, reading: Reading) -> None:
    """Refuse a text with a block of NUL signs, as a disk leaves them after a crash."""
    at = content.find(block)
    if at >= 0:
        feed = b"\n" if isinstance(content, bytes) else "\n"
        raise _torn(
            reading,
            content.count(feed, 0, at) + 1,
            Text(
                zh="NUL 字节（写盘中断，或没有标记的 UTF-16）",
                en="NUL bytes (a write that broke off, or UTF-16 without a mark)",
            ),
        )


def _refuse_torn(text: str, rows: Rows, reading: Reading) -> None:
    """Refuse a text that breaks off in its last line.

    It does where no line feed ends it and its last row has fewer cells than the one before, or a quote that nobody closes.
    """
    last = rows[-1] if rows else []
    alone = len(last) == 1 and _is_aside(last[0])
    short = len(rows) > 2 and 0 < len(last) < len(rows[-2]) and not text.endswith(("\n", "\r")) and not alone
    unclosed = bool(last) and "\n" in last[-1] and not text.rstrip("\r\n").endswith('"')
    if short or unclosed:
        raise _torn(reading, len(rows), Text(zh="最后一行不完整", en="a last line that breaks off"))


_BLOCK = 512
"""Copies that break off end with a block of so many bytes, or a multiple."""


def _doubt_last_cell(text: str, rows: Rows, size: int, reading: Reading) -> None:
    """Warn where a text without a last line feed may break off within its last cell, which has all its cells then.

    It may where its other lines end as only programs end lines that end the last one too (CR and LF), where its size is that of whole
    blocks, or where its last cell is shorter than any above it.
    """
    if len(rows) < _LAST_OF or text.endswith(("\n", "\r", '"')) or len(rows[-1]) < len(rows[-2]):
        return
    last = rows[-1][-1]
    above = [len(row[-1]) for row in rows[1:-1] if len(row) == len(rows[-1])]
    if "\r\n" in text or size % _BLOCK == 0 or (above and 0 < len(last) < min(above)):
        reading.tell_rows(
            [len(rows)],
            Text(zh="以换行结束的文本文件", en="a text file that ends with a line feed"),
            Text(zh="没有以换行结束，最后一个值可能不完整", en="none at its end, where the last value may be cut"),
            Text(
                zh="与原表核对最后一行；不完整的话重新导出。",
                en="Compare the last row with its source; export it again if it is cut.",
            ),
            severity="warning",
            values=[last],
        )


_LAST_OF = 4
"""In tables of fewer rows nothing is unusual."""


def _is_aside(text: str) -> bool:
    """Tell whether a cell that stands alone is a total or a note below the table."""
    plain = normalise(text)
    return _NOTE.match(plain) is not None or _TOTAL.fullmatch(plain) is not None


def _torn(reading: Reading, row: int, found: Text) -> LayerError:
    return LayerError(
        InputProblem(
            "error",
            Text(zh="完整的文本文件", en="a whole text file"),
            Text(zh=f"{found.zh}，在第 {row} 行", en=f"{found.en} in row {row}"),
            Text(zh="文件可能没有复制完整：重新导出。", en="It may be copied in part: export it again."),
            file=reading.source.path,
            rows=(row,),
        )
    )


def _read_workbook(reading: Reading) -> tuple[Reading, Rows]:
    from python_calamine import CalamineWorkbook

    workbook = CalamineWorkbook.from_path(str(reading.path))
    names = workbook.sheet_names
    if reading.layer and reading.layer not in names:
        raise LayerError(_no_sheet(reading, names))
    sheets = {name: workbook.get_sheet_by_name(name) for name in ([reading.layer] if reading.layer else names)}
    filled = [name for name, sheet in sheets.items() if sheet.height > 0]
    chosen = filled[0] if filled else next(iter(sheets))
    reading = reading.of_layer(chosen)
    if len(filled) > 1:
        _tell_other_sheets(reading, filled[1:])
    sheet = sheets[chosen]
    rows = sheet.to_python(skip_empty_area=False)
    return reading, _fill_merged(rows, getattr(sheet, "merged_cell_ranges", None) or [])


def sheet_names(path: Path) -> list[str]:
    """Return the sheets of a workbook; none for a text file."""
    if path.suffix.lower() not in WORKBOOK_SUFFIXES:
        return []
    from python_calamine import CalamineWorkbook

    return list(CalamineWorkbook.from_path(str(path)).sheet_names)


def _fill_merged(rows: Rows, ranges: list[Any]) -> Rows:
    """Write the value of a merged cell into every cell that it covers downwards: a street merged over its communities."""
    for (top, left), (bottom, _right) in ranges:
        for row in range(top + 1, min(bottom + 1, len(rows))):
            if left < len(rows[row]) and rows[row][left] in ("", None):
                rows[row][left] = rows[top][left]
    return rows


def _frame(rows: Rows, reading: Reading) -> tuple[pd.DataFrame, str]:
    """Return the table below its header, and the unit of measure that the rows above state ("" for none)."""
    if max(map(len, rows), default=0) > _COLUMNS_AT_MOST:
        raise refusal(
            reading,
            Text(zh=f"至多 {_COLUMNS_AT_MOST} 列的表格", en=f"a table of at most {_COLUMNS_AT_MOST} columns"),
            Text(zh="更多的列", en="more columns"),
        )
    cells = [[plain_text(value) for value in row] for row in rows]
    at = find_header_rows(cells)
    if not at:
        return pd.DataFrame(), ""
    above = (UNIT_ABOVE.search(text) for row in cells[: at[0]] for text in row)
    stated = next((found[1].strip() for found in above if found), "")
    if at[0] > 0:
        reading.tell(
            Text(zh="表头在第 1 行", en="the header in row 1"),
            Text(zh=f"表头在第 {at[0] + 1} 行", en=f"it in row {at[0] + 1}"),
            Text(zh="上方的标题行未采用。", en="The rows above it are left out."),
            severity="repair",
            rows=range(1, at[0] + 1),
        )
    headers, start = name_columns([cells[row] for row in at], reading, at[0] + 1), at[-1]
    body, numbers = [], []
    for number, row in enumerate(cells[start + 1 :], start + 2):
        if any(row):
            body.append(row[: len(headers)] + [""] * (len(headers) - len(row)))
            numbers.append(number)
    _tell_overlong(cells, start, len(headers), reading)
    frame = pd.DataFrame(body, columns=headers, index=pd.Index(numbers, dtype="int64"), dtype=object)
    return _without_totals(frame, reading), stated


def _tell_overlong(cells: list[list[str]], start: int, width: int, reading: Reading) -> None:
    overlong = [number for number, row in enumerate(cells[start + 1 :], start + 2) if any(row[width:])]
    reading.tell_rows(
        overlong,
        Text(
            zh=f"每行至多 {width} 个单元格（与表头一致）",
            en=f"at most {counted(width, 'cell').en} a row, as in the header",
        ),
        Text(zh="更多的单元格", en="more cells"),
        Text(zh="检查是否有未加引号的逗号，或缺少表头。", en="Look for commas without quotes, or for missing headers."),
        values=[next(text for text in cells[number - 1][width:] if text) for number in overlong[:5]],
    )


def _without_totals(frame: pd.DataFrame, reading: Reading) -> pd.DataFrame:
    if frame.empty:
        return frame
    first = frame.iloc[:, :3].map(normalise)
    total = first.map(lambda text: _TOTAL.fullmatch(text) is not None).any(axis=1).to_numpy(bool)
    alone = (frame != "").sum(axis=1).to_numpy() == 1
    lines = frame.agg("".join, axis=1)
    note = alone & lines.map(lambda text: _NOTE.match(normalise(text)) is not None).to_numpy(bool)
    for rows, found in (
        (total, Text(zh="合计行", en="rows of totals")),
        (note & ~total, Text(zh="说明文字", en="notes")),
    ):
        reading.tell_rows(
            frame.index[rows],
            Text(zh="一行一条记录", en="one record a row"),
            found,
            Text(zh="这些行未采用。", en="These rows are left out."),
            severity="repair",
            values=lines[rows],
        )
    return frame[~(total | note)]


def _no_sheet(reading: Reading, names: list[str]) -> InputProblem:
    return InputProblem(
        "error",
        Text(zh=f"工作表「{reading.layer}」", en=f"the sheet '{reading.layer}'"),
        Text(zh=f"工作表 {'、'.join(names)}", en=f"the sheets {', '.join(names)}"),
        Text(zh="改正方案中的 layer。", en="Correct layer in the case."),
        file=reading.source.path,
        layer=reading.layer,
    )


def _tell_other_sheets(reading: Reading, others: list[str]) -> None:
    reading.tell(
        Text(zh="写明的工作表（layer）", en="a stated sheet (layer)"),
        Text(
            zh=f"已采用第一个有内容的工作表；另有 {'、'.join(others)}",
            en=f"none: the first with content is used; there are also {', '.join(others)}",
        ),
        reading.remedy(
            Text(zh="若不对，只留下要用的工作表。", en="If it is the wrong one, keep the sheet that is wanted only."),
            Text(zh="若不对，在方案中写 layer。", en="If it is the wrong one, state layer in the case."),
        ),
        severity="repair",
    )


TABLE_READERS: dict[str, Callable[[Reading], tuple[Reading, Rows]]] = {
    ".csv": _read_csv,
    ".txt": _read_csv,
    ".tsv": _read_csv,
    **dict.fromkeys(WORKBOOK_SUFFIXES, _read_workbook),
}
