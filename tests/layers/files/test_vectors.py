"""The vector formats planners have give the same units; hostile files are refused in words."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
import xlsxwriter

from gridplan.case.case import Case
from gridplan.case.sources import Source
from gridplan.layers.area.boundaries import read_units
from gridplan.layers.files.reading import Reading
from gridplan.layers.files.tables import open_table
from gridplan.words.errors import InputProblem
from gridplan.words.problems import Problems
from tests import board
from tests.layers.conftest import told

DRIVERS = {
    "u.gpkg": "GPKG", "u.geojson": "GeoJSON", "u.fgb": "FlatGeobuf", "u.gml": "GML", "u.kml": "KML", "u.kmz": "LIBKML",
    "u.gdb": "OpenFileGDB", "u.shp": "ESRI Shapefile",
}  # fmt: skip


def written(folder: Path, name: str, frame: gpd.GeoDataFrame | None = None, **options: str) -> Path:
    """Write the chessboard's units in degrees as `name`."""
    frame = board.board_units().to_crs("EPSG:4326") if frame is None else frame
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a shapefile cuts headers to ten letters
        frame.to_file(folder / name, driver=DRIVERS[name], engine="pyogrio", **options)
    return folder / name


def read(case: Case, path: str, **source: str) -> tuple[gpd.GeoDataFrame | None, list[InputProblem]]:
    problems = Problems()
    return read_units(case, Source(path=path, **source), problems), problems


def check_units(frame: gpd.GeoDataFrame | None) -> None:
    assert frame is not None
    assert sorted(frame.index) == board.unit_ids()
    assert frame.loc["u12", ["name", "street_id"]].tolist() == ["社区12", "S1"]
    areas = frame.to_crs(board.CRS).area
    assert areas.to_numpy() == pytest.approx(1e6, rel=1e-4)


@pytest.mark.parametrize("name", DRIVERS)
def test_every_format_gives_the_same_units(tmp_path: Path, small_case: Case, name: str) -> None:
    written(tmp_path, name)
    frame, problems = read(small_case, name)
    check_units(frame)
    assert problems == []


def test_geoparquet_as_well(tmp_path: Path, small_case: Case) -> None:
    board.board_units().to_parquet(tmp_path / "u.parquet")
    check_units(read(small_case, "u.parquet")[0])


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize("encoding", ["GBK", "UTF-8"])
def test_a_shapefile_without_cpg_is_read_in_its_encoding_and_that_is_said(
    tmp_path: Path, small_case: Case, encoding: str, zipped: bool
) -> None:
    written(tmp_path, "u.shp", encoding=encoding)
    (tmp_path / "u.cpg").unlink()
    if zipped:
        with zipfile.ZipFile(tmp_path / "u.zip", "w") as archive:
            for path in tmp_path.glob("u.*"):
                if path.suffix != ".zip":
                    archive.write(path, f"社区/{path.name}")
    frame, problems = read(small_case, "u.zip" if zipped else "u.shp")
    check_units(frame)
    assert told(problems, "repair") == [("encoding", ())]


def test_a_shapefile_without_prj_needs_a_crs_and_takes_the_stated_one(tmp_path: Path, small_case: Case) -> None:
    written(tmp_path, "u.shp")
    (tmp_path / "u.prj").unlink()
    assert told(read(small_case, "u.shp")[1]) == [("crs", ())]
    check_units(read(small_case, "u.shp", crs="EPSG:4326")[0])


def test_a_prj_that_contradicts_the_case_is_overruled_and_told(tmp_path: Path, small_case: Case) -> None:
    written(tmp_path, "u.shp")
    (tmp_path / "u.prj").write_text(
        'GEOGCS["WGS 72",DATUM["WGS_1972",SPHEROID["WGS 72",6378135,298.26]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]]'
    )
    frame, problems = read(small_case, "u.shp", crs="EPSG:4326")
    check_units(frame)
    assert told(problems, "warning") == [("crs", ())]


def test_a_shapefile_without_shx_says_what_to_copy(tmp_path: Path, small_case: Case) -> None:
    written(tmp_path, "u.shp")
    (tmp_path / "u.shx").unlink()
    [problem] = read(small_case, "u.shp")[1]
    assert ".shx" in problem.render("zh")


def test_of_several_layers_in_a_zip_the_named_one_is_read(tmp_path: Path, small_case: Case) -> None:
    written(tmp_path, "u.shp")
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for path in tmp_path.glob("u.*"):
            archive.write(path, path.name)
            archive.write(path, path.name.replace("u.", "a_other."))
    frame, problems = read(small_case, "all.zip")
    assert frame is not None
    assert "u" in problems[0].render("zh"), "the layer that was not used is named"
    assert read(small_case, "all.zip", layer="u")[1] == []


