"""Writing the layers so that the same city gives the same bytes."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import osmium
import pandas as pd
import pyogrio
import pyproj
import rasterio
import shapely
import xlsxwriter
from rasterio.transform import from_origin

from .network import MOTORWAY_BRIDGE, MOTORWAY_REF, Edge
from .places import ZONES
from .streets import BRIDGES

GEOGRAPHIC, METRIC = "EPSG:4490", "EPSG:4549"
# The invented city lies in the open Yellow Sea.
ORIGIN_M = (527_000.0, 3_897_000.0)
STAMP = dt.datetime(2025, 1, 1)  # noqa: DTZ001
SPEEDS = {"motorway": "100", "motorway_link": "40", "trunk": "80", "primary": "60"}
# Signs on the roads between the towns; in the city most streets have none.
COUNTRY_SPEEDS = {"primary": "70", "secondary": "60", "tertiary": "50"}


def to_geographic(geometry: np.ndarray) -> np.ndarray:
    """Local metres to CGCS2000 longitude and latitude, rounded to a centimetre."""
    change = pyproj.Transformer.from_crs(METRIC, GEOGRAPHIC, always_xy=True)

    def project(xy: np.ndarray) -> np.ndarray:
        return np.column_stack(change.transform(xy[:, 0] + ORIGIN_M[0], xy[:, 1] + ORIGIN_M[1])).round(7)

    return shapely.transform(geometry, project)


def to_gcj02(lon: np.ndarray, lat: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Shift WGS 84 degrees to the GCJ-02 datum of Chinese map services (the published formula)."""
    a, ee = 6378245.0, 0.00669342162296594323
    x, y = lon - 105.0, lat - 35.0
    waves = (20 * np.sin(6 * x * np.pi) + 20 * np.sin(2 * x * np.pi)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x)) + waves
    north += (20 * np.sin(y * np.pi) + 40 * np.sin(y / 3 * np.pi)) * 2 / 3
    north += (160 * np.sin(y / 12 * np.pi) + 320 * np.sin(y * np.pi / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x)) + waves
    east += (20 * np.sin(x * np.pi) + 40 * np.sin(x / 3 * np.pi)) * 2 / 3
    east += (150 * np.sin(x / 12 * np.pi) + 300 * np.sin(x / 30 * np.pi)) * 2 / 3
    radians = lat / 180 * np.pi
    magic = 1 - ee * np.sin(radians) ** 2
    lat_shift = north * 180 / (a * (1 - ee) / (magic * np.sqrt(magic)) * np.pi)
    lon_shift = east * 180 / (a / np.sqrt(magic) * np.cos(radians) * np.pi)
    return lon + lon_shift, lat + lat_shift


def write_boundaries(path: Path, communities: gpd.GeoDataFrame) -> None:
    """Communities, streets and districts, one layer each."""
    units = communities.set_geometry(to_geographic(communities.geometry.to_numpy()), crs=GEOGRAPHIC)
    units = units.rename(
        columns={
            "code": "代码",
            "name": "名称",
            "street": "街道代码",
            "street_name": "街道",
            "district": "区代码",
            "district_name": "区",
        }
    )[["代码", "名称", "街道代码", "街道", "区代码", "区", "geometry"]].sort_values("代码")
    streets = units.dissolve("街道代码", method="coverage", as_index=False)
    streets = streets.assign(代码=streets["街道代码"], 名称=streets["街道"])[
        ["代码", "名称", "区代码", "区", "geometry"]
    ]
    districts = streets.dissolve("区代码", method="coverage", as_index=False)
    kind = np.where(districts["区代码"].isin(ZONES), "功能区", "市辖区")
    districts = districts.assign(代码=districts["区代码"], 名称=districts["区"], 类型=kind)[
        ["代码", "名称", "类型", "geometry"]
    ]
    path.unlink(missing_ok=True)
    for layer, frame in (("社区", units), ("街道", streets), ("区", districts)):
        _write_layer(path, layer, frame)


def write_river(path: Path, river: shapely.Geometry) -> None:
    """The river as a barrier line on the borders of the communities."""
    frame = gpd.GeoDataFrame(
        {"名称": ["澜河"], "类别": ["河流"]}, geometry=to_geographic(np.array([river])), crs=GEOGRAPHIC
    )
    path.unlink(missing_ok=True)
    _write_layer(path, "河流", frame)


def write_closed(path: Path, strip: shapely.Geometry) -> None:
    """The strip of the coast that the typhoon scenario closes."""
    frame = gpd.GeoDataFrame({"名称": ["沿海道路"]}, geometry=to_geographic(np.array([strip])), crs=GEOGRAPHIC)
    path.unlink(missing_ok=True)
    _write_layer(path, "封闭范围", frame)


def _write_layer(path: Path, layer: str, frame: gpd.GeoDataFrame) -> None:
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": STAMP.strftime("%Y-%m-%dT%H:%M:%S.000Z")})
    try:
        frame = frame.set_geometry(
            shapely.multipolygons(*_parts(frame)) if "代码" in frame else frame.geometry, crs=frame.crs
        )
        pyogrio.write_dataframe(frame, path, layer=layer, driver="GPKG", append=path.exists())
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def _parts(frame: gpd.GeoDataFrame) -> tuple[np.ndarray, np.ndarray]:
    return shapely.get_parts(frame.geometry.to_numpy(), return_index=True)


