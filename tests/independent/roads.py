"""Roads read and routed anew: osmium and geopandas for the files, scipy's Dijkstra over a graph in which every place is a node.

Follows the documented definitions only. Roads are pieces between nodes; a piece has a class, may be one-way, and takes
length / speed, or the stated duration of a ferry. A place enters the network at the nearest point of a piece that one
may stop on (no motorway, ramp, ferry, tunnel, bridge) and that lies on its own side of every barrier; a piece cut off from the main
network counts as 500 m farther, and so does a trunk road or ramp by 100 m. Its access leg is detour x straight line at
access speed. A place farther from any such piece than the case allows reaches nothing.
"""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import osmium
import pandas as pd
import pyproj
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

KMH = {
    "motorway": 80, "trunk": 50, "primary": 35, "secondary": 30, "tertiary": 25, "unclassified": 20, "residential": 18,
    "living_street": 12, "motorway_link": 40, "trunk_link": 35, "primary_link": 30, "secondary_link": 25, "tertiary_link": 20,
    "road": 20, "service": 12, "track": 10,
}  # fmt: skip
ON_FOOT_ONLY = {"pedestrian", "footway", "path", "steps", "corridor", "bridleway", "cycleway"}
NEVER_ON_FOOT = {"motorway", "motorway_link"}
FERRY_KMH = 15.0
CLOSED_TO_CARS = {"no", "private", "agricultural", "forestry", "emergency", "psv", "bus", "military", "delivery"}
SAME_PLACE_M = 0.001
POCKET_M = 500.0
THROUGH_M = 100.0
TINY_MIN = 1e-9


@dataclass(frozen=True)
class Speeds:
    """What a case may say about speeds."""

    drive_kmh: tuple[tuple[str, float], ...] = ()
    walk_kmh: float = 4.8
    access_kmh: float = 15.0
    detour: float = 1.3
    ferry_wait_min: float = 0.0
    snap_max_m: float = 2000.0


def read_osm(path: Path, crs: str) -> gpd.GeoDataFrame:
    """Read the road and ferry ways of an OSM file, cut at the nodes that several ways (or one way twice) share."""
    reader = _Ways()
    reader.apply_file(str(path), locations=True)
    used = Counter(ref for refs, _, _ in reader.ways for ref in refs)
    project = pyproj.Transformer.from_crs("EPSG:4326", crs, always_xy=True)
    rows = []
    for refs, lonlat, tags in reader.ways:
        xy = np.column_stack(project.transform(*np.array(lonlat).T))
        whole = shapely.length(shapely.linestrings(xy))
        cuts = [0, *(i for i in range(1, len(refs) - 1) if used[refs[i]] > 1), len(refs) - 1]
        for first, last in itertools.pairwise(cuts):
            line = shapely.linestrings(xy[first : last + 1])
            part = shapely.length(line) / whole if whole else 1.0
            rows.append({**_facts(tags, part), "tail": refs[first], "head": refs[last], "geometry": line})
    return gpd.GeoDataFrame(rows, crs=crs)


class _Ways(osmium.SimpleHandler):
    def __init__(self):
        super().__init__()
        self.ways = []

    def way(self, way):
        tags = dict(way.tags)
        if tags.get("route") == "ferry" or tags.get("highway") in KMH or tags.get("highway") in ON_FOOT_ONLY:
            self.ways.append(([node.ref for node in way.nodes], [(node.lon, node.lat) for node in way.nodes], tags))


def _facts(tags: dict[str, str], part: float) -> dict[str, object]:
    kind = "ferry" if tags.get("route") == "ferry" else tags["highway"]
    said = [tags[key] for key in ("access", "vehicle", "motor_vehicle", "motorcar") if key in tags]
    on_foot = [tags[key] for key in ("access", "foot") if key in tags]
    oneway = {"yes": 1, "1": 1, "true": 1, "-1": -1, "reverse": -1, "no": 0}.get(tags.get("oneway", ""))
    if oneway is None:
        oneway = int(kind in NEVER_ON_FOOT or tags.get("junction") in ("roundabout", "circular"))
    minutes = np.nan
    if kind == "ferry" and "duration" in tags:
        hours, mins = tags["duration"].split(":")
        minutes = (60 * int(hours) + int(mins)) * part
    return {
        "kind": kind,
        "oneway": oneway,
        "posted": float(tags["maxspeed"]) if tags.get("maxspeed", "").isdigit() else np.nan,
        "minutes": minutes,
        "tunnel": tags.get("tunnel", "no") not in ("no", "building_passage"),
        "name": tags.get("name", ""),
        "bridge": tags.get("bridge", "no") != "no",
        "drive": kind not in ON_FOOT_ONLY and not (said and said[-1] in CLOSED_TO_CARS),
        "walk": kind not in NEVER_ON_FOOT and not (on_foot and on_foot[-1] in CLOSED_TO_CARS),
    }


