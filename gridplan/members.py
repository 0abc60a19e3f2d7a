"""What a grid consists of beside its units: every facility with its grid and role."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from gridplan.assignment import Assignment
from gridplan.layers import Layers

if TYPE_CHECKING:
    import geopandas as gpd

EXEMPT_LEVELS = ("national", "province")
"""National and provincial hospitals may join several groups, so none of them is placed by the map alone (R-22, S3)."""


def place_members(layers: Layers, assignment: Assignment) -> pd.DataFrame:
    """Return grid_id, role and tie of every facility, on the index of `layers.facilities`.

    A facility belongs to the grid of the unit it stands in. Role is "lead" for the site that leads, "member" for the
    others (further campuses of a lead among them), "none" outside every unit and for national and provincial hospitals
    that lead nothing. Ties are those given in the facility table.
    """
    facilities: gpd.GeoDataFrame = layers.facilities
    grid_of_unit = assignment.grid_of_unit
    grid = facilities["unit_id"].map(grid_of_unit).fillna("").astype(object)
    exempt = facilities["admin_level"].isin(EXEMPT_LEVELS)
    role = pd.Series("member", index=facilities.index, dtype=object)
    role[(grid == "") | exempt] = "none"
    role[facilities.index.isin(assignment.lead_of_grid)] = "lead"
    return pd.DataFrame({"grid_id": grid, "role": role, "tie": facilities["tie"].where(role == "member", "")})
