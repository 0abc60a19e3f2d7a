"""How a report words people, minutes, shares and names; a value is rounded once, from the full number, where it is shown."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from gridplan.outputs.audiences import is_few
from gridplan.words.text import Text

if TYPE_CHECKING:
    from gridplan.proposal.proposal import Proposal

_COUNT_ZH = re.compile(r"(?<![\d.,])(\d+) ?人(?!民|次|均|口|工|员|才)")
_COUNT_EN = re.compile(r"(?<![\d.,])(\d+) (?:people|person|residents?)\b")
_BLANKS = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef“”]) (?=[\w\d−+-])|(?<=[A-Za-z\d%]) (?=[\u3000-\u9fff])")
_COMMAS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_KEYS = re.compile(r"（[\[\]a-z_. ]+(?:或[\[\]a-z_. ]+)*）")
"""Keys of the case in brackets, which stand in messages for planners."""
NONE = Text(zh="—", en="–")


def is_known(value: Any) -> bool:
    """Tell whether a number is there: not None, not NaN."""
    return value is not None and not (isinstance(value, float) and math.isnan(value))


def few(fewest: int) -> Text:
    """Return what is shown instead of a count of persons below `fewest`."""
    return Text(zh=f"不足{fewest}人", en=f"fewer than {fewest}")


def without_few(text: Text, fewest: int) -> Text:
    """Return a sentence of others with counts of persons below `fewest` told as such.

    >>> without_few(Text(zh="1 个单元（7 人）断开", en="1 unit (7 people) cut off"), 10)
    Text(zh='1 个单元（不足10人）断开', en='1 unit (fewer than 10 people) cut off')
    """
    said = few(fewest)

    def zh(found: re.Match[str]) -> str:
        return said.zh if is_few(int(found[1]), fewest) else found[0]

    def en(found: re.Match[str]) -> str:
        return found[0].replace(found[1], said.en, 1) if is_few(int(found[1]), fewest) else found[0]

    return Text(zh=_COUNT_ZH.sub(zh, text.zh), en=_COUNT_EN.sub(en, text.en))


def official(text: Text, fewest: int) -> Text:
    """Return a sentence of others without few persons, in Chinese in the official form: no blank between Han and digits, no commas in numbers, no keys of a case.

    >>> official(Text(zh="医院的床位共 1,960 张，7 人", en=""), 10).zh
    '医院的床位共1960张，不足10人'
    """
    shown = without_few(text, fewest)
    return Text(zh=_COMMAS.sub("", _BLANKS.sub("", _KEYS.sub("", shown.zh))), en=shown.en)


def people(count: float, fewest: int) -> Text:
    """Return residents: 万人 to two decimals from ten thousand on, else 人; all digits in English; not those below `fewest`.

    >>> people(152_345, 10), people(7, 10)
    (Text(zh='15.23万人', en='152,345 residents'), Text(zh='不足10人', en='fewer than 10 residents'))
    """
    if is_few(count, fewest):
        return Text(zh=few(fewest).zh, en=f"{few(fewest).en} residents")
    zh = f"{count / 1e4:.2f}万人" if round(count) >= 10_000 else f"{count:.0f}人"
    return Text(zh=zh, en=f"{count:,.0f} {'resident' if round(count) == 1 else 'residents'}")


def people_cell(count: Any, fewest: int) -> Text:
    """Return residents as a table shows them: in 万 to two decimals, in English in persons."""
    if not is_known(count):
        return NONE
    return few(fewest) if is_few(count, fewest) else Text(zh=f"{count / 1e4:.2f}", en=f"{count:,.0f}")


def whole(count: Any) -> Text:
    """Return a count of things: no commas in the official document."""
    return NONE if not is_known(count) else Text(zh=f"{count:.0f}", en=f"{count:,.0f}")


def decimal(value: Any, digits: int = 1, *, signed: bool = False) -> Text:
    """Return a number to some decimals, with the true minus sign; "不能到达" where it is without end."""
    if not is_known(value):
        return NONE
    if math.isinf(value):
        return Text(zh="不能到达", en="cannot be reached")
    rounded = round(float(value), digits) + 0.0
    sign = "+" if signed and rounded > 0 else ""
    return Text(zh=f"{sign}{rounded:.{digits}f}".replace("-", "−"), en=f"{sign}{rounded:,.{digits}f}".replace("-", "−"))


def minutes(value: Any) -> Text:
    """Return minutes with their unit."""
    told = decimal(value)
    return told if not is_known(value) or math.isinf(value) else Text(zh=f"{told.zh}分钟", en=f"{told.en} min")


def share(value: Any, digits: int = 1) -> Text:
    """Return a share of 0..1 as percent."""
    if not is_known(value):
        return NONE
    told = decimal(100 * value, digits)
    return Text(zh=f"{told.zh}%", en=f"{told.en}%")


def points(value: float) -> Text:
    """Return a difference of shares in percentage points."""
    told = decimal(100 * value)
    return Text(zh=f"{told.zh}个百分点", en=f"{told.en} percentage points")


def capital(text: Text) -> Text:
    """Return a text that begins a line or a cell: with a capital in English."""
    return Text(zh=text.zh, en=text.en[:1].upper() + text.en[1:])


def one_or_many(count: int, one: str, many: str) -> str:
    """Return the English word that goes with a count."""
    return one if count == 1 else many


def listed(names: Iterable[Text | str]) -> Text:
    """Return names one after the other."""
    texts = [name if isinstance(name, Text) else Text(zh=name, en=name) for name in names]
    return Text(zh="、".join(text.zh for text in texts), en=", ".join(text.en for text in texts))


def short_name(name: str, place: str) -> str:
    """Return a hospital's name without the name of the place it begins with, the 市 or 县 of which stays.

    >>> short_name("滨海市第一人民医院", "滨海市")
    '市第一人民医院'
    """
    stem = place[:-1]
    return name.removeprefix(stem) if len(place) > 2 and name.startswith(place) else name


def place_name(proposal: Proposal) -> Text:
    """Return the name of the city or county."""
    place = proposal.case.place
    return Text(zh=place.name, en=place.name_en or place.name)
