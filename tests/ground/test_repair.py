"""An edited plan is mended with the same leads: what is locked stays, what is apart comes back, what has no grid gets one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gridplan.case.case import Case
from gridplan.ground.repair import formulate_repair, repair_grids
from gridplan.solver.assignment import Assignment
from gridplan.solver.problem import Problem
from tests import board
from tests.checks.laid_out import Place, the_board


@pytest.fixture(scope="module")
def place() -> Place:
    return the_board()


def changed(place: Place, **grids: Any) -> Case:
    return place.case.changed(grids=grids)


def repaired(place: Place, lead_of_unit: dict[str, str], *locks: str, case: Case | None = None) -> dict[str, str]:
    """Lead of each unit after the repair of a plan."""
    surveyed = place.surveyed
    _, mended = repair_grids(
        surveyed.layers,
        surveyed.adjacency,
        place.travel,
        Assignment.from_leads(lead_of_unit),
        locks,
        case or place.case,
    )
    return mended.lead_of_unit.to_dict()


def problem_of(place: Place, lead_of_unit: dict[str, str], *locks: str, case: Case | None = None) -> Problem:
    surveyed = place.surveyed
    assignment = Assignment.from_leads(lead_of_unit)
    return formulate_repair(surveyed.layers, surveyed.adjacency, place.travel, assignment, locks, case or place.case)


def test_a_square_apart_comes_back_and_nothing_else_moves(place: Place) -> None:
    """u35, the north-eastern corner, was given to H1, whose grid it does not touch."""
    assert repaired(place, board.WEST_EAST | {"u35": "H1"}) == board.WEST_EAST


def test_a_locked_square_stays_where_the_edit_put_it(place: Place) -> None:
    """u03 borders the grid of H1, so the rest may stay as it is."""
    edited = board.WEST_EAST | {"u03": "H1"}
    assert repaired(place, edited, "u03") == edited
    assert repaired(place, board.WEST_EAST | {"u35": "H1"}, "u35")["u35"] == "H1", "even apart"


def test_squares_in_no_grid_go_to_the_nearest_lead(place: Place) -> None:
    """u12 is two minutes from H1 in u01 and three from H2 in u24; u15 two from H2 and five from H1."""
    some = {unit: lead for unit, lead in board.WEST_EAST.items() if unit not in ("u12", "u15")}
    mended = repaired(place, some)
    assert list(mended) == board.unit_ids()
    assert (mended["u12"], mended["u15"]) == ("H1", "H2")


def test_grids_keep_their_ids_and_one_without_squares_is_gone(place: Place) -> None:
    surveyed = place.surveyed
    assignment = Assignment.from_leads(board.WEST_EAST, {"H1": "G7", "H2": "G3"})
    _, mended = repair_grids(surveyed.layers, surveyed.adjacency, place.travel, assignment, (), place.case)
    assert mended.grid_of_lead == {"H1": "G7", "H2": "G3"}


def test_city_and_county_are_mended_apart_and_a_lock_across_stays(place: Place) -> None:
    """The eastern half is a county of H2: u03 and u13 come back to it, unless they are locked to the city's lead."""
    case = place.case.changed(county={"districts": ["E"], "k": 1}, grids={"k": 1})
    edited = board.WEST_EAST | {"u03": "H1", "u13": "H1"}
    assert repaired(place, edited, case=case) == board.WEST_EAST
    assert repaired(place, edited, "u13", case=case) == board.WEST_EAST | {"u13": "H1"}


def test_the_problem_has_the_plan_as_incumbent_and_its_leads_all_lead(place: Place) -> None:
    problem = problem_of(place, board.WEST_EAST, "u02")
    assert (problem.lead_ids, problem.choosing) == (("H1", "H2"), False)
    assert [problem.unit_ids[i] for i in problem.lead_unit] == ["u01", "u24"]
    leads = [problem.lead_ids[j] for j in problem.change.incumbent]
    assert dict(zip(problem.unit_ids, leads, strict=True)) == board.WEST_EAST
    locked = np.flatnonzero(problem.locked >= 0)
    assert [(problem.unit_ids[i], problem.lead_ids[problem.locked[i]]) for i in locked] == [("u02", "H1")]
    assert problem.minutes[0].round().tolist() == [1, 6]


def test_streets_stay_together_as_far_as_the_plan_has_them_so(place: Place) -> None:
    """Left and right half split S1 and S4: eight pieces. A locked square is free of its street; without keep_whole all are."""
    whole = dict(zip(board.unit_ids(), problem_of(place, board.WEST_EAST, "u00").whole.tolist(), strict=True))
    assert whole["u02"] == whole["u12"] != whole["u03"] == whole["u13"]
    assert whole["u00"] == -1
    assert whole["u01"] == whole["u10"] >= 0
    assert len(set(whole.values()) - {-1}) == 8
    free = problem_of(place, board.WEST_EAST, case=changed(place, keep_whole="none"))
    assert (free.whole == -1).all()
    districts = problem_of(place, board.WEST_EAST, case=changed(place, keep_whole="district"))
    assert len(set(districts.whole.tolist())) == 2


def test_balance_is_priced_unless_the_case_makes_it_hard(place: Place) -> None:
    soft = problem_of(place, board.WEST_EAST, case=changed(place, balance=0.1, balance_price_min=7.0))
    assert (soft.balance, soft.balance_price) == (0.1, 7.0)
    hard = problem_of(place, board.WEST_EAST, case=changed(place, balance=0.1, balance_hard=True))
    assert (hard.balance, hard.balance_price) == (0.1, None)
