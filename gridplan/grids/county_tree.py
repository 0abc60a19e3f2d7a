"""County communities as trees: committee -> county hospitals -> township centres -> village clinics (R-50, R-51)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import shapely

from gridplan.grids.members import has_centre
from gridplan.grids.plan import Plan
from gridplan.words.vocabulary import CENTRE_KINDS, STATION_KINDS

if TYPE_CHECKING:
    import geopandas as gpd

TREE_COLUMNS = ("scope_id", "node_id", "level", "facility_id", "parent_id", "grid_id")


def township_of_unit(units: pd.DataFrame) -> pd.Series:
    """Return the township of each unit: its street code, or its own where it has none."""
    street = units["street_id"].astype(object)
    return street.where(street != "", units.index.to_series())


def centre_of_station(units: pd.DataFrame, facilities: gpd.GeoDataFrame) -> pd.Series:
    """Return the health centre above each village clinic and station, index facility_id; "" where there is none.

    It is the one that the facility table names as its parent, else the nearest of its township.
    """
    township = facilities["unit_id"].map(township_of_unit(units)).fillna("")
    centres = facilities[facilities["kind"].isin(CENTRE_KINDS) & (township != "")]
    stations = facilities[facilities["kind"].isin(STATION_KINDS)]
    answer = stations["parent_id"].where(has_centre(facilities)[stations.index], "").astype(object)
    open_ones = answer.index[(answer == "") & (township[stations.index] != "")]
    pairs = pd.DataFrame({"station": open_ones, "township": township[open_ones].to_numpy()}).merge(
        pd.DataFrame({"centre": centres.index, "township": township[centres.index].to_numpy()}), on="township"
    )
    points = facilities.geometry
    apart = shapely.distance(points[pairs["station"]].to_numpy(), points[pairs["centre"]].to_numpy())
    nearest = pairs.loc[pd.Series(apart).groupby(pairs["station"], sort=False).idxmin()]
    answer[nearest["station"]] = nearest["centre"].to_numpy()
    return answer.rename("centre_id")


def build_county_tree(
    units: pd.DataFrame, facilities: gpd.GeoDataFrame, members: pd.DataFrame, lead_of_grid: pd.Series, scope: pd.Series
) -> pd.DataFrame:
    """Return the tree of each county, a row a node.

    Columns: scope_id, node_id, level ("committee", "lead", "centre", "clinic"), facility_id ("" for the committee, which
    stands nowhere), parent_id (node above; "" for the committee and for clinics without a centre), grid_id.

    Parameters
    ----------
    units, facilities : with the unit of each facility; members : of `members.place_members`.
    lead_of_grid : lead on grid ids, of the county grids alone; scope : county of each of these grids.
    """
    inside = members["role"].eq("member") & members["grid_id"].isin(lead_of_grid.index)
    grid = members["grid_id"]
    above = centre_of_station(units, facilities)
    rows = []
    for scope_id in dict.fromkeys(scope):
        grids = scope.index[scope == scope_id]
        committee = f"committee:{scope_id}"
        rows.append((scope_id, committee, "committee", "", "", ""))
        rows += [(scope_id, lead, "lead", lead, committee, name) for name, lead in lead_of_grid[grids].items()]
        own = inside & grid.isin(grids)
        for centre in facilities.index[own & facilities["kind"].isin(CENTRE_KINDS)]:
            rows.append((scope_id, centre, "centre", centre, lead_of_grid[grid[centre]], grid[centre]))
        for clinic in facilities.index[own & facilities["kind"].isin(STATION_KINDS)]:
            rows.append((scope_id, clinic, "clinic", clinic, above[clinic], grid[clinic]))
    return pd.DataFrame(rows, columns=list(TREE_COLUMNS), dtype=object)


def pattern_of(tree: pd.DataFrame) -> str:
    """Return a county's 1+2+N with its numbers, for display only: committee, leads, township centres, village clinics.

    >>> pattern_of(pd.DataFrame({"level": ["committee", "lead", "lead", "centre", "clinic", "clinic"]}))
    '1+2+1+2'
    """
    count = tree["level"].value_counts()
    return "+".join(str(count.get(level, 0)) for level in ("committee", "lead", "centre", "clinic"))


def tree_of(plan: Plan) -> pd.DataFrame:
    """Return the tree of the plan's counties; see `build_county_tree`."""
    lead = plan.assignment.lead_of_grid
    own = lead[[plan.is_county(str(grid)) for grid in lead.index]]
    scope = plan.scope_of_grid[own.index]
    return build_county_tree(plan.layers.units, plan.layers.facilities, plan.members, own, scope)
