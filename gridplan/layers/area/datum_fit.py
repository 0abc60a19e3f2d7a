"""Which datum points are in, judged by how near they lie to the roads after undoing each shift."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from gridplan.case.case import Case
from gridplan.case.sources import DATUM_NAMES, Source
from gridplan.layers.files.crs import bd09_from_gcj02, gcj02_from_wgs84, unshift
from gridplan.layers.files.reading import open_source
from gridplan.words.problems import Problems
from gridplan.words.text import Text

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

CANDIDATES = ("wgs84", "gcj02", "bd09")
_SAMPLE = 400
_NEAR_M = 2_000.0
_CLEARLY = 0.65
"""A datum fits clearly better if its median distance is below this share of the stated one's."""


FIT_POINTS = 100
"""Fewer points than this do not tell a datum by their distance to roads."""


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


def tell_datums(case: Case, facilities: gpd.GeoDataFrame, roads: gpd.GeoDataFrame | None, problems: Problems) -> None:
    """Warn of facility tables whose points lie clearly nearer to the roads under another datum than the stated one."""
    if roads is None or roads.empty:
        return
    for source in case.layers.facilities:
        points = facilities[facilities["file"] == source.path]
        if len(points) < FIT_POINTS:
            continue
        stated = source.datum or "wgs84"
        medians = road_distances(_as_given(points, source), roads)
        better = better_datum(medians, stated)
        if better is None:
            continue
        own = medians["wgs84" if stated == "cgcs2000" else stated]
        open_source(case, source, problems).tell(
            Text(zh="与道路吻合的坐标基准", en="a datum that fits the roads"),
            Text(
                zh=f"按 {DATUM_NAMES[stated]} 到道路的中位距离 {own:.0f} 米，按 {DATUM_NAMES[better]} 只有 {medians[better]:.0f} 米",
                en=f"a median distance of {own:.0f} m to the roads as {DATUM_NAMES[stated]}, and only {medians[better]:.0f} m as {DATUM_NAMES[better]}",
            ),
            Text(zh=f'核对后在方案中写 datum = "{better}"。', en=f'Check, and state datum = "{better}" in the case.'),
            severity="warning",
            field="datum",
        )


def _as_given(points: gpd.GeoDataFrame, source: Source) -> gpd.GeoDataFrame:
    """Return points in the degrees they were given in: the stated shift put back."""
    plain = points[["geometry"]].to_crs("EPSG:4326")

    def shift(xy: Floats) -> Floats:
        lon, lat = gcj02_from_wgs84(xy[:, 0], xy[:, 1])
        if source.datum == "bd09":
            lon, lat = bd09_from_gcj02(lon, lat)
        return np.column_stack([lon, lat])

    if source.datum not in ("gcj02", "bd09"):
        return plain
    return plain.set_geometry(shapely.transform(plain.geometry.array, shift), crs="EPSG:4326")
