"""Clusters of neighbours by Ward's method: small enough to do without scikit-learn, whose import takes longer than a plan of a small place."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse.csgraph import connected_components
from scipy.spatial.distance import cdist

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]


def neighbour_clusters(xy: Floats, links: Any, k: int) -> Ints:
    """Return the cluster (0..k-1) of each place, as scikit-learn's `AgglomerativeClustering` with Ward's linkage and a connectivity does.

    Of neighbours (Ward 1963) the two are joined, again and again, that add least to the sum of squared distances to the middles. Parts
    without contact are made neighbours where they come nearest.

    Parameters
    ----------
    xy : (n, 2) places in metres; links : (n, n) symmetric sparse matrix, who touches whom; k : 1 to n.
    """
    tree = _merges(np.asarray(xy, dtype=float).tolist(), _neighbours(xy, links))
    tops = [-(2 * len(xy) - 2)]
    for _ in range(k - 1):
        first, second = tree[-tops[0] - len(xy)]
        heapq.heappush(tops, -first)
        heapq.heappushpop(tops, -second)
    label = np.zeros(len(xy), dtype=np.int64)
    for number, top in enumerate(tops):
        below = [-top]
        while below:
            node = below.pop()
            if node < len(xy):
                label[node] = number
            else:
                below += tree[node - len(xy)]
    return label


def _neighbours(xy: Floats, links: Any) -> list[list[int]]:
    """Return the neighbours of each place, parts without contact joined where they come nearest."""
    near = [row.tolist() for row in np.split(links.indices, links.indptr[1:-1])]
    count, part = connected_components(links, directed=False)
    for i in range(count):
        for j in range(i):
            one, other = np.flatnonzero(part == i), np.flatnonzero(part == j)
            a, b = divmod(int(cdist(xy[one], xy[other]).argmin()), len(other))
            near[one[a]].append(int(other[b]))
            near[other[b]].append(int(one[a]))
    return near


def _merges(places: list[list[float]], near: list[list[int]]) -> list[tuple[int, int]]:
    """Return which two clusters each new one is made of: places are 0..n-1, the first new one is n."""
    n, parent = len(places), list(range(len(places)))
    size, total = [1.0] * n, [tuple(place) for place in places]

    def added(one: int, other: int) -> float:
        x = total[one][0] / size[one] - total[other][0] / size[other]
        y = total[one][1] / size[one] - total[other][1] / size[other]
        return (x * x + y * y) * (size[one] * size[other] / (size[one] + size[other]))

    waiting = [(added(one, other), one, other) for one in range(n) for other in near[one] if other < one]
    heapq.heapify(waiting)
    made: list[tuple[int, int]] = []
    while waiting:
        _, one, other = heapq.heappop(waiting)
        if parent[one] != one or parent[other] != other:
            continue
        new = n + len(made)
        made.append((other, one))
        parent[one] = parent[other] = new
        parent.append(new)
        size.append(size[one] + size[other])
        total.append((total[one][0] + total[other][0], total[one][1] + total[other][1]))
        around = dict.fromkeys(_top(parent, node) for node in (*near[one], *near[other]))
        near.append([node for node in around if node != new])
        for node in near[new]:
            near[node].append(new)
            heapq.heappush(waiting, (added(new, node), new, node))
    return made


def _top(parent: list[int], node: int) -> int:
    while parent[node] != node:
        node = parent[node]
    return node
