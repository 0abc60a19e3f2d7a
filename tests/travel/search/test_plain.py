"""Dijkstra's method on keys, against distances by scipy and positions by hand."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from gridplan.travel.milliseconds import FAR
from gridplan.travel.search.engine import FAR_KEY, Seeds, split_keys
from gridplan.travel.search.plain import _rise, _sink, search_keys


def network(n: int, seed: int):
    """A random graph in compressed rows, about four arcs a node, whole weights of 1 to 50."""
    rng = np.random.default_rng(seed)
    pairs = np.unique(rng.integers(0, n, (4 * n, 2)), axis=0)
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    indptr = np.searchsorted(pairs[:, 0], np.arange(n + 1)).astype(np.int64)
    return indptr, pairs[:, 1].astype(np.int32), rng.integers(1, 50, len(pairs)).astype(np.uint32)


def search(graph, nodes, ms):
    pair = np.column_stack([nodes, nodes]).astype(np.int32)
    seeds = Seeds(pair, np.column_stack([ms, np.full(len(ms), FAR)]).astype(np.uint32))
    return split_keys(search_keys(*graph, *seeds.keys(), FAR_KEY))


def test_times_and_nearest_seeds_agree_with_scipy():
    for seed in range(5):
        n = 60
        graph = network(n, seed)
        start, head_start = np.array([3, 41, 17]), np.array([0, 12, 5])
        times, position = search(graph, start, head_start)
        indptr, heads, weights = graph
        each = (
            dijkstra(csr_array((weights.astype(float), heads, indptr), shape=(n, n)), indices=start)
            + head_start[:, None]
        )
        least = each.min(axis=0)
        assert np.array_equal(times, np.where(np.isfinite(least), least, int(FAR)))
        reached = position >= 0
        assert np.array_equal(reached, np.isfinite(least))
        assert np.array_equal(each[position[reached], np.flatnonzero(reached)], least[reached])


def test_of_equal_times_the_earlier_seed_wins():
    """0 - 1 - 2: node 1 is as far from the first seed as from the second."""
    graph = np.array([0, 1, 3, 4]), np.array([1, 0, 2, 1], dtype=np.int32), np.full(4, 9, dtype=np.uint32)
    times, position = search(graph, np.array([2, 0]), np.array([0, 0]))
    assert times.tolist() == [0, 9, 0]
    assert position.tolist() == [1, 0, 0]


def test_closed_arcs_lead_nowhere():
    graph = np.array([0, 1, 1]), np.array([1], dtype=np.int32), np.array([FAR], dtype=np.uint32)
    times, position = search(graph, np.array([0]), np.array([0]))
    assert times.tolist() == [0, int(FAR)]
    assert position.tolist() == [0, -1]


def test_the_heap_gives_its_entries_least_first():
    rng = np.random.default_rng(2)
    for count in (1, 5, 6, 200):
        heap = np.empty(count + 1, np.uint64)
        entries = rng.integers(0, 50, count).astype(np.uint64)
        for size, entry in enumerate(entries):
            _rise(heap, size, entry)
        taken = []
        for size in range(count - 1, -1, -1):
            taken.append(int(heap[0]))
            _sink(heap, size)
        assert taken == sorted(entries.tolist())
