"""Road files become one frame of roads between junctions: OpenStreetMap extracts and line layers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import CRS, Transformer

from gridplan.case.sources import Datum, Source
from gridplan.layers.files.crs import agree_crs, tell_impossible_datum, unshift
from gridplan.layers.files.osm_places import is_osm
from gridplan.layers.files.reading import Reading, tell_unreadable
from gridplan.layers.files.vectors import VECTOR_SUFFIXES, read_geometry
from gridplan.layers.roads.graphml import GRAPHML_SUFFIXES, read_graphml
from gridplan.layers.roads.near_ends import FAST, join_near_ends, tell_crossings, tell_joined
from gridplan.layers.roads.osm_tags import UNDEFINED
from gridplan.layers.roads.road_columns import read_road_columns, tell_mapped_columns
from gridplan.layers.roads.road_extracts import collect_roads
from gridplan.layers.roads.road_graphs import direct_twins
from gridplan.layers.roads.sumo import SUMO_SUFFIXES, read_sumo
from gridplan.words.errors import InputProblem, LayerError
from gridplan.words.ledger import HELD, ROAD_KM, USED, Entry, Ledger
from gridplan.words.problems import Problems
from gridplan.words.text import Text

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

MARGIN_M = 2000.0
KEY_M = 0.01
GRAPH_READERS = {**dict.fromkeys(SUMO_SUFFIXES, read_sumo), **dict.fromkeys(GRAPHML_SUFFIXES, read_graphml)}


@dataclass(frozen=True, eq=False)
class RoadsRead:
    """What came out of a road file: the frame, everything that was mended or is doubtful, and what became of its kilometres."""

    roads: gpd.GeoDataFrame
    problems: tuple[InputProblem, ...]
    ledger: tuple[Entry, ...] = ()


@dataclass(frozen=True, eq=False)
class _Lines:
    """Lines as flat vertices: line i has the vertices `starts[i]` to `starts[i + 1]`, known by their `key`."""

    xy: npt.NDArray[np.float64]
    key: Ints
    starts: Ints

    @property
    def owner(self) -> Ints:
        return np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))


def read_roads(
    path: str | Path,
    *,
    area: Any,
    crs: Any,
    layer: str | None = None,
    encoding: str | None = None,
    source_crs: str | None = None,
    datum: Datum | None = None,
    columns: Mapping[str, str] | None = None,
    road_classes: Mapping[str, str] | None = None,
    file_label: str = "",
    margin_m: float = MARGIN_M,
) -> RoadsRead:
    """Read a road layer into roads between junctions, in the metric `crs`.

    Parameters
    ----------
    path
        `.osm.pbf` (or another file osmium reads); a SUMO network or GraphML; or any line layer (see `vectors`).
    area
        Polygon in `crs` (or None): roads farther than `margin_m` from it are left out while the file streams by.
    crs
        Metric reference system of the result.
    layer, encoding, source_crs, datum
        Of all but OSM files: which layer, which text encoding, the reference system where the file states none (or a
        wrong one), and the datum of its degrees.
    columns
        For line layers, our column -> theirs (`road_columns.COLUMN_NAMES`); tags of OpenStreetMap go by their own names.
    road_classes
        For line layers, their class -> ours (OpenStreetMap highway values).
    file_label
        How messages name the file.
    margin_m
        How far beyond `area` roads are kept, in metres.

    Returns
    -------
    RoadsRead
        `roads` with tail, head (node numbers), road_class, oneway (0 both, 1 along the line, -1 against it),
        oneway_bike, maxspeed_kmh, minutes (NaN where not stated), bridge, tunnel, drive, walk, bike, destination (cars only to
        or from it), entry (see `pricing.NEVER`), sac_scale, name, geometry.

    Raises
    ------
    LayerError
        The file cannot be read, has no usable lines, or states no reference system.
    """
    source = Path(path)
    label = file_label or source.name
    target = CRS.from_user_input(crs)
    window = None if area is None else shapely.buffer(area, margin_m)
    if is_osm(source):
        return _read_osm(source, window, target, label)
    stated = Source(
        path=label, layer=layer, encoding=encoding, crs=source_crs, datum=datum, columns=dict(columns or {})
    )
    reading = Reading(stated, source, layer=layer or "")
    return _read_lines(_open_lines(reading), window, target, reading, road_classes or {})


def _read_osm(source: Path, window: Any, target: CRS, label: str) -> RoadsRead:
    project = Transformer.from_crs(4326, target, always_xy=True)
    box = None if window is None else _lonlat_box(window, target)
    try:
        ways = collect_roads(source, box)
    except (RuntimeError, OSError, ValueError) as error:  # a text of a damaged file is a ValueError
        reading = Reading(Source(path=label), source)
        tell_unreadable(reading, error)
        raise LayerError(reading.problems) from error
    known = ways.x != UNDEFINED
    place, key = np.unique((ways.x << 32) + ways.y, return_inverse=True)
    lon = (place + 2**31) >> 32
    xy = np.column_stack(project.transform(lon / 1e7, (place - (lon << 32)) / 1e7))[key]
    xy[~known] = np.nan
    problems = Problems(label)
    missing = np.unique(np.repeat(np.arange(ways.n_ways), np.diff(ways.starts))[~known])
    if len(missing):
        needed = Text(zh="道路的全部节点", en="all nodes of each way")
        found = Text(zh="{n} 条路缺少节点", en="{n:way|ways} with missing nodes").format(n=len(missing))
        problems.tell(needed, found, KEPT_REST, severity="warning", values=ways.ids[missing])
    keep = known.copy()
    if window is not None:
        shapely.prepare(window)
        keep[known] &= shapely.contains_xy(window, xy[known])
        keep = _with_neighbours(keep, ways.starts) & known
    _enter_osm(_Lines(xy, key.astype(np.int64), ways.starts), keep, problems.ledger, label)
    lines, way = _runs(_Lines(xy, key.astype(np.int64), ways.starts), keep)
    lines, run = _split(lines, _shared(lines))
    way = way[run]
    attributes = {name: values[way] for name, values in ways.columns.items()}
    roads = _share_minutes(_frame(lines, attributes, target), way)
    drop = shapely.length(np.asarray(roads.geometry.array)) == 0
    return RoadsRead(_finish(roads[~drop], label), tuple(problems), tuple(problems.ledger))


def _enter_osm(lines: _Lines, keep: Bools, ledger: Ledger, label: str) -> None:
    """Enter the length of the ways that touch the box of the area, and of what of them lies beyond it."""
    within = ~_is_start(lines.starts, len(keep))[1:]
    length_m = np.where(within, np.hypot(*np.diff(lines.xy, axis=0).T), 0.0)
    length_m = np.nan_to_num(length_m)
    used = keep[1:] & keep[:-1]
    _enter_km(ledger, label, "", length_m.sum(), length_m[used].sum())


def _enter_km(ledger: Ledger, label: str, layer: str, held_m: float, used_m: float) -> None:
    ledger.enter(label, layer, ROAD_KM, held_m / 1000, HELD)
    ledger.enter(label, layer, ROAD_KM, (held_m - used_m) / 1000, _BEYOND)
    ledger.enter(label, layer, ROAD_KM, used_m / 1000, USED)


_BEYOND = Text(zh="离规划范围超过 2 km", en="farther than 2 km from the area")


def _lonlat_box(window: Any, target: CRS) -> tuple[int, int, int, int]:
    back = Transformer.from_crs(target, 4326, always_xy=True)
    west, south, east, north = back.transform_bounds(*shapely.bounds(window))
    return int(west * 1e7), int(south * 1e7), int(east * 1e7) + 1, int(north * 1e7) + 1


def _with_neighbours(keep: Bools, starts: Ints) -> Bools:
    """Keep one vertex more on either side of what is kept, so that no segment that reaches inside is lost."""
    wider = keep.copy()
    wider[1:] |= keep[:-1] & ~_is_start(starts, len(keep))[1:]
    wider[:-1] |= keep[1:] & ~_is_start(starts, len(keep))[1:]
    return wider


def _is_start(starts: Ints, n: int) -> Bools:
    mask = np.zeros(n + 1, dtype=bool)
    mask[starts] = True
    return mask[:n]


def _runs(lines: _Lines, keep: Bools) -> tuple[_Lines, Ints]:
    """Cut lines into runs of kept vertices (two or more); return them and the line each came from."""
    n = len(keep)
    begins = keep & (_is_start(lines.starts, n) | ~np.concatenate([[False], keep[:-1]]))
    run = np.cumsum(begins) - 1
    size = np.bincount(run[keep], minlength=int(begins.sum()))
    keep = keep.copy()
    keep[keep] = size[run[keep]] >= 2
    size, owner = size[size >= 2], lines.owner[begins][size >= 2]
    return _Lines(lines.xy[keep], lines.key[keep], np.concatenate([[0], np.cumsum(size)])), owner


def _shared(lines: _Lines) -> Bools:
    """Vertices that are a node of the road network because several lines (or one line twice) pass there."""
    _, inverse, counts = np.unique(lines.key, return_inverse=True, return_counts=True)
    result: Bools = counts[inverse] >= 2
    return result


def _split(lines: _Lines, at: Bools) -> tuple[_Lines, Ints]:
    """Split lines at the marked inner vertices; return the pieces and the line each came from."""
    n = len(lines.key)
    is_first = _is_start(lines.starts, n)
    is_last = np.zeros(n, dtype=bool)
    is_last[lines.starts[1:] - 1] = True
    node = at | is_first | is_last
    begin = np.flatnonzero(node & ~is_last)
    end = np.flatnonzero(node & ~is_first)
    size = end - begin + 1
    starts = np.concatenate([[0], np.cumsum(size)])
    vertex = np.arange(starts[-1]) - np.repeat(starts[:-1] - begin, size)
    return _Lines(lines.xy[vertex], lines.key[vertex], starts), lines.owner[begin]


def _frame(lines: _Lines, attributes: Mapping[str, Any], crs: CRS) -> gpd.GeoDataFrame:
    """Build the road frame; nodes are numbered 0..n-1 in the order of their keys."""
    first, last = lines.key[lines.starts[:-1]], lines.key[lines.starts[1:] - 1]
    _, node = np.unique(np.concatenate([first, last]), return_inverse=True)
    tail, head = node[: len(first)].astype(np.int64), node[len(first) :].astype(np.int64)
    geometry = shapely.linestrings(lines.xy, indices=lines.owner) if len(first) else np.empty(0, dtype=object)
    frame = pd.DataFrame({"tail": tail, "head": head, **attributes})
    return gpd.GeoDataFrame(frame, geometry=geometry, crs=crs)


def _share_minutes(roads: gpd.GeoDataFrame, way: Ints) -> gpd.GeoDataFrame:
    """Share the stated minutes of a way (a ferry's duration) over its pieces by length."""
    length = shapely.length(np.asarray(roads.geometry.array))
    whole = np.bincount(way, weights=length)[way] if len(way) else length
    return roads.assign(minutes=roads["minutes"] * np.divide(length, whole, out=np.ones_like(length), where=whole > 0))


def _finish(roads: gpd.GeoDataFrame, label: str) -> gpd.GeoDataFrame:
    if len(roads) == 0:
        needed = Text(zh="规划范围内的道路", en="roads inside the planning area")
        raise LayerError(InputProblem("error", needed, Text(zh="没有道路", en="none"), CHECK_AREA, file=label))
    return roads.reset_index(drop=True)


def _open_lines(reading: Reading) -> Any:
    """Return the lines of a file with their CRS, in WGS 84 where they were in a shifted datum."""
    reader = _graph_reader(reading)
    if reader is None and reading.path.suffix.lower() not in VECTOR_SUFFIXES:
        known = " ".join([".osm.pbf", *GRAPH_READERS, *sorted(VECTOR_SUFFIXES)])
        needed = Text(zh="道路文件（{f}）", en="a road file ({f})").format(f=known)
        found = _plain(reading.path.suffix or reading.path.name)
        raise LayerError(InputProblem("error", needed, found, CHANGE_FORMAT, file=reading.source.path))
    try:
        frame = (reader or read_geometry)(reading)
    except LayerError as error:
        raise LayerError([*reading.problems, *error.problems]) from None
    except Exception as error:
        tell_unreadable(reading, error)
        raise LayerError(reading.problems) from error
    crs = agree_crs(frame.crs, reading)
    if crs is None:
        raise LayerError(reading.problems)
    frame = frame.set_crs(crs, allow_override=True)
    tell_impossible_datum(frame, reading)
    return unshift(frame if reader else direct_twins(frame, reading), reading.source.datum)


def _graph_reader(reading: Reading) -> Callable[[Reading], gpd.GeoDataFrame] | None:
    """Return the reader of a graph of another program, in which nodes alone say what meets; None for a file of lines."""
    name = reading.path.name.lower()
    return next((read for suffix, read in GRAPH_READERS.items() if name.endswith(suffix)), None)


def _read_lines(frame: Any, window: Any, target: CRS, reading: Reading, road_classes: Mapping[str, str]) -> RoadsRead:
    tell_mapped_columns(frame, reading)
    reading.problems.refuse(LayerError)
    row = np.arange(len(frame))
    frame = frame.to_crs(target).assign(_row=row).explode(ignore_index=True)
    geometry = np.asarray(shapely.force_2d(np.asarray(frame.geometry.array)))
    good = (shapely.get_type_id(geometry) == 1) & ~shapely.is_empty(geometry) & shapely.is_valid(geometry)
    good &= shapely.length(geometry) > 0
    part_of = frame["_row"].to_numpy()
    bad_rows = np.union1d(part_of[~good], np.setdiff1d(row, part_of))
    reading.tell_rows(
        bad_rows + 1,
        Text(zh="长度大于 0 的线", en="lines longer than 0"),
        Text(zh="不是这样的线", en="others"),
        LEFT_OUT,
        severity="warning",
        field="geometry",
    )
    held_m = shapely.length(geometry[good]).sum()
    if window is not None:
        good[good] &= shapely.intersects(geometry[good], window)
    used_m = shapely.length(geometry[good]).sum()
    _enter_km(reading.problems.ledger, reading.source.path, reading.layer, held_m, used_m)
    frame, geometry = frame[good].reset_index(drop=True), geometry[good]
    attributes = read_road_columns(frame, reading, road_classes)
    levels = attributes["bridge"] | attributes["tunnel"]
    apart = levels | np.isin(attributes["road_class"].astype(str), list(FAST))
    joined = join_near_ends(geometry, apart)
    tell_joined(joined, target, reading)
    lines = _as_lines(joined.lines)
    pieces, line = _split(lines, _touched_by_ends(lines))
    n_split = len(pieces.starts) - len(lines.starts) - joined.inserted
    if n_split > 0:
        reading.tell(
            Text(zh="在路口断开的线", en="lines that end at junctions"),
            Text(zh="{n} 处路口在线的中间", en="{n:junction|junctions} in the middle of a line").format(n=n_split),
            SPLIT_THERE,
            severity="repair",
        )
    roads = _share_minutes(_frame(pieces, {name: values[line] for name, values in attributes.items()}, target), line)
    ends = np.bincount(roads[["tail", "head"]].to_numpy().ravel())
    if _graph_reader(reading) is None:
        tell_crossings(joined.lines, apart, int((ends >= 3).sum()), target, reading, levels_stated=bool(levels.any()))
    problems = reading.problems
    return RoadsRead(_finish(roads, reading.source.path), tuple(problems), tuple(problems.ledger))


def _as_lines(geometry: Any) -> _Lines:
    """Flatten lines; vertices are known by their coordinates rounded to a centimetre."""
    xy, owner = shapely.get_coordinates(geometry, return_index=True)
    grid = np.rint(xy / KEY_M).astype(np.int64)
    _, key = np.unique(grid, axis=0, return_inverse=True)
    starts = np.searchsorted(owner, np.arange(len(geometry) + 1))
    return _Lines(xy, key.ravel().astype(np.int64), starts.astype(np.int64))


def _touched_by_ends(lines: _Lines) -> Bools:
    """Inner vertices at which another line ends; lines that only cross are left alone (it may be a bridge)."""
    is_end = np.zeros(int(lines.key.max(initial=-1)) + 1, dtype=bool)
    is_end[lines.key[lines.starts[:-1]]] = True
    is_end[lines.key[lines.starts[1:] - 1]] = True
    result: Bools = is_end[lines.key]
    return result


CHANGE_FORMAT = Text(zh="请转换为其中一种格式。", en="Convert it to one of these.")
CHECK_AREA = Text(zh="请检查道路文件的范围与坐标系。", en="Check the extent and the reference system of the road file.")
KEPT_REST = Text(
    zh="其余部分保留；请使用范围更大的提取文件。",
    en="What is left of them is kept; an extract that reaches further has all.",
)
LEFT_OUT = Text(zh="这些行未采用。", en="These rows are left out.")
SPLIT_THERE = Text(zh="已在这些路口断开。", en="The lines were split there.")


def _plain(value: object) -> Text:
    return Text(zh=str(value), en=str(value))
