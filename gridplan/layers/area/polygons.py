"""Polygons as people draw them: empty, self-crossing, overlapping; what can be mended is mended and told."""

from __future__ import annotations

import itertools
import math
from collections import deque
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from gridplan.layers.area.validity import invalid_areas, mend, polygonal
from gridplan.layers.files.reading import Reading
from gridplan.words.errors import Severity
from gridplan.words.numbers import counted, listed
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
    shapes = np.array([polygonal(shape) for shape in shapes], dtype=object)
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
    Land that two polygons claim goes to the one that stands first in the file. Gaps narrower than 10 m, be they holes or
    slivers that reach the edge of the map, go to the neighbours: to the one with the longest border, or, along more than
    two, to each as far as its own border runs. Both are told with their areas; larger holes are only told.
    """
    shapes = np.array(frame.geometry.array, dtype=object)
    shapes = _settle(shapes, frame.index, reading)
    shapes = _part(shapes, frame.index, reading)
    shapes = _match_edges(shapes, frame.index, reading)
    shapes = _fill(shapes, frame.index, reading)
    return frame.set_geometry(shapes, crs=frame.crs)


def _settle(shapes: Any, ids: pd.Index, reading: Reading) -> Any:
    """Mend the polygons that cross themselves in this CRS; those of the file's own CRS are mended already.

    What collapses to a line becomes a speck at its first corner, so that it still lies somewhere.
    """
    bad = invalid_areas(shapes)
    if bad.any():
        corners = shapely.get_point(shapely.get_exterior_ring(shapely.get_geometry(shapes, 0)), 0)
        shapes = shapes.copy()
        shapes[bad] = mend(shapes[bad])
        collapsed = bad & shapely.is_empty(shapes)
        shapes[collapsed] = shapely.buffer(corners[collapsed], _TOUCH_M)
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
    shapes, same = shapes.copy(), []
    for a, b, _ in sorted(pairs):
        rest = [polygonal(shapely.difference(shapes[own], shapes[other])) for own, other in ((b, a), (a, b))]
        if shapely.area(rest[0]) > _OVERLAP_M2:
            shapes[b] = rest[0]
        elif shapely.area(rest[1]) > _OVERLAP_M2:
            shapes[a] = rest[1]
        else:
            same.append(f"{ids[a]} = {ids[b]}")
    _tell_same(same, reading)
    worst = sorted(pairs, key=lambda pair: -pair[2])
    total = sum(m2 for _, _, m2 in pairs)
    reading.tell(
        Text(zh="互不重叠的面", en="polygons that do not overlap"),
        Text(
            zh=f"{len(pairs)} 处重叠，共 {_size(total)}",
            en=f"{counted(len(pairs), 'overlap').en}, {_size(total)} in all",
        ),
        Text(
            zh="重叠部分已归文件中靠前的面，整个在另一个面之内的归里面的面；面积较大时请在 GIS 中改正。",
            en="The land went to the polygon that stands first, or lies wholly inside the other; mend large ones in your GIS.",
        ),
        severity="warning" if worst[0][2] > _LARGE_M2 else "repair",
        field="geometry",
        values=[f"{ids[a]} × {ids[b]} {_size(m2)}" for a, b, m2 in worst],
    )
    return shapes


def _tell_same(pairs: list[str], reading: Reading) -> None:
    """Tell pairs of polygons that claim the same land, all of it: the land of one of them is missing."""
    if pairs:
        reading.tell(
            Text(zh="每个面有自己的土地", en="land of its own for each polygon"),
            Text(zh="{n} 对面完全相同（{s}）", en="{n} that are the same ({s})").format(
                n=counted(len(pairs), "pair"), s=listed(pairs, most=5)
            ),
            Text(zh="改画其中一个。", en="Draw one of the two anew."),
            field="geometry",
            values=pairs,
        )


def _fill(shapes: Any, ids: pd.Index, reading: Reading) -> Any:
    """Give slivers between polygons to a neighbour; tell larger holes."""
    rings = [ring for part in shapely.get_parts(shapely.union_all(shapes)) for ring in part.interiors]
    holes = np.array([shapely.Polygon(ring) for ring in rings], dtype=object)
    if not len(holes):
        return shapes
    thin = shapely.is_empty(shapely.buffer(holes, -_THIN_M / 2))
    tree = shapely.STRtree(shapes)
    shapes = _share_gaps(shapes, holes[thin])
    told: tuple[tuple[Any, Text, Text, Severity], ...] = (
        (thin & (shapely.area(holes) > _OVERLAP_M2), _SLIVERS, _SLIVERS_FILLED, "repair"),
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


def _match_edges(shapes: Any, ids: pd.Index, reading: Reading) -> Any:
    """Give gaps between polygons that reach the edge of the map to those beside them."""
    whole = shapely.union_all(shapes)
    tree = shapely.STRtree(shapes)
    open_gaps = shapely.get_parts(polygonal(shapely.difference(_closed(whole), whole)))
    gaps = [gap for gap in open_gaps if _is_sliver(gap, shapes, tree)]
    if not gaps:
        return shapes
    size = _size(float(shapely.area(gaps).sum()))
    reading.tell(
        Text(
            zh=f"相邻的面边界相接（容差 {_THIN_M:g} 米）",
            en=f"neighbours whose borders meet (tolerance {_THIN_M:g} m)",
        ),
        _OPEN_GAPS.format(n=len(gaps), a=size),
        _SLIVERS_FILLED,
        severity="repair",
        field="geometry",
        values=[_beside(shapely.buffer(gap, _TOUCH_M), tree, ids) for gap in gaps[:5]],
    )
    return _share_gaps(shapes, gaps)


def _closed(whole: Any) -> Any:
    """Return the land with gaps up to 10 m closed: out and in again, with sharp corners, so that no bay is rounded off."""
    out = shapely.buffer(whole, _THIN_M / 2, join_style="mitre")
    return shapely.buffer(out, -_THIN_M / 2, join_style="mitre")


def _is_sliver(gap: Any, shapes: Any, tree: shapely.STRtree) -> bool:
    """Tell whether a gap is long, wide enough to part neighbours, and between two polygons at least; no tip of a bay is."""
    long_m = float(shapely.length(gap)) / 2
    if long_m < _LONG_M or float(shapely.area(gap)) < _PARTED_M * long_m:
        return False
    beside = shapely.buffer(gap, _TOUCH_M)
    near = tree.query(beside, predicate="intersects")
    borders = shapely.length(shapely.intersection(shapely.boundary(shapes[near]), beside))
    return int((borders >= _LONG_M / 2).sum()) >= 2


def _share_gaps(shapes: Any, gaps: Any) -> Any:
    """Return the polygons with each gap added to those beside it.

    Between two it goes to the one with the longer border whole. Along more than two each takes what lies square to its own
    border, in the order of `_in_turn`, so that nobody becomes a neighbour by the gap alone; what is left in a corner
    goes to the one that touches it most.
    """
    shapes = shapes.copy()
    tree = shapely.STRtree(shapes)
    for gap in gaps:
        beside = shapely.buffer(gap, _TOUCH_M)
        near = tree.query(beside, predicate="intersects")
        edges = shapely.intersection(shapely.boundary(shapes[near]), beside)
        rest = gap
        for at in _in_turn(edges, shapes[near]) if len(near) > 2 else ():
            own = shapely.intersection(rest, _square_to(edges[at]))
            if shapely.area(own) <= 0:
                continue
            shapes[near[at]] = polygonal(shapely.union(shapes[near[at]], own))
            parts = shapely.get_parts(polygonal(shapely.difference(rest, own)))
            corner = shapely.length(parts) / 2 < _CORNER_M
            _give(shapes, near, parts[corner])
            rest = shapely.multipolygons(parts[~corner]) if (~corner).any() else shapely.MultiPolygon()
        _give(shapes, near, shapely.get_parts(polygonal(rest)))
    return shapes


def _give(shapes: Any, near: Any, parts: Any) -> None:
    """Add each part to that of the polygons `near` which touches it most."""
    for part in parts:
        touching = shapely.intersection(shapely.boundary(shapes[near]), shapely.buffer(part, _TOUCH_M))
        best = near[int(np.argmax(shapely.length(touching)))]
        shapes[best] = polygonal(shapely.union(shapes[best], part))


def _in_turn(edges: Any, shapes: Any) -> list[int]:
    """Return positions outward from the longest border along a gap: first who stands beside it, then who faces it.

    One side of a gap so takes it throughout; taken by turns from both sides it would make neighbours of diagonal ones.
    """
    strips = shapely.buffer(edges, _THIN_M, cap_style="flat")
    first, second = shapely.STRtree(edges).query(strips, predicate="intersects")
    beside = shapely.distance(shapes[first], shapes[second]) <= _TOUCH_M
    facing = shapely.length(shapely.intersection(edges[second], strips[first])) >= _LONG_M / 2
    first, second, beside = first[facing | beside], second[facing | beside], beside[facing | beside]
    after = {at: sorted(zip(~beside[first == at], second[first == at], strict=True)) for at in range(len(edges))}
    turn: list[int] = []
    queue = deque(int(at) for at in np.argsort(-shapely.length(edges), kind="stable")[:1])
    left = [int(at) for at in np.argsort(-shapely.length(edges), kind="stable")]
    while len(turn) < len(edges):
        at = queue.popleft() if queue else next(at for at in left if at not in turn)
        if at not in turn:
            turn.append(at)
            queue.extend(int(other) for _, other in after[at])
    return turn


def _square_to(edge: Any) -> Any:
    """Return the land within 10 m on either side of a line, square to it: nothing beyond its ends."""
    lines = [part for part in shapely.get_parts(edge) if part.geom_type == "LineString"]
    ends = [pair for line in lines for pair in itertools.pairwise(line.coords)]
    pieces = shapely.linestrings([pair for pair in ends if math.dist(*pair) > 2 * _TOUCH_M] or np.empty((0, 2, 2)))
    return shapely.union_all(shapely.buffer(pieces, _THIN_M, cap_style="flat"))


def tell_apart(units: gpd.GeoDataFrame, reading: Reading) -> None:
    """Name the units whose parts lie apart: one id, but not one piece of land. Frame in a metric CRS, index of ids."""
    apart: dict[str, float] = {}
    shapes, ids = np.array(units.geometry.array, dtype=object), units.index
    for at in np.flatnonzero(shapely.get_num_geometries(shapes) > 1):
        parts = shapely.get_parts(shapes[at])
        parts = parts[np.argsort(-shapely.area(parts), kind="stable")]
        others = [part for part in parts[1:] if shapely.area(part) >= PART_M2]
        farthest = max((float(shapely.distance(parts[0], part)) for part in others), default=0.0)
        if farthest > APART_M:
            apart[str(ids[int(at)])] = farthest
    if apart:
        told = [f"{name} {_length(metres)}" for name, metres in sorted(apart.items(), key=lambda pair: -pair[1])]
        reading.tell(
            Text(zh="每个面的土地连成一片", en="polygons that are one piece of land each"),
            Text(
                zh=f"{len(apart)} 个面由相距较远的几块组成（{'、'.join(told[:5])}）",
                en=f"{len(apart)} of parts that lie apart ({', '.join(told[:5])})",
            ),
            Text(
                zh="几块同属一个单元、一个网格，但网格的土地不因此连成一片（R-06）；可拆成几个单元，各给代码。",
                en="The parts stay one unit in one grid, whose land is not one piece for that (R-06); or make them units of their own.",
            ),
            severity="warning",
            field="geometry",
            values=told,
        )


def _length(metres: float) -> str:
    return f"{metres / 1000:.1f} km" if metres >= 1000 else f"{metres:.0f} m"


def _beside(hole: Any, tree: shapely.STRtree, ids: pd.Index) -> str:
    return " / ".join(str(ids[at]) for at in tree.query(hole, predicate="intersects")[:3])


def _size(m2: float) -> str:
    return f"{m2 / 1e6:,.2f} km²" if m2 >= 1e5 else f"{m2:,.0f} m²"


_OVERLAP_M2 = 1.0
_LARGE_M2 = 10_000.0
_LAKE_M2 = 1_000_000.0
"""Holes of at least this size are taken for lakes."""
_THIN_M = 10.0
APART_M = _THIN_M
"""Parts of one unit farther apart than this are not one piece of land."""
PART_M2 = 10_000.0
"""Smaller parts are rocks: they make no second piece of land."""
_LONG_M = 50.0
_TOUCH_M = 0.01
_CORNER_M = 2.5 * _THIN_M
_PARTED_M = 0.1
"""Narrower gaps part nobody: `ground.borders` takes outlines so close for one."""
_SLIVERS = Text(zh="{n} 条细缝，共 {a}", en="{n:sliver|slivers}, {a} in all")
_SLIVERS_FILLED = Text(zh="已并入相邻的面。", en="They went to the polygons beside them.")
_OPEN_GAPS = Text(
    zh="{n} 条到达地图边缘的细缝，共 {a}", en="{n:sliver|slivers} reaching the edge of the map, {a} in all"
)
_GAPS = Text(zh="{n} 处空洞，共 {a}", en="{n:hole|holes}, {a} in all")
_GAPS_LEFT = Text(
    zh="空洞不属于任何单元；若有人居住，请在 GIS 中补画。", en="They belong to no unit; draw them if people live there."
)
