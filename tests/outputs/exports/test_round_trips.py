"""Every format of files gives back what was written: ids, names, residents to the person, places to the metre."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely

from gridplan.outputs.exports.exchange import short_names
from gridplan.outputs.exports.formats import FORMATS, export
from gridplan.proposal.frames import FRAMES, to_file
from gridplan.proposal.proposal import Proposal
from gridplan.words.errors import OutputError
from tests.outputs.exports.reading import KEYS, LOST, PARTLY, READERS

HOSTILE = {
    "u00": "<img src=x onerror=alert(1)>]]>",
    "u01": "'); DROP TABLE units; --",
    "u02": "=cmd|' /C calc'!A0",
    "u03": "../../etc/passwd",
    "u04": '"逗号,引号"\n换行 \\ %s ${x} &amp;',
}
every_format = pytest.mark.parametrize("name", FORMATS)


@pytest.fixture(scope="module")
def hostile(board_proposal: Proposal) -> Proposal:
    """The chessboard city; five units and a grid have names that some program would obey."""
    units, grids = board_proposal.units.copy(), board_proposal.grids.copy()
    units.loc[list(HOSTILE), "name"] = list(HOSTILE.values())
    grids.iloc[0, grids.columns.get_loc("name")] = HOSTILE["u00"]
    return replace(board_proposal, units=units, grids=grids)


@pytest.fixture(scope="module")
def exported(hostile: Proposal, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exports")
    export(hostile, "all", target=folder)
    return folder


def test_all_writes_every_format_into_a_folder_of_its_name(exported: Path):
    assert sorted(path.name for path in exported.iterdir()) == sorted(FORMATS)
    assert READERS.keys() == FORMATS.keys()


@every_format
def test_what_is_read_back_is_what_was_written(name: str, exported: Path, hostile: Proposal):
    """All that is compared is there, but for what the format is known to lose."""
    read = READERS[name](exported / name)
    seen = {layer for layer, frame in read.items() if len(frame) == len(getattr(hostile, layer))}
    assert seen == set(KEYS) - {layer for layer, column in LOST.get(name, ()) if column == "*"}
    joined = hostile.facilities.assign(
        grid_id=hostile.facilities["grid_id"].where(hostile.facilities["role"] != "none", "")
    )
    written = replace(hostile, facilities=joined) if name == "fhir" else hostile  # it has affiliations, not places
    for layer, frame in read.items():
        mine, theirs = getattr(written, layer), frame.set_index(KEYS[layer]).loc[getattr(written, layer).index]
        compared = [column for column in ("name", "grid_id", "population", "geometry") if column in mine]
        lost = {column for of, column in LOST.get(name, ()) if of == layer}
        assert {column for column in compared if column not in theirs} == lost
        for column in (column for column in compared if column not in lost):
            SAME[column](mine, theirs)


@pytest.mark.parametrize("name", [name for name in FORMATS if name not in PARTLY])
def test_every_field_is_read_back_as_it_was_written(name: str, exported: Path, hostile: Proposal):
    """Words to the sign, numbers to a millionth; what is not known is empty."""
    read = READERS[name](exported / name)
    for layer, frame in read.items():
        mine = to_file(getattr(hostile, layer), layer).set_index(KEYS[layer])
        theirs = frame.set_index(KEYS[layer]).loc[mine.index]
        for column in FRAMES[layer].names[1:]:
            if pd.api.types.is_numeric_dtype(mine[column]):
                assert np.allclose(theirs[column].astype(float), mine[column], rtol=1e-6, equal_nan=True), column
            else:
                texts = theirs[column].astype(object).where(theirs[column].notna(), "")
                assert [plain(str(text)) for text in texts] == mine[column].map(plain).tolist(), column


def same_names(mine: Any, theirs: Any) -> None:
    assert [plain(text) for text in theirs["name"]] == [plain(text) for text in mine["name"]]


def same_grids(mine: Any, theirs: Any) -> None:
    assert theirs["grid_id"].fillna("").tolist() == mine["grid_id"].tolist()


def same_residents(mine: Any, theirs: Any) -> None:
    assert np.rint(theirs["population"].astype(float)).tolist() == np.rint(mine["population"]).tolist()


def same_places(mine: Any, theirs: Any) -> None:
    moved = theirs if theirs.crs is None else theirs.to_crs(mine.crs)
    assert shapely.hausdorff_distance(moved.geometry.to_numpy(), mine.geometry.to_numpy()).max() < 1.0
    assert np.abs(moved.area - mine.area).max() < 1_000.0


SAME = {"name": same_names, "grid_id": same_grids, "population": same_residents, "geometry": same_places}


def plain(text: str) -> str:
    """A name without the apostrophe that tells a spreadsheet to leave it alone."""
    return text.removeprefix("'") if text[:2] == "'=" else text


@every_format
def test_the_same_proposal_is_the_same_bytes(name: str, exported: Path, hostile: Proposal, tmp_path: Path):
    export(hostile, name, target=tmp_path)
    written = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert written == {path.name: path.read_bytes() for path in (exported / name).iterdir()}


@every_format
def test_a_failed_export_leaves_the_earlier_one(name: str, exported: Path, board_proposal: Proposal, tmp_path: Path):
    """A layer that cannot be written stops the whole: what stood there stays, byte for byte, and nothing lies beside it."""
    target = tmp_path / "export"
    target.mkdir()
    for path in (exported / name).iterdir():
        (target / path.name).write_bytes(path.read_bytes())
    before = {path.name: path.read_bytes() for path in target.iterdir()}
    with pytest.raises((AttributeError, TypeError)):
        export(replace(board_proposal, grids=None), name, target=target)
    assert {path.name: path.read_bytes() for path in target.iterdir()} == before
    assert os.listdir(tmp_path) == ["export"]


@pytest.mark.parametrize("name", [name for name in FORMATS if name not in ("filegdb", "shapefile", "shapefile-gbk")])
def test_a_file_that_ends_too_early_is_never_taken_for_whole(
    name: str, exported: Path, hostile: Proposal, tmp_path: Path
):
    """Where its largest file may not be one byte longer than half of it (a full disk behaves alike), nothing is written."""
    resource = pytest.importorskip("resource", reason="limits of file sizes are of Unix")
    largest = max(path.stat().st_size for path in (exported / name).iterdir())
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest // 2, limits[1]))
    try:
        with pytest.raises(OutputError):
            export(hostile, name, target=tmp_path / "export")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert list(tmp_path.iterdir()) == []


def test_a_layer_without_rows_is_written_in_every_format(board_proposal: Proposal, tmp_path: Path):
    """The one lead of a city may be a military hospital, of which the public is not told."""
    export(replace(board_proposal, facilities=board_proposal.facilities.iloc[:0]), "all", target=tmp_path)
    assert pyogrio.read_info(tmp_path / "filegdb" / "gridplan.gdb.zip", layer="facilities")["features"] == 0
    assert sorted(path.stem for path in (tmp_path / "pmtiles").iterdir()) == ["grids", "units"]


def test_a_target_that_is_a_file_is_told(board_proposal: Proposal, tmp_path: Path):
    (tmp_path / "taken").write_text("mine")
    with pytest.raises(OutputError) as caught:
        export(board_proposal, "all", target=tmp_path / "taken")
    assert "taken" in caught.value.render("en")
    assert (tmp_path / "taken").read_text() == "mine"


def test_shapefiles_are_in_cgcs2000_and_utf_8_with_ten_letters_a_field(exported: Path):
    info = pyogrio.read_info(exported / "shapefile" / "units.shp")
    assert (info["crs"], info["encoding"]) == ("EPSG:4490", "UTF-8")
    assert (exported / "shapefile" / "units.cpg").read_text() == "UTF-8"
    assert max(len(name.encode()) for name in info["fields"]) <= 10


def test_older_programs_get_gbk_and_metres(exported: Path, hostile: Proposal):
    assert pyogrio.read_info(exported / "shapefile-gbk" / "units.shp")["crs"] == hostile.units.crs.to_string()
    assert (exported / "shapefile-gbk" / "units.cpg").read_text() == "GBK"
    assert (
        hostile.facilities["name"].iloc[0].encode("gbk") in (exported / "shapefile-gbk" / "facilities.dbf").read_bytes()
    )


def test_a_sign_that_gbk_lacks_is_shown_and_counted_and_never_stands_in_an_id(board_proposal: Proposal, tmp_path: Path):
    """㐀 and 𠮷 are in Unicode alone; the table tells one row."""
    units = board_proposal.units.copy()
    units.loc["u00", "name"] = "㐀村𠮷村"
    export(replace(board_proposal, units=units), "shapefile-gbk", target=tmp_path)
    assert pyogrio.read_dataframe(tmp_path / "units.shp")["name"][0] == "〓村〓村"
    table = (tmp_path / "fields.csv").read_text(encoding="utf-8-sig").splitlines()
    assert next(line for line in table if line.startswith("units,name,")).endswith(",1")
    with pytest.raises(OutputError) as caught:
        export(replace(board_proposal, units=units.rename(index={"u00": "𠮷"})), "shapefile-gbk", target=tmp_path / "b")
    assert "unit_id" in caught.value.render("en")


def test_a_geodatabase_says_what_its_fields_and_codes_mean(exported: Path):
    """CGCS2000; the dictionary and the codes are tables of the database itself, and the files beside it say the same."""
    place = exported / "filegdb" / "gridplan.gdb.zip"
    assert pyogrio.read_info(place, layer="units")["crs"] == "EPSG:4490"
    fields, codes = (pyogrio.read_dataframe(place, layer=name) for name in ("gridplan_fields", "gridplan_codes"))
    told = {(row.layer, row.field): row.zh for row in fields.itertuples()}
    for layer in KEYS:
        assert all(told[layer, name] for name in pyogrio.read_info(place, layer=layer)["fields"])
    used = set(pyogrio.read_dataframe(place, layer="facilities")["kind"])
    assert used <= set(codes.loc[codes["field"].eq("kind"), "code"])
    for name, table in (("fields", fields), ("codes", codes)):
        assert pd.read_csv(exported / "filegdb" / f"{name}.csv").astype(str).equals(table.astype(str))


OPENED = {
    "geojson": ("units.geojson", "grids.geojson", "facilities.geojson"),
    "flatgeobuf": ("units.fgb", "grids.fgb", "facilities.fgb"),
    "shapefile": ("units.shp", "grids.shp", "facilities.shp"),
    "shapefile-gbk": ("units.shp", "grids.shp", "facilities.shp"),
    "filegdb": ("gridplan.gdb.zip",),
    "kml": ("gridplan.kml", "gridplan.kmz"),
    "dxf": ("gridplan.dxf",),
    "csv": ("units.csv", "grids.csv", "facilities.csv"),
    "qgis": ("gridplan.gpkg",),
}


def test_the_gdal_of_the_system_opens_every_format_that_it_knows(exported: Path):
    """Another build of GDAL than the one that wrote them finds every layer with its rows, and has nothing to complain of."""
    ogrinfo = shutil.which("ogrinfo")
    if ogrinfo is None:
        pytest.skip("needs ogrinfo (Debian: gdal-bin)")
    found: dict[str, set[tuple[str, int]]] = {}
    for name, files in OPENED.items():
        for file in files:
            done = subprocess.run(
                [ogrinfo, "-ro", "-so", "-al", exported / name / file],
                capture_output=True,
                text=True,
                check=True,
                timeout=60,
            )
            assert "ERROR" not in done.stderr
            counts = re.findall(r"Layer name: (\S+).*?Feature Count: (\d+)", done.stdout, re.DOTALL)
            found.setdefault(name, set()).update((layer, int(n)) for layer, n in counts)
    rows = {("units", 24), ("grids", 2), ("facilities", 14)}
    assert found.pop("dxf") == {("entities", 8)}
    assert all(rows <= layers for layers in found.values())


def test_short_names_stay_apart():
    """Two names that would be cut alike are numbered, within the ten letters."""
    given = short_names(["abcdefghijk_x", "abcdefghijk_y", "short"], 10)
    assert len(set(given.values())) == 3
    assert all(len(name) <= 10 for name in given.values())
    assert given["short"] == "short"


def test_long_text_is_cut_between_signs_and_counted_and_an_id_never_is(board_proposal: Proposal, tmp_path: Path):
    """100 Chinese signs are 300 bytes, of which a Shapefile holds 84 whole signs; spaces at the ends are its own."""
    units = board_proposal.units.copy()
    units.loc[["u00", "u01"], "name"] = "社" * 100, " 社区 "
    export(replace(board_proposal, units=units), "shapefile", target=tmp_path)
    assert pyogrio.read_dataframe(tmp_path / "units.shp")["name"][:2].tolist() == ["社" * 84, "社区"]
    table = (tmp_path / "fields.csv").read_text(encoding="utf-8-sig").splitlines()
    assert next(line for line in table if line.startswith("units,name,")).endswith(",2")
    units.loc["u00", "street_id"] = "S" * 255
    with pytest.raises(OutputError) as caught:
        export(replace(board_proposal, units=units), "shapefile", target=tmp_path / "other")
    assert "street_id" in caught.value.render("en")


def test_drawings_open_in_a_program_of_another_house(exported: Path, hostile: Proposal):
    """ezdxf finds a layer for each grid, with its outline and the point of its lead, and nothing wrong."""
    ezdxf = pytest.importorskip("ezdxf", reason="needs ezdxf")
    drawing = ezdxf.readfile(exported / "dxf" / "gridplan.dxf")
    kinds = {(entity.dxf.layer, entity.dxftype()) for entity in drawing.modelspace()}
    assert {layer for layer, _ in kinds} == set(hostile.grids.index)
    assert {kind for _, kind in kinds} == {"LWPOLYLINE", "POINT", "TEXT"}
    assert not drawing.audit().has_errors


def test_drawings_have_the_names_of_grids_inside_them_and_of_leads_above_their_points(
    exported: Path, hostile: Proposal
):
    """ezdxf and GDAL read each text as it stands in the proposal, the first of them a name that some program would obey."""
    ezdxf = pytest.importorskip("ezdxf", reason="needs ezdxf")
    drawing = ezdxf.readfile(exported / "dxf" / "gridplan.dxf")
    texts = {entity.dxf.text: entity for entity in drawing.modelspace().query("TEXT")}
    assert set(pyogrio.read_dataframe(exported / "dxf" / "gridplan.dxf")["Text"].dropna()) - {""} == texts.keys()
    assert texts.keys() == {*hostile.grids["name"], *hostile.grids["lead_name"]}
    for grid, row in hostile.grids.iterrows():
        label, lead = texts[row["name"]], texts[row["lead_name"]]
        assert label.dxf.layer == lead.dxf.layer == grid
        assert row["geometry"].contains(shapely.Point(label.dxf.align_point.x, label.dxf.align_point.y))
        point = hostile.facilities.geometry[row["lead_id"]]
        assert lead.dxf.align_point.x == pytest.approx(point.x)
        assert point.y < lead.dxf.align_point.y < point.y + 200
    assert drawing.styles.get("Standard").dxf.font == "simsun.ttc"


def test_a_drawing_obeys_no_sign_of_a_name(board_proposal: Proposal, tmp_path: Path):
    ezdxf = pytest.importorskip("ezdxf", reason="needs ezdxf")
    grids = board_proposal.grids.assign(name=["%%c\\U+0041^J 网格\n二", "𠮷网格"])
    export(replace(board_proposal, grids=grids), "dxf", target=tmp_path)
    drawing = ezdxf.readfile(tmp_path / "gridplan.dxf")
    assert not drawing.audit().has_errors
    texts = [entity.dxf.text for entity in drawing.modelspace().query("TEXT")]
    assert "% %c\\ U+0041^ J 网格 二" in texts
    assert "\\U+D842\\U+DFB7网格" in texts


def test_grids_whose_ids_no_drawing_program_takes_are_numbered(board_proposal: Proposal, tmp_path: Path):
    names = {"G1": "网格<1>", "G2": "a/b"}
    grids = board_proposal.grids.rename(index=names)
    export(replace(board_proposal, grids=grids), "dxf", target=tmp_path)
    assert sorted(pyogrio.read_dataframe(tmp_path / "gridplan.dxf")["Layer"].unique()) == ["grid_1", "grid_2"]
    assert (tmp_path / "layers.csv").read_text(encoding="utf-8-sig").splitlines()[1].startswith("grid_1,网格<1>,")


def test_geojson_has_no_more_than_six_decimals(exported: Path):
    tree = json.loads((exported / "geojson" / "facilities.geojson").read_text(encoding="utf-8"))
    decimals = [len(str(number).partition(".")[2]) for f in tree["features"] for number in f["geometry"]["coordinates"]]
    assert max(decimals) <= 6
