"""Codes that match no known one as zeros or digits were lost on the way: which end, and what to do."""

from __future__ import annotations

from collections.abc import Iterable

from gridplan.words.text import Text


def explain_unknown(strange: Iterable[str], known: Iterable[str]) -> Text | None:
    """Say how unknown codes differ from known ones where that is by zeros or by digits that were lost; None otherwise.

    Examples
    --------
    >>> explain_unknown(["420102001"], ["420102001000"]).en
    'They differ from known codes only by zeros at the end: give both the same number of digits.'
    >>> explain_unknown(["420102001"], ["110105004"]) is None
    True
    """
    codes, there = set(map(str, strange)), set(map(str, known))
    by_core = {code.rstrip("0") for code in there}
    bare = {code.lstrip("0") for code in there}
    tests = (
        (lambda code: code.rstrip("0") in by_core, _ZEROS_AT_END),
        (lambda code: code.lstrip("0") in bare, _ZEROS_AT_START),
        (lambda code: any(other.startswith(code) for other in there), _CUT_AT_END),
        (lambda code: any(code.startswith(other) for other in there), _LONGER),
        (lambda code: any(other.endswith(code) for other in there), _CUT_AT_START),
    )
    digits = [code for code in codes if code.isdigit() and len(code) >= 6]
    for fits, said in tests:
        if digits and len(digits) == len(codes) and all(map(fits, digits)):
            return said
    return None


_ZEROS_AT_END = Text(
    zh="它们与已知代码只差末尾的 0：两边统一为同样的位数。",
    en="They differ from known codes only by zeros at the end: give both the same number of digits.",
)
_ZEROS_AT_START = Text(
    zh="它们与已知代码只差开头的 0：把该列设为文本格式。",
    en="They differ from known codes only by zeros at the start: format the column as text.",
)
_CUT_AT_END = Text(
    zh="它们是已知代码的前几位：末尾被截断，或这是上一级的代码。",
    en="They are the first digits of known codes: cut off, or codes of the level above.",
)
_LONGER = Text(
    zh="它们以已知代码开头但更长：多了几位，或这是下一级的代码。",
    en="They begin with known codes and are longer: digits too many, or codes of the level below.",
)
_CUT_AT_START = Text(
    zh="它们是已知代码的后几位：开头的数字丢了。",
    en="They are the last digits of known codes: the first ones are lost.",
)
