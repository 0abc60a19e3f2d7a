"""What differs between the findings of a plan and those after facilities change, row by row."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from gridplan import checks
from gridplan.checks.finding import Finding
from gridplan.checks.rule_book import check_plan
from gridplan.checks.scenarios import convert, run_conversions, tell_conversions
from gridplan.grids.annexes.all_annexes import draw_up_annexes, draw_up_for_rules
from gridplan.grids.plan import Plan
from tests import board, disasters
from tests.checks.laid_out import finding, lay_out
from tests.checks.test_resilience import the_place


def made_up(rule: str, status: str, measured: float | None, subject: str = "G1") -> Finding:
    return Finding(rule, "should", status, "grid", subject, measured, None, "", "", f"{rule} zh", f"{rule} en")


@pytest.fixture(scope="module")
def unmade() -> Plan:
    """The board with the scenario that H2, the lead of G2, becomes a nursing home."""
    plan = lay_out(the_place(disasters.UNMADE), board.BY_STREET)
    return replace(plan, annexes=draw_up_annexes(plan))


@pytest.fixture(scope="module")
def differences(unmade: Plan) -> pd.DataFrame:
    """What differs from the plan's findings and three that no rule makes."""
    before = [
        *check_plan(unmade),
        made_up("R-99", "met", 3.0),
        made_up("R-67", "met", 1.0),
        made_up("R-68", "met", 1.0),
    ]
    table = run_conversions(unmade, before, draw_up_annexes)
    assert table is not None
    return table


def test_a_finding_that_was_there_before_alone_is_told_as_gone(differences: pd.DataFrame) -> None:
    [row] = differences[differences["rule"] == "R-99"].to_dict(orient="records")
    assert (row["scenario"], row["subject"]) == ("改护理院", "第一网格")
    assert (row["status_before"], row["status_after"]) == ("met", "")
    assert row["measured_before"] == 3
    assert pd.isna(row["measured_after"])
    assert (row["message_zh"], row["message_en"]) == ("R-99 zh", "R-99 en")


def test_rules_of_scenarios_themselves_are_left_out(differences: pd.DataFrame) -> None:
    assert not differences["rule"].isin(["R-67", "R-68"]).any()


def test_only_what_differs_is_told_with_the_message_of_afterwards(unmade: Plan, differences: pd.DataFrame) -> None:
    """H2 leads no more (R-20 of G2); that every unit is in one grid (R-01) stays."""
    [row] = differences[differences["rule"] == "R-20"].to_dict(orient="records")
    assert (row["subject"], row["status_before"], row["status_after"]) == ("第二网格", "met", "violated")
    assert (
        row["message_zh"]
        == finding(convert(unmade, unmade.case.scenarios[0], draw_up_annexes), "R-20", "G2").message_zh
    )
    assert "R-01" not in set(differences["rule"])
    same = (differences["status_before"] == differences["status_after"]) & (
        differences["measured_before"].eq(differences["measured_after"])
        | (differences["measured_before"].isna() & differences["measured_after"].isna())
    )
    assert not same.any()


def test_the_plan_itself_does_not_change(unmade: Plan) -> None:
    changed = convert(unmade, unmade.case.scenarios[0], draw_up_annexes)
    assert changed.layers.facilities["kind"]["H2"] == "nursing"
    assert unmade.layers.facilities["kind"]["H2"] == "general"
    assert changed.assignment is unmade.assignment
    assert changed.travel is unmade.travel.what_if["改护理院"]


def test_without_changed_facilities_there_is_no_table(halves: Plan) -> None:
    assert run_conversions(halves, [], draw_up_annexes) is None


def test_the_old_findings_of_conversions_make_way_for_the_new(unmade: Plan, differences: pd.DataFrame) -> None:
    plan = replace(unmade, annexes={**unmade.annexes, "conversions": differences})
    told = tell_conversions(
        plan, [made_up("R-70", "met", None), made_up("R-68", "met", 7.0), made_up("R-01", "met", None)]
    )
    assert [one.rule for one in told] == ["R-01", "R-68", "R-70"]
    assert told[1].status == "violated"
    assert (
        told[1].measured
        == (differences["status_after"] == "violated").sum()
        - (differences["status_before"].eq("violated") & differences["status_after"].eq("violated")).sum()
    )


def test_rules_read_no_annex_but_those_that_are_drawn_up_for_them(unmade: Plan) -> None:
    """A plan after a conversion, or of another year, has these alone: the names that stand in the rules, and the findings that come of them."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in Path(checks.__file__).parent.glob("*.py"))
    named = re.findall(r'annexes(?:\.get\(|\[)"(\w+)"|"(\w+)" (?:not )?in plan\.annexes', text)
    read = {first or second for first, second in named}
    assert read == {"centres", "lead_losses", "disasters", "disaster_units", "conversions"}
    every, few = draw_up_annexes(unmade), draw_up_for_rules(unmade)
    assert {name for name in read if name in every} == {name for name in read if name in few} != set()
    before = check_plan(unmade)
    pd.testing.assert_frame_equal(
        run_conversions(unmade, before, draw_up_for_rules), run_conversions(unmade, before, draw_up_annexes)
    )
