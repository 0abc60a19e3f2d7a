"""Tables that tell of single people are refused with what to do, and their values are not shown."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from gridplan.case.case import parse_case
from gridplan.layers.records.personal import personal_columns
from gridplan.layers.records.records import read_records
from gridplan.words.problems import Problems
from tests.layers.conftest import TREE


@pytest.mark.parametrize(
    "header", ["身份证号", "患者姓名", "病历号", "Patient name", "national_id", "出生日期", "邮箱", "E-mail"]
)
def test_headers_of_single_people_are_known(header: str) -> None:
    assert personal_columns(pd.DataFrame({header: ["x"]})) == [header]


def test_numbers_of_identity_cards_are_known_under_any_header() -> None:
    frame = pd.DataFrame(
        {"编码": ["420106199001011234", "42010619900101123X"], "代码": ["420106001001", "420106001002"]}
    )
    assert personal_columns(frame) == ["编码"]


def test_telephones_of_institutions_are_no_personal_data_but_those_of_records_are() -> None:
    frame = pd.DataFrame({"机构名称": ["甲医院"], "电话": ["027-1"], "门诊号源": ["300"]})
    assert personal_columns(frame) == []
    assert personal_columns(frame, telephones=True) == ["电话"]


def test_a_record_table_with_them_is_refused(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text("转出机构,转入机构,人次,身份证号\nH1,H2,1,420106199001011234\n", encoding="utf-8")
    layers = {**TREE["layers"], "records": {"referrals": {"path": "r.csv"}}}
    problems = Problems()
    read = read_records(parse_case({**TREE, "layers": layers}, folder=tmp_path), problems, units=None, facilities=None)
    assert "referrals" not in read
    (problem,) = problems.errors
    assert problem.field == "身份证号"
    assert "Aggregate" in problem.remedy.en
    assert "420106199001011234" not in problem.render("en") + problem.render("zh")


@pytest.mark.parametrize("header", ["患者", "病人", "Patient", "first name"])
def test_words_under_a_header_of_people_name_them_and_numbers_count_them(header: str) -> None:
    assert personal_columns(pd.DataFrame({header: ["张三"]})) == [header]
    assert personal_columns(pd.DataFrame({header: ["12"]})) == []


@pytest.mark.parametrize("value", ["13800138000", "+86 13912345678", "li@example.cn"])
def test_what_reaches_a_person_is_known_under_any_header_of_a_record(value: str) -> None:
    frame = pd.DataFrame({"备注": [value, value], "人次": ["12", "380013"]})
    assert personal_columns(frame) == []
    assert personal_columns(frame, telephones=True) == ["备注"]
