"""A bound over all sets of leads: prices a unit make each site's worth independent, so sets can be counted out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numba import njit

from gridplan.problem import FloatArray, IntArray
from gridplan.solve.choose import LeadSet, fits
from gridplan.solve.instance import Instance, Limits


@njit(cache=True)
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


@njit(cache=True)
def _worth(cost, people, value, home, low, high, soft_low, soft_high, soft_price, ratio, order, take):  # type: ignore[no-untyped-def]
    """Least of sum (cost - value) x share + soft cost over shares whose load lies in [low, high]; the home is taken."""
    total, at_home = cost[home] - value[home], people[home]
    take[home] = 1.0
    # People worth taking at no soft price, at its reward below the soft limits, and at its price above them.
    free, cheap, dear, count, held = at_home, at_home, at_home, 0, at_home
    for u in range(len(cost)):
        gain = cost[u] - value[u]
        if u == home:
            continue
        if people[u] <= 0.0:
            if gain < 0.0:
                total += gain
                take[u] = 1.0
            continue
        ratio[u] = gain / people[u]
        order[count] = u
        count += 1
        held += people[u]
        if ratio[u] < soft_price:
            cheap += people[u]
            if ratio[u] < 0.0:
                free += people[u]
                if ratio[u] < -soft_price:
                    dear += people[u]
    load = max(min(cheap, soft_low), min(free, soft_high), dear)
    load = max(at_home, min(held, max(low, min(high, load))))
    room = load - at_home
    fit = _fill_cheapest(order, ratio, people, count, room)
    for i in range(fit):
        u = order[i]
        take[u] = 1.0
        total += cost[u] - value[u]
        room -= people[u]
    if fit < count and room > 0.0:
        # The cheapest one left is taken in part.
        best = order[fit]
        for i in range(fit + 1, count):
            if ratio[order[i]] < ratio[best]:
                best = order[i]
        part = min(1.0, room / people[best])
        take[best] = part
        total += part * (cost[best] - value[best])
    return total + soft_price * (max(0.0, load - soft_high) + max(0.0, soft_low - load))


@njit(cache=True)
def _worths(table, people, value, sites, home, opening, low, high, soft_low, soft_high, soft_price, worth, take):  # type: ignore[no-untyped-def]
    """Worth and shares of each listed site; `table` is (site, unit)."""
    ratio, order = np.empty(len(people)), np.empty(len(people), np.int64)
    for j in sites:
        take[j] = 0.0
        worth[j] = opening[j] + _worth(
            table[j],
            people,
            value,
            home[j],
            low[j],
            high[j],
            soft_low[j],
            soft_high[j],
            soft_price,
            ratio,
            order,
            take[j],
        )


@dataclass(frozen=True)
class Branch:
    """Sets that hold every site of `inside` and none of `outside`."""

    inside: frozenset[int] = frozenset()
    outside: frozenset[int] = frozenset()


EVERY = Branch()


@dataclass(frozen=True, eq=False)
class SitePrices:
    """Values a unit, and what each site then costs at least; their sums bound every set of a branch.

    `bound` holds for all of them, `chosen` tells how often a site was among the cheapest, `met` the sets that were.
    """

    base: float
    worth: FloatArray
    value: FloatArray
    bound: float
    chosen: FloatArray
    met: tuple[LeadSet, ...]


def site_worths(
    instance: Instance, limits: Limits, value: FloatArray, sites: IntArray | None = None
) -> tuple[FloatArray, FloatArray]:
    """Least cost of each usable site (or of some) at values a unit, and the shares (site, atom) that give it."""
    m = instance.problem.n_leads
    worth, take = np.full(m, np.inf), np.zeros((m, instance.n_atoms))
    _worths(
        instance.cost_by_site, instance.population, value, np.flatnonzero(instance.usable) if sites is None else sites,
        instance.home, instance.problem.lead_price, limits.hard_low, limits.hard_high, limits.soft_low,
        limits.soft_high, limits.price, worth, take,
    )  # fmt: skip
    return worth, take


def cheapest(instance: Instance, worth: FloatArray, k: int, inside: Iterable[int] = ()) -> list[int]:
    """Return k sites of least worth, the required ones first, one a hospital; a relaxation of what fits together."""
    chosen = sorted({*instance.must, *inside})
    used = {int(instance.problem.hospital[j]) for j in chosen}
    for j in np.argsort(worth, kind="stable").tolist():
        if len(chosen) >= k:
            break
        if np.isfinite(worth[j]) and j not in chosen and int(instance.problem.hospital[j]) not in used:
            chosen.append(j)
            used.add(int(instance.problem.hospital[j]))
    return chosen


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

    Each step goes from the best values along the mean of what the cheapest sites leave over or take twice.
    """
    sites = np.array([j for j in np.flatnonzero(instance.usable).tolist() if j not in branch.outside], dtype=np.int64)
    kept: SitePrices | None = None
    value, left, share, reach, idle = start.copy(), np.zeros(len(start)), np.zeros(len(instance.usable)), 0.1, 0
    met: dict[LeadSet, None] = {}
    for _ in range(rounds):
        worth, take = site_worths(instance, limits, value, sites)
        chosen = cheapest(instance, worth, k, branch.inside)
        base = float(value.sum())
        bound = base + float(worth[chosen].sum()) if len(chosen) == k else np.inf
        met[tuple(sorted(chosen))] = None
        here = 1.0 - take[chosen].sum(axis=0)
        opened = np.zeros(len(share))
        opened[chosen] = 1.0
        if kept is None:
            left, share = here, opened
        apart = here - left
        norm = float(apart @ apart)
        part = 1.0 if norm == 0.0 else float(np.clip(-(left @ apart) / norm, 0.01, 0.1))
        if kept is None or bound > kept.bound:
            reach = min(1.1 * reach, 2.0) if kept is not None and float(left @ here) > 0.0 else reach
            kept, idle = SitePrices(base, worth, value, bound, share, ()), 0
        else:
            idle += 1
            reach, idle = (0.66 * reach, 0) if idle >= 10 else (reach, idle)
        left, share = left + part * apart, share + part * (opened - share)
        norm = float(left @ left)
        if norm < 1e-12 or best - kept.bound <= 1e-7 * abs(best) or reach < 1e-4:
            break
        value = kept.value + reach * (best - kept.bound) / norm * left
    if kept is None:
        raise AssertionError("at least one round of prices")
    fitting = tuple(leads for leads in met if len(leads) == k and fits(instance, leads))
    return replace(kept, met=fitting, chosen=share)


