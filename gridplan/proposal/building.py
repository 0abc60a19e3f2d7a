"""A checked plan becomes a proposal: finished frames in the case's output CRS, with provenance."""

from __future__ import annotations

from dataclasses import replace
from importlib.metadata import version

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridplan import __version__
from gridplan.checks.finding import Finding
from gridplan.checks.told_speeds import tell_buses, tell_slopes, tell_speeds
from gridplan.grids.all_reasons import Reasons
from gridplan.grids.members import in_group
from gridplan.grids.plan import Plan
from gridplan.grids.yardsticks import measure_yardsticks
from gridplan.ground.adjacency import adjacency_table
from gridplan.layers.area.validity import reproject
from gridplan.proposal.frames import FRAMES, in_format
from gridplan.proposal.kept_travel import cells_table, minutes_table
from gridplan.proposal.proposal import Proposal, Provenance
from gridplan.solver.solution import Outcome
from gridplan.words.annex_tables import ANNEXES


def make_proposal(
    plan: Plan,
    findings: tuple[Finding, ...],
    objective: Outcome,
    alternatives: pd.DataFrame,
    *,
    alternative_units: pd.DataFrame | None = None,
) -> Proposal:
    """Return the proposal of a checked plan: finished frames in the case's output CRS, with provenance, without reasons (`with_reasons`).

    Parameters
    ----------
    plan : the plan; findings : of `rule_book.check_plan`.
    objective : what was minimised and proven; alternatives : one row a tried number of grids, alternative_units : their units.
    """
    layers, scores, crs = plan.layers, plan.scores, plan.case.outputs.crs or plan.layers.crs
    assignment = plan.assignment
    levels = plan.hierarchy[["sub_area_id", "sub_area", "centre_id"]]
    baseline = layers.baseline[~layers.baseline.index.duplicated()].reindex(layers.units.index)
    units = (
        layers.units.join(scores.units)
        .join(levels)
        .assign(
            grid_id=assignment.grid_of_unit.reindex(layers.units.index).astype(object).fillna(""),
            lead_id=assignment.lead_of_unit.reindex(layers.units.index).astype(object).fillna(""),
            baseline_lead_id=baseline.astype(object).fillna(""),
            baseline_minutes=_minutes_before(plan, baseline),
        )
    )
    facilities = (
        layers.facilities.drop(columns=plan.members.columns, errors="ignore")
        .join(plan.members)
        .join(plan.leads[["tier", "strength"]].rename(columns={"tier": "lead_tier"}))
        .assign(given_tie=layers.facilities["tie"])
    )
    told = (tell_speeds(plan.case.travel), tell_slopes(plan.case), tell_buses(plan.case))
    return Proposal(
        case=plan.case,
        units=reproject(in_format(units, "units"), crs),
        grids=reproject(in_format(_with_scopes(plan), "grids"), crs),
        facilities=in_format(facilities.assign(lead_tier=facilities["lead_tier"].fillna("")), "facilities").to_crs(crs),
        roads=simplify_roads(layers.roads).to_crs(crs),
        barriers=reproject(layers.barriers[["name", "geometry"]], crs),
        adjacency=adjacency_table(plan.adjacency),
        minutes=minutes_table(plan.travel),
        facility_minutes=plan.travel.between.table(),
        alternatives=in_format(alternatives, "alternatives"),
        alternative_units=_in_format_or_empty(alternative_units, "alternative_units"),
        findings=findings,
        objective=objective,
        scores={"plan": scores.plan, "time_classes": scores.time_classes, "yardsticks": measure_yardsticks(plan)},
        provenance=Provenance(
            seed=plan.case.solver.seed,
            reproducible=plan.reproducible,
            versions=_versions(),
            input_hashes=layers.hashes,
            input_notes=(*layers.problems, *plan.travel.notes),
            modelled=tuple(dict.fromkeys((*layers.modelled, *filter(None, told)))),
        ),
        cells=cells_table(plan),
        annexes={name: _in_crs(plan.annexes[name], crs) for name in ANNEXES if name in plan.annexes},
        records=dict(plan.records),
    )


def with_reasons(proposal: Proposal, reasons: Reasons) -> Proposal:
    """Return the proposal with why its units, borders and leads are what they are."""
    annexes = {**proposal.annexes, **reasons.annexes}
    reproducible = proposal.provenance.reproducible and not reasons.cut_short
    return replace(
        proposal,
        reasons=_in_format_or_empty(reasons.units, "reasons"),
        annexes={name: annexes[name] for name in ANNEXES if name in annexes},
        provenance=replace(proposal.provenance, reproducible=reproducible),
    )


def _in_format_or_empty(frame: pd.DataFrame | None, name: str) -> pd.DataFrame:
    return FRAMES[name].empty() if frame is None or frame.empty else in_format(frame, name)


def _minutes_before(plan: Plan, baseline: pd.Series) -> pd.Series:
    """Return each unit's minutes to its lead in the grouping in force; NaN where there is none or nobody measured it."""
    minutes = plan.travel.unit_minutes
    column = minutes.columns.get_indexer(pd.Index(baseline))
    values = minutes.to_numpy()[minutes.index.get_indexer(baseline.index), column]
    return pd.Series(values, index=baseline.index).where((column >= 0) & np.isfinite(values))


def _in_crs(frame: pd.DataFrame, crs: str) -> pd.DataFrame:
    return reproject(frame, crs) if isinstance(frame, gpd.GeoDataFrame) else frame


def _with_scopes(plan: Plan) -> gpd.GeoDataFrame:
    """Return the grids with their titles, groups and counties, and whether each is an urban group or a county community."""
    grids = plan.scores.grids
    names = grids["scope_id"].map({scope.id: scope.name for scope in plan.scopes.values()})
    modes = grids["scope_id"].map({scope.id: scope.mode for scope in plan.scopes.values()})
    titles = [plan.grid_named(str(grid)) for grid in grids.index]
    told = grids.assign(name=titles, scope=names.astype(object), mode=modes.astype(object))
    return told.assign(doctors=_doctors(plan).reindex(grids.index)).join(plan.groups)


def _doctors(plan: Plan) -> pd.Series:
    """Return the doctors of the lead and the members of each grid; none where nobody tells."""
    inside = in_group(plan.members)
    return plan.layers.facilities["doctors"][inside].groupby(plan.members["grid_id"][inside]).sum(min_count=1)


_MAP_CLASSES = ("motorway", "trunk", "primary", "secondary", "tertiary", "ferry")
_ROAD_TOLERANCE_M = 25.0


def simplify_roads(roads: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the main roads for the map: merged by class and simplified, ways for cars down to tertiary."""
    rows = []
    for road_class in _MAP_CLASSES:
        lines = roads.geometry.array[(roads["road_class"] == road_class).to_numpy(bool)]
        if len(lines):
            merged = shapely.line_merge(shapely.multilinestrings(shapely.get_parts(lines)))
            parts = shapely.get_parts(shapely.simplify(merged, _ROAD_TOLERANCE_M))
            rows += [(road_class, line) for line in parts]
    return gpd.GeoDataFrame(rows, columns=["road_class", "geometry"], geometry="geometry", crs=roads.crs)


def _versions() -> dict[str, str]:
    names = (
        "geopandas",
        "shapely",
        "pyproj",
        "pyogrio",
        "pandas",
        "numpy",
        "scipy",
        "networkx",
        "numba",
        "highspy",
        "exactextract",
        "osmium",
        "folium",
    )
    return {"gridplan": __version__} | {name: version(name) for name in names}
