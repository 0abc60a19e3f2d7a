"""The text of a first case.toml: every source with what was guessed about it, and what is doubtful or missing."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from gridplan.case.sections import Rules
from gridplan.intake.guessed_columns import SAMPLE_ROWS
from gridplan.intake.guessing import Guess
from gridplan.layers.files.columns import plain_text
from gridplan.layers.files.typed import parse_number
from gridplan.layers.files.vectors import COORDINATES, LOCATION
from gridplan.layers.records.records import RECORDS
from gridplan.words.numbers import counted
from gridplan.words.problems import first_few
from gridplan.words.text import Language, Text, one_line

COLUMNS_SHOWN = 30
"""So many columns of a file are listed."""
_LONGEST = 2000
"""Comments quote headers and names of files, which may hold anything: each stays on its line."""
_ORDER = (
    "units",
    "boundaries",
    "population",
    "census",
    "facilities",
    "roads",
    "elevation",
    "buses",
    "barriers",
    "links",
    "baseline",
    "travel_table",
    "records",
)
MEANINGS = {
    "units": Text(zh="规划单元", en="planning units"),
    "boundaries": Text(zh="区界，在其中生成规划单元", en="districts, inside which units are built"),
    "population": Text(zh="人口的位置", en="where people live"),
    "census": Text(zh="按单元的人口总数", en="population totals by unit"),
    "facilities": Text(zh="医疗卫生机构", en="health facilities"),
    "roads": Text(zh="道路", en="roads"),
    "elevation": Text(
        zh="地面高程：步行、骑自行车计入坡度", en="heights of the ground: slopes count on foot and by bicycle"
    ),
    "buses": Text(zh="公交：线路、站点和间隔", en="buses: lines, stops and headways"),
    "barriers": Text(zh="分隔线：两岸不算相邻", en="barriers: neighbours across them do not touch"),
    "links": Text(zh="连接：轮渡、桥、隧道", en="links: ferries, bridges, tunnels"),
    "baseline": Text(zh="现有分组", en="the existing grouping"),
    "travel_table": Text(zh="出行时间表", en="table of travel times"),
    "records": Text(zh="记录", en="records"),
    "unused": Text(zh="未采用", en="not used"),
}


def meaning(guess: Guess) -> Text:
    """Return in words what a layer is taken for; of records, which table."""
    return RECORDS[guess.kind].title if guess.role == "records" else MEANINGS[guess.role]


def write_case(
    name: str, guesses: list[Guess], doubts: list[Text], language: Language, *, by_roads: bool = False
) -> str:
    """Return the text of case.toml; `by_roads`: what the roads cover is planned, not all of the districts."""

    def say(zh: str, en: str) -> str:
        return zh if language == "zh" else en

    lines = [
        say(
            "# 由 gridplan init 根据文件夹内容写出。每个键的写法和默认值见 docs/zh/formats/case.md。",
            "# Written by gridplan init from what lies in the folder. docs/en/formats/case.md explains every key.",
        ),
        *([say("# 请核对：", "# Please check:")] if doubts else []),
        *(f"#   - {doubt.in_language(language)}" for doubt in doubts),
        'format = "gridplan-case/1"',
        f'language = "{language}"',
        "",
        "[place]",
        f"name = {_quoted(name)}" + say("    # 城市或县的名称", "    # name of the city or county"),
        say(
            '# crs = "EPSG:4549"    # 米制坐标系；不写则用 UTM', '# crs = "EPSG:4549"    # metric CRS; UTM if left out'
        ),
    ]
    if by_roads:
        lines += ["", "[area]", 'from = "roads"' + say("    # 只规划道路覆盖的部分", "    # what the roads cover")]
    ordered = sorted((p for p in guesses if p.role != "unused"), key=lambda p: _ORDER.index(p.role))
    roles = {guess.role for guess in ordered}
    for guess in ordered:
        if guess.role == "census" and "population" not in roles:
            guess = replace(guess, role="population", kind="table")
        lines += ["", *section_lines(guess, language)]
    for role in ("population", "facilities"):
        if role not in roles and not (role == "population" and "census" in roles):
            lines += ["", f"# [layers.{role}]" + say("    # 缺少：补上后去掉 #", "    # missing: fill in and remove #")]
    if "roads" not in roles:
        source = "table" if "travel_table" in roles else "straight_line"
        lines += ["", "[travel]", f'source = "{source}"' + say("    # 没有道路", "    # there are no roads")]
    lines += ["", *_rules(roles, language)]
    unused = [guess for guess in guesses if guess.role == "unused"]
    if unused:
        lines += ["", say("# 未采用的文件：", "# Files not used:")]
        lines += [f"#   {guess.found.label}{say('：', ': ')}{why(guess).in_language(language)}" for guess in unused]
    shown = [one_line(line, most=_LONGEST) if line.startswith("#") else line for line in lines]
    return "\n".join(shown) + "\n"


def section_lines(guess: Guess, language: Language) -> list[str]:
    """Return the section of a layer with what was guessed about it; one that counts the residents of units stands in for a missing population."""
    found = guess.found
    lines = [f"{_header_of(guess)}    # {meaning(guess).in_language(language)}", *_told_columns(guess, language)]
    if guess.kind and guess.role == "population":
        lines.append(f"kind = {_quoted(guess.kind)}")
    lines.append(f"path = {_quoted(found.file)}")
    if found.layer and not found.only_layer:
        lines.append(f"layer = {_quoted(found.layer)}")
    if guess.datum:
        lines.append(f"datum = {_quoted(guess.datum)}")
    elif found.shape in ("point", "line", "polygon", "raster") and not found.crs:
        word = "文件没有写坐标系：补上" if language == "zh" else "the file states no CRS: fill it in"
        lines.append(f'# crs = "EPSG:4490"    # {word}')
    if guess.columns:
        pairs = ", ".join(f"{ours} = {_quoted(theirs)}" for ours, theirs in guess.columns.items())
        lines.append(f"columns = {{ {pairs} }}")
    if guess.merges:
        word = "逐行核对的归并表：改好后生效" if language == "zh" else "decisions on its rows: edit them, they hold"
        lines.append(f"merges = {_quoted(guess.merges)}    # {word}")
    for name, words in guess.values.items():
        pairs = ", ".join(f'{_quoted(word)} = ""' for word in words)
        word = "不认识的值：填上含义后去掉 #" if language == "zh" else "unknown values: say what they mean, remove #"
        lines.append(f"# values.{name} = {{ {pairs} }}    # {word}")
    return lines


def _header_of(guess: Guess) -> str:
    if guess.role == "records":
        return f"[layers.records.{guess.kind}]"
    return f"[[layers.{guess.role}]]" if guess.role == "facilities" else f"[layers.{guess.role}]"


def why(guess: Guess) -> Text:
    """Return the reasons of a guess as one line."""
    return Text(
        zh="；".join(reason.zh for reason in guess.reasons), en="; ".join(reason.en for reason in guess.reasons)
    )


def _told_columns(guess: Guess, language: Language) -> list[str]:
    """Say why the layer is taken so, and of each of its columns what it is taken for, with three of its values."""
    lines = [f"#   {why(guess).in_language(language)}"] if guess.reasons else []
    taken = guess.taken
    labels = {column.name: column.label for column in (*guess.wanted, *COORDINATES, LOCATION)}
    headers = guess.found.headers if guess.found.shape != "raster" else []
    for header in headers[:COLUMNS_SHOWN]:
        ours = taken.get(header)
        used = Text(zh="不用", en="not used") if ours is None else _listed(labels[name] for name in ours)
        values = Text(zh="、", en=", ").in_language(language).join(samples(guess, header))
        lines.append(
            f"#   {one_line(header, most=30)}  →  {used.in_language(language)}{f'  ({values})' if values else ''}"
        )
    more = len(headers) - COLUMNS_SHOWN
    if more > 0:
        lines.append(
            Text(zh="#   另有 {n} 列", en="#   and {n}").format(n=counted(more, "more column")).in_language(language)
        )
    return lines


def _listed(labels: Iterable[Text]) -> Text:
    both = list(labels)
    return Text(zh="、".join(label.zh for label in both), en=", ".join(label.en for label in both))


def samples(guess: Guess, header: str) -> list[str]:
    """Return the first three different values of a column, each cut where it is long; of records no counts that are not to be shown."""
    values = guess.found.frame[header].head(SAMPLE_ROWS).map(plain_text)
    if guess.role == "records":
        counts = {field.column.name for field in RECORDS[guess.kind].fields if field.kind in ("number", "count")}
        if counts & set(guess.taken.get(header, ())):
            values = values[values.map(lambda text: not 0 < parse_number(text).value < _FEWEST)]
    return [one_line(value, most=20) for value in first_few(values)[:3]]


_FEWEST = Rules().fewest_shown


def _rules(roles: set[Any], language: Language) -> list[str]:
    def say(zh: str, en: str) -> str:
        return zh if language == "zh" else en

    whole = "street" if "units" in roles else "none"
    return [
        "[grids]",
        "# k = [4, 6]"
        + say(
            "          # 网格数；不写则城市试 2 到 8、县域试 1 到 2",
            "          # number of grids; if left out 2 to 8, in counties 1 or 2",
        ),
        f'keep_whole = "{whole}"' + say('  # "street"、"district" 或 "none"', '  # "street", "district" or "none"'),
        "balance = 0.25" + say("        # 人口偏离均值的容许幅度", "        # tolerated deviation from the mean"),
        say("# required_leads = []   # 必须牵头的机构编号", "# required_leads = []   # ids that must lead"),
    ]


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
