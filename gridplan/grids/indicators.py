"""Monitoring indicators (M-01 to M-20): values of what was observed, against the period before and against the target."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

import pandas as pd

from gridplan.case.sections import Place
from gridplan.grids.periods import years_in
from gridplan.layers.layers import Layers
from gridplan.layers.records.indicator_list import Indicator
from gridplan.solver.assignment import Assignment
from gridplan.words.vocabulary import AREA_KINDS

_WHOLE_PLACE = ("plan", "全市", "全县", "全域", "合计")


@dataclass(frozen=True)
class Area:
    """What an observation is about: its kind (a key of `AREA_KINDS`), its id and its name."""

    kind: str
    id: str
    name: str


def known_areas(layers: Layers, assignment: Assignment, place: Place) -> dict[str, Area]:
    """Return the areas by everything they may be called: the place, a grid by its id or its lead, a district by code or name."""
    facilities, units = layers.facilities, layers.units
    districts = units[units["district_id"] != ""].drop_duplicates("district_id").sort_values("district_id")
    areas: dict[str, Area] = {}
    for code, name in zip(districts["district_id"], districts["district"], strict=True):
        areas |= dict.fromkeys((str(name), str(code)), Area("district", str(code), str(name) or str(code)))
    for grid_id, lead in assignment.lead_of_grid.items():
        name = str(facilities["name"].get(lead, lead))
        areas |= dict.fromkeys((name, str(lead), str(grid_id)), Area("grid", str(grid_id), name))
    whole = Area("plan", "", place.name)
    return areas | dict.fromkeys((*_WHOLE_PLACE, place.name, *filter(None, (place.name_en,))), whole)


def evaluate_indicators(
    observations: pd.DataFrame, indicators: Mapping[str, Indicator], areas: Mapping[str, Area]
) -> pd.DataFrame:
    """Return the value of every observation, its change since the period before and how it stands to its target.

    Parameters
    ----------
    observations : area, period, indicator, numerator, denominator (NaN where none); one row an area, period and indicator.
    indicators : by id (see `indicator_list`); every observed one among them.
    areas : what the names of areas mean (see `known_areas`); others keep their name and are of kind "other".

    Returns
    -------
    One row an observation, by kind of area, area, indicator and period: area_kind, area_id, area, indicator, period, numerator,
    denominator, value, yearly (what a count comes to in a year, None where the period does not say how long it is), previous,
    change (value - previous; of counts the difference of their yearly rates where the periods differ in length), trend ("better", "worse", "same", "" without a period before or a
    direction, or where periods of unlike length cannot be compared), target, reached ("met", "violated", "" without a target). Values are exact fractions or None: a share needs a
    denominator above 0; growth without one is measured against the numerator of the period before.
    """
    series: dict[tuple[Area, str], list[tuple[str, Fraction | None, Fraction | None]]] = {}
    for name, period, indicator_id, top, bottom in observations[list(_OBSERVED)].itertuples(index=False):
        area = areas.get(name, Area("other", "", name))
        series.setdefault((area, indicator_id), []).append((period, _exact(top), _exact(bottom)))
    kinds = list(AREA_KINDS)
    ordered = sorted(series, key=lambda key: (kinds.index(key[0].kind), key[0].id, key[0].name, key[1]))
    rows = [
        {"area_kind": area.kind, "area_id": area.id, "area": area.name, "indicator": indicator_id, **row}
        for area, indicator_id in ordered
        for row in _through_time(indicators[indicator_id], series[area, indicator_id])
    ]
    return pd.DataFrame(rows, columns=_COLUMNS, dtype=object)


def _through_time(
    indicator: Indicator, seen: list[tuple[str, Fraction | None, Fraction | None]]
) -> Iterator[dict[str, object]]:
    """Yield one indicator of one area, period by period."""
    previous: Fraction | None = None
    numerator: Fraction | None = None
    before = ""
    for period, top, bottom in sorted(seen, key=lambda row: _in_time(row[0])):
        base = _as_long(numerator, before, period)
        value = _value(indicator, top, bottom, base)
        last = _as_long(previous, before, period) if indicator.measure == "count" else previous
        change = value - last if value is not None and last is not None else None
        yield {
            "period": period,
            "numerator": top,
            "denominator": bottom,
            "value": value,
            "yearly": _a_year(value, period) if indicator.measure == "count" else None,
            "previous": previous,
            "change": change,
            "trend": _trend(indicator, change),
            "target": indicator.target,
            "reached": _reached(indicator, value),
        }
        previous, numerator, before = value, top, period


def _as_long(count: Fraction | None, before: str, period: str) -> Fraction | None:
    """Return what a count of the period before would be in one as long as this; None where nobody can tell.

    Periods of which neither says how long it is are taken to be alike.
    """
    if count is None:
        return None
    first, second = years_in(before), years_in(period)
    if first is None and second is None:
        return count
    return count / first * second if first and second else None


def _a_year(count: Fraction | None, period: str) -> Fraction | None:
    years = years_in(period)
    return count / years if count is not None and years else None


_OBSERVED = ("area", "period", "indicator", "numerator", "denominator")
_COLUMNS = [
    "area_kind", "area_id", "area", "indicator", "period", "numerator", "denominator", "value", "yearly", "previous", "change", "trend", "target", "reached",
]  # fmt: skip


def _in_time(period: str) -> tuple[tuple[int, ...], str]:
    """Return a key that sorts 2023, 2024-9 and 2024-10 as they follow each other."""
    return tuple(int(number) for number in re.findall(r"\d+", period)), period


def _exact(number: float) -> Fraction | None:
    return Fraction(repr(float(number))) if number == number else None


def _value(
    indicator: Indicator, top: Fraction | None, bottom: Fraction | None, before: Fraction | None
) -> Fraction | None:
    if top is None:
        return None
    if indicator.measure == "growth":
        base = bottom if bottom is not None else before
        return top / base - 1 if base else None
    if indicator.divides:
        return top / bottom if bottom else None
    return top


def _trend(indicator: Indicator, change: Fraction | None) -> str:
    if change is None or indicator.better not in ("up", "down"):
        return ""
    if not change:
        return "same"
    return "better" if (change > 0) == (indicator.better == "up") else "worse"


def _reached(indicator: Indicator, value: Fraction | None) -> str:
    if value is None or indicator.target is None or indicator.better not in ("up", "down"):
        return ""
    good = value >= indicator.target if indicator.better == "up" else value <= indicator.target
    return "met" if good else "violated"


def shown_value(indicator: Indicator, value: Fraction | None) -> str:
    """Return a value as people read it: 71.0%, 1.164, 13,208, 91.85; "" where there is none.

    >>> from gridplan.layers.records.indicator_list import bundled_indicators
    >>> shown_value(bundled_indicators()["M-17"], Fraction(535, 754))
    '71.0%'
    """
    if value is None:
        return ""
    if indicator.measure in ("share", "growth"):
        return f"{float(value):.1%}"
    digits = 3 if indicator.measure == "ratio" else 2
    return f"{float(value):,.{digits}f}".rstrip("0").rstrip(".")
