"""Lead -> sub-area -> community grid: the tree of responsibility inside each grid (rule R-30)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from gridplan.layers.layers import Layers
from gridplan.solver.assignment import Assignment
from gridplan.words.vocabulary import CENTRE_KINDS


def build_hierarchy(
    layers: Layers, assignment: Assignment, members: pd.DataFrame, *, stated: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return grid_id, sub_area_id, sub_area and centre_id of every unit (its community grid), index unit_id.

    Sub-areas are those stated; else the part of each street or township that lies in one grid, and the whole grid where
    units have no street. The responsible centre is the nearest member health centre of the unit's own street in its grid,
    else the nearest of the grid, "" if the grid has none.

    Parameters
    ----------
    layers : with units and facilities; assignment : lead of each unit; members : of `members.place_members`.
    stated : sub-areas of a given plan, index unit_id; sub_area_id, and optionally sub_area (its name).
    """
    units = layers.units
    grid = assignment.grid_of_unit.reindex(units.index).fillna("").astype(object)
    street = units["street_id"].astype(object)
    name = units["street"].where(units["street"] != "", street).where(street != "", grid)
    area = (grid + "-" + street).where(street != "", grid).where(grid != "", "")
    if stated is not None:
        rows = stated[~stated.index.duplicated()].reindex(units.index)
        told = rows["sub_area_id"].notna()
        area = rows["sub_area_id"].where(told, area)
        name = (rows["sub_area"] if "sub_area" in rows else rows["sub_area_id"]).where(told, name)
    centre = _responsible(layers, grid, members)
    return pd.DataFrame(
        {"grid_id": grid, "sub_area_id": area, "sub_area": name, "centre_id": centre}, index=units.index
    )


def _responsible(layers: Layers, grid: pd.Series, members: pd.DataFrame) -> np.ndarray:
    units, facilities = layers.units, layers.facilities
    centres = facilities[facilities["kind"].isin(CENTRE_KINDS) & (members["role"] == "member")]
    answer = np.full(len(units), "", dtype=object)
    if centres.empty:
        return answer
    points = np.asarray(units.geometry.representative_point().array, dtype=object)
    places = np.asarray(centres.geometry.array, dtype=object)
    streets = units["street_id"].to_numpy(object)
    centre_street = centres["unit_id"].map(units["street_id"]).fillna("").to_numpy(object)
    centre_grid = members["grid_id"][centres.index].to_numpy(object)
    ids = centres.index.to_numpy(object)
    for grid_id in sorted(set(grid) - {""}):
        rows, columns = np.flatnonzero(grid.to_numpy(object) == grid_id), np.flatnonzero(centre_grid == grid_id)
        if not len(columns):
            continue
        distance = shapely.distance(points[rows][:, None], places[columns][None, :])
        same = (streets[rows][:, None] == centre_street[columns][None, :]) & (streets[rows] != "")[:, None]
        away = np.where(same.any(axis=1)[:, None] & ~same, np.inf, distance)
        answer[rows] = ids[columns[np.argmin(away, axis=1)]]
    return answer


def count_levels(hierarchy: pd.DataFrame) -> pd.DataFrame:
    """Return the number of sub-areas and of community grids of each grid, index grid_id."""
    own = hierarchy[hierarchy["grid_id"] != ""]
    groups = own.groupby("grid_id")
    return pd.DataFrame({"n_sub_areas": groups["sub_area_id"].nunique(), "n_community_grids": groups.size()})
