"""Grids kept once, and the best partition made of them, against all partitions."""

from __future__ import annotations

import itertools

import numpy as np
from scipy.sparse import csc_matrix

from gridplan.solver.deadline import NEVER
from gridplan.solver.draw.pool import best_partition, columns_of, find_slot, keep, new_pool


def filled(grids: list[tuple[int, list[int], float, int]], room: int = 10):
    pool = new_pool(room, 40)
    for key, members, cost, lead in grids:
        at = find_slot(pool, np.uint64(key))
        if at >= 0:
            keep(pool, at, np.uint64(key), np.array(members, np.int32), len(members), cost, lead)
    return pool


def test_a_grid_is_kept_once_with_its_units():
    pool = filled([(7, [0, 1], 5.0, 0), (9, [2], 3.0, 1), (7, [0, 1], 4.0, 0), (7 + 64, [3], 1.0, 0)])
    assert int(pool.count[0]) == 3
    assert pool.cost[:3].tolist() == [5.0, 3.0, 1.0]
    assert columns_of(pool, 4).toarray().T.tolist() == [[1, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]


def test_a_full_pool_takes_no_more():
    assert int(filled([(i, [0], 1.0, 0) for i in range(1, 9)], room=3).count[0]) == 3
    crowded = filled([(1, list(range(30)), 1.0, 0), (2, list(range(30)), 1.0, 0)])
    assert int(crowded.count[0]) == 1


def least_by_trying(covers, cost, group, grids):
    best = np.inf
    wanted = int(group.max()) + 1 if grids is None else grids
    for chosen in itertools.combinations(range(len(cost)), wanted):
        at = list(chosen)
        once = (covers[:, at].sum(axis=1) == 1).all()
        if once and len(set(group[at].tolist())) == wanted:
            best = min(best, float(cost[at].sum()))
    return best


def test_the_best_partition_is_the_least_of_all():
    found_any = 0
    for seed in range(12):
        rng = np.random.default_rng(seed)
        covers = (rng.random((4, 14)) < 0.45).astype(float)
        covers[:, :4] = np.eye(4)
        cost, group = rng.uniform(1, 9, 14), rng.integers(0, 3, 14)
        group[:3] = [0, 1, 2]
        for grids in (None, 2):
            least = least_by_trying(covers, cost, group, grids)
            taken = best_partition(csc_matrix(covers), cost, group, grids, most=14, nodes=100, deadline=NEVER)
            if not np.isfinite(least):
                assert taken is None
                continue
            found_any += 1
            assert taken is not None
            assert (covers[:, taken].sum(axis=1) == 1).all()
            assert (
                float(cost[taken].sum()) == np.float64(least).round(12) or abs(float(cost[taken].sum()) - least) < 1e-6
            )
    assert found_any > 5
