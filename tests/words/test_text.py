"""Words: both languages everywhere, with the same placeholders."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
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


NOUNS = (
    "beds|cells|centres|characters|clinics|columns|comments|communities|counties|districts|edges|edits|facilities|findings|gaps|grids|groups"
    "|hospitals|indicators|institutions|items|kinds|layers|leads|links|matters|members|months|nodes|others|pairs|patients|people|persons"
    "|pieces|places|plans|points|polygons|referrals|residents|roads|rows|rules|sheets|sites|slots|stations|streets|times|units|visits"
)
COUNTED = re.compile(r"\{([^{}|]*)\} (?:(?!(?:of|without|has|and|than|with)\b)[a-z-]+ )?(?:" + NOUNS + r")\b")
"""A count before its noun, at most one word between: the noun is right for any number but 1."""
NEVER_ONE = frozenset(
    {
        "{MAX_CELLS:,} cells", "{_COLUMNS_AT_MOST} columns", "{_PEOPLE_PER_HOSPITAL:,.0f} residents", "{PEOPLE_PER_KM2:,.0f} people",
        "{high:,.0f} beds", "{low:,.0f} people", "{high:,.0f} people", "{len(rows)} header rows", "{len(str(place))} characters",
        "{len(rows)} rows", "{few(fewest).en} residents", "{fewest} persons", "{told.en} percentage points",
        "{kind} places", "{h} leads", "{minutes(width)} times",
    }
)  # fmt: skip
"""What is no count, or never 1."""
ON_PAGE = frozenset(
    {"{n} plans", "{n} times", "{a} times", "{h} leads", "{n} grids", "{n} pieces", "{n} communities", "{n} comments"}
)
"""Sentences of the page that are said of two and more."""


def english_wordings() -> Iterator[tuple[str, str]]:
    """Every English wording of a `Text` or `say` of the package: (where, wording), values of f-strings in braces."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("Text", "say"):
                english = next((key.value for key in node.keywords if key.arg == "en"), None)
                english = english or (node.args[1] if len(node.args) > 1 else None)
                for part in ast.walk(english) if english is not None else ():
                    if isinstance(part, ast.JoinedStr):
                        yield f"{path.name}:{part.lineno}", ast.unparse(part)[2:-1]
                    elif isinstance(part, ast.Constant) and isinstance(part.value, str):
                        yield f"{path.name}:{part.lineno}", part.value


def test_every_count_goes_through_the_one_grammar():
    """{n:unit|units} or `counted`, and on the page two wordings with a stroke between; no noun that is wrong at 1 stands after a count."""
    wrong = [
        (where, found[0])
        for where, wording in english_wordings()
        if not (where.startswith("page_words") and "|" in wording)
        for found in COUNTED.finditer(wording)
        if found[0] not in (ON_PAGE if where.startswith("page_words") else NEVER_ONE)
    ]
    assert wrong == []


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
