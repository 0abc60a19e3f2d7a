"""Small problems to the end: one MIP over leads and assignments in HiGHS, contiguity added as cuts where it is broken."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gridplan.problem import IntArray
from gridplan.solve.bounds import add_cuts, separate, whole_labels
from gridplan.solve.instance import Instance, Limits
from gridplan.solve.model import ArcModel

# Atoms times sites up to which every arc goes into one MIP.
LARGEST = 400


@dataclass(frozen=True, eq=False)
class Exact:
    """The lead of each atom in the best connected plan (None: not found), a bound, and whether none exists at all."""

    lead: IntArray | None
    bound: float
    infeasible: bool


def small_enough(instance: Instance) -> bool:
    """Whether the whole problem fits into one MIP."""
    return instance.n_atoms * int(instance.usable.sum()) <= LARGEST


def solve_exactly(instance: Instance, limits: Limits, k: int, *, nodes: int = 2000, rounds: int = 60) -> Exact:
    """Choose k leads and assign every atom at least cost, connected, within the limits.

    Arcs that rules forbid stay in the model at their large price, so that a plan comes back where any can.
    """
    leads = np.flatnonzero(instance.usable)
    atoms, columns = np.nonzero(np.ones((instance.n_atoms, len(leads)), dtype=np.bool_))
    model = ArcModel(instance, limits, leads, atoms, columns, k=k)
    bound = -np.inf
    for _ in range(rounds):
        answer = model.solve(integer=True, nodes=nodes)
        if answer.infeasible:
            return Exact(None, np.inf, infeasible=True)
        bound = max(bound, answer.bound)
        label = whole_labels(answer, atoms, columns, instance.n_atoms)
        if label is None:
            break
        cuts = separate(instance, leads, label)
        if not cuts:
            return Exact(leads[label], bound, infeasible=False)
        add_cuts(model, cuts)
    return Exact(None, bound, infeasible=False)