def list_sets(
    instance: Instance, prices: SitePrices, branch: Branch, k: int, below: float, most: int
) -> list[tuple[float, LeadSet]] | None:
    """All fitting sets of a branch with a bound below, cheapest first; None if there are more than `most`."""
    fixed = sorted({*instance.must, *branch.inside})
    sites = [j for j in np.argsort(prices.worth, kind="stable").tolist() if np.isfinite(prices.worth[j])]
    sites = [j for j in sites if j not in fixed and j not in branch.outside]
    worth = prices.worth[sites]
    running = np.concatenate([[0.0], np.cumsum(worth)])
    found: list[tuple[float, LeadSet]] = []
    stack: list[tuple[int, tuple[int, ...], float]] = [(0, (), prices.base + float(prices.worth[fixed].sum()))]
    visited = 0
    while stack:
        at, chosen, so_far = stack.pop()
        visited += 1
        if visited > 5 * most or len(found) > most:
            return None
        need = k - len(fixed) - len(chosen)
        if need == 0:
            leads = tuple(sorted((*fixed, *(sites[i] for i in chosen))))
            if so_far < below and fits(instance, leads):
                found.append((so_far, leads))
            continue
        for i in range(at, len(sites) - need + 1):
            if so_far + running[i + need] - running[i] >= below:
                break
            stack.append((i + 1, (*chosen, i), so_far + float(worth[i])))
    return sorted(found)
