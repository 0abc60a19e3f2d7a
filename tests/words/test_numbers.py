"""How numbers and lists of names are worded."""

from __future__ import annotations

import pytest

from gridplan.words.numbers import listed
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
