"""Collects the parts of a document and numbers its headings and paragraphs: 一、（一）."""

from __future__ import annotations

from gridplan.outputs.report.blocks import Heading, Paragraph, Part
from gridplan.outputs.report.sentences import sentences
from gridplan.words.grid_titles import chinese_number
from gridplan.words.text import Text


class Outline:
    """Collects the parts of a document and numbers headings and paragraphs."""

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self._heading = 0
        self._lead = 0

    def heading(self, zh: str, en: str) -> None:
        """Begin a section."""
        self._heading += 1
        self._lead = 0
        self.parts.append(Heading(Text(zh=f"{chinese_number(self._heading)}、{zh}", en=f"{self._heading} {en}")))

    def paragraph(self, zh: str, en: str, *told: Text | None) -> None:
        """Add a numbered paragraph with its lead, unless nothing is told."""
        text = sentences(*told)
        if text.zh:
            self._lead += 1
            lead = Text(zh=f"（{chinese_number(self._lead)}）{zh}。", en=f"{self._heading}.{self._lead} {en}.")
            self.parts.append(Paragraph(text, lead))

    def plain(self, text: Text) -> None:
        """Add a paragraph without a lead."""
        self.parts.append(Paragraph(text))
