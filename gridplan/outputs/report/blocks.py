"""What documents are made of: headings, paragraphs, tables, plates; in both languages, before any form is given to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from gridplan.words.text import Language, Text

EMPTY = Text(zh="", en="")
ColumnKind = Literal["text", "code", "people", "minutes", "change", "share", "area", "whole", "money", "ratio"]


@dataclass(frozen=True)
class Heading:
    """A heading: 一、 of the first level."""

    text: Text


@dataclass(frozen=True)
class Paragraph:
    """A paragraph, with a lead that runs into it, such as （一）基本情况。."""

    text: Text
    lead: Text = EMPTY


@dataclass(frozen=True)
class Title:
    """The title of a document in lines, what stands above it, and what in brackets below it."""

    lines: tuple[Text, ...]
    above: Text = EMPTY
    below: Text = EMPTY


@dataclass(frozen=True)
class Closing:
    """Lines at the right that end a document: issuer and date."""

    lines: tuple[Text, ...]


@dataclass(frozen=True)
class Column:
    """A column of a table: its header, its width in mm and what kind of values it holds, which says how they are shown."""

    label: Text
    width: float
    kind: ColumnKind = "text"


@dataclass(frozen=True)
class GroupRow:
    """A row over the whole width that begins a group."""

    label: Text


@dataclass(frozen=True)
class TotalRow:
    """The last row of a table; its values, like those of any row, are full and are rounded once."""

    values: tuple[Any, ...]


Row = tuple[Any, ...] | GroupRow | TotalRow


@dataclass(frozen=True)
class Table:
    """A table; values are text in one or both languages, full numbers, or None where there is nothing to say.

    - name: of its sheet in a workbook, where an annex has several
    - unit: told above it at the right; gap: of a whole column, marked there
    """

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    name: Text = EMPTY
    unit: Text = EMPTY
    gap: Text = EMPTY
    note: Text = EMPTY


@dataclass(frozen=True)
class Annex:
    """An annex: its number and title, its tables, or why there are none; turned pages for wide tables."""

    number: int
    title: Text
    tables: tuple[Table, ...] = ()
    absent: Text = EMPTY
    turned: bool = False

    @property
    def label(self) -> Text:
        """附件N, at the top of its first page."""
        return Text(zh=f"附件{self.number}", en=f"Annex {self.number}")


Part = Title | Heading | Paragraph | Closing | Table


@dataclass(frozen=True)
class Document:
    """A document: what it is called in a list of gaps, its parts, and its annexes."""

    name: Text
    parts: tuple[Part, ...]
    annexes: tuple[Annex, ...] = field(default=())

    def told(self, language: Language) -> Iterator[tuple[str, str]]:
        """Yield the name of each part and its text, in order."""
        part = self.name.in_language(language)
        for block in self.parts:
            if isinstance(block, Heading):
                part = block.text.in_language(language)
            yield part, joined(_texts(block), language)
        for annex in self.annexes:
            yield annex.label.in_language(language), joined(_annex_texts(annex), language)


def joined(texts: Iterable[Text], language: Language) -> str:
    """Return texts in one language, line by line."""
    return "\n".join(text.in_language(language) for text in texts)


def _texts(block: Part) -> tuple[Text, ...]:
    if isinstance(block, Title):
        return (block.above, *block.lines, block.below)
    if isinstance(block, Closing):
        return block.lines
    if isinstance(block, Table):
        return tuple(_table_texts(block))
    return (block.lead, block.text) if isinstance(block, Paragraph) else (block.text,)


def _annex_texts(annex: Annex) -> Iterator[Text]:
    yield from (annex.title, annex.absent)
    for table in annex.tables:
        yield from _table_texts(table)


def _table_texts(table: Table) -> Iterator[Text]:
    yield from (table.gap, table.note)
    for row in table.rows:
        values = (row.label,) if isinstance(row, GroupRow) else row.values if isinstance(row, TotalRow) else row
        yield from (value if isinstance(value, Text) else Text(zh=str(value), en=str(value)) for value in values)
