"""Taking a graph apart node by node, against the fill that the definition gives."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from gridplan.travel.search import elimination


def rows_of(graph: nx.Graph) -> tuple[np.ndarray, np.ndarray]:
    """The graph of nodes 0..n-1 in compressed rows, ascending."""
    near = [sorted(graph[node]) for node in range(len(graph))]
    return np.concatenate([[0], np.cumsum([len(row) for row in near])]).astype(np.int64), np.array(
        [node for row in near for node in row], dtype=np.int32
    )


def random_graph(seed: int) -> nx.Graph:
    graph = nx.gnm_random_graph(25, 45, seed=seed)
    graph.add_edges_from(nx.path_graph(25).edges)
    return graph


def fill_by_definition(graph: nx.Graph, order: list[int]) -> list[list[int]]:
    """Eliminate the nodes one by one, joining all higher neighbours: the ranks above each rank."""
    rank = {node: r for r, node in enumerate(order)}
    left = nx.relabel_nodes(graph, rank)
    above = []
    for r in range(len(order)):
        near = sorted(left[r])
        above.append(near)
        left.remove_node(r)
        left.add_edges_from((a, b) for a in near for b in near if a < b)
    return above


@pytest.mark.parametrize("seed", range(6))
def test_fill_and_tree_are_those_of_the_definition(seed):
    graph = random_graph(seed)
    order = np.random.default_rng(seed).permutation(25).astype(np.int32)
    rows, up = elimination.fill(*rows_of(graph), order, 10**6)
    above = fill_by_definition(graph, order.tolist())
    assert [up[rows[r] : rows[r + 1]].tolist() for r in range(25)] == above
    parent = elimination.elimination_tree(*rows_of(graph), order)
    assert parent.tolist() == [near[0] if near else -1 for near in above]


@pytest.mark.parametrize("seed", range(4))
def test_postorder_puts_children_first_and_subtrees_in_one_run(seed):
    rng = np.random.default_rng(seed)
    parent = np.array(
        [int(rng.integers(i + 1, 30)) if i < 29 and rng.random() < 0.9 else -1 for i in range(30)], np.int32
    )
    order = elimination.postorder(parent)
    place = np.argsort(order)
    assert sorted(order.tolist()) == list(range(30))
    tree = nx.DiGraph((int(p), child) for child, p in enumerate(parent) if p >= 0)
    tree.add_nodes_from(range(30))
    for node in range(30):
        inside = sorted(int(place[other]) for other in {node, *nx.descendants(tree, node)})
        assert inside == list(range(inside[0], inside[0] + len(inside)))
        assert inside[-1] == place[node]


def test_peeling_takes_paths_and_cycles_and_leaves_what_is_dense():
    """A path of ten is peeled whole; of a complete graph of five with a tail of three, the five are left."""
    order, _, degree = elimination.peel(*rows_of(nx.path_graph(10)))
    assert sorted(order.tolist()) == list(range(10))
    assert (degree == -1).all()
    graph = nx.complete_graph(5)
    graph.add_edges_from([(4, 5), (5, 6), (6, 7)])
    rows, heads = rows_of(graph)
    order, near, degree = elimination.peel(rows, heads)
    assert sorted(order.tolist()) == [5, 6, 7]
    nodes, core_rows, core_heads = elimination.core_graph(rows, near, degree)
    assert nodes.tolist() == [0, 1, 2, 3, 4]
    assert np.diff(core_rows).tolist() == [4] * 5
    assert len(core_heads) == 20


def test_peeling_a_node_between_two_joins_them():
    """The middle of each side of a complete graph of four with every edge halved goes; the four stay joined."""
    graph = nx.Graph()
    number = 4
    for a, b in nx.complete_graph(4).edges:
        graph.add_edges_from([(a, number), (number, b)])
        number += 1
    rows, heads = rows_of(graph)
    order, near, degree = elimination.peel(rows, heads)
    nodes, core_rows, core_heads = elimination.core_graph(rows, near, degree)
    assert sorted(order.tolist()) == list(range(4, 10))
    near_of = [sorted(core_heads[core_rows[i] : core_rows[i + 1]].tolist()) for i in range(len(nodes))]
    assert near_of == [[1, 2, 3], [0, 2, 3], [0, 1, 3], [0, 1, 2]]
