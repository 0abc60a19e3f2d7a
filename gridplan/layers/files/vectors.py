"""Vector layers and tables of points -> frames with a CRS, rows numbered as the planner's program numbers them.

A new vector format is one more entry in `VECTOR_SUFFIXES`.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from gridplan.case.case import Case
from gridplan.case.sources import Source
from gridplan.layers.files import crs as datums
from gridplan.layers.files.archives import refuse_hostile, shapefiles_of
from gridplan.layers.files.columns import (
    Column,
    find_header,
    pick_columns,
    plain_text,
    read_numbers,
    spelled_headers,
)
from gridplan.layers.files.containers import inner_layer, ogr_path, text_encoding
from gridplan.layers.files.osm_places import is_osm, read_osm_layer
from gridplan.layers.files.reading import Reading, open_source, tell_format, tell_unreadable
from gridplan.layers.files.tables import TABLE_READERS, read_table, select_rows
from gridplan.layers.files.typed import parse_number
from gridplan.words.errors import LayerError
from gridplan.words.problems import Problems
from gridplan.words.text import Text

if TYPE_CHECKING:
    import geopandas as gpd

PARQUET_SUFFIXES = {".parquet", ".geoparquet"}
VECTOR_SUFFIXES = PARQUET_SUFFIXES | {
    *(".gpkg", ".geojson", ".json", ".shp", ".zip", ".gdb", ".kml", ".kmz", ".gml", ".fgb"),
}
COORDINATES = (
    Column(
        "lon",
        Text(zh="经度", en="longitude"),
        ("经度", "lng", "long", "longitude", "longitud", "longitu", "x", "东经"),
        required=True,
    ),
    Column("lat", Text(zh="纬度", en="latitude"), ("纬度", "latitude", "latitud", "y", "北纬"), required=True),
)
LOCATION = Column(
    "location",
    Text(zh="位置（经度,纬度）", en="place (longitude,latitude)"),
    (
        "位置",
        "坐标",
        "经纬度",
        "经度纬度",
        "lnglat",
        "lonlat",
        "coordinates",
        "coordinate",
        "coord",
        "center",
        "centroid",
    ),
)
"""One column with both coordinates: "lng,lat" of map services, [x, y] of lists, POINT (x y)."""
PLACE_PAIR = re.compile(
    r"(?:POINT\s*)?[\[(]?\s*(-?\d+(?:\.\d+)?)\s*[,，;；\s]\s*(-?\d+(?:\.\d+)?)\s*[\])]?", re.IGNORECASE
)


@dataclass(frozen=True)
class OpenedVector:
    """Features with a CRS; rows count from 1, or are those of the table. Unusable geometry is None and has been told.

    `unselected` are the rows that the case's `select` leaves out.
    """

    reading: Reading
    frame: gpd.GeoDataFrame
    field: str
    unselected: pd.DataFrame


def read_vector(case: Case, source: Source, problems: Problems, *, osm_layer: str = "") -> OpenedVector | None:
    """Read a vector layer, or a table with coordinates as points, with its CRS.

    `osm_layer` is what an OpenStreetMap file is asked for where the case names no layer (see `osm_places`).

    Returns None, with the reason in `problems`, if the layer cannot be used.
    """
    reading = open_source(case, source, problems)
    suffix = reading.path.suffix.lower()
    if suffix in TABLE_READERS:
        opened = read_table(case, source, problems)
        points = None if opened is None else points_of_table(opened.frame, opened.reading)
        return points if points is None or opened is None else replace(points, unselected=opened.unselected)
    if is_osm(reading.path):
        reading = reading.of_layer(reading.layer or osm_layer)
    elif suffix not in VECTOR_SUFFIXES:
        tell_format(reading, [*TABLE_READERS, *VECTOR_SUFFIXES, ".osm.pbf"])
        return None
    try:
        frame = read_geometry(reading)
    except LayerError as error:
        problems.extend(error.problems)
        return None
    except Exception as error:
        tell_unreadable(reading, error)
        return None
    frame.index = pd.RangeIndex(1, len(frame) + 1)
    chosen = select_rows(frame, reading)
    located = _located(chosen, reading, "geometry")
    return None if located is None else replace(located, unselected=frame.drop(index=chosen.index))


def layer_names(path: Path) -> list[str]:
    """Return the layers of a vector file that have geometry; [""] for formats with one layer only."""
    import pyogrio

    if path.suffix.lower() in PARQUET_SUFFIXES:
        return [""]
    if path.suffix.lower() == ".zip":
        return [Path(name).stem for name in shapefiles_of(path)]
    return [str(name) for name, kind in pyogrio.list_layers(path) if kind is not None]


def read_geometry(reading: Reading) -> gpd.GeoDataFrame:
    """Read the features of a reading as they are, whatever their CRS.

    Raises
    ------
    LayerError
        If the file is one that is not to be opened, or has no layer of that name.
    TypeError
        If the layer has no geometry.
    """
    import geopandas as gpd

    refuse_hostile(reading)
    if is_osm(reading.path):
        return read_osm_layer(reading)
    path = ogr_path(reading)
    if reading.path.suffix.lower() in PARQUET_SUFFIXES:
        return gpd.read_parquet(path)
    frame = gpd.read_file(path, layer=inner_layer(reading, path), encoding=text_encoding(reading, path))
    if not isinstance(frame, gpd.GeoDataFrame):
        raise TypeError("no geometry")
    return _with_lists_as_text(frame)


def _with_lists_as_text(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Write lists and trees of properties (`center` of DataV files) as JSON: a cell is one value everywhere else."""
    for name in frame.columns.drop(frame.geometry.name):
        values = frame[name]
        if values.dtype == object and values.map(lambda value: isinstance(value, list | dict | np.ndarray)).any():
            frame[name] = values.map(_as_text)
    return frame


