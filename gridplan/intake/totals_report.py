"""The one table of `check`: what each layer holds, what is used, and what is left out for which reason."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

import pandas as pd

from gridplan.layers.roads.climbs import tell_climbs
from gridplan.travel.pieces import Pieces
from gridplan.words.ledger import Account, Measure
from gridplan.words.numbers import counted, share
from gridplan.words.signs import shown_text
from gridplan.words.text import Language, Text

TOTALS = Text(zh="去向", en="totals")
TITLES = (
    Text(zh="文件", en="File"),
    Text(zh="内容", en="Content"),
    Text(zh="图层中", en="In the layer"),
    Text(zh="采用", en="Used"),
    Text(zh="未采用", en="Left out"),
    Text(zh="原因", en="Why"),
)
_DIGITS: dict[Measure, int] = {"people": 0, "rows": 0, "km": 3}
UNEXPLAINED = Text(zh="去向不明，请反馈", en="unaccounted for: please report this")


def by_file(accounts: Iterable[Account]) -> list[Account]:
    """Return the accounts with those of one file beside each other, files in the order in which they came up."""
    accounts = list(accounts)
    order = {file: at for at, file in enumerate(dict.fromkeys(account.file for account in accounts))}
    return sorted(accounts, key=lambda account: order[account.file])


def _cells(account: Account, language: Language) -> tuple[str, str, str, str, str]:
    """Return content, held, used, left out and why as text: numbers to the person, the row and the metre."""
    reasons = left_out(account)
    told = [why.in_language(language) for why, _ in reasons]
    if len(reasons) > 1:
        told = [f"{_number(amount, account)} {why.in_language(language)}" for why, amount in reasons]
    rest = _number(sum(amount for _, amount in reasons), account) if reasons else ""
    return (
        _name(account, language),
        _number(account.held, account),
        _number(account.used, account),
        rest,
        "; ".join(told),
    )


def _name(account: Account, language: Language) -> str:
    name = account.subject.label.in_language(language)
    return f"{name} (km)" if account.subject.measure == "km" else name


def left_out(account: Account) -> list[tuple[Text, float]]:
    """Return the reasons with their amounts; what no step entered stands there as well, in so many words."""
    rest = account.unexplained
    shown = abs(rest) >= 0.5 * 10.0 ** -_DIGITS[account.subject.measure]
    return [*account.left_out, *([(UNEXPLAINED, rest)] if shown else [])]


def _number(value: float, account: Account) -> str:
    text = f"{value:,.{_DIGITS[account.subject.measure]}f}"
    return text.removeprefix("-") if not text.strip("-0.,") else text


def tell_roads(pieces: Pieces | None, roads: pd.DataFrame) -> Text | None:
    """Return how the roads hang together, and how steep they are where heights are known; None where minutes are not those of roads."""
    if pieces is None:
        return None
    climbs = tell_climbs(roads)
    said = _tell_pieces(pieces)
    return said if climbs is None else Text(zh=f"{said.zh}{climbs.zh}", en=f"{said.en} {climbs.en}")


def _tell_pieces(pieces: Pieces) -> Text:
    return Text(
        zh="车辆可行的道路分成 {n} 片；最大一片上有 {p} 的人、{s} 家机构中的 {l} 家。",
        en="The roads open to cars are {n}; {p} of the people and {l} of {s} are on the largest.",
    ).format(
        n=counted(pieces.count, "piece"),
        p=share(pieces.people_on_largest / pieces.people if pieces.people else 1.0, 2),
        s=counted(pieces.sites, "facility", "facilities"),
        l=pieces.sites_on_largest,
    )


_PIPED = 120
"""Columns of the table where no terminal says how many it has."""


def print_totals(accounts: Sequence[Account], roads: Text | None, language: Language) -> None:
    """Print the table on stdout, and the sentence of `tell_roads`."""
    from rich.console import Console
    from rich.markup import escape
    from rich.padding import Padding
    from rich.table import Table

    console = Console(highlight=False)
    console = console if console.is_terminal else Console(highlight=False, width=_PIPED)
    table = Table(box=None, pad_edge=False, header_style="dim")
    for at, title in enumerate(TITLES[1:]):
        number = at in (1, 2, 3)
        heading = title.in_language(language) if at else ""
        table.add_column(heading, justify="right" if number else "left", no_wrap=number, overflow="fold")
    seen = None
    for account in by_file(accounts):
        if account.file != seen:
            table.add_row(f"[bold]{escape(shown_text(account.file))}[/]")
        seen = account.file
        name, *cells = _cells(account, language)
        table.add_row(Padding(escape(shown_text(name)), (0, 0, 0, 2)), *(escape(shown_text(cell)) for cell in cells))
    console.print(table)
    if roads is not None:
        console.print(roads.in_language(language), soft_wrap=True)


def write_totals(book: Any, accounts: Sequence[Account], roads: Text | None, language: Language) -> None:
    """Add the table to a workbook as a sheet, numbers as numbers, one row a reason."""
    sheet = book.add_worksheet(TOTALS.in_language(language))
    bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    formats = {measure: book.add_format({"num_format": _excel_format(digits)}) for measure, digits in _DIGITS.items()}
    for column, (title, width) in enumerate(zip(TITLES, (26, 30, 16, 16, 16, 46), strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, title.in_language(language), bold)
    at = 1
    for account in by_file(accounts):
        number = formats[account.subject.measure]
        sheet.write_string(at, 0, " · ".join(part for part in (account.file, account.layer) if part))
        sheet.write_string(at, 1, _name(account, language))
        sheet.write_number(at, 2, account.held, number)
        sheet.write_number(at, 3, account.used, number)
        reasons = left_out(account)
        for offset, (why, amount) in enumerate(reasons):
            sheet.write_number(at + offset, 4, amount, number)
            sheet.write_string(at + offset, 5, why.in_language(language), wrap)
        at += max(len(reasons), 1)
    if roads is not None:
        sheet.write_string(at + 1, 0, roads.in_language(language))
    sheet.freeze_panes(1, 0)


def _excel_format(digits: int) -> str:
    return "#,##0" + ("." + "0" * digits if digits else "")


def totals_to_json(accounts: Iterable[Account]) -> list[dict[str, Any]]:
    """Return the table as plain values: what is held, used and left out, with both languages of each reason."""
    return [
        {
            "file": account.file,
            "layer": account.layer,
            "subject": account.subject.key,
            "label": asdict(account.subject.label),
            "measure": account.subject.measure,
            "held": account.held,
            "used": account.used,
            "left_out": [{"why": asdict(why), "amount": amount} for why, amount in left_out(account)],
        }
        for account in accounts
    ]
