"""Polygons as people draw them: overlaps go to the first, slivers to the longest neighbour, holes are told."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely.affinity import translate

from gridplan.ground.borders import shared_borders
from gridplan.layers.area.polygons import fit_together, mend_polygons
from gridplan.layers.area.validity import polygonal
from tests.board import board_units
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


def board(move=lambda unit, shape: shape) -> gpd.GeoDataFrame:
    """The squares of the chessboard city, each as `move` leaves it."""
    units = board_units().set_index("unit_id")
    shapes = [move(unit, shape) for unit, shape in units.geometry.items()]
    return gpd.GeoDataFrame(geometry=shapes, index=units.index, crs=units.crs)


def neighbours(units: gpd.GeoDataFrame) -> set[tuple[str, str]]:
    first, second, metres = shared_borders(np.asarray(units.geometry.array, dtype=object))
    assert (metres > 900).all()
    return set(zip(units.index[first], units.index[second], strict=True))


SHIFTS = {
    "half of the map 3 m east": lambda unit, shape: translate(shape, 3 * (unit[2] > "2"), 0),
    "half of the map 9 m north": lambda unit, shape: translate(shape, 0, 9 * (unit[1] > "1")),
    "a unit at the edge shrunk by 3 m": lambda unit, shape: shapely.buffer(
        shape, -3 * (unit == "u03"), join_style="mitre"
    ),
    "a unit inside shrunk by 9 m": lambda unit, shape: shapely.buffer(shape, -9 * (unit == "u12"), join_style="mitre"),
    "every unit shrunk by 4 m": lambda unit, shape: shapely.buffer(shape, -4, join_style="mitre"),
}


@pytest.mark.parametrize("shift", SHIFTS)
def test_neighbours_up_to_ten_metres_apart_stay_neighbours_and_nobody_else_becomes_one(reading, shift):
    opened = reading("units.gpkg")
    moved = board(SHIFTS[shift])
    fitted = fit_together(moved, opened)
    assert neighbours(fitted) == neighbours(board())
    assert [problem.severity for problem in opened.problems] == ["repair"]
    assert fitted.geometry.is_valid.all()
    gained = fitted.area.sum() - moved.area.sum()
    assert (
        f"{gained:,.0f} m²" in opened.problems[0].found.en or f"{gained / 1e6:.2f} km²" in opened.problems[0].found.en
    )
    assert fitted.area.sum() == pytest.approx(shapely.area(shapely.union_all(fitted.geometry.array)), abs=1.0)


def test_units_farther_apart_than_the_tolerance_stay_apart(reading):
    opened = reading("units.gpkg")
    fitted = fit_together(board(lambda unit, shape: translate(shape, 11 * (unit[2] > "2"), 0)), opened)
    assert not any(a[2] == "2" and b[2] == "3" for a, b in neighbours(fitted))
    assert opened.problems == []


def test_bays_and_the_outline_of_the_map_are_left_as_they_are(reading):
    """A bay that narrows to a point between two units, and a creek of 5 m in one unit, are no slivers."""
    opened = reading("units.gpkg")
    bay = shapely.Polygon([(1000, 500), (800, 1000), (1200, 1000)])
    creek = shapely.box(300, 600, 305, 1000)
    a = shapely.difference(shapely.box(0, 0, 1000, 1000), shapely.union(bay, creek))
    b = shapely.difference(shapely.box(1000, 0, 2000, 1000), bay)
    fitted = fit_together(frame(a, b), opened)
    assert fitted.area.tolist() == [a.area, b.area]
    assert opened.problems == []


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


def test_land_inside_another_goes_to_the_one_inside_wherever_it_stands(reading):
    """b lies within a, drawn without the hole for it; c = d are one square under two ids, which nobody can part."""
    within, square = shapely.box(400, 400, 600, 600), shapely.box(5000, 0, 6000, 1000)
    opened = reading("units.gpkg")
    fitted = fit_together(frame(shapely.box(0, 0, 1000, 1000), within, square, square), opened)
    assert fitted.area["a"] == 1e6 - 4e4
    assert fitted.area["b"] == 4e4
    error = next(problem for problem in opened.problems if problem.severity == "error")
    assert error.values == ("c = d",)
    assert "1 pair that are the same" in error.render("en")


def test_lines_that_lie_beside_a_polygon_are_no_part_of_it(reading):
    opened = reading("units.gpkg")
    mixed = shapely.GeometryCollection([shapely.box(0, 0, 1, 1), shapely.LineString([(0, 0), (1, 1)])])
    mended = mend_polygons(frame(mixed), opened)
    assert mended.geom_type.tolist() == ["MultiPolygon"]
    assert opened.problems == []
