"""docs/zh/formats and docs/en/formats tell every key of case.toml, every column and every format; the tables are made here.

GRIDPLAN_WRITE_DOCS=1 writes them anew.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from gridplan.case.case import Case, documented_fields
from gridplan.case.key_meanings import MEANINGS
from gridplan.case.sources import Source
from gridplan.checks.finding import Finding
from gridplan.layers import buses, given_minutes, trips
from gridplan.layers.area import boundaries, unit_codes
from gridplan.layers.facilities import facilities
from gridplan.layers.files.tables import TABLE_READERS
from gridplan.layers.files.vectors import COORDINATES, VECTOR_SUFFIXES
from gridplan.layers.people import population
from gridplan.layers.records import records
from gridplan.outputs.audiences import AUDIENCES, audience_rows
from gridplan.outputs.exports.formats import DATABASES, FORMATS
from gridplan.proposal.frames import FRAMES
from gridplan.proposal.proposal import Comment
from gridplan.words.annex_tables import ANNEXES
from gridplan.words.text import Language, Text
from gridplan.words.vocabulary import ADMIN_LEVELS, CENTRES, KINDS, NETWORKS, OWNERSHIPS, SERVICES, TIES

DOCS = Path(__file__).parents[2] / "docs"
both_languages = pytest.mark.parametrize("language", ["zh", "en"])
LAYER_NAMES = {
    "layers.units": Text(zh="单元 `layers.units`", en="Units `layers.units`"),
    "layers.boundaries": Text(zh="区界 `layers.boundaries`", en="Districts `layers.boundaries`"),
    "layers.population (points), layers.census": Text(
        zh="人口 `layers.population`（点）、`layers.census`", en="People `layers.population` (points), `layers.census`"
    ),
    "layers.facilities": Text(zh="机构 `layers.facilities`", en="Facilities `layers.facilities`"),
    "lon, lat (CSV, XLSX)": Text(zh="表格中的坐标（CSV、XLSX）", en="Coordinates in tables (CSV, XLSX)"),
    "layers.links": Text(zh="连接 `layers.links`", en="Links `layers.links`"),
    "layers.baseline": Text(zh="现有分组 `layers.baseline`", en="Existing grouping `layers.baseline`"),
    "layers.unit_codes": Text(zh="单元代码对照 `layers.unit_codes`", en="Former unit codes `layers.unit_codes`"),
    "layers.travel_table (long)": Text(
        zh="出行分钟数 `layers.travel_table`（长表）", en="Minutes `layers.travel_table` (long)"
    ),
    "layers.buses": Text(zh="公交 `layers.buses`（表）", en="Buses `layers.buses` (table)"),
    "layers.trips": Text(zh="实测行程 `layers.trips`", en="Measured trips `layers.trips`"),
    **{
        f"layers.records.{name}": Text(
            zh=f"{table.title.zh} `layers.records.{name}`", en=f"{table.title.en} `layers.records.{name}`"
        )
        for name, table in records.RECORDS.items()
    },
}
SOURCE_KEYS = set(Source.model_fields)
COLUMNS = {
    "layers.units": boundaries.UNIT_COLUMNS,
    "layers.boundaries": boundaries.BOUNDARY_COLUMNS,
    "layers.population (points), layers.census": population.CENSUS_COLUMNS,
    "layers.facilities": facilities.COLUMNS,
    "lon, lat (CSV, XLSX)": COORDINATES,
    "layers.links": boundaries.LINK_COLUMNS,
    "layers.baseline": boundaries.BASELINE_COLUMNS,
    "layers.unit_codes": unit_codes.CODE_COLUMNS,
    "layers.travel_table (long)": given_minutes.MINUTES_COLUMNS,
    "layers.buses": (*buses.BUS_COLUMNS, *COORDINATES),
    "layers.trips": trips.TRIP_COLUMNS,
    **{
        f"layers.records.{name}": tuple(field.column for field in table.fields)
        for name, table in records.RECORDS.items()
    },
}


def general(key: str) -> str:
    """The keys that every layer has are told once, as layers.*.key."""
    section, _, last = key.rpartition(".")
    source = section.startswith("layers.") or section == "scenarios.closed"
    return f"layers.*.{last}" if source and last in SOURCE_KEYS else key


def written(value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{list(value) if isinstance(value, tuple) else value}`".replace("'", '"')


def say(language: Language, zh: str, en: str) -> str:
    return zh if language == "zh" else en


def table(heads: list[str], rows: Iterable[Iterable[str]]) -> list[str]:
    return ["", *(f"| {' | '.join(row)} |" for row in (heads, ["---"] * len(heads), *rows)), ""]


def section_of_key(name: str) -> str:
    """The section of case.toml that a key is told under."""
    return "layers.*" if name.startswith("layers.*") else name.partition(".")[0] if "." in name else ""


def key_lines(language: Language) -> list[str]:
    sections: dict[str, dict[str, list[str]]] = {}
    for key, field in documented_fields():
        if field.description is None and key not in MEANINGS:
            continue
        name = general(key)
        required = field.is_required()
        value = None if required or field.default_factory else field.default
        default = (
            say(language, "必填", "required") if required else "" if isinstance(value, BaseModel) else written(value)
        )
        source = (field.json_schema_extra or {}).get("provenance", "")
        meaning = say(language, MEANINGS.get(name, ""), field.description or "The version of this format, as it stands")
        sections.setdefault(section_of_key(name), {}).setdefault(name, [f"`{name}`", default, source, meaning])
    heads = say(language, "键 默认 出处 含义", "key default source meaning").split()
    lines: list[str] = []
    for section, rows in sections.items():
        sample = say(language, "各图层都有的键", "Keys that every layer has")
        first = say(language, "文件开头", "At the top")
        title = first if not section else f"{sample} `layers.*`" if section == "layers.*" else f"`[{section}]`"
        lines += [f"## {title}", *table(heads, rows.values())]
    return lines


def column_lines(language: Language) -> list[str]:
    heads = say(language, "列|必需|含义|认得的表头", "column|required|meaning|headers known").split("|")
    lines: list[str] = []
    for layer, columns in COLUMNS.items():
        rows = []
        for column in columns:
            need = say(language, "必需", "required") if column.required else ""
            known = "、".join(dict.fromkeys((column.name, *column.headers)))
            rows.append([f"`{column.name}`", need, column.label.in_language(language), known])
        lines += [f"### {LAYER_NAMES[layer].in_language(language)}", *table(heads, rows)]
    return lines


def value_lines(language: Language) -> list[str]:
    heads = say(language, "值|含义|认得的写法", "value|meaning|spellings known").split("|")
    lines: list[str] = []
    for name, terms in (
        ("kind", KINDS), ("ownership", OWNERSHIPS), ("admin_level", ADMIN_LEVELS), ("tie", TIES), ("services", SERVICES),
        ("networks.kind", NETWORKS), ("centres.kind", CENTRES),
    ):  # fmt: skip
        rows = []
        for key, term in terms.items():
            spellings = "、".join(dict.fromkeys((term.label.zh, *term.aliases)))
            rows.append([f"`{key}`", term.label.in_language(language), spellings])
        lines += [f"### `{name}`", *table(heads, rows)]
    return lines


def frame_lines(language: Language) -> list[str]:
    heads = say(language, "列|类型|含义", "column|kind|meaning").split("|")
    kinds = {
        "text": say(language, "文本", "text"),
        "keys": say(language, "文本", "text"),
        "number": say(language, "数", "number"),
        "minutes": say(language, "分钟，不可达为空", "minutes, empty where unreachable"),
        "whole": say(language, "整数", "whole number"),
        "share": say(language, "占比", "share"),
    }
    lines: list[str] = []
    for name, frame in FRAMES.items():
        about = frame.about.in_language(language)
        rows = [
            [f"`{column.name}`", kinds[column.kind], column.about.in_language(language)] for column in frame.columns
        ]
        lines += [f"### `{name}` {about}", *table(heads, rows)]
    return lines


def audience_lines(language: Language) -> list[str]:
    heads = [say(language, "内容", "what"), *(title.in_language(language) for title in AUDIENCES.values())]
    yes = say(language, "有", "yes")
    rows = [
        [about.in_language(language), *(yes if held else "" for held in who.values())] for about, who in audience_rows()
    ]
    return table(heads, rows)[1:]


def export_lines(language: Language) -> list[str]:
    heads = say(
        language,
        "格式|写出什么|留下什么|留不下什么|检查",
        "format|what is written|what survives|what it cannot hold|checked with",
    ).split("|")
    rows = [
        [f"`{name}`", *(text.in_language(language) for text in (form.about, form.keeps, form.loses)), form.checked]
        for name, form in {**FORMATS, **DATABASES}.items()
    ]
    return table(heads, rows)


TABLES = {
    "formats/exports": {"exports": export_lines},
    "formats/proposal": {"frames": frame_lines},
    "formats/case": {"keys": key_lines},
    "formats/columns": {"columns": column_lines, "values": value_lines},
    "guide/hand-over": {"audiences": audience_lines},
}


def with_tables(text: str, page: str, language: Language) -> str:
    for name, lines in TABLES[page].items():
        block = "\n".join(lines(language)).rstrip()
        pattern = rf"(<!-- {name} -->)\n.*?(<!-- /{name} -->)"
        text = re.sub(pattern, lambda found, block=block: f"{found[1]}\n{block}\n\n{found[2]}", text, flags=re.DOTALL)
    return text


@both_languages
@pytest.mark.parametrize("page", TABLES)
def test_the_tables_are_those_of_the_code(page: str, language: Language) -> None:
    document = DOCS / language / f"{page}.md"
    text = document.read_text(encoding="utf-8")
    for name in TABLES[page]:
        assert f"<!-- {name} -->" in text
    if os.environ.get("GRIDPLAN_WRITE_DOCS"):
        document.write_text(with_tables(text, page, language), encoding="utf-8", newline="\n")
        return
    assert text == with_tables(text, page, language), "run this test with GRIDPLAN_WRITE_DOCS=1"


@both_languages
def test_every_column_of_the_annexes_has_its_place_in_the_proposal(language: Language) -> None:
    """The table of the eleven annexes names frames, annexes and columns that exist."""
    text = (DOCS / language / "formats" / "proposal.md").read_text(encoding="utf-8")
    section = text.partition("<!-- annexes -->")[2].partition("<!-- /annexes -->")[0]
    named = re.findall(r"`(\w+)\.(\w+)`", section)
    known = {name: {*frame.names, "geometry"} for name, frame in FRAMES.items()}
    known |= {name: {*annex.names, "geometry"} for name, annex in ANNEXES.items()}
    known |= {"findings": {field.name for field in fields(Finding)}, "comments": {f.name for f in fields(Comment)}}
    assert len(named) > 60
    assert [(frame, column) for frame, column in named if column not in known[frame]] == []


def test_every_key_has_a_meaning_in_both_languages() -> None:
    keys = {general(key) for key, field in documented_fields() if field.description}
    assert sorted(keys - MEANINGS.keys()) == []
    assert sorted(MEANINGS.keys() - keys - {"format", "layers.*"}) == []


@both_languages
def test_every_format_is_named(language: Language) -> None:
    text = (DOCS / language / "formats" / "index.md").read_text(encoding="utf-8")
    for suffix in {*TABLE_READERS, *VECTOR_SUFFIXES, ".tif", ".osm.pbf", ".net.xml", ".edg.xml", ".graphml"}:
        assert f"`{suffix}`" in text, suffix


@both_languages
def test_the_examples_in_the_documents_are_cases(language: Language) -> None:
    """Every whole case.toml that a page shows can be read; other blocks show some keys of one."""
    examples = []
    for page in sorted((DOCS / language).rglob("*.md")):
        examples += re.findall(r"```toml\n(format = .*?)```", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert len(examples) >= 2
    for example in examples:
        Case.model_validate(tomllib.loads(example))


@both_languages
def test_the_parts_of_cases_in_the_documents_have_known_keys(language: Language) -> None:
    whole = "format='gridplan-case/1'\n[place]\nname='x'\n[layers.population]\nkind='raster'\npath='p.tif'\n[[layers.facilities]]\npath='f.csv'\n"
    base = tomllib.loads(whole)
    parts = []
    for page in sorted((DOCS / language).rglob("*.md")):
        parts += re.findall(r"```toml\n(?!format = )(.*?)```", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert parts
    for part in parts:
        stated = tomllib.loads(part)
        layers = {**base["layers"], **stated.pop("layers", {})}
        place = {**base["place"], **stated.pop("place", {})}
        Case.model_validate({**base, **stated, "layers": layers, "place": place})
