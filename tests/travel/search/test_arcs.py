"""Streets into arcs, on a street plan small enough to write down."""

from __future__ import annotations

import numpy as np

from gridplan.travel.search.arcs import compress, least, twins

TAIL, HEAD = np.array([0, 0, 2, 1, 1], dtype=np.int32), np.array([1, 1, 1, 1, 2], dtype=np.int32)
"""0 = 1 twice, 2 - 1, a loop at 1, 1 - 2: two pairs of neighbours."""


def arcs(usable=(True,) * 5):
    return compress(TAIL, HEAD, np.array(usable), 4)


def test_parallel_streets_are_one_arc_and_loops_none():
    indptr, heads, _, starts = arcs()
    assert indptr.tolist() == [0, 1, 3, 4, 4]
    assert heads.tolist() == [1, 0, 2, 1]
    assert len(starts) == 4


def test_the_least_street_direction_counts_and_each_way_its_own():
    """Along 5, 3, 7, 0, 9; against 6, 8, 2, 0, 4: 0 to 1 takes min(5, 3), 1 to 0 min(6, 8), 1 to 2 min(9, 2), 2 to 1 min(7, 4)."""
    indptr, heads, pick, starts = arcs()
    forward, backward = np.array([5, 3, 7, 0, 9], dtype=np.uint32), np.array([6, 8, 2, 0, 4], dtype=np.uint32)
    assert least(forward, backward, pick, starts).tolist() == [3, 6, 2, 4]
    assert twins(indptr, heads).tolist() == [1, 0, 3, 2]


def test_unusable_streets_are_left_out():
    indptr, heads, _, _ = arcs((True, True, False, True, False))
    assert indptr.tolist() == [0, 1, 2, 2, 2]
    assert heads.tolist() == [1, 0]


def test_many_neighbours_are_sorted():
    """A star of 60 nodes in any order: ascending heads, each once."""
    rng = np.random.default_rng(1)
    head = rng.permutation(np.arange(1, 61)).astype(np.int32)
    indptr, heads, _, _ = compress(np.zeros(60, np.int32), head, np.ones(60, bool), 61)
    assert heads[: indptr[1]].tolist() == list(range(1, 61))
