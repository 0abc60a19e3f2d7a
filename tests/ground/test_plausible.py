"""Units of measure are betrayed by the numbers: each tells, and plausible ones are silent."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from gridplan.case.case import read_case
from gridplan.pipeline import survey
from gridplan.words.errors import InputProblem, LayerError
from tests import board

LEADS = ("H1", "H2", "H3")
WITH_TABLE = board.CASE.replace("[travel]", '[layers.travel_table]\npath = "minutes.csv"\n[travel]\nsource = "table"')


def minutes(kmh: float) -> pd.DataFrame:
    """A long table at one speed over the straight line, and a minute where a hospital stands."""
    home = dict(zip(board.board_facilities()["facility_id"], board.board_facilities()["unit"], strict=True))
    rows = [
        (unit, lead, np.hypot(*np.subtract(board.centre(unit), board.centre(home[lead]))) * 0.06 / kmh or 1.0)
        for unit in board.unit_ids()
        for lead in LEADS
    ]
    return pd.DataFrame(rows, columns=["unit_id", "facility_id", "minutes"])


def told(folder: Path, **layers: object) -> list[InputProblem]:
    table = layers.pop("table", None)
    path = board.write_board(folder, case=board.CASE if table is None else WITH_TABLE, **layers)  # type: ignore[arg-type]
    if isinstance(table, pd.DataFrame):
        table.to_csv(folder / "minutes.csv", index=False)
    try:
        return list(survey(read_case(path)).layers.problems)
    except LayerError as error:
        return list(error.problems)


@pytest.mark.parametrize(("factor", "unit"), [(60.0, "seconds"), (1 / 60, "hours")])
def test_seconds_and_hours_betray_themselves_by_their_speed(tmp_path: Path, factor: float, unit: str) -> None:
    """At 30 km/h seconds read as minutes are 0.5 km/h, hours 1,800."""
    table = minutes(30)
    [problem] = told(tmp_path, table=table.assign(minutes=table["minutes"] * factor))
    assert (problem.severity, problem.file, problem.field) == ("error", "minutes.csv", "minutes")
    assert unit in problem.render("en")
    assert ("0.5 km/h" if unit == "seconds" else "1,800 km/h") in problem.render("en")


@pytest.mark.parametrize("kmh", [5.0, 30.0, 100.0])
def test_minutes_at_usual_speeds_say_nothing(tmp_path: Path, kmh: float) -> None:
    assert told(tmp_path, table=minutes(kmh)) == []


@pytest.mark.parametrize("value", [0.01, 700, 100_000, 65_535])
def test_single_minutes_that_no_car_needs_are_named(tmp_path: Path, value: float) -> None:
    table = minutes(30)
    table.loc[(table["unit_id"] == "u35") & (table["facility_id"] == "H1"), "minutes"] = value
    [problem] = told(tmp_path, table=table)
    assert problem.severity == "warning"
    assert problem.values == (f"u35 → H1 {value:,.10g}",)


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [("beds", "9000", "9,000"), ("beds", "3", "a median of 3")],
    ids=["more than any hospital has", "in hundreds"],
)
def test_beds_in_another_unit_are_told(tmp_path: Path, column: str, value: str, said: str) -> None:
    table = board.board_facilities()
    table[column] = table[column].where(~table["facility_id"].isin(LEADS), value)
    if value == "3":
        table.loc[table["facility_id"].isin(["M1", "P1"]), column] = value
    found = told(tmp_path, facilities=table)
    assert {(problem.severity, problem.file, problem.field) for problem in found} == {
        ("warning", "facilities.csv", "beds")
    }
    assert said in found[0].render("en")


def test_residents_in_ten_thousands_are_betrayed_by_the_beds(tmp_path: Path) -> None:
    """Ten people a square: 240 residents for 2,310 beds and 5 hospitals; without beds the hospitals tell."""
    people = pd.DataFrame({"unit_id": board.unit_ids(), "population": 10})
    few, beds = told(tmp_path / "beds", people=people)
    assert (few.severity, few.file, few.field) == ("warning", "people.csv", "population")
    assert "240 people and 5 hospitals" in few.render("en")
    assert "2,310 in all for 240 residents" in beds.render("en")
    without = board.board_facilities().assign(beds="")
    assert [problem.field for problem in told(tmp_path / "none", people=people, facilities=without)] == ["population"]


def test_more_residents_than_there_are_people_are_an_error(tmp_path: Path) -> None:
    people = pd.DataFrame({"unit_id": board.unit_ids(), "population": 1e20})
    assert ("error", "population") in {(problem.severity, problem.field) for problem in told(tmp_path, people=people)}


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(15, 0), (50, 0), (900, 1), (0, 1), (0.25, 1)],
    ids=["a boat", "a slow boat", "seconds", "not known", "hours"],
)
def test_links_in_another_unit_are_betrayed_by_their_speed(tmp_path: Path, minutes: float, said: int) -> None:
    """From u00 to u35 it is 5.8 km: a quarter of an hour by boat, 0.4 km/h where its 900 seconds are read as minutes, 1,400 where a quarter is one of an hour."""
    case = board.CASE.replace("[travel]", '[layers.links]\npath = "links.csv"\n[travel]')
    path = board.write_board(tmp_path, case=case)
    (tmp_path / "links.csv").write_text(f"unit_a,unit_b,minutes\nu00,u35,{minutes}\n", encoding="utf-8")
    problems = survey(read_case(path)).layers.problems
    assert [(problem.severity, problem.file, problem.field) for problem in problems] == [
        ("warning", "links.csv", "minutes")
    ] * said


def test_more_people_than_anywhere_on_a_square_kilometre_are_named(tmp_path: Path) -> None:
    people = pd.DataFrame({"unit_id": board.unit_ids(), "population": 1000})
    people.loc[3, "population"] = 300_000
    [problem] = told(tmp_path, people=people)
    assert (problem.severity, problem.file, problem.values) == ("warning", "people.csv", ("u03 300,000",))


def test_roads_with_seconds_for_minutes_are_told(tmp_path: Path) -> None:
    """A square of 1 km in a minute is usual; in 36, the seconds at 100 km/h, it is 1.7 km/h."""
    assert told(tmp_path / "right", roads=board.board_roads().assign(minutes=1.0)) == []
    [problem] = told(tmp_path / "wrong", roads=board.board_roads().assign(minutes=36.0))
    assert (problem.file, problem.field) == ("roads.gpkg", "minutes")
    assert "1.7 km/h" in problem.render("en")


@pytest.mark.parametrize(
    ("header", "speeds", "severity", "kmh"),
    [
        ("maxspeed_kmh", [25, 35, 45, 55, 30], "warning", 25.0),
        ("maxspeed_kmh", [30, 50, 60, 80, 25], None, 25.0),
        ("limit_mph", [30, 50, 60, 40, 20], "repair", 32.19),
    ],
    ids=["they look like miles", "they do not", "the header says so"],
)
def test_speeds_in_miles(tmp_path: Path, header: str, speeds: list[int], severity: str | None, kmh: float) -> None:
    roads = board.board_roads()
    roads[header] = [speeds[at % 5] for at in range(len(roads))]
    case = board.CASE.replace("[layers.roads]", f'[layers.roads]\ncolumns = {{ maxspeed_kmh = "{header}" }}')
    layers = survey(read_case(board.write_board(tmp_path, roads=roads, case=case))).layers
    assert [problem.severity for problem in layers.problems] == ([] if severity is None else [severity])
    assert layers.roads["maxspeed_kmh"].min() == pytest.approx(kmh, abs=0.01)


@pytest.mark.parametrize("value", [0.15, 15.0, 900.0], ids=["shares", "percent", "nearly all"])
@pytest.mark.parametrize("column", ["population_65", "chronic"])
def test_shares_and_percent_for_people_are_told(tmp_path: Path, column: str, value: float) -> None:
    people = pd.DataFrame({"unit_id": board.unit_ids(), "population": 1000, column: value})
    assert [problem.field for problem in told(tmp_path, people=people)] == [column]


def test_facilities_on_one_point_are_told_and_a_house_of_four_is_none(tmp_path: Path) -> None:
    """Four stand in u01; with one more, that a geocoder did not find, it is a heap."""
    table = board.board_facilities()
    assert told(tmp_path / "house") == []
    x, y = board.centre("u01")
    lost = table["facility_id"] == "C3"
    heap = table.assign(lon=table["lon"].mask(lost, x), lat=table["lat"].mask(lost, y))
    [problem] = told(tmp_path / "heap", facilities=heap)
    assert (problem.severity, problem.file, len(problem.rows)) == ("warning", "facilities.csv", 5)
