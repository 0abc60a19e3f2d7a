"""Runs killed at many moments, most of them while they write and move their files: OUT is the old one or the new one, never neither.

Half of the moments are counted in steps of the file system (a file opened for writing, a rename, a removal), which reaches every
gap between two of them; the others in time.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.reliability import tampered
from tests.reliability.attempts import Attempt, Ending, run_command
from tests.reliability.tampered import JSON

_STEPS = ("os.rename", "os.remove", "os.rmdir", "os.mkdir", "shutil.rmtree")
_WRITES = os.O_WRONLY | os.O_RDWR
PLANNERS = "会议纪要.txt"


def _stopped_at_step(step: int) -> Callable[[], None]:
    """End the process, as a kill does, at a step of the file system after OUT.new stands."""

    def before() -> None:
        taken, begun = 0, False

        def audit(event: str, arguments: tuple[object, ...]) -> None:
            nonlocal taken, begun
            wrote = event == "open" and isinstance(arguments[2], int) and bool(arguments[2] & _WRITES)
            if event not in _STEPS and not wrote:
                return
            begun = begun or ".gridplan-" in str(arguments[0])
            taken += begun
            if taken == step:
                os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(audit)

    return before


def _stopped_after(seconds: float, mark: Path | None) -> Callable[[], None]:
    """End the process after some time, counted from when the first file stands in `mark` if one is given."""

    def wait() -> None:
        while mark is not None and not (mark.is_dir() and len(os.listdir(mark)) > 1):
            time.sleep(0.0005)
        time.sleep(seconds)
        os.kill(os.getpid(), signal.SIGKILL)

    return lambda: threading.Thread(target=wait, daemon=True).start()


def _words(command: str, home: Path, out: Path) -> tuple[str | Path, ...]:
    case = home / "city" / "case.toml"
    return {
        "plan": ("plan", case, "-o", out),
        "plan for the first time": ("plan", case, "-o", out),
        "revise": ("revise", home / "parent", "--edits", home / "edits.json", "-o", out),
        "export": ("export", out, "--to", "geojson"),
        "report": ("report", out),
    }[command]


def _attempt(
    home: Path, command: str, name: str, stop: Callable[[Path], Callable[[], None]], *, direct: bool
) -> Attempt:
    def run(folder: Path) -> tuple[Ending, str]:
        tampered.places(home)
        for source, target in (("out", "parent"), ("second", "out"), ("city", "city")):
            shutil.copytree(home / source, folder / target)
        shutil.copy(home / "edits.json", folder)
        out = folder / "out"
        (out / PLANNERS).write_text("mine", encoding="utf-8")
        if command == "plan for the first time":
            shutil.rmtree(out)
        standing = {path.name for path in folder.iterdir()}
        run_command(*_words(command, folder, out), cwd=folder, before=stop(folder))
        return _judged(folder, out, home, standing, direct=direct)

    return Attempt(f"{command} · {name}", run)


def _judged(folder: Path, out: Path, home: Path, standing: set[str], *, direct: bool) -> tuple[Ending, str]:
    """Read as a planner would after the kill, then write, and see that nothing is lost, mixed or left.

    `direct` plans without exporting before, which would put right what an export left.
    """
    had_one = "out" in standing
    read = run_command("export", out, "--to", "geojson", "--target", folder / "x", cwd=folder)
    if read.ended_badly:
        return read.ended_badly, read.stderr
    new, old = folder / "out.new", folder / "out.old"
    half_moved = (new / ".gridplan-placing").exists() or (old / ".gridplan-earlier").exists()
    if half_moved and read.status == 2 and "out.new" not in read.stderr:
        return "silent", f"not told what stands: {read.stderr}"
    if read.status == 2 and not read.is_refused_in_words:
        return "silent", read.stderr
    if read.status == 2 and had_one and not half_moved:
        return "silent", f"a good plan cannot be read: {read.stderr}"
    if not direct:
        mended = run_command("export", out, "--to", "geojson", cwd=folder)
        if mended.ended_badly or (had_one and mended.status != 0):
            return mended.ended_badly or "silent", mended.stderr
    kept = not had_one or (out / PLANNERS).read_text(encoding="utf-8") == "mine"
    again = run_command("plan", folder / "city" / "case.toml", "-o", out, cwd=folder)
    if again.status not in (0, 1):
        return again.ended_badly or "silent", f"the next run is blocked: {again.stderr}"
    whole = (out / JSON).read_bytes() == (home / "out" / JSON).read_bytes()
    kept = kept and (not had_one or (out / PLANNERS).exists())
    left = {path.name for path in folder.iterdir()} - standing - {"x", "out"}
    fine = whole and kept and not left and not (out / "export").exists() and not (out / "report").exists()
    return ("clear", "") if fine else ("silent", f"{whole=} {kept=} {left=} {sorted(out.iterdir())}")


def attempts(home: Path, number: int = 100, seed: int = 0) -> Iterator[Attempt]:
    """Return `number` kills: half of them at steps of the file system, a third while files are written, the rest at any time."""
    draw = random.Random(seed)
    commands = ("plan", "report", "revise", "plan for the first time", "export")
    for at in range(number):
        command, direct = commands[at % len(commands)], at % 2 == 0
        if at % 6 < 3:
            step = draw.randint(1, 40 if command == "export" else 110)
            name, stop = f"step {step}", lambda folder, n=step: _stopped_at_step(n)
        elif at % 6 < 5:
            seconds = draw.uniform(0.0, 1.5)
            new = {"export": "out/export.new", "report": "out/report.new"}.get(command, "out.new")
            name, stop = (
                f"{seconds:.3f} s into writing",
                lambda folder, s=seconds, n=new: _stopped_after(s, folder / n),
            )
        else:
            seconds = draw.uniform(0.0, 4.0)
            name, stop = f"after {seconds:.3f} s", lambda folder, s=seconds: _stopped_after(s, None)
        yield _attempt(home, command, name, stop, direct=direct)
