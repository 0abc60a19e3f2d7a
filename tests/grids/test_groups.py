"""Names of groups: as written where somebody wrote one, else proposed and marked so."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from gridplan.grids.plan import Plan
from tests import board
from tests.checks.laid_out import facilities, lay_out, survey_board, the_board


def test_a_name_that_nobody_gave_is_proposed() -> None:
    plan = lay_out(the_board(), board.WEST_EAST)
    assert plan.groups["group_name"].tolist() == ["市第一医院医疗集团", "市第二医院医疗集团"]
    assert plan.groups["group_source"].tolist() == ["proposed", "proposed"]


def test_the_name_of_the_place_is_left_out_where_the_names_stay_different() -> None:
    named = survey_board(facilities=facilities(("H1", "name", "棋盘市第一医院"), ("H2", "name", "棋盘市第二医院")))
    assert lay_out(named, board.WEST_EAST).groups["group_name"].tolist() == ["第一医院医疗集团", "第二医院医疗集团"]
    same = survey_board(facilities=facilities(("H1", "name", "棋盘市第一医院"), ("H2", "name", "第一医院")))
    assert lay_out(same, board.WEST_EAST).groups["group_name"].tolist()[0] == "棋盘市第一医院医疗集团"


def test_the_case_before_the_list_before_the_grouping_in_force() -> None:
    def told(plan: Plan, **more: object) -> list[str]:
        found = replace(plan, **more).groups.loc["G1"]
        return found.tolist()

    plan = lay_out(the_board(), board.WEST_EAST)
    layers = replace(plan.layers, baseline_groups=pd.Series({"H1": "现行一集团"}))
    assert told(plan, layers=layers) == ["现行一集团", "baseline"]
    assert told(plan, layers=layers, group_names={"H1": "名单一集团"}) == ["名单一集团", "list"]
    case = plan.case.changed(members={"group_names": {"H1": "方案一集团"}})
    assert told(plan, layers=layers, group_names={"H1": "名单一集团"}, case=case) == ["方案一集团", "case"]


def test_grids_are_numbered_and_hospitals_are_none() -> None:
    plan = lay_out(the_board(), board.WEST_EAST)
    assert [plan.grid_name(grid).zh for grid in ("G1", "G2")] == ["第一网格", "第二网格"]
    assert (plan.grid_named("G2"), plan.grid_name("G2").en, plan.lead_name("G2")) == (
        "第二网格",
        "Grid 2",
        "市第二医院",
    )
