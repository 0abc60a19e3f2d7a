"""What a file of the case looks like on the ground, as it is read: its points, lines or polygons over the planned area, doubtful rows marked."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from gridplan.app.plain_told import plain_problem
from gridplan.case.case import Case, parse_case
from gridplan.layers.files.vectors import read_vector
from gridplan.words.errors import CaseError
from gridplan.words.pictures import MOST_SHAPES, Ink, draw_placed_svg
from gridplan.words.problems import Problems

AREA, EDGE = "#E7ECEE", "#9AA39A"
"""The planned area in pictures of files."""
_INSIDE, _OUTSIDE, _LINE, _SHAPE = "#16191D", "#D98200", "#6F767F", "#A5C4BA"
_MOST_MARKS = 300
"""Doubtful rows that are marked one by one."""


def see_layer(case_path: Path, section: list[Any], doubtful: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the picture of one layer.

    Parameters
    ----------
    case_path
        The case.
    section
        Where the layer stands in it: layers, facilities, 0.
    doubtful
        Problems of the file, each with `key` and `rows`.

    Returns
    -------
    dict
        `svg` ("" where there is nothing to draw, with the `problems` why or with no row that has a place), `points` inside and outside the planned area and without a
        place, how many are drawn where not all are (`sampled`), and `marks`: doubtful rows with their place in the picture and the key of their problem.
    """
    nothing: dict[str, Any] = {"svg": "", "problems": [], "points": None, "marks": []}
    try:
        case = parse_case(
            tomllib.loads(case_path.read_text(encoding="utf-8-sig")), folder=case_path.parent, file=case_path.name
        )
    except CaseError as error:
        return nothing | {"problems": [plain_problem(problem) for problem in error.problems]}
    frame, problems = _located(case, section)
    if frame is None or not len(frame):
        return nothing | {"problems": [plain_problem(problem) for problem in problems.errors]}
    there = (~(frame.geometry.isna() | frame.geometry.is_empty)).to_numpy()
    if not there.any():
        return nothing | {"points": {"inside": 0, "outside": 0, "nowhere": len(frame)}}
    area = planned_area(case)
    crs = frame.estimate_utm_crs() if area is None else area.estimate_utm_crs()
    shapes = frame.geometry.to_crs(crs)
    ground = np.empty(0, dtype=object) if area is None else area.to_crs(crs).to_numpy()
    points = bool(shapes[there].geom_type.isin(["Point", "MultiPoint"]).mean() > 0.5)
    inside = _inside(shapes.to_numpy(), ground) & there if points else there
    svg, at = draw_placed_svg(_inks(shapes.to_numpy(), ground, there, inside, points=points))
    counts = {"inside": int(inside.sum()), "outside": int((there & ~inside).sum()), "nowhere": int((~there).sum())}
    return nothing | {
        "svg": svg,
        "points": counts if points and len(ground) else None,
        "sampled": MOST_SHAPES if len(shapes) > MOST_SHAPES else 0,
        "marks": [] if at is None else list(_marks(shapes, doubtful, at)),
    }


def _located(case: Case, section: list[Any]) -> tuple[Any, Problems]:
    problems = Problems()
    source: Any = case
    for part in section:
        source = source[part] if isinstance(part, int) or isinstance(source, dict) else getattr(source, part)
    opened = read_vector(case, source, problems)
    return (None if opened is None else opened.frame), problems


def _stamp(case: Case) -> tuple[Any, ...]:
    """Return what the planned area depends on."""
    return tuple((source.model_dump_json(), file_times(case.locate(source))) for source in _area_sources(case))


def file_times(path: Path) -> tuple[int, int]:
    """Return when a file was written, and its size; zeros where it is not there."""
    try:
        held = path.stat()
    except OSError:
        return (0, 0)
    return held.st_mtime_ns, held.st_size


def _area_sources(case: Case) -> list[Any]:
    return [source for source in (case.layers.units, case.layers.boundaries) if source is not None][:1]


def planned_area(case: Case) -> Any:
    """Return the units, or the districts, of the case as they are read; None where it has neither."""
    stamp = _stamp(case)
    kept = _AREAS.get(stamp)
    if kept is None and stamp:
        opened = read_vector(case, _area_sources(case)[0], Problems())
        kept = None if opened is None else opened.frame.geometry.dropna()
        _AREAS.clear()
        _AREAS[stamp] = kept
    return kept


_AREAS: dict[tuple[Any, ...], Any] = {}
"""The area that was read last."""


def _inside(shapes: Any, ground: Any) -> Any:
    if not len(ground):
        return np.ones(len(shapes), dtype=bool)
    whole = shapely.union_all(shapely.make_valid(ground))
    shapely.prepare(whole)
    return shapely.intersects(whole, shapes)


def _inks(shapes: Any, ground: Any, there: Any, inside: Any, *, points: bool) -> list[Ink]:
    base = [Ink(ground, fill=AREA, line=EDGE, width=0.4)] if len(ground) else []
    if points:
        return [
            *base,
            Ink(shapes[there & ~inside], fill=_OUTSIDE, radius=1.0),
            Ink(shapes[inside], fill=_INSIDE, radius=1.0),
        ]
    lines = np.isin(
        shapely.get_type_id(shapes), (shapely.GeometryType.LINESTRING, shapely.GeometryType.MULTILINESTRING)
    )
    return [
        *base,
        Ink(shapes[there & ~lines], fill=_SHAPE, line="#FFFFFF", width=0.3),
        Ink(shapes[there & lines], line=_LINE, width=0.5),
    ]


def _marks(shapes: Any, doubtful: list[dict[str, Any]], at: Any) -> Any:
    count = 0
    for problem in doubtful:
        for row in problem["rows"]:
            shape = shapes.get(row)
            if shape is None or shape.is_empty or count >= _MOST_MARKS:
                continue
            count += 1
            place = shape.representative_point()
            x, y = at.pixels(np.array([[place.x, place.y]]))[0].tolist()
            yield {"x": x, "y": y, "row": int(row), "key": problem["key"]}
