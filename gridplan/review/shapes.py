"""Geometry for the page: whole-number coordinates, shared borders stored once, simplified without gaps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

MERCATOR = "EPSG:3857"
STEPS = 12_000
"""Whole-number steps along the longer side of the study area."""


@dataclass(frozen=True)
class Frame:
    """Maps Web Mercator metres to whole steps, x to the right and y down."""

    left: float
    top: float
    step: float

    def steps(self, xy: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return the coordinates (n, 2) in steps."""
        return np.rint((xy - (self.left, self.top)) / (self.step, -self.step)).astype(np.int64)


@dataclass(frozen=True)
class Coverage:
    """Units as rings of arcs; an arc is one border, stored once.

    - arcs: [unit, other unit or -1, [x, y, dx, dy, ...]]
    - rings: for each unit its rings, each a list of arc numbers; ~number where the arc runs the other way
    """

    arcs: list[list[Any]]
    rings: list[list[list[int]]]


def study_frame(bounds: NDArray[np.float64]) -> Frame:
    """Return the frame of an area with these Mercator bounds (west, south, east, north)."""
    longest = max(bounds[2] - bounds[0], bounds[3] - bounds[1], 1.0)
    step = max(round(longest / STEPS, 2), 0.01)
    return Frame(left=float(np.floor(bounds[0])), top=float(np.ceil(bounds[3])), step=float(step))


def simplified_units(units: gpd.GeoDataFrame, max_points: int = 400_000) -> NDArray[np.object_]:
    """Return the units' polygons in Web Mercator, simplified so that neighbours still share their borders.

    Detail follows the size of the area and of the units; it is halved until the points fit `max_points`.
    """
    shapes = np.array([_polygonal(shape) for shape in units.geometry.to_crs(MERCATOR).to_numpy()], dtype=object)
    shapes = _cleaned(shapes)
    west, south, east, north = shapely.total_bounds(shapes)
    typical = float(np.sqrt(np.median(shapely.area(shapes)))) if len(shapes) else 1.0
    tolerance = min(max(east - west, north - south) / 1200, typical / 12)
    budget = min(max_points, 12_000 + 30 * len(shapes))
    while True:
        simple = shapely.coverage_simplify(shapes, tolerance)
        if int(shapely.get_num_coordinates(simple).sum()) <= budget or tolerance > typical:
            return np.where(shapely.is_empty(simple), shapes, simple)
        tolerance *= 1.5


def build_coverage(shapes: NDArray[np.object_], frame: Frame) -> Coverage:
    """Return the arcs and rings of edge-matched polygons."""
    owners, rings = _whole_rings(shapes, frame)
    result = Coverage(arcs=[], rings=[[] for _ in shapes])
    if not rings:
        return result
    starts = np.concatenate(rings)
    ends = np.concatenate([np.roll(ring, -1, axis=0) for ring in rings])
    segment_owner = np.repeat(owners, [len(ring) for ring in rings])
    segment, twin = _twins(_code(starts), _code(ends), segment_owner)
    node = _is_node(_code(starts), _code(ends), segment)
    known: dict[int, tuple[int, int, int]] = {}
    offset = 0
    for owner, ring in zip(owners, rings, strict=True):
        part = slice(offset, offset + len(ring))
        pieces = _split(ring, node[part])
        ids = segment[part]
        result.rings[owner].append([_arc(result, known, ring, piece, ids, int(owner), int(twin[part][piece[0]])) for piece in pieces])
        offset += len(ring)
    return result


def line_paths(lines: gpd.GeoSeries, frame: Frame, window: tuple[float, float, float, float], tolerance: float) -> list[list[int]]:
    """Return lines (or outlines of areas) inside `window` (Mercator) as [x, y, dx, dy, ...] in steps."""
    merged = shapely.line_merge(shapely.union_all(shapely.force_2d(_lines(lines))))
    clipped = shapely.simplify(shapely.clip_by_rect(merged, *window), tolerance)
    parts = [part for part in shapely.get_parts(clipped) if part.geom_type == "LineString" and not part.is_empty]
    paths = [_path(frame.steps(shapely.get_coordinates(part))) for part in parts]
    return sorted(path for path in paths if len(path) >= 4)


def _lines(lines: gpd.GeoSeries) -> NDArray[np.object_]:
    parts = shapely.get_parts(lines.to_crs(MERCATOR).to_numpy())
    return np.where(shapely.get_dimensions(parts) == 2, shapely.boundary(parts), parts)


