"""Which sets of sites may lead, and the book that ranks them by their bounds."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from gridplan.solver.bound.fixed_leads import relax
from gridplan.solver.choose.candidate_sets import follow_prices
from gridplan.solver.choose.local_search import (
    SetBook,
    any_set,
    exchange,
    exchange_near,
    fits,
    fitting_set,
    greedy_set,
    search_sets,
)
from gridplan.solver.instance import build_instance, limits_for
from gridplan.solver.problem import Problem
from tests.solver.bound.test_all_sets import board
from tests.solver.test_rules import row_city


def book_of(problem, k: int) -> SetBook:
    return SetBook(build_instance(problem), limits_for(problem, k), rounds=80)


def test_two_sites_of_one_hospital_or_one_home_do_not_fit():
    instance = build_instance(row_city(choose=2, lead_hospital=["a", "b", "a"]))
    assert [fits(instance, pair) for pair in ((0, 1), (0, 2), (1, 2))] == [True, False, True]
    instance = build_instance(row_city(choose=2, lead_unit=[0, 0, 7]))
    assert [fits(instance, pair) for pair in ((0, 1), (0, 2), (1, 2))] == [False, True, True]


def test_a_greedy_set_opens_what_saves_most_and_what_must_be_open():
    assert greedy_set(build_instance(row_city(choose=1)), 1, None) == (1,)
    assert greedy_set(build_instance(row_city(choose=2)), 2, None) == (1, 2)
    assert greedy_set(build_instance(row_city(choose=2, required=["p"])), 2, None) in ((0, 1), (0, 2))
    assert greedy_set(build_instance(row_city(choose=2, lead_price=[0.0, 0.0, 500.0])), 2, None) == (0, 1)
    assert greedy_set(build_instance(row_city(choose=1, forbidden=["q"])), 1, None) in ((0,), (2,))


def test_any_set_is_found_by_matching_hospitals_to_homes():
    """Hospital a has p and q, b has q's home too: only p or r with the other fit."""
    instance = build_instance(row_city(choose=2, lead_hospital=["a", "b", "b"], lead_unit=[3, 3, 7]))
    assert any_set(instance, 2) == (0, 2)
    assert any_set(instance, 3) is None


def test_bounds_in_the_book_never_exceed_the_relaxation_and_come_near():
    problem = board()
    book = book_of(problem, 3)
    for leads in itertools.islice((s for s in itertools.combinations(range(8), 3) if fits(book.instance, s)), 12):
        value = book.bound(leads)
        exact = relax(book.instance, np.array(leads), book.limits)
        if not exact.infeasible:
            assert value <= exact.bound * (1 + 1e-9)
            assert value >= exact.bound * 0.97


def test_many_bounds_are_those_of_each_alone():
    book = book_of(board(), 3)
    sets = np.array([[0, 2, 4], [1, 3, 5], [2, 5, 7]])
    together = book.bounds(sets, np.zeros(8), np.inf)
    alone = [book_of(board(), 3).bound(tuple(row)) for row in sets.tolist()]
    assert together == pytest.approx(alone, rel=1e-9)
    assert set(book.value) == {tuple(row) for row in sets.tolist()}


def test_sets_that_leave_a_part_of_the_map_to_itself_fall_short():
    """Two parts of 20 and 60 residents, within 25% of 40: with a lead on each, 10 short and 10 over."""
    problem = row_city(edges=[(i, i + 1) for i in range(7) if i != 1], choose=2, balance=0.25)
    book = book_of(problem, 2)
    assert book.shortfall(np.array([0, 1])) == pytest.approx(10.0 + 10.0)
    assert book.shortfall(np.array([1, 2])) == pytest.approx(20.0), "nobody for 20 residents"


def test_exchanges_reach_the_best_pair():
    problem = row_city(choose=2)
    book = book_of(problem, 2)
    assert exchange(book, (0, 1)) == (1, 2)
    search_sets(book, 2, rng=np.random.default_rng(0), starts=3)
    assert book.best(1) == [(1, 2)]
    assert book.value[1, 2] == pytest.approx(10.0 * (3 + 2 + 1 + 0 + 1 + 2 + 1 + 0), rel=1e-6)


def test_required_sites_are_not_exchanged():
    assert 0 in exchange(book_of(row_city(choose=2, required=["p"]), 2), (0, 1))


def test_a_fitting_set_follows_the_order_and_leaves_out_what_cannot_lead_together():
    """Of q and r of one hospital the first one leads; three of them do not fit."""
    instance = build_instance(row_city(choose=2, lead_hospital=["a", "b", "b"]))
    assert fitting_set(instance, np.array([2, 1, 0]), 2) == (0, 2)
    assert fitting_set(instance, np.array([2, 1, 0]), 3) is None


def row_of_sites() -> SetBook:
    """20 units in a row, 10 people each, a site in each, four of which lead: five units a grid, 240 resident-minutes."""
    at = np.arange(20.0)
    problem = Problem.from_arrays(
        unit_ids=[str(i) for i in range(20)], population=np.full(20, 10.0), lead_ids=[f"h{i}" for i in range(20)],
        lead_unit=list(range(20)), minutes=np.abs(at[:, None] - at[None]), edges=[(i, i + 1) for i in range(19)], choose=4,
    )  # fmt: skip
    return book_of(problem, 4)


def test_near_exchanges_in_turn_find_the_best_set_of_a_row():
    book = row_of_sites()
    assert exchange_near(book, (0, 1, 2, 3)) == (2, 7, 12, 17)
    assert book.bound((2, 7, 12, 17)) == pytest.approx(240.0)


def test_prices_of_units_lead_from_a_bad_set_to_the_best_one():
    book, first = row_of_sites(), (0, 1, 2, 3)
    relaxed = relax(book.instance, np.array(first), book.limits)
    value = (book.instance.costs_of(np.array(first)) + 10.0 * relaxed.price).min(axis=1)
    assert follow_prices(book, 4, first, relaxed.bound, value, 50) == (2, 7, 12, 17)
    assert book.unit_value is not None
