"""What a site is worth at values a unit, and which sets of sites lie below a bound."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy.optimize import linprog

from gridplan.solver.bound.all_sets import _split
from gridplan.solver.bound.lead_sets import EVERY, Branch, _worths, list_sets, price_sites
from gridplan.solver.choose.local_search import fits
from gridplan.solver.instance import build_instance, limits_for
from tests.solver.bound.test_all_sets import board


def site_worths(instance, limits, value, far=None):
    """Least cost of each usable site at values a unit, and the shares (site, atom) that give it; `far` is how far each site looks."""
    m, n = instance.problem.n_leads, instance.n_atoms
    worth, far = np.full(m, np.inf), np.full(m, np.inf) if far is None else far
    taken, whole, part, share = np.zeros((m, n), np.int32), np.zeros(m, np.int64), np.zeros(m), np.empty(n)
    sites = np.flatnonzero(instance.usable)
    _worths(
        *instance.near_by_site, instance.cost_by_site, instance.population, value, share, sites, instance.home,
        instance.problem.lead_price, limits.hard_low, limits.hard_high, limits.soft_low, limits.soft_high, limits.price,
        worth, far, taken, whole, part,
    )  # fmt: skip
    take = np.zeros((m, n))
    for j in sites:
        take[j, taken[j, : whole[j]]] = 1.0
        if part[j] > 0.0:
            take[j, taken[j, whole[j]]] += part[j]
    return worth, take


@pytest.mark.parametrize("price", [None, 0.5, 4.0])
def test_a_site_that_looks_at_near_units_only_is_worth_the_same(price):
    """Values drift and jump; how far a site looks comes from the values before, or is less."""
    problem = board(price)
    instance, limits = build_instance(problem), limits_for(problem, 3)
    people, rng, far = instance.population, np.random.default_rng(4), np.zeros(8)
    value = people * rng.uniform(0.0, 4.0, 64)
    for turn in range(120):
        value = (
            value * rng.uniform(0.9, 1.1, 64)
            if turn % 8
            else people * rng.uniform(-2.0, 10.0) * rng.uniform(0.0, 1.0, 64)
        )
        whole_worth, whole_take = site_worths(instance, limits, value)
        worth, take = site_worths(instance, limits, value, far)
        assert worth == pytest.approx(whole_worth, rel=1e-12)
        assert take @ people == pytest.approx(whole_take @ people)
        assert (far < np.inf).all()
        far *= rng.choice([0.0, 0.5, 0.9, 1.0], 8)


@pytest.mark.parametrize("reach", [8.0, 1.0])
@pytest.mark.parametrize("price", [None, 0.5, 4.0])
def test_a_sites_worth_is_the_least_a_linear_program_finds(price, reach):
    """Shares of units at cost minus value, load within the limits, soft cost of what lies beyond; the home is whole.

    At values of 8 a resident many units are worth their way, at 1 so few that grids stay too small.
    """
    problem = board(price)
    instance, limits = build_instance(problem), limits_for(problem, 3)
    people = instance.population
    value = people * np.random.default_rng(1).uniform(0.0, reach, 64)
    worth, take = site_worths(instance, limits, value)
    for j in range(8):
        shares = np.append(instance.search_cost[:, j] - value, [limits.price, limits.price])
        load, over, under = np.append(people, [0.0, 0.0]), np.append(people, [-1.0, 0.0]), np.append(people, [0.0, 1.0])
        rows = np.array([-load, load, over, -under])
        most = [-limits.hard_low[j], limits.hard_high[j], limits.soft_high[j], -limits.soft_low[j]]
        room = [(float(u == instance.home[j]), 1.0) for u in range(64)] + [(0.0, None)] * 2
        found = linprog(shares, A_ub=rows, b_ub=most, bounds=room)
        assert worth[j] == pytest.approx(found.fun, rel=1e-9)
        assert limits.hard_low[j] - 1e-6 <= people @ take[j] <= limits.hard_high[j] + 1e-6


def test_listed_sets_are_those_below_the_bound_that_fit():
    problem = board()
    instance, limits = build_instance(problem), limits_for(problem, 3)
    prices = price_sites(instance, limits, 3, instance.cost.min(axis=1), 1e6, 60)
    value = {s: prices.base + prices.worth[list(s)].sum() for s in itertools.combinations(range(8), 3)}
    below = float(np.median(list(value.values())))
    for branch in (EVERY, Branch(frozenset({3}), frozenset({1, 6}))):
        listed = list_sets(instance, prices, branch, 3, below, 100)
        assert listed is not None
        bounds, sets = listed
        wanted = {
            s for s, bound in value.items()
            if bound < below and fits(instance, s) and branch.inside <= set(s) and not branch.outside & set(s)
        }  # fmt: skip
        assert {tuple(row) for row in sets.tolist()} == wanted
        assert (np.diff(bounds) >= 0).all()
        assert bounds == pytest.approx([value[tuple(row)] for row in sets.tolist()])
    assert list_sets(instance, prices, EVERY, 3, np.inf, 10) is None, "there are more than ten"


def test_the_bound_of_a_branch_holds_for_every_set_in_it():
    problem = board(0.5)
    instance, limits = build_instance(problem), limits_for(problem, 3)
    prices = price_sites(
        instance, limits, 3, instance.cost.min(axis=1), 1e6, 60, Branch(frozenset({3}), frozenset({1}))
    )
    assert np.isinf(prices.worth[1])
    sums = [
        prices.base + prices.worth[list(s)].sum() for s in itertools.combinations(range(8), 3) if 3 in s and 1 not in s
    ]
    assert prices.bound <= min(sums) + 1e-9
    assert all(3 in row for row in prices.met.tolist())


def test_a_branch_whose_fixed_site_may_not_lead_has_no_sets():
    """What such a site takes is never filled in: where it was read as it lay in memory, that ended the process."""
    problem = board()
    instance, limits = build_instance(problem), limits_for(problem, 3)
    for _ in range(20):
        np.full((64, 64), 10**15)  # memory that is used again
        prices = price_sites(instance, limits, 3, np.full(64, 900.0), 1e6, 20, Branch(frozenset({5}), frozenset({5})))
        assert prices.bound == np.inf


def test_a_site_that_is_out_of_the_question_is_never_the_one_a_branch_is_split_by():
    problem = board()
    instance, limits = build_instance(problem), limits_for(problem, 3)
    prices = price_sites(instance, limits, 3, np.full(64, 900.0), 1e6, 20)
    branch, seen = Branch(frozenset(), frozenset({6})), 0
    while True:
        children = _split(prices, branch, instance.must)
        for child in children:
            assert not child.inside & child.outside
            assert branch.inside <= child.inside
            assert branch.outside <= child.outside
        if len(children) == 1:
            assert children == [branch]
            break
        branch, seen = children[seen % 2], seen + 1
    assert branch.inside | branch.outside == set(range(8))
    assert seen == 7
