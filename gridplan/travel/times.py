"""Times from everywhere to some places, or from some places to everywhere, reduced block by block.

The dense table of all nodes by all places is never kept: only blocks of a few places at a time are, and what is asked
for (`gather`, `nearest`, `within`, `weighted_mean`) is taken from each block as it passes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from gridplan.travel import validation
from gridplan.travel.legs import Legs
from gridplan.travel.milliseconds import FAR, MS_PER_MIN, Floats, Ints, Ms, add, to_minutes, to_ms
from gridplan.travel.search import reductions
from gridplan.travel.search.engine import FAR_KEY, Block, Keys, Searcher, Seeds, split_keys
from gridplan.travel.search.weighted import WeightedGraph
from gridplan.travel.snaps import Snaps

Result = TypeVar("Result")
At = npt.ArrayLike | Snaps | None


@dataclass(frozen=True, eq=False)
class NodeTimes:
    """Minutes between every node (or snapped point) and a list of places.

    With `toward` the times run from the nodes to the places (`minutes_to`), else from the places to the nodes.
    Wherever `at` may be given: None means all nodes in order, an array means these nodes, `Snaps` these points.
    """

    graph: WeightedGraph
    legs: Legs
    seeds: Seeds
    toward: bool
    places: Snaps | None = None

    def gather(self, at: At = None) -> Floats:
        """Return the minutes at `at`: shape (rows, places), inf where unreachable."""
        rows = self._rows(at)
        table = np.empty((rows.count, len(self.seeds)))

        def fill_in(values: Ms, lanes: int, first: int) -> None:
            table[rows.order, first : first + lanes] = to_minutes(values[:, :lanes])

        deque(self._each(rows, fill_in), maxlen=0)
        return table

    def nearest(self, n: int = 1, *, at: At = None) -> tuple[Floats, Ints]:
        """Return the minutes of the `n` nearest places and their positions, shapes (rows, n), nearest first.

        Where fewer than `n` can be reached the rest is inf with position -1. Of equal times the earlier place wins.
        """
        rows = self._rows(at)
        best = np.full((rows.count, n), FAR_KEY, dtype=np.uint64)

        def least(values: Ms, lanes: int, first: int) -> Keys:
            keys = np.full((rows.count, n), FAR_KEY, dtype=np.uint64)
            reductions.merge_nearest(values, lanes, first, FAR, keys)
            return keys

        for _, keys in self._each(rows, least):
            reductions.merge_keys(best, keys)
        times, places = split_keys(best)
        minutes, position = np.empty(times.shape), np.empty(places.shape, dtype=np.int64)
        minutes[rows.order], position[rows.order] = to_minutes(times), places
        return minutes, position

    def within(self, minutes: float, *, at: At = None) -> Ints:
        """Return how many places are within `minutes` of each row."""
        rows, limit = self._rows(at), _limit(minutes)
        counts = np.zeros(rows.count, dtype=np.int64)
        for _, part in self._each(rows, lambda values, lanes, _: reductions.count_within(values, lanes, limit)):
            counts += part
        result = np.empty_like(counts)
        result[rows.order] = counts
        return result

    def covered(self, minutes: float, weights: npt.ArrayLike, *, at: At = None) -> Floats:
        """Return the weight (people, say) of the rows within `minutes` of each place: shape (places,)."""
        rows, limit = self._rows(at), _limit(minutes)
        weight = _one_each(weights, rows.count, "weights")
        turn = rows.inverse()
        parts = self._each(rows, lambda values, lanes, _: reductions.sum_within(values, lanes, limit, turn, weight))
        return np.concatenate([np.empty(0), *(part for _, part in parts)])

    def weighted_mean(self, groups: npt.ArrayLike, weights: npt.ArrayLike, *, at: At = None) -> Floats:
        """Return mean minutes by group over the weight that can reach each place: shape (groups, places).

        `groups` numbers each row 0..g-1 (-1: in no group). A group is inf only where all of its weight is unreachable,
        or where it has no weight.
        """
        rows = self._rows(at)
        group, weight = (
            _one_each(groups, rows.count, "groups").astype(np.int64),
            _one_each(weights, rows.count, "weights"),
        )
        members = np.flatnonzero((group >= 0) & (weight > 0))
        members = members[np.argsort(group[members], kind="stable")]
        n_groups = int(group.max(initial=-1)) + 1
        starts = np.searchsorted(group[members], np.arange(n_groups + 1))
        order, weight = rows.inverse()[members], weight[members]
        mean = np.full((n_groups, len(self.seeds)), np.inf)
        parts = self._each(
            rows, lambda values, lanes, _: reductions.sum_groups(values, lanes, np.int32(FAR), order, starts, weight)
        )
        for first, (time, total) in parts:
            here = mean[:, first : first + total.shape[1]]
            np.divide(time, total * MS_PER_MIN, out=here, where=total > 0)
        return mean

    @cached_property
    def _searcher(self) -> Searcher:
        return self.graph.searcher(len(self.seeds), toward=self.toward)

    def _rows(self, at: At) -> _Rows:
        """Which rows are asked for, in the order in which they lie in the blocks."""
        searcher = self._searcher
        if at is None and self.legs.streets.levels is not None:
            at = np.arange(self.legs.streets.topology.n_nodes)
        if at is None:
            nodes = np.arange(self.graph.topology.n_nodes) if searcher.node is None else searcher.node
            return _Rows(nodes.astype(np.int64))
        snaps = at if isinstance(at, Snaps) else None
        ends = self.legs.seeds(at, leaving=self.toward)
        row = ends.node if searcher.rank is None else searcher.rank[ends.node]
        order = np.argsort(row[:, 0], kind="stable")
        return _Rows(order, row[order], ends.ms[order], None if snaps is None else snaps.take(order))

    def _each(self, rows: _Rows, work: Callable[[Ms, int, int], Result]) -> Iterator[tuple[int, Result]]:
        """Do `work` on (milliseconds with a row each, number of places, first place) for each block of places."""

        def job(block: Block) -> Result:
            if rows.row is None:
                return work(block.values, block.lanes, block.first)
            values = reductions.take(block.values, rows.row, rows.leg, block.lanes, FAR)
            if rows.snaps is not None and self.places is not None:
                self._along_one_edge(rows.snaps, block.first, values)
            return work(values, block.lanes, block.first)

        return self._searcher.run(self.seeds, job)

    def _along_one_edge(self, at: Snaps, first: int, values: Ms) -> None:
        """Shorten the trips whose two ends lie on one edge to the way along it, in place."""
        places = self.places
        if places is None:
            return
        order = np.argsort(at.edge, kind="stable")
        edges = at.edge[order]
        wanted = places.edge[first : first + values.shape[1]]
        begin = np.searchsorted(edges, wanted, side="left")
        count = np.where(wanted < 0, 0, np.searchsorted(edges, wanted, side="right") - begin)
        lane = np.repeat(np.arange(len(wanted)), count)
        offset = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        row = order[np.repeat(begin, count) + offset]
        here, there = at.take(row), places.take(first + lane)
        direct = self.legs.along(here, there) if self.toward else self.legs.along(there, here)
        direct = add(add(direct, here.access_ms), there.access_ms)
        values[row, lane] = np.minimum(values[row, lane], direct)


@dataclass(frozen=True, eq=False)
class _Rows:
    """Rows asked for: `order` is the position each has in the answer; without `row` all rows of the block are meant."""

    order: Ints
    row: npt.NDArray[np.int32] | None = None
    leg: Ms | None = None
    snaps: Snaps | None = None

    @property
    def count(self) -> int:
        return len(self.order)

    def inverse(self) -> Ints:
        """Row of each position of the answer: sums run in the caller's order, so that no method changes a last digit."""
        result = np.empty_like(self.order)
        result[self.order] = np.arange(len(self.order))
        return result


def _one_each(values: npt.ArrayLike, count: int, field: str) -> Floats:
    return validation.check_numbers(values, count=count, field=field)


def _limit(minutes: float) -> np.uint32:
    """Largest whole milliseconds that count as within `minutes`."""
    return np.uint32(min(int(to_ms(minutes)), int(FAR) - 1))
