"""How far one gets: the area within so many minutes of a place, for the map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from gridplan.travel.milliseconds import FAR, Floats, Ints, to_ms
from gridplan.travel.snapping import Snaps

if TYPE_CHECKING:
    from gridplan.travel.network import RoadNetwork

CELLS_A_REACH = 4
HOLE_SHARE = 25.0


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

    An area is everything within `reach_m` of the stretches of road that one can stop on in time: ends of roads count as
    far as one gets along them. Outlines follow cells of a quarter of `reach_m` and small holes are filled, so areas are
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
    milliseconds = np.minimum(np.rint(times.gather() * 60_000.0), float(FAR))
    rows = np.flatnonzero(network.stoppable)
    records = []
    for place in range(len(places)):
        area = shapely.Polygon()
        for limit in sorted(minutes):
            pieces = _stretches(network, rows, milliseconds[:, place], float(to_ms(limit)), toward=toward)
            pieces += _own_stretch(network, places.take([place]), float(to_ms(limit)), toward=toward)
            area = shapely.union(area, _area(pieces, reach_m))
            records.append({"place": place, "minutes": float(limit), "geometry": area})
    frame_crs = crs if crs is not None else getattr(network.roads, "crs", None)
    columns = ["place", "minutes", "geometry"]
    return gpd.GeoDataFrame(records, columns=columns, geometry="geometry", crs=frame_crs)


def _stretches(network: RoadNetwork, rows: Ints, times: Floats, limit: float, *, toward: bool) -> list[Any]:
    """Stretches of the edges from (to) which one of their ends is reached in time."""
    import shapely

    along, against = (values.astype(np.float64) for values in network.street_ms(rows))
    at_tail, at_head = times[network.tail[rows]], times[network.head[rows]]
    by_tail, by_head = (against, along) if toward else (along, against)
    from_tail = _share(limit - at_tail, by_tail)
    from_head = _share(limit - at_head, by_head)
    whole = from_tail + from_head >= 1.0
    lines = network.lines[rows]
    parts = [*lines[whole]]
    for begin, share in ((True, from_tail), (False, from_head)):
        part = np.flatnonzero(~whole & (share > 0.0))
        length = shapely.length(lines[part])
        parts += [_cut(line, at, begin=begin) for line, at in zip(lines[part], share[part] * length, strict=True)]
    return parts


def _own_stretch(network: RoadNetwork, place: Snaps, limit: float, *, toward: bool) -> list[Any]:
    """Stretch of the edge on which the place itself lies."""
    import shapely
    from shapely.ops import substring

    if place.unreachable[0]:
        return []
    left = limit - float(place.access_ms[0])
    along, against = (float(values[0]) for values in network.street_ms(place.edge))
    behind, ahead = (along, against) if toward else (against, along)
    line, share = network.lines[place.edge[0]], float(place.share[0])
    if left < 0:
        return []
    back, forth = _share(np.array([left]), np.array([behind]))[0], _share(np.array([left]), np.array([ahead]))[0]
    length = shapely.length(line)
    return [substring(line, max(share - back, 0.0) * length, min(share + forth, 1.0) * length)]


def _share(left: Floats, whole: Floats) -> Floats:
    """Share of an edge that one gets along in the time left; none of a closed one."""
    share = np.divide(left, whole, out=np.full(len(whole), 1.0), where=whole > 0)
    return np.where((whole >= FAR) | (left < 0), 0.0, np.clip(share, 0.0, 1.0))


def _cut(line: Any, metres: float, *, begin: bool) -> Any:
    from shapely.ops import substring

    return substring(line, 0.0, metres) if begin else substring(line, line.length - metres, line.length)


def _area(pieces: list[Any], reach_m: float) -> Any:
    """Area within `reach_m` of the pieces, by cells a quarter as wide; small holes filled."""
    import shapely
    from rasterio import features
    from scipy.ndimage import distance_transform_edt

    if not pieces:
        return shapely.Polygon()
    cell = reach_m / CELLS_A_REACH
    points = shapely.get_coordinates(shapely.segmentize(np.array(pieces, dtype=object), cell / 2.0))
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
