"""What lies in a folder: every file a planner may have put there, its layers, columns, CRS and number of rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from gridplan.case.sources import Source
from gridplan.layers.buses import GTFS_SIGNS
from gridplan.layers.files.archives import refuse_hostile
from gridplan.layers.files.osm_places import (
    HEALTHCARE,
    OSM_SUFFIXES,
    PLACES,
    has_roads,
    is_osm,
    osm_layers,
    read_osm_layer,
)
from gridplan.layers.files.reading import Reading, tell_unreadable
from gridplan.layers.files.tables import TABLE_READERS, open_table, sheet_names
from gridplan.layers.files.vectors import VECTOR_SUFFIXES, layer_names, read_geometry
from gridplan.layers.gtfs_files import is_gtfs
from gridplan.layers.roads.roads import GRAPH_READERS
from gridplan.words.errors import InputProblem, LayerError
from gridplan.words.problems import Problems
from gridplan.words.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

Shape = Literal["table", "point", "line", "polygon", "raster", "osm"]
RASTER_SUFFIXES = {".tif", ".tiff", ".img", ".asc", ".vrt", ".hgt"}
_OSM_BYTES = 200_000_000
"""OpenStreetMap files above this size are not searched for facilities and boundaries."""
_RASTER_SIDE = 256
"""Of a raster, so many rows and columns are looked at."""
_SHAPES: dict[str, Shape] = {"Point": "point", "LineString": "line", "Polygon": "polygon", "LinearRing": "line"}


@dataclass(frozen=True, eq=False)
class Found:
    """One table, layer or raster of a file: what it is made of, and its (first) rows."""

    file: str
    layer: str
    shape: Shape
    rows: int
    frame: pd.DataFrame
    crs: str = ""
    path: Path = Path()
    bands: int = 1
    only_layer: bool = True
    notes: tuple[InputProblem, ...] = ()

    @property
    def headers(self) -> list[str]:
        """Headers of the columns, geometry apart."""
        return [str(name) for name in self.frame.columns if str(name) != "geometry"]

    @property
    def label(self) -> str:
        """File, and the layer where the file has several."""
        return self.file if self.only_layer or not self.layer else f"{self.file} · {self.layer}"


def list_files(folder: Path) -> list[Path]:
    """Return the files of a folder that may be layers, by name; hidden and temporary files and sidecars apart."""
    known = {*TABLE_READERS, *VECTOR_SUFFIXES, *RASTER_SUFFIXES}
    return [
        path
        for path in sorted(folder.iterdir())
        if not path.name.startswith((".", "~"))
        and (not path.is_dir() or path.suffix.lower() == ".gdb")
        and (path.suffix.lower() in known or path.name.lower().endswith((*OSM_SUFFIXES, *GRAPH_READERS)))
    ]


def look_at(paths: Iterable[Path]) -> tuple[list[Found], Problems]:
    """Look into files; what cannot be read is told in the problems."""
    found: list[Found] = []
    problems = Problems()
    for path in paths:
        reading = Reading(Source(path=path.name), path, problems)
        try:
            layers = list(_look(reading if path.suffix.lower() != ".txt" else replace(reading, problems=Problems())))
        except LayerError as error:
            problems.extend(error.problems)
            continue
        except Exception as error:
            tell_unreadable(reading, error)
            continue
        found += [replace(layer, path=path, only_layer=len(layers) == 1) for layer in layers]
    return found, problems


def _look(reading: Reading) -> Iterator[Found]:
    path = reading.path
    suffix = path.suffix.lower()
    refuse_hostile(reading)
    if is_gtfs(path):
        yield Found(path.name, "", "table", 0, pd.DataFrame(columns=list(GTFS_SIGNS)))
    elif is_osm(path):
        yield from _look_at_osm(reading)
    elif path.name.lower().endswith(tuple(GRAPH_READERS)):
        yield _look_at_graph(reading)
    elif suffix in RASTER_SUFFIXES:
        yield _look_at_raster(path)
    elif suffix in TABLE_READERS:
        for sheet in sheet_names(path) or [""]:
            notes = Problems()
            opened = open_table(Reading(Source(path=path.name), path, notes, sheet))
            reading.problems.extend(notes.errors)
            if opened is not None and not sheet and opened.frame.empty and not notes.errors:
                reading.tell(
                    Text(zh="有表头和数据的表格", en="a table with a header and data"),
                    Text(zh="没有数据的表", en="none: there is no row of data"),
                    Text(zh="重新导出或复制这个文件。", en="Export or copy the file again."),
                )
            if opened is not None and len(opened.frame):
                yield Found(path.name, sheet, "table", len(opened.frame), opened.frame, notes=tuple(notes))
    else:
        for layer in layer_names(path):
            frame: Any = read_geometry(reading.of_layer(layer))
            kind = frame.geom_type.dropna().str.removeprefix("Multi").mode()
            if len(kind) and kind.iloc[0] in _SHAPES:
                crs = "" if frame.crs is None else _crs_name(frame.crs)
                yield Found(path.name, layer, _SHAPES[kind.iloc[0]], len(frame), frame, crs)


def _look_at_osm(reading: Reading) -> Iterator[Found]:
    """Roads, facilities and boundaries, as far as the file has them."""
    path = reading.path
    if has_roads(path):
        yield Found(path.name, "", "osm", 0, pd.DataFrame(), "EPSG:4326")
    for layer in osm_layers(path) if path.stat().st_size <= _OSM_BYTES else []:
        notes = Problems()
        frame: Any = read_osm_layer(Reading(reading.source, path, notes, layer))
        shape: Shape = "point" if layer in (HEALTHCARE, PLACES) else "polygon"
        yield Found(path.name, layer, shape, len(frame), frame, "EPSG:4326", notes=tuple(notes))


def _look_at_graph(reading: Reading) -> Found:
    name = reading.path.name
    frame = next(read for suffix, read in GRAPH_READERS.items() if name.lower().endswith(suffix))(reading)
    return Found(name, "", "line", len(frame), frame, "" if frame.crs is None else _crs_name(frame.crs))


def _look_at_raster(path: Path) -> Found:
    """A raster, its bands, and the values of some of its cells."""
    import rasterio

    with rasterio.open(path) as raster:
        crs = "" if raster.crs is None else str(raster.crs)
        shape = tuple(max(1, min(side, _RASTER_SIDE)) for side in (raster.height, raster.width))
        values = raster.read(1, out_shape=shape, masked=True).compressed()
        return Found(
            path.name,
            "",
            "raster",
            raster.width * raster.height,
            pd.DataFrame({"value": values}),
            crs,
            bands=raster.count,
        )


def _crs_name(crs: Any) -> str:
    code = crs.to_authority(min_confidence=70)
    return ":".join(code) if code else str(crs.name)
