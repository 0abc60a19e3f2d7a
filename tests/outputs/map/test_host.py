"""The page inside a host, here a stub: what it leaves out, what it tells, and what it takes."""

from __future__ import annotations

import pytest

from gridplan.outputs.map.page import render_map
from tests.outputs.map.conftest import SCREEN, watch

browser = pytest.mark.browser
STUB = """
window.told = [];
const tell = (name) => (edits) => window.told.push([name, edits]);
window.gridplanHost = { onEdits: tell("edits"), saveVersion: tell("version"), recheck: tell("recheck"), repair: tell("repair") };
"""


@pytest.fixture(scope="module")
def hosted(chromium, city, tmp_path_factory):
    path = tmp_path_factory.mktemp("hosted") / "map.html"
    path.write_text(render_map(city, host=STUB), encoding="utf-8")
    context = chromium.new_context(offline=True, **SCREEN)
    page = watch(context, path)
    page.click("[data-tab=edit]")
    yield page
    assert page.complaints == []
    context.close()


def elsewhere(city, grid):
    """Rows of the units that are not in a grid."""
    return [row for row, own in enumerate(city.units["grid_id"]) if own != city.grids.index[grid]]


def told(page, name):
    return [edits for kind, edits in page.evaluate("window.told") if kind == name]


def test_without_a_host_the_page_lets_nothing_of_its_seam_through(city, city_map):
    """The page of the folder connects to nobody and is what comes of no host; a hosted one differs by its script and policy, and may ask its own server."""
    document, embedded = render_map(city), render_map(city, host=STUB)
    assert document.encode("utf-8") == city_map.read_bytes()
    assert "connect-src 'none'" in document
    assert "connect-src 'self'" in embedded
    assert abs(len(embedded) - len(document) - len(STUB)) < 120


@browser
def test_a_hosted_page_has_no_title_bar_and_search_and_print_beside_the_tabs(hosted):
    assert hosted.locator("#title").count() == 0
    assert hosted.locator("#tab-bar [data-tool=print]").is_visible()
    hosted.click("#tab-bar [data-tool=find]")
    hosted.keyboard.type("医院")
    assert "医院" in hosted.inner_text("#hits")
    hosted.keyboard.press("Escape")
    assert hosted.locator("#load").count() == 1
    assert "读取修改" not in hosted.inner_text("#toolbar")


@browser
def test_every_step_is_told_back_and_forth_and_a_version_is_the_host_s_to_save(hosted, city):
    before, first = len(told(hosted, "edits")), elsewhere(city, 1)[0]
    hosted.evaluate("(unit) => gridplan.edit.move([unit], 1)", first)
    hosted.keyboard.press("Control+z")
    hosted.keyboard.press("Control+y")
    moves = [edits["moves"] for edits in told(hosted, "edits")[before:]]
    moved = {str(city.units.index[first]): str(city.grids.index[1])}
    assert moves == [moved, {}, moved]
    hosted.click("#toolbar button:has-text('存成版本')")
    assert told(hosted, "version")[-1]["moves"] == moved
    assert hosted.evaluate("Object.keys(localStorage)") == []


@browser
def test_the_full_check_stands_in_the_place_of_the_live_ones_until_the_next_step(hosted, city):
    one, two = elsewhere(city, 1)[1:3]
    hosted.evaluate("(unit) => gridplan.edit.move([unit], 1)", one)
    hosted.click("#rail-body button:has-text('重算全部规则')")
    assert told(hosted, "recheck")
    unit = str(city.units.index[one])
    change = {
        "rule": "R-27",
        "severity": "should",
        "change": "worse",
        "words": ["比现有分组多调整", "moved"],
        "units": [unit],
    }
    hosted.evaluate(
        "(change) => gridplan.host.showRecheck({ changes: [change], unchanged: 272, seconds: 2.4, must: [0, 1], should: [37, 38] })",
        change,
    )
    rail = hosted.inner_text("#rail-body")
    assert "全部规则已重算" in rail
    assert "其余 272 项不变" in rail
    assert "受影响的检查" not in rail
    assert "37" in hosted.inner_text("#strip")
    hosted.click("#rail-body .finding:has-text('比现有分组多调整')")
    assert hosted.evaluate("gridplan.state.marked") == [one]
    hosted.evaluate("(unit) => gridplan.edit.move([unit], 1)", two)
    assert "全部规则已重算" not in hosted.inner_text("#rail-body"), "it spoke of other edits"
    assert "受影响的检查" in hosted.inner_text("#rail-body")


@browser
def test_suggested_edits_are_taken_over_as_one_step_and_comments_stay(hosted, city):
    hosted.evaluate(
        "gridplan.edit.read(JSON.stringify({ ...gridplan.edit.document(), moves: {}, comments: [{ subject_kind: 'plan', subject_id: '', author: '甲', text: '留下' }] }))"
    )
    own, *others = elsewhere(city, 2)[:3]
    hosted.evaluate("(unit) => gridplan.edit.move([unit], 2)", own)
    hosted.click("#rail-body button:has-text('从这里接着算')")
    assert told(hosted, "repair")[-1]["moves"] == {str(city.units.index[own]): str(city.grids.index[2])}
    suggested = {str(city.units.index[unit]): str(city.grids.index[2]) for unit in (own, *others)}
    hosted.evaluate(
        "(moves) => gridplan.host.showOffer({ words: ['再动两个单元', 'two more'], edits: { moves } })", suggested
    )
    hosted.click("#rail-body button:has-text('看一看')")
    assert hosted.evaluate("gridplan.state.marked") == others
    hosted.click("#rail-body button:has-text('照办')")
    assert hosted.evaluate("gridplan.edit.document().moves") == suggested
    assert hosted.evaluate("gridplan.edit.document().comments[0].text") == "留下"
    hosted.keyboard.press("Control+z")
    assert len(hosted.evaluate("gridplan.edit.document().moves")) == 1
