"""What is known of a plan whose search ended early: which numbers of grids were tried, and how good it is among plans with as many."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from gridplan.solver.solution import Explanation
from gridplan.words.text import Text

STOPPED = "time"
"""What such an explanation is about."""
_ASKED = Text(zh="按要求提前停下", en="The search was stopped on request")
_TIME = Text(zh="到了时间上限，搜索提前结束", en="The search ended at its time limit")
_ALL = Text(zh="没有全部找完", en=" before all was searched")
_SOME = Text(
    zh="试了 {tried} 个网格，没有试 {left} 个，所以不知道整个范围内的方案最好能到多少",
    en="; numbers of grids tried: {tried}, not tried: {left}, so how good a plan of the whole range can be is not known",
)
_YEARS = Text(zh="，各年的方案没有全部找完", en=" before the plans of all years were searched to the end")
_GAP = Text(
    zh="；在 {n} 个网格的方案里，离最优不超过 {gap:.2%}",
    en="; among plans with {n:grid|grids} it is at most {gap:.2%} from the best",
)
_BEST = Text(zh="；在 {n} 个网格的方案里已证明最优", en="; among plans with {n:grid|grids} it is proven best")
_OPEN = Text(zh="；离最优还有多远没有证明", en="; how far it is from the best is not proven")


def tell_stopped(
    k: int, gap: float | None, tried: Sequence[int], asked: Sequence[int], *, by_hand: bool, proven: float
) -> Explanation:
    """Say that a search ended early, and what is proven all the same.

    Parameters
    ----------
    k
        Number of grids of the plan.
    gap
        How far it is from the best plan with as many, relative to what is proven of them; None: not known.
    tried, asked
        Numbers of grids that were tried, and that were to be tried.
    by_hand
        Whether somebody had enough of it, rather than the time was over.
    proven
        The largest `gap` of a plan that counts as the best.
    """
    left = [number for number in asked if number not in tried]
    parts = [_ASKED if by_hand else _TIME]
    if left:
        parts.append(_SOME.format(tried=_listed(tried), left=_listed(left)))
    else:
        parts.append(_ALL)
    if gap is None:
        parts.append(_OPEN)
    else:
        parts.append(_BEST.format(n=k) if gap <= proven else _GAP.format(n=k, gap=gap))
    first, *rest = parts
    second = Text(zh=f"：{rest[0].zh}", en=rest[0].en)
    text = Text(
        zh="".join(part.zh for part in (first, second, *rest[1:])),
        en="".join(part.en for part in (first, second, *rest[1:])),
    )
    return Explanation(STOPPED, text, note=True)


def tell_stopped_years(*, by_hand: bool) -> Explanation:
    """Say that the search for the plan whose worst year is best ended early."""
    begun = _ASKED if by_hand else _TIME
    return Explanation(STOPPED, Text(zh=begun.zh + _YEARS.zh, en=begun.en + _YEARS.en), note=True)


def _listed(numbers: Sequence[int]) -> Text:
    """Name numbers, those that follow each other by the first and the last.

    >>> _listed([2, 3, 4, 6]).en
    '2 to 4, 6'
    """
    runs = [
        [number for _, number in run]
        for _, run in itertools.groupby(enumerate(sorted(numbers)), key=lambda pair: pair[1] - pair[0])
    ]
    ends = [(run[0], run[-1]) for run in runs]
    return Text(
        zh="、".join(str(a) if a == b else f"{a} 到 {b}" for a, b in ends),
        en=", ".join(str(a) if a == b else f"{a} to {b}" for a, b in ends),
    )
