"""Polygons as people draw them: overlaps go to the first, slivers to the longest neighbour, holes are told."""

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely

from gridplan.layers.area.polygons import fit_together, mend_polygons, polygonal
from tests.layers.conftest import told


def frame(*shapes: shapely.Geometry) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=list(shapes), index=list("abcdef")[: len(shapes)], crs="EPSG:4549")


def test_land_of_two_goes_to_the_first(reading):
    """a and b overlap by 100 m x 1 km; a keeps it, whichever is larger."""
    opened = reading("units.gpkg")
    fitted = fit_together(frame(shapely.box(0, 0, 1000, 1000), shapely.box(900, 0, 5000, 1000)), opened)
    assert fitted.area.tolist() == [1e6, 4e6]
    (problem,) = opened.problems
    assert (problem.severity, problem.values) == ("warning", ("a × b 0.10 km²",))


def test_an_overlap_of_a_metre_is_none_and_a_small_one_a_repair(reading):
    opened = reading("units.gpkg")
    fit_together(frame(shapely.box(0, 0, 1, 1), shapely.box(0.5, 0, 2, 1)), opened)
    assert opened.problems == []
    fit_together(frame(shapely.box(0, 0, 100, 100), shapely.box(99, 0, 200, 100)), opened)
    assert [problem.severity for problem in opened.problems] == ["repair"]


def test_a_sliver_goes_to_the_neighbour_with_the_longest_border(reading):
    """A gap of 2 m x 500 m between a (one side of it) and b (the other side and both ends)."""
    opened = reading("units.gpkg")
    gap = shapely.box(1000, 200, 1002, 700)
    a, b = shapely.box(0, 0, 1000, 1000), shapely.difference(shapely.box(1000, 0, 2000, 1000), gap)
    fitted = fit_together(frame(a, b), opened)
    assert fitted.area.tolist() == pytest.approx([1e6, 1e6])
    assert [problem.severity for problem in opened.problems] == ["repair"]


def test_a_wide_hole_is_told_and_a_lake_is_not(reading):
    for side, severities in ((300, ["warning"]), (1200, [])):
        opened = reading("units.gpkg")
        ring = shapely.difference(shapely.box(0, 0, 5000, 5000), shapely.box(1000, 1000, 1000 + side, 1000 + side))
        fitted = fit_together(frame(ring), opened)
        assert fitted.area["a"] == 25e6 - side**2
        assert [problem.severity for problem in opened.problems] == severities


def test_bow_ties_are_mended_and_lines_are_errors(reading):
    opened = reading("units.gpkg")
    bow = shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    shapes = frame(bow, shapely.LineString([(0, 0), (1, 1)]), shapely.box(0, 0, 1, 1)).set_axis([1, 2, 3])
    mended = mend_polygons(shapes, opened)
    assert mended.index.tolist() == [1, 3]
    assert mended.geometry.is_valid.all()
    assert mended.area[1] == pytest.approx(50.0)
    assert told(opened.problems) == [("geometry", (2,))]
    assert told(opened.problems, "repair") == [("geometry", (1,))]


def test_only_land_is_kept_of_a_mixture():
    mixed = shapely.GeometryCollection([shapely.box(0, 0, 1, 1), shapely.LineString([(5, 5), (6, 6)])])
    assert polygonal(mixed).area == 1.0
    assert polygonal(shapely.LineString([(0, 0), (1, 1)])).is_empty
