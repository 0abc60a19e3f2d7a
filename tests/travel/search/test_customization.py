"""Weights laid over a skeleton: climbing and falling arcs have the times of the ways below them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from gridplan.travel.milliseconds import FAR
from gridplan.travel.search import customization, elimination
from gridplan.travel.search.hierarchy import build_hierarchy, skeleton_of
from tests.travel.search.test_order import square


def in_subtrees(topology, order):
    """The order with each subtree of its elimination tree in one run, as skeletons need it."""
    tree = elimination.elimination_tree(topology.indptr, topology.heads, order)
    return order[elimination.postorder(tree)]


def customised(seed: int):
    """A square of 6 x 6 nodes in a random order of elimination, with other times each way; its all-pairs times."""
    topology, _ = square(6)
    rng = np.random.default_rng(seed)
    weights = rng.integers(1, 1000, topology.n_arcs).astype(np.uint32)
    weights[rng.random(topology.n_arcs) < 0.1] = FAR
    order = in_subtrees(topology, rng.permutation(36).astype(np.int32))
    graph = csr_array((weights.astype(float), topology.heads, topology.indptr), shape=(36, 36))
    graph.data[graph.data >= float(FAR)] = np.inf
    times = dijkstra(graph)[np.ix_(order, order)]
    return build_hierarchy(skeleton_of(topology, order), weights), times


@pytest.mark.parametrize("seed", range(4))
def test_arcs_are_never_shorter_than_the_way_and_the_best_way_climbs_and_falls(seed):
    hierarchy, times = customised(seed)
    skeleton, climb, fall = hierarchy.skeleton, hierarchy.climb.times, hierarchy.fall.times
    low = skeleton.tail
    exact_up, exact_down = times[low, skeleton.up], times[skeleton.up, low]
    assert (np.where(climb >= FAR, np.inf, climb) >= exact_up).all()
    assert (np.where(fall >= FAR, np.inf, fall) >= exact_down).all()
    perfect = hierarchy.perfected
    kept = perfect.climb
    for v in range(36):
        for e in range(kept.rows[v], kept.rows[v + 1]):
            assert kept.times[e] == times[v, kept.heads[e]]
    down = perfect.fall
    for v in range(36):
        for e in range(down.rows[v], down.rows[v + 1]):
            assert down.times[e] == times[down.heads[e], v]
    assert len(kept.times) <= len(climb)


def test_lower_triangles_by_hand():
    """Ranks 0, 1, 2 in a triangle: 1 to 2 takes 10, by 0 it takes 3 + 4; back 10, by 0 it takes 20 + 5."""
    rows, up = np.array([0, 2, 3, 3]), np.array([1, 2, 2], dtype=np.int32)
    starts, arcs, tail = customization.below(rows, up)
    climb, fall = np.array([20, 4, 10], dtype=np.uint32), np.array([3, 5, 10], dtype=np.uint32)
    unsigned = [np.asarray(values).astype(np.uint64) for values in (np.arange(3), rows, up, starts, arcs, tail)]
    customization.customize(*unsigned, climb, fall, np.zeros(3, np.uint64))
    # The arc 1-2: climb = fall[0-1] reversed (1 to 0: 3) + climb[0-2] (4); fall = 2 to 0 (5) + 0 to 1 (20).
    assert climb[2] == 3 + 4
    assert fall[2] == 10


def test_arcs_below_each_rank_and_sizes_of_subtrees():
    rows, up = np.array([0, 2, 3, 3]), np.array([1, 2, 2], dtype=np.int32)
    starts, arcs, tail = customization.below(rows, up)
    assert starts.tolist() == [0, 0, 1, 3]
    assert arcs.tolist() == [0, 1, 2]
    assert tail.tolist() == [0, 0, 1]
    assert customization.subtree_sizes(np.array([2, 2, 4, 4, -1], dtype=np.int32)).tolist() == [1, 1, 3, 1, 5]


def test_only_arcs_that_no_other_way_beats_are_kept():
    rows, up = np.array([0, 3, 3, 3, 3]), np.array([1, 2, 3], dtype=np.int32)
    before, after = np.array([5, 9, FAR], dtype=np.uint32), np.array([5, 7, FAR], dtype=np.uint32)
    kept_rows, heads, times = customization.keep_shortest(rows, up, before, after, FAR)
    assert kept_rows.tolist() == [0, 1, 1, 1, 1]
    assert (heads.tolist(), times.tolist()) == ([1], [5])
