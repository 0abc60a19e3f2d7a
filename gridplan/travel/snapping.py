"""Where points enter the road network: the nearest place along a road that one can stop on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from gridplan.travel.milliseconds import FAR, Floats, Ints, Ms, to_ms
from gridplan.words.text import Text

if TYPE_CHECKING:
    from gridplan.travel.network import RoadNetwork

Bools = npt.NDArray[np.bool_]

FARTHEST_DETOUR_M = 20_000.0
"""How much farther than the nearest road a road on the right side of a barrier is looked for, without `max_m`."""

REACHED, BEYOND, BLOCKED, NO_ROAD = 0, 1, 2, 3
WHY = {
    BEYOND: Text(zh="附近没有道路（超出最大接入距离）", en="no road within reach (beyond the largest snap distance)"),
    BLOCKED: Text(zh="与最近道路之间隔着阻隔线", en="a barrier lies between the point and every road within reach"),
    NO_ROAD: Text(zh="路网中没有可停靠的道路", en="the network has no road that one can stop on"),
}


@dataclass(frozen=True)
class SnapRules:
    """How points reach a road: speed and detour of the access leg, limits in metres, lines that may not be crossed."""

    access_kmh: float = 15.0
    access_detour: float = 1.3
    max_m: float | None = None
    pocket_extra_m: float = 500.0
    barriers: Any = None


@dataclass(frozen=True, eq=False)
class Snaps:
    """Points on the network, in the order given; no point is ever left out.

    `edge` is the row of the road (-1: none), `share` how far along it (0 at its tail, 1 at its head), `distance_m` the
    straight distance, `access_min` the access leg, `reason` 0 where the point can travel (else see `WHY`),
    `from_pocket` whether a nearer road was passed over because it is cut off from the main network.
    """

    edge: Ints
    share: Floats
    distance_m: Floats
    access_min: Floats
    reason: npt.NDArray[np.int8]
    from_pocket: Bools

    def __len__(self) -> int:
        return len(self.edge)

    @property
    def unreachable(self) -> Bools:
        """Which points cannot reach the network at all."""
        result: Bools = self.reason != REACHED
        return result

    @property
    def access_ms(self) -> Ms:
        """Access legs in whole milliseconds, `FAR` where the point cannot travel."""
        return np.where(self.unreachable, FAR, to_ms(np.where(self.unreachable, 0.0, self.access_min))).astype(
            np.uint32
        )

    def take(self, positions: npt.ArrayLike) -> Snaps:
        """Return the snaps at `positions` (numbers or a mask), in that order."""
        at = np.asarray(positions)
        at = at.astype(np.int64) if at.size == 0 else at
        return Snaps(*(getattr(self, name)[at] for name in self.__dataclass_fields__))

    def explain(self) -> tuple[Text | None, ...]:
        """Say for each point why it cannot reach the network (None where it can)."""
        return tuple(WHY.get(int(code)) for code in self.reason)


def snap_points(network: RoadNetwork, xy: Floats, rules: SnapRules) -> Snaps:
    """Snap points (n, 2) to the roads of `network`; see `RoadNetwork.snap`."""
    import shapely

    n = len(xy)
    rows = np.flatnonzero(network.stoppable)
    empty = np.zeros(n)
    if n == 0 or len(rows) == 0:
        return Snaps(
            np.full(n, -1),
            empty,
            np.full(n, np.inf),
            np.full(n, np.inf),
            np.full(n, NO_ROAD, np.int8),
            np.zeros(n, bool),
        )
    lines = network.lines[rows]
    points = shapely.points(xy)
    chosen, distance = _nearest(lines, points)
    in_main = network.in_main[rows]
    passed_over = np.zeros(n, bool)
    lost = np.flatnonzero(~in_main[chosen])
    if len(lost) and in_main.any():
        main = np.flatnonzero(in_main)
        other, other_m = _nearest(lines[main], points[lost])
        better = other_m <= distance[lost] + rules.pocket_extra_m
        chosen[lost[better]] = main[other[better]]
        distance[lost[better]] = other_m[better]
        passed_over[lost[better]] = True
    snaps = _measure(network, rows[chosen], points, rules, passed_over)
    if rules.barriers is not None:
        snaps = _respect_barriers(network, rows, points, rules, snaps)
    if rules.max_m is not None:
        beyond = (snaps.distance_m > rules.max_m) & (snaps.reason == REACHED)
        snaps = replace(snaps, reason=np.where(beyond, BEYOND, snaps.reason).astype(np.int8))
    return snaps


def _nearest(lines: Any, points: Any) -> tuple[Ints, Floats]:
    """Return the nearest line of each point, the first of several at equal distance, and its distance."""
    import shapely

    tree = shapely.STRtree(lines)
    (point, line), distance = tree.query_nearest(points, return_distance=True, all_matches=True)
    order = np.lexsort((line, point))
    point, line, distance = point[order], line[order], distance[order]
    first = np.concatenate([[True], point[1:] != point[:-1]])
    return line[first].astype(np.int64), distance[first].astype(np.float64)


def _measure(network: RoadNetwork, edge: Ints, points: Any, rules: SnapRules, from_pocket: Bools) -> Snaps:
    import shapely

    lines = network.lines[edge]
    distance = shapely.distance(lines, points)
    length = shapely.length(lines)
    along = shapely.line_locate_point(lines, points)
    share = np.clip(np.divide(along, length, out=np.zeros(len(edge)), where=length > 0), 0.0, 1.0)
    access = distance * rules.access_detour / 1000.0 / rules.access_kmh * 60.0
    return Snaps(edge, share, distance, access, np.zeros(len(edge), np.int8), from_pocket)


def _respect_barriers(network: RoadNetwork, rows: Ints, points: Any, rules: SnapRules, snaps: Snaps) -> Snaps:
    """Move points whose access leg crosses a barrier to the nearest road on their side, or say that there is none."""
    import shapely

    barrier = shapely.union_all(np.asarray(list(rules.barriers), dtype=object))
    shapely.prepare(barrier)
    legs = _legs(network, snaps.edge, points)
    crossing = np.flatnonzero(shapely.intersects(barrier, legs))
    if len(crossing) == 0:
        return snaps
    lines, in_main = network.lines[rows], network.in_main[rows]
    tree = shapely.STRtree(lines)
    edge, reason = snaps.edge.copy(), snaps.reason.copy()
    for i in crossing:
        found = _same_side(tree, lines, in_main, points[i], barrier, float(snaps.distance_m[i]), rules)
        edge[i] = rows[found] if found >= 0 else edge[i]
        reason[i] = REACHED if found >= 0 else BLOCKED
    return replace(_measure(network, edge, points, rules, snaps.from_pocket), reason=reason)


def _legs(network: RoadNetwork, edge: Ints, points: Any) -> Any:
    import shapely

    return shapely.shortest_line(points, network.lines[edge])


def _same_side(
    tree: Any, lines: Any, in_main: Bools, point: Any, barrier: Any, start_m: float, rules: SnapRules
) -> int:
    """Return the position of the nearest line that can be reached without crossing, main network first; -1: none."""
    import shapely

    limit = rules.max_m if rules.max_m is not None else start_m + FARTHEST_DETOUR_M
    radius = min(1.3 * start_m + 200.0, limit)
    while True:
        near = tree.query(point, predicate="dwithin", distance=radius)
        metres = shapely.distance(point, lines[near]) + np.where(in_main[near], 0.0, rules.pocket_extra_m)
        order = np.lexsort((near, metres))
        begin, size = 0, 16
        while begin < len(order):
            part = near[order[begin : begin + size]]
            free = part[~shapely.intersects(barrier, shapely.shortest_line(point, lines[part]))]
            if len(free):
                return int(free[0])
            begin, size = begin + size, 4 * size
        if radius >= limit:
            return -1
        radius = min(1.6 * radius, limit)
