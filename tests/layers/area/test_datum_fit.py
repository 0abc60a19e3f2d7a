"""Which datum points are in, by how near they lie to the roads; another one only where it fits clearly better."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

from gridplan.layers.area.datum_fit import better_datum, road_distances
from gridplan.layers.files.crs import gcj02_from_wgs84


@pytest.mark.parametrize(
    ("medians", "stated", "better"),
    [
        ({"wgs84": 300.0, "gcj02": 20.0, "bd09": 500.0}, "wgs84", "gcj02"),
        ({"wgs84": 300.0, "gcj02": 20.0, "bd09": 500.0}, "gcj02", None),
        ({"wgs84": 30.0, "gcj02": 20.0, "bd09": 500.0}, "wgs84", None),
        ({"wgs84": 12.0, "gcj02": 3.0, "bd09": 500.0}, "wgs84", None),
        ({"wgs84": 20.0, "gcj02": 300.0, "bd09": 500.0}, "cgcs2000", None),
        ({"wgs84": 20.0, "gcj02": 300.0, "bd09": 500.0}, "gcj02", "wgs84"),
        ({"wgs84": 300.0, "gcj02": 20.0, "bd09": 500.0}, "cgcs2000", "gcj02"),
    ],
)
def test_a_datum_has_to_fit_clearly_better(medians, stated, better):
    """By a third, and by ten metres at least; CGCS 2000 and WGS 84 are one here."""
    assert better_datum(medians, stated) == better


def test_points_beside_roads_tell_their_datum():
    """Points 5 m beside a street in Wuhan, given in GCJ-02, as a map service has them."""
    lon = np.linspace(114.30, 114.33, 120)
    street = gpd.GeoDataFrame(geometry=[shapely.LineString([(114.29, 30.58), (114.34, 30.58)])], crs=4326).to_crs(4547)
    shifted = np.column_stack(gcj02_from_wgs84(lon, np.full(120, 30.58005)))
    points = gpd.GeoDataFrame(geometry=shapely.points(shifted), crs=4326)
    medians = road_distances(points, street)
    assert min(medians, key=lambda datum: medians[datum]) == "gcj02"
    assert medians["gcj02"] == pytest.approx(5.5, abs=1.0)
    assert better_datum(medians, "wgs84") == "gcj02"


def test_points_far_from_any_road_tell_nothing():
    street = gpd.GeoDataFrame(geometry=[shapely.LineString([(114.29, 30.58), (114.34, 30.58)])], crs=4326).to_crs(4547)
    points = gpd.GeoDataFrame(
        geometry=shapely.points(np.column_stack([np.full(5, 115.3), np.full(5, 30.58)])), crs=4326
    )
    assert set(road_distances(points, street).values()) == {float("inf")}
