"""From a proposal back to what rules judge: units, people, facilities, neighbours and minutes, without the input layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd

from gridplan.grids.given import GivenPlan
from gridplan.grids.members import EXEMPT_LEVELS, STATED, has_centre
from gridplan.ground.access.minutes import TravelTimes
from gridplan.layers.area.area import metric_crs
from gridplan.layers.area.validity import reproject
from gridplan.layers.layers import Layers
from gridplan.proposal.kept_travel import times_kept
from gridplan.solver.assignment import Assignment
from gridplan.words.errors import InputProblem, ProposalError
from gridplan.words.text import Text

if TYPE_CHECKING:
    import networkx as nx

    from gridplan.proposal.proposal import Proposal


def restore_layers(proposal: Proposal) -> Layers:
    """Return the layers of a proposal as far as scores and rules read them: units, cells and facilities, placed.

    Roads, barriers, links and boundaries are empty: what they decide is in the minutes and the neighbours. Cells have no
    geometry. Geometry is in the CRS of the work, so that lengths and areas are those of the first time.

    Raises
    ------
    ProposalError
        If the proposal has no cells: it was not made by `plan` or `assess`.
    """
    if proposal.cells.empty:
        raise ProposalError(_no_cells())
    columns = [
        "name",
        "street_id",
        "street",
        "district_id",
        "district",
        "population",
        "population_65",
        "chronic",
        "geometry",
    ]
    kept = units_in_work_crs(proposal)
    units, baseline = kept[columns], kept["baseline_lead_id"].astype(object).rename("lead_id")
    crs = units.crs.to_string()
    facilities = proposal.facilities.to_crs(units.crs).assign(tie=_told_ties(proposal))
    placed = ["grid_id", "role", "role_source", "agreement", "given_tie", "lead_tier", "strength"]
    facilities = facilities.drop(columns=placed)
    nothing = units[["geometry"]].iloc[:0]
    return Layers(
        crs=crs,
        area=None,
        units=units,
        boundaries=nothing,
        cells=proposal.cells[["unit_id", "population"]],
        census=pd.DataFrame(),
        facilities=facilities,
        roads=nothing.assign(road_class=""),
        barriers=nothing.assign(name=""),
        links=pd.DataFrame(columns=["unit_a", "unit_b", "minutes", "kind", "name"]),
        baseline=baseline[baseline != ""],
        travel_table=pd.DataFrame(),
        problems=proposal.provenance.input_notes,
        hashes=proposal.provenance.input_hashes,
        modelled=proposal.provenance.modelled,
        records=proposal.records,
        closures=_closures(proposal, units.crs),
        baseline_groups=_baseline_groups(proposal),
    )


def _closures(proposal: Proposal, crs: Any) -> dict[str, gpd.GeoDataFrame]:
    """Return the roads that scenarios close as far as they are shown: not where in the road layer they are."""
    table: Any = proposal.annexes.get("closed_roads")
    if table is None:
        return {}
    shown: gpd.GeoDataFrame = table.to_crs(crs)
    return {str(name): shown[shown["scenario"] == name] for name in shown["scenario"].unique()}


def _baseline_groups(proposal: Proposal) -> pd.Series:
    """Return the names of groups in force of the leads that still lead."""
    grids = proposal.grids[proposal.grids["group_source"] == "baseline"]
    return grids.set_index("lead_id")["group_name"]


def _told_ties(proposal: Proposal) -> pd.Series:
    """Return the tie of each facility as somebody told it: not the one that a campus has for being its lead's."""
    facilities = proposal.facilities
    hospital = facilities["parent_id"].where(facilities["parent_id"] != "", facilities.index.to_series())
    lead = facilities["grid_id"].map(proposal.grids["lead_id"])
    campus = hospital == lead.map(hospital)
    told = (facilities["role"] == "member") & (facilities["tie"] != "") & ~campus
    return facilities["tie"].where(told, facilities["given_tie"])


