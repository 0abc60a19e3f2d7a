"""Where along the roads one can stop: which edges, which of them in the main network, and their lines."""

from __future__ import annotations

from typing import Any

import numpy as np

from gridplan.travel import validation
from gridplan.travel.milliseconds import FAR, Bools
from gridplan.travel.network import RoadNetwork


def stoppable_edges(network: RoadNetwork) -> Bools:
    """Return which edges a point may be snapped to: open, not a motorway, its ramp, a ferry, a tunnel or closed to entry by its tags.

    Examples
    --------
    >>> stoppable_edges(RoadNetwork.from_edges([0, 1], [1, 2], [2.0, float("inf")])).tolist()
    [True, False]
    """
    is_open: Bools = (network.forward < FAR) | (network.backward < FAR)
    if network.priced is None:
        return is_open
    twin = network.priced.twin_row
    first_of_twins = (twin < 0) | (twin > np.arange(network.n_edges))
    result: Bools = is_open & first_of_twins & network.priced.can_stop
    return result


def edges_in_main(network: RoadNetwork) -> Bools:
    """Return which edges have both ends in the main network: the largest part in which everything reaches everything.

    Examples
    --------
    >>> edges_in_main(RoadNetwork.from_edges([0, 1, 1], [1, 0, 2], [2.0, 2.0, 3.0])).tolist()
    [True, True, False]
    """
    labels, main = network.plain.components
    result: Bools = (labels[network.tail] == main) & (labels[network.head] == main)
    return result


def edge_lines(network: RoadNetwork) -> Any:
    """Return the geometry of every edge; straight between its nodes where the network was made from arrays.

    Raises
    ------
    NetworkError
        The network has neither roads nor places of its nodes.

    Examples
    --------
    >>> network = RoadNetwork.from_edges([0], [1], [2.0], xy=[(0, 0), (3, 4)])
    >>> [line.length for line in edge_lines(network)]
    [5.0]
    """
    import shapely

    if network.priced is not None:
        return np.asarray(network.priced.roads.geometry.array)
    xy = validation.need_xy(network.xy)
    return shapely.linestrings(np.stack([xy[network.tail], xy[network.head]], axis=1))
