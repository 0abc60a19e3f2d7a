"""The typhoon scenario: the strip along the coast road that waves close."""

from __future__ import annotations

import shapely

from .ground import Ground
from .network import Edge

COAST_ROADS = ("滨海大道", "滨海南路")
SHORE_M = 500.0
STRIP_M = 60.0


def closed_strip(ground: Ground, edges: list[Edge]) -> shapely.Geometry:
    """The ground within 60 m of the coast road, wherever this runs within 500 m of the open sea."""
    shore = ground.mainland.boundary.buffer(SHORE_M)
    lines = [edge.line for edge in edges if edge.name in COAST_ROADS and not edge.bridge]
    strip = shapely.union_all(lines).intersection(shore).buffer(STRIP_M).simplify(5)
    return shapely.set_precision(strip, 1)
