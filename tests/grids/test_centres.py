"""Shared centres and whom they serve; minutes to the nearest that is reached."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from gridplan.grids.centres import able_hosts, find_centres, served_people, serving, transport_minutes
from gridplan.ground.access.between import between_of
from tests import board
from tests.checks.laid_out import lay_out, the_board


@pytest.fixture(scope="module")
def halves():
    return lay_out(the_board(), board.WEST_EAST)


def test_hosts_are_member_hospitals_of_level_two(halves):
    facilities = halves.layers.facilities
    low = facilities.assign(level=facilities["level"].where(facilities.index != "H3", 1))
    able = able_hosts(low, halves.members)
    assert able.index[able].tolist() == ["H1", "H2", "M1"], "P1 is private and has not joined"
    out = halves.members.assign(role=halves.members["role"].where(halves.members.index != "M1", "none"))
    assert not able_hosts(facilities, out)["M1"]


def test_declared_centres_go_before_existing_ones_and_serve_a_grid_or_the_city(halves):
    facilities = halves.layers.facilities
    told = facilities.assign(services=[("lab",) if name in ("H1", "H3") else () for name in facilities.index])
    declared = pd.DataFrame({"kind": ["lab", "lab"], "facility_id": ["H1", "M1"], "serves": ["city", "H2"]})
    found = find_centres(told, halves.members, declared, ("lab",))
    rows = found[["facility_id", "host_grid", "serves", "status"]].to_numpy().tolist()
    assert rows == [["H1", "G1", "city", "declared"], ["H3", "G2", "G2", "existing"], ["M1", "G1", "G2", "declared"]]
    assert serving(found, "G1")["facility_id"].tolist() == ["H1"]
    assert serving(found, "G2")["facility_id"].tolist() == ["H1", "H3", "M1"]


def test_centres_without_people_are_left_out(halves):
    units = halves.layers.units
    hierarchy = pd.DataFrame({"centre_id": ["C0"] * 3 + [""] + ["C1"] * 20}, index=units.index)
    empty = units.assign(population=np.where(np.arange(24) < 4, 1000.0, 0.0))
    assert served_people(hierarchy, empty).to_dict() == {"C0": 3000.0}


def test_the_nearest_host_that_is_known(halves):
    minutes = np.array([[5.0, 9.0], [np.inf, 4.0]])
    between = between_of(pd.Index(["a", "b"]), ["h", "i"], minutes, np.zeros((2, 2), bool))
    assert transport_minutes(["h", "i", "x"], ["a", "b", "c"], between).tolist() == [5.0, 4.0, np.inf]
    assert transport_minutes([], ["a"], between).tolist() == [np.inf]
