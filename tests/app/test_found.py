"""The plan in hand on the ground: what is told while it is sought is the plan that it says it is, and is drawn as it is."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely

from gridplan.app import work
from gridplan.app.bench import told_job
from gridplan.app.jobs import Job
from gridplan.proposal.files import read_proposal
from gridplan.words.hearing import heard_by
from gridplan.words.text import Text
from tests import board

Told = tuple[Path, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """The chessboard city with one and two grids, and everything with a plan that was told of it."""
    folder = tmp_path_factory.mktemp("found")
    city = board.write_board(folder, case=board.CASE.replace("k = 2", "k = [1, 2]"))
    heard: list[Any] = []
    with heard_by(heard.append):
        work.do(item(city, do="plan", out=str(folder / "v1")))
    return city, [one for one in heard if isinstance(one, dict) and "lead_of" in one]


def item(city: Path, **more: Any) -> dict[str, Any]:
    return {"case": str(city), "text": city.read_text(encoding="utf-8"), **more}


def drawn(city: Path, message: dict[str, Any], **changes: Any) -> dict[str, Any]:
    given = {key: message[key] for key in ("scope", "leads", "lead_of")}
    return work.do(item(city, do="found", **given | changes))


def test_the_last_that_is_told_of_a_number_of_grids_is_the_plan_that_comes_of_it(told: Told):
    city, messages = told
    proposal = read_proposal(city.parent / "v1")
    ends = {one["k"]: one for one in messages if not one.get("on_the_way")}
    assert sorted(ends) == [1, 2]
    last = ends[len(proposal.grids)]
    assert [last["leads"][at] for at in last["lead_of"]] == proposal.units["lead_id"].tolist()
    people = proposal.units["population"].to_numpy(float)
    assert np.bincount(last["lead_of"], weights=people) == pytest.approx(last["residents"])
    assert any(one.get("on_the_way") for one in messages), "and on the way there"


def test_grids_are_drawn_as_large_as_they_are_with_the_lead_of_each_where_it_stands(told: Told):
    city, messages = told
    last = next(one for one in messages if one["k"] == 2 and not one.get("on_the_way"))
    picture = drawn(city, last)
    proposal = read_proposal(city.parent / "v1")
    grids = proposal.grids.set_index("lead_id").geometry
    areas = {grid["tint"]: shape_in(picture["svg"], grid["tint"]).area for grid in picture["grids"]}
    share = {grid["lead"]: areas[grid["tint"]] / sum(areas.values()) for grid in picture["grids"]}
    assert share == pytest.approx({lead: grids[lead].area / grids.area.sum() for lead in share}, abs=0.01)
    sites = gpd.GeoSeries(proposal.facilities.geometry).loc[[grid["lead"] for grid in picture["grids"]]]
    assert [grid["name"] for grid in picture["grids"]] == proposal.facilities.loc[sites.index, "name"].tolist()
    west, _, _, north = proposal.units.total_bounds
    scale = 300 / max(np.ptp(proposal.units.total_bounds.reshape(2, 2), axis=0))
    for grid, site in zip(picture["grids"], sites, strict=True):
        assert (grid["x"], grid["y"]) == pytest.approx(
            ((site.x - west) * scale + 3, (north - site.y) * scale + 3), abs=0.2
        )


def shape_in(svg: str, tint: str) -> Any:
    """What has a tint in a picture, in pixels."""
    (path,) = re.findall(rf'<path fill="{tint}"[^>]* d="([^"]+)"', svg)
    rings = [ring for ring in path.replace("Z", "").split("M") if ring]
    return shapely.union_all(
        [shapely.Polygon([tuple(map(float, xy.split(","))) for xy in ring.split(" ")]) for ring in rings]
    )


def test_nothing_is_drawn_of_files_that_have_changed_since(told: Told):
    city, messages = told
    assert drawn(city, messages[-1], lead_of=messages[-1]["lead_of"][1:]) == {"svg": "", "grids": []}
    assert drawn(city, messages[-1], leads=["?"] * 2) == {"svg": "", "grids": []}


def test_the_ground_that_was_checked_is_not_read_again(told: Told, monkeypatch: pytest.MonkeyPatch):
    city, messages = told
    work.do(item(city, do="check"))
    monkeypatch.setattr("gridplan.pipeline.survey", lambda case: pytest.fail("it was read"))
    assert drawn(city, messages[-1])["svg"]


def test_a_page_hears_that_there_is_a_plan_and_not_the_plan(told: Told):
    _, messages = told
    job = Job("plan", Text(zh="规划", en="Plan"), {}, heard=[{**messages[0], "at": 0.1}, {"trial": 1, "at": 0.2}])
    heard = json.loads(json.dumps(told_job(job)["heard"]))
    assert [one["drawn"] for one in heard] == [True, False]
    assert not any("lead_of" in one for one in heard)


def test_each_part_of_the_place_is_drawn_on_its_own_units(tmp_path: Path):
    """The eastern half of the chessboard is a county: its three columns are two grids, drawn in the eastern half of the picture; the rest has no tint."""
    text = board.CASE.replace("k = 2", "k = 1") + '[county]\ndistricts = ["东区"]\nk = 2\n'
    city = board.write_board(tmp_path, case=text)
    east = [unit for unit in board.unit_ids() if int(unit[2]) >= 3]
    lead_of = [int(unit[1] < "2") for unit in east]
    picture = drawn(city, {"scope": "东区", "leads": ["H2", "H3"], "lead_of": np.array(lead_of, np.int16)})
    for grid in picture["grids"]:
        shape = shape_in(picture["svg"], grid["tint"])
        assert shape.area == pytest.approx(150 * 100, rel=0.02), "3 by 2 squares of 50 pixels"
        assert shape.bounds[0] == pytest.approx(153, abs=0.2), "in the eastern half"
        assert grid["x"] > 153
    assert drawn(city, {"scope": "", "leads": ["H1"], "lead_of": np.zeros(12, np.int16)})["grids"][0]["x"] < 153
    assert drawn(city, {"scope": "", "leads": ["H1"], "lead_of": np.zeros(24, np.int16)})["svg"] == ""
