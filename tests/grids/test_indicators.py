"""Indicators: the arithmetic of the sources, trends and targets."""

from __future__ import annotations

from fractions import Fraction

import pandas as pd
import pytest

from gridplan.grids.indicators import Area, evaluate_indicators, shown_value
from gridplan.grids.periods import years_in
from gridplan.layers.records.indicator_list import DIRECTIONS, MEASURES, bundled_indicators, indicator_list

CITY = {"全市": Area("plan", "", "棋盘市"), "H1": Area("grid", "G1", "市第一医院")}
NOTHING = float("nan")


def evaluated(*rows: tuple[str, str, str, float, float], own: pd.DataFrame | None = None) -> pd.DataFrame:
    table = pd.DataFrame(list(rows), columns=["area", "period", "indicator", "numerator", "denominator"])
    return evaluate_indicators(table, indicator_list(own), CITY)


def test_the_bundled_list_has_m01_to_m20_each_with_its_words() -> None:
    known = bundled_indicators()
    assert {name[:4] for name in known} == {f"M-{number:02d}" for number in range(1, 21)}
    for indicator in known.values():
        assert indicator.measure in MEASURES
        assert indicator.better in DIRECTIONS
        assert indicator.provenance
        assert all((indicator.name.zh, indicator.name.en, indicator.numerator.zh, indicator.numerator.en))
        assert bool(indicator.denominator.zh) == (indicator.divides or indicator.measure == "growth")


@pytest.mark.parametrize(
    ("indicator", "numerator", "denominator", "shown"),
    [
        ("M-17", 535, 754, "71.0%"),
        ("M-12c", 780_000, 670_000, "1.164"),
        ("M-16b", 32, 201, "15.9%"),
        ("M-15", 120, 100, "20.0%"),
        ("M-18", 91.85, NOTHING, "91.85"),
        ("M-14a", 13_208, NOTHING, "13,208"),
        ("M-01", 5, 0, ""),
        ("M-01", 5, NOTHING, ""),
    ],
)
def test_arithmetic_of_the_sources(indicator: str, numerator: float, denominator: float, shown: str) -> None:
    value = evaluated(("全市", "2020", indicator, numerator, denominator))["value"].iloc[0]
    assert shown_value(bundled_indicators()[indicator], value) == shown


# M-10's rise is not told; 0.1 stands in
S4 = [
    ("M-01", 90.0, 6.0), ("M-02", 78.0, 2.5), ("M-03", 55.0, 2.3), ("M-05", 77.0, 2.2), ("M-06", 42.0, 3.5),
    ("M-07a", 66.8, 3.8), ("M-07b", 70.7, 6.2), ("M-08", 65.8, 1.0), ("M-09", 15.0, -9.0), ("M-10", 61.2, 0.1),
]  # fmt: skip


@pytest.mark.parametrize(("indicator", "percent", "rise"), S4)
def test_the_pilot_counties_of_2020_rose_as_told(indicator: str, percent: float, rise: float) -> None:
    """Per cent and percentage points of S4; the admission rate falls from 24 to 15, which is better."""
    before = round(percent - rise, 1)
    table = evaluated(("全市", "2020", indicator, percent, 100), ("全市", "2019", indicator, before, 100))
    assert table["period"].tolist() == ["2019", "2020"]
    last = table.iloc[1]
    assert last["value"] == Fraction(str(percent)) / 100
    assert last["change"] * 100 == Fraction(str(rise))
    assert last["trend"] == "better"
    assert table["trend"].iloc[0] == ""
    assert bundled_indicators()[indicator].figure == Fraction(str(percent)) / 100


def test_targets_are_reached_exactly_or_missed() -> None:
    """A third of 999 slots is 333: reached; of 1000 it is 334. 75.0% of residents signed is reached."""
    table = evaluated(
        ("H1", "2024", "M-20a", 333, 999),
        ("H1", "2025", "M-20a", 333, 1000),
        ("H1", "2025", "M-19a", 18_000, 24_000),
        ("H1", "2025", "M-05", 1, 2),
    )
    assert dict(zip(zip(table["indicator"], table["period"], strict=True), table["reached"], strict=True)) == {
        ("M-05", "2025"): "",
        ("M-19a", "2025"): "met",
        ("M-20a", "2024"): "met",
        ("M-20a", "2025"): "violated",
    }


