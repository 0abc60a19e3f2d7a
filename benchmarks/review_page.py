"""How fast the review page is, beside a bare folium map of the same units: one run, one Chromium, without network.

    python -m benchmarks.review_page                       # 5,000 and 20,000 units
    python -m benchmarks.review_page --units 300 --repeats 3

Cities are synthetic (Voronoi cells, eight grids). An edit is a click on a unit in the editor: processor time of the page's process, all its threads, from the click
until the frame that shows it has been drawn. First usable is the time from opening the file until the frame after everything has loaded, pages of both
kinds opened by turns; folium's map is its GeoJson layer of the same units, filled by grid, with Leaflet in the document as ours has it, once as folium draws by default
(SVG) and once on a canvas. Of edits the mean (the processor's clock has steps of 10 ms) after five that warm up, of openings the median; seconds depend on the machine, ratios less so. Ends with status 1 where a limit is missed.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import folium
from playwright.sync_api import sync_playwright

from gridplan.outputs.map.offline import OfflineMap, figure_of
from gridplan.outputs.map.page import write_map
from tests.conftest import CHROMIUM, CHROMIUM_FLAGS
from tests.outputs.map.sample_city import build_city

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, CDPSession, Page

    from gridplan.proposal.proposal import Proposal

EDIT_LIMIT_MS = {5_000: 60.0, 20_000: 120.0}
_WARM_UP = 5
_HEAD = """\
| units | an edit (of its limit) | first usable | folium (SVG): ratio | folium (canvas): ratio | file / folium's |
|---|---|---|---|---|---|"""
_SCREEN = {"viewport": {"width": 1366, "height": 768}}
_USABLE = """
    addEventListener("load", () => requestAnimationFrame(() => requestAnimationFrame(() => { window.usableMs = performance.now(); })));
"""
_DRAWN = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
_SPREAD_UNITS = """
    (wanted) => {
        const [found, [width, height]] = [[], [innerWidth, innerHeight]];
        const step = Math.max(1, Math.floor(gridplan.data.units.id.length / (6 * wanted)));
        for (let unit = 0; unit < gridplan.data.units.id.length && found.length < wanted; unit += step) {
            const [x, y] = gridplan.placeOf(unit);
            const isFree = x > 0 && y > 0 && x < width && y < height && document.elementFromPoint(x, y)?.closest(".folium-map");
            if (isFree && gridplan.edit.assignment[unit] !== gridplan.edit.state.target) found.push([unit, x, y]);
        }
        return found;
    }
