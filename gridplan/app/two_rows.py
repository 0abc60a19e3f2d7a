"""Two rows that may be one institution, on the ground: both points, what lies around them, and how far they are apart."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from gridplan.app.sight import AREA, EDGE, file_times, planned_area
from gridplan.case.case import Case, parse_case
from gridplan.layers.facilities.facilities import COLUMNS
from gridplan.layers.files.columns import pick_columns, read_text
from gridplan.layers.files.osm_places import HEALTHCARE
from gridplan.layers.files.vectors import read_vector
from gridplan.words.pictures import Ink, draw_placed_svg
from gridplan.words.problems import Problems

_OTHER = "#8C9299"
_LEAST_M = 200.0
"""Half a side of the picture where the two lie close together, or only one has a place."""
_AROUND = 1.4
"""Half a side of the picture, in distances between the two."""
_RULES_M = (50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000)
_WANTED = tuple(column for column in COLUMNS if column.name in ("facility_id", "name"))


def see_pair(case_path: Path, facility_id: str, target_id: str) -> dict[str, Any]:
    """Return the picture of a row of institutions and of the one it may belong to.

    Parameters
    ----------
    case_path
        The case.
    facility_id, target_id
        Ids of both, in whichever table of institutions they stand; `target_id` may be "".

    Returns
    -------
    dict
        `svg` (the ground around both and the other institutions on it; "" where neither has a place), `marks` (of those that have a place: `id`, `name`, and
        `x`, `y` in the picture), `distance_m` (None where one has no place) and `rule`, a length to compare with: `metres`, and `pixels` in the picture.
    """
    case = parse_case(
        tomllib.loads(case_path.read_text(encoding="utf-8-sig")), folder=case_path.parent, file=case_path.name
    )
    places = _places(case)
    known = [name for name in dict.fromkeys((facility_id, target_id)) if places is not None and name in places.index]
    if not known:
        return {"svg": "", "marks": [], "distance_m": None, "rule": None}
    both = places.loc[known]
    xy = shapely.get_coordinates(both.geometry.to_numpy())
    apart = float(np.hypot(*(xy[1] - xy[0]))) if len(xy) > 1 else None
    (x, y), half = xy.mean(axis=0), max(_LEAST_M, _AROUND * (apart or 0.0))
    box = shapely.box(x - half, y - half, x + half, y + half)
    svg, at = draw_placed_svg(_inks(case, places, box))
    assert at is not None, "the box itself is drawn"
    pixels = at.pixels(xy).tolist()
    metres = max(rule for rule in _RULES_M if rule <= max(half / 2, _RULES_M[0]))
    return {
        "svg": svg,
        "marks": [
            {"id": name, "name": both.at[name, "name"], "x": x, "y": y}
            for name, (x, y) in zip(known, pixels, strict=True)
        ],
        "distance_m": apart,
        "rule": {"metres": metres, "pixels": metres * at.scale},
    }


def _inks(case: Case, places: Any, box: Any) -> list[Ink]:
    """Draw what lies in the box, which itself is drawn so that the picture always ends where it does."""
    area = planned_area(case)
    ground = np.empty(0, dtype=object) if area is None else area.to_crs(places.crs).to_numpy()
    ground = ground[shapely.intersects(ground, box)]
    others = places.geometry.to_numpy()
    return [
        Ink([box], fill="#FFFFFF"),
        Ink(shapely.intersection(shapely.make_valid(ground), box), fill=AREA, line=EDGE, width=0.6),
        Ink(others[shapely.intersects(others, box)], fill=_OTHER, radius=1.8),
    ]


def _places(case: Case) -> Any:
    """Return the institutions of all tables that have a place, on facility_id, in one CRS in metres; None where there are none."""
    sources = case.layers.facilities
    stamp = tuple((source.model_dump_json(), *file_times(case.locate(source))) for source in sources)
    if stamp not in _PLACES:
        _PLACES.clear()
        _PLACES[stamp] = _read_places(case)
    return _PLACES[stamp]


_PLACES: dict[tuple[Any, ...], Any] = {}
"""The institutions that were read last."""


def _read_places(case: Case) -> Any:
    import pandas as pd

    frames = [frame for source in case.layers.facilities if (frame := _located(case, source)) is not None]
    if not frames:
        return None
    crs = frames[0].estimate_utm_crs()
    together = pd.concat([frame.to_crs(crs) for frame in frames])
    return together[~together.index.duplicated() & (together.index != "")]


def _located(case: Case, source: Any) -> Any:
    opened = read_vector(case, source, Problems(), osm_layer=HEALTHCARE)
    picked = None if opened is None else pick_columns(opened.frame, opened.reading, _WANTED)
    if opened is None or picked is None or "facility_id" not in picked:
        return None
    frame = opened.frame[["geometry"]].assign(
        facility_id=read_text(picked, "facility_id"), name=read_text(picked, "name") if "name" in picked else ""
    )
    frame = frame[~(frame.geometry.isna() | frame.geometry.is_empty)].set_index("facility_id")
    frame["geometry"] = frame.geometry.representative_point()
    return frame if len(frame) else None
