"""A file of roads that several cases read is cut once for all of them."""

from __future__ import annotations

import shutil
import threading
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from gridplan.batch.case_list import Job
from gridplan.batch.case_run import memory_need
from gridplan.batch.runner import Processes
from gridplan.batch.shared_roads import SharedRoads, shared_roads
from gridplan.case.case import Case, read_case
from gridplan.case.examples import example_path
from gridplan.layers.area.boundaries import read_units
from gridplan.layers.roads import osm_ways
from gridplan.layers.roads.road_extracts import used_extracts
from gridplan.layers.roads.roads import read_roads
from gridplan.words.problems import Problems


@pytest.fixture(scope="module")
def jobs() -> list[Job]:
    """Two runs of the bundled city, and the bundled county, whose roads are no OpenStreetMap file."""
    city = example_path("binhai")
    return [Job("a", city), Job("b", city, (("solver.seed", 1),)), Job("county", example_path("yunxiu"))]


def shared(jobs: list[Job], place: Path, cancel: threading.Event | None = None) -> AbstractContextManager[SharedRoads]:
    return shared_roads(jobs, place, on=Processes(1), cancel=cancel or threading.Event())


def roads_of(case: Case, area: Any) -> Any:
    return read_roads(case.locate(case.layers.roads), area=area, crs=case.place.crs).roads


def test_cases_read_their_extract_and_not_the_file(jobs: list[Job], tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    case = read_case(jobs[0].path)
    communities = read_units(case, case.layers.units, Problems()).to_crs(case.place.crs).union_all()
    alone = roads_of(case, communities)
    with shared(jobs, tmp_path) as roads:
        assert [name for name, *_ in roads.extracts] == ["a", "b"]
        assert "cut for 1 area (" in roads.told[0]
        assert len(roads.told) == 1
        assert list(roads.instead_of("county")) == []
        assert memory_need(jobs[0], roads.instead_of("a")) != memory_need(jobs[0], {})
        monkeypatch.delattr(osm_ways, "collect_ways")
        with used_extracts(roads.folder):
            cut = roads_of(case, communities)
    assert cut.equals(alone)
    assert len(cut) > 1000
    assert list(tmp_path.iterdir()) == [], "nothing is left"


def test_one_case_alone_reads_its_file(jobs: list[Job], tmp_path: Path):
    with shared(jobs[1:], tmp_path) as roads:
        assert roads.folder is None


def test_a_case_that_cannot_be_read_holds_nobody_up_and_a_cancelled_pass_cuts_nothing(jobs: list[Job], tmp_path: Path):
    """Extracts that a killed run left go first; three cases want roads, one of them with torn polygons, one is not there at all."""
    torn = tmp_path / "torn"
    shutil.copytree(jobs[0].path.parent, torn)
    (torn / "boundaries.gpkg").write_bytes(b"torn")
    left = tmp_path / ".gridplan-roads-killed"
    left.mkdir()
    (left / "0.parquet").write_bytes(b"left")
    cancelled = threading.Event()
    cancelled.set()
    wanted = [*jobs, Job("torn", torn / "case.toml"), Job("gone", tmp_path / "none.toml")]
    with shared(wanted, tmp_path, cancelled) as roads:
        assert not left.exists()
        assert roads.extracts == ()
        assert "not cut" in roads.told[0]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["torn"]
