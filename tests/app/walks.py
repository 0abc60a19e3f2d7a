"""Ways through the workbench by clicks and keys alone, station by station: what each takes is counted on the way."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

import gridplan as gp
from gridplan.proposal.edits import write_edits
from gridplan.proposal.proposal import Comment
from tests.app.served import Client, workbench
from tests.app.test_pages import Watched

_UNIT_TO_MOVE = """
    () => {
        const { edit, data } = gridplan;
        for (const unit of data.units.id.keys()) {
            if (edit.assignment[unit] === edit.state.target) continue;
            const [x, y] = gridplan.placeOf(unit).map(Math.round);
            const frame = gridplan.map.getContainer().getBoundingClientRect();
            if (document.elementFromPoint(x, y)?.closest(".folium-map") && gridplan.unitUnder(x - frame.left, y - frame.top) === unit) return [x, y];
        }
        return null;
    }
"""


@dataclass
class Effort:
    """What a station took: acts (clicks, keys that decide, fields filled, choices, files dropped), seconds by the clock, and those of a processor in the workbench."""

    acts: int = 0
    seconds: float = 0.0
    processor_s: float = 0.0


@dataclass
class Walk:
    """A person at a workbench, as far as a script can be one."""

    watched: Watched
    client: Client
    took: dict[str, Effort] = field(default_factory=dict)
    _here: str = "files"

    @property
    def page(self) -> Any:
        return self.watched.page

    @contextmanager
    def at(self, station: str) -> Iterator[None]:
        """Be at a station; what happens there is counted as its."""
        self._here = station
        effort = self.took.setdefault(station, Effort())
        begun, spent = time.monotonic(), self._processor_s()
        yield
        effort.seconds += time.monotonic() - begun
        effort.processor_s += self._processor_s() - spent

    def _processor_s(self) -> float:
        own = psutil.Process(self.client.pid)
        total = 0.0
        for process in (own, *own.children(recursive=True)):
            try:
                used = process.cpu_times()
            except psutil.NoSuchProcess:
                continue
            total += used.user + used.system
        return total

    def _act(self) -> None:
        self.took[self._here].acts += 1

    def go(self, station: str) -> None:
        """Click on a station."""
        self._act()
        self.watched.go(station)

    def click(self, what: Any) -> None:
        """Click on a selector, or on what a locator finds."""
        self._act()
        (self.page.locator(what) if isinstance(what, str) else what).first.click()

    def press(self, key: str) -> None:
        self._act()
        self.page.keyboard.press(key)

    def write(self, what: Any, text: str) -> None:
        """Fill a field and leave it."""
        self._act()
        one = (self.page.locator(what) if isinstance(what, str) else what).first
        one.fill(text)
        one.press("Tab")

    def choose(self, what: str, value: str) -> None:
        self._act()
        self.page.select_option(what, value)

    def drop(self, paths: list[Path]) -> None:
        """Give files to the page, as a person drops them."""
        self._act()
        self.page.set_input_files("input[type=file]", paths)

    def wait(self, selector: str) -> None:
        self.page.wait_for_selector(selector)

    def table(self) -> list[str]:
        """Rows of a table: acts, seconds by the clock, processor seconds of each station."""
        return [
            f"| {name} | {one.acts} | {one.seconds:.0f} s | {one.processor_s:.0f} s |"
            for name, one in self.took.items()
        ]


@contextmanager
def walking(chromium: Any, folder: Path, *, patience_s: float = 60.0) -> Iterator[Walk]:
    """Open the workbench of a folder in a page that waits so long for anything; nothing may have gone wrong in it at the end."""
    with workbench(folder) as client:
        context = chromium.new_context(viewport={"width": 1366, "height": 768})
        watched = Watched(context, client)
        watched.page.set_default_timeout(1000 * patience_s)
        yield Walk(watched, client)
        context.close()
    assert watched.wrong == []


# ---- the stations ------------------------------------------------------------------------------------------------------


def bring(walk: Walk, paths: list[Path], name: str) -> None:
    """Drop files and say what the place is called."""
    walk.drop(paths)
    walk.wait(f"text={len(paths)} 个文件已认出")
    walk.write("[data-key=place]", name)
    walk.wait(f"#bar h1:has-text('{name}')")


def check(walk: Walk) -> None:
    """From the files to a check without errors."""
    walk.click("#foot >> text=去检查")
    walk.wait("#foot >> text=去定要求")


def plan(walk: Walk) -> None:
    """From the wishes to a plan."""
    walk.click("#foot >> text=开始规划")
    walk.wait("#stage .strip")


def assess(walk: Walk) -> None:
    """Judge the grouping in force, before anything is planned."""
    walk.go("plan")
    walk.click("#main >> text=先给现有分组打分")
    walk.client.until(lambda: [one for one in walk.client.get("versions")["versions"] if one["origin"] == "in force"])


def adjust(walk: Walk) -> None:
    """Draw the curve of least change from the version at hand, and make its last step a version."""
    walk.go("review")
    walk.click("text=从这里少改动")
    walk.wait(".steps")
    walk.click(walk.page.locator(".steps >> text=存成版本").last)
    walk.click("dialog .blue")
    walk.wait("#review-frame")


def edit(walk: Walk, name: str) -> None:
    """Move a unit by a click on the map, see what all rules say of it, and save it as a version."""
    inside = walk.page.frame_locator("#review-frame")
    walk.click(inside.locator("[data-tab=edit]"))
    walk.press("2")
    frame = next(frame for frame in walk.page.frames if "/review/" in frame.url)
    place, box = frame.evaluate(_UNIT_TO_MOVE), walk.page.locator("#review-frame").bounding_box()
    walk._act()
    walk.page.mouse.click(box["x"] + place[0], box["y"] + place[1])
    inside.locator("#rail-body >> text=全部规则已重算").wait_for()
    walk.click(inside.locator("#toolbar >> text=存成版本"))
    walk.write("dialog input[name=name]", name)
    walk.click("dialog .blue")
    walk.client.until(lambda: walk.client.get("versions")["versions"][-1]["name"] == name)


REVIEWERS = {"甲": "这条街道上学看病都去对岸", "乙": "请写明院前急救怎么衔接"}
REASONS = {"adopted": "就近，会议同意", "partly": "写入实施方案，网格不动", "rejected": "移出后街道断开"}


def ask_reviewers(folder: Path, version: str) -> list[Path]:
    """Write what two reviewers of a version would save on its map: each moves a unit and says something."""
    proposal = gp.read_proposal(folder / "versions" / version)
    units = proposal.units[proposal.units["lead_id"].ne("")]
    files = []
    for number, (author, said) in enumerate(REVIEWERS.items()):
        unit = units.index[number - 1]
        other = next(grid for grid in proposal.grids.index if grid != units.at[unit, "grid_id"])
        edits = gp.Edits(
            gp.proposal_digest(proposal), moves={unit: other}, comments=(Comment("unit", unit, author, said),)
        )
        files.append(folder.parent / f"edits-{author}.json")
        write_edits(edits, files[-1])
    return files


def consult(walk: Walk, files: list[Path], name: str) -> list[str]:
    """Drop reviewers' files, decide every opinion with a reason, judge them together and save the final version; returns the decisions in their order."""
    walk.go("versions")
    walk.click("text=征求意见")
    walk.drop(files)
    walk.wait(".opinions li")
    count = walk.page.locator(".opinions li").count()
    assert count == 2 * len(files)
    decided = [("adopted", "partly", "rejected")[number % 3] for number in range(count)]
    for number, decision in enumerate(decided):
        row = walk.page.locator(".opinions li").nth(number)
        words = {"adopted": "采纳", "partly": "部分采纳", "rejected": "不采纳"}
        walk.click(row.get_by_role("button", name=words[decision], exact=True))
        walk.write(row.get_by_role("textbox"), REASONS[decision])
        walk.wait(f".opinions li:nth-child({number + 1}).settled")
    walk.click("#foot >> text=按现在的选择重算")
    walk.wait(".together")
    walk.click("#foot >> text=存成定稿")
    walk.write("dialog input[name=name]", name)
    walk.click("dialog .blue")
    walk.wait("#review-frame")
    assert walk.client.get("versions")["versions"][-1]["name"] == name
    return decided