def _as_text(value: Any) -> Any:
    plain = value.tolist() if isinstance(value, np.ndarray) else value
    return json.dumps(plain, ensure_ascii=False) if isinstance(plain, list | dict) else value


def points_of_table(table: pd.DataFrame, reading: Reading) -> OpenedVector | None:
    """Return the rows of a table as points; rows without usable coordinates are errors and have no geometry."""
    import geopandas as gpd

    table = split_location(table, reading)
    picked = pick_columns(table, reading, COORDINATES)
    if "lon" not in picked or "lat" not in picked:
        return None
    field = f"{picked.header('lon')}, {picked.header('lat')}"
    x, y = read_numbers(picked, "lon"), read_numbers(picked, "lat")
    empty = [_says_nothing(picked.frame[name], numbers) for name, numbers in (("lon", x), ("lat", y))]
    reading.tell_rows(
        table.index[empty[0] | empty[1]],
        Text(zh="每行都有坐标", en="coordinates in every row"),
        Text(zh="空的坐标", en="empty coordinates"),
        Text(zh="补上坐标或删去这些行。", en="Fill in the coordinates or delete the rows."),
        field=field,
    )
    given = (x.notna() & y.notna()).to_numpy(bool)
    points = np.full(len(table), None, dtype=object)
    points[given] = shapely.points(x[given].to_numpy(), y[given].to_numpy())
    return _located(gpd.GeoDataFrame(table, geometry=points), reading, field)


def split_location(table: pd.DataFrame, reading: Reading) -> pd.DataFrame:
    """Return a table whose one column of places became two, lon and lat; one that has both already stays as it is."""
    theirs = spelled_headers(table)
    mapped = reading.source.columns
    if all(find_header(theirs, column, mapped) is not None for column in COORDINATES):
        return table
    header = find_header(theirs, LOCATION, mapped)
    if header is None:
        return table
    pairs = [PLACE_PAIR.fullmatch(plain_text(value)) for value in table[header]]
    if not any(pairs):
        return table
    reading.tell_rows(
        [
            row
            for row, pair, value in zip(table.index, pairs, table[header], strict=True)
            if not pair and plain_text(value)
        ],
        Text(zh="经度,纬度", en="longitude,latitude"),
        Text(zh="其他写法", en="something else"),
        Text(zh="改正这些位置。", en="Correct these places."),
        field=header,
    )
    longitudes, latitudes = ([pair[at] if pair else "" for pair in pairs] for at in (1, 2))
    return table.assign(**{COORDINATES[0].name: longitudes, COORDINATES[1].name: latitudes})


def _says_nothing(values: pd.Series, numbers: pd.Series) -> Any:
    """Whether cells are empty or hold a sign for "no data"; what is no number at all has been told already."""
    return np.array(
        [number != number and not parse_number(value).wrong for value, number in zip(values, numbers, strict=True)],
        dtype=bool,
    )


def _located(frame: gpd.GeoDataFrame, reading: Reading, field: str) -> OpenedVector | None:
    """Give the frame its CRS, tell coordinates that cannot be in it, and bring shifted datums to WGS 84."""
    crs = datums.agree_crs(frame.crs, reading)
    if crs is None:
        return None
    frame = frame.set_crs(crs, allow_override=True)
    frame = _usable(frame, reading, field)
    datums.tell_impossible_datum(frame, reading)
    return OpenedVector(reading, datums.unshift(frame, reading.source.datum), field, frame.iloc[:0])


def _usable(frame: gpd.GeoDataFrame, reading: Reading, field: str) -> gpd.GeoDataFrame:
    shapes: Any = np.array(frame.geometry.array, dtype=object)
    west, south, east, north = shapely.bounds(shapes).T
    x, y = (west + east) / 2, (south + north) / 2
    there = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    far = there & datums.beyond_the_earth(np.column_stack([west, south, east, north]))
    near = there & ~far
    places = [f"{a:.10g}, {b:.10g}" for a, b in zip(np.where(far, east, x), np.where(far, north, y), strict=True)]
    doubts = datums.doubt_coordinates(frame.crs, np.where(near, x, 0.0), np.where(near, y, 0.0))
    for wrong, needed, found, remedy in [(far, *datums.BEYOND), *doubts]:
        bad = wrong & there
        reading.tell_rows(
            frame.index[bad],
            needed,
            found,
            remedy,
            field=field,
            values=[place for place, wrong_here in zip(places, bad, strict=True) if wrong_here],
        )
        shapes[bad] = None
    return frame.set_geometry(shapes, crs=frame.crs)
