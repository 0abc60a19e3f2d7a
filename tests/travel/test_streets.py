"""A street has one time each way, whichever of its rows gives it."""

from __future__ import annotations

import numpy as np

from gridplan.travel.milliseconds import FAR
from gridplan.travel.search.graph import build_topology
from gridplan.travel.streets import Streets


def streets(tail, head, forward, backward, twin_row=None):
    tail, head = np.array(tail, np.int32), np.array(head, np.int32)
    topology = build_topology(tail, head, np.ones(len(tail), bool), n_nodes=int(max(tail.max(), head.max())) + 1)
    times = np.array(forward, np.uint32), np.array(backward, np.uint32)
    return Streets(tail, head, *times, topology, None if twin_row is None else np.array(twin_row))


def test_rows_between_the_same_nodes_are_one_street():
    """0 -> 1 in 5 and in 3 ms, 1 -> 0 in 7 ms, and a loop at 0: least times count, loops keep their own."""
    arrays = streets([0, 0, 1, 0], [1, 1, 0, 0], [5, 3, 7, 9], [FAR] * 4)
    along, against = arrays.ms(np.arange(4))
    assert along.tolist() == [3, 3, 7, 9]
    assert against.tolist() == [7, 7, 3, 9]


def test_twins_count_and_other_rows_between_the_same_nodes_do_not():
    """Rows 0 and 1 are one line drawn both ways, row 2 another road between the same nodes."""
    drawn = streets([0, 1, 0], [1, 0, 1], [5, 4, 1], [FAR, FAR, 1], twin_row=[1, 0, -1])
    along, against = drawn.ms(np.array([0, 1, 2]))
    assert along.tolist() == [5, 4, 1]
    assert against.tolist() == [4, 5, 1]


def test_arcs_have_the_least_time():
    assert sorted(streets([0, 0], [1, 1], [5, 3], [FAR, 8]).weights.tolist()) == [3, 8]
