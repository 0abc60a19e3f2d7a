"""Roads of an OpenStreetMap pbf with the places of their nodes: those that touch some boxes, read in bulk.

osmium reads every kind of OSM file, but hands over one object after the other: of a province's file that is most of the time, for ways
of which few are near. Blocks are decoded here as they are written (https://wiki.openstreetmap.org/wiki/PBF_Format): first all nodes,
then all ways, in whatever order the file has them. What is unusual is left to osmium (`UnusualPbfError`).
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np
import numpy.typing as npt

from gridplan.layers.roads import pbf_loops
from gridplan.layers.roads.osm_tags import KEYS, ROAD_KEYS, Box, TaggedWays

Ints = npt.NDArray[np.int64]
_UNDERSTOOD = {b"OsmSchema-V0.6", b"DenseNodes"}
"""What a file may ask its reader to understand."""
_PLACES_ON_WAYS = b"LocationsOnWays"
_STEP = 100
"""1e-9 degrees, where a block states no other step."""
_MEANING = {
    **{key.encode(): pbf_loops.LOOKED_AT for key in KEYS},
    **{key.encode(): pbf_loops.ROAD for key in ROAD_KEYS},
    b"name": pbf_loops.NAME,
}
_LONGEST_HEADER, _LARGEST_BLOCK = 64 << 10, 32 << 20
"""Bytes, by the format."""
_MOST_FIELDS, _MOST_STRINGS = 1_000, 1_000_000
"""Of a message that is looked at field by field, and of a block's table; no writer comes near, and millions would take minutes."""
_NUMBER, _BYTES = 0, 2
"""How a field is written."""


class UnusualPbfError(RuntimeError):
    """No pbf that is read here: it has single or deleted nodes, places on ways, many versions, another compression, or is broken."""

    def __init__(self, why: object) -> None:
        super().__init__(f"PBF error: {why}")


def pbf_ways(source: Path, boxes: Sequence[Box], folder: Path | None = None) -> Iterator[TaggedWays]:
    """Yield the roads, by their keys, whose known vertices' box meets one of `boxes`, in the order of the file; all without boxes.

    Nodes are kept in memory, 16 bytes each, or in files of `folder`. Raises `UnusualPbfError`: before the first ways unless it is the
    ways that are broken.
    """
    edges = np.array(boxes, dtype=np.int64).reshape(-1, 4)
    try:
        with source.open("rb") as file:
            nodes, blobs = _read_nodes(file, folder)
            for blob in blobs:
                yield from _ways_of(_read_block(file, blob), nodes, edges)
    except (ValueError, KeyError, IndexError, MemoryError, struct.error, zlib.error) as error:
        raise UnusualPbfError(error) from error


class _Field(NamedTuple):
    """A field of a message: its name, how it is written, its number, or where its bytes begin and end."""

    name: int
    how: int
    number: int
    begin: int
    stop: int


class _Blob(NamedTuple):
    kind: bytes
    at: int
    size: int


class _Block(NamedTuple):
    """A block of a file: where its strings and its groups are; step, and offsets of y and x, of its coordinates."""

    content: bytes
    data: npt.NDArray[np.uint8]
    strings: _Field
    groups: list[_Field]
    scale: Ints


class _Nodes(NamedTuple):
    """Ids, ascending, and places of nodes in 1e-7 degrees."""

    ids: Ints
    x: npt.NDArray[np.int32]
    y: npt.NDArray[np.int32]


class _Kept:
    """Nodes while they are read: ids, x and y, each in memory or in a file."""

    def __init__(self, files: list[Any]) -> None:
        self._files = files
        self._ascend, self._last = True, np.iinfo(np.int64).min

    def add(self, ids: Ints, x: Ints, y: Ints) -> None:
        if not len(ids):
            return
        self._ascend &= bool(ids[0] > self._last and (ids[1:] > ids[:-1]).all())
        self._last = ids[-1]
        for file, values in zip(self._files, (ids, x.astype(np.int32), y.astype(np.int32)), strict=True):
            file.write(values)

    def all(self) -> _Nodes:
        """Return all nodes by ascending id; of one that was read twice, the last counts."""
        nodes = _Nodes(*map(_array, self._files, (np.int64, np.int32, np.int32)))
        if self._ascend:
            return nodes
        order = np.argsort(nodes.ids, kind="stable")
        return _Nodes(nodes.ids[order], nodes.x[order], nodes.y[order])


def _opened(folder: Path | None, name: str, files: ExitStack) -> Any:
    return io.BytesIO() if folder is None else files.enter_context((folder / name).open("w+b"))


def _array(file: Any, kind: Any) -> Any:
    if isinstance(file, io.BytesIO):
        return np.frombuffer(file.getbuffer(), dtype=kind)
    file.flush()
    return np.asarray(np.memmap(file, dtype=kind, mode="r+")) if file.tell() else np.empty(0, kind)


def _read_nodes(file: BinaryIO, folder: Path | None) -> tuple[_Nodes, list[_Blob]]:
    """Return all nodes of a file, and which of its blobs have ways."""
    with ExitStack() as files:
        kept = _Kept([_opened(folder, name, files) for name in _Nodes._fields])
        with_ways = []
        blobs = _blobs(file)
        if (first := next(blobs, None)) is None or first.kind != b"OSMHeader":
            raise UnusualPbfError("it begins as no pbf does")
        _refuse_what_is_not_understood(_content(file, first))
        for blob in blobs:
            if blob.kind != b"OSMData":
                raise UnusualPbfError(f"a block of {blob.kind!r}")
            block, has_ways = _read_block(file, blob), False
            room = np.empty((3, len(block.content)), dtype=np.int64)
            for group in block.groups:
                n, its_ways = pbf_loops.read_nodes(
                    block.data, group.begin, group.stop, block.scale, room[0], room[1], room[2]
                )
                kept.add(*room[:, :n])
                has_ways |= its_ways
            if has_ways:
                with_ways.append(blob)
        return kept.all(), with_ways


