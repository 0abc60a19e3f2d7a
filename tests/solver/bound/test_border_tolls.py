"""What borders cost at least: never more than a plan's own borders, and much of it where borders must be."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridplan.solver.bound.border_tolls import tolls_of_cuts
from gridplan.solver.problem import Problem
from gridplan.solver.solver import solve


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.integers(0, 10**6), st.integers(3, 6), st.integers(2, 3))
def test_no_plan_has_tolls_above_its_own_borders(seed, n, m):
    """All m^n ways of giving n atoms to m leads, on a random graph with random weights."""
    rng = np.random.default_rng(seed)
    pairs = np.array([p for p in itertools.combinations(range(n), 2) if rng.random() < 0.6] or [(0, 1)])
    weight = rng.uniform(0.5, 20.0, len(pairs))
    tolls = tolls_of_cuts(rng.uniform(0.0, 50.0, (n, m)), pairs[:, 0], pairs[:, 1], weight)
    for plan in itertools.product(range(m), repeat=n):
        at = np.array(plan)
        borders = weight[at[pairs[:, 0]] != at[pairs[:, 1]]].sum()
        assert tolls[np.arange(n), at].sum() <= borders + 1e-9 * (1.0 + borders)


def test_a_path_between_two_leads_pays_for_its_one_border():
    """0 1 2 3 4 5: the ends lead, each atom costs the same with either, and one edge of weight 7 has to be cut."""
    cost = np.full((6, 2), 10.0)
    cost[0, 1] = cost[5, 0] = 1e4
    at = np.arange(5)
    tolls = tolls_of_cuts(cost, at, at + 1, np.full(5, 7.0))
    assert (cost + tolls).min(axis=1).sum() == pytest.approx(60.0 + 7.0, rel=0.01)


def test_the_gap_of_a_compact_plan_is_a_part_of_what_its_borders_cost():
    """12 x 12 cells, 4 leads near the corners, 500 resident-minutes a cut edge: borders are about a tenth of the whole."""
    rng = np.random.default_rng(5)
    cell = np.arange(144).reshape(12, 12)
    edges = np.concatenate([
        np.column_stack([cell[:, :-1].ravel(), cell[:, 1:].ravel()]),
        np.column_stack([cell[:-1].ravel(), cell[1:].ravel()]),
    ])  # fmt: skip
    at = np.column_stack(np.divmod(np.arange(144), 12)).astype(float)
    sites = [26, 33, 110, 117]
    problem = Problem.from_arrays(
        unit_ids=[str(i) for i in range(144)], population=rng.integers(50, 150, 144), lead_ids=list("abcd"),
        lead_unit=sites, minutes=np.abs(at[:, None, :] - at[None, sites, :]).sum(axis=2), edges=edges, balance=0.1,
        compactness_price=500.0,
    )  # fmt: skip
    solution = solve(problem, effort=0.3)
    assert solution.bound <= solution.objective
    assert solution.terms["compactness"] > 0.1 * solution.terms["travel"]
    assert solution.objective - solution.bound < 0.2 * solution.terms["compactness"]
