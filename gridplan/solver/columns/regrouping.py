"""Better plans from whole grids: a few grids that touch are divided anew in the best way there is, and in the end all of them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gridplan.solver.columns.covering import cheapest_cover, without_doubles
from gridplan.solver.columns.grid_program import tighten
from gridplan.solver.columns.grid_space import GridSpace
from gridplan.solver.columns.grid_table import GridTable, grid_table, joined
from gridplan.solver.columns.grid_values import GridPool, Values, price_near, price_once
from gridplan.solver.columns.triples import Triples
from gridplan.solver.problem import BoolArray, FloatArray, IntArray

# Grids among which a new division of a few grids is sought, nodes of the search for those of a site, and grids looked at for the division.
MOST_GRIDS, NODES, WORK = 20_000, 100_000, 5_000_000
# Grids looked at in the choice of whole ones that count as a node of a search; a first look takes so many times less than the whole work.
SEEN_A_NODE, QUICK = 50, 10
# How far the room for grids is narrowed where there are too many, and the least share of it.
NARROWED, NARROWEST = 0.5, 0.02
# A plan that is better by less, as a share, is none.
BETTER = 1e-9


def better_than(cost: float) -> float:
    """What a plan that is better than one of this cost costs less than."""
    return cost - BETTER * abs(cost)


def best_division(
    space: GridSpace, values: Values, grids: GridTable, below: float, *, work: int
) -> tuple[GridTable | None, float]:
    """The grids that cover every atom once at least cost, if that is less than `below`; and a bound for what such plans cost.

    Where the values do not tell enough, a program over the grids with rows of three does.
    """
    if not len(grids):
        return None, below
    over = np.maximum(values.beyond(grids) - space.allowed(values.worth)[grids.column], 0.0)
    found, certain = cover_by(space, grids, over, values.bound, below, work // QUICK)
    if certain:
        return found, below if found is None else float(found.cost.sum())
    tight = tighten(space, grids, over, below, values.triples.atoms)
    if tight is None or tight.bound >= below:
        return found, values.bound if tight is None else below
    aim = below if found is None else float(found.cost.sum())
    better, certain = cover_by(space, tight.grids, tight.over, tight.bound, aim, work)
    found = found if better is None else better
    return found, tight.bound if not certain else aim if better is None else float(better.cost.sum())


def cover_by(
    space: GridSpace, grids: GridTable, over: FloatArray, bound: float, below: float, work: int
) -> tuple[GridTable | None, bool]:
    """The cheapest cover, and whether that is certain."""
    found, certain, seen = cheapest_cover(grids, over, space.owner, space.inside, space.k, bound, below, work)
    space.nodes.left -= seen // SEEN_A_NODE
    return (None if found is None else grids.take(found)), certain


def all_grids(space: GridSpace, values: Values, room: FloatArray, *, most: int, nodes: int = NODES) -> GridTable | None:
    """Every grid that costs less than `room` beyond the value of its atoms; None where there are more than `most`, or too many to look through."""
    out, count = [], 0
    for d in np.flatnonzero(values.worth < room).tolist():
        if space.nodes.left <= 0 or space.instance.deadline.over():
            return None
        grids, rest = space.search(d, values.value, values.triples, float(room[d]), nodes=nodes, best=False, most=most)
        out.append(grids)
        count += len(grids)
        if rest < room[d] or count > most:
            return None
    return without_doubles(joined(out), space.owner, space.instance.n_atoms)


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
    m = len(space.leads)
    for first in rng.permutation(np.unique(label)).tolist():
        if not (label == first).any():
            continue  # its lead gave way to another one
        touching = contacts(space, label)
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


def contacts(space: GridSpace, label: IntArray) -> FloatArray:
    """How many pairs of atoms touch across the grids of two sites (n_sites, n_sites); within a grid each pair counts twice."""
    tails = np.repeat(np.arange(len(label)), np.diff(space.instance.indptr))
    touching = np.zeros((len(space.leads), len(space.leads)))
    np.add.at(touching, (label[tails], label[space.instance.indices]), 1.0)
    return touching


def _divide_anew(space: GridSpace, label: IntArray, value: FloatArray, some: IntArray, inside: BoolArray) -> bool:
    """Divide the atoms of some grids in the best way that is found (`label` is changed); whether that is a better one."""
    sites = _sites_of(space, label, some, inside)
    here = space.within(sites, inside, len(some))
    pool = GridPool()
    pool.add(here.grids_of(np.where(inside, np.searchsorted(sites, label), -1)))
    below = better_than(float(pool.grids.cost.sum()))
    # Where leads are chosen too, the program has many sites and takes longer than it saves.
    chosen = len(sites) > len(some)
    values = price_once(here, pool, value, Triples(), below, NODES) if chosen else price_near(here, pool, value, below)
    if values.bound >= below or values.bound == -np.inf:
        return False
    grids, _ = narrowed(here, values, below, most=MOST_GRIDS)
    found, _ = best_division(here, values, joined([pool.grids, grids]), below, work=WORK)
    if found is not None:
        label[inside] = sites[found.label(len(label))[inside]]
    return found is not None


def _sites_of(space: GridSpace, label: IntArray, some: IntArray, inside: BoolArray) -> IntArray:
    """Sites that may lead the grids of an area: those that stand in it, but for hospitals that lead outside it."""
    open_outside = np.setdiff1d(np.unique(label), some)
    free = inside[space.home] & ~np.isin(space.group, space.group[open_outside])
    sites: IntArray = np.flatnonzero(free).astype(np.int64)
    return sites


def narrowed(space: GridSpace, values: Values, best: float, *, most: int) -> tuple[GridTable, bool]:
    """The grids that a plan better than `best` can have, or those of less room where they are more than `most`; and whether that is all."""
    room, allowed = best - values.bound, space.allowed(values.worth)
    share = 1.0
    while share > NARROWEST:
        grids = all_grids(space, values, allowed + share * room, most=most)
        if grids is not None:
            return grids, share == 1.0
        share *= NARROWED
    return grid_table([], [], []), False
