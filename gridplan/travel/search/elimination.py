"""Taking a graph apart node by node: simple nodes first, then the fill that an order of elimination makes.

All of it works on the undirected graph under a `Topology`: no weight is read here.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gridplan.travel.search.compiled import compiled, inner


@compiled
def peel(indptr: Any, heads: Any) -> Any:
    """Eliminate nodes with at most two neighbours until none is left, in rounds of nodes that do not touch.

    Rounds keep the elimination tree of a long road shallow (halving it), where one end after the other would make it
    as deep as the road is long. Returns the order of the eliminated, and the adjacency (in place of `heads`) and the
    degrees of what is left; eliminated nodes have degree -1.
    """
    n = len(indptr) - 1
    near = heads.copy()
    degree = np.empty(n, np.int32)
    for v in range(n):
        degree[v] = indptr[v + 1] - indptr[v]
    order = np.empty(n, np.int32)
    found = 0
    queued = np.zeros(n, np.bool_)
    touched = np.full(n, -1, np.int32)
    waiting = np.empty(n, np.int32)
    n_waiting = 0
    for v in range(n):
        if degree[v] <= 2:
            waiting[n_waiting] = v
            n_waiting += 1
            queued[v] = True
    later = np.empty(n, np.int32)
    turn = 0
    while n_waiting > 0:
        n_later = 0
        for i in range(n_waiting):
            v = waiting[i]
            if touched[v] == turn:
                later[n_later] = v
                n_later += 1
                continue
            start = indptr[v]
            d = degree[v]
            for j in range(d):
                a = near[start + j]
                b = near[start + 1 - j] if d == 2 else -1
                touched[a] = turn
                degree[a] = _replace(near, indptr[a], degree[a], v, b)
                if degree[a] <= 2 and not queued[a]:
                    queued[a] = True
                    later[n_later] = a
                    n_later += 1
            degree[v] = -1
            order[found] = v
            found += 1
        waiting, later = later, waiting
        n_waiting = n_later
        turn += 1
    return order[:found], near, degree


@inner
def _replace(near: Any, start: Any, degree: Any, old: Any, new: Any) -> Any:
    """Put `new` in the place of `old` among the neighbours (or drop it: -1, or there already); return the degree."""
    place = -1
    known = new < 0
    for k in range(start, start + degree):
        if near[k] == old:
            place = k
        elif near[k] == new:
            known = True
    if not known:
        near[place] = new
        return degree
    near[place] = near[start + degree - 1]
    return degree - 1


@compiled
def core_graph(indptr: Any, near: Any, degree: Any) -> Any:
    """Return the nodes left by `peel` and their graph, numbered anew: (nodes, indptr, heads)."""
    n = len(indptr) - 1
    number = np.full(n, -1, np.int32)
    size = 0
    total = 0
    for v in range(n):
        if degree[v] >= 0:
            number[v] = size
            size += 1
            total += degree[v]
    nodes = np.empty(size, np.int32)
    rows = np.zeros(size + 1, np.int64)
    heads = np.empty(total, np.int32)
    at = 0
    for v in range(n):
        if degree[v] >= 0:
            nodes[number[v]] = v
            for k in range(indptr[v], indptr[v] + degree[v]):
                heads[at] = number[near[k]]
                at += 1
            rows[number[v] + 1] = at
    return nodes, rows, heads


@compiled
def elimination_tree(indptr: Any, heads: Any, order: Any) -> Any:
    """Return the parent rank of every rank (-1: root) when nodes are eliminated in `order` (Liu's algorithm)."""
    n = len(order)
    rank = np.empty(n, np.int32)
    for r in range(n):
        rank[order[r]] = r
    parent = np.full(n, -1, np.int32)
    ancestor = np.full(n, -1, np.int32)
    for r in range(n):
        v = order[r]
        for k in range(indptr[v], indptr[v + 1]):
            s = rank[heads[k]]
            if s >= r:
                continue
            while ancestor[s] != -1 and ancestor[s] != r:
                following = ancestor[s]
                ancestor[s] = r
                s = following
            if ancestor[s] == -1:
                ancestor[s] = r
                parent[s] = r
    return parent


@compiled
def postorder(parent: Any) -> Any:
    """Return the ranks so that every subtree is one run and children come before parents: memory stays near."""
    n = len(parent)
    first = np.full(n, -1, np.int32)
    following = np.full(n, -1, np.int32)
    roots = -1
    for v in range(n - 1, -1, -1):
        p = parent[v]
        if p < 0:
            following[v] = roots
            roots = v
        else:
            following[v] = first[p]
            first[p] = v
    result = np.empty(n, np.int32)
    at = 0
    v = roots
    while v >= 0:
        while first[v] >= 0:
            v = first[v]
        while True:
            result[at] = v
            at += 1
            if following[v] >= 0:
                v = following[v]
                break
            v = parent[v]
            if v < 0:
                break
            first[v] = -1
    return result


@compiled
def fill(indptr: Any, heads: Any, order: Any, most: Any) -> Any:
    """Return the chordal graph above each rank as compressed rows of higher ranks, ascending (`indptr`, `up`).

    Where it has more than `most` arcs, nothing: no rows at all.
    """
    n = len(order)
    rank = np.empty(n, np.int32)
    for r in range(n):
        rank[order[r]] = r
    rows = np.zeros(n + 1, np.int64)
    up = np.empty(max(16, 3 * n), np.int32)
    first_child = np.full(n, -1, np.int32)
    next_child = np.full(n, -1, np.int32)
    seen = np.full(n, -1, np.int32)
    for r in range(n):
        begin = at = rows[r]
        v = order[r]
        for k in range(indptr[v], indptr[v + 1]):
            s = rank[heads[k]]
            if s > r and seen[s] != r:
                seen[s] = r
                if at == len(up):
                    up = _grown(up)
                up[at] = s
                at += 1
        c = first_child[r]
        while c >= 0:
            for k in range(rows[c] + 1, rows[c + 1]):
                s = up[k]
                if seen[s] != r:
                    seen[s] = r
                    if at == len(up):
                        up = _grown(up)
                    up[at] = s
                    at += 1
            c = next_child[c]
        if at > most:
            return np.empty(0, np.int64), np.empty(0, np.int32)
        _sort(up, begin, at)
        rows[r + 1] = at
        if at > begin:
            p = up[begin]
            next_child[r] = first_child[p]
            first_child[p] = r
    return rows, up[: rows[n]].copy()


@inner
def _grown(values: Any) -> Any:
    larger = np.empty(2 * len(values), values.dtype)
    for i in range(len(values)):
        larger[i] = values[i]
    return larger


@inner
def _sort(values: Any, begin: Any, end: Any) -> None:
    """Sort values[begin:end] in place: by insertion, in strides where there are many (there seldom are)."""
    stride = 1
    while 3 * stride + 1 < (end - begin) // 4:
        stride = 3 * stride + 1
    while stride > 0:
        for i in range(begin + stride, end):
            value = values[i]
            j = i - stride
            while j >= begin and values[j] > value:
                values[j + stride] = values[j]
                j -= stride
            values[j + stride] = value
        stride //= 3
