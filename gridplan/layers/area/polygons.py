"""Polygons as people draw them: empty, self-crossing, overlapping; what can be mended is mended and told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from gridplan.layers.area.validity import invalid_areas, mend, polygonal
from gridplan.layers.files.reading import Reading
from gridplan.words.errors import Severity
from gridplan.words.text import Text

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd


def mend_polygons(frame: gpd.GeoDataFrame, reading: Reading) -> gpd.GeoDataFrame:
    """Return the features that are polygons, made valid; features without one are errors, repairs are told."""
    shapes = shapely.force_2d(np.array(frame.geometry.array, dtype=object))
    no_area = shapely.is_missing(shapes) | shapely.is_empty(shapes) | (shapely.get_dimensions(shapes) < 2)
    reading.tell_rows(
        frame.index[no_area],
        Text(zh="每个要素都是面", en="a polygon in every feature"),
        Text(zh="没有可用的面", en="no usable polygon"),
        Text(zh="补画这些面，或删去这些要素。", en="Draw the polygons, or delete the features."),
        field="geometry",
    )
    frame, shapes = frame[~no_area].copy(), shapes[~no_area]
    invalid = ~shapely.is_valid(shapes)
    if invalid.any():
        shapes[invalid] = mend(shapes[invalid])
        lost = shapely.is_empty(shapes)
        reading.tell_rows(
            frame.index[invalid],
            Text(zh="不自相交的面", en="polygons that do not cross themselves"),
            Text(zh="自相交的面", en="polygons that cross themselves"),
            Text(zh="已自动修复，请核对。", en="They were mended; please look at them."),
            severity="error" if lost.any() else "repair",
            field="geometry",
        )
    return frame.set_geometry(shapes, crs=frame.crs)


def fit_together(frame: gpd.GeoDataFrame, reading: Reading) -> gpd.GeoDataFrame:
    """Return polygons that neither overlap nor leave slivers between them; frame in a metric CRS, index of ids.

    Polygons that cross themselves in metres, though they do not in the CRS of their file, are mended and told.
    Land that two polygons claim goes to the one that stands first in the file. Holes narrower than 10 m go to the
    neighbour with the longest border. Both are told with their areas; larger holes are only told.
    """
    shapes = np.array(frame.geometry.array, dtype=object)
    shapes = _settle(shapes, frame.index, reading)
    shapes = _part(shapes, frame.index, reading)
    shapes = _fill(shapes, frame.index, reading)
    return frame.set_geometry(shapes, crs=frame.crs)


def _settle(shapes: Any, ids: pd.Index, reading: Reading) -> Any:
    """Mend the polygons that cross themselves in this CRS; those of the file's own CRS are mended already."""
    bad = invalid_areas(shapes)
    if bad.any():
        shapes = shapes.copy()
        shapes[bad] = mend(shapes[bad])
        n, shown = int(bad.sum()), [str(unit) for unit in ids[bad][:5]]
        reading.tell(
            Text(zh="换算成米后不自相交的面", en="polygons that do not cross themselves in metres"),
            Text(
                zh=f"{n} 个面按文件坐标有效、换算成米后自相交（{'、'.join(shown)}）",
                en=f"{n} that are valid in the CRS of the file and cross themselves in metres ({', '.join(shown)})",
            ),
            Text(zh="已自动修复，请核对。", en="They were mended; please look at them."),
            severity="repair",
            field="geometry",
            values=shown,
        )
    return shapes


def _part(shapes: Any, ids: pd.Index, reading: Reading) -> Any:
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    first, second = first[first < second], second[first < second]
    area = shapely.area(shapely.intersection(shapes[first], shapes[second]))
    pairs = [(int(a), int(b), float(m2)) for a, b, m2 in zip(first, second, area, strict=True) if m2 > _OVERLAP_M2]
    if not pairs:
        return shapes
    shapes = shapes.copy()
    for a, b, _ in sorted(pairs):
        rest = shapely.difference(shapes[b], shapes[a])
        if shapely.area(rest) > _OVERLAP_M2:
            shapes[b] = polygonal(rest)
    worst = sorted(pairs, key=lambda pair: -pair[2])
    total = sum(m2 for _, _, m2 in pairs)
    reading.tell(
        Text(zh="互不重叠的面", en="polygons that do not overlap"),
        Text(zh=f"{len(pairs)} 处重叠，共 {_size(total)}", en=f"{len(pairs)} overlaps, {_size(total)} in all"),
        Text(
            zh="重叠部分已归文件中靠前的面；面积较大时请在 GIS 中改正。",
            en="The land went to the polygon that stands first; mend large ones in your GIS.",
        ),
        severity="warning" if worst[0][2] > _LARGE_M2 else "repair",
        field="geometry",
        values=[f"{ids[a]} × {ids[b]} {_size(m2)}" for a, b, m2 in worst],
    )
    return shapes


def _fill(shapes: Any, ids: pd.Index, reading: Reading) -> Any:
    """Give slivers between polygons to a neighbour; tell larger holes."""
    rings = [ring for part in shapely.get_parts(shapely.union_all(shapes)) for ring in part.interiors]
    holes = np.array([shapely.Polygon(ring) for ring in rings], dtype=object)
    if not len(holes):
        return shapes
    thin = shapely.is_empty(shapely.buffer(holes, -_THIN_M / 2))
    shapes = shapes.copy()
    tree = shapely.STRtree(shapes)
    for hole in holes[thin]:
        near = tree.query(hole, predicate="intersects")
        border = shapely.length(shapely.intersection(shapes[near], hole.exterior))
        best = near[np.argmax(border)]
        shapes[best] = polygonal(shapely.union(shapes[best], hole))
    told: tuple[tuple[Any, Text, Text, Severity], ...] = (
        (thin, _SLIVERS, _SLIVERS_FILLED, "repair"),
        (~thin & (shapely.area(holes) < _LAKE_M2), _GAPS, _GAPS_LEFT, "warning"),
    )
    for kind, found, remedy, severity in told:
        if kind.any():
            size = _size(float(shapely.area(holes[kind]).sum()))
            reading.tell(
                Text(zh="没有空隙的面", en="polygons without gaps between them"),
                found.format(n=int(kind.sum()), a=size),
                remedy,
                severity=severity,
                field="geometry",
                values=[_beside(hole, tree, ids) for hole in holes[kind][:5]],
            )
    return shapes


def _beside(hole: Any, tree: shapely.STRtree, ids: pd.Index) -> str:
    return " / ".join(str(ids[at]) for at in tree.query(hole, predicate="intersects")[:3])


def _size(m2: float) -> str:
    return f"{m2 / 1e6:,.2f} km²" if m2 >= 1e5 else f"{m2:,.0f} m²"


_OVERLAP_M2 = 1.0
_LARGE_M2 = 10_000.0
_LAKE_M2 = 1_000_000.0
"""Holes of at least this size are taken for lakes."""
_THIN_M = 10.0
_SLIVERS = Text(zh="{n} 条细缝，共 {a}", en="{n} slivers, {a} in all")
_SLIVERS_FILLED = Text(zh="已并入相邻的面。", en="They went to the polygons beside them.")
_GAPS = Text(zh="{n} 处空洞，共 {a}", en="{n} holes, {a} in all")
_GAPS_LEFT = Text(
    zh="空洞不属于任何单元；若有人居住，请在 GIS 中补画。", en="They belong to no unit; draw them if people live there."
)