def read_lines(path: Path, crs: str) -> gpd.GeoDataFrame:
    """Read a GeoParquet of lines with a highway column; nodes are end coordinates to the centimetre.

    A line is cut where another one ends on one of its vertices.
    """
    frame = gpd.read_parquet(path).to_crs(crs)
    kinds = frame["highway"].astype(str).str.strip("[]").str.split(",").str[0].str.strip("' \"")
    keys = [[(round(x * 100), round(y * 100)) for x, y in shapely.get_coordinates(line)] for line in frame.geometry]
    ends = {end for key in keys for end in (key[0], key[-1])}
    number = {key: i for i, key in enumerate(sorted(ends))}
    rows = []
    for line, key, kind in zip(frame.geometry, keys, kinds, strict=True):
        xy = shapely.get_coordinates(line)
        cuts = [0, *(i for i in range(1, len(key) - 1) if key[i] in ends), len(key) - 1]
        rows += [
            (number[key[a]], number[key[b]], kind, shapely.linestrings(xy[a : b + 1]))
            for a, b in itertools.pairwise(cuts)
        ]
    table = gpd.GeoDataFrame(rows, columns=["tail", "head", "kind", "geometry"], geometry="geometry", crs=crs)
    on_foot_only = table["kind"].isin(ON_FOOT_ONLY)
    return table.assign(
        oneway=0,
        posted=np.nan,
        minutes=np.nan,
        tunnel=False,
        bridge=False,
        drive=~on_foot_only,
        walk=~table["kind"].isin(NEVER_ON_FOOT),
    )


class Router:
    """Minutes between places over roads, for people who drive or walk."""

    def __init__(self, roads: gpd.GeoDataFrame, barriers: gpd.GeoSeries, speeds: Speeds, *, mode: str):
        usable = roads[roads[mode] & (roads.length > 0)].reset_index(drop=True)
        self.lines = np.asarray(usable.geometry.array, dtype=object)
        nodes, ends = np.unique(usable[["tail", "head"]].to_numpy(), return_inverse=True)
        self.tail, self.head = ends.reshape(-1, 2).T
        self.n_nodes = len(nodes)
        self.along, self.against = _minutes(usable, speeds, mode, self.tail, self.head, self.n_nodes)
        self.stops = np.flatnonzero(
            ~usable["kind"].isin([*NEVER_ON_FOOT, "ferry"])
            & ~usable["tunnel"]
            & ~usable["bridge"]
            & (np.isfinite(self.along) | np.isfinite(self.against))
        )
        self.access_kmh = speeds.access_kmh if mode == "drive" else speeds.walk_kmh
        self.detour, self.snap_max_m = speeds.detour, speeds.snap_max_m
        through = ((usable["kind"] == "trunk") | usable["kind"].str.endswith("_link")).to_numpy()
        self.extra = np.where(self._main_network(), 0.0, POCKET_M) + np.where(through, THROUGH_M, 0.0)
        self.wall = barriers.union_all()
        shapely.prepare(self.wall)

    def _main_network(self):
        arcs = _least(self._arcs(), self.n_nodes)
        arcs.data[:] = 1.0
        labels = connected_components(arcs, directed=True, connection="strong")[1]
        main = np.bincount(labels).argmax()
        return (labels[self.tail] == main) & (labels[self.head] == main)

    def _arcs(self):
        """Both directions of every piece: (from, to, minutes)."""
        return (
            np.concatenate([self.tail, self.head]),
            np.concatenate([self.head, self.tail]),
            np.concatenate([self.along, self.against]),
        )

    def enter(self, xy):
        """Return every piece at which each place (n, 2) may enter, how far along it (0..1), and the access minutes."""
        points = shapely.points(xy)
        tree = shapely.STRtree(self.lines[self.stops])
        nearest, distance = self._near(points, self.stops)
        for extra in sorted({*self.extra[self.stops]}, reverse=True):
            other, other_m = self._near(points, self.stops[self.extra[self.stops] == extra])
            better = (other_m + extra <= distance + self.extra[nearest]) & (other_m <= self.snap_max_m)
            nearest[better], distance[better] = other[better], other_m[better]
        for i in np.flatnonzero(self._crossed(points, nearest)):
            nearest[i], distance[i] = self._near_on_this_side(tree, points[i])
        distance[distance > self.snap_max_m] = np.inf
        near = np.flatnonzero(np.isfinite(distance))
        place, piece = tree.query(points[near], predicate="dwithin", distance=distance[near] + SAME_PLACE_M)
        place, piece = near[place], self.stops[piece]
        keep = (self.extra[piece] <= self.extra[nearest[place]]) & ~self._crossed(points[place], piece)
        place, piece = place[keep], piece[keep]
        metres = shapely.length(self.lines[piece])
        share = shapely.line_locate_point(self.lines[piece], points[place]) / metres
        share = np.where(share * metres < SAME_PLACE_M, 0.0, np.where((1 - share) * metres < SAME_PLACE_M, 1.0, share))
        access = distance * self.detour / 1000 / self.access_kmh * 60
        return place, piece, share, access

    def _near(self, points, rows):
        tree = shapely.STRtree(self.lines[rows])
        found, distance = tree.query_nearest(points, all_matches=False, return_distance=True)
        order = np.argsort(found[0])
        return rows[found[1][order]].copy(), distance[order].copy()

    def _crossed(self, points, pieces):
        """Which access legs cross a barrier."""
        return shapely.crosses(self.wall, shapely.shortest_line(points, self.lines[pieces]))

    def _near_on_this_side(self, tree, point):
        """The nearest piece whose leg crosses no barrier (`extra` counts as metres), within the limit."""
        near = self.stops[tree.query(point, predicate="dwithin", distance=self.snap_max_m)]
        metres = shapely.distance(point, self.lines[near])
        for i in np.argsort(metres + self.extra[near], kind="stable"):
            if not self._crossed(point, near[i]):
                return near[i], metres[i]
        return 0, np.inf

    def minutes(self, origins, targets, *, nearest=False):
        """Return minutes (origins, targets), inf where unreachable; with `nearest` to the nearest of all targets."""
        n, m = len(origins), len(targets)
        place, piece, share, access = self.enter(np.concatenate([origins, targets]))
        graph = self._with_places(place, piece, share, access, n + m)
        first = self.n_nodes + len(place)
        to = first + n + np.arange(m)
        found = dijkstra(graph.T.tocsr(), indices=to, min_only=nearest)
        return found[first : first + n] if nearest else found[:, first : first + n].T

    def _with_places(self, place, piece, share, access, n_places):
        """The graph with a node for every entrance, on its piece, and one for every place, off the road."""
        entrance = self.n_nodes + np.arange(len(place))
        order = np.lexsort((share, piece))
        begins = np.concatenate([[True], piece[order][1:] != piece[order][:-1]])
        split = piece[order][begins]
        rows = np.concatenate([split, piece[order], split])
        at = np.concatenate([np.zeros(len(split)), share[order], np.ones(len(split))])
        node = np.concatenate([self.tail[split], entrance[order], self.head[split]])
        rank = np.concatenate([np.zeros(len(split)), np.ones(len(order)), np.full(len(split), 2)])
        chain = np.lexsort((rank, at, rows))
        a, b = chain[:-1], chain[1:]
        same = rows[a] == rows[b]
        a, b = a[same], b[same]
        part, road = at[b] - at[a], rows[a]
        tails, heads, minutes = self._arcs()
        gate, spot = entrance, self.n_nodes + len(place) + place
        leg = access[place]
        return _least(
            (
                np.concatenate([tails, node[a], node[b], gate, spot]),
                np.concatenate([heads, node[b], node[a], spot, gate]),
                np.concatenate([minutes, _times(part, self.along[road]), _times(part, self.against[road]), leg, leg]),
            ),
            self.n_nodes + len(place) + n_places,
        )


