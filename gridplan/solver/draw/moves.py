"""The state of a plan under search, and moves that keep every grid connected (numba kernels).

A `Task` does not change; a `State` does. Units here are atoms; districts are numbered 0..k-1. `moving` (unit, district) are the
residents who change lead there, of whom `most_moved` may; `totals` are cost, residents beyond hard limits, and who changes lead.
`amounts` (activity, unit) add up to `held` (activity, district), whose limits are `least` and `most`: a unit of amount beyond them costs `rate`
and counts as `weight` residents beyond hard limits.
"""

from __future__ import annotations

from collections import namedtuple

import numpy as np

from gridplan.solver.kernels import inner

# Pieces of at most this many units, cut off by a move, travel along with it; a move cuts off at most so many units together.
LARGEST_PIECE = 12
MOST_CUT_OFF = 2 * LARGEST_PIECE
# A chain of at most this many moves is one proposal, and a unit may move in each of them.
LONGEST_CHAIN = 3
MOST_MOVED = LONGEST_CHAIN * (1 + MOST_CUT_OFF)

Task = namedtuple(
    "Task",
    "cost people indptr indices weight home frozen low high soft_low soft_high soft_price keys moving most_moved "
    "amounts least most rate weigh",
)
State = namedtuple(
    "State",
    "label load differ members n_members place border n_border border_place all_border all_place counts hash "
    "mark owner link first head tail size parent moved_unit moved_from rng totals held",
)


