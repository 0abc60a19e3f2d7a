"""Which polygons share a border, and how long it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

BORDER_TOLERANCE_M = 0.1
"""Two outlines this close count as one: the same line stored twice differs by less after reprojection."""
BARRIER_TOLERANCE_M = 20.0
"""A border this close to a barrier lies on it."""
MINIMUM_BORDER_M = 1.0
"""Shorter contacts, corners above all, make no neighbours."""


def shared_borders(
    polygons: NDArray[np.object_], *, barriers: NDArray[np.object_] | None = None
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]:
    """Return pairs of polygons and the metres of border they share, barriers cut out.

    Parameters
    ----------
    polygons : (n,) polygons or multipolygons in metres.
    barriers : lines; border within 20 m of them does not count.

    Returns
    -------
    first, second : (p,) positions, first < second, in order.
    length_m : (p,) metres; pairs under 1 m are left out.
    """
    tree = shapely.STRtree(polygons)
    first, second = tree.query(polygons, predicate="dwithin", distance=BORDER_TOLERANCE_M)
    order = np.lexsort((second, first))
    first, second = first[order], second[order]
    once = first < second
    first, second = first[once], second[once]
    outlines = shapely.boundary(polygons)
    met, at = np.unique(second, return_inverse=True)
    belts = shapely.buffer(outlines[met], BORDER_TOLERANCE_M, cap_style="flat", quad_segs=2)
    shared = shapely.intersection(outlines[first], belts[at])
    length_m = shapely.length(shared)
    if barriers is not None and len(barriers):
        wall = shapely.buffer(shapely.union_all(barriers), BARRIER_TOLERANCE_M)
        shapely.prepare(wall)
        near = shapely.intersects(wall, shared)
        length_m[near] = shapely.length(shapely.difference(shared[near], wall))
    long_enough = length_m >= MINIMUM_BORDER_M
    return first[long_enough], second[long_enough], length_m[long_enough]
