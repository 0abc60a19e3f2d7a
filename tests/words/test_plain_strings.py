"""Text is held as Python's strings while a plan is made, and the caller's own way stays the caller's."""

from __future__ import annotations

import pandas as pd
import pytest

from gridplan.case.case import read_case
from gridplan.layers.layers import read_layers
from gridplan.words.plain_strings import plain_strings


@plain_strings
def text_storage() -> str:
    return pd.Series(["第一医院"], dtype="str").dtype.storage


@pytest.mark.parametrize("own", ["python", "pyarrow"])
def test_the_option_of_the_caller_is_put_back(own):
    with pd.option_context("mode.string_storage", own):
        assert [text_storage(), text_storage()] == ["python", "python"]
        assert pd.Series(["x"], dtype="str").dtype.storage == own


def test_what_is_read_holds_its_text_so(board_case):
    names = read_layers(read_case(board_case)).facilities["name"]
    assert getattr(names.dtype, "storage", "python") == "python"
