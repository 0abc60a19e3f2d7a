"""R-27 and R-28 on the chessboard city: moves counted in squares of 1,000 residents."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from gridplan.checks.lifecycle import compare_with_baseline
from gridplan.grids.plan import Plan
from tests import board
from tests.checks.laid_out import EAST_HEAVY, finding


def after(plan: Plan, before: dict[str, str]) -> Plan:
    """The plan as a change of a grouping in force."""
    return replace(plan, layers=replace(plan.layers, baseline=pd.Series(before)))


def test_nothing_moves(halves: Plan) -> None:
    found = finding(after(halves, board.WEST_EAST), "R-27")
    assert (found.status, found.severity, found.measured) == ("met", "note", 0)
    assert "1.00" in found.message_zh


def test_a_new_lead_moves_nobody(halves: Plan) -> None:
    change = compare_with_baseline(after(halves, {u: lead.replace("H2", "H3") for u, lead in board.WEST_EAST.items()}))
    assert (change.residents_share, change.leads_changed, change.rand) == (0, 1, 1)


def test_two_squares_of_twenty_four(halves: Plan) -> None:
    """u03 and u04 were with H1: 2,000 of 24,000 people; C2 in u04 is one of 14 facilities, without beds."""
    before = {**board.WEST_EAST, "u03": "H1", "u04": "H1"}
    change = compare_with_baseline(after(halves, before))
    assert change.moved == ("u03", "u04")
    assert (change.residents, change.residents_share) == (2_000, pytest.approx(1 / 12))
    assert (change.facilities_share, change.beds_share) == (pytest.approx(1 / 14), 0)
    assert finding(after(halves, before), "R-27").status == "met"


def test_more_than_a_fifth_is_a_should(halves: Plan) -> None:
    """Four squares were H1's, twenty H2's; eight of these go over: a third."""
    plan = after(halves, EAST_HEAVY)
    found = finding(plan, "R-27")
    assert (found.status, found.severity, found.measured) == ("violated", "should", pytest.approx(1 / 3))
    assert len(found.places) == 8
    loose = replace(plan, case=plan.case.changed(rules={"moved_share": 0.34}))
    assert finding(loose, "R-27").status == "met"


def test_a_new_group_counts_as_a_changed_lead(halves: Plan) -> None:
    change = compare_with_baseline(after(halves, dict.fromkeys(board.unit_ids(), "H1")))
    assert (change.residents_share, change.leads_changed) == (0.5, 1)


def test_no_baseline_is_not_evaluated(halves: Plan) -> None:
    found = finding(halves, "R-27")
    assert (found.status, found.message_en) == (
        "not_evaluated",
        "not evaluated: needs the grouping in force (layers.baseline)",
    )


def test_version_and_stage(halves: Plan) -> None:
    assert finding(halves, "R-28").status == "not_evaluated"
    rules = {"plan_version": "2", "plan_status": "published", "plan_valid_from": "2026-01-01", "plan_parent": "1"}
    dated = replace(halves, case=halves.case.changed(rules=rules))
    assert finding(dated, "R-28").message_zh == "方案 2，已公布，自 2026-01-01 起，源自 1"
    undated = replace(halves, case=halves.case.changed(rules={**rules, "plan_valid_from": ""}))
    assert finding(undated, "R-28").status == "violated"


def test_squares_that_one_side_does_not_know_are_left_out(halves: Plan) -> None:
    """Of the grouping in force u35 is missing and u99 is nowhere: 23 squares are compared, u03 of them moved."""
    before = {unit: lead for unit, lead in board.WEST_EAST.items() if unit != "u35"} | {"u03": "H1", "u99": "H1"}
    change = compare_with_baseline(after(halves, before))
    assert change.moved == ("u03",)
    assert (change.residents_share, change.units_share) == (pytest.approx(1 / 23), pytest.approx(1 / 23))


def test_beds_move_with_their_square(halves: Plan) -> None:
    """P1 in u05 has 200 of the 2,310 beds that are told."""
    change = compare_with_baseline(after(halves, board.WEST_EAST | {"u05": "H1"}))
    assert change.beds_share == pytest.approx(200 / 2310)
    assert change.facilities_share == pytest.approx(1 / 14)


def test_of_equal_pairs_a_group_keeps_its_lead(halves: Plan) -> None:
    """North and south instead of left and right: every pair shares six squares."""
    before = {unit: "H1" if unit[1] in "01" else "H2" for unit in board.unit_ids()}
    change = compare_with_baseline(after(halves, before))
    assert change.leads_changed == 0
    assert change.moved == tuple(u for u in board.unit_ids() if before[u] != board.WEST_EAST[u])


def test_where_nobody_lives_groups_are_matched_by_their_squares(halves: Plan) -> None:
    """Under the other lead's name each: the halves stay, but for u03."""
    nobody = replace(halves, layers=replace(halves.layers, units=halves.layers.units.assign(population=0)))
    other = {"H1": "H2", "H2": "H1"}
    before = {unit: other[lead] for unit, lead in (board.WEST_EAST | {"u03": "H1"}).items()}
    change = compare_with_baseline(after(nobody, before))
    assert change.moved == ("u03",)
    assert (change.residents_share, change.units_share, change.leads_changed) == (0, pytest.approx(1 / 24), 2)


def test_a_share_at_the_limit_is_met_and_names_no_squares(halves: Plan) -> None:
    plan = after(halves, dict.fromkeys(board.unit_ids(), "H1"))
    at_limit = finding(replace(plan, case=plan.case.changed(rules={"moved_share": 0.5})), "R-27")
    assert (at_limit.status, at_limit.measured, at_limit.limit, at_limit.places) == ("met", 0.5, 0.5, ())


def test_a_draft_needs_no_date(halves: Plan) -> None:
    draft = replace(halves, case=halves.case.changed(rules={"plan_version": "2", "plan_status": "draft"}))
    assert finding(draft, "R-28").status == "met"
