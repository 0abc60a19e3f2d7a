"""axe-core finds nothing to object to in any state of the page (its release stands in package.json)."""

from __future__ import annotations

from pathlib import Path

import pytest

from gridplan.outputs.map.page import write_map
from tests.outputs.map.conftest import SCREEN, watch
from tests.outputs.map.test_compare import with_others

AXE = Path("node_modules/axe-core/axe.min.js")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: npm ci"),
]


@pytest.fixture(scope="module")
def other_map(city, tmp_path_factory):
    path = tmp_path_factory.mktemp("review") / "map.html"
    write_map(with_others(city), path)
    return path


@pytest.fixture(scope="module", params=["screen", "phone"])
def lenient(request, chromium, other_map):
    """The page, its policy set aside so that axe may run in it."""
    small = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    context = chromium.new_context(offline=True, bypass_csp=True, **(SCREEN if request.param == "screen" else small))
    page = watch(context, other_map)
    yield page
    context.close()


def edit(page):
    page.click("[data-tab=edit]")
    page.evaluate("gridplan.edit.move([3, 4, 5, 6, 7], 1)")


def comment(page):
    page.click("[data-tab=comments]")
    page.fill("#comment", "意见")
    page.click(".comment-form .button")


def compare(page):
    page.click("text=全部网格")
    page.click("text=A / B 对比")


STATES = {
    "grids": lambda page: page.click("[data-tab=grids]"),
    "histogram": lambda page: page.click("text=居民到牵头医院的时间"),
    "compare": compare,
    "card": lambda page: page.keyboard.press("2"),
    "unit": lambda page: page.evaluate("gridplan.goToUnit(5)"),
    "checks": lambda page: page.click("[data-tab=checks]"),
    "comments": comment,
    "basis": lambda page: page.click("[data-tab=basis]"),
    "minutes": lambda page: page.click("[data-mode=minutes]"),
    "layers": lambda page: page.click("#layers summary"),
    "search": lambda page: page.fill("#search", "医院"),
    "edit": edit,
}


def violations(page):
    """What axe objects to, by state of the page; its script is put into the page first, which a policy forbids."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = {}
    for name, reach in STATES.items():
        if name == "edit" and not page.is_visible("[data-tab=edit]"):
            continue
        reach(page)
        told = page.evaluate("axe.run().then((r) => r.violations.map((v) => [v.id, v.nodes[0].html.slice(0, 120)]))")
        page.evaluate("document.getElementById('search').value = ''")
        if told:
            found[name] = told
    return found


def test_axe_is_content_in_every_state(lenient):
    assert violations(lenient) == {}
