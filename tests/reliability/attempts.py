"""One attempt: a command in a process of its own, forked so that imports are paid once, with its streams in files and a time limit."""

from __future__ import annotations

import importlib
import os
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NoReturn

Ending = Literal["clear", "silent", "traceback", "hang"]
ENDINGS: tuple[Ending, ...] = ("clear", "silent", "traceback", "hang")
LONGEST_S = 240.0


@dataclass(frozen=True)
class Done:
    """How a command ended: exit status (negative: a signal), what it said, and whether it had to be stopped."""

    status: int
    stdout: str
    stderr: str
    is_stopped: bool = False

    @property
    def ended_badly(self) -> Ending | None:
        """How it ended where that alone tells that something is wrong."""
        if self.is_stopped:
            return "hang"
        if "Traceback (most recent call last)" in self.stderr or self.status not in (0, 1, 2):
            return "traceback"
        return None

    @property
    def is_refused_in_words(self) -> bool:
        """Exit status 2, with what was needed on stderr."""
        return self.status == 2 and ("需要" in self.stderr or "needs" in self.stderr or "Usage" in self.stderr)


@dataclass(frozen=True)
class Attempt:
    """A named attempt; `run` returns how it ended and, unless it is clear, what was seen."""

    name: str
    run: Callable[[Path], tuple[Ending, str]]


@dataclass
class Count:
    """How the attempts of a family ended."""

    family: str
    endings: Counter[Ending] = field(default_factory=Counter)
    told: list[str] = field(default_factory=list)

    def row(self) -> str:
        """One row of the table."""
        numbers = " | ".join(str(self.endings[ending]) for ending in ENDINGS)
        return f"| {self.family} | {sum(self.endings.values())} | {numbers} |"


def run_command(
    *words: str | Path, cwd: Path, longest_s: float = LONGEST_S, before: Callable[[], None] = lambda: None
) -> Done:
    """Run the command line with these words; `before` is called in the new process first."""
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder) / "out", Path(folder) / "err"
        pid = os.fork()
        if pid == 0:
            _become(list(map(str, words)), cwd, out, err, before)
        status, is_stopped = _awaited(pid, longest_s)
        said = [path.read_bytes().decode("utf-8", "replace") if path.exists() else "" for path in (out, err)]
    return Done(status, said[0], said[1], is_stopped)


def _become(words: list[str], cwd: Path, out: Path, err: Path, before: Callable[[], None]) -> None:
    """Run the command line in this process, which ends here."""
    status = 70
    try:
        os.chdir(cwd)
        for number, path in ((1, out), (2, err)):
            handle = os.open(path, os.O_WRONLY | os.O_CREAT)
            os.dup2(handle, number)
            os.close(handle)
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False, buffering=1)  # noqa: SIM115
        sys.argv = ["gridplan", *words]
        before()
        from gridplan.cli import main

        main()
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 0
    except BaseException:
        traceback.print_exc()
    finally:
        with suppress(Exception):
            sys.stdout.flush()
        with suppress(Exception):
            sys.stderr.flush()
        os._exit(status & 0xFF)


def _awaited(pid: int, longest_s: float) -> tuple[int, bool]:
    until = time.monotonic() + longest_s
    while time.monotonic() < until:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status), False
        time.sleep(0.01)
    os.kill(pid, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), True


def attempt_named(beginning: str, attempts: Iterable[Attempt]) -> Attempt:
    """Return the first attempt whose name begins so."""
    return next(attempt for attempt in attempts if attempt.name.startswith(beginning))


def load_program() -> None:
    """Import what commands import, once, before processes are forked; nothing is computed here, so that no thread runs."""
    import gridplan.intake.input_check
    import gridplan.intake.new_case
    import gridplan.outputs.exports.formats
    import gridplan.outputs.proposal_folder
    import gridplan.outputs.summary
    import gridplan.pipeline
    import gridplan.proposal.edits
    import gridplan.solver.flow  # noqa: F401


def import_what_it_needs(*words: str | Path, cwd: Path) -> None:
    """Run a command once and import here what it imported, so that commands forked later compute and write from the start."""
    with own_folder() as folder:
        names = folder / "names"
        known = set(sys.modules)

        def write_names(status: int, end: Callable[[int], NoReturn] = os._exit) -> NoReturn:
            names.write_text("\n".join(name for name in sys.modules if name not in known), encoding="utf-8")
            end(status)

        run_command(*words, cwd=cwd, before=lambda: setattr(os, "_exit", write_names))
        for name in names.read_text(encoding="utf-8").splitlines():
            with suppress(ImportError):
                importlib.import_module(name)


def count(family: str, attempts: Iterable[Attempt], say: Callable[[str], None] = lambda line: None) -> Count:
    """Make the attempts, each in a folder of its own, and count how they end."""
    load_program()
    counted = Count(family)
    for attempt in attempts:
        with own_folder() as folder:
            ending, seen = attempt.run(folder)
        counted.endings[ending] += 1
        if ending != "clear":
            counted.told.append(f"{family}: {attempt.name}: {ending}: {seen.strip()[-600:]}")
            say(counted.told[-1])
    return counted


@contextmanager
def own_folder() -> Iterator[Path]:
    """Give a fresh folder that is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="gridplan-reliability-")).resolve()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def refused(done: Done) -> tuple[Ending, str]:
    """Judge a command that has to refuse."""
    bad = done.ended_badly
    if bad is not None:
        return bad, done.stderr
    return (
        ("clear", "")
        if done.is_refused_in_words
        else ("silent", f"exit {done.status}: {done.stdout[-300:]} {done.stderr}")
    )
