"""What the whole flow takes, from raw files to the map, in seconds of processor time and of the clock: one run, one table.

    python -m benchmarks.flow                              # the bundled city, and Wuhan where its layers are (GRIDPLAN_DATA)
    python -m benchmarks.flow --repeats 3 --no-first-run

Every command runs in a process of its own, its time is that of all its threads (user and system) as the operating system counts it: other work on the
machine makes it longer, waiting does not. The clock counts both, and says little where other work holds the machine. Caches (layers, minutes, orders of roads, compiled loops) are folders of this run, empty at its begin: "first" has
compiled loops, but nothing kept of the inputs. Of repeats the least is told. Ends with status 1 where a limit is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
WUHAN = ROOT / "tests" / "cases" / "wuhan" / "case.toml"
_IMPORTS = "import time; import gridplan.pipeline, gridplan.outputs.proposal_folder"
_REJUDGE = """\
import json, sys, time
import gridplan as gp
proposal = gp.read_proposal(sys.argv[1])
unit = proposal.units.index[proposal.units["lead_id"].ne("")][0]
other = next(grid for grid in proposal.grids.index if grid != proposal.units.loc[unit, "grid_id"])
edits = gp.Edits(gp.proposal_digest(proposal), moves={unit: other})
gp.revise(proposal, edits)
spent, clock = time.process_time(), time.monotonic()
gp.revise(proposal, edits)
print(json.dumps([len(proposal.units), (time.process_time() - spent, time.monotonic() - clock)]))
"""


class Spent(NamedTuple):
    """Seconds of processor time and of the clock."""

    processor: float
    clock: float


@dataclass(frozen=True)
class Figure:
    """What something took, and at most should of processor time or of the clock (None: no limit is stated)."""

    what: str
    spent: Spent
    limit: float | None = None
    of_clock: bool = False

    @property
    def limited(self) -> float:
        return self.spent.clock if self.of_clock else self.spent.processor

    @property
    def holds(self) -> bool:
        return self.limit is None or self.limited <= self.limit

    def row(self) -> str:
        kind = "clock" if self.of_clock else "processor"
        limit = "" if self.limit is None else f"{self.limit:.1f} s of {kind} ({self.limited / self.limit:.2f})"
        return f"| {self.what} | {self.spent.processor:.1f} s | {self.spent.clock:.1f} s | {limit} |"


class Flow:
    """Commands with caches of their own in `folder`."""

    def __init__(self, folder: Path, repeats: int, *, first_run: bool) -> None:
        self.folder, self.repeats, self.first_run = folder, repeats, first_run

    def figures(self, *, wuhan: bool) -> Iterator[Figure]:
        if self.first_run:
            first = self.spent("demo", "binhai")
            again = self.least("demo", "binhai", anew=True)
            compiled = Spent(first.processor - again.processor, first.clock - again.clock)
            yield Figure("compiling, once a machine", compiled, 12.0, of_clock=True)
        self.run("-c", _IMPORTS)
        yield Figure("imports of a plan", min(self.run("-c", _IMPORTS) for _ in range(self.repeats)), 1.0)
        yield Figure("binhai: plan, first", self.spent("demo", "binhai", anew=True))
        yield Figure("binhai: plan again", self.least("demo", "binhai"), 5.0, of_clock=True)
        yield self.rejudged("binhai", limit=None)
        if not wuhan:
            return
        first = self.least("check", str(WUHAN), anew=True)
        yield Figure("Wuhan: check, first", first)
        yield Figure("Wuhan: check again", self.least("check", str(WUHAN)), first.processor / 4)
        yield Figure("Wuhan: plan, first", self.least("plan", str(WUHAN), anew=True))
        yield Figure("Wuhan: plan again", self.least("plan", str(WUHAN)), 8.0, of_clock=True)
        yield self.rejudged("wuhan", limit=1.0)

    def least(self, *command: str, anew: bool = False) -> Spent:
        return min(self.spent(*command, anew=anew) for _ in range(self.repeats))

    def spent(self, *command: str, anew: bool = False) -> Spent:
        """Run a command of gridplan; `anew` with nothing kept of its inputs."""
        out = [] if command[0] == "check" else ["-o", str(self.folder / _name(command))]
        if anew:
            _empty(self.folder / "kept")
        return self.run("-m", "gridplan", *command, *out)

    def rejudged(self, name: str, *, limit: float | None) -> Figure:
        """Move one unit of the plan and judge it anew, in a process that has judged before."""
        said = subprocess.run(
            [sys.executable, "-c", _REJUDGE, self.folder / name],
            env=self.environment(),
            capture_output=True,
            check=True,
        )
        n_units, seconds = json.loads(said.stdout)
        return Figure(f"{name}: an edit judged anew, {n_units} units", Spent(*seconds), limit)

    def run(self, *arguments: str) -> Spent:
        """Return what a run of Python takes; a plan that breaks a rule ends with 1, which is no failure."""
        nowhere, begun = subprocess.DEVNULL, time.monotonic()
        started = subprocess.Popen([sys.executable, *arguments], env=self.environment(), stdout=nowhere, stderr=nowhere)
        _, status, used = os.wait4(started.pid, 0)
        started.returncode = os.waitstatus_to_exitcode(status)
        if started.returncode not in (0, 1):
            raise SystemExit(f"{' '.join(arguments)} ended with {started.returncode}")
        return Spent(used.ru_utime + used.ru_stime, time.monotonic() - begun)

    def environment(self) -> Mapping[str, str]:
        kept = {"GRIDPLAN_CACHE": str(self.folder / "kept"), "PYTHONPATH": str(ROOT)}
        # As an installed program has it: Python's own files of compiled modules are there.
        kept |= {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(self.folder / "modules")}
        if self.first_run:
            kept["NUMBA_CACHE_DIR"] = str(self.folder / "compiled")
        return {**os.environ, **kept}


def _name(command: tuple[str, ...]) -> str:
    return "wuhan" if command[1] == str(WUHAN) else command[1]


def _empty(folder: Path) -> None:
    for file in folder.rglob("*"):
        if file.is_file():
            file.unlink()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=2)
    parser.add_argument(
        "--no-first-run", dest="first_run", action="store_false", help="use the loops as they are compiled already"
    )
    options = parser.parse_args()
    data = Path(os.environ.get("GRIDPLAN_DATA", ROOT.parent / "shared" / "data"))
    print("| what | processor time | clock | limit (ratio) |\n|---|---|---|---|")
    held = True
    with tempfile.TemporaryDirectory() as folder:
        flow = Flow(Path(folder), options.repeats, first_run=options.first_run)
        for figure in flow.figures(wuhan=(data / "wuhan").is_dir()):
            print(figure.row(), flush=True)
            held &= figure.holds
    sys.exit(0 if held else 1)


if __name__ == "__main__":
    main()
