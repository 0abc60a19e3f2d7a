"""Tables of residents that belong to polygons: the columns, codes or names, by which their rows meet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from gridplan.intake.guessed_columns import guess_columns, has_place, known_headers, unique_columns
from gridplan.intake.inventory import Found
from gridplan.layers.area.boundaries import UNIT_COLUMNS
from gridplan.layers.files.columns import Column
from gridplan.layers.people.population import CENSUS_COLUMNS

_MEET = 0.9
"""So large a share of the polygons has to be in the table."""
_MANY = 0.5
"""From this share on a table nearly fits, and this is told."""


@dataclass(frozen=True)
class Join:
    """A table whose rows are those of a layer of polygons.

    - polygons, table: the layers; by, key: the headers in each that hold the same values
    - people: the header with the residents
    - share: of the polygons that the table has; named: the values are names rather than codes
    """

    polygons: Found
    table: Found
    by: str
    key: str
    people: str
    share: float
    named: bool


def find_join(folder: Sequence[Found]) -> Join | None:
    """Return the table of residents and the layer of polygons that meet best, or None; codes come before names."""
    joins = list(_joins(folder))
    fitting = [join for join in joins if join.share >= _MEET]
    return max(fitting, key=lambda join: (not join.named, join.share), default=None)


def near_joins(folder: Sequence[Found]) -> list[Join]:
    """Return tables that nearly meet a layer of polygons, the best layer of each."""
    best: dict[str, Join] = {}
    for join in _joins(folder):
        if _MANY <= join.share < _MEET and join.share > (
            best[join.table.label].share if join.table.label in best else 0
        ):
            best[join.table.label] = join
    return list(best.values())


def _joins(folder: Sequence[Found]) -> Iterator[Join]:
    polygons = [layer for layer in folder if layer.shape == "polygon"]
    for table in folder:
        people = _residents(table) if table.shape == "table" else ""
        if not people or has_place(table):
            continue
        keys = [(header, set(texts)) for header, texts in _keys(table, CENSUS_COLUMNS) if header != people]
        for layer in polygons:
            for by, own in _keys(layer, UNIT_COLUMNS):
                for key, values in keys:
                    share = float(own.isin(values).mean())
                    if share >= _MANY:
                        yield Join(layer, table, by, key, people, share, named=not own.str.contains(r"\d").all())


def _keys(layer: Found, columns: Sequence[Column]) -> Iterator[tuple[str, pd.Series]]:
    """Yield the columns that tell rows apart; running numbers only where their header says that they are codes."""
    codes = known_headers(layer, columns[:1]).values()
    for header, texts in unique_columns(layer):
        numbers = sorted(int(text) for text in texts if text.isdecimal())
        running = len(numbers) == len(texts) and numbers[-1] - numbers[0] == len(numbers) - 1
        if not running or header in codes:
            yield header, texts


def _residents(table: Found) -> str:
    """Return the header of the column of residents, "" where there is none."""
    columns = CENSUS_COLUMNS[1:2]
    return (known_headers(table, columns) | guess_columns(table, columns)).get("population", "")