def test_growth_without_a_denominator_is_against_the_period_before() -> None:
    table = evaluated(("H1", "2024-10", "M-15", 90, NOTHING), ("H1", "2024-9", "M-15", 100, NOTHING))
    assert table["value"].tolist() == [None, Fraction(-1, 10)]


def test_areas_nobody_knows_keep_their_name_and_rows_any_order() -> None:
    rows = [("H1", "2024", "M-01", 1, 2), ("邻市", "2024", "M-01", 1, 4), ("全市", "2024", "M-01", 1, 3)]
    table = evaluated(*rows)
    assert table["area"].tolist() == ["棋盘市", "市第一医院", "邻市"]
    assert table["area_kind"].tolist() == ["plan", "grid", "other"]
    pd.testing.assert_frame_equal(evaluated(*reversed(rows)), table)


def test_a_case_has_its_own_indicators_and_targets() -> None:
    own = pd.DataFrame(
        [
            ("M-05", "慢病管理率", "管理人数", "登记人数", "share", "up", 0.6, "市规划"),
            ("Z-1", "投诉", "投诉件数", "", "count", "down", 3.0, ""),
        ],
        columns=["id", "name", "numerator", "denominator", "measure", "better", "target", "provenance"],
    )
    table = evaluated(("全市", "2024", "M-05", 60, 100), ("全市", "2024", "Z-1", 4, NOTHING), own=own)
    assert table["reached"].tolist() == ["met", "violated"]
    assert indicator_list(own)["Z-1"].provenance == "none"


def test_falling_is_better_where_the_indicator_says_so() -> None:
    """M-09 is better the lower it is, M-01 the higher."""
    rows = [
        ("全市", year, name, value, 100) for name in ("M-01", "M-09") for year, value in (("2020", 20), ("2021", 30))
    ]
    told = evaluated(*rows).groupby("indicator")["trend"].last()
    assert told.to_dict() == {"M-01": "better", "M-09": "worse"}
    same = evaluated(("全市", "2020", "M-01", 20, 100), ("全市", "2021", "M-01", 40, 200))
    assert same["trend"].tolist() == ["", "same"]


def test_periods_of_unlike_length_are_rates_before_they_have_a_trend() -> None:
    """818 in 75 days are 3,981 a year: against 3,900 in a year that is no fall; without knowing how long, no trend is told."""
    table = evaluated(
        ("全市", "2023", "M-12b", 3900, NOTHING), ("全市", "2024-01-01/2024-03-15", "M-12b", 818, NOTHING)
    )
    last = table.iloc[1]
    assert (last["value"], last["yearly"], last["trend"]) == (818, Fraction(818 * 365, 75), "better")
    wave = evaluated(("全市", "2023", "M-12b", 3900, NOTHING), ("全市", "试点期", "M-12b", 818, NOTHING))
    assert set(wave["trend"]) == {""}


def test_growth_against_a_shorter_period_counts_by_its_length() -> None:
    """100 in January, 200 in the year: 200 against 12 x 100."""
    table = evaluated(("全市", "2023-01", "M-15", 100, NOTHING), ("全市", "2024", "M-15", 200, NOTHING))
    assert table["value"].iloc[1] == Fraction(200, 1200) - 1


def test_a_leap_year_is_a_year_and_a_month_a_month() -> None:
    for before, after in (("2023", "2024"), ("2024-01", "2024-02")):
        table = evaluated(("全市", before, "M-12b", 365, NOTHING), ("全市", after, "M-12b", 365, NOTHING))
        assert table["trend"].iloc[1] == "same"


@pytest.mark.parametrize(
    ("period", "years"),
    [
        ("2024", 1), ("2023年", 1), ("2024Q1", "1/4"), ("2024年1季度", "1/4"), ("2024年第3季度", "1/4"), ("2019年1-7月", "7/12"),
        ("2024-02", "1/12"), ("2024-01/2024-03", "1/4"), ("2024年1月1日至3月15日", "75/365"), ("2024-01-01/2024-03-15", "75/365"),
        ("2019-2020", 2), ("试点期", None), ("", None), ("2024-13", None), ("2024-03/2024-01", None), ("2024-02-30/2024-03-01", None),
    ],
)  # fmt: skip
def test_how_long_a_period_is(period: str, years: str | int | None) -> None:
    assert years_in(period) == (None if years is None else Fraction(years))
