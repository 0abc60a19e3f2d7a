"""Why a rule is not met, found by trying: is there anything within reach that other lines, or other members, would give?

A trial recomputes from the plan's own data (minutes to every possible lead, where facilities stand, who touches whom) and parts
the units of a verdict by cause: "plan" where something is there to assign, "supply" where nothing is. It runs no solver: that
something is within reach does not say that it can be had for nothing, only that lines and members could give it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np
import pandas as pd

from gridplan.checks.finding import Cause
from gridplan.checks.rule import Verdict
from gridplan.grids.members import EXEMPT_LEVELS
from gridplan.grids.plan import Plan
from gridplan.ground.leads import CENTRES
from gridplan.layers.facilities.services import offers
from gridplan.words.vocabulary import CENTRE_KINDS, HOSPITAL_KINDS

Parted = Mapping[Cause, tuple[str, ...]]
"""Units by cause; a single cause with the verdict's own places where it is not a question of units."""
Trial = Callable[[Plan, Verdict], Parted]


def always(cause: Cause) -> Trial:
    """Return the trial of rules whose measure leaves one cause only."""

    def judge(plan: Plan, verdict: Verdict) -> Parted:
        return {cause: verdict.places}

    return judge


def lead_in_reach(plan: Plan, verdict: Verdict) -> Parted:
    """Part units by whether any hospital of their part of the plan that may lead is within their limit."""
    table, scope = plan.travel.unit_minutes, plan.scope_of_unit
    sites = {scope_id: table.columns[_may_lead(plan, scope_id)] for scope_id in plan.scopes}

    def reached(unit: str) -> bool:
        return unit in table.index and bool((table.loc[unit][sites[scope[unit]]] <= plan.limit_of_unit[unit]).any())

    return _parted(verdict.places, reached)


def coverage_in_reach(plan: Plan, verdict: Verdict) -> Parted:
    """Tell whether the target share would be reached if all residents went to the nearest hospital that may lead (R-61)."""
    cells, scope_id = plan.layers.cells, verdict.subject_id.partition("-")[2]
    scope = plan.scopes[scope_id]
    inside = cells["unit_id"].isin(scope.units).to_numpy(bool)
    minutes = plan.travel.cell_minutes[inside][:, _may_lead(plan, scope_id)]
    near = (minutes <= scope.case.travel.limit_min).any(axis=1)
    weights = cells["population"].to_numpy(float)[inside]
    return _whole(verdict, float(weights[near].sum()) >= (verdict.limit or 0.0) * float(weights.sum()))


def _may_lead(plan: Plan, scope_id: str) -> np.ndarray:
    """Return which columns of the minutes are sites of a scope that may lead, or do."""
    sites = plan.travel.unit_minutes.columns
    tier = plan.leads["tier"].reindex(sites).fillna("")
    home = plan.layers.facilities["unit_id"].reindex(sites).map(plan.scope_of_unit)
    able = (tier != "") | sites.isin(set(plan.assignment.lead_of_grid))
    return (able & (home == scope_id)).to_numpy(bool)


def centre_in_street(plan: Plan, verdict: Verdict) -> Parted:
    """Part units by whether a health centre stands in their street, whose members they are not."""
    street, facilities = plan.layers.units["street_id"], plan.layers.facilities
    centres = facilities["kind"].isin(CENTRE_KINDS) & (facilities["unit_id"] != "")
    with_centre = set(facilities.loc[centres, "unit_id"].map(street)) - {""}
    return _parted(verdict.places, lambda unit: street.get(unit) in with_centre)


def contact_with_lead(plan: Plan, verdict: Verdict) -> Parted:
    """Part units cut off by whether land, a bridge or a ferry joins them, through any grid, to the unit of their lead."""
    import networkx as nx

    lead = plan.assignment.lead_of_grid.get(verdict.subject_id, "")
    home = plan.layers.facilities["unit_id"].get(lead, "")
    joined = nx.node_connected_component(plan.adjacency, home) if home in plan.adjacency else set()
    return _parted(verdict.places, lambda unit: unit in joined)


def enough_hospitals(plan: Plan, verdict: Verdict) -> Parted:
    """Tell whether as many hospitals as the limit asks for may lead in the area."""
    able = plan.leads.loc[plan.leads["tier"] != "", "hospital_id"].nunique()
    return _whole(verdict, able >= (verdict.limit or 0))


def better_lead(plan: Plan, verdict: Verdict) -> Parted:
    """Tell whether another hospital that may lead, without the reserve that R-20 and R-52 have, stands in the grid."""
    rows = _other_leads(plan, verdict.subject_id)
    plain = rows["kind"].isin(("general", "tcm")) & ~rows["admin_level"].isin(EXEMPT_LEVELS)
    return _whole(verdict, bool(plain.any()))


