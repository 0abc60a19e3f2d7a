"""What roads cover is a city, not a ribbon along each road; the CRS of all work fits the place or is refused."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from gridplan.case.case import read_case
from gridplan.layers.area.area import MAX_SCALE_ERROR, covered_by_roads, metric_crs, tell_output_crs
from gridplan.layers.layers import read_layers
from gridplan.words.errors import InputProblem
from tests import board

WITHIN = shapely.box(-60_000, -60_000, 60_000, 60_000)


def grid(side: int = 8, x: float = 0.0) -> list[shapely.Geometry]:
    """A city of `side` by `side` km with a road every kilometre, its south-west corner at (x, 0)."""
    across = [shapely.LineString([(x, 1000 * i), (x + 1000 * side, 1000 * i)]) for i in range(side + 1)]
    return across + [shapely.LineString([(x + 1000 * i, 0), (x + 1000 * i, 1000 * side)]) for i in range(side + 1)]


def covered(lines: list[shapely.Geometry]) -> tuple[shapely.Geometry, shapely.Geometry]:
    return covered_by_roads(gpd.GeoDataFrame(geometry=lines, crs=board.CRS), WITHIN, 1500.0)


def test_a_city_alone_is_covered_whole():
    area, cut = covered(grid())
    assert shapely.is_empty(cut)
    assert area.area == pytest.approx((8_000 + 600) ** 2, rel=0.05)
    assert area.contains(shapely.box(0, 0, 8000, 8000))


@pytest.mark.parametrize("bend", [0.0, 400.0])
def test_a_lone_highway_makes_no_ribbon(bend):
    """40 km of highway, straight or winding, leave the city; 2 km of it may stay."""
    x = np.arange(8_000, 48_001, 500)
    highway = shapely.LineString(np.column_stack([x, 4000 + bend * np.sin(x / 2000)]))
    alone, _ = covered(grid())
    area, cut = covered([*grid(), highway])
    assert area.bounds[2] < 8_000 + 2_000
    assert area.area == pytest.approx(alone.area, rel=0.03)
    assert cut.area > 35 * 0.6e6
    assert shapely.area(shapely.intersection(area, cut)) < 1.0


def test_a_town_on_the_highway_stays_and_an_interchange_does_not():
    highway = shapely.LineString([(8_000, 4000), (40_000, 4000)])
    interchange = shapely.buffer(shapely.Point(25_000, 4000), 500).exterior
    area, _ = covered([*grid(), highway, interchange, *grid(4, 36_000)])
    assert len(shapely.get_parts(area)) == 2
    assert area.contains(shapely.box(36_000, 0, 40_000, 4000))
    assert not area.intersects(shapely.Point(25_000, 4000))


def test_where_nothing_else_is_covered_a_lone_road_stays():
    area, cut = covered([shapely.LineString([(0, 0), (30_000, 0)])])
    assert shapely.is_empty(cut)
    assert area.area > 15e6


def test_what_was_cut_is_told_with_its_people(tmp_path: Path):
    """The chessboard as one district 40 km long: 30 residences in town, 10 along the highway east of it; 40,000 people."""
    x, y = board.ORIGIN
    end = (x + 40_000, y + 2500)
    road = gpd.GeoDataFrame(
        {"highway": ["trunk"]}, geometry=[shapely.LineString([board.centre("u25"), end])], crs=board.CRS
    )
    path = board.write_board(tmp_path, roads=gpd.GeoDataFrame(pd.concat([board.board_roads(), road]), crs=board.CRS))
    district = gpd.GeoDataFrame(
        {"代码": ["D"], "名称": ["长区"], "常住人口": [40_000]},
        geometry=[shapely.box(x, y, x + 45_000, y + 4000)],
        crs=board.CRS,
    )
    district.to_file(tmp_path / "districts.gpkg")
    homes = [(x + 300 + 180 * i, y + 1000 + 50 * i) for i in range(30)]
    homes += [(x + 15_000 + 2000 * i, y + 2500) for i in range(10)]
    gpd.GeoDataFrame(geometry=list(shapely.points(homes)), crs=board.CRS).to_file(tmp_path / "homes.gpkg")
    text = path.read_text(encoding="utf-8").replace(
        '[layers.units]\npath = "units.gpkg"', '[layers.boundaries]\npath = "districts.gpkg"'
    )
    text = text.replace('kind = "table"\npath = "people.csv"', 'kind = "residences"\npath = "homes.gpkg"')
    path.write_text(text + '\n[area]\nfrom = "roads"\n', encoding="utf-8")
    layers = read_layers(read_case(path))
    assert layers.cells["population"].sum() == pytest.approx(30_000)
    (told,) = [problem for problem in layers.problems if problem.field == "area.from"]
    assert told.severity == "warning"
    assert "with 10,000 people" in told.render("en")
    assert "10,000 人" in told.render("zh")


@pytest.mark.parametrize("stated", ["EPSG:4549", "EPSG:32651", "EPSG:4528", "+proj=tmerc +lon_0=120 +datum=WGS84"])
def test_a_crs_made_for_the_place_is_kept(stated: str) -> None:
    """The board lies at 120.0 E, 35.2 N: zone 120 of three degrees, zone 51 of six."""
    assert metric_crs(stated, board.board_units()) == stated


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        ("EPSG:3857", "wrong by 22.5%"),
        ("EPSG:32649", "made for elsewhere"),
        ("EPSG:32751", "made for elsewhere"),
        ("EPSG:4547", "made for elsewhere"),
        ("EPSG:2193", "made for elsewhere"),
        ("EPSG:4326", "a projected CRS in metres"),
    ],
    ids=[
        "web map",
        "another zone",
        "another hemisphere",
        "another zone of three degrees",
        "another continent",
        "degrees",
    ],
)
def test_a_crs_that_distorts_the_place_is_refused_with_one_that_does_not(stated: str, said: str) -> None:
    problem = metric_crs(stated, board.board_units())
    assert isinstance(problem, InputProblem)
    assert (problem.severity, problem.field) == ("error", "place.crs")
    assert said in problem.render("en")
    assert "EPSG:" in problem.remedy.en


def test_a_stated_error_of_scale_is_what_counts_at_the_equator() -> None:
    """The web map's lengths are right at the equator and wrong by 1 % at eight degrees: 1 / cos 8 = 1.0098."""
    degrees = board.board_units().to_crs("EPSG:4326").iloc[:1]
    for lat, kept in ((1.3, True), (7.5, True), (9.0, False)):
        here = degrees.set_geometry([shapely.box(103.8, lat, 103.9, lat + 0.1)], crs="EPSG:4326")
        assert isinstance(metric_crs("EPSG:3857", here), str) is kept
    assert MAX_SCALE_ERROR == 0.01


