"""OUT as it comes x every command that writes: a folder, a link, a file, nothing, somebody else's."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.reliability import tampered
from tests.reliability.attempts import Attempt, Done, Ending, run_command


@dataclass(frozen=True)
class Place:
    """What stands at OUT: `make` prepares it and returns what is written after -o, and where the result has to be (None: refused)."""

    name: str
    make: Callable[[Path], tuple[str, Path | None]]


def _standing(make: Callable[[Path], object]) -> Callable[[Path], tuple[str, Path | None]]:
    def prepared(home: Path) -> tuple[str, Path | None]:
        make(home / "o")
        return str(home / "o"), home / "o"

    return prepared


def _in_the_way(make: Callable[[Path], object], where: str = "o") -> Callable[[Path], tuple[str, Path | None]]:
    def prepared(home: Path) -> tuple[str, Path | None]:
        make(home / where)
        return str(home / "o"), None

    return prepared


def _filled(folder: Path) -> None:
    folder.mkdir()
    (folder / "会议纪要.txt").write_text("mine", encoding="utf-8")


def _linked(home: Path) -> tuple[str, Path | None]:
    (home / "target").mkdir()
    (home / "o").symlink_to(home / "target")
    return str(home / "o"), home / "target"


def _link_to_nowhere(home: Path) -> tuple[str, Path | None]:
    (home / "o").symlink_to(home / "far" / "target")
    return str(home / "o"), home / "far" / "target"


PLACES = [
    Place("nothing", lambda home: (str(home / "o"), home / "o")),
    Place("nothing, three folders deep", lambda home: (str(home / "a" / "b" / "o"), home / "a" / "b" / "o")),
    Place("an empty folder", _standing(lambda path: path.mkdir())),
    Place("a folder of the planner's", _standing(_filled)),
    Place("the current folder", lambda home: (".", home)),
    Place("a name with a slash at its end", lambda home: (f"{home}/o/", home / "o")),
    Place("a name in Chinese with blanks", lambda home: (f"{home}/方 案 一", home / "方 案 一")),
    Place("a link to a folder", _linked),
    Place("a link to nowhere", _link_to_nowhere),
    Place("the name of a Windows device", lambda home: (f"{home}/CON", home / "CON")),
    Place("a dot at its end", lambda home: (f"{home}/o.", home / "o.")),
    Place(
        "a leftover lock of a dead run",
        _standing(lambda path: path.mkdir() or path.with_name(".o.gridplan-lock").write_text("1 x")),
    ),
    Place("an empty name", lambda home: ("", None)),
    Place("a name with an escape code", lambda home: (f"{home}/\x1b[2J", None)),
    Place("a name turned round", lambda home: (f"{home}/o\u202e", None)),
    Place("a blank", lambda home: ("  ", None)),
    Place("the root", lambda home: ("/", None)),
    Place("a file", _in_the_way(lambda path: path.write_text("mine"))),
    Place("a pipe", _in_the_way(os.mkfifo)),
    Place("below a file", lambda home: (str(home / "edits.json" / "o"), None)),
    Place("a device", lambda home: ("/dev/null", None)),
    Place("below a device", lambda home: ("/dev/null/o", None)),
    Place("a name of 5,000 characters", lambda home: (str(home / ("x" * 5000)), None)),
    Place("a path of 5,000 characters", lambda home: (str(home.joinpath(*["0123456789"] * 500)), None)),
    Place("a name that leaves no room beside", lambda home: (str(home / ("x" * 252)), None)),
    Place("links in a circle", _in_the_way(lambda path: path.symlink_to(path))),
    Place("a system of the kernel", lambda home: ("/proc/o", None)),
    Place("somebody else's OUT.new", _in_the_way(_filled, "o.new")),
    Place("somebody else's OUT.old", _in_the_way(_filled, "o.old")),
    Place("a file called OUT.new", _in_the_way(lambda path: path.write_text("mine"), "o.new")),
]


def _commands(home: Path, out: str) -> dict[str, tuple[tuple[str | Path, ...], tuple[str, ...]]]:
    """Return every command that writes, and the files its result has at least."""
    case = home / "city" / "case.toml"
    plan = ("proposal.json", "manifest.json", "map.html")
    return {
        "plan": (("plan", case, "-o", out), plan),
        "assess": (("assess", case, "--assignment", home / "out" / "assignment.csv", "-o", out), plan),
        "revise": (("revise", home / "out", "--edits", home / "edits.json", "-o", out), (*plan, "comparison.json")),
        "compare": (("compare", home / "out", home / "second", "-o", out), ("comparison.json", "map.html")),
        "export": (("export", home / "out", "--to", "geojson", "--target", out), ("units.geojson",)),
    }


COMMANDS = ("plan", "assess", "revise", "compare", "export")


def _attempt(home: Path, place: Place, command: str) -> Attempt:
    def run(folder: Path) -> tuple[Ending, str]:
        tampered.places(home)
        for name in ("out", "second", "city"):
            shutil.copytree(home / name, folder / name)
        shutil.copy(home / "edits.json", folder)
        out, result = place.make(folder)
        before = _listed(folder)
        words, files = _commands(folder, out)[command]
        done = run_command(*words, cwd=folder)
        return judge(done, result, files, changed=_listed(folder) - before, lost=before - _listed(folder))

    return Attempt(f"{place.name} · {command}", run)


def judge(
    done: Done, result: Path | None, files: tuple[str, ...], *, changed: set[str], lost: set[str]
) -> tuple[Ending, str]:
    """Say how a command ended that has to write `files` into `result`, or to refuse and leave everything as it was."""
    bad = done.ended_badly
    if bad is not None:
        return bad, done.stderr
    if lost - {".o.gridplan-lock"}:
        return "silent", f"lost {sorted(lost)[:5]}"
    if done.is_refused_in_words:
        return ("clear", "") if result is None and not changed else ("silent", f"{sorted(changed)[:5]} {done.stderr}")
    if result is None:
        return "silent", f"exit {done.status}: {done.stdout[-300:]}"
    missing = [name for name in files if not (result / name).is_file()]
    beside = [
        path.name for path in result.parent.iterdir() if ".gridplan-" in path.name or path.suffix in (".new", ".old")
    ]
    return ("clear", "") if not missing and not beside else ("silent", f"missing {missing}, beside {beside}")


def _listed(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def attempts(home: Path) -> Iterator[Attempt]:
    """Return every kind of OUT x every command that writes."""
    for place in PLACES:
        for command in COMMANDS:
            yield _attempt(home, place, command)
