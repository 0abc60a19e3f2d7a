"""A plan of few units a grid, bettered and proven by grids taken whole: values of atoms, grids divided anew, all grids that are left."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from gridplan.solver.columns.grid_space import GridSpace, build_space
from gridplan.solver.columns.pricing import GridPool, Values, price_grids
from gridplan.solver.columns.regrouping import all_grids, best_division, regroup
from gridplan.solver.instance import Instance, Limits
from gridplan.solver.problem import FloatArray, IntArray

# Atoms a grid up to which grids can be counted out, and atoms times sites.
ATOMS_A_GRID, MOST_ARCS = 20, 100_000
# Nodes of all searches together for effort 1.
NODES = 15_000_000
# Grids up to which the best plan is sought among all that are left, nodes of the search for those of a site and of the program.
ALL_GRIDS, SEARCH_NODES, MIP_NODES = 8_000, 300_000, 100
# Grids that touch, divided anew together before all grids are counted.
FIRST, MORE = (2, 3), (4, 5, 6, 7)


@dataclass(frozen=True, eq=False)
class WholeGrids:
    """The lead of each atom in the best plan found, and a bound for every plan (-inf: none is proven)."""

    lead: IntArray
    bound: float


def few_a_grid(instance: Instance, limits: Limits, k: int) -> bool:
    """Whether there are few enough atoms a grid, and no price or limit that a grid cannot be judged by on its own."""
    together = instance.problem.change.most is not None or instance.edge_weight.any() or len(limits.activities.price)
    arcs = instance.n_atoms * int(instance.usable.sum())
    return k > 1 and not together and instance.n_atoms <= ATOMS_A_GRID * k and arcs <= MOST_ARCS


def plan_by_grids(
    instance: Instance,
    limits: Limits,
    k: int,
    lead: IntArray,
    value: FloatArray,
    *,
    holds: bool,
    seed: int,
    effort: float,
) -> WholeGrids | None:
    """Better a plan (the lead of each atom) and bound all plans by whole grids; `value` is what atoms are worth to begin with.

    A plan that does not hold the limits is brought within them, if that is found, and nothing is proven. None where the plan breaks other rules.
    """
    choosing, leads = instance.problem.choosing, np.flatnonzero(instance.usable)
    space = build_space(instance, limits, leads, k, int(NODES * effort), choosing=choosing)
    position = np.full(instance.problem.n_leads, -1, dtype=np.int64)
    position[space.leads] = np.arange(len(space.leads))
    label = position[lead]
    if not space.inside.all() or (label < 0).any() or len(np.unique(label)) != k:
        return None
    if not holds:
        label = regroup(_eased(space, value), label, value, FIRST, seed=seed)
        if not np.isfinite(_cost(space, label)):
            return WholeGrids(space.leads[label], -np.inf)
    if not np.isfinite(_cost(space, label)):
        return None
    pool = GridPool(space)
    pool.add(space.grids_of(label))
    values = price_grids(space, pool, value, _cost(space, label))
    bound = values.bound
    for sizes in ((), FIRST, MORE):
        label = regroup(space, label, values.value, sizes, seed=seed)
        label, bound = _among_all(space, label, values, bound)
        if bound >= _cost(space, label) * (1 - 1e-9):
            break
    return WholeGrids(space.leads[label], min(bound, _cost(space, label)))


def _cost(space: GridSpace, label: IntArray) -> float:
    """What a plan costs; infinite where it breaks a rule."""
    limits, load = space.limits, np.bincount(label, weights=space.instance.population, minlength=len(space.leads))
    some = np.unique(label)
    over = (load > limits.hard_high * (1 + 1e-9)) | (load < limits.hard_low * (1 - 1e-9))
    return np.inf if over[some].any() else float(sum(grid.cost for grid in space.grids_of(label)))


def _eased(space: GridSpace, value: FloatArray) -> GridSpace:
    """Let residents beyond the hard limits pay a price beside which little else counts."""
    limits, total = space.limits, float(space.instance.population.sum())
    price = 20.0 * float(np.abs(value).max()) / max(float(space.instance.population.mean()), 1e-9)
    eased = replace(
        limits, hard_low=np.zeros_like(limits.hard_low), hard_high=np.full_like(limits.hard_high, total),
        soft_low=limits.hard_low, soft_high=limits.hard_high, price=price,
    )  # fmt: skip
    return replace(space, limits=eased)


def _among_all(space: GridSpace, label: IntArray, values: Values, bound: float) -> tuple[IntArray, float]:
    """Take the best plan among all grids that a better one can have, where they are few enough."""
    cost = _cost(space, label)
    if space.instance.deadline.over() or space.nodes.left <= 0 or bound >= cost * (1 - 1e-9):
        return label, bound
    room = space.room(values.value, values.worth, cost)
    grids = all_grids(space, values, room, most=ALL_GRIDS, nodes=SEARCH_NODES)
    if grids is None:
        return label, bound
    found, least = best_division(space, grids, cost, nodes=MIP_NODES)
    for grid in found or ():
        label[grid.atoms] = grid.column
    return label, max(bound, least)
