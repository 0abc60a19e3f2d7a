"""Isochrones cover what is within the minutes, the way it is asked for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely

from gridplan.travel.isochrones import Canvas, draw_isochrones
from gridplan.travel.snapping import snap_points

FINE = Canvas(cell_m=10.0, reach_m=400.0, access_kmh=3.0, access_detour=1.0)
"""Off the roads 50 m take a minute, along them 100 m."""


def test_isochrones_are_nested_and_cover_the_right_nodes(coast):
    """From a place 500 m along the first street, 100 m a minute: 1 is 5 minutes away, 2 is 15, the island never."""
    place = snap_points(coast, [(500, 0)])
    frame = draw_isochrones(coast, place, [4, 8, 15], direction="from", canvas=FINE)
    assert frame["minutes"].tolist() == [4.0, 8.0, 15.0]
    areas = frame.geometry.tolist()
    assert areas[0].covered_by(areas[1].buffer(1e-6))
    assert areas[1].covered_by(areas[2].buffer(1e-6))
    reached = [[bool(a.contains(shapely.Point(x, 5))) for x in (500, 850, 1250, 1950)] for a in areas]
    assert reached == [[True, True, False, False], [True, True, True, False], [True, True, True, True]]
    assert not areas[2].intersects(shapely.Point(500, 5000))


def test_the_strip_beside_a_road_is_as_wide_as_the_minutes_left(coast):
    """Within 4 minutes at 50 m a minute off the road: 200 m wide at the place, 100 m where 2 minutes are left, never more than the reach."""
    place = snap_points(coast, [(500, 0)])
    area = draw_isochrones(coast, place, [4], direction="from", canvas=FINE).geometry.iloc[0]
    for x, wide in ((500, 200), (700, 100), (850, 25)):
        assert area.contains(shapely.Point(x, wide - 12)), x
        assert not area.contains(shapely.Point(x, wide + 12)), x
    near = replace(FINE, reach_m=60.0)
    strip = draw_isochrones(coast, place, [4], direction="from", canvas=near).geometry.iloc[0]
    assert strip.bounds[3] == pytest.approx(60, abs=10)


def test_areas_end_at_the_border_and_at_a_barrier(coast):
    place = snap_points(coast, [(500, 0)])
    river = shapely.LineString([(-500, 40), (3500, 40)])
    canvas = replace(FINE, area=shapely.box(0, -1000, 600, 1000), barriers=[river])
    area = draw_isochrones(coast, place, [4], direction="from", canvas=canvas).geometry.iloc[0]
    assert area.bounds[2] <= 600 + 10
    assert area.bounds[3] <= 40 + 10
    assert area.contains(shapely.Point(500, -150))


def test_what_is_drawn_is_what_points_measure(coast):
    """2,000 points at random, snapped and measured by themselves: all but those within a square of an outline agree."""
    place = snap_points(coast, [(500, 0), (1500, 0)])
    xy = np.random.default_rng(0).uniform((-300, -400), (2500, 400), (2000, 2))
    times = coast.table(snap_points(coast, xy, access_kmh=3.0, access_detour=1.0, max_m=400.0), place)
    for row in draw_isochrones(coast, place, [4, 8], canvas=FINE).itertuples():
        drawn, within = shapely.contains_xy(row.geometry, xy), times[:, row.place] <= row.minutes
        off = xy[drawn != within]
        assert len(off) < 0.02 * len(xy)
        assert (shapely.distance(row.geometry.boundary, shapely.points(off)) < 15).all()


def test_direction_of_isochrones(coast):
    """The pier's end is reached from the mainland, but nobody comes from there."""
    place = snap_points(coast, [(2000, 0)])
    there = draw_isochrones(coast, place, [10], direction="from").geometry.iloc[0]
    back = draw_isochrones(coast, place, [10], direction="to").geometry.iloc[0]
    end = shapely.Point(2900, 0)
    assert there.contains(end)
    assert not back.contains(end)


def test_unreachable_places_have_empty_isochrones(coast):
    place = snap_points(coast, [(0, -90_000)], max_m=10.0)
    assert draw_isochrones(coast, place, [10]).geometry.iloc[0].is_empty
