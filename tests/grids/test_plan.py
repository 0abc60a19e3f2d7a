"""What a plan keeps of itself: found once, never carried to another plan, never changed by those who ask."""

from __future__ import annotations

from dataclasses import replace

from gridplan.grids.plan import Plan, once_a_plan
from tests import board
from tests.checks.laid_out import lay_out, the_board


def test_what_is_asked_of_a_plan_again_is_found_once_and_for_that_plan_only():
    asked: list[Plan] = []

    @once_a_plan
    def grids(plan: Plan) -> int:
        asked.append(plan)
        return len(plan.assignment.lead_of_grid)

    @once_a_plan
    def units(plan: Plan) -> int:
        return len(plan.layers.units)

    plan = lay_out(the_board(), board.WEST_EAST)
    other = replace(plan, reproducible=False)
    assert [grids(plan), grids(plan), units(plan), grids(other)] == [2, 2, 24, 2]
    assert asked == [plan, other]
