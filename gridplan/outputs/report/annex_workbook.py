"""The annexes as one workbook: a sheet a table, full numbers, groups as a column of their own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from gridplan.outputs.report.blocks import Annex, ColumnKind, GroupRow, Row, Table, TotalRow
from gridplan.outputs.report.gaps import FoundGap
from gridplan.outputs.report.table_cells import cell_value
from gridplan.outputs.workbook import write_sheets
from gridplan.words.text import Language, Text

_LONGEST_NAME = 31
_KINDS: dict[ColumnKind, str] = {
    "share": "share", "people": "whole", "whole": "whole", "money": "money", "minutes": "number", "change": "number", "area": "number", "ratio": "number",
}  # fmt: skip
_GROUP = Text(zh="分组", en="Group")


def write_annexes(annexes: tuple[Annex, ...], path: Path, language: Language, *, fewest: int) -> None:
    """Write the annexes that are tables to a workbook, without counts of persons below `fewest`; one without data is a sheet that says so."""
    sheets = [
        (_sheet_name(annex, number, table, language), _frame(table, language, fewest))
        for annex in annexes
        for number, table in enumerate(annex.tables)
    ]
    sheets += [(_sheet_name(annex, 0, None, language), _told(annex, language)) for annex in annexes if not annex.tables]
    write_sheets(sorted(sheets, key=lambda pair: _number(pair[0].zh)), path, language)


def write_gaps(gaps: tuple[FoundGap, ...], path: Path, language: Language) -> None:
    """Write the list of gaps: number, file, part, what, and who usually knows."""
    heads = [
        Text(zh="序号", en="No."), Text(zh="文件", en="File"), Text(zh="部分", en="Part"), Text(zh="待填内容", en="To fill in"),
        Text(zh="通常由谁提供", en="Who usually knows"),
    ]  # fmt: skip
    rows = [(number, gap.file, gap.part, gap.what, gap.who) for number, gap in enumerate(gaps, start=1)]
    table = pd.DataFrame(rows, columns=[head.in_language(language) for head in heads])
    write_sheets([(Text(zh="待填清单", en="To fill in"), table)], path, language)


def _number(name: str) -> tuple[int, str]:
    digits = "".join(sign for sign in name.split()[0] if sign.isdigit())
    return int(digits or 0), name


def _sheet_name(annex: Annex, number: int, table: Table | None, language: Language) -> Text:
    own = annex.title if number == 0 or table is None or not table.name.zh else table.name
    which = f"-{number + 1}" if number else ""
    name = f"{annex.number}{which} {own.in_language(language)}"[:_LONGEST_NAME]
    for sign in "[]:*?/\\":
        name = name.replace(sign, " ")
    return Text(zh=name, en=name)


def _told(annex: Annex, language: Language) -> pd.DataFrame:
    return pd.DataFrame({annex.label.in_language(language): [annex.absent.in_language(language)]})


def _frame(table: Table, language: Language, fewest: int) -> pd.DataFrame:
    """Return a table as a frame; rows under group rows have the group in a column before all others."""
    grouped = any(isinstance(row, GroupRow) for row in table.rows)
    heads = [column.label.in_language(language) for column in table.columns]
    rows: list[list[Any]] = []
    group = ""
    for row in table.rows:
        if isinstance(row, GroupRow):
            group = row.label.in_language(language)
            continue
        rows.append(([group] if grouped else []) + _values(row, table, language, fewest))
        if isinstance(row, TotalRow):
            group = ""
    names = ([_GROUP.in_language(language)] if grouped else []) + heads
    frame = pd.DataFrame(rows, columns=names, dtype=object)
    frame.attrs["kinds"] = {
        head: _KINDS.get(column.kind, "") for head, column in zip(heads, table.columns, strict=True)
    }
    return frame


def _values(row: Row, table: Table, language: Language, fewest: int) -> list[Any]:
    values = row.values if isinstance(row, TotalRow) else row
    assert not isinstance(values, GroupRow)
    told = [cell_value(value, column.kind, fewest) for value, column in zip(values, table.columns, strict=True)]
    return [value.in_language(language) if isinstance(value, Text) else value for value in told]
