"""What all tests share: the chessboard city, and the folder of the real layers."""

from __future__ import annotations

import os
import shutil
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gridplan.case.case import read_case
from gridplan.proposal.proposal import Proposal
from tests import board

if TYPE_CHECKING:
    from playwright.sync_api import Browser

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
def county_proposal() -> Proposal:
    """The bundled county, planned."""
    from gridplan.case.examples import example_case
    from gridplan.pipeline import plan

    return plan(example_case("yunxiu"))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of the real layers; tests that ask for it are marked `shared_data`."""
    folder = Path(os.environ.get("GRIDPLAN_DATA", ROOT / ".." / "shared" / "data")).resolve()
    if not (folder / "wuhan").is_dir():
        pytest.skip(f"no real layers in {folder.name}: set GRIDPLAN_DATA to their folder")
    return folder


CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)
CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for all browser tests: playwright runs once a process."""
    if CHROMIUM is None:
        pytest.skip("needs Chromium on the PATH")
    sync_api = pytest.importorskip("playwright.sync_api", reason="needs playwright")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI a test that is skipped has failed, but for those that need the real layers, or QGIS in a run that does not choose them."""
    report = yield
    elsewhere = ("shared_data",) if item.config.option.markexpr == "qgis" else ("shared_data", "qgis")
    marked = any(item.get_closest_marker(name) for name in elsewhere)
    allowed = marked or hasattr(report, "wasxfail")
    if report.skipped and not allowed and os.environ.get("CI"):
        report.outcome = "failed"
        report.longrepr = f"skipped, which CI does not allow: {report.longrepr}"
    return report
