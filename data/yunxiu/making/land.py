"""The land: two valleys, the ridge between them with one pass, and mountains around; heights on a grid of 300 m."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter
from scipy.sparse import coo_matrix, csr_matrix

CELL_KM = 0.3
VALLEYS = (
    [(6.0, 20.0), (7.0, 14.0), (9.0, 8.0), (10.0, 0.0), (11.5, -8.0), (9.0, -15.0), (3.0, -20.0), (-1.5, -21.0), (-3.0, -28.0)],
    [(-18.5, 14.0), (-16.5, 6.0), (-14.0, -2.0), (-12.0, -11.0), (-7.0, -17.0), (-1.5, -21.0)],
    [(26.0, 8.0), (18.0, 6.0), (11.0, 2.0)],
    [(24.0, -4.0), (17.0, -6.0), (11.5, -7.0)],
    [(-24.0, -9.0), (-18.0, -7.0), (-13.0, -5.0)],
)  # fmt: skip
RIDGES = (
    ([(-5.0, 24.0), (-3.5, 12.0), (-3.0, 9.5)], 950.0),
    ([(-2.0, 3.5), (-3.0, -4.0), (-1.0, -14.0)], 900.0),
    ([(13.0, 20.0), (17.0, 10.5), (22.0, 12.0), (29.0, 12.0)], 700.0),
    ([(16.0, -1.0), (27.0, 1.0)], 600.0),
    ([(15.0, -10.5), (26.0, -9.0)], 600.0),
    ([(-21.0, 8.0), (-21.5, -2.0), (-30.0, -4.0)], 650.0),
)


@dataclass(frozen=True, eq=False)
class Land:
    """Cells inside the county: middle (n, 2) km, height m, the number of each cell in the grid, and ways between cells."""

    middle: NDArray[np.float64]
    height_m: NDArray[np.float64]
    ways: csr_matrix
    outline: shapely.Polygon

    def cell_at(self, x_km: float, y_km: float) -> int:
        """The cell nearest to a point."""
        return int(np.argmin(((self.middle - (x_km, y_km)) ** 2).sum(axis=1)))


def build_land(seats: NDArray[np.float64], rng: np.random.Generator) -> Land:
    """The county around its townships' seats (n, 2) km; `ways` holds the effort of going between neighbouring cells."""
    outline = _outline(seats, rng)
    west, south, east, north = outline.bounds
    x, y = np.arange(west, east, CELL_KM) + CELL_KM / 2, np.arange(south, north, CELL_KM) + CELL_KM / 2
    grid_x, grid_y = np.meshgrid(x, y)
    points = shapely.points(grid_x, grid_y)
    height = 420.0 + gaussian_filter(rng.normal(0, 1, grid_x.shape), 6) * 2600
    height += gaussian_filter(rng.normal(0, 1, grid_x.shape), 2.2) * 700
    for line in VALLEYS:
        away = shapely.distance(points, shapely.LineString(line))
        height -= 420 * np.exp(-((away / 2.6) ** 2))
    for line, top_m in RIDGES:
        height += top_m * np.exp(-((shapely.distance(points, shapely.LineString(line)) / 2.2) ** 2))
    height = np.maximum(gaussian_filter(height, 1), 40.0)
    inside = shapely.contains(outline, points)
    number = np.full(inside.shape, -1)
    number[inside] = np.arange(inside.sum())
    middle = np.column_stack([grid_x[inside], grid_y[inside]])
    return Land(middle, height[inside], _ways(number, height), outline)


def _outline(seats: NDArray[np.float64], rng: np.random.Generator) -> shapely.Polygon:
    hull = shapely.concave_hull(shapely.multipoints(seats), ratio=0.55).buffer(5.5)
    ring = shapely.get_coordinates(shapely.segmentize(hull.exterior, 2.5))[:-1]
    middle = ring.mean(axis=0)
    angle = np.arctan2(*(ring - middle).T[::-1])
    wave = sum(rng.uniform(0.2, 0.5) * np.sin(n * angle + rng.uniform(0, 2 * np.pi)) for n in (5, 9, 14, 21))
    away = (ring - middle) / np.linalg.norm(ring - middle, axis=1)[:, None]
    return shapely.Polygon(ring + away * np.asarray(wave)[:, None]).buffer(0)


def _ways(number: NDArray[np.int64], height: NDArray[np.float64]) -> csr_matrix:
    """Effort between the eight neighbours: kilometres, dearer up and down and high up."""
    rows, columns, effort = [], [], []
    for down, right in ((0, 1), (1, 0), (1, 1), (1, -1)):
        here = (slice(0, -down or None), slice(max(-right, 0), -right if right > 0 else None))
        there = (slice(down, None), slice(max(right, 0), right if right < 0 else None))
        a, b = number[here].ravel(), number[there].ravel()
        km = CELL_KM * np.hypot(down, right)
        slope = np.abs(height[here] - height[there]).ravel() / (km * 1000)
        high = ((height[here] + height[there]) / 2000).ravel()
        both = (a >= 0) & (b >= 0)
        rows += [a[both]]
        columns += [b[both]]
        effort += [(km * (1 + 14 * slope + 1.5 * high))[both]]
    size = int(number.max()) + 1
    half = coo_matrix((np.concatenate(effort), (np.concatenate(rows), np.concatenate(columns))), shape=(size, size))
    return (half + half.T).tocsr()
