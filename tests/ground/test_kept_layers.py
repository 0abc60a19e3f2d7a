"""Layers that were read once are not read again, and nothing that has changed is ever taken for them."""

from __future__ import annotations

import os
import shutil

import pandas as pd
import pytest

from gridplan.case.case import Case, read_case
from gridplan.case.examples import example_case
from gridplan.ground import kept_layers
from gridplan.ground.kept_layers import read_complete_layers
from gridplan.words.errors import LayerError
from tests.board import write_board


@pytest.fixture
def reads(tmp_path, monkeypatch):
    """Count how often layers are really read, with a cache folder of its own."""
    monkeypatch.setenv("GRIDPLAN_CACHE", str(tmp_path / "cache"))
    made = []
    real = kept_layers.complete_units

    def counted(layers, case):
        made.append(case)
        return real(layers, case)

    monkeypatch.setattr(kept_layers, "complete_units", counted)
    return made


@pytest.fixture
def city(tmp_path):
    return write_board(tmp_path / "city")


def same(first, second):
    assert (first.problems, first.ledger, first.hashes, first.crs) == (
        second.problems,
        second.ledger,
        second.hashes,
        second.crs,
    )
    for name in ("units", "cells", "facilities", "roads", "barriers", "links", "census", "baseline"):
        one, other = getattr(first, name), getattr(second, name)
        assert list(one.index) == list(other.index)
        pd.testing.assert_frame_equal(pd.DataFrame(one), pd.DataFrame(other))


def test_the_second_time_nothing_is_read_and_all_is_the_same(city, reads):
    first, second = read_complete_layers(read_case(city)), read_complete_layers(read_case(city))
    assert len(reads) == 1
    same(first, second)
    assert first.area.equals(second.area)


def test_what_layers_do_not_depend_on_is_not_in_their_way(city, reads):
    """k, rules, balance, language and the name of the folder may change: the layers are made from a case without them."""
    case = read_case(city)
    first = read_complete_layers(case)
    for changed in (
        case.changed(grids={"k": 3}),
        case.changed(rules={"grid_population_min": 7}),
        case.changed(solver={"reasons": True, "effort": 2}),
        case.with_language("en"),
    ):
        same(first, read_complete_layers(changed))
    shutil.copytree(city.parent, city.parent.with_name("moved"))
    same(first, read_complete_layers(read_case(city.parent.with_name("moved") / "case.toml")))
    assert len(reads) == 1
    assert (reads[0].grids, reads[0].rules) == (Case.model_fields["grids"].default, Case.model_fields["rules"].default)


@pytest.mark.parametrize(
    "changed",
    [{"travel": {"limit_min": 5}}, {"solver": {"seed": 3}}, {"place": {"name": "别处"}}, {"area": {"close_km": 1}}],
)
def test_what_layers_may_depend_on_is_read_anew(city, reads, changed):
    case = read_case(city)
    read_complete_layers(case)
    read_complete_layers(case.changed(**changed))
    assert len(reads) == 2


