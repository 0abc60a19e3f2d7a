"""Numbers as people type them: "1,234", "约500", full-width digits, "1.2万", "350 张"."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from gridplan.words.vocabulary import normalise

_PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)")
_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
_EXPONENT = re.compile(r"[+-]?\d(\.\d+)?e[+-]?\d{1,2}")
_ABOUT = re.compile(r"^(大约|大概|约为|约|近|≈|~)|(左右|上下|余)$")
_UNIT = re.compile(r"(人|张|床|户|分钟|分|个|名|km/h|min)$")
_BLANKS = frozenset(
    {"-", "--", "—", "——", "/", "\\", "无", "无数据", "暂无", "不详", "缺", "n/a", "na", "nan", "null", "none"}
)


@dataclass(frozen=True)
class Typed:
    """What a typed number says: its value (NaN where it says none), and whether it had to be interpreted."""

    value: float
    interpreted: bool = False
    wrong: bool = False


def parse_number(value: object) -> Typed:
    """Return the number that a cell says.

    Empty cells have no value. Thousands commas, full-width digits, "about", units and 万 are interpreted; signs for
    "no data" count as empty, interpreted; anything else, infinity included, is wrong.

    >>> parse_number("1,234").value, parse_number("约500").value, parse_number("1.2万").value
    (1234.0, 500.0, 12000.0)
    >>> parse_number("五百").wrong, parse_number("inf").wrong
    (True, True)
    """
    if value is None or value != value:
        return Typed(math.nan)
    if isinstance(value, (int, float)):
        return Typed(float(value), wrong=math.isinf(value))
    raw = str(value).strip()
    if not raw:
        return Typed(math.nan)
    if raw.isascii() and _PLAIN.fullmatch(raw):
        return Typed(float(raw))
    text = normalise(raw).replace("−", "-").replace("﹣", "-")
    if text in _BLANKS:
        return Typed(math.nan, interpreted=True)
    number = _interpret(text)
    return Typed(math.nan, wrong=True) if number is None else Typed(number, interpreted=True)


def _interpret(text: str) -> float | None:
    bare = _UNIT.sub("", _ABOUT.sub("", _UNIT.sub("", _ABOUT.sub("", text))))
    scale = 1.0
    if bare.endswith("万"):
        bare, scale = bare[:-1], 1e4
    if _PLAIN.fullmatch(bare) or _EXPONENT.fullmatch(bare):
        number = float(bare) * scale
    elif _GROUPED.fullmatch(bare):
        number = float(bare.replace(",", "")) * scale
    else:
        return None
    return number if math.isfinite(number) else None
