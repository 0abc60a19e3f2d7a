"""What grid borders cost at least, folded into the costs of arcs, so that bounds by prices know compactness.

A price w on an edge that a border cuts is the largest of sum_l a_l (x_ul - x_vl) over tolls a_l within w / 2 a lead, x
being 1 at the lead of each end. So any tolls within those limits, added to the costs of one end and taken from those of
the other, leave every plan at least as cheap as it is; the best ones are found by the primal-dual method of Chambolle
and Pock (2011) with diagonal steps (Pock, Chambolle 2011).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gridplan.solver.deadline import NEVER, Deadline
from gridplan.words.machine_code import machine_code

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

# Sums of one cost and one toll that the search for tolls may take.
TOLL_WORK = 2e8
MOST_ROUNDS = 160
LOOK_EVERY = 20


@machine_code(inner=True)
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


@machine_code()
def _seek_tolls(tolled, toll, share, ahead, tails, heads, weight, degree, first, last, look_every, most, best):  # type: ignore[no-untyped-def]
    """Make rounds `first` to `last`; `best` (edge, lead) gets the tolls whose sum of cheapest arcs, `most`, is largest."""
    n, m = tolled.shape
    step, spare = 2.0 / np.median(weight), np.empty(m)
    for turn in range(first, last):
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
            if value > most[0]:
                most[0] = value
                best[:] = toll
        for u in range(n):
            if degree[u] > 0.0:
                ahead[u] = share[u]
                share[u] -= step / degree[u] * tolled[u]
                _onto_simplex(share[u], spare)
                ahead[u] = 2.0 * share[u] - ahead[u]


def tolls_of_cuts(
    cost: FloatArray, tails: IntArray, heads: IntArray, weight: FloatArray, deadline: Deadline = NEVER
) -> FloatArray:
    """Tolls (atom, lead), above or below 0, whose sum over any plan is at most the weights of the edges it cuts.

    Parameters
    ----------
    cost : (n, m) cost of each arc, with prices of leads; the tolls are sought that raise the sum of the cheapest arcs.
    tails, heads, weight : (e,) the ends of each edge, listed once, and what it costs to cut it (above 0).
    """
    tolls = np.zeros((len(tails), cost.shape[1]))
    rounds = int(min(MOST_ROUNDS, TOLL_WORK / (tolls.size + cost.size)))
    share = np.zeros_like(cost)
    share[np.arange(len(cost)), cost.argmin(axis=1)] = 1.0
    state = cost.copy(), np.zeros_like(tolls), share, share.copy()
    degree = np.bincount(np.concatenate([tails, heads]), minlength=len(cost)).astype(np.float64)
    most = np.full(1, -np.inf)
    for first in range(0, rounds, LOOK_EVERY):
        if deadline.over():
            break
        last = min(first + LOOK_EVERY, rounds)
        _seek_tolls(*state, tails, heads, weight, degree, first, last, LOOK_EVERY, most, tolls)
    out = np.zeros_like(cost)
    np.add.at(out, tails, tolls)
    np.subtract.at(out, heads, tolls)
    return out
