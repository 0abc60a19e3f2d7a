"""The scenarios of a case on its layers: which stretches of road are closed, and whether the facilities named exist."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.ops import substring

from gridplan.case.case import Case
from gridplan.case.sections import Scenario
from gridplan.case.sources import Source
from gridplan.layers.area.validity import reproject
from gridplan.layers.files.vectors import read_vector
from gridplan.words.errors import InputProblem
from gridplan.words.nearest import did_you_mean
from gridplan.words.problems import Problems
from gridplan.words.text import Text

if TYPE_CHECKING:
    import geopandas as gpd

LINES, AREAS = (1, 5), (3, 6)
"""Geometry types of shapely that a closure may have: lines (single, multiple) and polygons."""
CROSSING = ("ferry",)
"""Road classes that cross water; bridges and tunnels are told by their own columns."""
SHOWN_M = 25.0
"""Metres shown on either side of a closed stretch, so that a road interrupted at one point can be seen."""


def read_closures(
    case: Case,
    problems: Problems,
    *,
    roads: gpd.GeoDataFrame | None,
    links: pd.DataFrame | None,
    units: gpd.GeoDataFrame | None,
    facilities: pd.Index | None,
) -> dict[str, gpd.GeoDataFrame]:
    """Return the roads that each scenario closes, by the name of the scenario; those that close none are left out.

    Frames have the columns edge (position in the road frame), start and stop (shares of its length between which nobody passes),
    road_class, name, geometry (the closed stretch and `SHOWN_M` on either side, or the whole link, for the map). Lines interrupt a
    road where they cross it, areas close what lies inside them, links are interrupted in their middle. Ferries, bridges and tunnels are named as in the road layer, or as the stated link between two units: then
    those that touch both units. Facilities and names that do not exist, and layers that close nothing, are told.

    Parameters
    ----------
    roads, links, units : as read, in the metric CRS; None where there are none, or they could not be read.
    facilities : known facility ids.
    """
    closures = {}
    for number, scenario in enumerate(case.scenarios):
        key = f"scenarios.{number}"
        if facilities is not None:
            changed = [change.facility for change in scenario.changes]
            for where, ids in (("facilities_lost", scenario.facilities_lost), ("changes", changed)):
                strange = [name for name in ids if name not in facilities]
                problems += [_unknown_facility(name, facilities, f"{key}.{where}") for name in strange]
        drawn = _read_shapes(case, scenario.closed, problems) if scenario.closed else None
        if roads is None or roads.empty or case.travel.source != "roads":
            continue
        parts = []
        if scenario.closed is not None and drawn is not None:
            part = _crossed(roads, reproject(drawn, roads.crs).geometry.array)
            if part.empty:
                problems.append(_closes_nothing(scenario.closed))
            parts.append(part)
        parts += _named(scenario, roads, links, units, problems, key)
        if scenario.closes_roads and parts:
            closures[scenario.name] = _once(pd.concat(parts, ignore_index=True), roads)
    return closures


def _read_shapes(case: Case, source: Source, problems: Problems) -> gpd.GeoDataFrame | None:
    opened = read_vector(case, source, problems)
    if opened is None:
        return None
    frame = opened.frame
    shapes = np.asarray(frame.geometry.array, dtype=object)
    fits = np.isin(shapely.get_type_id(shapes), (*LINES, *AREAS)) & ~shapely.is_empty(shapes)
    opened.reading.tell_rows(
        frame.index[~fits],
        Text(zh="线或面", en="lines or areas"),
        Text(zh="别的图形或空的图形", en="other or empty shapes"),
        Text(zh="用线画在道路中断处，或用面圈出封闭的范围。", en="Draw lines across the roads, or areas around them."),
        field=opened.field,
    )
    good = frame[fits]
    return good.set_geometry(shapely.make_valid(np.asarray(good.geometry.array, dtype=object)), crs=frame.crs)


def _crossed(roads: gpd.GeoDataFrame, shapes: NDArray[np.object_]) -> pd.DataFrame:
    """Return edge, start and stop of every road that a shape meets."""
    lines = np.asarray(roads.geometry.array, dtype=object)
    shape, edge = shapely.STRtree(lines).query(shapes, predicate="intersects")
    xy, row = shapely.get_coordinates(shapely.intersection(lines[edge], np.asarray(shapes)[shape]), return_index=True)
    along = shapely.line_locate_point(lines[edge][row], shapely.points(xy), normalized=True)
    found = pd.DataFrame({"edge": edge[row], "start": along, "stop": along})
    return found.groupby("edge", as_index=False).agg({"start": "min", "stop": "max"}).assign(shown_m=SHOWN_M)


def _named(
    scenario: Scenario,
    roads: gpd.GeoDataFrame,
    links: pd.DataFrame | None,
    units: gpd.GeoDataFrame | None,
    problems: Problems,
    key: str,
) -> list[pd.DataFrame]:
    crossing = (
        roads["road_class"].isin(CROSSING) | roads["bridge"].astype(bool) | roads["tunnel"].astype(bool)
    ).to_numpy(bool)
    stated = links if links is not None else pd.DataFrame({"name": []})
    parts = []
    for name in scenario.links:
        edges = np.flatnonzero(crossing & (roads["name"] == name).to_numpy(bool))
        if not len(edges) and units is not None:
            pairs = stated.loc[stated["name"] == name, ["unit_a", "unit_b"]] if name in set(stated["name"]) else None
            edges = edges if pairs is None else _between(roads, crossing, units, pairs)
        if not len(edges):
            known = {*roads["name"][crossing], *stated["name"]} - {""}
            problems.append(_unknown_link(name, sorted(map(str, known)), key))
        parts.append(pd.DataFrame({"edge": edges, "start": 0.5, "stop": 0.5, "shown_m": np.inf}))
    return parts


def _between(
    roads: gpd.GeoDataFrame, crossing: NDArray[np.bool_], units: gpd.GeoDataFrame, pairs: pd.DataFrame
) -> NDArray[np.int64]:
    """Return the ferries, bridges and tunnels that touch both units of a stated link."""
    lines, candidates = np.asarray(roads.geometry.array, dtype=object), np.flatnonzero(crossing)
    both = np.zeros(len(candidates), dtype=bool)
    for pair in pairs.to_numpy():
        shapes = units.geometry.reindex(pair).array
        touched = [shapely.intersects(lines[candidates], shape) for shape in shapes]
        both |= touched[0] & touched[1]
    return candidates[both]


def _once(rows: pd.DataFrame, roads: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return one row an edge, with what the road layer tells of it."""
    import geopandas as gpd

    rows = rows.groupby("edge", as_index=False).agg({"start": "min", "stop": "max", "shown_m": "max"})
    rows = rows.astype({"edge": "int64"})
    told = roads.iloc[rows["edge"].to_numpy()]
    stretches = [
        substring(line, max(0.0, start * line.length - shown_m), min(line.length, stop * line.length + shown_m))
        for line, start, stop, shown_m in zip(
            told.geometry.array, rows["start"], rows["stop"], rows["shown_m"], strict=True
        )
    ]
    return gpd.GeoDataFrame(
        rows.drop(columns="shown_m").assign(
            road_class=told["road_class"].to_numpy(object), name=told["name"].to_numpy(object)
        ),
        geometry=stretches,
        crs=roads.crs,
    )


