"""Small problems to the end: one MIP over leads and assignments in HiGHS, contiguity added as cuts where it is broken."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gridplan.solver.bound.separators import add_cuts, separate
from gridplan.solver.instance import Instance, Limits, limits_for
from gridplan.solver.problem import IntArray
from gridplan.solver.programs.arc_model import ArcModel

# Atoms times sites up to which every arc goes into one MIP.
LARGEST = 400
# The same under a ceiling of change, which no price replaces: without a MIP a gap of some percent would stay.
LARGEST_UNDER_CEILING = 1000
# Steps of the simplex method that all rounds of cuts may have together for effort 1, what a round counts at least, and steps a node.
STEPS, ROUND_STEPS, NODE_STEPS = 200_000, 400, 60
# Gaps in turn: while plans break contiguity the first one that is found tells which rows are missing, and costs a tenth of the best one.
GAPS = (1.0, 1e-7)
# Effort between which the steps follow it.
LEAST_EFFORT, MOST_EFFORT = 0.25, 4.0


@dataclass(frozen=True, eq=False)
class Exact:
    """The lead of each atom in the best connected plan (None: not found), a bound, and whether none exists at all."""

    lead: IntArray | None
    bound: float
    infeasible: bool


def small_enough(instance: Instance) -> bool:
    """Whether the whole problem fits into one MIP."""
    free = instance.problem.change.most is None
    return instance.n_atoms * int(instance.usable.sum()) <= (LARGEST if free else LARGEST_UNDER_CEILING)


def solve_exactly(instance: Instance, limits: Limits, k: int, *, effort: float, open_all: bool = False) -> Exact:
    """Choose k leads and assign every atom at least cost, connected, within the limits.

    With `open_all`, arcs that rules forbid stay in the model at their large price, so that a plan comes back where any can.
    """
    leads = np.flatnonzero(instance.usable)
    atoms, columns = np.nonzero(np.ones((instance.n_atoms, len(leads)), dtype=np.bool_))
    model = ArcModel(instance, limits, leads, atoms, columns, k=k, open_all=open_all)
    return _to_the_end(model, steps=_steps(effort))


def least_tolerance_exactly(instance: Instance, k: int, *, effort: float = 1.0) -> float:
    """Smallest balance tolerance of connected plans with k grids that hold every other hard rule; 0 if there are none.

    It is a lower bound where the limit of steps ends the search.
    """
    leads = np.flatnonzero(instance.usable)
    atoms, columns = np.nonzero(~instance.blocked[:, leads])
    if len(np.unique(atoms)) < instance.n_atoms:
        return 0.0
    model = ArcModel(instance, limits_for(instance.problem, k, np.inf), leads, atoms, columns, k=k)
    model.seek_balance(float(instance.population.sum()) / k)
    found = _to_the_end(model, steps=_steps(effort))
    return 0.0 if found.infeasible else max(0.0, found.bound - 1e-7)


def _steps(effort: float) -> int:
    return int(STEPS * min(max(effort, LEAST_EFFORT), MOST_EFFORT))


def _to_the_end(model: ArcModel, *, steps: int) -> Exact:
    """Solve, add the contiguity cuts that the plan breaks, and again until the best plan breaks none or the steps are used up."""
    instance, leads, bound, gaps = model.instance, model.leads, -np.inf, list(GAPS)
    while steps > 0 and not instance.deadline.over():
        answer = model.solve(integer=True, nodes=max(steps // NODE_STEPS, 1), gap=gaps[0])
        steps -= max(answer.steps, ROUND_STEPS)
        if answer.infeasible:
            return Exact(None, np.inf, infeasible=True)
        bound = max(bound, answer.bound)
        if answer.shares is None:
            break
        label = model.labels(answer.shares)
        cuts = separate(instance, leads, label, of_all=model.k is not None)
        add_cuts(model, cuts)
        if not cuts and len(gaps) == 1:
            return Exact(leads[label], bound, infeasible=False)
        if not cuts:
            del gaps[0]
    return Exact(None, bound, infeasible=False)
