"""R-67 and R-68 on the chessboard: counted by hand on squares of one minute, limit 4 minutes.

By streets, H1 (u01) leads S0, S1, S3 and H2 (u24) leads S2, S4, S5. Emergency departments: H1, H2, H3 (u13), P1 (u05).
"""

from __future__ import annotations

import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gridplan.case.case import read_case
from gridplan.checks.finding import Finding
from gridplan.checks.rule_book import check_plan
from gridplan.checks.scenarios import run_conversions
from gridplan.grids.annexes.all_annexes import draw_up_annexes
from gridplan.grids.plan import Plan
from gridplan.ground.access.minutes import measure_travel
from gridplan.pipeline import survey
from tests import board, disasters
from tests.checks.laid_out import Place, facilities, finding, findings, lay_out, survey_board


@cache
def the_place(scenarios: str, source: str = "roads") -> Place:
    """The board with scenarios in its case."""
    with tempfile.TemporaryDirectory() as folder:
        text = board.CASE.replace("limit_min = 4", f'limit_min = 4\nsource = "{source}"') + scenarios
        path = board.write_board(Path(folder), case=text)
        disasters.write_drawings(Path(folder))
        place = survey(read_case(path))
    sites = [lead for lead in place.leads.index if place.layers.facilities["unit_id"][lead]]
    return Place(place, measure_travel(place.layers, place.case, sites))


def drawn_up(plan: Plan) -> Plan:
    """The plan with its annexes, as the pipeline makes them."""
    plan = replace(plan, annexes=draw_up_annexes(plan))
    conversions = run_conversions(plan, check_plan(plan), draw_up_annexes)
    return plan if conversions is None else replace(plan, annexes={**plan.annexes, "conversions": conversions})


def struck(scenarios: str, lead_of_unit: Any = board.BY_STREET, source: str = "roads") -> Plan:
    return drawn_up(lay_out(the_place(scenarios, source), lead_of_unit))


def told(plan: Plan, subject: str, part: str) -> Finding:
    """The finding of R-67 on a subject whose message has these words."""
    (found,) = [f for f in findings(plan, "R-67", subject) if part in f.message_zh]
    return found


def test_support_step_by_step(streets: Plan) -> None:
    """H3, a district hospital, stands in u13 and so in G1; G2 has none."""
    west, east = told(streets, "G1", "支援"), told(streets, "G2", "支援")
    assert (west.status, west.measured, west.severity) == ("met", 0, "note")
    assert "区中医院" in west.message_zh
    assert (east.status, east.measured) == ("violated", 3)


def test_support_without_levels_or_affiliations_is_not_evaluated() -> None:
    names = facilities()["facility_id"]
    silent = survey_board(
        facilities=facilities(*((name, column, "") for name in names for column in ("level", "admin_level")))
    )
    assert finding(lay_out(silent, board.BY_STREET), "R-67", "support").status == "not_evaluated"


def test_each_lead_lost() -> None:
    """Without H1 the people of u30 are 5 minutes from H2 and H3; without H2 everybody is within 4 of another."""
    plan = struck("")
    first, second = told(plan, "G1", "停运"), told(plan, "G2", "停运")
    assert (first.status, first.measured, first.unit) == ("violated", 1000, "residents")
    assert (second.status, second.measured) == ("met", 0)
    assert "互助医院为市第一医院（去 5 分钟，来 5 分钟）" in second.message_zh
    losses = plan.annexes["lead_losses"].set_index("lead_id")
    row = losses.loc["H1"]
    assert row["minutes_after"] == pytest.approx(48 / 12, abs=1e-3)
    assert (row["beds_per_1000_before"], row["beds_per_1000_after"]) == pytest.approx((2200 / 24, 1400 / 24))
    assert row["grid_beds_per_1000_after"] == pytest.approx((300 + 300) / 12)
    assert losses["partner_id"].to_dict() == {"H1": "H2", "H2": "H1"}


def test_a_plan_of_one_grid_has_no_partner() -> None:
    alone = struck("", dict.fromkeys(board.unit_ids(), "H1"))
    assert told(alone, "G1", "停运").status == "violated"
    assert "没有可以互助" in told(alone, "G1", "停运").message_zh
    assert alone.annexes["lead_losses"]["no_other_lead"].tolist() == [24_000]


