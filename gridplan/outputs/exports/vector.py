"""Files of geographic systems: GeoJSON, GeoParquet, FlatGeobuf, Shapefile, file geodatabase and vector tiles."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from gridplan.layers.area.validity import round_corners
from gridplan.outputs.exports.exchange import (
    CGCS2000,
    LAYERS,
    WGS84,
    code_table,
    exchanged,
    field_table,
    holds_sign,
    short_names,
    unfit_ids,
    write_archive,
    write_csv,
    write_file,
    write_layer,
)
from gridplan.proposal.files import fixed_clock
from gridplan.proposal.frames import FRAMES
from gridplan.proposal.proposal import Proposal
from gridplan.words.text import Text

_DIGITS = 6
_FIELD_BYTES, _TEXT_BYTES = 10, 254
"""The most that a dBASE file holds."""
_NO_SIGN = "〓"
"""What typesetters put where a sign is missing."""
FIELDS, CODES = "gridplan_fields", "gridplan_codes"
"""Tables of a geodatabase."""
_NEAREST_ZOOM = 14
"""Steps of about 0.5 m in the tiles of a Chinese city."""


def write_geojson(proposal: Proposal, folder: Path) -> list[Path]:
    """Write each layer as RFC 7946 GeoJSON: WGS 84 degrees, 6 decimals; unreachable minutes are null."""
    paths = [folder / f"{name}.geojson" for name in LAYERS]
    for name, path in zip(LAYERS, paths, strict=True):
        shapes = round_corners(exchanged(proposal, name, WGS84), _DIGITS)
        write_file(shapes, path, name, "GeoJSON", promote_to_multi=False, RFC7946="YES", COORDINATE_PRECISION=_DIGITS)
    return paths


def write_geoparquet(proposal: Proposal, folder: Path) -> list[Path]:
    """Write each layer as GeoParquet in the proposal's CRS; unreachable minutes are null."""
    paths = [folder / f"{name}.parquet" for name in LAYERS]
    for name, path in zip(LAYERS, paths, strict=True):
        exchanged(proposal, name).to_parquet(path, index=False)
    return paths


def write_flatgeobuf(proposal: Proposal, folder: Path) -> list[Path]:
    """Write each layer as FlatGeobuf in the proposal's CRS, with a spatial index."""
    paths = [folder / f"{name}.fgb" for name in LAYERS]
    for name, path in zip(LAYERS, paths, strict=True):
        write_file(exchanged(proposal, name), path, name, "FlatGeobuf")
    return paths


def write_shapefile(proposal: Proposal, folder: Path) -> list[Path]:
    """Write each layer as a Shapefile in CGCS2000 degrees, UTF-8, with tables of what its short fields and its codes mean.

    Text longer than 254 bytes is cut, and the table says in how many rows; an id is never cut.

    Raises
    ------
    OutputError
        If an id is longer than that or has spaces at its ends.
    """
    return _write_shapefiles(proposal, folder, CGCS2000, "UTF-8")


def write_shapefile_gbk(proposal: Proposal, folder: Path) -> list[Path]:
    """Write the same in the proposal's own CRS and in GBK, as older programs and surveyors' offices ask for it.

    A sign that GBK lacks becomes 〓, and the table counts the rows.

    Raises
    ------
    OutputError
        If an id is longer than 254 bytes, has spaces at its ends or such a sign.
    """
    return _write_shapefiles(proposal, folder, None, "GBK")


