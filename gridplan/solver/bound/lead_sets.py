"""A bound over all sets of leads: prices a unit make each site's worth independent, so sets can be counted out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gridplan.solver.instance import Instance, Limits
from gridplan.solver.kernels import put, put_all
from gridplan.solver.problem import FloatArray, IntArray
from gridplan.words.machine_code import machine_code

# Rounds of improving values between two looks at the deadline.
LOOK_EVERY = 25
# How much farther than the dearest unit that a site took it looks for units the next time, as a share of the greatest value.
_FURTHER = 0.05


@machine_code(inner=True)
def _fill_cheapest(order, ratio, people, count, room):  # type: ignore[no-untyped-def]
    """Put the cheapest units by ratio first in `order` until their people reach `room`; returns how many fit whole."""
    first, last, held = 0, count, 0.0
    while last - first > 0:
        middle = ratio[order[(first + last) // 2]]
        below, at = first, first
        # Three-way partition: cheaper ones, then those at the middle's ratio, then dearer ones.
        above = last
        weight, same = 0.0, 0.0
        while at < above:
            u = order[at]
            if ratio[u] < middle:
                order[at], order[below] = order[below], u
                weight += people[u]
                below += 1
                at += 1
            elif ratio[u] > middle:
                above -= 1
                order[at], order[above] = order[above], u
            else:
                same += people[u]
                at += 1
        if held + weight > room:
            last = below
        elif held + weight + same <= room:
            held += weight + same
            first = above
        else:
            held += weight
            for i in range(below, above):
                u = order[i]
                if held + people[u] > room:
                    return i
                held += people[u]
            return above
    return first


@machine_code(inner=True)
def _gather(near, per_head, cost, people, value, share, most, home, soft_price, reach, ratio, taken):  # type: ignore[no-untyped-def]
    """List in `taken` the home and what nobody lives in and is worth it, then the units whose cost and value a resident may differ by `reach`.

    Returns the cost of the former and how many they are, how many others follow, how many of `near` were looked at, and the people worth
    taking at no soft price, at its reward below the soft limits, and at its price above them.
    """
    total, whole, count, seen = cost[home] - value[home], 1, 0, 0
    taken[0] = home
    free = people[home]
    cheap = dear = free
    while seen < len(near):
        u = near[seen]
        if people[u] <= 0.0:
            if u != home and cost[u] < value[u]:
                total += cost[u] - value[u]
                taken[whole] = u
                whole += 1
        elif per_head[seen] - most > reach:
            break
        elif u != home:
            ratio[u] = per_head[seen] - share[u]
            taken[whole + count] = u
            count += 1
            cheap += people[u] if ratio[u] < soft_price else 0.0
            free += people[u] if ratio[u] < 0.0 else 0.0
            dear += people[u] if ratio[u] < -soft_price else 0.0
        seen += 1
    return total, whole, count, seen, free, cheap, dear


@machine_code(inner=True)
def _worth(  # type: ignore[no-untyped-def]
    near, per_head, cost, people, value, share, most, home, low, high, soft_low, soft_high, soft_price, reach, ratio, taken,
):  # fmt: skip
    """Least of sum (cost - value) x share + soft cost over shares whose load lies in [low, high]; the home is taken.

    Of the units in the order `near` of their cost a resident only those within `reach` are looked at: `most` is the greatest value a
    resident. Returns the worth, how many of `taken` are taken whole, the part of the one after them, how dear the dearest is, and
    whether what was not looked at could not do better.
    """
    total, whole, count, seen, free, cheap, dear = _gather(
        near, per_head, cost, people, value, share, most, home, soft_price, reach, ratio, taken
    )  # fmt: skip
    saw_all = seen == len(near)
    is_sure = saw_all or cheap >= soft_low or reach >= soft_price
    load = max(people[home], low, min(high, max(min(cheap, soft_low), min(free, soft_high), dear)))
    room = load - people[home]
    order = taken[whole:]
    fit = _fill_cheapest(order, ratio, people, count, room)
    part, dearest = 0.0, -np.inf
    for i in range(fit):
        u = order[i]
        total += cost[u] - value[u]
        room -= people[u]
        dearest = max(dearest, ratio[u])
    if fit < count and room > 0.0:
        # The cheapest one left is taken in part.
        best = fit
        for i in range(fit + 1, count):
            if ratio[order[i]] < ratio[order[best]]:
                best = i
        u = order[best]
        order[best], order[fit] = order[fit], u
        part = min(1.0, room / people[u])
        total += part * (cost[u] - value[u])
        dearest = max(dearest, ratio[u])
    elif room > 0.0:
        is_sure = saw_all
        load -= room
    is_sure = is_sure and (saw_all or dearest <= reach)
    worth = total + soft_price * (max(0.0, load - soft_high) + max(0.0, soft_low - load))
    return worth, whole + fit, part, dearest if cheap >= soft_low else max(dearest, soft_price), is_sure


@machine_code(inner=True)
def _worths(  # type: ignore[no-untyped-def]
    near, per_head, table, people, value, share, sites, home, opening, low, high, soft_low, soft_high, soft_price, worth, reach, taken,
    whole, part,
):  # fmt: skip
    """Worth and what is taken of each listed site; tables are (site, unit). As far as was needed, and a little more, is looked the next time."""
    ratio, most = np.empty(len(people)), 0.0
    for u in range(len(people)):
        share[u] = value[u] / people[u] if people[u] > 0.0 else 0.0
        most = max(most, share[u])
    for j in sites:
        is_sure, far = False, reach[j]
        while not is_sure:
            worth[j], whole[j], part[j], dearest, is_sure = _worth(
                near[j], per_head[j], table[j], people, value, share, most, home[j], low[j], high[j], soft_low[j], soft_high[j], soft_price,
                far, ratio, taken[j],
            )  # fmt: skip
            far = np.inf
        worth[j] += opening[j]
        reach[j] = max(0.0, dearest) + _FURTHER * most


@machine_code(inner=True)
def _cheapest(worth, hospital, fixed, k, chosen, used):  # type: ignore[no-untyped-def]
    """Fill `chosen` with the fixed sites and those of least worth, one a hospital; returns how many there are."""
    put_all(False, used)
    count = len(fixed)
    for i in range(count):
        chosen[i] = fixed[i]
        used[hospital[fixed[i]]] = True
    while count < k:
        best, least = -1, np.inf
        for j in range(len(worth)):
            if worth[j] < least and not used[hospital[j]]:
                best, least = j, worth[j]
        if best < 0:
            break
        used[hospital[best]] = True
        chosen[count] = best
        count += 1
    return count


@machine_code(inner=True)
def _sort_into(row, values):  # type: ignore[no-untyped-def]
    """Fill `row` with the few values, ascending."""
    for i in range(len(values)):
        at = i
        while at > 0 and row[at - 1] > values[i]:
            row[at] = row[at - 1]
            at -= 1
        row[at] = values[i]


@machine_code(inner=True)
def _leave(taken, whole, part, chosen, here):  # type: ignore[no-untyped-def]
    """Share of each unit that the chosen sites leave over, below 0 where they take more than there is."""
    put_all(1.0, here)
    for j in chosen:
        for i in range(whole[j]):
            here[taken[j, i]] -= 1.0
        if part[j] > 0.0:
            here[taken[j, whole[j]]] -= part[j]


@machine_code(inner=True)
def _compare(here, left):  # type: ignore[no-untyped-def]
    """Square of what is left over here beyond the mean, how far that leads back, and how far both point the same way."""
    norm, along, agree = 0.0, 0.0, 0.0
    for u in range(len(here)):
        norm += (here[u] - left[u]) ** 2
        along -= left[u] * (here[u] - left[u])
        agree += left[u] * here[u]
    return norm, along, agree


@machine_code(inner=True)
def _carry_on(left, here, part):  # type: ignore[no-untyped-def]
    """Move the mean of what is left over by a part of the way; returns its square."""
    norm = 0.0
    for u in range(len(left)):
        left[u] += part * (here[u] - left[u])
        norm += left[u] * left[u]
    return norm


@machine_code(inner=True)
def _count(often, chosen, part):  # type: ignore[no-untyped-def]
    """Move how often each site was chosen by a part of the way to what is chosen."""
    for j in range(len(often)):
        often[j] *= 1.0 - part
    for i in range(len(chosen)):
        often[chosen[i]] += part


@machine_code()
def _improve(  # type: ignore[no-untyped-def]
    near, per_head, table, people, sites, home, opening, low, high, soft_low, soft_high, soft_price, hospital, used, fixed, k, best,
    first, last, value, worth, often, met, at, left, reach_of, state,
):  # fmt: skip
    """Improve `value` in place by the volume method; fills the worths, how often a site was chosen, and the sets met.

    Makes the rounds `first` to `last`; `at`, `left`, `reach_of` (how far each site looks) and `state` (bound proven, sum of the values, reach of a step, idle rounds)
    lead from some rounds to the next. Returns how many rounds there were, and whether more would do anything.
    """
    m, n = table.shape
    now, here, share, chosen = np.empty(m), np.empty(n), np.empty(n), np.empty(k, np.int64)
    # A fixed site that may not lead takes nothing, at an infinite worth.
    taken, whole, shared = np.empty((m, n), np.int32), np.zeros(m, np.int64), np.zeros(m)
    put_all(np.inf, now)
    kept, kept_base, reach, idle, more = state[0], state[1], state[2], int(state[3]), True
    done = first
    for turn in range(first, last):
        _worths(
            near, per_head, table, people, at, share, sites, home, opening, low, high, soft_low, soft_high, soft_price, now, reach_of,
            taken, whole, shared,
        )  # fmt: skip
        count = _cheapest(now, hospital, fixed, k, chosen, used)
        base = 0.0
        for u in range(n):
            base += at[u]
        if count < k:
            put(now, worth)
            state[0], state[1] = np.inf, base
            return turn, False
        bound = base
        for i in range(k):
            bound += now[chosen[i]]
        _leave(taken, whole, shared, chosen, here)
        _sort_into(met[turn], chosen)
        done = turn + 1
        if turn == 0:
            put(here, left)
        norm, along, agree = _compare(here, left)
        part = 1.0 if turn == 0 else (min(max(along / norm, 0.01), 0.1) if norm > 0.0 else 0.1)
        if bound > kept:
            if turn > 0 and agree > 0.0:
                reach = min(1.1 * reach, 2.0)
            kept, kept_base, idle = bound, base, 0
            put(at, value)
            put(now, worth)
        else:
            idle += 1
            if idle >= 10:
                reach, idle = 0.66 * reach, 0
        _count(often, chosen, part)
        norm = _carry_on(left, here, part)
        if norm < 1e-12 or best - kept <= 1e-7 * abs(best) or reach < 1e-4:
            more = False
            break
        step = reach * (best - kept) / norm
        for u in range(n):
            at[u] = value[u] + step * left[u]
    state[0], state[1], state[2], state[3] = kept, kept_base, reach, idle
    return done, more


@dataclass(frozen=True)
class Branch:
    """Sets that hold every site of `inside` and none of `outside`."""

    inside: frozenset[int] = frozenset()
    outside: frozenset[int] = frozenset()


EVERY = Branch()


@dataclass(frozen=True, eq=False)
class SitePrices:
    """Values a unit, and what each site then costs at least; their sums bound every set of a branch.

    `bound` holds for all of them, `chosen` tells how often a site was among the cheapest, `met` the sets that were (a row each;
    they need not fit together).
    """

    base: float
    worth: FloatArray
    value: FloatArray
    bound: float
    chosen: FloatArray
    met: IntArray


def price_sites(
    instance: Instance,
    limits: Limits,
    k: int,
    start: FloatArray,
    best: float,
    rounds: int,
    branch: Branch = EVERY,
) -> SitePrices:
    """Improve values a unit towards `best` by the volume method (Barahona, Anbil 2000); keeps those that prove most.

    Each step goes from the best values along the mean of what the cheapest sites leave over or take twice. At each
    step the k sites of least worth, required ones first and one a hospital, are a relaxation of what fits together.
    """
    sites = np.array([j for j in np.flatnonzero(instance.usable).tolist() if j not in branch.outside], dtype=np.int64)
    fixed = np.array(sorted({*instance.must, *branch.inside}), dtype=np.int64)
    m = len(instance.usable)
    value, worth, often = start.copy(), np.full(m, np.inf), np.zeros(m)
    met = np.zeros((rounds, k), dtype=np.int64)
    hospital = instance.problem.hospital
    used = np.empty(int(hospital.max()) + 1, np.bool_)
    at, left, state = value.copy(), np.zeros_like(value), np.array([-np.inf, 0.0, 0.1, 0.0])
    (near, per_head), reach_of = instance.near_by_site, np.full(m, np.inf)
    done, more = 0, True
    while more and done < rounds and not (done and instance.deadline.over()):
        done, more = _improve(
            near, per_head, instance.cost_by_site, instance.population, sites, instance.home, instance.problem.lead_price,
            limits.hard_low, limits.hard_high, limits.soft_low, limits.soft_high, limits.price, hospital, used, fixed, k, best,
            done, min(done + LOOK_EVERY, rounds), value, worth, often, met, at, left, reach_of, state,
        )  # fmt: skip
    return SitePrices(float(state[1]), worth, value, float(state[0]), often, np.unique(met[:done], axis=0))


@machine_code()
def _list(sites, worth, running, fixed, base, below, home, hospital, most, found, value):  # type: ignore[no-untyped-def]
    """Fill `found` and `value` with the fitting sets below a bound; returns how many, or -1 for more than `most`.

    Sites come cheapest first, `running` sums their worths; a set takes `fixed` and sites in rising order.
    """
    need, n = found.shape[1] - len(fixed), len(sites)
    at, so_far = np.empty(need + 1, np.int64), np.empty(need + 1)
    at[0], so_far[0] = 0, base
    chosen = np.empty(found.shape[1], np.int64)
    for i in range(len(fixed)):
        chosen[i] = fixed[i]
    depth, count, visited = 0, 0, 1
    while depth >= 0:
        i, rest = at[depth], need - depth
        if rest > 0 and i <= n - rest and so_far[depth] + running[i + rest] - running[i] < below:
            at[depth] += 1
            chosen[len(fixed) + depth] = sites[i]
            so_far[depth + 1] = so_far[depth] + worth[i]
            depth += 1
            at[depth] = i + 1
            visited += 1
            if visited > 5 * most or count > most:
                return -1
            continue
        if rest == 0 and so_far[depth] < below:
            fits_together = True
            for a in range(len(chosen)):
                for b in range(a):
                    same = home[chosen[a]] == home[chosen[b]] or hospital[chosen[a]] == hospital[chosen[b]]
                    fits_together = fits_together and not same
            if fits_together and count < len(found):
                _sort_into(found[count], chosen)
                value[count] = so_far[depth]
                count += 1
        depth -= 1
    return count if count <= most else -1


def list_sets(
    instance: Instance, prices: SitePrices, branch: Branch, k: int, below: float, most: int
) -> tuple[FloatArray, IntArray] | None:
    """All fitting sets of a branch with a bound below (bounds; a row of sites each), cheapest first.

    None if there are more than `most`, or too many to look through.
    """
    fixed = np.array(sorted({*instance.must, *branch.inside}), dtype=np.int64)
    sites = np.argsort(prices.worth, kind="stable")
    sites = sites[np.isfinite(prices.worth[sites]) & ~np.isin(sites, [*fixed, *branch.outside])]
    worth = prices.worth[sites]
    running = np.concatenate([[0.0], np.cumsum(worth)])
    found, value = np.empty((most + 1, k), dtype=np.int64), np.empty(most + 1)
    base = prices.base + float(prices.worth[fixed].sum())
    count = _list(
        sites, worth, running, fixed, base, below, instance.home, instance.problem.hospital, most, found, value
    )  # fmt: skip
    if count < 0:
        return None
    order = np.lexsort((*found[:count].T[::-1], value[:count]))
    return value[:count][order], found[:count][order]
