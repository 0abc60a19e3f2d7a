"""A slice of the family of hostile names ends clear; the whole is `python -m tests.reliability names`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.reliability import names
from tests.reliability.attempts import attempt_named


@pytest.mark.parametrize(
    "beginning",
    [
        "an escape code · facility name",
        "text turned round · unit name",
        "the escape code of one sign · place",
        "line breaks · street",
        "script · place",
        "an escape code · file",
    ],
)
def test_an_attempt_ends_clear(home: Path, tmp_path: Path, beginning: str):
    assert attempt_named(beginning, names.attempts(home)).run(tmp_path) == ("clear", "")
