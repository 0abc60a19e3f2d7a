"""The smallest balance tolerance of k connected grids, proven by whole grids: those within a tolerance are counted, and put together if they can be."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gridplan.solver.columns.covering import cheapest_cover, without_doubles
from gridplan.solver.columns.grid_space import MOST_FOUND, GridSpace, Nodes, build_space
from gridplan.solver.columns.grid_table import GridTable, joined
from gridplan.solver.columns.triples import Triples
from gridplan.solver.instance import Instance, limits_for
from gridplan.solver.problem import FloatArray
from gridplan.solver.terms import ROUNDING

# Tolerance with which the search begins where less is known, by how much it grows, and by how much at least where grids become too many.
FIRST, WIDER, LEAST_WIDER = 0.01, 2.0, 1.1
# Grids within a tolerance; for effort 1: nodes of the searches for them, and grids looked at in one attempt to put some together.
MOST_GRIDS, NODES, WORK = 200_000, 10_000_000, 20_000_000


def least_tolerance_by_grids(
    instance: Instance, k: int, *, known: float = 0.0, effort: float = 1.0
) -> tuple[float, bool]:
    """Return the smallest tolerance of plans with k grids that hold every other hard rule, and whether that is certain.

    Where it is not it is one that no plan goes below. Infinite if there are no plans. A plan has `known` at least. Limits of activities and of
    change are left out, which leaves a tolerance that no plan goes below.
    """
    target = instance.problem.total_population / k
    least, tolerance, wider = known, max(WIDER * known, FIRST), WIDER
    while not instance.deadline.over():
        tolerance = tolerance if tolerance < k else np.inf
        grids = _grids_within(instance, k, tolerance, effort)
        if grids is None:
            wider = 1.0 + (wider - 1.0) / 2.0
            if not 0.0 < least * wider < tolerance or wider < LEAST_WIDER:
                return least, False
            tolerance = least * wider
            continue
        deviation = np.abs(grids.sums(instance.population) / target - 1.0)
        lowest, certain = _lowest(_space(instance, k, tolerance), grids, deviation, least, int(WORK * effort))
        if lowest < np.inf or not certain or tolerance == np.inf:
            return max(least, lowest) if certain else least, certain
        least, tolerance = tolerance, wider * tolerance
    return least, False


def _space(instance: Instance, k: int, tolerance: float) -> GridSpace:
    """All grids at no cost."""
    problem, sites = instance.problem, np.flatnonzero(instance.usable)
    free = replace(instance, problem=replace(problem, lead_price=np.zeros(problem.n_leads)))
    limits = replace(limits_for(problem, k, tolerance), price=0.0)
    space = build_space(free, limits, sites, k, 0, choosing=problem.choosing)
    return replace(space, cost=np.where(np.isfinite(space.cost), 0.0, np.inf))


def _grids_within(instance: Instance, k: int, tolerance: float, effort: float) -> GridTable | None:
    """Every grid within the tolerance; None where there are too many."""
    space = _space(instance, k, tolerance)
    space = replace(space, nodes=Nodes(int(NODES * effort)))
    none, found, count = np.zeros(instance.n_atoms), [], 0
    for column in range(len(space.leads)):
        nodes, most = max(space.nodes.left, 1), min(MOST_GRIDS - count + 1, MOST_FOUND)
        grids, rest = space.search(column, none, Triples(), 1.0, nodes=nodes, best=False, most=most)
        found.append(grids)
        count += len(grids)
        if rest < 1.0 or count > MOST_GRIDS or instance.deadline.over():
            return None
    return without_doubles(joined(found), space.owner, instance.n_atoms)


def _lowest(space: GridSpace, grids: GridTable, deviation: FloatArray, least: float, work: int) -> tuple[float, bool]:
    """The smallest deviation, above `least` or as large, within which some of the grids make a plan (infinite: none), and whether that is certain."""
    if not len(grids):
        return np.inf, True
    steps = np.unique(np.append(deviation[deviation > least], least))
    steps = steps[np.append(True, np.diff(steps) > ROUNDING)]
    low, high, found = 0, len(steps), np.inf
    while low < high:
        at = (low + high) // 2
        some = np.flatnonzero(deviation <= steps[at] + ROUNDING)
        plan, certain, _ = cheapest_cover(
            replace(grids.take(some), cost=np.zeros(len(some))), np.zeros(len(some)), space.owner, space.inside, space.k, 0.0, 1.0, work
        )  # fmt: skip
        if plan is not None:
            found = float(deviation[some[plan]].max())
            high = int(np.searchsorted(steps, found - ROUNDING))
        elif certain:
            low = at + 1
        else:
            return found, False
    return found, True
