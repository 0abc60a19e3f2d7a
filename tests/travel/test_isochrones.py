"""Isochrones cover what is within the minutes, the way it is asked for."""

from __future__ import annotations

import shapely

from gridplan.travel.isochrones import draw_isochrones
from gridplan.travel.snapping import snap_points


def test_isochrones_are_nested_and_cover_the_right_nodes(coast):
    """From a place 500 m along the first street: 1 is 5 minutes away, 2 is 15, the island never."""
    place = snap_points(coast, [(500, 0)])
    frame = draw_isochrones(coast, place, [4, 8, 15], direction="from", reach_m=100.0)
    assert frame["minutes"].tolist() == [4.0, 8.0, 15.0]
    areas = frame.geometry.tolist()
    assert areas[0].covered_by(areas[1].buffer(1e-6))
    assert areas[1].covered_by(areas[2].buffer(1e-6))
    reached = [[bool(a.contains(shapely.Point(x, 0))) for x in (500, 850, 1250, 1950)] for a in areas]
    assert reached == [[True, True, False, False], [True, True, True, False], [True, True, True, True]]
    assert not areas[2].intersects(shapely.Point(500, 5000))


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
