"""Orders of elimination: permutations all, and good ones where separators are small."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from gridplan.travel.search import elimination
from gridplan.travel.search.graph import build_topology
from gridplan.travel.search.order import LEAF, choose_method, dissect, far_distances, find_order, narrowest_level
from gridplan.words.errors import NetworkError
from tests.travel.search.test_elimination import rows_of


def square(side: int):
    """side x side nodes joined to their four neighbours, and their places."""
    cell = np.arange(side * side).reshape(side, side)
    pairs = np.concatenate(
        [
            np.column_stack([cell[:, :-1].ravel(), cell[:, 1:].ravel()]),
            np.column_stack([cell[:-1].ravel(), cell[1:].ravel()]),
        ]
    ).astype(np.int32)
    topology = build_topology(pairs[:, 0], pairs[:, 1], np.ones(len(pairs), bool), n_nodes=side * side)
    return topology, np.column_stack(np.divmod(np.arange(side * side), side)).astype(float)


@pytest.mark.parametrize("method", ["metis", "geometric", "bfs"])
def test_every_order_names_each_node_once_and_fills_little(method):
    """Of 1,024 nodes in a square, nested dissection fills about n log n arcs; rows as they come fill n x 32."""
    topology, xy = square(32)
    order = find_order(topology, method, xy)
    assert sorted(order.tolist()) == list(range(1024))
    filled = len(elimination.fill(topology.indptr, topology.heads, order, 10**6)[1])
    by_rows = len(elimination.fill(topology.indptr, topology.heads, np.arange(1024, dtype=np.int32), 10**6)[1])
    assert filled < 0.5 * by_rows


def test_dissection_takes_a_separator_last():
    """A ladder of 2 x 60: the nodes that come last cut it into halves, and it falls into two parts without them."""
    graph = nx.convert_node_labels_to_integers(nx.grid_2d_graph(60, 2), ordering="sorted")
    xy = np.column_stack(np.divmod(np.arange(120), 2)).astype(float)
    order = dissect(*rows_of(graph), xy)
    assert sorted(order.tolist()) == list(range(120))
    last = order[-2:].tolist()
    parts = list(nx.connected_components(graph.subgraph(set(graph) - set(last))))
    assert len(parts) == 2
    assert min(map(len, parts)) >= 40


def test_distances_tell_the_ends_of_a_path_apart_and_parts_lie_apart():
    graph = nx.path_graph(50)
    graph.add_edges_from((a + 50, b + 50) for a, b in nx.path_graph(30).edges)
    along = far_distances(*rows_of(graph))[:, 0]
    assert (np.diff(along[:50]) > 0).all() or (np.diff(along[:50]) < 0).all()
    assert along[:50].max() < along[50:].min() or along[50:].max() < along[:50].min()


def test_the_method_is_what_can_be_had():
    assert choose_method("auto", None) in ("metis", "bfs")
    assert choose_method("bfs", None) == "bfs"
    with pytest.raises(NetworkError):
        choose_method("geometric", None)


def test_small_graphs_need_no_dissection():
    topology, xy = square(4)
    assert topology.n_nodes <= LEAF
    assert sorted(find_order(topology, "geometric", xy).tolist()) == list(range(16))


def test_the_narrowest_level_of_a_board_is_short_and_of_a_clique_is_all():
    """A square of 32 falls into diagonals, of which those between its quarters have 23 nodes at least (half of them 32); in a clique all are one step away."""
    topology, _ = square(32)
    assert 20 <= int(narrowest_level(topology.indptr, topology.heads)) <= 32
    tail, head = np.nonzero(np.triu(np.ones((50, 50), bool), 1))
    clique = build_topology(tail.astype(np.int32), head.astype(np.int32), np.ones(len(tail), bool), n_nodes=50)
    assert int(narrowest_level(clique.indptr, clique.heads)) == 49
    path = build_topology(np.arange(9, dtype=np.int32), np.arange(1, 10, dtype=np.int32), np.ones(9, bool), n_nodes=10)
    assert int(narrowest_level(path.indptr, path.heads)) == 1


@pytest.mark.parametrize("method", ["metis", "geometric", "bfs"])
def test_graphs_that_are_no_roads_get_no_order(method):
    """A random graph, and a hub that touches everybody; a square, and a street with houses on both sides, are ordered."""
    rng = np.random.default_rng(0)
    ends = rng.integers(0, 3000, (2, 9000)).astype(np.int32)
    hub = np.zeros(2000, np.int32), np.arange(1, 2001, dtype=np.int32)
    for tail, head, n in ((*ends, 3000), (*hub, 2001)):
        topology = build_topology(tail, head, np.ones(len(tail), bool), n_nodes=n)
        assert find_order(topology, method, rng.random((n, 2))) is None
