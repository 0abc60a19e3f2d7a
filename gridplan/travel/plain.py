"""Dijkstra's method as it is, on whole milliseconds, for jobs too small for a hierarchy."""

from __future__ import annotations

from typing import Any

import numpy as np

from gridplan.travel.compiled import compiled


@compiled
def search_keys(indptr: Any, heads: Any, weights: Any, node: Any, key: Any, far: Any) -> Any:
    """Return for every node the least key (time << 32 | position) over all seeds; `far` where none arrives."""
    n = len(indptr) - 1
    best = np.full(n, far, np.uint64)
    place = np.full(n, -1, np.int32)
    heap = np.empty(n, np.int32)
    size = 0
    shift = np.uint64(32)
    closed = np.uint32(2**31 - 1)
    for i in range(len(node)):
        v = node[i]
        if key[i] < best[v]:
            best[v] = key[i]
            if place[v] < 0:
                place[v] = size
                size += 1
            _rise(heap, place, best, v, place[v])
    while size > 0:
        v = heap[0]
        size -= 1
        if size > 0:
            _sink(heap, place, best, heap[size], size)
        place[v] = -2
        base = best[v]
        for e in range(indptr[v], indptr[v + 1]):
            u = heads[e]
            if place[u] == -2 or weights[e] >= closed:
                continue
            now = base + (np.uint64(weights[e]) << shift)
            if now < best[u]:
                best[u] = now
                if place[u] < 0:
                    place[u] = size
                    size += 1
                _rise(heap, place, best, u, place[u])
    return best


@compiled
def _rise(heap: Any, place: Any, best: Any, v: Any, i: Any) -> None:
    """Put `v` at hole `i` of the four-ary heap, or as far up as it belongs."""
    while i > 0:
        above = (i - 1) >> 2
        u = heap[above]
        if best[u] <= best[v]:
            break
        heap[i] = u
        place[u] = i
        i = above
    heap[i] = v
    place[v] = i


@compiled
def _sink(heap: Any, place: Any, best: Any, v: Any, size: Any) -> None:
    """Put `v` at the top of the heap, or as far down as it belongs."""
    i = 0
    while True:
        child = 4 * i + 1
        if child >= size:
            break
        least = child
        for other in range(child + 1, min(child + 4, size)):
            if best[heap[other]] < best[heap[least]]:
                least = other
        u = heap[least]
        if best[v] <= best[u]:
            break
        heap[i] = u
        place[u] = i
        i = least
    heap[i] = v
    place[v] = i
