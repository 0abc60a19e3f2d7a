"""Streets as one drives along them: the time along and against the line of each, whichever rows give it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from gridplan.travel.destinations import Levels
from gridplan.travel.milliseconds import FAR, Ints, Ms
from gridplan.travel.search.graph import Nodes, Topology


@dataclass(frozen=True, eq=False)
class Streets:
    """Edges with their milliseconds, and which of them are one street.

    - tail, head: nodes of each edge; forward, backward: milliseconds along and against it (`FAR`: closed)
    - twin_row: row of the same line drawn the other way (-1: none); None where edges have no lines of their own, so
      that all rows between two nodes are one street
    - levels: of a network with roads for destination only; None for others
    """

    tail: Nodes
    head: Nodes
    forward: Ms
    backward: Ms
    topology: Topology
    twin_row: Ints | None = None
    levels: Levels | None = None

    @cached_property
    def weights(self) -> Ms:
        """Milliseconds of every arc of the topology, or of the levels over it."""
        return (self.levels or self.topology).weigh(self.forward, self.backward)

    def ms(self, edge: Ints) -> tuple[Ms, Ms]:
        """Return the milliseconds along and against the line of each edge, those of its twin counted."""
        if self.twin_row is None:
            return self._between_nodes[0][edge], self._between_nodes[1][edge]
        along, against = self.forward[edge], self.backward[edge]
        twin = self.twin_row[edge]
        there = twin >= 0
        return (
            np.where(there, np.minimum(along, self.backward[twin]), along),
            np.where(there, np.minimum(against, self.forward[twin]), against),
        )

    @cached_property
    def _between_nodes(self) -> tuple[Ms, Ms]:
        """Milliseconds from tail to head and back, whichever rows give them."""
        n_nodes = self.topology.n_nodes
        key = self.topology.tails.astype(np.int64) * n_nodes + self.topology.heads
        loop = self.tail == self.head
        there = np.searchsorted(key, self.tail.astype(np.int64) * n_nodes + self.head)
        back = np.searchsorted(key, self.head.astype(np.int64) * n_nodes + self.tail)
        weights = np.append(self.weights, FAR)
        along, against = weights[np.where(loop, len(key), there)], weights[np.where(loop, len(key), back)]
        return np.where(loop, self.forward, along), np.where(loop, self.forward, against)
