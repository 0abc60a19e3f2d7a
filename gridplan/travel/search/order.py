"""In which order the nodes of a network are eliminated: the quality of the hierarchy is made here.

Nested dissection takes a small set of nodes out of the middle, so that what is left falls into two halves, and goes on
in each half; what was taken out last comes first. METIS does this best. Without it, halves are cut by coordinates,
or, without these, by distances from far-off nodes, which a breadth-first search gives.
"""

from __future__ import annotations

import importlib.util
from typing import Any, Literal

import numpy as np

from gridplan.travel.milliseconds import Floats
from gridplan.travel.search import elimination
from gridplan.travel.search.compiled import compiled, inner
from gridplan.travel.search.graph import Nodes, Topology
from gridplan.words.errors import InputProblem, NetworkError
from gridplan.words.text import Text

Method = Literal["auto", "metis", "geometric", "bfs"]
LEAF = 32
MOST_NEIGHBOURS = 1_024
"""No junction of roads has so many (D)."""
WIDE = 128
"""Squares of separators are at most so many times the nodes they separate (D): 0.5 on a chessboard, 3 to 8 measured on Florida, Porto and Wuhan, 15 in a
cube of 40 x 40 x 40, 540 on a random graph of 2,000 nodes and 15,000 on one of 100,000."""


def choose_method(method: Method, xy: Floats | None) -> Method:
    """Return the order in force: METIS where installed, else by coordinates where given, else by distances.

    Raises
    ------
    NetworkError
        METIS or coordinates are asked for and not there.
    """
    has_metis = importlib.util.find_spec("pymetis") is not None
    if method == "auto":
        return "metis" if has_metis else ("geometric" if xy is not None else "bfs")
    if method == "metis" and not has_metis:
        needed, remedy = (
            Text(zh="pymetis", en="pymetis"),
            Text(zh="请安装，或选用 auto。", en="Install it, or choose auto."),
        )
        raise NetworkError(InputProblem("error", needed, Text(zh="未安装", en="not installed"), remedy, field="order"))
    if method == "geometric" and xy is None:
        needed, remedy = (
            Text(zh="节点坐标", en="node coordinates"),
            Text(zh="请给出 xy，或选用 auto。", en="Give xy, or choose auto."),
        )
        raise NetworkError(InputProblem("error", needed, Text(zh="没有", en="none"), remedy, field="order"))
    return method


def find_order(topology: Topology, method: Method, xy: Floats | None) -> Nodes | None:
    """Return the nodes in order of elimination, subtrees of the elimination tree in one run each.

    None for graphs that are no roads (random, complete, a hub that touches everybody): they fall into halves nowhere, and an order
    would cost more than any number of searches saves. They are known by a node that touches too many others, or by the number of nodes as
    many steps away from a far-off one as half of the others: a separator of a road network is small beside all its nodes.
    """
    if int(np.diff(topology.indptr).max(initial=0)) > MOST_NEIGHBOURS:
        return None
    simple, near, degree = elimination.peel(topology.indptr, topology.heads)
    nodes, indptr, heads = elimination.core_graph(topology.indptr, near, degree)
    if int(narrowest_level(indptr, heads)) ** 2 > WIDE * len(nodes):
        return None
    core = _order_core(indptr, heads, method, None if xy is None else xy[nodes])
    order = np.concatenate([simple, nodes[core]]).astype(np.int32)
    parent = elimination.elimination_tree(topology.indptr, topology.heads, order)
    result: Nodes = order[elimination.postorder(parent)]
    return result


def _order_core(indptr: Any, heads: Any, method: Method, xy: Floats | None) -> Any:
    n = len(indptr) - 1
    if n <= LEAF:
        return np.arange(n)
    if method == "metis":
        import pymetis

        adjacency = pymetis.CSRAdjacency(
            indptr.astype(pymetis.zero_copy_dtype()), heads.astype(pymetis.zero_copy_dtype())
        )
        return np.asarray(pymetis.nested_dissection(adjacency)[0])
    if method == "geometric" and xy is not None:
        return dissect(indptr, heads, np.nan_to_num(xy, nan=0.0))
    return dissect(indptr, heads, far_distances(indptr, heads))


@compiled
def far_distances(indptr: Any, heads: Any) -> Any:
    """Return pseudo-coordinates: steps from one far-off node less steps from its opposite, for two such pairs.

    Parts that do not connect lie apart.
    """
    n = len(indptr) - 1
    result = np.zeros((n, 2), np.float64)
    steps = np.full(n, -1, np.int64)
    queue = np.empty(n, np.int64)
    done = np.zeros(n, np.bool_)
    offset = 0.0
    for seed in range(n):
        if done[seed]:
            continue
        start = seed
        for turn in range(5):
            count = _walk(indptr, heads, start, steps, queue)
            start = queue[count - 1]
            middle = -1
            for i in range(count):
                v = queue[i]
                done[v] = True
                if turn == 1:
                    result[v, 0] = steps[v] + offset
                    result[v, 1] = steps[v]
                elif turn == 2:
                    result[v, 0] -= steps[v]
                    result[v, 1] = min(result[v, 1], float(steps[v]))
                    if middle < 0 or result[v, 1] > result[middle, 1]:
                        middle = v
                elif turn == 3:
                    result[v, 1] = steps[v]
                elif turn == 4:
                    result[v, 1] -= steps[v]
            for i in range(count):
                steps[queue[i]] = -1
            if turn == 2:
                start = middle
        offset += 4.0 * count
    return result


