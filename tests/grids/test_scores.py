"""Indicators of the chessboard city, recomputed by hand; minutes as drawn in tests/checks/test_access.py."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from gridplan.grids.plan import Plan
from gridplan.grids.scores import _access, weighted_quantiles
from tests import board
from tests.checks.laid_out import Place, lay_out, survey_board, the_board


@pytest.fixture(scope="module")
def place() -> Place:
    return the_board()


@pytest.fixture(scope="module")
def halves(place: Place) -> Plan:
    """Left half to H1 (grid G1), right half to H2 (grid G2)."""
    return lay_out(place, board.WEST_EAST)


TO_H1 = [1, 0, 1, 2, 1, 2, 3, 2, 3, 4, 3, 4]
"""Minutes from the left half's squares, row by row."""
TO_H2 = [3, 2, 3, 2, 1, 2, 1, 0, 1, 2, 1, 2]
"""Minutes from the right half's squares."""


def test_minutes_of_every_unit(halves: Plan) -> None:
    west = [unit for unit in board.unit_ids() if board.WEST_EAST[unit] == "H1"]
    east = [unit for unit in board.unit_ids() if board.WEST_EAST[unit] == "H2"]
    minutes = halves.scores.units["minutes_to_lead"]
    assert minutes[west].to_numpy() == pytest.approx(TO_H1)
    assert minutes[east].to_numpy() == pytest.approx(TO_H2)
    assert halves.scores.units["share_within"].eq(1).all()


def test_grids(halves: Plan) -> None:
    grids = halves.scores.grids
    assert grids["population"].tolist() == [12_000, 12_000]
    assert grids["population_65"].tolist() == [1_800, 1_800]
    assert grids["n_units"].tolist() == [12, 12]
    assert grids["area_km2"].tolist() == pytest.approx([12, 12])
    assert grids["mean_minutes"].tolist() == pytest.approx([np.mean(TO_H1), np.mean(TO_H2)])
    assert grids["p50_minutes"].tolist() == pytest.approx([2, 2])
    assert grids["p90_minutes"].tolist() == pytest.approx([4, 3])
    assert grids["beds"].tolist() == [1100, 1100]
    assert grids["beds_per_1000"].tolist() == pytest.approx([1100 / 12] * 2)


def test_the_whole_plan(halves: Plan) -> None:
    plan = halves.scores.plan
    assert plan["mean_minutes"] == pytest.approx(np.mean(TO_H1 + TO_H2))
    assert plan["p90_minutes"] == pytest.approx(3)
    assert (plan["n_units"], plan["n_grids"], plan["n_facilities"], plan["max_deviation"]) == (24, 2, 14, 0)


def test_residents_by_time_class(halves: Plan) -> None:
    """Classes of a 4-minute limit end at 4/3, 2, 8/3 and 4 minutes."""
    classes = halves.scores.time_classes
    assert classes["breaks_min"] == pytest.approx([4 / 3, 2, 8 / 3, 4])
    assert classes["grids"]["G1"] == pytest.approx([4_000, 3_000, 0, 5_000, 0])
    assert sum(classes["plan"]) == pytest.approx(24_000)


def test_people_weigh(place: Place) -> None:
    """All but one resident of the left half live in u30 and u32, 4 minutes from H1."""
    ids = board.unit_ids()
    people = {unit: 0 if board.WEST_EAST[unit] == "H1" else 1000 for unit in ids} | {"u30": 500, "u32": 500, "u01": 1}
    table = pd.DataFrame({"unit_id": ids, "population": [people[unit] for unit in ids]})
    grids = lay_out(survey_board(people=table), board.WEST_EAST).scores.grids
    assert grids["mean_minutes"]["G1"] == pytest.approx(4 * 1000 / 1001)
    assert grids["deviation"]["G1"] == pytest.approx(1001 / (13_001 / 2) - 1)


def test_units_without_a_grid_are_unreachable(place: Place) -> None:
    given = {unit: lead for unit, lead in board.WEST_EAST.items() if unit != "u35"}
    scores = lay_out(place, given).scores
    assert np.isinf(scores.units["minutes_to_lead"]["u35"])
    assert scores.plan["share_within"] == pytest.approx(23 / 24)
    assert scores.plan["population"] == 24_000


def test_weighted_quantiles() -> None:
    values, weights = np.array([5.0, 1.0, np.inf, 3.0]), np.array([1.0, 2.0, 1.0, 6.0])
    assert weighted_quantiles(values, weights, (0.2, 0.5, 0.8, 0.9, 1.0)) == [1, 3, 3, 5, np.inf]
    assert np.isnan(weighted_quantiles(np.array([]), np.array([]), (0.5,))[0])


def test_deviations_are_from_the_mean_of_the_own_part(place: Place) -> None:
    """The east as a county of two grids with 4,000 and 8,000 people, mean 6,000; the west is one grid of 12,000."""
    given = {unit: "H1" if unit[2] < "3" else "H3" if unit[2] == "3" else "H2" for unit in board.unit_ids()}
    plan = lay_out(place, given, county={"districts": ("E",), "k": 2}, grids={"k": 1})
    told = plan.scores.grids.set_index("lead_id")
    assert told["deviation"].to_dict() == pytest.approx({"H1": 0.0, "H2": 1 / 3, "H3": -1 / 3})
    assert told["scope_id"].to_dict() == {"H1": "", "H2": "E", "H3": "E"}


def test_a_square_is_compact_by_its_border(halves: Plan) -> None:
    """3 km by 4 km: 4 pi times 12 km2 over the square of 14 km."""
    assert halves.scores.grids["compactness"].tolist() == pytest.approx([4 * np.pi * 12 / 14**2] * 2)


def test_who_is_at_the_limit_counts_as_within_and_primary_care_is_on_foot(halves: Plan) -> None:
    """All are within 4 minutes, two of them exactly; on foot 10 of 12 and 9 of 12 are near primary care."""
    assert halves.scores.grids["share_within"].tolist() == [1, 1]
    assert halves.scores.grids["share_primary"].tolist() == pytest.approx([10 / 12, 9 / 12])
    assert halves.scores.plan["share_primary"] == pytest.approx(19 / 24)


def test_who_cannot_get_there_has_no_minutes_but_counts_as_beyond() -> None:
    """Of 4 people one cannot get there: the mean is that of the others, half of all are within 2, nobody is asked about walks."""
    found = _access(np.array([1.0, 1, 1, 1]), np.array([1.0, 2, 9, np.inf]), None, np.full(4, 2.0), 15)
    assert (found["mean_minutes"], found["share_within"], found["p90_minutes"]) == (4, 0.5, np.inf)
    assert np.isnan(found["share_primary"])
    nobody = _access(np.zeros(1), np.ones(1), np.ones(1), np.ones(1), 15)
    assert (nobody["mean_minutes"], nobody["share_within"]) == (np.inf, 0)
