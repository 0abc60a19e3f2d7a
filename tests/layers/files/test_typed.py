"""Numbers as people type them are read, said, or refused; never guessed silently."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridplan.layers.files.typed import parse_number, stated_scale, without_unit

READ = {
    "1,234": 1234.0,
    "12,345,678.5": 12_345_678.5,
    "1，234": 1234.0,
    "\uff11\uff12\uff13\uff14": 1234.0,
    "約": None,
    "约500": 500.0,
    "大约 500 人": 500.0,
    "500左右": 500.0,
    "350张": 350.0,
    "1.2万": 12_000.0,
    "3.10101e+11": 3.10101e11,
    "25分钟": 25.0,
    " 12 ": 12.0,
    "−5": -5.0,
    "12,34": None,
    "1.234.567": None,
    "五百": None,
    "500-600": None,
    "inf": None,
    "1e999": None,
    "9" * 400: None,
    "-" + "9" * 400: None,
    "#REF!": None,
    "=A1": None,
    "12%": None,
}


@pytest.mark.parametrize(("typed", "value"), READ.items())
def test_what_a_cell_says(typed: str, value: float | None) -> None:
    number = parse_number(typed)
    assert number.wrong == (value is None)
    if value is not None:
        assert number.value == pytest.approx(value)


@pytest.mark.parametrize("value", [10**400, -(10**400), math.inf])
def test_a_number_beyond_all_numbers_is_wrong(value: float) -> None:
    assert parse_number(value).wrong


@pytest.mark.parametrize("typed", ["-", "—", "/", "无", "暂无", "N/A", "nan", "null"])
def test_signs_for_no_data_are_empty_and_told(typed: str) -> None:
    number = parse_number(typed)
    assert math.isnan(number.value)
    assert number.interpreted
    assert not number.wrong


@pytest.mark.parametrize("typed", ["", "  ", None, float("nan")])
def test_empty_cells_are_empty_without_a_word(typed: object) -> None:
    number = parse_number(typed)
    assert math.isnan(number.value)
    assert not number.interpreted


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_plain_numbers_stay_what_they_are(value: float) -> None:
    assert parse_number(value).value == value
    assert parse_number(format(value, ".3f")).value == float(format(value, ".3f"))
    assert not parse_number(format(value, ".3f")).interpreted


@given(st.text(max_size=12))
def test_no_text_makes_it_fail(text: str) -> None:
    number = parse_number(text)
    assert number.wrong or math.isnan(number.value) or math.isfinite(number.value)


def test_true_and_false_are_no_numbers() -> None:
    """A column of flags taken for people or beds is not all ones."""
    assert parse_number(True).wrong
    assert parse_number(False).wrong


@pytest.mark.parametrize(
    ("header", "minutes", "scale", "bare"),
    [
        ("常住人口（万人）", False, 1e4, "常住人口"),
        ("常住人口_万人", False, 1e4, "常住人口"),
        ("population (thousands)", False, 1e3, "population"),
        ("Population ('000)", False, 1e3, "Population"),
        ("population in thousands", False, 1e3, "population"),
        ("residents (thousand persons)", False, 1e3, "residents"),
        ("duration_s", True, 1 / 60, "duration"),
        ("时长（秒）", True, 1 / 60, "时长"),
        ("time in hours", True, 60, "time"),
        ("seconds", True, 1 / 60, "seconds"),
        ("人口（2020年）", False, 1, "人口（2020年）"),
        ("pop 1000", False, 1, "pop 1000"),
        ("unit_id", False, 1, "unit_id"),
        ("minutes", True, 1, "minutes"),
    ],
)
def test_the_unit_of_measure_that_a_header_states(header: str, minutes: bool, scale: float, bare: str) -> None:
    assert stated_scale(header, minutes=minutes)[0] == pytest.approx(scale)
    assert without_unit(header) == bare
