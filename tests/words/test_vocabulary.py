"""The field's words: every label in both languages, aliases without contradictions, levels as people write them."""

from __future__ import annotations

import pytest

from gridplan.words import vocabulary as words
from gridplan.words.vocabulary import Vocabulary, normalise, parse_level

ALL = {name: value for name, value in vars(words).items() if isinstance(value, Vocabulary)}


@pytest.mark.parametrize("name", ALL)
def test_every_term_has_both_languages_and_finds_itself(name: str) -> None:
    for key, term in ALL[name].items():
        assert term.label.zh
        assert term.label.en
        for spelling in (key, term.label.zh, term.label.en, *term.aliases):
            assert ALL[name].find(spelling) == key, f"{spelling} means {ALL[name].find(spelling)} as well"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("三级甲等", (3, "A")), ("三甲", (3, "A")), ("3A", (3, "A")), ("三级", (3, "")), ("二级乙等", (2, "B")), ("二乙", (2, "B")),
        ("一级", (1, "")), ("未定级", (0, "")), ("3", (3, "")), ("3.0", (3, "")), ("tertiary", (3, "")), (" 三 级 ", (3, "")),
        ("\uff13\uff21", (3, "A")), ("特级", None), ("", None), ("2026-03-01", None), ("十级", None), ("三级未定等", (3, "")), ("二级甲等综合医院", (2, "A")), ("32", None), ("三级 (unverified)", (3, "")), ("三甲（待核）", (3, "A")),
    ],
)  # fmt: skip
def test_levels_as_people_write_them(written: str, meant: tuple[int, str] | None) -> None:
    assert parse_level(written) == meant


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("某市人民医院", "general"), ("江岸区中医医院", "tcm"), ("市妇幼保健院", "maternity"), ("中心卫生院", "thc"),
        ("百步亭社区卫生服务中心", "chc"), ("百步亭社区卫生服务站", "chs"), ("爱心护理院", "nursing"), ("康复医院", "rehab"),
        ("市急救中心", "ems"), ("口腔医院", "specialist"), ("村卫生室", "village_clinic"), ("加油站", None),
    ],
)  # fmt: skip
def test_kinds_are_known_by_the_longest_word_inside(name: str, kind: str | None) -> None:
    assert words.KINDS.find_within(name) == kind


def test_compared_text_ignores_width_blanks_and_case() -> None:
    assert normalise(" \uff21 b\u3000C ") == "abc"
