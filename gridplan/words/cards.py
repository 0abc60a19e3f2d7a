"""What a console and a notebook show of a thing: a title, a few facts, a short table, a picture; names in it stay harmless."""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from gridplan.words.text import Language, Text, one_line

MOST_ROWS = 14
"""Rows of a table that fit one screen."""
_MOST_SIGNS = 80
_CELL = "padding:1px 10px 1px 0;text-align:left;vertical-align:top;border:0;background:none"
_CELL_QUOTED = f'"{_CELL}"'


@dataclass(frozen=True)
class Card:
    """One screen about one thing.

    - kind: its class; title: its name; facts: what and how much, in order
    - head, rows: a short table; picture: SVG of `pictures.draw_svg`, trusted as it is
    """

    kind: str
    title: str = ""
    facts: Sequence[tuple[Text, str | Text]] = ()
    head: Sequence[Text] = ()
    rows: Sequence[Sequence[str]] = ()
    picture: str = ""

    def as_text(self) -> str:
        """Return the card as lines of text, in English, as Python's own messages are."""
        lines = [f"<{' '.join(part for part in (self.kind, _plain(self.title)) if part)}>"]
        facts = [(label.en, _plain(_said(value, "en"))) for label, value in self.facts]
        width = max((len(label) for label, _ in facts), default=0)
        lines += [f"  {label:{width}}  {value}".rstrip() for label, value in facts]
        if self.rows:
            lines += ["", *_aligned([[label.en for label in self.head], *self._shown()])]
        return "\n".join(lines + ([f"  ... {self._hidden} more"] if self._hidden else []))

    def as_html(self, language: Language | None = None) -> str:
        """Return the card for a notebook: labels in `language`, in both where it is None; nothing is loaded from elsewhere."""
        title = " ".join(
            f"<{tag}>{_safe(part)}</{tag}>" for tag, part in (("b", self.kind), ("span", self.title)) if part
        )
        facts = "".join(
            f'<tr><th style="{_CELL};font-weight:normal;opacity:.65">{_safe(_said(label, language))}</th>'
            f'<td style="{_CELL}">{_safe(_said(value, language))}</td></tr>'
            for label, value in self.facts
        )
        parts = [f"<div>{title}</div>", f'<table style="border:0;margin:4px 0">{facts}</table>']
        if self.rows:
            parts.append(self._html_table(language))
        picture = f'<div style="flex:none">{self.picture}</div>' if self.picture else ""
        body = f"<div>{''.join(parts)}</div>"
        return f'<div style="display:flex;gap:20px;align-items:flex-start;font-size:13px">{body}{picture}</div>'

    def _html_table(self, language: Language | None) -> str:
        head = [_said(label, language) for label in self.head]
        rows = "".join(_html_row(row, "td") for row in self._shown())
        more = f"<div>… +{self._hidden}</div>" if self._hidden else ""
        return f'<table style="border:0;margin:4px 0">{_html_row(head, "th")}{rows}</table>{more}'

    def _shown(self) -> list[Sequence[str]]:
        return [[_plain(cell) for cell in row] for row in self.rows[:MOST_ROWS]]

    @property
    def _hidden(self) -> int:
        return max(len(self.rows) - MOST_ROWS, 0)


def _html_row(cells: Sequence[str], tag: str) -> str:
    return f"<tr>{''.join(f'<{tag} style={_CELL_QUOTED}>{_safe(cell)}</{tag}>' for cell in cells)}</tr>"


def _said(value: str | Text, language: Language | None) -> str:
    if isinstance(value, str):
        return value
    return value.in_language(language) if language else " · ".join(dict.fromkeys((value.zh, value.en)))


def _plain(text: str) -> str:
    return one_line(text, most=_MOST_SIGNS)


def _safe(text: str) -> str:
    return html.escape(_plain(text), quote=True)


def _aligned(table: list[Sequence[str]]) -> list[str]:
    """Return rows as lines whose columns stand below each other; Chinese signs take two places."""
    widths = [max(_width(row[i]) for row in table) for i in range(len(table[0]))]
    padded = ([cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)] for row in table)
    return [f"  {'  '.join(cells)}".rstrip() for cells in padded]


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
