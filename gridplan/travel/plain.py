"""Dijkstra's method as it is, on whole milliseconds, for jobs too small for a hierarchy."""

from __future__ import annotations

from typing import Any

import numpy as np

from gridplan.travel.compiled import compiled


@compiled
def search_keys(indptr: Any, heads: Any, weights: Any, node: Any, key: Any, far: Any) -> Any:
    """Return for every node the least key (time << 32 | position) over all seeds; `far` where none arrives.

    The heap holds (key, node) side by side; a node that got a lesser key since is in it twice, and passed over the
    second time.
    """
    n = len(indptr) - 1
    best = np.full(n, far, np.uint64)
    shift = np.uint64(32)
    closed = np.uint32(2**31 - 1)
    keys = np.empty(len(heads) + len(node) + 1, np.uint64)
    nodes = np.empty(len(keys), np.int32)
    size = 0
    for i in range(len(node)):
        if key[i] < best[node[i]]:
            best[node[i]] = key[i]
            _rise(keys, nodes, size, key[i], node[i])
            size += 1
    while size > 0:
        base, v = keys[0], nodes[0]
        size -= 1
        _sink(keys, nodes, size)
        if base > best[v]:
            continue
        for e in range(indptr[v], indptr[v + 1]):
            u, time = heads[e], weights[e]
            if time < closed:
                now = base + (np.uint64(time) << shift)
                if now < best[u]:
                    best[u] = now
                    _rise(keys, nodes, size, now, u)
                    size += 1
    return best


@compiled
def _rise(keys: Any, nodes: Any, i: Any, key: Any, node: Any) -> None:
    """Put an entry at hole `i` of the four-ary heap, or as far up as it belongs."""
    while i > 0:
        above = (i - 1) >> 2
        if keys[above] <= key:
            break
        keys[i], nodes[i] = keys[above], nodes[above]
        i = above
    keys[i], nodes[i] = key, node


@compiled
def _sink(keys: Any, nodes: Any, size: Any) -> None:
    """Take the top off: put the entry at `size` there, or as far down as it belongs."""
    key, node = keys[size], nodes[size]
    i = 0
    while True:
        child = 4 * i + 1
        if child >= size:
            break
        least = child
        for other in range(child + 1, min(child + 4, size)):
            if keys[other] < keys[least]:
                least = other
        if key <= keys[least]:
            break
        keys[i], nodes[i] = keys[least], nodes[least]
        i = least
    keys[i], nodes[i] = key, node
