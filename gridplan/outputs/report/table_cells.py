"""How a value of a table is shown, by the kind of its column: rounded once, in Word; full, in a workbook."""

from __future__ import annotations

from typing import Any

from gridplan.outputs.audiences import is_few
from gridplan.outputs.report.blocks import ColumnKind
from gridplan.outputs.report.wording import decimal, is_known, people_cell, share, whole
from gridplan.words.text import Text

NUMBERS = frozenset({"people", "minutes", "change", "share", "area", "whole", "money", "ratio"})
"""Kinds of columns that hold numbers."""
CENTRED = frozenset({"code"})
_BLANK = Text(zh="", en="")


def cell_text(value: Any, kind: ColumnKind, fewest: int) -> Text:
    """Return a value as a document shows it; no count of persons below `fewest`."""
    if isinstance(value, Text):
        return value
    if isinstance(value, str):
        return Text(zh=value, en=value)
    if value is None:
        return _BLANK
    if kind == "people":
        return people_cell(value, fewest)
    if kind == "share":
        return share(value)
    if kind == "whole":
        return whole(value)
    if kind == "money":
        return decimal(value / 1e4, 1)
    if kind == "ratio":
        return decimal(value, 2)
    return decimal(value, signed=kind == "change")


def cell_value(value: Any, kind: ColumnKind, fewest: int) -> Any:
    """Return a value as a workbook holds it: the full number; text, and counts of persons below `fewest`, as text."""
    if isinstance(value, Text | str) or value is None:
        return value
    if kind == "people" and is_few(value, fewest):
        return people_cell(value, fewest)
    return float(value) if is_known(value) else None