def _polygonal(shape: Any) -> Any:
    if shape is None or shape.is_empty:
        return shapely.Polygon()
    shape = shapely.force_2d(shape if shape.is_valid else shapely.make_valid(shape))
    if shape.geom_type in ("Polygon", "MultiPolygon"):
        return shape
    return shapely.union_all([part for part in shapely.get_parts(shape) if part.geom_type in ("Polygon", "MultiPolygon")])


def _cleaned(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return edge-matched shapes; shapely before 2.2 cannot clean, and tiny gaps are then drawn as outer edges.

    A neighbour's corner that lay on a straight border no longer does after reprojection: gaps below a metre are closed.
    """
    if shapely.coverage_is_valid(shapes) or not hasattr(shapely, "coverage_clean"):
        return shapes
    clean = np.array([_polygonal(shape) for shape in shapely.coverage_clean(shapes, gap_width=1.0, snapping_distance=0.5)], dtype=object)
    return np.where(shapely.is_empty(clean), shapes, clean)


def _whole_rings(shapes: NDArray[np.object_], frame: Frame) -> tuple[NDArray[np.int64], list[NDArray[np.int64]]]:
    owners: list[int] = []
    rings: list[NDArray[np.int64]] = []
    for unit, shape in enumerate(shapely.orient_polygons(shapes)):
        for polygon in shapely.get_parts(shape):
            for ring in shapely.get_rings(polygon):
                xy = frame.steps(shapely.get_coordinates(ring))
                xy = xy[np.any(xy != np.roll(xy, -1, axis=0), axis=1)]
                if len(xy) >= 3:
                    owners.append(unit)
                    rings.append(xy)
    return np.array(owners, dtype=np.int64), rings


def _code(xy: NDArray[np.int64]) -> NDArray[np.int64]:
    return (xy[:, 0] + (1 << 24)) * (1 << 26) + xy[:, 1] + (1 << 24)


def _twins(
    start: NDArray[np.int64], end: NDArray[np.int64], owner: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the number of each undirected segment, and the unit on its other side (-1: none)."""
    ends = np.column_stack([np.minimum(start, end), np.maximum(start, end)])
    _, segment = np.unique(ends, axis=0, return_inverse=True)
    segment = segment.reshape(-1)
    order = np.argsort(segment, kind="stable")
    sorted_ids = segment[order]
    twin = np.full(len(segment), -1, dtype=np.int64)
    pairs = np.flatnonzero(sorted_ids[1:] == sorted_ids[:-1])
    twin[order[pairs]] = owner[order[pairs + 1]]
    twin[order[pairs + 1]] = owner[order[pairs]]
    return segment, twin


def _is_node(start: NDArray[np.int64], end: NDArray[np.int64], segment: NDArray[np.int64]) -> NDArray[np.bool_]:
    """True where a ring's point does not simply join two segments: there arcs begin and end."""
    _, first = np.unique(segment, return_index=True)
    points, degree = np.unique(np.concatenate([start[first], end[first]]), return_counts=True)
    return np.asarray(degree[np.searchsorted(points, start)] != 2)


def _split(ring: NDArray[np.int64], node: NDArray[np.bool_]) -> list[NDArray[np.int64]]:
    """Return the positions of the segments of each arc along a ring."""
    cuts = np.flatnonzero(node)
    if not len(cuts):
        cuts = np.array([np.lexsort((ring[:, 1], ring[:, 0]))[0]])
    return np.split(np.roll(np.arange(len(ring)), -cuts[0]), cuts[1:] - cuts[0])


def _arc(
    result: Coverage, known: dict[int, tuple[int, int, int]], ring: NDArray[np.int64], piece: NDArray[np.int64],
    segment: NDArray[np.int64], owner: int, other: int,
) -> int:  # fmt: skip
    """Return the number of an arc, stored when it is met first; ~number where it was stored the other way."""
    first = int(segment[piece[0]])
    begin = int(_code(ring[piece[:1]])[0])
    if first in known:
        number, stored_first, stored_begin = known[first]
        return number if (first, begin) == (stored_first, stored_begin) else ~number
    number = len(result.arcs)
    points = ring[np.append(piece, (piece[-1] + 1) % len(ring))]
    result.arcs.append([owner, other, _path(points)])
    for position in (piece[0], piece[-1]):
        known.setdefault(int(segment[position]), (number, first, begin))
    return number


def _path(points: NDArray[np.int64]) -> list[int]:
    keep = np.append(True, np.any(np.diff(points, axis=0) != 0, axis=1)) if len(points) else np.zeros(0, dtype=bool)
    points = points[keep]
    return [*map(int, points[0]), *map(int, np.diff(points, axis=0).reshape(-1))] if len(points) else []
