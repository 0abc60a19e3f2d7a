"""Grids met during a search, kept without repetition, and the best plan that can be put together from them."""

from __future__ import annotations

from collections import namedtuple

import highspy
import numpy as np
from scipy.sparse import csc_matrix, csr_matrix, vstack

from gridplan.solver.deadline import NEVER, Deadline
from gridplan.solver.kernels import inner
from gridplan.solver.problem import FloatArray, IntArray
from gridplan.solver.programs.highs import minimise

Pool = namedtuple("Pool", "table hash cost lead start members count")


def new_pool(grids: int, members: int) -> Pool:
    """Room for so many grids and members."""
    size = 1 << int(np.ceil(np.log2(4 * grids)))
    return Pool(
        table=np.full(size, -1, np.int64), hash=np.zeros(grids, np.uint64), cost=np.zeros(grids),
        lead=np.zeros(grids, np.int64), start=np.zeros(grids + 1, np.int64), members=np.zeros(members, np.int32),
        count=np.zeros(1, np.int64),
    )  # fmt: skip


@inner
def find_slot(pool, key):  # type: ignore[no-untyped-def]
    """Slot of a new grid in the table; -1 if it is known or there is no room."""
    size = len(pool.table)
    if pool.count[0] >= len(pool.cost):
        return -1
    at = np.int64(key % np.uint64(size))
    while pool.table[at] >= 0:
        if pool.hash[pool.table[at]] == key:
            return -1
        at = (at + 1) % size
    return at


@inner
def keep(pool, at, key, members, n_members, cost, lead):  # type: ignore[no-untyped-def]
    """Store a grid in the slot found for it."""
    c = pool.count[0]
    start = pool.start[c]
    if start + n_members > len(pool.members):
        return
    pool.table[at] = c
    pool.hash[c] = key
    pool.cost[c] = cost
    pool.lead[c] = lead
    for i in range(n_members):
        pool.members[start + i] = members[i]
    pool.start[c + 1] = start + n_members
    pool.count[0] = c + 1


def columns_of(pool: Pool, n_units: int) -> csc_matrix:
    """Units (rows) of each grid of the pool (columns)."""
    c = int(pool.count[0])
    used = int(pool.start[c])
    return csc_matrix((np.ones(used), pool.members[:used], pool.start[: c + 1]), shape=(n_units, c))


def best_partition(
    covers: csc_matrix,
    cost: FloatArray,
    group: IntArray,
    grids: int | None,
    *,
    most: int,
    nodes: int,
    ceiling: tuple[FloatArray, float] | None = None,
    deadline: Deadline = NEVER,
) -> IntArray | None:
    """Columns that cover every unit once at least cost, with at most one of a group (exactly one if `grids` is None).

    `ceiling` is a weight a column and the most that all columns taken may weigh. A linear program first; only columns of small reduced cost (at most `most`) go into the MIP.
    """
    n_groups = int(group.max()) + 1
    by_group = csr_matrix((np.ones(len(group)), (group, np.arange(len(group)))), shape=(n_groups, len(group)))
    rows = [covers, by_group]
    low = np.concatenate([np.ones(covers.shape[0]), np.full(n_groups, 1.0 if grids is None else 0.0)])
    high = np.ones(len(low))
    if grids is not None:
        rows.append(csr_matrix(np.ones((1, len(group)))))
        low, high = np.append(low, grids), np.append(high, grids)
    if ceiling is not None:
        rows.append(csr_matrix(ceiling[0]))
        low, high = np.append(low, -np.inf), np.append(high, ceiling[1])
    table = csc_matrix(vstack(rows))
    ones = np.ones(len(cost))
    highs = minimise(table, cost, ones, low, high, options=deadline.options)
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    reduced = np.array(highs.getSolution().col_dual)
    shares = np.array(highs.getSolution().col_value)
    if np.abs(shares - np.round(shares)).max() < 1e-6:
        return np.flatnonzero(shares > 0.5)
    kept = np.sort(np.argsort(reduced, kind="stable")[:most])
    highs = minimise(
        csc_matrix(table[:, kept]), cost[kept], ones[kept], low, high, whole=ones[kept] > 0,
        options=deadline.options | {"mip_max_nodes": nodes},
    )  # fmt: skip
    if highs.getInfo().primal_solution_status != 2:
        return None
    taken: IntArray = kept[np.array(highs.getSolution().col_value) > 0.5]
    return taken


__all__ = ["Pool", "best_partition", "columns_of", "find_slot", "keep", "new_pool"]
