"""Datums and CRS: the shifts of Chinese map services (GCJ-02, BD-09), and coordinates that cannot be what they claim."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyproj
import shapely

from gridplan.layers.files.reading import Reading
from gridplan.words.text import Text

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Doubt = tuple[NDArray[np.bool_], Text, Text, Text]

DATUM_CRS = {"wgs84": "EPSG:4326", "cgcs2000": "EPSG:4490", "gcj02": "EPSG:4326", "bd09": "EPSG:4326"}
_AXIS_M = 6378245.0
_ECCENTRICITY2 = 0.00669342162296594323
_FARTHEST = 1e9
_BAIDU = np.pi * 3000.0 / 180.0


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


def bd09_from_gcj02(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Return BD-09 degrees (Baidu) of GCJ-02 degrees."""
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BAIDU)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BAIDU)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


def gcj02_from_bd09(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Return GCJ-02 degrees of BD-09 degrees, exact to well under 1 cm by fixed-point iteration."""
    lon_gcj, lat_gcj = np.array(lon, float) - 0.0065, np.array(lat, float) - 0.006
    for _ in range(10):
        lon_back, lat_back = bd09_from_gcj02(lon_gcj, lat_gcj)
        lon_gcj, lat_gcj = lon_gcj + (lon - lon_back), lat_gcj + (lat - lat_back)
    return lon_gcj, lat_gcj


def wgs84_from_bd09(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Return WGS 84 degrees of BD-09 degrees."""
    return wgs84_from_gcj02(*gcj02_from_bd09(lon, lat))


_SHIFTED = (72.004, 0.8293, 137.8347, 55.8271)
"""West, south, east and north of the box in which the map services shift coordinates."""
_UNSHIFTED = {"gcj02": wgs84_from_gcj02, "bd09": wgs84_from_bd09}


def unshift(frame: gpd.GeoDataFrame, datum: str | None) -> gpd.GeoDataFrame:
    """Return a frame of a shifted datum as WGS 84 (EPSG:4326); others as they are."""
    if datum not in _UNSHIFTED:
        return frame
    back = _UNSHIFTED[datum]
    frame = frame.to_crs("EPSG:4326")

    def shift(xy: Floats) -> Floats:
        return np.column_stack(back(xy[:, 0], xy[:, 1]))

    return frame.set_geometry(shapely.transform(frame.geometry.array, shift), crs="EPSG:4326")


def tell_impossible_datum(frame: gpd.GeoDataFrame, reading: Reading) -> None:
    """Tell a layer that is stated to be in a shifted datum of Chinese map services, and lies wholly outside China."""
    datum, there = reading.source.datum, frame.geometry[~(frame.geometry.isna() | frame.geometry.is_empty)]
    if datum not in _UNSHIFTED or there.empty:
        return
    west, south, east, north = there.to_crs("EPSG:4326").total_bounds
    if west <= _SHIFTED[2] and east >= _SHIFTED[0] and south <= _SHIFTED[3] and north >= _SHIFTED[1]:
        return
    reading.tell(
        Text(zh=f"中国境内的坐标（datum = {datum}）", en=f"coordinates in China, where datum = {datum} is used"),
        Text(
            zh=f"东经 {west:.1f}°–{east:.1f}°、北纬 {south:.1f}°–{north:.1f}°",
            en=f"longitudes {west:.1f} to {east:.1f}, latitudes {south:.1f} to {north:.1f}",
        ),
        Text(zh='写 datum = "wgs84"；或核对坐标。', en='Write datum = "wgs84", or check the coordinates.'),
        field="datum",
    )


def agree_crs(found: Any, reading: Reading) -> Any:
    """Return the CRS to use: the stated one, then the file's, then that of the stated datum; None if there is none.

    A stated CRS that contradicts the file is used and told.
    """
    source = reading.source
    stated = _parse_crs(source.crs, reading) if source.crs else None
    if source.crs and stated is None:
        return None
    if stated is not None and found is not None and not stated.equals(found, ignore_axis_order=True):
        reading.tell(
            Text(zh=f"坐标系 {source.crs}（方案所写）", en=f"the CRS {source.crs} (as the case states)"),
            Text(zh=f"文件写的是 {_name(found)}", en=f"{_name(found)} in the file"),
            Text(zh="以方案为准；若不对，删去方案中的 crs。", en="The case counts; if it is wrong, remove its crs."),
            severity="warning",
            field="crs",
        )
    crs = stated or found or (DATUM_CRS[source.datum] if source.datum else None)
    if crs is None:
        _tell_no_crs(reading)
    return crs


def _parse_crs(text: str, reading: Reading) -> pyproj.CRS | None:
    try:
        return pyproj.CRS.from_user_input(text)
    except pyproj.exceptions.CRSError:
        reading.tell(
            Text(zh="坐标系代号，如 EPSG:4490", en="a reference system such as EPSG:4490"),
            Text(zh=text, en=text),
            Text(zh="改正方案中的 crs。", en="Correct crs in the case."),
            field="crs",
        )
        return None


def _name(crs: Any) -> str:
    code = crs.to_authority(min_confidence=70)
    return ":".join(code) if code else str(crs.name)


def _tell_no_crs(reading: Reading) -> None:
    reading.tell(
        Text(zh="坐标系", en="the coordinate reference system"),
        Text(zh="文件和方案都没有写明", en="it neither in the file nor in the case"),
        reading.remedy(
            Text(zh="存为写明坐标系的文件（GeoPackage）。", en="Save it with its CRS, as a GeoPackage."),
            Text(
                zh='在方案中写 datum = "wgs84"、"cgcs2000"、"gcj02"（高德、腾讯）或 "bd09"（百度），或写 crs。',
                en='State datum = "wgs84", "cgcs2000", "gcj02" (Amap, Tencent) or "bd09" (Baidu), or crs, in the case.',
            ),
        ),
        field="crs",
    )


def doubt_coordinates(crs: pyproj.CRS, x: Floats, y: Floats) -> list[Doubt]:
    """Tell which coordinates cannot be in `crs`: swapped, out of range, or with a zone number that it does not have."""
    if crs.is_geographic:
        swapped = find_swapped(x, y)
        outside = ~swapped & ((np.abs(x) > 180) | (np.abs(y) > 90))
        return [(swapped, *_SWAPPED), (outside, *_NO_DEGREES)]
    if not _is_gauss_kruger(crs):
        return []
    northing_first = (x > 1e6) & (x < 6e6) & (((y > 1e5) & (y < 9e5)) | ((y > 13e6) & (y < 46e6)))
    zone = np.floor(x / 1e6)
    numbered = (zone >= 13) & (zone <= 45)
    has_zone = float(_false_easting(crs)) >= 1e6
    mismatch = (numbered if not has_zone else (x > 0) & (x < 1e6)) & ~northing_first
    return [(northing_first, *_NORTH_FIRST), (mismatch, *_zone_words(int(zone[mismatch][0]) if mismatch.any() else 0))]


def beyond_the_earth(bounds: Floats) -> NDArray[np.bool_]:
    """Tell which shapes (rows of west, south, east, north) reach where no place is in any CRS: NaN, infinity, 1e300."""
    within: NDArray[np.bool_] = np.abs(np.nan_to_num(bounds, nan=np.inf)) < _FARTHEST
    return np.asarray(~within.all(axis=1), dtype=bool)


def find_swapped(lon: Floats, lat: Floats) -> NDArray[np.bool_]:
    """Tell which points look as if longitude and latitude had changed places (China: 73-136 E, 3-54 N)."""
    in_china = (lon >= 73) & (lon <= 136) & (lat >= 3) & (lat <= 54)
    swapped = (lat >= 73) & (lat <= 136) & (lon >= 3) & (lon <= 54)
    return swapped & ~in_china


def _is_gauss_kruger(crs: pyproj.CRS) -> bool:
    operation = crs.coordinate_operation
    return operation is not None and "Gauss-Kruger" in f"{crs.name} {operation.name}"


def _false_easting(crs: pyproj.CRS) -> float:
    parameters = crs.coordinate_operation.params if crs.coordinate_operation is not None else []
    return next((float(p.value) for p in parameters if p.name == "False easting"), 500_000.0)


def _zone_words(zone: int) -> tuple[Text, Text, Text]:
    if zone == 0:
        return (
            Text(zh="带有带号的横坐标（如 40528770）", en="eastings that begin with the zone (such as 40528770)"),
            Text(zh="没有带号的横坐标", en="eastings without it"),
            Text(zh="在方案中写不带带号的 crs（EPSG:4534–4554）。", en="State a crs without it (EPSG:4534-4554)."),
        )
    code = 4513 + zone - 25 if zone >= 25 else 4491 + zone - 13
    return (
        Text(zh="不带带号的横坐标（如 528770）", en="eastings without a zone number (such as 528770)"),
        Text(zh=f"横坐标带有带号 {zone}", en=f"eastings that begin with zone {zone}"),
        Text(zh=f"在方案中写 crs = EPSG:{code}。", en=f"State crs = EPSG:{code} in the case."),
    )


BEYOND = (
    Text(zh="地球上的坐标", en="coordinates on Earth"),
    Text(zh="大得不可能或不是数的坐标", en="impossibly large ones, or ones that are no numbers"),
    Text(zh="改正坐标，或删去这些要素。", en="Correct the coordinates, or delete the features."),
)
_SWAPPED = (
    Text(
        zh="经度在前（73–136）、纬度在后（3–54）的坐标",
        en="longitude (73-136) and latitude (3-54) in their own columns",
    ),
    Text(zh="经纬度像是写反了", en="longitude and latitude apparently swapped"),
    Text(
        zh="对调两列，或在方案的 columns 中对调 lon 与 lat。",
        en="Swap the columns, or lon and lat under columns in the case.",
    ),
)
_NO_DEGREES = (
    Text(zh="经度 -180–180、纬度 -90–90 的度数", en="degrees: longitude -180..180, latitude -90..90"),
    Text(zh="超出范围的坐标", en="coordinates out of range"),
    Text(zh="检查坐标，或在方案中写明投影 crs。", en="Correct them, or state their crs in the case."),
)
_NORTH_FIRST = (
    Text(zh="横坐标（东）在 lon、纵坐标（北）在 lat", en="the easting as lon and the northing as lat"),
    Text(zh="像是把 X（测量中指北）当作了东", en="what looks like northings first (survey tables call north X)"),
    Text(
        zh='在方案的 columns 中写 lon = "Y 列"、lat = "X 列"。',
        en="Map lon to their Y and lat to their X under columns in the case.",
    ),
)
