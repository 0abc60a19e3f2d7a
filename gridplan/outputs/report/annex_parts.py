"""What the annexes are put together from: columns, and the sentence of an annex without data."""

from __future__ import annotations

from gridplan.outputs.report.blocks import Column, ColumnKind
from gridplan.outputs.report.sentences import say
from gridplan.words.text import Text


def missing(zh: str, en: str) -> Text:
    """Return what an annex says whose data were not provided."""
    return say("本附件所需数据未提供：{w}。", "Not provided: {w}.", w=Text(zh=zh, en=en))


def column(zh: str, en: str, width: float, kind: ColumnKind = "text") -> Column:
    """Return a column by its header in both languages and its width in mm."""
    return Column(Text(zh=zh, en=en), width, kind)
