"""What each file of a folder is taken for, and which of its columns says what, on tables of a few rows."""

from __future__ import annotations

import pandas as pd

from gridplan.intake.guessing import guess_columns, guess_roles, known_headers
from gridplan.intake.inventory import Found
from gridplan.layers.area.boundaries import UNIT_COLUMNS
from gridplan.layers.people.population import CENSUS_COLUMNS


def layer(file: str, shape: str, rows: int, **columns: list[object]) -> Found:
    return Found(file, "", shape, rows, pd.DataFrame(columns))  # type: ignore[arg-type]


def polygons(file: str, rows: int, **columns: list[object]) -> Found:
    names = {"代码": [f"{i:03d}" for i in range(rows)], "名称": [f"社区{i}" for i in range(rows)]}
    return layer(file, "polygon", rows, **{**names, **columns})


def roles(*layers: Found) -> dict[str, str]:
    return {guess.found.file: guess.role for guess in guess_roles(list(layers))}


def test_few_polygons_are_districts_and_many_are_units() -> None:
    assert roles(polygons("a.gpkg", 13)) == {"a.gpkg": "boundaries"}
    assert roles(polygons("a.gpkg", 40)) == {"a.gpkg": "units"}
    assert roles(polygons("a.gpkg", 39), polygons("b.gpkg", 200)) == {"a.gpkg": "unused", "b.gpkg": "units"}


def test_of_several_population_layers_counts_come_first() -> None:
    homes = layer(
        "homes.csv", "table", 3, 小区=["甲小区", "乙小区", "丙小区"], lon=[114.1, 114.2, 114.3], lat=[30.1, 30.2, 30.3]
    )
    counts = layer("points.csv", "table", 3, 人口=[10, 20, 30], lon=[114.1, 114.2, 114.3], lat=[30.1, 30.2, 30.3])
    grid = layer("pop.tif", "raster", 10_000)
    assert roles(homes, counts) == {"homes.csv": "unused", "points.csv": "population"}
    assert roles(homes, counts, grid)["pop.tif"] == "population"
    assert roles(homes) == {"homes.csv": "population"}


def test_columns_in_wgs_84_come_before_shifted_ones() -> None:
    table = layer(
        "医院.csv", "table", 3, 名称=["第一医院", "第二医院", "中医医院"],
        gcj_x=[114.2, 114.3, 114.4], gcj_y=[30.2, 30.3, 30.4], wgs_x=[114.1, 114.2, 114.3], wgs_y=[30.1, 30.2, 30.3],
    )  # fmt: skip
    (guess,) = guess_roles([table])
    assert guess.role == "facilities"
    assert (guess.columns["lon"], guess.columns["lat"]) == ("wgs_x", "wgs_y")


def test_the_reach_of_a_disaster_divides_nothing() -> None:
    (guess,) = guess_roles([polygons("台风淹没.gpkg", 13)])
    assert guess.role == "unused"
    assert "disaster" in guess.doubts[0].en


def test_lines_named_after_water_are_barriers_and_long_networks_roads() -> None:
    assert roles(layer("长江.gpkg", "line", 3), layer("路.gpkg", "line", 900)) == {
        "长江.gpkg": "barriers",
        "路.gpkg": "roads",
    }
    (doubtful,) = guess_roles([layer("线.gpkg", "line", 3)])
    assert doubtful.role == "barriers"
    assert doubtful.doubts


def test_the_latest_count_of_all_residents_is_the_population() -> None:
    table = layer(
        "人口.csv", "table", 3, 社区代码=["1", "2", "3"], 人口2010=[1, 2, 3], 人口2020=[4, 5, 6], 男性人口2021=[7, 8, 9]
    )
    assert guess_columns(table, CENSUS_COLUMNS[:2])["population"] == "人口2020"


def test_known_headers_are_not_guessed() -> None:
    told = polygons("a.gpkg", 50)
    assert known_headers(told, UNIT_COLUMNS) == {"unit_id": "代码", "name": "名称"}
    assert guess_columns(told, UNIT_COLUMNS) == {}
