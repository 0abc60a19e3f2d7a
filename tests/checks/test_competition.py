"""R-40 to R-44 and R-46 on the chessboard city."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from gridplan.grids.plan import Plan
from gridplan.ground.access.minutes import measure_travel
from tests import board
from tests.checks.laid_out import (
    EAST_HEAVY,
    Place,
    facilities,
    finding,
    findings,
    lay_out,
    survey_board,
    the_board,
    violated,
    with_records,
)


def test_contested_ground(halves: Plan) -> None:
    assert finding(halves, "R-40").status == "not_evaluated"
    polygons = replace(halves, given_as="polygons")
    assert finding(polygons, "R-40").status == "met"
    claims = pd.DataFrame({"kind": ["area"], "subject_id": ["G2"], "grid_id": ["G1"], "km2": [1.5]})
    contested = replace(polygons, claims=claims)
    found = finding(contested, "R-40")
    assert (found.status, found.severity, found.measured) == ("violated", "must", 1.5)
    assert violated(contested) - violated(polygons) == {("R-40", "G1")}


def test_equal_groups_of_two_have_5000(halves: Plan) -> None:
    """1,100 beds of members in the left half, 900 in the right, where P1 (private, 200 beds) has joined nothing; 1,100 if it joins."""
    found = finding(halves, "R-41")
    apart = (1100**2 + 900**2) / 2000**2 * 1e4
    assert (found.status, found.measured, found.severity) == ("met", pytest.approx(apart), "note")
    joined = lay_out(the_board(), board.WEST_EAST, members={"join": ["P1"]})
    assert finding(joined, "R-41").measured == pytest.approx(5_000)


@pytest.mark.parametrize(("k", "index"), [(2, 5_000), (4, 2_500)])
def test_equal_groups(k: int, index: float) -> None:
    from gridplan.checks.competition import _herfindahl

    assert _herfindahl(pd.Series([7.0] * k)) == pytest.approx(index)


def test_a_rise_against_the_baseline(place: Place, halves: Plan) -> None:
    """H1 alone has 800 of 2,200 hospital beds, the other group, P1 with it, 1,400."""
    plan = lay_out(place, EAST_HEAVY, members={"join": ["P1"]})
    index = (800**2 + 1400**2) / 2200**2 * 1e4
    assert finding(plan, "R-41").measured == pytest.approx(index)
    before = replace(plan, layers=replace(plan.layers, baseline=pd.Series(board.WEST_EAST)))
    assert finding(before, "R-41").status == "met"  # 5,372 is 7% above 5,000
    strict = replace(before, case=before.case.changed(rules={"concentration_rise": 0.05}))
    assert (finding(strict, "R-41").status, finding(strict, "R-41").severity) == ("violated", "should")


def test_choice_of_two_groups(place: Place) -> None:
    """Within 2.5 minutes of a hospital of the left half (H1, M1) and of one of the right (H2, H3, and P1 that joined)."""
    plan = lay_out(place, board.WEST_EAST, rules={"choice_min": 2.5}, members={"join": ["P1"]})
    west = {unit for unit in board.unit_ids() if near(unit, "u01", "u30")}
    east = {unit for unit in board.unit_ids() if near(unit, "u24", "u13", "u05")}
    assert finding(plan, "R-42").measured == pytest.approx(len(west & east) / 24)
    assert finding(lay_out(place, board.WEST_EAST), "R-42").measured == 1
    assert 0 < len(west & east) < 24


def near(unit: str, *homes: str) -> bool:
    return any(abs(int(unit[1]) - int(h[1])) + abs(int(unit[2]) - int(h[2])) <= 2 for h in homes)


def test_hospitals_that_may_not_lead_count_alike() -> None:
    """H3, M1, P1 and a secondary hospital in u35 are no sites here; what residents reach is the same."""
    more = "H4,,区人民医院,general,二级甲等,government,district,100,surgery,u35\n"
    city = survey_board(facilities=facilities(more=more))
    two = measure_travel(city.surveyed.layers, city.case, ["H1", "H2"])
    assert sorted(two.to_others.columns) == ["H3", "H4", "M1", "P1"]
    for limits in ({"rules": {"choice_min": 2}, "travel": {"limit_min": 2}}, {}):
        plan = lay_out(city, board.WEST_EAST, **limits)
        fewer = lay_out(replace(city, travel=two), board.WEST_EAST, **limits)
        for rule, subject in (("R-42", ""), ("R-65", "hospital")):
            assert finding(fewer, rule, subject) == finding(plan, rule, subject)
    assert "共 5 处" in finding(plan, "R-42").message_zh


def test_levels_unknown_is_not_evaluated(place: Place) -> None:
    plan = lay_out(survey_board(facilities=facilities().assign(level="")), board.WEST_EAST)
    assert finding(plan, "R-42").status == "not_evaluated"


def test_referrals_out_of_the_group(halves: Plan) -> None:
    """H1 sends 30 of 100 to H2, H2 keeps all; M1 of the left half belongs to H1's group."""
    flows = pd.DataFrame(
        {"from_id": ["H1", "H1", "C2"], "to_id": ["M1", "H2", "H2"], "count": [70, 30, 50]},
    )
    west, east = findings(with_records(halves, {"referrals": flows}), "R-43")
    assert (west.status, west.measured) == ("met", pytest.approx(0.3))
    assert (east.status, east.severity, east.measured) == ("violated", "should", 0)
    assert finding(halves, "R-43").status == "not_evaluated"