@inner
def draw(rng):  # type: ignore[no-untyped-def]
    """Next 64 random bits (xorshift64*)."""
    x = rng[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    rng[0] = x
    return x * np.uint64(2685821657736338717)


@inner
def draw_share(rng):  # type: ignore[no-untyped-def]
    """Uniform number in [0, 1)."""
    return (draw(rng) >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@inner
def draw_below(rng, n):  # type: ignore[no-untyped-def]
    """Uniform whole number in 0..n-1."""
    return np.int64(draw_share(rng) * n)


@inner
def penalty(task, price, d, load):  # type: ignore[no-untyped-def]
    """Soft cost of a load, and the search's own price for what lies beyond the hard limits."""
    soft = max(0.0, load - task.soft_high[d]) + max(0.0, task.soft_low[d] - load)
    return task.soft_price * soft + price[d] * violation(task, d, load)


@inner
def violation(task, d, load):  # type: ignore[no-untyped-def]
    """Residents beyond the hard limits."""
    return max(0.0, load - task.high[d]) + max(0.0, task.low[d] - load)


@inner
def too_many_moved(task, moved):  # type: ignore[no-untyped-def]
    """Residents who change lead beyond the ceiling."""
    return max(0.0, moved - task.most_moved)


@inner
def beyond_activity(task, q, d, held):  # type: ignore[no-untyped-def]
    """Amount of an activity beyond the limits of a district."""
    return max(0.0, held - task.most[q, d]) + max(0.0, task.least[q, d] - held)


@inner
def activity_cost(task, state, d):  # type: ignore[no-untyped-def]
    """What a district pays for activities beyond their limits."""
    cost = 0.0
    for q in range(len(task.rate)):
        cost += task.rate[q] * beyond_activity(task, q, d, state.held[q, d])
    return cost


@inner
def activity_violation(task, state, d):  # type: ignore[no-untyped-def]
    """Activities of a district beyond their hard limits, as residents."""
    over = 0.0
    for q in range(len(task.rate)):
        over += task.weigh[q] * beyond_activity(task, q, d, state.held[q, d])
    return over


@inner
def _enter_border(state, u):  # type: ignore[no-untyped-def]
    d = state.label[u]
    state.border_place[u] = state.n_border[d]
    state.border[d, state.n_border[d]] = u
    state.n_border[d] += 1
    state.all_place[u] = state.counts[0]
    state.all_border[state.counts[0]] = u
    state.counts[0] += 1


@inner
def _leave_border(state, u):  # type: ignore[no-untyped-def]
    d = state.label[u]
    state.n_border[d] -= 1
    last = state.border[d, state.n_border[d]]
    state.border[d, state.border_place[u]] = last
    state.border_place[last] = state.border_place[u]
    state.border_place[u] = -1
    state.counts[0] -= 1
    last = state.all_border[state.counts[0]]
    state.all_border[state.all_place[u]] = last
    state.all_place[last] = state.all_place[u]


@inner
def load_state(task, state, labels):  # type: ignore[no-untyped-def]
    """Fill the state from labels."""
    k = len(task.home)
    for d in range(k):
        state.load[d], state.n_members[d], state.n_border[d], state.hash[d] = 0.0, 0, 0, 0
        for q in range(len(task.rate)):
            state.held[q, d] = 0.0
    state.counts[0] = 0
    state.totals[0], state.totals[1], state.totals[2] = 0.0, 0.0, 0.0
    cut = 0.0
    for u in range(len(labels)):
        d = labels[u]
        state.border_place[u] = -1
        for q in range(len(task.rate)):
            state.held[q, d] += task.amounts[q, u]
        state.label[u] = d
        state.load[d] += task.people[u]
        state.members[d, state.n_members[d]] = u
        state.place[u] = state.n_members[d]
        state.n_members[d] += 1
        state.hash[d] ^= task.keys[u]
        state.totals[0] += task.cost[u, d]
        state.totals[2] += task.moving[u, d]
    for u in range(len(labels)):
        state.differ[u] = 0
        for e in range(task.indptr[u], task.indptr[u + 1]):
            if state.label[task.indices[e]] != state.label[u]:
                state.differ[u] += 1
                cut += task.weight[e]
        if state.differ[u] > 0 and not task.frozen[u]:
            _enter_border(state, u)
    state.totals[0] += 0.5 * cut
    for d in range(k):
        soft = max(0.0, state.load[d] - task.soft_high[d]) + max(0.0, task.soft_low[d] - state.load[d])
        state.totals[0] += task.soft_price * soft + activity_cost(task, state, d)
        state.totals[1] += violation(task, d, state.load[d]) + activity_violation(task, state, d)
    state.totals[1] += too_many_moved(task, state.totals[2])


@inner
def shift(task, state, u, b):  # type: ignore[no-untyped-def]
    """Give unit `u` to district `b`; returns the change of cut weight. Loads and totals are the caller's business."""
    a = state.label[u]
    if state.border_place[u] >= 0:
        _leave_border(state, u)
    state.n_members[a] -= 1
    last = state.members[a, state.n_members[a]]
    state.members[a, state.place[u]] = last
    state.place[last] = state.place[u]
    state.label[u] = b
    state.members[b, state.n_members[b]] = u
    state.place[u] = state.n_members[b]
    state.n_members[b] += 1
    state.hash[a] ^= task.keys[u]
    state.hash[b] ^= task.keys[u]
    state.load[a] -= task.people[u]
    state.load[b] += task.people[u]
    for q in range(len(task.rate)):
        state.held[q, a] -= task.amounts[q, u]
        state.held[q, b] += task.amounts[q, u]
    cut = 0.0
    other = 0
    for e in range(task.indptr[u], task.indptr[u + 1]):
        v = np.int64(task.indices[e])
        at = state.label[v]
        if at == a:
            cut += task.weight[e]
            state.differ[v] += 1
            if state.differ[v] == 1 and not task.frozen[v]:
                _enter_border(state, v)
        elif at == b:
            cut -= task.weight[e]
            state.differ[v] -= 1
            if state.differ[v] == 0 and state.border_place[v] >= 0:
                _leave_border(state, v)
        if at != b:
            other += 1
    state.differ[u] = other
    if other > 0 and not task.frozen[u]:
        _enter_border(state, u)
    return cut


@inner
def _root(parent, s):  # type: ignore[no-untyped-def]
    while parent[s] != s:
        s = parent[s]
    return s


@inner
def pieces_cut_off(task, state, u, out):  # type: ignore[no-untyped-def]
    """Units of `u`'s district that lose their lead when `u` leaves, written to `out`; -1 if the move must not be.

    A search spreads from each neighbour of `u` in the district in turn; searches that meet are joined, and it ends
    when one is left. A search that runs dry before is a piece cut off: small ones without a lead may travel along.
    """
    a = state.label[u]
    state.counts[1] += 1
    stamp = state.counts[1]
    n_seeds = 0
    for e in range(task.indptr[u], task.indptr[u + 1]):
        v = task.indices[e]
        if state.label[v] == a and n_seeds < len(state.first):
            state.mark[v] = stamp
            state.owner[v] = n_seeds
            state.link[v] = -1
            state.parent[n_seeds] = n_seeds
            state.first[n_seeds] = v
            state.head[n_seeds] = v
            state.tail[n_seeds] = v
            state.size[n_seeds] = 1
            n_seeds += 1
    alive, n_out = n_seeds, np.int64(0)
    # One search may be left: it holds the lead, unless the lead's own search has run dry already.
    left = 1
    home = task.home[a]
    while alive > left:
        for s in range(n_seeds):
            if state.parent[s] != s or alive <= left:
                continue
            x = state.head[s]
            if x < 0:
                continue
            if left == 0 and state.size[s] > LARGEST_PIECE:
                return -1
            state.head[s] = state.link[x]
            alive -= _spread(task, state, u, x, s, a, stamp)
            here = _root(state.parent, s)
            if state.head[here] < 0 and alive > left:
                alive -= 1
                if state.mark[home] == stamp and _root(state.parent, np.int64(state.owner[home])) == here:
                    left = 0
                    continue
                n_out = _take_piece(task, state, u, here, a, out, n_out)
                if n_out < 0:
                    return -1
    return n_out


@inner
def _spread(task, state, u, x, s, a, stamp):  # type: ignore[no-untyped-def]
    """Visit the neighbours of `x` for search `s`; returns how many searches were joined."""
    joined = 0
    for e in range(task.indptr[x], task.indptr[x + 1]):
        v = task.indices[e]
        if v == u or state.label[v] != a:
            continue
        here = _root(state.parent, s)
        if state.mark[v] != stamp:
            state.mark[v] = stamp
            state.owner[v] = here
            state.link[v] = -1
            if state.head[here] < 0:
                state.head[here] = v
            else:
                state.link[state.tail[here]] = v
            state.tail[here] = v
            state.size[here] += 1
            continue
        there = _root(state.parent, np.int64(state.owner[v]))
        if there != here:
            state.parent[there] = here
            joined += 1
            state.size[here] += state.size[there]
            if state.head[there] >= 0:
                if state.head[here] < 0:
                    state.head[here] = state.head[there]
                else:
                    state.link[state.tail[here]] = state.head[there]
                state.tail[here] = state.tail[there]
    return joined


@inner
def _take_piece(task, state, u, s, a, out, n_out):  # type: ignore[no-untyped-def]
    """Append the units of the finished search `s` to `out`; -1 if it is too large or holds a unit that cannot move."""
    if state.size[s] > LARGEST_PIECE or n_out + state.size[s] > len(out):
        return -1
    start = n_out
    out[n_out] = state.first[s]
    n_out += 1
    i = start
    while i < n_out:
        x = out[i]
        if task.frozen[x]:
            return -1
        for e in range(task.indptr[x], task.indptr[x + 1]):
            v = task.indices[e]
            if v == u or state.label[v] != a:
                continue
            seen = False
            for j in range(start, n_out):
                if out[j] == v:
                    seen = True
                    break
            if not seen:
                if n_out >= len(out):
                    return -1
                out[n_out] = v
                n_out += 1
        i += 1
    return n_out


def new_state(n: int, k: int, degree: int, seed: int, activities: int = 0) -> State:
    """Room for a plan of n units in k districts."""
    sets = max(degree, 1)
    whole, real = np.int64, np.float64
    return State(
        label=np.zeros(n, whole), load=np.zeros(k, real), differ=np.zeros(n, np.int32),
        members=np.zeros((k, n), np.int32), n_members=np.zeros(k, whole), place=np.zeros(n, np.int32),
        border=np.zeros((k, n), np.int32), n_border=np.zeros(k, whole), border_place=np.full(n, -1, np.int32),
        all_border=np.zeros(n, np.int32), all_place=np.zeros(n, np.int32), counts=np.zeros(4, whole),
        hash=np.zeros(k, np.uint64), mark=np.zeros(n, whole), owner=np.zeros(n, np.int32),
        link=np.zeros(n, np.int32), first=np.zeros(sets, np.int32), head=np.zeros(sets, np.int32),
        tail=np.zeros(sets, np.int32), size=np.zeros(sets, whole), parent=np.zeros(sets, np.int32),
        moved_unit=np.zeros(MOST_MOVED, whole), moved_from=np.zeros(MOST_MOVED, whole),
        rng=np.array([seed | 1], np.uint64), totals=np.zeros(3, real), held=np.zeros((activities, k), real),
    )  # fmt: skip
