"""Dijkstra's method as it is, on whole milliseconds, for jobs too small for a hierarchy."""

from __future__ import annotations

from typing import Any

import numpy as np

from gridplan.travel.search.compiled import compiled, inner

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
    heap = np.empty(len(node) + n + 1, np.uint64)
    size = np.uint64(0)
    for i in range(len(node)):
        if key[i] < best[node[i]]:
            best[node[i]] = key[i]
            _rise(heap, size, (key[i] & ~LOW) | np.uint64(node[i]))
            size += ONE
    while size > 0:
        top = heap[0]
        size -= ONE
        _sink(heap, size)
        v = np.uint32(top & LOW)
        base = best[v]
        if (top >> SHIFT) > (base >> SHIFT):
            continue
        first, last = np.uint64(indptr[v]), np.uint64(indptr[v + np.uint32(1)])
        if size + (last - first) > len(heap):
            heap = _roomier(heap, size + (last - first))
        for e in range(first, last):
            u = np.uint32(heads[e])
            now = base + (np.uint64(weights[e]) << SHIFT)
            if now < best[u]:
                best[u] = now
                _rise(heap, size, (now & ~LOW) | np.uint64(u))
                size += ONE
    return best


@inner
def _roomier(heap: Any, size: Any) -> Any:
    """Return a heap with room for as many entries, and as many again; it grows outside of the loop over arcs, which it would slow down tenfold."""
    larger = np.empty(2 * np.int64(size), np.uint64)
    for i in range(len(heap)):
        larger[i] = heap[i]
    return larger


@compiled
def search_path(indptr: Any, heads: Any, weights: Any, node: Any, ms: Any, goal: Any, goal_ms: Any, far: Any) -> Any:
    """Return the arcs of the quickest way from one of the start nodes to one of the goals, and which of them: (arcs, start, goal).

    Each start has a head start and each goal a rest in milliseconds; start and goal are -1 where there is no way. The search ends
    as soon as no node that is left can be on a quicker way.
    """
    n = len(indptr) - 1
    best = np.full(n, far, np.uint64)
    came = np.full(n, -1, np.int64)
    heap = np.empty(1024, np.uint64)
    size = np.uint64(0)
    for i in range(len(node)):
        if np.uint64(ms[i]) < best[node[i]]:
            best[node[i]] = np.uint64(ms[i])
            came[node[i]] = -1 - i
            _rise(heap, size, (np.uint64(ms[i]) << SHIFT) | np.uint64(node[i]))
            size += ONE
    found = np.uint64(far)
    end = -1
    while size > 0:
        top = heap[0]
        size -= ONE
        _sink(heap, size)
        v = np.uint32(top & LOW)
        base = best[v]
        if base >= found:
            break
        if (top >> SHIFT) > base:
            continue
        for i in range(len(goal)):
            if v == goal[i] and base + np.uint64(goal_ms[i]) < found:
                found = base + np.uint64(goal_ms[i])
                end = i
        first, last = np.uint64(indptr[v]), np.uint64(indptr[v + np.uint32(1)])
        if size + (last - first) > len(heap):
            heap = _roomier(heap, size + (last - first))
        for e in range(first, last):
            u = np.uint32(heads[e])
            now = base + np.uint64(weights[e])
            if now < best[u]:
                best[u] = now
                came[u] = e
                _rise(heap, size, (now << SHIFT) | np.uint64(u))
                size += ONE
    if end < 0:
        return np.empty(0, np.int64), -1, -1
    arcs, start = _back(came, indptr, np.int64(goal[end]))
    return arcs, start, end


@inner
def _back(came: Any, indptr: Any, at: Any) -> Any:
    """Return the arcs that lead to a node in order, given the arc to every node (-1 - number of the start at starts), and the start."""
    length = 0
    arcs = np.empty(64, np.int64)
    while came[at] >= 0:
        if length == len(arcs):
            arcs = np.concatenate((arcs, np.empty(len(arcs), np.int64)))
        arcs[length] = came[at]
        length += 1
        at = np.searchsorted(indptr, came[at], side="right") - 1
    return arcs[:length][::-1].copy(), -1 - came[at]


@inner
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


@inner
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
