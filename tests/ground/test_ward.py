"""Ward's clusters over a graph: by hand on a line, and the same as scikit-learn's, numbers of clusters included."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from scipy.sparse import coo_array, csr_array

from gridplan.ground.ward import cluster_ward


def linked(pairs: list[tuple[int, int]] | np.ndarray, n: int) -> csr_array:
    a, b = np.array(pairs).reshape(-1, 2).T
    return csr_array(coo_array((np.ones(2 * len(a)), (np.append(a, b), np.append(b, a))), shape=(n, n)))


def board(side: int, cut: int | None = None) -> tuple[np.ndarray, csr_array]:
    """`side` x `side` fields of 1 km; with `cut`, no field left of that column is linked to one right of it."""
    xy = np.stack(np.divmod(np.arange(side**2), side), axis=1) * 1000.0
    pairs = np.argwhere(np.triu(np.abs(xy[:, None] - xy[None]).sum(axis=2) == 1000))
    if cut is not None:
        pairs = pairs[(xy[pairs[:, 0], 0] < cut * 1000) == (xy[pairs[:, 1], 0] < cut * 1000)]
    return xy, linked(pairs, side**2)


def test_the_nearest_neighbours_merge_first_and_strangers_never() -> None:
    """At 0, 1, 4 and 4.5 km on a road, 4 and 4.5 merge first, then 0 and 1; points that come nearer without a link do not merge."""
    xy = np.array([[0.0, 0], [1, 0], [4, 0], [4.5, 0]])
    road = linked([(0, 1), (1, 2), (2, 3)], 4)
    assert [len(set(cluster_ward(xy, road, k).tolist())) for k in (1, 2, 3, 4)] == [1, 2, 3, 4]
    three = cluster_ward(xy, road, 3)
    assert three[2] == three[3] != three[0] != three[1]
    bend = cluster_ward(np.array([[0.0, 0], [5, 0], [0, 1]]), linked([(0, 1), (1, 2)], 3), 2)
    assert bend[0] == bend[1] != bend[2]


def test_parts_without_a_link_are_joined_where_they_come_nearest() -> None:
    """Two rows of a board that nothing links make one cluster when one is asked for, and are cut between them when two are."""
    xy, links = board(4, cut=2)
    assert set(cluster_ward(xy, links, 1).tolist()) == {0}
    two = cluster_ward(xy, links, 2)
    assert len({*two[:8]}) == len({*two[8:]}) == 1
    assert two[0] != two[8]


@pytest.mark.parametrize("cut", [None, 5])
def test_clusters_and_their_numbers_are_those_of_scikit_learn(cut: int | None) -> None:
    """On boards full of equal distances, with and without parts, and with few and with very many clusters."""
    from sklearn.cluster import AgglomerativeClustering

    xy, links = board(13, cut)
    xy = xy + np.random.default_rng(5).normal(size=xy.shape).round() * 100
    for k in (1, 2, 7, 99, 100, 120, 169):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            known = AgglomerativeClustering(n_clusters=k, linkage="ward", connectivity=links).fit_predict(xy)
        assert cluster_ward(xy, links, k).tolist() == known.tolist()
