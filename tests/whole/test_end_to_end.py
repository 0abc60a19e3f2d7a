"""Finished proposals as people meet them: the map in a browser without network, and a folder whose writer was killed."""

import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gridplan.cli import app
from tests.independent import runs
from tests.independent.cities import data_folder
from tests.independent.riverside import riverside

CITIES = ["binhai", pytest.param("wuhan", marks=pytest.mark.shared_data)]
COMPLETE = ".gridplan-complete"
STOPPED = "out.stopped"
VIEW = "[gridplan.map.getCenter().lat, gridplan.map.getCenter().lng, gridplan.map.getZoom()]"


@pytest.fixture(scope="module", params=CITIES)
def output(request, tmp_path_factory):
    """The proposal of a city, as the command line made it."""
    if request.param == "wuhan" and not (data_folder() / "wuhan").is_dir():
        pytest.skip("needs the real layers; GRIDPLAN_DATA names their folder")
    return runs.planned(request.param, tmp_path_factory)


@pytest.fixture
def page(chromium, output):
    """The map of the proposal in an offline window; what it asks the network for and what it complains of."""
    context = chromium.new_context(offline=True, viewport={"width": 1366, "height": 900})
    page = context.new_page()
    page.set_default_timeout(30_000)
    page.asked, page.complaints = [], []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("console", lambda message: page.complaints.append(message.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.goto((output.folder / "map.html").as_uri())
    until = time.monotonic() + 10
    while not page.evaluate("Boolean(window.gridplan && window.gridplan.drawnUnits > 0)"):
        assert time.monotonic() < until, "the map never drew its units"
        page.wait_for_timeout(20)
    yield page
    context.close()


@pytest.mark.browser
def test_the_map_asks_for_nothing_and_draws_every_unit(page, output):
    """One request, for the file itself; an empty console; as many units drawn as the proposal has."""
    assert len(page.asked) == 1
    assert page.complaints == []
    assert page.evaluate("gridplan.drawnUnits") == len(output.units)
    assert page.locator("canvas").count() >= 1
    pixels = page.evaluate(
        """() => Math.max(...[...document.querySelectorAll('canvas')].map((canvas) => {
            const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
            const seen = new Set();
            for (let i = 0; i < data.length; i += 4 * 97) seen.add(data[i] * 65536 + data[i + 1] * 256 + data[i + 2]);
            return seen.size;
        }))"""
    )
    assert pixels > len(output.grids), "the canvas is all but empty"


@pytest.mark.browser
def test_numbers_on_the_page_are_those_of_the_proposal(page, output):
    """Grids, units and every lead are named; invented data are said to be invented, modelled people modelled."""
    text = page.inner_text("body")
    for position, lead in enumerate(output.grids["lead_name"]):
        page.click(f"tr[data-grid='{position}']")
        assert lead in page.inner_text(".card-title")
        page.keyboard.press("Escape")
    assert str(len(output.units)) in page.inner_text("#title")
    if output.rules["place"]["synthetic"]:
        assert "合成" in text
    if output.tree["modelled"]:
        assert "推算" in text


@pytest.mark.browser
def test_a_click_on_a_finding_moves_the_view(page, output):
    """A finding with places takes the map there and marks units."""
    violated = output.findings[output.findings["status"] == "violated"]
    assert (violated["places"].map(len) > 0).any()
    page.click("[data-tab=checks]")
    moved = 0
    for position in range(min(page.locator(".finding").count(), 12)):
        before = page.evaluate(VIEW)
        page.locator(".finding").nth(position).click()
        page.wait_for_timeout(400)
        moved += page.evaluate(VIEW) != before
        if moved:
            break
    assert moved
    assert page.complaints == []


@pytest.mark.browser
def test_search_finds_a_unit_by_its_chinese_name(page, output):
    """Typing a name and Enter goes to that unit and tells of it."""
    name = output.units["name"].iloc[len(output.units) // 3]
    before = page.evaluate(VIEW)
    page.click("#search")
    page.keyboard.type(name)
    assert name in page.inner_text("#hits")
    page.keyboard.press("Enter")
    page.wait_for_timeout(400)
    assert page.evaluate(VIEW) != before
    assert name in page.inner_text("#readout")


@pytest.mark.browser
def test_both_languages(page, output):
    """The page opens in the case's language; a click changes it, in words, not in numbers."""
    place = output.rules["place"]
    assert page.evaluate("document.documentElement.lang").startswith("zh")
    assert place["name"] in page.inner_text("#title")
    page.click(".language [lang^=en]")
    assert page.evaluate("document.documentElement.lang") == "en"
    assert place["name_en"] in page.inner_text("#title")
    for tab in ("grids", "checks", "basis"):
        page.click(f"[data-tab={tab}]")
    assert page.evaluate("gridplan.drawnUnits") == len(output.units)
    page.click(".language [lang^=zh]")
    assert place["name"] in page.inner_text("#title")
    assert page.complaints == []
    assert len(page.asked) == 1


@pytest.mark.browser
def test_pointing_at_the_map_tells_unit_population_and_grid(page, output):
    """Whatever lies in the middle of a unit's ground is told: its name and people."""
    unit = output.units["population"].argmax()
    page.evaluate(f"gridplan.goToUnit({unit})")
    page.wait_for_timeout(400)
    text = page.inner_text("#readout")
    assert output.units["name"].iloc[unit] in text
    assert output.units.index[unit] in text


# ---- a writer that was killed --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The proposal of a small place."""
    return riverside(tmp_path_factory).folder


@pytest.fixture
def folder(tmp_path, made):
    """A proposal folder with a file of the planner's own beside ours."""
    out = tmp_path / "out"
    shutil.copytree(made, out)
    (out / "会议纪要.txt").write_text("not ours", encoding="utf-8")
    return out


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


def beside(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.parent.iterdir())


def complete(folder: Path) -> Path:
    """Mark a folder as whole and waiting for its place, as a writer does before it swaps; without it, it is somebody else's."""
    (folder / COMPLETE).touch()
    return folder


def older(folder: Path) -> Path:
    """Make a copy of a proposal that tells apart from the newer one by its log."""
    copy = folder.with_name("older copy")
    shutil.copytree(folder, copy)
    (copy / "run.log").write_text("older", encoding="utf-8")
    return copy


def command(*words: str | Path, status: tuple[int, ...] = (0, 1)) -> str:
    """Run a command in this process and return what it says."""
    done = CliRunner().invoke(app, [*map(str, words)])
    assert done.exit_code in status, done.output
    return done.output


def read(folder: Path) -> None:
    """Any command that reads the folder and writes elsewhere."""
    command("export", folder, "--to", "geojson", "--target", folder.parent / "export")
    shutil.rmtree(folder.parent / "export")


def write(folder: Path) -> None:
    """Any command that writes into the folder."""
    command("export", folder, "--to", "geojson")
    shutil.rmtree(folder / "export")


def assess(place: Path, out: Path) -> None:
    """Plan anew into a folder."""
    command("assess", place / "case.toml", "--assignment", place / "given.csv", "-o", out)


def test_a_reader_never_takes_the_result_of_a_stopped_run(folder):
    """OUT.new is complete beside a good OUT: merely reading leaves both, writing keeps it under another name."""
    shutil.copytree(folder, folder.with_name("out.new"))
    complete(folder.with_name("out.new"))
    before = contents(folder)
    read(folder)
    assert contents(folder) == before
    assert beside(folder) == ["out", "out.new"]
    write(folder)
    assert contents(folder).keys() == before.keys()
    assert beside(folder) == ["out", STOPPED]


def test_killed_between_the_two_renames_of_an_older_version(folder, made):
    """OUT is gone, OUT.new is complete, OUT.old is the earlier one: a reader says so; a writer brings the earlier one back."""
    newer = contents(folder)
    shutil.copytree(folder, folder.with_name("out.old"))
    complete(folder).rename(folder.with_name("out.new"))
    failed = command("export", folder, "--to", "geojson", "--target", folder.parent / "export", status=(2,))
    assert "out.new" in failed
    assert beside(folder) == ["out.new", "out.old"]
    assess(made.parent, folder)
    assert contents(folder).keys() == newer.keys()
    assert beside(folder) == ["out"]


def test_killed_while_writing(folder, made):
    """A half-written OUT.new hides nothing from readers; the next writer removes it."""
    before = contents(folder)
    kill_while_writing(made.parent, folder)
    read(folder)
    assert contents(folder) == before
    write(folder)
    assert contents(folder).keys() == before.keys()
    assert beside(folder) == ["out"]


def kill_while_writing(place: Path, folder: Path) -> None:
    """Run an assessment into the folder and stop it for good as soon as anything stands in OUT.new."""
    command = [
        sys.executable,
        "-m",
        "gridplan.cli",
        "assess",
        "case.toml",
        "--assignment",
        "given.csv",
        "-o",
        str(folder),
    ]
    process = subprocess.Popen(command, cwd=place, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    new, until = folder.with_name("out.new"), time.monotonic() + 120
    while not (new.exists() and any(new.iterdir())) and process.poll() is None and time.monotonic() < until:
        time.sleep(0.001)
    process.kill()
    process.wait()


@pytest.mark.parametrize("earlier", [True, False], ids=["over an earlier one", "for the first time"])
def test_killed_when_complete_but_before_the_first_rename(folder, made, earlier):
    """OUT.new is complete: the next run must not stumble over it."""
    shutil.copytree(made, folder.with_name("out.new"))
    complete(folder.with_name("out.new"))
    if not earlier:
        shutil.rmtree(folder)
    assess(made.parent, folder)
    assert (folder / "proposal.json").exists()
    assert (folder / "会议纪要.txt").exists() == earlier
    assert beside(folder) == ["out"]


def test_other_folders_beside_stay(folder):
    """A folder of the planner's that happens to be called OUT.new holds nothing of ours: it stays."""
    own = folder.with_name("out.new")
    own.mkdir()
    (own / "草图.qgz").write_bytes(b"not ours")
    read(folder)
    assert (own / "草图.qgz").exists()
