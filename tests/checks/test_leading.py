"""R-20 on the chessboard city: who may lead, with what severity."""

from __future__ import annotations

import pytest

from gridplan.checks.plan import Plan
from tests import board
from tests.checks.laid_out import Place, facilities, finding, lay_out, statuses, survey_board


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
