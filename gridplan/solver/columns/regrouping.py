"""Better plans from whole grids: a few grids that touch are divided anew in the best way there is, and in the end all of them."""

from __future__ import annotations

from collections.abc import Iterator

import highspy
import numpy as np

from gridplan.solver.columns.grid_space import Grid, GridSpace
from gridplan.solver.columns.grid_values import GridPool, Values, price_once, table_of
from gridplan.solver.problem import BoolArray, FloatArray, IntArray
from gridplan.solver.programs.highs import minimise

# Grids among which a new division of a few grids is sought, and nodes of the search for those of a site.
MOST_GRIDS, NODES = 6_000, 100_000
# Nodes of the whole-number program.
MIP_NODES = 50
# A step of the simplex method counts as so many nodes of a search.
STEP_NODES = 200
# How far the room for grids is narrowed where there are too many, and the least share of it.
NARROWED, NARROWEST = 0.5, 0.02
# Grids times the square of rows up to which whole ones are chosen by branching: of more (boards of exact sizes) a few nodes take longer than all before and prove nothing.
MOST_BRANCHED = 100_000_000
# A plan that is better by less, as a share, is none.
BETTER = 1e-9


def best_division(space: GridSpace, grids: list[Grid], below: float, *, nodes: int) -> tuple[list[Grid] | None, float]:
    """The grids that cover every atom once at least cost, if that is less than `below`; and a bound for all that are."""
    if not grids:
        return None, below
    table, low, high = table_of(space, grids)
    cost, options = np.array([grid.cost for grid in grids]), space.instance.deadline.options
    highs = minimise(table, cost, np.ones(len(cost)), low, high, options=options)
    space.nodes.left -= STEP_NODES * int(highs.getInfo().simplex_iteration_count)
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None, below if highs.getModelStatus() == highspy.HighsModelStatus.kInfeasible else -np.inf
    least = float(highs.getInfo().objective_function_value)
    if least >= below:
        return None, below
    shares, reduced = np.array(highs.getSolution().col_value), np.array(highs.getSolution().col_dual)
    if np.abs(shares - np.round(shares)).max() < 1e-6:
        return [grids[c] for c in np.flatnonzero(shares > 0.5)], least
    kept = np.flatnonzero(reduced < below - least)
    if len(kept) * len(low) ** 2 > MOST_BRANCHED:
        return None, least
    highs = minimise(
        table[:, kept], cost[kept], np.ones(len(kept)), low, high, whole=np.ones(len(kept), dtype=np.bool_),
        options=options | {"mip_max_nodes": nodes, "mip_rel_gap": 1e-7},
    )  # fmt: skip
    info = highs.getInfo()
    space.nodes.left -= STEP_NODES * int(info.simplex_iteration_count)
    if highs.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
        return None, below
    bound = min(below, max(least, float(info.mip_dual_bound)))
    if info.primal_solution_status != 2 or float(info.objective_function_value) >= below:
        return None, bound
    return [grids[kept[c]] for c in np.flatnonzero(np.array(highs.getSolution().col_value) > 0.5)], bound


def all_grids(
    space: GridSpace, values: Values, room: FloatArray, *, most: int, nodes: int = NODES
) -> list[Grid] | None:
    """Every grid that costs less than `room` beyond the values of its atoms; None where there are more than `most`, or too many to look through."""
    out: list[Grid] = []
    for d in np.flatnonzero(values.worth < room).tolist():
        grids, _, rest = space.search(d, values.value, float(room[d]), nodes=nodes, best=False, most=most)
        out += grids
        if rest < room[d] or len(out) > most:
            return None
    return out


def regroup(space: GridSpace, label: IntArray, values: FloatArray, sizes: tuple[int, ...], *, seed: int) -> IntArray:
    """Divide as many grids that touch anew as each of `sizes` says, until nothing gets better or the work is used up."""
    rng = np.random.default_rng([seed, 13])
    label = label.copy()
    for count in sizes:
        tried: set[bytes] = set()
        better = True
        while better:
            better = False
            for some in _areas(space, label, count, rng):
                if space.instance.deadline.over() or space.nodes.left <= 0:
                    return label
                inside = np.isin(label, some)
                key = np.where(inside, label, -1).tobytes()
                if key not in tried:
                    tried.add(key)
                    better |= _divide_anew(space, label, values, some, inside)
    return label


def _areas(space: GridSpace, label: IntArray, count: int, rng: np.random.Generator) -> Iterator[IntArray]:
    """For each grid in turn, it and others that touch, more often those with long borders."""
    tails, heads = np.repeat(np.arange(len(label)), np.diff(space.instance.indptr)), space.instance.indices
    m = len(space.leads)
    for first in rng.permutation(np.unique(label)).tolist():
        if not (label == first).any():
            continue  # its lead gave way to another one
        touching = np.zeros((m, m))
        np.add.at(touching, (label[tails], label[heads]), 1.0)
        some = [first]
        while len(some) < count:
            border = touching[some].sum(axis=0)
            border[some] = 0.0
            border *= rng.uniform(0.3, 1.0, m)
            if border.max() <= 0.0:
                break
            some.append(int(border.argmax()))
        if len(some) > 1:
            yield np.array(some, dtype=np.int64)


def _divide_anew(space: GridSpace, label: IntArray, value: FloatArray, some: IntArray, inside: BoolArray) -> bool:
    """Divide the atoms of some grids in the best way that is found (`label` is changed); whether that is a better one."""
    sites = _sites_of(space, label, some, inside)
    here = space.within(sites, inside, len(some))
    pool = GridPool(here)
    now = pool.add(here.grids_of(np.where(inside, np.searchsorted(sites, label), -1)))
    below = sum(grid.cost for grid in now) * (1.0 - BETTER)
    values = price_once(here, pool, value, below, NODES)
    if values.bound >= below:
        return False
    found, _ = best_division(here, pool.grids + _narrowed(here, values, below), below, nodes=MIP_NODES)
    for grid in found or ():
        label[grid.atoms] = sites[grid.column]
    return found is not None


def _sites_of(space: GridSpace, label: IntArray, some: IntArray, inside: BoolArray) -> IntArray:
    """Sites that may lead the grids of an area: those that stand in it, but for hospitals that lead outside it."""
    open_outside = np.setdiff1d(np.unique(label), some)
    free = inside[space.home] & ~np.isin(space.group, space.group[open_outside])
    sites: IntArray = np.flatnonzero(free).astype(np.int64)
    return sites


def _narrowed(space: GridSpace, values: Values, best: float) -> list[Grid]:
    """The grids that a plan better than `best` can have, or those of less room where they are too many."""
    room = space.room(values.value, values.worth, best)
    share = 1.0
    while share > NARROWEST:
        grids = all_grids(space, values, values.worth + share * (room - values.worth), most=MOST_GRIDS)
        if grids is not None:
            return grids
        share *= NARROWED
    return []