def test_degrees_that_are_swapped_are_told_feature_by_feature(tmp_path: Path, small_case: Case) -> None:
    frame = board.board_units().to_crs("EPSG:4326")
    frame.loc[2, "geometry"] = shapely.transform(frame.loc[2, "geometry"], lambda xy: xy[:, ::-1])
    written(tmp_path, "u.gpkg", frame)
    _, problems = read(small_case, "u.gpkg")
    assert ("geometry", (3,)) in told(problems)


HOSTILE = {
    "bomb": lambda archive: archive.writestr("u.shp", b"\0" * 120_000_000),
    "outside": lambda archive: archive.writestr("../../u.shp", b"x"),
    "absolute": lambda archive: archive.writestr("/etc/u.shp", b"x"),
    "empty": lambda archive: archive.writestr("readme.txt", b"x"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_archives_are_refused_in_words(tmp_path: Path, small_case: Case, kind: str) -> None:
    with zipfile.ZipFile(tmp_path / "u.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        HOSTILE[kind](archive)
    frame, [problem] = read(small_case, "u.zip")
    assert frame is None
    assert problem.severity == "error"
    assert problem.file == "u.zip"


@pytest.mark.parametrize("name", ["u.kml", "u.gml"])
def test_xml_with_entities_is_refused(tmp_path: Path, small_case: Case, name: str) -> None:
    path = written(tmp_path, name)
    text = path.read_text(encoding="utf-8")
    head, rest = text.split("?>", 1)
    path.write_text(f'{head}?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>{rest}', encoding="utf-8")
    _, [problem] = read(small_case, name)
    assert "ENTITY" in problem.render("zh")


VIRTUAL = {
    "u.gpkg": '<OGRVRTDataSource><OGRVRTLayer name="s"><SrcDataSource>{folder}/s.csv</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>',
    "u.geojson": '{{"type": "gdal_streamed_alg", "command_line": "gdal vector pipeline read {folder}/s.csv"}}',
}


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize("name", VIRTUAL)
def test_files_that_only_point_at_others_are_refused_whatever_they_are_called(
    tmp_path: Path, small_case: Case, name: str, zipped: bool
) -> None:
    (tmp_path / "s.csv").write_text("unit_id,name\nsecret,secret\n", encoding="utf-8")
    (tmp_path / name).write_text(VIRTUAL[name].format(folder=tmp_path), encoding="utf-8")
    if zipped:
        with zipfile.ZipFile(tmp_path / "u.zip", "w") as archive:
            archive.write(tmp_path / name, name)
    frame, problems = read(small_case, "u.zip" if zipped else name)
    assert frame is None
    assert "只指向其他文件" in problems[-1].render("zh")


def test_a_layer_without_features_is_an_error(tmp_path: Path, small_case: Case) -> None:
    written(tmp_path, "u.gpkg", board.board_units().to_crs("EPSG:4326").iloc[:0])
    assert told(read(small_case, "u.gpkg")[1]) == [("", ())]


@pytest.mark.parametrize("far", [1e300, float("inf")])
def test_shapes_that_are_nowhere_on_earth_are_named(tmp_path: Path, small_case: Case, far: float) -> None:
    frame = board.board_units()
    frame.loc[2, "geometry"] = shapely.Polygon([(0, 0), (far, 0), (far, 1e300), (0, 0)])
    written(tmp_path, "u.gpkg", frame)
    assert ("geometry", (3,)) in told(read(small_case, "u.gpkg")[1])


def test_a_table_far_too_large_is_refused_before_it_is_read(tmp_path: Path, reading: Callable[..., Reading]) -> None:
    with (tmp_path / "a.csv").open("wb") as file:
        file.truncate(5_000_000_000)
    assert open_table(one := reading("a.csv")) is None
    assert "5,000 MB" in one.problems[0].render("en")


def test_a_cell_at_the_far_end_of_a_sheet_is_refused(tmp_path: Path, reading: Callable[..., Reading]) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["代码", "人口"])
        sheet.write(1_048_575, 16_383, 1)
    assert open_table(one := reading("a.xlsx")) is None
    assert "1,048,576" in one.problems[0].render("zh")


@pytest.mark.parametrize("content", [b"", b"{", b'{"type": "FeatureCollection", "features": []}', b"\xff" * 1000])
def test_empty_and_broken_geojson_are_errors_in_words(tmp_path: Path, small_case: Case, content: bytes) -> None:
    (tmp_path / "u.geojson").write_bytes(content)
    _, problems = read(small_case, "u.geojson")
    assert told(problems)


def test_a_geodatabase_folder_that_is_torn_is_an_error(tmp_path: Path, small_case: Case) -> None:
    path = written(tmp_path, "u.gdb")
    for part in sorted(path.iterdir())[:6]:
        part.write_bytes(b"")
    _, problems = read(small_case, "u.gdb")
    assert told(problems)
