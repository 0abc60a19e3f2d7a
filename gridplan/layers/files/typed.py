"""Numbers as people type them: "1,234", "约500", full-width digits, "1.2万", "350 张"."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
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


_IN_BRACKETS = re.compile(r"[(\[（【]\s*(?:单位[:：]?|in )?\s*([^()\[\]（）【】]+?)\s*[)\]）】]")
_AT_THE_END = re.compile(r"(?<=\S)(?:[_/]\s*|,?\s+in\s+|\s+)([^\s_/()（）]+)$")
"""A unit after a stroke or a blank: 常住人口_万人, duration_s, population in thousands."""
_TENS = {"": 1.0, "百": 1e2, "千": 1e3, "万": 1e4, "十万": 1e5, "百万": 1e6, "千万": 1e7, "亿": 1e8}
_COUNTED = ("", "人", "张", "户", "元", "人次", "例", "个", "名")
_LATIN = {
    **dict.fromkeys(("hundred", "hundreds"), 1e2),
    **dict.fromkeys(("thousand", "thousands", "'000", "'000s", "000", "000s", "1000", "1000s", "k"), 1e3),
    **dict.fromkeys(("million", "millions", "mn"), 1e6),
}
_COUNTS = {f"{ten}{noun}": scale for ten, scale in _TENS.items() for noun in _COUNTED} | {
    normalise(f"{ten} {noun}"): scale
    for ten, scale in _LATIN.items()
    for noun in ("", "people", "persons", "residents", "inhabitants")
}
_MINUTES = {
    **dict.fromkeys(("分", "分钟", "min", "mins", "minute", "minutes"), 1.0),
    **dict.fromkeys(("秒", "秒钟", "s", "sec", "secs", "second", "seconds"), 1 / 60),
    **dict.fromkeys(("毫秒", "ms", "msec", "millisecond", "milliseconds"), 1 / 60_000),
    **dict.fromkeys(("小时", "时", "h", "hr", "hrs", "hour", "hours"), 60.0),
}


def stated_scale(header: str, *, minutes: bool = False) -> tuple[float, str]:
    """Return by how much the numbers under a header are to be multiplied, and the unit that it states in brackets.

    (1, "") where it states none. `minutes`: the numbers are to be minutes, else counts.

    A unit of time may be the header itself: seconds.

    >>> stated_scale("常住人口（万人）"), stated_scale("时长(秒)", minutes=True)[1], stated_scale("人口（2020年）")
    ((10000.0, '万人'), '秒', (1.0, ''))
    >>> stated_scale("population in thousands"), stated_scale("duration_s", minutes=True)[1]
    ((1000.0, 'thousands'), 's')
    """
    return next(
        ((scale, unit) for scale, unit, _ in _units_of(header, minutes=minutes)),
        (_MINUTES.get(normalise(header), 1.0), header) if minutes and normalise(header) in _MINUTES else (1.0, ""),
    )


def _units_of(header: str, *, minutes: bool) -> Iterator[tuple[float, str, str]]:
    """Yield the units that a header states beside its name: scale, unit, and the header without it."""
    scales = _MINUTES if minutes else _COUNTS
    for found in (*_IN_BRACKETS.finditer(header), *_AT_THE_END.finditer(header)):
        bare = found.re is _AT_THE_END and (found[1].isascii() and found[1].isdecimal())
        if normalise(found[1]) in scales and not bare:
            yield scales[normalise(found[1])], found[1], header[: found.start()] + header[found.end() :]


def without_unit(header: str) -> str:
    """Return a header without the unit of measure that it states.

    >>> without_unit("常住人口（万人）"), without_unit("人口（2020年）")
    ('常住人口', '人口（2020年）')
    """
    bare = (rest for minutes in (False, True) for _, _, rest in _units_of(header, minutes=minutes))
    return next(bare, header).strip()


@dataclass(frozen=True)
class Typed:
    """What a typed number says: its value (NaN where it says none), and whether it had to be interpreted."""

    value: float
    interpreted: bool = False
    wrong: bool = False


def parse_number(value: object) -> Typed:
    """Return the number that a cell says.

    Empty cells have no value. Thousands commas, full-width digits, "about", units and 万 are interpreted; signs for
    "no data" count as empty, interpreted; anything else is wrong: infinity, true and false.

    >>> parse_number("1,234").value, parse_number("约500").value, parse_number("1.2万").value
    (1234.0, 500.0, 12000.0)
    >>> parse_number("五百").wrong, parse_number("inf").wrong
    (True, True)
    """
    if value is None or value != value:
        return Typed(math.nan)
    if isinstance(value, bool):
        return Typed(math.nan, wrong=True)
    if isinstance(value, (int, float)):
        return _finite(value)
    raw = str(value).strip()
    if not raw:
        return Typed(math.nan)
    if raw.isascii() and _PLAIN.fullmatch(raw):
        return _finite(raw)
    text = normalise(raw).replace("−", "-").replace("﹣", "-")
    if text in _BLANKS:
        return Typed(math.nan, interpreted=True)
    number = _interpret(text)
    return Typed(math.nan, wrong=True) if number is None else Typed(number, interpreted=True)


def _finite(value: float | str) -> Typed:
    """Return a plain number; one of more digits than a number can have is wrong."""
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    return Typed(number, wrong=math.isinf(number))


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
