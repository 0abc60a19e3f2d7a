"""A slice of the family of hostile cases ends clear; the whole is `python -m tests.reliability cases`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.reliability import cases
from tests.reliability.attempts import attempt_named


@pytest.mark.parametrize(
    "beginning",
    [
        "lists nested 5,000 deep · check",
        "an integer of 5,000 digits · check",
        "an integer of 5,000 hexadecimal digits · check",
        "100,000 unknown keys · check",
        "an escape code in a value · check",
        "a pipe as the case · plan",
        "a device as the case · check",
        "a pipe as the table of people · plan",
        "residents of 400 digits · check",
        "travel.limit_min = 1e308",
    ],
)
def test_an_attempt_ends_clear(home: Path, tmp_path: Path, beginning: str):
    assert attempt_named(beginning, cases.attempts(home)).run(tmp_path) == ("clear", "")
