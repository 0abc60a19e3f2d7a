"""Indicators of each unit, each grid and the whole plan; minutes and shares are over people (cells), not units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from gridplan.ground.access.minutes import TravelTimes, summarise
from gridplan.ground.city_and_counties import scope_of_grid
from gridplan.layers.layers import Layers
from gridplan.solver.assignment import Assignment
from gridplan.solver.solution import Outcome
from gridplan.words.vocabulary import HOSPITAL_KINDS

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Scores:
    """Indicators of a plan.

    - units: index unit_id; minutes_to_lead, share_within, minutes_primary
    - grids: index grid_id; see `score_grids`
    - plan: plain numbers of the whole plan
    - time_classes: breaks_min, and residents between them for "plan" and each grid
    """

    units: pd.DataFrame
    grids: gpd.GeoDataFrame
    plan: dict[str, float | int]
    time_classes: dict[str, Any]


def score_plan(
    layers: Layers,
    travel: TravelTimes,
    assignment: Assignment,
    *,
    limit_min: float | pd.Series,
    walk_limit_min: float,
    scope: pd.Series | None = None,
) -> Scores:
    """Score a plan.

    Parameters
    ----------
    layers : with units, cells and facilities placed.
    travel : minutes to the candidate sites, the plan's leads among them.
    assignment : lead of each unit.
    limit_min, walk_limit_min : minutes within which the own lead (drive; one, or one a unit) and primary care (walk) should be.
    scope : of each unit, see `parts.scope_of_unit`; None: one scope. Grids are compared within their scope.
    """
    limit = np.broadcast_to(limit_min, len(layers.units)).astype(float)
    most = limit[layers.units.index.get_indexer(layers.cells["unit_id"])]
    minutes = minutes_to_own_lead(layers, travel, assignment)
    units = score_units(layers, travel, assignment, minutes)
    walk = _primary_walk(layers, travel)
    grids = score_grids(layers, assignment, minutes, walk, limit_min=most, walk_limit_min=walk_limit_min, scope=scope)
    people = layers.cells["population"].to_numpy(float)
    totals = _access(people, minutes, walk, most, walk_limit_min)
    ranges = share_ranges(layers, travel, assignment, walk_limit_min=walk_limit_min)
    grid_of_cell = layers.cells["unit_id"].map(assignment.grid_of_unit).to_numpy(object)
    by_grid = {name: _shares(share, people, grid_of_cell) for name, share in ranges.items()}
    grids = grids.assign(**{name: share.reindex(grids.index) for name, share in by_grid.items()})
    totals |= {name: float(_shares(share, people, np.zeros(len(people)))[0]) for name, share in ranges.items()}
    plan = {
        "n_units": len(layers.units),
        "n_grids": len(grids),
        "n_facilities": int((layers.facilities["unit_id"] != "").sum()),
        "population": float(people.sum()),
        "max_deviation": float(grids["deviation"].abs().max()),
        **totals,
    }
    return Scores(units, grids, plan, _time_classes(layers, assignment, minutes, float(limit.max())))


def outcome_given(layers: Layers, travel: TravelTimes, lead_of_unit: pd.Series) -> Outcome:
    """Return the travel of a plan that nobody optimised; `lead_of_unit` is the lead on index unit_id."""
    people = layers.units["population"].reindex(lead_of_unit.index).to_numpy()
    minutes = travel.unit_minutes.to_numpy()[
        travel.unit_minutes.index.get_indexer(lead_of_unit.index),
        travel.unit_minutes.columns.get_indexer(pd.Index(lead_of_unit)),
    ]
    terms = {"travel": float((people * minutes)[people > 0].sum())}
    return Outcome(terms["travel"], terms)


def minutes_to_own_lead(layers: Layers, travel: TravelTimes, assignment: Assignment) -> Floats:
    """Return each cell's minutes to the lead of its unit; inf where unreachable."""
    lead = layers.cells["unit_id"].map(assignment.lead_of_unit)
    column = pd.Index(travel.sites).get_indexer(lead)
    minutes = travel.cell_minutes[np.arange(len(column)), column]
    return np.where(column >= 0, minutes, np.inf)


