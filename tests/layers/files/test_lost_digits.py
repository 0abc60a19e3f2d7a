"""Unknown codes are explained where all of them lost zeros or digits in one and the same way."""

from __future__ import annotations

import pytest

from gridplan.layers.files.lost_digits import explain_unknown

KNOWN = [f"420102001{number:03d}" for number in range(1, 7)]


@pytest.mark.parametrize(
    ("strange", "said"),
    [
        (["420102001001000", "4201020010020"], "zeros at the end"),
        (["0420102001001"], "zeros at the start"),
        (["4201020010", "420102"], "first digits"),
        (["42010200100155"], "begin with known codes"),
        (["102001001", "001002"], "last digits"),
    ],
)
def test_the_way_in_which_all_codes_differ_is_said(strange: list[str], said: str) -> None:
    text = explain_unknown(strange, KNOWN)
    assert text is not None
    assert said in text.en


@pytest.mark.parametrize("strange", [["4201020010", "777777777777"], ["10200"], ["42010200A"], []])
def test_codes_that_differ_in_several_ways_or_are_none_have_no_one_reason(strange: list[str]) -> None:
    assert explain_unknown(strange, KNOWN) is None
