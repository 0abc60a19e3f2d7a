"""R-60, R-61 and R-63 on the chessboard city: minutes and people counted square by square.

Minutes to H1 in u01 and H2 in u24 (squares of the left and of the right half):

    row 3   4 3 4 | 2 1 2
    row 2   3 2 3 | 1 0 1
    row 1   2 1 2 | 2 1 2
    row 0   1 0 1 | 3 2 3
"""

from __future__ import annotations

import pandas as pd
import pytest

from gridplan.checks.told_speeds import tell_speeds
from gridplan.grids.plan import Plan
from tests import board
from tests.checks.laid_out import Place, facilities, finding, findings, lay_out, statuses, survey_board


def within(place: Place, minutes: float) -> Plan:
    return lay_out(place, board.WEST_EAST, travel={"limit_min": minutes})


def test_all_within_four_minutes(halves: Plan) -> None:
    found = finding(halves, "R-60", "G1")
    assert (found.status, found.measured, found.limit, found.places) == ("met", pytest.approx(4), 4, ())


def test_two_squares_are_over_three_minutes(place: Place) -> None:
    found = finding(within(place, 3.5), "R-60", "G1")
    assert (found.status, found.measured, found.places) == ("violated", pytest.approx(4), ("u30", "u32"))
    assert found.message_zh == "第一网格有 2 个单元（2,000 人）到牵头医院超过 3.5 分钟，九成居民在 4 分钟内"
    assert finding(within(place, 3.5), "R-60", "G2").status == "met"


def test_a_far_square_without_residents_is_no_matter(place: Place) -> None:
    ids = board.unit_ids()
    people = pd.DataFrame({"unit_id": ids, "population": [0 if unit in ("u30", "u32") else 1000 for unit in ids]})
    assert finding(within(survey_board(people=people), 3.5), "R-60", "G1").status == "met"


def test_nearest_primary_care_and_emergency_are_notes(halves: Plan) -> None:
    """H1, H2, H3 and P1 have an emergency department: nobody is over 3 minutes from one of them."""
    found = finding(halves, "R-60", "ed")
    assert (found.severity, found.status, found.measured) == ("note", "met", pytest.approx(3))
    assert finding(halves, "R-60", "primary").unit == "min"


def test_no_primary_care_is_not_evaluated(place: Place) -> None:
    table = facilities()
    plan = lay_out(survey_board(facilities=table[table["kind"] != "chc"]), board.WEST_EAST)
    assert finding(plan, "R-60", "primary").status == "not_evaluated"
    assert finding(plan, "R-61", "primary").status == "not_evaluated"


def test_coverage_of_the_own_lead(place: Place) -> None:
    """22 of 24 squares are within 3.5 minutes, 17 within 2.5."""
    enough, too_few = finding(within(place, 3.5), "R-61", "lead"), finding(within(place, 2.5), "R-61", "lead")
    assert (enough.status, enough.measured) == ("met", pytest.approx(22 / 24))
    assert (too_few.status, too_few.measured, too_few.limit) == ("violated", pytest.approx(17 / 24), 0.9)


def test_coverage_of_primary_care(place: Place) -> None:
    """On foot (4.8 km/h) a neighbouring square is 12.5 minutes away, the next one 25. Squares with a centre (C), beside
    one (+), or neither (-), 19 of 24 near enough:

        row 3   + - + | + C +      centres in u00, u02, u04, u20, u22, u34
        row 2   C + C | + + -
        row 1   + - + | - + -
        row 0   C + C | + C +
    """
    found = finding(lay_out(place, board.WEST_EAST), "R-61", "primary")
    assert (found.status, found.measured) == ("violated", pytest.approx(19 / 24))
    generous = lay_out(place, board.WEST_EAST, rules={"primary_coverage": 0.75})
    assert finding(generous, "R-61", "primary").status == "met"


def test_beds_by_grid_and_kind(halves: Plan) -> None:
    """H1 800 and M1 300 beds for 12,000 people in the left half; H2 600, H3 300 and P1 200 in the right."""
    assert finding(halves, "R-63", "G1").measured == pytest.approx(1100 / 12)
    assert "综合医院 66.7、中医医院 25.0" in finding(halves, "R-63", "G2").message_zh