def hand_out(walk: Walk, folder: Path) -> Path:
    """Make the documents of the last version and look at its page for residents; returns the folder of the documents."""
    walk.go("handout")
    version = walk.client.get("versions")["versions"][-1]["id"]
    walk.click("#foot .blue")
    walk.click("text=看公示页")
    walk.page.frame_locator("iframe.paper").locator("h1").first.wait_for()
    made = folder / "versions" / version / "report"
    assert any(path.suffix == ".docx" for path in made.rglob("*"))
    return made


# ---- whole ways ----------------------------------------------------------------------------------------------------------


def yunxiu(walk: Walk, source: Path, folder: Path) -> Path:
    """The bundled county, from an empty folder to documents; the grouping in force has to be said to be one, and what is planned a county."""
    with walk.at("files"):
        bring(walk, [path for path in sorted(source.iterdir()) if path.name != "case.toml"], "云岫县")
    with walk.at("check"):
        check(walk)
    with walk.at("wishes"):
        walk.click("#foot >> text=去定要求")
        walk.choose("[data-key='place.mode']", "county")
        walk.wait(".wish.own [data-key='place.mode']")
    with walk.at("plan"):
        plan(walk)
    with walk.at("review"):
        walk.click("text=去评审")
        edit(walk, "会后修改")
    with walk.at("handout"):
        return hand_out(walk, folder)


