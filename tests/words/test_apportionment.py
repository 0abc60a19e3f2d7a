"""Shares are whole, add up exactly, and do not depend on the order of rows."""

from __future__ import annotations

import random
from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridplan.words.apportionment import share_out

numbers = st.one_of(st.integers(0, 10**9), st.floats(0, 1e9, allow_nan=False), st.fractions(0, 1000))
weights = st.dictionaries(st.text("abc=0", min_size=1, max_size=4), numbers, min_size=1, max_size=12)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(total=st.integers(0, 10**13), weights=weights, seed=st.integers(0, 99))
def test_parts_add_up_are_within_one_of_their_quota_and_free_of_order(
    total: int, weights: dict[str, object], seed: int
) -> None:
    parts = share_out(total, pd.Series(weights, dtype=object))
    assert int(parts.sum()) == total
    whole = sum(map(Fraction, weights.values())) or Fraction(1)
    for key, weight in weights.items():
        quota = total * Fraction(weight) / whole
        if any(weights.values()):
            assert abs(int(parts[key]) - quota) < 1
    rows = list(weights.items())
    random.Random(seed).shuffle(rows)
    again = share_out(total, pd.Series(dict(rows), dtype=object))
    assert again.to_dict() == parts.to_dict()


def test_what_is_left_goes_to_the_largest_remainders() -> None:
    """7 over 50, 30, 20: quotas 3.5, 2.1, 1.4; the one that is left goes to 3.5."""
    assert share_out(7, pd.Series({"x": 20, "y": 30, "z": 50})).to_dict() == {"x": 1, "y": 2, "z": 4}


def test_weights_of_nothing_are_equal_and_nobody_is_refused() -> None:
    assert share_out(4, pd.Series({"b": 0, "a": 0, "c": 0})).to_dict() == {"b": 1, "a": 2, "c": 1}
    assert share_out(0, pd.Series(dtype=float)).empty
    with pytest.raises(ValueError, match="somebody"):
        share_out(1, pd.Series(dtype=float))
    with pytest.raises(ValueError, match="0 or more"):
        share_out(1, pd.Series({"a": -1}))
