"""Communities and streets, grown from small blocks between roads, the river and irregular field borders."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import shapely
from scipy.sparse import csgraph
from scipy.spatial.distance import cdist

from .ground import KM, Ground, Noise, hill_height, scatter_points
from .network import Edge
from .people import Density
from .places import ISLAND_STREET, STREETS, Street, street_named
from .streets import RANK, split_by_river

MAJOR = ("trunk", "primary", "secondary")
CELL_M2 = 100.0 * 100.0


@dataclass(frozen=True)
class Blocks:
    """The smallest pieces of land and the graph of their shared edges."""

    shapes: np.ndarray
    xy: np.ndarray
    people: np.ndarray
    graph: nx.Graph


def build_communities(
    ground: Ground, density: Density, edges: list[Edge], rng: np.random.Generator
) -> gpd.GeoDataFrame:
    """Return one row a community: street code, number in the street, residents by the density, geometry."""
    blocks = build_blocks(ground, density, edges, rng)
    street = assign_streets(blocks)
    community = np.full(len(blocks.shapes), -1)
    rows = []
    for index, place in enumerate(STREETS):
        members = np.flatnonzero(street == index)
        for number, part in enumerate(_split_street(place, blocks, members, ground), start=1):
            community[part] = len(rows)
            rows.append({"street": place.code, "number": number, "people": float(blocks.people[part].sum())})
    shapes = [shapely.coverage_union_all(blocks.shapes[community == row]) for row in range(len(rows))]
    shapes = shapely.coverage_simplify(np.array(shapes), 38.0)
    return gpd.GeoDataFrame(pd.DataFrame(rows), geometry=shapes)


def build_blocks(ground: Ground, density: Density, edges: list[Edge], rng: np.random.Generator) -> Blocks:
    """Cut the land along coast, river and roads, and what stays large along irregular lines."""
    frame = [edge.line for edge in edges if edge.kind in RANK and edge.kind != "unclassified" and not edge.bridge]
    frame += [ground.river, *(part.exterior for part in ground.land.geoms)]
    faces = _faces(frame, ground)
    large = shapely.union_all([face for face in faces if face.area > 0.28e6])
    fields = _field_lines(ground, large, rng)
    shapes = np.array(_faces([*frame, *fields], ground))
    shapes = shapes[np.lexsort(shapely.bounds(shapes).round(1).T)]
    centres = shapely.get_coordinates(shapely.point_on_surface(shapes))
    return Blocks(shapes, centres, _people_in(shapes, density), _block_graph(shapes, centres, edges, ground, rng))


def _faces(lines: list, ground: Ground) -> list[shapely.Polygon]:
    noded = shapely.unary_union(np.array(lines), grid_size=1.0)
    land = ground.land
    shapely.prepare(land)
    return [f for f in shapely.get_parts(shapely.polygonize([noded])) if land.contains(f.point_on_surface())]


def _field_lines(ground: Ground, large: shapely.Geometry, rng: np.random.Generator) -> list:
    points = scatter_points(ground.land.envelope, 430, rng)
    shapely.prepare(large)
    keep = shapely.dwithin(large, shapely.points(points), 900)
    cells = shapely.voronoi_polygons(shapely.multipoints(points[keep]), only_edges=True)
    return list(shapely.get_parts(shapely.intersection(cells, large)))


def _people_in(shapes: np.ndarray, density: Density) -> np.ndarray:
    x0, y0, x1, y1 = shapely.total_bounds(shapes)
    x, y = np.meshgrid(np.arange(x0, x1, 100) + 50, np.arange(y0, y1, 100) + 50)
    people = density.at(x.ravel(), y.ravel()) * CELL_M2 / 1e6
    inhabited = people > 0
    points = shapely.points(x.ravel()[inhabited], y.ravel()[inhabited])
    cell, block = shapely.STRtree(shapes).query(points, predicate="within")
    return np.bincount(block, weights=people[inhabited][cell], minlength=len(shapes))


def _block_graph(
    shapes: np.ndarray, centres: np.ndarray, edges: list[Edge], ground: Ground, rng: np.random.Generator
) -> nx.Graph:
    """Neighbouring blocks with the price of growing from one to the other; never over the river."""
    shared = _shared_edges(shapes)
    pairs = np.array(list(shared))
    middles = np.array([shared[tuple(pair)][1] for pair in pairs.tolist()])
    on_road = _road_price(middles, edges)
    a, b = pairs.T
    length = np.hypot(*(centres[a] - centres[b]).T)
    rough = np.exp(0.35 * Noise.of_scale(900, rng).at(*middles.T))
    climb = 1 + 2.5 * hill_height(*middles.T)
    north, _ = split_by_river(ground)
    shapely.prepare(north)
    side = shapely.contains_xy(north, centres[:, 0], centres[:, 1])
    price = length * rough * climb + on_road
    graph = nx.Graph()
    graph.add_nodes_from(range(len(shapes)))
    for row in np.flatnonzero(side[a] == side[b]):
        i, j = pairs[row].tolist()
        graph.add_edge(i, j, price=float(price[row]), border=shared[i, j][0])
    return graph


def _shared_edges(shapes: np.ndarray) -> dict[tuple[int, int], tuple[float, np.ndarray]]:
    """Length and one middle point of the border of each pair of neighbouring blocks."""
    owners: dict[tuple, list[int]] = defaultdict(list)
    for number, shape in enumerate(shapes):
        for ring in (shape.exterior, *shape.interiors):
            for p, q in pairwise(tuple(c) for c in ring.coords):
                owners[min(p, q), max(p, q)].append(number)
    borders: dict[tuple[int, int], list] = defaultdict(list)
    for (p, q), who in owners.items():
        if len(who) == 2 and who[0] != who[1]:
            length = np.hypot(p[0] - q[0], p[1] - q[1])
            borders[min(who), max(who)].append((length, (p[0] + q[0]) / 2, (p[1] + q[1]) / 2))
    found = {}
    for pair in sorted(borders):
        longest = max(borders[pair])
        found[pair] = (sum(piece[0] for piece in borders[pair]), np.array(longest[1:]))
    return found


def _road_price(middles: np.ndarray, edges: list[Edge]) -> np.ndarray:
    """Crossing a main road is dear, so that borders follow main roads."""
    price = np.zeros(len(middles))
    points = shapely.points(middles)
    for kind, dear in (("tertiary", 90.0), ("secondary", 260.0), ("primary", 420.0), ("trunk", 800.0)):
        lines = np.array([edge.line for edge in edges if edge.kind == kind])
        beside, _ = shapely.STRtree(lines).query(points, predicate="dwithin", distance=3.0)
        price[beside] = dear
    return price


def assign_streets(blocks: Blocks) -> np.ndarray:
    """Grow the streets from their centres; the islands belong to the island town."""
    seeds = [int(np.argmin(np.hypot(*(blocks.xy - [s.x * KM, s.y * KM]).T))) for s in STREETS]
    reach = np.array([1.0 if street.is_urban and street.core_k > 30 else 1.45 for street in STREETS])
    far = _way_lengths(blocks.graph, seeds) / reach[:, None]
    owner = np.where(np.isfinite(far.min(axis=0)), far.argmin(axis=0), -1)
    island = STREETS.index(street_named(ISLAND_STREET))
    owner[blocks.xy[:, 0] > 15 * KM] = island
    everything = np.arange(len(owner))
    return _absorb_loose(blocks, _trim_tongues(blocks.graph, everything, _absorb_loose(blocks, owner), margin=1.15))


def _way_lengths(graph: nx.Graph, seeds: list[int]) -> np.ndarray:
    """Price of the cheapest way from each seed to each node, in the order of the graph."""
    order = {node: position for position, node in enumerate(graph)}
    prices = nx.to_scipy_sparse_array(graph, weight="price", format="csr")
    return csgraph.dijkstra(prices, indices=[order[seed] for seed in seeds])


def _absorb_loose(blocks: Blocks, owner: np.ndarray) -> np.ndarray:
    """Give parts cut off from their own street, and blocks nobody reached, to the neighbour with the longest border."""
    owner = owner.copy()
    for label in range(-1, len(STREETS)):
        members = np.flatnonzero(owner == label)
        parts = sorted(nx.connected_components(blocks.graph.subgraph(members.tolist())), key=len, reverse=True)
        for part in parts[0 if label < 0 else 1 :]:
            votes: dict[int, float] = defaultdict(float)
            for block in part:
                for other, data in blocks.graph[block].items():
                    if other not in part and owner[other] >= 0:
                        votes[int(owner[other])] += data["border"]
            if votes:
                owner[list(part)] = max(votes, key=votes.get)
    return owner


def _split_street(street: Street, blocks: Blocks, members: np.ndarray, ground: Ground) -> list[np.ndarray]:
    """Split a street into its communities, balanced between residents and area, numbered from the north-west."""
    if street.name != ISLAND_STREET:
        return _split(blocks, members, street.communities)
    on_islet = shapely.contains_xy(ground.islet.buffer(200), blocks.xy[members, 0], blocks.xy[members, 1])
    return [*_split(blocks, members[~on_islet], street.communities - 1), members[on_islet]]


def _split(blocks: Blocks, members: np.ndarray, n: int) -> list[np.ndarray]:
    area = shapely.area(blocks.shapes[members])
    load = 0.6 * blocks.people[members] / blocks.people[members].sum() + 0.4 * area / area.sum()
    xy = blocks.xy[members]
    centres = _weighted_centres(xy, load, n)
    seeds = [int(members[np.argmin(np.hypot(*(xy - centre).T))]) for centre in centres]
    graph = nx.Graph()
    graph.add_nodes_from(members.tolist())
    graph.add_edges_from(blocks.graph.subgraph(members.tolist()).edges(data=True))
    far = _way_lengths(graph, seeds)
    scale = np.sqrt(area.sum() / n)
    head_start, best, worst = np.zeros(n), far.argmin(axis=0), np.inf
    for _ in range(20):
        owner = (far + head_start[:, None]).argmin(axis=0)
        share = np.bincount(owner, weights=load, minlength=n) * n
        if share.min() > 0 and share.max() < worst:
            best, worst = owner, share.max()
        head_start = np.clip(head_start + scale * 0.18 * (share - 1), -0.5 * scale, 0.5 * scale)
    best = _trim_tongues(graph, members, best)
    return [members[best == number] for number in range(n)]


def _weighted_centres(xy: np.ndarray, load: np.ndarray, n: int) -> np.ndarray:
    """Centres of `n` compact groups of like load (Lloyd's iteration), from the north-west to the south-east."""
    first = [int(np.argmax(load))]
    for _ in range(n - 1):
        first.append(int(np.argmax(cdist(xy, xy[first]).min(axis=1) * load**0.35)))
    centres = xy[first]
    for _ in range(25):
        nearest = cdist(xy, centres).argmin(axis=1)
        total = np.bincount(nearest, weights=load, minlength=n)
        sums = [np.bincount(nearest, weights=load * axis, minlength=n) for axis in xy.T]
        centres = np.where(total[:, None] > 0, np.column_stack(sums) / np.maximum(total, 1e-12)[:, None], centres)
    return centres[np.lexsort([centres[:, 0], -np.round(centres[:, 1] / 700)])]


def _trim_tongues(graph: nx.Graph, members: np.ndarray, owner: np.ndarray, *, margin: float = 1.6) -> np.ndarray:
    """Hand over blocks that are mostly surrounded by another community or street."""
    label = dict(zip(members.tolist(), owner.tolist(), strict=True))
    for _ in range(3):
        for block in members.tolist():
            votes: dict[int, float] = defaultdict(float)
            for other, data in graph[block].items():
                votes[label[other]] += data["border"]
            winner = max(votes, key=votes.get) if votes else label[block]
            if winner != label[block] and votes[winner] > margin * votes[label[block]]:
                own = {other for other in graph[block] if label[other] == label[block]}
                if own and _still_joined(graph, own, label, block):
                    label[block] = winner
    return np.array([label[block] for block in members.tolist()])


def _still_joined(graph: nx.Graph, own: set[int], label: dict[int, int], without: int) -> bool:
    """Whether the neighbours of a block stay connected with each other when it leaves."""
    start = min(own)
    seen, todo = {start}, [start]
    while todo:
        for other in graph[todo.pop()]:
            if other != without and other not in seen and label[other] == label[start]:
                seen.add(other)
                todo.append(other)
    return own <= seen


def river_border(communities: gpd.GeoDataFrame, ground: Ground) -> shapely.Geometry:
    """The river as it runs along the borders of the communities, one line from the west to the sea."""
    north, _ = split_by_river(ground)
    shapely.prepare(north)
    main = communities.geometry.centroid.x < 15 * KM
    side = shapely.contains_xy(north, *shapely.get_coordinates(communities.geometry.representative_point()).T)
    above = shapely.coverage_union_all(communities.geometry[main & side].to_numpy())
    below = shapely.coverage_union_all(communities.geometry[main & ~side].to_numpy())
    return shapely.line_merge(shapely.intersection(above.boundary, below.boundary))
