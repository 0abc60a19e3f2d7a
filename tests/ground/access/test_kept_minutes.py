"""Minutes that were measured once are not measured again, and nothing that has changed is ever taken for them."""

from __future__ import annotations

import shutil
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from gridplan.case.case import Case, read_case
from gridplan.ground import kept_layers
from gridplan.ground.access import kept_minutes
from gridplan.ground.access.kept_minutes import recall_travel
from gridplan.pipeline import pose, survey
from tests.board import write_board

SITES = ["H1", "H2"]


@pytest.fixture
def measured(tmp_path, monkeypatch):
    """Count how often minutes are really measured, with a cache folder of its own."""
    monkeypatch.setenv("GRIDPLAN_CACHE", str(tmp_path / "cache"))
    made = []
    real = kept_minutes.measure_travel

    def counted(layers, case, sites, *, what_if):
        made.append(case)
        return real(layers, case, sites, what_if=what_if)

    monkeypatch.setattr(kept_minutes, "measure_travel", counted)
    return made


@pytest.fixture
def city(tmp_path):
    return write_board(tmp_path / "city")


def travel_of(case: Case, *, what_if: bool = True):
    return pose(case, what_if=what_if).travel


def same(first, second):
    assert (first.sites, first.notes) == (second.sites, second.notes)
    np.testing.assert_array_equal(first.cell_minutes, second.cell_minutes)
    for name in ("unit_minutes", "unit_share", "nearest_drive", "nearest_walk", "next_ed", "to_others", "entries"):
        pd.testing.assert_frame_equal(pd.DataFrame(getattr(first, name)), pd.DataFrame(getattr(second, name)))
    pd.testing.assert_frame_equal(first.between.table(), second.between.table())
    assert (first.ranges is None, first.isochrones is None) == (second.ranges is None, second.isochrones is None)
    if first.ranges is not None:
        pd.testing.assert_frame_equal(first.ranges.low, second.ranges.low)
    if first.isochrones is not None:
        assert first.isochrones.geom_equals(second.isochrones).all()


def test_the_second_time_nothing_is_measured_and_all_is_the_same(city, measured):
    first, second = travel_of(read_case(city)), travel_of(read_case(city))
    assert len(measured) == 1
    same(first, second)


def test_what_minutes_do_not_depend_on_is_not_in_their_way(city, measured):
    """k, balance, prices and language may change: minutes are measured for a case without them."""
    case = read_case(city)
    first = travel_of(case)
    for changed in (
        case.changed(grids={"balance": 0.4}),
        case.changed(solver={"reasons": True}),
        case.with_language("en"),
    ):
        same(first, travel_of(changed))
    assert len(measured) == 1
    assert measured[0].grids == Case.model_fields["grids"].default


@pytest.mark.parametrize(
    "changed",
    [
        {"travel": {"limit_min": 5}},
        {"travel": {"drive_kmh": {"primary": 10.0}}},
        {"rules": {"choice_min": 3}},
        {"firmness": {"speed_range": 0.5}},
        {"county": {"limit_min": 7}},
    ],
)
def test_what_minutes_may_depend_on_is_measured_anew(city, measured, changed):
    case = read_case(city)
    travel_of(case)
    travel_of(case.changed(**changed))
    assert len(measured) == 2


def test_a_scenario_that_is_added_is_measured(city, measured):
    travel_of(read_case(city))
    with city.open("a", encoding="utf-8") as end:
        end.write('[[scenarios]]\nname = "closed"\nfacilities_lost = ["H1"]\n')
    assert list(travel_of(read_case(city)).what_if) == ["closed"]
    assert len(measured) == 2


@pytest.mark.parametrize("name", ["people.csv", "roads.gpkg"])
def test_on_a_file_that_changed_minutes_are_measured_anew(city, measured, name):
    travel_of(read_case(city))
    with (city.parent / name).open("ab") as end:
        end.write(b"\n" if name.endswith(".csv") else b"\0" * 4096)
    travel_of(read_case(city))
    assert len(measured) == 2


def test_other_sites_and_what_if_are_measured_anew(city, measured):
    place = survey(read_case(city))
    for sites, what_if in ((SITES, True), (SITES[:1], True), (SITES, False), (SITES[::-1], True), (SITES, True)):
        found = recall_travel(place.layers, place.case, sites, as_read=place.as_read, what_if=what_if)
        assert found.sites == tuple(sites)
        assert (found.ranges is not None) == what_if
    assert len(measured) == 4


def test_layers_changed_by_hand_are_measured_and_not_kept(city, measured):
    """A hospital is taken away by hand: what was kept of the layers as read is neither used nor replaced."""
    place = survey(read_case(city))
    first = recall_travel(place.layers, place.case, SITES, as_read=place.as_read)
    facilities = place.layers.facilities.copy()
    facilities["unit_id"] = facilities["unit_id"].where(facilities.index != "H1", "")
    other = replace(place.layers, facilities=facilities)
    kept = sorted((file.name, file.stat().st_mtime_ns) for file in _kept_files())
    for layers in (other, replace(other, problems=())):
        nearest = recall_travel(layers, place.case, ["H2"], as_read=place.as_read).nearest_drive["hospital"]
        assert (nearest >= first.nearest_drive["hospital"]).all()
        assert (nearest > first.nearest_drive["hospital"]).any()
    assert kept == sorted((file.name, file.stat().st_mtime_ns) for file in _kept_files())
    assert len(measured) == 3
    same(first, recall_travel(replace(place.layers, problems=()), place.case, SITES, as_read=place.as_read))
    assert len(measured) == 3


def test_another_program_measures_anew(city, measured, monkeypatch):
    travel_of(read_case(city))
    monkeypatch.setattr(kept_layers, "_program", lambda: ("another",))
    travel_of(read_case(city))
    assert len(measured) == 2


def test_what_is_kept_is_not_trusted_blindly(city, measured):
    """Cut short, garbled, of another version, or no minutes at all: measured anew, and kept again."""
    import pickle

    from gridplan.words.kept_files import store_kept

    case = read_case(city)
    first = travel_of(case)
    (file,) = _kept_files()
    whole = file.read_bytes()
    for broken in (b"", whole[:-1], whole[:-1] + bytes([whole[-1] ^ 1]), whole.replace(b"minutes/1", b"minutes/0", 1)):
        file.write_bytes(broken)
        same(first, travel_of(case))
    for body in (pickle.dumps(("no", "minutes")), b"no pickle"):
        store_kept(file, b"gridplan-minutes/1", body, most_files=9)
        same(first, travel_of(case))
    assert len(measured) == 7
    same(first, travel_of(case))
    assert len(measured) == 7


def test_a_folder_that_cannot_be_written_keeps_nothing(city, measured, monkeypatch):
    monkeypatch.setenv("GRIDPLAN_CACHE", "/dev/null")
    same(travel_of(read_case(city)), travel_of(read_case(city)))
    assert len(measured) == 2


def _kept_files():
    from gridplan.words.kept_files import cache_folder

    return list((cache_folder() / "minutes").glob("*.minutes"))


def test_a_folder_that_moved_is_the_same(city, measured):
    first = travel_of(read_case(city))
    shutil.copytree(city.parent, city.parent.with_name("moved"))
    same(first, travel_of(read_case(city.parent.with_name("moved") / "case.toml")))
    assert len(measured) == 1
