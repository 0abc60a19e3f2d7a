"""A GTFS feed (zip or folder) becomes lines with headways: one line a route and pattern of stops, on its busiest weekday.

Its plain files are read by pandas. Of the libraries, gtfs_kit brings requests, rtree and json2html for what is a few joins here, and partridge has
had no release since 2023; neither tells which rows are wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridplan.layers.files.crs import unshift
from gridplan.layers.files.reading import Reading
from gridplan.layers.gtfs_days import trips_of_the_busiest_weekday
from gridplan.layers.gtfs_files import Feed, read_feed
from gridplan.words.ledger import HELD, USED, Subject
from gridplan.words.numbers import listed
from gridplan.words.text import Text

if TYPE_CHECKING:
    import geopandas as gpd

    from gridplan.travel.milliseconds import Floats

Hours = Sequence[tuple[float, float]]
_DAY = (6.0, 21.0)
"""Hours of the day outside the peak that count as off-peak (D): most lines rest at night."""
_LOCAL = {"", "0", "1", "3", "5", "11", "12", *map(str, range(400, 406)), *map(str, range(700, 1000))}
"""Kinds of route (route_type, extended ones too) that residents ride as a bus: tram, metro, bus, cable tram, trolleybus, monorail; a blank is a bus."""
_TRIPS = Subject("bus_trips", Text(zh="GTFS 车次", en="trips of the feed"))
_ELSEWISE = Text(zh="不是市内公交（铁路、长途、轮渡等）", en="of no local transit (rail, coaches, ferries)")
_OTHER_DAY = Text(zh="不在班次最多的工作日", en="not on the weekday with the most")
_UNTIMED = Text(zh="不足两站有时刻", en="with fewer than two timed calls")
_AT_NIGHT = Text(zh="不在高峰和平峰的钟点出发", en="that leave at no hour of peak or off-peak")


def read_gtfs(reading: Reading, peak_hours: Hours) -> gpd.GeoDataFrame | None:
    """Read a feed as calls of lines: line, order, stop, minutes, headway, period, board, alight and geometry (WGS 84).

    Headways are those of the weekday with the most trips: hours of the period over the departures that a pattern of stops has in it.
    `board` and `alight` tell whether one may get on and off there. What becomes of every trip is entered in the ledger.
    """
    feed = read_feed(reading)
    if feed is None:
        return None
    trips = feed.files["trips.txt"]
    reading.enter(_TRIPS, len(trips), HELD)
    local = _local(feed, reading)
    running = trips_of_the_busiest_weekday(feed, local)
    reading.enter(_TRIPS, len(local) - len(running), _OTHER_DAY)
    _tell_days(feed, running, reading)
    times = _times(feed, running, reading)
    trips = running[running["trip_id"].isin(times["trip_id"])]
    if trips.empty:
        return None
    departures = _departures(feed, times, peak_hours)
    _account(trips, departures, reading)
    return _lines(_stops(feed, reading), times, trips, departures, peak_hours)


def _local(feed: Feed, reading: Reading) -> pd.DataFrame:
    """Return the trips that one takes as a bus; trains, coaches, ships and the like are told."""
    trips, routes = feed.files["trips.txt"], feed.files["routes.txt"]
    if "route_type" not in routes:
        return trips
    kind = trips["route_id"].map(routes.drop_duplicates("route_id").set_index("route_id")["route_type"]).fillna("")
    other = ~kind.isin(_LOCAL)
    reading.enter(_TRIPS, int(other.sum()), _ELSEWISE)
    left_out = sorted(kind[other].unique())
    if left_out:
        reading.of_layer("routes.txt").tell(
            Text(zh="市内公交（公交、电车、地铁）的线路", en="routes of local transit: bus, tram, metro"),
            Text(zh="route_type 为 {k} 的 {n} 个车次", en="{n} trips of route_type {k}").format(
                k=listed(left_out, most=5), n=int(other.sum())
            ),
            Text(
                zh="铁路、长途、轮渡等没有采用；若是公交，改正 route_type。",
                en="Trains, coaches, ships and others are left out; if these are buses, correct route_type.",
            ),
            severity="warning",
            field="route_type",
            values=left_out,
        )
    return trips[~other]


def _tell_days(feed: Feed, running: pd.DataFrame, reading: Reading) -> None:
    """Tell a feed without calendars, and one of which nothing runs on any weekday."""
    needed = Text(zh="至少一个有班次的工作日", en="a weekday on which trips run")
    if running.empty:
        remedy = Text(zh="检查 calendar.txt 和 calendar_dates.txt。", en="Check calendar.txt and calendar_dates.txt.")
        reading.tell(needed, Text(zh="没有", en="none"), remedy)
    elif feed.files["calendar.txt"].empty and feed.files["calendar_dates.txt"].empty:
        reading.tell(
            Text(
                zh="写明哪天有班次的 calendar.txt 或 calendar_dates.txt",
                en="a calendar that says on which days trips run",
            ),
            Text(zh="两者都没有", en="none"),
            Text(
                zh="所有车次按同一天计算，间隔可能偏短；补上日历。",
                en="All trips count as of one day, and headways may come out short: add a calendar.",
            ),
            severity="warning",
        )


def _stops(feed: Feed, reading: Reading) -> gpd.GeoDataFrame:
    import geopandas as gpd

    stops = feed.files["stops.txt"]
    points = gpd.points_from_xy(*(pd.to_numeric(stops[name], errors="coerce") for name in ("stop_lon", "stop_lat")))
    frame = gpd.GeoDataFrame({"stop": stops["stop_name"]}, geometry=points, crs=4326).set_axis(stops["stop_id"])
    return unshift(frame, reading.source.datum)


def _times(feed: Feed, trips: pd.DataFrame, reading: Reading) -> pd.DataFrame:
    """Return the calls of trips in their order with minutes after midnight; untimed stops between timed ones by even steps.

    Untimed calls before the first and after the last timed one, and trips with fewer than two timed calls, are told and left out.
    """
    times = feed.files["stop_times.txt"]
    told = reading.of_layer("stop_times.txt")
    nowhere = ~times["trip_id"].isin(feed.files["trips.txt"]["trip_id"])
    _leave_out(told, times[nowhere], Text(zh="trips.txt 中没有的车次", en="trips that trips.txt does not have"))
    calls = times.assign(order=pd.to_numeric(times["stop_sequence"]), at=feed.minutes, row=times.index)
    for name, column in (("board", "pickup_type"), ("alight", "drop_off_type")):
        calls[name] = times[column] != "1" if column in times else True
    calls = calls[times["trip_id"].isin(trips["trip_id"])].sort_values(["trip_id", "order"], kind="stable")
    untimed = calls["trip_id"].isin(calls["trip_id"][calls["at"].isna()].unique())
    if untimed.any():
        filled = calls[untimed].groupby("trip_id")["at"].transform(lambda at: at.interpolate(limit_area="inside"))
        calls.loc[untimed, "at"] = filled
    alone = calls.groupby("trip_id")["at"].transform("count") < 2
    open_end = calls["at"].isna()
    _leave_out(
        told, calls[open_end & ~alone], Text(zh="首末没有时刻的停靠", en="untimed calls at an end of their trip")
    )
    _leave_out(told, calls[alone], Text(zh="不足两站有时刻的车次", en="trips with fewer than two timed calls"))
    reading.enter(_TRIPS, len(trips) - calls["trip_id"][~alone].nunique(), _UNTIMED)
    calls = calls[~open_end & ~alone]
    if calls.empty and len(trips):
        reading.of_layer("stop_times.txt").tell(
            Text(zh="至少一个有两站时刻的车次", en="a trip with two timed calls"),
            Text(zh="没有", en="none"),
            Text(zh="检查 stop_times.txt 的车次和时刻。", en="Check trips and times of stop_times.txt."),
        )
    return calls[["trip_id", "order", "stop_id", "at", "board", "alight"]]


def _leave_out(told: Reading, rows: pd.DataFrame, found: Text) -> None:
    told.tell_rows(
        sorted(rows.index),
        Text(zh="有车次和时刻的停靠", en="calls of trips at their times"),
        found,
        Text(zh="没有采用；补上时刻或车次。", en="They are left out: add times, or the trips."),
        severity="warning",
        field="trip_id",
        values=rows["trip_id"],
    )


def _departures(feed: Feed, times: pd.DataFrame, peak_hours: Hours) -> pd.DataFrame:
    """Return how many buses leave for each trip in each period: one, or as many as its frequencies say; frame of trip_id, off_peak and peak."""
    first = times.groupby("trip_id", as_index=False)["at"].first()
    often = feed.files["frequencies.txt"]
    repeated = often["trip_id"].isin(first["trip_id"]).to_numpy(bool)
    once = first[~first["trip_id"].isin(often["trip_id"])]
    at = once["at"].to_numpy(float)
    span = np.concatenate([np.column_stack([at, at + 1.0, np.ones(len(at))]), feed.span[repeated]])
    trip = np.concatenate([once["trip_id"].to_numpy(object), often["trip_id"].to_numpy(object)[repeated]])
    counts = {
        period: sum((_leaving(span, 60.0 * b) - _leaving(span, 60.0 * a) for a, b in hours), np.zeros(len(span)))
        for period, hours in _hours(peak_hours).items()
    }
    return pd.DataFrame({"trip_id": trip, **counts}).groupby("trip_id", as_index=False).sum()


def _leaving(span: Floats, before: float) -> Floats:
    """Return how many buses leave before a minute of the day, of rows (n, 3) with begin, end and minutes between two: floor, not a list of them."""
    begin, end, step = span.T
    result: Floats = np.maximum(np.ceil((np.minimum(end, before) - begin) / step - 1e-9), 0.0)
    return result


def _hours(peak_hours: Hours) -> dict[str, list[tuple[float, float]]]:
    """Return the hours of each period, apart from one another: those of the peak united, and what they leave of the day.

    >>> _hours([(17, 19), (7, 9), (8, 10)])
    {'off_peak': [(6.0, 7), (10, 17), (19, 21.0)], 'peak': [(7, 10), (17, 19)]}
    """
    peak: list[tuple[float, float]] = []
    for start, end in sorted(peak_hours):
        if peak and start <= peak[-1][1]:
            peak[-1] = (peak[-1][0], max(end, peak[-1][1]))
        else:
            peak.append((start, end))
    edges = [_DAY[0], *(min(max(hour, _DAY[0]), _DAY[1]) for span in peak for hour in span), _DAY[1]]
    rest = [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if a < b]
    return {"off_peak": rest, "peak": peak}


def _account(trips: pd.DataFrame, departures: pd.DataFrame, reading: Reading) -> None:
    """Enter the trips that count and those that leave at no hour that does; tell routes of which none is left."""
    counts = departures["trip_id"][departures[["off_peak", "peak"]].sum(axis=1) > 0]
    used = trips["trip_id"].isin(counts)
    reading.enter(_TRIPS, int((~used).sum()), _AT_NIGHT)
    reading.enter(_TRIPS, int(used.sum()), USED)
    lost = sorted(set(trips["route_id"]) - set(trips["route_id"][used]))
    if lost:
        reading.of_layer("trips.txt").tell(
            Text(zh="在高峰或平峰有班次的线路", en="routes with a bus at peak or off-peak"),
            Text(zh="{r} 没有", en="none of {r}").format(r=listed(lost, most=5)),
            Text(
                zh="只在 6 到 21 点和 travel.peak_hours 之外运行，没有采用。",
                en="They run outside 6 to 21 and travel.peak_hours alone, and are left out.",
            ),
            severity="warning",
            field="route_id",
            values=lost,
        )


def _lines(
    stops: gpd.GeoDataFrame, calls: pd.DataFrame, trips: pd.DataFrame, departures: pd.DataFrame, peak_hours: Hours
) -> gpd.GeoDataFrame:
    """Return the calls of every pattern that runs in a period: mean minutes between stops, headway by its departures."""
    import geopandas as gpd

    pattern = calls.groupby("trip_id", sort=False)["stop_id"].agg(tuple)
    route = trips.set_index("trip_id")["route_id"]
    named = [
        f"{route[str(trip)]} {way[0]}>{way[-1]} {len(way)}" for trip, way in zip(pattern.index, pattern, strict=True)
    ]
    line_of = pd.Series(named, index=pattern.index)
    minutes = calls.groupby("trip_id")["at"].diff(-1).mul(-1)
    calls = calls.assign(minutes=minutes, way=calls["trip_id"].map(pattern), line=calls["trip_id"].map(line_of))
    calls["place"] = calls.groupby("trip_id").cumcount()
    mean = calls.groupby(["line", "way", "place"], as_index=False).agg(
        stop_id=("stop_id", "first"), minutes=("minutes", "mean"), board=("board", "max"), alight=("alight", "max")
    )
    leaving = departures.assign(way=departures["trip_id"].map(pattern), line=departures["trip_id"].map(line_of))
    found = []
    for period, hours in _hours(peak_hours).items():
        buses = leaving.groupby(["line", "way"])[period].sum()
        headway = 60.0 * sum(end - start for start, end in hours) / buses[buses > 0]
        merged = mean.merge(headway.rename("headway").reset_index(), on=["line", "way"])
        found.append(merged.assign(period=period))
    table = pd.concat(found, ignore_index=True)
    numbered = table.groupby("line")["way"].transform(lambda way: pd.factorize(way)[0])
    table["line"] = table["line"].where(numbered == 0, table["line"] + " #" + (numbered + 1).astype(str))
    placed = stops.loc[table["stop_id"]]
    return gpd.GeoDataFrame(
        {
            "line": table["line"].to_numpy(object),
            "order": table["place"].to_numpy(float),
            "stop": placed["stop"].to_numpy(object),
            "minutes": table["minutes"].to_numpy(float),
            "headway": table["headway"].to_numpy(float),
            "period": table["period"].to_numpy(object),
            "board": table["board"].to_numpy(bool),
            "alight": table["alight"].to_numpy(bool),
        },
        geometry=np.asarray(placed.geometry.array),
        crs=4326,
    )
