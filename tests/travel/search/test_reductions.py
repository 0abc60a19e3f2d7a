"""What is taken from a block of times, against the same by numpy."""

from __future__ import annotations

import numpy as np

from gridplan.travel.milliseconds import FAR
from gridplan.travel.search.reductions import count_within, merge_keys, merge_nearest, sum_groups, sum_within, take

RNG = np.random.default_rng(7)
TIMES = RNG.integers(0, 1000, (6, 4)).astype(np.uint32)
TIMES[2, 1] = FAR
LANES = 3
"""The fourth column of the buffer is not in use."""


def test_points_take_the_better_end_of_their_road():
    """Row 0: 100 + 5 by the first end, 90 + 30 by the second; row 1 is closed at both."""
    values = np.array([[100], [90]], dtype=np.uint32)
    row, leg = np.array([[0, 1], [0, 1]], dtype=np.int32), np.array([[5, 30], [FAR, FAR]], dtype=np.uint32)
    assert take(values, row, leg, 1, FAR).ravel().tolist() == [105, int(FAR)]


def test_the_nearest_in_order_and_the_earlier_place_at_equal_times():
    keys = np.full((1, 2), np.uint64(int(FAR) << 32))
    merge_nearest(np.array([[7, 3, 3, 1]], dtype=np.uint32), LANES, 10, FAR, keys)
    assert [(int(key) >> 32, int(key) & 0xFFFFFFFF) for key in keys[0]] == [(3, 11), (3, 12)]
    more = np.array([[np.uint64(2 << 32 | 99), np.uint64(5 << 32 | 98)]])
    merge_keys(keys, more)
    assert [int(key) >> 32 for key in keys[0]] == [2, 3]


def test_counts_and_sums_within_a_limit_hold_the_limit_itself():
    limit = np.uint32(TIMES[0, 0])
    assert count_within(TIMES, LANES, limit).tolist() == (TIMES[:, :LANES] <= limit).sum(axis=1).tolist()
    order, weight = np.array([5, 0, 2]), np.array([1.0, 2.0, 4.0])
    expected = ((TIMES[order, :LANES] <= limit) * weight[:, None]).sum(axis=0)
    assert sum_within(TIMES, LANES, limit, order, weight).tolist() == expected.tolist()


def test_group_sums_leave_out_what_does_not_arrive():
    """Groups {0, 2} and {1}: row 2 does not arrive in column 1, and so weighs nothing there."""
    order, starts, weight = np.array([0, 2, 1]), np.array([0, 2, 3]), np.array([2.0, 3.0, 5.0])
    time, total = sum_groups(TIMES, LANES, np.int32(FAR), order, starts, weight)
    assert total.tolist() == [[5.0, 2.0, 5.0], [5.0, 5.0, 5.0]]
    assert time[0, 1] == 2.0 * TIMES[0, 1]
    assert time[1].tolist() == (5.0 * TIMES[1, :LANES]).tolist()
