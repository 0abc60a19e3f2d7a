"""How long a plan takes to be handed out, and how large it gets: report and exports of proposal folders, or of a made-up city.

    python -m benchmarks.hand_out maps/sample            # proposal folders
    python -m benchmarks.hand_out --grids 60 --members 2000

The made-up city has square grids and long names; its files stay in --keep for people to look at. Pages are counted by
LibreOffice where it is installed.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from gridplan.case.case import read_case
from gridplan.outputs.exports.formats import FORMATS, export
from gridplan.outputs.report.report import report
from gridplan.pipeline import plan
from gridplan.proposal.files import read_proposal
from gridplan.proposal.proposal import Proposal
from tests import board
from tests.outputs.crowd import crowded


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", type=Path, nargs="*")
    parser.add_argument("--grids", type=int, default=0)
    parser.add_argument("--members", type=int, default=2_000)
    parser.add_argument("--keep", type=Path, default=None)
    options = parser.parse_args()
    place = options.keep or Path(tempfile.mkdtemp())
    for folder in options.folders:
        measure(read_proposal(folder), place / folder.name)
    if options.grids:
        city = plan(read_case(board.write_board(place / "board")))
        measure(crowded(city, options.grids, options.members), place / f"{options.grids}x{options.members}")
    if options.keep is None:
        shutil.rmtree(place)


def measure(proposal: Proposal, place: Path) -> None:
    start = time.process_time()
    report(proposal, place / "report")
    print(f"{place.name}: report {time.process_time() - start:.1f} s, {megabytes(place / 'report'):.1f} MB")
    for path in sorted((place / "report").rglob("*.docx")):
        print(f"    {path.parent.name}/{path.name} {path.stat().st_size / 1e6:.2f} MB, {pages(path)}")
    total = 0.0
    for name in FORMATS:
        start = time.process_time()
        export(proposal, name, target=place / "export" / name)
        seconds = time.process_time() - start
        total += seconds
        print(f"    {name:14} {seconds:5.1f} s {megabytes(place / 'export' / name):6.2f} MB")
    print(f"    {'all':14} {total:5.1f} s {megabytes(place / 'export'):6.2f} MB")


def megabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def pages(path: Path) -> str:
    """Return how many pages LibreOffice prints, and in how many seconds."""
    office, reader = shutil.which("soffice"), shutil.which("pdfinfo")
    if office is None or reader is None:
        return "pages not counted"
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        profile = f"-env:UserInstallation={(Path(folder) / 'profile').as_uri()}"
        command = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", folder, str(path)]
        subprocess.run(command, check=True, capture_output=True, timeout=900)
        told = subprocess.run(
            [reader, Path(folder) / f"{path.stem}.pdf"], check=True, capture_output=True, text=True
        ).stdout
    n_pages = next(line.split()[1] for line in told.splitlines() if line.startswith("Pages:"))
    return f"{n_pages} pages, LibreOffice {time.perf_counter() - start:.0f} s"


if __name__ == "__main__":
    main()
