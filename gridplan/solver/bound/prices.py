"""Prices a resident, one a lead: each price vector proves a lower bound, and good ones give a good first plan."""

from __future__ import annotations

import numpy as np

from gridplan.solver.instance import Limits
from gridplan.solver.kernels import put
from gridplan.solver.problem import FloatArray
from gridplan.words.machine_code import machine_code


@machine_code()
def best_load(price, low, high, soft_low, soft_high, soft_price):  # type: ignore[no-untyped-def]
    """Load in [low, high] that minimises soft cost - price x load, and that minimum."""
    best, at = np.inf, low
    for i in range(4):
        if i == 0:
            load = low
        elif i == 1:
            load = min(max(soft_low, low), high)
        elif i == 2:
            load = min(max(soft_high, low), high)
        else:
            load = high
        value = soft_price * (max(0.0, load - soft_high) + max(0.0, soft_low - load)) - price * load
        if value < best:
            best, at = value, load
    return best, at


@machine_code()
def dual_value(cost, people, price, low, high, soft_low, soft_high, soft_price, gradient):  # type: ignore[no-untyped-def]
    """Bound that `price` proves for the leads of the columns; fills the ascent direction (load - best load)."""
    n, k = cost.shape
    total = 0.0
    for d in range(k):
        value, at = best_load(price[d], low[d], high[d], soft_low[d], soft_high[d], soft_price)
        total += value
        gradient[d] = -at
    for u in range(n):
        best, at_d = np.inf, 0
        for d in range(k):
            value = cost[u, d] + people[u] * price[d]
            if value < best:
                best, at_d = value, d
        total += best
        gradient[at_d] += people[u]
    return total


@machine_code()
def ascend(cost, people, low, high, soft_low, soft_high, soft_price, price, step, rounds, enough):  # type: ignore[no-untyped-def]
    """Raise the bound by subgradient steps from `price` (changed in place to the best one); stop above `enough`."""
    k = cost.shape[1]
    gradient, at, best_price = np.empty(k), np.empty(k), np.empty(k)
    put(price, at)
    put(price, best_price)
    best, idle, before, first = -np.inf, 0, -np.inf, True
    target = 0.0
    for u in range(len(people)):
        target += people[u]
    target /= k
    for _ in range(rounds):
        value = dual_value(cost, people, at, low, high, soft_low, soft_high, soft_price, gradient)
        if first or value > best + 1e-9 * abs(best):
            if first or value - best > 1e-5 * abs(best):
                idle = 0
                if value > before:
                    step *= 1.05
            best, first = value, False
            put(at, best_price)
            if best > enough:
                break
        before = value
        idle += 1
        if idle >= 4:
            step *= 0.7
            idle = 0
            put(best_price, at)
            dual_value(cost, people, at, low, high, soft_low, soft_high, soft_price, gradient)
        norm = 0.0
        for d in range(k):
            norm += (gradient[d] / target) ** 2
        if norm < 1e-20:
            break
        scale = step / max(np.sqrt(norm / k), 0.05)
        for d in range(k):
            at[d] += scale * gradient[d] / target
    put(best_price, price)
    return best


@machine_code()
def ascend_sets(  # type: ignore[no-untyped-def]
    table, people, home, forbidding, low, high, soft_low, soft_high, soft_price, opening, sets, start, step, rounds,
    enough, value, price,
):  # fmt: skip
    """Raise the bound of each set of sites (a row of `sets`), from the prices of `start` and then from none.

    Fills `value` (opening prices included) and `price`; `start` has a price a site, `table` the search costs (atom, site).
    """
    n, k = len(people), sets.shape[1]
    cost = np.empty((n, k))
    for s in range(len(sets)):
        at = sets[s]
        for u in range(n):
            for d in range(k):
                cost[u, d] = table[u, at[d]]
        opened = 0.0
        for d in range(k):
            opened += opening[at[d]]
            for other in range(k):
                if other != d:
                    cost[home[at[d]], other] += forbidding[home[at[d]]]
        value[s] = -np.inf
        for turn in range(2):
            trial = start[at] if turn == 0 else np.zeros(k)
            found = opened + ascend(
                cost, people, low[at], high[at], soft_low[at], soft_high[at], soft_price, trial, step, rounds,
                enough - opened,
            )  # fmt: skip
            if found > value[s]:
                value[s] = found
                price[s] = trial
            if found > enough:
                break


def price_scale(cost: FloatArray, people: FloatArray) -> float:
    """Return a typical price difference a resident between a unit's best and second lead."""
    if cost.shape[1] < 2:
        return 1.0
    two = np.partition(cost, 1, axis=1)
    some = people > 0
    return max(float(np.median((two[some, 1] - two[some, 0]) / people[some])), 1e-6)


def bound_by_prices(
    cost: FloatArray, people: FloatArray, limits: Limits, price: FloatArray, *, rounds: int = 300
) -> tuple[float, FloatArray]:
    """Best bound found by ascent from `price`, and the prices that prove it."""
    price = price.copy()
    step = price_scale(cost, people)
    value = ascend(
        cost, people, limits.hard_low, limits.hard_high, limits.soft_low, limits.soft_high, limits.price,
        price, step, rounds, np.inf,
    )  # fmt: skip
    return float(value), price
