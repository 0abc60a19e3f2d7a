"""Townships, villages and roads, all by the effort of going over the land."""

from __future__ import annotations

from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.sparse.csgraph import dijkstra

from .land import CELL_KM, Land

FIRST = "青白云石松竹梅兰金银上下大小东西南北前后长高古新"
SECOND = "山溪坪坑田湖塘湾岭洋坂洲源头桥楼厝林埔寨岗峰垄泉"
TRUNK = ("上洋镇", "柳坪镇", "岫城镇", "白石镇", "大湾镇", "两河镇", "古渡镇", "南溪镇", "桃岭镇", "松口乡")
"""Towns along the two valleys: the county's main road runs from one to the next."""
BRANCHES = (
    ("岫城镇", "河东镇", "secondary"), ("河东镇", "石门乡", "tertiary"), ("柳坪镇", "长岭乡", "secondary"),
    ("长岭乡", "桃岭镇", "secondary"), ("岫城镇", "茶坑乡", "tertiary"), ("大湾镇", "雾溪乡", "tertiary"),
    ("河东镇", "高坪乡", "tertiary"), ("南溪镇", "横塘乡", "tertiary"), ("南溪镇", "竹海乡", "tertiary"),
    ("松口乡", "云顶乡", "tertiary"), ("松口乡", "深坑乡", "tertiary"),
)  # fmt: skip
RANK = ("primary", "secondary", "tertiary", "unclassified")
KEEP_APART_KM = 1.6


def draw_townships(land: Land, seats: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.object_]]:
    """The township of each cell, the one whose seat is easiest to reach, and the townships' polygons in km."""
    _, _, source = dijkstra(land.ways, indices=seats, min_only=True, return_predecessors=True)
    township = np.searchsorted(np.sort(seats), source)
    township = np.argsort(seats)[township]
    half = CELL_KM / 2 + 1e-9
    x, y = land.middle.T.round(6)
    squares = shapely.box(x - half, y - half, x + half, y + half)
    shapes = np.array([shapely.union_all(squares[township == t], grid_size=0.01) for t in range(len(seats))])
    shapes = shapely.coverage_simplify(shapes, 0.4)
    return township, shapes


def place_villages(
    land: Land, township: NDArray[np.int64], table: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """Villages by township: the seat first (its town), then others in low and gentle places, apart from each other."""
    steep = np.asarray(land.ways.mean(axis=1)).ravel()
    rows: list[tuple[int, int, str, float]] = []
    taken: set[str] = set()
    for t, row in enumerate(table.itertuples()):
        seat = land.cell_at(row.x_km, row.y_km)
        town = row.千人 * 1000 * row.镇区占比
        rows.append((t, seat, f"{row.乡镇}镇区" if row.乡镇.endswith("乡") else f"{row.乡镇}居民区", town))
        inside = np.flatnonzero(township == t)
        weight = np.exp(-land.height_m[inside] / 160) / steep[inside]
        order = inside[np.argsort(rng.exponential(size=len(inside)) / weight)]
        chosen = [seat]
        for cell in order:
            if len(chosen) > row.村数:
                break
            if np.linalg.norm(land.middle[chosen] - land.middle[cell], axis=1).min() >= KEEP_APART_KM:
                chosen.append(int(cell))
        share = rng.lognormal(0, 0.45, len(chosen) - 1)
        for cell, part in zip(chosen[1:], share / share.sum(), strict=True):
            rows.append((t, cell, f"{_name(rng, taken)}村", (row.千人 * 1000 - town) * part))
    return pd.DataFrame(rows, columns=["township", "cell", "name", "people"])


def _name(rng: np.random.Generator, taken: set[str]) -> str:
    while True:
        name = FIRST[rng.integers(len(FIRST))] + SECOND[rng.integers(len(SECOND))]
        if name not in taken:
            taken.add(name)
            return name


def build_roads(land: Land, seats: dict[str, int], villages: pd.DataFrame) -> gpd.GeoDataFrame:
    """Lines in km with their class: the main road, branches to the townships, and a way from each village to the next road."""
    best: dict[tuple[int, int], int] = {}
    ways = [(a, b, "primary") for a, b in pairwise(TRUNK)] + list(BRANCHES)
    for a, b, kind in ways:
        _, before = dijkstra(land.ways, indices=seats[a], return_predecessors=True)
        _lay(best, _way_back(before, seats[b]), RANK.index(kind))
    road = np.unique(np.array(list(best)))
    _, before, _ = dijkstra(land.ways, indices=road, min_only=True, return_predecessors=True)
    for cell in villages["cell"]:
        _lay(best, _way_back(before, int(cell)), RANK.index("unclassified"))
    ends = np.bincount(np.array(list(best)).ravel(), minlength=len(land.middle))
    forks = {tuple(xy) for xy in land.middle[ends > 2]}
    rows = []
    for rank, kind in enumerate(RANK):
        pairs = [pair for pair, own in best.items() if own == rank]
        if pairs:
            lines = shapely.linestrings(land.middle[np.array(sorted(pairs))])
            merged = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(lines)))
            rows += [(kind, piece) for line in merged for piece in _cut(line, forks)]
    frame = gpd.GeoDataFrame(rows, columns=["highway", "geometry"], geometry="geometry")
    order = sorted(range(len(frame)), key=lambda i: (RANK.index(rows[i][0]), list(rows[i][1].coords)))
    return frame.iloc[order].reset_index(drop=True)


def _cut(line: shapely.LineString, forks: set[tuple[float, ...]]) -> list[shapely.LineString]:
    """A line in pieces that end where roads fork."""
    xy = list(line.coords)
    cuts = [0, *(i for i in range(1, len(xy) - 1) if xy[i] in forks), len(xy) - 1]
    return [shapely.LineString(xy[a : b + 1]) for a, b in pairwise(cuts)]


def _way_back(before: NDArray[np.int32], start: int) -> list[int]:
    """Cells from `start` back to where the search began."""
    path = [start]
    while before[path[-1]] >= 0:
        path.append(int(before[path[-1]]))
    return path


def _lay(best: dict[tuple[int, int], int], path: list[int], rank: int) -> None:
    for a, b in pairwise(path):
        pair = (min(a, b), max(a, b))
        best[pair] = min(rank, best.get(pair, rank))
