"""Road and ferry ways of OpenStreetMap files as arrays: those that touch a box, or many, with the places of their nodes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from gridplan.layers.roads.osm_tags import KEYS, ROAD_KEYS, UNDEFINED, Box, TaggedWays, WayFacts, read_facts

_AT_ONCE = 10_000
"""Ways that osmium reads before they are looked at."""
_FEATURES = 9
"""Of so many a pbf is asked whether they say that ways have the places of their nodes themselves."""
_WKB_HEADER = 18
"""Hexadecimal digits before the points of a line in well-known binary."""


@dataclass(frozen=True, eq=False)
class Ways:
    """Road ways of an extract: flat vertices (`x`, `y` in whole 1e-7 degrees), `starts`, and one value a way.

    `x` is `UNDEFINED` where the extract lacks the node.
    """

    ids: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int64]
    x: npt.NDArray[np.int64]
    y: npt.NDArray[np.int64]
    columns: Mapping[str, Any]

    @property
    def n_ways(self) -> int:
        """Number of ways."""
        return len(self.ids)

    def where(self, kept: npt.NDArray[np.bool_]) -> Ways:
        """Return some of the ways."""
        sizes = np.diff(self.starts)
        vertices = np.repeat(kept, sizes)
        return Ways(
            ids=self.ids[kept],
            starts=np.concatenate([[0], np.cumsum(sizes[kept])]).astype(np.int64),
            x=self.x[vertices],
            y=self.y[vertices],
            columns={name: values[kept] for name, values in self.columns.items()},
        )


def collect_ways(source: Path, box: Box | None) -> Ways:
    """Read an OSM file and keep road and ferry ways that touch `box` (None: all).

    In memory: 16 bytes for each node of the file, and what is kept. Raises RuntimeError or OSError where the file is no OSM data, is
    damaged, or holds every version of its objects.
    """
    from gridplan.layers.roads.pbf_files import UnusualPbfError

    boxes = () if box is None else (box,)
    try:
        return _together(map(_roads, _tagged_ways(source, boxes, None)))
    except UnusualPbfError:  # a later block of ways: nothing has been given out yet, and osmium may read it
        return _together(map(_roads, _osmium_ways(source, boxes, None)))


def stream_ways(source: Path, at_once: int, *, boxes: Sequence[Box], folder: Path) -> Iterator[Ways]:
    """Yield road and ferry ways of an OSM file that touch a box, at least so many at once; places of nodes are in files of `folder`."""
    held: list[Ways] = []
    for ways in _tagged_ways(source, boxes, folder):
        held.append(_roads(ways))
        if sum(one.n_ways for one in held) >= at_once:
            yield _together(held)
            held = []
    if held:
        yield _together(held)


def no_ways() -> Ways:
    """Return the ways of a file without roads."""
    return _roads(_tagged([], [], []))


def _tagged_ways(source: Path, boxes: Sequence[Box], folder: Path | None) -> Iterable[TaggedWays]:
    """Return ways with a key of roads that touch a box, in bulk where the file is a usual pbf."""
    from gridplan.layers.roads.pbf_files import UnusualPbfError, pbf_ways

    ways = pbf_ways(source, boxes, folder)
    try:
        first = list(islice(ways, 1))
    except UnusualPbfError:
        return _osmium_ways(source, boxes, folder)
    return chain(first, ways)


def _osmium_ways(source: Path, boxes: Sequence[Box], folder: Path | None) -> Iterator[TaggedWays]:
    """Yield the same ways out of whatever osmium reads: nodes first, wherever they stand in the file."""
    import osmium

    with osmium.io.Reader(str(source), osmium.osm.NOTHING) as reader:
        header = reader.header()
    if header.has_multiple_object_versions:
        raise RuntimeError("history of all versions")
    ways: Any = osmium.FileProcessor(str(source), osmium.osm.WAY).with_filter(osmium.filter.KeyFilter(*ROAD_KEYS))
    if not any(header.get(f"pbf_optional_feature_{i}", "") == "LocationsOnWays" for i in range(_FEATURES)):
        ways = ways.with_filter(_places(source, folder))
    lines = _lines(ways, boxes)
    while chunk := list(islice(lines, _AT_ONCE)):
        yield _tagged(*zip(*chunk, strict=True))


def _places(source: Path, folder: Path | None) -> Any:
    """Return what gives ways the places of their nodes: all nodes of a file, in memory or in a file of `folder`."""
    import osmium

    nodes = osmium.index.create_map("flex_mem" if folder is None else f"sparse_file_array,{folder / 'nodes'}")
    places = osmium.NodeLocationsForWays(nodes)
    places.ignore_errors()
    with osmium.io.Reader(str(source), osmium.osm.NODE) as reader:
        osmium.apply(reader, places)
    return places


def _lines(ways: Iterable[Any], boxes: Sequence[Box]) -> Iterator[tuple[int, npt.NDArray[np.int64], dict[str, str]]]:
    """Yield id, vertices (n, 2) and tags of ways that are lines and touch a box."""
    import osmium

    make_line, every_node = osmium.geom.WKBFactory().create_linestring, osmium.geom.ALL
    for way in ways:
        try:
            line = np.frombuffer(bytes.fromhex(make_line(way, every_node)[_WKB_HEADER:]), dtype="<f8").reshape(-1, 2)
            xy = np.rint(line * 1e7).astype(np.int64)
        except osmium.InvalidLocationError:
            xy = np.array([(node.location.x, node.location.y) for node in way.nodes], dtype=np.int64)
        except RuntimeError:  # fewer than two nodes
            continue
        if not boxes or _touches(xy, boxes):
            tags = {key: way.tags.get(key) for key in (*KEYS, "name")}
            yield way.id, xy, {key: value for key, value in tags.items() if value is not None}


def _touches(xy: npt.NDArray[np.int64], boxes: Sequence[Box]) -> bool:
    """Whether the box of the known vertices meets one of `boxes`."""
    xy = xy[xy[:, 0] != UNDEFINED]
    if len(xy) == 0:
        return False
    (low_x, low_y), (high_x, high_y) = xy.min(axis=0), xy.max(axis=0)
    return any(
        high_x >= west and low_x <= east and high_y >= south and low_y <= north for west, south, east, north in boxes
    )


def _tagged(ids: Sequence[int], lines: Sequence[npt.NDArray[np.int64]], tags: Sequence[dict[str, str]]) -> TaggedWays:
    xy = np.concatenate([np.empty((0, 2), dtype=np.int64), *lines])
    return TaggedWays(
        ids=np.array(ids, dtype=np.int64),
        ends=np.cumsum([len(line) for line in lines], dtype=np.int64),
        x=xy[:, 0],
        y=xy[:, 1],
        tags=list(tags),
        kind=np.arange(len(ids)),
        names=[its.get("name", "") for its in tags],
    )


def _roads(ways: TaggedWays) -> Ways:
    """Return those that somebody travels, with what their tags say."""
    facts = [read_facts(tags.get) for tags in ways.tags]
    travelled = np.array([fact is not None for fact in facts], dtype=bool)
    kept = travelled[ways.kind]
    all_ways = Ways(
        ids=ways.ids,
        starts=np.concatenate([[0], ways.ends]).astype(np.int64),
        x=ways.x,
        y=ways.y,
        columns={"name": np.array(ways.names, dtype=object)},
    )
    roads = all_ways.where(kept)
    row = (np.cumsum(travelled) - 1)[ways.kind[kept]]
    columns = {name: values[row] for name, values in _columns([fact for fact in facts if fact is not None]).items()}
    return replace(roads, columns={**columns, **roads.columns})


def _together(parts: Iterable[Ways]) -> Ways:
    parts = [no_ways(), *parts]
    sizes = np.concatenate([np.diff(part.starts) for part in parts])
    return Ways(
        ids=np.concatenate([part.ids for part in parts]),
        starts=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        x=np.concatenate([part.x for part in parts]),
        y=np.concatenate([part.y for part in parts]),
        columns={name: np.concatenate([part.columns[name] for part in parts]) for name in parts[0].columns},
    )


def _columns(facts: list[WayFacts]) -> dict[str, Any]:
    kinds = {
        **dict.fromkeys(("oneway", "oneway_bike", "entry"), np.int8),
        "maxspeed_kmh": np.float64,
        "minutes": np.float64,
    }
    flags = dict.fromkeys(("bridge", "tunnel", "drive", "walk", "bike", "destination"), np.bool_)
    table = list(zip(*facts, strict=True)) or [()] * len(WayFacts._fields)
    dtypes: dict[str, Any] = {"road_class": object, "sac_scale": object, **kinds, **flags}
    return {name: np.array(values, dtype=dtypes[name]) for name, values in zip(WayFacts._fields, table, strict=True)}
