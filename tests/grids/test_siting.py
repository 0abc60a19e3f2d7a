"""Siting of shared centres: by hand, and against trying every choice."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridplan.grids.siting import UNREACHED_MIN, choose_sites, cover_sites

LINE = [[0, 4, 9], [4, 0, 5], [9, 5, 0], [10, 6, 1]]
"""Clients at 0, 4, 9 and 10 minutes along a road; hosts at 0, 4 and 9."""


@st.composite
def tables(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Minutes of up to 9 clients to up to 8 hosts, some unreachable, and residents of the clients."""
    n, m = draw(st.integers(1, 9)), draw(st.integers(1, 8))
    minute = st.one_of(st.integers(0, 60).map(float), st.just(float("inf")))
    table = draw(st.lists(st.lists(minute, min_size=m, max_size=m), min_size=n, max_size=n))
    people = draw(st.lists(st.integers(1, 50), min_size=n, max_size=n))
    return np.array(table), np.array(people, dtype=float)


def total(table: np.ndarray, people: np.ndarray, hosts: tuple[int, ...]) -> float:
    """Minutes of all residents to the nearest host, UNREACHED_MIN each for those that reach none."""
    nearest = table[:, list(hosts)].min(axis=1)
    return float(people @ np.where(np.isinf(nearest), UNREACHED_MIN, nearest))


def test_the_median_and_the_pair_of_a_line() -> None:
    """Two residents at 0: the middle costs 8 + 0 + 5 + 6, the ends 23 and 24; of pairs the ends cost 4 + 1, the others more."""
    one = choose_sites(LINE, [100, 1, 1, 1], 1)
    assert (one.hosts, one.worst_min) == ((0,), 10)
    assert choose_sites(LINE, [2, 1, 1, 1], 1).hosts == (1,)
    two = choose_sites(LINE, [2, 1, 1, 1], 2)
    assert (two.hosts, two.mean_min, two.worst_min, two.proven) == ((0, 2), 1, 4, True)


def test_weight_zero_counts_for_nothing_and_p_is_within_the_hosts() -> None:
    assert choose_sites(LINE, [0, 0, 1, 1], 1).worst_min == 1
    with pytest.raises(ValueError, match="p is 4"):
        choose_sites(LINE, [1, 1, 1, 1], 4)


def test_the_fewest_that_cover() -> None:
    """Within 6 minutes the middle reaches all; within 4 two are needed; what nobody reaches is left out."""
    assert cover_sites(LINE, [1, 1, 1, 1], 6).hosts == (1,)
    assert len(cover_sites(LINE, [1, 1, 1, 1], 4).hosts) == 2
    left = cover_sites([[np.inf, 3], [np.inf, np.inf]], [10, 5], 4)
    assert (left.hosts, left.unreached) == ((1,), 5)
    assert cover_sites([[9.0]], [1], 4).hosts == ()


@settings(max_examples=60, deadline=None)
@given(tables(), st.integers(1, 8))
def test_no_other_choice_is_better(data: tuple[np.ndarray, np.ndarray], p: int) -> None:
    table, people = data
    m = table.shape[1]
    p = min(p, m)
    best = min(total(table, people, hosts) for hosts in combinations(range(m), p))
    chosen = choose_sites(table, people, p)
    assert chosen.proven
    assert len(set(chosen.hosts)) == p
    assert total(table, people, chosen.hosts) == pytest.approx(best, rel=1e-9, abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(tables(), st.integers(0, 60))
def test_no_smaller_cover(data: tuple[np.ndarray, np.ndarray], limit: int) -> None:
    table, people = data
    wanted = (table <= limit).any(axis=1)
    chosen = cover_sites(table, people, limit)
    covers = [
        len(hosts)
        for size in range(table.shape[1] + 1)
        for hosts in combinations(range(table.shape[1]), size)
        if (table[np.ix_(wanted, list(hosts))] <= limit).any(axis=1).all()
    ]
    assert len(chosen.hosts) == min(covers)
    assert (table[np.ix_(wanted, list(chosen.hosts))] <= limit).any(axis=1).all()
