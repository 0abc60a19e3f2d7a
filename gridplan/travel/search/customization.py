"""Weights onto the chordal graph: from the arcs of a road network to shortcuts, and then only the shortcuts that matter.

After `customize`, climbing and descending the hierarchy gives exact times. After `perfect`, which pays for very many searches
only, every arc carries the exact time between its ends, and arcs that another way beats are dropped by `keep_shortest`.
Sums of two saturated times fit 32 unsigned bits, and a minimum with a time that is not beyond `FAR` is in every step,
so nothing wraps.

Both passes write only to the arcs of the rank at hand, so that subtrees of the elimination tree can be done side by
side (`ranks` lists the ranks of one of them, ascending). All numbers come unsigned: an index that cannot be negative
needs no check, which nearly halves the time.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gridplan.travel.search.compiled import compiled

ONE = np.uint64(1)


@compiled
def below(rows: Any, up: Any) -> Any:
    """Return for every rank the arcs that end there, from below: (`starts`, `arcs`), and the tail of every arc."""
    n = len(rows) - 1
    starts = np.zeros(n + 1, np.int64)
    tail = np.empty(len(up), np.int32)
    for v in range(n):
        for e in range(rows[v], rows[v + 1]):
            starts[up[e] + 1] += 1
            tail[e] = v
    for v in range(n):
        starts[v + 1] += starts[v]
    at = starts[:-1].copy()
    arcs = np.empty(len(up), np.int32)
    for e in range(len(up)):
        arcs[at[up[e]]] = e
        at[up[e]] += 1
    return starts, arcs, tail


@compiled
def place_arcs(indptr: Any, heads: Any, rank: Any, rows: Any, up: Any) -> Any:
    """Return for every arc of the road graph its arc of the chordal graph: e+1 upward, -(e+1) downward."""
    n = len(indptr) - 1
    place = np.empty(len(heads), np.int32)
    for v in range(n):
        for k in range(indptr[v], indptr[v + 1]):
            a, b = rank[v], rank[heads[k]]
            low, high = (a, b) if a < b else (b, a)
            i, j = rows[low], rows[low + 1]
            while i < j:
                middle = (i + j) // 2
                if up[middle] < high:
                    i = middle + 1
                else:
                    j = middle
            place[k] = i + 1 if a < b else -(i + 1)
    return place


@compiled
def lay_weights(place: Any, weights: Any, climb: Any, fall: Any) -> None:
    """Put the weights of the road graph on their arcs of the chordal graph (the rest stays as it is)."""
    for k in range(len(place)):
        if place[k] > 0:
            climb[place[k] - 1] = weights[k]
        else:
            fall[-place[k] - 1] = weights[k]


@compiled
def customize(
    ranks: Any, rows: Any, up: Any, starts: Any, arcs: Any, tail: Any, climb: Any, fall: Any, place: Any
) -> None:
    """Relax every lower triangle, bottom-up, in place: `climb` is the time up each arc, `fall` the time down it.

    `place` is scratch, one number a rank.
    """
    for x in ranks:
        first, last = starts[x], starts[x + ONE]
        if first == last:
            continue
        for e in range(rows[x], rows[x + ONE]):
            place[up[e]] = np.uint32(e)
        for i in range(first, last):
            below_x = np.uint64(arcs[i])
            to_x, from_x = climb[below_x], fall[below_x]
            for k in range(below_x + ONE, rows[tail[below_x] + ONE]):
                a = place[up[k]]
                climb[a] = min(climb[a], np.uint32(from_x + climb[k]))
                fall[a] = min(fall[a], np.uint32(fall[k] + to_x))


@compiled
def perfect(ranks: Any, rows: Any, up: Any, climb: Any, fall: Any) -> None:
    """Relax every upper triangle, top-down, in place: afterwards each arc has the exact time between its ends."""
    count = np.uint64(len(ranks))
    for i in range(count):
        v = ranks[count - ONE - i]
        end = rows[v + ONE]
        for e in range(rows[v], end):
            k = rows[up[e]]
            up_e, down_e = climb[e], fall[e]
            for f in range(e + ONE, end):
                y = up[f]
                while up[k] < y:
                    k += ONE
                up_k, down_k = climb[k], fall[k]
                up_f = min(climb[f], np.uint32(up_e + up_k))
                down_f = min(fall[f], np.uint32(down_k + down_e))
                up_e = min(up_e, np.uint32(up_f + down_k))
                down_e = min(down_e, np.uint32(up_k + down_f))
                climb[f], fall[f] = up_f, down_f
                k += ONE
            climb[e], fall[e] = up_e, down_e


@compiled
def keep_shortest(rows: Any, up: Any, before: Any, after: Any, far: Any) -> Any:
    """Return the arcs (`rows`, `up`, times) that no other way beats, in one direction."""
    n = len(rows) - 1
    kept_rows = np.zeros(n + 1, np.int64)
    heads = np.empty(len(up), np.int32)
    times = np.empty(len(up), np.uint32)
    at = 0
    for v in range(n):
        for e in range(rows[v], rows[v + 1]):
            heads[at] = up[e]
            times[at] = after[e]
            at += before[e] == after[e] and after[e] < far
        kept_rows[v + 1] = at
    return kept_rows, heads[:at].copy(), times[:at].copy()


@compiled
def subtree_sizes(parent: Any) -> Any:
    """Return how many ranks lie in the subtree of each rank, itself included (parents are higher)."""
    size = np.ones(len(parent), np.int32)
    for v in range(len(parent)):
        if parent[v] >= 0:
            size[parent[v]] += size[v]
    return size
