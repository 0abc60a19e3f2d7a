"""Clusters of neighbours are those of scikit-learn, on maps with ties and in parts as well."""

from __future__ import annotations

import warnings

import networkx as nx
import numpy as np
import pytest
from sklearn.cluster import AgglomerativeClustering

from gridplan.grids.ward import neighbour_clusters


def matrix(graph: nx.Graph):
    return nx.to_scipy_sparse_array(graph, nodelist=range(len(graph)), weight=None, format="csr")


def of_scikit_learn(xy, links, k):
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="the number of connected components")
        return AgglomerativeClustering(n_clusters=k, linkage="ward", connectivity=links).fit_predict(xy)


@pytest.mark.parametrize("seed", range(12))
def test_clusters_are_those_of_scikit_learn(seed):
    """Random places whose neighbours are the nearest few, in one part or in several."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 80))
    xy = rng.random((n, 2)) * 1e4 + [5e5, 3.4e6]
    graph = nx.random_geometric_graph(n, 0.3, pos={i: tuple((xy[i] - [5e5, 3.4e6]) / 1e4) for i in range(n)})
    links = matrix(graph)
    for k in {1, min(2, n), n // 2 or 1, n}:
        assert neighbour_clusters(xy, links, k).tolist() == of_scikit_learn(xy, links, k).tolist()


@pytest.mark.parametrize("k", [1, 2, 3, 5, 12, 24])
def test_equal_distances_are_settled_as_there(k):
    """The squares of a chessboard: all neighbours are equally near."""
    graph = nx.convert_node_labels_to_integers(nx.grid_2d_graph(4, 6))
    xy = np.array([(1000.0 * (i % 6), 1000.0 * (i // 6)) for i in range(24)])
    assert neighbour_clusters(xy, matrix(graph), k).tolist() == of_scikit_learn(xy, matrix(graph), k).tolist()


def test_a_far_place_is_a_cluster_of_its_own_and_neighbours_stay_together():
    """0-1-2 close by, 3 far off; 2 and 4 are near each other but do not touch."""
    xy = np.array([(0.0, 0.0), (1.0, 0.0), (2.0, 0.0), (50.0, 0.0), (2.0, 1.5)])
    links = matrix(nx.Graph([(0, 1), (1, 2), (2, 3), (0, 4)]))
    label = neighbour_clusters(xy, links, 3)
    assert len(set(label[[0, 1, 2]])) == 1
    assert len(set(label[[0, 3, 4]])) == 3
