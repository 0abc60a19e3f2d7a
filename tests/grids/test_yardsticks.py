"""Yardsticks are measured like the plan they stand beside, and are what their names say."""

from __future__ import annotations

import pytest

from gridplan.grids.scores import score_plan
from gridplan.grids.yardsticks import YARDSTICKS, _clusters, _nearest_lead, measure_yardsticks, tell_yardsticks
from gridplan.ground.city_and_counties import limit_of_unit
from gridplan.outputs.workbook import write_workbook
from gridplan.solver.assignment import Assignment
from tests import board
from tests.checks.laid_out import lay_out, the_board


def plan_of(lead_of_unit):
    return lay_out(the_board(), lead_of_unit)


def test_the_plan_is_measured_as_its_scores_measure_it():
    plan = plan_of(board.WEST_EAST)
    own = measure_yardsticks(plan)["plan"]
    assert own["mean_minutes"] == pytest.approx(plan.scores.plan["mean_minutes"])
    assert own["max_deviation"] == pytest.approx(plan.scores.plan["max_deviation"])
    assert own["parts_cut_off"] == 0


def test_a_method_is_measured_as_its_plan_would_be_scored():
    plan = plan_of(board.WEST_EAST)
    for name, made in (("nearest", _nearest_lead(plan)), ("clusters", _clusters(plan))):
        assignment = Assignment.from_leads(made)
        limit = limit_of_unit(plan.layers.units, plan.case)
        scored = score_plan(plan.layers, plan.travel, assignment, limit_min=limit, walk_limit_min=15.0).plan
        measured = measure_yardsticks(plan)[name]
        assert measured["mean_minutes"] == pytest.approx(scored["mean_minutes"])
        assert measured["max_deviation"] == pytest.approx(scored["max_deviation"])


def test_a_square_away_from_its_grid_is_a_part_cut_off():
    """The south-western corner given to the east: one part that does not hang together with the rest."""
    moved = {**board.WEST_EAST, "u00": board.WEST_EAST["u05"]}
    assert measure_yardsticks(plan_of(moved))["plan"]["parts_cut_off"] == 1


def test_nobody_has_a_nearer_lead_than_by_the_nearest():
    plan = plan_of(board.WEST_EAST)
    minutes = plan.travel.unit_minutes[sorted(set(board.WEST_EAST.values()))]
    for unit, lead in _nearest_lead(plan).items():
        assert minutes.loc[unit, lead] == minutes.loc[unit].min()
    measured = measure_yardsticks(plan)
    assert measured["nearest"]["mean_minutes"] <= measured["plan"]["mean_minutes"]


def test_clusters_are_connected_as_many_as_the_grids_and_each_has_its_own_lead():
    plan = plan_of(board.WEST_EAST)
    made = _clusters(plan)
    assert sorted(made.index) == board.unit_ids()
    assert made.nunique() == 2
    assert measure_yardsticks(plan)["clusters"]["parts_cut_off"] == 0


def test_the_order_of_rows_does_not_matter():
    shuffled = dict(reversed(list(board.WEST_EAST.items())))
    again, first = measure_yardsticks(plan_of(shuffled)), measure_yardsticks(plan_of(board.WEST_EAST))
    assert again.keys() == first.keys()
    for name, numbers in first.items():
        assert again[name] == pytest.approx(numbers)


def test_they_are_told_in_both_languages_and_stand_in_the_overview(board_proposal, tmp_path):
    import openpyxl

    told = tell_yardsticks(board_proposal.scores["yardsticks"])
    assert [label for label, _ in told] == list(YARDSTICKS.values())
    assert all("分钟" in words.zh and "min on average" in words.en for _, words in told)
    write_workbook(board_proposal, tmp_path / "tables.xlsx")
    rows = [
        [cell.value for cell in row] for row in openpyxl.load_workbook(tmp_path / "tables.xlsx")["概览"].iter_rows()
    ]
    assert [[label.zh, words.zh] for label, words in told] == [row for row in rows if str(row[0]).startswith("对照")]


def test_a_proposal_without_them_is_told_without():
    assert tell_yardsticks({}) == []
