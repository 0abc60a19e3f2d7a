"""The known name that an unknown one may stand for: a slip of the keyboard, a digit too many."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

from gridplan.words.text import Text
from gridplan.words.vocabulary import normalise

_ALIKE = str.maketrans("oil", "011")
"""Letters that are typed for digits."""
_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")
"""Zeros before a number, which are left out or padded."""
_NEAR, _NEAR_IN_CHINESE = 0.6, 0.5
"""Similarity from which a name is offered for another: of two Chinese signs one tells, of two letters it does not."""


def nearest(names: Iterable[str], known: Iterable[str], *, most: int = 1) -> list[str]:
    """Return the known names nearest to the given ones, as they are spelled; width of signs and case do not count.

    Those that differ by letters typed for digits (O for 0, l for 1), or by zeros before them, come first.

    >>> nearest(["Layr"], ["layer", "path"]), nearest(["u0O"], ["u30", "u00"])
    (['layer'], ['u00'])
    >>> nearest(["R-6"], ["R-60", "R-06"])
    ['R-06']
    """
    spelled = {normalise(name): str(name) for name in known}
    alike: dict[str, list[str]] = {}
    for name in spelled:
        alike.setdefault(_as_typed(name), []).append(name)
    near = (
        match
        for name in map(normalise, names)
        for match in (
            *alike.get(_as_typed(name), ()),
            *difflib.get_close_matches(name, spelled, most, _cutoff(name)),
        )
    )
    return [spelled[match] for match in dict.fromkeys(near)][:most]


def _as_typed(name: str) -> str:
    """Return a name without what hands do to its digits."""
    return _ZEROS.sub("", name.translate(_ALIKE))


def _cutoff(name: str) -> float:
    return _NEAR if name.isascii() else _NEAR_IN_CHINESE


def did_you_mean(strange: Iterable[str], known: Iterable[str]) -> Text | None:
    """Return the question whether the first of some unknown names is the nearest known one; None where none is near.

    The question repeats the name where it is one of several.

    >>> did_you_mean(["layr"], ["layer", "path"]).en, did_you_mean(["H1O", "X"], ["H10"]).en
    ('Did you mean layer?', 'Did you mean H10 by H1O?')
    """
    names = list(strange)
    near = nearest(names[:1], known)
    if not near:
        return None
    if len(names) == 1:
        return Text(zh=f"是否为 {near[0]}？", en=f"Did you mean {near[0]}?")
    return Text(zh=f"{names[0]} 是否为 {near[0]}？", en=f"Did you mean {near[0]} by {names[0]}?")
