"""The workbench in Chromium, by clicks and keys alone and without any network but its own: every station, at every size."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gridplan.app.bench_words import WORDS
from tests.app.conftest import county
from tests.app.served import Client, workbench

PAGES = Path(__file__).parents[2] / "gridplan" / "app" / "web"
AXE = Path("node_modules/axe-core/axe.min.js")
STATIONS = ("files", "check", "wishes", "plan", "review", "versions", "handout")
WAIT_MS = 90_000


class Watched:
    """A page of a workbench, with everything that went wrong in it."""

    def __init__(self, context: Any, client: Client) -> None:
        self.page = context.new_page()
        self.wrong: list[str] = []
        self.page.on("console", lambda message: self.wrong.append(message.text) if message.type == "error" else None)
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        context.route(
            re.compile(r"^https?://(?!127\.0\.0\.1)"),
            lambda route: (self.wrong.append(route.request.url), route.abort()),
        )
        self.page.set_default_timeout(WAIT_MS)
        self.page.goto(client.address)
        self.page.wait_for_selector("#bar")

    def go(self, station: str) -> None:
        """Go to a station, and wait until it shows what it is about."""
        self.page.click(f"[data-station={station}]")
        self.page.wait_for_selector("#stage .wait, #main > .wait", state="detached")


@pytest.fixture(scope="module")
def open_page(chromium: Any, planned: tuple[Client, Path]) -> Iterator[Watched]:
    context = chromium.new_context(viewport={"width": 1366, "height": 768})
    yield Watched(context, planned[0])
    context.close()


def test_every_word_that_a_script_asks_for_is_there_in_both_languages():
    """Literal names; those that are put together are of families that exist."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in PAGES.glob("*.js"))
    asked = set(re.findall(r'\bt\("(\w+)"', text))
    for first, second in re.findall(r'\bt\([^()`"]*\? "(\w+)" : "(\w+)"', text):
        asked |= {first, second}
    for family in re.findall(r"\bt\(`(\w+)_\$\{", text):
        assert any(name.startswith(f"{family}_") for name in WORDS), family
    assert len(asked) > 150
    assert sorted(asked - WORDS.keys()) == []
    assert all(word.zh.strip() and word.en.strip() for word in WORDS.values())


@pytest.mark.browser
@pytest.mark.parametrize("station", STATIONS)
def test_axe_finds_nothing_and_nothing_goes_wrong(chromium: Any, planned: tuple[Client, Path], station: str):
    if not AXE.exists():
        pytest.skip("axe-core is not installed: npm ci")
    context = chromium.new_context(bypass_csp=True, viewport={"width": 1366, "height": 768})
    watched = Watched(context, planned[0])
    watched.go(station)
    watched.page.add_script_tag(path=str(AXE))
    found = watched.page.evaluate("axe.run(document, { iframes: false, resultTypes: ['violations'] })")
    told = [(one["id"], [node["html"][:160] for node in one["nodes"][:3]]) for one in found["violations"]]
    context.close()
    assert told == []
    assert watched.wrong == []


@pytest.mark.browser
@pytest.mark.parametrize("size", [(1366, 768), (1920, 1080), (1024, 768), (683, 384)])
def test_no_station_scrolls_sideways(open_page: Watched, size: tuple[int, int]):
    page = open_page.page
    page.set_viewport_size({"width": size[0], "height": size[1]})
    for station in STATIONS:
        open_page.go(station)
        wide = page.evaluate(
            "Math.max(document.documentElement.scrollWidth, document.querySelector('#main').scrollWidth)"
        )
        assert wide <= size[0], station
    page.set_viewport_size({"width": 1366, "height": 768})


@pytest.mark.browser
def test_what_all_rules_say_of_an_edit_stands_in_the_rail_of_the_review_page(open_page: Watched):
    """The page inside has no title bar and no file to save: the workbench around it hears the edit, judges it and offers to save a version."""
    open_page.go("review")
    inside = open_page.page.frame_locator("#review-frame")
    inside.locator("[data-tab=edit]").click()
    assert inside.locator("#title").count() == 0
    frame = next(frame for frame in open_page.page.frames if "/review/" in frame.url)
    frame.evaluate("gridplan.edit.move([5], gridplan.edit.assignment[5] === 0 ? 1 : 0)")
    inside.locator("#rail-body >> text=全部规则已重算").wait_for()
    inside.locator("#toolbar >> text=存成版本").click()
    open_page.page.locator("dialog").wait_for()
    open_page.page.keyboard.press("Escape")
    assert open_page.wrong == []


@pytest.mark.browser
def test_keys_go_to_the_stations_and_the_language_changes(open_page: Watched):
    page = open_page.page
    for number, station in enumerate(STATIONS, 1):
        page.keyboard.press(f"Alt+{number}")
        page.wait_for_selector(f"[data-station={station}][aria-current=step]")
    open_page.go("files")
    page.click("#bar >> text=EN")
    page.wait_for_selector("[data-station=files] >> text=Files")
    page.click("#bar >> text=中")
    page.wait_for_selector("[data-station=files] >> text=文件")
    assert open_page.wrong == []