_DRAW_IT = Text(zh="改正名称，或用 closed 图层画出。", en="Correct the name, or draw it in the closed layer.")


def _unknown_link(name: str, known: list[str], key: str) -> InputProblem:
    needed = Text(
        zh="道路图层或连接图层中一处轮渡、桥或隧道的名称",
        en="the name of a ferry, bridge or tunnel of the roads or links",
    )
    return InputProblem(
        "error",
        needed,
        Text(zh=name, en=name),
        did_you_mean([name], known) or _DRAW_IT,
        file="case.toml",
        field=f"{key}.links",
        values=(name,),
    )


def _unknown_facility(name: str, known: pd.Index, key: str) -> InputProblem:
    return InputProblem(
        "error",
        Text(zh="机构表中的机构编号", en="the id of a facility"),
        Text(zh=name, en=name),
        did_you_mean([name], known) or Text(zh="改正编号。", en="Correct the id."),
        file="case.toml",
        field=key,
        values=(name,),
    )


def _closes_nothing(source: Source) -> InputProblem:
    return InputProblem(
        "error",
        Text(zh="与道路相交的线或面", en="lines or areas that meet a road"),
        Text(zh="没有一条道路相交", en="no road that they meet"),
        Text(zh="检查坐标系，把线画过道路。", en="Check the reference system; draw the lines across the roads."),
        file=source.path,
        layer=source.layer or "",
    )
