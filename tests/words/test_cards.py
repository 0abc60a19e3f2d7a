"""A card says the same in text and HTML, fits a screen, and lets no name become markup."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from gridplan.words.cards import MOST_ROWS, Card
from gridplan.words.text import Text

HOSTILE = "<img src=x onerror=\"alert('1')\">`${alert(2)}`\u202e\x1b[31m\nmore"
CARD = Card(
    kind="Thing",
    title=HOSTILE,
    facts=((Text(zh="人口", en="residents"), "1,000"), (Text(zh="类型", en="mode"), Text(zh="县", en="county"))),
    head=(Text(zh="网格", en="grid"), Text(zh="牵头", en="lead")),
    rows=[(f"G{number}", HOSTILE) for number in range(MOST_ROWS + 3)],
)


def tags(document: str) -> set[str]:
    return set(re.findall(r"<\s*([a-zA-Z]+)", document))


def test_names_are_text_and_never_markup():
    shown = CARD.as_html()
    assert tags(shown) == {"div", "b", "span", "table", "tr", "th", "td"}
    root = ET.fromstring(shown)
    assert "<img src=x onerror=" in "".join(root.itertext())
    assert not any(name.startswith("on") for element in root.iter() for name in element.attrib)


def test_text_has_no_sign_that_steers_a_terminal():
    shown = CARD.as_text()
    assert not set("\u202e\x1b\r") & set(shown)
    assert "`${alert(2)}`  [31m more" in shown


def test_a_card_fits_a_screen_and_tells_what_it_leaves_out():
    lines = CARD.as_text().splitlines()
    assert len(lines) <= 24
    assert lines[-1] == "  ... 3 more"
    assert "… +3" in CARD.as_html()
    long = Card("Thing", facts=((Text(zh="图层", en="layers"), "x" * 100_000),))
    assert max(map(len, long.as_text().splitlines())) < 100


def test_labels_speak_one_language_or_both():
    assert "人口" in CARD.as_html("zh")
    assert "residents" not in CARD.as_html("zh")
    assert "residents" in CARD.as_html("en")
    assert "人口 · residents" in CARD.as_html()
    assert "county" in CARD.as_text()


def test_columns_stand_below_each_other_though_chinese_signs_are_wide():
    rows = [("一家医院", "7"), ("H", "8")]
    card = Card("Thing", head=(Text(zh="院", en="lead"), Text(zh="数", en="n")), rows=rows)
    assert card.as_text().splitlines()[2:] == ["  lead      n", "  一家医院  7", "  H         8"]
