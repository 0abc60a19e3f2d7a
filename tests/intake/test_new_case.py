"""`gridplan init`: a folder of files becomes a case that check and plan accept, or that says what is missing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from gridplan.case.case import read_case
from gridplan.cli import app
from gridplan.intake.new_case import start_case
from gridplan.layers.layers import read_layers
from gridplan.words.errors import CaseError
from tests import board
from tests.mutator_city import copy_city


@pytest.fixture
def city_files(tmp_path: Path) -> Path:
    """The bundled city's layers without its case."""
    copy_city(tmp_path / "海城").unlink()
    return tmp_path / "海城"


@pytest.mark.parametrize("language", ["zh", pytest.param("en", marks=pytest.mark.long)])
def test_every_layer_of_the_bundled_city_finds_its_place(city_files: Path, language: str) -> None:
    lines = start_case(city_files, language)  # type: ignore[arg-type]
    case = read_case(city_files / "case.toml")
    layers = case.layers
    assert case.language == language
    assert case.place.name == "海城"
    assert layers.units is not None
    assert (layers.units.path, layers.units.layer) == ("boundaries.gpkg", "社区")
    assert (layers.population.path, layers.population.kind) == ("population.tif", "raster")
    paths = [getattr(layers, name).path for name in ("census", "roads", "barriers", "links", "baseline")]
    assert paths == ["census.xlsx", "roads.osm.pbf", "river.gpkg", "links.csv", "baseline.xlsx"]
    assert [source.path for source in layers.facilities] == ["facilities.xlsx"]
    assert "gridplan check" in lines[-2]
    assert len(list(city_files.glob("*/*.xlsx"))) == 8, "and the blank templates in a folder of their own"


def test_the_datum_of_map_service_points_is_found_by_the_roads_and_told(city_files: Path) -> None:
    lines = start_case(city_files, "zh")
    assert read_case(city_files / "case.toml").layers.facilities[0].datum == "gcj02"
    assert any("facilities.xlsx" in line and "GCJ-02" in line and "米" in line for line in lines)


@pytest.mark.long
def test_check_accepts_what_init_wrote(city_files: Path) -> None:
    run = CliRunner()
    assert run.invoke(app, ["init", str(city_files)]).exit_code == 0
    checked = run.invoke(app, ["check", str(city_files / "case.toml")])
    assert checked.exit_code == 0, checked.stderr
    assert "334 个单元" in checked.stdout


def test_a_case_that_is_there_stays_as_it_is(tmp_path: Path) -> None:
    case = board.write_board(tmp_path)
    before = case.read_bytes()
    with pytest.raises(CaseError, match=r"left as it is"):
        start_case(tmp_path, "zh")
    assert case.read_bytes() == before


def test_the_chessboard_is_ready_from_its_files_and_a_crs(tmp_path: Path) -> None:
    units = board.board_units().sample(frac=1, random_state=5)
    board.write_board(tmp_path, units=units).unlink()
    start_case(tmp_path, "en")
    text = (tmp_path / "case.toml").read_text(encoding="utf-8")
    assert "[layers.units]" in text, "24 polygons are units where a table has the residents of each"
    case = tmp_path / "case.toml"
    stated = text.replace('path = "facilities.csv"', 'path = "facilities.csv"\ncrs = "EPSG:4549"')
    case.write_text(stated, encoding="utf-8")
    checked = CliRunner().invoke(app, ["check", str(case)])
    assert checked.exit_code == 0, checked.stderr
    assert "24 units, 24,000 people" in checked.stdout


@pytest.mark.parametrize(
    ("absent", "said"),
    [("boundaries.gpkg", "面图层"), ("facilities.xlsx", "机构表"), ("roads.osm.pbf", "直线")],
)
def test_what_is_missing_is_said(city_files: Path, absent: str, said: str) -> None:
    (city_files / absent).unlink()
    lines = start_case(city_files, "zh")
    assert any(said in line for line in lines)
    assert any("typhoon.gpkg" in line and "scenarios" in line for line in lines), "a disaster's reach is no district"


def test_headers_that_nobody_knows_are_guessed_by_content_and_told(tmp_path: Path) -> None:
    copy_city(tmp_path).unlink()
    frame = pd.read_excel(tmp_path / "census.xlsx", dtype=str, engine="calamine")
    frame = frame.rename(columns={"社区代码": "村（居）编码", "常住人口": "七普人口数"})
    frame.sample(frac=1, random_state=1).to_excel(tmp_path / "census.xlsx", index=False)
    lines = start_case(tmp_path, "zh")
    source = read_case(tmp_path / "case.toml").layers.census
    assert source is not None
    assert source.columns == {"unit_id": "村（居）编码", "population": "七普人口数"}
    assert any("村（居）编码" in line for line in lines)


def test_an_unreadable_file_is_named_and_the_others_used(city_files: Path) -> None:
    (city_files / "river.gpkg").write_bytes(b"nothing of use")
    lines = start_case(city_files, "zh")
    assert any("river.gpkg" in line and "无法读取" in line for line in lines)
    assert read_case(city_files / "case.toml").layers.barriers is None


@pytest.mark.parametrize("make", [True, False])
def test_an_empty_or_absent_folder_is_an_error_in_words(tmp_path: Path, make: bool) -> None:
    folder = tmp_path / "空"
    if make:
        folder.mkdir()
    with pytest.raises(CaseError):
        start_case(folder, "zh")


