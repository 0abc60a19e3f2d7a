"""Every id and name of a case stands for something, or is an error that offers the nearest."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from gridplan.case.case import read_case
from gridplan.intake.input_check import check_inputs
from gridplan.pipeline import assess, plan, survey
from gridplan.words.errors import GridplanError
from tests import board


def case_with(old: str, new: str) -> str:
    assert old in board.CASE
    return board.CASE.replace(old, new)


def grids(line: str) -> str:
    return case_with("k = 2", f"k = 2\n{line}")


def waiver(rule: str, subject: str) -> str:
    return (
        f'{board.CASE}\n[[rules.waivers]]\nrule = "{rule}"\nsubject = "{subject}"\n'
        'reason = "海岛"\nauthor = "卫健委"\ndate = "2026-03-01"\n'
    )


REFUSED = {
    "an unknown required lead": (grids('required_leads = ["H11"]'), "grids.required_leads", "Did you mean H1?"),
    "a lead by its name": (grids('required_leads = ["市第二医院"]'), "grids.required_leads", "Did you mean H2?"),
    "an unknown forbidden lead": (grids('forbidden_leads = ["H33"]'), "grids.forbidden_leads", "Did you mean H3?"),
    "a health centre must lead": (grids('required_leads = ["C0"]'), "grids.required_leads", "its kind is"),
    "both required and forbidden": (
        grids('required_leads = ["H1"]\nforbidden_leads = ["H1"]'), "grids.required_leads", "forbidden_leads too",
    ),
    "a severity of no rule": (
        case_with("[rules]", '[rules]\nseverities = { "R-99" = "must" }'), "rules.severities", "Did you mean R-",
    ),
    "a waiver of no rule": (waiver("R-98", ""), "rules.waivers", "needs ids of rules of the rule book; found R-98"),
    "a rule without its zero": (
        case_with("[rules]", '[rules]\nseverities = { "R-6" = "must" }'), "rules.severities", "Did you mean R-06?",
    ),
    "a waiver of a grid beyond k": (waiver("R-20", "G9"), "rules.waivers.subject", "found G9"),
    "a waiver of nobody": (waiver("R-20", "u055"), "rules.waivers.subject", "Did you mean u05?"),
    "a class of no road": (
        case_with("residential = 60", "residental = 60"), "travel.drive_kmh", "Did you mean residential?",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("case", "field", "said"), REFUSED.values(), ids=REFUSED)
def test_a_name_that_stands_for_nothing_is_refused_by_check_and_plan(
    tmp_path: Path, case: str, field: str, said: str
) -> None:
    path = board.write_board(tmp_path, case=case)
    checked = check_inputs(path, language="en")
    [problem] = checked.problems
    assert (problem.severity, problem.file, problem.field) == ("error", "case.toml", field)
    assert said in problem.render("en")
    with pytest.raises(GridplanError) as caught:
        plan(read_case(path).with_language("en"))
    assert caught.value.problems == checked.problems


def test_a_required_lead_outside_the_area_says_so(tmp_path: Path) -> None:
    table = board.board_facilities()
    table.loc[table["facility_id"] == "P1", "lon"] += 100_000
    path = board.write_board(tmp_path, facilities=table, case=grids('required_leads = ["P1"]'))
    [error] = [problem for problem in check_inputs(path, language="en").problems if problem.severity == "error"]
    assert "P1 (仁爱医院): it stands outside the planning area" in error.render("en")


@pytest.mark.parametrize("subject", ["G1", "u05", "H1", "S1", "西区", "secondary"])
def test_a_waiver_of_a_grid_a_unit_a_facility_or_a_part_of_a_rule_resolves(tmp_path: Path, subject: str) -> None:
    assert check_inputs(board.write_board(tmp_path, case=waiver("R-09", subject))).problems == ()


def test_a_required_lead_need_not_be_eligible(tmp_path: Path) -> None:
    """P1 is private: no tier of R-20, and yet the planner may require it."""
    ready = check_inputs(board.write_board(tmp_path, case=grids('required_leads = ["P1"]'))).ready
    assert ready is not None
    assert "4 hospital sites" in ready.en


def test_unknown_rules_are_told_together_with_what_the_layers_lack(tmp_path: Path) -> None:
    path = board.write_board(tmp_path, case=case_with("[rules]", '[rules]\nseverities = { "R-99" = "must" }'))
    (tmp_path / "people.csv").unlink()
    assert {problem.field for problem in check_inputs(path).problems} >= {"rules.severities", ""}


def test_a_given_plan_is_not_judged_by_a_case_with_unknown_names(tmp_path: Path) -> None:
    path = board.write_board(tmp_path, case=grids('forbidden_leads = ["H33"]'))
    with pytest.raises(GridplanError, match="H33"):
        assess(read_case(path), pd.Series(board.WEST_EAST))


def test_the_grouping_in_force_is_looked_at_like_a_plan(tmp_path: Path) -> None:
    """C0 is a health centre, X9 nobody, and u35 has no row: all three are told; H1 everywhere is not."""
    case = board.CASE + '[layers.baseline]\npath = "baseline.csv"\n'
    path = board.write_board(tmp_path, case=case)
    leads = dict.fromkeys(board.unit_ids(), "H1")
    for changed, fields in ((leads, []), ({**leads, "u00": "C0", "u01": "X9"}, ["lead_id", "unit_id", "lead_id"])):
        rows = [f"{unit},{lead}" for unit, lead in changed.items() if changed is leads or unit != "u35"]
        (tmp_path / "baseline.csv").write_text("unit_id,lead_id\n" + "\n".join(rows) + "\n", encoding="utf-8")
        problems = survey(read_case(path)).layers.problems
        assert [problem.field for problem in problems] == fields
        assert {problem.severity for problem in problems} <= {"warning"}
    assert "C0 S0街道社区卫生服务中心" in problems[-1].values


def test_ids_are_looked_up_in_the_layers_that_could_be_read(tmp_path: Path) -> None:
    """Without roads and units nothing can be planned, and the lead that is misspelt is told all the same."""
    path = board.write_board(tmp_path, case=grids('required_leads = ["H11"]'))
    for name in ("roads.gpkg", "units.gpkg"):
        (tmp_path / name).unlink()
    told = {(problem.file, problem.field) for problem in check_inputs(path).problems}
    assert {("units.gpkg", ""), ("roads.gpkg", ""), ("case.toml", "grids.required_leads")} <= told
