"""R-06 to R-11 on the chessboard city: each met once and violated once, with numbers that can be counted on the board."""

from __future__ import annotations

from dataclasses import replace
from math import pi

import pytest
import shapely

from gridplan.grids.plan import Plan
from tests import board
from tests.checks.laid_out import EAST_HEAVY, Place, facilities, finding, findings, lay_out, statuses, survey_board

ENCLAVE = {**board.WEST_EAST, "u35": "H1"}
"""The left half and the north-east corner to H1."""


def test_connected_grids(halves: Plan) -> None:
    assert statuses(halves, "R-06") == {"G1": "met", "G2": "met"}


def test_an_enclave_is_cut_off_with_its_people(place: Place) -> None:
    plan = lay_out(place, ENCLAVE)
    found = finding(plan, "R-06", "G1")
    assert (found.status, found.severity, found.measured, found.places) == ("violated", "should", 2, ("u35",))
    assert found.message_zh == "第一网格分成 2 片，1 个单元（1,000 人）与牵头医院断开"
    assert found.message_en == "Grid 1 is in 2 pieces; 1 unit (1,000 people) cut off from the lead"
    assert finding(lay_out(place, ENCLAVE, rules={"contiguity": "strict"}), "R-06", "G1").severity == "must"


def test_a_link_joins_the_enclave(place: Place) -> None:
    plan = lay_out(place, ENCLAVE)
    graph = plan.adjacency.copy()
    graph.add_edge("u35", "u32", border_m=0.0, kind="link", minutes=5.0, name="ferry")
    assert finding(replace(plan, adjacency=graph), "R-06", "G1").status == "met"


def test_the_piece_of_the_lead_counts_as_home_however_small(place: Place) -> None:
    """H1 keeps only its own square u01 and gets the three squares at u33..u35: these are the ones cut off."""
    given = {unit: "H1" if unit in ("u01", "u33", "u34", "u35") else "H2" for unit in board.unit_ids()}
    assert finding(lay_out(place, given), "R-06", "G1").places == ("u33", "u34", "u35")
    without_home = given | {"u01": "H2", "u00": "H1"}
    assert finding(lay_out(place, without_home), "R-06", "G1").places == ("u00", "u33", "u34", "u35")


def exclave_units():
    """The chessboard with 9 ha of u35 in the north-east corner given to u00 in the south-west."""
    units = board.board_units().set_index("unit_id")
    x, y = board.centre("u35")
    corner = shapely.box(x + 200, y + 200, x + 500, y + 500)
    units.loc["u35", "geometry"] = units.geometry["u35"].difference(corner)
    units.loc["u00", "geometry"] = shapely.MultiPolygon([units.geometry["u00"], corner])
    return units.reset_index()


def test_one_id_on_two_pieces_of_land_is_not_one_piece() -> None:
    place = survey_board(units=exclave_units())
    (problem,) = place.surveyed.layers.problems
    assert (problem.severity, problem.values) == ("warning", ("u00 5.4 km",))
    found = finding(lay_out(place, board.WEST_EAST), "R-06", "G1")
    assert (found.status, found.severity, found.measured, found.places) == ("violated", "should", 2, ("u00",))
    assert found.message_zh == "第一网格的单元相连，但土地分成 2 片：1 个单元（社区00）有一部分不与其余土地相接"
    assert found.message_en.startswith("Grid 1: its units hang together, but its land is in 2 pieces: a part of 1 unit")
    assert finding(lay_out(place, board.WEST_EAST), "R-06", "G2").status == "met"
    assert finding(lay_out(place, board.WEST_EAST, rules={"contiguity": "strict"}), "R-06", "G1").severity == "must"


def test_an_exclave_whose_surroundings_are_in_the_grid_is_joined_by_them() -> None:
    place = survey_board(units=exclave_units())
    given = dict.fromkeys(board.unit_ids(), "H1")
    assert statuses(lay_out(place, given), "R-06") == {"G1": "met"}


def test_balance_within_the_tolerance(place: Place, halves: Plan) -> None:
    """4,000 and 20,000 against a mean of 12,000 is two thirds off."""
    assert statuses(halves, "R-07") == {"G1": "met", "G2": "met", "": "met"}
    plan = lay_out(place, EAST_HEAVY)
    assert finding(plan, "R-07", "G1").measured == pytest.approx(-2 / 3)
    assert finding(plan, "R-07", "G1").message_zh == "第一网格人口偏离均值 −66.7%"
    assert statuses(plan, "R-07") == {"G1": "violated", "G2": "violated", "": "met"}
    assert "5.00" in finding(plan, "R-07", "").message_en
    assert statuses(lay_out(place, EAST_HEAVY, grids={"balance": 2 / 3}), "R-07")["G1"] == "met"
    assert statuses(lay_out(place, EAST_HEAVY, grids={"balance": None}), "R-07")["G1"] == "not_evaluated"


