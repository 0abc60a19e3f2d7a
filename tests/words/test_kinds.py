"""An argument of another kind is refused in three parts that say what to write instead."""

from __future__ import annotations

import pandas as pd
import pytest

import gridplan as gp
from gridplan.words.kinds import need_kind, need_path

PROBLEM = gp.Problem.from_arrays(
    unit_ids=["a", "b"], population=[10, 20], lead_ids=["x"], lead_unit=[1], minutes=[[5.0], [1.0]], edges=[(0, 1)]
)


@pytest.mark.parametrize(
    ("wrong", "remedy"),
    [
        (lambda case, proposal: gp.plan("case.toml"), "gp.read_case(path)"),
        (lambda case, proposal: gp.plan(PROBLEM), "gp.solve(problem)"),
        (lambda case, proposal: gp.survey(case.folder), "gp.read_case(path)"),
        (lambda case, proposal: gp.assess("case.toml", "plan.csv"), "gp.read_case(path)"),
        (lambda case, proposal: gp.assess(case, gp.solve(PROBLEM)), "solution.assignment.lead_of_unit"),
        (lambda case, proposal: gp.assess(case, gp.Assignment.from_leads({"a": "x"})), "assignment.lead_of_unit"),
        (lambda case, proposal: gp.read_case(case), "gp.plan(case)"),
        (lambda case, proposal: gp.read_layers("case.toml"), "gp.read_case(path)"),
        (lambda case, proposal: gp.read_proposal(proposal), "proposal.save(folder)"),
        (lambda case, proposal: gp.read_edits("edits.json", "out"), "gp.read_proposal(folder)"),
        (lambda case, proposal: gp.revise("out", "edits.json"), "gp.read_proposal(folder)"),
        (lambda case, proposal: gp.revise(proposal, "edits.json"), "gp.read_edits(path, proposal)"),
        (lambda case, proposal: gp.compare_proposals(proposal, "out"), "gp.read_proposal(folder)"),
        (lambda case, proposal: gp.export("out", "geojson", target="x"), "gp.read_proposal(folder)"),
        (lambda case, proposal: gp.draw(case), "gp.plan(case)"),
        (lambda case, proposal: gp.solve(case), "gp.plan(case)"),
        (lambda case, proposal: gp.improve(PROBLEM, {"a": "x"}), "gp.Assignment.from_leads(lead_of_unit)"),
        (lambda case, proposal: gp.improve(PROBLEM, pd.Series({"a": "x"})), "gp.Assignment.from_leads(series)"),
        (lambda case, proposal: gp.check_plan(proposal), "proposal.findings"),
    ],
)
def test_what_to_write_instead_is_told(wrong, remedy, board_proposal):
    with pytest.raises(gp.ArgumentError) as caught:
        wrong(board_proposal.case, board_proposal)
    (problem,) = caught.value.problems
    assert remedy in problem.remedy.en
    assert remedy in problem.remedy.zh
    assert problem.field
    assert isinstance(caught.value, TypeError)


def test_the_path_that_was_given_is_named():
    with pytest.raises(gp.ArgumentError) as caught:
        gp.plan("towns/case.toml")
    assert str(caught.value) == "case: needs a Case; found the path towns/case.toml. Write gp.read_case(path)."


def test_what_nobody_expects_is_named_by_its_class():
    with pytest.raises(gp.ArgumentError, match="found NoneType"):
        need_kind(None, int, "count")
    with pytest.raises(gp.ArgumentError, match="found int"):
        need_path(3, "folder")


def test_the_right_kind_passes(tmp_path):
    need_kind(True, int, "count")
    need_path(tmp_path, "folder")
    need_path("folder", "folder")


def test_a_folder_is_no_case_and_a_file_no_proposal(board_case, board_proposal, tmp_path):
    """Each says which file or folder to name."""
    folder = board_proposal.save(tmp_path / "out")
    with pytest.raises(gp.CaseError, match=r"Name the file: <folder>/case.toml"):
        gp.read_case(board_case.parent)
    with pytest.raises(gp.CaseError, match=r"gp\.read_proposal\(folder\)"):
        gp.read_case(folder)
    with pytest.raises(gp.CaseError, match=r"gridplan init"):
        gp.read_case(tmp_path)
    with pytest.raises(gp.ProposalError, match=r"Name the folder it lies in"):
        gp.read_proposal(folder / "proposal.json")
    with pytest.raises(gp.ProposalError, match=r"gp\.read_case\(path\)"):
        gp.read_proposal(board_case)
