"""Reserved slots and beds: whole numbers, by hospital and grid, shared out by signed residents or by those served."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from gridplan.grids.capacity import measure_reserves, required_reserve, reserves_enough, share_reserves
from gridplan.grids.sub_areas import build_hierarchy
from tests import board
from tests.checks.laid_out import Place, lay_out, the_board

COLUMNS = ["facility_id", "slots_total", "slots_reserved", "beds_open", "beds_reserved"]
ONE_IN = {"slots": 3, "beds": 4}


@pytest.fixture(scope="module")
def place() -> Place:
    return the_board()


@pytest.mark.parametrize(
    ("total", "one_in", "least"), [(1000, 3, 334), (999, 3, 333), (1001, 4, 251), (0, 3, 0), (1, 4, 1)]
)
def test_a_reserve_is_rounded_up(total: int, one_in: int, least: int) -> None:
    assert required_reserve(total, one_in) == least
    assert reserves_enough(least, total, one_in)
    assert not least or not reserves_enough(least - 1, total, one_in)


def reserves_of(place: Place, *rows: tuple[object, ...], parent: dict[str, str] | None = None) -> pd.DataFrame:
    plan = lay_out(place, board.WEST_EAST)
    facilities = plan.layers.facilities.assign(
        parent_id=pd.Series(parent or {}).reindex(plan.layers.facilities.index).fillna("")
    )
    table = pd.DataFrame(list(rows), columns=COLUMNS)
    layers = replace(plan.layers, facilities=facilities)
    return measure_reserves(layers, plan.members, plan.assignment.lead_of_grid, table, ONE_IN)


def test_what_is_not_told_has_no_row(place: Place) -> None:
    told = reserves_of(place, ("H1", 9, 3, None, None), ("H2", None, 3, 8, 1))
    assert told[["grid_id", "kind", "total", "reserved", "required", "enough"]].to_numpy().tolist() == [
        ["G1", "slots", 9, 3, 3, True],
        ["G2", "beds", 8, 1, 2, False],
    ]


def test_campuses_count_in_their_own_grid_alone(place: Place) -> None:
    """M1 in u30 lies in H1's half: as a campus of H1 it counts there, as one of H2 nowhere."""
    rows = ("H1", 90, 30, 0, 0), ("H2", 60, 20, 0, 0), ("M1", 9, 0, 0, 0)
    for parent, totals in (({}, [90, 60]), ({"M1": "H1"}, [99, 60]), ({"M1": "H2"}, [90, 60])):
        told = reserves_of(place, *rows, parent=parent)
        assert told.loc[told["kind"] == "slots", "total"].tolist() == totals


def shares(place: Place, signed: dict[str, float] | None) -> pd.DataFrame:
    plan = lay_out(place, board.WEST_EAST)
    hierarchy = build_hierarchy(plan.layers, plan.assignment, plan.members)
    reserves = reserves_of(place, ("H1", 30, 10, 40, 10), ("H2", 30, 10, 40, 10))
    return share_reserves(
        plan.layers, plan.members, hierarchy, reserves, None if signed is None else pd.Series(signed)
    ).set_index("facility_id")


def test_signed_residents_count_where_every_centre_tells_them(place: Place) -> None:
    """The west has C0, C1, C3 and C4, which all tell; the east C2 and C5, which does not."""
    told = shares(place, {"C0": 300, "C1": 0, "C3": 700, "C4": 0, "C2": 5})
    assert told["by"].loc[["C0", "C3"]].tolist() == ["signed", "signed"]
    assert told["slots"].loc[["C0", "C1", "C3", "C4"]].tolist() == [3, 0, 7, 0]
    east = told[told["grid_id"] == "G2"]
    assert set(east["by"]) == {"served"}
    assert east["slots"].sum() == 10
    assert east["beds"].sum() == 10


def test_people_served_are_those_of_the_centre_s_units(place: Place) -> None:
    told = shares(place, None)
    assert told["weight"].sum() == 24_000
    assert told.groupby("grid_id")["slots"].sum().tolist() == [10, 10]
