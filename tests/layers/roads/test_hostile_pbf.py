"""OpenStreetMap files made to mislead: whatever is not as the format has it is left to osmium, before a byte beyond a message is read."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from gridplan.layers.roads.osm_ways import collect_ways
from gridplan.layers.roads.pbf_files import UnusualPbfError, pbf_ways

STRINGS = [b"", b"highway", b"primary", b"name", b"A"]
NODES = [(1, 0, 0), (2, 10, 10), (3, 30, -30)]


def number(value: int) -> bytes:
    value &= (1 << 64) - 1
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


def field(name: int, value: int | bytes) -> bytes:
    if isinstance(value, int):
        return number(name << 3) + number(value)
    return number(name << 3 | 2) + number(len(value)) + value


def fixed(name: int, value: int) -> bytes:
    return number(name << 3 | 5) + struct.pack("<I", value)


def sums(values: list[int]) -> bytes:
    steps = [now - before for before, now in zip([0, *values], values, strict=False)]
    return b"".join(number(step << 1 ^ step >> 63) for step in steps)


def dense(ids: bytes | None = None) -> bytes:
    i, x, y = (list(part) for part in zip(*NODES, strict=True))
    return field(2, (field(1, sums(i)) if ids is None else ids) + field(8, sums(y)) + field(9, sums(x)))


def way(*, number_of: bytes | None = None, keys: bytes | None = None, values: bytes | None = None, nodes: bytes | None = None) -> bytes:  # fmt: skip
    return field(3, b"".join([
        field(1, 7) if number_of is None else number_of, field(2, bytes([1, 3])) if keys is None else keys,
        field(3, bytes([2, 4])) if values is None else values, field(8, sums([1, 2, 3])) if nodes is None else nodes,
    ]))  # fmt: skip


def block(*groups: bytes, more: bytes = b"") -> bytes:
    table = field(1, b"".join(field(1, text) for text in STRINGS))
    return table + b"".join(field(2, group) for group in groups) + more


def blob(kind: bytes, content: bytes, *, size: int | None = None, cut: int = 0) -> bytes:
    packed = zlib.compress(content)
    body = field(2, len(content) if size is None else size) + field(3, packed[: len(packed) - cut])
    head = field(1, kind) + field(3, len(body))
    return struct.pack(">I", len(head)) + head + body


HEADER = blob(b"OSMHeader", field(4, b"OsmSchema-V0.6") + field(4, b"DenseNodes"))


def data(*groups: bytes, more: bytes = b"") -> bytes:
    return blob(b"OSMData", block(*groups, more=more))


def read(folder: Path, content: bytes) -> list[int]:
    path = folder / "a.osm.pbf"
    path.write_bytes(content)
    return [int(one) for part in pbf_ways(path, [(-50, -50, 50, 50)]) for one in part.ids]


def test_a_file_as_the_format_has_it_is_read(tmp_path: Path) -> None:
    assert read(tmp_path, HEADER + data(dense(), way())) == [7]
    assert read(tmp_path, HEADER + data(dense()) + data(way(), more=field(99, b"unknown"))) == [7]


FAR = -(1 << 20)
WRONG: dict[str, Callable[[], bytes]] = {
    "nodes of a way one by one": lambda: HEADER + data(dense(), way(nodes=field(8, 2) + field(8, 2))),
    "nodes of a way at a place far away": lambda: HEADER + data(dense(), way(nodes=field(8, FAR))),
    "nodes of a way as a fixed number": lambda: HEADER + data(dense(), way(nodes=fixed(8, 1))),
    "keys at a place far away": lambda: HEADER + data(dense(), way(keys=field(2, FAR))),
    "values at a place far away": lambda: HEADER + data(dense(), way(values=field(3, FAR))),
    "the number of a way as bytes": lambda: HEADER + data(dense(), way(number_of=field(1, b"7"))),
    "ids of nodes at a place far away": lambda: HEADER + data(dense(ids=field(1, FAR)), way()),
    "a way that is a number": lambda: HEADER + data(dense(), field(3, FAR)),
    "nodes that are a number": lambda: HEADER + data(field(2, FAR), way()),
    "a step that is bytes": lambda: HEADER + data(dense(), way(), more=field(17, b"100")),
    "a step beyond its size": lambda: HEADER + data(dense(), way(), more=field(17, 1 << 31)),
    "two tables of strings": lambda: HEADER + data(dense(), way(), more=field(1, field(1, b"x"))),
    "a block that ends before its checksum": lambda: HEADER + blob(b"OSMData", block(dense(), way()), cut=4),
    "a block that ends too early": lambda: HEADER + blob(b"OSMData", block(dense(), way()), cut=12),
    "a block longer than it says": lambda: HEADER + blob(b"OSMData", block(dense(), way()), size=len(block(dense()))),
    "a block shorter than it says": lambda: HEADER + blob(b"OSMData", block(dense(), way()), size=10_000),
    "a block of another kind": lambda: HEADER + blob(b"OSMDatb", block(dense())) + data(way()),
    "a second header": lambda: HEADER + HEADER + data(dense(), way()),
    "no header": lambda: data(dense(), way()),
    "nothing": lambda: b"",
    "very many groups": lambda: HEADER + data(*[b""] * 2_000, dense(), way()),
    "very many strings": lambda: HEADER + blob(b"OSMData", field(1, field(1, b"") * 1_100_000 + b"".join(field(1, text) for text in STRINGS)) + field(2, dense()) + field(2, way(keys=field(2, number(1_100_001)), values=field(3, number(1_100_002))))),
}  # fmt: skip


@pytest.mark.parametrize("kind", WRONG)
def test_what_is_not_as_the_format_has_it_is_left_to_osmium(tmp_path: Path, kind: str) -> None:
    with pytest.raises(UnusualPbfError):
        read(tmp_path, WRONG[kind]())


def test_a_later_block_that_only_osmium_reads_is_read_by_it(tmp_path: Path) -> None:
    """A key more than there are values: osmium takes the tags that have both, in whichever block."""
    path = tmp_path / "a.osm.pbf"
    odd = way(number_of=field(1, 8), keys=field(2, bytes([1, 3])), values=field(3, bytes([2])))
    path.write_bytes(HEADER + data(dense(), way()) + data(odd))
    assert collect_ways(path, None).ids.tolist() == [7, 8]


def test_a_bit_that_has_turned_is_seen_or_changes_nothing(tmp_path: Path) -> None:
    """Of the packed bytes of a block: their checksum tells."""
    content, seen = HEADER + data(dense(), way()), 0
    for at in range(len(content) - 40, len(content)):
        for bit in range(8):
            turned = bytearray(content)
            turned[at] ^= 1 << bit
            try:
                assert read(tmp_path, bytes(turned)) == [7]
            except UnusualPbfError:
                seen += 1
    assert seen > 300
