"""R-39 and R-45 on the chessboard city: reserved capacity and budgets, checked by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from gridplan.grids.annexes.ledgers import draw_up_ledgers
from gridplan.grids.capacity import shares_of
from gridplan.grids.plan import Plan
from tests import board
from tests.checks.laid_out import Place, facilities, finding, findings, lay_out, survey_board, with_records

CAPACITY = ["facility_id", "slots_total", "slots_reserved", "beds_open", "beds_reserved"]
TIGHT = {"tight": True}
RATES = [{"category": "职工", "outpatient": 900, "inpatient_drg": 100}, {"category": "居民", "outpatient": 300}]


def reserving(place: Place, *rows: tuple[object, ...], rules: dict[str, object] = TIGHT) -> Plan:
    table = pd.DataFrame(list(rows), columns=CAPACITY).astype(dict.fromkeys(CAPACITY[1:], float))
    return with_records(lay_out(place, board.WEST_EAST, rules=rules), {"capacity": table})


#


def test_a_third_of_the_slots_and_a_quarter_of_the_beds(place: Place) -> None:
    """1,000 slots need 334, 1,001 beds need 251; H2 has one too few of each."""
    plan = reserving(place, ("H1", 1000, 334, 1001, 251), ("H2", 1000, 333, 1001, 250))
    assert [(f.subject_id, f.status, f.severity) for f in findings(plan, "R-39")] == [
        ("G1", "met", "should"),
        ("G1", "met", "should"),
        ("G2", "violated", "should"),
        ("G2", "violated", "should"),
    ]
    slots = findings(plan, "R-39", "G2")[0]
    assert (slots.measured, slots.limit) == (0.333, 1 / 3)
    assert slots.message_zh == "第二网格的牵头医院市第二医院号源共 1,000，预留给基层 333（33.3%），应不少于 334（1/3）"


def test_a_plan_that_is_not_tight_is_only_told(place: Place) -> None:
    plan = reserving(place, ("H1", 9, 0, 9, 0), rules={})
    assert {f.severity for f in findings(plan, "R-39", "G1") if f.status == "violated"} == {"note"}


def test_a_county_or_a_plan_without_record_is_not_evaluated(place: Place, halves: Plan) -> None:
    plan = reserving(place, ("H1", 9, 3, 9, 3))
    county = lay_out(place, board.WEST_EAST, place={"mode": "county"})
    assert finding(halves, "R-39").status == "not_evaluated"
    assert finding(with_records(county, plan.records), "R-39").status == "not_evaluated"
    assert {f.status for f in findings(plan, "R-39", "G2")} == {"not_evaluated"}


def test_a_campus_in_the_grid_counts_with_its_lead() -> None:
    campus = "H1b,H1,市第一医院西院区,general,三级甲等,government,city,100,ed,u00\n"
    city = survey_board(facilities=facilities(more=campus))
    plan = reserving(city, ("H1", 900, 250, 9, 9), ("H1b", 99, 83, 0, 0))
    found = findings(plan, "R-39", "G1")[0]
    assert (found.status, found.measured) == ("met", 333 / 999)


def test_required_slots_are_shared_by_people_served_and_add_up(place: Place) -> None:
    """G1 has C0, C1, C3 and C4, each for the squares of its street in the left half: 4, 2, 4, 2 of 12 thousand.

    H1 must reserve 334 slots: quotas 111.33, 55.67, 111.33, 55.67 round down to 332, the two left go to C1 and C4.
    """
    shares = shares_of(reserving(place, ("H1", 1000, 0, 1001, 0)))
    assert shares["facility_id"].tolist() == ["C0", "C1", "C3", "C4"]
    assert shares["weight"].tolist() == [4000, 2000, 4000, 2000]
    assert shares["slots"].tolist() == [111, 56, 111, 56]
    assert shares["beds"].sum() == 251
    assert set(shares["by"]) == {"served"}


def test_required_slots_are_shared_by_signed_residents_where_all_are_known(place: Place) -> None:
    plan = reserving(place, ("H1", 30, 0, 40, 0))
    signed = pd.DataFrame(
        [("all", 5000, count, centre) for centre, count in (("C0", 100), ("C1", 100), ("C3", 300), ("C4", 500))],
        columns=["group", "people", "signed", "facility_id"],
    )
    known = with_records(plan, {**plan.records, "signed": signed})
    assert shares_of(known)["slots"].tolist() == [1, 1, 3, 5]
    partly = with_records(plan, {**plan.records, "signed": signed[1:]})
    assert set(shares_of(partly)["by"]) == {"served"}


#


def insured(*rows: tuple[str, str, float]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=["unit_id", "category", "insured"])


def everyone(category: str = "职工", heads: float = 10) -> list[tuple[str, str, float]]:
    return [(unit, category, heads) for unit in board.unit_ids()]


def paying(place: Place, *rows: tuple[str, str, float], **budget: object) -> Plan:
    plan = lay_out(place, board.WEST_EAST, budget={"rates": RATES, **budget})
    return with_records(plan, {"insured": insured(*rows)} if rows else {})


def test_budgets_of_both_halves_add_up_to_the_total(place: Place) -> None:
    """120 employees each at 1,000 yuan; one more resident at 300 in the west."""
    plan = paying(place, *everyone(), ("u00", "居民", 1))
    assert (finding(plan, "R-45", "G1").measured, finding(plan, "R-45", "G2").measured) == (120_300, 120_000)
    assert (finding(plan, "R-45", "").status, finding(plan, "R-45", "").measured) == ("met", 240_300)
    stated = paying(place, *everyone(), total_yuan=1000.01)
    shared = [finding(stated, "R-45", grid).measured for grid in ("G1", "G2")]
    assert sorted(shared) == [500.0, 500.01]
    assert finding(stated, "R-45", "").limit == 1000.01


def test_residents_stand_in_for_the_insured_and_that_is_told(place: Place) -> None:
    """Without a table all 24,000 count at the mean of 1,000 and 300 yuan; without u00 alone it has the mix of the west."""
    none = paying(place)
    found = finding(none, "R-45", "insured")
    assert (found.status, found.severity, found.measured) == ("violated", "should", 24)
    assert finding(none, "R-45", "G1").measured == 12_000 * 650
    one = paying(place, *everyone()[1:])
    assert finding(one, "R-45", "insured").places == ("u00",)
    assert finding(one, "R-45", "G1").measured == 120_000
    assert findings(paying(place, *everyone()), "R-45", "insured") == []


def test_a_category_without_a_rate_does_not_count(place: Place) -> None:
    plan = paying(place, *everyone(), ("u00", "离休", 7))
    found = finding(plan, "R-45", "rates")
    assert (found.status, found.measured) == ("violated", 7)
    assert "离休" in found.message_zh
    assert finding(plan, "R-45", "G1").measured == 120_000


def test_units_in_no_grid_hold_their_part(place: Place) -> None:
    some = {unit: lead for unit, lead in board.WEST_EAST.items() if unit != "u00"}
    plan = with_records(lay_out(place, some, budget={"rates": RATES}), {"insured": insured(*everyone())})
    assert finding(plan, "R-45", "outside").measured == 10_000
    assert finding(plan, "R-45", "G1").measured == 110_000


def spent(plan: Plan) -> Plan:
    """G1 spends 90,000 of its 120,000, a third of it in H2 and outside; G2 spends 130,000, all in H2."""
    rows = [("u00", "H1", 60_000.0), ("u01", "H2", 20_000.0), ("u02", "省人民医院", 10_000.0), ("u05", "H2", 130_000.0)]
    table = pd.DataFrame(rows, columns=["unit_id", "facility_id", "yuan"])
    return with_records(plan, {**plan.records, "spending": table})


def test_surplus_is_kept_overrun_is_shared_care_elsewhere_is_told(place: Place) -> None:
    plan = spent(paying(place, *everyone(), retained_share=0.8, overrun_share=0.5))
    west, elsewhere = findings(plan, "R-45", "G1")
    east = findings(plan, "R-45", "G2")[0]
    assert (west.status, west.measured, west.limit) == ("met", 90_000, 120_000)
    assert "结余 3.0 万元，集团留用 2.4 万元" in west.message_zh
    assert (east.status, east.severity) == ("violated", "note")
    assert "超支 1.0 万元，集团分担 5,000.00 元" in east.message_zh
    assert elsewhere.measured == pytest.approx(1 / 3)
    assert "33.3% 用在本网格之外，其中 11.1% 在各网格之外" in elsewhere.message_zh


def test_without_rates_it_is_not_evaluated(halves: Plan) -> None:
    assert finding(halves, "R-45").status == "not_evaluated"


# annexes


def test_the_annexes_hold_what_the_rules_say(place: Place) -> None:
    plan = spent(paying(place, *everyone()))
    capacity = reserving(place, ("H1", 1000, 334, 1001, 251)).records["capacity"]
    seen = pd.DataFrame(
        [("H1", "2024", "M-05", 3, 4), ("全市", "2024", "M-17", 535, 754)],
        columns=["area", "period", "indicator", "numerator", "denominator"],
    )
    plan = with_records(plan, {**plan.records, "capacity": capacity, "observations": seen})
    annexes = draw_up_ledgers(plan)
    assert set(annexes) == {"reserves", "reserve_shares", "budgets", "care_elsewhere", "indicators"}
    assert annexes["reserve_shares"]["slots"].sum() == annexes["reserves"]["required"][0] == 334
    assert annexes["budgets"]["budget"].tolist() == [120_000, 120_000]
    assert annexes["budgets"]["surplus"].tolist() == [30_000, 0]
    assert annexes["care_elsewhere"]["yuan"].sum() == 220_000
    assert annexes["indicators"]["shown"].tolist() == ["71.0%", "75.0%"]
    assert annexes["indicators"]["area"].tolist() == ["棋盘市", "市第一医院"]
    assert draw_up_ledgers(with_records(lay_out(place, board.WEST_EAST), {})) == {}
