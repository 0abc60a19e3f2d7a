"""Unreachable places say why."""

from __future__ import annotations

import numpy as np

from gridplan.travel.network import RoadNetwork
from gridplan.travel.reasons import explain_unreachable
from gridplan.travel.snapping import snap_points


def test_reasons(coast):
    """Island, pier, open sea, mainland: three reasons and none."""
    points = snap_points(coast, [(500, 5000), (2900, 0), (500, -90_000), (500, 0)], max_m=1000.0)
    target = snap_points(coast, [(0, 0)])
    island, pier, sea, mainland = explain_unreachable(coast, points, target)
    assert "2 nodes" in island.en
    assert "one-way" in pier.en
    assert "no road within reach" in sea.en
    assert mainland is None


def test_closed_roads_and_lost_targets(coast):
    points = snap_points(coast, [(500, 0), (1500, 0)])
    target = snap_points(coast, [(500, 5000)])
    cut = coast.without_edges([0, 1])
    assert "closed" in explain_unreachable(cut, points, points.take([1]))[0].en
    everything = coast.without_edges([5, 6])
    assert "no target" in explain_unreachable(everything, points, target)[0].en
    assert explain_unreachable(coast, points, points.take([])) == explain_unreachable(
        coast, points, snap_points(coast, np.empty((0, 2)))
    )


def test_too_long_is_told_apart():
    network = RoadNetwork.from_edges([0, 1, 1, 2], [1, 0, 2, 1], np.full(4, 30_000.0), xy=[(0, 0), (1, 0), (2, 0)])
    snaps = snap_points(network, [(0, 0), (2, 0)])
    assert "24.8" in explain_unreachable(network, snaps.take([0]), snaps.take([1]))[0].en
