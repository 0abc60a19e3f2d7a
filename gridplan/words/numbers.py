"""How numbers are worded in findings: people, counted things, minutes, shares."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from gridplan.words.text import Text

MANKIND = 1e10
"""No place has more residents than there are people."""


def people(count: float) -> Text:
    """Return a number of residents: 万 from ten thousand on in Chinese, all digits in English.

    >>> people(68_825)
    Text(zh='6.9 万人', en='68,825 people')
    """
    count = round(count)
    told = f"{count / 1e4:,.1f} 万人" if count >= 10_000 else f"{count:,} 人"
    return Text(zh=told, en=counted(count, "person", "people").en)


def money(fen: int) -> Text:
    """Return an amount of money, told in 亿元 and 万元 in Chinese where it is large; tables have it to the cent.

    >>> money(123_456_789_00).zh, money(12_34).en
    ('1.23 亿元', '12.34 yuan')
    """
    yuan = fen / 100
    zh = f"{yuan / 1e8:,.2f} 亿元" if yuan >= 1e8 else f"{yuan / 1e4:,.1f} 万元" if yuan >= 1e4 else f"{yuan:,.2f} 元"
    return Text(zh=zh, en=f"{yuan:,.0f} yuan" if yuan >= 1e4 else f"{yuan:,.2f} yuan")


def counted(count: int, noun: str, plural: str = "", *, measure: str = "") -> Text:
    """Return a count with its English noun in the right number, and its Chinese measure word where the sentence has none.

    >>> counted(1, "unit"), counted(3, "unit"), counted(0, "facility", "facilities", measure="家机构")
    (Text(zh='1', en='1 unit'), Text(zh='3', en='3 units'), Text(zh='0 家机构', en='0 facilities'))
    """
    return Text(zh=f"{count:,} {measure}".rstrip(), en=f"{count:,} {noun if count == 1 else plural or noun + 's'}")


def minutes(value: float) -> str:
    """Return minutes to one decimal without a trailing zero; ∞ where unreachable."""
    return f"{value:.1f}".removesuffix(".0") if np.isfinite(value) else "∞"


def share(value: float, digits: int = 1) -> str:
    """Return a share of 0..1 as a percentage."""
    return f"{value:.{digits}%}"


def stated(value: float) -> str:
    """Return a share of 0..1 that somebody stated as a percentage, with the digits it has.

    >>> stated(0.2), stated(0.005), stated(0.125), stated(0.07)
    ('20%', '0.5%', '12.5%', '7%')
    """
    return f"{100.0 * value:.8g}%"


def told_apart(value: float, limit: float) -> str:
    """Return a share of 0..1 as a percentage with one decimal, or with as many as tell it from a limit that it passes.

    >>> told_apart(0.213, 0.2), told_apart(0.20004, 0.2), told_apart(0.00003, 0.0)
    ('21.3%', '20.004%', '0.003%')
    """
    digits = 1
    while digits < 9 and round(100.0 * value, digits) == round(100.0 * limit, digits):
        digits += 1
    return f"{value:.{digits}%}"


def rounded_up(gap: float, digits: int = 1) -> float:
    """Return a proven gap rounded up to so many digits of a percentage: a bound is never rounded down.

    >>> rounded_up(0.0101), rounded_up(0.01), rounded_up(-1e-12)
    (0.011, 0.01, 0.0)
    """
    scale = 10 ** (2 + digits)
    return math.ceil(max(gap, 0.0) * scale - 1e-9) / scale


def listed(names: Sequence[str | Text], *, most: int = 3) -> Text:
    """Return the first names; how many there are in all where some are left out."""
    told = [Text(zh=name, en=name) if isinstance(name, str) else name for name in names[:most]]
    more = len(names) > most
    zh, en = "、".join(name.zh for name in told), ", ".join(name.en for name in told)
    return Text(zh=f"{zh}等 {len(names)} 个", en=f"{en} and {len(names) - most} more") if more else Text(zh=zh, en=en)


def variation(values: np.ndarray) -> float:
    """Return the coefficient of variation; NaN where the mean is 0 or a value is missing."""
    mean = float(np.mean(values)) if len(values) else 0.0
    return float(np.std(values) / mean) if mean else float("nan")
