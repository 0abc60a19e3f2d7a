"""Terminals as they come x commands: closed, absent, a pipe whose reader left, a full disk, another code page."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.reliability import tampered
from tests.reliability.attempts import Attempt, Done, Ending

ABSENT = 'import sys; sys.stdout = sys.stderr = None; sys.argv[0] = "gridplan"; from gridplan.cli import main; main()'
"""What pythonw does: the streams are None."""
TERMINALS = {
    "standard output closed": ">&-",
    "both outputs closed": ">&- 2>&-",
    "all three closed": "<&- >&- 2>&-",
    "a reader that left": "| true",
    "a reader of one line": "| head -n 1",
    "errors to a reader that left": "2>&1 | true",
    "a full disk": ">/dev/full",
    "errors to a full disk": "2>/dev/full",
}
ENVIRONMENTS = {
    "code page 936": {"PYTHONIOENCODING": "gbk", "PYTHONUTF8": "0"},
    "ASCII": {"PYTHONIOENCODING": "ascii", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "no home": {"HOME": "/nonexistent"},
    "a cache that is a file": {"GRIDPLAN_CACHE": "/dev/null"},
    "files only in stated encodings": {
        "PYTHONWARNDEFAULTENCODING": "1",
        "PYTHONWARNINGS": "error::EncodingWarning:gridplan",
    },
}
COMMANDS = ("plan", "check", "check --json", "export", "a refusal")


def _words(folder: Path, command: str) -> list[str]:
    case, out = str(folder / "city" / "case.toml"), str(folder / "out")
    return {
        "plan": ["plan", case, "-o", str(folder / "o")],
        "check": ["check", case],
        "check --json": ["check", case, "--json"],
        "export": ["export", out, "--to", "geojson", "--target", str(folder / "o")],
        "a refusal": ["plan", str(folder / "none.toml"), "-o", str(folder / "o")],
    }[command]


def _attempt(home: Path, name: str, command: str) -> Attempt:
    def run(folder: Path) -> tuple[Ending, str]:
        tampered.places(home)
        for part in ("city", "out"):
            shutil.copytree(home / part, folder / part)
        program = ["-c", ABSENT] if name == "none at all (pythonw)" else ["-m", "gridplan"]
        line = " ".join(f"'{word}'" for word in [sys.executable, *program, *_words(folder, command)])
        status = folder / "status"
        script = f"({line}; echo $? >'{status}') {TERMINALS.get(name, '')}"
        environment = {**os.environ, **ENVIRONMENTS.get(name, {})}
        try:
            done = subprocess.run(
                ["bash", "-c", script], cwd=folder, env=environment, capture_output=True, timeout=240, check=False
            )
        except subprocess.TimeoutExpired:
            return "hang", ""
        said = done.stderr.decode("utf-8", "replace") + done.stdout.decode("utf-8", "replace")
        return _judged(Done(int(status.read_text()), "", said), name, command, folder)

    return Attempt(f"{name} · {command}", run)


def _judged(done: Done, name: str, command: str, folder: Path) -> tuple[Ending, str]:
    if done.ended_badly or "Exception ignored" in done.stderr:
        return done.ended_badly or "traceback", done.stderr
    wanted = {2} if command == "a refusal" else {0, 1} if command == "plan" else {0}
    unseen = name == "a full disk" and command != "a refusal"
    if done.status not in (wanted | {2} if "full disk" in name else wanted):
        return "silent", f"exit {done.status}: {done.stderr}"
    if unseen and done.status != 2:
        return "silent", "what was printed is lost without a word"
    made = {"plan": "o/manifest.json", "export": "o/units.geojson"}.get(command)
    if made and not (folder / made).is_file():
        return "silent", f"no {made}"
    return "clear", ""


def attempts(home: Path) -> Iterator[Attempt]:
    """Return every terminal and environment x commands."""
    for name in (*TERMINALS, *ENVIRONMENTS, "none at all (pythonw)"):
        for command in COMMANDS:
            yield _attempt(home, name, command)
