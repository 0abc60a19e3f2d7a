"""The streets of the city and the towns: warped, thinned grids, the ring, the roads along the shore and the river."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry import LineString

from .ground import KM, Ground, Noise, point, smooth
from .people import Density
from .places import CORE_DISTRICTS, STREETS, Street

BANK_M = 170.0
SHORE_M = 230.0
RANK = {"trunk": 6, "primary": 5, "secondary": 4, "tertiary": 3, "residential": 2, "unclassified": 1}
RING = (
    (6.6, 9.0), (5.2, 9.4), (3.6, 9.9), (0.4, 10.3), (-3.8, 9.6), (-7.4, 7.9), (-9.2, 5.0), (-9.6, 2.2), (-9.75, 0.2),
    (-9.6, -3.0),    (-8.2, -6.3), (-4.8, -8.9), (-0.6, -10.0), (3.0, -9.6), (5.6, -8.0), (6.8, -6.2), (9.0, -5.7),
)  # fmt: skip
# x of the road bridges in km, class, name of the bridge, name of the road.
BRIDGES = (
    (-18.6, "trunk", "青峦大桥", "西部干线"),
    (-9.7, "trunk", "澜河大桥", "环城路"),
    (-3.6, "primary", "中山桥", "中山路"),
    (2.3, "primary", "望海桥", "滨海大道"),
)
ROWS = ("人民路", "海晏路", "文昌路", "北关路", "学苑路", "新华路", "迎宾路", "泰和路", "银河路", "山海路", "天山路")
COLUMNS = ("中山路", "望海路", "建设路", "解放路", "青年路", "振兴路", "兴业路", "府前路", "和平路", "湖滨路")


@dataclass(frozen=True)
class Road:
    """One stretch of road before the network is noded."""

    line: LineString
    kind: str
    name: str = ""


def build_streets(ground: Ground, density: Density, rng: np.random.Generator) -> list[Road]:
    """Draw every road inside the built areas, and the ring, shore and bank roads."""
    frame = [*_ring(), *_shore_roads(ground), *_bank_roads(ground)]
    roads = list(frame)
    north, south = split_by_river(ground)
    dry = shapely.difference(ground.mainland.buffer(-SHORE_M + 8), ground.river.buffer(BANK_M - 8))
    near = shapely.union_all([road.line for road in frame]).buffer(120)
    warp = Noise.of_scale(3500, rng), Noise.of_scale(3500, rng)
    core = _core_area()
    for bank, turn, origin in ((north, -9, (-1.0, 1.9)), (south, 11, (-1.0, -2.2))):
        grid = _core_grid(bank, turn, origin, warp=warp, density=density, rng=rng)
        roads += _fit(grid, dry.intersection(bank).intersection(core), near)
    for street in STREETS:
        if street.district not in CORE_DISTRICTS or not street.is_urban:
            roads += _fit(_town_grid(street, density, rng), ground.land.buffer(-60), near)
    return roads


def split_by_river(ground: Ground) -> tuple[shapely.Polygon, shapely.Polygon]:
    """Return the parts of the plane north and south of the river."""
    xy = np.array(ground.river.coords)
    north = shapely.Polygon([*xy, (60_000, 0), (60_000, 60_000), (-60_000, 60_000), (-60_000, 4000)]).buffer(0)
    return north, shapely.box(-60_000, -60_000, 60_000, 60_000).difference(north)


def _core_area() -> shapely.Geometry:
    """The area of the city grid: inside the ring, without the places that have a grid of their own."""
    inside = shapely.Polygon(np.array(RING) * KM).buffer(150)
    towns = [s for s in STREETS if s.is_urban and s.district not in CORE_DISTRICTS]
    return inside.difference(shapely.union_all([point(s.x, s.y).buffer(s.radius * 1.25 * KM) for s in towns]))


def _ring() -> list[Road]:
    line = LineString(smooth(RING))
    return [Road(line, "trunk", "环城路")]


def _shore_roads(ground: Ground) -> list[Road]:
    inner = ground.mainland.buffer(-600).buffer(600 - SHORE_M).exterior
    stretches = (((2.6, 8.6), (0.6, 16.4), "滨海大道", "primary"), ((2.0, 9.5), (-16.5, -0.6), "滨海南路", "secondary"))
    roads = []
    for (x0, x1), (y0, y1), name, kind in stretches:
        piece = inner.intersection(shapely.box(x0 * KM, y0 * KM, x1 * KM, y1 * KM))
        lines = shapely.get_parts(shapely.line_merge(piece))
        roads += [Road(line.simplify(25), kind, name) for line in lines if line.length > 1500]
    return roads


def _bank_roads(ground: Ground) -> list[Road]:
    window = shapely.box(-10.6 * KM, -6 * KM, 3.6 * KM, 8 * KM)
    edge = ground.river.simplify(40).buffer(BANK_M).exterior.intersection(window)
    north, _ = split_by_river(ground)
    roads = []
    for line in shapely.get_parts(shapely.line_merge(edge)):
        side = "北" if north.contains(line.interpolate(0.5, normalized=True)) else "南"
        if line.length > 2000:
            roads.append(Road(line.simplify(15), "secondary", f"滨河{side}路"))
    return roads


def _core_grid(
    bank: shapely.Polygon,
    turn: float,
    origin: tuple[float, float],
    *,
    warp: tuple[Noise, Noise],
    density: Density,
    rng: np.random.Generator,
) -> list[Road]:
    """Warped grid of one bank, thinned where fewer people live."""
    n, step = 40, 330.0
    i, j = np.meshgrid(np.arange(-n, n + 1), np.arange(-n, n + 1), indexing="ij")
    u, v = i * step, j * step
    angle = np.radians(turn)
    x = origin[0] * KM + u * np.cos(angle) - v * np.sin(angle)
    y = origin[1] * KM + u * np.sin(angle) + v * np.cos(angle)
    swing = np.minimum(1, np.hypot(u, v) / 3000) * 420
    x, y = x + warp[0].at(x, y) * swing, y + warp[1].at(x, y) * swing
    x, y = x + rng.normal(0, 26, x.shape), y + rng.normal(0, 26, y.shape)
    edges = [(axis, *edge) for axis in (0, 1) for edge in _grid_edges(n, axis)]
    lines = [LineString([(x[a], y[a]), (x[b], y[b])]) for _, a, b, _ in edges]
    people = _people_beside(lines, density)
    chances = rng.random(len(edges))
    roads = []
    for (axis, _, _, line_no), line, near, chance in zip(edges, lines, people, chances, strict=True):
        kind = _grid_kind(line_no, near, chance)
        if kind:
            side = "东" if line.coords[0][0] > -KM else "西"
            roads.append(Road(line, kind, _grid_name(line_no, (ROWS, COLUMNS)[axis], side, axis)))
    return [road for road in roads if bank.intersects(road.line)]


def _people_beside(lines: list[LineString], density: Density) -> np.ndarray:
    """Residents per km2 around the middle of each line."""
    x, y = np.array([line.interpolate(0.5, normalized=True).coords[0] for line in lines]).T
    return (density.at(x, y) + density.at(x + 250, y + 200)) / 2


def _grid_edges(n: int, axis: int) -> Iterator[tuple[tuple[int, int], tuple[int, int], int]]:
    """Pairs of neighbouring grid nodes along one axis, with the number of their line."""
    size = 2 * n + 1
    for line in range(size):
        for k in range(size - 1):
            a, b = ((k, line), (k + 1, line)) if axis == 0 else ((line, k), (line, k + 1))
            yield a, b, line - n


def _grid_kind(line_no: int, people: float, chance: float) -> str | None:
    if line_no % 6 == 0:
        return "primary" if people > 250 else None
    if line_no % 3 == 0:
        return "secondary" if people > 800 else None
    if line_no % 2 == 0:
        return "tertiary" if people > 2100 and chance < 0.94 else None
    return "residential" if people > 3300 and chance < 0.80 else None


def _grid_name(line_no: int, names: tuple, side: str, axis: int) -> str:
    base = names[(line_no // 3) % len(names)]
    if line_no % 3 == 0:
        return base if axis == 1 else f"{base[:-1]}{side}路"
    return f"{base[:-1]}{'一二三四五六七八九'[line_no % 9]}{'街' if axis == 0 else '巷'}"


def _town_grid(street: Street, density: Density, rng: np.random.Generator) -> list[Road]:
    """Small turned grid around the centre of a town."""
    step = 260.0 if street.core_k > 20 else 210.0
    n = int(street.radius * 1.5 * KM / step)
    i, j = np.meshgrid(np.arange(-n, n + 1), np.arange(-n, n + 1), indexing="ij")
    angle = rng.uniform(-35, 35)
    cos, sin = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    x = street.x * KM + i * step * cos - j * step * sin + rng.normal(0, 28, i.shape)
    y = street.y * KM + i * step * sin + j * step * cos + rng.normal(0, 28, i.shape)
    edges = [(axis, *edge) for axis in (0, 1) for edge in _grid_edges(n, axis)]
    lines = [LineString([(x[a], y[a]), (x[b], y[b])]) for _, a, b, _ in edges]
    chances = rng.random(len(edges))
    roads = []
    for (axis, _, _, line_no), line, near, chance in zip(
        edges, lines, _people_beside(lines, density), chances, strict=True
    ):
        main = line_no % 3 == 0
        if near > (1100 if main else 2200) and (main or chance < 0.82):
            roads.append(Road(line, "tertiary" if main else "residential", _town_road_name(street, line_no, axis)))
    return roads


def _town_road_name(street: Street, line_no: int, axis: int) -> str:
    stem = street.name.removesuffix("街道").removesuffix("镇").removesuffix("乡")
    if line_no == 0:
        return f"{stem}大街" if axis == 0 else f"{stem}路"
    return f"{stem}{'一二三四五六七八九十'[line_no % 10]}{'街' if axis == 0 else '路'}"


def _fit(roads: list[Road], area: shapely.Geometry, near: shapely.Geometry) -> list[Road]:
    """Cut roads to an area and drop those that run beside the frame roads."""
    shapely.prepare(area)
    shapely.prepare(near)
    kept = []
    for road in roads:
        line = road.line if area.contains(road.line) else road.line.intersection(area)
        parts = [part for part in shapely.get_parts(line) if part.geom_type == "LineString" and part.length > 60]
        kept += [Road(part, road.kind, road.name) for part in parts if not near.contains(part)]
    return kept
