"""Case files as attacks: nesting, huge numbers, pipes, devices, hidden signs, and each number of a case at its worst."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd

from tests import board
from tests.reliability.attempts import Attempt, Ending, refused, run_command

LONGEST_S = 120.0


def _after(section: str, line: str) -> Callable[[Path], object]:
    return lambda case: case.write_text(board.CASE.replace(section, f"{section}\n{line}", 1), encoding="utf-8")


def _whole(content: bytes) -> Callable[[Path], object]:
    return lambda case: case.write_bytes(content)


def _layer(change: Callable[[Path], object], name: str = "people.csv") -> Callable[[Path], object]:
    def swap(case: Path) -> None:
        board.write_board(case.parent)
        (case.parent / name).unlink()
        change(case.parent / name)

    return swap


def _cell(name: str, column: str, value: str) -> Callable[[Path], object]:
    def write(case: Path) -> None:
        table = pd.read_csv(case.parent / name, dtype=str, keep_default_na=False)
        table.loc[0, column] = value
        table.to_csv(case.parent / name, index=False)

    return write


def _instead(make: Callable[[Path], object]) -> Callable[[Path], object]:
    def swap(case: Path) -> None:
        case.unlink()
        make(case)

    return swap


ATTACKS: dict[str, Callable[[Path], object]] = {
    "lists nested 5,000 deep": _after("[grids]", "k = " + "[" * 5000 + "2" + "]" * 5000),
    "tables nested 5,000 deep": _after("[grids]", "x = " + "{a=" * 5000 + "2" + "}" * 5000),
    "lists nested 300 deep": _after("[grids]", "x = " + "[" * 300 + "2" + "]" * 300),
    "dotted keys 5,000 deep": _after("[grids]", ".".join(["a"] * 5000) + " = 1"),
    "an integer of 5,000 digits": _after("[rules]", "min_grids = " + "9" * 5000),
    "an integer of 4,000 digits": _after("[rules]", "min_grids = " + "9" * 4000),
    "an integer of 5,000 hexadecimal digits": _after("[rules]", "min_grids = 0x" + "f" * 5000),
    "a float of 5,000 digits": _after("[rules]", "moved_share = 0." + "3" * 5000 + "e400"),
    "infinity": _after("[rules]", "choice_min = inf"),
    "not a number": _after("[rules]", "choice_min = nan"),
    "a date": _after("[rules]", "choice_min = 2026-01-01"),
    "a string of 1 MB as a number": _after("[rules]", f'choice_min = "{"9" * 1_000_000}"'),
    "100,000 unknown keys": _after("[rules]", "\n".join(f"k{number} = 1" for number in range(100_000))),
    "an escape code in an unknown key": _after("[rules]", '"\\u001b[2J\\u202e" = 1'),
    "an escape code in a value": _after("[rules]", 'min_grids = "\\u001b]0;x\\u0007\\u009b2J"'),
    "an escape code in the name of a file": (
        lambda case: case.write_text(board.CASE.replace('"people.csv"', '"\\u001b[2Jpeople.csv"'), encoding="utf-8")
    ),
    "a null in the name of a file": lambda case: case.write_text(
        board.CASE.replace('"people.csv"', '"people\\u0000.csv"'), encoding="utf-8"
    ),
    "a name of a file of 5,000 signs": lambda case: case.write_text(
        board.CASE.replace("people.csv", "p" * 5000), encoding="utf-8"
    ),
    "a key twice": _after("[grids]", "k = 2\nk = 3"),
    "a table of 3,000 tables": _after("[rules]", f"x = 1\n[{'.'.join(['a'] * 3000)}]\nx = 1"),
    "a list of a million numbers": _after("[rules]", f"x = [{'1,' * 1_000_000}]"),
    "50,000 tables of one list": _after("[rules]", "x = 1\n" + '[[scenarios]]\nname = "a"\n' * 50_000),
    "half a sign": _after("[rules]", 'x = "\\ud800"'),
    "a date as a name": lambda case: case.write_text(board.CASE.replace('"棋盘市"', "2026-01-01"), encoding="utf-8"),
    "links in a circle as the case": _instead(lambda path: path.symlink_to(path)),
    "UTF-32": _whole(board.CASE.encode("utf-32")),
    "an empty file": _whole(b""),
    "zeros": _whole(bytes(100_000)),
    "random bytes": _whole(bytes(range(256)) * 50),
    "UTF-16": _whole(board.CASE.encode("utf-16")),
    "GBK": _whole(board.CASE.encode("gbk")),
    "half a file": _whole(board.CASE.encode()[: len(board.CASE) // 2]),
    "a regular expression that never ends": _after(
        'path = "people.csv"', 'select = { unit_id = "(u+)+$x(" }'
    ),
    "a file of 20 MB": _whole(board.CASE.encode() + b"#" * 20_000_000),
    "a pipe as the case": _instead(os.mkfifo),
    "a folder as the case": _instead(lambda path: path.mkdir()),
    "a device as the case": _instead(lambda path: path.symlink_to("/dev/zero")),
    "a device that never answers as the case": _instead(lambda path: path.symlink_to("/dev/tty")),
    "no case": _instead(lambda path: None),
    "a pipe as the table of people": _layer(os.mkfifo),
    "a pipe as the units": _layer(os.mkfifo, "units.gpkg"),
    "a pipe as the roads": _layer(os.mkfifo, "roads.gpkg"),
    "a device as the facilities": _layer(lambda path: path.symlink_to("/dev/zero"), "facilities.csv"),
    "residents of 400 digits": _cell("people.csv", "population", "9" * 400),
    "beds of 400 digits": _cell("facilities.csv", "beds", "9" * 400),
    "residents of 1e308": _cell("people.csv", "population", "1e308"),
    "a coordinate of 1e308": _cell("facilities.csv", "lon", "1e308"),
    "a folder as the facilities": _layer(lambda path: path.mkdir(), "facilities.csv"),
}  # fmt: skip
"""Cases that have to be refused."""
WORST = ("1e308", "-1e308", "1e-308", "5e-324", "1e15", "-1", "0", "9007199254740993", "2147483648")
"""What is written into every number of a case, one at a time; the run ends in a plan or in words."""


def _refusal(name: str, make: Callable[[Path], object], command: str) -> Attempt:
    def run(folder: Path) -> tuple[Ending, str]:
        case = board.write_board(folder / "city")
        make(case)
        words = (command, case, "-o", folder / "o") if command == "plan" else (command, case)
        ending, seen = refused(run_command(*words, cwd=folder, longest_s=LONGEST_S))
        if ending == "clear" and (folder / "o").exists():
            return "silent", "a folder was left"
        return ending, seen

    return Attempt(f"{name} · {command}", run)


def numbers() -> list[tuple[str, str]]:
    """Return (section, key) of every number that a case may hold."""
    from gridplan.case.case import documented_fields

    found = []
    for dotted, field in documented_fields():
        section, _, key = dotted.rpartition(".")
        kinds = str(field.annotation)
        if section in ("travel", "grids", "rules", "solver", "units", "county", "area", "budget") and (
            "float" in kinds or "int" in kinds
        ):
            found.append((section, key))
    return found


def _worst(section: str, key: str, value: str) -> Attempt:
    def run(folder: Path) -> tuple[Ending, str]:
        text = "\n".join(line for line in board.CASE.splitlines() if not line.startswith(f"{key} ="))
        head = f"[{section}]"
        written = (
            text.replace(head, f"{head}\n{key} = {value}", 1) if head in text else f"{text}\n{head}\n{key} = {value}\n"
        )
        case = board.write_board(folder / "city", case=written)
        done = run_command("plan", case, "-o", folder / "o", cwd=folder, longest_s=LONGEST_S)
        if done.ended_badly:
            return done.ended_badly, done.stderr
        if done.status == 2:
            return refused(done)
        read = run_command("export", folder / "o", "--to", "geojson", "--target", folder / "x", cwd=folder)
        return ("clear", "") if read.status == 0 else (read.ended_badly or "silent", read.stderr)

    return Attempt(f"{section}.{key} = {value}", run)


def attempts(home: Path) -> Iterator[Attempt]:
    """Return every attack x check and plan, and every number at its worst."""
    for name, make in ATTACKS.items():
        yield _refusal(name, make, "check")
        yield _refusal(name, make, "plan")
    for section, key in numbers():
        for value in WORST:
            yield _worst(section, key, value)
