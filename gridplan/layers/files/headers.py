"""Which rows of a table are its header, one or several (人口 over 男 and 女), and what the columns are called."""

from __future__ import annotations

import re
from collections import Counter

from gridplan.layers.files.reading import Reading
from gridplan.words.problems import first_few
from gridplan.words.text import Text
from gridplan.words.vocabulary import normalise

_HEADER_WITHIN = 15
"""The header stands among the first so many rows."""
_LEVELS = 3
"""A header has at most so many rows."""
_NUMBER = re.compile(r"[+-]?\d[\d,.]*(e[+-]?\d+)?")
UNIT_ABOVE = re.compile(r"(?:(?:计量)?单位|\bunits?)\s*[:：]\s*([^()（）,，;；。]+)", re.IGNORECASE)
"""What a row above the header says of the unit of measure; no header says it so."""


def find_header_rows(cells: list[list[str]]) -> list[int]:
    """Return the positions of the header rows: one, or several where groups of columns stand over their parts.

    In a header of two rows every word of the upper row either stands alone (nothing, or the same word, below it) or is the
    head of a group: words stand below it and below the blanks beside it.
    """
    single = find_header_row(cells)
    last = len(cells) if single is None else single + 1
    for top in range(min(last, _HEADER_WITHIN)):
        rows = [top]
        while len(rows) < _LEVELS and rows[-1] + 1 < len(cells) and _stands_over(cells, rows):
            rows.append(rows[-1] + 1)
        if len(rows) > 1:
            return rows
    return [] if single is None else [single]


def _stands_over(cells: list[list[str]], rows: list[int]) -> bool:
    """Whether the row below the last of `rows` names the parts of its groups."""
    upper, lower = cells[rows[-1]], cells[rows[-1] + 1]
    width = max(len(upper), len(lower))
    upper, lower = upper + [""] * (width - len(upper)), lower + [""] * (width - len(lower))
    if any(_NUMBER.fullmatch(text.lower()) for text in lower if text):
        return False
    alone = len(rows) > 1
    parts: list[int] = []
    in_group = False
    for at, (head, part) in enumerate(zip(upper, lower, strict=True)):
        if head and part and normalise(head) != normalise(part):
            in_group = at + 1 < width and not upper[at + 1]
            parts.append(1)
        elif head:
            in_group, alone = False, True
        elif part and in_group:
            parts[-1] += 1
        if part and not in_group and normalise(head) != normalise(part):
            return False
    return alone and bool(parts) and min(parts) > 1


def join_headers(rows: list[list[str]]) -> list[str]:
    """Return the words over each column, from the highest header row down, each word once; "" over none."""
    width = max(map(len, rows))
    rows = [row + [""] * (width - len(row)) for row in rows]
    for level, row in enumerate(rows[:-1]):
        for at in range(1, width):
            below = any(deeper[at] for deeper in rows[level + 1 :])
            begins = any(higher[at] and higher[at] != higher[at - 1] for higher in rows[:level])
            if not row[at] and below and not begins:
                row[at] = row[at - 1]
    return [" ".join(dict.fromkeys(text for text in column if text)) for column in zip(*rows, strict=True)]


def _tell_joined(names: list[str], rows: range, reading: Reading) -> None:
    shown = first_few(name for name in names if " " in name)
    reading.tell(
        Text(zh="一行表头", en="one header row"),
        Text(zh=f"表头占 {len(rows)} 行", en=f"{len(rows)} header rows"),
        Text(
            zh=f"已合并，如「{'」「'.join(shown[:3])}」；columns 中照此写。",
            en=f"They were joined, as in {', '.join(map(repr, shown[:3]))}; write columns so.",
        ),
        severity="repair",
        rows=rows,
        values=shown,
    )


def find_header_row(cells: list[list[str]]) -> int | None:
    """Return the position of the header: the first row with different texts in more than half of the columns in use.

    A row that states a unit of measure (单位：万人) is a title.
    """
    filled = [number for number, row in enumerate(cells[:200]) if any(row)]
    if not filled:
        return None
    width = max(sum(map(bool, cells[number])) for number in filled[:50])
    for number in filled[:_HEADER_WITHIN]:
        texts = [text for text in cells[number] if text]
        words = {text for text in texts if not _NUMBER.fullmatch(text.lower())}
        titled = any(UNIT_ABOVE.match(text) for text in texts)
        if len(words) > width / 2 and len(words) > 0.7 * len(texts) and not titled:
            return number
    return filled[0]


def name_columns(rows: list[list[str]], reading: Reading, number: int) -> list[str]:
    """Return one name a column, the words of several header rows joined; repeated names are told and numbered.

    `number` is that of the first header row. A column without a header is named by its position.
    """
    row = join_headers(rows)
    if len(rows) > 1:
        _tell_joined(row, range(number, number + len(rows)), reading)
    while row and not row[-1]:
        row = row[:-1]
    counts = Counter(normalise(name) for name in row if name)
    repeated = [name for name in dict.fromkeys(row) if name and counts[normalise(name)] > 1]
    if repeated:
        reading.tell(
            Text(zh="不重复的表头", en="headers that occur once"),
            Text(zh=f"重复的表头 {'、'.join(repeated)}", en=f"repeated headers {', '.join(repeated)}"),
            Text(zh="只采用每个表头的第一列；改名后更稳妥。", en="Only the first of each counts; rename the others."),
            severity="warning",
            field=repeated[0],
            rows=[number],
        )
    seen: Counter[str] = Counter()
    names = []
    for position, name in enumerate(row, 1):
        seen[name] += 1
        names.append(f"({position})" if not name else name if seen[name] == 1 else f"{name} ({seen[name]})")
    return names
