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
POCKET_EXTRA_M = 500.0
"""How much farther a road of the main network may be than one that is cut off from it."""
THROUGH_EXTRA_M = 100.0
"""How much farther a street may be than a road for through traffic (`PricedRoads.is_through`) and is entered nevertheless: the
side road of an expressway lies within it. None: planning assumption; in Wuhan four fifths of the places nearest to a trunk road or a
ramp have a street within it."""


@dataclass(frozen=True)
class _SnapRules:
    """How points reach a road: speed and detour of the access leg, limits in metres, lines that may not be crossed."""

    access_kmh: float
    access_detour: float
    max_m: float | None
    barriers: Any

    @property
    def reach_m(self) -> float:
        """How far a road may be."""
        return np.inf if self.max_m is None else self.max_m


@dataclass(frozen=True, eq=False)
class _Candidates:
    """Edges that one can stop on: rows, lines, which belong to the main network.

    `extra_m`: how many metres nearer each must be than a street of the main network in order to be taken.
    """

    rows: Ints
    lines: Any
    in_main: Bools
    extra_m: Floats


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

    Points snap to the nearest position along an edge (not to nodes), never to motorways, their ramps, ferries, tunnels, or roads
    that their tags keep from being entered. Where the nearest edge lies in a part that is cut off from the main network and a
    main edge is at most `POCKET_EXTRA_M` farther, that one is taken (`from_pocket`); where it is a road for through traffic, a
    street at most `THROUGH_EXTRA_M` farther. Both add up, and no edge beyond `max_m` is preferred.

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
    if len(places) == 0 or not stoppable_edges(network).any():
        return _on_no_road(len(places))
    roads = _candidates(network)
    points = shapely.points(places)
    chosen, passed_over = _choose(roads, points, rules)
    snaps = replace(_measure(roads, chosen, points, rules), from_pocket=passed_over)
    if rules.barriers is not None:
        snaps = _respect_barriers(roads, chosen, points, rules, snaps)
    if rules.max_m is not None:
        beyond = (snaps.distance_m > rules.max_m) & (snaps.reason == REACHED)
        snaps = replace(snaps, reason=np.where(beyond, BEYOND, snaps.reason).astype(np.int8))
    return snaps


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


def extra_metres(network: RoadNetwork) -> tuple[Ints, Floats]:
    """Return the edges that one can stop on, and how many metres farther each counts than a street of the main network."""
    rows = np.flatnonzero(stoppable_edges(network))
    through = np.zeros(len(rows), bool) if network.priced is None else network.priced.is_through[rows]
    in_main = edges_in_main(network)[rows]
    return rows, np.where(in_main, 0.0, POCKET_EXTRA_M) + np.where(through, THROUGH_EXTRA_M, 0.0)


def _candidates(network: RoadNetwork) -> _Candidates:
    rows, extra_m = extra_metres(network)
    return _Candidates(rows, edge_lines(network)[rows], edges_in_main(network)[rows], extra_m)


def _choose(roads: _Candidates, points: Any, rules: _SnapRules) -> tuple[Ints, Bools]:
    """Return the road of each point (its position), and where the nearest one was passed over as it is cut off.

    The road with the least distance and extra metres is taken: only roads with fewer extra metres can beat the nearest.
    """
    nearest, distance = _nearest(roads.lines, points)
    chosen, least = nearest.copy(), distance + roads.extra_m[nearest]
    for extra in np.unique(roads.extra_m)[::-1]:
        behind = np.flatnonzero(roads.extra_m[nearest] > extra)
        if len(behind):
            alike = np.flatnonzero(roads.extra_m == extra)
            other, other_m = _nearest(roads.lines[alike], points[behind])
            better = (other_m + extra <= least[behind]) & (other_m <= rules.reach_m)
            chosen[behind[better]], least[behind[better]] = alike[other[better]], (other_m + extra)[better]
    return chosen, ~roads.in_main[nearest] & roads.in_main[chosen]


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
    chosen, reason, from_pocket = chosen.copy(), snaps.reason.copy(), snaps.from_pocket.copy()
    for i in crossing:
        found, from_pocket[i] = _same_side(tree, roads, points[i], barrier, float(snaps.distance_m[i]), rules)
        chosen[i] = found if found >= 0 else chosen[i]
        reason[i] = REACHED if found >= 0 else BLOCKED
    return replace(_measure(roads, chosen, points, rules), reason=reason, from_pocket=from_pocket)


def _same_side(
    tree: Any, roads: _Candidates, point: Any, barrier: Any, start_m: float, rules: _SnapRules
) -> tuple[int, bool]:
    """Return the position of the best line that can be reached without crossing (-1: none), and whether a nearer one is cut off.

    What is found is sure only where no line beyond the radius can be better: its distance and extra metres lie within it.
    """
    import shapely

    limit = rules.max_m if rules.max_m is not None else start_m + FARTHEST_DETOUR_M
    radius = min(1.3 * start_m + 200.0, limit)
    while True:
        near = tree.query(point, predicate="dwithin", distance=radius)
        distance = shapely.distance(point, roads.lines[near])
        metres = distance + roads.extra_m[near]
        found = _first_free(point, roads.lines, near[np.lexsort((near, metres))], barrier)
        if radius >= limit or (found >= 0 and metres[near == found][0] <= radius):
            break
        radius = min(1.6 * radius if found < 0 else metres[near == found][0], limit)
    if found < 0 or not roads.in_main[found]:
        return found, False
    nearer = near[(distance < distance[near == found][0]) & ~roads.in_main[near]]
    return found, _first_free(point, roads.lines, nearer, barrier) >= 0


def _first_free(point: Any, lines: Any, order: Ints, barrier: Any) -> int:
    """Return the first of the lines (positions) to which the straight way crosses no barrier; -1: none."""
    import shapely

    begin, size = 0, 16
    while begin < len(order):
        part = order[begin : begin + size]
        free = part[~shapely.intersects(barrier, shapely.shortest_line(point, lines[part]))]
        if len(free):
            return int(free[0])
        begin, size = begin + size, 4 * size
    return -1
