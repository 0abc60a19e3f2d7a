"""Unreachable places say why, and isochrones cover what is within the minutes."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from gridplan.travel import RoadNetwork


@pytest.fixture
def coast():
    """A mainland street 0-1-2 (10 min each), a one-way pier 2 -> 3 (no way back), an island 4-5 without a ferry.

    4 --- 5          island, y = 5000
    0 --- 1 --- 2 -> 3      mainland, y = 0, a node every 1000 m
    """
    tail = [0, 1, 1, 2, 2, 4, 5]
    head = [1, 0, 2, 1, 3, 5, 4]
    xy = [(0, 0), (1000, 0), (2000, 0), (3000, 0), (0, 5000), (1000, 5000)]
    return RoadNetwork.from_edges(tail, head, np.full(7, 10.0), xy=xy)


def test_reasons(coast):
    """Island, pier, open sea, mainland: three reasons and none."""
    points = coast.snap([(500, 5000), (2900, 0), (500, -90_000), (500, 0)], max_m=1000.0)
    target = coast.snap([(0, 0)])
    island, pier, sea, mainland = coast.explain(points, target)
    assert "2 nodes" in island.en
    assert "one-way" in pier.en
    assert "no road within reach" in sea.en
    assert mainland is None


def test_closed_roads_and_lost_targets(coast):
    points = coast.snap([(500, 0), (1500, 0)])
    target = coast.snap([(500, 5000)])
    cut = coast.without_edges([0, 1])
    assert "closed" in cut.explain(points, points.take([1]))[0].en
    everything = coast.without_edges([5, 6])
    assert "no target" in everything.explain(points, target)[0].en
    assert coast.explain(points, points.take([])) == coast.explain(points, coast.snap(np.empty((0, 2))))


def test_too_long_is_told_apart():
    network = RoadNetwork.from_edges([0, 1, 1, 2], [1, 0, 2, 1], np.full(4, 30_000.0), xy=[(0, 0), (1, 0), (2, 0)])
    snaps = network.snap([(0, 0), (2, 0)])
    assert "24.8" in network.explain(snaps.take([0]), snaps.take([1]))[0].en


def test_isochrones_are_nested_and_cover_the_right_nodes(coast):
    """From a place 500 m along the first street: 1 is 5 minutes away, 2 is 15, the island never."""
    place = coast.snap([(500, 0)])
    frame = coast.isochrones(place, [4, 8, 15], direction="from", reach_m=100.0)
    assert frame["minutes"].tolist() == [4.0, 8.0, 15.0]
    areas = frame.geometry.tolist()
    assert areas[0].covered_by(areas[1].buffer(1e-6))
    assert areas[1].covered_by(areas[2].buffer(1e-6))
    reached = [[bool(a.contains(shapely.Point(x, 0))) for x in (500, 850, 1250, 1950)] for a in areas]
    assert reached == [[True, True, False, False], [True, True, True, False], [True, True, True, True]]
    assert not areas[2].intersects(shapely.Point(500, 5000))


def test_direction_of_isochrones(coast):
    """The pier's end is reached from the mainland, but nobody comes from there."""
    place = coast.snap([(2000, 0)])
    there = coast.isochrones(place, [10], direction="from").geometry.iloc[0]
    back = coast.isochrones(place, [10], direction="to").geometry.iloc[0]
    end = shapely.Point(2900, 0)
    assert there.contains(end)
    assert not back.contains(end)


def test_unreachable_places_have_empty_isochrones(coast):
    place = coast.snap([(0, -90_000)], max_m=10.0)
    assert coast.isochrones(place, [10]).geometry.iloc[0].is_empty
