"""The connected grids round one home that cost less than something: branching on the units that touch the grid (machine code).

Costs here are gains: what a unit costs at the lead less what it is worth in the whole plan. `limits` are the hard limits of residents, the
soft ones and the price a resident beyond these.
"""

from __future__ import annotations

import heapq

import numpy as np

from gridplan.solver.bound.prices import best_load
from gridplan.solver.columns.bits import BITS, ONE, lowest
from gridplan.words.machine_code import machine_code

# Share by which sums taken in another order may differ; what rounding may pass of a limit is in the limits.
_ROUNDING = 1e-12
# Units times words of bits up to which a node counts once: of many units, what still hangs on the grid takes longer to see.
_NODE_SIZE = 512


@machine_code(inner=True)
def _soft(load, limits):  # type: ignore[no-untyped-def]
    """Price of a load beyond the soft limits."""
    return limits[4] * (max(0.0, load - limits[3]) + max(0.0, limits[2] - load))


@machine_code(inner=True)
def _taken(ratio, left, total, load, limits):  # type: ignore[no-untyped-def]
    """Cost and load when residents of this gain each join, as many of those left as pays; those left then, and whether any joined."""
    low, high, soft_low, soft_high, price = limits
    some = False
    while left > 0.0:
        if load < soft_low:
            slope, until = -price, soft_low
        elif load < soft_high:
            slope, until = 0.0, soft_high
        else:
            slope, until = price, high
        until = min(until, high)
        if load < low:
            until = min(until, low)
        if until <= load or (load >= low and ratio + slope >= 0.0):
            break
        part = min(left, until - load)
        total += part * ratio
        load += part
        left -= part
        some = True
    return total, load, left, some


@machine_code(inner=True)
def _filled(gain, people, able, start, load, limits):  # type: ignore[no-untyped-def]
    """Least cost when able units join a grid of cost `start` and this load, the last one in part; and the gain a resident where that ends.

    Units come in the order of their gain a resident; whether they touch the grid does not matter.
    """
    total, at = start, 0.0
    for x in range(len(gain)):
        if not able[x]:
            continue
        left = people[x]
        if left <= 0.0:
            total += min(gain[x], 0.0)
            continue
        ratio = gain[x] / left
        total, load, left, some = _taken(ratio, left, total, load, limits)
        if some:
            at = ratio
        if left > 0.0:
            return total + _soft(load, limits), at
    if load < limits[0] * (1.0 - _ROUNDING):
        return np.inf, at
    return total + _soft(load, limits), 0.0


@machine_code(inner=True)
def _by_ratio(gain, people):  # type: ignore[no-untyped-def]
    """Order of units by their gain a resident."""
    ratio = np.empty(len(gain))
    for i in range(len(gain)):
        ratio[i] = gain[i] / people[i] if people[i] > 0.0 else (-np.inf if gain[i] < 0.0 else np.inf)
    return np.argsort(ratio, kind="mergesort")


@machine_code(inner=True)
def _around(gain, people, indptr, indices, home, most):  # type: ignore[no-untyped-def]
    """Units that can be reached from the home and fit beside it."""
    able = np.zeros(len(gain), np.bool_)
    stack = [home]
    able[home] = True
    while len(stack) > 0:
        x = stack.pop()
        for e in range(indptr[x], indptr[x + 1]):
            v = np.int64(indices[e])
            if not able[v] and np.isfinite(gain[v]) and people[home] + people[v] <= most:
                able[v] = True
                stack.append(v)
    return able


@machine_code(inner=True)
def _near_enough(gain, people, indptr, indices, home, below, limits):  # type: ignore[no-untyped-def]
    """Units that a connected grid of less cost may have, as far as one price a resident and the ways from the home tell; and the least cost.

    A grid that has a unit has every unit of some way to it, and each of them costs at least its gain beyond that price.
    """
    kept = np.zeros(len(gain), np.bool_)
    able = _around(gain, people, indptr, indices, home, limits[1])
    order = _by_ratio(gain, people)
    others = able[order]
    others[order == home] = False
    least, at = _filled(gain[order], people[order], others, gain[home], people[home], limits)
    if least >= below:
        return kept, least
    base, _ = best_load(-at, limits[0], limits[1], limits[2], limits[3], limits[4])
    base += gain[home] - at * people[home]
    for u in np.flatnonzero(able):
        if u != home:
            base += min(0.0, gain[u] - at * people[u])
    room = below - base + 1e-9 * abs(below)
    way = np.full(len(gain), np.inf)
    way[home] = 0.0
    queue = [(0.0, home)]
    while len(queue) > 0:
        so_far, x = heapq.heappop(queue)
        if kept[x]:
            continue
        kept[x] = True
        for e in range(indptr[x], indptr[x + 1]):
            v = np.int64(indices[e])
            if able[v] and not kept[v]:
                step = so_far + max(0.0, gain[v] - at * people[v])
                if step < way[v] and step < room:
                    way[v] = step
                    heapq.heappush(queue, (step, v))
    return kept, least


