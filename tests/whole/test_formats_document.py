"""docs/formats.md tells every key of case.toml, every column and every format; the tables in it are made here.

GRIDPLAN_WRITE_DOCS=1 writes them anew.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from gridplan.case.case import Case, documented_fields
from gridplan.case.sources import Source
from gridplan.layers import given_minutes
from gridplan.layers.area import boundaries
from gridplan.layers.facilities import facilities
from gridplan.layers.files.tables import TABLE_READERS
from gridplan.layers.files.vectors import COORDINATES, VECTOR_SUFFIXES
from gridplan.layers.people import population
from gridplan.layers.records import records
from gridplan.words.vocabulary import ADMIN_LEVELS, CENTRES, KINDS, NETWORKS, OWNERSHIPS, SERVICES, TIES
from tests.key_meanings import MEANINGS

DOCUMENT = Path(__file__).parents[2] / "docs" / "formats.md"
SOURCE_KEYS = set(Source.model_fields)
COLUMNS = {
    "layers.units": boundaries.UNIT_COLUMNS,
    "layers.boundaries": boundaries.BOUNDARY_COLUMNS,
    "layers.population (points), layers.census": population.CENSUS_COLUMNS,
    "layers.facilities": facilities.COLUMNS,
    "lon, lat (CSV, XLSX)": COORDINATES,
    "layers.links": boundaries.LINK_COLUMNS,
    "layers.baseline": boundaries.BASELINE_COLUMNS,
    "layers.travel_table (long)": given_minutes.MINUTES_COLUMNS,
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


def key_rows() -> list[str]:
    rows: dict[str, str] = {}
    for key, field in documented_fields():
        if field.description is None and key not in MEANINGS:
            continue
        name = general(key)
        required = field.is_required()
        value = None if required or field.default_factory else field.default
        default = "必填 required" if required else "" if isinstance(value, BaseModel) else written(value)
        source = (field.json_schema_extra or {}).get("provenance", "")
        chinese, english = MEANINGS.get(name, ""), field.description or ""
        rows.setdefault(name, f"| `{name}` | {default} | {source} | {chinese} | {english} |")
    return ["| 键 key | 默认 default | 出处 source | 含义 | meaning |", "|---|---|---|---|---|", *rows.values()]


def column_rows() -> list[str]:
    rows = ["| 图层 layer | 列 column | | 认得的表头 headers known | 含义 meaning |", "|---|---|---|---|---|"]
    for layer, columns in COLUMNS.items():
        for column in columns:
            need = "必需 required" if column.required else ""
            heads = "、".join(dict.fromkeys((column.name, *column.headers)))
            rows.append(f"| `{layer}` | `{column.name}` | {need} | {heads} | {column.label.zh} / {column.label.en} |")
    return rows


def value_rows() -> list[str]:
    rows = ["| 列 column | 值 value | 认得的写法 spellings known |", "|---|---|---|"]
    for name, terms in (
        ("kind", KINDS), ("ownership", OWNERSHIPS), ("admin_level", ADMIN_LEVELS), ("tie", TIES), ("services", SERVICES),
        ("networks.kind", NETWORKS), ("centres.kind", CENTRES),
    ):  # fmt: skip
        for key, term in terms.items():
            spellings = "、".join(dict.fromkeys((term.label.zh, *term.aliases)))
            rows.append(f"| `{name}` | `{key}` | {spellings} / {term.label.en} |")
    return rows


TABLES = {"keys": key_rows, "columns": column_rows, "values": value_rows}


def with_tables(text: str, names: Iterable[str] = TABLES) -> str:
    for name in names:
        block = "\n".join(TABLES[name]())
        pattern = rf"(<!-- {name} -->)\n.*?(<!-- /{name} -->)"
        text = re.sub(pattern, lambda found, block=block: f"{found[1]}\n{block}\n{found[2]}", text, flags=re.DOTALL)
    return text


@pytest.mark.parametrize("name", TABLES)
def test_the_tables_are_those_of_the_code(name: str) -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert f"<!-- {name} -->" in text
    if os.environ.get("GRIDPLAN_WRITE_DOCS"):
        DOCUMENT.write_text(with_tables(text), encoding="utf-8")
        return
    assert text == with_tables(text, [name]), "run this test with GRIDPLAN_WRITE_DOCS=1"


def test_every_key_has_a_meaning_in_both_languages() -> None:
    keys = {general(key) for key, field in documented_fields() if field.description}
    assert sorted(keys - MEANINGS.keys()) == []
    assert sorted(MEANINGS.keys() - keys - {"format", "layers.*"}) == []


def test_every_format_is_named() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    for suffix in {*TABLE_READERS, *VECTOR_SUFFIXES, ".tif", ".osm.pbf", ".net.xml", ".edg.xml", ".graphml"}:
        assert f"`{suffix}`" in text, suffix


def test_the_example_in_the_document_is_a_case() -> None:
    import tomllib

    text = DOCUMENT.read_text(encoding="utf-8")
    examples = re.findall(r"```toml\n(.*?)```", text, flags=re.DOTALL)
    assert examples
    for example in examples:
        Case.model_validate(tomllib.loads(example))