@pytest.mark.browser
@pytest.mark.parametrize(
    ("station", "field", "typed"), [("files", "[data-key=place]", "云岫"), ("wishes", ".wish input[type=number]", "3")]
)
def test_what_is_selected_in_a_field_stays_selected_when_the_page_is_drawn_anew(
    open_page: Watched, planned: tuple[Client, Path], station: str, field: str, typed: str
):
    """Else what is typed is added to what it was to replace."""
    page = open_page.page
    open_page.go(station)
    one = page.locator(field).first
    before = one.input_value()
    one.focus()
    one.select_text()
    with page.expect_response("**/api/state"):
        planned[0].post("check")
    page.wait_for_selector("[data-station=check] .running", state="detached")
    page.keyboard.insert_text(typed)
    assert page.evaluate("document.activeElement.value") == typed
    one.fill(before)
    page.keyboard.press("Escape")


@pytest.mark.long
@pytest.mark.browser
def test_an_answer_that_comes_late_does_not_hide_a_newer_one(chromium: Any, tmp_path: Path):
    """The first question about the check waits on its way until later ones have been answered."""
    folder = county(tmp_path / "county")
    path = folder / "villages.csv"
    right = path.read_bytes()
    path.write_bytes(right.replace(b",4808,", ",很多,".encode()))
    context = chromium.new_context()
    with workbench(folder) as client:
        watched = Watched(context, client)
        client.until(lambda: client.get("files")["layers"])
        client.post("check")
        client.until(lambda: client.get("check")["checked"])
        held: list[Any] = []

        def hold(route: Any) -> None:
            if held:
                route.continue_()
            else:
                held.append((route, route.fetch()))

        watched.page.route("**/api/check", hold)
        watched.page.click("[data-station=check]")
        client.until(lambda: watched.page.wait_for_timeout(50) or held)
        path.write_bytes(right)
        watched.page.wait_for_selector("#foot >> text=去定要求")
        route, old = held[0]
        with watched.page.expect_response("**/api/check"):
            route.fulfill(response=old)
        watched.page.wait_for_timeout(200)
        assert watched.page.locator("#foot >> text=去定要求").count() == 1
    context.close()


@pytest.mark.long
@pytest.mark.browser
def test_a_closed_workbench_says_so_and_how_to_go_on_and_nothing_more_is_edited(chromium: Any, tmp_path: Path):
    context = chromium.new_context()
    with workbench(county(tmp_path / "county")) as client:
        page = Watched(context, client).page
        client.until(lambda: client.get("files")["layers"])
        page.click("[data-station=wishes]")
        page.click("details.menu summary")
        with page.expect_response("**/api/state"):
            client.post("check")
        client.until(lambda: client.get("check")["checked"])
        page.wait_for_selector("[data-station=check] .running", state="detached")
        page.click("text=关闭工作台")
        page.wait_for_selector(".veil >> text=workbench.cmd")
        assert "已关闭" in page.inner_text("#saved")
        assert page.evaluate("document.getElementById('rail').inert")
    context.close()


@pytest.mark.browser
def test_the_plan_station_shows_the_map_alone_in_the_language_of_the_bench(open_page: Watched):
    page = open_page.page
    open_page.go("plan")
    inside = page.frame_locator("iframe.preview")
    inside.locator(".folium-map").wait_for()
    inside.locator("#tools >> text=到牵头医院").wait_for()
    assert not inside.locator("#rail").is_visible()
    page.click("#bar >> text=EN")
    inside.locator("#tools >> text=Time to lead").wait_for()
    page.click("#bar >> text=中")
    inside.locator("#tools >> text=到牵头医院").wait_for()
    assert open_page.wrong == []


@pytest.mark.browser
def test_the_tabs_of_the_review_fit_beside_its_tools_in_english(open_page: Watched):
    page = open_page.page
    page.click("#bar >> text=EN")
    open_page.go("review")
    inside = page.frame_locator("#review-frame")
    inside.locator("#tabs >> text=Basis").wait_for()
    # With as many edits and comments as two digits tell, however few there are now.
    inside.locator("#tabs").evaluate(
        "tabs => { for (const name of ['edit', 'comments']) { const tab = tabs.querySelector(`[data-tab=${name}]`);"
        " if (tab) { tab.querySelector('small')?.remove(); tab.insertAdjacentHTML('beforeend', '<small>88</small>'); } } }"
    )
    assert inside.locator("#tabs small", has_text="88").count() == 2
    last, tools = (inside.locator(name).bounding_box() for name in ("#tabs [data-tab=basis]", ".tab-tools"))
    assert last["x"] + last["width"] <= tools["x"]
    assert last["height"] <= 44
    page.click("#bar >> text=中")
    inside.locator("#tabs >> text=依据").wait_for()


@pytest.mark.browser
def test_a_gone_server_is_said_and_a_page_of_another_site_cannot_frame_it(chromium: Any, tmp_path: Path):
    folder = county(tmp_path / "county")
    context = chromium.new_context()
    with workbench(folder) as client:
        watched = Watched(context, client)
        framing = context.new_page()
        framing.set_content(f'<iframe id="f" src="{client.origin}/"></iframe>')
        assert "gridplan" not in (framing.frames[-1].content() if len(framing.frames) > 1 else "")
    watched.page.wait_for_selector(".veil >> text=工作台已停")
    context.close()
