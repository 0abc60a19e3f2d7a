"""First and last legs: from points to both ends of the road they are on, and along it from one point to another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gridplan.travel import validation
from gridplan.travel.cutting import Cuts
from gridplan.travel.milliseconds import FAR, Floats, Ms
from gridplan.travel.search.engine import Seeds
from gridplan.travel.snaps import Snaps
from gridplan.travel.streets import Streets


@dataclass(frozen=True, eq=False)
class Legs:
    """How snapped points enter and leave a network.

    `streets` are those on which the points stand: as they were before any was cut, and `cuts` keep points from the ends
    on their far side.
    """

    streets: Streets
    cuts: Cuts | None = None

    def seeds(self, places: npt.ArrayLike | Snaps, *, leaving: bool) -> Seeds:
        """Return where searches start: one for each node, or for each snapped point at both ends of its road.

        Raises
        ------
        NetworkError
            A node is out of range.
        """
        if isinstance(places, Snaps):
            return self._ends(places, leaving=leaving)
        nodes = validation.check_positions(places, n=self.streets.topology.n_nodes, what="node").astype(np.int32)
        if self.streets.levels is not None:
            nodes = self.streets.levels.at(nodes, leaving=leaving)
        pair = np.stack([nodes, nodes], axis=1)
        ms = np.zeros(pair.shape, dtype=np.uint32)
        ms[:, 1] = FAR
        return Seeds(pair, ms)

    def along(self, origins: Snaps, targets: Snaps) -> Ms:
        """Return the milliseconds from origin to target, row by row, both on the same edge (no access legs)."""
        along, against = self.streets.ms(origins.edge)
        ahead = targets.share >= origins.share
        times = _part(np.where(ahead, along, against), np.abs(targets.share - origins.share))
        return times if self.cuts is None else self.cuts.block_between(times, origins, targets)

    def _ends(self, snaps: Snaps, *, leaving: bool) -> Seeds:
        """Both end nodes of the road of each point and the milliseconds between point and node, access included."""
        streets, edge = self.streets, np.maximum(snaps.edge, 0)
        if len(streets.tail) == 0:
            return Seeds(np.zeros((len(snaps), 2), np.int32), np.full((len(snaps), 2), FAR, np.uint32))
        along, against = streets.ms(edge)
        near, far = (against, along) if leaving else (along, against)
        legs = np.stack([_part(near, snaps.share), _part(far, 1.0 - snaps.share)], axis=1)
        if self.cuts is not None:
            legs = self.cuts.block(legs, snaps, edge)
        legs = np.minimum(legs + snaps.access_ms[:, None].astype(np.uint64), int(FAR)).astype(np.uint32)
        tail, head = streets.tail[edge], streets.head[edge]
        if streets.levels is not None:
            tail, head = (streets.levels.ends(edge, nodes, leaving=leaving) for nodes in (tail, head))
        return Seeds(np.stack([tail, head], axis=1), legs)


def _part(milliseconds: Ms, share: Floats) -> Ms:
    """Share of a time, rounded; nothing of a closed edge is nothing, any of it is closed."""
    part = np.where(milliseconds >= FAR, FAR, np.rint(milliseconds * share))
    result: Ms = np.where(share == 0.0, 0, part).astype(np.uint32)
    return result
