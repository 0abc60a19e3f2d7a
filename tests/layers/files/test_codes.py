"""Codes of units begin with their street's and district's; cut, padded and foreign ones are named and explained."""

from __future__ import annotations

import pandas as pd
import pytest

from gridplan.case.sources import Source
from gridplan.layers.files.codes import check_codes
from gridplan.layers.files.columns import Picked, check_known
from gridplan.layers.files.reading import Reading
from gridplan.words.problems import Problems

ROWS = range(2, 14)
STREETS = ["420102001"] * 6 + ["420102002"] * 6
UNITS = [f"{street}{number:03d}" for number, street in enumerate(STREETS, 1)]


def picked(frame: pd.DataFrame, problems: Problems) -> Picked:
    reading = Reading(Source(path="u.gpkg"), None, problems)  # type: ignore[arg-type]
    return Picked(reading, frame, {name: name for name in frame})


def told(
    units: list[str] = UNITS, streets: list[str] | None = STREETS, districts: list[str] | None = None
) -> list[tuple[str, tuple[int, ...], str]]:
    """Field, rows and what was found, of every problem; all are warnings."""
    columns = {"unit_id": units, "street_id": streets, "district_id": districts or ["420102"] * 12}
    frame = pd.DataFrame({name: list(values) for name, values in columns.items() if values}, index=ROWS, dtype=object)
    problems = Problems()
    check_codes(frame, picked(frame, problems))
    assert {problem.severity for problem in problems} <= {"warning"}
    return [(problem.field, problem.rows, problem.found.en) for problem in problems]


def replaced(values: list[str], at: int, value: str) -> list[str]:
    return [value if position == at else old for position, old in enumerate(values)]


def test_sound_codes_are_not_doubted_padded_or_not() -> None:
    assert told() == []
    assert told(streets=[f"{street}000" for street in STREETS], districts=["420102000000"] * 12) == []
    assert told(districts=["420102000"] * 12) == []


@pytest.mark.parametrize("units", [["u1", "u2"] * 6, [str(n) for n in range(12)], ["H-01"] * 12])
def test_ids_of_their_own_making_are_left_alone(units: list[str]) -> None:
    assert told(units=units) == []


@pytest.mark.parametrize(
    ("wrong", "field", "found"),
    [
        ({"units": replaced(UNITS, 3, "420102009003")}, "unit_id", "codes that begin otherwise"),
        ({"streets": replaced(STREETS, 3, "420103001")}, "unit_id", "codes that begin otherwise"),
        ({"districts": replaced(["420102"] * 12, 3, "420103")}, "street_id", "codes that begin otherwise"),
        ({"units": replaced(UNITS, 3, "420102001")}, "unit_id", "shorter codes"),
        ({"units": replaced(UNITS, 3, UNITS[3] + "07")}, "unit_id", "longer codes"),
        ({"units": replaced(UNITS, 3, "42010200100A")}, "unit_id", "codes with other signs"),
        ({"units": replaced(UNITS, 3, "420102001000")}, "unit_id", "codes of the level above"),
        ({"streets": replaced(STREETS, 3, "4201020")}, "street_id", "shorter codes"),
    ],
)
def test_the_row_of_a_wrong_code_is_named(wrong: dict[str, list[str]], field: str, found: str) -> None:
    hits = [item for item in told(**wrong) if item[0] == field and found in item[2]]
    assert [rows for _, rows, _ in hits] == [(5,)]


def test_without_streets_units_are_compared_with_districts() -> None:
    problems = told(streets=None, districts=replaced(["420102"] * 12, 3, "420103"))
    assert [(field, rows) for field, rows, _ in problems] == [("unit_id", (5,))]


@pytest.mark.parametrize(
    ("strange", "said"),
    [
        ("420102001001000", "zeros at the end"),
        ("0420102001001", "zeros at the start"),
        ("4201020010", "first digits"),
        ("42010200100155", "begin with known codes"),
        ("102001001", "last digits"),
        ("999999999999", "Correct"),
    ],
)
def test_unknown_codes_are_explained_where_digits_are_the_reason(strange: str, said: str) -> None:
    frame = pd.DataFrame({"unit_id": ["420102001001", strange]}, index=[2, 3])
    problems = Problems()
    check_known(frame["unit_id"], picked(frame, problems), "unit_id", pd.Index(UNITS))
    assert said in problems[0].render("en")
    assert problems[0].rows == (3,)
