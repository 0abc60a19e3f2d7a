"""Times from everywhere to some places, or from some places to everywhere, reduced block by block.

The dense table of all nodes by all places is never kept: only blocks of a few places at a time are, and what is asked
for (`gather`, `nearest`, `within`, `weighted_mean`) is taken from each block as it passes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from gridplan.travel.engine import Block, Seeds
from gridplan.travel.milliseconds import FAR, Floats, Ints, Ms, add, to_minutes, to_ms
from gridplan.travel.snapping import Snaps

if TYPE_CHECKING:
    from gridplan.travel.network import RoadNetwork

At = npt.ArrayLike | Snaps | None


@dataclass(frozen=True, eq=False)
class NodeTimes:
    """Minutes between every node (or snapped point) and a list of places.

    With `toward` the times run from the nodes to the places (`minutes_to`), else from the places to the nodes.
    Wherever `at` may be given: None means all nodes in order, an array means these nodes, `Snaps` these points.
    """

    network: RoadNetwork
    seeds: Seeds
    toward: bool
    places: Snaps | None = None

    def gather(self, at: At = None) -> Floats:
        """Return the minutes at `at`: shape (rows, places), inf where unreachable."""
        blocks = [values for _, values in self._values(at)]
        return to_minutes(np.concatenate(blocks, axis=1)) if blocks else np.empty((self._rows(at), 0))

    def nearest(self, n: int = 1, *, at: At = None) -> tuple[Floats, Ints]:
        """Return the minutes of the `n` nearest places and their positions, shapes (rows, n), nearest first.

        Where fewer than `n` can be reached the rest is inf with position -1. Of equal times the earlier place wins.
        """
        rows = self._rows(at)
        times = np.full((rows, n), FAR, dtype=np.uint32)
        places = np.full((rows, n), -1, dtype=np.int64)
        for first, values in self._values(at):
            lanes = np.broadcast_to(np.arange(first, first + values.shape[1]), values.shape)
            all_times = np.concatenate([times, values], axis=1)
            order = np.argsort(all_times, axis=1, kind="stable")[:, :n]
            places = np.take_along_axis(np.concatenate([places, lanes], axis=1), order, axis=1)
            times = np.take_along_axis(all_times, order, axis=1)
        places[times >= FAR] = -1
        return to_minutes(times), places

    def within(self, minutes: float, *, at: At = None) -> Ints:
        """Return how many places are within `minutes` of each row."""
        limit = _limit(minutes)
        count = np.zeros(self._rows(at), dtype=np.int64)
        for _, values in self._values(at):
            count += (values <= limit).sum(axis=1)
        return count

    def covered(self, minutes: float, weights: npt.ArrayLike, *, at: At = None) -> Floats:
        """Return the weight (people, say) of the rows within `minutes` of each place: shape (places,)."""
        limit, weight = _limit(minutes), np.asarray(weights, dtype=np.float64)
        parts = [weight @ (values <= limit) for _, values in self._values(at)]
        return np.concatenate(parts) if parts else np.empty(0)

    def weighted_mean(self, groups: npt.ArrayLike, weights: npt.ArrayLike, *, at: At = None) -> Floats:
        """Return mean minutes by group over the weight that can reach each place: shape (groups, places).

        `groups` numbers each row 0..g-1 (-1: in no group). A group is inf only where all of its weight is unreachable,
        or where it has no weight.
        """
        from scipy.sparse import csr_array

        group, weight = np.asarray(groups, dtype=np.int64), np.asarray(weights, dtype=np.float64)
        kept = np.flatnonzero((group >= 0) & (weight > 0))
        n_groups = int(group.max(initial=-1)) + 1
        spread = csr_array((weight[kept], (group[kept], kept)), shape=(n_groups, len(group)))
        means = []
        for _, values in self._values(at):
            reached = values < FAR
            total, sums = spread @ reached.astype(np.float64), spread @ np.where(reached, values, 0).astype(np.float64)
            mean = np.full(total.shape, np.inf)
            np.divide(sums, total * 60_000.0, out=mean, where=total > 0)
            means.append(mean)
        return np.concatenate(means, axis=1) if means else np.empty((n_groups, 0))

    def _rows(self, at: At) -> int:
        if at is None:
            return self.network.n_nodes
        return len(at) if isinstance(at, Snaps) else len(np.asarray(at))

    def _values(self, at: At) -> Iterator[tuple[int, Ms]]:
        """Yield (first place, milliseconds (rows, places of the block))."""
        if isinstance(at, Snaps):
            ends = self.network.ends(at, leaving=self.toward)
            for block in self._blocks():
                values = np.minimum(
                    add(block.at(ends.node[:, 0]), ends.ms[:, :1]), add(block.at(ends.node[:, 1]), ends.ms[:, 1:])
                )
                yield block.first, self._along_one_edge(at, block, values)
            return
        nodes = None if at is None else self.network.check_nodes(at)
        for block in self._blocks():
            yield block.first, block.at(np.arange(self.network.n_nodes) if nodes is None else nodes)

    def _blocks(self) -> Iterator[Block]:
        return self.network.search(self.seeds, toward=self.toward)

    def _along_one_edge(self, at: Snaps, block: Block, values: Ms) -> Ms:
        """Shorten the trips whose two ends lie on one edge to the way along it."""
        if self.places is None:
            return values
        order = np.argsort(at.edge, kind="stable")
        edges = at.edge[order]
        lanes = np.arange(block.lanes.start, block.lanes.stop)
        begin = np.searchsorted(edges, self.places.edge[lanes], side="left")
        count = np.searchsorted(edges, self.places.edge[lanes], side="right") - begin
        count[self.places.edge[lanes] < 0] = 0
        lane = np.repeat(np.arange(len(lanes)), count)
        offset = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        row = order[np.repeat(begin, count) + offset]
        here, there = at.take(row), self.places.take(lanes[lane])
        direct = self.network.along_edge(here, there) if self.toward else self.network.along_edge(there, here)
        direct = add(add(direct, here.access_ms), there.access_ms)
        values[row, lane] = np.minimum(values[row, lane], direct)
        return values


def _limit(minutes: float) -> np.uint32:
    """Largest whole milliseconds that count as within `minutes`."""
    return np.uint32(min(int(to_ms(minutes)), int(FAR) - 1))