@pytest.mark.parametrize(
    ("stated", "said"),
    [(None, ""), ("EPSG:4490", ""), ("EPSG:3857", ""), ("EPSG:99999", "EPSG:99999"), ("EPSG:2263", "New York")],
    ids=["none", "degrees", "the web map", "no such system", "another continent"],
)
def test_a_crs_for_the_results_is_one_that_the_place_has(stated: str | None, said: str) -> None:
    problems = tell_output_crs(stated, board.board_units())
    assert [problem.field for problem in problems] == ["outputs.crs"] * bool(said)
    assert all(problem.severity == "error" and said in problem.render("en") for problem in problems)


def test_layers_in_feet_are_read_in_metres(tmp_path: Path) -> None:
    """The board in US survey feet is 24 squares of 1 km."""
    feet = "+proj=tmerc +lon_0=120 +k=1 +x_0=500000 +y_0=0 +ellps=GRS80 +units=us-ft"
    units, roads = board.board_units().to_crs(feet), board.board_roads().to_crs(feet)
    layers = read_layers(read_case(board.write_board(tmp_path, units=units, roads=roads)))
    assert layers.units.area.to_numpy() == pytest.approx(1e6, rel=1e-6)
    assert layers.roads.length.sum() == pytest.approx(38_000, rel=1e-6)
