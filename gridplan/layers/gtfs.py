"""A GTFS feed (zip or folder) becomes lines with headways: one line a route and pattern of stops, on its busiest weekday.

Five plain files are read by pandas. Of the libraries, gtfs_kit brings requests, rtree and json2html for what is a few joins here, and partridge has
had no release since 2023; neither tells which rows are wrong.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gridplan.layers.files.archives import refuse_hostile
from gridplan.layers.files.reading import Reading, tell_unreadable
from gridplan.words.errors import LayerError
from gridplan.words.text import Text

if TYPE_CHECKING:
    import geopandas as gpd

    from gridplan.travel.milliseconds import Bools, Floats

Hours = Sequence[tuple[float, float]]
_NEEDED = {
    "stops.txt": ("stop_id", "stop_name", "stop_lat", "stop_lon"),
    "routes.txt": ("route_id",),
    "trips.txt": ("trip_id", "route_id", "service_id"),
    "stop_times.txt": ("trip_id", "stop_sequence", "stop_id", "departure_time"),
}
_OPTIONAL = ("calendar.txt", "calendar_dates.txt", "frequencies.txt")
_DAY = (6.0, 21.0)
"""Hours of the day outside the peak that count as off-peak (D): most lines rest at night."""
_MOST_DAYS = 400
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")


def is_gtfs(path: Path) -> bool:
    """Whether a file or folder is a GTFS feed: a zip or a folder with stop_times.txt."""
    if path.is_dir():
        return (path / "stop_times.txt").exists()
    if path.suffix.lower() != ".zip" or not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        return any(name.split("/")[-1] == "stop_times.txt" for name in archive.namelist())


def read_gtfs(reading: Reading, peak_hours: Hours) -> gpd.GeoDataFrame | None:
    """Read a feed as calls of lines: line, order, stop, minutes, headway, period and geometry (WGS 84).

    Headways are those of the weekday with the most trips: hours of the period over the departures that a pattern of stops has in it.
    """
    try:
        refuse_hostile(reading)
        files = {name: _read(reading.path, name) for name in (*_NEEDED, *_OPTIONAL)}
    except LayerError as error:
        reading.problems.extend(error.problems)
        return None
    except Exception as error:  # whatever zipfile and pandas raise about a damaged file
        tell_unreadable(reading, error)
        return None
    if not _complete(files, reading):
        return None
    stops, times = _stops(files["stops.txt"], reading), _times(files, reading)
    trips = _running(files, reading)
    if reading.problems.errors or trips is None:
        return None
    return _lines(stops, times, trips, _departures(files, times, trips), peak_hours)


def _read(path: Path, name: str) -> pd.DataFrame:
    """Return one file of a feed as text, rows numbered as an editor shows them; empty where it is absent."""
    options: dict[str, Any] = {
        "dtype": str,
        "keep_default_na": False,
        "encoding": "utf-8-sig",
        "skipinitialspace": True,
    }
    if path.is_dir():
        frame = pd.read_csv(path / name, **options) if (path / name).exists() else pd.DataFrame()
    else:
        with zipfile.ZipFile(path) as archive:
            inside = next((one for one in archive.namelist() if one.split("/")[-1] == name), None)
            if inside is None:
                return pd.DataFrame()
            with archive.open(inside) as file:
                frame = pd.read_csv(file, **options)
    return frame.set_axis(frame.index + 2)


def _complete(files: dict[str, pd.DataFrame], reading: Reading) -> bool:
    missing = [
        f"{name}: {column}" for name, columns in _NEEDED.items() for column in columns if column not in files[name]
    ]
    if missing:
        reading.tell(
            Text(zh="GTFS 的文件和列", en="the files and columns of GTFS"),
            Text(zh="缺少 {m}", en="{m} missing").format(m=", ".join(missing)),
            Text(
                zh="换用完整的 GTFS，或写成公交表（线路、站序、站名、经纬度、分钟、间隔）。",
                en="Use a complete feed, or a table of lines and stops.",
            ),
        )
    return not missing


def _stops(stops: pd.DataFrame, reading: Reading) -> gpd.GeoDataFrame:
    import geopandas as gpd

    lon, lat = (pd.to_numeric(stops[name], errors="coerce") for name in ("stop_lon", "stop_lat"))
    bad = (~(lon.between(-180, 180) & lat.between(-90, 90))).to_numpy(bool)
    reading.of_layer("stops.txt").tell_rows(
        stops.index[bad],
        Text(zh="每站的经纬度", en="longitude and latitude of every stop"),
        Text(zh="空白，或不是度数", en="blanks, or no degrees"),
        Text(zh="补上或改正。", en="Fill them in, or correct them."),
        field="stop_lon, stop_lat",
        values=stops["stop_id"][bad],
    )
    points = gpd.points_from_xy(lon, lat)
    return gpd.GeoDataFrame({"stop": stops["stop_name"]}, geometry=points, crs=4326).set_axis(stops["stop_id"])


def _times(files: dict[str, pd.DataFrame], reading: Reading) -> pd.DataFrame:
    """Return the calls of all trips in their order with minutes after midnight; untimed stops between timed ones by even steps."""
    times, told = files["stop_times.txt"], reading.of_layer("stop_times.txt")
    order = pd.to_numeric(times["stop_sequence"], errors="coerce")
    minutes = times["departure_time"].map(_clock)
    strange = minutes.isna() & (times["departure_time"].str.strip() != "")
    lost = ~times["stop_id"].isin(files["stops.txt"]["stop_id"])
    for bad, field, found in (
        (order.isna(), "stop_sequence", Text(zh="不是数字", en="no number")),
        (strange, "departure_time", Text(zh="不是 HH:MM:SS", en="no HH:MM:SS")),
        (lost, "stop_id", Text(zh="stops.txt 中没有的站", en="stops that stops.txt does not have")),
    ):
        rows = bad.to_numpy(bool)
        told.tell_rows(
            times.index[rows],
            Text(zh="每次停靠的站、站序和时刻", en="stop, order and time of every call"),
            found,
            Text(zh="改正这些行。", en="Correct these rows."),
            field=field,
            values=times[field][rows],
        )
    calls = pd.DataFrame({"trip_id": times["trip_id"], "order": order, "stop_id": times["stop_id"], "at": minutes})
    calls = calls.sort_values(["trip_id", "order"], kind="stable")
    untimed = calls["trip_id"].isin(calls["trip_id"][calls["at"].isna()].unique())
    if untimed.any():
        filled = calls[untimed].groupby("trip_id")["at"].transform(lambda at: at.interpolate(limit_area="inside"))
        calls.loc[untimed, "at"] = filled
    return calls.dropna(subset=["at"])


def _clock(text: str) -> float:
    """Return minutes after midnight.

    >>> _clock("08:30:30"), _clock("25:00:00"), _clock("soon")
    (510.5, 1500.0, nan)
    """
    parts = text.strip().split(":")
    if len(parts) not in (2, 3) or not all(part.strip().isdigit() for part in parts):
        return np.nan
    hours, minutes, *seconds = map(int, parts)
    return hours * 60.0 + minutes + sum(seconds) / 60.0


def _running(files: dict[str, pd.DataFrame], reading: Reading) -> pd.DataFrame | None:
    """Return the trips of the weekday on which most run; all of them where the feed has no calendar."""
    trips, calendar, dates = files["trips.txt"], files["calendar.txt"], files["calendar_dates.txt"]
    if calendar.empty and dates.empty:
        return trips
    days: dict[pd.Timestamp, set[str]] = {}
    for row in calendar.to_dict("records"):
        span = pd.date_range(_day(row["start_date"]), _day(row["end_date"]))[:_MOST_DAYS]
        for day in span[span.day_of_week < 5]:
            if row[_WEEKDAYS[day.day_of_week]] == "1":
                days.setdefault(day, set()).add(row["service_id"])
    for row in dates.to_dict("records"):
        day = _day(row["date"])
        if day.day_of_week < 5:
            running = days.setdefault(day, set())
            (running.add if row["exception_type"] == "1" else running.discard)(row["service_id"])
    count = trips["service_id"].value_counts()
    busiest = max(sorted(days), key=lambda day: sum(int(count.get(one, 0)) for one in days[day]), default=None)
    found = trips.iloc[:0] if busiest is None else trips[trips["service_id"].isin(days[busiest])]
    if found.empty:
        reading.tell(
            Text(zh="至少一个有班次的工作日", en="a weekday on which trips run"),
            Text(zh="没有", en="none"),
            Text(zh="检查 calendar.txt 和 calendar_dates.txt。", en="Check calendar.txt and calendar_dates.txt."),
        )
        return None
    return found


def _day(text: str) -> pd.Timestamp:
    return pd.to_datetime(text, format="%Y%m%d")


def _departures(files: dict[str, pd.DataFrame], times: pd.DataFrame, trips: pd.DataFrame) -> pd.DataFrame:
    """Return when each trip begins: trip_id, at (minutes); one that stands for a frequency begins every so often."""
    first = times.groupby("trip_id", as_index=False)["at"].first()
    found = first[first["trip_id"].isin(trips["trip_id"])]
    often = files["frequencies.txt"]
    if often.empty:
        return found
    rows = [
        (trip, at)
        for trip, start, end, seconds in often[["trip_id", "start_time", "end_time", "headway_secs"]].itertuples(
            index=False
        )
        if trip in set(found["trip_id"])
        for at in np.arange(_clock(start), _clock(end), float(seconds) / 60.0)
    ]
    return pd.concat([found[~found["trip_id"].isin(often["trip_id"])], pd.DataFrame(rows, columns=["trip_id", "at"])])


def _lines(
    stops: gpd.GeoDataFrame, times: pd.DataFrame, trips: pd.DataFrame, departures: pd.DataFrame, peak_hours: Hours
) -> gpd.GeoDataFrame:
    """Return the calls of every pattern that runs in a period: mean minutes between stops, headway by its departures."""
    import geopandas as gpd

    calls = times[times["trip_id"].isin(trips["trip_id"])]
    pattern = calls.groupby("trip_id", sort=False)["stop_id"].agg(tuple)
    route = trips.set_index("trip_id")["route_id"]
    named = [
        f"{route[str(trip)]} {way[0]}>{way[-1]} {len(way)}" for trip, way in zip(pattern.index, pattern, strict=True)
    ]
    line_of = pd.Series(named, index=pattern.index)
    minutes = calls.groupby("trip_id")["at"].diff(-1).mul(-1).clip(lower=0)
    calls = calls.assign(minutes=minutes, way=calls["trip_id"].map(pattern), line=calls["trip_id"].map(line_of))
    calls["place"] = calls.groupby("trip_id").cumcount()
    mean = calls.groupby(["line", "way", "place"], as_index=False).agg(
        stop_id=("stop_id", "first"), minutes=("minutes", "mean")
    )
    at = departures.assign(way=departures["trip_id"].map(pattern), line=departures["trip_id"].map(line_of))
    found = []
    for period in ("off_peak", "peak"):
        inside, long = _hours_of(period, at["at"].to_numpy(float) / 60.0, peak_hours)
        headway = 60.0 * long / at[inside].groupby(["line", "way"]).size()
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
        },
        geometry=np.asarray(placed.geometry.array),
        crs=4326,
    )


def _hours_of(period: str, hour: Floats, peak_hours: Hours) -> tuple[Bools, float]:
    """Return which hours of the day lie in a period, and how many hours it has."""
    peak: Bools = np.zeros(len(hour), dtype=bool)
    for start, end in peak_hours:
        peak |= (hour >= start) & (hour < end)
    long = sum((end - start for start, end in peak_hours), 0.0)
    if period == "peak":
        return peak, long
    inside = sum(max(0.0, min(end, _DAY[1]) - max(start, _DAY[0])) for start, end in peak_hours)
    return ~peak & (hour >= _DAY[0]) & (hour < _DAY[1]), _DAY[1] - _DAY[0] - inside
