"""Where points enter the road network: the nearest place along a road that one can stop on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from gridplan.travel import validation
from gridplan.travel.milliseconds import Bools, Floats, Ints
from gridplan.travel.network import RoadNetwork
from gridplan.travel.snaps import BEYOND, BLOCKED, NO_ROAD, REACHED, Snaps
from gridplan.travel.stopping import edge_lines, edges_in_main, stoppable_edges

FARTHEST_DETOUR_M = 20_000.0
"""How much farther than the nearest road a road on the right side of a barrier is looked for, without `max_m`."""


@dataclass(frozen=True)
class _SnapRules:
    """How points reach a road: speed and detour of the access leg, limits in metres, lines that may not be crossed."""

    access_kmh: float
    access_detour: float
    max_m: float | None
    barriers: Any
    pocket_extra_m: float = 500.0


@dataclass(frozen=True, eq=False)
class _Candidates:
    """Edges that one can stop on: their rows, their lines, and which of them belong to the main network."""

    rows: Ints
    lines: Any
    in_main: Bools


def snap_points(
    network: RoadNetwork,
    xy: npt.ArrayLike,
    *,
    access_kmh: float = 15.0,
    access_detour: float = 1.3,
    max_m: float | None = None,
    barriers: Any = None,
) -> Snaps:
    """Place points on the nearest road that one can stop on; every point comes back, in order.

    Points snap to the nearest position along an edge (not to nodes), never to motorways, their ramps, ferries or
    tunnels. Where the nearest edge lies in a part that is cut off from the main network and a main edge is at most
    500 m further, that one is taken (`from_pocket`).

    Parameters
    ----------
    network
        A network with geometry.
    xy
        Points (n, 2) in metres.
    access_kmh, access_detour
        The access leg is straight distance x `access_detour` at `access_kmh`.
    max_m
        Points farther than this from every road come back with a reason and count as unreachable; None: no limit.
    barriers
        Lines that no access leg crosses; points that no road on their side serves count as unreachable.

    Returns
    -------
    Snaps
        One for each point, in order.

    Raises
    ------
    NetworkError
        `xy` is not an (n, 2) array of finite metres, or the network has no geometry.

    Examples
    --------
    >>> network = RoadNetwork.from_edges([0, 1], [1, 0], [10.0, 10.0], xy=[(0, 0), (1000, 0)])
    >>> snaps = snap_points(network, [(250, 0)])
    >>> snaps.edge.tolist(), snaps.share.tolist(), snaps.access_min.tolist()
    ([0], [0.25], [0.0])
    """
    import shapely

    places = validation.check_points(xy)
    rules = _SnapRules(access_kmh, access_detour, max_m, barriers)
    rows = np.flatnonzero(stoppable_edges(network))
    if len(places) == 0 or len(rows) == 0:
        return _on_no_road(len(places))
    roads = _Candidates(rows, edge_lines(network)[rows], edges_in_main(network)[rows])
    points = shapely.points(places)
    chosen, passed_over = _choose(roads, points, rules)
    snaps = _measure(roads, chosen, points, rules)
    if rules.barriers is not None:
        snaps = _respect_barriers(roads, chosen, points, rules, snaps)
    if rules.max_m is not None:
        beyond = (snaps.distance_m > rules.max_m) & (snaps.reason == REACHED)
        snaps = replace(snaps, reason=np.where(beyond, BEYOND, snaps.reason).astype(np.int8))
    return replace(snaps, from_pocket=passed_over)


def _on_no_road(n: int) -> Snaps:
    nowhere, far = np.full(n, -1), np.full(n, np.inf)
    return Snaps(nowhere, np.zeros(n), far, far, np.full(n, NO_ROAD, np.int8), np.zeros(n, bool))


def _nearest(lines: Any, points: Any) -> tuple[Ints, Floats]:
    """Return the nearest line of each point, the first of several at equal distance, and its distance."""
    import shapely

    tree = shapely.STRtree(lines)
    (point, line), distance = tree.query_nearest(points, return_distance=True, all_matches=True)
    order = np.lexsort((line, point))
    point, line, distance = point[order], line[order], distance[order]
    first = np.concatenate([[True], point[1:] != point[:-1]])
    return line[first].astype(np.int64), distance[first].astype(np.float64)


def _choose(roads: _Candidates, points: Any, rules: _SnapRules) -> tuple[Ints, Bools]:
    """Return the road of each point (its position), and where the nearest one was passed over as it is cut off."""
    chosen, distance = _nearest(roads.lines, points)
    passed_over = np.zeros(len(points), bool)
    lost = np.flatnonzero(~roads.in_main[chosen])
    if len(lost) and roads.in_main.any():
        main = np.flatnonzero(roads.in_main)
        other, other_m = _nearest(roads.lines[main], points[lost])
        better = other_m <= distance[lost] + rules.pocket_extra_m
        chosen[lost[better]] = main[other[better]]
        passed_over[lost[better]] = True
    return chosen, passed_over


def _measure(roads: _Candidates, chosen: Ints, points: Any, rules: _SnapRules) -> Snaps:
    import shapely

    lines = roads.lines[chosen]
    distance = shapely.distance(lines, points)
    length = shapely.length(lines)
    along = shapely.line_locate_point(lines, points)
    share = np.clip(np.divide(along, length, out=np.zeros(len(lines)), where=length > 0), 0.0, 1.0)
    access = distance * rules.access_detour / 1000.0 / rules.access_kmh * 60.0
    n = len(lines)
    return Snaps(roads.rows[chosen], share, distance, access, np.zeros(n, np.int8), np.zeros(n, bool))


def _respect_barriers(roads: _Candidates, chosen: Ints, points: Any, rules: _SnapRules, snaps: Snaps) -> Snaps:
    """Move points whose access leg crosses a barrier to the nearest road on their side, or say that there is none."""
    import shapely

    barrier = shapely.union_all(np.asarray(list(rules.barriers), dtype=object))
    shapely.prepare(barrier)
    crossing = np.flatnonzero(shapely.intersects(barrier, shapely.shortest_line(points, roads.lines[chosen])))
    if len(crossing) == 0:
        return snaps
    tree = shapely.STRtree(roads.lines)
    chosen, reason = chosen.copy(), snaps.reason.copy()
    for i in crossing:
        found = _same_side(tree, roads, points[i], barrier, float(snaps.distance_m[i]), rules)
        chosen[i] = found if found >= 0 else chosen[i]
        reason[i] = REACHED if found >= 0 else BLOCKED
    return replace(_measure(roads, chosen, points, rules), reason=reason)


def _same_side(tree: Any, roads: _Candidates, point: Any, barrier: Any, start_m: float, rules: _SnapRules) -> int:
    """Return the position of the nearest line that can be reached without crossing, main network first; -1: none."""
    import shapely

    limit = rules.max_m if rules.max_m is not None else start_m + FARTHEST_DETOUR_M
    radius = min(1.3 * start_m + 200.0, limit)
    while True:
        near = tree.query(point, predicate="dwithin", distance=radius)
        metres = shapely.distance(point, roads.lines[near]) + np.where(roads.in_main[near], 0.0, rules.pocket_extra_m)
        order = np.lexsort((near, metres))
        begin, size = 0, 16
        while begin < len(order):
            part = near[order[begin : begin + size]]
            free = part[~shapely.intersects(barrier, shapely.shortest_line(point, roads.lines[part]))]
            if len(free):
                return int(free[0])
            begin, size = begin + size, 4 * size
        if radius >= limit:
            return -1
        radius = min(1.6 * radius, limit)