def _blobs(file: BinaryIO) -> Iterator[_Blob]:
    while head := file.read(4):
        (size,) = struct.unpack(">I", head)
        if size > _LONGEST_HEADER:
            raise UnusualPbfError("it begins as no pbf does")
        content = file.read(size)
        header = {field.name: field for field in _fields(content, _BYTES, _BYTES, _NUMBER)}
        blob = _Blob(content[header[1].begin : header[1].stop], file.tell(), header[3].number)
        if not 0 <= blob.size <= _LARGEST_BLOCK:
            raise UnusualPbfError("a block that is too large")
        yield blob
        file.seek(blob.at + blob.size)


def _refuse_what_is_not_understood(header: bytes) -> None:
    fields = [(field.name, header[field.begin : field.stop]) for field in _fields(header)]
    asked = {text for name, text in fields if name == 4}
    if not asked <= _UNDERSTOOD or (5, _PLACES_ON_WAYS) in fields:
        raise UnusualPbfError(f"asks for {asked}")


def _content(file: BinaryIO, blob: _Blob) -> bytes:
    file.seek(blob.at)
    packed = file.read(blob.size)
    fields = {field.name: field for field in _fields(packed, _BYTES, _NUMBER, _BYTES)}
    if 1 in fields:
        return packed[fields[1].begin : fields[1].stop]
    size = fields[2].number
    if not 0 < size <= _LARGEST_BLOCK:
        raise UnusualPbfError("a block that is too large")
    unpacking = zlib.decompressobj()
    content = unpacking.decompress(packed[fields[3].begin : fields[3].stop], size + 1)
    if not unpacking.eof or len(content) != size:
        raise UnusualPbfError("a block that is not as long as it says")
    return content


def _read_block(file: BinaryIO, blob: _Blob) -> _Block:
    content = _content(file, blob)
    fields = list(_fields(content, _BYTES, _BYTES))
    last = {field.name: field for field in fields}
    scale = [last[name].number if name in last else usual for name, usual in ((17, _STEP), (19, 0), (20, 0))]
    if any(name in last and last[name].how != _NUMBER for name in (17, 19, 20)) or abs(scale[0]) >= 1 << 31:
        raise UnusualPbfError("a step that is none")
    groups = [field for field in fields if field.name == 2]
    if sum(field.name == 1 for field in fields) > 1:
        raise UnusualPbfError("two tables of strings")
    return _Block(content, np.frombuffer(content, dtype=np.uint8), last[1], groups, np.array(scale, np.int64))


def _fields(content: bytes, *written: int) -> Iterator[_Field]:
    """Yield the fields of a message of numbers and bytes; `written` is how the first ones, 1 and on, have to be."""
    at = count = 0
    while at < len(content):
        if (count := count + 1) > _MOST_FIELDS:
            raise UnusualPbfError("very many fields")
        key, at = _number(content, at)
        number, begin = _number(content, at)
        at = begin if key & 7 == 0 else begin + number
        name, how = key >> 3, key & 7
        if how not in (_NUMBER, _BYTES) or not begin <= at <= len(content):
            raise UnusualPbfError("a field of another kind, or beyond the end")
        if 0 < name <= len(written) and how != written[name - 1]:
            raise UnusualPbfError("a field written otherwise")
        yield _Field(name, how, number, begin, at)


def _number(content: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while (byte := content[at]) > 127 and shift < 63:
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
    value |= (byte & 127) << shift
    return (value + (1 << 63)) % (1 << 64) - (1 << 63), at + 1


def _ways_of(block: _Block, nodes: _Nodes, boxes: Ints) -> Iterator[TaggedWays]:
    strings = _strings(block)
    meaning = np.array([_MEANING.get(text, 0) for text in strings], dtype=np.int8)
    if not (meaning == pbf_loops.ROAD).any():
        return
    for group in block.groups:
        ids, ends, x, y, tag_ends, tags, names = pbf_loops.read_ways(
            block.data, group.begin, group.stop, meaning, *nodes, boxes
        )
        content, width = tags.tobytes(), tags.itemsize
        different: dict[bytes, int] = {}
        kind = [
            different.setdefault(content[begin * width : end * width], len(different))
            for begin, end in pairwise([0, *tag_ends.tolist()])
        ]
        yield TaggedWays(
            *(ids, ends, x, y),
            tags=[_tags(np.frombuffer(tags, np.int64).tolist(), strings) for tags in different],
            kind=np.array(kind, dtype=np.int64),
            names=["" if name == pbf_loops.NO_NAME else strings[name].decode() for name in names.tolist()],
        )


def _strings(block: _Block) -> list[bytes]:
    begin, stop = block.strings.begin, block.strings.stop
    begins, stops = np.empty((2, (stop - begin) // 2), dtype=np.int64)
    n = pbf_loops.find_strings(block.data, begin, stop, begins, stops)
    if n > _MOST_STRINGS:
        raise UnusualPbfError("very many strings")
    return [block.content[at:end] for at, end in zip(begins[:n].tolist(), stops[:n].tolist(), strict=True)]


def _tags(numbers: list[int], strings: list[bytes]) -> dict[str, str]:
    """Return tags by key; of a key that is there twice, the first counts."""
    pairs = zip(reversed(numbers[::2]), reversed(numbers[1::2]), strict=True)
    return {strings[key].decode(): strings[value].decode() for key, value in pairs}
