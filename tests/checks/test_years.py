"""The halves of the chessboard city judged in a coming year."""

from __future__ import annotations

import pytest

from gridplan.checks.rule_book import check_plan
from gridplan.checks.years import judge_years
from gridplan.grids.plan import Plan
from tests import board
from tests.checks.laid_out import lay_out, the_board


def nothing(_plan: Plan) -> dict:
    return {}


def test_a_plan_is_scored_and_checked_with_the_residents_of_each_year() -> None:
    """The east doubles: 12,000 and 24,000 residents, a third off their mean; whole minutes weigh the east twice."""
    growth = {"base_year": 2025, "years": [2035], "growth": {"E": 2 ** (1 / 10) - 1}}
    plan = lay_out(the_board(), board.WEST_EAST, forecast=growth, rules={"grid_population_max": 20_000})
    table = judge_years(plan, check_plan(plan), nothing)
    assert table is not None
    rows = table.set_index(["year", "grid_id"])
    now, then = rows.loc[table["year"].isna().to_numpy()], rows.loc[2035.0]
    assert now["population"].tolist() == pytest.approx([24_000, 12_000, 12_000])
    assert then["population"].tolist() == pytest.approx([36_000, 12_000, 24_000])
    assert then["deviation"].tolist() == pytest.approx([1 / 3, -1 / 3, 1 / 3])
    west, east = now["mean_minutes"].to_numpy()[1:]
    assert then.loc["", "mean_minutes"] == pytest.approx((west + 2 * east) / 3)
    assert then.loc["G2", "should"] > now["should"].to_numpy()[2], "24,000 residents are more than a grid may have"


def test_nothing_is_said_of_years_that_nobody_tells_of() -> None:
    assert judge_years(lay_out(the_board(), board.WEST_EAST), (), nothing) is None
