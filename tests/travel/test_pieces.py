"""Pieces of a network: how many there are, and who stands on the largest."""

from __future__ import annotations

from gridplan.travel.network import RoadNetwork
from gridplan.travel.pieces import count_pieces, find_pieces
from gridplan.travel.snapping import snap_points

XY = [(0.0, 0.0), (100.0, 0.0), (5000.0, 0.0), (5100.0, 0.0), (5200.0, 0.0)]


def test_the_largest_piece_has_most_nodes_wherever_it_stands() -> None:
    """A street of two nodes in the west, of three in the east, one way: two pieces, and a place too far from both on neither."""
    network = RoadNetwork.from_edges([0, 2, 3], [1, 3, 4], [1.0, 1.0, 1.0], xy=XY)
    places = snap_points(network, [(50.0, 0.0), (5150.0, 0.0), (2500.0, 0.0)], max_m=1000)
    largest, apart = find_pieces(network, places)
    assert count_pieces(network) == 2
    assert largest.tolist() == [False, True, False]
    assert apart.tolist() == [True, False, False]


def test_nothing_stands_on_a_network_without_roads() -> None:
    network = RoadNetwork.from_edges([0], [1], [float("inf")], xy=XY[:2])
    largest, apart = find_pieces(network, snap_points(network, [(50.0, 0.0)]))
    assert not largest.any()
    assert count_pieces(network) == 0
    assert len(apart) == 1
