"""No rule takes longer than a second of processor time on a city of millions."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from gridplan.case.case import read_case
from gridplan.checks.rule_book import RULES, judge_rule
from gridplan.grids.members import place_members
from gridplan.grids.plan import Plan
from gridplan.grids.scores import score_plan
from gridplan.ground.access.minutes import measure_travel
from gridplan.pipeline import survey
from gridplan.solver.assignment import Assignment

WUHAN = Path(__file__).parent.parent / "cases" / "wuhan" / "case.toml"


@pytest.fixture(scope="module")
def wuhan(shared_data: Path) -> Plan:
    """The real layers with the nearest of eight leads each, and records made up for every unit."""
    case = read_case(WUHAN).changed(budget={"rates": [{"category": "a", "outpatient": 1000.5}]})
    place = survey(case)
    inside = place.layers.facilities["unit_id"].reindex(place.leads.index) != ""
    leads = [lead for lead, tier in place.leads["tier"][inside].items() if tier][:8]
    travel = measure_travel(place.layers, case, leads)
    nearest = travel.unit_minutes.columns[travel.unit_minutes.to_numpy().argmin(axis=1)]
    assignment = Assignment.from_leads(pd.Series(nearest.astype(object), travel.unit_minutes.index))
    layers = replace(place.layers, records=_records(place.layers.units.index, place.layers.facilities.index, leads))
    rules = case.travel
    scores = score_plan(layers, travel, assignment, limit_min=rules.limit_min, walk_limit_min=rules.walk_limit_min)
    members = place_members(layers, assignment)
    return Plan(case, layers, place.adjacency, travel, place.leads, assignment, members, scores)


def _records(units: pd.Index, facilities: pd.Index, leads: list[str]) -> dict[str, pd.DataFrame]:
    each = np.arange(len(units)) % len(leads)
    rows = [(lead, 100_000.0, 40_000.0, 2_000.0, 400.0) for lead in leads]
    columns = ["facility_id", "slots_total", "slots_reserved", "beds_open", "beds_reserved"]
    years = [pd.DataFrame({"facility_id": facilities, "year": year, "visits": 1000.0}) for year in (2023, 2024)]
    hubs = np.array(leads)[np.arange(len(facilities)) % len(leads)]
    edges = {"network_id": "N", "kind": "telemedicine", "name": "网", "member_id": facilities, "hub_id": hubs}
    kinds = ["lab", "imaging", "ecg", "pathology"]
    return {
        "networks": pd.DataFrame({**edges, "partner": "", "specialty": "影像"}),
        "centres": pd.DataFrame({"kind": kinds, "facility_id": leads[:4], "serves": "city"}),
        "capacity": pd.DataFrame(rows, columns=columns),
        "insured": pd.DataFrame({"unit_id": units, "category": "a", "insured": 20_000.0}),
        "spending": pd.DataFrame({"unit_id": units, "facility_id": np.array(leads)[each], "yuan": 1e6 + 0.01}),
        "visits": pd.concat(years, ignore_index=True),
        "referrals": pd.DataFrame({"from_id": facilities, "to_id": leads[0], "count": 10.0}),
        "teams": pd.DataFrame({"unit_id": units, "team": "队"}),
        "signed": pd.DataFrame({"group": ["all"], "people": [9e6], "signed": [7e6], "facility_id": [""]}),
    }


@pytest.mark.shared_data
def test_no_rule_takes_a_second_on_wuhan(wuhan: Plan) -> None:
    spent = {}
    for rule in RULES:
        begun = time.process_time()
        list(judge_rule(rule, wuhan))
        spent[rule.id] = time.process_time() - begun
    slow = {rule: f"{seconds:.2f} s" for rule, seconds in spent.items() if seconds > 1}
    assert slow == {}
