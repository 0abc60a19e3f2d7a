"""Words that people read, in Chinese and English side by side."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from string import Formatter
from typing import Any, Literal

Language = Literal["zh", "en"]


class _Counting(Formatter):
    """Fills placeholders; one with words for one and for many, as in {n:unit|units}, is a count with its noun."""

    def format_field(self, value: Any, format_spec: str) -> str:
        """Return a value in a format; a count with the noun that its number asks for."""
        one, mark, many = format_spec.partition("|")
        if not mark:
            return str(super().format_field(value, format_spec))
        shown = value if isinstance(value, str) else f"{value:,.0f}"
        return f"{shown} {one if shown == '1' else many}"


_COUNTING = _Counting()


@dataclass(frozen=True)
class Text:
    """One sentence or label in both languages, with the same `{placeholders}` in each.

    >>> Text(zh="{n} 行", en="{n} rows").format(n=3).en
    '3 rows'
    """

    zh: str
    en: str

    def format(self, **values: object) -> Text:
        """Fill the placeholders; a value that is itself a Text is filled in the language at hand.

        The noun of a count stands in its placeholder, for one and for any other number.

        >>> said = Text(zh="{n} 行", en="{n:row|rows}")
        >>> [said.format(n=n).en for n in (0, 1, 1200)]
        ['0 rows', '1 row', '1,200 rows']
        """
        return Text(
            zh=_COUNTING.format(self.zh, **_in("zh", values)), en=_COUNTING.format(self.en, **_in("en", values))
        )

    def then(self, more: Text) -> Text:
        """Return this sentence with another one after it."""
        return Text(zh=self.zh + more.zh, en=f"{self.en} {more.en}")

    def in_language(self, language: Language) -> str:
        """Return the wording in `language`."""
        return self.zh if language == "zh" else self.en

    @property
    def placeholders(self) -> tuple[frozenset[str], frozenset[str]]:
        """Names of the placeholders in the Chinese and in the English wording."""
        return _placeholders(self.zh), _placeholders(self.en)


def spaced(word: str, rest: str) -> str:
    """Return a Chinese word and what follows it, with a blank before a number or a Latin word.

    >>> spaced("发现", "2 行"), spaced("发现", "空行")
    ('发现 2 行', '发现空行')
    """
    return f"{word} {rest}" if rest[:1].isascii() and rest[:1] != " " else f"{word}{rest}"


def one_line(text: str, *, most: int = 80) -> str:
    r"""Return text on one line, without signs that steer a terminal or reorder what one sees, cut where it is long.

    >>> one_line("two\nlines of text", most=9)
    'two lines…'
    """
    shown = "".join(" " if unicodedata.category(sign).startswith("C") else sign for sign in text[: most + 1])
    return shown if len(shown) <= most else f"{shown[:most]}…"


def _in(language: Language, values: dict[str, object]) -> dict[str, object]:
    return {key: v.in_language(language) if isinstance(v, Text) else v for key, v in values.items()}


def _placeholders(wording: str) -> frozenset[str]:
    return frozenset(name.split(".")[0].split("[")[0] for _, name, _, _ in Formatter().parse(wording) if name)
