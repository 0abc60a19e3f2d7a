"""Many searches side by side: climb from the seeds, then one pass down over all nodes (PHAST).

The buffer has one row a rank and a fixed number of columns (lanes), one search each. Rows are read and written whole,
as vectors: `_fold` says so in LLVM's own words, because the compiler does not find it by itself.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.core import cgutils as untyped_cgutils
from numba.extending import intrinsic

from gridplan.travel.search.compiled import compiled, inner

cgutils: Any = untyped_cgutils
FEW, MANY = 16, 64
"""Lane counts: sixteen 32-bit times are one line of memory; sixty-four share the cost of finding the row better."""


@compiled
def climb_from(
    node: Any, ms: Any, parent: Any, rows: Any, heads: Any, times: Any, buffer: Any, marked: Any, far: Any
) -> Any:
    """Climb from up to two seeds for each lane; rows that were reached are marked and hold their times so far.

    Returns the marked ranks, so that the caller can clear the marks again.
    """
    reached = _mark_paths(node, ms, parent, marked, far)
    for v in reached:
        for j in range(buffer.shape[1]):
            buffer[v, j] = far
    for lane in range(node.shape[0]):
        a = node[lane, 0] if ms[lane, 0] < far else -1
        b = node[lane, 1] if ms[lane, 1] < far else -1
        if a >= 0:
            buffer[a, lane] = min(buffer[a, lane], ms[lane, 0])
        if b >= 0:
            buffer[b, lane] = min(buffer[b, lane], ms[lane, 1])
        while a >= 0 or b >= 0:
            if a >= 0 and (b < 0 or a <= b):
                v = a
                b = -1 if a == b else b
                a = parent[a]
            else:
                v = b
                b = parent[b]
            d = buffer[v, lane]
            if d >= far:
                continue
            for e in range(rows[v], rows[v + 1]):
                u = heads[e]
                buffer[u, lane] = min(buffer[u, lane], d + times[e])
    return reached


@inner
def _mark_paths(node: Any, ms: Any, parent: Any, marked: Any, far: Any) -> Any:
    """Mark all ranks on the ways from the seeds to their roots, and return them."""
    reached = np.empty(1024, np.int32)
    found = 0
    for lane in range(node.shape[0]):
        for side in range(2):
            v = node[lane, side] if ms[lane, side] < far else -1
            while v >= 0 and not marked[v]:
                marked[v] = True
                if found == len(reached):
                    longer = np.empty(2 * found, np.int32)
                    for i in range(found):
                        longer[i] = reached[i]
                    reached = longer
                reached[found] = v
                found += 1
                v = parent[v]
    return reached[:found]


@compiled
def sweep_keys(
    node: Any, key: Any, far: Any, up_rows: Any, up_heads: Any, up_times: Any, rows: Any, heads: Any, times: Any
) -> Any:
    """Return for every rank the least key (time << 32 | position) over all seeds: one climb and one sweep in all."""
    n = len(rows) - 1
    best = np.full(n, far, np.uint64)
    shift = np.uint64(32)
    for i in range(len(node)):
        best[node[i]] = min(best[node[i]], key[i])
    for v in range(n):
        if best[v] < far:
            for e in range(up_rows[v], up_rows[v + 1]):
                u = up_heads[e]
                best[u] = min(best[u], best[v] + (np.uint64(up_times[e]) << shift))
    for v in range(n - 1, -1, -1):
        least = best[v]
        for e in range(rows[v], rows[v + 1]):
            least = min(least, best[heads[e]] + (np.uint64(times[e]) << shift))
        best[v] = least
    return best


def _fold(lanes: int) -> Any:
    """Return `fold`: row = min over arcs of (row of the arc's head + its time), and of the row itself where marked."""
    word, index = ir.IntType(32), ir.IntType(64)
    vector = ir.VectorType(word, lanes)
    anything = ir.Constant(vector, ir.Undefined)
    zeros = ir.Constant(vector, [0] * lanes)

    def splat(builder: Any, value: Any) -> Any:
        first = builder.insert_element(anything, value, ir.Constant(word, 0))
        return builder.shuffle_vector(first, anything, zeros)

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        _, row, _, _, begin, end, keep, far = args
        data = [
            cgutils.create_struct_proxy(kind)(context, builder, value).data
            for kind, value in zip(signature.args, args, strict=True)
            if isinstance(kind, types.Array)
        ]

        def row_at(rank: Any) -> Any:
            first = builder.gep(data[0], [builder.mul(rank, ir.Constant(index, lanes))])
            return builder.bitcast(first, vector.as_pointer())

        least = cgutils.alloca_once(builder, vector)
        with builder.if_else(builder.icmp_unsigned("!=", keep, keep.type(0))) as (marked, fresh):
            with marked:
                builder.store(builder.load(row_at(row), align=4), least)
            with fresh:
                builder.store(splat(builder, far), least)
        with cgutils.for_range_slice(builder, begin, end, ir.Constant(index, 1), index) as (arc, _):
            head = builder.zext(builder.load(builder.gep(data[1], [arc])), index)
            time = splat(builder, builder.load(builder.gep(data[2], [arc])))
            here = builder.add(builder.load(row_at(head), align=4), time)
            so_far = builder.load(least)
            builder.store(builder.select(builder.icmp_unsigned("<", here, so_far), here, so_far), least)
        builder.store(builder.load(least), row_at(row), align=4)
        return context.get_dummy_value()

    def fold(
        context: Any, buffer: Any, row: Any, heads: Any, times: Any, begin: Any, end: Any, keep: Any, far: Any
    ) -> Any:
        number = types.uint64
        return types.void(buffer, number, heads, times, number, number, types.boolean, types.uint32), generate

    return intrinsic(fold)


_fold_few, _fold_many = _fold(FEW), _fold(MANY)


@compiled
def sweep_few(rows: Any, heads: Any, times: Any, buffer: Any, marked: Any, far: Any) -> None:
    """Fill every row of a buffer of `FEW` lanes from the rows above it, from the top to the bottom."""
    n = np.uint64(len(rows) - 1)
    end = np.uint64(rows[n])
    for i in range(n):
        v = n - np.uint64(1) - i
        begin = np.uint64(rows[v])
        _fold_few(buffer, v, heads, times, begin, end, marked[v], far)
        end = begin


@compiled
def sweep_many(rows: Any, heads: Any, times: Any, buffer: Any, marked: Any, far: Any) -> None:
    """Fill every row of a buffer of `MANY` lanes from the rows above it, from the top to the bottom."""
    n = np.uint64(len(rows) - 1)
    end = np.uint64(rows[n])
    for i in range(n):
        v = n - np.uint64(1) - i
        begin = np.uint64(rows[v])
        _fold_many(buffer, v, heads, times, begin, end, marked[v], far)
        end = begin