def larger_lead(plan: Plan, verdict: Verdict) -> Parted:
    """Tell whether another hospital of the grid that may lead has more beds than its lead."""
    own = plan.layers.facilities["beds"].get(plan.assignment.lead_of_grid.get(verdict.subject_id), np.nan)
    return _whole(verdict, bool((_other_leads(plan, verdict.subject_id)["beds"] > own).any()))


def equipped_lead(plan: Plan, verdict: Verdict) -> Parted:
    """Tell whether another hospital of the grid that may lead has an emergency department and centres enough."""
    least = plan.case.rules.lead_centres
    rows = _other_leads(plan, verdict.subject_id)["services"]
    return _whole(verdict, any("ed" in keys and len(set(CENTRES) & set(keys)) >= least for keys in rows))


def provider_to_spare(plan: Plan, verdict: Verdict) -> Parted:
    """Tell whether somebody who provides what the grid lacks stands in it without being a member, or can be spared nearby."""
    facilities = plan.layers.facilities
    able = (facilities["kind"] == verdict.topic) | offers(facilities, verdict.topic)
    return _whole(verdict, _to_spare(plan, able, verdict.subject_id))


def secondary_to_spare(plan: Plan, verdict: Verdict) -> Parted:
    """The same for a secondary general hospital or continuing care (R-21)."""
    facilities = plan.layers.facilities
    able = (facilities["kind"] == "general") & (facilities["level"] == 2) | offers(facilities, "continuing_care")
    return _whole(verdict, _to_spare(plan, able, verdict.subject_id))


def chain_in_reach(plan: Plan, verdict: Verdict) -> Parted:
    """Tell whether every link of the chain has somebody in the area within the limit of the lead, whoever's member (R-35)."""
    facilities = plan.layers.facilities
    minutes = _minutes_from_lead(plan, verdict.subject_id)
    links = [(facilities["kind"] == need) | offers(facilities, need) for need in ("rehab", "nursing", "hospice")]
    return _whole(verdict, all(bool((minutes[able] <= (verdict.limit or 0)).any()) for able in links))


def hospital_to_join(plan: Plan, verdict: Verdict) -> Parted:
    """Tell whether a hospital of a district or of level 2 stands in the grid that could support its centres (R-67)."""
    rows = _standing_in(plan, verdict.subject_id)
    local = (rows["admin_level"] == "district") | (rows["level"] == 2)
    return _whole(verdict, bool((rows["kind"].isin(HOSPITAL_KINDS) & local & (rows["ownership"] != "military")).any()))


def _to_spare(plan: Plan, able: pd.Series, grid_id: str) -> bool:
    """Tell whether a provider stands in the grid outside every group, or another grid near enough has two."""
    members, facilities = plan.members, plan.layers.facilities
    here = facilities["unit_id"].map(plan.assignment.grid_of_unit) == grid_id
    outside = ~members["role"].isin(("lead", "member"))
    if bool((able & here & outside).any()):
        return True
    theirs = members["grid_id"].where(able & ~outside & (members["grid_id"] != grid_id), "")
    several = theirs.map(theirs[theirs != ""].value_counts()).fillna(0) >= 2
    limit = plan.case_of(grid_id).travel.limit_min
    return bool((several & (_minutes_from_lead(plan, grid_id) <= limit)).any())


def _minutes_from_lead(plan: Plan, grid_id: str) -> pd.Series:
    """Return the minutes between each facility's unit and the lead of a grid; NaN where not known."""
    lead, units = plan.assignment.lead_of_grid.get(grid_id, ""), plan.layers.facilities["unit_id"]
    table = plan.travel.unit_minutes
    return units.map(table[lead]) if lead in table else pd.Series(np.nan, index=units.index)


def _standing_in(plan: Plan, grid_id: str) -> pd.DataFrame:
    facilities = plan.layers.facilities
    return pd.DataFrame(facilities[facilities["unit_id"].map(plan.assignment.grid_of_unit) == grid_id])


def _other_leads(plan: Plan, grid_id: str) -> pd.DataFrame:
    """Return the facilities of a grid that may lead, its lead and that lead's campuses left out."""
    lead = plan.assignment.lead_of_grid.get(grid_id, "")
    able = plan.leads[
        (plan.leads["tier"] != "") & (plan.leads["hospital_id"] != plan.leads["hospital_id"].get(lead, ""))
    ]
    rows = _standing_in(plan, grid_id)
    return rows[rows.index.isin(able.index)]


def _whole(verdict: Verdict, is_there: bool) -> Parted:
    return {"plan" if is_there else "supply": verdict.places}


def _parted(units: Iterable[str], is_there: Callable[[str], bool]) -> Parted:
    found: dict[Cause, list[str]] = {"supply": [], "plan": []}
    for unit in units:
        found["plan" if is_there(unit) else "supply"].append(unit)
    return {cause: tuple(own) for cause, own in found.items() if own}