def test_size_within_the_band(place: Place, halves: Plan) -> None:
    assert statuses(halves, "R-08") == {"G1": "met", "G2": "met"}
    small = finding(lay_out(place, board.WEST_EAST, rules={"grid_population_min": 12_001}), "R-08", "G1")
    assert (small.status, small.measured, small.limit) == ("violated", 12_000, 12_001)
    large = finding(lay_out(place, EAST_HEAVY, rules={"grid_population_max": 19_999}), "R-08", "G2")
    assert (large.status, large.measured, large.limit) == ("violated", 20_000, 19_999)
    county = findings(lay_out(place, board.WEST_EAST, place={"mode": "county"}), "R-08")
    assert [found.status for found in county] == ["not_evaluated"]


def test_whole_streets_keep_their_centres(streets: Plan) -> None:
    found = finding(streets, "R-09")
    assert (found.status, found.measured) == ("met", 0)


def test_streets_split_with_one_centre(halves: Plan) -> None:
    """The middle streets S1 and S4 lie in both halves and have one centre each."""
    assert statuses(halves, "R-09") == {"S1": "violated", "S4": "violated"}
    found = finding(halves, "R-09", "S1")
    assert (found.severity, found.measured, found.places) == ("must", 2, ("u02", "u03", "u12", "u13"))


def test_a_second_centre_allows_the_split_if_each_part_has_one(place: Place) -> None:
    second = "C6,,S1街道第二社区卫生服务中心,chc,,government,district,,,{}\n"
    apart = lay_out(survey_board(facilities=facilities(more=second.format("u03"))), board.WEST_EAST)
    assert statuses(apart, "R-09") == {"S4": "violated"}
    together = lay_out(survey_board(facilities=facilities(more=second.format("u12"))), board.WEST_EAST)
    found = finding(together, "R-09", "S1")
    assert (found.status, found.places) == ("violated", ("u03", "u13"))


def test_streets_unknown_is_not_evaluated(place: Place) -> None:
    units = board.board_units().drop(columns=["street_id", "street", "district_id", "district"])
    plan = lay_out(survey_board(units=units), board.WEST_EAST)
    assert [f.status for f in findings(plan, "R-09")] == ["not_evaluated"]
    assert [f.status for f in findings(plan, "R-10")] == ["not_evaluated"]
    assert finding(plan, "R-09").message_en == "not evaluated: needs street codes of the units (street_id)"


def test_districts_touched(place: Place, halves: Plan, streets: Plan) -> None:
    """By street, H1 has ten squares of the west and two of the east; both districts are split."""
    assert {f.measured for f in findings(halves, "R-10")} == {1.0}
    found = finding(streets, "R-10", "G1")
    assert (found.status, found.severity, found.measured) == ("met", "note", pytest.approx(10 / 12))
    wanted = {"grids": {"keep_whole": "district"}}
    assert finding(lay_out(place, board.BY_STREET, **wanted), "R-10", "G1").status == "violated"
    assert finding(lay_out(place, board.WEST_EAST, **wanted), "R-10", "G1").status == "met"


def test_compactness_of_a_rectangle(halves: Plan) -> None:
    """3 km x 4 km: 4 pi 12 / 14²; H1's squares are 13 / 6 minutes away on average, H2's 5 / 3."""
    found = finding(halves, "R-11", "G1")
    assert (found.status, found.measured) == ("met", pytest.approx(4 * pi * 12 / 14**2))
    assert f"{48 / (pi * 25):.2f} (Reock)" in found.message_en, "the circle around 3 km x 4 km has a diameter of 5 km"
    assert "2.2 min" in found.message_en
    assert "1.7 min" in finding(halves, "R-11", "G2").message_en


def test_a_grid_below_the_mean_is_as_far_as_one_above(place: Place) -> None:
    """4,000 and 20,000 people, two thirds below and above the mean."""
    for tolerance, status in ((0.66, "violated"), (0.67, "met")):
        plan = lay_out(place, EAST_HEAVY, grids={"balance": tolerance})
        assert statuses(plan, "R-07") == {"G1": status, "G2": status, "": "met"}