@pytest.mark.parametrize(
    ("counts", "status", "said"),
    [
        ([4, 3], "not_evaluated", "fewer than 10"),
        ([70, 9], "met", "too few to tell"),
        ([9, 70], "met", "too few to tell"),
        ([70, 10], "met", "12.5%"),
        ([7, 0], "not_evaluated", "fewer than 10"),
    ],
)
def test_referrals_too_few_to_be_shown_are_not_told(halves: Plan, counts: list[int], status: str, said: str) -> None:
    """H1 keeps the first and sends the second to H2; neither number below 10, nor a share that gives it away, is told."""
    flows = pd.DataFrame({"from_id": ["H1", "H1"], "to_id": ["M1", "H2"], "count": counts})
    west = finding(with_records(halves, {"referrals": flows}), "R-43", "G1")
    assert west.status == status
    assert said in west.message_en
    assert (west.measured is None) == ("%" not in said)
    shown = halves.case.changed(rules={"fewest_shown": 1})
    west = finding(with_records(replace(halves, case=shown), {"referrals": flows}), "R-43", "G1")
    assert west.measured == pytest.approx(counts[1] / sum(counts))


def test_visits_too_few_to_be_shown_are_not_told(halves: Plan) -> None:
    rows = [("C0", 2023, 6), ("H1", 2023, 3), ("C0", 2024, 50), ("H1", 2024, 50)]
    visits = pd.DataFrame(rows, columns=["facility_id", "year", "visits"])
    assert finding(with_records(halves, {"visits": visits}), "R-44", "G1").status == "not_evaluated"


def test_a_provincial_hospital_in_the_grid_is_outside_the_group() -> None:
    """It stands in H1's half, but it is no member."""
    more = "X1,,省立医院,general,三级甲等,government,province,900,ed,u00\n"
    plan = lay_out(survey_board(facilities=facilities(more=more)), board.WEST_EAST)
    flows = pd.DataFrame({"from_id": ["C0"], "to_id": ["X1"], "count": [50]})
    assert finding(with_records(plan, {"referrals": flows}), "R-43", "G1").measured == 1


def test_primary_care_loses_visits(halves: Plan) -> None:
    """In the left half C0 falls from 60 to 50 of 100 visits; in the right C2 rises from 40 to 50."""
    left = [("C0", 2023, 60), ("H1", 2023, 40), ("C0", 2024, 50), ("H1", 2024, 50)]
    visits = pd.DataFrame(
        [*left, ("C2", 2023, 40), ("H2", 2023, 60), ("C2", 2024, 50), ("H2", 2024, 50)],
        columns=["facility_id", "year", "visits"],
    )
    west, east = findings(with_records(halves, {"visits": visits}), "R-44")
    assert (west.status, west.severity, west.measured, west.limit) == ("violated", "should", 0.5, 0.6)
    assert (east.status, east.measured) == ("met", 0.5)
    assert finding(halves, "R-44").status == "not_evaluated"


def test_the_last_two_years_on_record_are_compared(halves: Plan) -> None:
    """C0 rises from 40 to 60 of 100 visits and falls to 50 in the third year."""
    rows = [(2022, 40), (2023, 60), (2024, 50)]
    visits = pd.DataFrame(
        [row for year, n in rows for row in (("C0", year, n), ("H1", year, 100 - n))],
        columns=["facility_id", "year", "visits"],
    )
    west = finding(with_records(halves, {"visits": visits}), "R-44", "G1")
    assert (west.status, west.measured, west.limit) == ("violated", 0.5, 0.6)


def admissions(*rows: tuple[str, str, float, int]) -> dict[str, pd.DataFrame]:
    """The record of admissions: unit, institution, year, how many."""
    frame = pd.DataFrame(rows, columns=["unit_id", "facility_id", "year", "count"])
    return {"admissions": frame.assign(treatable=float("nan"))}


def test_the_share_treated_in_the_own_grid_falls(halves: Plan) -> None:
    """Residents of u00 (west) go to H1 there in 80, then 60 of 100 cases, the rest to H2 and a hospital outside; the east stays."""
    west = [("u00", "H1", 2023, 80), ("u00", "H2", 2023, 20), ("u00", "H1", 2024, 60), ("u00", "H2", 2024, 25)]
    east = [("u35", "H2", year, 50) for year in (2023, 2024)]
    plan = with_records(halves, admissions(*west, ("u00", "省立医院", 2024, 15), *east))
    first, second, whole = findings(plan, "R-46")
    assert (first.status, first.severity, first.measured, first.limit) == ("violated", "should", 0.6, 0.8)
    assert "80.0% in 2023; of the others most go to Grid 2 (25.0%)" in first.message_en
    assert (second.status, second.severity, second.measured) == ("met", "note", 1.0)
    assert whole.measured == 1.0
    assert "73.3% of all admissions" in whole.message_en
    assert finding(halves, "R-46").status == "not_evaluated"


def test_admissions_too_few_to_be_shown_are_not_told(halves: Plan) -> None:
    """9 of 100 stay: neither they nor the share are told; 9 in all are no record at all."""
    plan = with_records(halves, admissions(("u00", "H1", 2024, 9), ("u00", "H2", 2024, 91), ("u35", "H2", 2024, 9)))
    west, east, _ = findings(plan, "R-46")
    assert (west.status, west.measured) == ("met", None)
    assert "%" not in west.message_en
    assert east.status == "not_evaluated"
