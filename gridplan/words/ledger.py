"""What each layer holds and what becomes of it, entered where it is read, left out or used, so that it adds up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from gridplan.words.text import Text

Measure = Literal["people", "rows", "km"]


@dataclass(frozen=True)
class Subject:
    """What an account counts: its key, its name for people, and in what it is measured."""

    key: str
    label: Text
    measure: Measure = "rows"


PEOPLE = Subject("people", Text(zh="人口", en="people"), "people")
PLACED_PEOPLE = Subject(
    "people",
    Text(zh="人口（只看住在哪里，人数以普查为准）", en="people (for where they live; the census has their number)"),
    "people",
)
CENSUS = Subject("census", Text(zh="普查人口", en="people of the census"), "people")
RESIDENCES = Subject("residences", Text(zh="小区点", en="residences"))
ROAD_KM = Subject("road_km", Text(zh="道路", en="roads"), "km")


@dataclass(frozen=True)
class Entry:
    """An amount of one layer: held in it, used of it, or left out for the reason that `fate` says."""

    file: str
    layer: str
    subject: Subject
    amount: float
    fate: Text


@dataclass(frozen=True)
class Account:
    """What became of all that one layer holds of one subject.

    >>> Account("a.csv", "", PEOPLE, held=10.0, used=7.0, left_out=((Text(zh="外", en="outside"), 3.0),)).unexplained
    0.0
    """

    file: str
    layer: str
    subject: Subject
    held: float
    used: float
    left_out: tuple[tuple[Text, float], ...] = ()

    @property
    def unexplained(self) -> float:
        """What is neither used nor left out for a reason: 0 where every step has made its entry."""
        return self.held - self.used - sum(amount for _, amount in self.left_out)


HELD = Text(zh="图层中", en="in the layer")
USED = Text(zh="采用", en="used")
NOT_SELECTED = Text(zh="按 select 不采用", en="not selected")
OUTSIDE = Text(zh="在规划范围之外", en="outside the planning area")


class Ledger(list[Entry]):
    """Entries in the order in which they were made; amounts of 0 are kept for what is held and used only."""

    def enter(self, file: str, layer: str, subject: Subject, amount: float, fate: Text) -> None:
        """Add an entry; nothing left out is no entry."""
        if amount or fate in (HELD, USED):
            self.append(Entry(file, layer, subject, float(amount), fate))

    def enter_where_held(self, subject: Subject, amount: float, fate: Text) -> None:
        """Add an entry to the account that is open for a subject of which one layer holds all; none where no layer does."""
        opened = next((entry for entry in self if entry.subject == subject and entry.fate == HELD), None)
        if opened is not None:
            self.enter(opened.file, opened.layer, subject, amount, fate)


def settle(entries: Iterable[Entry]) -> list[Account]:
    """Return one account for each layer and subject, in the order in which they came up.

    >>> ledger = Ledger()
    >>> ledger.enter("a.csv", "", PEOPLE, 10, HELD)
    >>> ledger.enter("a.csv", "", PEOPLE, 10, USED)
    >>> [(account.held, account.used, account.left_out) for account in settle(ledger)]
    [(10.0, 10.0, ())]
    """
    kept: dict[tuple[str, str, str], list[Entry]] = {}
    for entry in entries:
        kept.setdefault((entry.file, entry.layer, entry.subject.key), []).append(entry)
    has_census = any(subject == CENSUS.key for _, _, subject in kept)
    return [
        _account(own, PLACED_PEOPLE if has_census and own[0].subject == PEOPLE else own[0].subject)
        for own in kept.values()
    ]


def _account(entries: list[Entry], subject: Subject) -> Account:
    sums: dict[Text, float] = {}
    for entry in entries:
        sums[entry.fate] = sums.get(entry.fate, 0.0) + entry.amount
    first = entries[0]
    held, used = sums.pop(HELD, 0.0), sums.pop(USED, 0.0)
    return Account(first.file, first.layer, subject, held, used, tuple(sums.items()))
