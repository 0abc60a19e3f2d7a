"""From seeds to times at every node, a block of searches at a time; the exact answer, whatever the method."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gridplan.travel.graph import Nodes, Topology, as_csr
from gridplan.travel.milliseconds import FAR, Ms

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


def _dijkstra(topology: Topology, weights: Ms, seeds: Seeds) -> Ms:
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    n, k = topology.n_nodes, len(seeds)
    if n == 0:
        return np.empty((0, k), dtype=np.uint32)
    base = as_csr(topology, weights)
    node, ms = seeds.node, seeds.ms.astype(np.float64)
    ms = np.where(seeds.ms >= FAR, np.inf, ms)
    same = node[:, 0] == node[:, 1]
    ms[same, 0] = ms[same].min(axis=1, initial=np.inf)
    ms[same, 1] = np.inf
    used = np.isfinite(ms)
    indptr = np.concatenate([base.indptr, base.indptr[-1] + np.cumsum(used.sum(axis=1))])
    data = np.concatenate([base.data, ms[used]])
    indices = np.concatenate([base.indices, node[used]])
    graph = csr_array((data, indices, indptr), shape=(n + k, n + k))
    times = dijkstra(graph, directed=True, indices=np.arange(n, n + k))[:, :n]
    result: Ms = np.minimum(times, float(FAR)).astype(np.uint32).T
    return np.ascontiguousarray(result)
