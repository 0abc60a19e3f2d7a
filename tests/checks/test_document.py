"""docs/zh/rules.md and docs/en/rules.md are what the rule book says."""

from __future__ import annotations

from pathlib import Path

import pytest

from gridplan.checks.document import WRITTEN_BY, document_rules
from gridplan.checks.rule_book import RULES
from gridplan.layers.records.indicator_list import bundled_indicators
from gridplan.words.text import Language

DOCS = Path(__file__).parent.parent.parent / "docs"
both_languages = pytest.mark.parametrize("language", ["zh", "en"])


@both_languages
def test_the_document_is_current(language: Language) -> None:
    text = (DOCS / language / "rules.md").read_text(encoding="utf-8")
    assert text == document_rules(language), f"run: {WRITTEN_BY}"


@both_languages
def test_every_rule_has_its_heading_and_its_anchor(language: Language) -> None:
    text = document_rules(language)
    for rule in RULES:
        assert f"({rule.id.lower()})=\n\n### {rule.id} {rule.title.in_language(language)}\n" in text


@both_languages
def test_every_indicator_stands_in_the_document(language: Language) -> None:
    text = document_rules(language)
    for indicator in bundled_indicators().values():
        assert f"**{indicator.id} {indicator.name.in_language(language)}**" in text


def test_every_number_of_the_specification_is_a_rule() -> None:
    """R-01 to R-11, R-20 to R-28, R-30 to R-46, R-50 to R-54, R-60 to R-68."""
    tens = (range(1, 12), range(20, 29), range(30, 47), range(50, 55), range(60, 69))
    assert [rule.id for rule in RULES] == [f"R-{number:02d}" for numbers in tens for number in numbers]
