"""The bench of a folder: nothing that a page has set is overwritten by what was seen before, and no two pieces of work write one version."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gridplan.app.actions.frame_actions import undo
from gridplan.app.actions.wishes_actions import scenario
from gridplan.app.bench import Bench
from gridplan.app.jobs import Job
from gridplan.app.refusal import RefusedError
from gridplan.words.text import Text
from tests.app.test_settings import TEXT


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path)
    yield bench
    bench.close()


def test_what_was_set_while_the_files_were_looked_at_stays(bench: Bench):
    """The look began before there were settings; its draft comes too late."""
    bench.settings.path.write_text(TEXT, encoding="utf-8")
    bench._looked({"layers": [], "unreadable": [], "draft": TEXT.replace("甲市", "乙市")}, None)
    assert bench.settings.text == TEXT
    bench._looked({"layers": [], "unreadable": [], "draft": TEXT.replace("甲市", "乙市")}, TEXT)
    assert "乙市" in bench.settings.text


def test_a_version_that_is_being_saved_has_its_number(bench: Bench):
    writing = Job("save", Text(zh="存", en="save"), {"do": "warm_up", "out": str(bench.versions.place / "v1")})
    bench.quick.add(writing)
    bench.quick.add(Job("check_book", Text(zh="表", en="book"), {"do": "warm_up", "out": str(bench.folder / "check")}))
    assert bench._free_number() == "v2"
    assert writing.done.wait(60)
    assert bench._free_number() == "v1"


@pytest.mark.parametrize("name", ["a/b.csv", "..", "", ".hidden", "versions"])
def test_a_name_that_leads_elsewhere_is_refused(bench: Bench, name: str):
    with pytest.raises(RefusedError):
        bench.path_of(name)


def test_files_that_the_settings_name_elsewhere_make_a_check_old_as_well(bench: Bench):
    """In a sub-folder, in another data folder, in a list, and nested: each is watched; one that is not there is no file yet."""
    data = bench.folder / "data"
    data.mkdir()
    text = TEXT.replace("people.xlsx", "sub/people.xlsx").replace('name = "甲市"', 'name = "甲市"', 1)
    bench.settings.path.write_text('data_folder = "data"\n' + text, encoding="utf-8")
    before = bench.digest_files()
    for name in ("facilities.xlsx", "sub/people.xlsx"):
        (data / name).parent.mkdir(exist_ok=True)
        (data / name).write_bytes(b"1")
        after = bench.digest_files()
        assert after != before
        before = after


@pytest.mark.parametrize("newest", ["file", "settings"])
def test_where_the_last_change_cannot_be_taken_back_no_older_one_is(bench: Bench, newest: str):
    """A file was saved in Excel after its correction, or the settings in an editor: what was done before stays, and it is said."""
    table, case = bench.folder / "p.csv", bench.settings.path
    case.write_text(TEXT, encoding="utf-8")
    table.write_bytes(b"0")

    def correct() -> None:
        bench.corrections.write(table, b"1", seen=b"0")

    def wish() -> None:
        bench.settings.set(("grids", "k"), 3)

    for change in (wish, correct) if newest == "file" else (correct, wish):
        change()
    changed = table if newest == "file" else case
    changed.write_bytes(changed.read_bytes() + b"\n# saved elsewhere\n")
    now = (table.read_bytes(), case.read_bytes())
    assert not bench.can_undo
    assert not bench.undo()
    with pytest.raises(RefusedError, match="saved elsewhere"):
        undo(bench, {})
    assert (table.read_bytes(), case.read_bytes()) == now


SCENARIO = """
[[scenarios]]
name = "台风"
links = ["A,B大桥", "二桥"]  # 一座
facilities_lost = ["H2"]
closed = {path = "closed.gpkg", layer = "flood"}
"""


@pytest.mark.parametrize(
    ("sent", "old", "new"),
    [
        ({"name": "暴雪"}, '"台风"', '"暴雪"'),
        ({"lost": "H3、H4"}, '["H2"]', '["H3", "H4"]'),
        ({"closed": "closed.gpkg"}, "", ""),
        ({}, "", ""),
    ],
)
def test_of_a_scenario_only_what_was_edited_changes(bench: Bench, sent: dict[str, str], old: str, new: str):
    """A name with a comma, a comment, a layer: the page cannot show them as they are written."""
    bench.settings.path.write_text(TEXT + SCENARIO, encoding="utf-8")
    scenario(bench, {"number": 0, **sent})
    assert bench.settings.text == TEXT + SCENARIO.replace(old, new)
