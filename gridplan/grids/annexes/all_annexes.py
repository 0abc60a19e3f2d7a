"""All annexes of a plan, drawn up before the rules, which may read them."""

from __future__ import annotations

import pandas as pd

from gridplan.grids.annexes.bus_reach import draw_up_bus_reach
from gridplan.grids.annexes.changed_leads import draw_up_changed_leads
from gridplan.grids.annexes.communities import draw_up_communities
from gridplan.grids.annexes.cooperation_annexes import draw_up_centres, draw_up_overlays
from gridplan.grids.annexes.ledgers import draw_up_ledgers
from gridplan.grids.annexes.reach import draw_up_entries, draw_up_isochrones
from gridplan.grids.habits import draw_up_habits
from gridplan.grids.losses import draw_up_resilience
from gridplan.grids.plan import Plan


def draw_up_annexes(plan: Plan) -> dict[str, pd.DataFrame]:
    """Return the annexes of a plan: what its records, networks and scenarios give rise to, by name (`annex_tables.ANNEXES`)."""
    resilience = draw_up_resilience(plan.layers, plan.travel, plan.assignment, plan.case)
    reach = {**draw_up_isochrones(plan.layers, plan.travel), **draw_up_entries(plan.layers, plan.travel)}
    return {
        **reach,
        **draw_up_bus_reach(plan),
        **draw_up_habits(plan),
        **draw_up_changed_leads(plan),
        **draw_up_ledgers(plan),
        **draw_up_communities(plan),
        **draw_up_overlays(plan),
        **resilience,
    }


def draw_up_for_rules(plan: Plan) -> dict[str, pd.DataFrame]:
    """Return those annexes that rules read, of a plan that is judged and not handed out: after a conversion, or in another year."""
    return {**draw_up_centres(plan), **draw_up_resilience(plan.layers, plan.travel, plan.assignment, plan.case)}
