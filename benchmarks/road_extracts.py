"""Time and memory of one pass over a large OpenStreetMap file: copies of one extract, shifted in ids and coordinates.

    python benchmarks/road_extracts.py SOURCE.osm.pbf --copies 40 [--areas 20]

Copies stand side by side on a chessboard of two degrees; each area is one copy's own box. Printed: size of the file, nodes, roads,
seconds of the pass, and the most memory this process held, of it what is not a file of the disk (anonymous memory).
"""

from __future__ import annotations

import argparse
import struct
import tempfile
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import osmium
import psutil

from gridplan.layers.roads.road_extracts import cut_roads

STEP = 2.0
PER_ROW = 40
_HEADER = b"\x22\x0eOsmSchema-V0.6\x22\x0aDenseNodes"
"""What a reader must know of (required_features, field 4, of a HeaderBlock)."""


def write_copies(source: Path, target: Path, copies: int) -> tuple[int, tuple[float, float, float, float]]:
    """Write shifted copies, all nodes first, and return the number of nodes and the box of the first copy.

    Blocks are copied as they are but for what shifts: ids and references are written as differences, so that only the first of each
    run changes, and a block has offsets of its coordinates. Relations are left out.
    """
    n_nodes, span, (west, south, east, north) = _extent(source)
    blocks = [block for kind, block in _blobs(source) if kind == b"OSMData"]
    with target.open("wb") as file:
        _write_blob(file, b"OSMHeader", _HEADER)
        for prepared in (_prepared_nodes, _prepared_ways):
            parts = [
                (_rest_of(block), groups)
                for block in blocks
                if any(groups := [prepared(group) for group in _values(block, 2)])
            ]
            for copy in range(copies):
                x, y = _corner(copy)
                offsets = _number(19, round((y - south) * 1e9)) + _number(20, round((x - west) * 1e9))
                for rest, groups in parts:
                    shifted = b"".join(_bytes(2, b"".join(one(copy * span) for one in group)) for group in groups)
                    _write_blob(file, b"OSMData", rest + shifted + offsets)
    x, y = _corner(0)
    return n_nodes * copies, (x, y, x + east - west, y + north - south)


def _rest_of(block: bytes) -> bytes:
    """Return a block without its groups and the offsets of its coordinates."""
    return b"".join(raw for field, _, raw in _fields(block) if field not in (2, 19, 20))


def _extent(source: Path) -> tuple[int, int, tuple[float, float, float, float]]:
    """Return the number of nodes, a number beyond the ids of nodes and ways, and the box of the nodes."""
    count, last, lons, lats = 0, 0, [], []
    for item in osmium.FileProcessor(str(source), osmium.osm.NODE | osmium.osm.WAY):
        last = max(last, item.id)
        if item.is_node():
            count += 1
            lons.append(item.location.lon)
            lats.append(item.location.lat)
    return count, last + 1, (min(lons), min(lats), max(lons), max(lats))


def _prepared_nodes(group: bytes) -> list[Callable[[int], bytes]]:
    """Return what makes the dense nodes of a group with ids moved by a number; nothing of any other group."""
    return [_mover(2, dense, packed=1) for dense in _values(group, 2)]


def _prepared_ways(group: bytes) -> list[Callable[[int], bytes]]:
    return [_mover(3, way, packed=8, number=1) for way in _values(group, 3)]


def _mover(field: int, message: bytes, *, packed: int, number: int | None = None) -> Callable[[int], bytes]:
    """Return what writes a message as a field, with a number and the first of some packed differences (zigzag) moved."""
    own, first, differences, kept = 0, 0, b"", []
    for inner, value, raw in _fields(message):
        if inner == packed:
            first, start = _read_varint(value, 0)
            differences = value[start:]
        elif inner == number:
            own = value
        else:
            kept.append(raw)
    rest = b"".join(kept)

    def moved(by: int) -> bytes:
        start = _varint(first + 2 * by if first % 2 == 0 else 2 * by - first - 1)
        named = b"" if number is None else _number(number, own + by)
        return _bytes(field, named + _bytes(packed, start + differences) + rest)

    return moved


def _fields(message: bytes) -> Iterator[tuple[int, int | bytes, bytes]]:
    """Yield field number, value and raw bytes of each field of a protobuf message of varints and strings."""
    at = 0
    while at < len(message):
        start = at
        key, at = _read_varint(message, at)
        value: int | bytes
        value, at = _read_varint(message, at)
        if key & 7 == 2:
            value, at = message[at : at + value], at + value
        yield key >> 3, value, message[start:at]


def _values(message: bytes, wanted: int) -> list[bytes]:
    return [value for field, value, _ in _fields(message) if field == wanted and isinstance(value, bytes)]


def _read_varint(content: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = content[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at


def _varint(value: int) -> bytes:
    value &= (1 << 64) - 1
    parts = bytearray()
    while value > 127:
        parts.append(value & 127 | 128)
        value >>= 7
    parts.append(value)
    return bytes(parts)


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _bytes(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(content)) + content


def _blobs(source: Path) -> Iterator[tuple[bytes, bytes]]:
    """Yield the kind and the content of each blob of a file."""
    with source.open("rb") as file:
        while size := file.read(4):
            header = {field: value for field, value, _ in _fields(file.read(struct.unpack(">I", size)[0]))}
            blob = {field: value for field, value, _ in _fields(file.read(header[3]))}
            yield header[1], blob[1] if 1 in blob else zlib.decompress(blob[3])


def _write_blob(file: object, kind: bytes, content: bytes) -> None:
    blob = _number(2, len(content)) + _bytes(3, zlib.compress(content))
    header = _bytes(1, kind) + _number(3, len(blob))
    file.write(struct.pack(">I", len(header)) + header + blob)


def _corner(copy: int) -> tuple[float, float]:
    return 75.0 + STEP * (copy % PER_ROW), 15.0 + STEP * (copy // PER_ROW)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path)
    parser.add_argument("--copies", type=int, default=40)
    parser.add_argument("--areas", type=int, default=20)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "country.osm.pbf"
        n_nodes, (west, south, east, north) = write_copies(asked.source, target, asked.copies)
        boxes = []
        for copy in range(min(asked.areas, asked.copies)):
            x, y = (here - first for here, first in zip(_corner(copy), _corner(0), strict=True))
            boxes.append(tuple(int(side * 1e7) for side in (west + x, south + y, east + x, north + y)))
        print(f"{target.stat().st_size / 1e6:.0f} MB, {n_nodes:,} nodes, {len(boxes)} areas", flush=True)
        _measured(lambda: cut_roads(target, boxes, Path(folder) / "extracts"))


def _measured(work: object) -> None:
    done, most = threading.Event(), [0, 0]

    def watch() -> None:
        process = psutil.Process()
        while not done.wait(0.2):
            held = process.memory_info()
            most[:] = max(most[0], held.rss), max(most[1], held.rss - held.shared)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    begun, used = time.perf_counter(), time.process_time()
    cut = work()
    done.set()
    watcher.join()
    print(
        f"{cut.n_ways:,} roads, {sum(cut.n_kept):,} kept; {time.perf_counter() - begun:.1f} s, {time.process_time() - used:.1f} s of a processor"
    )
    print(f"most memory {most[0] / 1e6:.0f} MB, {most[1] / 1e6:.0f} MB of it anonymous")


if __name__ == "__main__":
    main()
