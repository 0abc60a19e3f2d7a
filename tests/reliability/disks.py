"""A disk that fills up at every size x every command that writes: a small tmpfs where root may mount one, else a limit on file sizes."""

from __future__ import annotations

import resource
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.reliability import tampered
from tests.reliability.attempts import Attempt, Ending, run_command

SIZES_KB = (4, 16, 48, 96, 160, 240, 320, 420, 540, 640, 760, 900, 1100, 1400)
"""From a disk that takes nothing to one that takes all."""
ENOUGH_KB = 20_000


@contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[bool]:
    """Mount a small file system at a folder; gives False where that is not allowed."""
    folder.mkdir()
    options = ["-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(folder)]
    mounted = (
        shutil.which("mount") and subprocess.run(["mount", *options], capture_output=True, check=False).returncode == 0
    )
    try:
        yield bool(mounted)
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _limited(kilobytes: int) -> Callable[[], None]:
    """Let no file of the process grow beyond a size, as a quota does."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (kilobytes * 1024, kilobytes * 1024))


def _commands(home: Path, disk: Path) -> dict[str, tuple[tuple[str | Path, ...], tuple[str, ...]]]:
    case, city = home / "city" / "case.toml", disk / "city"
    return {
        "plan": (("plan", case, "-o", disk / "o"), ("o/manifest.json", "o/map.html")),
        "revise": (("revise", home / "out", "--edits", home / "edits.json", "-o", disk / "o"), ("o/manifest.json",)),
        "compare": (("compare", home / "out", home / "second", "-o", disk / "o"), ("o/comparison.xlsx", "o/map.html")),
        "export": (("export", home / "out", "--to", "geojson", "--target", disk / "o"), ("o/facilities.geojson",)),
        "export to parquet": (
            ("export", home / "out", "--to", "geoparquet", "--target", disk / "o"),
            ("o/facilities.parquet",),
        ),
        "report": (("report", disk / "out"), ("out/report/内部稿/方案.docx", "out/report/待填清单.xlsx")),
        "export into it": (("export", disk / "out", "--to", "geojson"), ("out/export/facilities.geojson",)),
        "check": (("check", home / "doubtful" / "case.toml", "-o", disk / "o"), ("o/check.xlsx",)),
        "init": (("init", city), ("city/case.toml",)),
    }


COMMANDS = ("plan", "revise", "compare", "export", "export to parquet", "export into it", "report", "check", "init")
_INTO_IT = ("export into it", "report")


def _attempt(home: Path, kilobytes: int, command: str, *, by_limit: bool) -> Attempt:
    def run(folder: Path) -> tuple[Ending, str]:
        tampered.places(home)
        _doubtful(home)
        with small_disk(folder / "disk", ENOUGH_KB if by_limit else kilobytes) as mounted:
            disk = folder / "disk"
            if command == "init":
                try:
                    shutil.copytree(home / "city", disk / "city", ignore=shutil.ignore_patterns("case.toml"))
                except (OSError, shutil.Error):
                    return "clear", ""
            if command in _INTO_IT:
                try:
                    shutil.copytree(home / "out", disk / "out")
                except (OSError, shutil.Error):
                    return "clear", ""
            before = {path.relative_to(disk).as_posix() for path in disk.rglob("*")}
            words, files = _commands(home, disk)[command]
            limit = _limited(kilobytes) if by_limit or not mounted else lambda: None
            done = run_command(*words, cwd=folder, before=limit)
            if done.ended_badly:
                return done.ended_badly, done.stderr
            left = {path.relative_to(disk).as_posix() for path in disk.rglob("*")} - before
            if command in _INTO_IT:
                whole = _read_back(folder, disk / "out")
                if whole[0] != "clear":
                    return whole
            if done.is_refused_in_words and not all((disk / name).exists() for name in files):
                stray = {name for name in left if ".gridplan-" in name or name.startswith("o")}
                stray -= {"out/export", "out/report"}
                stray -= {name for name in left if command == "check" and "o/check.xlsx" not in left}
                return ("clear", "") if not stray else ("silent", f"left {sorted(stray)}: {done.stderr}")
            missing = [name for name in files if not (disk / name).is_file()]
            if missing:
                return "silent", f"exit {done.status} without {missing}: {done.stderr}"
            return _read_back(folder, disk / "o") if command in ("plan", "revise") else ("clear", "")

    way = "limit" if by_limit else "disk"
    return Attempt(f"{command} · {way} of {kilobytes} kB", run)


def _read_back(folder: Path, out: Path) -> tuple[Ending, str]:
    """What was written on a nearly full disk has to be whole."""
    read = run_command("export", out, "--to", "geojson", "--target", folder / "x", cwd=folder)
    return ("clear", "") if read.status == 0 else (read.ended_badly or "silent", read.stderr)


def _doubtful(home: Path) -> None:
    """Make a city whose check has something to tell."""
    from tests import board

    if not (home / "doubtful").exists():
        facilities = board.board_facilities()
        facilities.loc[0, "beds"] = "很多"
        board.write_board(home / "doubtful", facilities=facilities)


def attempts(home: Path) -> Iterator[Attempt]:
    """Return every size x every command, on a small disk and under a limit."""
    for kilobytes in SIZES_KB:
        for command in COMMANDS:
            yield _attempt(home, kilobytes, command, by_limit=False)
            if kilobytes <= 420:
                yield _attempt(home, kilobytes, command, by_limit=True)
