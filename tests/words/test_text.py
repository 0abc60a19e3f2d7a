"""Words: both languages everywhere, with the same placeholders."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from gridplan.words.numbers import counted, people
from gridplan.words.text import Text

PACKAGE = Path(__file__).parents[2] / "gridplan"
HAN = re.compile(r"[\u4e00-\u9fff]")


def text_calls() -> list[tuple[str, str, str]]:
    """Every `Text(zh="...", en="...")` of the package with literal wordings: (where, zh, en)."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Text":
                words = {key.arg: key.value for key in node.keywords}
                if all(isinstance(words.get(side), ast.Constant) for side in ("zh", "en")):
                    where = f"{path.relative_to(PACKAGE)}:{node.lineno}"
                    found.append((where, words["zh"].value, words["en"].value))
    return found


def test_both_languages_have_the_same_placeholders():
    calls = text_calls()
    assert len(calls) > 150
    wrong = [where for where, zh, en in calls if len(set(Text(zh=zh, en=en).placeholders)) != 1]
    assert wrong == []


def test_no_wording_is_missing_or_in_the_wrong_language():
    assert [where for where, zh, en in text_calls() if bool(zh) != bool(en)] == []
    assert [where for where, _, en in text_calls() if HAN.search(en)] == []


def test_a_text_fills_texts_in_the_language_at_hand():
    outer = Text(zh="{n} 家{kind}", en="{n} {kind}s").format(n=2, kind=Text(zh="医院", en="hospital"))
    assert (outer.zh, outer.en) == ("2 家医院", "2 hospitals")


def test_a_count_has_the_noun_that_its_number_asks_for():
    said = Text(zh="{n} 家机构，{m}", en="{n:facility|facilities}, {m}")
    told = {n: said.format(n=n, m=Text(zh="甲", en="x")).en for n in (0, 1, 2, 12_000)}
    assert told == {0: "0 facilities, x", 1: "1 facility, x", 2: "2 facilities, x", 12_000: "12,000 facilities, x"}
    assert said.format(n="1", m="").en == "1 facility, "
    assert said.placeholders == ({"n", "m"}, {"n", "m"})


def test_no_count_is_minus_nothing():
    for count, zh, en in (
        (-0.4, "0 人", "0 people"),
        (0.9, "1 人", "1 person"),
        (2, "2 人", "2 people"),
        (12_000, "1.2 万人", "12,000 people"),
    ):
        assert people(count) == Text(zh=zh, en=en)
    for count, en in ((0, "0 units"), (1, "1 unit"), (2, "2 units"), (1200, "1,200 units")):
        assert counted(count, "unit", measure="个单元") == Text(zh=f"{count:,} 个单元", en=en)
