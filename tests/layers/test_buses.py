"""Buses from a plain table and from GTFS: lines, minutes and headways, and every bad row told."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import geopandas as gpd
import pytest

from gridplan.case.case import read_case
from gridplan.layers.buses import read_buses
from gridplan.words.problems import Problems
from tests import board

HEADER = "线路,站序,站名,经度,纬度,到下一站分钟,发车间隔,时段\n"


def buses_of(folder: Path, table: str, *, more: str = "", name: str = "buses.csv"):
    """What is read of buses, and what is told; coordinates are metres of the board."""
    case = board.write_board(folder)
    if table:
        (folder / name).write_text(table, encoding="utf-8")
    text = case.read_text(encoding="utf-8").replace("[travel]", more + "[travel]")
    crs = 'crs = "EPSG:4549"\n' if table else ""
    case.write_text(f'{text}\n[layers.buses]\npath = "{name}"\n{crs}', encoding="utf-8")
    problems = Problems()
    return read_buses(read_case(case), board.CRS, problems), problems


def stop(line: str, order: str, unit: str, minutes: str, headway: str = "", period: str = "") -> str:
    x, y = board.centre(unit)
    return f"{line},{order},{unit}站,{x},{y},{minutes},{headway},{period}\n"


BACK = stop("1路回", "1", "u05", "6", "10") + stop("1路回", "2", "u00", "")


def test_lines_are_read_in_their_order_and_in_the_period_of_the_plan(tmp_path: Path) -> None:
    """Rows out of order; one headway for a line; at peak line 2 runs every 5 minutes, which an off-peak plan leaves out."""
    table = HEADER + stop("1路", "2", "u02", "6") + stop("1路", "1", "u00", "4", "10") + stop("1路", "3", "u05", "")
    table += BACK + stop("2路", "1", "u00", "9", "20", "平峰") + stop("2路", "2", "u30", "", "", "平峰")
    table += stop("2路", "1", "u00", "12", "5", "高峰") + stop("2路", "2", "u30", "", "", "高峰")
    calls, problems = buses_of(tmp_path, table)
    assert not problems.errors
    assert calls["line"].tolist() == ["1路", "1路", "1路", "1路回", "1路回", "2路", "2路"]
    assert calls["stop"].tolist()[:3] == ["u00站", "u02站", "u05站"]
    assert calls["minutes"].tolist()[:2] == [4.0, 6.0]
    assert calls["headway"].tolist() == [10.0] * 5 + [20.0] * 2
    assert [(calls.geometry.iloc[0].x, calls.geometry.iloc[0].y)] == [board.centre("u00")]
    told = {entry.fate.en: entry.amount for entry in problems.ledger}
    assert told == {"in the layer": 9.0, "of the other period": 2.0, "used": 7.0}
    at_peak, _ = buses_of(tmp_path / "peak", table.replace("高峰", "peak"), more="")
    assert at_peak["headway"].tolist()[-1] == 20.0


def test_lines_without_a_way_back_are_told_and_loops_are_not(tmp_path: Path) -> None:
    loop = "".join(stop("环线", str(i), unit, "5", "10") for i, unit in enumerate(("u00", "u02", "u22", "u00")))
    table = HEADER + loop + stop("1路", "1", "u00", "9", "10") + stop("1路", "2", "u30", "")
    _, problems = buses_of(tmp_path, table)
    assert [(p.severity, p.field, p.values) for p in problems] == [("warning", "线路", ("1路",))]


def test_every_bad_row_is_told_with_its_field(tmp_path: Path) -> None:
    table = HEADER + BACK
    table += stop("A", "1", "u00", "", "10") + stop("A", "2", "u01", "5") + stop("A", "2", "u02", "")
    table += stop("B", "1", "u00", "5") + stop("B", "2", "u01", "")
    table += stop("C", "1", "u00", "five", "10") + stop("C", "2", "u01", "", "15")
    table += stop("D", "1", "u00", "", "10")
    table += "E,1,e,,,5,10,\n" + stop("", "2", "u01", "")
    table += stop("F", "1", "u00", "-4", "10") + stop("F", "2", "u01", "", "0", "noon")
    _, problems = buses_of(tmp_path, table)
    told = {(p.field, p.rows) for p in problems.errors}
    assert told >= {
        ("到下一站分钟", (4,)),
        ("站序", (5, 6)),
        ("发车间隔", (7, 8)),
        ("到下一站分钟", (9,)),
        ("发车间隔", (9, 10, 14, 15)),
        ("线路", (11, 12)),
        ("经度, 纬度", (12,)),
        ("线路", (13,)),
        ("到下一站分钟", (14,)),
        ("时段", (15,)),
    }


def test_missing_columns_and_seconds_for_minutes(tmp_path: Path) -> None:
    _, problems = buses_of(tmp_path / "a", "线路,站名,经度,纬度\n1,a,500500,3900500\n")
    assert {p.field for p in problems.errors} == {"order", "minutes", "headway"}
    far = HEADER + stop("1路", "1", "u00", "0.5", "10") + stop("1路", "2", "u05", "") + BACK
    _, problems = buses_of(tmp_path / "b", far)
    assert [(p.severity, p.field, p.rows) for p in problems] == [("warning", "到下一站分钟", (2,))]


@pytest.mark.parametrize("sign", ["-", "无", "nan", "—"])
def test_signs_for_no_data_are_blanks(tmp_path: Path, sign: str) -> None:
    """A way without minutes and a line without a headway are told however the planner writes that there is none."""
    table = HEADER + stop("1路", "1", "u00", sign, sign) + stop("1路", "2", "u05", sign) + BACK
    calls, problems = buses_of(tmp_path, table)
    assert calls is None
    assert {(p.field, p.rows) for p in problems.errors} == {("到下一站分钟", (2,)), ("发车间隔", (2, 3))}


def test_rows_of_the_period_replace_those_without_one(tmp_path: Path) -> None:
    """Line 1 has plain rows and rows of off-peak: these count, those are told; line 2 has plain rows and rows of the peak: the plain ones count."""
    table = HEADER + stop("1路", "1", "u00", "4", "30") + stop("1路", "2", "u02", "6") + stop("1路", "3", "u05", "")
    table += stop("1路", "1", "u00", "5", "10", "平峰") + stop("1路", "2", "u05", "", "", "平峰")
    table += stop("2路", "1", "u05", "9", "20") + stop("2路", "2", "u00", "")
    table += stop("2路", "1", "u05", "9", "5", "高峰") + stop("2路", "2", "u00", "", "", "高峰")
    calls, problems = buses_of(tmp_path, table)
    assert calls[["line", "order", "headway"]].to_numpy().tolist() == [
        ["1路", 1, 10],
        ["1路", 2, 10],
        ["2路", 1, 20],
        ["2路", 2, 20],
    ]
    assert [(p.severity, p.field, p.rows) for p in problems] == [("warning", "时段", (2, 3, 4))]
    told = {entry.fate.en: entry.amount for entry in problems.ledger}
    assert told["of lines that have rows of the period"] == 3.0


GTFS = {
    "stops.txt": "stop_id,stop_name,stop_lat,stop_lon\na,甲,30.50,114.30\nb,乙,30.52,114.30\nc,丙,30.54,114.30\n",
    "routes.txt": "route_id,route_short_name,route_type\nr1,1,3\n",
    "calendar.txt": (
        "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
        "week,1,1,1,1,1,0,0,20260105,20260116\nend,0,0,0,0,0,1,1,20260105,20260116\n"
    ),
    "trips.txt": "route_id,service_id,trip_id,direction_id\nr1,week,f,0\nr1,week,p1,1\nr1,week,p2,1\nr1,end,x,0\n",
    "stop_times.txt": (
        "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
        "f,10:00:00,10:00:00,a,1\nf,,,b,2\nf,10:10:00,10:10:00,c,5\n"
        "p1,08:00:00,08:00:00,c,1\np1,08:12:00,08:12:00,a,2\np2,08:30:00,08:30:00,c,1\np2,08:44:00,08:44:00,a,2\n"
        "x,10:00:00,10:00:00,a,1\nx,10:01:00,10:01:00,c,2\n"
    ),
    "frequencies.txt": "trip_id,start_time,end_time,headway_secs\nf,07:00:00,09:00:00,600\nf,09:00:00,16:00:00,1800\n",
}


def feed(folder: Path, *, zipped: bool = True, **changed: str) -> None:
    files = {**GTFS, **{f"{name}.txt": text for name, text in changed.items()}}
    folder.mkdir(parents=True, exist_ok=True)
    if zipped:
        with zipfile.ZipFile(folder / "gtfs.zip", "w") as archive:
            for name, text in files.items():
                archive.writestr(f"feed/{name}", text)
    else:
        (folder / "gtfs.zip").mkdir()
        for name, text in files.items():
            (folder / "gtfs.zip" / name).write_text(text, encoding="utf-8-sig")


@pytest.mark.parametrize("zipped", [True, False])
def test_gtfs_becomes_lines_with_headways_of_a_weekday(tmp_path: Path, zipped: bool) -> None:
    """Off-peak (6 to 21 but for 4 hours of peak: 11 hours) 14 half-hourly buses: 660 / 14 minutes; at peak 12 in 4 hours of it.

    The untimed stop lies half way. Two trips back, at peak: one every two hours, 12 and 14 minutes long. The Sunday trip does not count.
    """
    feed(tmp_path, zipped=zipped)
    calls, problems = buses_of(tmp_path, "", name="gtfs.zip")
    assert not problems.errors
    assert calls["stop"].tolist() == ["甲", "乙", "丙"]
    assert calls["minutes"].tolist()[:2] == [5.0, 5.0]
    assert calls["headway"].tolist() == pytest.approx([660 / 14] * 3)
    case = read_case(tmp_path / "case.toml").changed(travel={"period": "peak"})
    peak = read_buses(case, board.CRS, Problems())
    assert isinstance(peak, gpd.GeoDataFrame)
    assert peak["stop"].tolist() == ["甲", "乙", "丙", "丙", "甲"]
    assert peak["headway"].tolist() == pytest.approx([240 / 12] * 3 + [120.0] * 2)
    assert peak["minutes"].tolist()[3] == pytest.approx(13.0)


def test_gtfs_with_bad_rows_or_without_files_is_told(tmp_path: Path) -> None:
    feed(tmp_path / "a", stops="stop_id,stop_name,stop_lat,stop_lon\na,甲,30.50,114.30\nb,乙,,114.30\n")
    _, problems = buses_of(tmp_path / "a", "", name="gtfs.zip")
    assert {(p.layer, p.field, p.rows) for p in problems.errors} == {
        ("stops.txt", "stop_lon, stop_lat", (3,)),
        ("stop_times.txt", "stop_id", (4, 5, 7, 10)),
    }
    feed(tmp_path / "b", trips="trip_id,route_id\nf,r1\n", calendar="service_id\n")
    _, problems = buses_of(tmp_path / "b", "", name="gtfs.zip")
    assert "trips.txt: service_id missing" in problems.errors[0].found.en
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "gtfs.zip").write_bytes(b"PK\x03\x04 torn")
    _, problems = buses_of(tmp_path / "c", "", name="gtfs.zip")
    assert [p.file for p in problems.errors] == ["gtfs.zip"]


def told_of(folder: Path, **changed: str) -> tuple[gpd.GeoDataFrame | None, set[tuple[str, str, str, tuple[int, ...]]]]:
    feed(folder, **changed)
    calls, problems = buses_of(folder, "", name="gtfs.zip")
    return calls, {(p.severity, p.layer, p.field, p.rows) for p in problems}


WEEK = "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
OFTEN = "trip_id,start_time,end_time,headway_secs\n"
TRIPS = "route_id,service_id,trip_id,direction_id\n"
TIMES = "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"


@pytest.mark.parametrize(
    ("name", "text", "wanted"),
    [
        (
            "frequencies",
            OFTEN + "f,07:00:00,09:00:00,0\nf,9:00,9:30,\nf,10:00,9:00,-5\n",
            {("headway_secs", (2, 3, 4)), ("end_time", (4,))},
        ),
        (
            "frequencies",
            OFTEN + "f,,09:00:00,600\nf,07:00:00,,600\nnone,7:00,8:00,600\n",
            {("start_time", (2,)), ("end_time", (3,)), ("trip_id", (4,))},
        ),
        ("frequencies", "trip_id,start_time\nf,07:00:00\n", {("", ())}),
        ("calendar", WEEK + "week,1,1,1,1,1,0,0,2025-01-01,20260116\n", {("start_date", (2,))}),
        ("calendar", WEEK + "week,1,yes,1,1,1,0,0,20250101,20260230\n", {("tuesday", (2,)), ("end_date", (2,))}),
        ("calendar", "service_id,monday\nweek,1\n", {("", ())}),
        ("calendar_dates", "service_id,date,exception_type\nweek,soon,3\n", {("date", (2,)), ("exception_type", (2,))}),
        ("trips", GTFS["trips.txt"] + "r1,week,f,0\n", {("trip_id", (2, 6))}),
        ("stops", GTFS["stops.txt"] + "a,甲,30.5,114.3\n", {("stop_id", (2, 5))}),
        ("stop_times", TIMES + "f,,1²:05:00,a,1\nf,8:05,8:06,b,2\n", {("departure_time", (2,))}),
        ("stop_times", TIMES + "f,,23:58:00,a,1\nf,,00:03:00,b,2\n", {("departure_time", (3,))}),
        ("stop_times", TIMES + "f,,8:00,a,1\nf,,8:05,b,1\n", {("stop_sequence", (2, 3))}),
        ("stop_times", TIMES, {("", ())}),
    ],
)
def test_what_is_wrong_in_a_feed_is_told_by_file_and_row(
    tmp_path: Path, name: str, text: str, wanted: set[tuple[str, tuple[int, ...]]]
) -> None:
    calls, told = told_of(tmp_path, **{name: text})
    assert calls is None
    assert told == {("error", f"{name}.txt", field, rows) for field, rows in wanted}


def test_services_of_old_calendars_run_as_long_as_they_say(tmp_path: Path) -> None:
    """A service from 2015 to the end of time runs beside one of 2026: on these days both trips, 2 hours of peak between two buses.

    Exceptions add one trip on Wednesday, which makes three; on Friday they add two and take the old one away: three again.
    """
    week = WEEK + "old,1,1,1,1,1,0,0,20150101,99991231\nnew,1,1,1,1,1,0,0,20260105,20260109\n"
    trips = TRIPS + "r1,old,p1,0\nr1,new,p2,0\nr1,wed,p3,0\nr1,fri,p4,0\nr1,fri,p5,0\n"
    times = TIMES + "".join(f"p{n},,08:{n}0:00,c,1\np{n},,08:{n}9:00,a,2\n" for n in range(1, 6))
    days = "service_id,date,exception_type\nwed,20260107,1\nfri,20260109,1\nold,20260109,2\n"
    feed(tmp_path, calendar=week, trips=trips, stop_times=times, frequencies=OFTEN, calendar_dates=days)
    buses_of(tmp_path, "", name="gtfs.zip")
    case = read_case(tmp_path / "case.toml").changed(travel={"period": "peak"})
    assert read_buses(case, board.CRS, Problems())["headway"].tolist() == pytest.approx([240 / 3] * 2)


def test_the_columns_of_a_calendar_may_come_in_any_order(tmp_path: Path) -> None:
    """GTFS lays down the names of columns, not their order: dates first and days backwards; the week runs on Mondays alone, as often."""
    days = ("sunday", "saturday", "friday", "thursday", "wednesday", "tuesday", "monday")
    header = ",".join(("end_date", "start_date", *days, "service_id"))
    turned = f"{header}\n20260116,20260105,0,0,0,0,0,0,1,week\n20260116,20260105,1,1,0,0,0,0,0,end\n"
    usual, _ = told_of(tmp_path / "a")
    calls, _ = told_of(tmp_path / "b", calendar=turned)
    assert calls["headway"].tolist() == usual["headway"].tolist()
    assert calls["line"].tolist() == usual["line"].tolist()


def test_a_headway_of_a_second_over_a_day_is_counted_and_not_listed(tmp_path: Path) -> None:
    calls, _ = told_of(tmp_path, frequencies=OFTEN + "f,00:00:00,999:00:00,1\n")
    assert calls["headway"].tolist() == pytest.approx([1 / 60] * 3)


def test_a_feed_in_another_datum_and_encoding_is_read_as_the_case_says(tmp_path: Path) -> None:
    """GCJ-02 lies some 500 m off there; keys that a feed has no use for are told."""
    feed(tmp_path, zipped=False)
    plain, _ = buses_of(tmp_path, "", name="gtfs.zip")
    stops = tmp_path / "gtfs.zip" / "stops.txt"
    stops.write_text(GTFS["stops.txt"], encoding="gb18030")
    _, problems = buses_of(tmp_path, "", name="gtfs.zip")
    assert [(p.severity, p.field) for p in problems.errors] == [("error", "encoding")]
    case = read_case(tmp_path / "case.toml")
    for name, text in GTFS.items():
        (tmp_path / "gtfs.zip" / name).write_text(text, encoding="gb18030")
    keys = {"path": "gtfs.zip", "datum": "gcj02", "encoding": "gb18030", "select": {"a": "b"}}
    problems = Problems()
    shifted = read_buses(case.changed(layers={"buses": keys}), board.CRS, problems)
    assert shifted["stop"].tolist() == plain["stop"].tolist()
    assert all(300 < metres < 800 for metres in shifted.distance(plain))
    assert [(p.severity, p.field) for p in problems if p.field != "line"] == [("warning", "select")]


def test_trains_are_left_out_and_nobody_gets_on_where_none_may(tmp_path: Path) -> None:
    routes = "route_id,route_short_name,route_type\nr1,1,700\nr2,Z,2\n"
    trips = GTFS["trips.txt"] + "r2,week,z,0\n"
    times = (
        "trip_id,arrival_time,departure_time,stop_id,stop_sequence,pickup_type,drop_off_type\n"
        "f,,10:00,a,1,0,1\nf,,10:05,b,2,1,0\nf,10:10,,c,3,1,0\nz,,10:00,a,1,,\nz,,10:01,c,2,,\n"
    )
    calls, told = told_of(tmp_path, routes=routes, trips=trips, stop_times=times)
    assert calls[["board", "alight"]].to_numpy().tolist() == [[True, False], [False, True], [False, True]]
    assert calls["minutes"].tolist()[:2] == [5.0, 5.0]
    assert ("warning", "routes.txt", "route_type", ()) in told


def test_calls_that_count_for_nothing_are_told(tmp_path: Path) -> None:
    """A trip of one call, a call of no trip, an open end, a stop without a place that nobody calls at, a route at night."""
    stops = GTFS["stops.txt"] + "way in,口,,\n"
    trips = GTFS["trips.txt"] + "r1,week,one,0\nnight,week,n,0\n"
    times = GTFS["stop_times.txt"] + "one,,12:00:00,a,1\nno,,12:00:00,a,1\nn,,23:00,a,1\nn,,23:09,b,2\nn,,,c,3\n"
    feed(tmp_path, stops=stops, trips=trips, stop_times=times)
    calls, problems = buses_of(tmp_path, "", name="gtfs.zip")
    told = {(p.severity, p.layer, p.field, p.rows) for p in problems if p.field != "line"}
    assert len(calls) == 3
    assert told == {
        ("warning", "stop_times.txt", "trip_id", (11,)),
        ("warning", "stop_times.txt", "trip_id", (12,)),
        ("warning", "stop_times.txt", "trip_id", (15,)),
        ("warning", "trips.txt", "route_id", ()),
    }
    amounts = {entry.fate.en: entry.amount for entry in problems.ledger if entry.subject.key == "bus_trips"}
    assert amounts.pop("in the layer") == sum(amounts.values()) == 6.0


def test_two_feeds_in_a_zip_and_a_pipe_in_a_folder_are_refused(tmp_path: Path) -> None:
    feed(tmp_path / "a")
    with zipfile.ZipFile(tmp_path / "a" / "gtfs.zip", "a") as archive:
        archive.writestr("other/stop_times.txt", TIMES)
    _, problems = buses_of(tmp_path / "a", "", name="gtfs.zip")
    assert [p.found.en for p in problems.errors] == ["2: feed, other"]
    feed(tmp_path / "b", zipped=False)
    (tmp_path / "b" / "gtfs.zip" / "stops.txt").unlink()
    os.mkfifo(tmp_path / "b" / "gtfs.zip" / "stops.txt")
    _, problems = buses_of(tmp_path / "b", "", name="gtfs.zip")
    assert [p.file for p in problems.errors] == ["gtfs.zip/stops.txt"]


def test_a_feed_without_calendars_is_told(tmp_path: Path) -> None:
    files = dict(GTFS)
    del files["calendar.txt"]
    with zipfile.ZipFile(tmp_path / "gtfs.zip", "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    calls, problems = buses_of(tmp_path, "", name="gtfs.zip")
    assert calls is not None
    assert any("calendar" in p.needed.en and p.severity == "warning" for p in problems)
