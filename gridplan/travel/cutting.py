"""Stretches of road that nobody passes, and whom they keep from which end of their road."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from gridplan.travel import validation
from gridplan.travel.milliseconds import FAR, Floats, Ints, Ms

if TYPE_CHECKING:
    from gridplan.travel.network import RoadNetwork
    from gridplan.travel.snapping import Snaps


@dataclass(frozen=True, eq=False)
class Cuts:
    """Edges cut between two shares of their length: closed to all who pass, open to those on them as far as the cut.

    `whole` is the network before; `start` and `stop` (n_edges,) are the shares between which nobody goes, inf and -inf
    where an edge is not cut. Several cuts of one edge count as one from the first to the last.
    """

    whole: RoadNetwork
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


def cut_edges(network: RoadNetwork, rows: Ints, stretches: npt.ArrayLike) -> Cuts:
    """Return the cuts of a network with these edges (positions) cut between two shares each, earlier cuts kept.

    Raises
    ------
    NetworkError
        Not two shares in 0..1, the smaller first, for each edge.
    """
    shares = validation.check_stretches(stretches, count=len(rows))
    if network.cuts is None:
        whole, start = network, np.full(network.n_edges, np.inf)
        stop = -start
    else:
        whole, start, stop = network.cuts.whole, network.cuts.start.copy(), network.cuts.stop.copy()
    np.minimum.at(start, rows, shares[:, 0])
    np.maximum.at(stop, rows, shares[:, 1])
    return Cuts(whole, start, stop)
