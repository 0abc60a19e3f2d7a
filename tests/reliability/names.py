"""Hostile names, ids and values in every text column of every table: what comes out holds no sign that steers a terminal or a reader.

A plan is made and everything that it writes is read as other programs read it; or the input is refused in words.
"""

from __future__ import annotations

import csv
import json
import re
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pandas as pd

from gridplan.words.signs import has_hidden
from tests import board
from tests.reliability.attempts import Attempt, Done, Ending, run_command

NAMES = {
    "an escape code": "\x1b[2J\x1b]0;x\x07医院",
    "the escape code of one sign": "\x9b2J医院",
    "text turned round": "医院\u202egnp.exe",
    "isolates": "\u2067医院\u2069",
    "a carriage return over the line": "坏\r好医院",
    "line breaks": "医院\n[错误] 假的一行",
    "separators of lines": "医院\u2028假的一行\u2029x",
    "invisible tags": "医院\U000e0041\U000e0042",
    "a bell and a backspace": "医院\x07\x08\x08",
    "script": "</script><script>alert(1)</script>",
    "an image": '"><img src=x onerror=alert(1)>',
    "a formula": '=HYPERLINK("http://x","y")',
    "a formula with a blank": "\t=1+1",
    "a command of old spreadsheets": "=cmd|' /C calc'!A0",
    "markup of the terminal": "[bold red]医院[/]",
    "markup that is not closed": "[/医院",
    "a template": "{{ 7*7 }}{% raw %}${7*7}#{7*7}",
    "places to fill": "{n} %s %(x)s {0.__class__}",
    "quotes": "医院'\"`; drop table units; --",
    "a path": "../../../../etc/passwd",
    "the name of a Windows device": "CON",
    "10,000 signs": "长" * 10_000,
    "signs of two halves": "𠮷医院👩‍⚕️",
    "a thousand accents": "e" + "\u0301" * 1000,
    "half a comment": "<!--",
    "half an escape": "医院\\u0022 \\",
}  # fmt: skip
PLACES = ("facility name", "facility id", "unit name", "unit id", "street", "place", "file")
_SCRIPT = re.compile(r"<script>alert|<img src=x")


def write_city(folder: Path, place: str, name: str) -> Path:
    """Write the chessboard city with a hostile text in one place and return its case."""
    units, facilities, case, people = board.board_units(), board.board_facilities(), board.CASE, None
    if place == "facility name":
        facilities.loc[0, "name"] = name
    elif place == "facility id":
        facilities.loc[0, "facility_id"] = name
    elif place in ("unit name", "unit id", "street"):
        units.loc[0, {"unit name": "name", "unit id": "unit_id", "street": "street"}[place]] = name
        people = pd.DataFrame({"unit_id": units["unit_id"], "population": 1000, "population_65": 150})
    elif place == "place":
        case = case.replace('"棋盘市"', json.dumps(name))
    written = board.write_board(folder, units=units, facilities=facilities, people=people, case=case)
    if place == "file":
        (folder / "people.csv").rename(folder / f"{name[:40].replace('/', '_')}.csv")
        given = json.dumps(f"{name[:40].replace('/', '_')}.csv", ensure_ascii=False).replace("\x7f", "\\u007f")
        written.write_text(case.replace('"people.csv"', given), encoding="utf-8")
    return written


def _attempt(kind: str, place: str) -> Attempt:
    def run(folder: Path) -> tuple[Ending, str]:
        case = write_city(folder / "city", place, NAMES[kind])
        done = run_command("plan", case, "-o", folder / "o", cwd=folder)
        if done.ended_badly:
            return done.ended_badly, done.stderr
        if _steers(done):
            return "silent", f"on the terminal: {_steers(done)!r}"
        if done.is_refused_in_words:
            return "clear", ""
        wrong = sorted({f"{file}: {text[:60]!r}" for file, text in texts_of(folder / "o") if is_wrong(file, text)})
        return ("clear", "") if not wrong else ("silent", "; ".join(wrong[:6]))

    return Attempt(f"{kind} · {place}", run)


def _steers(done: Done) -> str:
    """Return a line of what was printed that holds a hidden sign; there are no colours where nobody looks."""
    return next((line for line in (done.stdout + done.stderr).split("\n") if has_hidden(line)), "")


def is_wrong(file: str, text: str) -> bool:
    """Tell whether a text must not stand in a file of results."""
    if has_hidden(text):
        return True
    if file == "map.html":
        return _SCRIPT.search(text) is not None
    return file == "assignment.csv" and text.startswith(("=", "+", "@", "\t"))


def texts_of(out: Path) -> Iterator[tuple[str, str]]:
    """Yield (file, text) of everything that other programs read in a folder."""
    yield from (("proposal.json", text) for text in _strings(json.loads((out / "proposal.json").read_text("utf-8"))))
    for row in csv.reader((out / "assignment.csv").read_text("utf-8-sig").splitlines()):
        yield from (("assignment.csv", text) for text in row)
    page = (out / "map.html").read_text("utf-8")
    yield from (("map.html", line) for line in page.split("\n"))
    data = re.search(r'id="gridplan-data">(.*?)</script>', page, re.DOTALL)
    assert data is not None
    yield from (("map.html data", text) for text in _strings(json.loads(data[1])))
    with zipfile.ZipFile(out / "tables.xlsx") as book:
        shared = book.read("xl/sharedStrings.xml").decode("utf-8")
        yield from (("tables.xlsx", text) for text in re.split(r"</?t[^>]*>|\n", shared))
        yield from (("tables.xlsx", "\x1b") for _ in re.findall(r"_x00[01][0-9A-F]_", shared))
        yield from (("tables.xlsx", "\x1b") for part in book.namelist() if b"<f>" in book.read(part))
    with closing(sqlite3.connect(out / "proposal.gpkg")) as base:
        layers = [row[0] for row in base.execute("select table_name from gpkg_contents")]
        for layer in (name for name in layers if name != "layer_styles"):
            for row in base.execute(f'select * from "{layer}"'):
                yield from ((f"proposal.gpkg {layer}", text) for text in row if isinstance(text, str))


def _strings(value: object) -> Iterator[str]:
    waiting = [value]
    while waiting:
        inner = waiting.pop()
        if isinstance(inner, str):
            yield inner
        elif isinstance(inner, dict):
            waiting += [*inner.keys(), *inner.values()]
        elif isinstance(inner, list):
            waiting += inner


def attempts(home: Path) -> Iterator[Attempt]:
    """Return every hostile text in every place."""
    for kind in NAMES:
        for place in PLACES:
            yield _attempt(kind, place)
