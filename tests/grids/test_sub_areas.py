"""The tree of responsibility: the nearest centre of the own street, else of the grid; parts of streets are sub-areas."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from gridplan.grids.sub_areas import build_hierarchy, count_levels
from tests import board
from tests.checks.laid_out import lay_out, the_board


def tree(moves: dict[str, str] | None = None, stated: pd.DataFrame | None = None) -> pd.DataFrame:
    """The halves, with centres standing in other units: {centre: unit}."""
    plan = lay_out(the_board(), board.WEST_EAST)
    facilities = plan.layers.facilities.copy()
    for centre, unit in (moves or {}).items():
        facilities.loc[centre, "unit_id"] = unit
        facilities.loc[centre, "geometry"] = plan.layers.units.geometry[unit].centroid
    layers = replace(plan.layers, facilities=facilities)
    return build_hierarchy(layers, plan.assignment, plan.members, stated=stated)


def test_the_centre_of_the_own_street_answers_before_a_nearer_one() -> None:
    """C0 of S0 in u00, C3 of S3 moved to u20's south, next to u10: u10 of S0 still goes to C0, u30 to C3."""
    told = tree({"C0": "u01", "C3": "u20"})
    assert told["centre_id"][["u10", "u00"]].tolist() == ["C0", "C0"]
    assert told["centre_id"][["u20", "u31"]].tolist() == ["C3", "C3"]


def test_a_street_without_a_centre_in_the_grid_goes_to_the_nearest_of_the_grid() -> None:
    """S1's centre stands in u02, in the west: its eastern units u03 and u13 go to the nearest of the east, of S2 or S4."""
    told = tree()
    assert told["centre_id"]["u02"] == "C1"
    assert told["centre_id"][["u03", "u13"]].isin(["C2", "C4"]).all()


def test_a_split_street_makes_a_sub_area_in_each_grid() -> None:
    told = tree()
    assert told["sub_area_id"][["u02", "u03"]].tolist() == ["G1-S1", "G2-S1"]
    assert count_levels(told)["n_sub_areas"].tolist() == [4, 4]
    assert count_levels(told)["n_community_grids"].tolist() == [12, 12]


def test_stated_sub_areas_count_first() -> None:
    stated = pd.DataFrame({"sub_area_id": ["江岸片"]}, index=["u02"])
    told = tree(stated=stated)
    assert told.loc["u02", ["sub_area_id", "sub_area"]].tolist() == ["江岸片", "江岸片"]
    assert told["sub_area_id"]["u12"] == "G1-S1"
