"""Tampered, torn and half-copied proposal folders x every command that reads one or writes into one.

The verdict is the same everywhere: a command either refuses in words, or does exactly what it does with the whole folder. Where a
file that people open was changed, it does its work and says so.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from tests import board
from tests.reliability.attempts import Attempt, Done, Ending, own_folder, run_command

Verdict = Literal["refused", "same", "told", "honest", "filled in"]
"""What a reader has to do: refuse; do the same; do the same and say so; refuse or do the same; either, but say so."""
JSON, GPKG, CELLS, MANIFEST = "proposal.json", "proposal.gpkg", "cells.parquet", "manifest.json"
READ_BACK = (JSON, GPKG, CELLS, MANIFEST)


@dataclass(frozen=True)
class Tampering:
    """A change of a folder, and what readers have to do about it."""

    name: str
    change: Callable[[Path], object]
    verdict: Verdict = "refused"


@cache
def places(home: Path) -> Path:
    """Make once what every attempt copies: the chessboard city, two proposals of it, and edits of the first."""
    city = board.write_board(home / "city").parent
    people = pd.DataFrame({"unit_id": board.unit_ids(), "population": 1001, "population_65": 150})
    other = board.write_board(home / "other", people=people)
    for case, out in ((city / "case.toml", "out"), (other, "second")):
        done = run_command("plan", case, "-o", home / out, cwd=home)
        assert done.status in (0, 1), done.stderr
    tree = json.loads((home / "out" / JSON).read_text(encoding="utf-8"))
    edits = {"format": "gridplan-edits/1", "proposal": tree["digest"], "moves": {"u02": "G2"}}
    (home / "edits.json").write_text(json.dumps(edits), encoding="utf-8")
    return home


def usual_commands(home: Path) -> Iterator[tuple[str | Path, ...]]:
    """Return commands that together import all that attempts need."""
    case, out, made = home / "city" / "case.toml", home / "out", home / "usual"
    yield "plan", case, "-o", made
    yield "report", made
    yield "revise", out, "--edits", home / "edits.json", "-o", made
    yield "export", out, "--to", "all", "--target", home / "exported"


# ---- changes --------------------------------------------------------------------------------------------------------


def _bytes(change: Callable[[bytes], bytes], name: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_bytes(change((folder / name).read_bytes()))


def _flipped(at: float) -> Callable[[bytes], bytes]:
    def flip(content: bytes) -> bytes:
        place = min(int(len(content) * at), len(content) - 1)
        return content[:place] + bytes([content[place] ^ 0x10]) + content[place + 1 :]

    return flip


def _instead(name: str, make: Callable[[Path], object]) -> Callable[[Path], object]:
    def change(folder: Path) -> None:
        (folder / name).unlink()
        make(folder / name)

    return change


def _of_another(name: str) -> Callable[[Path], object]:
    return lambda folder: shutil.copy(folder.parent / "second" / name, folder / name)


def _sql(*statements: str) -> Callable[[Path], object]:
    def change(folder: Path) -> None:
        with closing(sqlite3.connect(folder / GPKG)) as base:
            triggers = base.execute("select name from sqlite_master where type = 'trigger'").fetchall()
            for (name,) in triggers:
                base.execute(f'drop trigger "{name}"')
            for statement in statements:
                base.execute(statement)
            base.commit()

    return change


def _json(change: Callable[[dict[str, Any]], object], name: str = JSON) -> Callable[[Path], object]:
    def edit(folder: Path) -> None:
        tree = json.loads((folder / name).read_text(encoding="utf-8"))
        change(tree)
        (folder / name).write_text(json.dumps(tree, ensure_ascii=False), encoding="utf-8")

    return edit


def _text(change: Callable[[str], str], name: str = JSON) -> Callable[[Path], object]:
    def edit(folder: Path) -> None:
        (folder / name).write_text(change((folder / name).read_text(encoding="utf-8")), encoding="utf-8")

    return edit


def _cells(change: Callable[[Any], Any]) -> Callable[[Path], object]:
    def edit(folder: Path) -> None:
        import pyarrow.parquet as pq

        pq.write_table(change(pq.read_table(folder / CELLS)), folder / CELLS)

    return edit


def _added(name: str, values: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda table: table.set_column(table.column_names.index(name), name, values(table[name]))


def _plus_one(column: Any) -> Any:
    import pyarrow.compute as pc

    return pc.add(column, 1)


def _resaved(folder: Path) -> None:
    """Write every layer again as a GIS does: other order of rows, a column more."""
    import pyogrio

    frames = {}
    for name, kind in pyogrio.list_layers(folder / GPKG):
        frames[name] = pyogrio.read_dataframe(folder / GPKG, layer=name, read_geometry=kind is not None)
    (folder / GPKG).unlink()
    for name, frame in frames.items():
        turned = frame.iloc[::-1].assign(**({"note": "gis"} if name == "units" else {}))
        pyogrio.write_dataframe(turned, folder / GPKG, layer=name, append=(folder / GPKG).exists())


def _reported(then: Callable[[Path], object]) -> Callable[[Path], object]:
    """Report into the folder, then change what was handed out."""

    def change(folder: Path) -> None:
        done = run_command("report", folder, cwd=folder.parent)
        assert done.status == 0, done.stderr
        then(folder / "report")

    return change


def _exported(then: Callable[[Path], object]) -> Callable[[Path], object]:
    """Export into the folder, then change what was exported."""

    def change(folder: Path) -> None:
        done = run_command("export", folder, "--to", "geojson", cwd=folder.parent)
        assert done.status == 0, done.stderr
        then(folder / "export")

    return change


def _deep(text: str) -> str:
    return text.replace('"seed"', '"deep": ' + "[" * 5000 + "]" * 5000 + ', "seed"', 1)


def _damages(name: str) -> Iterator[Tampering]:
    """Return what can happen to any file, however it is read."""
    yield Tampering(f"{name} is missing", lambda folder: (folder / name).unlink())
    yield Tampering(f"{name} is empty", _bytes(lambda content: b"", name))
    yield Tampering(f"{name} is cut in half", _bytes(lambda content: content[: len(content) // 2], name))
    yield Tampering(f"{name} lacks its last bytes", _bytes(lambda content: content[:-40], name), "honest")
    yield Tampering(
        f"{name} ends in zeros, as after a power cut",
        _bytes(lambda c: c[:4096] + bytes(len(c) - 4096) if len(c) > 4096 else bytes(len(c)), name),
    )
    yield Tampering(f"{name} has a bit flipped in the middle", _bytes(_flipped(0.5), name), "honest")
    yield Tampering(f"{name} has a bit flipped near its end", _bytes(_flipped(0.9), name), "honest")
    yield Tampering(f"{name} is a text", _bytes(lambda content: "不是方案\n".encode(), name))
    yield Tampering(f"{name} is a folder", _instead(name, lambda path: path.mkdir()))
    yield Tampering(f"{name} is a pipe", _instead(name, lambda path: os.mkfifo(path)))
    yield Tampering(f"{name} is a link to nowhere", _instead(name, lambda path: path.symlink_to("nowhere")))
    yield Tampering(f"{name} is that of another proposal", _of_another(name))


def tamperings() -> list[Tampering]:
    """Return every kind of tampering."""
    listed = [kind for name in READ_BACK for kind in _damages(name)]
    listed += [
        Tampering("a resident count edited in the GIS", _sql("update units set population = population + 1 where unit_id = 'u00'")),
        Tampering("a unit moved to another grid in the GIS", _sql("update units set grid_id = 'G2' where unit_id = 'u00'")),
        Tampering("a unit renamed in the GIS", _sql("update units set name = '改名' where unit_id = 'u00'")),
        Tampering("a unit deleted", _sql("delete from units where unit_id = 'u00'")),
        Tampering("the numbers of rows exchanged", _sql("update units set seq = 23 - seq")),
        Tampering("a lead exchanged", _sql("update grids set lead_id = 'H3' where grid_id = 'G1'")),
        Tampering("a finding made to be met", _sql("update findings set status = 'met'")),
        Tampering("all findings deleted", _sql("delete from findings")),
        Tampering("a minute edited", _sql("update minutes set minutes = minutes + 0.01 where rowid = 1")),
        Tampering("minutes deleted", _sql("delete from minutes where rowid % 2 = 0")),
        Tampering("a facility's beds edited", _sql("update facilities set beds = 9999 where facility_id = 'H1'")),
        Tampering("a facility twice", _sql("update facilities set facility_id = 'H1' where facility_id = 'H2'")),
        Tampering("neighbours cut", _sql("delete from adjacency where rowid = 1")),
        Tampering("a table dropped", _sql("drop table minutes")),
        Tampering("a column renamed", _sql("alter table units rename column population to people")),
        Tampering("the reference system exchanged", _sql(
            "insert or ignore into gpkg_spatial_ref_sys select 'x', 4550, 'EPSG', 4550, replace(definition, '117', '120'), '' from gpkg_spatial_ref_sys where srs_id = 4549",
            "update gpkg_contents set srs_id = 4550 where srs_id = 4549",
            "update gpkg_geometry_columns set srs_id = 4550 where srs_id = 4549",
        )),
        Tampering("a column added in the GIS", _sql("alter table units add column note text"), "same"),
        Tampering("a layer added in the GIS", _sql("create table mine (id integer)"), "same"),
        Tampering("saved again by a GIS", _resaved, "same"),
        Tampering("vacuumed", _sql(), "same"),
        Tampering("a foreign journal beside the GeoPackage", lambda folder: (folder / f"{GPKG}-journal").write_bytes(b"x" * 512), "honest"),
        Tampering("the seed edited", _json(lambda tree: tree.update(seed=7))),
        Tampering("a rule of the case edited", _json(lambda tree: tree["case"]["rules"].update(grid_population_min=1))),
        Tampering("an unknown key in the case", _json(lambda tree: tree["case"].update(surprise=1))),
        Tampering("an input hash removed", _json(lambda tree: tree["input_hashes"].popitem())),
        Tampering("a finding removed from the json", _json(lambda tree: tree["findings"].pop())),
        Tampering("the objective made smaller", _json(lambda tree: tree["objective"].update(value=1.0))),
        Tampering("an annex removed from the json", _json(lambda tree: tree["annexes"].clear())),
        Tampering("a key more in the json", _json(lambda tree: tree.update(more=1))),
        Tampering("a list instead of an object", _text(lambda text: f"[{text}]")),
        Tampering("numbers that are none", _text(lambda text: text.replace('"seed": 0', '"seed": NaN', 1))),
        Tampering("a number of 5,000 digits", _text(lambda text: text.replace('"seed": 0', '"seed": ' + "9" * 5000, 1))),
        Tampering("nesting of 5,000", _text(_deep)),
        Tampering("a newer format", _json(lambda tree: tree.update(format="gridplan-proposal/3"))),
        Tampering("said to be of the first format, which had no manifest", _json(lambda tree: tree.update(format="gridplan-proposal/1"))),
        Tampering("the json laid out anew", _json(lambda tree: None), "same"),
        Tampering("the json in UTF-8 with a mark, as editors save it", _text(lambda text: f"\ufeff{text}"), "same"),
        Tampering("residents of a place edited", _cells(_added("population", _plus_one))),
        Tampering("places left out", _cells(lambda table: table.slice(1))),
        Tampering("places without their units", _cells(lambda table: table.drop_columns(["unit_id"]))),
        Tampering("places in another order", _cells(lambda table: table.take(list(range(len(table)))[::-1])), "same"),
        Tampering("a digest in the manifest edited", _text(lambda text: text.replace('"sha256": "', '"sha256": "0', 1), MANIFEST)),
        Tampering("a file struck from the manifest", _json(lambda tree: tree["bytes"].pop("map.html"), MANIFEST)),
        Tampering("a layer struck from the manifest", _json(lambda tree: tree["content"][GPKG].pop("findings"), MANIFEST)),
        Tampering("the manifest names files outside", _json(lambda tree: tree["bytes"].update({"../../etc/passwd": "0"}), MANIFEST)),
        Tampering("the manifest as a list", _text(lambda text: "[]", MANIFEST)),
        Tampering("the map edited", _text(lambda text: text.replace("</title>", "!</title>"), "map.html"), "told"),
        Tampering("the map deleted", lambda folder: (folder / "map.html").unlink(), "told"),
        Tampering("the workbook edited", _bytes(lambda content: content + b"x", "tables.xlsx"), "told"),
        Tampering("the assignment edited", _text(lambda text: text.replace("G1", "G2"), "assignment.csv"), "told"),
        Tampering("an exported file edited", _exported(lambda export: (export / "units.geojson").write_text("{}")), "told"),
        Tampering("an exported file deleted", _exported(lambda export: (export / "units.geojson").unlink()), "told"),
        Tampering("an exported file as written", _exported(lambda export: None), "same"),
        Tampering("a handed out page edited", _reported(lambda report: (report / "公示稿" / "公示.html").write_text("x")), "filled in"),
        Tampering("a handed out document deleted", _reported(lambda report: (report / "内部稿" / "方案.docx").unlink()), "told"),
        Tampering("a handed out report as written", _reported(lambda report: None), "same"),
        Tampering("the log edited", lambda folder: (folder / "run.log").write_text("x"), "same"),
        Tampering("files of the planner's own", lambda folder: (folder / "会议纪要.docx").write_bytes(b"x"), "same"),
        Tampering("a conflicting copy of a cloud drive", lambda folder: shutil.copy(folder.parent / "second" / JSON, folder / "proposal (1).json"), "same"),
        Tampering("an empty folder", lambda folder: [path.unlink() for path in folder.iterdir()]),
        Tampering("all files empty, as a cloud drive keeps them", lambda folder: [path.write_bytes(b"") for path in folder.iterdir()]),
        Tampering("a file instead of a folder", lambda folder: (shutil.rmtree(folder), folder.write_text("x"))),
        Tampering("no folder", lambda folder: shutil.rmtree(folder)),
        Tampering("a link that points at itself", lambda folder: (shutil.rmtree(folder), folder.symlink_to(folder))),
    ]  # fmt: skip
    return listed


# ---- commands -------------------------------------------------------------------------------------------------------


def _read_commands(folder: Path) -> dict[str, tuple[tuple[str | Path, ...], str]]:
    """Return every command that reads a proposal, and what of its result tells whether it did the same."""
    home = folder.parent
    return {
        "export": (("export", folder, "--to", "geojson", "--target", home / "x"), "x/units.geojson"),
        "export to parquet": (("export", folder, "--to", "geoparquet", "--target", home / "x"), "x/units.parquet"),
        "export into it": (("export", folder, "--to", "geojson"), "out/export/units.geojson"),
        "compare as the first": (("compare", folder, home / "second", "-o", home / "x"), "x/comparison.json"),
        "compare as the second": (("compare", home / "second", folder, "-o", home / "x"), "x/comparison.json"),
        "revise": (("revise", folder, "--edits", home / "edits.json", "-o", home / "x"), "x/proposal.json"),
        "report": (("report", folder), "out/report/内部稿/方案.docx"),
    }


READING = (
    "export", "export to parquet", "export into it", "compare as the first", "compare as the second", "revise", "report",
)  # fmt: skip
WRITING = ("plan into it",)


def _copied(home: Path, place: Path) -> Path:
    for name in ("out", "second", "city"):
        shutil.copytree(home / name, place / name)
    shutil.copy(home / "edits.json", place)
    return place / "out"


@cache
def _expected(home: Path, command: str) -> bytes:
    """Return what a command makes of the whole folder."""
    with own_folder() as place:
        folder = _copied(home, place)
        words, result = _read_commands(folder)[command]
        done = run_command(*words, cwd=place)
        assert done.status in (0, 1), done.stderr
        return (place / result).read_bytes()


def judge(verdict: Verdict, done: Done, same: bool) -> tuple[Ending, str]:
    """Say how a command ended with a folder of which `verdict` says what has to happen."""
    bad = done.ended_badly
    if bad is not None:
        return bad, done.stderr
    if done.is_refused_in_words:
        return ("clear", "") if verdict in ("refused", "honest", "filled in") else ("silent", f"refused: {done.stderr}")
    if verdict == "refused" or not same:
        return "silent", f"exit {done.status}, result {'the same' if same else 'another'}: {done.stdout} {done.stderr}"
    said = "提醒" in done.stderr
    return (
        ("clear", "")
        if verdict not in ("told", "filled in") or said
        else ("silent", "did not say that a file was changed")
    )


def _read_attempt(home: Path, kind: Tampering, command: str) -> Attempt:
    def run(place: Path) -> tuple[Ending, str]:
        expected = _expected(places(home), command)
        folder = _copied(home, place)
        kind.change(folder)
        words, result = _read_commands(folder)[command]
        (place / result).unlink(missing_ok=True) if folder.is_dir() else None
        done = run_command(*words, cwd=place)
        made = place / result
        return judge(kind.verdict, done, made.is_file() and made.read_bytes() == expected)

    return Attempt(f"{kind.name} · {command}", run)


def _write_attempt(home: Path, kind: Tampering) -> Attempt:
    """A new plan into the folder makes it whole again, or says what stands in its way; files of others stay."""

    def run(place: Path) -> tuple[Ending, str]:
        places(home)
        folder = _copied(home, place)
        kind.change(folder)
        others = {path.name: path.read_bytes() for path in folder.glob("会议*")} if folder.is_dir() else {}
        edited = kind.verdict in ("told", "filled in") and kind.name.endswith("edited")
        inside = sorted(path for path in folder.glob("*/**/*") if edited and path.is_file())
        before = {path: path.stat().st_size for path in inside}
        done = run_command("plan", place / "city" / "case.toml", "-o", folder, cwd=place)
        bad = done.ended_badly
        if bad is not None or done.is_refused_in_words:
            return (bad or "clear"), done.stderr
        same = (folder / JSON).read_bytes() == (home / "out" / JSON).read_bytes()
        kept = all((folder / name).read_bytes() == content for name, content in others.items())
        stale = (folder / "export" / "grids.geojson").exists() or (folder / "report" / "待填清单.xlsx").exists()
        left = [path.name for path in before if path.exists()]
        told = all(name in done.stderr for name in left)
        fine = same and kept and not stale and told and len(left) <= 1
        return ("clear", "") if fine else ("silent", f"{same=} {kept=} {stale=} {left=} {done.stderr}")

    return Attempt(f"{kind.name} · plan into it", run)


def attempts(home: Path) -> Iterator[Attempt]:
    """Return every kind x every command."""
    for kind in tamperings():
        for command in READING:
            yield _read_attempt(home, kind, command)
        yield _write_attempt(home, kind)