def _times(part, minutes):
    """Part of a piece's minutes; a closed piece stays closed, a step of no length takes no time."""
    return np.where(part <= 0, 0.0, part * minutes)


def _minutes(roads, speeds, mode, tail, head, n_nodes):
    """Minutes along and against every piece, inf where closed; boarding a ferry from land costs the wait."""
    ferry = (roads["kind"] == "ferry").to_numpy()
    if mode == "walk":
        kmh = np.where(ferry, FERRY_KMH, speeds.walk_kmh)
    else:
        table = {**KMH, "ferry": FERRY_KMH, **dict(speeds.drive_kmh)}
        kmh = roads["kind"].map(table).to_numpy(float)
        kmh = np.fmin(kmh, roads["posted"].to_numpy(float))
    minutes = roads.length.to_numpy() / 1000 / kmh * 60
    stated = roads["minutes"].to_numpy(float)
    minutes = np.where(ferry & np.isfinite(stated), stated, minutes)
    land = np.zeros(n_nodes, bool)
    land[tail[~ferry]] = land[head[~ferry]] = True
    along = minutes + np.where(ferry & land[tail], speeds.ferry_wait_min, 0)
    against = minutes + np.where(ferry & land[head], speeds.ferry_wait_min, 0)
    if mode == "drive":
        oneway = roads["oneway"].to_numpy()
        along, against = np.where(oneway < 0, np.inf, along), np.where(oneway > 0, np.inf, against)
    return along, against


def _least(arcs, n):
    """Sparse matrix of minutes; of parallel arcs the least, closed ones left out, no step quite free."""
    table = pd.DataFrame(dict(zip(("a", "b", "minutes"), arcs, strict=True)))
    table = table[np.isfinite(table["minutes"]) & (table["a"] != table["b"])].groupby(["a", "b"])["minutes"].min()
    a, b = (table.index.get_level_values(name).to_numpy() for name in ("a", "b"))
    return csr_array((np.maximum(table.to_numpy(), TINY_MIN), (a, b)), shape=(n, n))
