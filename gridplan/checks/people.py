"""Whom a finding touches: the residents of its places, counted alike for every rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from gridplan.checks.finding import Finding
from gridplan.checks.rule import Verdict
from gridplan.checks.work_book import Touches

_DIGITS = 3
"""Decimals kept of residents, as in assignment.csv."""


def touched_units(
    said: Finding | Verdict, touches: Touches, units_of_grid: Mapping[str, Sequence[str]]
) -> tuple[str, ...]:
    """Return the units whose residents a finding touches: its places, or all of its grid where the whole grid lacks something."""
    if touches == "grid" and said.subject_kind == "grid":
        return tuple(units_of_grid.get(said.subject_id, ()))
    return said.places if touches == "places" else ()


def people_in(units: Iterable[str], population: pd.Series) -> float | None:
    """Return the residents of units, each unit once; None of no unit."""
    known = list(dict.fromkeys(units))
    return round(float(population.reindex(known).fillna(0.0).sum()), _DIGITS) if known else None


def units_by_grid(grid_of_unit: pd.Series) -> dict[str, list[str]]:
    """Return the units of each grid."""
    return {str(grid): list(map(str, own.index)) for grid, own in grid_of_unit.groupby(grid_of_unit) if grid != ""}
