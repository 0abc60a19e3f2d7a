"""Measured trips: two places a row, minutes in any unit, a period by word or by hour."""

from __future__ import annotations

from pathlib import Path

import pytest

from gridplan.case.case import read_case
from gridplan.layers.trips import read_trips
from gridplan.words.problems import Problems
from tests import board


def trips_of(folder: Path, table: str, more: str = ""):
    """What is read of a table of trips, and what is told."""
    case = board.write_board(folder)
    (folder / "trips.csv").write_text(table, encoding="utf-8")
    text = case.read_text(encoding="utf-8") + '\n[layers.trips]\npath = "trips.csv"\n' + more
    case.write_text(text, encoding="utf-8")
    problems = Problems()
    return read_trips(read_case(case), board.CRS, problems), problems


def test_places_minutes_and_periods_are_read(tmp_path: Path) -> None:
    """Seconds become minutes; 7:59 and 17 o'clock are peak, 9 o'clock is none; a word of the table goes before the hour."""
    table = (
        "起点经度,起点纬度,终点经度,终点纬度,秒,出发时刻,时段\n"
        "500000,3900000,501000,3900500,120,2026-03-02 07:59,\n"
        "500000,3900000,501000,3900500,90,9,\n"
        "500000,3900000,501000,3900500,60,17,平峰\n"
        "500000,3900000,501000,3900500,60,,高峰\n"
    )
    (starts, ends, trips), problems = trips_of(tmp_path, table, 'crs = "EPSG:4549"\n')
    assert not problems.errors
    assert [(point.x, point.y) for point in ends][:1] == [(501000.0, 3900500.0)]
    assert trips["minutes"].tolist() == [2.0, 1.5, 1.0, 1.0]
    assert trips["period"].tolist() == ["peak", "off_peak", "off_peak", "peak"]
    assert starts.index.tolist() == [2, 3, 4, 5]


def test_all_that_is_wrong_is_told_with_the_planners_own_headers(tmp_path: Path) -> None:
    table = "from_lon,from_lat,to_lon,to_lat,minutes,hour\n114.3,30.5,114.4,,9,8\n114.3,30.5,114.4,30.6,-1,early\n"
    _, problems = trips_of(tmp_path, table, 'crs = "EPSG:4326"\n')
    assert {(p.field, p.rows) for p in problems.errors} == {("to_lon, to_lat", (2,)), ("minutes", (3,)), ("hour", (3,))}


def test_a_case_without_trips_is_told_which_columns_they_have(tmp_path: Path) -> None:
    problems = Problems()
    assert read_trips(read_case(board.write_board(tmp_path)), board.CRS, problems) is None
    assert [problem.field for problem in problems] == ["layers.trips"]


@pytest.mark.parametrize(
    "key", ["[layers.trips.columns]\nfrom_x = 'a'\n", "[layers.trips.values.period]\n\"甲\" = 'noon'\n"]
)
def test_names_that_no_trip_has_are_refused(tmp_path: Path, key: str) -> None:
    from gridplan.layers.layers import read_layers
    from gridplan.words.errors import LayerError

    case = board.write_board(tmp_path)
    case.write_text(case.read_text(encoding="utf-8") + '\n[layers.trips]\npath = "t.csv"\n' + key, encoding="utf-8")
    with pytest.raises(LayerError, match=r"layers\.trips"):
        read_layers(read_case(case))
