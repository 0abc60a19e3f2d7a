"""Arrays from outside: what is wrong is told with its field and rows, what is right comes back clean."""

from __future__ import annotations

import numpy as np
import pytest

from gridplan.travel.validation import (
    LONGEST_MIN,
    check_edges,
    check_minutes,
    check_numbers,
    check_points,
    check_positions,
    check_stretches,
    need_roads,
    need_xy,
)
from gridplan.words.errors import NetworkError


def test_the_number_of_nodes_is_given_or_that_of_the_places_or_one_more_than_the_largest():
    ends = {"tail": [0], "head": [2], "minutes": [1.0]}
    assert check_edges(**ends, n_nodes=None, xy=None).n_nodes == 3
    assert check_edges(**ends, n_nodes=9, xy=None).n_nodes == 9
    assert check_edges(**ends, n_nodes=None, xy=np.zeros((5, 2))).n_nodes == 5
    with pytest.raises(NetworkError):
        check_edges(**ends, n_nodes=4, xy=np.zeros((5, 2)))


def test_every_fault_is_told():
    with pytest.raises(NetworkError) as caught:
        check_edges([0, 9], [-1, 1], [np.nan, -2.0], n_nodes=3, xy=None)
    assert [problem.field for problem in caught.value.problems] == ["tail", "head", "minutes"]


def test_the_largest_node_is_the_last_in_range():
    assert check_positions([2], n=3, what="node").tolist() == [2]
    for wrong in ([3], [-1], [0.5]):
        with pytest.raises(NetworkError):
            check_positions(wrong, n=3, what="node")
    assert check_positions([True, False, True], n=3, what="node").tolist() == [0, 2]


def test_edges_of_more_than_24_days_are_told():
    told = check_edges([0, 0], [1, 1], [LONGEST_MIN, LONGEST_MIN + 1], n_nodes=None, xy=None).problems
    assert [problem.values for problem in told] == [(str(LONGEST_MIN + 1),)]


def test_minutes_numbers_and_points():
    assert check_minutes([0.0, np.inf], n_edges=2).tolist() == [0.0, np.inf]
    for wrong in ([1.0], [-1.0, 1.0], [np.nan, 1.0]):
        with pytest.raises(NetworkError):
            check_minutes(wrong, n_edges=2)
    for wrong in ([1.0], [np.inf, 1.0]):
        with pytest.raises(NetworkError):
            check_numbers(wrong, count=2, field="weights")
    assert check_points([]).shape == (0, 2)
    for wrong in ([1.0, 2.0], [[1.0, np.nan]], [[1.0, 2.0, 3.0]]):
        with pytest.raises(NetworkError):
            check_points(wrong)


def test_stretches_run_from_the_smaller_to_the_larger_share():
    assert check_stretches([[0.0, 1.0], [0.5, 0.5]], count=2).tolist() == [[0.0, 1.0], [0.5, 0.5]]
    for wrong in ([[0.6, 0.5]], [[-0.1, 0.5]], [[0.5, 1.1]], [[0.1, 0.2], [0.1, 0.2]]):
        with pytest.raises(NetworkError):
            check_stretches(wrong, count=1)


def test_what_is_missing_is_named():
    with pytest.raises(NetworkError, match="coordinates"):
        need_xy(None)
    with pytest.raises(NetworkError, match="road classes"):
        need_roads(None)
