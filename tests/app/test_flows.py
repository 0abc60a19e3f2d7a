"""Whole ways through the workbench in Chromium, by clicks and keys alone; the long ones, on real layers or with many plans, are marked."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from docx import Document

from tests import board
from tests.app import walks
from tests.app.conftest import county
from tests.app.served import Client, killed, started, workbench
from tests.app.walks import REASONS, REVIEWERS, decisions_in, walking

pytestmark = pytest.mark.browser


@pytest.mark.long
def test_a_wrong_row_is_seen_on_the_map_mended_in_its_table_rows_are_decided_by_keys_and_a_change_of_a_hospital_taken_back(
    chromium: Any, tmp_path: Path
):
    folder = county(tmp_path / "county")
    path = folder / "villages.csv"
    right = path.read_bytes()
    path.write_bytes(right.replace(b",4808,", ",很多,".encode()))
    merges = openpyxl.Workbook()
    merges.active.title = "归并"
    for row in (["可信度", "名称", "决定", "并入编号", "机构编号"], ["低", "甲", "保留", "YX001", "YX002"], ["低", "乙", "保留", "YX001", "YX003"]):  # fmt: skip
        merges.active.append(row)
    merges.save(folder / "归并.xlsx")
    case = (folder / "case.toml").read_text(encoding="utf-8")
    case = case.replace('path = "facilities.xlsx"', 'path = "facilities.xlsx"\nmerges = "归并.xlsx"')
    (folder / "case.toml").write_text(case, encoding="utf-8")
    with walking(chromium, folder) as walk:
        page, client = walk.page, walk.client
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
        page.click("text=行的去向")
        page.wait_for_selector(".pair .own")
        page.keyboard.press("ArrowDown")
        page.wait_for_selector(".decided tr.current >> text=乙")
        page.wait_for_selector(".pair .counts >> text=相距")
        page.keyboard.press("4")
        page.wait_for_selector(".chip:has-text('不采用') >> text=1")
        decisions = openpyxl.load_workbook(folder / "归并.xlsx").active["C"]
        assert [cell.value for cell in decisions] == ["决定", "保留", "不采用"]
        page.keyboard.press("Control+z")
        page.wait_for_selector(".chip:has-text('不采用') >> text=0")
        page.click("text=候选牵头")
        level = page.get_by_label("云岫县妇幼保健院: 等级")
        level.fill("三级甲等")
        level.press("Enter")
        page.locator(".leads tr:has-text('妇幼保健院') >> text=b 档").wait_for()
        page.locator(".leads th").first.click()
        page.keyboard.press("Control+z")
        page.locator(".leads tr:has-text('妇幼保健院') >> text=不是综合医院或中医医院").wait_for()


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


@pytest.mark.long
def test_yunxiu_from_an_empty_folder_to_a_handed_out_document(chromium: Any, tmp_path: Path):
    folder = tmp_path / "empty"
    folder.mkdir()
    source = county(tmp_path / "source")
    with walking(chromium, folder, patience_s=600) as walk:
        made = walks.yunxiu(walk, source, folder)
        assert [version["origin"] for version in walk.client.get("versions")["versions"]] == ["plan", "revision"]
    assert 'mode = "county"' in (folder / "case.toml").read_text(encoding="utf-8")
    assert "云岫县" in words_of(made)


@pytest.mark.shared_data
def test_raw_wuhan_from_an_empty_folder_to_a_version_with_its_document(
    chromium: Any, shared_data: Path, tmp_path: Path
):
    folder = tmp_path / "wuhan"
    folder.mkdir()
    with walking(chromium, folder, patience_s=600) as walk:
        made = walks.wuhan(walk, shared_data / "wuhan", folder)
    assert "武汉市主城区" in words_of(made)
    assert (folder / "versions" / "v1" / "map.html").exists()


@pytest.mark.long
def test_binhai_is_assessed_adjusted_edited_and_two_reviewers_are_decided_to_the_final_version(
    chromium: Any, tmp_path: Path
):
    folder = tmp_path / "binhai"
    folder.mkdir()
    with walking(chromium, folder, patience_s=600) as walk:
        made, decided = walks.binhai(walk, folder)
        versions = walk.client.get("versions")["versions"]
    assert [version["origin"] for version in versions] == ["in force", "plan", "step", "revision", "revision"]
    expect_decided(folder / "versions" / versions[-1]["id"], decided)
    words = words_of(made)
    assert "意见采纳情况表" in words
    for said in (*REASONS.values(), *REVIEWERS.values(), "部分采纳", "不采纳"):
        assert said in words, said


@pytest.mark.long
def test_two_reviewers_of_the_chessboard_are_decided_by_clicks_to_the_final_version(chromium: Any, tmp_path: Path):
    """The short slice of the long ways: one version, two files of edits, each opinion decided with a reason, the final version."""
    folder = board.write_board(tmp_path / "board", case=board.CASE).parent
    with walking(chromium, folder) as walk:
        client = walk.client
        client.until(lambda: client.get("files")["layers"])
        client.post("check")
        client.until(lambda: (client.get("check")["checked"] or {}).get("ready"))
        client.post("plan")
        client.until(lambda: client.get("versions")["versions"])
        with walk.at("versions"):
            walk.go("versions")
            walk.wait(".version.current")
            assert walk.page.inner_text(".tree .dot") == "", "a sole version has no letter"
            assert walk.page.locator("#stage .mark").count() == 0
            decided = walks.consult(walk, walks.ask_reviewers(folder, "v1"), "定稿")
    expect_decided(folder / "versions" / "v2", decided)


def expect_decided(version: Path, decided: list[str]) -> None:
    """The final version says of every opinion what became of it and why."""
    assert sorted(decided) == ["adopted", "adopted", "partly", "rejected"]
    assert sorted(decisions_in(version)) == sorted((one, REASONS[one]) for one in decided)


def words_of(made: Path) -> str:
    """The words of all documents in a folder, its tables too."""
    documents = [Document(str(path)) for path in sorted(made.rglob("*.docx"))]
    assert documents
    return "\n".join("".join(part.itertext()) for document in documents for part in document.element.body)


@pytest.fixture
def shared_data() -> Path:
    """Folder of the real layers beside the checkout."""
    folder = Path(os.environ.get("GRIDPLAN_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"real layers are not here: {folder} (set GRIDPLAN_DATA)")
    return folder
