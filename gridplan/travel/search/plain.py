"""Dijkstra's method as it is, on whole milliseconds, for jobs too small for a hierarchy."""

from __future__ import annotations

from typing import Any

import numpy as np

from gridplan.travel.search.compiled import compiled

ONE, TWO, THREE = np.uint64(1), np.uint64(2), np.uint64(3)
SHIFT, LOW = np.uint64(32), np.uint64(0xFFFFFFFF)


@compiled
def search_keys(indptr: Any, heads: Any, weights: Any, node: Any, key: Any, far: Any) -> Any:
    """Return for every node the least key (time << 32 | position) over all seeds; `far` where none arrives.

    The heap holds time << 32 | node, eight bytes an entry, which is half the memory that moves if the position went along.
    A node whose time fell since is in it twice, and passed over the second time; one that only got a lesser position at the
    same time (equal ways, closed loops of no time) is done again. A closed road's time takes every key beyond `far`.
    """
    n = len(indptr) - 1
    best = np.full(n, far, np.uint64)
    heap = np.empty(len(heads) + len(node) + 1, np.uint64)
    size = 0
    for i in range(len(node)):
        if key[i] < best[node[i]]:
            best[node[i]] = key[i]
            _rise(heap, size, (key[i] & ~LOW) | np.uint64(node[i]))
            size += 1
    while size > 0:
        top = heap[0]
        size -= 1
        _sink(heap, size)
        v = np.uint32(top & LOW)
        base = best[v]
        if (top >> SHIFT) > (base >> SHIFT):
            continue
        for e in range(np.uint64(indptr[v]), np.uint64(indptr[v + np.uint32(1)])):
            u = np.uint32(heads[e])
            now = base + (np.uint64(weights[e]) << SHIFT)
            if now < best[u]:
                best[u] = now
                if size == len(heap):
                    heap = np.concatenate((heap, np.empty(len(heap), np.uint64)))
                _rise(heap, size, (now & ~LOW) | np.uint64(u))
                size += 1
    return best


@compiled
def _rise(heap: Any, size: Any, entry: Any) -> None:
    """Put an entry at the end of the four-ary heap, or as far up as it belongs."""
    i: Any = np.uint64(size)
    while i > 0:
        above = (i - ONE) >> TWO
        if heap[above] <= entry:
            break
        heap[i] = heap[above]
        i = above
    heap[i] = entry


@compiled
def _sink(heap: Any, size: Any) -> None:
    """Take the top off: put the entry at `size` there, or as far down as it belongs.

    The least of four is chosen without a branch, which nearly halves the whole search.
    """
    size = np.uint64(size)
    entry = heap[size]
    i: Any = np.uint64(0)
    while True:
        first = (i << TWO) + ONE
        if first >= size:
            break
        if first + THREE < size:
            a, b, c, d = heap[first], heap[first + ONE], heap[first + TWO], heap[first + THREE]
            left, low = (first, a) if a < b else (first + ONE, b)
            right, high = (first + TWO, c) if c < d else (first + THREE, d)
            least, value = (left, low) if low < high else (right, high)
        else:
            least, value = first, heap[first]
            for other in range(first + ONE, size):
                if heap[other] < value:
                    least, value = other, heap[other]
        if entry <= value:
            break
        heap[i] = value
        i = least
    heap[i] = entry
