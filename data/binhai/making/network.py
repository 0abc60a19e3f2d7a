"""The road network: every crossing a node, bridges, the motorway with its interchanges, ferries, one-way streets."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import networkx as nx
import numpy as np
import shapely
from shapely import STRtree
from shapely.geometry import LineString, Point
from shapely.ops import substring

from .ground import KM, Ground, smooth
from .places import STREETS
from .streets import BRIDGES, RANK, Road, split_by_river

MOTORWAY = (
    (-4.6, 26.0), (-5.4, 22.0), (-9.0, 18.6), (-11.6, 14.6), (-12.6, 10.4), (-14.8, 6.6), (-15.4, 3.4), (-15.2, 0.2),
    (-14.2, -4.0), (-11.4, -7.2), (-11.2, -11.0), (-8.4, -14.0), (-8.0, -18.4), (-8.8, -22.0), (-8.2, -25.6),
)  # fmt: skip
MOTORWAY_NAME, MOTORWAY_REF, MOTORWAY_BRIDGE = "滨西高速", "S99", "澜河高速大桥"
BRIDGE_HALF_M = 140.0
NARROW = ("二街", "四街", "八街", "二巷", "四巷", "八巷")
# From, to (km), minutes, name.
FERRIES = (
    ((12.2, 13.4), (17.6, 10.2), 25, "北港—鹿屿轮渡"),
    ((6.2, 3.0), (23.3, 1.5), 40, "望海—鸥石岛交通船"),
)


@dataclass(frozen=True)
class Edge:
    """A stretch of road between two nodes; coordinates in whole local metres."""

    xy: tuple[tuple[float, float], ...]
    kind: str
    name: str = ""
    oneway: bool = False
    bridge: bool = False
    minutes: int = 0

    @cached_property
    def line(self) -> LineString:
        return LineString(self.xy)


def build_network(ground: Ground, roads: list[Road]) -> list[Edge]:
    """Join all roads to one network in which every place can be reached from every other."""
    edges = prune_stumps(_largest_parts(_join_parts(_node(roads), ground)))
    edges = _add_motorway(edges + _city_bridges(ground, edges))
    edges = [piece for edge in edges for piece in _cut_bridge(edge, ground)]
    edges = _add_ferries(edges)
    return _open_dead_ends(_one_way_streets(edges))


def _node(roads: list[Road]) -> list[Edge]:
    """Cut all lines where they meet; each piece takes the best class of the lines it lies on."""
    lines = np.array([road.line for road in roads])
    pieces = shapely.get_parts(shapely.line_merge(shapely.unary_union(lines, grid_size=1.0)))
    pieces = shapely.get_parts(shapely.unary_union(pieces, grid_size=1.0))
    middles = shapely.line_interpolate_point(pieces, 0.5, normalized=True)
    piece, road = STRtree(lines).query(middles, predicate="dwithin", distance=3.0)
    best: dict[int, Road] = {}
    for i, j in zip(piece.tolist(), road.tolist(), strict=True):
        old = best.get(i)
        if old is None or RANK[roads[j].kind] > RANK[old.kind]:
            best[i] = roads[j]
    return [Edge(tuple(line.coords), best[i].kind, best[i].name) for i, line in enumerate(pieces) if i in best]


def _graph(edges: list[Edge]) -> nx.MultiGraph:
    graph = nx.MultiGraph()
    for number, edge in enumerate(edges):
        graph.add_edge(edge.xy[0], edge.xy[-1], key=number)
    return graph


def _ends(edges: list[Edge]) -> list[tuple]:
    return [(edge.xy[0], edge.xy[-1]) for edge in edges]


def _join_parts(edges: list[Edge], ground: Ground) -> list[Edge]:
    """Join each loose piece of network to the nearest other road, if that is near and not over water."""
    water = shapely.union_all([ground.river, ground.land.boundary])
    graph, alone = nx.Graph(_ends(edges)), set()
    while True:
        parts = sorted(map(frozenset, nx.connected_components(graph)), key=lambda part: (len(part), min(part)))
        part = next((part for part in parts[:-1] if part not in alone), None)
        if part is None:
            return edges
        inside = shapely.union_all([edge.line for edge in edges if edge.xy[0] in part])
        others = np.array([i for i, edge in enumerate(edges) if edge.xy[0] not in part])
        nearest, gap = STRtree([edges[i].line for i in others]).query_nearest(inside, return_distance=True)
        number = int(others[nearest.min()])
        if gap[0] > 700 or shapely.shortest_line(inside, edges[number].line).intersects(water):
            alone.add(part)
            continue
        start = min(sorted(part), key=lambda node: Point(node).distance(edges[number].line))
        edges, node = split_edge(edges, number, Point(start))
        graph.add_edges_from([*_ends(edges[number : number + 2]), (start, node)])
        edges = [*edges, Edge((start, node), "tertiary" if len(part) > 20 else "unclassified")]


def _largest_parts(edges: list[Edge]) -> list[Edge]:
    """Keep the networks of the mainland's banks and of the islands, drop loose scraps."""
    kept = set()
    parts = sorted(nx.connected_components(nx.Graph(_ends(edges))), key=len, reverse=True)
    for number, part in enumerate(parts):
        x = np.mean([node[0] for node in part])
        if number == 0 or (x > 15 * KM and len(part) > 1) or len(part) > 400:
            kept |= part
    return [edge for edge in edges if edge.xy[0] in kept]


