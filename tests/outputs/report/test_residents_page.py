"""The page for residents: finds a community, a street, a place on the map; runs only its own script; prints one sheet a community."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pandas as pd
import pytest

from gridplan.outputs.audiences import seen_by
from gridplan.outputs.report.figures import figures_of
from gridplan.outputs.report.residents_page import page_content, page_gaps, render_residents_page

HOSTILE = "</script><img src=x onerror=alert(1)>【x】"


@pytest.fixture(scope="module")
def shown(told_board):
    """What the public may see of the chessboard, with a hostile name and a telephone."""
    units, facilities = told_board.units.copy(), told_board.facilities.copy()
    units.loc["u00", "name"] = HOSTILE
    units.loc["u05", "minutes_to_lead"] = float("inf")
    facilities.loc["H1", "telephone"] = "0510-7654321"
    return seen_by(replace(told_board, units=units, facilities=facilities), "public")


def test_the_page_holds_what_a_resident_asks_and_nothing_else(shown):
    data = page_content(figures_of(shown, shown))["data"]
    assert data.keys() == {"words", "arcs", "rings", "units", "streets", "addresses", "grids"}
    assert data["units"].keys() == {"name", "street", "grid", "minutes", "boat", "centre"}
    assert data["grids"][0].keys() == {"name", "group", "provisional", "lead", "at", "tint", "phones"}
    place = list(shown.units.index).index
    assert data["units"]["minutes"][place("u05")] == -1
    assert all(isinstance(value, int) for value in data["units"]["minutes"])
    assert data["units"]["centre"][place("u01")] == "S0街道社区卫生服务中心"


def test_a_telephone_is_told_only_if_somebody_supplied_it(shown):
    phones = {grid["lead"]: grid["phones"] for grid in page_content(figures_of(shown, shown))["data"]["grids"]}
    assert phones["市第一医院"] == ["0510-7654321"]
    assert phones["市第二医院"] == ["【待填：咨询电话】"]
    gaps = [gap.what for gap in page_gaps(shown, "公示.html")]
    assert gaps == ["公示起止日期", "意见寄送的单位、地址、电话", "审图号", "咨询电话"]


def test_the_page_asks_nobody_and_runs_no_script_but_its_own(shown):
    page = render_residents_page(shown)
    assert re.search(r"https?://(?!www\.w3\.org/2000/svg)", page) is None
    assert "default-src 'none'" in page
    assert page.count("'sha256-") == 1
    data = re.search(r'id="residents-data">(.*?)</script>', page, re.DOTALL)[1]
    assert HOSTILE.split("】")[0] in "".join(json.loads(data)["units"]["name"])
    assert "<img" not in page


def test_addresses_of_the_case_are_found_by_where_they_lie_and_those_of_no_unit_are_left_out(shown):
    assert page_content(figures_of(shown, shown))["data"]["addresses"] == {"name": [], "unit": []}
    assert "输入地址" not in render_residents_page(shown).partition("residents-data")[0]
    city = with_addresses(shown)
    data = page_content(figures_of(city, city))["data"]["addresses"]
    assert data == {
        "name": ["人民路12号", "人民路1号"],
        "unit": [list(city.units.index).index(unit) for unit in ("u05", "u01")],
    }
    assert "输入地址" in render_residents_page(city).partition("residents-data")[0]


def with_addresses(proposal):
    table = pd.DataFrame({"address": ["人民路12号", "人民路1号", "别处1号"], "unit_id": ["u05", "u01", "nowhere"]})
    return replace(proposal, records={"addresses": table})


@pytest.mark.browser
def test_a_resident_types_an_address(shown, tmp_path, chromium):
    path = tmp_path / "公示.html"
    path.write_text(render_residents_page(with_addresses(shown)), encoding="utf-8")
    page = chromium.new_page(viewport={"width": 1200, "height": 800})
    page.goto(path.as_uri())
    page.fill("#search", "人民路１")
    assert [hit.split("\n")[0] for hit in page.locator("#hits li").all_inner_texts()] == ["人民路12号", "人民路1号"]
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert "人民路1号" in page.inner_text("#answer .where")
    assert shown.units["street"]["u01"] in page.inner_text("#answer .where")
    page.goto(f"{path.as_uri()}#人民路12号")
    page.reload()
    assert "不能驾车到达" in page.inner_text("#answer")
    page.close()


@pytest.mark.browser
def test_of_two_communities_of_one_name_each_has_an_address_and_a_sheet_of_its_own(shown, tmp_path, chromium):
    """On a phone: two places to choose from; the address of the chosen one opens it again, and its sheet says what lines are not."""
    units = shown.units.copy()
    units.loc[["u01", "u05"], "name"] = "清泉社区"
    city = replace(shown, units=units)
    path = tmp_path / "公示.html"
    path.write_text(render_residents_page(city), encoding="utf-8")
    page = chromium.new_page(viewport={"width": 390, "height": 844})
    page.goto(path.as_uri())
    page.fill("#search", "清泉社区")
    assert page.locator("#hits li").count() == 2
    page.locator("#hits li").nth(1).click()
    where = page.inner_text("#answer .where")
    assert where == f"{units['district']['u05']} {units['street']['u05']} 清泉社区"
    page.reload()
    assert page.inner_text("#answer .where") == where
    page.evaluate("window.print = () => {}")
    page.click("text=打印这一页")
    sheet = page.locator("#sheets .sheet")
    assert sheet.count() == 1
    for words in ("清泉社区", "界线不作为行政区划界线的依据", "审图号", "网格不限制居民自主选择就医"):
        assert words in sheet.text_content()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.close()


@pytest.mark.browser
def test_a_resident_types_a_name_reads_the_answer_and_prints_a_sheet_a_community(shown, tmp_path, chromium):
    path = tmp_path / "公示.html"
    path.write_text(render_residents_page(shown), encoding="utf-8")
    page = chromium.new_page(viewport={"width": 1200, "height": 800})
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text))
    page.on("dialog", lambda dialog: problems.append(dialog.message))
    page.goto(path.as_uri())
    page.fill("#search", "S0")
    hits = page.locator("#hits li").all_inner_texts()
    assert hits[0].startswith("S0街道（全部4个社区、村）")
    page.keyboard.press("Enter")
    assert "第一网格" in page.inner_text("#answer h2")
    assert "约" in page.inner_text("#answer")
    page.evaluate("window.print = () => {}")
    page.click("text=打印本街道全部社区")
    assert page.locator("#sheets .sheet").count() == 4
    page.fill("#search", "没有这个地方")
    assert "没有找到" in page.inner_text("#hits")
    page.keyboard.press("Escape")
    page.locator("#map .unit").nth(list(shown.units.index).index("u05")).click()
    assert "不能驾车到达" in page.inner_text("#answer")
    page.goto(f"{path.as_uri()}#{shown.units['name']['u01']}")
    page.reload()
    assert "S0街道" in page.inner_text("#answer .where")
    page.close()
    assert problems == []
