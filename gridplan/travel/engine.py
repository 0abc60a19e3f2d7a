"""From seeds to times at every node, a block of searches at a time; the exact answer, whatever the method."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from gridplan.travel.graph import Nodes, Topology, as_csr
from gridplan.travel.milliseconds import FAR, Ints, Ms

BLOCK_BYTES = 64_000_000


@dataclass(frozen=True, eq=False)
class Seeds:
    """Where searches start: one search a row, from up to two nodes, each with a head start in milliseconds."""

    node: Nodes
    ms: Ms

    def __len__(self) -> int:
        return len(self.node)


@dataclass(frozen=True, eq=False)
class Block:
    """Times of a few searches at all nodes: `values[row_of[node], lane]`; without `row_of` the row is the node."""

    first: int
    values: Ms
    row_of: Nodes | None = None

    @property
    def lanes(self) -> slice:
        """Which searches the columns are."""
        return slice(self.first, self.first + self.values.shape[1])

    def at(self, nodes: npt.NDArray[np.integer]) -> Ms:
        """Return the times at `nodes`, one row each."""
        result: Ms = self.values[nodes if self.row_of is None else self.row_of[nodes]]
        return result


def search_plain(topology: Topology, weights: Ms, seeds: Seeds) -> Iterator[Block]:
    """Run Dijkstra's method once for each seed row along the arcs as they are (scipy)."""
    lanes = max(1, BLOCK_BYTES // (8 * max(topology.n_nodes, 1)))
    for first in range(0, len(seeds), lanes):
        part = Seeds(seeds.node[first : first + lanes], seeds.ms[first : first + lanes])
        yield Block(first, _dijkstra(topology, weights, part))


def search_nearest(topology: Topology, weights: Ms, seeds: Seeds) -> tuple[Ms, Ints]:
    """Return the least time over all seeds at every node, and the seed row it comes from (one search in all)."""
    from scipy.sparse.csgraph import dijkstra

    n, k = topology.n_nodes, len(seeds)
    if n == 0 or k == 0:
        return np.full(n, FAR, dtype=np.uint32), np.full(n, -1, dtype=np.int64)
    graph = _with_seeds(topology, weights, seeds)
    starts = np.arange(n, n + k)
    times, _, source = dijkstra(graph, directed=True, indices=starts, min_only=True, return_predecessors=True)
    return np.minimum(times[:n], float(FAR)).astype(np.uint32), source[:n].astype(np.int64) - n


def _dijkstra(topology: Topology, weights: Ms, seeds: Seeds) -> Ms:
    from scipy.sparse.csgraph import dijkstra

    n, k = topology.n_nodes, len(seeds)
    if n == 0:
        return np.empty((0, k), dtype=np.uint32)
    times = dijkstra(_with_seeds(topology, weights, seeds), directed=True, indices=np.arange(n, n + k))[:, :n]
    return np.ascontiguousarray(np.minimum(times, float(FAR)).astype(np.uint32).T)


def _with_seeds(topology: Topology, weights: Ms, seeds: Seeds) -> Any:
    """Return the open arcs with one node more for each seed row, from which its search can start."""
    from scipy.sparse import csr_array

    n, k = topology.n_nodes, len(seeds)
    base = as_csr(topology, weights)
    node, ms = seeds.node, seeds.ms.copy()
    same = node[:, 0] == node[:, 1]
    ms[same, 0] = ms[same].min(axis=1, initial=FAR)
    ms[same, 1] = FAR
    used = ms < FAR
    indptr = np.concatenate([base.indptr, base.indptr[-1] + np.cumsum(used.sum(axis=1))])
    data = np.concatenate([base.data, ms[used].astype(np.float64)])
    return csr_array((data, np.concatenate([base.indices, node[used]]), indptr), shape=(n + k, n + k))
