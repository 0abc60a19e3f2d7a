"""A bound that knows bridges: where few edges join two sides of the map, a lead reaches across only by holding one."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_flow

from gridplan.problem import BoolArray, FloatArray, IntArray
from gridplan.solve.instance import Instance, Limits
from gridplan.solve.prices import ascend, price_scale

# More edges than this are no bridges: the cases to look at grow as (leads + 1) to the power of the edges.
MOST_BRIDGES = 3
MOST_CASES = 1500


@dataclass(frozen=True, eq=False)
class Crossing:
    """Two sides of the map (True: the far side) and the few edges between them."""

    far: BoolArray
    edges: IntArray


def find_crossing(instance: Instance, leads: IntArray) -> Crossing | None:
    """Smallest cut between the homes of two leads that leaves much of the people on either side."""
    tails = np.repeat(np.arange(instance.n_atoms), np.diff(instance.indptr))
    graph = csr_array((np.ones(len(tails), dtype=np.int32), (tails, instance.indices)), shape=(instance.n_atoms,) * 2)
    home = instance.home[leads]
    best: Crossing | None = None
    for a, b in itertools.combinations(home.tolist(), 2):
        if instance.component[a] != instance.component[b]:
            continue
        flow = maximum_flow(graph, a, b)
        if flow.flow_value > MOST_BRIDGES or (best is not None and flow.flow_value >= len(best.edges)):
            continue
        near = _reachable(csr_array(graph - flow.flow), a)
        cut = np.flatnonzero(near[tails] & ~near[instance.indices])
        share = float(instance.population[near].sum() / instance.population.sum())
        if 0.05 < share < 0.95 and len(cut) <= MOST_BRIDGES:
            best = Crossing(~near, np.column_stack([tails[cut], instance.indices[cut]]).astype(np.int64))
    return best


def _reachable(residual: csr_array, start: int) -> BoolArray:
    """Nodes reached from `start` over edges with room left."""
    seen = np.zeros(residual.shape[0], dtype=np.bool_)
    seen[start] = True
    stack = [start]
    while stack:
        u = stack.pop()
        row = slice(residual.indptr[u], residual.indptr[u + 1])
        for v in residual.indices[row][residual.data[row] > 0].tolist():
            if not seen[v]:
                seen[v] = True
                stack.append(v)
    return seen


def bound_by_bridges(
    instance: Instance, leads: IntArray, limits: Limits, price: FloatArray, best: float, rounds: int
) -> tuple[float, IntArray] | None:
    """Least bound over all ways in which leads can hold the bridges, and the cheapest priced lead of each atom there.

    None where the map has no such crossing.

    In each case a lead serves the side away from its home only if it holds a bridge, and then both of its ends.
    """
    crossing = find_crossing(instance, leads)
    if crossing is None or (len(leads) + 1) ** len(crossing.edges) > MOST_CASES:
        return None
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
