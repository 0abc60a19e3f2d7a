"""The land as plates and the residents' page draw it: simplified shapes whose borders fit, the tint of each grid, where facilities are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from gridplan.outputs.map.content import grid_tints
from gridplan.outputs.map.shapes import MERCATOR, Coverage, Frame, build_coverage, simplified_units, study_frame
from gridplan.outputs.map.tints import TINTS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridplan.proposal.proposal import Proposal

EARTH_M = 6378137.0


@dataclass(frozen=True, eq=False)
class Land:
    """Shapes of a proposal in Web Mercator; see `land_of`.

    - shapes: of the units, simplified, with shared borders; grid: position of each unit's grid, -1 for none
    - tints: colour of each grid
    """

    proposal: Proposal
    shapes: NDArray[np.object_]
    grid: NDArray[np.int64]
    tints: tuple[str, ...]
    frame: Frame
    coverage: Coverage

    @cached_property
    def metres(self) -> float:
        """Metres on the ground of a metre on the map."""
        _, south, _, north = shapely.total_bounds(self.shapes)
        return float(1 / np.cosh((south + north) / 2 / EARTH_M))

    @cached_property
    def grids(self) -> list[Any]:
        """Shape of each grid."""
        return [joined(self.shapes[self.grid == row]) for row in range(len(self.proposal.grids))]

    @cached_property
    def points(self) -> NDArray[np.float64]:
        """Place of each facility; NaN where it is not known."""
        points = self.proposal.facilities.geometry.to_crs(MERCATOR)
        known = ~(points.is_empty | points.isna()).to_numpy()
        xy = np.full((len(points), 2), np.nan)
        if known.any():
            xy[known] = shapely.get_coordinates(points[known].representative_point().to_numpy())
        return xy

    @cached_property
    def lead_points(self) -> NDArray[np.float64]:
        """Place of each grid's lead; NaN where it is not known."""
        rows = self.proposal.facilities.index.get_indexer(self.proposal.grids["lead_id"])
        xy = np.full((len(rows), 2), np.nan)
        xy[rows >= 0] = self.points[rows[rows >= 0]]
        return xy


def land_of(proposal: Proposal) -> Land:
    """Return the land of a proposal."""
    shapes = simplified_units(proposal.units)
    frame = study_frame(shapely.total_bounds(shapes))
    coverage = build_coverage(shapes, frame)
    row = {grid: number for number, grid in enumerate(proposal.grids.index)}
    grid = np.array([row.get(own, -1) for own in proposal.units["grid_id"]], dtype=np.int64)
    tints = tuple(TINTS[tint] for tint in grid_tints(proposal, coverage))
    return Land(proposal, shapes, grid, tints, frame, coverage)


def joined(shapes: NDArray[np.object_]) -> Any:
    """Return shapes with shared borders as one."""
    return shapely.union_all(shapely.buffer(shapes, 0.0)) if len(shapes) else shapely.Polygon()
