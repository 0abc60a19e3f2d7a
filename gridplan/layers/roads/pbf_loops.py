"""Loops over the blocks of an OpenStreetMap pbf: nodes, and ways of some keys that touch some boxes, in bulk.

A block is what its bytes say (protobuf); whatever cannot be so is a ValueError, and no byte beyond a message's end is read.
"""

from __future__ import annotations

import numpy as np

from gridplan.layers.roads.osm_tags import UNDEFINED
from gridplan.words.machine_code import machine_code

_BYTES, _NUMBER = 2, 0
"""How a field is written: so many bytes, or one number."""
LOOKED_AT, ROAD, NAME = 1, 2, 3
"""What a key means: a tag that says more of a road, one that makes a way a road, its name."""
NO_NAME = -1


@machine_code(inner=True)
def _number(data, at, end):  # type: ignore[no-untyped-def]
    """Return the number that begins at a byte, seven bits a byte, and where it ends."""
    value, shift = np.uint64(0), np.uint64(0)
    while at < end and shift < np.uint64(70):
        byte = data[at]
        at += 1
        value |= np.uint64(byte & 127) << shift
        if byte < 128:
            return np.int64(value), at
        shift += np.uint64(7)
    raise ValueError("a number without an end")


@machine_code(inner=True)
def _field(data, at, end):  # type: ignore[no-untyped-def]
    """Return a field's name and how it is written, its number or where its bytes begin, and where it ends."""
    key, at = _number(data, at, end)
    name, how = key >> 3, key & 7
    if how == _NUMBER:
        value, stop = _number(data, at, end)
        return name, how, value, stop
    size = 8 if how == 1 else 4 if how == 5 else -1
    if how == _BYTES:
        size, at = _number(data, at, end)
    if size < 0 or size > end - at:
        raise ValueError("a field beyond its end")
    return name, how, at, at + size


@machine_code(inner=True)
def _need(how, wanted):  # type: ignore[no-untyped-def]
    """Refuse a field that is written otherwise than it is read: what was its number would be taken for a place among the bytes."""
    if how != wanted:
        raise ValueError("a field written otherwise")


@machine_code(inner=True)
def _signed(value):  # type: ignore[no-untyped-def]
    """Return a number whose last bit is its sign."""
    return np.int64(np.uint64(value) >> np.uint64(1)) ^ -(value & 1)


@machine_code(inner=True)
def _sums(data, at, end, into):  # type: ignore[no-untyped-def]
    """Write numbers that are told by their differences; return how many."""
    total, n = np.int64(0), 0
    while at < end:
        step, at = _number(data, at, end)
        total += _signed(step)
        into[n] = total
        n += 1
    return n


@machine_code()
def find_strings(data, at, end, begins, stops):  # type: ignore[no-untyped-def]
    """Write where the strings of a table begin and end; return how many there are."""
    n = 0
    while at < end:
        name, how, first, at = _field(data, at, end)
        if name == 1 and how == _BYTES:
            begins[n], stops[n] = first, at
            n += 1
    return n


@machine_code(inner=True)
def _has_seen(data, at, end):  # type: ignore[no-untyped-def]
    """Whether what is told of nodes says which of them are deleted."""
    while at < end:
        name, _, _, at = _field(data, at, end)
        if name == 6:
            return True
    return False


@machine_code(inner=True)
def _degrees(value, step, offset):  # type: ignore[no-untyped-def]
    """Return a coordinate in whole 1e-7 degrees, cut off towards zero as osmium does."""
    nano = value * step + offset
    return nano // 100 if nano >= 0 else -(-nano // 100)


@machine_code()
def read_nodes(data, at, end, scale, ids, x, y):  # type: ignore[no-untyped-def]
    """Write ids and places (1e-7 degrees) of the dense nodes of a group; return how many, and whether it has ways.

    `scale`: step, and offsets of y and x, in 1e-9 degrees. A group with single or deleted nodes is a ValueError.
    """
    n, has_ways = 0, False
    while at < end:
        name, how, begin, at = _field(data, at, end)
        if name == 1:
            raise ValueError("single nodes")
        has_ways |= name == 3
        if name == 2:
            _need(how, _BYTES)
            n += _read_dense(data, begin, at, ids[n:], x[n:], y[n:])
    for i in range(n):
        y[i] = _degrees(y[i], scale[0], scale[1])
        x[i] = _degrees(x[i], scale[0], scale[2])
    return n, has_ways


@machine_code(inner=True)
def _read_dense(data, at, end, ids, x, y):  # type: ignore[no-untyped-def]
    n = n_x = n_y = 0
    while at < end:
        name, how, begin, at = _field(data, at, end)
        if name == 1 or name == 5 or name == 8 or name == 9:
            _need(how, _BYTES)
        if name == 1:
            n = _sums(data, begin, at, ids)
        elif name == 8:
            n_y = _sums(data, begin, at, y)
        elif name == 9:
            n_x = _sums(data, begin, at, x)
        elif name == 5 and _has_seen(data, begin, at):
            raise ValueError("deleted nodes")
    if n != n_x or n != n_y:
        raise ValueError("nodes without places")
    return n


