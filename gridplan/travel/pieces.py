"""Pieces of a road network that no road joins, and what stands on the largest of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gridplan.travel.milliseconds import Bools
from gridplan.travel.network import RoadNetwork
from gridplan.travel.search.graph import weak_components
from gridplan.travel.snaps import Snaps


@dataclass(frozen=True)
class Pieces:
    """How many pieces the roads open to a mode fall into; how many people and sites there are, and stand on the largest."""

    count: int
    people: float
    people_on_largest: float
    sites: int
    sites_on_largest: int


def find_pieces(network: RoadNetwork, places: Snaps) -> tuple[Bools, Bools]:
    """Tell for each snapped point whether it stands on the piece of the network with most nodes, and whether on another one.

    Directions are disregarded; points that reach no road stand on neither.
    """
    part = weak_components(network.topology, network.plain.weights)
    if not len(part) or not len(places):
        return np.zeros(len(places), dtype=bool), np.zeros(len(places), dtype=bool)
    largest = part[network.tail[np.maximum(places.edge, 0)]] == int(np.bincount(part).argmax())
    return ~places.unreachable & largest, ~places.unreachable & ~largest


def count_pieces(network: RoadNetwork) -> int:
    """Return how many pieces of at least two nodes the open roads fall into."""
    part = weak_components(network.topology, network.plain.weights)
    return int((np.bincount(part, minlength=1) >= 2).sum())