def write_workbook(path: Path, sheets: dict[str, pd.DataFrame]) -> None:
    """Sheets with the header in their first row; codes are text."""
    book = xlsxwriter.Workbook(str(path))
    book.set_properties({"created": STAMP, "author": "滨海市（虚构）", "comments": "合成数据 synthetic data"})
    head = book.add_format({"bold": True, "bottom": 1, "bg_color": "#E8EEF4"})
    text = book.add_format({"num_format": "@"})
    for name, frame in sheets.items():
        _write_sheet(book.add_worksheet(name), frame, head, text)
    book.close()


def _write_sheet(page: Any, frame: pd.DataFrame, head: Any, text: Any) -> None:
    page.write_row(0, 0, frame.columns, head)
    for column, name in enumerate(frame.columns):
        values = frame[name].tolist()
        if isinstance(values[0], str):
            for row, value in enumerate(values, start=1):
                page.write_string(row, column, value, text)
        else:
            page.write_column(1, column, values)
        width = max(len(str(v).encode("gbk", "replace")) for v in [name, *values])
        page.set_column(column, column, min(width + 2, 48))
    page.freeze_panes(1, 0)


def facility_sheet(facilities: pd.DataFrame) -> pd.DataFrame:
    """The facility table with GCJ-02 coordinates in place of local metres."""
    points = to_geographic(shapely.points(facilities["x"], facilities["y"]))
    lon, lat = to_gcj02(shapely.get_x(points), shapely.get_y(points))
    return facilities.drop(columns=["x", "y"]).assign(经度=lon.round(6), 纬度=lat.round(6))


def write_raster(path: Path, counts: np.ndarray, left_m: float, top_m: float, cell_m: float) -> None:
    """Residents per cell as a GeoTIFF."""
    profile = {
        "driver": "GTiff", "height": counts.shape[0], "width": counts.shape[1], "count": 1, "dtype": "float32",
        "crs": METRIC, "nodata": -9999.0, "compress": "deflate", "predictor": 3, "zlevel": 9,
        "transform": from_origin(left_m + ORIGIN_M[0], top_m + ORIGIN_M[1], cell_m, cell_m),
    }  # fmt: skip
    with rasterio.open(path, "w", **profile) as target:
        target.write(counts, 1)


def write_roads(path: Path, edges: list[Edge]) -> None:
    """The network as OpenStreetMap nodes and ways."""
    ways = _join_ways(edges)
    nodes = {xy: number for number, xy in enumerate(sorted({xy for way in ways for xy in way.xy}), start=1)}
    places = to_geographic(shapely.points(np.array(list(nodes))))
    path.unlink(missing_ok=True)
    with osmium.SimpleWriter(str(path)) as writer:
        for number, place in zip(nodes.values(), places, strict=True):
            writer.add_node(osmium.osm.mutable.Node(id=number, version=1, location=(place.x, place.y)))
        for number, way in enumerate(ways, start=1):
            refs = [nodes[xy] for xy in way.xy]
            writer.add_way(osmium.osm.mutable.Way(id=number, version=1, nodes=refs, tags=_tags(way)))


def _join_ways(edges: list[Edge]) -> list[Edge]:
    """Join stretches of one road into long ways, as mappers draw them; a way ends where its road forks."""
    alike: dict[tuple, list[Edge]] = defaultdict(list)
    ways = []
    for edge in edges:
        if edge.oneway or edge.kind == "ferry" or edge.bridge:
            ways.append(edge)
        else:
            alike[edge.kind, edge.name].append(edge)
    for (kind, name), group in alike.items():
        joined = shapely.line_merge(shapely.multilinestrings([edge.line for edge in group]))
        ways += [Edge(tuple(line.coords), kind, name) for line in shapely.get_parts(joined)]
    return sorted(ways, key=lambda way: (way.kind, way.name, way.xy))


def _tags(way: Edge) -> dict[str, str]:
    if way.kind == "ferry":
        return {
            "route": "ferry",
            "name": way.name,
            "duration": f"00:{way.minutes:02d}",
            "motor_vehicle": "yes",
            "foot": "yes",
        }
    tags = {"highway": way.kind}
    if way.name:
        tags["name"] = way.name
    speed = _signed_speed(way)
    if speed:
        tags["maxspeed"] = speed
    if way.kind == "motorway":
        tags["ref"] = MOTORWAY_REF
    if way.oneway:
        tags["oneway"] = "yes"
    if way.bridge:
        names = {road: name for _, _, name, road in BRIDGES}
        tags |= {"bridge": "yes", "layer": "1", "bridge:name": names.get(way.name, MOTORWAY_BRIDGE)}
    return tags


def _signed_speed(way: Edge) -> str:
    x, y = way.xy[len(way.xy) // 2]
    if np.hypot(x + 1500, y) > 11_000 and way.kind in COUNTRY_SPEEDS:
        return COUNTRY_SPEEDS[way.kind]
    unsigned = way.kind == "primary" and len(way.xy) % 2
    return "" if unsigned else SPEEDS.get(way.kind, "")
