"""Signs that nobody sees, or that make one see something else: one rule for all text from outside, wherever it is shown."""

from __future__ import annotations

import re
from typing import Any

HIDDEN = (
    r"\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters, escape among them; tab and line feed are text
    r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # marks that turn the direction of reading
    r"\u2028\u2029\ud800-\udfff\ufff9-\ufffb\U000e0000-\U000e007f"  # line ends of no file, halves of signs, tags
)
"""Signs that no text holds, as a class of a regular expression."""
FORMULA_START = ("=", "+", "-", "@", "\t", "＝", "＋", "－", "＠")
"""Signs with which a text begins that a spreadsheet takes for a formula."""
_HIDDEN = re.compile(f"[{HIDDEN}]")
_MARKS = r"\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
MOST_MARKS = 30
"""Accents on one letter: no language stacks more (Unicode Standard Annex 15, Stream-Safe Text Format)."""
_STACKED = re.compile(f"([{_MARKS}]{{{MOST_MARKS}}})[{_MARKS}]+")
_LINE_ENDS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_PICTURES = 0x2400
"""Where Unicode has a picture of each control character, such as ␛ for escape."""
_UNKNOWN = "\ufffd"


HIDDEN_CODES = tuple(
    code
    for code in (*range(0x2100), *range(0xD800, 0xE000), *range(0xFFF9, 0xFFFC), *range(0xE0000, 0xE0080))
    if _HIDDEN.match(chr(code))
)
"""Numbers of the hidden signs."""


def has_hidden(text: str) -> bool:
    """Tell whether a text holds a sign that nobody sees."""
    return _HIDDEN.search(text) is not None


def shown_text(text: str) -> str:
    r"""Return a text with a visible sign for each hidden one: ␛ for escape, � for what has no picture; line ends are line feeds.

    Accents beyond `MOST_MARKS` on one letter are one �: they cover the lines around, and cannot be read out of documents.

    >>> shown_text("第一医院\x1b[31m")
    '第一医院␛[31m'
    """
    if len(text) > MOST_MARKS:
        text = _STACKED.sub(rf"\1{_UNKNOWN}", text)
    return _HIDDEN.sub(_picture, _LINE_ENDS.sub("\n", text)) if _HIDDEN.search(text) else text


def shown_line(text: str) -> str:
    """Return a text as `shown_text` does, on one line."""
    return shown_text(text).replace("\n", " ").replace("\t", " ")


def shown_values(value: Any) -> Any:
    """Return plain values with every text in them, and every key, as `shown_text` returns it."""
    if isinstance(value, str):
        return shown_text(value)
    if isinstance(value, dict):
        return {shown_values(key): shown_values(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(map(shown_values, value)) if type(value) in (list, tuple) else value
    return value


def script_class() -> str:
    """Return the hidden signs as a class that the review page's script understands (with the flag "u")."""
    return re.sub(r"\\U000([0-9a-f]{5})", r"\\u{\1}", HIDDEN)


def _picture(found: re.Match[str]) -> str:
    code = ord(found.group())
    return chr(_PICTURES + code) if code < 0x20 else "\u2421" if code == 0x7F else _UNKNOWN
