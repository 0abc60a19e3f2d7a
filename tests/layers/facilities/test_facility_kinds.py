"""What a facility is: name, category and type code weighed together, and the level that a category states."""

from __future__ import annotations

from pathlib import Path

import pytest

from gridplan.case.case import Case, parse_case
from gridplan.layers.facilities.facilities import read_facilities
from gridplan.layers.facilities.facility_kinds import find_kind, weigh_kind
from gridplan.words.problems import Problems
from tests.layers.conftest import TREE


@pytest.mark.parametrize(
    ("name", "category", "kind"),
    [
        ("长青街社区卫生服务中心", "卫生院", "chc"),
        ("长青街社区卫生服务站", "医疗保健服务;综合医院;卫生院", "chs"),
        ("青山镇卫生院", "卫生院", "thc"),
        ("市中医医院", "医疗保健服务;综合医院;三级甲等医院", "tcm"),
        ("市中医医院", "综合医院", "general"),
        ("市妇幼保健院", "090100", "maternity"),
        ("阳光口腔", "090300", "clinic"),
        ("St. Mary", "Hospital", "general"),
        ("Dr. Jones", "doctors", "clinic"),
        ("Green Street Health Centre", "clinic", "clinic"),
        ("无名", "太空站", None),
    ],
)
def test_a_name_overrules_a_category_only_where_it_says_more(name: str, category: str, kind: str | None) -> None:
    assert weigh_kind(name, category) == kind


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("hospital", "general"),
        ("clinic", "clinic"),
        ("doctors", "clinic"),
        ("090200|090300", "specialist"),
        ("药店", "other"),
    ],
)
def test_words_and_codes_of_map_services_are_known(value: str, kind: str) -> None:
    assert find_kind(value) == kind


@pytest.fixture
def crawl(tmp_path: Path) -> Case:
    """Four rows of a map service: a hospital, one of its departments, a health centre and a clinic."""
    (tmp_path / "poi.csv").write_text(
        "id,name,type,location\n"
        '1,市第一医院,医疗保健服务;综合医院;三级甲等医院,"120.1,35.1"\n'
        '2,市第一医院住院部,医疗保健服务;综合医院;三级甲等医院,"120.1,35.1"\n'
        '3,长青社区卫生服务中心,医疗保健服务;综合医院;卫生院,"120.2,35.1"\n'
        '4,惠民诊所,医疗保健服务;诊所;诊所,"120.2,35.2"\n',
        encoding="utf-8",
    )
    table = {"path": "poi.csv", "datum": "wgs84", "columns": {"kind": "type"}}
    return parse_case({**TREE, "layers": {**TREE["layers"], "facilities": [table]}}, folder=tmp_path)


def test_a_category_gives_a_whole_institution_its_level(crawl: Case) -> None:
    problems = Problems()
    read = read_facilities(crawl, problems)
    assert problems.errors == []
    assert read is not None
    assert read["kind"].tolist() == ["general", "general", "chc", "clinic"]
    assert read["level"].tolist() == [3, -1, -1, -1], "a department is no hospital of level 3"
    assert read["grade"].tolist() == ["A", "", "", ""]


def test_what_a_name_overrules_is_told_and_the_case_has_the_last_word(tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_text(
        "id,名称,类别,经度,纬度\n1,长青社区卫生服务中心,卫生院,120.1,35.1\n", encoding="utf-8"
    )
    table = {"path": "f.csv", "datum": "wgs84"}
    case = parse_case({**TREE, "layers": {**TREE["layers"], "facilities": [table]}}, folder=tmp_path)
    problems = Problems()
    read = read_facilities(case, problems)
    assert read is not None
    assert read["kind"].tolist() == ["chc"]
    assert [(p.severity, p.rows) for p in problems if p.field == "类别"] == [("repair", (2,))]
    stated = {**table, "values": {"kind": {"卫生院": "thc"}}}
    case = parse_case({**TREE, "layers": {**TREE["layers"], "facilities": [stated]}}, folder=tmp_path)
    read = read_facilities(case, Problems())
    assert read is not None
    assert read["kind"].tolist() == ["thc"]
