"""Hidden signs are shown or refused by one rule, in Python and in the page."""

from __future__ import annotations

import re
import unicodedata

import pytest

from gridplan.words.errors import InputProblem
from gridplan.words.signs import HIDDEN_CODES, has_hidden, script_class, shown_line, shown_text, shown_values
from gridplan.words.text import Text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("第一医院", "第一医院"),
        ("\x1b[2J", "␛[2J"),
        ("a\x00b\x07\x7f", "a␀b␇␡"),
        ("\x9b2J", "�2J"),
        ("a\u202eb\u2069", "a�b�"),
        ("a\r\nb\rc\u2028d\x85e", "a\nb\nc\nd\ne"),
        ("\ud83d", "�"),
        ("👩‍⚕️𠮷\tx\n", "👩‍⚕️𠮷\tx\n"),
    ],
)
def test_a_hidden_sign_gets_a_visible_one(text: str, shown: str):
    assert shown_text(text) == shown
    assert not has_hidden(shown)
    assert shown_text(shown) == shown


def test_accents_are_stacked_no_higher_than_any_language_does():
    """Thirty on one letter stay, all beyond are one sign; what was shown once is shown the same again."""
    tower = "医院e" + "\u0301" * 1000 + "x"
    shown = shown_text(tower)
    assert shown == "医院e" + "\u0301" * 30 + "\ufffdx"
    assert shown_text(shown) == shown
    for plain in ("e" + "\u0301" * 30 + "x", "Việt Nam, Đồng Tháp, é è ê " * 3, "ก็ที่นี่" * 20):
        assert shown_text(plain) == plain


def test_every_control_surrogate_and_turn_of_direction_is_hidden_and_nothing_that_people_write():
    hidden = set(HIDDEN_CODES)
    for code in range(0x110000):
        sign = chr(code)
        if unicodedata.category(sign) in ("Cc", "Cs") or unicodedata.bidirectional(sign) in (
            "LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI",
        ):  # fmt: skip
            assert (code in hidden) == (sign not in "\n\t"), hex(code)
        elif unicodedata.category(sign) not in ("Cf", "Zl", "Zp", "Cn"):
            assert code not in hidden, hex(code)


def test_one_line_and_whole_trees():
    assert shown_line("a\nb\tc\x1b") == "a b c␛"
    assert shown_values({"a\x1b": ["\u202e", 1, None, ("\x9b",)]}) == {"a␛": ["�", 1, None, ("�",)]}


def test_the_page_has_the_same_class():
    assert re.sub(r"\\u\{([0-9a-f]+)\}", r"\\U000\1", script_class()).count("\\U000") == 2
    assert "\\u{e0000}-\\u{e007f}" in script_class()


def test_a_problem_never_steers_the_terminal():
    evil = "\x1b[2J\n\u202e"
    problem = InputProblem("error", Text(evil, evil), Text(evil, evil), Text(evil, evil), evil, evil, evil, (), (evil,))
    for said in (problem.render("zh"), problem.render("en"), *problem.values):
        assert not has_hidden(said)
        assert "\n" not in said
