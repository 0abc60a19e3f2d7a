"""Buses as frequencies: lines with their stops, minutes between them and headways, from a plain table or a GTFS feed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from gridplan.case.case import Case
from gridplan.layers.files.columns import (
    Column,
    Picked,
    map_values,
    pick_columns,
    read_numbers,
    require_text,
)
from gridplan.layers.files.reading import Reading, open_source
from gridplan.layers.files.tables import open_table
from gridplan.layers.files.typed import parse_number
from gridplan.layers.files.vectors import points_of_table
from gridplan.layers.gtfs import read_gtfs
from gridplan.layers.gtfs_files import is_gtfs
from gridplan.words.ledger import HELD, USED, Subject
from gridplan.words.numbers import listed
from gridplan.words.problems import Problems
from gridplan.words.text import Text
from gridplan.words.vocabulary import PERIODS

if TYPE_CHECKING:
    import geopandas as gpd

BUS_COLUMNS = (
    Column(
        "line",
        Text(zh="线路", en="line"),
        ("线路名称", "线路名", "公交线路", "路线", "route", "route_short_name"),
        True,
    ),
    Column(
        "order", Text(zh="站序", en="order of the stop"), ("序号", "顺序", "seq", "sequence", "stop_sequence"), True
    ),
    Column("stop", Text(zh="站名", en="stop"), ("站点", "站点名称", "车站", "stop_name", "station"), True),
    Column(
        "minutes",
        Text(zh="到下一站分钟", en="minutes to the next stop"),
        ("行驶分钟", "站间分钟", "minutes_to_next", "ride_min", "minutes to next stop"),
        True,
    ),
    Column(
        "headway",
        Text(zh="发车间隔", en="headway"),
        ("间隔", "班次间隔", "发车间隔分钟", "headway_min", "interval"),
        True,
    ),
    Column("period", Text(zh="时段", en="period, peak or off-peak")),
)
GTFS_SIGNS = ("trip_id", "stop_id", "stop_sequence", "departure_time")
"""Headers by which a feed is known among the files of a folder."""
_STOPS = Subject("bus_stops", Text(zh="公交停靠", en="calls of buses"))
_OTHER_PERIOD = Text(zh="属于另一时段", en="of the other period")
_REPLACED = Text(zh="线路另有本时段的行", en="of lines that have rows of the period")
_FASTEST_KMH, _SLOWEST_KMH, _NEAR_M = 120.0, 1.0, 100.0
"""Between stops no bus is faster, or so slow (D), over the straight line; nearer stops say nothing of speed."""


def read_buses(case: Case, crs: str, problems: Problems) -> gpd.GeoDataFrame | None:
    """Read the buses of a case in the period of its minutes: one row a call of a line at a stop, in order.

    Returns line, order, stop, minutes (to the next stop; NaN at the last), headway, board and alight (whether one may) and geometry in `crs`, on the row numbers of the file;
    None where the case has none, or with the reason in the problems.
    """
    source = case.layers.buses
    if source is None:
        return None
    reading = open_source(case, source, problems)
    errors = len(problems.errors)
    if is_gtfs(reading.path):
        headers: dict[str, str] = {}
        calls = read_gtfs(reading, case.travel.peak_hours)
    else:
        calls, headers = _read_table(reading)
    if case.travel.source != "roads":
        _tell_unused(reading)
    if calls is None or not crs or len(problems.errors) > errors:
        return None
    reading.enter(_STOPS, len(calls), HELD)
    chosen = _in_period(calls, case.travel.period, reading, headers.get("period", "period"))
    reading.enter(_STOPS, len(chosen), USED)
    chosen = chosen.sort_values(["line", "order"], kind="stable").to_crs(crs)
    _tell_speeds(chosen, reading, headers.get("minutes", "minutes"))
    _tell_one_way(chosen, reading, headers.get("line", "line"))
    return chosen


def _in_period(calls: gpd.GeoDataFrame, period: str, reading: Reading, field: str) -> gpd.GeoDataFrame:
    """Return the calls of a period: of a line that has rows of it only these, else those without a period."""
    here = calls["period"] == period
    plain = calls["period"] == ""
    replaced = plain & calls["line"].isin(calls["line"][here])
    reading.enter(_STOPS, int((~here & ~plain).sum()), _OTHER_PERIOD)
    reading.enter(_STOPS, int(replaced.sum()), _REPLACED)
    reading.tell_rows(
        calls.index[replaced],
        Text(zh="每条线路在一个时段只写一遍", en="each line once a period"),
        Text(zh="这条线路另有写明本时段的行", en="a line that has rows of the period beside these"),
        Text(
            zh="按写明时段的行计算，这些行不用；若是另一条线路，改线路名。",
            en="Its rows of the period count, these do not: give another line another name.",
        ),
        severity="warning",
        field=field,
        values=calls["line"][replaced],
    )
    return calls[here | (plain & ~replaced)]


def _tell_unused(reading: Reading) -> None:
    reading.tell(
        Text(
            zh='travel.source = "roads"：公交要从道路上步行去乘',
            en='travel.source = "roads": one walks to buses along roads',
        ),
        Text(zh="出行时间不按道路计算", en="minutes that are not those of roads"),
        Text(
            zh="公交未采用；给出道路图层，或删去 [layers.buses]。",
            en="Buses are not used: give a road layer, or remove [layers.buses].",
        ),
        severity="warning",
    )


def _read_table(reading: Reading) -> tuple[gpd.GeoDataFrame | None, dict[str, str]]:
    """Return the calls of a table, and its own headers by our names."""
    opened = open_table(reading)
    if opened is None:
        return None, {}
    reading = opened.reading
    picked = pick_columns(opened.frame, reading, BUS_COLUMNS)
    located = points_of_table(opened.frame, reading)
    if located is None or not all(column.name in picked for column in BUS_COLUMNS if column.required):
        return None, {}
    period = map_values(picked, "period", find=PERIODS.find, choices=PERIODS.choices)
    calls = located.frame[["geometry"]].assign(
        line=require_text(picked, "line", BUS_COLUMNS[0].label),
        order=read_numbers(picked, "order", minimum=0, required=BUS_COLUMNS[1].label),
        stop=require_text(picked, "stop", BUS_COLUMNS[2].label),
        minutes=read_numbers(picked, "minutes", minimum=0, minutes=True),
        headway=read_numbers(picked, "headway", minimum=0, minutes=True),
        period=period.where(period.notna(), ""),
        board=True,
        alight=True,
    )
    _tell_rows(calls, picked)
    headway = calls.groupby(["line", "period"], sort=False)["headway"].transform("first")
    return calls.assign(headway=headway), dict(picked.headers)


def _tell_rows(calls: pd.DataFrame, picked: Picked) -> None:
    """Tell stops out of order, ways without minutes, lines without a headway or with several, and lines of one stop."""
    key = ["line", "period"]
    grouped = calls.sort_values("order", kind="stable").groupby(key, sort=False)
    last = calls.index.isin(grouped.tail(1).index)
    named = calls["line"] != ""
    headways = calls.groupby(key)["headway"]
    blank = {name: picked.frame[name].map(_says_nothing).astype(bool) for name in ("minutes", "headway")}
    none_stated = blank["headway"].groupby([calls["line"], calls["period"]]).transform("all")
    for bad, field, (needed, found, remedy) in (
        (calls.duplicated([*key, "order"], keep=False) & calls["order"].notna(), "order", _TWICE),
        (blank["minutes"] & ~last, "minutes", _NO_MINUTES),
        (none_stated, "headway", _NO_HEADWAY),
        ((headways.transform("nunique") > 1) | (calls["headway"] == 0), "headway", _HEADWAYS),
        (headways.transform("size") == 1, "line", _ONE_STOP),
    ):
        rows = (bad & named).to_numpy(bool)
        values = calls[field][rows].map(lambda value: value if isinstance(value, str) else f"{value:g}")
        picked.reading.tell_rows(
            calls.index[rows],
            needed,
            found,
            remedy,
            field=picked.header(field),
            values=[v for v in values if v != "nan"],
        )


def _says_nothing(value: object) -> bool:
    """Tell whether a cell is empty or holds a sign for "no data"; what is no number at all is told elsewhere."""
    number = parse_number(value)
    return number.value != number.value and not number.wrong


def _tell_speeds(calls: gpd.GeoDataFrame, reading: Reading, field: str) -> None:
    """Tell stops that no bus reaches in its minutes, or that one would walk to faster: a wrong place or a wrong unit."""
    places = np.asarray(calls.geometry.array)
    metres = np.append(shapely.distance(places[:-1], places[1:]), np.nan)
    same = (calls["line"] == calls["line"].shift(-1)).to_numpy(bool)
    minutes = calls["minutes"].to_numpy(float)
    kmh = np.divide(metres * 0.06, minutes, out=np.full(len(calls), np.inf), where=minutes > 0)
    odd = same & (metres > _NEAR_M) & ((kmh > _FASTEST_KMH) | (kmh < _SLOWEST_KMH))
    reading.tell_rows(
        sorted(calls.index[odd]),
        Text(zh="公交车走得到的站间时间", en="minutes in which a bus gets to the next stop"),
        Text(
            zh="直线速度超过 120 或不到 1 公里/小时",
            en="faster than 120 km/h, or slower than 1, over the straight line",
        ),
        Text(zh="核对站点坐标和分钟数。", en="Check where the stops are, and the minutes."),
        severity="warning",
        field=field,
        values=calls["stop"][odd],
    )


def _tell_one_way(calls: gpd.GeoDataFrame, reading: Reading, field: str) -> None:
    """Tell lines that nobody can take back: no line leads from their last stop to their first."""
    ends = calls.groupby("line", sort=False)["stop"].agg(["first", "last"])
    lines_at = calls.groupby("stop")["line"].agg(set)
    order = calls.groupby(["line", "stop"])["order"]
    first, last = order.min(), order.max()

    def returns(here: str, there: str) -> bool:
        return any(first[line, here] < last[line, there] for line in lines_at[here] & lines_at[there])

    alone = [str(line) for line, end in ends.iterrows() if not returns(str(end["last"]), str(end["first"]))]
    if alone:
        reading.tell(
            Text(zh="每条线路的往返两个方向", en="both directions of every line"),
            Text(zh="{n} 只有一个方向", en="one direction only of {n}").format(n=listed(alone, most=5)),
            Text(
                zh="线路只按所写的方向行驶；返程另写一条线路（如“1路下行”）。",
                en='Buses run as listed: write the way back as a line of its own ("1 back").',
            ),
            severity="warning",
            field=field,
            values=alone,
        )


_TWICE = (
    Text(zh="同一线路各站站序不同", en="a different order for each stop of a line"),
    Text(zh="重复的站序", en="the same one twice"),
    Text(zh="改正站序；返程写成另一条线路。", en="Correct them; write the way back as a line of its own."),
)
_NO_MINUTES = (
    Text(zh="每站（终点站除外）到下一站的分钟数", en="minutes to the next stop, but for the last of a line"),
    Text(zh="空白", en="blanks"),
    Text(zh="补上分钟数。", en="Fill them in."),
)
_NO_HEADWAY = (
    Text(zh="每条线路的发车间隔", en="a headway for every line"),
    Text(zh="没有写", en="none"),
    Text(
        zh="至少在线路的一行写上几分钟一班。", en="Write in one row of the line how many minutes lie between two buses."
    ),
)
_HEADWAYS = (
    Text(zh="一条线路（一个时段）一个大于 0 的发车间隔", en="one headway above 0 a line and period"),
    Text(zh="几个不同的，或 0", en="several, or 0"),
    Text(
        zh="改成一致；高峰和平峰不同时，加时段列分行写。",
        en="Make them one; where peak differs, write its rows with a period.",
    ),
)
_ONE_STOP = (
    Text(zh="至少两站的线路", en="lines of two stops or more"),
    Text(zh="只有一站的线路", en="lines of one"),
    Text(zh="补上其余各站，或删去这条线路。", en="Add the other stops, or remove the line."),
)
