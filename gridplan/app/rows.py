"""Rows of tables of institutions as the page Files shows them: what was decided of each, and what makes a hospital a possible lead."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

from gridplan.app.corrections import is_writable
from gridplan.app.plain_told import pair
from gridplan.case.case import Case, parse_case
from gridplan.intake.merge_workbook import MERGE_TITLES
from gridplan.layers.facilities.facilities import COLUMNS
from gridplan.layers.facilities.merges import MERGE_COLUMNS, decision_sheet
from gridplan.layers.facilities.suggestions import CONFIDENCES, DECISIONS
from gridplan.layers.files.columns import Column, Picked, pick_columns, plain_text
from gridplan.layers.files.tables import read_table
from gridplan.words.errors import LayerError
from gridplan.words.problems import Problems
from gridplan.words.text import Language
from gridplan.words.vocabulary import ADMIN_LEVELS, KINDS, LEVELS, OWNERSHIPS

PAGE = 100
"""Rows that are shown at once."""
_GRADES = ("甲等", "乙等", "丙等", "")
_SHOWN = ("confidence", "name", "role", "target_name", "reason", "distance_m", "address")
_LEAD_COLUMNS = ("name", "kind", "level", "ownership", "admin_level", "beds")


def decided_rows(case_path: Path, section: list[Any], first: int, wanted: str) -> dict[str, Any]:
    """Return a page of the rows on which the workbook of a facility table decides, doubtful ones first as it has them.

    Parameters
    ----------
    section
        Where the table stands in the case.
    first
        The first row of the page.
    wanted
        A decision, low for doubtful rows, or "" for all.

    Returns
    -------
    dict
        `rows`, each with its `row` in the workbook and its `decision` as a key ("" where it is none); the `columns` of decision and target;
        `labels`, as the workbook writes decisions; `counts` of all rows by decision; how many there are.

    Raises
    ------
    LayerError
        If the workbook cannot be read, or has no column of decisions.
    """
    case = _case(case_path)
    source = case.layers.facilities[section[2]].merges
    problems = Problems()
    opened = None if source is None else read_table(case, decision_sheet(case, source), problems)
    if opened is None or source is None:
        problems.refuse(LayerError)
        return {"file": "", "rows": [], "count": 0, "counts": {}}
    frame: Any = opened.frame
    headers = [str(name) for name in opened.frame.columns]
    picked = _picked(opened, MERGE_COLUMNS, "decision")
    titles = {
        name: next((text for text in (title.zh, title.en) if text in headers), "")
        for name, (title, _) in MERGE_TITLES.items()
    }
    decisions = frame[picked.header("decision")].map(lambda value: DECISIONS.find(value) or "")
    low = (
        frame[titles["confidence"]].map(lambda value: CONFIDENCES.find(value) == "low")
        if titles["confidence"]
        else decisions == "?"
    )
    keep = low if wanted == "low" else decisions == wanted if wanted else decisions == decisions
    chosen = frame[keep]
    language: Language = "zh" if picked.header("decision") == MERGE_TITLES["decision"][0].zh else "en"
    rows = [
        {
            "row": int(row),
            "id": plain_text(values[picked.header("facility_id")]) if "facility_id" in picked else "",
            "decision": decisions[row],
            "written": plain_text(values[picked.header("decision")]),
            "target": plain_text(values[picked.header("target_id")]) if "target_id" in picked else "",
            "low": bool(low[row]),
            **{name: plain_text(values[titles[name]]) if titles[name] else "" for name in _SHOWN},
        }
        for row, values in chosen.iloc[first : first + PAGE].iterrows()
    ]
    return {
        "file": source.path,
        "sheet": opened.reading.layer,
        "rows": rows,
        "count": len(chosen),
        "counts": {**Counter(decisions), "low": int(low.sum()), "all": len(frame)},
        "columns": {name: headers.index(picked.header(name)) for name in ("decision", "target_id") if name in picked},
        "labels": {key: DECISIONS.label(key).in_language(language) for key in DECISIONS},
        "writable": is_writable(case.locate(source)),
    }


def lead_rows(case_path: Path, section: list[Any], sites: dict[str, Any]) -> dict[str, Any]:
    """Return the rows of a facility table of those hospitals that may lead or might, as they are written.

    Parameters
    ----------
    section
        Where the table stands in the case.
    sites
        What the last check said of each hospital, by its id.

    Raises
    ------
    LayerError
        If the table cannot be read, or has no column of ids.
    """
    case = _case(case_path)
    source = case.layers.facilities[section[2]]
    problems = Problems()
    opened = read_table(case, source, problems)
    if opened is None:
        problems.refuse(LayerError)
        return {"file": source.path, "rows": [], "columns": []}
    headers = [str(name) for name in opened.frame.columns]
    picked = _picked(opened, COLUMNS, "facility_id")
    shared = Counter(picked.headers.values())
    names = [name for name in _LEAD_COLUMNS if name in picked and (name == "name" or shared[picked.header(name)] == 1)]
    labels = {column.name: column.label for column in COLUMNS}
    ids = opened.frame[picked.header("facility_id")].map(plain_text)
    rows = [
        {
            "row": int(str(row)),
            "id": key,
            "may": sites[key]["may"],
            "reason": sites[key]["reason"],
            "cells": [plain_text(opened.frame.at[row, picked.header(name)]) for name in names],
        }
        for row, key in ids.items()
        if key in sites
    ]
    return {
        "file": source.path,
        "sheet": opened.reading.layer,
        "rows": sorted(rows, key=lambda row: not row["may"]),
        "columns": [
            {
                "name": name,
                "label": pair(labels[name]),
                "column": headers.index(picked.header(name)),
                "offered": _offered(name, case.language),
            }
            for name in names
        ],
        "writable": is_writable(case.locate(source)),
    }


def _picked(opened: Any, columns: tuple[Column, ...], needed: str) -> Picked:
    """Return the columns of a table, one of which it has to have."""
    picked = pick_columns(opened.frame, opened.reading, columns)
    if needed not in picked:
        raise LayerError(opened.reading.problems.errors)
    return picked


def _offered(name: str, language: Any) -> list[str]:
    """Return the words that a column knows."""
    if name == "level":
        return [f"{LEVELS[level].zh}{grade}" for level in (3, 2, 1) for grade in _GRADES] + [LEVELS[0].zh]
    words = {"kind": KINDS, "ownership": OWNERSHIPS, "admin_level": ADMIN_LEVELS}.get(name)
    return [] if words is None else [words.label(key).in_language(language) for key in words]


def _case(path: Path) -> Case:
    return parse_case(tomllib.loads(path.read_text(encoding="utf-8-sig")), folder=path.parent, file=path.name)
