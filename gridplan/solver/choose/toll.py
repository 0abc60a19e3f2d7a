"""The toll a resident who changes lead pays while sets of leads are sought, in place of the ceiling on such residents."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gridplan.solver.bound.prices import price_scale
from gridplan.solver.choose.local_search import SetBook, search_sets
from gridplan.solver.instance import Instance, Limits

# Starts of the search over sets at each toll.
STARTS = 2
# The dearest toll tried is this many times what an atom's leads differ by, a resident.
DEAREST = 64.0
# Doublings from the cheapest toll to the dearest, and trials between the best one and its neighbours.
DOUBLINGS, TRIALS = 10, 6


def seek_toll(instance: Instance, k: int, limits: Limits, *, seed: int) -> float:
    """Return the toll at which the best set of k leads proves most; 0 without a ceiling, or where it does not bind.

    What is proven is concave in the toll: doubled until it falls, then narrowed by the golden section.
    """
    if instance.problem.change.most is None:
        return 0.0

    def proves(toll: float) -> float:
        book = SetBook(instance.tolled(toll, k), limits, rounds=60, deadline=instance.deadline)
        search_sets(book, k, rng=np.random.default_rng([seed, k]), starts=STARTS)
        return min(book.value.values(), default=-np.inf)

    low = DEAREST * price_scale(instance.search_cost, instance.population) / 2.0**DOUBLINGS
    tolls = [0.0, low]
    proven = [proves(toll) for toll in tolls]
    while proven[-1] > proven[-2] and len(tolls) < DOUBLINGS + 2:
        tolls.append(2.0 * tolls[-1])
        proven.append(proves(tolls[-1]))
    if len(tolls) == 2 and proven[1] <= proven[0]:
        return 0.0
    return _golden(proves, tolls[-3], tolls[-1])


def _golden(proves: Callable[[float], float], low: float, high: float) -> float:
    ratio = (5.0**0.5 - 1.0) / 2.0
    a, b = high - ratio * (high - low), low + ratio * (high - low)
    at_a, at_b = proves(a), proves(b)
    for _ in range(TRIALS):
        if at_a >= at_b:
            high, b, at_b = b, a, at_a
            a = high - ratio * (high - low)
            at_a = proves(a)
        else:
            low, a, at_a = a, b, at_b
            b = low + ratio * (high - low)
            at_b = proves(b)
    return a if at_a >= at_b else b
