"""Roads between the towns and to the villages: cheapest paths over a rough terrain that share each other's way."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

import networkx as nx
import numpy as np
import shapely
from scipy import sparse
from scipy.sparse import csgraph
from shapely.geometry import LineString, Point

from .ground import BOUNDS_M, KM, Ground, Noise, hill_height
from .places import street_named
from .streets import BRIDGES, RANK, RING, Road

CELL_M = 250.0
# From, to, class, name. A pair of numbers is a point in km: a gate of the ring or a point at the city limit.
TRUNKS = (
    ((-0.2, 10.35), "屿城街道", "trunk", "滨北路"),
    ("屿城街道", "沙岭镇", "trunk", "滨北路"),
    ("沙岭镇", (5.0, 27.6), "trunk", "滨北路"),
    ((-9.3, 4.6), "石桥镇", "trunk", "青峦路"),
    ("石桥镇", "峦城街道", "trunk", "青峦路"),
    ("峦城街道", "青峰街道", "trunk", "青峰路"),
    ("青峰街道", "龙潭镇", "trunk", "青峰路"),
    ("龙潭镇", (-33.6, 11.2), "primary", "青峰路"),
    ((-0.2, -10.05), "南滩街道", "trunk", "滨南路"),
    ("南滩街道", "盐场街道", "trunk", "滨南路"),
    ("盐场街道", (1.0, -24.0), "trunk", "滨南路"),
    ((-7.2, -7.3), "科创街道", "trunk", "科创大道"),
    ("科创街道", "黄泥镇", "trunk", "西南公路"),
    ("黄泥镇", "大坪镇", "trunk", "西南公路"),
    ("大坪镇", (-12.6, -24.8), "primary", "西南公路"),
    ("峦城街道", "清泉镇", "trunk", "西部干线"),
    ("清泉镇", "石门镇", "trunk", "西部干线"),
    ("石门镇", "黄泥镇", "primary", "石黄路"),
    ((-9.65, -1.6), "临河镇", "primary", "临河路"),
    ("临河镇", "清泉镇", "primary", "临河路"),
    ("清泉镇", "松岗镇", "primary", "松岗路"),
    ("松岗镇", (-33.0, -3.2), "secondary", "松岗路"),
    ("石门镇", "枫林乡", "primary", "枫林路"),
    ("松岗镇", "枫林乡", "secondary", "松枫路"),
    ("金沙街道", "北港街道", "primary", "北港路"),
    ("北港街道", "白石镇", "primary", "白石路"),
    ("白石镇", "沙岭镇", "primary", "白沙路"),
    ("屿城街道", "北港街道", "trunk", "屿港路"),
    ("屿城街道", "柳营镇", "primary", "柳营路"),
    ("柳营镇", "竹溪镇", "primary", "竹溪路"),
    ("竹溪镇", "石桥镇", "primary", "石竹路"),
    ("竹溪镇", "云岭镇", "primary", "云岭路"),
    ("云岭镇", "青峰街道", "secondary", "云青路"),
    ("柳营镇", "苇塘镇", "secondary", "苇塘路"),
    ("苇塘镇", "沙岭镇", "secondary", "苇沙路"),
    ("屿城街道", "苇塘镇", "primary", "苇屿路"),
    ("南滩街道", "沙河镇", "primary", "沙河路"),
    ("沙河镇", "黄泥镇", "primary", "沙黄路"),
    ("沙河镇", "秀水镇", "primary", "秀水路"),
    ("秀水镇", "大坪镇", "secondary", "秀坪路"),
    ("秀水镇", "盐场街道", "primary", "秀盐路"),
    ("秀水镇", "南滩街道", "secondary", "秀南路"),
    ("苇塘镇", "白石镇", "secondary", "苇白路"),
    ("竹溪镇", "峦城街道", "primary", "竹峦路"),
    ("石门镇", "科创街道", "secondary", "石科路"),
    ((4.6, -8.6), "南滩街道", "primary", "临港大道"),
    ("科创街道", "沙河镇", "secondary", "科沙路"),
    ((-7.6, 7.8), "柳营镇", "secondary", "北柳路"),
    ((5.2, 9.4), "金沙街道", "primary", "滨海大道"),
)


@dataclass
class Terrain:
    """A cost raster, the road cells already taken, and the best class on every step between two cells."""

    cost: np.ndarray
    x: np.ndarray
    y: np.ndarray
    steps: dict[tuple[int, int], tuple[str, str]] = field(default_factory=dict)

    @property
    def n_columns(self) -> int:
        return self.cost.shape[1]

    def cell_of(self, xy: tuple[float, float]) -> int:
        """Number of the cell at local metres."""
        row = int((xy[1] - BOUNDS_M[1]) // CELL_M)
        return row * self.n_columns + int((xy[0] - BOUNDS_M[0]) // CELL_M)

    def graph(self) -> sparse.csr_matrix:
        """Cost of a step to each of the eight neighbours; steps that carry a road are cheap."""
        number = np.arange(self.cost.size).reshape(self.cost.shape)
        rows, cols, data = [], [], []
        for dy, dx in ((0, 1), (1, 0), (1, 1), (1, -1)):
            here = number[: -dy or None, max(0, -dx) : -dx if dx > 0 else None]
            there = number[dy:, max(0, dx) : dx if dx < 0 else None]
            a, b = here.ravel(), there.ravel()
            price = (self.cost.flat[a] + self.cost.flat[b]) / 2 * np.hypot(dx, dy)
            fine = np.isfinite(price)
            rows.append(a[fine])
            cols.append(b[fine])
            data.append(price[fine])
        a, b, price = np.concatenate(rows), np.concatenate(cols), np.concatenate(data)
        keys = np.array([i * self.cost.size + j for i, j in self.steps], dtype=np.int64)
        taken = np.isin(np.minimum(a, b) * self.cost.size + np.maximum(a, b), keys)
        price = np.where(taken, price * 0.5, price)
        return sparse.csr_matrix((price, (a, b)), shape=(self.cost.size, self.cost.size))

    def lay(self, path: list[int], kind: str, name: str) -> None:
        """Lay a road along a path of cells; a better road that lies there stays."""
        for a, b in pairwise(path):
            key = (min(a, b), max(a, b))
            old = self.steps.get(key)
            if old is None or RANK[kind] > RANK[old[0]]:
                self.steps[key] = (kind, name)


def build_terrain(ground: Ground, rng: np.random.Generator) -> Terrain:
    """Price the ground: hills dear, the river closed but for the western bridge, the city inside the ring avoided."""
    x0, y0, x1, y1 = BOUNDS_M
    x, y = np.meshgrid(np.arange(x0, x1, CELL_M) + CELL_M / 2, np.arange(y0, y1, CELL_M) + CELL_M / 2)
    bumps = Noise.of_scale(1500, rng).at(x, y), Noise.of_scale(4200, rng).at(x, y)
    cost = np.exp(0.45 * bumps[0] + 0.45 * bumps[1]) + 9 * hill_height(x, y) ** 1.5
    city = shapely.Polygon(np.array(RING) * KM).buffer(-200)
    cost[shapely.contains_xy(city, x, y)] *= 5
    cost[~shapely.contains_xy(ground.land.buffer(-150), x, y)] = np.inf
    wall = ground.river.buffer(CELL_M * 1.1).difference(bridge_gap(ground, BRIDGES[0][0]))
    cost[shapely.contains_xy(wall, x, y)] = np.inf
    return Terrain(cost, x + rng.uniform(-70, 70, x.shape), y + rng.uniform(-70, 70, y.shape))


def bridge_gap(ground: Ground, x_km: float) -> shapely.Polygon:
    """The strip across the river in which a bridge stands."""
    xy = river_at(ground, x_km)
    return shapely.box(xy.x - 260, xy.y - 1500, xy.x + 260, xy.y + 1500)


def river_at(ground: Ground, x_km: float) -> Point:
    """The point of the river at a given x."""
    cut = ground.river.intersection(LineString([(x_km * KM, -20_000), (x_km * KM, 20_000)]))
    return shapely.get_parts(cut)[0]


def build_routes(ground: Ground, villages: np.ndarray, streets: list[Road], rng: np.random.Generator) -> list[Road]:
    """Lay the roads between towns, then a road to each village, and turn the cells into smooth lines."""
    terrain = build_terrain(ground, rng)
    stubs = []
    for start, end, kind, name in TRUNKS:
        a, b = _place(start), _place(end)
        path = _cheapest(terrain, terrain.cell_of(a), [terrain.cell_of(b)])
        terrain.lay(path, kind, name)
        stubs += [(xy, cell, kind, name) for xy, cell in ((a, path[0]), (b, path[-1]))]
    built = shapely.union_all([road.line for road in streets])
    stubs += _reach_villages(terrain, villages, built, rng)
    return [*_islet_lanes(ground), *_smooth_lines(terrain), *(_stub(terrain, *stub) for stub in stubs)]


def _islet_lanes(ground: Ground) -> list[Road]:
    x, y = ground.islet.representative_point().coords[0]
    ends = (((-420, 60), (380, -90)), ((-60, 330), (90, -340)))
    return [Road(LineString([(x + a, y + b), (x + c, y + d)]), "unclassified", "渔村路") for (a, b), (c, d) in ends]


def _place(end: str | tuple[float, float]) -> tuple[float, float]:
    if isinstance(end, str):
        street = street_named(end)
        return street.x * KM, street.y * KM
    return end[0] * KM, end[1] * KM


def _open_cell(terrain: Terrain, cell: int) -> int:
    """The nearest cell a road can use."""
    if np.isfinite(terrain.cost.flat[cell]):
        return cell
    row, col = divmod(cell, terrain.n_columns)
    rows, cols = np.nonzero(np.isfinite(terrain.cost))
    nearest = np.argmin((rows - row) ** 2 + (cols - col) ** 2)
    return int(rows[nearest] * terrain.n_columns + cols[nearest])


def _cheapest(terrain: Terrain, start: int, ends: list[int]) -> list[int]:
    start, ends = _open_cell(terrain, start), [_open_cell(terrain, end) for end in ends]
    far, before = csgraph.dijkstra(terrain.graph(), directed=False, indices=start, return_predecessors=True)
    end = min(ends, key=lambda cell: far[cell])
    if not np.isfinite(far[end]):
        message = f"no way over land from cell {start} to {ends}"
        raise ValueError(message)
    path = [end]
    while path[-1] != start:
        path.append(int(before[path[-1]]))
    return path[::-1]


def _reach_villages(
    terrain: Terrain, villages: np.ndarray, built: shapely.Geometry, rng: np.random.Generator
) -> list[tuple]:
    """Lay a road from each village to the nearest road that stands, some villages at a time."""
    cells = np.array([_open_cell(terrain, terrain.cell_of(tuple(xy))) for xy in villages])
    x, y = terrain.x.ravel(), terrain.y.ravel()
    beside, _ = shapely.STRtree(shapely.get_parts(built)).query(shapely.points(x, y), predicate="dwithin", distance=200)
    town = np.intersect1d(beside, np.flatnonzero(np.isfinite(terrain.cost.ravel())))
    town_set = set(town.tolist())
    stubs, waiting = [], rng.permutation(len(villages))
    for batch in np.array_split(waiting, len(villages) // 16):
        sources = np.union1d(town, np.unique([cell for step in terrain.steps for cell in step]))
        far, before, _ = csgraph.dijkstra(
            terrain.graph(), directed=False, indices=sources, min_only=True, return_predecessors=True
        )
        for number in batch[np.isfinite(far[cells[batch]])]:
            path = [int(cells[number])]
            while before[path[-1]] >= 0:
                path.append(int(before[path[-1]]))
            terrain.lay(path, "unclassified", "")
            stubs.append((tuple(villages[number]), path[0], "unclassified", ""))
            if path[-1] in town_set:
                middle = Point(x[path[-1]], y[path[-1]])
                stubs.append((shapely.shortest_line(middle, built).coords[-1], path[-1], "unclassified", ""))
    return stubs


def _stub(terrain: Terrain, xy: tuple[float, float], cell: int, kind: str, name: str) -> Road:
    """The short line from a stated point to the middle of its cell, a little beyond the point."""
    x, y = terrain.x.flat[cell], terrain.y.flat[cell]
    dx, dy = xy[0] - x, xy[1] - y
    over = 1 + 12 / max(np.hypot(dx, dy), 20)
    return Road(LineString([(x, y), (x + dx * over, y + dy * over)]), kind, name)


def _smooth_lines(terrain: Terrain) -> list[Road]:
    graph = nx.Graph()
    for (a, b), (kind, name) in terrain.steps.items():
        graph.add_edge(a, b, kind=kind, name=name)
    joints = {n for n in graph if graph.degree(n) != 2 or len({d["kind"] for *_, d in graph.edges(n, data=True)}) > 1}
    roads, seen = [], set()
    for joint in sorted(joints):
        for neighbour in sorted(graph[joint]):
            chain = [joint, neighbour]
            while chain[-1] not in joints:
                chain.append(next(n for n in sorted(graph[chain[-1]]) if n != chain[-2]))
            key = (min(chain[0], chain[-1]), max(chain[0], chain[-1]), min(chain[1], chain[-2]))
            if key in seen:
                continue
            seen.add(key)
            data = graph.edges[joint, neighbour]
            roads.append(Road(_curve(terrain, chain), data["kind"], data["name"]))
    return roads


def _curve(terrain: Terrain, chain: list[int]) -> LineString:
    xy = np.column_stack([terrain.x.flat[chain], terrain.y.flat[chain]])
    for _ in range(4):
        if len(xy) > 2:
            xy[1:-1] = (xy[:-2] + 2 * xy[1:-1] + xy[2:]) / 4
    line = LineString(xy).simplify(45)
    xy = np.array(line.coords)
    for _ in range(2):
        if len(xy) > 2:
            cut = np.empty((2 * len(xy) - 2, 2))
            cut[0::2] = 0.75 * xy[:-1] + 0.25 * xy[1:]
            cut[1::2] = 0.25 * xy[:-1] + 0.75 * xy[1:]
            xy = np.vstack([xy[:1], cut[1:-1], xy[-1:]])
    return LineString(xy).simplify(6)
