"""docs/rules.md is what the rule book says."""

from __future__ import annotations

from pathlib import Path

from gridplan.checks.document import document_rules
from gridplan.checks.rule_book import RULES
from gridplan.layers.records.indicator_list import bundled_indicators

DOCS = Path(__file__).parent.parent.parent / "docs" / "rules.md"


def test_the_document_is_current() -> None:
    assert DOCS.read_text(encoding="utf-8") == document_rules(), "run: python -m gridplan.checks.document docs/rules.md"


def test_every_rule_stands_in_both_languages() -> None:
    text = document_rules()
    for rule in RULES:
        assert f"**{rule.id} {rule.title.zh}**" in text
        assert f"**{rule.id} {rule.title.en}**" in text


def test_every_indicator_stands_in_both_languages() -> None:
    text = document_rules()
    for indicator in bundled_indicators().values():
        assert f"**{indicator.id} {indicator.name.zh}**" in text
        assert f"**{indicator.id} {indicator.name.en}**" in text


def test_every_number_of_the_specification_is_a_rule() -> None:
    """R-01 to R-11, R-20 to R-28, R-30 to R-45, R-50 to R-54, R-60 to R-68."""
    tens = (range(1, 12), range(20, 29), range(30, 46), range(50, 55), range(60, 69))
    assert [rule.id for rule in RULES] == [f"R-{number:02d}" for numbers in tens for number in numbers]
