"""How long a period is that an observation is of, as planners write it: a year, a quarter, a month, from a day to a day."""

from __future__ import annotations

import datetime as dt
import re
from fractions import Fraction

_NUMBER = re.compile(r"\d+")
_QUARTER = re.compile(r"([1-4])\s*季|[Qq]\s*([1-4])")
_DAYS = 365


def years_in(period: str) -> Fraction | None:
    """Return the years of a period, both ends counted; None where the words do not say.

    Understood are years (2024, 2019-2020), quarters (2024Q1, 2024年1季度), months (2024-03, 2024年1-7月, 2024-01/2024-07) and days
    to days (2024-01-01/2024-03-15, 2024年1月1日至3月15日). A month is a twelfth of a year, days are 365ths of one.

    >>> years_in("2024"), years_in("2019年1-7月"), years_in("2024-01-01/2024-03-15"), years_in("试点期")
    (Fraction(1, 1), Fraction(7, 12), Fraction(15, 73), None)
    """
    numbers = [int(found) for found in _NUMBER.findall(period)]
    if not numbers or not 1900 <= numbers[0] <= 2200:
        return None
    quarter = _QUARTER.search(period)
    if quarter and len(numbers) == 2:
        return Fraction(1, 4)
    try:
        return _spelled(numbers)
    except ValueError:
        return None


def _spelled(numbers: list[int]) -> Fraction | None:
    """Return the years between what two dates spell; a second date may leave out its year, as one writes it."""
    match numbers:
        case [year]:
            return _months(year, 1, year, 12)
        case [year, other] if other > 12:
            return _months(year, 1, other, 12)
        case [year, month]:
            return _months(year, month, year, month)
        case [year, month, last]:
            return _months(year, month, year, last)
        case [year, month, other, last] if other > 12:
            return _months(year, month, other, last)
        case [year, month, day, last_month, last_day]:
            return _days(dt.date(year, month, day), dt.date(year, last_month, last_day))
        case [year, month, day, other, last_month, last_day]:
            return _days(dt.date(year, month, day), dt.date(other, last_month, last_day))
        case _:
            return None


def _months(year: int, month: int, last_year: int, last_month: int) -> Fraction | None:
    known = 1 <= month <= 12 and 1 <= last_month <= 12
    count = (last_year - year) * 12 + last_month - month + 1
    return Fraction(count, 12) if known and count > 0 else None


def _days(first: dt.date, last: dt.date) -> Fraction | None:
    count = (last - first).days + 1
    return Fraction(count, _DAYS) if count > 0 else None
