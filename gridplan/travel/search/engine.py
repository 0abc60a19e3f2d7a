"""From seeds to times at every node, a block of searches at a time; the exact answer, whatever the method.

Two methods give the same milliseconds: Dijkstra's, one search after the other, and sweeps over a hierarchy, many
searches side by side. Which is faster depends on how many searches are asked for: `worth_ordering` and
`worth_customising` decide by measured costs.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import numpy.typing as npt

from gridplan.travel.milliseconds import FAR, Ints, Ms
from gridplan.travel.search.graph import Nodes, Topology
from gridplan.words.side_by_side import count_workers

if TYPE_CHECKING:
    from gridplan.travel.search.hierarchy import Hierarchy

Result = TypeVar("Result")
Keys = npt.NDArray[np.uint64]

FAR_KEY = np.uint64(int(FAR) << 32)
"""Key (time << 32 | position) from which on nothing arrives."""

PLAIN_BYTES = 32_000_000
WIDE_BYTES = 1_000_000_000


@dataclass(frozen=True, eq=False)
class Seeds:
    """Where searches start: one search a row, from up to two nodes, each with a head start in milliseconds."""

    node: Nodes
    ms: Ms

    def __len__(self) -> int:
        return len(self.node)

    def keys(self) -> tuple[Nodes, Keys]:
        """Return nodes and (time << 32 | position) keys of all seeds from which a search can start."""
        position = np.repeat(np.arange(len(self), dtype=np.uint64), 2)
        key = (self.ms.astype(np.uint64).ravel() << np.uint64(32)) | position
        used = self.ms.ravel() < FAR
        return self.node.ravel()[used], key[used]


@dataclass(frozen=True, eq=False)
class Block:
    """Times of a few searches at all nodes: `values[row, lane]` for the first `lanes` columns, a row a node or rank.

    The values are lent: they change when the work on the block is done.
    """

    first: int
    lanes: int
    values: Ms


@dataclass(frozen=True, eq=False)
class Searcher:
    """One method, ready to search a network in one direction: a hierarchy where there is one, else the arcs as they are."""

    topology: Topology
    weights: Ms
    toward: bool
    hierarchy: Hierarchy | None = None

    @property
    def rank(self) -> Nodes | None:
        """Row of each node in the blocks; None where the row is the node."""
        return None if self.hierarchy is None else self.hierarchy.skeleton.rank

    @property
    def node(self) -> Nodes | None:
        """Node of each row; None where the row is the node."""
        return None if self.hierarchy is None else self.hierarchy.skeleton.node

    def run(self, seeds: Seeds, work: Callable[[Block], Result]) -> Iterator[tuple[int, Result]]:
        """Do `work` on each block of searches, in threads; yield (first search, what the work returned) in order."""
        if self.hierarchy is None:
            return run_plain(self.topology, self.weights, seeds, work)
        return run_hierarchy(self.hierarchy, seeds, work, toward=self.toward)

    def nearest(self, seeds: Seeds) -> tuple[Ms, Ints]:
        """Return for every node the least milliseconds over all seeds, and the seed row (-1: none arrives)."""
        if self.hierarchy is None:
            return split_keys(plain_keys(self.topology, self.weights, seeds))
        return split_keys(hierarchy_keys(self.hierarchy, seeds, toward=self.toward))


ORDER_PAYS = 16
"""From so many searches on, ordering the nodes of a road network anew costs less than Dijkstra's method (7-14 measured
on Wuhan and Porto)."""

CUSTOM_PAYS, TRIANGLE_COST = 2, 0.08
"""With the order known, customising costs about `TRIANGLE_COST` nodes of one plain search for each triangle of the
skeleton: one search on road networks, a hundred on a large chessboard."""

PERFECT_PAYS = 2_000
"""From so many searches on, perfecting a hierarchy costs less than its shorter sweeps save (1,000-3,500 measured on Wuhan, Porto
and Florida)."""

SMALL_WORK = 500_000
"""Searches times nodes below which neither method takes noticeable time."""


def worth_ordering(n_searches: int, n_nodes: int, *, known: Callable[[], bool]) -> bool:
    """Whether to look at a hierarchy at all: enough work, and an order that is known or will pay."""
    if n_searches * n_nodes < SMALL_WORK or n_searches < CUSTOM_PAYS:
        return False
    return n_searches >= ORDER_PAYS or known()


def worth_customising(n_searches: int, n_nodes: int, *, triangles: int) -> bool:
    """Whether customising a known skeleton costs less than the searches would."""
    return n_searches >= CUSTOM_PAYS + TRIANGLE_COST * triangles / max(n_nodes, 1)


def run_plain(
    topology: Topology, weights: Ms, seeds: Seeds, work: Callable[[Block], Result]
) -> Iterator[tuple[int, Result]]:
    """Search from each seed row along the arcs as they are; `work` is done on each block, in threads."""
    lanes = max(1, min(64, PLAIN_BYTES // (4 * max(topology.n_nodes, 1))))

    def job(first: int) -> tuple[int, Result]:
        rows = range(first, min(first + lanes, len(seeds)))
        values = np.empty((topology.n_nodes, len(rows)), dtype=np.uint32)
        for lane, row in enumerate(rows):
            one = Seeds(seeds.node[row : row + 1], seeds.ms[row : row + 1])
            values[:, lane] = plain_keys(topology, weights, one) >> np.uint64(32)
        return first, work(Block(first, len(rows), values))

    yield from _in_order(range(0, len(seeds), lanes), job)


def plain_keys(topology: Topology, weights: Ms, seeds: Seeds) -> Keys:
    """Return the least key over all seeds at every node, by one search."""
    from gridplan.travel.search import plain

    node, key = seeds.keys()
    keys: Keys = plain.search_keys(topology.indptr, topology.heads, weights, node, key, FAR_KEY)
    return keys


def run_hierarchy(
    hierarchy: Hierarchy, seeds: Seeds, work: Callable[[Block], Result], *, toward: bool
) -> Iterator[tuple[int, Result]]:
    """Search from all seed rows by sweeps, rows in order of rank; `work` is done on each block, in threads."""
    from gridplan.travel.search import lanes

    if len(seeds) >= PERFECT_PAYS:
        hierarchy = hierarchy.perfected
    up, down = (hierarchy.fall, hierarchy.climb) if toward else (hierarchy.climb, hierarchy.fall)
    n = len(hierarchy.skeleton.rank)
    wide = len(seeds) > 2 * lanes.FEW and 4 * n * lanes.MANY <= WIDE_BYTES
    width, sweep = (lanes.MANY, lanes.sweep_many) if wide else (lanes.FEW, lanes.sweep_few)
    starts = range(0, len(seeds), width)

    def job(first: int) -> tuple[int, Result]:
        with hierarchy.skeleton.desks.lend(n, width) as (buffer, marked):
            node, ms = hierarchy.skeleton.rank[seeds.node[first : first + width]], seeds.ms[first : first + width]
            reached = lanes.climb_from(node, ms, hierarchy.skeleton.parent, *up, buffer, marked, FAR)
            sweep(*down, buffer, marked, FAR)
            marked[reached] = False
            return first, work(Block(first, len(node), buffer))

    yield from _in_order(starts, job)


def hierarchy_keys(hierarchy: Hierarchy, seeds: Seeds, *, toward: bool) -> Keys:
    """Return the least key over all seeds at every node, by one sweep."""
    from gridplan.travel.search import lanes

    up, down = (hierarchy.fall, hierarchy.climb) if toward else (hierarchy.climb, hierarchy.fall)
    node, key = seeds.keys()
    keys: Keys = lanes.sweep_keys(hierarchy.skeleton.rank[node], key, FAR_KEY, *up, *down)
    return keys[hierarchy.skeleton.rank]


def _in_order(starts: range, job: Callable[[int], Result]) -> Iterator[Result]:
    """Run a job for each start in threads and yield in order, never many ahead of the reader."""
    workers = count_workers()
    if workers == 1 or len(starts) <= 1:
        yield from map(job, starts)
        return
    with ThreadPoolExecutor(workers) as pool:
        waiting: deque[Future[Result]] = deque()
        for start in starts:
            waiting.append(pool.submit(job, start))
            if len(waiting) > workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def split_keys(keys: Keys) -> tuple[Ms, Ints]:
    """Split keys into milliseconds (`FAR`: unreachable) and positions (-1: none)."""
    out = keys >= FAR_KEY
    times = np.where(out, FAR, keys >> np.uint64(32)).astype(np.uint32)
    return times, np.where(out, -1, (keys & np.uint64(0xFFFFFFFF)).astype(np.int64))
