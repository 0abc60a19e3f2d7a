"""Datums: GCJ-02 and BD-09 both ways against two independent packages; coordinates that cannot be what they claim."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import coordTransform
import geocoordinates_ffi as rust
import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import pytest

from gridplan.layers.area.datum_fit import better_datum, road_distances
from gridplan.layers.files import crs as datums
from gridplan.layers.files.reading import Reading
from gridplan.layers.files.vectors import points_of_table
from tests import board
from tests.layers.conftest import told

GEOD = pyproj.Geod(ellps="WGS84")
CM = 0.01


def places(n: int = 400) -> tuple[Any, Any]:
    """Points all over China, none near its border, where the packages stop shifting."""
    rng = np.random.default_rng(7)
    return rng.uniform(100.0, 122.0, n), rng.uniform(23.0, 42.0, n)


def apart_m(a: tuple[Any, Any], b: tuple[Any, Any]) -> float:
    return float(np.max(np.abs(GEOD.inv(a[0], a[1], b[0], b[1])[2])))


def python(name: str) -> Callable[[Any, Any], tuple[Any, Any]]:
    """A function of coordTransform, one point at a time, over arrays."""
    function = getattr(coordTransform, name)
    return lambda lon, lat: tuple(np.array([function(x, y) for x, y in zip(lon, lat, strict=True)]).T)  # type: ignore[return-value]


def compiled(name: str, kind: Any) -> Callable[[Any, Any], tuple[Any, Any]]:
    """A function of geocoordinates-rs, one point at a time, over arrays."""
    function = getattr(rust, name)

    def over(lon: Any, lat: Any) -> tuple[Any, Any]:
        points = [function(kind(lat=y, lon=x)) for x, y in zip(lon, lat, strict=True)]
        return np.array([point.lon for point in points]), np.array([point.lat for point in points])

    return over


@pytest.mark.parametrize(
    ("there", "back"),
    [
        (datums.gcj02_from_wgs84, datums.wgs84_from_gcj02),
        (datums.bd09_from_gcj02, datums.gcj02_from_bd09),
        (lambda x, y: datums.bd09_from_gcj02(*datums.gcj02_from_wgs84(x, y)), datums.wgs84_from_bd09),
    ],
    ids=["gcj02", "bd09 to gcj02", "bd09 to wgs84"],
)
def test_there_and_back_is_under_a_centimetre(there: Any, back: Any) -> None:
    lon, lat = places()
    assert apart_m(back(*there(lon, lat)), (lon, lat)) < CM
    assert apart_m(there(lon, lat), (lon, lat)) > 300.0, "and the shift itself is hundreds of metres"


GCJ02 = [python("wgs84_to_gcj02"), compiled("wgs84_to_gcj02", rust.Wgs84)]
BD09 = [python("gcj02_to_bd09"), compiled("gcj02_to_bd09", rust.Gcj02)]


@pytest.mark.parametrize("package", GCJ02, ids=["coordTransform", "geocoordinates-rs"])
def test_gcj02_agrees_with_an_independent_package_both_ways(package: Any) -> None:
    lon, lat = places()
    assert apart_m(datums.gcj02_from_wgs84(lon, lat), package(lon, lat)) < CM
    assert apart_m(datums.wgs84_from_gcj02(*package(lon, lat)), (lon, lat)) < CM


@pytest.mark.parametrize("package", BD09, ids=["coordTransform", "geocoordinates-rs"])
def test_bd09_agrees_with_an_independent_package_both_ways(package: Any) -> None:
    lon, lat = places()
    assert apart_m(datums.bd09_from_gcj02(lon, lat), package(lon, lat)) < CM
    assert apart_m(datums.gcj02_from_bd09(*package(lon, lat)), (lon, lat)) < CM


def table(reading: Reading, lon: list[Any], lat: list[Any]) -> gpd.GeoDataFrame | None:
    import pandas as pd

    frame = pd.DataFrame({"经度": lon, "纬度": lat}, index=range(2, len(lon) + 2), dtype=object)
    opened = points_of_table(frame, reading)
    return None if opened is None else opened.frame


def test_swapped_and_impossible_coordinates_are_told_row_by_row(reading: Callable[..., Reading]) -> None:
    one = reading("a.csv", datum="wgs84")
    frame = table(one, ["114.3", "30.5", "1143", "", "x"], ["30.5", "114.3", "30.5", "30.5", "30.5"])
    assert frame is not None
    assert list(frame.geometry.notna()) == [True, False, False, False, False]
    assert told(one.problems) == [("经度", (6,)), ("经度, 纬度", (5,)), ("经度, 纬度", (3,)), ("经度, 纬度", (4,))]


@pytest.mark.parametrize(
    ("crs", "x", "y", "said"),
    [
        ("EPSG:4549", "3900000", "528770", "指北"),
        ("EPSG:4549", "40528770", "3900000", "EPSG:4528"),
        ("EPSG:4528", "528770", "3900000", "EPSG:4534"),
        ("EPSG:4549", "528770", "3900000", ""),
        ("EPSG:4528", "40528770", "3900000", ""),
    ],
)
def test_gauss_kruger_traps_name_the_way_out(
    reading: Callable[..., Reading], crs: str, x: str, y: str, said: str
) -> None:
    one = reading("a.csv", crs=crs)
    table(one, [x], [y])
    assert [said in problem.render("zh") for problem in one.problems] == ([True] if said else [])


def test_zone_number_and_central_meridian_name_the_same_place() -> None:
    with_zone = pyproj.Transformer.from_crs("EPSG:4528", "EPSG:4490", always_xy=True).transform(40_528_770, 3_900_000)
    without = pyproj.Transformer.from_crs("EPSG:4549", "EPSG:4490", always_xy=True).transform(528_770, 3_900_000)
    assert with_zone == pytest.approx(without, abs=1e-9)


def test_no_datum_and_no_crs_is_an_error_that_lists_the_choices(reading: Callable[..., Reading]) -> None:
    one = reading("a.csv")
    assert table(one, ["114.3"], ["30.5"]) is None
    assert "bd09" in one.problems[0].render("zh")


@pytest.mark.parametrize("datum", ["gcj02", "bd09"])
def test_points_of_map_services_are_put_right(reading: Callable[..., Reading], datum: str) -> None:
    shift = {
        "gcj02": datums.gcj02_from_wgs84,
        "bd09": lambda x, y: datums.bd09_from_gcj02(*datums.gcj02_from_wgs84(x, y)),
    }
    x, y = shift[datum](np.array([114.3]), np.array([30.5]))
    frame = table(reading("a.csv", datum=datum), [str(x[0])], [str(y[0])])
    assert frame is not None
    assert apart_m((frame.geometry.x, frame.geometry.y), ([114.3], [30.5])) < CM


def test_the_datum_is_known_by_the_distance_to_roads(tmp_path: Path) -> None:
    roads = board.board_roads()
    rng = np.random.default_rng(3)
    along = roads.geometry.interpolate(rng.random(len(roads)), normalized=True).translate(12, 12)
    true = along.to_crs("EPSG:4326")
    shifted = gpd.GeoDataFrame(
        geometry=gpd.points_from_xy(*datums.gcj02_from_wgs84(true.x.to_numpy(), true.y.to_numpy())), crs="EPSG:4326"
    )
    medians = road_distances(shifted, roads)
    assert medians["gcj02"] == pytest.approx(12, abs=3)
    assert better_datum(medians, "wgs84") == "gcj02"
    assert better_datum(medians, "gcj02") is None


@pytest.mark.parametrize(
    ("datum", "lon", "fields"),
    [("gcj02", 36.8, ["datum"]), ("bd09", 36.8, ["datum"]), ("wgs84", 36.8, []), ("gcj02", 114.3, [])],
)
def test_a_datum_of_chinese_maps_is_refused_in_kenya(
    reading: Callable[..., Reading], datum: str, lon: float, fields: list[str]
) -> None:
    opened = reading("clinics.csv", datum=datum)
    points_of_table(pd.DataFrame({"lon": [lon, lon + 0.1], "lat": [1.3, 1.2]}), opened)
    assert [field for field, _ in told(opened.problems)] == fields
