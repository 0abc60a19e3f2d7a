"""The proof over all sets of sites says no more than bounding every set by itself would, and no less."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from gridplan.solver.bound.fixed_leads import relax
from gridplan.solver.bound.lead_sets import EVERY, Branch, list_sets, price_sites
from gridplan.solver.instance import build_instance, limits_for
from gridplan.solver.problem import Problem
from gridplan.solver.solver import solve


def board(price=None):
    """8 x 8 cells of uneven people, 8 sites on random cells, 3 to choose, within 5%; minutes along rows and columns."""
    rng = np.random.default_rng(3)
    cell = np.arange(64).reshape(8, 8)
    across = np.column_stack([cell[:, :-1].ravel(), cell[:, 1:].ravel()])
    down = np.column_stack([cell[:-1].ravel(), cell[1:].ravel()])
    at = np.column_stack(np.divmod(np.arange(64), 8)).astype(float)
    sites = rng.choice(64, 8, replace=False)
    return Problem.from_arrays(
        unit_ids=[str(i) for i in range(64)], population=rng.integers(1, 200, 64), lead_ids=list("abcdefgh"),
        lead_unit=sites, minutes=np.abs(at[:, None, :] - at[None, sites, :]).sum(axis=2),
        edges=np.concatenate([across, down]), choose=3, balance=0.05, balance_price=price,
        lead_hospital=list("aabcdefg"),
    )  # fmt: skip


def test_the_proof_equals_the_least_bound_of_all_sets():
    problem = board()
    instance, limits = build_instance(problem), limits_for(problem, 3)
    sets = [s for s in itertools.combinations(range(8), 3) if not {0, 1} <= set(s)]
    each = {s: relax(instance, np.array(s), limits) for s in sets}
    least = min(r.bound for r in each.values() if not r.infeasible)
    solution = solve(problem, effort=0.3)
    assert solution.bound <= solution.objective + 1e-6
    assert solution.bound >= least * (1 - 1e-6)
    prices = price_sites(instance, limits, 3, instance.cost.min(axis=1), solution.objective, 100)
    for leads, relaxed in each.items():
        assert prices.base + prices.worth[list(leads)].sum() <= relaxed.bound * (1 + 1e-9)
    for branch in (EVERY, Branch(frozenset({2}), frozenset({5}))):
        listed = {
            tuple(leads.tolist())
            for _, leads in zip(*list_sets(instance, prices, branch, 3, np.inf, 1000), strict=True)
        }
        assert listed == {s for s in sets if branch.inside <= set(s) and not branch.outside & set(s)}


@pytest.mark.parametrize(("n", "optimum"), [(5, 239524.0), (7, 647977.0)])
def test_published_optima_of_square_boards_are_found_and_proven(n, optimum):
    """n x n cells, n grids of n cells, every cell a site, int(100 x distance) squared (Validi, Buchanan, Lykhovyd 2022)."""
    at = np.column_stack(np.divmod(np.arange(n * n), n)).astype(float)
    distance = np.sqrt(((at[:, None, :] - at[None, :, :]) ** 2).sum(axis=2))
    ids = [f"c{i:02d}" for i in range(n * n)]
    problem = Problem.from_arrays(
        unit_ids=ids, population=np.ones(n * n), lead_ids=ids, lead_unit=np.arange(n * n),
        minutes=np.floor(100 * distance) ** 2, edges=np.argwhere(np.triu(distance) == 1.0), choose=n, balance=0.0,
    )  # fmt: skip
    solution = solve(problem)
    assert solution.objective == optimum
    assert solution.status == "optimal"
