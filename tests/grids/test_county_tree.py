"""County communities as trees: centres above clinics by name or by township, and the numbers of the pattern."""

from __future__ import annotations

import pandas as pd

from gridplan.grids.county_tree import build_county_tree, centre_of_station, pattern_of, township_of_unit
from tests import board
from tests.checks.laid_out import lay_out, the_board


def ground(**columns: dict[str, str]):
    layers = the_board().surveyed.layers
    told = layers.facilities.copy()
    for column, cells in columns.items():
        for facility, value in cells.items():
            told.loc[facility, column] = value
    return layers.units, told


def test_a_unit_without_a_street_is_its_own_township() -> None:
    units, _ = ground()
    bare = units.assign(street_id=units["street_id"].where(units.index != "u00", ""))
    assert township_of_unit(bare)[["u00", "u01"]].tolist() == ["u00", "S0"]


def test_the_centre_above_a_clinic_is_the_one_it_names_else_that_of_its_township() -> None:
    """R1, N1 and A1 stand in u01 of S0, whose centre is C0."""
    clinics = dict.fromkeys(("R1", "N1", "A1"), "village_clinic")
    units, told = ground(kind=clinics, parent_id={"R1": "C5", "N1": "H1", "A1": ""})
    assert centre_of_station(units, told)[["R1", "N1", "A1"]].tolist() == ["C5", "C0", "C0"]


def test_a_clinic_outside_every_township_with_a_centre_has_none() -> None:
    units, told = ground(kind={"R1": "village_clinic", "C0": "other"})
    assert centre_of_station(units, told)["R1"] == ""


def test_the_tree_has_committee_leads_centres_and_clinics() -> None:
    plan = lay_out(the_board(), board.WEST_EAST)
    units, told = ground(kind={"R1": "village_clinic"})
    lead = plan.assignment.lead_of_grid
    tree = build_county_tree(units, told, plan.members, lead, pd.Series("E", index=lead.index))
    assert pattern_of(tree) == "1+2+6+1"
    above = tree.set_index("node_id")["parent_id"]
    assert above["committee:E"] == ""
    assert above[["H1", "H2"]].tolist() == ["committee:E"] * 2
    assert above[["C0", "C5"]].tolist() == ["H1", "H2"]
    assert above["R1"] == "C0"