def prune_stumps(edges: list[Edge], shortest_m: float = 70.0) -> list[Edge]:
    """Take away the short ends that stick out over a crossing."""
    for _ in range(2):
        graph = _graph(edges)
        edges = [
            edge
            for edge in edges
            if edge.line.length > shortest_m or min(graph.degree(edge.xy[0]), graph.degree(edge.xy[-1])) > 1
        ]
    return edges


def _city_bridges(ground: Ground, edges: list[Edge]) -> list[Edge]:
    """Join the nearest crossings of the two bank roads where a bridge is wanted."""
    graph = _graph(edges)
    nodes = [node for node in graph if graph.degree(node) > 2 and ground.river.distance(Point(node)) < 320]
    north, _ = split_by_river(ground)
    sides = {True: [], False: []}
    for node in sorted(nodes):
        sides[bool(north.contains(Point(node)))].append(node)
    bridges = []
    for x_km, kind, _, road in BRIDGES[2:]:
        start = min(sides[True], key=lambda node: abs(node[0] - x_km * KM))
        end = min(sides[False], key=lambda node: np.hypot(node[0] - start[0], node[1] - start[1]))
        bridges.append(Edge((start, end), kind, road))
    return bridges


def _cut_bridge(edge: Edge, ground: Ground) -> list[Edge]:
    """Cut a road that crosses the river into its approaches and the bridge."""
    if not edge.line.intersects(ground.river):
        return [edge]
    at = edge.line.project(edge.line.intersection(ground.river).centroid)
    marks = [0.0, max(at - BRIDGE_HALF_M, 0.0), min(at + BRIDGE_HALF_M, edge.line.length), edge.line.length]
    pieces = []
    for start, end in pairwise(marks):
        if end - start > 1:
            xy = tuple(_rounded(Point(c)) for c in substring(edge.line, start, end).coords)
            pieces.append(replace(edge, xy=xy, bridge=start <= at < end))
    return pieces


def nearest_crossing(edges: list[Edge], x: float, y: float) -> tuple[float, float]:
    """The road node nearest to a place."""
    nodes = np.array(sorted({end for edge in edges for end in (edge.xy[0], edge.xy[-1])}))
    return tuple(nodes[np.argmin(np.hypot(nodes[:, 0] - x, nodes[:, 1] - y))].tolist())


def _add_ferries(edges: list[Edge]) -> list[Edge]:
    ferries = []
    for start, end, minutes, name in FERRIES:
        a, b = (nearest_crossing(edges, x * KM, y * KM) for x, y in (start, end))
        ferries.append(Edge((a, b), "ferry", name, minutes=minutes))
    return edges + ferries


def _add_motorway(edges: list[Edge]) -> list[Edge]:
    """Two carriageways over all other roads, with interchanges where they cross the main ones."""
    middle = LineString(smooth(MOTORWAY, 8))
    crossings = _interchanges(middle, edges)
    for side in (1, -1):
        way = middle.offset_curve(-14 * side)
        if side < 0:
            way = way.reverse()
        stops = []
        for crossing, road in crossings:
            at = way.project(crossing)
            edges, foot = _ramp_foot(edges, road, way, side=crossing)
            stops += [(at - 480, "off", foot), (at + 480, "on", foot)]
        edges = edges + _carriageway(middle, way, stops)
    return edges


def _interchanges(middle: LineString, edges: list[Edge]) -> list[tuple[Point, str]]:
    """Where the motorway meets trunk, primary and secondary roads, at least 5 km apart."""
    found: list[tuple[Point, str]] = []
    for edge in sorted(edges, key=lambda e: -RANK[e.kind]):
        if RANK[edge.kind] < RANK["secondary"]:
            break
        for cross in shapely.get_parts(edge.line.intersection(middle)):
            far = all(abs(middle.project(cross) - middle.project(p)) > 4500 for p, _ in found)
            if far and 1500 < middle.project(cross) < middle.length - 1500:
                found.append((cross, edge.name))
    return found


