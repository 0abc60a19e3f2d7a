"""Ward's clusters of points on a map, neighbours only.

Written out here because the one library that has it with a graph takes a second to load, as long as everything else together.
Its order of merging and its numbering of clusters are kept, so that places cut into units before are cut the same.
"""

from __future__ import annotations

from heapq import heapify, heappop, heappush, heappushpop
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Ints = NDArray[np.intp]
_Moments = tuple[float, float, float]
"""Of a cluster: how many points, and the sums of their x and y."""
_MANY = 100
"""From this many clusters, they are numbered in the order in which they were merged."""


def cluster_ward(xy: NDArray[np.float64], links: csr_array, n_clusters: int) -> Ints:
    """Return the cluster (0..) of each point: of all pairs of neighbours, those merge first whose union spreads least.

    Parameters
    ----------
    xy
        (n, 2) points; n at least 2.
    links
        (n, n) symmetric; who are neighbours. Parts without a link are joined where they come nearest.
    n_clusters
        From 1 to n.

    Returns
    -------
    array of n integers
        Every cluster hangs together where the links do.
    """
    n = len(xy)
    children = _merge(xy, _neighbours(xy, links))
    heads = _cut(children, n, n_clusters)
    label = np.full(n + len(children), -1, np.intp)
    label[heads] = np.arange(n_clusters)
    for node in range(n + len(children) - 1, n - 1, -1):
        if label[node] >= 0:
            label[list(children[node - n])] = label[node]
    return label[:n]


def _neighbours(xy: NDArray[np.float64], links: csr_array) -> list[set[int]]:
    """Return the neighbours of each point, with one pair more between every two parts that no link joins."""
    from scipy.sparse.csgraph import connected_components

    rows, columns = links.nonzero()
    near: list[set[int]] = [set() for _ in xy]
    for a, b in zip(rows.tolist(), columns.tolist(), strict=True):
        if a != b:
            near[a].add(b)
    count, part_of = connected_components(links, directed=False)
    parts = [np.flatnonzero(part_of == part) for part in range(count)]
    for i, part in enumerate(parts):
        for other in parts[:i]:
            apart = ((xy[part][:, None] - xy[other][None, :]) ** 2).sum(axis=2)
            at, to = np.unravel_index(int(apart.argmin()), apart.shape)
            near[part[at]].add(int(other[to]))
            near[other[to]].add(int(part[at]))
    return near


def _merge(xy: NDArray[np.float64], near: list[set[int]]) -> list[tuple[int, int]]:
    """Return the pair that each merger joined, the lower number first; the merger k of n points is the node n + k."""
    moments: list[_Moments] = [(1.0, x, y) for x, y in xy.tolist()]
    waiting = [(_growth(moments[a], moments[b]), a, b) for a, others in enumerate(near) for b in others if b < a]
    heapify(waiting)
    children: list[tuple[int, int]] = []
    gone = [False] * len(near)
    for node in range(len(near), 2 * len(near) - 1):
        a, b = _next_pair(waiting, gone)
        gone[a] = gone[b] = True
        children.append((b, a))
        moments.append((moments[a][0] + moments[b][0], moments[a][1] + moments[b][1], moments[a][2] + moments[b][2]))
        around = (near[a] | near[b]) - {a, b}
        for other in around:
            near[other] -= {a, b}
            near[other].add(node)
            heappush(waiting, (_growth(moments[node], moments[other]), node, other))
        near.append(around)
        gone.append(False)
    return children


def _next_pair(waiting: list[tuple[float, int, int]], gone: list[bool]) -> tuple[int, int]:
    while True:
        _, a, b = heappop(waiting)
        if not (gone[a] or gone[b]):
            return a, b


def _growth(a: _Moments, b: _Moments) -> float:
    """Return by how much the squared distances to the mean grow when two clusters become one."""
    return ((a[1] / a[0] - b[1] / b[0]) ** 2 + (a[2] / a[0] - b[2] / b[0]) ** 2) * (a[0] * b[0] / (a[0] + b[0]))


def _cut(children: list[tuple[int, int]], n: int, n_clusters: int) -> list[int]:
    """Return the nodes that stand when so many clusters are left."""
    heads = [-(n + len(children) - 1)]
    for _ in range(n_clusters - 1):
        lower, higher = children[-heads[0] - n]
        heappush(heads, -lower)
        heappushpop(heads, -higher)
    nodes = [-head for head in heads]
    return sorted(nodes) if n_clusters >= max(_MANY, 0.02 * n) else nodes
