"""Other plans of the same units, to be held beside the one that the page shows: the grouping in force, other numbers of grids."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from gridplan.ground.city_and_counties import scopes_of

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from gridplan.proposal.proposal import Proposal


def other_plans_content(proposal: Proposal) -> list[dict[str, Any]]:
    """Return the plans, each with the leads of all units: the grouping in force first, then alternatives that differ from this plan.

    - kind: "in_force" or "alternative"; k, scope: the number of grids of an alternative and the position of the part it is for
    - leads: ids; lead: position of each unit's lead among them, -1 where it has none
    - minutes: hundredths of a minute to it as the proposal tells them (-1: not known); only of the grouping in force
    """
    return [*_in_force(proposal.units), *_alternatives(proposal)]


def _in_force(units: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    if "baseline_lead_id" not in units or not (units["baseline_lead_id"].fillna("") != "").any():
        return []
    minutes = units["baseline_minutes"].to_numpy(dtype=float)
    told = np.where(np.isfinite(minutes), np.round(100 * minutes), -1).astype(int).tolist()
    leads = _leads(units["baseline_lead_id"].fillna("").astype(str))
    return [{"kind": "in_force", "k": None, "scope": None, **leads, "minutes": told}]


def _alternatives(proposal: Proposal) -> list[dict[str, Any]]:
    units, plans = proposal.units, []
    if proposal.alternative_units.empty:
        return []
    positions = {scope.id: place for place, scope in enumerate(scopes_of(units, proposal.case))}
    own = units["lead_id"].astype(str)
    for (scope, k), rows in proposal.alternative_units.astype({"k": int}).groupby(["scope_id", "k"], sort=True):
        lead = rows.set_index("unit_id")["lead_id"].astype(str).reindex(units.index)
        lead = lead.fillna(own)
        if not (lead == own).all():
            place = positions.get(str(scope), 0)
            plans.append({"kind": "alternative", "k": int(str(k)), "scope": place, **_leads(lead), "minutes": None})
    return plans


def _leads(lead: pd.Series) -> dict[str, Any]:
    ids = sorted(set(lead) - {""})
    position = {name: place for place, name in enumerate(ids)}
    return {"leads": ids, "lead": [position.get(name, -1) for name in lead]}
