"""Hostile names, ids and values in every text column of every table: what comes out holds no sign that steers a terminal or a reader.

A plan is made and everything that it writes is read as other programs read it; or the input is refused in words.
"""

from __future__ import annotations

import csv
import json
import re
import shutil
import sqlite3
import subprocess
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree as ET

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
NAMED = ("facility name", "unit name", "street", "place")
"""Places whose texts stand in documents, all of them hostile at once where a report and a province are written."""
_SCRIPT = re.compile(r"<script>alert|<img src=x")


def write_city(folder: Path, name: str, *places: str) -> Path:
    """Write the chessboard city with a hostile text in some places and return its case."""
    units, facilities, case = board.board_units(), board.board_facilities(), board.CASE
    for place in places:
        if place in ("facility name", "facility id"):
            facilities.loc[0, place.replace("facility name", "name").replace(" ", "_")] = name
        elif place in ("unit name", "unit id", "street"):
            units.loc[0, {"unit name": "name", "unit id": "unit_id", "street": "street"}[place]] = name
        elif place == "place":
            case = case.replace('"棋盘市"', json.dumps(name))
    people = pd.DataFrame({"unit_id": units["unit_id"], "population": 1000, "population_65": 150})
    written = board.write_board(folder, units=units, facilities=facilities, people=people, case=case)
    if "file" in places:
        (folder / "people.csv").rename(folder / f"{name[:40].replace('/', '_')}.csv")
        given = json.dumps(f"{name[:40].replace('/', '_')}.csv", ensure_ascii=False).replace("\x7f", "\\u007f")
        written.write_text(case.replace('"people.csv"', given), encoding="utf-8")
    return written


def _attempt(kind: str, place: str) -> Attempt:
    def run(folder: Path) -> tuple[Ending, str]:
        case = write_city(folder / "city", NAMES[kind], place)
        done = run_command("plan", case, "-o", folder / "o", cwd=folder)
        if done.ended_badly:
            return done.ended_badly, done.stderr
        if _steers(done):
            return "silent", f"on the terminal: {_steers(done)!r}"
        if done.is_refused_in_words:
            return "clear", ""
        return _judged(texts_of(folder / "o"))

    return Attempt(f"{kind} · {place}", run)


def _handed_out(kind: str) -> Attempt:
    """Plan, report and put together as a province a city whose names are all hostile, beside one that cannot be planned."""

    def run(folder: Path) -> tuple[Ending, str]:
        case, other = (write_city(folder / city, NAMES[kind], *NAMED) for city in ("city", "other"))
        lost = write_city(folder / "lost", NAMES[kind], *NAMED)
        (lost.parent / "people.csv").unlink()
        for words in (
            ("plan", case, "-o", folder / "o"),
            ("report", folder / "o"),
            ("batch", case, other, lost, "-o", folder / "p", "--workers", "1"),
        ):
            done = run_command(*words, cwd=folder)
            if done.ended_badly:
                return done.ended_badly, done.stderr
            if _steers(done):
                return "silent", f"on the terminal: {_steers(done)!r}"
            if done.status == 2 and words[0] == "plan":
                return "clear", ""
        made = [path for path in sorted(folder.glob("[op]/**/*.*")) if path.suffix in READERS]
        missing = READERS.keys() - {path.suffix for path in made}
        if missing:
            return "silent", f"no {missing}"
        return _judged((path.name, text) for path in made for text in READERS[path.suffix](path))

    return Attempt(f"{kind} · report and province", run)


def _judged(texts: Iterable[tuple[str, str]]) -> tuple[Ending, str]:
    wrong = sorted({f"{file}: {text[:60]!r}" for file, text in texts if is_wrong(file, text)})
    return ("clear", "") if not wrong else ("silent", "; ".join(wrong[:6]))


def _office_texts(path: Path) -> Iterator[str]:
    """Yield every text and attribute of a document or workbook; an escape where one is written out, or a formula stands."""
    with zipfile.ZipFile(path) as parts:
        for name in parts.namelist():
            if not name.endswith((".xml", ".rels")):
                continue
            for element in ET.fromstring(parts.read(name)).iter():
                yield from (text for text in (element.text, element.tail, *element.attrib.values()) if text)
                if element.tag.endswith("}f"):
                    yield "\x1b"
                yield from ("\x1b" for _ in re.findall(r"_x00[01][0-9A-F]_", element.text or ""))


def _pdf_texts(path: Path) -> list[str]:
    """Return the lines that a reader of documents finds; a page ends with a form feed."""
    if shutil.which("pdftotext") is None:
        return []
    told = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True)
    return told.stdout.decode("utf-8").replace("\f", "\n").split("\n")


READERS: dict[str, Callable[[Path], Iterable[str]]] = {
    ".docx": _office_texts,
    ".xlsx": _office_texts,
    ".html": lambda path: path.read_text("utf-8").split("\n"),
    ".csv": lambda path: path.read_text("utf-8-sig").split("\n"),
    ".pdf": _pdf_texts,
}
"""How other programs read what is handed out."""


def _steers(done: Done) -> str:
    """Return a line of what was printed that holds a hidden sign; there are no colours where nobody looks."""
    return next((line for line in (done.stdout + done.stderr).split("\n") if has_hidden(line)), "")


def is_wrong(file: str, text: str) -> bool:
    """Tell whether a text must not stand in a file of results."""
    if has_hidden(text):
        return True
    if file.endswith(".html"):
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
        yield _handed_out(kind)
