"""Names of facilities taken apart by general words: whose they are, what they are, and which part a row shows."""

from __future__ import annotations

import pytest

from gridplan.layers.facilities.names import Places, find_places, parse_name

PLACES = Places(frozenset({"云州", "岭东"}), frozenset({"江口", "石桥"}))


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("云州市第三人民医院", "云州|第三人民医院"),
        ("岭东省人民医院急诊", "岭东|人民医院"),
        ("云州市江口区人民医院", "江口|人民医院"),
        ("江口区人民医院住院部", "江口|人民医院"),
        ("江口人民医院", "江口|人民医院"),
        ("云州仁爱医院", "仁爱医院"),
        ("云州市仁爱医院2号楼", "仁爱医院"),
        ("岭东科技大学医学院附属仁爱医院东院区", "仁爱医院"),
        ("岭东科技大学仁爱医院", "仁爱医院"),
        ("岭东大学人民医院", "岭东大学人民医院"),
        ("岭东大学口腔医院（石桥门诊部）", "岭东大学口腔医院"),
        ("八医院东楼", "|第八医院"),
        ("江口医院", "江口医院"),
        ("云州市石桥区望江街道社区卫生服务中心-预防接种门诊", "望江"),
        ("望江街社区卫生服务中心", "望江"),
        ("望江街第二社区卫生服务中心", "望江第二"),
    ],
)
def test_the_key_keeps_what_the_institution_is_called(name: str, key: str) -> None:
    assert parse_name(name, PLACES).key == key


@pytest.mark.parametrize(
    ("name", "form", "part"),
    [
        ("仁爱医院", "hospital", "whole"),
        ("仁爱医院(装修中)", "hospital", "whole"),
        ("仁爱医院东院", "hospital", "campus"),
        ("仁爱医院(湖滨院区)", "hospital", "campus"),
        ("仁爱医院湖滨分院", "hospital", "campus"),
        ("仁爱医院西区3号楼", "hospital", "building"),
        ("仁爱医院住院部", "hospital", "building"),
        ("仁爱医院-门诊部", "hospital", "department"),
        ("仁爱医院急诊", "hospital", "department"),
        ("仁爱医院湖滨门诊部", "hospital", "outpost"),
        ("仁爱医院南门", "hospital", "gate"),
        ("仁爱医院地下停车场入口", "hospital", "gate"),
        ("仁爱医院医联体医院", "hospital", "signboard"),
        ("云州市医保定点医院", "hospital", "signboard"),
        ("仁爱医院骨科中心", "hospital", "department"),
        ("望江街社区卫生服务中心梧桐社区卫生服务站", "chs", "whole"),
        ("河口镇卫生院", "thc", "whole"),
        ("河口镇柳村卫生室", "thc", "whole"),
        ("张明中医诊所", "clinic", "whole"),
        ("停车场", "none", "gate"),
    ],
)
def test_what_a_row_shows(name: str, form: str, part: str) -> None:
    parsed = parse_name(name, PLACES)
    assert (parsed.form, parsed.part) == (form, part)


def test_a_hospital_behind_another_is_noted_and_a_specialty_is_a_department() -> None:
    assert parse_name("仁爱医院河口医院", PLACES).second == "河口医院"
    assert parse_name("岭东省人民医院河口医院门诊楼", PLACES).second == "河口医院"
    assert parse_name("仁爱医院眼耳鼻喉医院", PLACES).second == ""
    assert parse_name("仁爱医院精神卫生中心", PLACES).part == "department"


def test_remarks_that_a_place_is_not_open() -> None:
    assert parse_name("仁爱医院湖滨院区(建设中)", PLACES).closed
    assert not parse_name("仁爱医院(装修中)", PLACES).closed


def test_places_are_learnt_from_the_names_of_the_table() -> None:
    names = ["云州市第一医院", "云州市第二医院", "云州市儿童医院", "岭东省人民医院", "江口区医院"] * 3
    names += ["新都市妇产医院", "长青社区卫生服务站", "北部战区总医院", "湖滨小区卫生室"] * 3
    places = find_places(names)
    assert places.wide == {"云州", "岭东"}
    assert places.counties == {"江口"}
