"""Lines that almost meet, and lines that cross without a node: what keeps roads apart that belong together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Transformer

from gridplan.layers.files.reading import Reading
from gridplan.words.numbers import counted
from gridplan.words.problems import SHOWN
from gridplan.words.text import Text

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

JOIN_M = 1.0
"""Ends of roads up to this far from another road are joined to it (D): digitising leaves such gaps, and no two roads end so close
without meeting; the GPS and the tracing of a road are worse than this."""
_KEY_M = 0.01


@dataclass(frozen=True, eq=False)
class Joined:
    """Lines whose ends meet: `lines` in the order given; where ends were moved to, by how much, and vertices put in for them."""

    lines: Any
    places: npt.NDArray[np.float64]
    gaps_m: npt.NDArray[np.float64]
    inserted: int


def join_near_ends(lines: Any, apart: Bools) -> Joined:
    """Return the lines with ends that no other line meets moved to the nearest one within 1 m.

    An end goes to the nearest vertex within 1 m of the line it is nearest to, else to a new vertex there.

    Parameters
    ----------
    lines : in metres; apart : which of them are on another level (bridges, tunnels, fast roads): others join them at their ends only.
    """
    lines = np.asarray(lines, dtype=object)
    own, at = _loose_ends(lines)
    pairs = _near_pairs(lines, own, at)
    xy = {
        i: shapely.get_coordinates(lines[i]) for i in {int(own[end]) for end, _ in pairs} | {line for _, line in pairs}
    }
    inserts: dict[int, list[Any]] = {}
    with_it: dict[tuple[int, int], list[tuple[int, int]]] = {}
    moved: dict[int, tuple[Any, float]] = {}
    for end, target in pairs:
        mine, vertex = int(own[end]), int(at[end])
        here = xy[mine][vertex].copy()
        found = _meeting_place(xy[target], here, ends_only=bool(apart[target] and not apart[mine]))
        if end in moved or found is None or (found[0] == here).all():
            continue
        place, of_target = found
        if of_target is None:
            inserts.setdefault(target, []).append(place)
        elif of_target in (0, len(xy[target]) - 1):
            with_it.setdefault((target, 0 if of_target == 0 else -1), []).append((mine, vertex))
        moved[end] = place, float(np.hypot(*(place - here)))
        for line, its_vertex in _moving(mine, vertex, with_it):
            xy[line][its_vertex] = place
    result = lines.copy()
    for i in {int(own[end]) for end in moved} | set(inserts):
        result[i] = shapely.LineString(_with_vertices(xy[i], inserts.get(i, [])))
    places, gaps = [place for place, _ in moved.values()], [gap for _, gap in moved.values()]
    return Joined(result, np.array(places).reshape(-1, 2), np.array(gaps), sum(map(len, inserts.values())))


def _moving(line: int, vertex: int, with_it: Mapping[tuple[int, int], list[tuple[int, int]]]) -> list[tuple[int, int]]:
    """Return an end and those that were joined to it, and to these: where it goes, they go."""
    moving = [(line, vertex)]
    for end in moving:
        moving += [other for other in with_it.get(end, ()) if other not in moving]
    return moving


def _loose_ends(lines: Any) -> tuple[Ints, Ints]:
    """Return the ends at which no line has another vertex: the line of each, and 0 or -1 for its first or last vertex; stubs have none."""
    xy, owner = shapely.get_coordinates(lines, return_index=True)
    _, key, count = np.unique(np.rint(xy / _KEY_M).astype(np.int64), axis=0, return_inverse=True, return_counts=True)
    alone = count[key.ravel()] == 1
    first = np.searchsorted(owner, np.arange(len(lines)))
    last = np.searchsorted(owner, np.arange(len(lines)), side="right") - 1
    long_enough = shapely.length(lines) > 2 * JOIN_M
    starts, stops = np.flatnonzero(alone[first] & long_enough), np.flatnonzero(alone[last] & long_enough)
    return np.concatenate([starts, stops]), np.repeat([0, -1], [len(starts), len(stops)])


def _near_pairs(lines: Any, own: Ints, at: Ints) -> list[tuple[int, int]]:
    """Return pairs of a loose end and another line within 1 m of it, the nearest of each end first."""
    points = shapely.get_point(lines[own], at)
    end, line = shapely.STRtree(lines).query(points, predicate="dwithin", distance=JOIN_M)
    other = line != own[end]
    end, line = end[other], line[other]
    order = np.lexsort((line, shapely.distance(points[end], lines[line]), end))
    return [(int(end[pair]), int(line[pair])) for pair in order]


def _meeting_place(xy: Any, here: Any, *, ends_only: bool) -> tuple[Any, int | None] | None:
    """Return the place of a line where an end meets it, and which of its vertices that is (None: between two); None for nowhere."""
    gap = np.hypot(*(xy - here).T)
    vertex = int(gap.argmin())
    if gap[vertex] <= JOIN_M and (not ends_only or vertex in (0, len(xy) - 1)):
        return xy[vertex].copy(), vertex
    if ends_only:
        return None
    nearest = shapely.shortest_line(shapely.Point(here), shapely.LineString(xy))
    return shapely.get_coordinates(nearest)[-1], None


def _with_vertices(xy: Any, more: list[Any]) -> Any:
    """Return the vertices of a line with others put in where along it they lie."""
    if not more:
        return xy
    line = shapely.LineString(xy)
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(xy, axis=0).T))])
    new = shapely.line_locate_point(line, shapely.points(np.array(more)))
    return np.concatenate([xy, more])[np.argsort(np.concatenate([along, new]), kind="stable")]


def find_crossings(lines: Any, apart: Bools) -> npt.NDArray[np.float64]:
    """Return places where two lines on the ground cross and neither has an end there, nor any other line: one for each pair.

    Parameters
    ----------
    lines : in metres; apart : which of them are on another level.
    """
    ground = np.asarray(lines, dtype=object)[~apart]
    first, second = shapely.STRtree(ground).query(ground, predicate="crosses")
    first, second = first[first < second], second[first < second]
    places = shapely.get_coordinates(shapely.centroid(shapely.intersection(ground[first], ground[second])))
    ends = shapely.get_coordinates([shapely.get_point(ground, 0), shapely.get_point(ground, -1)])
    nodes = {tuple(key) for key in np.rint(ends / _KEY_M).astype(np.int64).tolist()}
    open_ = [tuple(key) not in nodes for key in np.rint(places / _KEY_M).astype(np.int64).tolist()]
    return np.asarray(places[np.array(open_, dtype=bool)], dtype=np.float64)


def tell_joined(joined: Joined, crs: Any, reading: Reading) -> None:
    """Tell how many ends were moved by more than a centimetre, how far at most, and where the first of them lie."""
    seen = joined.gaps_m > _KEY_M
    if not seen.any():
        return
    reading.tell(
        Text(
            zh=f"端点落在其他道路上的线（容差 {JOIN_M:g} 米）",
            en=f"lines that end on the roads they meet (tolerance {JOIN_M:g} m)",
        ),
        Text(
            zh="{n} 个端点差一点没接上（最多差 {m:.2f} 米）",
            en="{n} a little short of another line (by {m:.2f} m at most)",
        ).format(n=counted(int(seen.sum()), "end"), m=float(joined.gaps_m.max())),
        Text(zh="已接上。", en="They were joined."),
        severity="repair",
        field="geometry",
        values=_degrees(joined.places[seen], crs),
    )


FAST = frozenset({"motorway", "trunk", "motorway_link", "trunk_link"})
"""Roads of these classes cross others on bridges."""
_FEW = 0.05
"""Fewer crossings than this share of the junctions are taken for bridges where a layer does not say what is one (L): 0.02 in a city
of 93,000 roads whose layer has no such column."""


def tell_crossings(
    lines: Any, apart: Bools, junctions: int, crs: Any, reading: Reading, *, levels_stated: bool
) -> None:
    """Tell lines on the ground that cross where neither has a node: one cannot turn there.

    Parameters
    ----------
    lines : in metres; apart : which of them are on another level, or fast roads; junctions : how many the layer has.
    levels_stated : whether the layer says what is a bridge or a tunnel; without it a few crossings are taken for bridges.
    """
    places = find_crossings(lines, apart)
    if not len(places) or (not levels_stated and len(places) <= _FEW * junctions):
        return
    reading.tell(
        Text(zh="相交处有节点的道路（桥、隧道除外）", en="nodes where roads cross, but for bridges and tunnels"),
        Text(zh="{n} 处相交没有节点", en="{n} without a node").format(n=counted(len(places), "crossing")),
        Text(
            zh="那里不能转弯，道路可能不连通：在 GIS 中于相交处打断；若是立交，写明 bridge 列。",
            en="Nobody turns there, and roads may not be joined: split the lines there, or state bridges in a column bridge.",
        ),
        severity="warning",
        field="geometry",
        values=_degrees(places, crs),
    )


def _degrees(places: npt.NDArray[np.float64], crs: Any) -> list[str]:
    to_degrees = Transformer.from_crs(crs, 4326, always_xy=True)
    return [f"{lon:.5f}, {lat:.5f}" for lon, lat in zip(*to_degrees.transform(*places[:SHOWN].T), strict=True)]