WUHAN = ("districts_pop.gpkg", "hospital.csv", "hospital_sites.csv", "residence.csv", "river_barriers.gpkg", "roads_osm_wuhan_fua8989.parquet")  # fmt: skip


def wuhan(walk: Walk, source: Path, folder: Path) -> Path:
    """Raw Wuhan from an empty folder to documents; of the rows that may be one institution the first two are looked at and decided."""
    with walk.at("files"):
        bring(walk, [source / name for name in WUHAN], "武汉市主城区")
        walk.click(".file:has-text('hospital.csv')")
        walk.click("text=行的去向")
        walk.wait(".pair svg image")
        walk.press("ArrowDown")
        walk.press("4")
        walk.wait(".chip:has-text('把握不大') >> text=61")
        walk.wait(".decided tr.current [aria-pressed=true] >> text=不采用")
    with walk.at("check"):
        check(walk)
    with walk.at("wishes"):
        walk.click("#foot >> text=去定要求")
    with walk.at("plan"):
        plan(walk)
    with walk.at("handout"):
        return hand_out(walk, folder)


def binhai(walk: Walk, folder: Path) -> tuple[Path, list[str]]:
    """The bundled city assessed, planned, adjusted, edited; two reviewers' opinions decided, the final version handed out."""
    with walk.at("files"):
        walk.click("text=用滨海示例试一遍")
        walk.wait(".file.current")
    with walk.at("check"):
        check(walk)
    with walk.at("plan"):
        assess(walk)
    with walk.at("wishes"):
        walk.go("wishes")
    with walk.at("plan"):
        plan(walk)
    with walk.at("review"):
        adjust(walk)
        edit(walk, "会后修改")
    with walk.at("versions"):
        version = walk.client.get("versions")["versions"][-1]["id"]
        decided = consult(walk, ask_reviewers(folder, version), "定稿")
    with walk.at("handout"):
        return hand_out(walk, folder), decided


def decisions_in(version: Path) -> list[tuple[str, str]]:
    """What a version says of the opinions it heard: decision and reason."""
    tree = json.loads((version / "proposal.json").read_text(encoding="utf-8"))
    return [(one["decision"], one["decision_reason"]) for one in tree["revision"]["comments"]]
