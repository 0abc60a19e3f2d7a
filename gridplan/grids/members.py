"""What a grid consists of beside its units: every facility with its grid, its role, its tie and the reason of a loose tie."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from gridplan.layers.layers import Layers
from gridplan.solver.assignment import Assignment
from gridplan.words.text import Text
from gridplan.words.vocabulary import CENTRE_KINDS, STATION_KINDS, Term, Vocabulary

if TYPE_CHECKING:
    import geopandas as gpd

EXEMPT_LEVELS = ("national", "province")
"""National and provincial hospitals may join several groups, so none of them is placed by the map alone (R-22, S3)."""

TIE_REASONS = Vocabulary(
    Term("admin_level", Text(zh="行政隶属不同", en="different affiliation")),
    Term("private_capital", Text(zh="社会资本", en="private capital")),
    Term("finance", Text(zh="财政渠道不同", en="different budgets")),
    Term("other", Text(zh="其他", en="other")),
)
"""Why a tie is loose (R-32; S1 names affiliation and private capital)."""


def place_members(layers: Layers, assignment: Assignment, *, stated: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return grid_id, role, role_source, tie and tie_reason of every facility, on the index of `layers.facilities`.

    A facility belongs to the grid of the unit it stands in, unless a given plan states another; a village clinic or a
    station whose parent is a health centre goes with that centre (R-50). Role is "lead" for the
    site that leads, "member" for the others (further campuses of a lead among them), "none" outside every grid and for
    national and provincial hospitals that neither lead nor are stated. Ties are those told; a campus of the lead in the
    lead's own grid is tight. The reason of a loose tie is that told, else what facility and lead tell: private capital, a
    different affiliation, other. `role_source` tells why a facility has its role: "plan" (it leads), "list" (stated), "level"
    (national or provincial), "centre" (its health centre's grid), "location" (its unit); "" outside every grid.

    Parameters
    ----------
    layers : with facilities placed in units; assignment : lead of each unit.
    stated : memberships of a given plan, index facility_id; grid_id, and optionally tie and tie_reason ("" where not told).
    """
    facilities: gpd.GeoDataFrame = layers.facilities
    grid = facilities["unit_id"].map(assignment.grid_of_unit).fillna("").astype(object)
    grid = grid.where(~has_centre(facilities), facilities["parent_id"].map(grid))
    told, reason = facilities["tie"].astype(object), pd.Series("", index=facilities.index, dtype=object)
    named = pd.Series(data=False, index=facilities.index)
    if stated is not None:
        rows = stated[~stated.index.duplicated()].reindex(facilities.index)
        named = rows["grid_id"].notna()
        grid = rows["grid_id"].where(named, grid)
        grid = grid.where(~has_centre(facilities) | named, facilities["parent_id"].map(grid))
        told = _told(rows, "tie", told)
        reason = _told(rows, "tie_reason", reason)
    exempt = facilities["admin_level"].isin(EXEMPT_LEVELS) & ~named
    role = pd.Series("member", index=facilities.index, dtype=object)
    role[(grid == "") | exempt] = "none"
    role[facilities.index.isin(assignment.lead_of_grid)] = "lead"
    lead = grid.map(assignment.lead_of_grid)
    campus = (hospital_of_site(facilities) == hospital_of_site(facilities).reindex(lead).to_numpy()) & (
        role == "member"
    )
    tie = told.where(~(campus & (told == "")), "tight").where(role == "member", "")
    loose = tie == "loose"
    reason = reason.where(reason != "", _reasons(facilities, lead)).where(loose, "")
    source = _role_source(facilities, role, named, exempt).where(grid != "", "")
    return pd.DataFrame({"grid_id": grid, "role": role, "role_source": source, "tie": tie, "tie_reason": reason})


def _role_source(facilities: gpd.GeoDataFrame, role: pd.Series, named: pd.Series, exempt: pd.Series) -> pd.Series:
    source = pd.Series("location", index=facilities.index, dtype=object)
    source[has_centre(facilities)] = "centre"
    source[exempt] = "level"
    source[named] = "list"
    source[role == "lead"] = "plan"
    return source


def has_centre(facilities: gpd.GeoDataFrame) -> pd.Series:
    """Return which facilities are village clinics or stations that name the health centre above them, on their index."""
    kind_of_parent = facilities["parent_id"].map(facilities["kind"])
    return facilities["kind"].isin(STATION_KINDS) & kind_of_parent.isin(CENTRE_KINDS)


def _told(rows: pd.DataFrame, column: str, otherwise: pd.Series) -> pd.Series:
    if column not in rows:
        return otherwise
    given = rows[column].fillna("").astype(object)
    return given.where(given != "", otherwise)


def hospital_of_site(facilities: gpd.GeoDataFrame) -> pd.Series:
    """Return the hospital of each site: its parent, or itself; on the index of the facilities."""
    return facilities["parent_id"].where(facilities["parent_id"] != "", facilities.index.to_series())


def _reasons(facilities: gpd.GeoDataFrame, lead: pd.Series) -> pd.Series:
    of_lead = facilities["admin_level"].reindex(lead.fillna("")).fillna("").to_numpy()
    own = facilities["admin_level"]
    reason = pd.Series("other", index=facilities.index, dtype=object)
    reason[(own != of_lead) & (own != "") & (of_lead != "")] = "admin_level"
    reason[facilities["ownership"] == "private"] = "private_capital"
    return reason


def grid_of_facility(members: pd.DataFrame) -> pd.Series:
    """Return the grid in which each facility leads or is a member; "" for none."""
    return members["grid_id"].where(members["role"] != "none", "")