@machine_code(inner=True)
def _position(ids, wanted, near):  # type: ignore[no-untyped-def]
    """Return where ascending ids last are at most what is wanted (0 where none is), looked for from `near` in steps that double."""
    n = len(ids)
    low, step = near, 1
    if n == 0:
        return near
    if ids[low] <= wanted:
        while low + step < n and ids[low + step] <= wanted:
            low += step
            step *= 2
        high = low + step if low + step < n else n
    else:
        high = low
        while low > 0 and ids[low] > wanted:
            high = low
            low = low - step if low > step else 0
            step *= 2
    while high - low > 1:
        middle = (low + high) // 2
        if ids[middle] <= wanted:
            low = middle
        else:
            high = middle
    return low


@machine_code(inner=True)
def _is_road(data, at, end, meaning):  # type: ignore[no-untyped-def]
    """Whether one of the keys makes a way a road."""
    while at < end:
        key, at = _number(data, at, end)
        if key < 0 or key >= len(meaning):
            raise ValueError("a key without a name")
        if meaning[key] == ROAD:
            return True
    return False


@machine_code(inner=True)
def _looked_at(data, at, end, value_at, value_end, meaning, tags, n):  # type: ignore[no-untyped-def]
    """Write keys and values that are looked at, from the n-th place on; return where the next would stand, and the name."""
    title = NO_NAME
    while at < end:
        key, at = _number(data, at, end)
        value, value_at = _number(data, value_at, value_end)
        if key < 0 or value < 0 or key >= len(meaning) or value >= len(meaning):
            raise ValueError("a tag without a text")
        if meaning[key] == NAME and title == NO_NAME:
            title = value
        elif meaning[key] == LOOKED_AT or meaning[key] == ROAD:
            tags[n], tags[n + 1] = key, value
            n += 2
    return n, title


@machine_code(inner=True)
def _touches(x, y, begin, n, boxes):  # type: ignore[no-untyped-def]
    """Whether the box of a way's known vertices meets one of the boxes; of a way that is no line: never."""
    west = south = UNDEFINED
    east = north = -UNDEFINED
    for i in range(begin, n):
        if x[i] != UNDEFINED:
            west, east = min(west, x[i]), max(east, x[i])
            south, north = min(south, y[i]), max(north, y[i])
    for i in range(len(boxes)):
        if east >= boxes[i, 0] and north >= boxes[i, 1] and west <= boxes[i, 2] and south <= boxes[i, 3]:
            return True
    return False


@machine_code(inner=True)
def _is_line(x, begin, n):  # type: ignore[no-untyped-def]
    """Whether a way has two vertices, or one that is not known: what is told of it then is that."""
    return n - begin >= 2 or (n - begin == 1 and x[begin] == UNDEFINED)


@machine_code(inner=True)
def _parts(data, at, end):  # type: ignore[no-untyped-def]
    """Return a way's id, and where its keys, values and references begin and end."""
    number = np.int64(0)
    key_at = key_stop = value_at = value_stop = ref_at = ref_stop = end
    while at < end:
        name, how, begin, at = _field(data, at, end)
        if name == 1:
            _need(how, _NUMBER)
            number = begin
            continue
        if name == 2 or name == 3 or name == 8:
            _need(how, _BYTES)
        if name == 2:
            key_at, key_stop = begin, at
        elif name == 3:
            value_at, value_stop = begin, at
        elif name == 8:
            ref_at, ref_stop = begin, at
    return number, key_at, key_stop, value_at, value_stop, ref_at, ref_stop


@machine_code(inner=True)
def _place(data, at, end, ids, node_x, node_y, near, x, y, n):  # type: ignore[no-untyped-def]
    """Write where the nodes of a way are, from the n-th place on; return where the next would stand, and where the last node is."""
    wanted = np.int64(0)
    while at < end:
        step, at = _number(data, at, end)
        wanted += _signed(step)
        near = _position(ids, wanted, near)
        known = near < len(ids) and ids[near] == wanted
        x[n] = node_x[near] if known else UNDEFINED
        y[n] = node_y[near] if known else UNDEFINED
        n += 1
    return n, near


@machine_code()
def read_ways(data, at, end, meaning, ids, node_x, node_y, boxes):  # type: ignore[no-untyped-def]
    """Return the ways of a group that are roads and touch a box; all of them where there are no boxes.

    `meaning` of each string as a key; nodes by ascending id. Returned: ids, where each way's vertices end, x, y, where each one's tags
    end, tags (numbers of strings, each key before its value), names.
    """
    room = end - at
    way, vertex_end, tag_end = np.empty(room, np.int64), np.empty(room, np.int64), np.empty(room, np.int64)
    x, y, tags, title = (
        np.empty(room, np.int64),
        np.empty(room, np.int64),
        np.empty(room, np.int64),
        np.empty(room, np.int64),
    )
    n = n_xy = n_tags = near = np.int64(0)
    while at < end:
        name, how, begin, at = _field(data, at, end)
        if name != 3:
            continue
        _need(how, _BYTES)
        number, key_at, key_end, value_at, value_end, ref_at, ref_end = _parts(data, begin, at)
        if not _is_road(data, key_at, key_end, meaning):
            continue
        stop, near = _place(data, ref_at, ref_end, ids, node_x, node_y, near, x, y, n_xy)
        if not _is_line(x, n_xy, stop) or (len(boxes) and not _touches(x, y, n_xy, stop, boxes)):
            continue
        n_xy = stop
        n_tags, title[n] = _looked_at(data, key_at, key_end, value_at, value_end, meaning, tags, n_tags)
        way[n], vertex_end[n], tag_end[n] = number, n_xy, n_tags
        n += 1
    return way[:n], vertex_end[:n], x[:n_xy], y[:n_xy], tag_end[:n], tags[:n_tags], title[:n]
