"""Proven bounds for fixed leads: the linear relaxation with every arc priced out, then a MIP with contiguity cuts."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from gridplan.solver.bound.prices import bound_by_prices, dual_value, price_scale
from gridplan.solver.instance import Instance, Limits
from gridplan.solver.problem import BoolArray, FloatArray, IntArray
from gridplan.solver.programs.arc_model import Answer, ArcModel

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
        answer = ArcModel(instance, limits, leads, atoms, columns).solve(integer=False)
        if answer.infeasible:
            if listed.all():
                return Relaxed(best, at, label, slack, infeasible=True, toll=toll)
            width, widened = 8.0 * width, widened + 1
            listed |= slack <= width * people + 1e-9 if widened <= WIDENED else np.ones_like(listed)
            continue
        if answer.price is None or answer.shares is None:
            break
        label = _largest(answer.shares, atoms, columns, instance.n_atoms)
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


def _largest(shares: FloatArray, atoms: IntArray, columns: IntArray, n_atoms: int) -> IntArray:
    """Column of the largest share of each atom."""
    order = np.lexsort((-columns, shares))
    label = np.zeros(n_atoms, dtype=np.int64)
    label[atoms[order]] = columns[order]
    return label


@dataclass(frozen=True, eq=False)
class Proof:
    """A bound by MIP; `label` is a connected plan it found, if any; `with_contiguity` when cuts were in the model."""

    bound: float
    label: IntArray | None
    with_contiguity: bool


def strengthen(
    instance: Instance, leads: IntArray, limits: Limits, relaxed: Relaxed, best: float, *, nodes: int, rounds: int
) -> Proof:
    """Raise the bound towards `best` (the objective of a known plan) by whole assignments and contiguity cuts.

    Arcs that no better plan can use (their reduced cost exceeds the distance to `best`) are left out; so the result
    is the smaller of `best` and the MIP's own bound.
    """
    gap = best - relaxed.bound
    atoms, columns = np.nonzero(relaxed.slack <= gap * (1 + 1e-9) + 1e-9 * abs(best))
    model = ArcModel(instance, limits, leads, atoms, columns)
    bound, cut_any = relaxed.bound, False
    for _ in range(rounds):
        if instance.deadline.over():
            break
        answer = model.solve(integer=True, nodes=nodes)
        if answer.infeasible:
            return Proof(best, None, with_contiguity=True)
        bound = max(bound, min(answer.bound, best))
        label = whole_labels(answer, atoms, columns, instance.n_atoms)
        if label is None:
            break
        cuts = separate(instance, leads, label)
        if not cuts:
            return Proof(bound, label, with_contiguity=cut_any or bound >= best - 1e-9 * abs(best))
        if bound >= best - 1e-9 * abs(best):
            break
        add_cuts(model, cuts)
        cut_any = True
    return Proof(bound, None, with_contiguity=cut_any)


def whole_labels(answer: Answer, atoms: IntArray, columns: IntArray, n_atoms: int) -> IntArray | None:
    """Column of each atom in a MIP answer."""
    return None if answer.shares is None else _largest(answer.shares, atoms, columns, n_atoms)


def separate(instance: Instance, leads: IntArray, label: IntArray) -> list[tuple[int, int, IntArray]]:
    """Contiguity cuts that a plan breaks: (atom, column, separator): the atom needs one of the separator's atoms."""
    tails = np.repeat(np.arange(instance.n_atoms), np.diff(instance.indptr))
    heads = instance.indices
    same = label[tails] == label[heads]
    graph = csr_matrix((np.ones(int(same.sum())), (tails[same], heads[same])), shape=(instance.n_atoms,) * 2)
    piece = connected_components(graph, directed=False)[1]
    cuts = []
    for part in np.unique(piece):
        inside = np.flatnonzero(piece == part)
        d = int(label[inside[0]])
        home = int(instance.home[leads[d]])
        if piece[home] == part or instance.component[home] != instance.component[inside[0]]:
            continue
        wall = np.setdiff1d(_neighbours(instance, inside), inside)
        reached = _reached(instance, home, wall)
        separator = np.array([w for w in wall if w == home or reached[_neighbours(instance, np.array([w]))].any()])
        most = inside[np.argsort(-instance.population[inside], kind="stable")][:5]
        cuts += [(int(u), d, separator) for u in most]
    return cuts


def _neighbours(instance: Instance, atoms: IntArray) -> IntArray:
    near = [instance.indices[instance.indptr[u] : instance.indptr[u + 1]] for u in atoms]
    return np.unique(np.concatenate(near)).astype(np.int64) if near else np.zeros(0, dtype=np.int64)


def _reached(instance: Instance, home: int, wall: IntArray) -> BoolArray:
    """Atoms that can be reached from `home` without passing `wall`."""
    seen = np.zeros(instance.n_atoms, dtype=np.bool_)
    blocked = np.zeros(instance.n_atoms, dtype=np.bool_)
    blocked[wall] = True
    if blocked[home]:
        return seen
    seen[home] = True
    stack = [home]
    while stack:
        u = stack.pop()
        for v in instance.indices[instance.indptr[u] : instance.indptr[u + 1]].tolist():
            if not seen[v] and not blocked[v]:
                seen[v] = True
                stack.append(v)
    return seen


def add_cuts(model: ArcModel, cuts: list[tuple[int, int, IntArray]]) -> None:
    """Add rows "an atom may be with a lead only if one atom of the separator is"."""
    column = {(int(u), int(d)): i for i, (u, d) in enumerate(zip(model.arc_atom, model.arc_lead, strict=True))}
    for u, d, separator in cuts:
        through = [column[int(s), d] for s in separator if (int(s), d) in column]
        if (u, d) in column:
            model.linear.row(np.array([column[u, d], *through]), np.array([1.0] + [-1.0] * len(through)), -np.inf, 0.0)
