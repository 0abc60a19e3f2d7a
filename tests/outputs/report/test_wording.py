"""How numbers are worded: rounded once, few people never, Chinese without blanks and commas."""

from __future__ import annotations

import math

import pytest

from gridplan.outputs.report.wording import (
    decimal,
    is_few,
    minutes,
    official,
    people,
    people_cell,
    share,
    short_name,
    without_few,
)
from gridplan.words.text import Text


def official_zh(said: str) -> str:
    return official(Text(zh=said, en=""), 10).zh


@pytest.mark.parametrize(
    ("count", "zh", "en"),
    [(1_502_600, "150.26万人", "1,502,600 residents"), (9_999, "9999人", "9,999 residents"), (10, "10人", "10 residents"),
     (9, "不足10人", "fewer than 10 residents"), (0, "0人", "0 residents")],
)  # fmt: skip
def test_people_are_in_ten_thousands_and_never_few(count, zh, en):
    assert (people(count, 10).zh, people(count, 10).en) == (zh, en)


def test_a_table_never_shows_few_people_either():
    assert people_cell(7, 10).zh == "不足10人"
    assert people_cell(24_000, 10).zh == "2.40"
    assert people_cell(math.nan, 10).zh == "—"
    assert is_few(9.5, 10)
    assert not is_few(0, 10)


@pytest.mark.parametrize(
    ("said", "shown"),
    [("1 个单元（7 人）断开", "1 个单元（不足10人）断开"), ("17 人", "17 人"), ("断开，7 人", "断开，不足10人"), ("1,007 人", "1,007 人"), ("9人民医院", "9人民医院"),
     ("3 residents", "fewer than 10 residents"), ("13 residents", "13 residents")],
)  # fmt: skip
def test_few_people_in_sentences_of_others_are_told_as_few(said, shown):
    told = without_few(Text(zh=said, en=said), 10)
    assert shown in (told.zh, told.en)
    assert said == shown or {told.zh, told.en} == {said, shown}


def test_the_case_says_how_few_are_few():
    assert people(24, 30).zh == "不足30人"
    assert people_cell(24, 5) == Text(zh="0.00", en="24")
    said = Text(zh="1 个单元（24 人）", en="1 unit (24 people)")
    assert without_few(said, 30) == Text(zh="1 个单元（不足30人）", en="1 unit (fewer than 30 people)")
    assert without_few(said, 24) == said


def test_chinese_of_the_official_form_has_no_blanks_beside_numbers_and_no_commas():
    assert official_zh("床位共 1,960，预留 472（24.1%），CT 巡诊") == "床位共1960，预留472（24.1%），CT巡诊"


def test_keys_of_a_case_do_not_stand_in_a_document():
    assert official_zh("未评价：需要成员的紧密程度（tie）") == "未评价：需要成员的紧密程度"
    assert official_zh("需要县（place.mode 或 county.districts）") == "需要县"
    assert official_zh("机构（BH001）在（一）") == "机构（BH001）在（一）"


def test_minutes_and_shares_have_one_decimal_and_the_true_minus():
    assert minutes(15.149).zh == "15.1分钟"
    assert minutes(math.inf).zh == "不能到达"
    assert share(0.8727).zh == "87.3%"
    assert decimal(-0.04).zh == "0.0"
    assert decimal(-5.06, signed=True).zh == "−5.1"


def test_a_hospital_s_short_name_leaves_out_the_place():
    assert short_name("滨海市第一人民医院", "滨海市") == "市第一人民医院"
    assert short_name("南滩区人民医院", "滨海市") == "南滩区人民医院"
