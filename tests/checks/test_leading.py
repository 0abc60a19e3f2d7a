"""R-20 on the chessboard city: who may lead, with what severity."""

from __future__ import annotations

import pytest

from gridplan.grids.plan import Plan
from tests import board
from tests.checks.laid_out import Place, facilities, finding, findings, lay_out, statuses, survey_board


def led_by(lead: str) -> dict[str, str]:
    """The left half to `lead`, the right half to H2."""
    return {unit: lead if old == "H1" else old for unit, old in board.WEST_EAST.items()}


def judged(place: Place, lead: str) -> tuple[str, str]:
    plan = lay_out(place, led_by(lead))
    grid = next(g for g, of in plan.assignment.lead_of_grid.items() if of == lead)
    found = finding(plan, "R-20", str(grid))
    return found.severity, found.status


def test_tertiary_general_municipal_hospitals_qualify(halves: Plan) -> None:
    assert statuses(halves, "R-20") == {"G1": "met", "G2": "met"}
    assert finding(halves, "R-20", "G1").message_zh.startswith("市第一医院：市、区办")


@pytest.mark.parametrize(
    ("lead", "expected"),
    [
        ("H3", ("must", "met")),  # Chinese medicine, tertiary, district
        ("M1", ("should", "violated")),  # maternity
        ("P1", ("must", "violated")),  # private
    ],
)
def test_other_hospitals_of_the_board(place: Place, lead: str, expected: tuple[str, str]) -> None:
    assert judged(place, lead) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([("H1", "admin_level", "province")], ("should", "violated")),
        ([("H1", "ownership", "state_enterprise"), ("H1", "admin_level", "other")], ("must", "met")),
        ([("H1", "level", "二级甲等")], ("must", "met")),  # 800 beds, emergency, surgery, stroke centre: strong
        ([("H1", "level", "二级甲等"), ("H1", "beds", "99")], ("must", "violated")),
        ([("H1", "level", "二级甲等"), ("H1", "services", "ed;surgery")], ("must", "violated")),
        ([("H1", "kind", "specialist"), ("H1", "level", "一级")], ("must", "violated")),
    ],
)
def test_what_changes_the_judgement(changes: list[tuple[str, str, str]], expected: tuple[str, str]) -> None:
    assert judged(survey_board(facilities=facilities(*changes)), "H1") == expected


def test_a_health_centre_cannot_lead(place: Place) -> None:
    plan = lay_out(place, {**board.WEST_EAST, "u00": "C0"})
    assert (finding(plan, "R-20", "G1").severity, finding(plan, "R-20", "G1").status) == ("must", "violated")
    assert finding(plan, "R-20", "G1").message_zh == "S0街道社区卫生服务中心的牵头单位不是医院"


def test_leads_with_beds_and_a_centre(halves: Plan) -> None:
    """800 and 600 beds for 12,000 people each: 8/7 and 6/7 of the mean; H1 has a stroke centre, H2 a trauma centre."""
    beds = findings(halves, "R-25")[:2]
    assert [(f.status, f.measured) for f in beds] == [("met", pytest.approx(8 / 7)), ("met", pytest.approx(6 / 7))]
    assert [(f.status, f.measured) for f in findings(halves, "R-25")[2:]] == [("met", 1), ("met", 1)]


def test_a_lead_with_few_beds_or_without_a_centre(place: Place) -> None:
    plan = lay_out(place, board.WEST_EAST, rules={"lead_beds_ratio": 0.9, "lead_centres": 2})
    assert [f.status for f in findings(plan, "R-25")] == ["met", "violated", "violated", "violated"]
    no_emergency = survey_board(facilities=facilities(("H1", "services", "stroke")))
    found = findings(lay_out(no_emergency, board.WEST_EAST), "R-25", "G1")[1]
    assert (found.status, found.measured) == ("violated", 1)
    assert "没有急诊" in found.message_zh


def test_campuses_in_the_grid_count_for_the_lead(place: Place) -> None:
    """M1 as a campus of H1 adds its 300 beds: 1,100 of 1,700 for half of the people."""
    plan = lay_out(survey_board(facilities=facilities(("M1", "parent_id", "H1"))), board.WEST_EAST)
    assert findings(plan, "R-25", "G1")[0].measured == pytest.approx(1100 / 850)


def test_beds_unknown_is_not_evaluated(place: Place) -> None:
    plan = lay_out(survey_board(facilities=facilities().assign(beds="")), board.WEST_EAST)
    assert [f.status for f in findings(plan, "R-25")] == ["not_evaluated"]


def test_a_lead_needs_an_emergency_department_beside_its_centres() -> None:
    """H1 with all three centres and no emergency department."""
    plan = lay_out(survey_board(facilities=facilities(("H1", "services", "stroke;trauma;chest_pain"))), board.WEST_EAST)
    found = findings(plan, "R-25", "G1")[1]
    assert (found.status, found.measured) == ("violated", 3)


def test_the_finding_on_a_lead_tells_its_strength_and_where_it_stands(halves: Plan) -> None:
    found = finding(halves, "R-20", "G1")
    assert found.measured == pytest.approx(halves.leads["strength"]["H1"])
    assert found.places == ("u01",)


def test_a_campus_in_another_grid_brings_its_lead_no_beds() -> None:
    """H1 has 800 beds in the left half and a campus with 600 in the right: 800 to 600 beds on 12,000 people each."""
    more = "H9,H1,市第一医院东院区,general,三级甲等,government,city,600,ed,u35\n"
    plan = lay_out(survey_board(facilities=facilities(more=more)), board.WEST_EAST)
    west, east = (f for f in findings(plan, "R-25") if f.unit == "share")
    assert (west.measured, east.measured) == (pytest.approx(800 / 700), pytest.approx(600 / 700))
    near = more.replace("u35", "u00")
    own = lay_out(survey_board(facilities=facilities(more=near)), board.WEST_EAST)
    assert [f.measured for f in findings(own, "R-25") if f.unit == "share"] == pytest.approx([1400 / 1000, 600 / 1000])


def test_beds_at_the_stated_part_of_the_mean_are_enough(place: Place) -> None:
    """H2 has 600 beds to a mean of 700."""
    for ratio, status in ((600 / 700, "met"), (600 / 700 + 1e-6, "violated")):
        plan = lay_out(place, board.WEST_EAST, rules={"lead_beds_ratio": ratio})
        [found] = [f for f in findings(plan, "R-25", "G2") if f.unit == "share"]
        assert found.status == status


def test_city_and_county_have_a_mean_each(place: Place) -> None:
    plan = lay_out(place, board.WEST_EAST, county={"districts": ["E"]})
    assert [f.measured for f in findings(plan, "R-25") if f.unit == "share"] == pytest.approx([1, 1])
