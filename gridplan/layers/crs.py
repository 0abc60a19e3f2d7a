"""Datums and CRS: the shift of Chinese map services (GCJ-02), and coordinates that cannot be what they claim."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from gridplan.errors import InputProblem
from gridplan.text import Text

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

DATUM_CRS = {"wgs84": "EPSG:4326", "cgcs2000": "EPSG:4490", "gcj02": "EPSG:4326"}
_AXIS_M = 6378245.0
_ECCENTRICITY2 = 0.00669342162296594323


def gcj02_from_wgs84(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Return GCJ-02 degrees of WGS 84 degrees (the published obfuscation of Chinese map services)."""
    x, y = lon - 105.0, lat - 35.0
    pi = np.pi
    waves = (20.0 * np.sin(6.0 * x * pi) + 20.0 * np.sin(2.0 * x * pi)) * 2.0 / 3.0
    d_lat = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x)) + waves
    d_lat += (20.0 * np.sin(y * pi) + 40.0 * np.sin(y / 3.0 * pi)) * 2.0 / 3.0
    d_lat += (160.0 * np.sin(y / 12.0 * pi) + 320.0 * np.sin(y * pi / 30.0)) * 2.0 / 3.0
    d_lon = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x)) + waves
    d_lon += (20.0 * np.sin(x * pi) + 40.0 * np.sin(x / 3.0 * pi)) * 2.0 / 3.0
    d_lon += (150.0 * np.sin(x / 12.0 * pi) + 300.0 * np.sin(x / 30.0 * pi)) * 2.0 / 3.0
    magic = 1.0 - _ECCENTRICITY2 * np.sin(np.radians(lat)) ** 2
    d_lat = np.degrees(d_lat / (_AXIS_M * (1.0 - _ECCENTRICITY2) / (magic * np.sqrt(magic))))
    d_lon = np.degrees(d_lon / (_AXIS_M / np.sqrt(magic) * np.cos(np.radians(lat))))
    return lon + d_lon, lat + d_lat


def wgs84_from_gcj02(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Return WGS 84 degrees of GCJ-02 degrees, exact to well under 1 cm by fixed-point iteration."""
    lon_wgs, lat_wgs = np.array(lon, float), np.array(lat, float)
    for _ in range(10):
        lon_back, lat_back = gcj02_from_wgs84(lon_wgs, lat_wgs)
        lon_wgs, lat_wgs = lon_wgs + (lon - lon_back), lat_wgs + (lat - lat_back)
    return lon_wgs, lat_wgs


def unshift_gcj02(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return a frame in GCJ-02 degrees as WGS 84 (EPSG:4326)."""

    def unshift(xy: Floats) -> Floats:
        return np.column_stack(wgs84_from_gcj02(xy[:, 0], xy[:, 1]))

    return frame.set_geometry(shapely.transform(frame.geometry.array, unshift), crs="EPSG:4326")


def find_swapped(lon: Floats, lat: Floats) -> NDArray[np.bool_]:
    """Tell which points look as if longitude and latitude had changed places (China: 73-136 E, 3-54 N)."""
    in_china = (lon >= 73) & (lon <= 136) & (lat >= 3) & (lat <= 54)
    swapped = (lat >= 73) & (lat <= 136) & (lon >= 3) & (lon <= 54)
    return swapped & ~in_china


def swapped_problem(
    file: str, field: str, rows: tuple[int, ...], values: tuple[str, ...], layer: str = ""
) -> InputProblem:
    """Return the problem that tells of swapped coordinates."""
    return InputProblem(
        "error",
        Text(
            zh="经度在前（73–136）、纬度在后（3–54）的坐标",
            en="longitude (73-136) and latitude (3-54) in their own columns",
        ),
        Text(
            zh=f"{len(rows)} 行的经纬度像是写反了", en=f"longitude and latitude apparently swapped in {len(rows)} rows"
        ),
        Text(
            zh="对调两列，或在方案的 columns 中对调 lon 与 lat。",
            en="Swap the columns, or lon and lat under columns in the case.",
        ),
        file=file,
        layer=layer,
        field=field,
        rows=rows,
        values=values,
    )
