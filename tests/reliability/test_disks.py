"""A slice of the family of full disks ends clear; the whole is `python -m tests.reliability disks`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.reliability import disks
from tests.reliability.attempts import attempt_named


@pytest.mark.parametrize(
    "beginning",
    [
        "plan · disk of 320 kB",
        "plan · limit of 240 kB",
        "check · disk of 4 kB",
        "export · disk of 4 kB",
        "compare · limit of 4 kB",
        "init · disk of 96 kB",
    ],
)
def test_an_attempt_ends_clear(home: Path, tmp_path: Path, beginning: str):
    assert attempt_named(beginning, disks.attempts(home)).run(tmp_path) == ("clear", "")
