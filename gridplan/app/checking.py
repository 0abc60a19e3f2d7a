"""What checking found as the pages Check and Wishes show it: problems with the rows they stand in, totals, candidate leads on the ground."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from gridplan.app.corrections import is_writable
from gridplan.app.found import keep_ground
from gridplan.app.plain_told import pair, plain_problem
from gridplan.case.sources import Source
from gridplan.ground.joined import all_candidates
from gridplan.intake.input_check import Checked, check_inputs
from gridplan.intake.lead_sheet import list_leads
from gridplan.intake.problem_report import sort_problems
from gridplan.intake.totals_report import totals_to_json
from gridplan.layers.files.columns import plain_text
from gridplan.layers.files.reading import Reading
from gridplan.layers.files.tables import TABLE_READERS, open_table
from gridplan.words.errors import InputProblem
from gridplan.words.pictures import Ink, draw_placed_svg
from gridplan.words.problems import Problems
from gridplan.words.text import Text, one_line

if TYPE_CHECKING:
    from gridplan.pipeline import Surveyed

_ROWS_SHOWN = 3
"""Of a problem of many rows the first few are shown, each with the rows beside it."""
_COLUMNS_SHOWN = 12
_LONGEST = 400
_MOST_SAMPLED = 80
_LARGEST = 60_000_000
"""Tables above so many bytes are not opened once more to show rows."""
_TINTS = ("#F4F6F4", "#D6E3DD", "#A5C4BA", "#6B9C90")
_EDGE, _ROAD, _WATER = "#FFFFFF", "#B9BDBA", "#9DBFD3"


def check_folder(case: Path, progress: Callable[[Text], None]) -> dict[str, Any]:
    """Check a case and return everything that was found, as plain values."""
    checked = check_inputs(case, progress=progress)
    if checked.place is not None:
        keep_ground(checked.place.case, checked.place.layers)
    return {
        "problems": list(_told_problems(checked)),
        "totals": totals_to_json(checked.totals),
        "pieces": None if checked.roads is None else pair(checked.roads),
        "ready": None if checked.ready is None else pair(checked.ready),
        "ground": None if checked.place is None else _ground(checked.place),
    }


def _told_problems(checked: Checked) -> Any:
    folder = None if checked.case is None else checked.case.folder / checked.case.data_folder
    tables: dict[tuple[str, str], Any] = {}
    for number, problem in enumerate(sort_problems(checked.problems)):
        plain = plain_problem(problem)
        if folder is not None and problem.rows and number < _MOST_SAMPLED:
            plain["sample"] = _sampled(problem, folder, tables)
        yield plain


def _sampled(problem: InputProblem, folder: Path, tables: dict[tuple[str, str], Any]) -> dict[str, Any] | None:
    """Return the first rows of a problem, with the row before and the row after, as they stand in the planner's table."""
    frame = tables.setdefault((problem.file, problem.layer), _table(folder / problem.file, problem.layer))
    if frame is None:
        return None
    bad = problem.rows[:_ROWS_SHOWN]
    wanted = sorted({row + step for row in bad for step in (-1, 0, 1)} & set(frame.index))
    headers = [str(name) for name in frame.columns]
    field = headers.index(problem.field) if problem.field in headers else -1
    first = max(0, min(field - _COLUMNS_SHOWN // 2, len(headers) - _COLUMNS_SHOWN)) if field >= _COLUMNS_SHOWN else 0
    shown = slice(first, first + _COLUMNS_SHOWN)
    rows = [
        {
            "row": int(row),
            "bad": row in bad,
            "cells": [
                one_line(plain_text(cell), most=_LONGEST if row in bad else 40) for cell in frame.loc[row].iloc[shown]
            ],
        }
        for row in wanted
    ]
    if not rows:
        return None
    return {
        "headers": headers[shown],
        "first": first,
        "field": field - first,
        "rows": rows,
        "more": len(problem.rows) - len(bad),
        "writable": is_writable(folder / problem.file),
    }


def _table(path: Path, layer: str) -> Any:
    if path.suffix.lower() not in TABLE_READERS or not path.is_file() or path.stat().st_size > _LARGEST:
        return None
    opened = open_table(Reading(Source(path=path.name), path, Problems(), layer))
    return None if opened is None else opened.frame


def _ground(place: Surveyed) -> dict[str, Any]:
    """Return a picture of the ground by density of residents (`tints`, thin to dense), and the hospitals on it that may lead or may not."""
    layers = place.layers
    units = layers.units
    density = units["population"].to_numpy(float) / np.maximum(units.geometry.area.to_numpy(float), 1.0)
    edges = np.quantile(density, (0.25, 0.5, 0.75)) if len(density) else ()
    tint = np.digitize(density, edges)
    shapes = units.geometry.to_numpy()
    inks = [Ink(shapes[tint == number], fill=colour, line=_EDGE, width=0.3) for number, colour in enumerate(_TINTS)]
    inks += [Ink(layers.barriers.geometry.to_numpy(), line=_WATER, width=1.2)]
    svg, at = draw_placed_svg(inks)
    both = [list_leads(place, language).set_index("facility_id") for language in ("zh", "en")]
    may = set(all_candidates(layers, place.leads, place.case))
    sites = []
    for facility_id in both[0].index:
        zh, en = (table.loc[facility_id] for table in both)
        point = layers.facilities.geometry[facility_id]
        inside = layers.facilities.loc[facility_id, "unit_id"] != ""
        x, y = at.pixels(np.array([[point.x, point.y]]))[0].tolist() if at is not None and inside else (None, None)
        sites.append(
            {
                "id": facility_id,
                "name": zh["name"],
                "kind": [zh["kind"], en["kind"]],
                "level": [zh["level"], en["level"]],
                "admin": [zh["admin_level"], en["admin_level"]],
                "beds": zh["beds"],
                "may": facility_id in may,
                "reason": [zh["reason"], en["reason"]],
                "x": x,
                "y": y,
            }
        )
    streets = sorted({str(name) for name in units["street_id"].dropna() if str(name)})
    return {
        "svg": svg,
        "tints": list(_TINTS),
        "sites": sites,
        "streets": streets,
        "units": len(units),
        "people": float(units["population"].sum()),
    }