def score_units(layers: Layers, travel: TravelTimes, assignment: Assignment, minutes: Floats) -> pd.DataFrame:
    """Return minutes_to_lead, share_within (drive, own lead) and minutes_primary (walk; NaN if not measured) by unit."""
    site = pd.Index(travel.sites).get_indexer(pd.Index(assignment.lead_of_unit.reindex(layers.units.index)))
    row = np.arange(len(site))
    primary = _primary_walk(layers, travel)
    walk = (
        summarise(layers.cells, layers.units.index, primary[:, None], np.inf)[0][:, 0]
        if primary is not None
        else np.full(len(site), np.nan)
    )
    return pd.DataFrame(
        {
            "minutes_to_lead": np.where(site >= 0, travel.unit_minutes.to_numpy()[row, site], np.inf),
            "share_within": np.where(site >= 0, travel.unit_share.to_numpy()[row, site], 0.0),
            "minutes_primary": walk,
        },
        index=layers.units.index,
    )


def score_grids(
    layers: Layers,
    assignment: Assignment,
    minutes: Floats,
    walk: Floats | None,
    *,
    limit_min: Floats,
    walk_limit_min: float,
    scope: pd.Series | None = None,
) -> gpd.GeoDataFrame:
    """Return one row a grid, index grid_id; `minutes`, `walk` and `limit_min` are those of the cells.

    Columns: lead_id, lead_name, scope_id, population, population_65 (NaN where not given), n_units, deviation (from total / k of its scope), mean_minutes,
    p50_minutes, p90_minutes, share_within, share_primary (NaN if not measured), beds (of hospitals; NaN where none tells), beds_per_1000, area_km2,
    compactness (Polsby-Popper, 1 for a circle), geometry.
    """
    import geopandas as gpd

    facilities, frame = layers.facilities, layers.units
    grid_of_unit = assignment.grid_of_unit.reindex(frame.index)
    cell_grid = layers.cells["unit_id"].map(grid_of_unit).to_numpy(object)
    people = layers.cells["population"].to_numpy(float)
    scope = pd.Series("", index=frame.index) if scope is None else scope
    scope_of = scope_of_grid(assignment.grid_of_unit, scope)
    of_scope = pd.Series(people).groupby(layers.cells["unit_id"].map(scope).to_numpy(object)).sum()
    mean_of = of_scope / scope_of.value_counts()
    beds = (
        facilities["beds"]
        .where(facilities["kind"].isin(HOSPITAL_KINDS))
        .groupby(facilities["unit_id"].map(grid_of_unit))
        .sum(min_count=1)
    )
    rows = {}
    for grid_id, lead_id in assignment.lead_of_grid.items():
        inside, members = cell_grid == grid_id, (grid_of_unit == grid_id).to_numpy(bool)
        shape = shapely.union_all(frame.geometry.array[members])
        own_walk = None if walk is None else walk[inside]
        own_scope = str(scope_of[str(grid_id)])
        population, mean = float(people[inside].sum()), float(mean_of.get(own_scope, 0.0))
        lead_name = str(facilities["name"].get(lead_id, lead_id))
        rows[grid_id] = {
            "lead_id": lead_id,
            "lead_name": lead_name,
            "scope_id": own_scope,
            "population": population,
            "population_65": float(frame["population_65"][members].sum(min_count=1)),
            "n_units": int(members.sum()),
            "deviation": population / mean - 1 if mean > 0 else 0.0,
            **_access(people[inside], minutes[inside], own_walk, limit_min[inside], walk_limit_min),
            "beds": float(beds.get(grid_id, np.nan)),
            "beds_per_1000": float(beds.get(grid_id, np.nan)) / population * 1000 if population > 0 else np.nan,
            "area_km2": shape.area / 1e6,
            "compactness": 4 * np.pi * shape.area / shape.length**2 if shape.length else 0.0,
            "geometry": shape,
        }
    return (
        gpd.GeoDataFrame.from_dict(rows, orient="index")
        .rename_axis("grid_id")
        .set_geometry("geometry")
        .set_crs(frame.crs)
    )


