"""Units, districts, barriers, links and the grouping in force, from small hand-made files."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from gridplan.case.case import Case
from gridplan.case.sources import Source
from gridplan.layers.area.boundaries import (
    group_names,
    read_barriers,
    read_baseline,
    read_boundaries,
    read_links,
    read_units,
)
from gridplan.words.problems import Problems
from tests import board
from tests.layers.conftest import told


def write_units(folder: Path, frame: gpd.GeoDataFrame) -> None:
    frame.to_file(folder / "units.gpkg", engine="pyogrio")


def test_units_keep_their_ids_and_names(tmp_path: Path, small_case: Case) -> None:
    write_units(tmp_path, board.board_units().sample(frac=1, random_state=2))
    problems = Problems()
    frame = read_units(small_case, Source(path="units.gpkg"), problems)
    assert frame is not None
    assert problems == []
    assert sorted(frame.index) == sorted(board.unit_ids())
    assert frame.loc["u12", ["name", "street_id", "district"]].tolist() == ["社区12", "S1", "西区"]


def test_a_bow_tie_is_mended_and_told_and_an_empty_polygon_is_an_error(tmp_path: Path, small_case: Case) -> None:
    frame = board.board_units()
    x, y = board.ORIGIN
    frame.loc[3, "geometry"] = shapely.Polygon([(x, y), (x + 9, y + 9), (x + 9, y), (x, y + 9)])
    frame.loc[5, "geometry"] = None
    write_units(tmp_path, frame)
    problems = Problems()
    read = read_units(small_case, Source(path="units.gpkg"), problems)
    assert read is not None
    assert read.geometry.is_valid.all()
    assert told(problems, "repair") == [("geometry", (4,))]
    assert told(problems) == [("geometry", (6,))]


def test_repeated_and_blank_codes_are_told_under_their_own_headers(tmp_path: Path, small_case: Case) -> None:
    frame = board.board_units().rename(columns={"unit_id": "社区代码", "street_id": "街道代码"})
    frame.loc[1, "社区代码"] = frame.loc[0, "社区代码"]
    frame.loc[2, "街道代码"] = ""
    frame.loc[4, "name"] = " "
    write_units(tmp_path, frame)
    problems = Problems()
    read_units(small_case, Source(path="units.gpkg"), problems)
    assert told(problems) == [("name", (5,)), ("社区代码", (1, 2)), ("街道代码", (3,))]


def test_a_unit_in_two_rows_is_one_of_two_parts_and_told(tmp_path: Path, small_case: Case) -> None:
    """u35 becomes an exclave of u00: same code, same name, the street written once."""
    frame = board.board_units()
    same = ["unit_id", "name", "street_id", "street", "district_id", "district"]
    frame.loc[23, same] = frame.loc[0, same].to_numpy()
    frame.loc[0, "street"] = ""
    write_units(tmp_path, frame)
    problems = Problems()
    read = read_units(small_case, Source(path="units.gpkg"), problems)
    assert read is not None
    assert len(read) == 23
    assert shapely.get_num_geometries(read.geometry["u00"]) == 2
    assert read.to_crs(board.CRS).area["u00"] == pytest.approx(2e6, rel=1e-6)
    assert read["street"]["u00"] == "S0街道"
    assert told(problems) == []
    assert told(problems, "repair") == [("unit_id", (1, 24))]
    assert "飞地" in problems[0].render("zh")


def test_districts_in_two_rows_count_their_people_once(tmp_path: Path, small_case: Case) -> None:
    frame = gpd.GeoDataFrame(
        {"代码": ["W", "E", "W"], "名称": ["西区", "东区", "西区"], "常住人口": ["", "9000", "12000"]},
        geometry=[shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1), shapely.box(5, 0, 6, 1)],
        crs="EPSG:4490",
    )
    write_units(tmp_path, frame)
    problems = Problems()
    read = read_boundaries(small_case, Source(path="units.gpkg"), problems)
    assert read is not None
    assert read["population"].to_dict() == {"W": 12_000.0, "E": 9_000.0}
    write_units(tmp_path, frame.assign(常住人口=["3000", "9000", "12000"]))
    problems = Problems()
    read_boundaries(small_case, Source(path="units.gpkg"), problems)
    assert told(problems) == [("代码", (1, 3))]


def test_a_missing_column_is_named_with_those_that_are_there(tmp_path: Path, small_case: Case) -> None:
    write_units(tmp_path, board.board_units().rename(columns={"unit_id": "社区号"}))
    problems = Problems()
    read_units(small_case, Source(path="units.gpkg"), problems)
    [problem] = problems
    assert problem.field == "unit_id"
    assert "社区号" in problem.render("zh")


def test_districts_read_their_population(tmp_path: Path, small_case: Case) -> None:
    frame = gpd.GeoDataFrame(
        {"代码": ["W", "E"], "名称": ["西区", "东区"], "常住人口": ["12,000", "9000"]},
        geometry=[shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)],
        crs="EPSG:4490",
    )
    write_units(tmp_path, frame)
    problems = Problems()
    read = read_boundaries(small_case, Source(path="units.gpkg"), problems)
    assert read is not None
    assert read["population"].to_dict() == {"W": 12_000.0, "E": 9_000.0}
    assert told(problems, "repair") == [("常住人口", (1,))]


def test_barriers_without_a_shape_are_named(tmp_path: Path, small_case: Case) -> None:
    frame = gpd.GeoDataFrame({"名称": ["河", "无"]}, geometry=[shapely.LineString([(0, 0), (1, 1)]), None], crs=4490)
    frame.to_file(tmp_path / "river.gpkg", engine="pyogrio")
    problems = Problems()
    read = read_barriers(small_case, Source(path="river.gpkg"), problems)
    assert read is not None
    assert list(read["name"]) == ["河"]
    assert told(problems, "warning") == [("geometry", (2,))]


def test_links_name_units_that_exist_and_differ(tmp_path: Path, small_case: Case) -> None:
    text = "单元甲,单元乙,方式,分钟\nu00,u01,bridge,1\nu00,u99,bridge,1\nu02,u02,ferry,1\nu03,u04,ferry,\n"
    (tmp_path / "links.csv").write_text(text, encoding="utf-8")
    problems = Problems()
    units = board.board_units().set_index("unit_id").index
    links = read_links(small_case, Source(path="links.csv"), problems, units=units)
    assert links is not None
    assert links.index.tolist() == [2, 3, 4, 5]
    assert told(problems) == [("单元乙", (3,)), ("单元乙", (4,)), ("分钟", (5,))]


def test_the_grouping_in_force_is_read_by_unit(tmp_path: Path, small_case: Case) -> None:
    (tmp_path / "b.csv").write_text("社区代码,牵头医院代码\nu01,H2\nu00,H1\n", encoding="gbk")
    problems = Problems()
    baseline = read_baseline(small_case, Source(path="b.csv"), problems)
    assert baseline is not None
    assert baseline["lead_id"].to_dict() == {"u01": "H2", "u00": "H1"}
    assert group_names(baseline).empty
    assert told(problems, "repair") == [("encoding", ())]


def test_the_names_of_the_groups_in_force_are_read_as_written(tmp_path: Path, small_case: Case) -> None:
    (tmp_path / "b.csv").write_text(
        "unit_id,lead_id,集团名称\nu00,H1,市一医疗集团\nu01,H2,\nu02,H1,\n", encoding="utf-8"
    )
    baseline = read_baseline(small_case, Source(path="b.csv"), Problems())
    assert group_names(baseline).to_dict() == {"H1": "市一医疗集团"}


def test_a_lead_of_the_grouping_in_force_that_is_no_facility_is_told_with_the_nearest(
    tmp_path: Path, small_case: Case
) -> None:
    (tmp_path / "b.csv").write_text("unit_id,lead_id\nu00,H10\nu01,H1O\nu02,H20\n", encoding="utf-8")
    problems = Problems()
    baseline = read_baseline(
        small_case, Source(path="b.csv"), problems, facilities=pd.Series({"H10": "甲医院", "H20": "乙医院"})
    )
    assert baseline is not None
    assert baseline["lead_id"].tolist() == ["H10", "H1O", "H20"]
    assert told(problems, "warning") == [("lead_id", (3,))]
    assert "Did you mean H10?" in problems[0].render("en")


def test_a_lead_of_the_grouping_in_force_may_be_written_by_its_name(tmp_path: Path, small_case: Case) -> None:
    (tmp_path / "b.csv").write_text("unit_id,lead_id\nu00,甲医院\nu01,H20\n", encoding="utf-8")
    problems = Problems()
    names = pd.Series({"H10": "甲医院", "H20": "乙医院"})
    baseline = read_baseline(small_case, Source(path="b.csv"), problems, facilities=names)
    assert baseline is not None
    assert baseline["lead_id"].tolist() == ["H10", "H20"]
    assert told(problems, "repair") == [("lead_id", (2,))]


def test_links_between_the_same_units_that_take_different_times_are_told(tmp_path: Path, small_case: Case) -> None:
    text = "unit_a,unit_b,minutes,kind\nu00,u01,5,ferry\nu01,u00,50,ferry\nu00,u01,9,bridge\nu02,u03,5,ferry\nu03,u02,5,ferry\n"
    (tmp_path / "links.csv").write_text(text, encoding="utf-8")
    problems = Problems()
    read_links(small_case, Source(path="links.csv"), problems)
    assert told(problems, "warning") == [("minutes", (2, 3))]
