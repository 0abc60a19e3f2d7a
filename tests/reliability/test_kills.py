"""A slice of the family of kills ends clear; the whole is `python -m tests.reliability kills`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.reliability import kills
from tests.reliability.attempts import attempt_named


@pytest.mark.parametrize(
    "beginning",
    [
        "plan · step",
        "revise · ",
        "export · ",
        "plan for the first time · ",
    ],
)
def test_an_attempt_ends_clear(home: Path, tmp_path: Path, beginning: str):
    assert attempt_named(beginning, kills.attempts(home)).run(tmp_path) == ("clear", "")


def test_there_are_as_many_kills_as_promised(home: Path):
    assert len(list(kills.attempts(home))) == 100
