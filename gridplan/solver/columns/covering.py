"""Whole grids that cover every atom once at least cost: branching on the atom that the fewest grids can cover (machine code)."""

from __future__ import annotations

import numpy as np

from gridplan.solver.columns.bits import BITS, ONE
from gridplan.solver.columns.grid_table import GridTable
from gridplan.solver.problem import BoolArray, FloatArray, IntArray
from gridplan.words.machine_code import machine_code


def without_doubles(grids: GridTable, owner: IntArray, n_atoms: int) -> GridTable:
    """Of grids of the same atoms and owner (n_sites,) the one that costs least."""
    sets = _sets(grids.atoms, grids.start, -(-n_atoms // BITS))
    keys = (*sets.T, owner[grids.column])
    order = np.lexsort((grids.cost, *keys))
    new = np.zeros(len(order), dtype=np.bool_)
    new[:1] = True
    for key in keys:
        new[1:] |= key[order[1:]] != key[order[:-1]]
    return grids.take(np.sort(order[new]))


def cheapest_cover(
    grids: GridTable,
    over: FloatArray,
    owner: IntArray,
    inside: BoolArray,
    k: int,
    bound: float,
    below: float,
    work: int,
) -> tuple[IntArray | None, bool, int]:
    """Find k grids that share all atoms `inside` without two of one owner, and cost least, less than `below`.

    Parameters
    ----------
    over : (n_grids,) not below 0; the costs of the grids of a plan sum to no less than `bound` and these.
    owner : (n_sites,) of those that share one only one may have a grid; -1: none.
    work : grids that may be looked at.

    Returns their rows in the table (None: none were found), whether that is certain, and the grids looked at.
    """
    order = np.argsort(over, kind="stable")
    order = order[over[order] < below - bound]
    ranked = grids.take(order)
    sets = _sets(ranked.atoms, ranked.start, -(-len(inside) // BITS))
    best, certain, seen = _cover(
        ranked.atoms, ranked.start, sets, ranked.cost, over[order], ranked.column, len(owner), owner[ranked.column],
        inside, k, bound, below, work,
    )  # fmt: skip
    return (order[best] if len(best) else None), certain, seen


@machine_code()
def _sets(atoms, start, words):  # type: ignore[no-untyped-def]
    """The atoms of each grid as bits."""
    sets = np.zeros((len(start) - 1, words), np.uint64)
    for g in range(len(start) - 1):
        for i in range(start[g], start[g + 1]):
            sets[g, atoms[i] // BITS] |= ONE << np.uint64(atoms[i] % BITS)
    return sets


@machine_code(inner=True)
def _least_together(some, site, over, count, least):  # type: ignore[no-untyped-def]
    """What `count` of some grids (cheapest first), of as many sites, cost beyond the bound at least; and what the dearest of these costs.

    `least` becomes what each site's cheapest one costs.
    """
    least[:] = np.inf
    total, last, found = 0.0, np.inf, 0
    for g in some:
        if least[site[g]] == np.inf:
            least[site[g]] = over[g]
            found += 1
            if found <= count:
                total, last = total + over[g], over[g]
    return (total if found >= count else np.inf), last


@machine_code(inner=True)
def _worth_trying(some, site, over, count, room, least):  # type: ignore[no-untyped-def]
    """Those of some grids (cheapest first) that `count` grids of as many sites can have among them and cost less than `room` together."""
    total, last = _least_together(some, site, over, count, least)
    n = 0
    for g in some:
        # It stands in place of the cheapest one of its site or, where that is not among the cheapest, of the last of these.
        if total - min(least[site[g]], last) + over[g] < room:
            some[n] = g
            n += 1
    return some[:n]


@machine_code(inner=True)
def _rarest(some, atoms, start, open_atom, count):  # type: ignore[no-untyped-def]
    """The open atom that the fewest of some grids have, and how many have it."""
    count[:] = 0
    for g in some:
        for i in range(start[g], start[g + 1]):
            count[atoms[i]] += 1
    rarest = -1
    for a in range(len(count)):
        if open_atom[a] and (rarest < 0 or count[a] < count[rarest]):
            rarest = a
    return rarest, count[rarest]


@machine_code(inner=True)
def _apart(some, grid, sets, owner, over, room, out):  # type: ignore[no-untyped-def]
    """Write those of some grids (cheapest first) to `out` that share no atom and no owner with one, and cost less than `room`; returns how many."""
    n = 0
    for g in some:
        if over[g] >= room:
            break
        if owner[g] >= 0 and owner[g] == owner[grid]:
            continue
        shared = np.uint64(0)
        for w in range(sets.shape[1]):
            shared |= sets[g, w] & sets[grid, w]
        if shared == 0:
            out[n] = g
            n += 1
    return n


@machine_code()
def _cover(atoms, start, sets, cost, over, site, n_sites, owner, inside, k, bound, below, work):  # type: ignore[no-untyped-def]
    """Find the cover; grids are cheapest first. Depth d of the search holds d grids, and in lists[d] those that go with them."""
    lists = [np.arange(len(over))]
    taken, at, rarest = np.empty(k, np.int64), np.zeros(k, np.int64), np.zeros(k, np.int64)
    spent, count, open_atom = np.zeros(k + 1), np.zeros(len(inside), np.int64), inside.copy()
    best, depth, seen, fresh, room = np.zeros(0, np.int64), 0, 0, True, below - bound
    least = np.empty(n_sites)
    while depth >= 0:
        some = lists[depth]
        if fresh:
            seen += len(some)
            some = lists[depth] = _worth_trying(some, site, over, k - depth, room - spent[depth], least)
            rarest[depth], few = _rarest(some, atoms, start, open_atom, count)
            at[depth] = 0 if few > 0 else len(some)
            fresh = False
            if seen > work:
                return best, False, seen
        word, bit = rarest[depth] // BITS, ONE << np.uint64(rarest[depth] % BITS)
        i = at[depth]
        while i < len(some) and sets[some[i], word] & bit == 0:
            i += 1
        if i == len(some) or spent[depth] + over[some[i]] >= room:
            lists.pop()
            depth -= 1
            if depth >= 0:
                for x in range(start[taken[depth]], start[taken[depth] + 1]):
                    open_atom[atoms[x]] = True
            continue
        grid, at[depth] = some[i], i + 1
        taken[depth], spent[depth + 1] = grid, spent[depth] + over[grid]
        size = start[grid + 1] - start[grid]
        if depth + 1 == k:
            if size == open_atom.sum() and cost[taken].sum() < below:
                best, below = taken.copy(), cost[taken].sum()
                room = below - bound
            continue
        rest = np.empty(len(some), np.int64)
        n = _apart(some, grid, sets, owner, over, room - spent[depth + 1], rest)
        seen += len(some)
        if n < k - depth - 1:
            continue
        lists.append(rest[:n])
        for x in range(start[grid], start[grid + 1]):
            open_atom[atoms[x]] = False
        depth, fresh = depth + 1, True
    return best, True, seen