"""


@dataclass(frozen=True)
class Figures:
    """What one size of city took."""

    units: int
    edit_ms: float
    slowest_edit_ms: float
    usable_s: float
    folium_s: float
    folium_canvas_s: float
    megabytes: float
    folium_megabytes: float

    @property
    def is_within_limits(self) -> bool:
        return self.edit_ms <= EDIT_LIMIT_MS.get(self.units, float("inf")) and self.usable_s <= self.folium_s

    def row(self) -> str:
        limit = EDIT_LIMIT_MS.get(self.units)
        against = f" ({self.edit_ms / limit:.2f} of {limit:.0f})" if limit else ""
        return (
            f"| {self.units:,} | {self.edit_ms:.0f} ms{against}, slowest {self.slowest_edit_ms:.0f} ms | {self.usable_s:.2f} s | "
            f"{self.folium_s:.2f} s: {self.usable_s / self.folium_s:.2f} | {self.folium_canvas_s:.2f} s: {self.usable_s / self.folium_canvas_s:.2f} | "
            f"{self.megabytes:.1f} / {self.folium_megabytes:.1f} MB |"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--units", type=int, nargs="+", default=[5_000, 20_000])
    parser.add_argument("--repeats", type=int, default=5, help="how often each page is opened")
    parser.add_argument("--edits", type=int, default=20)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp())
    print(_HEAD)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        measured = [measure(browser, folder, n_units, options.repeats, options.edits) for n_units in options.units]
        browser.close()
    shutil.rmtree(folder)
    sys.exit(0 if all(figures.is_within_limits for figures in measured) else 1)


def measure(browser: Browser, folder: Path, n_units: int, repeats: int, n_edits: int) -> Figures:
    """Measure one city and print its row."""
    city = build_city(n_units, 8)
    pages = [folder / f"{name}-{n_units}.html" for name in ("ours", "folium", "folium-canvas")]
    write_map(city, pages[0])
    for path, on_canvas in zip(pages[1:], (False, True), strict=True):
        path.write_text(bare_folium(city, on_canvas=on_canvas), encoding="utf-8")
    context = browser.new_context(offline=True, **_SCREEN)
    opened = [[usable_s(context, path) for path in pages] for _ in range(repeats + 1)][1:]
    ours, svg, canvas = (statistics.median(seconds) for seconds in zip(*opened, strict=True))
    edits = edit_times_ms(context, pages[0], n_edits)
    context.close()
    sizes = [path.stat().st_size / 1e6 for path in pages]
    figures = Figures(n_units, statistics.mean(edits), max(edits), ours, svg, canvas, sizes[0], sizes[1])
    print(figures.row(), flush=True)
    return figures


def bare_folium(city: Proposal, *, on_canvas: bool) -> str:
    """Return the map that one writes with folium alone: units filled by their grid."""
    units = city.units[["name", "grid_id", "geometry"]].to_crs("EPSG:4326")
    grids = {grid: f"hsl({360 * number // len(city.grids)},50%,75%)" for number, grid in enumerate(city.grids.index)}
    west, south, east, north = units.total_bounds
    page = OfflineMap(
        location=[(south + north) / 2, (west + east) / 2], zoom_start=10, tiles=None, prefer_canvas=on_canvas
    )
    style = {"weight": 0.5, "color": "#fff", "fillOpacity": 0.8}
    folium.GeoJson(
        units, style_function=lambda unit: {**style, "fillColor": grids[unit["properties"]["grid_id"]]}
    ).add_to(page)
    page.fit_bounds([[south, west], [north, east]])
    return figure_of(page).render()


def usable_s(context: BrowserContext, path: Path) -> float:
    """Seconds from opening a file to the first frame after all of it has loaded."""
    page = context.new_page()
    page.add_init_script(_USABLE)
    page.goto(path.as_uri(), timeout=120_000)
    while (usable := page.evaluate("window.usableMs")) is None:
        page.wait_for_timeout(20)
    page.close()
    return usable / 1000


def edit_times_ms(context: BrowserContext, path: Path, n_edits: int) -> list[float]:
    """Processor milliseconds of the page's process for each of some clicks that move a unit; the first five warm it up."""
    page = context.new_page()
    page.goto(path.as_uri(), timeout=120_000)
    page.click("[data-tab=edit]")
    page.keyboard.press("1")
    session = context.new_cdp_session(page)
    session.send("Performance.enable")
    times = [_edit_ms(page, session, unit, (x, y)) for unit, x, y in page.evaluate(_SPREAD_UNITS, n_edits + _WARM_UP)]
    page.close()
    return times[_WARM_UP:]


def _edit_ms(page: Page, session: CDPSession, unit: int, place: tuple[float, float]) -> float:
    page.mouse.move(*place)
    page.evaluate(_DRAWN)
    before = _process_ms(session)
    page.mouse.click(*place)
    page.evaluate(_DRAWN)
    spent = _process_ms(session) - before
    assert page.evaluate("(unit) => gridplan.edit.assignment[unit] === gridplan.edit.state.target", unit), (
        "the click moved the unit"
    )
    return spent


def _process_ms(session: CDPSession) -> float:
    told = {metric["name"]: metric["value"] for metric in session.send("Performance.getMetrics")["metrics"]}
    return 1000 * told["ProcessTime"]


if __name__ == "__main__":
    main()
