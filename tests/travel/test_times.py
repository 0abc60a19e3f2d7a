"""Times to places and from them, reduced: by hand on a street of four nodes."""

from __future__ import annotations

import numpy as np
import pytest

from gridplan.travel.network import RoadNetwork
from gridplan.travel.preparation import prepare
from gridplan.travel.snapping import snap_points
from gridplan.words.errors import NetworkError


@pytest.fixture(scope="module", params=["plain", "hierarchy"])
def street(request):
    """0 - 1 - 2 - 3 a kilometre apart, ten minutes along and twenty back."""
    tail, head = [0, 1, 2, 1, 2, 3], [1, 2, 3, 0, 1, 2]
    xy = [(1000.0 * i, 0.0) for i in range(4)]
    return prepare(
        RoadNetwork.from_edges(tail, head, [10.0] * 3 + [20.0] * 3, xy=xy), method=request.param, order="bfs"
    )


def test_to_and_from_are_told_apart(street):
    assert street.minutes_to([3, 0]).gather().tolist() == [[30, 0], [20, 20], [10, 40], [0, 60]]
    assert street.minutes_from([3, 0]).gather().tolist() == [[60, 0], [40, 10], [20, 20], [0, 30]]
    assert street.minutes_to([3, 0]).gather([2, 0]).tolist() == [[10, 40], [30, 0]]


def test_nearest_places_come_nearest_first_and_are_named(street):
    minutes, place = street.minutes_to([3, 0]).nearest(2)
    assert minutes.tolist() == [[0, 30], [20, 20], [10, 40], [0, 60]]
    assert place.tolist() == [[1, 0], [0, 1], [0, 1], [0, 1]]
    minutes, place = street.minutes_to([3]).nearest(2, at=[1])
    assert (minutes.tolist(), place.tolist()) == ([[20, np.inf]], [[0, -1]])


def test_within_counts_the_limit_itself(street):
    assert street.minutes_to([3, 0]).within(20.0).tolist() == [1, 2, 1, 1]
    assert street.minutes_to([3, 0]).within(19.99).tolist() == [1, 0, 1, 1]


def test_covered_people_and_means_by_group(street):
    times, people = street.minutes_to([3, 0]), [1.0, 2.0, 4.0, 8.0]
    assert times.covered(20.0, people).tolist() == [14.0, 3.0]
    mean = times.weighted_mean([0, 1, 1, -1], people)
    assert mean.tolist() == [[30.0, 0.0], [pytest.approx((2 * 20 + 4 * 10) / 6), pytest.approx((2 * 20 + 4 * 40) / 6)]]
    with pytest.raises(NetworkError):
        times.covered(20.0, people[:3])


def test_two_points_on_one_road_go_straight_along_it(street):
    points = snap_points(street, [(1200, 0), (1700, 0)], access_kmh=1e9)
    assert street.table(points, points).tolist() == [[0.0, 5.0], [10.0, 0.0]]
    assert street.minutes_from(points).gather(points).tolist() == [[0.0, 10.0], [5.0, 0.0]]


def test_access_legs_of_both_ends_count(street):
    points = snap_points(street, [(1200, 100), (1700, 200)], access_kmh=6.0, access_detour=1.5)
    assert street.table(points, points)[0, 1] == pytest.approx(1.5 + 5.0 + 3.0, abs=1e-4)
