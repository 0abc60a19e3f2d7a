"""Roads of many areas cut out of one OpenStreetMap file in one pass, as GeoParquet files that stand for it while a batch runs.

A country's file takes minutes to stream through; cut once, each case reads its own part. What a case reads is the same ways in the
same order as it would find itself. Where nodes lie is kept in a file on disk, so that memory does not grow with the country.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from gridplan.layers.roads import osm_ways
from gridplan.layers.roads.osm_tags import UNDEFINED, Box

_WAYS_AT_ONCE = 50_000
_FOLDER: ContextVar[Path | None] = ContextVar("road_extracts", default=None)
_GEO = {
    "version": "1.1.0",
    "primary_column": "geometry",
    "columns": {"geometry": {"encoding": "WKB", "geometry_types": ["LineString"]}},
}


@dataclass(frozen=True)
class Cut:
    """What a pass over a file made: how many ways touch a box, how many each one, and the file of each box."""

    n_ways: int
    n_kept: tuple[int, ...]
    paths: tuple[Path, ...]


@contextmanager
def used_extracts(folder: Path | None) -> Iterator[None]:
    """Let `collect_roads` look for extracts in a folder while the block runs."""
    token = _FOLDER.set(folder)
    try:
        yield
    finally:
        _FOLDER.reset(token)


def collect_roads(source: Path, box: Box | None) -> osm_ways.Ways:
    """Return the road ways of an OSM file that touch `box`: from an extract where one holds them all, else from the file itself."""
    folder = _FOLDER.get()
    if folder is not None and box is not None:
        with suppress(OSError, ValueError, pa.ArrowException):
            for path in sorted(folder.glob(f"{_key(source)}-*.parquet")):
                if _holds(_box_of(path), box):
                    return _touching(_read(path), box)
    return osm_ways.collect_ways(source, box)


def cut_roads(source: Path, boxes: Sequence[Box], folder: Path) -> Cut:
    """Write the road ways that touch each box into a file of `folder`, in one pass over the source.

    Memory holds the ways of one chunk; a file beside the extracts holds where the nodes are (16 bytes a node) and goes at the end.
    """
    folder.mkdir(parents=True, exist_ok=True)
    key, n_ways = _key(source), 0
    kept = [0] * len(boxes)
    writers = [pq.ParquetWriter(folder / f"{key}-{number}.writing", _schema(box)) for number, box in enumerate(boxes)]
    edges = np.array(boxes, dtype=np.int64).reshape(-1, 4)
    try:
        with TemporaryDirectory(dir=folder, prefix="nodes-") as places:
            for ways in osm_ways.stream_ways(source, _WAYS_AT_ONCE, boxes=boxes, folder=Path(places)):
                n_ways += ways.n_ways
                table = _table(ways)
                for number, touching in enumerate(_touches(ways, edges)):
                    rows = np.flatnonzero(touching)
                    kept[number] += len(rows)
                    if len(rows):
                        writers[number].write_table(table.take(rows).cast(writers[number].schema))
    finally:
        for writer in writers:
            writer.close()
    paths = tuple(folder / f"{key}-{number}.parquet" for number in range(len(boxes)))
    for path in paths:
        path.with_suffix(".writing").replace(path)
    return Cut(n_ways, tuple(kept), paths)


def _key(source: Path) -> str:
    """Return what stands for a file's content without reading it all: its size, when it was written, its first and last bytes."""
    stat = source.stat()
    digest = hashlib.blake2b(f"{stat.st_size} {stat.st_mtime_ns} ".encode(), digest_size=12)
    with source.open("rb") as file:
        digest.update(file.read(1 << 16))
        file.seek(max(0, stat.st_size - (1 << 16)))
        digest.update(file.read(1 << 16))
    return digest.hexdigest()


def _touches(ways: osm_ways.Ways, edges: npt.NDArray[np.int64]) -> Iterator[npt.NDArray[np.bool_]]:
    """Yield for each box which ways touch it, by the box of their known vertices."""
    known = ways.x != UNDEFINED
    none = np.iinfo(np.int64)
    starts = ways.starts[:-1]
    low_x, low_y = (np.minimum.reduceat(np.where(known, axis, none.max), starts) for axis in (ways.x, ways.y))
    high_x, high_y = (np.maximum.reduceat(np.where(known, axis, none.min), starts) for axis in (ways.x, ways.y))
    for west, south, east, north in edges:
        yield (high_x >= west) & (low_x <= east) & (high_y >= south) & (low_y <= north)


def _touching(ways: osm_ways.Ways, box: Box) -> osm_ways.Ways:
    if not ways.n_ways:
        return ways
    return ways.where(next(_touches(ways, np.array([box], dtype=np.int64))))


def _table(ways: osm_ways.Ways) -> pa.Table:
    owner = np.repeat(np.arange(ways.n_ways), np.diff(ways.starts))
    lines = shapely.linestrings(np.column_stack([ways.x, ways.y]) / 1e7, indices=owner)
    columns: dict[str, Any] = {"id": ways.ids, **ways.columns, "geometry": shapely.to_wkb(lines)}
    return pa.table({name: pa.array(values) for name, values in columns.items()})


def _schema(box: Box) -> pa.Schema:
    empty = osm_ways.no_ways()
    fields = [pa.field("id", pa.int64())]
    fields += [pa.field(name, _type(values)) for name, values in empty.columns.items()]
    fields.append(pa.field("geometry", pa.binary()))
    return pa.schema(fields, {"geo": json.dumps(_GEO), "box": json.dumps(box)})


def _type(values: npt.NDArray[Any]) -> pa.DataType:
    return pa.string() if values.dtype == object else pa.from_numpy_dtype(values.dtype)


def _box_of(path: Path) -> Box:
    west, south, east, north = json.loads(pq.read_schema(path).metadata[b"box"])
    return west, south, east, north


def _holds(outer: Box, inner: Box) -> bool:
    return outer[0] <= inner[0] and outer[1] <= inner[1] and outer[2] >= inner[2] and outer[3] >= inner[3]


def _read(path: Path) -> osm_ways.Ways:
    table = pq.read_table(path)
    kinds: Mapping[str, npt.NDArray[Any]] = osm_ways.no_ways().columns
    lines = shapely.from_wkb(table["geometry"].to_numpy(zero_copy_only=False))
    xy = np.rint(shapely.get_coordinates(lines) * 1e7).astype(np.int64)
    return osm_ways.Ways(
        ids=table["id"].to_numpy(),
        starts=np.concatenate([[0], np.cumsum(shapely.get_num_coordinates(lines))]).astype(np.int64),
        x=xy[:, 0].copy(),
        y=xy[:, 1].copy(),
        columns={
            name: table[name].to_numpy(zero_copy_only=False).astype(values.dtype) for name, values in kinds.items()
        },
    )
