"""What all tests share: the chessboard city, and the folder of the real layers."""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path

import pytest

from gridplan.case import read_case
from gridplan.proposal import Proposal
from tests import board

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def board_case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """case.toml of the chessboard city (see tests/board.py)."""
    return board.write_board(tmp_path_factory.mktemp("board"))


@pytest.fixture(scope="session")
def board_proposal(board_case: Path) -> Proposal:
    """The chessboard city planned with two grids."""
    from gridplan.pipeline import plan

    return plan(read_case(board_case))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of the real layers; tests that ask for it are marked `shared_data`."""
    folder = Path(os.environ.get("GRIDPLAN_DATA", ROOT / ".." / "shared" / "data")).resolve()
    if not (folder / "wuhan").is_dir():
        pytest.skip(f"no real layers in {folder.name}: set GRIDPLAN_DATA to their folder")
    return folder


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI a test that is skipped has failed, but for those that need the real layers."""
    report = yield
    allowed = item.get_closest_marker("shared_data") is not None or hasattr(report, "wasxfail")
    if report.skipped and not allowed and os.environ.get("CI"):
        report.outcome = "failed"
        report.longrepr = f"skipped, which CI does not allow: {report.longrepr}"
    return report
