"""Geometry for the page: whole-number coordinates, shared borders stored once, simplified without gaps."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from gridplan.layers.area.validity import polygonal

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


def simplified_units(units: gpd.GeoDataFrame, *, max_points: int = 400_000) -> NDArray[np.object_]:
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
    points = _ring_points(shapes, frame)
    result = Coverage(arcs=[], rings=[[] for _ in shapes])
    if not len(points.unit):
        return result
    segment, other = _twins(points)
    node = _is_node(points, segment)
    writer = _ArcWriter(result, points.xy.tolist(), points.unit.tolist(), segment.tolist(), other.tolist())
    starts = np.flatnonzero(np.append(True, np.diff(points.ring) != 0)).tolist()
    for first, end in zip(starts, [*starts[1:], len(points.unit)], strict=True):
        cuts = (np.flatnonzero(node[first:end]) + first).tolist()
        if not cuts:
            cuts = [min(range(first, end), key=writer.xy.__getitem__)]
        turns = [*cuts[1:], cuts[0] + end - first]
        numbers = [writer.arc(cut, turn, first, end) for cut, turn in zip(cuts, turns, strict=True)]
        result.rings[writer.unit[first]].append(numbers)
    return result


def line_paths(
    lines: gpd.GeoSeries, frame: Frame, window: tuple[float, float, float, float], tolerance: float
) -> list[list[int]]:
    """Return lines (or outlines of areas) inside `window` (Mercator) as [x, y, dx, dy, ...] in steps."""
    merged = shapely.line_merge(shapely.union_all(shapely.force_2d(_lines(lines))))
    clipped = shapely.simplify(shapely.clip_by_rect(merged, *window), tolerance)
    parts = [part for part in shapely.get_parts(clipped) if part.geom_type == "LineString" and not part.is_empty]
    paths = [_path(frame.steps(shapely.get_coordinates(part)).tolist()) for part in parts]
    return sorted(path for path in paths if len(path) >= 4)


def shape_paths(shape: Any, frame: Frame, tolerance: float) -> list[list[int]]:
    """Return the rings, lines or points of a shape in Mercator as [x, y, dx, dy, ...] in steps; none of a missing shape."""
    if shape is None or shape.is_empty:
        return []
    parts = shapely.get_parts(shapely.force_2d(shapely.simplify(shape, tolerance)))
    pieces = [ring for part in parts for ring in (shapely.get_rings(part) if part.geom_type == "Polygon" else [part])]
    return [_path(frame.steps(shapely.get_coordinates(piece)).tolist()) for piece in pieces if not piece.is_empty]


def svg_path(paths: Iterable[list[int]], *, closed: bool) -> str:
    """Return paths of a first point and steps as the data of an SVG path; those of a single point are left out."""
    end = "Z" if closed else ""
    return "".join(f"M{path[0]} {path[1]}l{' '.join(map(str, path[2:]))}{end}" for path in paths if len(path) > 2)


def banded_paths(lines: gpd.GeoSeries, frame: Frame, near: Any, bands: list[float]) -> list[list[list[int]]]:
    """Return lines cut by their distance from the area `near`: those inside it, then those up to each band's distance."""
    merged = shapely.simplify(shapely.line_merge(shapely.union_all(shapely.force_2d(_lines(lines)))), frame.step)
    found, inner = [], None
    for distance in (0.0, *bands):
        zone = shapely.buffer(near, distance)
        part = shapely.intersection(merged, zone if inner is None else shapely.difference(zone, inner))
        found.append(
            [path for piece in shapely.get_parts(part) for path in shape_paths(piece, frame, 0.0) if len(path) >= 4]
        )
        inner = zone
    return found


def _lines(lines: gpd.GeoSeries) -> NDArray[np.object_]:
    parts = shapely.get_parts(lines.to_crs(MERCATOR).to_numpy())
    return np.where(shapely.get_dimensions(parts) == 2, shapely.boundary(parts), parts)


def _polygonal(shape: Any) -> Any:
    if shape is None or shape.is_empty:
        return shapely.Polygon()
    return polygonal(shapely.force_2d(shape if shape.is_valid else shapely.make_valid(shape)))


