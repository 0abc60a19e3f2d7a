"""Annexes of networks across grids and of shared centres: what there is, and what is proposed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from gridplan.grids.centres import centres_of, known_kinds, served_people, transport_minutes
from gridplan.grids.cooperation import propose_hub, remote_of, telemedicine_edges
from gridplan.grids.plan import Plan, once_a_plan
from gridplan.grids.siting import Demand, compare_siting, measure_choice, propose_centres
from gridplan.layers.records.records import CITY
from gridplan.words.annex_tables import make_annex
from gridplan.words.vocabulary import CENTRE_STATUSES

if TYPE_CHECKING:
    import geopandas as gpd

Rows = Iterator[dict[str, Any]]
_DRAWN = tuple(CENTRE_STATUSES)
"""What is proposed is drawn last, over what there is at the same place."""


def draw_up_overlays(plan: Plan) -> dict[str, pd.DataFrame]:
    """Return the annexes networks, telemedicine, centres and siting, those that the plan's layers give rise to.

    Networks need their record table; telemedicine a facility that is remote; centres and siting a kind of centre that a
    hospital tells among its services or that is on record.
    """
    rows: dict[str, Any] = {}
    if "networks" in plan.records:
        rows["networks"] = list(_network_rows(plan))
    rows["telemedicine"] = list(_telemedicine_rows(plan))
    if kinds := known_kinds(plan):
        rows["siting"] = list(_siting_rows(plan, demand_of(plan), kinds))
    crs = plan.layers.facilities.crs
    made = {name: make_annex(name, own, crs=crs) for name, own in rows.items() if own}
    return {**made, **draw_up_centres(plan)}


def draw_up_centres(plan: Plan) -> dict[str, pd.DataFrame]:
    """Return the annex centres, where a kind of centre is told or on record."""
    kinds = known_kinds(plan)
    rows = list(_centre_rows(plan, demand_of(plan), kinds)) if kinds else []
    return {"centres": make_annex("centres", rows, crs=plan.layers.facilities.crs)} if rows else {}


@once_a_plan
def demand_of(plan: Plan) -> Demand:
    """Return the residents that the health centres of a plan answer for, and the minutes to the hosts."""
    people = served_people(plan.hierarchy, plan.layers.units)
    return Demand(people, plan.grid_of_facility, plan.travel.between)


def _network_rows(plan: Plan) -> Rows:
    """One row an edge, a line from member to hub; none where the partner is outside the city."""
    facilities = plan.layers.facilities
    grid, name = plan.grid_of_facility, facilities["name"]
    for edge in plan.records["networks"].itertuples():
        yield {
            "network_id": edge.network_id,
            "kind": edge.kind,
            "name": edge.name,
            "specialty": edge.specialty,
            "member_id": edge.member_id,
            "member": name.get(edge.member_id, ""),
            "member_grid": grid.get(edge.member_id, ""),
            "hub_id": edge.hub_id,
            "hub": name.get(edge.hub_id, "") or edge.partner,
            "hub_grid": grid.get(edge.hub_id, ""),
            "geometry": line_between(facilities, str(edge.member_id), str(edge.hub_id)),
        }


def _telemedicine_rows(plan: Plan) -> Rows:
    """Each remote facility with its hubs, else the hub proposed for it."""
    facilities, between = plan.layers.facilities, plan.travel.between
    edges, name = telemedicine_edges(plan.records.get("networks")), facilities["name"]
    for facility, row in remote_of(plan).iterrows():
        own = edges[edges["member_id"] == facility]
        joined = [(str(hub), str(partner)) for hub, partner in zip(own["hub_id"], own["partner"], strict=True)]
        for hub, partner in joined or [(propose_hub(str(facility), row["lead_id"], facilities, between), "")]:
            yield {
                "facility_id": facility,
                "facility": name[facility],
                "grid_id": row["grid_id"],
                "reason": row["reason"],
                "minutes": row["minutes"] if np.isfinite(row["minutes"]) else None,
                "status": "joined" if joined else "proposed",
                "hub_id": hub,
                "hub": name.get(hub, "") or partner,
                "geometry": line_between(facilities, str(facility), hub),
            }


def _centre_rows(plan: Plan, demand: Demand, kinds: tuple[str, ...]) -> Rows:
    """Existing, declared and proposed centres, with the minutes of the health centres they serve."""
    facilities, centres = plan.layers.facilities, centres_of(plan)
    proposed = propose_centres(facilities, plan.members, demand, centres, kinds)
    every = pd.concat([centres, proposed]).sort_values("status", key=lambda told: told.map(_DRAWN.index), kind="stable")
    for row in every.itertuples():
        host, grid_id = str(row.facility_id), None if row.serves == CITY else str(row.serves)
        if host not in facilities.index:
            continue
        clients = list(demand.people.index if grid_id is None else demand.clients(grid_id))
        nearest = transport_minutes([host], clients, demand.between)
        reach = measure_choice(nearest[:, None], demand.weights(grid_id), [0])
        yield {
            "kind": row.kind,
            "status": row.status,
            "facility_id": host,
            "facility": facilities["name"][host],
            "host_grid": row.host_grid,
            "scope": "city" if grid_id is None else "group",
            "grid_id": grid_id or "",
            "serves": plan.grid_named(grid_id) if grid_id else "",
            "mean_minutes": reach.mean_min,
            "worst_minutes": reach.worst_min,
            "geometry": facilities.geometry[host],
        }


def _siting_rows(plan: Plan, demand: Demand, kinds: tuple[str, ...]) -> Rows:
    facilities = plan.layers.facilities
    for row in compare_siting(facilities, plan.members, demand, kinds, sample_min=plan.case.rules.sample_min):
        hosts = row["hosts"]
        named = "、".join(str(facilities["name"][host]) for host in hosts)
        yield {**row, "host_ids": ";".join(hosts), "hosts": named}


def line_between(facilities: gpd.GeoDataFrame, first: str, second: str) -> Any:
    """Return the straight line between two facilities; None where one of them is not on the map."""
    if first not in facilities.index or second not in facilities.index:
        return None
    return shapely.LineString([facilities.geometry[first], facilities.geometry[second]])
