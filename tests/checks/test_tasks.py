"""Findings as a list of work: whom each touches, why, what might be done, and one row for one fact."""

from __future__ import annotations

import pandas as pd
import pytest

from gridplan.checks.finding import Finding
from gridplan.checks.people import people_in
from gridplan.checks.rule_book import RULES, check_plan
from gridplan.checks.tasks import Task, list_work
from gridplan.checks.work_book import WORK, work_of
from gridplan.grids.plan import Plan
from tests import board
from tests.checks.laid_out import Place, facilities, findings, lay_out, survey_board


def work(plan: Plan, *rules: str) -> tuple[Task, ...]:
    """The list of work of some rules of a plan."""
    units = plan.layers.units.assign(grid_id=plan.assignment.grid_of_unit)
    chosen = [rule for rule in RULES if rule.id in rules]
    return list_work(check_plan(plan, rules=chosen), units)


def test_every_rule_that_can_be_broken_says_what_to_do_about_it() -> None:
    """Rules that only report need no entry; an entry stands for a rule."""
    only_reports = {"R-11", "R-26", "R-33", "R-42", "R-63", "R-65"}
    assert {rule.id for rule in RULES} - {work_of(rule.id, "")[0] for rule in RULES if rule.id in WORK} <= (
        only_reports | {key.split()[0] for key in WORK if " " in key}
    )
    assert {key.split()[0] for key in WORK} <= {rule.id for rule in RULES}
    assert all(step.measure.zh and step.responsible.en for entry in WORK.values() for step in entry.steps.values())


def test_far_units_are_parted_by_whether_another_lead_is_within_the_limit(place: Place) -> None:
    """H1 (u01) leads all but u24. Beyond 2 min of it are u04, u05, u13 and so on; H2 (u24), H3 (u13) and M1 (u30) may lead as well."""
    plan = lay_out(place, {unit: "H2" if unit == "u24" else "H1" for unit in board.unit_ids()}, travel={"limit_min": 2})
    reach = {"H1": "u01", "H2": "u24", "H3": "u13", "M1": "u30"}

    def near(unit: str) -> bool:
        steps = [sum(abs(int(unit[i]) - int(home[i])) for i in (1, 2)) for home in reach.values()]
        return min(steps) <= 2

    far = {f.cause: f for f in findings(plan, "R-60", "G1") if f.status == "violated"}
    assert set(far) == {"plan", "supply"}
    assert all(near(unit) for unit in far["plan"].places)
    assert not any(near(unit) for unit in far["supply"].places)
    assert far["plan"].people == 1000 * len(far["plan"].places)
    assert "其中" in far["supply"].message_zh
    assert "of these" in far["supply"].message_en
    assert "巡回" in far["supply"].measure_zh
    assert far["supply"].responsible_en == "health authority with the finance authority"


def test_one_fact_in_several_grids_is_one_row_and_counts_each_resident_once(place: Place) -> None:
    """The east lacks all three links of the chain, the west nursing, since the private home has not joined: one row, 24,000 people."""
    (task,) = (task for task in work(lay_out(place, board.WEST_EAST), "R-34") if task.status == "violated")
    assert (len(task.findings), task.grids, task.people) == (4, ("G1", "G2"), 24_000)
    assert task.head.zh == "服务链缺环：康复 1、护理 2、安宁疗护 1"
    assert [(part.cause, part.people) for part in task.parts] == [("supply", 12_000), ("plan", 12_000)]


def test_a_provider_outside_every_group_is_a_question_of_the_plan() -> None:
    """A hospice that stands in the east outside the groups could join."""
    table = facilities(more="A2,,东区安宁疗护中心,hospice,,government,national,20,,u25\n")
    plan = lay_out(survey_board(facilities=table), board.WEST_EAST)
    members = plan.members.copy()
    members.loc["A2", ["role", "grid_id"]] = ["none", ""]
    (found,) = (f for f in findings(_with(plan, members), "R-34", "G2") if f.topic == "hospice")
    assert (found.cause, found.people) == ("plan", 12_000)


def _with(plan: Plan, members: pd.DataFrame) -> Plan:
    from dataclasses import replace

    return replace(plan, members=members)


def test_what_has_no_data_and_what_does_not_apply_stand_apart(place: Place) -> None:
    """A city without records lacks them; rules of counties do not concern it."""
    plan = lay_out(place, board.BY_STREET)
    causes = {f.rule: f.cause for f in check_plan(plan) if f.status == "not_evaluated"}
    assert (causes["R-43"], causes["R-27"]) == ("data", "data")
    assert {causes[rule] for rule in ("R-40", "R-50", "R-52", "R-54")} == {"not_applicable"}
    tasks = work(plan, "R-43", "R-50")
    assert [task.parts[0].cause for task in tasks] == ["data", "not_applicable"]


def test_severity_comes_first_then_people(place: Place) -> None:
    """A must that touches nobody known stands before a should that touches many; of two, the one that touches more."""
    tasks = [
        task
        for task in work(lay_out(place, board.WEST_EAST), *(rule.id for rule in RULES))
        if task.status == "violated"
    ]
    ranks = [("must", "should", "note").index(task.severity) for task in tasks]
    assert ranks == sorted(ranks)
    for severity in ("should", "note"):
        people = [task.people for task in tasks if task.severity == severity and task.people is not None]
        assert people == sorted(people, reverse=True)


def test_a_waived_finding_keeps_cause_and_people(place: Place) -> None:
    waiver = {"rule": "R-34", "reason": "已与西区签约", "author": "卫生健康委", "date": "2026-01-01"}
    tasks = work(lay_out(place, board.WEST_EAST, rules={"waivers": (waiver,)}), "R-34")
    assert [(task.status, task.people) for task in tasks] == [("waived", 24_000)]


def test_people_are_counted_once_a_unit() -> None:
    population = pd.Series({"u1": 10.0, "u2": 5.5})
    assert people_in(["u1", "u2", "u1"], population) == 15.5
    assert people_in([], population) is None


@pytest.mark.parametrize("count", [2, 3])
def test_a_rule_of_somebody_s_own_is_listed_by_its_places(count: int) -> None:
    """A rule that the book does not know counts the residents of its places and tells no cause."""
    units = pd.DataFrame({"population": 100.0, "grid_id": "G1"}, index=["u1", "u2", "u3"])
    own = Finding(
        "X-01", "should", "violated", "plan", "", None, None, "", "D", "某", "some", places=("u1", "u2", "u3")[:count]
    )
    (task,) = list_work([own], units)
    assert (task.head.zh, task.people) == ("X-01", 100.0 * count)