@machine_code(inner=True)
def _part_of(indptr, indices, listed):  # type: ignore[no-untyped-def]
    """Contacts among the listed units, in compressed rows."""
    place = np.full(len(indptr) - 1, -1, np.int64)
    for i in range(len(listed)):
        place[listed[i]] = i
    ptr, near, count = np.zeros(len(listed) + 1, np.int64), np.empty(len(indices), np.int64), 0
    for i in range(len(listed)):
        for e in range(indptr[listed[i]], indptr[listed[i] + 1]):
            if place[indices[e]] >= 0:
                near[count] = place[indices[e]]
                count += 1
        ptr[i + 1] = count
    return ptr, near[:count]


@machine_code(inner=True)
def _contacts(ptr, near, words):  # type: ignore[no-untyped-def]
    """The units that touch each unit, as bits."""
    touching = np.zeros((len(ptr) - 1, words), np.uint64)
    for x in range(len(ptr) - 1):
        for e in range(ptr[x], ptr[x + 1]):
            touching[x, near[e] // BITS] |= ONE << np.uint64(near[e] % BITS)
    return touching


@machine_code(inner=True)
def _least_cost(gain, people, able, start, load, limits):  # type: ignore[no-untyped-def]
    """What `_filled` returns first, where `able` are bits of units that stand in the order of their gain a resident."""
    total = start
    for w in range(len(able)):
        word = able[w]
        while word != 0:
            x = BITS * w + lowest(word)
            word &= word - ONE
            left = people[x]
            if left <= 0.0:
                total += min(gain[x], 0.0)
                continue
            total, load, left, _ = _taken(gain[x] / left, left, total, load, limits)
            if left > 0.0:
                return total + _soft(load, limits)
    if load < limits[0] * (1.0 - _ROUNDING):
        return np.inf
    return total + _soft(load, limits)


@machine_code(inner=True)
def _without(x, able, touch, touching, frontier, left):  # type: ignore[no-untyped-def]
    """Write to `left` those of the able units that still hang on the grid, whose neighbours are `touch`, when x may not join it."""
    words, place = len(able), np.int64(x // BITS)
    others = ~(ONE << np.uint64(x % BITS))
    for w in range(words):
        frontier[w] = able[w] & touch[w]
    frontier[place] &= others
    for w in range(words):
        left[w] = frontier[w]
    again = True
    while again:
        again = False
        for w in range(words):
            while frontier[w] != 0:
                u = BITS * w + lowest(frontier[w])
                frontier[w] &= frontier[w] - ONE
                for y in range(words):
                    more = touching[u, y] & able[y] & ~left[y]
                    if y == place:
                        more &= others
                    if more != 0:
                        left[y] |= more
                        frontier[y] |= more
                        again = True


@machine_code(inner=True)
def _first_of_both(some, others):  # type: ignore[no-untyped-def]
    """The lowest bit that both sets have; -1: none."""
    for w in range(len(some)):
        if some[w] & others[w] != 0:
            return BITS * w + lowest(some[w] & others[w])
    return -1


@machine_code(inner=True)
def _note(listed, inside, cost, found, members, start, value):  # type: ignore[no-untyped-def]
    """Write the listed units that are inside as grid number `found`; returns whether there was room."""
    if found == len(value) or start[found] + len(listed) > len(members):
        return False
    at = start[found]
    for x in range(len(listed)):
        if inside[x]:
            members[at] = listed[x]
            at += 1
    start[found + 1] = at
    value[found] = cost
    return True


@machine_code()
def grids_below(  # type: ignore[no-untyped-def] # noqa: C901
    gain, people, indptr, indices, home, limits, triple_at, triple_of, price, below, best_only, most_nodes, members, start, value,
):  # fmt: skip
    """Find the connected grids round `home` within the hard limits whose gains, soft cost and prices of triples sum to less than `below`.

    Unit u stands in the triples triple_of[triple_at[u] : triple_at[u + 1]]; a grid that has two or more of triple t pays price[t]. With
    `best_only` each grid found lowers `below` to its own cost, so that the last one is the best. Grids are written to `members` (from
    `start` on) and `value`. Returns how many were found, the nodes visited (each counts more than once where very many units
    may join), and a number below which there is no grid that was not found: `below` itself unless nodes or room came to an end.
    """
    if people[home] > limits[1] * (1.0 + _ROUNDING):
        return 0, 1, below
    kept, least = _near_enough(gain, people, indptr, indices, home, below, limits)
    if not kept[home]:
        return 0, 1, below
    listed = np.flatnonzero(kept)
    listed = listed[_by_ratio(gain[listed], people[listed])]
    ptr, near = _part_of(indptr, indices, listed)
    g, p, m = gain[listed], people[listed], len(listed)
    words = -(-m // BITS)
    weight = max(1, m * words // _NODE_SIZE)
    touching, frontier = _contacts(ptr, near, words), np.zeros(words, np.uint64)
    # At each depth the units that hang on the grid and may join it, and those that touch it, as bits.
    able, touch = np.zeros((m + 1, words), np.uint64), np.zeros((m + 1, words), np.uint64)
    inside, joined = np.zeros(m, np.bool_), np.zeros(m, np.bool_)
    path, bounds, had = np.empty(m, np.int64), np.empty(m), np.zeros(len(price), np.int64)
    for t in triple_of[triple_at[home] : triple_at[home + 1]]:
        had[t] = 1
    for x in range(m):
        if listed[x] == home:
            inside[x] = True
            for w in range(words):
                touch[0, w] = touching[x, w]
        else:
            able[0, x // BITS] |= ONE << np.uint64(x % BITS)
    total, load, depth, found, nodes, fresh = gain[home], people[home], 0, 0, 0, True
    while True:
        nodes += weight
        if fresh and load >= limits[0] * (1.0 - _ROUNDING):
            cost = total + _soft(load, limits)
            if cost < below:
                if best_only and found == len(value):
                    found = 0
                if not _note(listed, inside, cost, found, members, start, value):
                    return found, nodes, least
                found += 1
                if best_only:
                    below = cost
        x = _first_of_both(able[depth], touch[depth])
        bound = _least_cost(g, p, able[depth], total, load, limits)
        if nodes >= most_nodes:
            for i in range(depth):
                if joined[i]:
                    bound = min(bound, bounds[i])
            return found, nodes, max(min(bound, below), least)
        if x >= 0 and bound < below:
            # The first unit that touches the grid joins it; later the same without it.
            fresh = load + p[x] <= limits[1] * (1.0 + _ROUNDING)
            path[depth], bounds[depth], joined[depth] = x, bound, fresh
            if fresh:
                inside[x] = True
                total, load = total + g[x], load + p[x]
                for t in triple_of[triple_at[listed[x]] : triple_at[listed[x] + 1]]:
                    had[t] += 1
                    if had[t] == 2:
                        total += price[t]
                for w in range(words):
                    able[depth + 1, w], touch[depth + 1, w] = able[depth, w], touch[depth, w] | touching[x, w]
                able[depth + 1, x // BITS] &= ~(ONE << np.uint64(x % BITS))
        else:
            while depth > 0 and not joined[depth - 1]:
                depth -= 1
            if depth == 0:
                return found, nodes, below
            depth -= 1
            x = path[depth]
            joined[depth], inside[x], fresh = False, False, False
            total, load = total - g[x], load - p[x]
            for t in triple_of[triple_at[listed[x]] : triple_at[listed[x] + 1]]:
                had[t] -= 1
                if had[t] == 1:
                    total -= price[t]
        if not fresh:
            _without(x, able[depth], touch[depth], touching, frontier, able[depth + 1])
            for w in range(words):
                touch[depth + 1, w] = touch[depth, w]
        depth += 1
