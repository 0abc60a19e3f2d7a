"""Better plans of many grids: most atoms stay where they are, and the best division of those that are free is sought among grids all over the map.

A few grids divided anew cannot pass on what one of them has too little room for; here a change may run through many, a few atoms in each
(relaxation induced neighbourhoods: Danna, Rothberg, Le Pape 2005).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from gridplan.solver.columns.grid_program import branched_division
from gridplan.solver.columns.grid_space import GridSpace, Nodes
from gridplan.solver.columns.grid_table import GridTable, joined
from gridplan.solver.columns.grid_values import GridPool, Values, price_near, shares_of_sites
from gridplan.solver.columns.regrouping import better_than, contacts, narrowed
from gridplan.solver.problem import BoolArray, FloatArray, IntArray

# Atoms that are free at first, in number and as a share; the fewest; how many more when the best division of so many is certain (fewer when it is
# not), and where the values of atoms alone show it.
FREE, FREE_SHARE, FEWEST, MORE, MANY_MORE = 90, 0.3, 20, 5, 15
# Grids of an area in which they lie, every second time.
AREA = 10
# How much chance counts beside what the program over grids is sure of: all over the map, and within an area.
CHANCE, CHANCE_NEAR = 0.5, 1.0
# Grids met in a round among which divisions are sought, all that one is chosen from, and nodes of the program.
MOST_GRIDS, MOST_CHOSEN, MIP_NODES = 2_000, 2_500, 30
# Nodes of the searches for grids in one division.
NODES = 4_000_000


def loosen(
    space: GridSpace,
    pool: GridPool,
    label: IntArray,
    values: Values,
    *,
    rounds: int,
    idle: int,
    seed: int,
    enough: Callable[[IntArray], bool] = lambda label: False,
) -> IntArray:
    """Better a plan (column of the site of each atom) in some rounds, until it is good enough or so many in a row leave it as it is (`idle`).

    Grids met enter the pool.

    Where the program over the pool's grids is least sure of what the plan has, atoms are freed: all over the map and within an area in turn.
    """
    rng = np.random.default_rng([seed, 17])
    shares, rows = shares_of_sites(space, pool, values.triples), np.arange(len(label))
    bound_to_stay = np.zeros(len(label), dtype=np.bool_)
    bound_to_stay[space.home[space.must]] = True
    free, unchanged = [min(FREE, int(FREE_SHARE * len(label)))] * 2, 0
    for turn in range(rounds):
        if unchanged == idle or space.instance.deadline.over() or enough(label):
            break
        near = turn % 2
        sure = shares[rows, label] + (CHANCE_NEAR if near else CHANCE) * rng.uniform(0.0, 1.0, len(label))
        if near:
            sure[~np.isin(label, _area(space, label, values, rng))] += 2.0 * (1.0 + CHANCE_NEAR)
        sure[bound_to_stay] = np.inf
        kept = np.ones(len(label), dtype=np.bool_)
        kept[np.argsort(sure, kind="stable")[: free[near]]] = False
        better, more = _divide_free(space, pool, label, kept, values)
        if better is not None:
            label, unchanged = better, 0
        else:
            unchanged += 1
            free[near] = int(np.clip(free[near] + more, min(FEWEST, len(label)), len(label)))
    return label


def _area(space: GridSpace, label: IntArray, values: Values, rng: np.random.Generator) -> IntArray:
    """Grids that touch, from one on that costs much beyond what is proven; those with long borders more often."""
    grids = space.grids_of(label)
    beyond = np.maximum(values.beyond(grids) - values.worth[grids.column], 0.0)
    touching = contacts(space, label)[np.ix_(grids.column, grids.column)]
    weight = beyond + beyond.mean() + np.finfo(float).tiny
    some = [int(rng.choice(len(grids), p=weight / weight.sum()))]
    while len(some) < min(AREA, len(grids)):
        border = np.sqrt(touching[some].sum(axis=0)) * rng.uniform(0.3, 1.0, len(grids))
        border[some] = 0.0
        if border.max() <= 0.0:
            break
        some.append(int(border.argmax()))
    return grids.column[some]


def _divide_free(
    space: GridSpace, pool: GridPool, label: IntArray, kept: BoolArray, values: Values
) -> tuple[IntArray | None, int]:
    """Divide the atoms that are not kept in the best way that is found, if it is a better one; and how many more can be free (below 0: fewer).

    They can be more where it is certain that this is the best way.
    """
    here = replace(space.keeping(label, kept), nodes=Nodes(NODES))
    plan = here.grids_of(label)
    below = better_than(float(plan.cost.sum()))
    few = GridPool(plan)
    few.add(_that_keep(pool.grids, label, kept))
    count = len(few.grids)
    # A kept atom is worth so much that no grid of its site goes without it.
    dear = values.value + np.where(kept, 2.0 * float(np.abs(space.cost[np.isfinite(space.cost)]).max()), 0.0)
    found = price_near(here, few, dear, below, np.where(kept, dear, -np.inf))
    pool.add(few.grids.take(np.arange(count, len(few.grids))))
    if found.bound >= below:
        return None, MANY_MORE
    grids, whole = narrowed(here, found, below, most=MOST_GRIDS)
    division, bound = branched_division(here, joined([few.grids, grids]), below, nodes=MIP_NODES, most=MOST_CHOSEN)
    certain = whole and bound >= below
    return None if division is None else division.label(len(label)), MORE if certain else -MORE


def _that_keep(grids: GridTable, label: IntArray, kept: BoolArray) -> GridTable:
    """Those grids that have all kept atoms of their site, and none of another one."""
    size = np.diff(grids.start)
    fixed = kept[grids.atoms]
    strange = fixed & (label[grids.atoms] != np.repeat(grids.column, size))
    held: FloatArray = np.add.reduceat(fixed.astype(np.int64), grids.start[:-1])
    wanted = np.bincount(label[kept], minlength=int(grids.column.max()) + 1)
    return grids.take(
        (np.add.reduceat(strange.astype(np.int64), grids.start[:-1]) == 0) & (held == wanted[grids.column])
    )
