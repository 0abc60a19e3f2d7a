"""A broken case is told in the language that it states."""

from __future__ import annotations

from pathlib import Path

import pytest

from gridplan.case.spoken import stated_language
from gridplan.intake.input_check import check_inputs

STATED = {
    "stated": ('language = "en"\n[place]\n', "en"),
    "stated in broken TOML": ("language = 'en'\n[place\n", "en"),
    "Chinese": ('language = "zh"\n', "zh"),
    "not stated": ("[place]\n", "zh"),
    "of another section": ('[place]\nlanguage = "en"\n', "zh"),
}


@pytest.mark.parametrize(("text", "language"), STATED.values(), ids=STATED)
def test_the_language_of_a_case_is_known_before_it_is_read(tmp_path: Path, text: str, language: str) -> None:
    path = tmp_path / "case.toml"
    path.write_text(text, encoding="utf-8")
    assert stated_language(path) == language
    assert check_inputs(path).language == language


def test_a_case_that_is_not_there_states_none(tmp_path: Path) -> None:
    assert stated_language(tmp_path / "nowhere.toml") == "zh"
