"""Measured trips by car: from where to where, in how many minutes, when."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridplan.case.case import Case
from gridplan.layers.files.columns import TIME_HEADERS, Column, Picked, map_values, pick_columns, read_numbers
from gridplan.layers.files.tables import read_table
from gridplan.layers.files.vectors import points_of_table
from gridplan.words.problems import Problems
from gridplan.words.text import Text
from gridplan.words.vocabulary import PERIODS

if TYPE_CHECKING:
    import geopandas as gpd


def _column(name: str, zh: str, en: str, *headers: str, required: bool = True) -> Column:
    return Column(name, Text(zh=zh, en=en), (zh, *headers), required=required)


TRIP_COLUMNS = (
    _column("from_lon", "起点经度", "longitude of the start", "origin_lng", "origin_lon", "start_lon", "from_lng"),
    _column("from_lat", "起点纬度", "latitude of the start", "origin_lat", "start_lat"),
    _column("to_lon", "终点经度", "longitude of the end", "destination_lng", "destination_lon", "end_lon", "to_lng"),
    _column("to_lat", "终点纬度", "latitude of the end", "destination_lat", "end_lat"),
    Column("minutes", Text(zh="分钟", en="minutes"), TIME_HEADERS, required=True),
    _column("hour", "出发时刻", "hour of the day", "时刻", "钟点", "departure", "depart", "start_time", required=False),
    _column("period", "时段", "period, peak or off-peak", required=False),
)
_CLOCK = re.compile(r"(?:^|[\sT])(\d{1,2})[:：时](\d{1,2})?")
_HOUR = re.compile(r"\d{1,2}(?:\.\d+)?")


def read_trips(case: Case, crs: str, problems: Problems) -> tuple[gpd.GeoSeries, gpd.GeoSeries, pd.DataFrame] | None:
    """Read the case's measured trips.

    Returns where they begin and where they end, in `crs`, and a table: minutes, period (a key of `PERIODS`); all on the row numbers
    of the file. None, with the reason in `problems`, if they cannot be used.
    """
    source = case.layers.trips
    if source is None:
        problems.tell(
            ("实测行程表（layers.trips）", "a table of measured trips (layers.trips)"),
            ("没有写", "none"),
            (
                '写 [layers.trips] path = "行程.csv"；各列：起点经度、起点纬度、终点经度、终点纬度、分钟、出发时刻。',
                'Write [layers.trips] path = "trips.csv", with from_lon, from_lat, to_lon, to_lat, minutes and hour.',
            ),
            file="case.toml",
            field="layers.trips",
        )
        return None
    opened = read_table(case, source, problems)
    if opened is None:
        return None
    picked = pick_columns(opened.frame, opened.reading, TRIP_COLUMNS)
    ends = [_points(picked, end, crs) for end in ("from", "to")]
    minutes = read_numbers(picked, "minutes", minimum=0, minutes=True)
    period = _periods(picked, case)
    if ends[0] is None or ends[1] is None or "minutes" not in picked:
        return None
    return ends[0], ends[1], pd.DataFrame({"minutes": minutes, "period": period})


def _points(picked: Picked, end: str, crs: str) -> gpd.GeoSeries | None:
    """Return where trips begin or end."""
    if not {f"{end}_lon", f"{end}_lat"} <= set(picked.headers):
        return None
    mapped = {name: picked.header(f"{end}_{name}") for name in ("lon", "lat")}
    table = picked.frame[[f"{end}_lon", f"{end}_lat"]].set_axis(list(mapped.values()), axis="columns")
    source = picked.reading.source.model_copy(update={"columns": mapped})
    located = points_of_table(table, replace(picked.reading, source=source))
    return None if located is None else located.frame.geometry.to_crs(crs)


def _periods(picked: Picked, case: Case) -> pd.Series:
    """Return the period of each trip: as the table says, else by its hour; off-peak where it says neither."""
    stated = map_values(picked, "period", find=PERIODS.find, choices=PERIODS.choices)
    hours = picked.frame["hour"].map(_hour) if "hour" in picked else pd.Series(np.nan, index=picked.index)
    if "hour" in picked:
        strange = hours.isna() & (picked.frame["hour"].map(str).str.strip() != "")
        picked.reading.tell_rows(
            picked.index[strange.to_numpy(bool)],
            Text(zh="一天中的时刻，如 8 或 08:15", en="hours of the day, such as 8 or 08:15"),
            Text(zh="其他写法", en="something else"),
            Text(zh="改正这些时刻，或改用时段列。", en="Correct them, or use a column period."),
            field=picked.header("hour"),
            values=picked.frame["hour"][strange],
        )
    at_peak = np.any([(hours >= start) & (hours < end) for start, end in case.travel.peak_hours], axis=0)
    by_hour = pd.Series(np.where(at_peak, "peak", "off_peak"), index=picked.index)
    return stated.where(stated.notna() & (stated != ""), by_hour)


def _hour(text: object) -> float:
    """Return the hour of the day, NaN where a text tells none.

    >>> _hour("8"), _hour("08:15"), _hour("2026-03-02 17:30"), _hour("早上")
    (8.0, 8.25, 17.5, nan)
    """
    said = str(text).strip()
    clock = _CLOCK.search(said)
    hour = int(clock[1]) + int(clock[2] or 0) / 60.0 if clock else float(said) if _HOUR.fullmatch(said) else np.nan
    return hour if hour <= 24.0 else np.nan
