"""A slice of the family of terminals ends clear; the whole is `python -m tests.reliability terminals`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.reliability import terminals
from tests.reliability.attempts import attempt_named


@pytest.mark.parametrize(
    "beginning",
    [
        "standard output closed · export",
        "a reader that left · export",
        "a full disk · check --json",
        "code page 936 · check",
        "none at all (pythonw) · a refusal",
    ],
)
def test_an_attempt_ends_clear(home: Path, tmp_path: Path, beginning: str):
    assert attempt_named(beginning, terminals.attempts(home)).run(tmp_path) == ("clear", "")
