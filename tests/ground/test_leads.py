"""Strength, tiers, choice and prices of leads, recomputed by hand on the chessboard city."""

from __future__ import annotations

import pytest

from gridplan.case.sections import Grids
from gridplan.ground.leads import choose_candidates, grade_leads, lead_prices
from tests.checks.laid_out import facilities, survey_board, the_board


def graded(*changes: tuple[str, str, str], grids: Grids | None = None):
    return grade_leads(survey_board(facilities=facilities(*changes)).surveyed.layers.facilities, grids or Grids())


def test_strength_by_hand() -> None:
    """H1: tertiary A 1.0 x 0.35, 800 of 1,500 beds x 0.30, emergency 1 x 0.15, one of three centres x 0.20."""
    leads = graded()
    assert leads["strength"]["H1"] == pytest.approx(0.35 + 0.30 * 800 / 1500 + 0.15 + 0.20 / 3, abs=1e-4)
    assert leads["strength"]["H3"] == pytest.approx(0.35 * 0.8 + 0.30 * 300 / 1500 + 0.15, abs=1e-4)
    assert leads["known"].eq(1).all()


def test_strength_is_over_what_is_known() -> None:
    """Without beds H1 is judged on 0.70 of the weight."""
    leads = graded(("H1", "beds", ""))
    assert leads["known"]["H1"] == pytest.approx(0.70)
    assert leads["strength"]["H1"] == pytest.approx((0.35 + 0.15 + 0.20 / 3) / 0.70, abs=1e-4)


def test_tiers_of_the_board() -> None:
    assert graded()["tier"].to_dict() == {"H1": "a", "H2": "a", "H3": "a", "M1": "b", "P1": ""}


def test_a_campus_takes_after_its_parent() -> None:
    leads = graded(("H2", "parent_id", "H1"), ("H2", "level", ""), ("H2", "services", ""))
    assert (leads["hospital_id"]["H2"], leads["tier"]["H2"]) == ("H1", "a")
    assert leads["strength"]["H2"] == pytest.approx(0.35 + 0.30 * 600 / 1500 + 0.15 + 0.20 / 3, abs=1e-4)


def test_lower_tiers_only_where_too_few_hospitals_qualify() -> None:
    leads = graded()
    assert list(choose_candidates(leads, Grids(), 3).index) == ["H1", "H2", "H3"]
    assert list(choose_candidates(leads, Grids(), 4).index) == ["H1", "H2", "H3", "M1"]


def test_required_and_forbidden_leads() -> None:
    chosen = choose_candidates(graded(), Grids(required_leads=("P1",), forbidden_leads=("H3",)), 2)
    assert list(chosen.index) == ["H1", "H2", "P1"]


def test_the_strongest_is_free_and_the_others_cost_residents_minutes() -> None:
    leads = choose_candidates(graded(), Grids(), 2)
    prices = dict(zip(leads.index, lead_prices(leads, Grids(strength_price_min=5), 12_000), strict=True))
    assert prices["H1"] == 0
    strength = leads["strength"]
    assert prices["H3"] == pytest.approx((strength["H1"] - strength["H3"]) * 5 * 12_000)


STRONG = {"level": 2, "grade": "", "beds": 100.0, "services": ("ed", "surgery", "stroke"), "admin_level": "other"}
"""The least strong secondary hospital: 100 beds, an emergency department, surgery and one centre."""


def tier_of_h3(**columns: object) -> str:
    told = the_board().surveyed.layers.facilities.copy()
    for column, value in (STRONG | columns).items():
        told.at["H3", column] = value
    return grade_leads(told, Grids())["tier"]["H3"]


@pytest.mark.parametrize(
    ("column", "value", "tier"),
    [
        ("beds", 100.0, "c"),
        ("beds", 99.0, ""),
        ("services", ("surgery", "stroke"), ""),
        ("services", ("ed", "stroke"), ""),
        ("services", ("ed", "surgery"), ""),
        ("services", ("ed", "surgery", "trauma"), "c"),
        ("services", ("ed", "surgery", "chest_pain"), "c"),
        ("level", 1, ""),
        ("level", 3, "b"),
        ("kind", "maternity", ""),
        ("ownership", "private", ""),
        ("ownership", "state_enterprise", "c"),
    ],
)
def test_a_strong_secondary_hospital_lacks_nothing(column: str, value: object, tier: str) -> None:
    assert tier_of_h3(**{column: value}) == tier


def test_affiliation_makes_the_first_tier_and_a_state_enterprise_needs_none() -> None:
    assert tier_of_h3(level=3) == "b"
    assert tier_of_h3(level=3, admin_level="city") == "a"
    assert tier_of_h3(level=3, ownership="state_enterprise") == "a"
    assert tier_of_h3(level=3, kind="maternity", admin_level="city") == "b", (
        "only general and Chinese medicine lead first"
    )


def test_two_campuses_are_one_hospital_when_leads_are_counted() -> None:
    """H1 and H2 as two campuses of one hospital and H3 are two hospitals, not three: M1 of tier b is taken as well."""
    leads = graded(("H2", "parent_id", "H1"))
    assert list(choose_candidates(leads, Grids(), 2).index) == ["H1", "H2", "H3"]
    assert list(choose_candidates(leads, Grids(), 3).index) == ["H1", "H2", "H3", "M1"]


def test_a_forbidden_hospital_is_forbidden_with_its_campuses() -> None:
    leads = graded(("H2", "parent_id", "H1"))
    assert "H2" not in choose_candidates(leads, Grids(forbidden_leads=("H1",)), 1).index
