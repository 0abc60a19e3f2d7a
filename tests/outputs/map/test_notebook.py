"""The folium map of a notebook: grids, leads and units as layers, no request, no name that runs."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import folium
import pytest

from gridplan.outputs.map.notebook import draw, harmless
from gridplan.proposal.proposal import Proposal

HOSTILE = "</script><img src=x onerror=alert(1)>`${alert(2)}`\\x27{{ 7*7 }}"


@pytest.fixture
def hostile(board_proposal: Proposal) -> Proposal:
    """The chessboard, every name an attack."""
    units, grids, facilities = (
        frame.assign(name=HOSTILE) for frame in (board_proposal.units, board_proposal.grids, board_proposal.facilities)
    )
    return replace(board_proposal, units=units, grids=grids.assign(lead_name=HOSTILE), facilities=facilities)


def features(document: str) -> list[list[dict]]:
    """The features of every layer of areas or points, in order."""
    return [json.loads(data)["features"] for data in re.findall(r"_add\((\{.*?\})\);", document)]


def test_layers_hold_every_grid_unit_and_lead(board_proposal):
    the_map = draw(board_proposal)
    assert isinstance(the_map, folium.Map)
    grids, units, leads = features(the_map.get_root().render())
    assert [len(grids), len(units), len(leads)] == [2, 24, 2]
    assert len({feature["properties"]["tint"] for feature in grids}) == 2
    assert {feature["properties"]["tint"] for feature in units} == {feature["properties"]["tint"] for feature in grids}
    assert [feature["properties"]["told"].split("<br>")[0] for feature in grids] == [
        f"<b>{name}</b>" for name in board_proposal.grids["name"]
    ]


def test_a_unit_without_grid_is_drawn_and_told(board_proposal):
    bare = board_proposal.units.assign(
        grid_id=board_proposal.units["grid_id"].where(board_proposal.units.index != "u00", "")
    )
    _, units, _ = features(draw(replace(board_proposal, units=bare), language="en").get_root().render())
    assert units[0]["properties"]["told"].endswith("<br>in no grid")


def test_labels_speak_the_language_asked_for(board_proposal):
    assert json.dumps("牵头医院")[1:-1] in draw(board_proposal).get_root().render()
    english = draw(board_proposal, language="en").get_root().render()
    assert "Lead hospitals" in english
    assert json.dumps("平均")[1:-1] not in english


def test_names_are_neither_markup_nor_templates(hostile):
    document = draw(hostile).get_root().render()
    assert "onerror" in document
    assert "7*7" in document
    assert not re.search(r"<img|\$\{alert|\{\{ 7", document)
    assert set("`$\\{}<>\"'") & set(re.sub(r"&#?\w+;", "", harmless(HOSTILE))) == set()


def test_nothing_is_linked_from_elsewhere(board_proposal):
    document = draw(board_proposal).get_root().render()
    assert re.findall(r"<(?:script|link|img|iframe)\s[^>]*(?:src|href)=[^>]*>", document) == []
    styles = "".join(re.findall(r"<style>.*?</style>", document, flags=re.DOTALL))
    assert re.findall(r"url\((?!data:)|@import", styles) == []


def test_a_notebook_shows_it(board_proposal):
    assert draw(board_proposal)._repr_html_().startswith("<div")


@pytest.mark.browser
def test_a_browser_shows_names_as_they_are_without_a_request(hostile, chromium, tmp_path):
    """Offline, with every name an attack: no dialog, no request, no error; the pointer finds the grid's name as text."""
    draw(hostile).save(str(tmp_path / "map.html"))
    context = chromium.new_context(offline=True, viewport={"width": 900, "height": 700})
    page, wrong = context.new_page(), []
    page.on("dialog", lambda dialog: wrong.append("dialog") or dialog.dismiss())
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda request: wrong.append(request.url) if not request.url.startswith("file:") else None)
    page.goto((tmp_path / "map.html").as_uri())
    page.wait_for_selector(".leaflet-marker-icon", state="attached")
    assert page.locator("path.leaflet-interactive").count() == 2 + 2
    page.mouse.move(250, 500)
    assert HOSTILE in page.locator(".foliumtooltip").first.inner_text()
    page.get_by_text("规划单元").click()
    assert page.locator("path.leaflet-interactive").count() == 2 + 2 + 24
    assert page.locator("img").count() == 0
    context.close()
    assert wrong == []
