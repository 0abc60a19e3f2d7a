"""A slice of the family of places to write ends clear; the whole is `python -m tests.reliability places`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.reliability import places
from tests.reliability.attempts import attempt_named


@pytest.mark.parametrize(
    "beginning",
    [
        "the current folder · plan",
        "a link to a folder · revise",
        "a file · plan",
        "an empty name · compare",
        "the root · assess",
        "a name of 5,000 characters · export",
        "somebody else's OUT.new · compare",
    ],
)
def test_an_attempt_ends_clear(home: Path, tmp_path: Path, beginning: str):
    assert attempt_named(beginning, places.attempts(home)).run(tmp_path) == ("clear", "")
