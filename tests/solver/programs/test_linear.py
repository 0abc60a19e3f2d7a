"""Linear programs built row by row, on two columns that one solves by hand."""

from __future__ import annotations

import numpy as np
import pytest

from gridplan.solver.programs.linear import LinearModel


def model() -> LinearModel:
    """Least 2x + 3y with x + y >= 2.5, x <= 1, y <= 4; x whole."""
    linear = LinearModel()
    x = linear.columns([2.0], 1.0, whole=True)
    y = linear.columns([3.0], 4.0, whole=False)
    assert (x.tolist(), y.tolist()) == ([0], [1])
    assert linear.row([0, 1], [1.0, 1.0], 2.5, np.inf) == 0
    return linear


def solution(linear: LinearModel, *, integer: bool) -> tuple[float, list[float]]:
    highs = linear.run(integer=integer, nodes=10)
    return highs.getInfo().objective_function_value, list(highs.getSolution().col_value)


def test_a_program_and_its_whole_columns():
    value, at = solution(model(), integer=False)
    assert (value, at) == (pytest.approx(6.5), pytest.approx([1.0, 1.5]))
    linear = model()
    linear.row([0], [2.0], -np.inf, 1.0)
    assert solution(linear, integer=False)[1] == pytest.approx([0.5, 2.0])
    assert solution(linear, integer=True)[1] == pytest.approx([0.0, 2.5])
    assert linear.any_whole


def test_many_rows_at_once_are_the_same_as_one_by_one():
    linear = model()
    at = linear.rows(np.array([0, 1, 1]), [0, 0, 1], [1.0, 1.0, -1.0], -np.inf, 0.0, count=2)
    assert at.tolist() == [1, 2]
    assert solution(linear, integer=False)[1] == pytest.approx([0.0, 2.5]), "x <= 0 and x <= y"


def test_forgotten_costs_are_nothing():
    linear = model()
    linear.forget_costs()
    assert solution(linear, integer=False)[0] == 0.0


def test_a_program_solved_on_with_more_rows_is_what_it_is_solved_anew():
    on, anew = model(), model()
    on.run(integer=False)
    for linear in (on, anew):
        linear.row([0], [2.0], -np.inf, 1.0)
        linear.rows(np.array([0, 0]), [0, 1], [1.0, -1.0], -1.75, np.inf, count=1)
    assert solution(on, integer=False)[1] == pytest.approx([0.5, 2.0])
    assert solution(anew, integer=False)[1] == pytest.approx([0.5, 2.0])
    on.columns([1.0], 9.0, whole=False)
    assert solution(on, integer=False)[1] == pytest.approx([0.5, 2.0, 0.0])
