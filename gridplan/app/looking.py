"""The files of a folder as the page Files shows them: what each is taken for and why, its columns, what is doubtful."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from gridplan.app.plain_told import key_of, pair, plain_problem
from gridplan.intake.case_text import MEANINGS, meaning, samples, section_lines, why
from gridplan.intake.guessing import Guess, guess_roles, taken_for
from gridplan.intake.inventory import Found, list_files, look_at
from gridplan.intake.new_case import CASE_NAME, draft_case, with_datums
from gridplan.intake.signs_of_use import Role
from gridplan.intake.taken import Taken, taken_layers, uses_of
from gridplan.layers.files.vectors import COORDINATES, LOCATION
from gridplan.layers.records.records import RECORDS
from gridplan.words.errors import GridplanError, InputProblem
from gridplan.words.text import Language, Text

_KINDS = {
    "points": Text(zh="人口的位置：点，带人数", en="people: points with counts"),
    "residences": Text(zh="人口的位置：住宅小区，没有人数", en="people: residences without counts"),
    "raster": Text(zh="人口的位置：栅格", en="people: raster"),
    "polygons": Text(zh="人口的位置：面，带人数", en="people: polygons with counts"),
    "table": Text(zh="按单元的人口表", en="people: a table by unit"),
}
_MOST_COLUMNS = 60
_LIKE = Text(zh="看来是{what}", en="it looks like {what}")


def look_at_folder(folder: Path, language: Language, *, redraft: bool = False) -> dict[str, Any]:
    """Return the layers of all files, what each is taken for, and what could not be read.

    Where there is no case yet, or `redraft` says that nobody has touched the one there is, the text of a first one is under `draft`, with
    the workbooks that it names written.
    """
    draft = None
    if redraft or not (folder / CASE_NAME).exists():
        try:
            draft = draft_case(folder, language)
        except GridplanError:
            return {"layers": [], "unreadable": [], "draft": None}
    tree = tomllib.loads(draft.text if draft is not None else _text(folder))
    guesses, problems = (draft.guesses, draft.problems) if draft is not None else _guessed(folder, _stamp(folder))
    layers = [
        _layer(taken) | {"lines": _lines(taken, language)}
        for taken in taken_layers(tree, guesses)
        if not _ours(taken, tree)
    ]
    return {
        "layers": layers,
        "unreadable": [plain_problem(problem) for problem in problems],
        "draft": None if draft is None else draft.text,
    }


def section_for(folder: Path, file: str, layer: str, role: str, kind: str, language: Language) -> str:
    """Return the lines of the case that take a layer for something."""
    guesses, _ = _guessed(folder, _stamp(folder))
    guess = next(guess for guess in guesses if guess.found.file == file and guess.found.layer == layer)
    own = guess if (guess.role, guess.kind) == (role, kind) else taken_for(guess, cast(Role, role), kind)
    return "\n".join(section_lines(own, language)) + "\n"


def _text(folder: Path) -> str:
    return (folder / CASE_NAME).read_text(encoding="utf-8-sig")


def _stamp(folder: Path) -> tuple[tuple[str, int, int], ...]:
    files = list_files(folder)
    return tuple((path.name, path.stat().st_mtime_ns, path.stat().st_size) for path in files)


@lru_cache(maxsize=2)
def _guessed(folder: Path, stamp: tuple[tuple[str, int, int], ...]) -> tuple[list[Guess], list[InputProblem]]:
    """Look into the files, and guess; again only when one of them has changed."""
    found, problems = look_at([folder / name for name, _, _ in stamp])
    return with_datums(folder, guess_roles(found)), problems


def _ours(taken: Taken, tree: dict[str, Any]) -> bool:
    """Tell whether a file is one of the workbooks that the case names beside its layers, or that check wrote."""
    merges = [source.get("merges", "") for source in tree.get("layers", {}).get("facilities", [])]
    named = {name if isinstance(name, str) else name.get("path", "") for name in merges}
    return taken.guess.found.file in named | {"check.xlsx"} and not taken.section


def _lines(taken: Taken, language: Language) -> str:
    """Return the section with which an unused layer would be used; nothing where that is not clear."""
    return "" if taken.suggested is None else "\n".join(section_lines(taken.suggested, language)) + "\n"


def _layer(taken: Taken) -> dict[str, Any]:
    guess, found = taken.guess, taken.guess.found
    columns = {header: list(ours) for header, ours in guess.taken.items()}
    labels = {column.name: pair(column.label) for column in _readable(guess)}
    return {
        "file": found.file,
        "layer": found.layer,
        "label": found.label,
        "only": found.only_layer,
        "shape": found.shape,
        "rows": found.rows,
        "crs": found.crs,
        "role": guess.role,
        "kind": guess.kind,
        "section": list(taken.section),
        "meaning": pair(meaning(guess)),
        "why": pair(why(guess) if taken.suggested is None else _LIKE.format(what=meaning(taken.suggested))),
        "datum": guess.datum,
        "merges": guess.merges,
        "doubts": [{"key": key_of(found.label, doubt.zh), "text": pair(doubt)} for doubt in guess.doubts],
        "notes": [plain_problem(note) for note in found.notes],
        "columns": [
            {"header": header, "samples": samples(guess, header), "ours": columns.get(header, [])}
            for header in _headers(found)[:_MOST_COLUMNS]
        ],
        "wanted": labels,
        "needed": [column.name for column in guess.wanted if column.required],
        "uses": [{"role": role, "kind": kind, "name": pair(_named(role, kind))} for role, kind in uses_of(found)],
    }


def _headers(found: Found) -> list[str]:
    return [] if found.shape == "raster" else found.headers


def _readable(guess: Guess) -> list[Any]:
    places = (
        (*COORDINATES, LOCATION) if guess.found.shape == "table" and guess.role in ("facilities", "population") else ()
    )
    return [*guess.wanted, *places]


def _named(role: str, kind: str) -> Text:
    if role == "records":
        return RECORDS[kind].title
    return _KINDS[kind] if role == "population" else MEANINGS[role]
