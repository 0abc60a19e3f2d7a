"""Proven bounds for fixed leads: the linear relaxation with every arc priced out."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from gridplan.solver.bound.prices import bound_by_prices, dual_value, price_scale
from gridplan.solver.instance import Instance, Limits
from gridplan.solver.problem import FloatArray, IntArray
from gridplan.solver.programs.arc_model import ArcModel

# How often the list of arcs is widened for lack of a solution before all of them are listed.
WIDENED = 10


@dataclass(frozen=True, eq=False)
class Relaxed:
    """The linear relaxation for some leads: bound (opening prices included), prices, and each atom's largest share.

    `infeasible` means proven: no division of people, connected or not, holds the hard limits. `toll` is what a resident who
    changes lead pays in place of the ceiling on them, in bound and slack.
    """

    bound: float
    price: FloatArray
    label: IntArray
    slack: FloatArray
    infeasible: bool = False
    toll: float = 0.0


def priced_out(instance: Instance, leads: IntArray, limits: Limits, price: FloatArray) -> float:
    """Bound that the prices prove over all arcs, opening prices included."""
    few = limits.of(leads)
    cost = instance.costs_of(leads)
    value = dual_value(
        cost, instance.population, price, few.hard_low, few.hard_high, few.soft_low, few.soft_high, few.price,
        np.empty(len(leads)),
    )  # fmt: skip
    return float(value) + float(instance.problem.lead_price[leads].sum())


def reduced_costs(instance: Instance, leads: IntArray, price: FloatArray) -> FloatArray:
    """How much each arc is dearer than the cheapest of its atom, at these prices."""
    priced = instance.costs_of(leads) + instance.population[:, None] * price
    out: FloatArray = priced - priced.min(axis=1, keepdims=True)
    return out


def worth_of_atoms(instance: Instance, leads: IntArray, price: FloatArray) -> FloatArray:
    """Return what covering each atom costs at least among some leads, at their prices a resident."""
    value: FloatArray = (instance.costs_of(leads) + instance.population[:, None] * price).min(axis=1)
    return value


def relax(instance: Instance, leads: IntArray, limits: Limits, price: FloatArray | None = None) -> Relaxed:
    """Solve the linear relaxation for some leads; a price of borders is folded into the costs of arcs."""
    if not instance.edge_weight.any():
        return _relax(instance, leads, limits, price)
    plain = _relax(instance.without_cuts(), leads, limits, price)
    if plain.infeasible or instance.deadline.over():
        return plain
    tolled = instance.tolled(plain.toll, len(leads))
    folded = replace(_relax(tolled.folded(leads, plain.price), leads, limits, plain.price), toll=plain.toll)
    return folded if folded.bound > plain.bound else plain


def _relax(instance: Instance, leads: IntArray, limits: Limits, price: FloatArray | None) -> Relaxed:
    """Solve the relaxation by a growing list of arcs, until the prices of the small program hold for all arcs."""
    limits = limits.of_residents()
    few = limits.of(leads)
    cost = instance.costs_of(leads)
    start = np.zeros(len(leads)) if price is None else price
    value, at = bound_by_prices(cost, instance.population, few, start)
    best = value + float(instance.problem.lead_price[leads].sum())
    slack = reduced_costs(instance, leads, at)
    people = instance.population[:, None]
    width = 0.05 * price_scale(cost, instance.population)
    listed = slack <= width * people + 1e-9
    if instance.problem.change.most is not None:
        listed |= instance.moving[:, leads] == 0.0
    label, widened, toll = slack.argmin(axis=1), 0, 0.0
    for _ in range(40):
        if instance.deadline.over():
            break
        atoms, columns = np.nonzero(listed)
        model = ArcModel(instance, limits, leads, atoms, columns)
        answer = model.solve(integer=False)
        if answer.infeasible:
            if listed.all():
                return Relaxed(best, at, label, slack, infeasible=True, toll=toll)
            width, widened = 8.0 * width, widened + 1
            listed |= slack <= width * people + 1e-9 if widened <= WIDENED else np.ones_like(listed)
            continue
        if answer.price is None or answer.shares is None:
            break
        label = model.labels(answer.shares)
        tolled = instance.tolled(answer.toll, len(leads))
        proven = priced_out(tolled, leads, limits, answer.price)
        new = reduced_costs(tolled, leads, answer.price)
        if proven > best:
            best, at, slack, toll = proven, answer.price, new, answer.toll
        if proven >= answer.value - 1e-9 * abs(answer.value):
            break
        # The cheapest listed arc of an atom is priced like its best one, unless an arc left out beats it.
        listed |= new <= np.where(listed, new, np.inf).min(axis=1, keepdims=True) - 1e-12
        listed |= new <= width * people
    return Relaxed(best, at, label, slack, toll=toll)
