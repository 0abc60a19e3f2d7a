"""A plan as unit -> lead: edited without side effects, kept in files, read with errors that name rows."""

from __future__ import annotations

import pytest

from gridplan.solver.assignment import Assignment, read_assignment
from gridplan.words.errors import AssignmentError

PLAN = {"01": "h1", "02": "h1", "03": "h2", "04": "h3"}


def plan() -> Assignment:
    return Assignment.from_leads(PLAN)


def test_grids_are_numbered_by_lead_whatever_the_order_of_rows():
    turned = Assignment.from_leads(dict(reversed(PLAN.items())))
    assert (
        plan().grid_of_unit.to_dict()
        == turned.grid_of_unit.to_dict()
        == {"01": "G1", "02": "G1", "03": "G2", "04": "G3"}
    )
    assert plan().lead_of_grid.to_dict() == {"G1": "h1", "G2": "h2", "G3": "h3"}


def test_move_merge_and_relabel_keep_grid_ids_and_leave_the_old_plan_alone():
    first = plan()
    moved = first.move(["02"], to="G2")
    assert moved.lead_of_unit.to_dict() == PLAN | {"02": "h2"}
    merged = moved.merge("G3", into="h2")
    assert merged.lead_of_grid.to_dict() == {"G1": "h1", "G2": "h2"}
    renamed = merged.relabel({"G2": "h9"})
    assert renamed.units_of("G2") == ("02", "03", "04")
    assert renamed.lead_of_grid["G2"] == "h9"
    opened = first.move(["02"], to="h7")
    assert opened.grid_of_lead["h7"] not in first.lead_of_grid.index
    assert first.lead_of_unit.to_dict() == PLAN


@pytest.mark.parametrize(
    "edit", [lambda p: p.move(["99"], to="h1"), lambda p: p.merge("G9", into="G1"), lambda p: p.relabel({"h1": "h2"})]
)
def test_impossible_edits_are_refused(edit):
    with pytest.raises(AssignmentError):
        edit(plan())


@pytest.mark.parametrize("name", ["plan.csv", "plan.xlsx"])
def test_what_is_written_is_read_again(tmp_path, name):
    given = plan().relabel({"G1": "h9"})
    given.write(tmp_path / name)
    again = read_assignment(tmp_path / name, units=PLAN, leads=["h2", "h3", "h9"])
    assert again.lead_of_unit.to_dict() == given.lead_of_unit.to_dict()
    assert again.grid_of_lead == given.grid_of_lead


def test_chinese_headers_and_gb18030_are_read(tmp_path):
    (tmp_path / "p.csv").write_bytes("单元编号,牵头医院编号,备注\n01,医院甲,无\n02,医院乙,\n".encode("gb18030"))
    assert read_assignment(tmp_path / "p.csv").lead_of_unit.to_dict() == {"01": "医院甲", "02": "医院乙"}


def test_errors_name_the_rows_and_the_likely_cause(tmp_path):
    (tmp_path / "p.csv").write_text("unit_id,lead_id\n1,h1\n02,\n02,h2\n03,h8\n", encoding="utf-8")
    with pytest.raises(AssignmentError) as caught:
        read_assignment(tmp_path / "p.csv", units=PLAN, leads=["h1", "h2", "h3"])
    text = caught.value.render("en")
    assert "leading zeros" in text
    rows = {p.field: p.rows for p in caught.value.problems if p.rows}
    assert rows["lead_id"] in ((3,), (5,))
    assert any(p.values == ("01", "04") for p in caught.value.problems)


@pytest.mark.parametrize("content", ["", "a,b\n1,2\n", "unit_id\n01\n"])
def test_files_that_are_no_plan_are_refused(tmp_path, content):
    (tmp_path / "p.csv").write_text(content, encoding="utf-8")
    with pytest.raises(AssignmentError):
        read_assignment(tmp_path / "p.csv")


def test_other_endings_and_missing_files_are_refused(tmp_path):
    with pytest.raises(AssignmentError):
        read_assignment(tmp_path / "none.csv")
    with pytest.raises(AssignmentError):
        plan().write(tmp_path / "plan.doc")
