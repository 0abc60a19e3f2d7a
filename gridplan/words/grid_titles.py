"""How a grid is called: 第一网格, Grid 1; a hospital is not a grid, and neither is the group that it leads."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from gridplan.words.text import Text

_DIGITS = "零一二三四五六七八九"
_NUMBER = re.compile(r"[A-Za-z_-]*0*(\d+)")
_WORDS = re.compile(r"[\u4e00-\u9fff]|\s")
_GROUP = re.compile("集团|医联体|医共体|联合体")


def title_grids(grid_ids: Iterable[str], group_names: Collection[str] = ()) -> dict[str, Text]:
    """Return the title of each grid, by its id.

    A planner's own words for a grid stay as written. Other ids, and those that name a group, are numbered: by their own numbers
    where each has a different one (so that a title stays when another grid goes), else in order.

    >>> title_grids(["G1", "G2"])["G2"]
    Text(zh='第二网格', en='Grid 2')
    >>> [title.zh for title in title_grids(["东部网格", "中心医院医疗集团"]).values()]
    ['东部网格', '第二网格']
    """
    ids = list(map(str, grid_ids))
    numbers = number_grids(ids, group_names)
    return {
        grid: Text(zh=grid, en=grid)
        if _is_written(grid, group_names)
        else Text(zh=f"第{chinese_number(number)}网格", en=f"Grid {number}")
        for grid, number in numbers.items()
    }


def number_grids(grid_ids: Iterable[str], group_names: Collection[str] = ()) -> dict[str, int]:
    """Return the number of each grid, by its id: its own where each that is coded has a different one, else its place.

    >>> number_grids(["G1", "G3"]), number_grids(["A", "B"])
    ({'G1': 1, 'G3': 3}, {'A': 1, 'B': 2})
    """
    ids = list(map(str, grid_ids))
    coded = [grid for grid in ids if not _is_written(grid, group_names)]
    told = [match[1] if (match := _NUMBER.fullmatch(grid)) else "" for grid in coded]
    own = all(told) and len(set(told)) == len(told)
    number = dict(zip(coded, map(int, told), strict=True)) if own and len(coded) == len(ids) else {}
    return {grid: number.get(grid, place) for place, grid in enumerate(ids, start=1)}


def _is_written(grid: str, group_names: Collection[str]) -> bool:
    return bool(_WORDS.search(grid)) and not _GROUP.search(grid) and grid not in group_names


def chinese_number(number: int) -> str:
    """Return a number below 10,000 in Chinese.

    >>> [chinese_number(n) for n in (1, 10, 12, 60, 105, 1010)]
    ['一', '十', '十二', '六十', '一百零五', '一千零一十']
    """
    if number < 1 or number >= 10_000:
        return str(number)
    said, gap = "", False
    for power, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // power % 10
        if digit:
            said += ("零" if gap and said else "") + _DIGITS[digit] + unit
        gap = digit == 0
    return said[1:] if 10 <= number < 20 else said
