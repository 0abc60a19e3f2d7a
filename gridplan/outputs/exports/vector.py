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
    exchanged,
    field_table,
    short_names,
    write_archive,
    write_csv,
    write_layer,
)
from gridplan.proposal.files import fixed_clock
from gridplan.proposal.frames import FRAMES
from gridplan.proposal.proposal import Proposal
from gridplan.words.errors import InputProblem, OutputError
from gridplan.words.text import Text

_DIGITS = 6
_FIELD_BYTES, _TEXT_BYTES = 10, 254
"""The most that a dBASE file holds."""
_NEAREST_ZOOM = 14
"""Steps of about 0.5 m in the tiles of a Chinese city."""


def write_geojson(proposal: Proposal, folder: Path) -> list[Path]:
    """Write each layer as RFC 7946 GeoJSON: WGS 84 degrees, 6 decimals; unreachable minutes are null."""
    paths = [folder / f"{name}.geojson" for name in LAYERS]
    for name, path in zip(LAYERS, paths, strict=True):
        shapes = round_corners(exchanged(proposal, name, WGS84), _DIGITS)
        _write_plain(shapes, path, name, RFC7946="YES", COORDINATE_PRECISION=_DIGITS)
    return paths


def _write_plain(frame: Any, path: Path, layer: str, **options: Any) -> None:
    import pyogrio

    pyogrio.write_dataframe(frame, path, driver="GeoJSON", layer=layer, **options)


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
        write_layer(exchanged(proposal, name), path, name, "FlatGeobuf")
    return paths


def write_shapefile(proposal: Proposal, folder: Path) -> list[Path]:
    """Write each layer as a Shapefile in CGCS2000 degrees, UTF-8, with a table of what its short fields mean.

    Text longer than 254 bytes is cut, and the table says in how many rows; an id is never cut.

    Raises
    ------
    OutputError
        If an id is longer than that.
    """
    frames = {name: exchanged(proposal, name, CGCS2000) for name in LAYERS}
    fields = {name: short_names(FRAMES[name].names, _FIELD_BYTES) for name in LAYERS}
    table = field_table(fields)
    table["n_cut"] = [
        _n_longer(frames[layer][column], column) for layer, column in zip(table["layer"], table["column"], strict=True)
    ]
    for name, frame in frames.items():
        texts = FRAMES[name].of_kind("text") + FRAMES[name].of_kind("keys")
        fitting = frame.assign(**{column: frame[column].map(_cut) for column in texts})
        write_layer(
            fitting.rename(columns=fields[name]),
            folder / f"{name}.shp",
            name,
            "ESRI Shapefile",
            ENCODING="UTF-8",
            DBF_DATE_LAST_UPDATE="2000-01-01",
        )
    written = [folder / f"{name}.{part}" for name in LAYERS for part in ("shp", "shx", "dbf", "prj", "cpg")]
    return [*written, write_csv(table, folder / "fields.csv")]


def _cut(text: str) -> str:
    return text.encode()[:_TEXT_BYTES].decode(errors="ignore")


def _n_longer(values: Any, column: str) -> int:
    """Return how many texts a Shapefile cannot hold whole.

    Raises
    ------
    OutputError
        If they are ids: two that are cut may become one.
    """
    n_longer = sum(isinstance(value, str) and len(value.encode()) > _TEXT_BYTES for value in values)
    if n_longer and column.endswith("_id"):
        raise OutputError(
            InputProblem(
                "error",
                Text(zh=f"不超过 {_TEXT_BYTES} 字节的代码", en=f"ids of at most {_TEXT_BYTES} bytes"),
                Text(zh=f"{n_longer} 个更长", en=f"{n_longer} that are longer"),
                Text(zh="改用 geojson、filegdb 等格式。", en="Use another format, such as geojson or filegdb."),
                field=column,
            )
        )
    return n_longer


def write_filegdb(proposal: Proposal, folder: Path) -> list[Path]:
    """Write all layers as a file geodatabase in CGCS2000 degrees, zipped into one file, with a table of its fields."""
    place = folder / "gridplan.gdb"
    with fixed_clock(OPENFILEGDB_REPRODUCIBLE_UUID="YES"):
        for name in LAYERS:
            write_layer(exchanged(proposal, name, CGCS2000), place, name, "OpenFileGDB", append=place.exists())
    members = {f"{place.name}/{path.name}": path.read_bytes() for path in sorted(place.iterdir())}
    shutil.rmtree(place)
    table = field_table({name: {column: column for column in FRAMES[name].names} for name in LAYERS})
    return [write_archive(folder / "gridplan.gdb.zip", members), write_csv(table, folder / "fields.csv")]


def write_pmtiles(proposal: Proposal, folder: Path) -> list[Path]:
    """Write each layer as vector tiles in one PMTiles file, from the whole city down to about half a metre."""
    paths = [folder / f"{name}.pmtiles" for name in LAYERS]
    zooms = {"MINZOOM": "6", "MAXZOOM": str(_NEAREST_ZOOM)}
    for name, path in zip(LAYERS, paths, strict=True):
        write_layer(exchanged(proposal, name, "EPSG:3857"), path, name, "PMTiles", dataset_options=zooms)
    return paths
