"""Walking and buses as one static directed graph: stops are nodes of the walkers' network, each line a row of nodes beside it.

One waits half a headway on boarding, rides for the stated minutes, and gets off for nothing. Lines do not wait for each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from gridplan.travel.milliseconds import FAR, Bools, Floats, Ints, to_ms
from gridplan.travel.network import RoadNetwork
from gridplan.travel.search.graph import build_topology
from gridplan.travel.snaps import Snaps

_END = 1e-6
"""Nearer to an end of its road than this share of it, a stop is at the end."""


@dataclass(frozen=True, eq=False)
class Calls:
    """Calls of buses, line by line in order: which stop, minutes to the next call of the line (NaN at its last), and between two buses.

    `board` and `alight` tell at which calls one may get on and off; None: at all.
    """

    stop: Ints
    ride_min: Floats
    headway_min: Floats
    board: Bools | None = None
    alight: Bools | None = None


def split_roads(roads: Any, snaps: Snaps) -> tuple[Any, Ints]:
    """Cut roads where points stand on them, so that each point is a node.

    Parameters
    ----------
    roads
        Road frame, on whose rows the points were snapped.
    snaps
        The points; those out of reach have no node.

    Returns
    -------
    roads : GeoDataFrame
        Rows that nothing stands on, then the pieces of the others.
    node : array of int
        Node of each point, as `tail` and `head` name it; -1 where it is out of reach.
    """
    import geopandas as gpd
    import pandas as pd
    from shapely.ops import substring

    ends = roads[["tail", "head"]].to_numpy(np.int64)
    node = np.full(len(snaps), -1, dtype=np.int64)
    there = ~snaps.unreachable
    at_tail, at_head = there & (snaps.share <= _END), there & (snaps.share >= 1 - _END)
    node[at_tail], node[at_head] = ends[snaps.edge[at_tail], 0], ends[snaps.edge[at_head], 1]
    within = np.flatnonzero(there & ~at_tail & ~at_head)
    places, which = np.unique(
        np.column_stack([snaps.edge[within], np.round(snaps.share[within], 9)]), axis=0, return_inverse=True
    )
    fresh = int(ends.max(initial=-1)) + 1 + np.arange(len(places))
    node[within] = fresh[which.ravel()]
    pieces, shares = [], []
    for edge in np.unique(places[:, 0]).astype(np.int64):
        here = places[:, 0] == edge
        stations = np.concatenate([[0.0], places[here, 1], [1.0]])
        nodes = np.concatenate([ends[edge, :1], fresh[here], ends[edge, 1:]])
        line = roads.geometry.iloc[edge]
        for start, stop, tail, head in zip(stations[:-1], stations[1:], nodes[:-1], nodes[1:], strict=True):
            pieces.append((edge, tail, head, substring(line, start, stop, normalized=True)))
            shares.append(stop - start)
    if not pieces:
        return roads, node
    rows, tails, heads, lines = zip(*pieces, strict=True)
    cut = roads.iloc[list(rows)].assign(tail=tails, head=heads).set_geometry(list(lines), crs=roads.crs)
    cut["minutes"] = pd.to_numeric(cut["minutes"], errors="coerce") * np.array(shares)
    kept = roads.drop(index=roads.index[np.unique(places[:, 0]).astype(np.int64)])
    return gpd.GeoDataFrame(pd.concat([kept, cut], ignore_index=True), crs=roads.crs), node


def with_buses(walk: RoadNetwork, node: npt.ArrayLike, access_min: npt.ArrayLike, calls: Calls) -> RoadNetwork:
    """Return a network of walkers with buses.

    Parameters
    ----------
    walk
        On foot, with a node for each stop.
    node, access_min
        Node of each stop in it (-1: none) and minutes between them; a stop without a node is passed through.
    calls
        See `Calls`; rows that call at one stop share its node.

    Returns
    -------
    RoadNetwork
        Edges of `walk` keep their numbers, so that points snapped to it stand on it as well; buses follow.

    Raises
    ------
    ValueError
        If a headway is NaN or not above 0.

    Examples
    --------
    >>> street = RoadNetwork.from_edges([0, 1], [1, 0], [60.0, 60.0])
    >>> calls = Calls(np.array([0, 1]), np.array([10.0, np.nan]), np.array([20.0, 20.0]))
    >>> with_buses(street, [0, 1], [0.0, 0.0], calls).minutes_to([1]).gather([0]).item()
    20.0
    """
    if not (calls.headway_min > 0).all():
        msg = "headways are minutes above 0"
        raise ValueError(msg)
    spot, access = np.asarray(node, np.int64)[calls.stop], np.asarray(access_min, float)[calls.stop]
    aboard = walk.n_nodes + np.arange(len(calls.stop))
    on, off = (np.flatnonzero((spot >= 0) & (True if may is None else may)) for may in (calls.board, calls.alight))
    rides = np.flatnonzero(np.isfinite(calls.ride_min))
    tail = np.concatenate([spot[on], aboard[off], aboard[rides]])
    head = np.concatenate([aboard[on], spot[off], aboard[rides + 1]])
    minutes = np.concatenate([calls.headway_min[on] / 2 + access[on], access[off], calls.ride_min[rides]])
    tail, head = (np.concatenate([old, new.astype(np.int32)]) for old, new in ((walk.tail, tail), (walk.head, head)))
    forward = np.concatenate([walk.forward, to_ms(minutes)])
    backward = np.concatenate([walk.backward, np.full(len(minutes), FAR, dtype=np.uint32)])
    topology = build_topology(tail, head, (forward < FAR) | (backward < FAR), n_nodes=walk.n_nodes + len(aboard))
    return RoadNetwork(tail, head, forward, backward, topology, problems=walk.problems)
