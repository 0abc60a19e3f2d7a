"""Where people live: built cores, sprawl and villages, with parks, the port and the hills left empty."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from .ground import KM, Ground, Noise, hill_height, point, scatter_points
from .places import CORE_DISTRICTS, STREETS, Street

CITY_RESIDENTS = 1_502_600
# x, y, radius in km: parks, a campus, the airfield, rail yard.
EMPTY = (
    (-3.2, 8.3, 0.7), (0.6, 3.4, 0.35), (-2.9, -3.7, 0.3), (3.9, 6.0, 0.5), (-6.2, -4.2, 0.45), (-5.4, 5.2, 0.35),
    (2.8, -6.6, 0.45), (-0.8, 12.8, 0.35),
)  # fmt: skip
# Port and works: x, y, half length, half width in km.
WORKS = ((8.6, -5.4, 1.6, 2.6), (6.6, -8.6, 1.0, 1.2), (-10.0, -10.2, 0.7, 0.6), (4.6, -21.6, 1.0, 0.7))


@dataclass(frozen=True)
class Density:
    """Residents per km2 at any place."""

    dry: shapely.Geometry
    villages: np.ndarray
    sizes: np.ndarray
    texture: Noise
    grain: Noise

    def at(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Density at local metres, 0 in the water."""
        x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
        people = _cores(x, y) + _wide_city(x, y) + self._villages(x, y) + 45 * (1 - hill_height(x, y)) ** 2
        people *= np.exp(0.32 * self.texture.at(x, y) + 0.28 * self.grain.at(x, y))
        people *= (1 - np.clip(hill_height(x, y) - 0.12, 0, 1)) ** 4
        people *= _open_space(x, y)
        return np.where(shapely.contains_xy(self.dry, x, y), people, 0.0)

    def _villages(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        people = np.zeros(x.shape)
        for (vx, vy), size in zip(self.villages, self.sizes, strict=True):
            near = (np.abs(x - vx) < 900) & (np.abs(y - vy) < 900)
            people[near] += _blob(x[near] - vx, y[near] - vy, size, 190 + size**0.5 * 2)
        return people


def build_density(ground: Ground, rng: np.random.Generator) -> Density:
    """Place the villages and draw the texture of the field."""
    villages = place_villages(ground, rng)
    dry = ground.land.buffer(-60)
    shapely.prepare(dry)
    return Density(
        dry=dry,
        villages=villages,
        sizes=rng.lognormal(np.log(720), 0.7, len(villages)),
        texture=Noise.of_scale(1500, rng),
        grain=Noise.of_scale(420, rng),
    )


def place_villages(ground: Ground, rng: np.random.Generator) -> np.ndarray:
    """Scatter villages over the plain: away from hills, shore, river and town cores."""
    points = np.vstack(
        [
            scatter_points(ground.mainland.buffer(-450), 1150, rng),
            scatter_points(ground.big_island.buffer(-350), 900, rng),
            np.array(ground.islet.representative_point().coords),
        ]
    )
    x, y = points.T
    built = _cores(x, y) + _wide_city(x, y)
    steep = hill_height(x, y)
    wet = shapely.distance(ground.river, shapely.points(x, y)) < 350
    settled = rng.uniform(size=len(x)) < 1 / (1 + np.exp(-0.1 - 1.5 * Noise.of_scale(3800, rng).at(x, y)))
    keep = (built < 700) & (steep < 0.25 + rng.uniform(0, 0.3, len(x))) & ~wet & (settled | (x > 15 * KM))
    keep[-1] = True
    return points[keep]


def _blob(dx: np.ndarray, dy: np.ndarray, people: float, radius_m: float) -> np.ndarray:
    return people / (2 * np.pi * (radius_m / KM) ** 2) * np.exp(-(dx**2 + dy**2) / (2 * radius_m**2))


def _plateau(distance: np.ndarray, radius_m: float) -> np.ndarray:
    """1 inside the radius, falling off softly outside."""
    return np.exp(-((distance / radius_m) ** 3))


def _cores(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    people = np.zeros(np.shape(x))
    for street in STREETS:
        radius_m = street.radius * KM * (1.15 if street.district in CORE_DISTRICTS else 1.0)
        area_km2 = np.pi * (radius_m / KM) ** 2 * 0.9
        distance = np.hypot(x - street.x * KM, y - street.y * KM)
        people += street.core_k * 1000 / area_km2 * _plateau(distance, radius_m)
    return people


def _wide_city(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The sprawl between the cores, and ribbons along the roads out of town and the shore."""
    sprawl = 1500 * np.exp(-((((x / KM + 1.4) / 7.5) ** 2 + ((y / KM - 0.2) / 8.2) ** 2) ** 2))
    shore = 500 * np.exp(-(((x / KM - 4.0) / 2.2) ** 2)) * np.exp(-(((y / KM - 6.0) / 6.5) ** 4))
    return sprawl + shore


def _open_space(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    keep = np.ones(np.shape(x))
    for cx, cy, radius in EMPTY:
        keep = np.where(np.hypot(x / KM - cx, y / KM - cy) < radius, 0.03, keep)
    for cx, cy, long, wide in WORKS:
        inside = ((x / KM - cx) / long) ** 2 + ((y / KM - cy) / wide) ** 2 < 1
        keep = np.where(inside, 0.12 * keep, keep)
    return keep


def centre_of(street: Street) -> shapely.Point:
    """Centre of a street as a point."""
    return point(street.x, street.y)
