"""R-27 and R-28 on the chessboard city: moves counted in squares of 1,000 residents."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from gridplan.checks.lifecycle import compare_with_baseline
from gridplan.grids.plan import Plan
from tests import board
from tests.checks.laid_out import EAST_HEAVY, finding, statuses


def after(plan: Plan, before: dict[str, str]) -> Plan:
    """The plan as a change of a grouping in force."""
    return replace(plan, layers=replace(plan.layers, baseline=pd.Series(before)))


def test_nothing_moves(halves: Plan) -> None:
    found = finding(after(halves, board.WEST_EAST), "R-27")
    assert (found.status, found.severity, found.measured) == ("met", "note", 0)
    assert "1.00" in found.message_zh


def test_a_new_lead_moves_its_people_and_keeps_their_group(halves: Plan) -> None:
    """The right half was H3's and is H2's: all its 12,000 people get another lead, in the same group."""
    change = compare_with_baseline(after(halves, {u: lead.replace("H2", "H3") for u, lead in board.WEST_EAST.items()}))
    assert (change.lead.residents, change.lead.residents_share, len(change.lead.units)) == (12_000, 0.5, 12)
    assert (change.group.residents_share, change.leads_changed, change.rand) == (0, 1, 1)


def test_a_lead_that_goes_over_to_other_people_moves_those_whose_lead_it_was_not(halves: Plan) -> None:
    """Street S0 and u12 were H2's, the rest of the left half M1's, the right half H3's; H1 and H2 lead the halves now. Nobody kept a
    lead; matched by residents, the seven squares of M1 are H1's group and the right half of H3 is H2's: five change group."""
    old = {
        u: "H2" if board.street_of(u) == "S0" or u == "u12" else "M1" if lead == "H1" else "H3"
        for u, lead in board.WEST_EAST.items()
    }
    change = compare_with_baseline(after(halves, old))
    assert (change.lead.residents, change.group.residents) == (24_000, 5_000)


def test_two_squares_of_twenty_four(halves: Plan) -> None:
    """u03 and u04 were with H1: 2,000 of 24,000 people; C2 in u04 is one of 14 facilities, without beds."""
    before = {**board.WEST_EAST, "u03": "H1", "u04": "H1"}
    change = compare_with_baseline(after(halves, before))
    assert change.lead == change.group
    assert change.lead.units == ("u03", "u04")
    assert (change.lead.residents, change.lead.residents_share) == (2_000, pytest.approx(1 / 12))
    assert (change.lead.facilities, change.lead.facilities_share, change.lead.beds) == (1, pytest.approx(1 / 14), 0)
    found = finding(after(halves, before), "R-27")
    assert found.status == "met"
    assert found.message_zh.startswith(
        "与现行分组相比，改换牵头医院（逐个单元比较前后牵头医院）：居民 2,000 人（8.3%），单元 2 个（8.3%），机构 1 家"
    )


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
    assert (change.lead.residents_share, change.group.residents_share, change.leads_changed) == (0.5, 0.5, 1)


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
    assert change.lead == change.group
    assert change.lead.units == ("u03",)
    assert (change.lead.residents_share, change.lead.units_share) == (pytest.approx(1 / 23), pytest.approx(1 / 23))


def test_beds_move_with_their_square(halves: Plan) -> None:
    """P1 in u05 has 200 of the 2,200 hospital beds that are told."""
    change = compare_with_baseline(after(halves, board.WEST_EAST | {"u05": "H1"}))
    assert change.lead.beds_share == pytest.approx(200 / 2200)
    assert change.lead.facilities_share == pytest.approx(1 / 14)


@pytest.mark.parametrize(("south", "north", "changed"), [("H1", "H2", 0), ("H2", "H3", 1)])
def test_of_equal_pairs_a_group_keeps_its_lead(halves: Plan, south: str, north: str, changed: int) -> None:
    """North and south instead of left (H1) and right (H2): every pair shares six squares; H2 stays H2 whoever led the rest."""
    before = {unit: south if unit[1] in "01" else north for unit in board.unit_ids()}
    change = compare_with_baseline(after(halves, before))
    assert change.leads_changed == changed
    group = {"H1": ({south, north} - {"H2"}).pop(), "H2": "H2"}
    assert change.group.units == tuple(u for u in board.unit_ids() if before[u] != group[board.WEST_EAST[u]])


def test_where_nobody_lives_groups_are_matched_by_their_squares(halves: Plan) -> None:
    """Under the other lead's name each: the halves stay, but for u03."""
    nobody = replace(halves, layers=replace(halves.layers, units=halves.layers.units.assign(population=0)))
    other = {"H1": "H2", "H2": "H1"}
    before = {unit: other[lead] for unit, lead in (board.WEST_EAST | {"u03": "H1"}).items()}
    change = compare_with_baseline(after(nobody, before))
    assert change.group.units == ("u03",)
    assert len(change.lead.units) == 23
    assert (change.group.residents_share, change.group.units_share, change.leads_changed) == (
        0,
        pytest.approx(1 / 24),
        2,
    )


def test_a_share_at_the_limit_is_met_and_names_no_squares(halves: Plan) -> None:
    plan = after(halves, dict.fromkeys(board.unit_ids(), "H1"))
    at_limit = finding(replace(plan, case=plan.case.changed(rules={"moved_share": 0.5})), "R-27")
    assert (at_limit.status, at_limit.measured, at_limit.limit, at_limit.places) == ("met", 0.5, 0.5, ())


def test_a_draft_needs_no_date(halves: Plan) -> None:
    draft = replace(halves, case=halves.case.changed(rules={"plan_version": "2", "plan_status": "draft"}))
    assert finding(draft, "R-28").status == "met"


def test_only_milestones_that_the_case_states_are_asked(halves: Plan) -> None:
    """Done in time, done late, not said to be done; without any, the years of past programmes are not asked."""
    stated = (
        {"what": "布局", "due": "2026-06-30", "done": "2026-06-30"},
        {"what": "政策", "due": "2026-6-30", "done": "2026-07-01"},
        {"what": "推广", "due": "2027-12-31"},
    )
    rules = {"plan_version": "1", "plan_valid_from": "2026-01-01"}
    plan = replace(halves, case=halves.case.changed(rules={**rules, "milestones": stated}))
    assert statuses(plan, "R-28") == {
        "": "met", "milestone-1": "met", "milestone-2": "violated", "milestone-3": "not_evaluated",
    }  # fmt: skip
    assert statuses(replace(halves, case=halves.case.changed(rules=rules)), "R-28") == {"": "met"}
