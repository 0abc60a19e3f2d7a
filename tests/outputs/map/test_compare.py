"""Two plans side by side: who changes lead, by how much, and the same figures as everywhere else on the page."""

from __future__ import annotations

import json
from dataclasses import replace

import pandas as pd
import pytest

from gridplan.outputs.map.content import page_content
from gridplan.outputs.map.page import write_map
from tests.outputs.map.conftest import watch


def with_others(city, closed=""):
    """The second lead led the first two grids before (or a hospital that is no more), and five grids are an alternative to this plan's."""
    before = city.units["lead_id"].replace({"H001": closed or "H002"})
    units = city.units.assign(baseline_lead_id=before, baseline_minutes=20.0)
    other = city.units["lead_id"].replace({"H004": "H001"})
    rows = [
        pd.DataFrame({"scope_id": "", "k": k, "unit_id": units.index, "lead_id": lead})
        for k, lead in ((4, other), (5, city.units["lead_id"]))
    ]
    return replace(city, units=units, alternative_units=pd.concat(rows, ignore_index=True))


def test_an_alternative_that_is_this_plan_is_no_other_plan(city):
    told = page_content(with_others(city))["plans"]
    assert [(plan["kind"], plan["k"]) for plan in told] == [("in_force", None), ("alternative", 4)]
    assert told[0]["leads"] == ["H002", "H003", "H004", "H005"]
    first = city.units["lead_id"].tolist().index("H001")
    assert told[0]["leads"][told[0]["lead"][first]] == "H002"
    assert told[0]["minutes"][first] == 2000


@pytest.fixture(scope="module")
def others_map(city, tmp_path_factory):
    path = tmp_path_factory.mktemp("others") / "map.html"
    write_map(with_others(city), path)
    return path


@pytest.fixture
def opened(screen, others_map):
    page = watch(screen, others_map)
    page.click("text=A / B 对比")
    yield page
    page.close()


@pytest.mark.browser
def test_people_who_change_lead_are_told_apart_by_whether_theirs_goes_on(opened, city):
    """The people of the first grid had the second lead, which leads on: nobody's lead is withdrawn, one difference."""
    moved = city.units.loc[city.units["lead_id"] == "H001", "population"].sum()
    told = f"{moved / 10_000:.1f} 万人"
    assert f"{told}换牵头医院" in opened.inner_text(".headline")
    assert f"0 人因原牵头不再牵头，{told}的原牵头仍在" in opened.inner_text("#rail-body")
    assert opened.locator(".compared li").count() == 1
    opened.click(".compared button")
    assert opened.evaluate("gridplan.state.marked.length") == int((city.units["lead_id"] == "H001").sum())
    live = opened.evaluate("gridplan.edit.measure()")
    assert f"{live['mean']:.1f} 分" in opened.inner_text(".plain tbody tr >> nth=0")
    assert opened.complaints == []


@pytest.mark.browser
def test_a_lead_that_is_no_more_is_withdrawn_and_its_minutes_are_those_of_the_proposal(open_page, city):
    page = open_page(with_others(city, closed="H900"))
    page.click("text=A / B 对比")
    moved = city.units.loc[city.units["lead_id"] == "H001"]
    assert f"{moved['population'].sum() / 10_000:.1f} 万人因原牵头不再牵头" in page.inner_text("#rail-body")
    change = (moved["minutes_to_lead"] * moved["population"]).sum() / moved["population"].sum() - 20
    assert f"{change:+.1f} 分".replace("-", "−") == page.inner_text(".compared small")
    assert "–" in page.inner_text(".plain tbody tr >> nth=1")
    page.select_option("#compare-a", label="备选 k = 4")
    assert "H004" not in page.inner_text("#rail-body")
    assert page.complaints == []


@pytest.mark.browser
def test_curtain_keys_and_the_address(opened, screen, others_map):
    opened.focus("#curtain")
    opened.keyboard.press("ArrowLeft")
    assert opened.get_attribute("#curtain", "aria-valuenow") == "48"
    opened.focus(".folium-map")
    opened.keyboard.press(" ")
    assert opened.input_value("#compare-a") == "proposal"
    opened.click("[data-way=side]")
    opened.wait_for_timeout(400)
    again = watch(screen, others_map, opened.evaluate("location.hash"))
    assert again.input_value("#compare-b") == "in_force"
    assert again.get_attribute("[data-way=side]", "aria-pressed") == "true"
    again.keyboard.press("Escape")
    assert again.locator("#compare").is_hidden()
    assert opened.complaints == again.complaints == []
    again.close()


@pytest.mark.browser
def test_a_reviewer_s_file_is_compared_and_nothing_of_it_taken_over(opened, city, tmp_path):
    """One unit of the first grid goes to the third: one difference of its people; the edits of the page stay none."""
    unit = city.units.index[city.units["lead_id"].tolist().index("H001")]
    edits = opened.evaluate("gridplan.edit.document()") | {"moves": {unit: city.grids.index[2]}}
    (tmp_path / "edits.json").write_text(json.dumps(edits), encoding="utf-8")
    opened.set_input_files("#compare-file", tmp_path / "edits.json")
    opened.wait_for_selector(".side.b >> text=edits.json")
    assert opened.input_value("#compare-b") == "file"
    assert f"{city.units.loc[unit, 'population'] / 10_000:.1f} 万人换牵头医院" in opened.inner_text(".headline")
    assert opened.evaluate("gridplan.edit.document().moves") == {}
    (tmp_path / "edits.json").write_text(json.dumps(edits | {"proposal": "another"}), encoding="utf-8")
    opened.set_input_files("#compare-file", tmp_path / "edits.json")
    opened.wait_for_selector("text=属于另一个方案")
    assert opened.complaints == []


@pytest.mark.browser
def test_plans_that_are_not_there_are_told_with_the_reason(page):
    """The sample city has no grouping in force, no units of its alternatives, and nobody has edited it yet."""
    page.click("text=A / B 对比")
    told = page.inner_text("#rail-body")
    assert "选两个不同的方案" in told
    for reason in ("还没有修改", "案例没有给出", "只规划了一个"):
        assert reason in told
    page.evaluate("gridplan.edit.move([3], 2)")
    page.evaluate("gridplan.state.panel = null")
    page.click("[data-tab=edit]")
    page.click("[data-tab=grids]")
    page.click("text=A / B 对比")
    assert "还没有修改" not in page.inner_text("#rail-body")


@pytest.mark.browser
def test_every_unit_at_its_nearest_lead_is_a_plan_to_hold_against_this_one(open_page, city):
    """One unit was drawn away from its nearest lead: with it back, one difference of its people, and their minutes shorter."""
    unit = city.units["lead_id"].tolist().index("H001")
    units = city.units.copy()
    units.loc[units.index[unit], ["grid_id", "lead_id"]] = ["G03", "H003"]
    page = open_page(replace(city, units=units))
    page.click("text=A / B 对比")
    assert page.input_value("#compare-a") == "nearest"
    assert page.locator(".compared li").count() == 1
    assert f"{units['population'].iloc[unit] / 10_000:.1f} 万人换牵头医院" in page.inner_text(".headline")
    assert page.inner_text(".compared small").startswith("+")
    assert page.complaints == []
