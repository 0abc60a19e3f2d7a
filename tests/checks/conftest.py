"""The chessboard city surveyed once; tests lay plans on it."""

from __future__ import annotations

import pytest

from gridplan.grids.plan import Plan
from tests import board
from tests.checks.laid_out import Place, lay_out, the_board


@pytest.fixture(scope="session")
def place() -> Place:
    """The chessboard city as tests/board.py draws it."""
    return the_board()


@pytest.fixture(scope="session")
def halves(place: Place) -> Plan:
    """Left half to H1 (grid G1), right half to H2 (grid G2)."""
    return lay_out(place, board.WEST_EAST)


@pytest.fixture(scope="session")
def streets(place: Place) -> Plan:
    """Three whole streets each: S0, S1, S3 to H1 (G1); S2, S4, S5 to H2 (G2)."""
    return lay_out(place, board.BY_STREET)
