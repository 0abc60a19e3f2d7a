"""What the workbench's answer to an edit takes: all rules checked again, in seconds of processor time of the worker that answers.

    python -m benchmarks.recheck                       # the bundled city, synthetic cities of 300 and 5,000 units
    python -m benchmarks.recheck --edits 3

The synthetic cities (`synthetic_cities`) get a scenario of a hospital out of use and one of a hospital converted, so that what an edit is judged by is not left out. Each is planned
once (60 s at most, not measured). Every answer is the one of the page: a file of edits that moves one more unit each time goes in, what has changed by which rule comes out as JSON. "First" is the first
answer of a worker that has drawn the page of the proposal, as the workbench has before anybody can edit; "next" are the mean and the longest of the edits after it. "Offer" is a repair looked for. Ends with status 1 where a limit is missed.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import gridplan as gp
from benchmarks.synthetic_cities import write_city
from gridplan.app import work
from gridplan.case.case import Case
from gridplan.proposal.edits import edits_text

LIMIT_S = {300: 3.0, 5_000: 10.0}
_HEAD = "| city | first | next: mean, longest | limit (longest of it) | offer |\n|---|---|---|---|---|"
_SCENARIOS = """
[[scenarios]]
name = "停用"
facilities_lost = ["{lost}"]
[[scenarios]]
name = "转型"
[[scenarios.changes]]
facility = "{changed}"
kind = "rehab"
"""


@dataclass(frozen=True)
class Figures:
    """Seconds of one city: the first answer, the others, one with a repair."""

    name: str
    first: float
    others: list[float]
    offer: float
    limit: float

    @property
    def holds(self) -> bool:
        return max(self.first, *self.others) <= self.limit

    def row(self) -> str:
        longest = max(self.first, *self.others)
        return (
            f"| {self.name} | {self.first:.1f} s | {statistics.mean(self.others):.1f} s, {max(self.others):.1f} s | "
            f"{self.limit:.0f} s ({longest / self.limit:.2f}) | {self.offer:.1f} s |"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--edits", type=int, default=6)
    parser.add_argument("--answer", metavar="PROPOSAL", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.answer:
        print(json.dumps(list(answers(options.answer, options.edits))))
        return
    held = True
    print(_HEAD)
    with tempfile.TemporaryDirectory() as place:
        for name, case, limit in cities(Path(place)):
            figures = measure(name, case, Path(place) / "plan", options.edits, limit)
            print(figures.row(), flush=True)
            held &= figures.holds
    sys.exit(0 if held else 1)


def cities(place: Path) -> Iterator[tuple[str, Case, float]]:
    """Yield the cities with their limits."""
    yield "binhai, bundled: 334 units, conversions", gp.example_case("binhai"), LIMIT_S[300]
    for n_units, limit in LIMIT_S.items():
        path = write_city(place / str(n_units), 0, n_units=n_units, n_edges=8 * n_units, per_row=1)
        case = gp.read_case(path)
        sites = gp.survey(case).leads.index
        path.write_text(
            path.read_text(encoding="utf-8") + _SCENARIOS.format(lost=sites[0], changed=sites[1]), encoding="utf-8"
        )
        yield f"synthetic, {n_units:,} units", gp.read_case(path), limit


def measure(name: str, case: Case, out: Path, n_edits: int, limit: float) -> Figures:
    """Plan a city, and have edits of its plan judged in a process of their own."""
    proposal = gp.plan(case.changed(solver={"time_limit_s": 60}))
    proposal.save(out)
    asked = [sys.executable, "-m", "benchmarks.recheck", "--answer", str(out), "--edits", str(n_edits)]
    first, *others, offer = json.loads(subprocess.run(asked, capture_output=True, check=True).stdout)
    return Figures(name, first, others, offer, limit)


def answers(folder: str, n_edits: int) -> Iterator[float]:
    """Yield the processor time of each answer to one more unit moved, and of an offer to repair them all."""
    proposal = gp.read_proposal(folder)
    digest = gp.proposal_digest(proposal)
    units = proposal.units.index[proposal.units["lead_id"].ne("")]
    moves = {}
    for before in ("warm_up", "draw", "warm_up_to_judge"):
        work.do({"do": before, "version": folder})
    for number, unit in enumerate(units[:: max(1, len(units) // n_edits)][:n_edits]):
        moves[unit] = next(grid for grid in proposal.grids.index if grid != proposal.units.at[unit, "grid_id"])
        for repair in (False, True) if number == n_edits - 1 else (False,):
            edits = edits_text(gp.Edits(digest, moves=moves))
            begun = time.process_time()
            json.dumps(work.do({"do": "recheck", "version": folder, "edits": edits, "repair": repair}))
            yield time.process_time() - begun


if __name__ == "__main__":
    main()