def restore_adjacency(proposal: Proposal) -> nx.Graph:
    """Return the neighbour graph of a proposal, isolates among its nodes."""
    import networkx as nx

    graph = nx.Graph()
    graph.add_nodes_from(proposal.units.index)
    graph.add_edges_from(
        (row["unit_a"], row["unit_b"], {name: row[name] for name in ("border_m", "kind", "minutes", "name")})
        for row in proposal.adjacency.to_dict(orient="records")
    )
    return graph


def restore_stated_members(proposal: Proposal) -> pd.DataFrame:
    """Return what a list told of facilities, as `members.place_members` reads it: grid_id, role, tie, tie_reason, agreement.

    A proposal of format 1 does not say where roles are from; of one, these are the members elsewhere than where they stand.
    """
    facilities = proposal.facilities
    told = [*STATED]
    if (facilities["role_source"] != "").any():
        return pd.DataFrame(facilities.loc[facilities["role_source"] == "list", told])
    stands = facilities["unit_id"].map(proposal.units["grid_id"]).fillna("")
    stands = stands.where(~has_centre(facilities), facilities["parent_id"].map(facilities["grid_id"]))
    elsewhere = (facilities["grid_id"] != stands) | facilities["admin_level"].isin(EXEMPT_LEVELS)
    return pd.DataFrame(facilities.loc[(facilities["role"] == "member") & elsewhere, told]).assign(complete=False)


def restore_given(proposal: Proposal, assignment: Assignment) -> GivenPlan | None:
    """Return what a list told of members and names of groups; it holds on after an edit."""
    members = restore_stated_members(proposal)
    listed = proposal.grids[proposal.grids["group_source"] == "list"]
    names = dict(zip(listed.index.map(assignment.lead_of_grid).fillna(""), listed["group_name"], strict=True))
    if members.empty and not names:
        return None
    lead = members["grid_id"].map(assignment.lead_of_grid).fillna("")
    members = members.assign(lead_id=lead).drop(columns="grid_id")
    return GivenPlan("", assignment.lead_of_unit, members=members, group_names=names)


def restore_travel(proposal: Proposal, *, sites: list[str] | None = None) -> TravelTimes:
    """Return the travel times of a proposal, to all candidate sites or to `sites` among them, with its isochrones and entries.

    Raises
    ------
    LayerError
        If a pair of unit and site, or of two facilities, is missing or stands twice.
    """
    isochrones = _drawn(proposal, "isochrones", ["lead_id", "minutes", "geometry"])
    entries = _drawn(proposal, "entries", ["facility_id", "road_class", "road", "metres", "geometry"])
    entries = None if entries is None else entries.set_index("facility_id")
    return times_kept(proposal, sites=sites, isochrones=isochrones, entries=entries)


def _drawn(proposal: Proposal, annex: str, columns: list[str]) -> gpd.GeoDataFrame | None:
    kept = proposal.annexes.get(annex)
    if not isinstance(kept, gpd.GeoDataFrame):
        return None
    return reproject(kept[columns], units_in_work_crs(proposal).crs)


def units_in_work_crs(proposal: Proposal) -> gpd.GeoDataFrame:
    """Return the units in the CRS in which they were measured, whatever CRS the outputs have."""
    if proposal.case.outputs.crs is None:
        return proposal.units
    crs = metric_crs(proposal.case.place.crs, proposal.units)
    return reproject(proposal.units, crs) if isinstance(crs, str) else proposal.units


def _no_cells() -> InputProblem:
    return InputProblem(
        "error",
        Text(
            zh="含居民点时间（cells.parquet）的方案", en="a proposal with the minutes of its residents (cells.parquet)"
        ),
        Text(zh="没有居民点", en="none of them"),
        Text(zh="用 gridplan plan 或 assess 重新生成。", en="Make it again with gridplan plan or assess."),
        file="cells.parquet",
    )
