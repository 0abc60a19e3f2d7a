"""From a folder of files to a plan as a newcomer goes: `init`, `check` until it says ready, `plan`.

`python -m tests.journeys [NAME ...]` runs them by the command line, and prints a table: edits of the case, rounds of check,
seconds of each command. Only the place's name, k and who may lead are ever edited. Wuhan and Las Palmas need the real layers
(folder in GRIDPLAN_DATA).
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.map_service_folder import write_folder

ROOT = Path(__file__).parent.parent
DATA = Path(os.environ.get("GRIDPLAN_DATA", ROOT / ".." / "shared" / "data")).resolve()
LAYERS = ("*.xlsx", "*.csv", "*.gpkg", "*.tif", "*.pbf", "*.parquet")
HOMES = "name,longitud,latitud,residents\nVegueta,-15.4147,28.1004,12000\nGuanarteme,-15.4420,28.1330,15000\nTafira,-15.4520,28.0700,9000\n"


@dataclass(frozen=True)
class Journey:
    """What lies in the folder, what is written into the case (pattern -> text), and what `check` says at last.

    `refused`: what the first check says before `mend` puts more into the folder, and all begins anew.
    """

    fill: Callable[[Path], None]
    edits: tuple[tuple[str, str], ...]
    ready: str
    refused: str = ""
    mend: Callable[[Path], None] | None = None


@dataclass(frozen=True)
class Step:
    """A command, how it ended, what it said, and how long it took."""

    command: str
    status: int
    said: str
    seconds: float


def copied(source: Path, *patterns: str) -> Callable[[Path], None]:
    """Return what copies layers into a folder, never a case."""

    def fill(folder: Path) -> None:
        for pattern in patterns or LAYERS:
            for path in source.glob(pattern):
                shutil.copy(path, folder / path.name)

    return fill


def named(name: str) -> tuple[str, str]:
    return r'(?m)^name = "[^"]*"', f'name = "{name}"'


def grids(k: str) -> tuple[str, str]:
    return r"(?m)^# k = .*$", f"k = {k}"


JOURNEYS = {
    "binhai": Journey(copied(ROOT / "data" / "binhai"), (named("滨海市"), grids("[4, 6]")), "1,502,600 人"),
    "yunxiu": Journey(copied(ROOT / "data" / "yunxiu"), (named("云岫县"), grids("2")), "358,000 人"),
    "map service": Journey(write_folder, (named("棋盘市"), grids("2")), "24,000 人"),
    "wuhan": Journey(copied(DATA / "wuhan"), (named("武汉市"), grids("8")), "个单元"),
    "las palmas": Journey(
        copied(DATA / "las_palmas", "*.pbf"),
        (named("Las Palmas"), grids("1"), (r"(?m)^# required_leads = .*$", 'required_leads = ["n347621208"]')),
        "36,000 人",
        refused="83,831",
        mend=lambda folder: (folder / "residents.csv").write_text(HOMES, encoding="utf-8") and None,
    ),
}


def travel(journey: Journey, folder: Path) -> list[Step]:
    """Go the whole way in a folder; stop where a command refuses without being expected to."""
    folder.mkdir(parents=True, exist_ok=True)
    journey.fill(folder)
    case = folder / "case.toml"
    steps = [_run("init", str(folder))]
    _edit(case, journey.edits)
    steps.append(_run("check", str(case), "-o", str(folder / "checked")))
    if journey.refused and journey.mend is not None:
        if steps[-1].status != 2 or journey.refused not in steps[-1].said:
            return steps
        case.unlink()
        journey.mend(folder)
        steps.append(_run("init", str(folder)))
        _edit(case, journey.edits)
        steps.append(_run("check", str(case), "-o", str(folder / "checked")))
    if steps[-1].status == 0:
        steps.append(_run("plan", str(case), "-o", str(folder / "plan")))
    return steps


def arrived(journey: Journey, steps: list[Step], folder: Path) -> bool:
    """Whether the last check was ready with what was expected, and the plan stands."""
    checks = [step for step in steps if step.command == "check"]
    ready = checks[-1].status == 0 and journey.ready in checks[-1].said
    return ready and steps[-1].command == "plan" and steps[-1].status in (0, 1) and (folder / "plan/map.html").exists()


def _edit(case: Path, edits: tuple[tuple[str, str], ...]) -> None:
    text = case.read_text(encoding="utf-8")
    for pattern, wanted in edits:
        text, count = re.subn(pattern, wanted, text, count=1)
        assert count == 1, pattern
    case.write_text(text, encoding="utf-8")


def _run(*words: str) -> Step:
    begun = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "gridplan", *words], capture_output=True, text=True, check=False, cwd=ROOT
    )
    return Step(words[0], done.returncode, done.stdout + done.stderr, time.monotonic() - begun)


def main() -> int:
    """Run the journeys and print a line for each; 1 if one did not arrive."""
    parser = argparse.ArgumentParser(prog="python -m tests.journeys", description=__doc__)
    parser.add_argument("names", nargs="*", default=list(JOURNEYS), help=", ".join(JOURNEYS))
    parser.add_argument("--keep", type=Path, help="folder in which the folders stay")
    wanted, failed = parser.parse_args(), 0
    print(
        "| journey | edits | rounds of check | init s | check s | plan s | arrived |\n|---|---:|---:|---:|---:|---:|---|"
    )
    with tempfile.TemporaryDirectory(prefix="gridplan-journeys-") as scratch:
        for name in wanted.names:
            folder = (wanted.keep or Path(scratch)).resolve() / name.replace(" ", "-")
            steps = travel(JOURNEYS[name], folder)
            fine = arrived(JOURNEYS[name], steps, folder)
            spent = {c: sum(s.seconds for s in steps if s.command == c) for c in ("init", "check", "plan")}
            rounds = sum(step.command == "check" for step in steps)
            seconds = " | ".join(f"{spent[command]:.0f}" for command in spent)
            print(
                f"| {name} | {len(JOURNEYS[name].edits)} | {rounds} | {seconds} | {'yes' if fine else 'no'} |",
                flush=True,
            )
            if not fine:
                failed = 1
                print("\n".join(f"{s.command} ended with {s.status}\n{s.said[-3000:]}" for s in steps), flush=True)
    return failed


if __name__ == "__main__":
    raise SystemExit(main())
