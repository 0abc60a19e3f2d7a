"""Seeds become keys, keys become times, and the choice of a method follows its costs."""

from __future__ import annotations

import numpy as np

from gridplan.travel.milliseconds import FAR
from gridplan.travel.search.engine import (
    CUSTOM_PAYS,
    FAR_KEY,
    ORDER_PAYS,
    SMALL_WORK,
    Block,
    Seeds,
    run_plain,
    split_keys,
    worth_customising,
    worth_ordering,
)
from gridplan.travel.search.graph import build_topology


def test_keys_hold_time_and_position_and_leave_closed_ends_out():
    seeds = Seeds(np.array([[4, 5], [6, 7]], dtype=np.int32), np.array([[10, FAR], [30, 20]], dtype=np.uint32))
    node, key = seeds.keys()
    assert node.tolist() == [4, 6, 7]
    assert [(int(k) >> 32, int(k) & 0xFFFFFFFF) for k in key] == [(10, 0), (30, 1), (20, 1)]
    times, position = split_keys(np.append(key, FAR_KEY))
    assert times.tolist() == [10, 30, 20, int(FAR)]
    assert position.tolist() == [0, 1, 1, -1]


def test_blocks_come_in_order_and_cover_every_search():
    """A path of ten nodes, 150 searches: blocks of 64, each node's time is its distance."""
    pair = np.arange(9, dtype=np.int32)
    topology = build_topology(pair, pair + 1, np.ones(9, bool), n_nodes=10)
    weights = np.full(topology.n_arcs, 7, dtype=np.uint32)
    start = (np.arange(150) % 10).astype(np.int32)
    ms = np.column_stack([np.zeros(150), np.full(150, float(FAR))]).astype(np.uint32)
    seeds = Seeds(np.column_stack([start, start]), ms)

    def copy(block: Block):
        return block.lanes, block.values.copy()

    found = list(run_plain(topology, weights, seeds, copy))
    assert [first for first, _ in found] == [0, 64, 128]
    assert [lanes for _, (lanes, _) in found] == [64, 64, 22]
    times = np.hstack([values for _, (_, values) in found])
    np.testing.assert_array_equal(times, 7 * np.abs(np.arange(10)[:, None] - start[None, :]))


def test_an_order_pays_from_so_many_searches_on_or_where_it_is_known():
    nodes = SMALL_WORK
    assert not worth_ordering(ORDER_PAYS - 1, nodes, known=lambda: False)
    assert worth_ordering(ORDER_PAYS, nodes, known=lambda: False)
    assert worth_ordering(CUSTOM_PAYS, nodes, known=lambda: True)
    assert not worth_ordering(CUSTOM_PAYS - 1, nodes, known=lambda: True)
    assert not worth_ordering(1000, 1, known=lambda: True)


def test_customising_pays_by_its_triangles():
    assert worth_customising(CUSTOM_PAYS, 1000, triangles=0)
    assert not worth_customising(CUSTOM_PAYS, 1000, triangles=100_000)
    assert worth_customising(100, 1000, triangles=100_000)