def _ramp_foot(edges: list[Edge], road: str, way: LineString, *, side: Point) -> tuple[list[Edge], tuple[float, float]]:
    """A node on the crossing road, some 200 m off the carriageway on its own side."""
    here = way.project(side)
    a, b = way.interpolate(here - 5), way.interpolate(here + 5)
    right = np.array([b.y - a.y, a.x - b.x]) / 10
    target = Point(np.array([(a.x + b.x) / 2, (a.y + b.y) / 2]) + right * 210)
    near = [i for i, edge in enumerate(edges) if edge.name == road and edge.kind in RANK]
    number = min(near, key=lambda i: edges[i].line.distance(target))
    return split_edge(edges, number, target)


def split_edge(edges: list[Edge], number: int, target: Point) -> tuple[list[Edge], tuple[float, float]]:
    """Cut an edge at the place nearest to a point; returns the edges and the new node."""
    edge = edges[number]
    at = edge.line.project(target)
    ends = {0.0: edge.xy[0], edge.line.length: edge.xy[-1]}
    for end, node in ends.items():
        if abs(at - end) < 20:
            return edges, node
    middle = edge.line.interpolate(at)
    node = (round(middle.x), round(middle.y))
    lengths = [edge.line.project(Point(xy)) for xy in edge.xy]
    first = [xy for xy, d in zip(edge.xy, lengths, strict=True) if d < at - 1]
    last = [xy for xy, d in zip(edge.xy, lengths, strict=True) if d > at + 1]
    halves = [replace(edge, xy=(*first, node)), replace(edge, xy=(node, *last))]
    return [*edges[:number], *halves, *edges[number + 1 :]], node


def _carriageway(middle: LineString, way: LineString, stops: list) -> list[Edge]:
    """One-way stretches between the ramps; the two carriageways meet at the city limit."""
    ends = [middle.coords[0], middle.coords[-1]]
    if way.interpolate(0).distance(Point(ends[0])) > 100:
        ends.reverse()
    marks = sorted({0.0, way.length, *(at for at, _, _ in stops)})
    node_at = {at: _rounded(way.interpolate(at)) for at in marks}
    node_at[0.0], node_at[way.length] = _rounded(Point(ends[0])), _rounded(Point(ends[1]))
    edges = []
    for a, b in pairwise(marks):
        inner = [_rounded(way.interpolate(d)) for d in np.linspace(a, b, max(2, int((b - a) / 320)))[1:-1]]
        edges.append(Edge((node_at[a], *inner, node_at[b]), "motorway", MOTORWAY_NAME, oneway=True))
    for at, turn, foot in stops:
        xy = (node_at[at], foot) if turn == "off" else (foot, node_at[at])
        edges.append(Edge(_bent(xy), "motorway_link", "", oneway=True))
    return edges


def _bent(xy: tuple) -> tuple:
    (x0, y0), (x1, y1) = xy
    return (xy[0], (round((x0 + x1) / 2 + (y1 - y0) * 0.06), round((y0 + y1) / 2 - (x1 - x0) * 0.06)), xy[1])


def _rounded(point: Point) -> tuple[float, float]:
    return float(round(point.x)), float(round(point.y))


def _one_way_streets(edges: list[Edge]) -> list[Edge]:
    """Make pairs of narrow core streets one-way, in turn up and down."""
    core = [Point(s.x * KM, s.y * KM) for s in STREETS if s.name in ("中山街道", "南关街道", "海晏街道", "工农街道")]
    centre = shapely.union_all([p.buffer(1300) for p in core])
    marked = []
    for edge in edges:
        narrow = edge.kind in ("tertiary", "residential") and edge.name[-2:] in NARROW
        if narrow and centre.contains(edge.line):
            axis = 0 if edge.name.endswith("街") else 1
            upward = edge.xy[0][axis] < edge.xy[-1][axis]
            wanted = edge.name[-2] in "二八"
            edge = replace(edge, xy=edge.xy if upward == wanted else edge.xy[::-1], oneway=True)
        marked.append(edge)
    return marked


def _open_dead_ends(edges: list[Edge]) -> list[Edge]:
    """Make one-way streets two-way again where they would trap somebody."""
    while True:
        graph = nx.DiGraph()
        for edge in edges:
            graph.add_edge(edge.xy[0], edge.xy[-1])
            if not edge.oneway:
                graph.add_edge(edge.xy[-1], edge.xy[0])
        main = max(nx.strongly_connected_components(graph), key=len)
        trapped = [
            i for i, e in enumerate(edges)
            if e.oneway and e.kind in RANK and not (e.xy[0] in main and e.xy[-1] in main)
        ]  # fmt: skip
        if not trapped:
            return [edge for edge in edges if edge.xy[0] in main and edge.xy[-1] in main]
        edges = [replace(e, oneway=False) if i in set(trapped) else e for i, e in enumerate(edges)]
