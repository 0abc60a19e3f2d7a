"""A bound over all sets of leads: prices a unit make each site's worth independent, so sets can be counted out."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numba import njit

from gridplan.problem import FloatArray
from gridplan.solve.choose import LeadSet, SetBook, fits
from gridplan.solve.instance import Instance, Limits

MOST_SETS = 40_000


@njit(cache=True)
def _worth(cost, people, order, value, home, low, high, soft_low, soft_high, soft_price, take):  # type: ignore[no-untyped-def]
    """Least of sum (cost - value) x share + soft cost over shares whose load lies in [low, high]; the home is taken."""
    total, load = cost[home] - value[home], people[home]
    take[:] = 0.0
    take[home] = 1.0
    for i in range(len(order)):
        u = order[i]
        if u == home:
            continue
        gain = cost[u] - value[u]
        left = 1.0
        while left > 1e-12:
            if people[u] <= 0.0:
                if gain < 0.0:
                    total += gain
                    take[u] = 1.0
                break
            if load < soft_low - 1e-9:
                slope, room = -soft_price, soft_low - load
            elif load < soft_high - 1e-9:
                slope, room = 0.0, soft_high - load
            else:
                slope, room = soft_price, np.inf
            must = load < low - 1e-9
            if must:
                room = min(room, low - load)
            elif load >= high - 1e-9 or gain / people[u] + slope >= 0.0:
                break
            else:
                room = min(room, high - load)
            part = min(left, room / people[u])
            total += part * (gain + slope * people[u])
            load += part * people[u]
            take[u] += part
            left -= part
    # The slopes above are measured from an empty grid's own soft cost.
    start = people[home]
    total += soft_price * (max(0.0, start - soft_high) + max(0.0, soft_low - start))
    return total


@dataclass(frozen=True, eq=False)
class SitePrices:
    """Values a unit, and what each site then costs at least; their sums bound every set."""

    base: float
    worth: FloatArray
    value: FloatArray
    met: tuple[LeadSet, ...]

    def bound(self, leads: LeadSet) -> float:
        """Bound of a set (opening prices included)."""
        return self.base + float(self.worth[list(leads)].sum())


def site_worths(instance: Instance, limits: Limits, value: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Least cost of each usable site at values a unit, and the shares (atom, site) that give it."""
    m = instance.problem.n_leads
    worth, take = np.full(m, np.inf), np.zeros((m, instance.n_atoms))
    people = instance.population
    for j in np.flatnonzero(instance.usable):
        cost = np.ascontiguousarray(instance.search_cost[:, j])
        order = np.argsort((cost - value) / np.maximum(people, 1e-9), kind="stable")
        worth[j] = instance.problem.lead_price[j] + _worth(
            cost, people, order, value, int(instance.home[j]), limits.hard_low[j], limits.hard_high[j],
            limits.soft_low[j], limits.soft_high[j], limits.price, take[j],
        )  # fmt: skip
    return worth, take


def cheapest(instance: Instance, worth: FloatArray, k: int) -> list[int]:
    """Return k sites of least worth, the required ones first, one a hospital; a relaxation of what fits together."""
    chosen = list(instance.must)
    used = {int(instance.problem.hospital[j]) for j in chosen}
    for j in np.argsort(worth, kind="stable").tolist():
        if len(chosen) >= k:
            break
        if np.isfinite(worth[j]) and j not in chosen and int(instance.problem.hospital[j]) not in used:
            chosen.append(j)
            used.add(int(instance.problem.hospital[j]))
    return chosen


def price_sites(instance: Instance, limits: Limits, k: int, start: FloatArray, best: float, rounds: int) -> SitePrices:
    """Improve values a unit by subgradient steps towards `best`; keeps the ones that prove most."""
    value = start.copy()
    step, idle = 1.0, 0
    kept: SitePrices | None = None
    kept_bound = -np.inf
    direction = np.zeros_like(value)
    met: dict[LeadSet, None] = {}
    for _ in range(rounds):
        worth, take = site_worths(instance, limits, value)
        chosen = cheapest(instance, worth, k)
        bound = float(value.sum()) + float(worth[chosen].sum())
        met[tuple(sorted(chosen))] = None
        idle += 1
        if bound > kept_bound + 1e-7 * abs(bound):
            idle = 0
        if bound > kept_bound:
            kept, kept_bound = SitePrices(float(value.sum()), worth, value.copy(), ()), bound
        if kept is not None and idle >= 8:
            step, idle = 0.7 * step, 0
            value = kept.value.copy()
        gradient = 1.0 - take[chosen].sum(axis=0)
        direction = gradient + 0.7 * direction
        norm = float(direction @ direction)
        if norm < 1e-12 or best - bound <= 1e-7 * abs(best) or step < 1e-3:
            break
        value = value + step * max(best - bound, 1e-6 * abs(best)) / norm * direction
    if kept is None:
        raise AssertionError("at least one round of prices")
    fitting = tuple(leads for leads in met if len(leads) == k and fits(instance, leads))
    return replace(kept, met=fitting)


def open_sets(book: SetBook, prices: SitePrices, k: int, best: float) -> tuple[list[tuple[float, LeadSet]], float]:
    """Sets whose bound by site prices lies below `best`, cheapest first, and the bound of all that are not listed."""
    instance = book.instance
    sites = [j for j in np.argsort(prices.worth, kind="stable").tolist() if np.isfinite(prices.worth[j])]
    found: list[tuple[float, LeadSet]] = []
    lowest = prices.base + float(np.sort(prices.worth[sites])[:k].sum())
    below = min(best, lowest)
    for share in (0.1, 0.25, 0.5, 1.0):
        trial = min(best, lowest + share * max(best - lowest, 0.0))
        listed = _list_sets(instance, prices, sites, k, trial)
        if listed is None:
            break
        found, below = listed, trial
    return sorted(found), below


def _list_sets(
    instance: Instance, prices: SitePrices, sites: list[int], k: int, below: float
) -> list[tuple[float, LeadSet]] | None:
    """All fitting sets with a bound below; None if there are too many."""
    worth = prices.worth[sites]
    running = np.concatenate([[0.0], np.cumsum(worth)])
    found: list[tuple[float, LeadSet]] = []
    stack: list[tuple[int, tuple[int, ...], float]] = [(0, (), prices.base)]
    visited = 0
    while stack:
        at, chosen, so_far = stack.pop()
        visited += 1
        if visited > 5 * MOST_SETS or len(found) > MOST_SETS:
            return None
        need = k - len(chosen)
        if need == 0:
            leads = tuple(sorted(sites[i] for i in chosen))
            if set(instance.must) <= set(leads) and fits(instance, leads):
                found.append((so_far, leads))
            continue
        for i in range(at, len(sites) - need + 1):
            if so_far + running[i + need] - running[i] >= below:
                break
            stack.append((i + 1, (*chosen, i), so_far + float(worth[i])))
    return found