def _access(
    people: Floats, minutes: Floats, walk: Floats | None, limit_min: Floats, walk_limit_min: float
) -> dict[str, float]:
    total = people.sum()
    reach = np.isfinite(minutes)
    able = people[reach].sum()
    p50, p90 = weighted_quantiles(minutes, people, (0.5, 0.9))
    return {
        "mean_minutes": float((people[reach] * minutes[reach]).sum() / able) if able > 0 else float("inf"),
        "p50_minutes": p50,
        "p90_minutes": p90,
        "share_within": float(people[minutes <= limit_min].sum() / total) if total > 0 else 0.0,
        "share_primary": float(people[walk <= walk_limit_min].sum() / total)
        if walk is not None and total > 0
        else float("nan"),
    }


def share_ranges(
    layers: Layers, travel: TravelTimes, assignment: Assignment, *, walk_limit_min: float
) -> dict[str, Floats]:
    """Return for each cell which share of its people is within the limits at the slowest and at the fastest speeds.

    By car it is that of the unit of the cell; on foot all minutes are longer or shorter by the range. Nothing where it was not measured.
    """
    if travel.ranges is None:
        return {}
    unit, walk = layers.cells["unit_id"], _primary_walk(layers, travel)
    lead = unit.map(assignment.lead_of_unit)
    found: dict[str, Floats] = {}
    for name, frame in (("share_within_low", travel.ranges.low), ("share_within_high", travel.ranges.high)):
        row, column = frame.index.get_indexer(unit), frame.columns.get_indexer(pd.Index(lead))
        found[name] = np.where((row >= 0) & (column >= 0), frame.to_numpy(float)[row, column], 0.0)
    if walk is not None:
        found["share_primary_low"] = (walk * travel.ranges.walk <= walk_limit_min).astype(float)
        found["share_primary_high"] = (walk / travel.ranges.walk <= walk_limit_min).astype(float)
    return found


def _shares(share: Floats, people: Floats, group: Any) -> pd.Series:
    """Return the mean of the cells' shares over their people, by group; 0 where nobody lives."""
    table = pd.DataFrame({"within": share * people, "people": people}).groupby(group).sum()
    return (table["within"] / table["people"]).where(table["people"] > 0, 0.0)


def weighted_quantiles(values: Floats, weights: Floats, shares: tuple[float, ...]) -> list[float]:
    """Return the smallest value that at least each share of the weight does not exceed; inf values count as beyond all."""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order])
    if not len(values) or reached[-1] <= 0:
        return [float("nan")] * len(shares)
    at = np.searchsorted(reached, np.asarray(shares) * reached[-1] * (1 - 1e-12))
    return [float(values[order[min(i, len(values) - 1)]]) for i in at]


def _primary_walk(layers: Layers, travel: TravelTimes) -> Floats | None:
    return travel.nearest_walk["primary"].to_numpy(float) if "primary" in travel.nearest_walk else None


def _time_classes(layers: Layers, assignment: Assignment, minutes: Floats, limit_min: float) -> dict[str, Any]:
    breaks = [limit_min / 3, limit_min / 2, limit_min * 2 / 3, limit_min]
    which = np.searchsorted(breaks, minutes, side="left")
    people = layers.cells["population"].to_numpy(float)
    cell_grid = layers.cells["unit_id"].map(assignment.grid_of_unit).to_numpy(object)

    def count(mask: NDArray[np.bool_]) -> list[float]:
        return [float(value) for value in np.bincount(which[mask], weights=people[mask], minlength=len(breaks) + 1)]

    grids = {str(grid): count(cell_grid == grid) for grid in assignment.lead_of_grid.index}
    return {"breaks_min": breaks, "plan": count(np.ones(len(which), bool)), "grids": grids}
