"""How numbers and lists of names are worded."""

from __future__ import annotations

import pytest

from gridplan.words.numbers import listed, rounded_up
from gridplan.words.text import Text


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ([], Text(zh="", en="")),
        (["a", "b"], Text(zh="a、b", en="a, b")),
        (["a", "b", "c"], Text(zh="a、b、c", en="a, b, c")),
        (["a", "b", "c", "d"], Text(zh="a、b、c等 4 个", en="a, b, c and 1 more")),
    ],
)
def test_names_are_counted_where_some_are_left_out(names: list[str], told: Text) -> None:
    assert listed(names, most=3) == told


@pytest.mark.parametrize(
    ("gap", "digits", "told"),
    [(0.0101, 1, 0.011), (0.0104, 1, 0.011), (0.01, 1, 0.01), (0.000101, 2, 0.0002), (-1e-12, 1, 0.0)],
)
def test_a_proven_gap_is_never_rounded_down(gap: float, digits: int, told: float) -> None:
    assert rounded_up(gap, digits) == pytest.approx(told, abs=1e-12)
