"""Networks from graphs and back: undirected edges count both ways, places only where every node has one."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from gridplan.travel.conversion import from_networkx, to_networkx
from gridplan.travel.network import RoadNetwork
from gridplan.words.errors import NetworkError


def test_an_undirected_edge_counts_both_ways():
    graph = nx.Graph([("a", "b", {"minutes": 2.0})])
    network, nodes = from_networkx(graph)
    assert network.minutes_to([nodes.index("b")]).gather()[nodes.index("a")].tolist() == [2.0]
    assert network.minutes_to([nodes.index("a")]).gather()[nodes.index("b")].tolist() == [2.0]
    directed, _ = from_networkx(graph.to_directed().subgraph(["a", "b"]))
    assert directed.n_edges == 2


def test_a_one_way_edge_leads_one_way():
    network, _ = from_networkx(nx.DiGraph([("a", "b", {"minutes": 2.0})]))
    assert network.minutes_to([1]).gather().ravel().tolist() == [2.0, 0.0]
    assert network.minutes_to([0]).gather().ravel().tolist() == [0.0, np.inf]


def test_places_are_taken_where_all_nodes_have_one():
    graph = nx.DiGraph([("a", "b", {"minutes": 2.0})])
    graph.nodes["a"].update(x=1.0, y=2.0)
    assert from_networkx(graph)[0].xy is None
    graph.nodes["b"].update(x=3.0, y=4.0)
    assert from_networkx(graph)[0].xy.tolist() == [[1.0, 2.0], [3.0, 4.0]]


def test_edges_without_minutes_are_named():
    graph = nx.DiGraph([("a", "b", {"minutes": 2.0}), ("b", "c", {}), ("c", "a", {"minutes": float("nan")})])
    with pytest.raises(NetworkError) as caught:
        from_networkx(graph)
    assert len(caught.value.problems[0].values) == 2


def test_closed_edges_are_left_out_and_rows_are_kept():
    network = RoadNetwork.from_edges([0, 1], [1, 0], [2.0, 3.0]).without_edges([0])
    graph = to_networkx(network)
    assert [(u, v, data["minutes"], data["edge"]) for u, v, data in graph.edges(data=True)] == [(1, 0, 3.0, 1)]


def test_numbers_written_as_text_are_read(tmp_path):
    graph = nx.DiGraph()
    graph.add_node("a", x="1.5", y="2")
    graph.add_node("b", x="3", y="4")
    graph.add_edge("a", "b", minutes="2.5")
    nx.write_graphml(graph, tmp_path / "g.graphml")
    network, nodes = from_networkx(nx.read_graphml(tmp_path / "g.graphml"))
    assert nodes == ["a", "b"]
    assert network.minutes_to([1]).gather()[0, 0] == 2.5
    assert network.xy[0].tolist() == [1.5, 2.0]


def test_networkx_there_and_back():
    """A multigraph with text nodes gives the same times and comes back with its open edges."""
    graph = nx.MultiDiGraph()
    graph.add_node("far", x=0.0, y=5.0)
    graph.add_node("b", x=1.0, y=0.0)
    graph.add_node("a", x=0.0, y=0.0)
    graph.add_edge("a", "b", minutes=2.5)
    graph.add_edge("a", "b", minutes=4.0)
    graph.add_edge("b", "a", minutes=1.0)
    network, nodes = from_networkx(graph)
    a, b = nodes.index("a"), nodes.index("b")
    assert network.minutes_to([b]).gather([a, nodes.index("far")]).ravel().tolist() == [2.5, np.inf]
    back = to_networkx(network)
    assert sorted(data["minutes"] for _, _, data in back.edges(data=True)) == [1.0, 2.5, 4.0]
    assert back.nodes[b]["x"] == 1.0
    with pytest.raises(NetworkError):
        from_networkx(graph, minutes="seconds")
