"""Words: both languages everywhere, with the same placeholders."""

from __future__ import annotations

import ast
import re
from pathlib import Path

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
