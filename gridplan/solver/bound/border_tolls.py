"""What grid borders cost at least, folded into the costs of arcs, so that bounds by prices know compactness.

A price w on an edge that a border cuts is the largest of sum_l a_l (x_ul - x_vl) over tolls a_l within w / 2 a lead, x
being 1 at the lead of each end. So any tolls within those limits, added to the costs of one end and taken from those of
the other, leave every plan at least as cheap as it is; the best ones are found by the primal-dual method of Chambolle
and Pock (2011) with diagonal steps (Pock, Chambolle 2011).
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

# Sums of one cost and one toll that the search for tolls may take.
TOLL_WORK = 2e8
MOST_ROUNDS = 160
LOOK_EVERY = 20


@njit(cache=True)
def _onto_simplex(row, spare):  # type: ignore[no-untyped-def]
    """Move a row to the nearest one of shares that sum to 1 (Duchi and others 2008)."""
    spare[:] = np.sort(row)
    total, shift = 0.0, 0.0
    for i in range(len(row)):
        value = spare[len(row) - 1 - i]
        total += value
        if value - (total - 1.0) / (i + 1) > 0.0:
            shift = (total - 1.0) / (i + 1)
    for d in range(len(row)):
        row[d] = max(row[d] - shift, 0.0)


@njit(cache=True)
def _seek_tolls(cost, tails, heads, weight, rounds, look_every, best):  # type: ignore[no-untyped-def]
    """Fill `best` (edge, lead) with the tolls whose sum of cheapest arcs is largest; starts from none."""
    n, m = cost.shape
    step = 2.0 / np.median(weight)
    degree, tolled = np.zeros(n), cost.copy()
    toll, share, spare = np.zeros((len(tails), m)), np.zeros((n, m)), np.empty(m)
    for e in range(len(tails)):
        degree[tails[e]] += 1.0
        degree[heads[e]] += 1.0
    for u in range(n):
        share[u, np.argmin(cost[u])] = 1.0
    ahead = share.copy()
    most = -np.inf
    for turn in range(rounds):
        for e in range(len(tails)):
            u, v, limit = tails[e], heads[e], 0.5 * weight[e]
            for d in range(m):
                old = toll[e, d]
                new = min(limit, max(-limit, old + (ahead[u, d] - ahead[v, d]) / (2.0 * step)))
                toll[e, d] = new
                tolled[u, d] += new - old
                tolled[v, d] -= new - old
        if turn % look_every == look_every - 1:
            value = 0.0
            for u in range(n):
                value += tolled[u].min()
            if value > most:
                most = value
                best[:] = toll
        for u in range(n):
            if degree[u] > 0.0:
                ahead[u] = share[u]
                share[u] -= step / degree[u] * tolled[u]
                _onto_simplex(share[u], spare)
                ahead[u] = 2.0 * share[u] - ahead[u]


def tolls_of_cuts(cost: FloatArray, tails: IntArray, heads: IntArray, weight: FloatArray) -> FloatArray:
    """Tolls (atom, lead), above or below 0, whose sum over any plan is at most the weights of the edges it cuts.

    Parameters
    ----------
    cost : (n, m) cost of each arc, with prices of leads; the tolls are sought that raise the sum of the cheapest arcs.
    tails, heads, weight : (e,) the ends of each edge, listed once, and what it costs to cut it (above 0).
    """
    tolls = np.zeros((len(tails), cost.shape[1]))
    rounds = int(min(MOST_ROUNDS, TOLL_WORK / (tolls.size + cost.size)))
    _seek_tolls(cost, tails, heads, weight, rounds, LOOK_EVERY, tolls)
    out = np.zeros_like(cost)
    np.add.at(out, tails, tolls)
    np.subtract.at(out, heads, tolls)
    return out
