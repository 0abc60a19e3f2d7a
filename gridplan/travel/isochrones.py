"""How far one gets: the area within so many minutes of a place, for the map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from gridplan.travel.milliseconds import FAR, Floats, Ints, to_ms
from gridplan.travel.network import RoadNetwork
from gridplan.travel.snaps import Snaps
from gridplan.travel.stopping import edge_lines, stoppable_edges

CELLS_A_REACH = 4
HOLE_SHARE = 25.0


@dataclass(frozen=True, eq=False)
class _Stops:
    """Places on roads that one can stop on: row of the road, share along it, coordinates (n, 2)."""

    edge: Ints
    share: Floats
    xy: Floats


def draw_isochrones(
    network: RoadNetwork,
    places: Snaps,
    minutes: Sequence[float],
    *,
    direction: Literal["to", "from"] = "to",
    reach_m: float = 200.0,
    crs: Any = None,
) -> Any:
    """Return the areas from which each place is reached (or which it reaches) within each number of minutes.

    An area is everything within `reach_m` of the stretches of road that one can stop on in time, tried every eighth of
    `reach_m`: roads count as far as one gets along them. Outlines follow cells of a quarter of `reach_m` and small holes are filled, so areas are
    for looking at, not for counting people; count with `NodeTimes.covered`. Areas of one place are nested.

    Parameters
    ----------
    network
        A network with geometry.
    places
        Snapped points.
    minutes
        Limits, access leg of the place included.
    direction
        "to": residents who travel to the place; "from": where an ambulance from the place gets.
    reach_m
        Half width of the strip around each road, in metres.
    crs
        Reference system of the result; default: that of the roads.

    Returns
    -------
    GeoDataFrame
        place (position), minutes, geometry; one row for each place and limit, empty geometry where nothing is reached.
    """
    import geopandas as gpd
    import shapely

    toward = direction == "to"
    times = network.minutes_to(places) if toward else network.minutes_from(places)
    at_nodes = np.rint(times.gather() * 60_000.0)
    stops = _stops(network, reach_m / CELLS_A_REACH / 2.0)
    records = []
    for place in range(len(places)):
        reached = _ms_by_ends(network, stops, at_nodes[:, place], toward=toward)
        reached = np.minimum(reached, _ms_on_own_edge(network, stops, places.take([place]), toward=toward))
        area = shapely.Polygon()
        for limit in sorted(minutes):
            area = shapely.union(area, _area(stops.xy[reached <= float(to_ms(limit))], reach_m))
            records.append({"place": place, "minutes": float(limit), "geometry": area})
    roads = None if network.priced is None else network.priced.roads
    frame_crs = crs if crs is not None else getattr(roads, "crs", None)
    columns = ["place", "minutes", "geometry"]
    return gpd.GeoDataFrame(records, columns=columns, geometry="geometry", crs=frame_crs)


def _stops(network: RoadNetwork, spacing_m: float) -> _Stops:
    """Return places at most `spacing_m` apart on every road, both ends included."""
    import shapely

    rows, lines = np.flatnonzero(stoppable_edges(network)), edge_lines(network)
    steps = np.maximum(np.ceil(shapely.length(lines[rows]) / spacing_m), 1).astype(np.int64)
    edge = np.repeat(rows, steps + 1)
    first = np.repeat(np.cumsum(steps + 1) - (steps + 1), steps + 1)
    share = (np.arange(len(edge)) - first) / np.repeat(steps, steps + 1)
    points = shapely.line_interpolate_point(lines[edge], share, normalized=True)
    return _Stops(edge, share, shapely.get_coordinates(points))


def _street_ms(network: RoadNetwork, edge: Ints, *, toward: bool) -> tuple[Floats, Floats]:
    """Return the milliseconds along the whole of each edge by way of its tail and of its head; inf where it is closed."""
    along, against = (np.where(values >= FAR, np.inf, values) for values in network.streets.ms(edge))
    return (against, along) if toward else (along, against)


def _ms_by_ends(network: RoadNetwork, stops: _Stops, at_nodes: Floats, *, toward: bool) -> Floats:
    """Return the milliseconds of each stop by way of the better end of its road."""
    by_tail, by_head = _street_ms(network, stops.edge, toward=toward)
    with np.errstate(invalid="ignore"):
        tail = at_nodes[network.tail[stops.edge]] + np.where(stops.share > 0, stops.share * by_tail, 0.0)
        head = at_nodes[network.head[stops.edge]] + np.where(stops.share < 1, (1 - stops.share) * by_head, 0.0)
    result: Floats = np.minimum(tail, head)
    return result


def _ms_on_own_edge(network: RoadNetwork, stops: _Stops, place: Snaps, *, toward: bool) -> Floats:
    """Return the milliseconds straight along the road on which the place itself lies; inf for stops on other roads."""
    result = np.full(len(stops.edge), np.inf)
    if place.unreachable[0]:
        return result
    own = stops.edge == place.edge[0]
    ahead, behind = _street_ms(network, place.edge, toward=toward)
    gap = stops.share[own] - float(place.share[0])
    with np.errstate(invalid="ignore"):
        street = np.where(gap > 0, gap * ahead[0], -gap * behind[0])
    result[own] = float(place.access_ms[0]) + np.where(gap == 0, 0.0, street)
    return result


def _area(points: Floats, reach_m: float) -> Any:
    """Area within `reach_m` of the points, by cells a quarter as wide; small holes filled."""
    import shapely
    from rasterio import features
    from scipy.ndimage import distance_transform_edt

    if not len(points):
        return shapely.Polygon()
    cell = reach_m / CELLS_A_REACH
    west, south = np.floor((points.min(axis=0) - 2.0 * reach_m) / cell)
    column, row = (np.floor(points / cell) - (west, south)).astype(np.int64).T
    far = np.ones((row.max() + 3 * CELLS_A_REACH, column.max() + 3 * CELLS_A_REACH), dtype=bool)
    far[row, column] = False
    inside = (distance_transform_edt(far) <= CELLS_A_REACH).astype(np.uint8)
    outlines = [
        _without_small_holes(shapely.geometry.shape(outline), HOLE_SHARE * CELLS_A_REACH**2)
        for outline, _ in features.shapes(inside, mask=inside == 1)
    ]
    in_cells = shapely.make_valid(shapely.simplify(shapely.union_all(outlines), 1.0))
    return shapely.transform(in_cells, lambda cells: np.add(cells, (west, south)) * cell)


def _without_small_holes(polygon: Any, area_m2: float) -> Any:
    import shapely

    rings = shapely.get_rings(polygon)
    holes = [ring for ring in rings[1:] if shapely.area(shapely.polygons(ring)) >= area_m2]
    return shapely.polygons(rings[0], holes or None)
