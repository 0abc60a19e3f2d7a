"""The page and the workbook of a province: offline, without script, equal bytes, every city a link, every number from the tables."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from gridplan.batch.case_list import PAGE, WORKBOOK
from gridplan.batch.province import Province, sum_up
from gridplan.batch.province_files import render_province, write_province
from gridplan.batch.province_tables import province_tables
from gridplan.words.text import Language
from tests.batch import provinces
from tests.batch.provinces import SIDE, city, finding


@pytest.fixture(scope="module")
def province() -> Province:
    """Two cities, one of them named to break a page, and a case that failed."""
    a = city("a", west=110, county_grids=3, findings=(finding("R-07", "must", "plan", 2000),))
    b = replace(city("b & 2", west=110.04), name="<script>alert(1)</script>")
    return sum_up("省", [a, b], [("c", "=需要人口")])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_loads_and_runs_nothing_and_links_to_every_map(province: Province, tmp_path: Path, language: Language):
    write_province(province, tmp_path, language)
    page = (tmp_path / PAGE).read_text(encoding="utf-8")
    assert "default-src 'none'; script-src ;" in page
    assert not re.search(r"<script|https?://(?!www\.w3\.org)", page)
    assert re.findall(r'<a href="([^"]+)"><title>', page) == ["a/map.html", "b%20%26%202/map.html"]
    assert 'class="must"> 1</tspan>' in page, "the must-rule that stands is marked on the map"


def test_a_name_without_room_leaves_the_number_of_its_must_rules():
    """Of nine narrow cities in a row each has a must-rule that stands; a wide one beside them keeps its name."""
    narrow = [
        city(f"n{at}", west=110 + SIDE * at, findings=(finding("R-07", "must", "plan", 2000),)) for at in range(9)
    ]
    together = sum_up("省", [*narrow, city("wide", west=110 + 10 * SIDE, city_grids=40)])
    page = render_province(together, province_tables(together, "zh"), "zh")
    assert page.count('<tspan class="must">1</tspan></text>') == 9
    assert [name for name in re.findall(r"<text [^>]*>([^<]*)<", page) if name] == ["wide市"]


def test_names_of_the_data_are_text(province: Province, tmp_path: Path):
    write_province(province, tmp_path, "zh")
    page = (tmp_path / PAGE).read_text(encoding="utf-8")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_the_same_province_gives_the_same_bytes(tmp_path: Path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write_province(sum_up("浙江", provinces.published([(2, 1), (1, 2)])), tmp_path / name, "zh")
    for name in (PAGE, WORKBOOK):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_the_workbook_holds_every_table(province: Province, tmp_path: Path):
    write_province(province, tmp_path, "zh")
    sheets = pd.read_excel(tmp_path / WORKBOOK, sheet_name=None, engine="openpyxl")
    assert list(sheets) == [
        "各市",
        "未达到的规则",
        "全覆盖检查",
        "两市都列的机构",
        "跨市协调",
        "跨市协调的单元",
        "监测指标",
        "没有方案的",
    ]
    assert sheets["各市"]["县域医共体"].tolist() == [3, 0]
    assert sheets["各市"]["未达“必须”"].tolist() == [1, 0]
    assert sheets["没有方案的"]["原因"].tolist() == ["=需要人口"], "text, no formula"
