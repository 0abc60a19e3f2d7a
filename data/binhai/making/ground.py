"""Coast, river, hills and islands of the invented city, in local metres from a point near the river mouth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from scipy import ndimage
from shapely.geometry import LineString, MultiPolygon, Point, Polygon

KM = 1000.0
BOUNDS_M = (-37_000.0, -30_000.0, 27_000.0, 31_000.0)

# Control points in km, from the northern city limit along the shore to the southern one.
COAST = (
    (8.5, 27.4), (10.2, 24.4), (9.9, 21.4), (12.1, 19.0), (13.9, 16.6), (12.6, 14.4), (12.0, 13.0), (9.2, 12.2),
    (7.2, 10.2), (6.5, 8.0), (7.4, 5.9), (7.0, 4.2), (5.6, 2.6), (4.4, 1.3), (3.7, 0.35), (3.9, -0.5), (4.9, -1.7),
    (6.6, -2.6), (8.3, -4.0), (9.0, -6.2), (8.4, -8.4), (6.4, -9.8), (5.2, -12.0), (5.9, -14.4), (7.0, -16.4),
    (5.8, -18.6), (4.6, -21.2), (2.2, -24.2),
)  # fmt: skip
INLAND = (
    (2.2, -24.2), (-2.0, -24.8), (-6.5, -26.4), (-11.0, -25.2), (-14.5, -26.0), (-17.5, -22.4), (-21.0, -19.6),
    (-26.5, -19.4), (-28.0, -16.0), (-31.6, -12.6), (-30.4, -8.0), (-33.6, -4.6), (-31.8, 1.0), (-33.4, 5.2),
    (-34.6, 10.2), (-30.6, 13.0), (-28.8, 17.2), (-24.6, 19.2), (-21.6, 22.6), (-16.4, 21.6), (-12.4, 25.4),
    (-7.4, 24.2), (-3.4, 26.6), (2.2, 25.8), (5.2, 28.4), (8.5, 27.4),
)  # fmt: skip
RIVER = (
    (-34.5, 4.0), (-31.0, 4.4), (-27.5, 6.2), (-24.0, 5.2), (-21.5, 2.6), (-18.5, 3.4), (-15.8, 5.0), (-12.8, 3.6),
    (-10.2, 0.9), (-7.4, 1.0), (-5.2, 2.1), (-2.9, 1.0), (-1.0, -0.5), (1.2, -0.3), (3.0, 0.3), (6.0, 0.0),
)  # fmt: skip
BIG_ISLAND = (
    (17.2, 10.4), (18.6, 12.0), (20.6, 12.6), (22.0, 11.6), (23.6, 11.9), (24.2, 10.2), (22.6, 9.0), (21.8, 7.4),
    (19.8, 7.6), (18.4, 8.6),
)  # fmt: skip
ISLET = ((22.9, 1.6), (23.5, 2.3), (24.4, 2.2), (24.6, 1.5), (23.9, 0.9), (23.2, 1.0))
# Reclaimed port land: quays with straight edges.
QUAYS = (
    ((7.2, -3.6), (9.9, -3.0), (10.1, -3.9), (7.6, -4.5)),
    ((7.6, -5.2), (10.9, -4.8), (11.0, -5.7), (8.0, -6.1)),
    ((7.6, -6.9), (10.7, -6.7), (10.8, -7.7), (7.6, -7.9)),
)
# x, y, half length, half width in km, direction of the ridge in degrees, height 0..1.
HILLS = (
    (-25.0, 14.0, 6.5, 2.6, 35, 1.0), (-17.0, 17.5, 5.0, 2.0, 20, 0.8), (-30.0, 8.6, 2.2, 1.6, 80, 0.6),
    (-28.5, -7.5, 5.0, 2.4, 70, 1.0), (-23.0, -15.5, 4.5, 2.2, 150, 0.8), (-15.0, -7.5, 4.6, 1.7, 120, 0.75),
    (-15.5, -21.5, 2.6, 2.0, 30, 0.7), (-7.2, 17.4, 3.6, 1.6, 60, 0.65), (4.6, 19.2, 2.6, 1.2, 110, 0.6),
    (12.2, 16.8, 1.3, 0.9, 60, 0.7), (-10.8, 10.4, 2.2, 1.1, 140, 0.55), (20.9, 10.3, 1.5, 1.0, 20, 0.7),
    (-3.2, 8.3, 0.75, 0.45, 70, 0.5), (-7.8, -12.2, 2.0, 1.0, 100, 0.5),
)  # fmt: skip


@dataclass(frozen=True)
class Ground:
    """What lies under the city: land, islands and the river, in local metres."""

    mainland: Polygon
    big_island: Polygon
    islet: Polygon
    river: LineString

    @property
    def land(self) -> MultiPolygon:
        """All land of the city."""
        return MultiPolygon([self.mainland, self.big_island, self.islet])


def build_ground(rng: np.random.Generator) -> Ground:
    """Draw the coast, the city limit, the islands and the river."""
    coast = roughen(smooth(COAST), rng, roughness=0.11, finest_m=130)
    inland = roughen(smooth(INLAND), rng, roughness=0.13, finest_m=190)
    mainland = Polygon(np.vstack([coast, inland[1:-1]])).buffer(0)
    for quay in QUAYS:
        mainland = mainland.union(Polygon(np.array(quay) * KM))
    mainland = largest_part(mainland.buffer(-25).buffer(25))
    return Ground(
        mainland=mainland,
        big_island=_island(BIG_ISLAND, rng),
        islet=_island(ISLET, rng),
        river=LineString(roughen(smooth(RIVER), rng, roughness=0.06, finest_m=160)),
    )


def _island(points: tuple, rng: np.random.Generator) -> Polygon:
    return largest_part(Polygon(roughen(smooth((*points, points[0])), rng, roughness=0.12, finest_m=120)).buffer(0))


def largest_part(geometry: shapely.Geometry) -> Polygon:
    """Return the largest polygon of a geometry."""
    return max(shapely.get_parts(geometry), key=lambda part: part.area)


def smooth(points_km: tuple, pieces: int = 6) -> np.ndarray:
    """Run a Catmull-Rom curve through points given in km; returns metres."""
    p = np.array(points_km, dtype=float) * KM
    closed = np.allclose(p[0], p[-1])
    before, after = (p[-2], p[1]) if closed else (2 * p[0] - p[1], 2 * p[-1] - p[-2])
    padded = np.vstack([before, p, after])
    t = np.linspace(0, 1, pieces, endpoint=False)[:, None]
    parts = []
    for a, b, c, d in zip(padded[:-3], padded[1:-2], padded[2:-1], padded[3:], strict=True):
        parts.append(0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3))
    return np.vstack([*parts, p[-1:]])


def roughen(points: np.ndarray, rng: np.random.Generator, *, roughness: float, finest_m: float) -> np.ndarray:
    """Displace midpoints again and again until no piece is longer than `finest_m`."""
    while True:
        step = np.diff(points, axis=0)
        length = np.hypot(*step.T)
        if (length <= finest_m).all():
            return points
        normal = np.column_stack([-step[:, 1], step[:, 0]])
        shift = np.clip(rng.normal(0, roughness, len(step)), -2 * roughness, 2 * roughness)
        middle = (points[:-1] + points[1:]) / 2 + normal * shift[:, None]
        long = length > finest_m
        points = np.insert(points, np.flatnonzero(long) + 1, middle[long], axis=0)


def hill_height(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Height of the hills at local metres, 0 on the plain to about 1 on the tops."""
    height = np.zeros(np.broadcast(x, y).shape)
    for cx, cy, long, wide, direction, top in HILLS:
        angle = np.radians(direction)
        dx, dy = np.asarray(x) / KM - cx, np.asarray(y) / KM - cy
        along = (dx * np.cos(angle) + dy * np.sin(angle)) / long
        across = (-dx * np.sin(angle) + dy * np.cos(angle)) / wide
        height = np.maximum(height, top * np.exp(-(along**2 + across**2)))
    return height