def test_beds_unknown_is_not_evaluated(place: Place) -> None:
    plan = lay_out(survey_board(facilities=facilities().assign(beds="")), board.WEST_EAST)
    assert [(f.status, f.message_en) for f in findings(plan, "R-63")] == [
        ("not_evaluated", "not evaluated: needs beds of the facilities (beds)")
    ]
    some = facilities(("H2", "beds", ""), ("H3", "beds", ""), ("P1", "beds", ""))
    assert statuses(lay_out(survey_board(facilities=some), board.WEST_EAST), "R-63") == {
        "G1": "met",
        "G2": "not_evaluated",
    }


def test_who_is_at_the_limit_is_within_it(halves: Plan, place: Place) -> None:
    """The two squares 4 minutes from H1 are within 4; a share that equals its target reaches it."""
    assert finding(halves, "R-61", "lead").measured == 1
    at_target = lay_out(place, board.WEST_EAST, rules={"primary_coverage": 19 / 24})
    assert finding(at_target, "R-61", "primary").status == "met"


def test_a_county_has_its_own_coverage_and_its_own_limit(place: Place) -> None:
    """The right half as a county within 2 minutes: 10 of its 12 squares; the left half within 4: all."""
    plan = lay_out(place, board.WEST_EAST, county={"districts": ["E"], "limit_min": 2})
    city, county = finding(plan, "R-61", "lead"), finding(plan, "R-61", "lead-E")
    assert (city.measured, county.measured) == (1, pytest.approx(10 / 12))
    far = findings(plan, "R-60", "G2")
    assert {told.limit for told in far} == {2}
    assert sorted(unit for told in far for unit in told.places) == ["u03", "u05"]
    assert finding(plan, "R-61", "primary-E").measured == pytest.approx(9 / 12)
    assert finding(plan, "R-61", "primary").measured == pytest.approx(10 / 12)


def test_emergency_and_primary_care_are_told_at_nine_tenths(halves: Plan) -> None:
    """5 of 24 squares walk 25 minutes to primary care, more than a tenth; half of them 12.5 or less."""
    found = finding(halves, "R-60", "primary")
    assert (found.measured, found.severity) == (pytest.approx(25, abs=0.1), "note")
    assert (
        "中位 12.5 分钟" in found.message_zh or "中位 13 分钟" in found.message_zh or "中位 12 分钟" in found.message_zh
    )


def test_shares_say_how_far_they_move_with_speeds(halves: Plan) -> None:
    """At speeds 1.21 times slower the two squares at 4 minutes are beyond the limit of 4; a square on foot is 12.5 or 13.75 minutes of 15."""
    lead, primary = (finding(halves, "R-61", kind) for kind in ("lead", "primary"))
    assert (
        lead.message_zh
        == "驾车到本网格牵头医院：4 分钟内居民占 100.0%（车速 ÷1.21 至 ×1.21 时为 91.7% 至 100.0%），目标 90%"
    )
    assert "(79.2% to 79.2% at speeds ÷1.1 to ×1.1)" in primary.message_en
    assert halves.scores.plan["share_within_low"] == pytest.approx(22 / 24)
    assert halves.scores.grids["share_within_low"].tolist() == pytest.approx([10 / 12, 1.0])


def test_findings_say_which_speeds_they_use(place: Place) -> None:
    plan = lay_out(
        place, board.WEST_EAST, travel={"period": "peak", "emergency_by": "ambulance", "primary_by": "ebike"}
    )
    assert finding(plan, "R-60", "G1").message_zh.startswith("第一网格各单元高峰时到牵头医院")
    assert finding(plan, "R-60", "ed").message_en.startswith("ambulance to the nearest")
    assert finding(plan, "R-60", "primary").message_zh.startswith("骑电动自行车到")
    assert finding(plan, "R-61", "lead").message_en.startswith("drive at peak to the own lead")


def test_where_speeds_come_from_is_told(place: Place) -> None:
    assumed, measured = place.case.travel, place.case.changed(travel={"speeds_from": "measured: 300 trips"}).travel
    assert tell_speeds(assumed).en == "Minutes by car are those of off-peak speeds (planning assumptions, not measured)"
    assert tell_speeds(measured).zh == "驾车时间用平峰车速（measured: 300 trips）"
    assert tell_speeds(place.case.changed(travel={"source": "straight_line"}).travel) is None
