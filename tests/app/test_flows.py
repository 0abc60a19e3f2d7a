"""Whole ways through the workbench in Chromium, by clicks and keys alone; the long ones, on real layers or with many plans, are marked."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.app.conftest import county
from tests.app.served import Client, killed, started, workbench
from tests.app.test_pages import Watched

pytestmark = pytest.mark.browser
LONG_MS = 900_000


@contextmanager
def opened(chromium: Any, folder: Path) -> Iterator[tuple[Watched, Client]]:
    """A page on the workbench of a folder; nothing may have gone wrong in it at the end."""
    with workbench(folder) as client:
        context = chromium.new_context(viewport={"width": 1366, "height": 768})
        watched = Watched(context, client)
        yield watched, client
        context.close()
    assert watched.wrong == []


def drop(watched: Watched, paths: list[Path]) -> None:
    """Give files to the page, as a person drops them."""
    watched.page.set_input_files("input[type=file]", paths)
    watched.page.wait_for_selector(".file.current")


def to_version(watched: Watched, client: Client) -> None:
    """From files that are known to a plan, by the blue buttons."""
    page = watched.page
    page.set_default_timeout(LONG_MS)
    page.click("#foot >> text=去检查")
    page.click("#foot >> text=去定要求")
    page.click("#foot >> text=开始规划")
    page.wait_for_selector("#stage .strip")
    assert [version["origin"] for version in client.get("versions")["versions"]] == ["plan"]


def hand_out(watched: Watched, folder: Path) -> None:
    """The documents of the last version, and its page for residents looked at."""
    page = watched.page
    page.click("[data-station=handout]")
    page.click("#foot .blue")
    page.click("text=看公示页")
    page.frame_locator("iframe.paper").locator("h1").first.wait_for()
    assert any(path.suffix == ".docx" for path in (folder / "versions" / "v1" / "report").rglob("*"))


def test_a_wrong_row_is_seen_on_the_map_mended_in_its_table_and_a_change_of_a_hospital_taken_back(
    chromium: Any, tmp_path: Path
):
    folder = county(tmp_path / "county")
    path = folder / "villages.csv"
    right = path.read_bytes()
    path.write_bytes(right.replace(b",4808,", ",很多,".encode()))
    with opened(chromium, folder) as (watched, client):
        page = watched.page
        client.until(lambda: client.get("files")["layers"])
        page.click("#foot >> text=去检查")
        page.wait_for_selector(".problem.titles")
        page.click("[data-station=files]")
        page.click(".file:has-text('villages.csv')")
        page.focus(".sight circle.doubtful")
        page.keyboard.press("Enter")
        field = page.locator(".sample .red input")
        assert field.input_value() == "很多"
        field.fill("4808")
        field.press("Enter")
        page.wait_for_selector("#foot >> text=去定要求")
        assert path.read_bytes() == right
        page.click("[data-station=files]")
        page.click(".file:has-text('facilities.xlsx')")
        page.click("text=候选牵头")
        level = page.get_by_label("云岫县妇幼保健院: 等级")
        level.fill("三级甲等")
        level.press("Enter")
        page.locator(".leads tr:has-text('妇幼保健院') >> text=b 档").wait_for()
        page.locator(".leads th").first.click()
        page.keyboard.press("Control+z")
        page.locator(".leads tr:has-text('妇幼保健院') >> text=隶属关系不在").wait_for()


def _begun(client: Client, what: str) -> Any:
    return next((job for job in client.get("state")["jobs"] if job["kind"] == what and job["stages"]), None)


@pytest.mark.shared_data
def test_a_kill_at_any_stage_loses_nothing_that_was_saved(tmp_path: Path):
    """Killed while it looks, checks, corrects, plans, draws the curve and writes documents: every file stands whole, and it goes on."""
    folder = county(tmp_path / "county")
    path = folder / "villages.csv"

    def run(does: Any) -> None:
        process, address = started(folder)
        try:
            does(Client(address))
        finally:
            killed(process)

    def ready(client: Client) -> None:
        client.until(lambda: client.get("files")["layers"])
        client.post("check")
        client.until(lambda: (client.get("check")["checked"] or {}).get("ready"))

    def correct(client: Client) -> None:
        client.until(lambda: client.get("files")["layers"])
        cell = {"file": "villages.csv", "layer": "", "row": 2, "column": 1}
        client.post("files/cell", **cell, before="岫城镇居民区", value="岫城镇")

    def begin(name: str, kind: str, **content: Any) -> Any:
        def does(client: Client) -> None:
            ready(client)
            client.post(name, **content)
            client.until(lambda: _begun(client, kind))

        return does

    def plan(client: Client) -> None:
        assert client.get("state")["interrupted"], "the plan that was killed is told"
        ready(client)
        client.post("plan")
        client.until(lambda: client.get("versions")["versions"])

    run(lambda client: None)
    run(lambda client: client.post("check"))
    run(correct)
    assert "岫城镇,62656" in path.read_text(encoding="utf-8-sig")
    run(begin("plan", "plan"))
    assert not list((folder / "versions").glob("v*/proposal.json"))
    run(plan)
    before = (folder / "versions" / "v1" / "proposal.json").read_bytes()
    run(begin("curve", "adjust", version="v1"))
    run(begin("firmness", "firmness"))
    run(begin("handout/make", "report", version="v1", what=["report"]))
    with workbench(folder) as client:
        assert [version["id"] for version in client.get("versions")["versions"]] == ["v1"]
        assert client.get("curve") is None
        ready(client)
    assert (folder / "versions" / "v1" / "proposal.json").read_bytes() == before
    assert json.loads(before)["reproducible"]


@pytest.mark.shared_data
def test_raw_wuhan_from_an_empty_folder_to_a_version_with_its_document(
    chromium: Any, shared_data: Path, tmp_path: Path
):
    folder = tmp_path / "wuhan"
    folder.mkdir()
    source = shared_data / "wuhan"
    names = ("districts_pop.gpkg", "hospital.csv", "hospital_sites.csv", "residence.csv", "river_barriers.gpkg", "roads_osm_wuhan_fua8989.parquet")  # fmt: skip
    with opened(chromium, folder) as (watched, client):
        page = watched.page
        drop(watched, [source / name for name in names])
        page.set_default_timeout(LONG_MS)
        page.wait_for_selector(f"text={len(names)} 个文件已认出")
        page.fill("[data-key=place]", "武汉市主城区")
        page.press("[data-key=place]", "Enter")
        page.click(".file:has-text('hospital.csv')")
        page.wait_for_selector(".sight > svg")
        page.click("text=行的去向")
        page.locator(".decided tbody tr").first.locator("text=不采用").click()
        page.wait_for_selector(".chip:has-text('不采用')")
        to_version(watched, client)
        hand_out(watched, folder)


@pytest.mark.shared_data
def test_binhai_is_assessed_adjusted_edited_and_two_reviewers_are_heard(chromium: Any, tmp_path: Path):
    folder = tmp_path / "binhai"
    folder.mkdir()
    with opened(chromium, folder) as (watched, client):
        page = watched.page
        page.set_default_timeout(LONG_MS)
        page.click("text=用滨海示例试一遍")
        page.wait_for_selector(".file.current")
        to_version(watched, client)
        page.click("[data-station=review]")
        page.click("text=从这里少改动")
        page.wait_for_selector(".steps")
        page.locator(".steps >> text=存成版本").last.click()
        page.click("dialog .blue")
        page.frame_locator("#review-frame").locator("[data-tab=edit]").click()
        frame = next(frame for frame in page.frames if "/review/" in frame.url)
        edits = frame.evaluate(
            "(gridplan.edit.move([5], gridplan.edit.assignment[5] === 0 ? 1 : 0), gridplan.edit.document())"
        )
        page.frame_locator("#review-frame").locator("#toolbar >> text=存成版本").click()
        page.click("dialog .blue")
        client.until(lambda: len(client.get("versions")["versions"]) == 3)
        folder.joinpath("opinions").mkdir(exist_ok=True)
        for name in ("甲.json", "乙.json"):
            (folder / "opinions" / name).write_text(json.dumps(edits), encoding="utf-8")
        page.click("[data-station=versions]")
        page.click("text=征求意见")
        page.wait_for_selector(".opinions li")
        assert page.locator(".opinions li").count() >= 1


@pytest.fixture
def shared_data() -> Path:
    """Folder of the real layers beside the checkout."""
    folder = Path(os.environ.get("GRIDPLAN_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"real layers are not here: {folder} (set GRIDPLAN_DATA)")
    return folder