def _write_shapefiles(proposal: Proposal, folder: Path, crs: str | None, encoding: str) -> list[Path]:
    frames = {name: exchanged(proposal, name, crs) for name in LAYERS}
    fields = {name: short_names(FRAMES[name].names, _FIELD_BYTES) for name in LAYERS}
    table = field_table(fields)
    table["n_cut"] = [
        _n_changed(frames[layer][column], column, encoding)
        for layer, column in zip(table["layer"], table["column"], strict=True)
    ]
    for name, frame in frames.items():
        texts = FRAMES[name].of_kind("text") + FRAMES[name].of_kind("keys")
        fitting = frame.assign(**{column: [_fitting(text, encoding) for text in frame[column]] for column in texts})
        write_layer(
            fitting.rename(columns=fields[name]),
            folder / f"{name}.shp",
            name,
            "ESRI Shapefile",
            encoding=encoding,
            DBF_DATE_LAST_UPDATE="2000-01-01",
        )
    written = [folder / f"{name}.{part}" for name in LAYERS for part in ("shp", "shx", "dbf", "prj", "cpg")]
    return [*written, write_csv(table, folder / "fields.csv"), write_csv(code_table(), folder / "codes.csv")]


def _fitting(text: str, encoding: str) -> str:
    """Return what a Shapefile holds of a text; it fills its fields up with spaces."""
    held = "".join(sign if holds_sign(encoding, sign) else _NO_SIGN for sign in text.strip(" "))
    return held.encode(encoding)[:_TEXT_BYTES].decode(encoding, errors="ignore").rstrip(" ")


def _n_changed(values: Any, column: str, encoding: str) -> int:
    """Return how many texts a Shapefile cannot hold as they are.

    Raises
    ------
    OutputError
        If they are ids: two that are cut may become one.
    """
    n_changed = sum(isinstance(value, str) and _fitting(value, encoding) != value for value in values)
    if n_changed and column.endswith("_id"):
        needed = Text(
            zh=f"不超过 {_TEXT_BYTES} 字节、首尾没有空格、{encoding} 里都有的代码",
            en=f"ids of at most {_TEXT_BYTES} bytes, without spaces at their ends, of signs that {encoding} has",
        )
        raise unfit_ids(needed, column, n_changed)
    return n_changed


def write_filegdb(proposal: Proposal, folder: Path) -> list[Path]:
    """Write all layers as a file geodatabase in CGCS2000 degrees, zipped into one file, with tables of its fields and codes in it.

    The codes are a table and not domains of the fields, which pyogrio cannot write; no column of it is called "column", which a
    geodatabase keeps for itself.
    """
    place = folder / "gridplan.gdb"
    fields = field_table({name: {column: column for column in FRAMES[name].names} for name in LAYERS})
    fields, codes = fields.drop(columns="column"), code_table().rename(columns={"column": "field"})
    with fixed_clock(OPENFILEGDB_REPRODUCIBLE_UUID="YES"):
        for name in LAYERS:
            alias = FRAMES[name].about.in_language(proposal.case.language)
            shapes = exchanged(proposal, name, CGCS2000)
            write_layer(shapes, place, name, "OpenFileGDB", append=place.exists(), LAYER_ALIAS=alias)
        for name, table in ((FIELDS, fields), (CODES, codes)):
            _write_table(table, place, name)
    members = {f"{place.name}/{path.name}": path.read_bytes() for path in sorted(place.iterdir())}
    archive = write_archive(
        folder / "gridplan.gdb.zip", members
    )  # fails where the disk was full, of which GDAL said nothing
    shutil.rmtree(place)
    return [archive, write_csv(fields, folder / "fields.csv"), write_csv(codes, folder / "codes.csv")]


def _write_table(table: Any, path: Path, name: str) -> None:
    import pyogrio

    pyogrio.write_dataframe(table, path, layer=name, driver="OpenFileGDB", append=True)


def write_pmtiles(proposal: Proposal, folder: Path) -> list[Path]:
    """Write each layer that has rows (there are no tiles of nothing) in one PMTiles file, from the whole city down to about half a metre."""
    names = [name for name in LAYERS if len(getattr(proposal, name))]
    paths = [folder / f"{name}.pmtiles" for name in names]
    zooms = {"MINZOOM": "6", "MAXZOOM": str(_NEAREST_ZOOM)}
    for name, path in zip(names, paths, strict=True):
        write_layer(exchanged(proposal, name, "EPSG:3857"), path, name, "PMTiles", dataset_options=zooms)
    return paths
