"""The known name that an unknown one may stand for: a slip of the keyboard, a digit too many."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from gridplan.words.text import Text
from gridplan.words.vocabulary import normalise

_ALIKE = str.maketrans("oil", "011")
"""Letters that are typed for digits."""
_NEAR, _NEAR_IN_CHINESE = 0.6, 0.5
"""Similarity from which a name is offered for another: of two Chinese signs one tells, of two letters it does not."""


def nearest(names: Iterable[str], known: Iterable[str], *, most: int = 1) -> list[str]:
    """Return the known names nearest to the given ones, as they are spelled; width of signs and case do not count.

    Those that differ by letters typed for digits (O for 0, l for 1) come first.

    >>> nearest(["Layr"], ["layer", "path"]), nearest(["u0O"], ["u30", "u00"])
    (['layer'], ['u00'])
    """
    spelled = {normalise(name): str(name) for name in known}
    alike: dict[str, list[str]] = {}
    for name in spelled:
        alike.setdefault(name.translate(_ALIKE), []).append(name)
    near = (
        match
        for name in map(normalise, names)
        for match in (
            *alike.get(name.translate(_ALIKE), ()),
            *difflib.get_close_matches(name, spelled, most, _cutoff(name)),
        )
    )
    return [spelled[match] for match in dict.fromkeys(near)][:most]


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
