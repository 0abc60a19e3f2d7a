"""Which datum points are in, judged by how near they lie to the roads after undoing each shift."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from gridplan.layers.crs import unshift

if TYPE_CHECKING:
    import geopandas as gpd

CANDIDATES = ("wgs84", "gcj02", "bd09")
_SAMPLE = 400
_NEAR_M = 2_000.0
_CLEARLY = 0.65
"""A datum fits clearly better if its median distance is below this share of the stated one's."""


def road_distances(points: gpd.GeoDataFrame, roads: gpd.GeoDataFrame) -> dict[str, float]:
    """Return the median distance in metres from the points to the nearest road, for each datum they might be in.

    Parameters
    ----------
    points : as given, in geographic degrees, whatever their datum; at most 400 of them are used.
    roads : lines in a metric CRS.
    """
    sample = points.iloc[np.unique(np.linspace(0, len(points) - 1, _SAMPLE).astype(int))] if len(points) else points
    tree = shapely.STRtree(np.asarray(roads.geometry.array))
    medians: dict[str, float] = {}
    for datum in CANDIDATES:
        placed = np.asarray(unshift(sample, datum).to_crs(roads.crs).geometry.array)
        _, distance = tree.query_nearest(placed, return_distance=True, all_matches=False)
        near = distance[distance < _NEAR_M]
        medians[datum] = float(np.median(near)) if len(near) >= 0.5 * len(placed) and len(near) else float("inf")
    return medians


def better_datum(medians: dict[str, float], stated: str) -> str | None:
    """Return the datum that fits clearly better than the stated one, or None."""
    own = medians.get("wgs84" if stated == "cgcs2000" else stated, float("inf"))
    best = min(medians, key=lambda datum: medians[datum])
    if best == stated or (best == "wgs84" and stated == "cgcs2000"):
        return None
    return best if medians[best] < _CLEARLY * own and own - medians[best] > 10 else None
