"""A plan as unit -> lead: edited without side effects, refused with all that is wrong."""

from __future__ import annotations

import pytest

from gridplan.solver.assignment import Assignment
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


def test_every_unit_that_has_no_lead_is_named():
    with pytest.raises(AssignmentError) as caught:
        Assignment.from_leads({"01": "h1", "02": "", "03": ""})
    assert caught.value.problems[0].values == ("02", "03")
    with pytest.raises(AssignmentError, match="at least one unit"):
        Assignment.from_leads({})


def test_what_is_asked_of_an_assignment_is_the_asker_s_own():
    """Grids of units and leads of grids are kept; a caller who writes into them changes nothing for the next."""
    plan = Assignment.from_leads({"u1": "h1", "u2": "h2"})
    for asked in (plan.grid_of_unit, plan.lead_of_grid):
        asked.iloc[0] = "changed"
    assert plan.grid_of_unit.to_dict() == {"u1": "G1", "u2": "G2"}
    assert plan.lead_of_grid.to_dict() == {"G1": "h1", "G2": "h2"}
