"""What leads gain and lose on the chessboard, counted by hand."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from gridplan.grids.annexes.changed_leads import draw_up_changed_leads
from tests import board
from tests.checks.laid_out import lay_out, the_board


def test_a_street_that_changes_takes_its_people_beds_visits_and_money_along():
    """Every square has 1,000 people, all insured at 100 yuan; S1's four squares, with what stands there, belonged to H2."""
    plan = lay_out(the_board(), board.BY_STREET, budget={"rates": [{"category": "resident", "outpatient": 100.0}]})
    s1 = [unit for unit in board.unit_ids() if board.street_of(unit) == board.street_of("u13")]
    own = board.BY_STREET["u13"]
    other = next(lead for lead in set(board.BY_STREET.values()) if lead != own)
    baseline = pd.Series({unit: other if unit in s1 else lead for unit, lead in board.BY_STREET.items()})
    facilities = plan.layers.facilities
    visits = pd.DataFrame({"facility_id": facilities.index, "year": 2025, "visits": 10.0})
    layers = replace(
        plan.layers, baseline=baseline, records={"visits": pd.concat([visits, visits.assign(year=2024, visits=99.0)])}
    )
    told = draw_up_changed_leads(replace(plan, layers=layers))["changed_leads"].set_index("lead_id")
    there = facilities["unit_id"].isin(s1)
    assert told.loc[other, ["lost", "gained"]].tolist() == [4000.0, 0.0]
    assert told.loc[own, ["lost", "gained"]].tolist() == [0.0, 4000.0]
    differ = {
        name: told[f"{name}_after"] - told[f"{name}_before"] for name in ("residents", "beds", "visits", "budget")
    }
    assert differ["residents"].to_dict() == {own: 4000.0, other: -4000.0}
    assert differ["visits"].to_dict() == {own: 10.0 * there.sum(), other: -10.0 * there.sum()}
    assert differ["budget"].to_dict() == pytest.approx({own: 400_000.0, other: -400_000.0})
    beds = float(
        facilities["beds"].where(facilities["kind"].isin(["general", "tcm", "maternity", "specialist"]))[there].sum()
    )
    assert differ["beds"].to_dict() == {own: beds, other: -beds}


def test_what_nobody_tells_stays_empty_and_without_a_grouping_in_force_nothing_is_told():
    plan = lay_out(the_board(), board.BY_STREET)
    assert draw_up_changed_leads(plan) == {}
    told = draw_up_changed_leads(replace(plan, layers=replace(plan.layers, baseline=pd.Series(board.BY_STREET))))
    assert told["changed_leads"][["visits_before", "budget_before"]].isna().all(axis=None)
    assert (told["changed_leads"][["lost", "gained"]] == 0).all(axis=None)
