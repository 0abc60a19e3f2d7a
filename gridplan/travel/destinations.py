"""Roads that are open only to those whose way begins or ends there: further levels of the graph, so that nobody passes through.

A way begins on the first level (destination roads alone), goes on over the ordinary roads, and ends on the last level (destination
roads again); steps lead from level to level, never back. The shortest way in that graph is the shortest one that is allowed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gridplan.travel.milliseconds import FAR, Bools, Ints, Ms
from gridplan.travel.pricing import PricedRoads
from gridplan.travel.search.graph import Nodes, Topology, build_topology, strong_components, weak_components


@dataclass(frozen=True, eq=False)
class Levels:
    """A graph on three levels over `plain`, which has all roads on one.

    - topology: nodes 0..n-1 are those of `plain`, copies follow; its streets are those of `plain` and one more, the step
      between levels, which takes no time along and is closed against
    - zone: which edges lie on the first and the last level instead of between them
    - first, last: for every node its copy on the first and on the last level; itself where it has none
    - inside: nodes that only roads of the zones reach
    """

    plain: Topology
    topology: Topology
    zone: Bools
    first: Nodes
    last: Nodes
    inside: Bools

    def weigh(self, forward: Ms, backward: Ms) -> Ms:
        """Return the milliseconds of every arc of the levels."""
        return self.topology.weigh(np.append(forward, np.uint32(0)), np.append(backward, FAR))

    def ends(self, edge: Ints, nodes: Nodes, *, leaving: bool) -> Nodes:
        """Return where points on edges enter the graph (`leaving`) or leave it, by the end node of each edge."""
        result: Nodes = np.where(self.zone[edge], (self.first if leaving else self.last)[nodes], nodes)
        return result

    def at(self, nodes: Nodes, *, leaving: bool) -> Nodes:
        """Return where ways that begin (`leaving`) or end at nodes enter the graph or leave it."""
        result: Nodes = np.where(self.inside[nodes], (self.first if leaving else self.last)[nodes], nodes)
        return result

    def over(self, values: np.ndarray) -> np.ndarray:
        """Return a value for every node of the levels, given one for every node."""
        copied = self.first != np.arange(len(self.first))
        return np.concatenate([values, values[copied], values[copied]])


def build_levels(roads: PricedRoads) -> Levels | None:
    """Return the levels of roads of which some are for destination only; None where there are none of those.

    What hangs on the network by destination roads alone (the streets behind the gate of a quarter) belongs to their zone, so that
    every way that the roads allow at all stays one.
    """
    if not roads.destination.any():
        return None
    tail, head, usable, n_nodes = roads.tail, roads.head, roads.usable, len(roads.xy)
    plain = build_topology(tail, head, usable, n_nodes=n_nodes)
    zone = _zones(plain, roads)
    rows, other = np.flatnonzero(zone), np.flatnonzero(usable & ~zone)
    copied = np.unique(np.concatenate([tail[rows], head[rows]]))
    first, last = (np.arange(n_nodes, dtype=np.int32) for _ in range(2))
    first[copied] = n_nodes + np.arange(len(copied), dtype=np.int32)
    last[copied] = first[copied] + len(copied)
    ordinary = np.zeros(n_nodes, dtype=bool)
    ordinary[tail[other]] = ordinary[head[other]] = True
    gates, within = copied[ordinary[copied]], copied[~ordinary[copied]]
    tails = [tail[other], first[tail[rows]], last[tail[rows]], first[gates], gates, first[within]]
    heads = [head[other], first[head[rows]], last[head[rows]], gates, last[gates], last[within]]
    step = np.full(2 * len(gates) + len(within), len(tail))
    row = np.concatenate([other, rows, rows, step])
    ends = np.concatenate(tails).astype(np.int32), np.concatenate(heads).astype(np.int32)
    found = build_topology(*ends, np.ones(len(row), dtype=bool), n_nodes=n_nodes + 2 * len(copied))
    along = found.pick < len(row)
    pick = np.where(along, row[found.pick % len(row)], row[found.pick % len(row)] + len(tail) + 1)
    inside = np.zeros(n_nodes, dtype=bool)
    inside[within] = True
    topology = Topology(found.n_nodes, found.indptr, found.heads, pick, found.starts)
    return Levels(plain, topology, zone, first, last, inside)


def _zones(plain: Topology, roads: PricedRoads) -> Bools:
    """Return the edges of the zones: destination roads, and all that is joined to them outside the core of its landmass.

    The core is the largest part in which everything reaches everything without destination roads.
    """
    tail, head, destination = roads.tail, roads.head, roads.destination
    land = weak_components(plain, plain.weigh(roads.forward, roads.backward))
    free = plain.weigh(*(np.where(destination, FAR, times) for times in (roads.forward, roads.backward)))
    part, _ = strong_components(plain, free)
    size = np.bincount(part)[part]
    order = np.lexsort((part, -size, land))
    core = np.zeros(int(land.max(initial=-1)) + 1, dtype=np.int64)
    core[land[order[::-1]]] = part[order[::-1]]
    in_core = part == core[land]
    outside = roads.usable & (destination | ~in_core[tail] | ~in_core[head])
    joined = weak_components(*_only(tail, head, outside, plain.n_nodes))
    with_destination = np.zeros(int(joined.max(initial=-1)) + 1, dtype=bool)
    with_destination[joined[tail[destination]]] = True
    result: Bools = outside & with_destination[joined[tail]]
    return result


def _only(tail: Nodes, head: Nodes, edges: Bools, n_nodes: int) -> tuple[Topology, Ms]:
    """Return the topology of some edges and no time on any of its arcs."""
    topology = build_topology(tail, head, edges, n_nodes=n_nodes)
    return topology, np.zeros(topology.n_arcs, dtype=np.uint32)
