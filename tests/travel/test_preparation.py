"""A prepared network answers the same, by the way of searching that was chosen."""

from __future__ import annotations

import numpy as np
import pytest

from gridplan.travel.preparation import prepare


@pytest.mark.parametrize("method", ["plain", "auto", "hierarchy"])
def test_the_method_changes_no_answer(coast, method, tmp_path):
    ready = prepare(coast, method=method, cache_folder=tmp_path)
    np.testing.assert_array_equal(ready.minutes_to([0, 3]).gather(), coast.minutes_to([0, 3]).gather())
    assert (ready.graph.searcher(1, toward=True).hierarchy is not None) == (method == "hierarchy")
    assert any(tmp_path.iterdir()) == (method == "hierarchy"), "orders are kept where it says"


def test_the_choice_outlives_what_is_changed(coast, tmp_path):
    ready = prepare(coast, cache_folder=tmp_path).without_edges([0])
    assert ready.graph.searcher(1, toward=True).hierarchy is not None
    assert coast.graph.searcher(1, toward=True).hierarchy is None
