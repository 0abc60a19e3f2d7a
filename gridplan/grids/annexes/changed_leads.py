"""What each hospital that leads, or led, gains and loses against the grouping in force: residents, beds, visits, money."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from gridplan.grids.budget import FEN, insured_of, share_budget
from gridplan.grids.plan import Plan
from gridplan.ground.in_force import leads_in_force
from gridplan.words.annex_tables import make_annex
from gridplan.words.vocabulary import HOSPITAL_KINDS

MEASURED = ("residents", "beds", "visits", "budget")
"""What is told before and after: hospital beds and last year's visits of what stands in the units; the budget a year of their insured."""


def draw_up_changed_leads(plan: Plan) -> dict[str, pd.DataFrame]:
    """Return the annex changed_leads; nothing where no grouping is in force. Units without a lead in force are left out of both sides."""
    before = leads_in_force(plan.layers)
    after = plan.assignment.lead_of_unit
    known = before.index.intersection(after.index, sort=False)
    if known.empty:
        return {}
    return {
        "changed_leads": make_annex("changed_leads", _rows(plan, before[known].astype(str), after[known].astype(str)))
    }


def _rows(plan: Plan, before: pd.Series, after: pd.Series) -> Iterator[dict[str, Any]]:
    names, people = plan.layers.facilities["name"], plan.layers.units["population"].reindex(before.index).astype(float)
    away = before != after
    lost = people[away].groupby(before[away]).sum()
    gained = people[away].groupby(after[away]).sum()
    sums = {side: _sums(plan, lead) for side, lead in (("before", before), ("after", after))}
    led, leads = set(before), set(plan.assignment.grid_of_lead)
    for lead in dict.fromkeys([*sorted(led), *sorted(set(after) - led)]):
        yield {
            "lead_id": lead,
            "lead_name": names.get(lead, lead),
            "led": int(lead in led),
            "leads": int(lead in leads),
            "lost": float(lost.get(lead, 0.0)),
            "gained": float(gained.get(lead, 0.0)),
            **{f"{name}_{side}": _of(table[name], lead) for name in MEASURED for side, table in sums.items()},
        }


def _of(values: pd.Series | None, lead: str) -> float | None:
    return None if values is None else float(values.get(lead, 0.0))


def _sums(plan: Plan, lead: pd.Series) -> dict[str, pd.Series | None]:
    """Return what belongs to each lead by the units that are its own; None for what nobody tells."""
    facilities = plan.layers.facilities
    of_facility = facilities["unit_id"].map(lead)
    beds = facilities["beds"].where(facilities["kind"].isin(HOSPITAL_KINDS))
    visits = _visits(plan)
    return {
        "residents": plan.layers.units["population"].reindex(lead.index).groupby(lead).sum(),
        "beds": None if beds.isna().all() else beds.groupby(of_facility).sum(),
        "visits": None if visits is None else visits.groupby(of_facility.reindex(visits.index)).sum(),
        "budget": _budgets(plan, lead),
    }


def _visits(plan: Plan) -> pd.Series | None:
    """Return the visits of each facility in the last year on record."""
    table = plan.records.get("visits")
    if table is None or table.empty:
        return None
    last: pd.Series = table[table["year"] == table["year"].max()].groupby("facility_id")["visits"].sum()
    return last


def _budgets(plan: Plan, lead: pd.Series) -> pd.Series | None:
    """Return the yuan a year that the insured of each lead are planned to have, shared out as the budgets of grids are."""
    if not plan.case.budget.rates:
        return None
    shared = share_budget(insured_of(plan), lead, plan.case.budget).sum(axis=1) / FEN
    return shared if len(shared) else None
