"""The grouping in force: what a problem asks of it, and what of it cannot stay."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from gridplan.case.case import Case, read_case
from gridplan.ground.in_force import change_arguments, leads_that_stay, locked_units, tell_in_force
from gridplan.ground.leads import grade_by_scope
from gridplan.ground.units import complete_units
from gridplan.layers.layers import Layers, read_layers
from tests import board

WEST, EAST = "H1", "H2"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> tuple[Case, Layers]:
    """The chessboard city: columns 0 to 2 belong to H1, 3 to 5 to H2; 1,000 residents a square."""
    folder = tmp_path_factory.mktemp("in_force")
    text = board.CASE + '[layers.baseline]\npath = "now.csv"\n'
    path = board.write_board(folder, case=text)
    rows = [f"{unit},{WEST if int(unit[2]) < 3 else EAST}" for unit in board.unit_ids()]
    (folder / "now.csv").write_text("unit_id,lead_id\n" + "\n".join(rows), encoding="utf-8")
    case = read_case(path)
    return case, complete_units(read_layers(case), case)


def in_force(place: tuple[Case, Layers], **changed: str) -> Layers:
    """The city with some units in other groups."""
    layers = place[1]
    return replace(layers, baseline=pd.Series({**layers.baseline, **changed}))


def told(layers: Layers, case: Case, candidates: list[str]) -> list[str]:
    leads = grade_by_scope(layers.facilities, layers.units, case)
    return [problem.render("en") for problem in tell_in_force(layers, leads, candidates, case)]


def test_a_plan_is_free_of_the_grouping_in_force_unless_the_case_asks(place: tuple[Case, Layers]) -> None:
    case, layers = place
    candidates = pd.DataFrame(index=[WEST, EAST])
    assert change_arguments(layers, candidates, case) == {}
    assert told(in_force(place, u00="closed"), case, [WEST, EAST]) == []


def test_price_ceiling_and_locks_reach_the_problem(place: tuple[Case, Layers]) -> None:
    """S4 are u22, u23, u32, u33: the first two columns of it belong to H1 and to H2; R1 stands in u01."""
    case = place[0].changed(
        change={
            "price_min": 3.0,
            "most_share": 0.25,
            "locked_units": ["u05"],
            "locked_streets": ["S4"],
            "locked_facilities": ["R1"],
        }
    )
    layers = in_force(place, u33="closed", u00="")
    assert sorted(locked_units(layers, case)) == ["u01", "u05", "u22", "u23", "u32", "u33"]
    asked = change_arguments(layers, pd.DataFrame(index=[WEST, EAST]), case)
    assert (asked["move_price"], asked["most_moved"]) == (3.0, 0.25 * 23_000)
    assert asked["locked"] == {"u01": WEST, "u05": EAST, "u22": WEST, "u23": EAST, "u32": WEST}
    assert "u00" not in asked["incumbent"]
    assert asked["incumbent"]["u33"] == "closed"


def test_what_cannot_stay_is_told_with_who_it_touches(place: tuple[Case, Layers]) -> None:
    """H9 is closed, P1 is not eligible, H2 stands in H1's group, u00 is in none, and u05 is locked to a closed hospital."""
    case = place[0].changed(change={"price_min": 1.0, "locked_units": ["u05"]})
    layers = in_force(place, u05="H9", u04="P1", u24=WEST, u00="")
    gone, astray, free, locked = told(layers, case, [WEST, EAST])
    assert "H9" in gone
    assert "P1" in gone
    assert "2 units, 2,000 people" in gone
    assert "H2" in astray
    assert "1,000 people" in astray
    assert "u00" in free
    assert "1 unit" in free
    assert "u05" in locked


def test_a_case_that_asks_for_little_change_needs_a_grouping_in_force(place: tuple[Case, Layers]) -> None:
    case = place[0].changed(change={"price_min": 1.0})
    layers = replace(place[1], baseline=pd.Series(dtype=object))
    assert "layers.baseline" in told(layers, case, [WEST])[0]


def test_of_two_leads_in_force_in_one_unit_that_of_more_residents_stays(place: tuple[Case, Layers]) -> None:
    """H2 moved into the square of H1: H2 keeps 11,000 residents of its 12,000 without u03."""
    layers = in_force(place, u03=WEST)
    facilities = layers.facilities.copy()
    facilities.loc[EAST, "unit_id"] = facilities.loc[WEST, "unit_id"]
    layers = replace(layers, facilities=facilities)
    assert list(leads_that_stay(layers).index) == [WEST]
    case = place[0].changed(change={"leads_stay": True})
    (said, *_) = told(layers, case, [WEST, EAST])
    assert "H2" in said
    assert "11,000 people" in said
