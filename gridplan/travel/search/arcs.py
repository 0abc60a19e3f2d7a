"""Streets into compressed arcs: the loops under `graph.Topology`."""

from __future__ import annotations

from typing import Any

import numpy as np

from gridplan.travel.search.compiled import compiled, inner


@compiled
def compress(tail: Any, head: Any, usable: Any, n_nodes: Any) -> Any:
    """Return symmetric compressed rows of the usable streets: (`indptr`, `heads`, `pick`, `starts`); see `Topology`."""
    n = len(tail)
    begin = np.zeros(n_nodes + 1, np.int64)
    for i in range(n):
        if usable[i] and tail[i] != head[i]:
            begin[tail[i] + 1] += 1
            begin[head[i] + 1] += 1
    for v in range(n_nodes):
        begin[v + 1] += begin[v]
    to = np.empty(begin[n_nodes], np.int32)
    pick = np.empty(begin[n_nodes], np.int64)
    at = begin[:-1].copy()
    for i in range(n):
        if usable[i] and tail[i] != head[i]:
            a, b = tail[i], head[i]
            to[at[a]] = b
            pick[at[a]] = i
            at[a] += 1
            to[at[b]] = a
            pick[at[b]] = i + n
            at[b] += 1
    indptr = np.zeros(n_nodes + 1, np.int64)
    heads = np.empty(len(to), np.int32)
    starts = np.empty(len(to), np.int64)
    count = 0
    for v in range(n_nodes):
        _sort_pairs(to, pick, begin[v], begin[v + 1])
        for k in range(begin[v], begin[v + 1]):
            if k == begin[v] or to[k] != to[k - 1]:
                heads[count] = to[k]
                starts[count] = k
                count += 1
        indptr[v + 1] = count
    return indptr, heads[:count].copy(), pick, starts[:count].copy()


@inner
def _sort_pairs(key: Any, value: Any, begin: Any, end: Any) -> None:
    """Sort both arrays from `begin` to `end` by key, then value: by insertion, in strides where there are many."""
    stride = 1
    while 3 * stride + 1 < (end - begin) // 4:
        stride = 3 * stride + 1
    while stride > 0:
        for i in range(begin + stride, end):
            k, v = key[i], value[i]
            j = i - stride
            while j >= begin and (key[j] > k or (key[j] == k and value[j] > v)):
                key[j + stride] = key[j]
                value[j + stride] = value[j]
                j -= stride
            key[j + stride] = k
            value[j + stride] = v
        stride //= 3


@compiled
def least(forward: Any, backward: Any, pick: Any, starts: Any) -> Any:
    """Return the least milliseconds of the street directions under each arc."""
    n = len(forward)
    weights = np.empty(len(starts), np.uint32)
    for a in range(len(starts)):
        end = starts[a + 1] if a + 1 < len(starts) else len(pick)
        best = np.uint32(2**31 - 1)
        for k in range(starts[a], end):
            p = pick[k]
            best = min(best, forward[p] if p < n else backward[p - n])
        weights[a] = best
    return weights


@compiled
def twins(indptr: Any, heads: Any) -> Any:
    """Return the position of the opposite arc of every arc (rows are ascending, and the graph is symmetric)."""
    at = indptr[:-1].copy()
    twin = np.empty(len(heads), np.int64)
    for v in range(len(indptr) - 1):
        for k in range(indptr[v], indptr[v + 1]):
            twin[k] = at[heads[k]]
            at[heads[k]] += 1
    return twin
