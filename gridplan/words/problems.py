"""Everything that is wrong with an input, gathered while it is read and told at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from gridplan.words.errors import GridplanError, InputProblem, Severity
from gridplan.words.ledger import Ledger
from gridplan.words.text import Text

SHOWN = 5
"""How many rows and values a message shows; the problem itself carries all rows."""

Wording = Text | tuple[str, str]
"""Words in both languages; a pair is Chinese and English."""


class Problems(list[InputProblem]):
    """What is wrong with an input, in the order in which it was found.

    `file` is the file of the problems that name none; `ledger` is what the layers hold and what becomes of it, entered beside them.

    >>> problems = Problems()
    >>> problems.tell_some(["u1", "u2"], ("已知的单元", "known units"), ("改正。", "Correct them."), field="locked")
    >>> problems[0].render("en")
    'locked: needs known units; found 2 that are not (u1, u2). Correct them.'
    """

    def __init__(self, file: str = "") -> None:
        super().__init__()
        self.file = file
        self.ledger = Ledger()

    def tell(
        self,
        needed: Wording,
        found: Wording,
        remedy: Wording,
        *,
        severity: Severity = "error",
        file: str = "",
        layer: str = "",
        field: str = "",
        rows: Iterable[Any] = (),
        values: Iterable[Any] = (),
    ) -> None:
        """Add one problem; of repeated rows and values each is kept once, of the values the first few."""
        self.append(
            InputProblem(
                severity,
                _text(needed),
                _text(found),
                _text(remedy),
                file=file or self.file,
                layer=layer,
                field=field,
                rows=tuple(dict.fromkeys(int(row) for row in rows)),
                values=first_few(values),
            )
        )

    def tell_some(self, bad: Iterable[Any], needed: Wording, remedy: Wording, *, field: str) -> None:
        """Add one problem that counts values which are not as needed and shows the first few, if there are any."""
        values = [str(value) for value in bad]
        if values:
            first = ", ".join(values[:SHOWN])
            found = (f"{len(values)} 处不符（{first}）", f"{len(values)} that are not ({first})")
            self.tell(needed, found, remedy, field=field, values=values)

    @property
    def errors(self) -> list[InputProblem]:
        """The problems that are errors, warnings and repairs left out."""
        return [problem for problem in self if problem.severity == "error"]

    def refuse(self, error: type[GridplanError]) -> None:
        """Raise `error` with all problems if any of them is an error.

        Raises
        ------
        GridplanError
            The class given, if there is an error among the problems.
        """
        if self.errors:
            raise error(self)


def _text(words: Wording) -> Text:
    return words if isinstance(words, Text) else Text(*words)


def first_few(values: Iterable[Any]) -> tuple[str, ...]:
    """Return the first few different values as text, the blank ones left out and long ones cut."""
    texts = (str(value).strip() for value in values)
    return tuple(dict.fromkeys(text if len(text) <= 40 else text[:39] + "…" for text in texts if text))[:SHOWN]


def in_rows(found: Text, rows: tuple[int, ...], values: tuple[str, ...]) -> Text:
    """Say what was found, with values, number of rows and the first row numbers."""
    more = len(rows) > SHOWN
    listed = [str(row) for row in rows[:SHOWN]]
    zh_values = f"（{'、'.join(values)}）" if values else ""
    en_values = f" ({', '.join(values)})" if values else ""
    if len(rows) == 1:
        return Text(zh=f"{found.zh}{zh_values}，在第 {rows[0]} 行", en=f"{found.en}{en_values} in row {rows[0]}")
    zh_rows = f"第 {'、'.join(listed)}{' …' if more else ''} 行"
    return Text(
        zh=f"{found.zh}{zh_values}，共 {len(rows)} 行（{zh_rows}）",
        en=f"{found.en}{en_values} in {len(rows)} rows ({', '.join(listed)}{' …' if more else ''})",
    )
