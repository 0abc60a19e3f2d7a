"""Two-step floating catchment scores and the Gini index, by hand and against the numbers of PySAL's `access`."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from gridplan.checks.catchment import gini, two_step_scores


def test_two_facilities_by_hand() -> None:
    """The first has 40 for 400 people, the second 6 for the 300 of the second place, which reach both."""
    scores = two_step_scores(np.array([100.0, 300.0]), np.array([40.0, 6.0]), csr_matrix([[1, 0], [1, 1]]))
    assert scores.tolist() == pytest.approx([0.10, 0.12])


def test_the_numbers_of_pysal_access() -> None:
    """`Access.two_stage_fca(max_cost=30)` of access 1.1.10 on the same 40 places and 6 facilities, first three scores."""
    rng = np.random.default_rng(3)
    people, supply = rng.integers(100, 900, 40).astype(float), rng.integers(10, 400, 6).astype(float)
    minutes = rng.uniform(1, 60, (40, 6))
    scores = two_step_scores(people, supply, csr_matrix((minutes <= 30).astype(float)))
    assert scores[:3].tolist() == pytest.approx([0.09496093, 0.01823827, 0.06219067], abs=1e-8)


def test_a_facility_without_people_counts_nowhere() -> None:
    assert two_step_scores(np.array([0.0, 5.0]), np.array([9.0]), csr_matrix([[1], [0]])).tolist() == [0, 0]


@settings(max_examples=20, deadline=None, derandomize=True)
@given(st.integers(0, 10_000))
def test_what_is_reached_adds_up_to_the_supply(seed: int) -> None:
    rng = np.random.default_rng(seed)
    people, supply = rng.integers(1, 500, 12).astype(float), rng.integers(1, 90, 4).astype(float)
    near = rng.random((12, 4)) < 0.4
    scores = two_step_scores(people, supply, csr_matrix(near.astype(float)))
    assert (scores * people).sum() == pytest.approx(supply[near.any(axis=0)].sum())


def test_gini_by_hand() -> None:
    """One of four has all: 3/4. Equal shares: 0. Nothing to share: not a number."""
    assert gini(np.array([0.0, 0.0, 0.0, 8.0]), np.ones(4)) == pytest.approx(0.75)
    assert gini(np.array([2.0, 2.0]), np.array([5.0, 1.0])) == pytest.approx(0)
    assert np.isnan(gini(np.zeros(2), np.ones(2)))


def test_gini_weighs_people() -> None:
    """Two people with 1 and one with 4 are the same, however they are written down."""
    assert gini(np.array([1.0, 1.0, 4.0]), np.ones(3)) == pytest.approx(
        gini(np.array([1.0, 4.0]), np.array([2.0, 1.0]))
    )
