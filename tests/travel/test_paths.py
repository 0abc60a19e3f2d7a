"""The roads of quickest ways, checked by hand."""

from __future__ import annotations

import numpy as np

from gridplan.travel.network import RoadNetwork
from gridplan.travel.paths import trace_paths
from gridplan.travel.snapping import snap_points
from tests.travel.test_pricing import roads

KMH = {"residential": 60}


def stretches(paths, way: int) -> list[tuple[int, float, bool]]:
    """(edge, share, along) of one way."""
    rows = paths.way == way
    return list(zip(paths.edge[rows].tolist(), paths.share[rows].tolist(), paths.along[rows].tolist(), strict=True))


def test_ways_take_parts_of_the_first_and_last_road_and_all_between():
    """From 500 m on road 0 to 250 m on road 2, there and back; and along one road without leaving it."""
    network = RoadNetwork.from_roads(roads((0, 1), (1, 2), (2, 3)), speeds=KMH)
    at = snap_points(network, [(500, 0), (2250, 0), (2750, 0)])
    paths = trace_paths(network, at.take([0, 1, 1]), at.take([1, 0, 2]))
    assert stretches(paths, 0) == [(0, 0.5, True), (1, 1.0, True), (2, 0.25, True)]
    assert stretches(paths, 1) == [(2, 0.25, False), (1, 1.0, False), (0, 0.5, False)]
    assert stretches(paths, 2) == [(2, 0.5, True)]
    assert paths.reached.all()


def test_of_parallel_roads_the_quicker_and_against_one_way_none():
    """Rows 1 and 2 both join nodes 1 and 2, row 2 twice as fast; row 3 is one-way, so that nobody comes back from node 3."""
    frame = roads(
        (0, 1), (1, 2), (1, 2), (2, 3), oneway=[0, 0, 0, 1], road_class=["residential"] * 2 + ["primary", "residential"]
    )
    network = RoadNetwork.from_roads(frame, speeds={**KMH, "primary": 120})
    at = snap_points(network, [(0, 0), (3000, 0)])
    paths = trace_paths(network, at, at.take([1, 0]))
    assert [edge for edge, share, _ in stretches(paths, 0) if share > 0] == [0, 2, 3]
    assert paths.reached.tolist() == [True, False]
    assert stretches(paths, 1) == []


def test_nobody_passes_through_roads_for_destination_only():
    """The short cut 0-2 serves those who live on it; others go 0-1-2, and steps between the levels of the network are no roads."""
    frame = roads((0, 1), (1, 2), (0, 2), (2, 3), destination=[False, False, True, False])
    network = RoadNetwork.from_roads(frame, speeds={**KMH}, junction_delay_s=0.0).with_minutes(
        [1, 1, 0.5, 1], against=[1, 1, 0.5, 1]
    )
    start, end = snap_points(network, [(0, 0)]), snap_points(network, [(3000, 0)])
    paths = trace_paths(network, start, end)
    assert sorted({edge for edge, share, _ in stretches(paths, 0) if share > 0}) == [0, 1, 3]


def test_the_time_of_the_stretches_is_that_of_the_network(coast):
    """Sums over the stretches and both access legs are the minutes of the table, for every pair of places on the coast."""
    at = snap_points(coast, [(250, 0), (1500, 0), (2500, 0), (500, 5000)])
    first, last = np.divmod(np.arange(16), 4)
    paths = trace_paths(coast, at.take(first), at.take(last))
    along, against = coast.streets.ms(paths.edge)
    spent = np.bincount(paths.way, paths.share * np.where(paths.along, along, against) / 60_000, minlength=16)
    spent += at.access_min[first] + at.access_min[last]
    table = coast.table(at, at).ravel()
    assert np.array_equal(np.isfinite(table), paths.reached)
    assert np.allclose(spent[paths.reached], table[paths.reached], atol=1e-3)
