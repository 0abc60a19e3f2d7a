"""Which roads the quickest ways between pairs of points take."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gridplan.travel.milliseconds import FAR, Bools, Floats, Ints, Ms, add
from gridplan.travel.network import RoadNetwork
from gridplan.travel.snaps import Snaps


@dataclass(frozen=True, eq=False)
class Paths:
    """Stretches of road, in order along each way: way (row of the pair), edge, share of its length, whether along its line.

    `reached` tells of each pair whether there is a way at all; a pair without one has no stretches.
    """

    way: Ints
    edge: Ints
    share: Floats
    along: Bools
    reached: Bools


def trace_paths(network: RoadNetwork, origins: Snaps, targets: Snaps) -> Paths:
    """Return the roads of the quickest way from each origin to the target of the same row.

    One search a pair, by Dijkstra's method.

    Parameters
    ----------
    network
        The network on which the points were snapped.
    origins, targets
        As many points as each other.

    Returns
    -------
    Paths
        Their stretches, the first and the last part of a road among them.

    Examples
    --------
    >>> from gridplan.travel.snapping import snap_points
    >>> street = RoadNetwork.from_edges([0, 1], [1, 2], [2.0, 3.0], xy=[(0, 0), (100, 0), (200, 0)])
    >>> paths = trace_paths(street, snap_points(street, [(50, 0)]), snap_points(street, [(125, 0)]))
    >>> paths.edge.tolist(), paths.share.tolist()
    ([0, 1], [0.5, 0.25])
    """
    from gridplan.travel.search.plain import search_path

    graph, legs = network.graph, network.legs
    leaving, arriving = legs.seeds(origins, leaving=True), legs.seeds(targets, leaving=False)
    direct, under = _direct(network, origins, targets), _under(network)
    found: list[tuple[Ints, Floats, Bools]] = []
    for row in range(len(origins)):
        ends = leaving.node[row], leaving.ms[row], arriving.node[row], arriving.ms[row]
        arcs, start, end = search_path(graph.topology.indptr, graph.topology.heads, graph.weights, *ends, direct[row])
        if end >= 0:
            edges, along = under.edges(arcs)
            first = float(origins.share[row]) if start == 0 else 1.0 - float(origins.share[row])
            last = float(targets.share[row]) if end == 0 else 1.0 - float(targets.share[row])
            found.append(
                (
                    np.concatenate([origins.edge[row : row + 1], edges, targets.edge[row : row + 1]]),
                    np.concatenate([[first], np.ones(len(edges)), [last]]),
                    np.concatenate([[start == 1], along, [end == 0]]),
                )
            )
        elif direct[row] < FAR:
            gap = float(targets.share[row] - origins.share[row])
            found.append((origins.edge[row : row + 1], np.array([abs(gap)]), np.array([gap >= 0])))
        else:
            found.append((np.empty(0, np.int64), np.empty(0), np.empty(0, bool)))
    sizes = np.array([len(edges) for edges, _, _ in found], dtype=np.int64)
    parts = [np.concatenate(part) if found else np.empty(0) for part in zip(*found, strict=True)] or [np.empty(0)] * 3
    way = np.repeat(np.arange(len(found)), sizes)
    return Paths(way, parts[0].astype(np.int64), parts[1], parts[2].astype(bool), sizes > 0)


def _direct(network: RoadNetwork, origins: Snaps, targets: Snaps) -> Ms:
    """Return the milliseconds along one road for pairs that both stand on it, `FAR` for others; access legs included."""
    result = np.full(len(origins), FAR, dtype=np.uint32)
    rows = np.flatnonzero((origins.edge == targets.edge) & ~origins.unreachable & ~targets.unreachable)
    here, there = origins.take(rows), targets.take(rows)
    result[rows] = add(add(network.legs.along(here, there), here.access_ms), there.access_ms)
    return result


@dataclass(frozen=True, eq=False)
class _Under:
    """The edges under the arcs of a network: of `times`, along all edges and then against them, `pick` has those of each arc."""

    pick: Ints
    starts: Ints
    stops: Ints
    times: Ms
    n_edges: int

    def edges(self, arcs: Ints) -> tuple[Ints, Bools]:
        """Return the edge under each arc, the quickest where there are several, and whether it is taken along its line."""
        picks = [self.pick[self.starts[arc] : self.stops[arc]] for arc in arcs]
        chosen = np.array([pick[self.times[pick].argmin()] for pick in picks], dtype=np.int64)
        half = len(self.times) // 2
        rows = chosen % half
        on_road = rows < self.n_edges
        return rows[on_road], (chosen < half)[on_road]


def _under(network: RoadNetwork) -> _Under:
    """Return the edges under the arcs; steps between the levels of a network have none."""
    topology = network.graph.topology
    steps = np.zeros(0 if network.levels is None else 1, dtype=np.uint32)
    times = np.concatenate([network.forward, steps, network.backward, steps])
    stops = np.append(topology.starts[1:], len(topology.pick))
    return _Under(topology.pick, topology.starts, stops, times, network.n_edges)