@compiled
def narrowest_level(indptr: Any, heads: Any) -> Any:
    """Return the least number of nodes that are as many steps away from a far-off node, between a quarter and three quarters of all.

    Of the largest connected part; steps count from the node that was found last from the first one.
    """
    n = len(indptr) - 1
    steps = np.full(n, -1, np.int64)
    queue = np.empty(n, np.int64)
    result = 0
    largest = 0
    for seed in range(n):
        if steps[seed] >= 0:
            continue
        count = _walk(indptr, heads, seed, steps, queue)
        if count <= largest:
            continue
        largest = count
        start = queue[count - 1]
        for i in range(count):
            steps[queue[i]] = -1
        _walk(indptr, heads, start, steps, queue)
        result = _narrowest(steps, queue, count)
    return result


@inner
def _narrowest(steps: Any, queue: Any, count: Any) -> Any:
    """Return the smallest run of equal steps that ends between a quarter and three quarters of a queue; else the largest."""
    least = count + 1
    most = 0
    begin = 0
    for i in range(1, count + 1):
        if i == count or steps[queue[i]] != steps[queue[begin]]:
            most = max(most, i - begin)
            if 4 * i >= count and 4 * begin <= 3 * count:
                least = min(least, i - begin)
            begin = i
    return min(least, most)


@inner
def _walk(indptr: Any, heads: Any, start: Any, steps: Any, queue: Any) -> Any:
    """Breadth-first search; returns how many nodes were found, in `queue`, with their `steps` (-1 before)."""
    steps[start] = 0
    queue[0] = start
    count = 1
    at = 0
    while at < count:
        v = queue[at]
        at += 1
        for k in range(indptr[v], indptr[v + 1]):
            u = heads[k]
            if steps[u] < 0:
                steps[u] = steps[v] + 1
                queue[count] = u
                count += 1
    return count


@compiled
def dissect(indptr: Any, heads: Any, xy: Any) -> Any:
    """Return an order by nested dissection along straight cuts: of twelve cuts the one that touches fewest nodes."""
    n = len(indptr) - 1
    order = np.empty(n, np.int64)
    nodes = np.arange(n)
    side = np.zeros(n, np.int8)
    stack = [(0, n)]
    end = n
    while len(stack) > 0:
        begin, stop = stack.pop()
        part = nodes[begin:stop]
        if stop - begin <= LEAF:
            for v in part:
                end -= 1
                order[end] = v
            continue
        best, best_direction, best_cut = n + 1, 0, len(part) // 2
        for direction in range(4):
            for twentieths in (8, 10, 12):
                cut = len(part) * twentieths // 20
                touched = _mark(indptr, heads, part, _project(xy, part, direction), cut, side)
                if touched < best:
                    best, best_direction, best_cut = touched, direction, cut
        _mark(indptr, heads, part, _project(xy, part, best_direction), best_cut, side)
        kept, left, right = _parts(part, side)
        for v in part:
            side[v] = 0
        for v in kept:
            end -= 1
            order[end] = v
        at = begin
        for half in (left, right):
            if len(half) > 0:
                stack.append((at, at + len(half)))
            for v in half:
                nodes[at] = v
                at += 1
    return order


@inner
def _project(xy: Any, part: Any, direction: Any) -> Any:
    """Coordinates of the part along one of four directions."""
    result = np.empty(len(part), np.float64)
    for i in range(len(part)):
        x, y = xy[part[i], 0], xy[part[i], 1]
        if direction == 0:
            result[i] = x
        elif direction == 1:
            result[i] = y
        elif direction == 2:
            result[i] = x + y
        else:
            result[i] = x - y
    return result


@inner
def _nth(values: Any, k: Any) -> Any:
    """Return the value that would be at `k` if `values` were sorted; shuffles them."""
    low, high = 0, len(values) - 1
    while low < high:
        pivot = values[k]
        i, j = low, high
        while i <= j:
            while values[i] < pivot:
                i += 1
            while pivot < values[j]:
                j -= 1
            if i <= j:
                values[i], values[j] = values[j], values[i]
                i += 1
                j -= 1
        if j < k:
            low = i
        if k < i:
            high = j
    return values[k]


@inner
def _mark(indptr: Any, heads: Any, part: Any, along: Any, cut: Any, side: Any) -> Any:
    """Mark the part's nodes as 1 (left), 2 (right) or 3 (separator: the smaller rim of the cut); return its size."""
    limit = _nth(along.copy(), cut)
    ties = cut
    for i in range(len(part)):
        ties -= along[i] < limit
    for i in range(len(part)):
        if along[i] < limit:
            side[part[i]] = 1
        elif along[i] == limit and ties > 0:
            side[part[i]] = 1
            ties -= 1
        else:
            side[part[i]] = 2
    rims = np.zeros(3, np.int64)
    for i in range(len(part)):
        v = part[i]
        for k in range(indptr[v], indptr[v + 1]):
            if side[heads[k]] == 3 - side[v]:
                rims[side[v]] += 1
                break
    smaller = 1 if rims[1] <= rims[2] else 2
    for i in range(len(part)):
        v = part[i]
        if side[v] == smaller:
            for k in range(indptr[v], indptr[v + 1]):
                if side[heads[k]] == 3 - smaller:
                    side[v] = 3
                    break
    return rims[smaller]


@inner
def _parts(part: Any, side: Any) -> Any:
    kept, left, right = np.empty(len(part), np.int64), np.empty(len(part), np.int64), np.empty(len(part), np.int64)
    a, b, c = 0, 0, 0
    for i in range(len(part)):
        v = part[i]
        if side[v] == 3:
            kept[a] = v
            a += 1
        elif side[v] == 1:
            left[b] = v
            b += 1
        else:
            right[c] = v
            c += 1
    return kept[:a], left[:b], right[:c]