@dataclass(frozen=True)
class Noise:
    """A smooth random field over the whole extent, mean 0 and standard deviation 1."""

    values: np.ndarray
    cell_m: float

    @classmethod
    def of_scale(cls, scale_m: float, rng: np.random.Generator) -> Noise:
        """Draw a field whose bumps are about `scale_m` wide."""
        cell_m = max(scale_m / 3, 60.0)
        x0, y0, x1, y1 = BOUNDS_M
        shape = (int((y1 - y0) / cell_m) + 3, int((x1 - x0) / cell_m) + 3)
        values = ndimage.gaussian_filter(rng.normal(size=shape), scale_m / cell_m / 2)
        return cls((values - values.mean()) / values.std(), cell_m)

    def at(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Read the field at local metres."""
        rows = (np.asarray(y) - BOUNDS_M[1]) / self.cell_m
        cols = (np.asarray(x) - BOUNDS_M[0]) / self.cell_m
        return ndimage.map_coordinates(self.values, np.array([rows, cols]), order=1, mode="nearest")


def scatter_points(area: shapely.Geometry, spacing_m: float, rng: np.random.Generator) -> np.ndarray:
    """Scatter points over an area about `spacing_m` apart: a triangular grid, well shaken."""
    x0, y0, x1, y1 = area.bounds
    x, y = np.meshgrid(np.arange(x0, x1, spacing_m), np.arange(y0, y1, spacing_m * 0.87))
    x[1::2] += spacing_m / 2
    x, y = (axis.ravel() + rng.uniform(-0.46, 0.46, axis.size) * spacing_m for axis in (x, y))
    shapely.prepare(area)
    inside = shapely.contains_xy(area, x, y)
    return np.column_stack([x[inside], y[inside]])


def point(x_km: float, y_km: float) -> Point:
    """A point given in km."""
    return Point(x_km * KM, y_km * KM)
