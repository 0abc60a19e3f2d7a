"""What the tests of all families share; each family has a file of its own, so that workers take one each."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.reliability import tampered
from tests.reliability.attempts import load_program


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The city and the two proposals that attempts copy."""
    load_program()
    return tampered.places(tmp_path_factory.mktemp("reliability"))
