"""Times laid over a topology: the way of searching is chosen by the size of the question, and changes no answer."""

from __future__ import annotations

import numpy as np

from gridplan.travel.network import RoadNetwork
from gridplan.travel.search.graph import build_topology
from gridplan.travel.search.weighted import SearchRules, WeightedGraph
from tests.travel.search.test_hierarchy import street_grid


def test_reversed_weights_are_those_of_the_arcs_the_other_way():
    """0 -> 1 in 5 ms, 1 -> 0 in 7 ms."""
    topology = build_topology(np.array([0], np.int32), np.array([1], np.int32), np.array([True]), n_nodes=2)
    weights = topology.weigh(np.array([5], np.uint32), np.array([7], np.uint32))
    graph = WeightedGraph(topology, weights)
    assert graph.weights.tolist() == [5, 7]
    assert graph.weights_reversed.tolist() == [7, 5]
    assert graph.components[0].tolist() == [0, 0]


def test_plain_search_stays_plain():
    tail, head, minutes, n, _ = street_grid(60, seed=8)
    network = RoadNetwork.from_edges(tail, head, minutes, n_nodes=n)
    graph = WeightedGraph(network.topology, network.graph.weights, rules=SearchRules("plain"))
    assert graph.searcher(10_000, toward=True).hierarchy is None


def test_the_rule_chooses_by_the_size_of_the_job():
    """Few searches stay plain, many build a hierarchy, and a built one is used from then on; answers are the same."""
    tail, head, minutes, n, xy = street_grid(60, seed=8)
    network = RoadNetwork.from_edges(tail, head, minutes, n_nodes=n, xy=xy)
    assert network.graph.searcher(1, toward=True).hierarchy is None
    assert network.graph.searcher(100, toward=True).hierarchy is None, "small work: a hundred searches of 3,601 nodes"
    assert network.graph.searcher(2_000, toward=True).hierarchy is not None
    assert network.graph.searcher(1, toward=False).hierarchy is not None
    cut = network.without_edges([0])
    assert cut.graph.searcher(1, toward=True).hierarchy is None
    assert cut.graph.searcher(500, toward=True).hierarchy is not None