def _cleaned(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return edge-matched shapes; shapely before 2.2 cannot clean, and tiny gaps are then drawn as outer edges.

    A neighbour's corner that lay on a straight border no longer does after reprojection: gaps below a metre are closed.
    """
    if shapely.coverage_is_valid(shapes) or not hasattr(shapely, "coverage_clean"):
        return shapes
    clean = np.array(
        [_polygonal(shape) for shape in shapely.coverage_clean(shapes, gap_width=1.0, snapping_distance=0.5)],
        dtype=object,
    )
    return np.where(shapely.is_empty(clean), shapes, clean)


@dataclass(frozen=True)
class _Points:
    """Corners of all rings in order, each the start of a segment: place, ring, unit, and codes of start and end."""

    xy: NDArray[np.int64]
    ring: NDArray[np.int64]
    unit: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]


def _ring_points(shapes: NDArray[np.object_], frame: Frame) -> _Points:
    parts, unit_of_part = shapely.get_parts(shapely.orient_polygons(shapes), return_index=True)
    rings, part_of_ring = shapely.get_rings(parts, return_index=True)
    coordinates, ring = shapely.get_coordinates(rings, return_index=True)
    closing = np.append(ring[1:] != ring[:-1], True)
    xy, ring = frame.steps(coordinates[~closing]), ring[~closing]
    moves = np.any(xy != xy[_following(ring)], axis=1)
    xy, ring = xy[moves], ring[moves]
    whole = np.bincount(ring, minlength=len(rings))[ring] >= 3
    xy, ring = xy[whole], ring[whole]
    start = (xy[:, 0] + (1 << 24)) * (1 << 26) + xy[:, 1] + (1 << 24)
    return _Points(xy, ring, unit_of_part[part_of_ring[ring]], start, start[_following(ring)])


def _following(ring: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the position of the next corner of the same ring."""
    following = np.arange(1, len(ring) + 1)
    last = np.flatnonzero(np.append(ring[1:] != ring[:-1], True)) if len(ring) else np.zeros(0, dtype=np.int64)
    following[last] = np.append(0, last[:-1] + 1)
    return following


def _twins(points: _Points) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the number of each undirected segment, and the unit on its other side (-1: none)."""
    ends = np.column_stack([np.minimum(points.start, points.end), np.maximum(points.start, points.end)])
    _, segment = np.unique(ends, axis=0, return_inverse=True)
    segment = segment.reshape(-1)
    order = np.argsort(segment, kind="stable")
    other = np.full(len(segment), -1, dtype=np.int64)
    pairs = np.flatnonzero(segment[order[1:]] == segment[order[:-1]])
    other[order[pairs]] = points.unit[order[pairs + 1]]
    other[order[pairs + 1]] = points.unit[order[pairs]]
    return segment, other


def _is_node(points: _Points, segment: NDArray[np.int64]) -> NDArray[np.bool_]:
    """True where a corner does not simply join two segments: there arcs begin and end."""
    _, first = np.unique(segment, return_index=True)
    corners, degree = np.unique(np.concatenate([points.start[first], points.end[first]]), return_counts=True)
    return np.asarray(degree[np.searchsorted(corners, points.start)] != 2)


class _ArcWriter:
    """Stores each arc when it is met first; works on lists, which are quicker than arrays for a few corners each."""

    def __init__(
        self, result: Coverage, xy: list[list[int]], unit: list[int], segment: list[int], other: list[int]
    ) -> None:
        self.result, self.xy, self.unit, self.segment, self.other = result, xy, unit, segment, other
        self.known: dict[int, tuple[int, int, list[int]]] = {}

    def arc(self, cut: int, turn: int, first: int, end: int) -> int:
        """Return the number of the arc from corner `cut` to corner `turn` of the ring first..end; ~number if it is stored the other way."""
        length = end - first
        places = [place if place < end else place - length for place in range(cut, turn + 1)]
        begin = self.segment[places[0]]
        if begin in self.known:
            number, stored, corner = self.known[begin]
            return number if (begin, self.xy[places[0]]) == (stored, corner) else ~number
        number = len(self.result.arcs)
        self.result.arcs.append([self.unit[cut], self.other[cut], _path([self.xy[place] for place in places])])
        for place in (places[0], places[-2]):
            self.known.setdefault(self.segment[place], (number, begin, self.xy[places[0]]))
        return number


def _path(points: list[list[int]]) -> list[int]:
    """Return [x, y, dx, dy, ...] without steps of length nought."""
    path = list(points[0])
    for (x, y), (next_x, next_y) in itertools.pairwise(points):
        if x != next_x or y != next_y:
            path += (next_x - x, next_y - y)
    return path
