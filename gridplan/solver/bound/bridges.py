"""A bound that knows bridges: where few edges join two sides of the map, a lead reaches across only by holding one."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from gridplan.solver.bound.crossings import find_crossings
from gridplan.solver.bound.prices import ascend, price_scale
from gridplan.solver.instance import Instance, Limits
from gridplan.solver.problem import BoolArray, FloatArray, IntArray

# More edges than this are no bridges: the cases to look at grow as (leads + 1) to the power of the edges.
MOST_BRIDGES = 3
MOST_CASES = 1500
# Areas across a bridge of a smaller share of a mean grid are not worth a corridor.
SMALLEST_AREA = 0.02


@dataclass(frozen=True, eq=False)
class Holding:
    """One way of holding the bridges: its bound, the cheapest priced lead of each atom, and what ties leads across.

    `pins` are (atom, column of the lead): the ends of held bridges, and an atom of each area wished for across.
    """

    bound: float
    label: IntArray
    pins: tuple[tuple[int, int], ...]


def bridge_cases(
    instance: Instance, leads: IntArray, limits: Limits, price: FloatArray, best: float, rounds: int
) -> list[Holding] | None:
    """All ways in which leads can hold the bridges whose bound lies below `best`, least bound first.

    None where the map has no such crossing. In each case a lead serves the side away from its home only if it holds a
    bridge, and then both of its ends; so the least of the bounds, or `best`, holds for every plan.
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
    cases = []
    for holders in itertools.product(range(-1, len(leads)), repeat=len(crossing.edges)):
        if instance.deadline.over():
            return None
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
        if float(value) + opening < best:
            label = (cost + people[:, None] * start).argmin(axis=1)
            ends = [(int(u), d) for d, edge in zip(holders, crossing.edges, strict=True) if d >= 0 for u in edge]
            pins = (*ends, *_areas_across(instance, label, away, plain, across))
            cases.append(Holding(float(value) + opening, label, pins))
    return sorted(cases, key=lambda case: case.bound)


def _areas_across(
    instance: Instance, label: IntArray, away: BoolArray, cost: FloatArray, across: list[int]
) -> list[tuple[int, int]]:
    """The atom of least cost in each larger area that leads are wished for on the side away from their home."""
    piece = instance.pieces(label)
    least = SMALLEST_AREA * float(instance.population.sum()) / away.shape[1]
    pins = []
    for d in across:
        there = np.flatnonzero((label == d) & away[:, d])
        for part in np.unique(piece[there]):
            atoms = there[piece[there] == part]
            if instance.population[atoms].sum() >= least:
                pins.append((int(atoms[cost[atoms, d].argmin()]), d))
    return pins
