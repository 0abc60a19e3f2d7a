"""How far one gets: the area within so many minutes of a place, the way from the road to the door counted, for the map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from gridplan.travel.milliseconds import Floats, Ints
from gridplan.travel.network import RoadNetwork
from gridplan.travel.snapping import extra_metres
from gridplan.travel.snaps import BEYOND, BLOCKED, REACHED, Snaps
from gridplan.travel.stopping import edge_lines, stoppable_edges

HOLE_CELLS = 4.0
"""Smaller holes are filled."""
STOPS_A_CELL = 2
MM_A_METRE = 1000.0
"""Of places that are one to the millimetre the first road counts, as it does for residents."""
AT_ONCE = 16


@dataclass(frozen=True, eq=False)
class Canvas:
    """What areas are drawn on: squares of `cell_m`, each with the minutes of somebody who lives in its middle.

    - reach_m: how far from a road people live at most, in metres
    - access_kmh, access_detour: speed between a place and its road, and way over straight line
    - area: where anybody lives at all; None: everywhere within reach
    - barriers: lines that the way to a road never crosses
    """

    cell_m: float = 50.0
    reach_m: float = 2_000.0
    access_kmh: float = 15.0
    access_detour: float = 1.3
    area: Any = None
    barriers: Any = None


@dataclass(frozen=True, eq=False)
class _Raster:
    """Squares of the canvas in which somebody may live: shape of the whole, row and column of each, its middle, its place on the roads."""

    shape: tuple[int, int]
    row: Ints
    column: Ints
    snaps: Snaps
    corner: tuple[float, float]


def draw_isochrones(
    network: RoadNetwork,
    places: Snaps,
    minutes: Sequence[float],
    *,
    direction: Literal["to", "from"] = "to",
    canvas: Canvas | None = None,
    crs: Any = None,
) -> Any:
    """Return the areas from which each place is reached (or which it reaches) within each number of minutes.

    An area is where the minutes of somebody who lives there are within the limit, as they are counted for residents: from the door to the
    nearest road, and along the roads. So the strip beside a road is as wide as the minutes left at it allow. Outlines follow the squares of
    the canvas: for looking at, not for counting people; count with `NodeTimes.covered`. Areas of one place are nested.

    Parameters
    ----------
    network
        A network with geometry.
    places
        Snapped points.
    minutes
        Limits, access legs of both ends included.
    direction
        "to": residents who travel to the place; "from": where an ambulance from the place gets.
    canvas
        How fine, how far from roads, and where; default: squares of 50 m, 2 km, everywhere.
    crs
        Reference system of the result; default: that of the roads.

    Returns
    -------
    GeoDataFrame
        place (position), minutes, geometry; one row for each place and limit, empty geometry where nothing is reached.

    Examples
    --------
    >>> from gridplan.travel.snapping import snap_points
    >>> street = RoadNetwork.from_edges([0, 1], [1, 0], [4.0, 4.0], xy=[(0, 0), (4000, 0)])
    >>> areas = draw_isochrones(street, snap_points(street, [(2000, 0)]), [1.0, 2.0])
    >>> areas.area.round(-4).tolist()
    [380000.0, 1530000.0]
    """
    import geopandas as gpd
    import shapely

    canvas = canvas or Canvas()
    raster = _raster(network, canvas)
    records = []
    for first in range(0, len(places), AT_ONCE):
        some = places.take(np.arange(first, min(first + AT_ONCE, len(places))))
        times = network.minutes_to(some) if direction == "to" else network.minutes_from(some)
        reached = times.gather(raster.snaps)
        for place in range(len(some)):
            area = shapely.Polygon()
            for limit in sorted(minutes):
                area = shapely.union(area, _area(raster, reached[:, place] <= limit, canvas.cell_m))
                records.append({"place": first + place, "minutes": float(limit), "geometry": area})
    roads = None if network.priced is None else network.priced.roads
    frame_crs = crs if crs is not None else getattr(roads, "crs", None)
    columns = ["place", "minutes", "geometry"]
    return gpd.GeoDataFrame(records, columns=columns, geometry="geometry", crs=frame_crs)


def _raster(network: RoadNetwork, canvas: Canvas) -> _Raster:
    """Return the squares of a canvas whose middles lie in its area and within reach of a road."""
    import shapely

    cell = canvas.cell_m
    lines = edge_lines(network)[stoppable_edges(network)]
    if not len(lines):
        return _nothing(network, canvas)
    bounds = shapely.total_bounds(lines) + np.array([-1, -1, 1, 1]) * canvas.reach_m
    if canvas.area is not None:
        held = shapely.total_bounds([canvas.area])
        bounds = np.concatenate([np.maximum(bounds[:2], held[:2]), np.minimum(bounds[2:], held[2:])])
    if np.isnan(bounds).any() or (bounds[:2] >= bounds[2:]).any():
        return _nothing(network, canvas)
    west, south = np.floor(bounds[:2] / cell).astype(np.int64)
    shape = int(np.ceil(bounds[3] / cell)) - int(south), int(np.ceil(bounds[2] / cell)) - int(west)
    row, column = (part.ravel() for part in np.indices(shape))
    middles = np.column_stack([(column + west + 0.5) * cell, (row + south + 0.5) * cell])
    if canvas.area is not None:
        shapely.prepare(canvas.area)
        inside = shapely.contains_xy(canvas.area, middles)
        row, column, middles = row[inside], column[inside], middles[inside]
    return _Raster(shape, row, column, _on_roads(network, middles, canvas), (west * cell, south * cell))


def _nothing(network: RoadNetwork, canvas: Canvas) -> _Raster:
    """Return a raster without squares: no road can be entered, or none reaches into the area."""
    none = np.empty(0, np.int64)
    return _Raster((0, 0), none, none, _on_roads(network, np.empty((0, 2)), canvas), (0.0, 0.0))


def _on_roads(network: RoadNetwork, middles: Floats, canvas: Canvas) -> Snaps:
    """Return where middles of squares enter the roads, as `snap_points` has it but for places along a road that are half a square apart."""
    import shapely
    from scipy.spatial import cKDTree

    rows, extra_m = extra_metres(network)
    lines = edge_lines(network)[rows]
    steps = np.maximum(np.ceil(shapely.length(lines) / (canvas.cell_m / STOPS_A_CELL)), 1).astype(np.int64)
    at = np.repeat(np.arange(len(rows)), steps + 1)
    share = (np.arange(len(at)) - np.repeat(np.cumsum(steps + 1) - (steps + 1), steps + 1)) / np.repeat(
        steps, steps + 1
    )
    stops = shapely.get_coordinates(shapely.line_interpolate_point(lines[at], share, normalized=True))
    _, first = np.unique(np.rint(stops * MM_A_METRE) @ np.array([1.0, 1.0j]), return_index=True)
    first.sort()
    at, share, stops = at[first], share[first], stops[first]
    chosen, metres, least = (
        np.zeros(len(middles), np.int64),
        np.full(len(middles), np.inf),
        np.full(len(middles), np.inf),
    )
    for extra in np.unique(extra_m):
        alike = np.flatnonzero(extra_m[at] == extra)
        nearest = cKDTree(stops[alike]).query(middles, distance_upper_bound=canvas.reach_m)
        distance, found = np.asarray(nearest[0]), np.asarray(nearest[1])
        better = distance + extra < least
        chosen[better], metres[better] = alike[found[better]], distance[better]
        least = np.minimum(least, distance + extra)
    reason = np.where(np.isfinite(metres), REACHED, BEYOND).astype(np.int8)
    if canvas.barriers is not None and len(canvas.barriers):
        barrier = shapely.union_all(np.asarray(list(canvas.barriers), dtype=object))
        shapely.prepare(barrier)
        legs = shapely.linestrings(np.stack([middles, stops[chosen]], axis=1))
        reason[shapely.intersects(barrier, legs) & (reason == REACHED)] = BLOCKED
    access = metres * canvas.access_detour / 1000.0 / canvas.access_kmh * 60.0
    return Snaps(rows[at[chosen]], share[chosen], metres, access, reason, np.zeros(len(middles), bool))


def _area(raster: _Raster, inside: Any, cell_m: float) -> Any:
    """Return the outline of squares; small holes filled, steps smoothed by less than a square."""
    import shapely
    from rasterio import Affine, features

    if not inside.any():
        return shapely.Polygon()
    drawn = np.zeros(raster.shape, dtype=np.uint8)
    drawn[raster.row[inside], raster.column[inside]] = 1
    placed = Affine(cell_m, 0.0, raster.corner[0], 0.0, cell_m, raster.corner[1])
    outlines = [
        _without_small_holes(shapely.geometry.shape(outline), HOLE_CELLS * cell_m**2)
        for outline, _ in features.shapes(drawn, mask=drawn == 1, transform=placed)
    ]
    return shapely.make_valid(shapely.simplify(shapely.union_all(outlines), 0.7 * cell_m))


def _without_small_holes(polygon: Any, area_m2: float) -> Any:
    import shapely

    rings = shapely.get_rings(polygon)
    holes = [ring for ring in rings[1:] if shapely.area(shapely.polygons(ring)) > area_m2]
    return shapely.polygons(rings[0], holes or None)
