"""Access times of a plan on the chessboard: one square is one minute by car and 12.5 on foot."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from gridplan.case.case import read_case
from gridplan.ground.access.minutes import facility_groups, measure_travel, summarise
from gridplan.pipeline import survey
from tests import board


def by_hand(unit: str, site_unit: str) -> float:
    return abs(int(unit[1]) - int(site_unit[1])) + abs(int(unit[2]) - int(site_unit[2]))


@pytest.fixture(scope="module")
def place(board_case):
    return survey(read_case(board_case))


def test_minutes_are_those_one_counts_on_the_board(place):
    travel = measure_travel(place.layers, place.case, ["H1", "H2"])
    for site, home in (("H1", "u01"), ("H2", "u24")):
        expected = [by_hand(unit, home) for unit in board.unit_ids()]
        assert travel.unit_minutes[site].to_numpy() == pytest.approx(expected, abs=1e-3)
        assert travel.unit_share[site].to_numpy().tolist() == [float(minutes <= 4) for minutes in expected]


def test_nearest_primary_care_is_counted_on_foot_and_by_car(place):
    travel = measure_travel(place.layers, place.case, ["H1"])
    centres = board.board_facilities().query("kind == 'chc'")["unit"]
    squares = [min(by_hand(unit, centre) for centre in centres) for unit in place.layers.cells["unit_id"]]
    assert travel.nearest_walk["primary"].to_numpy() == pytest.approx(np.array(squares) * 12.5, abs=0.01)
    assert travel.nearest_drive["primary"].to_numpy() == pytest.approx(np.array(squares), abs=0.01)


def test_emergency_departments_are_those_that_say_so(place):
    assert facility_groups(place.layers.facilities)["ed"] == ["H1", "H2", "H3", "P1"]
    silent = place.layers.facilities.assign(services=[()] * len(place.layers.facilities))
    assert facility_groups(silent)["ed"] == ["H1", "H2", "H3", "M1", "P1"]


def test_a_new_facility_never_lengthens_a_nearest_time(place, tmp_path):
    more = pd.concat(
        [
            board.board_facilities(),
            board.board_facilities()
            .tail(1)
            .assign(facility_id="X", kind="chc", unit="u35", lon=board.centre("u35")[0], lat=board.centre("u35")[1]),
        ]
    )
    richer = survey(read_case(board.write_board(tmp_path, facilities=more)))
    before = measure_travel(place.layers, place.case, ["H1"]).nearest_walk["primary"]
    after = measure_travel(richer.layers, richer.case, ["H1"]).nearest_walk["primary"]
    assert (after <= before + 1e-9).all()
    assert (after < before).any()


def test_minutes_between_facilities_are_those_one_counts(place):
    """Hosts are the hospitals; nothing on the board needs a ferry."""
    between = measure_travel(place.layers, place.case, ["H1"]).between
    assert list(between.minutes.columns) == ["H1", "H2", "H3", "M1", "P1"]
    unit = board.board_facilities().set_index("facility_id")["unit"]
    for facility, host in (("C5", "H1"), ("H1", "H1"), ("C3", "P1")):
        assert between.minutes.loc[facility, host] == pytest.approx(by_hand(unit[facility], unit[host]), abs=1e-3)
    assert not between.by_ferry.to_numpy().any()


def test_an_island_is_reached_by_ferry_alone(tmp_path):
    """C4 in u22 to P1 in u05: two squares south and two east to u04, 20 minutes on the ferry."""
    place = survey(read_case(board.write_board(tmp_path, roads=board.island_roads())))
    between = measure_travel(place.layers, place.case, ["H1"]).between
    assert between.minutes.loc["C4", "P1"] == pytest.approx(4 + 20, abs=0.01)
    assert between.by_ferry.index[~between.by_ferry["P1"]].tolist() == ["P1"]
    assert between.by_ferry.loc["P1"].tolist() == [True, True, True, True, False]


def test_straight_lines_use_the_detour_factor(place):
    case = place.case.changed(travel={"source": "straight_line", "straight_line_kmh": 30, "detour_factor": 1.5})
    travel = measure_travel(place.layers, case, ["H1"])
    assert travel.unit_minutes["H1"]["u11"] == pytest.approx(1.5 * 2)


def test_a_given_table_is_taken_as_it_is_and_gaps_are_unreachable(tmp_path):
    text = board.CASE.replace("[travel]\n", '[layers.travel_table]\npath = "minutes.csv"\n[travel]\nsource = "table"\n')
    path = board.write_board(tmp_path, case=text)
    table = pd.DataFrame({"unit_id": board.unit_ids(), "H1": range(24), "H2": [""] + ["7"] * 23})
    table.to_csv(tmp_path / "minutes.csv", index=False)
    place = survey(read_case(path))
    travel = measure_travel(place.layers, place.case, ["H1", "H2"])
    assert travel.unit_minutes["H1"].tolist() == list(range(24))
    assert np.isinf(travel.unit_minutes["H2"]["u00"])
    assert travel.nearest_walk.empty


def test_a_units_minutes_are_over_those_who_can_reach_and_its_share_over_all():
    cells = gpd.GeoDataFrame({"population": [100.0, 300.0, 50.0, 0.0], "unit_id": ["a", "a", "b", "c"]})
    minutes = np.array([[10.0], [np.inf], [np.inf], [4.0]])
    means, shares = summarise(cells, pd.Index(["a", "b", "c"]), minutes, limit_min=15)
    assert means[:, 0].tolist() == [10.0, np.inf, 4.0]
    assert shares[:, 0].tolist() == [0.25, 0.0, 1.0]


def test_shares_are_told_at_the_slowest_and_the_fastest_speeds_of_the_case(place):
    """4 minutes at speeds 1.1 x 1.25 times slower are 2.9 of now, 1.375 times faster 5.5: squares within 2, and within 5."""
    case = place.case.changed(firmness={"speed_range": 0.1, "class_range": 0.25})
    ranges = measure_travel(place.layers, case, ["H1"]).ranges
    squares = np.array([by_hand(unit, "u01") for unit in board.unit_ids()])
    assert ranges.low["H1"].to_numpy().tolist() == (squares <= 2).astype(float).tolist()
    assert ranges.high["H1"].to_numpy().tolist() == (squares <= 5).astype(float).tolist()
    assert ranges.walk == pytest.approx(1.1)
    assert measure_travel(place.layers, case, ["H1"], what_if=False).ranges is None


def test_an_ambulance_and_an_e_bike_go_where_the_case_sends_them(place):
    """To the nearest emergency department 1.25 times as fast; to primary care at 20 km/h, 3 minutes a square, not 12.5."""
    case = place.case.changed(travel={"emergency_by": "ambulance", "primary_by": "ebike"})
    usual, found = (measure_travel(place.layers, each, ["H1"], what_if=False) for each in (place.case, case))
    assert found.nearest_drive["ed"].to_numpy() == pytest.approx(usual.nearest_drive["ed"].to_numpy() / 1.25, abs=1e-3)
    assert found.nearest_walk["primary"].to_numpy() == pytest.approx(usual.nearest_walk["primary"] * 3 / 12.5, abs=1e-3)
    assert np.array_equal(found.cell_minutes, usual.cell_minutes)
