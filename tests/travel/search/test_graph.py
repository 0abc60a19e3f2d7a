"""Connected parts with and against the direction of traffic."""

from __future__ import annotations

import numpy as np

from gridplan.travel.milliseconds import FAR
from gridplan.travel.search.graph import build_topology, strong_components, weak_components


def ring_with_a_pier():
    """0 -> 1 -> 2 -> 0 one way round, 2 -> 3 out and not back, 4 alone; the weights of the arcs."""
    tail, head = np.array([0, 1, 2, 2], dtype=np.int32), np.array([1, 2, 0, 3], dtype=np.int32)
    topology = build_topology(tail, head, np.ones(4, bool), n_nodes=5)
    return topology, topology.weigh(np.full(4, 9, dtype=np.uint32), np.full(4, FAR))


def test_arcs_and_their_twins():
    topology, weights = ring_with_a_pier()
    assert topology.n_arcs == 8
    assert topology.tails[topology.twin].tolist() == topology.heads.tolist()
    assert sorted(weights.tolist()) == [9] * 4 + [int(FAR)] * 4


def test_weak_parts_disregard_directions():
    labels = weak_components(*ring_with_a_pier())
    assert len(set(labels[:4].tolist())) == 1
    assert labels[4] != labels[0]


def test_strong_parts_need_a_way_back_and_the_largest_is_the_main_one():
    labels, main = strong_components(*ring_with_a_pier())
    assert labels[:3].tolist() == [main] * 3
    assert main not in (labels[3], labels[4])


def test_closed_streets_join_nothing_and_no_nodes_have_no_parts():
    topology, weights = ring_with_a_pier()
    closed = np.full_like(weights, FAR)
    assert len(set(weak_components(topology, closed).tolist())) == 5
    empty = build_topology(np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0, bool), n_nodes=0)
    assert strong_components(empty, np.empty(0, np.uint32))[1] == -1