@pytest.mark.parametrize("name", ["people.csv", "facilities.csv", "units.gpkg", "roads.gpkg"])
def test_a_file_that_changed_is_read_anew(city, reads, name):
    """By its content, not by its date: with the date of before it is read anew, touched without change it is not."""
    case = read_case(city)
    before = read_complete_layers(case)
    file = city.parent / name
    stamp = file.stat()
    os.utime(file, (1, 1))
    read_complete_layers(case)
    assert len(reads) == 1
    with file.open("ab") as end:
        end.write(b"\n" if name.endswith(".csv") else b"\0" * 4096)
    os.utime(file, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    after = read_complete_layers(case)
    assert len(reads) == 2
    assert after.hashes != before.hashes


def test_a_part_of_a_shapefile_that_changed_is_read_anew(city, reads):
    """Names and codes of a shapefile stand in its .dbf, which the case does not name."""
    import geopandas as gpd

    units = gpd.read_file(city.parent / "units.gpkg").rename(columns={"district_id": "area_id"})
    units.to_file(city.parent / "units.shp", encoding="utf-8")
    columns = '"units.shp"\ncolumns = { district_id = "area_id" }'
    city.write_text(city.read_text(encoding="utf-8").replace('"units.gpkg"', columns), encoding="utf-8")
    case = read_case(city)
    before = read_complete_layers(case)
    table = city.parent / "units.dbf"
    shape = (city.parent / "units.shp").read_bytes()
    table.write_bytes(table.read_bytes().replace(b"u35", b"x35"))
    (city.parent / "people.csv").write_text(
        (city.parent / "people.csv").read_text(encoding="utf-8").replace("u35", "x35"), encoding="utf-8"
    )
    after = read_complete_layers(case)
    assert (city.parent / "units.shp").read_bytes() == shape
    assert before.hashes["units.shp"] != after.hashes["units.shp"]
    assert "x35" in after.units.index
    assert len(reads) == 2


def test_errors_are_told_every_time(city, reads):
    (city.parent / "people.csv").write_text("unit,population\nu00,many\n", encoding="utf-8")
    told = []
    for _ in range(2):
        with pytest.raises(LayerError) as caught:
            read_complete_layers(read_case(city))
        told.append(caught.value.problems)
    assert told[0] == told[1] != ()


def test_another_program_reads_anew(city, reads, monkeypatch):
    read_complete_layers(read_case(city))
    monkeypatch.setattr(kept_layers, "_program", lambda: ("another",))
    read_complete_layers(read_case(city))
    assert len(reads) == 2


def test_a_program_is_known_as_it_was_loaded_with_its_tables(tmp_path):
    """A table or a module that changes makes another program, but not of one that runs already."""
    (tmp_path / "records").mkdir()
    for name in ("a.py", "records/indicators.csv"):
        (tmp_path / name).write_text("1", encoding="utf-8")
    before = kept_layers._files_of(tmp_path)
    (tmp_path / "records" / "indicators.csv").write_text("12", encoding="utf-8")
    assert len(before) == 2
    assert kept_layers._files_of(tmp_path) != before
    assert any("indicators.csv" in line for line in kept_layers._program())
    assert kept_layers.gridplan.__version__ in kept_layers._program()


def test_what_is_kept_is_bounded_and_leftovers_go(tmp_path, monkeypatch):
    """Of three files of 30 bytes and more two fit; a file half-written two days ago goes, a fresh one stays; the newest stays however large."""
    from gridplan.words import kept_files

    monkeypatch.setattr(kept_files, "MOST_BYTES_IN_ALL", 150)
    for name, age in ((".writing-old", 200_000), (".writing-new", 0)):
        (tmp_path / name).write_bytes(b"half")
        now = os.stat(tmp_path / name).st_mtime
        os.utime(tmp_path / name, (now - age, now - age))
    for age, name in ((3, "a.kept"), (2, "b.kept"), (1, "c.kept")):
        kept_files.store_kept(tmp_path / name, b"1", b"x" * 30, most_files=9)
        now = os.stat(tmp_path / name).st_mtime
        os.utime(tmp_path / name, (now - age * 10, now - age * 10))
    assert sorted(path.name for path in tmp_path.iterdir()) == [".writing-new", "b.kept", "c.kept"]
    kept_files.store_kept(tmp_path / "d.kept", b"1", b"x" * 500, most_files=9)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".writing-new", "d.kept"]


def test_nothing_that_is_kept_fails_a_job(tmp_path, monkeypatch):
    """An object that cannot be pickled is not kept; a date that cannot be set does not matter; a file of another user is not read."""
    from gridplan.words import kept_files

    monkeypatch.setenv("GRIDPLAN_CACHE", str(tmp_path))
    kept_files.store_kept_object("things", "k", b"1", lambda: None, most_files=9)
    assert list(tmp_path.iterdir()) == []
    kept_files.store_kept_object("things", "k", b"1", {"a": 1}, most_files=9)

    def refuse(*_):
        raise PermissionError

    monkeypatch.setattr(os, "utime", refuse)
    assert kept_files.load_kept_object("things", "k", b"1", dict) == {"a": 1}
    monkeypatch.setattr(kept_files, "_is_of_another", lambda _: True)
    assert kept_files.load_kept_object("things", "k", b"1", dict) is None


def test_what_is_kept_is_not_trusted_blindly(city, reads, tmp_path):
    """Cut short, garbled, of another version, or no layers at all: read anew, and kept again."""
    import pickle

    from gridplan.words.kept_files import store_kept

    case = read_case(city)
    read_complete_layers(case)
    file = next((tmp_path / "cache").rglob("*.layers"))
    whole = file.read_bytes()
    for broken in (
        b"",
        whole[:100],
        whole[:-1],
        whole[:-1] + bytes([whole[-1] ^ 1]),
        whole.replace(b"layers/1", b"layers/0", 1),
    ):
        file.write_bytes(broken)
        read_complete_layers(case)
        assert file.read_bytes() == whole
    store_kept(file, b"gridplan-layers/1", pickle.dumps(("no", "layers")), most_files=9)
    read_complete_layers(case)
    store_kept(file, b"gridplan-layers/1", b"no pickle", most_files=9)
    read_complete_layers(case)
    assert len(reads) == 8
    read_complete_layers(case)
    assert len(reads) == 8


def test_a_folder_that_cannot_be_written_keeps_nothing(city, reads, monkeypatch):
    monkeypatch.setenv("GRIDPLAN_CACHE", "/dev/null")
    same(read_complete_layers(read_case(city)), read_complete_layers(read_case(city)))
    assert len(reads) == 2


def test_the_bundled_county_is_kept_too(reads):
    same(read_complete_layers(example_case("yunxiu")), read_complete_layers(example_case("yunxiu")))
    assert len(reads) == 1
