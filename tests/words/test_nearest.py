"""The nearest known name: offered as it is spelled, whatever the width and case, and never where nothing is near."""

from __future__ import annotations

from gridplan.words.nearest import did_you_mean, nearest


def test_the_nearest_name_is_offered_as_it_is_spelled() -> None:
    assert nearest(["市第一医完"], ["市第二医院", "市第一医院"]) == ["市第一医院"]
    assert nearest(["LA YR"], ["Layer", "path"]) == ["Layer"]


def test_one_of_two_chinese_signs_tells_and_one_of_two_letters_does_not() -> None:
    assert nearest(["东线"], ["东县", "西县"]) == ["东县"]
    assert nearest(["H9"], ["H1", "H3"]) == []


def test_letters_typed_for_digits_come_first() -> None:
    assert nearest(["u0O"], ["u30", "u00"]) == ["u00"]
    assert nearest(["YXOO1"], ["YX001", "YX0101"]) == ["YX001"]


def test_several_guesses_give_each_name_once() -> None:
    assert nearest(["beds", "bed"], ["Beds", "unit"], most=2) == ["Beds"]


def test_nothing_near_is_no_question() -> None:
    assert did_you_mean(["xyz"], ["unit_id", "lead_id"]) is None
    assert did_you_mean([], ["unit_id"]) is None
    assert did_you_mean(["u1"], []) is None


def test_the_name_is_repeated_where_it_is_one_of_several() -> None:
    alone, first = did_you_mean(["u0O"], ["u00"]), did_you_mean(["u0O", "zz"], ["u00"])
    assert alone is not None
    assert (alone.zh, alone.en) == ("是否为 u00？", "Did you mean u00?")
    assert first is not None
    assert (first.zh, first.en) == ("u0O 是否为 u00？", "Did you mean u00 by u0O?")
