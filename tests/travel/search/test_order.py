"""Orders of elimination: permutations all, and good ones where separators are small."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from gridplan.travel.search import elimination
from gridplan.travel.search.graph import build_topology
from gridplan.travel.search.order import LEAF, choose_method, dissect, far_distances, find_order
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
    filled = len(elimination.fill(topology.indptr, topology.heads, order)[1])
    by_rows = len(elimination.fill(topology.indptr, topology.heads, np.arange(1024, dtype=np.int32))[1])
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
