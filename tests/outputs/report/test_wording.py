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


@pytest.mark.parametrize(
    ("count", "zh", "en"),
    [(1_502_600, "150.26万人", "1,502,600 residents"), (9_999, "9999人", "9,999 residents"), (10, "10人", "10 residents"),
     (9, "不足10人", "fewer than 10 residents"), (0, "0人", "0 residents")],
)  # fmt: skip
def test_people_are_in_ten_thousands_and_never_few(count, zh, en):
    assert (people(count).zh, people(count).en) == (zh, en)


def test_a_table_never_shows_few_people_either():
    assert people_cell(7).zh == "不足10人"
    assert people_cell(24_000).zh == "2.40"
    assert people_cell(math.nan).zh == "—"
    assert is_few(9.5)
    assert not is_few(0)


@pytest.mark.parametrize(
    ("said", "shown"),
    [("1 个单元（7 人）断开", "1 个单元（不足10人）断开"), ("17 人", "17 人"), ("断开，7 人", "断开，不足10人"), ("1,007 人", "1,007 人"), ("9人民医院", "9人民医院"),
     ("3 residents", "fewer than 10 residents"), ("13 residents", "13 residents")],
)  # fmt: skip
def test_few_people_in_sentences_of_others_are_told_as_few(said, shown):
    assert without_few(said) == shown


def test_chinese_of_the_official_form_has_no_blanks_beside_numbers_and_no_commas():
    assert official("床位共 1,960，预留 472（24.1%），CT 巡诊") == "床位共1960，预留472（24.1%），CT巡诊"


def test_keys_of_a_case_do_not_stand_in_a_document():
    assert official("未评价：需要成员的紧密程度（tie）") == "未评价：需要成员的紧密程度"
    assert official("需要县（place.mode 或 county.districts）") == "需要县"
    assert official("机构（BH001）在（一）") == "机构（BH001）在（一）"


def test_minutes_and_shares_have_one_decimal_and_the_true_minus():
    assert minutes(15.149).zh == "15.1分钟"
    assert minutes(math.inf).zh == "不能到达"
    assert share(0.8727).zh == "87.3%"
    assert decimal(-0.04).zh == "0.0"
    assert decimal(-5.06, signed=True).zh == "−5.1"


def test_a_hospital_s_short_name_leaves_out_the_place():
    assert short_name("滨海市第一人民医院", "滨海市") == "市第一人民医院"
    assert short_name("南滩区人民医院", "滨海市") == "南滩区人民医院"
