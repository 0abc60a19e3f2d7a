"""Settings change key by key: comments stay, what the case cannot hold is refused with nothing written, and changes are undone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as told_to
from hypothesis import strategies as st

from gridplan.app.settings import Settings
from gridplan.case.case import read_case
from gridplan.words.errors import CaseError

TEXT = """# a comment on top
format = "gridplan-case/1"

[place]
name = "甲市"    # the city

[layers.population]
kind = "table"
path = "people.xlsx"

[[layers.facilities]]
path = "facilities.xlsx"    # the list

[grids]
k = [2, 4]    # as the bureau says
# required_leads = []
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    path = tmp_path / "case.toml"
    path.write_text(TEXT, encoding="utf-8")
    return Settings(path)


def test_comments_and_order_stay(settings: Settings):
    settings.set(("grids", "balance"), 0.2)
    settings.set(("grids", "k"), 3)
    expected = TEXT.replace("k = [2, 4]", "k = 3").replace(
        "# required_leads = []\n", "# required_leads = []\nbalance = 0.2\n"
    )
    assert settings.text == expected
    assert read_case(settings.path).grids.k == 3


def test_new_sections_and_lists_of_tables_are_made(settings: Settings):
    waiver = {"rule": "R-20", "reason": "历史原因", "author": "委员会", "date": "2026-03-01"}
    settings.set(("rules", "waivers", 0), waiver)
    settings.set(("rules", "waivers", 1), {**waiver, "rule": "R-22"})
    settings.set(("layers", "facilities", 0, "datum"), "gcj02")
    case = read_case(settings.path)
    assert [one.rule for one in case.rules.waivers] == ["R-20", "R-22"]
    assert case.layers.facilities[0].datum == "gcj02"
    settings.unset(("rules", "waivers", 0))
    assert [one.rule for one in read_case(settings.path).rules.waivers] == ["R-22"]


def test_what_the_last_key_leaves_empty_goes_with_it(settings: Settings):
    settings.set(("change", "price_min"), 10)
    settings.unset(("change", "price_min"))
    assert settings.text.rstrip() == TEXT.rstrip()
    settings.unset(("change", "nothing"))
    settings.unset(("nothing", "at", "all"))
    assert settings.text.rstrip() == TEXT.rstrip()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (("grids", "k"), [4, 2]),
        (("grids", "balance"), -1),
        (("grids", "balance"), "much"),
        (("grids", "nonsense"), 1),
        (("travel", "limit_min"), True),
        (("layers", "facilities", 0, "datum"), "mars"),
    ],
)
def test_a_value_that_the_case_cannot_hold_is_refused_and_nothing_is_written(settings: Settings, key: Any, value: Any):
    with pytest.raises(CaseError) as told:
        settings.set(key, value)
    assert settings.text == TEXT
    assert told.value.problems[0].remedy.zh
    assert not settings.can_undo


def test_a_case_that_is_wrong_elsewhere_can_still_be_changed(settings: Settings):
    settings.path.write_text(TEXT + "\n[travel]\nlimit_min = -5\n", encoding="utf-8")
    settings.set(("grids", "k"), 3)
    assert "k = 3" in settings.text
    settings.set(("travel", "limit_min"), 20)
    assert read_case(settings.path).travel.limit_min == 20


def test_a_file_that_is_no_toml_is_refused_in_words(settings: Settings):
    settings.path.write_text("[grids\nk = 3", encoding="utf-8")
    with pytest.raises(CaseError):
        settings.set(("grids", "k"), 4)
    assert settings.path.read_text(encoding="utf-8") == "[grids\nk = 3"
    assert settings.tree == {}


def test_changes_are_undone_one_by_one(settings: Settings):
    for k in (3, 4, 5):
        settings.set(("grids", "k"), k)
    assert [settings.undo() and settings.get(("grids", "k")) for _ in range(3)] == [4, 3, [2, 4]]
    assert settings.text == TEXT
    assert not settings.undo()


def test_what_somebody_else_has_changed_since_is_not_undone(settings: Settings):
    settings.set(("grids", "k"), 3)
    settings.path.write_text(settings.text + "# by hand\n", encoding="utf-8")
    assert not settings.undo()
    assert "# by hand" in settings.text


VALUES = {
    ("grids", "k"): st.integers(1, 9),
    ("grids", "balance"): st.floats(0.01, 1),
    ("travel", "limit_min"): st.integers(1, 90),
    ("place", "name"): st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=8),
    ("grids", "required_leads"): st.lists(
        st.text(st.characters(categories=["L"]), min_size=1, max_size=4), min_size=1, max_size=3
    ),
}
CHANGES = st.lists(st.sampled_from(list(VALUES)).flatmap(lambda key: st.tuples(st.just(key), VALUES[key])), max_size=8)


@told_to(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(CHANGES)
def test_any_changes_can_be_read_and_undone(tmp_path_factory: pytest.TempPathFactory, changes: list[Any]):
    path = tmp_path_factory.mktemp("settings") / "case.toml"
    path.write_text(TEXT, encoding="utf-8")
    settings = Settings(path)
    for key, value in changes:
        settings.set(key, value)
        assert settings.get(key) == value
        read_case(path)
    while settings.can_undo:
        settings.undo()
    assert settings.text == TEXT


def test_a_file_in_another_encoding_is_refused_and_stays(settings: Settings):
    """An editor of an old Windows saves GBK: that is no empty file, which a wish would replace."""
    settings.path.write_bytes(TEXT.encode("gbk"))
    for change in (lambda: settings.set(("grids", "k"), 3), lambda: settings.write(TEXT)):
        with pytest.raises(CaseError):
            change()
    assert settings.path.read_bytes() == TEXT.encode("gbk")


def test_what_is_no_toml_is_never_written(settings: Settings):
    with pytest.raises(CaseError):
        settings.write(TEXT + "\n[grids]\nk = 3\n", check=False)
    assert settings.text == TEXT


def test_comments_of_an_emptied_section_stay(settings: Settings):
    settings.path.write_text(TEXT + "\n[change]\nprice_min = 5\n# why it is so\n", encoding="utf-8")
    settings.unset(("change", "price_min"))
    assert "# why it is so" in settings.text


def test_a_first_draft_is_nothing_to_undo(settings: Settings):
    settings.write(TEXT.replace("甲市", "乙市"), undoable=False)
    assert not settings.can_undo


@pytest.mark.parametrize(
    "written", ["waivers = []", 'waivers = [{rule = "R-20", reason = "甲", author = "乙", date = "2026-03-01"}]']
)
def test_an_exception_is_added_to_a_list_on_one_line(settings: Settings, written: str):
    settings.path.write_text(f"{TEXT}\n[rules]\n{written}\n", encoding="utf-8")
    count = len(settings.get(("rules", "waivers")))
    settings.set(("rules", "waivers", count), {"rule": "R-22", "reason": "丙", "author": "丁", "date": "2026-03-02"})
    assert [one.rule for one in read_case(settings.path).rules.waivers][-1] == "R-22"
    assert len(settings.get(("rules", "waivers"))) == count + 1