def test_losses_need_emergency_departments() -> None:
    place = survey_board(facilities=facilities(*((name, "services", "surgery") for name in ("H1", "H2", "H3", "P1"))))
    assert finding(drawn_up(lay_out(place, board.BY_STREET)), "R-67", "leads").status == "not_evaluated"


def test_a_line_across_the_roads() -> None:
    """u03 and u13 of S1 go to H2 (3 and 2 minutes), u22 and u32 of S4 to H1 (3 and 4); nobody is cut off from all hospitals."""
    plan = struck(disasters.SPLIT)
    split = finding(plan, "R-67", "断路")
    assert (split.status, split.measured, split.places) == ("met", 0, ())
    flows = plan.annexes["redirected"].query("event == 'disaster'")
    assert flows[["grid_id", "to_id", "residents"]].to_numpy().tolist() == [["G1", "H2", 2000.0], ["G2", "H1", 2000.0]]
    assert flows["minutes"].to_numpy() == pytest.approx([2.5, 3.5], abs=1e-3)
    (row,) = plan.annexes["disasters"].to_dict(orient="records")
    assert (row["off_lead_before"], row["off_lead_after"], row["elsewhere"]) == (0, 4000, 4000)
    units = plan.annexes["disaster_units"].set_index("unit_id")
    assert set(units.index) >= {"u03", "u13", "u22", "u32"}
    assert units["effect"][["u03", "u22"]].tolist() == ["elsewhere", "elsewhere"]
    assert units["goes_to"][["u03", "u22"]].tolist() == ["市第二医院", "市第一医院"]
    assert len(plan.annexes["closed_roads"]) == 1


def test_an_area_cuts_off_those_inside() -> None:
    """The middle of u35 under water: its 1,000 people reach no hospital, and u34 goes on as before."""
    plan = struck(disasters.FLOOD)
    flood = finding(plan, "R-67", "内涝")
    assert (flood.status, flood.measured, flood.places) == ("violated", 1000, ("u35",))
    units = plan.annexes["disaster_units"]
    assert units[["unit_id", "effect", "cut_off"]].to_numpy().tolist() == [["u35", "cut_off", 1000.0]]
    assert np.isnan(units["minutes_after"].iloc[0])


def test_a_facility_lost_is_known_without_roads() -> None:
    """H2 lost: its twelve squares go to H1; 600 of 2,200 beds are gone."""
    for source in ("roads", "straight_line"):
        plan = struck(disasters.LOST, source=source)
        assert finding(plan, "R-67", "停诊").status == "met"
        (row,) = plan.annexes["disasters"].to_dict(orient="records")
        assert (row["off_lead_after"], row["elsewhere"], row["cut_off_after"]) == (12_000, 12_000, 0)
        assert row["beds_per_1000_after"] == pytest.approx(1600 / 24)


def test_closed_roads_need_roads() -> None:
    plan = struck(disasters.SPLIT, source="straight_line")
    assert finding(plan, "R-67", "断路").status == "not_evaluated"
    assert "disasters" not in plan.annexes


def test_without_scenarios_disasters_and_conversions_are_not_evaluated(streets: Plan) -> None:
    assert finding(streets, "R-67", "scenarios").status == "not_evaluated"
    assert finding(streets, "R-68").status == "not_evaluated"


def test_a_conversion_that_mends() -> None:
    """The private hospital of u05 takes rehabilitation, nursing and hospice care: the three gaps of G2 close (R-34)."""
    plan = struck(disasters.CONVERTED)
    changed = plan.annexes["conversions"]
    mended = changed[(changed["status_before"] == "violated") & (changed["status_after"] == "met")]
    assert mended["rule"].tolist().count("R-34") == 3
    assert set(mended.loc[mended["rule"] == "R-34", "subject"]) == {"第二网格"}
    assert (finding(plan, "R-68").status, finding(plan, "R-68").measured) == ("met", 0)


def test_a_conversion_that_breaks() -> None:
    """The lead of G2 as a nursing home: no hospital leads the grid any more (R-20)."""
    plan = struck(disasters.UNMADE)
    found = finding(plan, "R-68")
    assert found.status == "violated"
    assert "R-20" in found.message_zh
    assert plan.layers.facilities["kind"]["H2"] == "general"
