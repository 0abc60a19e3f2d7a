"""Bounds by prices, against the linear program that they bound from below."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linprog

from gridplan.solver.bound.fixed_leads import relax
from gridplan.solver.bound.prices import best_load, bound_by_prices, dual_value, price_scale
from gridplan.solver.instance import Limits, build_instance, limits_for
from tests.solver.test_rules import row_city


def least_by_program(cost, people, limits: Limits) -> float:
    """Least cost of sharing atoms out among leads, loads within hard limits, soft ones at their price."""
    n, k = cost.shape
    arcs = n * k
    c = np.concatenate([cost.ravel(), np.full(2 * k, limits.price)])
    rows = np.zeros((n, arcs + 2 * k))
    for u in range(n):
        rows[u, u * k : (u + 1) * k] = 1.0
    load = np.zeros((k, arcs + 2 * k))
    for d in range(k):
        load[d, d:arcs:k] = people
    over, under = load.copy(), -load
    over[np.arange(k), arcs + np.arange(k)] = -1.0
    under[np.arange(k), arcs + k + np.arange(k)] = -1.0
    found = linprog(
        c, A_eq=rows, b_eq=np.ones(n), A_ub=np.vstack([load, -load, over, under]),
        b_ub=np.concatenate([limits.hard_high, -limits.hard_low, limits.soft_high, -limits.soft_low]),
        bounds=[(0, 1)] * arcs + [(0, None)] * (2 * k),
    )  # fmt: skip
    return float(found.fun)


@pytest.mark.parametrize("price", [None, 0.5, 20.0])
@pytest.mark.parametrize("seed", range(4))
def test_any_prices_bound_the_program_and_good_ones_nearly_reach_it(seed, price):
    rng = np.random.default_rng(seed)
    cost, people = rng.uniform(0, 100, (12, 3)), rng.uniform(1, 10, 12)
    mean = people.sum() / 3
    wide = np.full(3, 0.0), np.full(3, people.sum())
    band = np.full(3, 0.9 * mean), np.full(3, 1.1 * mean)
    limits = Limits(*band, *wide, 0.0, 3) if price is None else Limits(*wide, *band, price, 3)
    least = least_by_program(cost, people, limits)
    few = limits.hard_low, limits.hard_high, limits.soft_low, limits.soft_high, limits.price
    for _ in range(5):
        assert dual_value(cost, people, rng.normal(0, 5, 3), *few, np.empty(3)) <= least + 1e-9
    value, prices = bound_by_prices(cost, people, limits, np.zeros(3), rounds=2000)
    assert value <= least + 1e-9
    assert value >= least - 0.02 * abs(least)
    assert dual_value(cost, people, prices, *few, np.empty(3)) == pytest.approx(value)


def test_the_best_load_is_at_a_limit_that_the_price_asks_for():
    """Loads of 0 to 100, soft 40 to 60 at 3 a resident: dear residents are left, cheap ones taken."""
    for price, load in ((-5.0, 0.0), (-1.0, 40.0), (1.0, 60.0), (5.0, 100.0)):
        value, at = best_load(price, 0.0, 100.0, 40.0, 60.0, 3.0)
        assert at == load
        assert value == 3.0 * (max(0.0, load - 60.0) + max(0.0, 40.0 - load)) - price * load
    assert best_load(-1.0, 50.0, 100.0, 40.0, 60.0, 3.0)[1] == 50.0


def test_the_ascent_direction_is_load_less_the_best_load():
    """Both units are cheapest with lead 0; at prices 1 and -1, lead 0 is asked for its largest load, lead 1 for its least."""
    gradient = np.empty(2)
    cost, people = np.array([[0.0, 50.0], [0.0, 50.0]]), np.array([2.0, 3.0])
    limits = np.array([1.0, 1.0]), np.array([4.0, 4.0])
    value = dual_value(cost, people, np.array([1.0, -1.0]), *limits, np.zeros(2), np.full(2, 9.0), 0.0, gradient)
    assert gradient.tolist() == [5.0 - 4.0, 0.0 - 1.0]
    assert value == (2.0 + 3.0) + (-4.0 + 1.0)


def test_a_typical_price_is_the_middle_gap_between_first_and_second():
    cost = np.array([[0.0, 10.0, 99.0], [30.0, 0.0, 5.0], [0.0, 0.0, 0.0]])
    assert price_scale(cost, np.array([10.0, 1.0, 0.0])) == pytest.approx((1.0 + 5.0) / 2)
    assert price_scale(cost[:, :1], np.ones(3)) == 1.0


@pytest.mark.parametrize(
    "changes", [{"balance": 0.1}, {"balance": 0.1, "balance_price": 4.0}, {"population_max": 40.0}]
)
def test_the_relaxation_is_the_program_s_least(changes):
    problem = row_city(population=[10, 20, 5, 10, 30, 10, 10, 15], lead_price=[1.0, 2.0, 3.0], **changes)
    instance, limits = build_instance(problem), limits_for(problem, 3)
    leads = np.arange(3)
    relaxed = relax(instance, leads, limits)
    least = least_by_program(instance.costs_of(leads), instance.population, limits)
    assert relaxed.bound == pytest.approx(least + 6.0, rel=1e-7)
    assert (relaxed.slack.min(axis=1) == 0.0).all()


def test_limits_that_no_division_holds_are_proven_impossible():
    problem = row_city(population_max=20.0)
    assert relax(build_instance(problem), np.arange(3), limits_for(problem, 3)).infeasible
