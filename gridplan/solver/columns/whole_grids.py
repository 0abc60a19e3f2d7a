"""A plan of few units a grid, bettered and proven by grids taken whole: values of atoms, grids divided anew, all grids that are left."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gridplan.solver.columns.grid_space import Grid, GridSpace, build_space
from gridplan.solver.columns.grid_values import GridPool, Values, price_grids
from gridplan.solver.columns.regrouping import BETTER, NARROWED, NARROWEST, all_grids, best_division, regroup
from gridplan.solver.instance import Instance, Limits
from gridplan.solver.problem import FloatArray, IntArray

# Atoms a grid up to which grids can be counted out, and atoms times sites.
ATOMS_A_GRID, MOST_ARCS = 20, 100_000
# Nodes of all searches together: those that a first round needs, fewer for less than the usual effort, and those for effort 1 beside them.
FIRST_NODES, NODES = 6_000_000, 2_000_000
# Grids (for effort 1; four times as many at most) up to which the best plan is sought among all that are left, nodes of the search for those of a site and of the program.
ALL_GRIDS, SEARCH_NODES, MIP_NODES = 6_000, 300_000, 30
# Grids that touch, divided anew together before all grids are counted.
FIRST, MORE = (2, 3), (4, 5, 6, 7)


@dataclass(frozen=True, eq=False)
class WholeGrids:
    """The lead of each atom in the best plan found (None: none), and a bound for every plan (-inf: none is proven; inf: there is no plan)."""

    lead: IntArray | None
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

    Instead of one that does not hold the rules any is sought, among all grids. None where nothing comes of it.
    """
    choosing, leads = instance.problem.choosing, np.flatnonzero(instance.usable)
    nodes = int(FIRST_NODES * min(effort, 1.0) + NODES * effort)
    space = build_space(instance, limits, leads, k, nodes, choosing=choosing)
    position = np.full(instance.problem.n_leads, -1, dtype=np.int64)
    position[space.leads] = np.arange(len(space.leads))
    label = position[lead]
    if not space.inside.all() or (label < 0).any() or len(np.unique(label)) != k:
        return None
    if not holds:
        return _any_plan(space, value)
    pool = GridPool(space)
    cost = sum(grid.cost for grid in pool.add(space.grids_of(label)))
    values = price_grids(space, pool, value, cost)
    bound, most = values.bound, int(ALL_GRIDS * np.clip(effort, 0.25, 4.0))
    counted = np.inf
    for sizes in ((), FIRST, MORE):
        label = regroup(space, label, values.value, sizes, seed=seed)
        cost = sum(grid.cost for grid in space.grids_of(label))
        if bound >= cost * (1.0 - BETTER):
            break
        if cost < counted:
            label, bound = _among_all(space, label, values, cost, bound, most=most)
            counted = cost
    return WholeGrids(space.leads[label], bound)


def _any_plan(space: GridSpace, value: FloatArray) -> WholeGrids | None:
    """The best plan there is, or that there is none, where all grids can be counted."""
    values = Values(value, np.full(len(space.leads), -np.inf), -np.inf)
    grids = all_grids(space, values, np.full(len(space.leads), np.inf), most=ALL_GRIDS, nodes=SEARCH_NODES)
    if grids is None:
        return None
    found, bound = best_division(space, grids, np.inf, nodes=MIP_NODES)
    lead = None if found is None else space.leads[_label_of(space, found)]
    return WholeGrids(lead, bound)


def _label_of(space: GridSpace, grids: list[Grid]) -> IntArray:
    """Column of the site of each atom."""
    label = np.full(space.instance.n_atoms, -1, dtype=np.int64)
    for grid in grids:
        label[grid.atoms] = grid.column
    return label


def _among_all(
    space: GridSpace, label: IntArray, values: Values, cost: float, bound: float, *, most: int
) -> tuple[IntArray, float]:
    """Take better plans than the one of `cost` from all grids that such plans can have, the cheapest of these where they are too many; raise the bound."""
    share = 1.0
    while share > NARROWEST and bound < cost * (1.0 - BETTER):
        if space.instance.deadline.over() or space.nodes.left <= 0:
            break
        room = values.worth + share * (space.room(values.value, values.worth, cost) - values.worth)
        grids = all_grids(space, values, room, most=most, nodes=SEARCH_NODES)
        if grids is None:
            share *= NARROWED
            continue
        found, least = best_division(space, grids, cost, nodes=MIP_NODES)
        # A plan with a grid that was left out costs that share of the gap at least.
        bound = max(bound, min(least, values.bound + share * (cost - values.bound)))
        if found is None:
            break
        label, cost, share = _label_of(space, found), sum(grid.cost for grid in found), 1.0
    return label, bound