@pytest.mark.shared_data
def test_raw_wuhan_becomes_a_case_that_reads(shared_data: Path, tmp_path: Path) -> None:
    for pattern in ("*.csv", "*.gpkg", "*.parquet"):
        for path in (shared_data / "wuhan").glob(pattern):
            shutil.copy(path, tmp_path / path.name)
    start_case(tmp_path, "zh")
    case = read_case(tmp_path / "case.toml")
    assert {source.path for source in case.layers.facilities} == {"hospital.csv", "hospital_sites.csv"}
    layers = read_layers(case)
    assert case.area.source == "roads", "the roads cover the built-up area only"
    assert 8_000_000 < layers.cells["population"].sum() < 8_600_000
    assert {source.path: source.merges is not None for source in case.layers.facilities}["hospital.csv"]
    assert len(layers.facilities) > 500


def test_the_county_is_ready_from_its_files_alone(tmp_path: Path) -> None:
    """Twenty townships with codes and a census by the same codes: units with 358,000 people, not districts with none."""
    county = Path(__file__).parents[2] / "data" / "yunxiu"
    for pattern in ("*.xlsx", "*.csv", "*.gpkg"):
        for path in county.glob(pattern):
            shutil.copy(path, tmp_path / path.name)
    run = CliRunner()
    assert run.invoke(app, ["init", str(tmp_path)]).exit_code == 0
    case = read_case(tmp_path / "case.toml")
    assert case.layers.units is not None
    assert case.layers.records.keys() == {"networks"}
    checked = run.invoke(app, ["check", str(tmp_path / "case.toml"), "--lang", "en"])
    assert checked.exit_code == 0, checked.stderr
    assert "20 units, 358,000 people" in checked.stdout


@pytest.mark.shared_data
def test_residents_of_an_openstreetmap_file_are_refused_as_incomplete_until_a_table_has_them(
    shared_data: Path, tmp_path: Path
) -> None:
    shutil.copy(shared_data / "las_palmas" / "las_palmas.osm.pbf", tmp_path)
    run, case = CliRunner(), tmp_path / "case.toml"
    assert run.invoke(app, ["init", str(tmp_path), "--lang", "en"]).exit_code == 0
    refused = run.invoke(app, ["check", str(case)])
    assert refused.exit_code == 2
    assert "incomplete: 34 of 68 suburb places state them, 83,831 in all" in refused.stderr
    case.unlink()
    homes = ["Vegueta,-15.4147,28.1004,12000", "Guanarteme,-15.4420,28.1330,15000", "Tafira,-15.4520,28.0700,9000"]
    (tmp_path / "residents.csv").write_text("\n".join(["name,longitud,latitud,residents", *homes]), encoding="utf-8")
    assert run.invoke(app, ["init", str(tmp_path), "--lang", "en"]).exit_code == 0
    source = read_case(case).layers.population
    assert (source.kind, source.path, source.columns) == ("points", "residents.csv", {})
    case.write_text(
        case.read_text(encoding="utf-8")
        .replace("# required_leads = []", 'required_leads = ["n347621208"]')
        .replace("# k = [4, 6] ", "k = 1 "),
        encoding="utf-8",
    )
    checked = run.invoke(app, ["check", str(case)])
    assert checked.exit_code == 0, checked.stderr
    assert "36,000 people" in checked.stdout


def test_a_folder_with_travel_times_and_names_for_ids_is_ready_without_roads(tmp_path: Path) -> None:
    """The chessboard without roads: a long table of minutes, referrals by name, one of them to a hospital elsewhere."""
    board.write_board(tmp_path).unlink()
    (tmp_path / "roads.gpkg").unlink()
    leads = board.board_facilities().set_index("facility_id").loc[["H1", "H2", "H3"], "unit"]
    pairs = [(unit, lead, 60 * sum(abs(int(a) - int(b)) for a, b in zip(unit[1:], home[1:], strict=True)) + 60)
             for unit in board.unit_ids() for lead, home in leads.items()]  # fmt: skip
    pd.DataFrame(pairs, columns=["社区代码", "机构代码", "时长（秒）"]).to_csv(tmp_path / "时间.csv", index=False)
    rows = ["转出机构,转入机构,转诊人次", "S0街道社区卫生服务中心,市第一医院,40", "S1街道社区卫生服务中心,省立医院,50"]
    (tmp_path / "转诊.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    run, case = CliRunner(), tmp_path / "case.toml"
    assert run.invoke(app, ["init", str(tmp_path)]).exit_code == 0
    text = case.read_text(encoding="utf-8")
    assert 'source = "table"' in text
    case.write_text(text.replace('"facilities.csv"', '"facilities.csv"\ncrs = "EPSG:4549"'), encoding="utf-8")
    checked = run.invoke(app, ["check", str(case), "--lang", "en"])
    assert checked.exit_code == 0, checked.stderr
    assert "市第一医院 → H1" in checked.stderr
    assert "÷ 60" in checked.stderr
    assert "24 units, 24,000 people" in checked.stdout


def test_a_feed_and_heights_are_named_in_the_case_and_read(tmp_path: Path) -> None:
    """What init writes for buses (GTFS, a zip) and heights is what the readers take."""
    from tests import hills
    from tests.layers.test_buses import feed

    board.write_board(tmp_path).unlink()
    feed(tmp_path)
    hills.write_heights(tmp_path / "dem.tif", hills.rising_east)
    start_case(tmp_path, "zh")
    case = read_case(tmp_path / "case.toml")
    assert case.layers.buses is not None
    assert (case.layers.buses.path, case.layers.elevation.path) == ("gtfs.zip", "dem.tif")
