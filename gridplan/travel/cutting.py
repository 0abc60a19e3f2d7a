"""Stretches of road that nobody passes, and whom they keep from which end of their road."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from gridplan.travel import validation
from gridplan.travel.milliseconds import FAR, Floats, Ints, Ms
from gridplan.travel.snaps import Snaps


@dataclass(frozen=True, eq=False)
class Cuts:
    """Edges cut between two shares of their length: closed to all who pass, open to those on them as far as the cut.

    `forward` and `backward` (n_edges,) are the milliseconds before; `start` and `stop` (n_edges,) are the shares between
    which nobody goes, inf and -inf where an edge is not cut. Several cuts of one edge count as one from the first to the
    last.
    """

    forward: Ms
    backward: Ms
    start: Floats
    stop: Floats

    @property
    def edges(self) -> Ints:
        """Positions of the edges that are cut."""
        return np.flatnonzero(self.start <= self.stop)

    @property
    def stretches(self) -> Floats:
        """Shares (n, 2) between which each of them is cut."""
        return np.stack([self.start[self.edges], self.stop[self.edges]], axis=1)

    def closing(self, rows: Ints) -> Cuts:
        """Return the same cuts of roads of which these edges (positions) are closed as a whole."""
        forward, backward = close_edges(self.forward, self.backward, rows)
        return replace(self, forward=forward, backward=backward)

    def block(self, legs: Ms, snaps: Snaps, edge: Ints) -> Ms:
        """Return the legs (n, 2) of points to the tail and the head of their edge, `FAR` where a cut lies between."""
        behind, ahead = self.start[edge] < snaps.share, self.stop[edge] > snaps.share
        result: Ms = np.where(np.stack([behind, ahead], axis=1), FAR, legs)
        return result

    def block_between(self, times: Ms, here: Snaps, there: Snaps) -> Ms:
        """Return the times between points on one edge, row by row, `FAR` where a cut lies between them."""
        low, high = np.minimum(here.share, there.share), np.maximum(here.share, there.share)
        result: Ms = np.where((self.start[here.edge] < high) & (self.stop[here.edge] > low), FAR, times)
        return result


def uncut(forward: Ms, backward: Ms) -> Cuts:
    """Return no cuts at all of edges with these milliseconds along and against them."""
    start = np.full(len(forward), np.inf)
    return Cuts(forward, backward, start, -start)


def cut_edges(cuts: Cuts, rows: Ints, stretches: npt.ArrayLike) -> Cuts:
    """Return the cuts with these edges (positions) cut between two shares each as well, earlier cuts kept.

    Raises
    ------
    NetworkError
        Not two shares in 0..1, the smaller first, for each edge.

    Examples
    --------
    >>> times = np.array([60_000, 60_000], dtype=np.uint32)
    >>> cuts = cut_edges(uncut(times, times), np.array([1]), [[0.25, 0.5]])
    >>> cuts.edges.tolist(), cuts.stretches.tolist()
    ([1], [[0.25, 0.5]])
    """
    shares = validation.check_stretches(stretches, count=len(rows))
    start, stop = cuts.start.copy(), cuts.stop.copy()
    np.minimum.at(start, rows, shares[:, 0])
    np.maximum.at(stop, rows, shares[:, 1])
    return replace(cuts, start=start, stop=stop)


def close_edges(forward: Ms, backward: Ms, rows: Ints) -> tuple[Ms, Ms]:
    """Return the milliseconds along and against all edges with these (positions) closed both ways."""
    forward, backward = forward.copy(), backward.copy()
    forward[rows] = backward[rows] = FAR
    return forward, backward
