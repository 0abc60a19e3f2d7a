"""A bound that knows bridges: where few edges join two sides of the map, a lead reaches across only by holding one."""

from __future__ import annotations

import itertools

import numpy as np

from gridplan.problem import FloatArray, IntArray
from gridplan.solve.crossings import find_crossings
from gridplan.solve.instance import Instance, Limits
from gridplan.solve.prices import ascend, price_scale

# More edges than this are no bridges: the cases to look at grow as (leads + 1) to the power of the edges.
MOST_BRIDGES = 3
MOST_CASES = 1500


def bound_by_bridges(
    instance: Instance, leads: IntArray, limits: Limits, price: FloatArray, best: float, rounds: int
) -> tuple[float, IntArray] | None:
    """Least bound over all ways in which leads can hold the bridges, and the cheapest priced lead of each atom there.

    None where the map has no such crossing.

    In each case a lead serves the side away from its home only if it holds a bridge, and then both of its ends.
    """
    found = find_crossings(instance, leads, MOST_BRIDGES)
    if not found or (len(leads) + 1) ** len(found[0].edges) > MOST_CASES:
        return None
    crossing = found[0]
    few, people = limits.of(leads), instance.population
    plain = instance.costs_of(leads)
    opening = float(instance.problem.lead_price[leads].sum())
    away = crossing.far[:, None] != crossing.far[instance.home[leads]][None, :]
    closed = plain + np.where(away, instance.forbidding[:, None], 0.0)
    step = price_scale(plain, people)
    least, label = np.inf, np.zeros(instance.n_atoms, dtype=np.int64)
    for holders in itertools.product(range(-1, len(leads)), repeat=len(crossing.edges)):
        cost = closed.copy()
        across = sorted({d for d in holders if d >= 0})
        cost[:, across] = plain[:, across]
        for d, ends in zip(holders, crossing.edges, strict=True):
            if d >= 0:
                kept = cost[ends, d].copy()
                cost[ends] += instance.forbidding[ends][:, None]
                cost[ends, d] = kept
        start = price.copy()
        value = ascend(
            cost, people, few.hard_low, few.hard_high, few.soft_low, few.soft_high, few.price,
            start, step, rounds, best - opening,
        )  # fmt: skip
        if float(value) + opening < least:
            least = float(value) + opening
            label = (cost + people[:, None] * start).argmin(axis=1)
    return min(least, best), label
