"""Residents by minutes to their lead: counted by places with people, one bar at a time, as proposed and as edited."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from gridplan.outputs.map.content import page_content
from gridplan.outputs.map.histogram import BINS
from tests.outputs.map.conftest import wait_until

EDGES = [2.5, 2.6, 30.0, 30.1, 500.0, np.inf]
"""At the upper edge of the first bar, just above it, at the limit, just above it, far beyond the last bar, nowhere."""


def with_places(city):
    """Each unit is one place, as far from every lead as the unit; the first has six more of ten people each, at the edges."""
    minutes = city.minutes.pivot_table(index="unit_id", columns="lead_id", values="minutes").reindex(city.units.index)
    places = minutes.add_prefix("site:").reset_index()
    places.insert(1, "population", city.units["population"].to_numpy(float))
    edges = pd.DataFrame({"unit_id": city.units.index[0], "population": 10.0, "site:H001": EDGES}).reindex(
        columns=places.columns
    )
    edges = edges.fillna(dict.fromkeys(places.columns[3:], 5.0))
    return replace(city, cells=pd.concat([places[places["unit_id"] != city.units.index[0]], edges], ignore_index=True))


def test_a_place_at_the_edge_of_a_bar_is_in_it_and_what_is_far_or_nowhere_has_bars_of_its_own(city):
    """Bars are 2.5 minutes wide, a twelfth of the limit of 30: the twelfth ends at the limit."""
    told = page_content(with_places(city))["editing"]["histogram"]
    first, *residents = told["residents"][0][0]
    bars = {first + place: people for place, people in enumerate(residents) if people}
    assert told["step"] == 2.5
    assert bars == {0: 10, 1: 10, 11: 10, 12: 10, BINS: 10, BINS + 1: 10}


def test_a_proposal_without_places_tells_none(city):
    assert page_content(city)["editing"]["histogram"] is None


@pytest.mark.browser
def test_the_range_beyond_the_limit_holds_who_lives_beyond_it_and_moves_by_keys(open_page, city):
    """Every place but the six is its unit, so that residents and units are those of the table of units."""
    proposal = with_places(city)
    page = open_page(proposal)
    page.click("text=居民到牵头医院的时间")
    assert "按居住点，每格 2.5 分" in page.inner_text("#rail-body")
    own = proposal.cells.merge(city.units[["lead_id"]], left_on="unit_id", right_index=True)
    minutes = np.array([row[f"site:{row['lead_id']}"] for _, row in own.iterrows()])
    beyond = own[minutes > 30]
    assert f"{beyond['population'].sum() / own['population'].sum():.1%}" in page.inner_text(".kpis")
    assert str(beyond["unit_id"].nunique()) == page.inner_text(".kpi b >> nth=1")
    page.focus("[data-end='0']")
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("gridplan.state.span[0]") == 11
    assert page.evaluate("document.activeElement.dataset.end") == "0"
    page.keyboard.press("Escape")
    assert page.evaluate("[gridplan.state.span, gridplan.state.panel]") == [None, "histogram"]
    page.keyboard.press("Escape")
    assert page.evaluate("gridplan.state.panel") is None
    page.click("[data-tab=edit]")
    assert page.locator(".histogram").count() == 0
    page.evaluate("gridplan.edit.move([0, 1, 2], 1)")
    wait_until(page, "document.querySelector('.histogram') !== null")
    assert page.complaints == []
