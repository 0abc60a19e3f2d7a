"""What is taken from a block of times as it passes: rows are places of departure, columns the searches of the block."""

from __future__ import annotations

from typing import Any

import numpy as np

from gridplan.travel.search.compiled import compiled


@compiled
def take(values: Any, row: Any, leg: Any, lanes: Any, far: Any) -> Any:
    """Return min over both ends of (time at the end + leg), saturated: shape (rows, lanes)."""
    out = np.empty((len(row), lanes), np.uint32)
    for i in range(len(row)):
        a, b = row[i, 0], row[i, 1]
        to_a, to_b = leg[i, 0], leg[i, 1]
        for j in range(lanes):
            out[i, j] = min(far, min(values[a, j] + to_a, values[b, j] + to_b))
    return out


@compiled
def merge_nearest(values: Any, lanes: Any, first: Any, far: Any, keys: Any) -> None:
    """Merge a block into the least keys (time << 32 | position) of each row, kept ascending, in place."""
    n = keys.shape[1]
    shift = np.uint64(32)
    for i in range(keys.shape[0]):
        worst = keys[i, n - 1]
        for j in range(lanes):
            if values[i, j] >= far:
                continue
            key = (np.uint64(values[i, j]) << shift) | np.uint64(first + j)
            if key < worst:
                k = n - 1
                while k > 0 and keys[i, k - 1] > key:
                    keys[i, k] = keys[i, k - 1]
                    k -= 1
                keys[i, k] = key
                worst = keys[i, n - 1]


@compiled
def merge_keys(keys: Any, more: Any) -> None:
    """Merge ascending rows of keys into ascending rows of keys of the same length, in place."""
    n = keys.shape[1]
    for i in range(keys.shape[0]):
        for j in range(n):
            key = more[i, j]
            if key >= keys[i, n - 1]:
                break
            k = n - 1
            while k > 0 and keys[i, k - 1] > key:
                keys[i, k] = keys[i, k - 1]
                k -= 1
            keys[i, k] = key


@compiled
def count_within(values: Any, lanes: Any, limit: Any) -> Any:
    """Return how many of the block's times are within `limit`, for each row."""
    count = np.zeros(values.shape[0], np.int64)
    for i in range(values.shape[0]):
        for j in range(lanes):
            count[i] += values[i, j] <= limit
    return count


@compiled
def sum_within(values: Any, lanes: Any, limit: Any, order: Any, weight: Any) -> Any:
    """Return the weight of the rows within `limit`, for each column; row `order[k]` has the weight `weight[k]`."""
    total = np.zeros(lanes, np.float64)
    for k in range(len(order)):
        i = order[k]
        for j in range(lanes):
            if values[i, j] <= limit:
                total[j] += weight[k]
    return total


@compiled
def sum_groups(values: Any, lanes: Any, far: Any, order: Any, starts: Any, weight: Any) -> Any:
    """Return (weight x time, weight) over the rows that arrive, by group and column.

    Group g has the rows `order[starts[g] : starts[g + 1]]`, with the weights at the same places.
    """
    groups, width = len(starts) - 1, values.shape[1]
    time = np.zeros((groups, width), np.float64)
    total = np.zeros((groups, width), np.float64)
    for g in range(groups):
        group_time, group_total = time[g], total[g]
        for k in range(starts[g], starts[g + 1]):
            row = values[np.uint64(order[k])]
            for j in range(width):
                here = np.int32(row[j])
                reached = weight[k] if here < far else 0.0
                group_total[j] += reached
                group_time[j] += reached * here
    return time[:, :lanes], total[:, :lanes]
