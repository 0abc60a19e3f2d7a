"""The planning area and the metric CRS in which all work is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyproj
import shapely

from gridplan.layers.area.validity import polygonal
from gridplan.words.errors import InputProblem
from gridplan.words.text import Text

if TYPE_CHECKING:
    import geopandas as gpd

_STEP_M = 200.0
_MARGIN_M = 300.0
_TOWN_M2 = 4e6
_RIBBON_M2 = 1e6


def metric_crs(stated: str | None, polygons: gpd.GeoDataFrame | None) -> str | InputProblem:
    """Return the stated CRS if it is metric and made for the place, or the UTM zone of the polygons; a problem if it cannot be used.

    With neither the answer is "".
    """
    crs = stated or (polygons.estimate_utm_crs().to_string() if polygons is not None else "")
    if not crs:
        return ""
    try:
        parsed = pyproj.CRS.from_user_input(crs)
    except pyproj.exceptions.CRSError:
        parsed = None
    if parsed is not None and parsed.is_projected and parsed.axis_info[0].unit_name == "metre":
        return _far_from_home(parsed, crs, polygons) if stated and polygons is not None else crs
    return _no_metres(crs)


MAX_SCALE_ERROR = 0.01
"""Part by which lengths on the plane may differ from those on the ground (D): a UTM zone keeps to 0.001 inside its edges, EPSG:3857
stretches by 0.15 at 30 degrees north."""
_ZONE_DEG = 3.0
"""Degrees from a zone within which results may be written in it: cities beside its edge are often kept in one zone with their neighbours (D)."""


def _far_from_home(parsed: pyproj.CRS, crs: str, polygons: gpd.GeoDataFrame) -> str | InputProblem:
    """Return `crs`; a problem where the polygons lie outside its area of use, or it stretches lengths too much there."""
    west, south, east, north = polygons.to_crs("EPSG:4326").total_bounds
    lon, lat = (west + east) / 2, (south + north) / 2
    home = _is_made_for(parsed, lon, lat)
    xs, ys = (grid.ravel() for grid in np.meshgrid([west, lon, east], [south, lat, north]))
    factors = pyproj.Proj(parsed).get_factors(xs, ys)
    error = float(np.max(np.abs(np.array([factors.meridional_scale, factors.parallel_scale]) - 1)))
    if home and error <= MAX_SCALE_ERROR:
        return crs
    own = polygons.estimate_utm_crs().to_string()
    return InputProblem(
        "error",
        Text(
            zh=f"适用于规划范围（约东经 {lon:.1f}°、北纬 {lat:.1f}°）、长度误差不超过 {MAX_SCALE_ERROR:.0%} 的坐标系",
            en=f"a CRS for the area (about {lon:.1f} E, {lat:.1f} N) that keeps lengths within {MAX_SCALE_ERROR:.0%}",
        ),
        Text(
            zh=f"{crs}，长度误差 {error:.1%}" if home else f"{crs}，其适用范围在别处（长度误差 {error:.1%}）",
            en=f"{crs}, wrong by {error:.1%}"
            if home
            else f"{crs}, which is made for elsewhere (lengths wrong by {error:.1%})",
        ),
        Text(zh=f"写 {own}，或删去 place.crs 以自动选择。", en=f"Write {own}, or remove place.crs."),
        file="case.toml",
        field="place.crs",
    )


def _is_made_for(crs: pyproj.CRS, lon: float, lat: float, *, margin: float = 0.0) -> bool:
    """Tell whether a place lies in the area of use of a CRS, or within some degrees of it."""
    use = crs.area_of_use
    if use is None:
        return True
    return _between(lon, use.west - margin, use.east + margin) and use.south - margin <= lat <= use.north + margin


def tell_output_crs(stated: str | None, polygons: gpd.GeoDataFrame | None) -> list[InputProblem]:
    """Return why results cannot be written in the stated CRS: there is none of that name, or it is made for elsewhere."""
    if not stated:
        return []
    try:
        parsed = pyproj.CRS.from_user_input(stated)
    except pyproj.exceptions.CRSError:
        return [_no_output(Text(zh="坐标系代号，如 EPSG:4490", en="a reference system such as EPSG:4490"), stated)]
    if polygons is None:
        return []
    west, south, east, north = polygons.to_crs("EPSG:4326").total_bounds
    lon, lat = (west + east) / 2, (south + north) / 2
    if _is_made_for(parsed, lon, lat, margin=_ZONE_DEG):
        return []
    return [
        _no_output(
            Text(
                zh=f"适用于规划范围（约东经 {lon:.1f}°、北纬 {lat:.1f}°）的坐标系",
                en=f"a CRS for the area (about {lon:.1f} E, {lat:.1f} N)",
            ),
            f"{stated} {parsed.name}",
        )
    ]


def _no_output(needed: Text, found: str) -> InputProblem:
    return InputProblem(
        "error",
        needed,
        Text(zh=found, en=found),
        Text(
            zh="改正，或删去 outputs.crs：结果用规划所用的坐标系。",
            en="Correct it, or remove outputs.crs: results are then in the CRS of the work.",
        ),
        file="case.toml",
        field="outputs.crs",
    )


def _between(lon: float, west: float, east: float) -> bool:
    """Tell whether a longitude lies between two, across the date line too."""
    return west <= lon <= east if west <= east else lon >= west or lon <= east


def _no_metres(crs: str) -> InputProblem:
    return InputProblem(
        "error",
        Text(zh="以米为单位的投影坐标系", en="a projected CRS in metres"),
        Text(zh=crs, en=crs),
        Text(
            zh="写 EPSG:4549 之类，或删去 place.crs 以自动选择。",
            en="Write something like EPSG:4549, or remove place.crs.",
        ),
        file="case.toml",
        field="place.crs",
    )


def covered_by_roads(
    roads: gpd.GeoDataFrame, within: shapely.Geometry, close_m: float
) -> tuple[shapely.Geometry, shapely.Geometry]:
    """Return the part of `within` that the roads cover compactly, and what was cut off from it.

    First their closing by `close_m`, with a margin of 300 m: buffered out by `close_m` plus the margin, then in by `close_m`;
    holes (lakes, hills) are filled, since they have to belong to somebody. A small distance makes tentacles and drops places
    between roads; 1-2 km serves a city. Roads are taken as points at most 200 m apart, one a 200 m square. Then ribbons narrower
    than 1.2 km, such as a lone road leaves that goes out of the city, are cut within 2 km of where they begin if they have 1 km2,
    and what they joined goes with them below 4 km2. Where nothing else is covered, nothing is cut.
    """
    lines = shapely.segmentize(roads.geometry.array, _STEP_M)
    xy = shapely.get_coordinates(lines)
    _, first = np.unique(np.floor(xy / _STEP_M), axis=0, return_index=True)
    outward = shapely.union_all(shapely.buffer(shapely.points(xy[np.sort(first)]), close_m + _MARGIN_M, quad_segs=8))
    closed = shapely.get_parts(shapely.buffer(outward, -close_m, quad_segs=8))
    filled = shapely.union_all(shapely.polygons(shapely.get_exterior_ring(closed)))
    compact = _compact(filled)
    covered = shapely.make_valid(shapely.intersection(filled, within))
    parts = shapely.get_parts(polygonal(shapely.difference(covered, compact)))
    cut = shapely.multipolygons(list(parts[shapely.area(parts) >= _RIBBON_M2]) or np.empty(0, dtype=object))
    if shapely.is_empty(cut) or shapely.area(shapely.intersection(compact, within)) <= 0:
        return covered, shapely.MultiPolygon()
    return polygonal(shapely.difference(covered, cut)), cut


def _compact(covered: shapely.Geometry) -> shapely.Geometry:
    """Return the land without its ribbons: what lies near ground at least 1.2 km wide, in pieces of 4 km2 or the largest."""
    wide = shapely.buffer(covered, -2 * _MARGIN_M, quad_segs=8)
    near = shapely.intersection(covered, shapely.buffer(wide, 4 * _MARGIN_M, quad_segs=8))
    pieces = shapely.get_parts(polygonal(near))
    if not len(pieces):
        return shapely.Polygon()
    size = shapely.area(pieces)
    return shapely.union_all(pieces[(size >= _TOWN_M2) | (size == size.max())])
