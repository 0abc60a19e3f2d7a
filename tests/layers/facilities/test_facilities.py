"""Facility tables -> clean points in our vocabulary; every doubtful cell named by its own header and row."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from gridplan.case.case import Case, parse_case
from gridplan.layers.facilities.facilities import read_facilities
from gridplan.words.errors import InputProblem
from gridplan.words.problems import Problems
from tests.layers.conftest import TREE, told

HEADER = "机构代码,机构名称,上级机构代码,类别,等级,所有制,隶属关系,开放床位,服务,经度,纬度"
GOOD = [
    "H1,市第一医院,,综合医院,三级甲等,政府办,市属,800,急诊;外科,120.1,35.1",
    "H1b,市第一医院东院区,H1,综合医院,三甲,公立,市级,200,急诊,120.2,35.1",
    "C1,东街社区卫生服务中心,,社区卫生服务中心,未定级,政府,区属,,,120.15,35.1",
    "T1,北镇卫生院,,卫生院,一级,公办,乡镇,30,预防接种,120.15,35.2",
]


def read(folder: Path, rows: list[str], **source: Any) -> tuple[gpd.GeoDataFrame | None, list[InputProblem]]:
    (folder / "facilities.csv").write_text("\n".join([HEADER, *rows]), encoding="utf-8")
    problems = Problems()
    return read_facilities(case_of(folder, path="facilities.csv", datum="wgs84", **source), problems), problems


def case_of(folder: Path, *more: dict[str, Any], **source: Any) -> Case:
    tables = [source, *more] if source else list(more)
    return parse_case({**TREE, "layers": {**TREE["layers"], "facilities": tables}}, folder=folder)


def test_a_clean_table_is_read_without_a_word(tmp_path: Path) -> None:
    frame, problems = read(tmp_path, GOOD)
    assert frame is not None
    assert problems == []
    assert list(frame.index) == ["H1", "H1b", "C1", "T1"]
    assert list(frame["kind"]) == ["general", "general", "chc", "thc"]
    assert list(frame["level"]) == [3, 3, 0, 1]
    assert list(frame["grade"]) == ["A", "A", "", ""]
    assert list(frame["ownership"]) == ["government"] * 4
    assert list(frame["admin_level"]) == ["city", "city", "district", "township"]
    assert frame["beds"].fillna(-1).tolist() == [800, 200, -1, 30]
    assert frame.loc["H1", "services"] == ("ed", "surgery")
    assert list(frame["parent_id"]) == ["", "H1", "", ""]


def test_row_order_does_not_matter(tmp_path: Path) -> None:
    frame, _ = read(tmp_path, GOOD)
    turned, _ = read(tmp_path, GOOD[::-1])
    assert frame is not None
    assert turned is not None
    pd.testing.assert_frame_equal(frame.drop(columns="row"), turned.loc[frame.index].drop(columns="row"))


@pytest.mark.parametrize(
    ("row", "field", "severity"),
    [
        ("H1,重复,,综合医院,三级,政府办,市属,1,,120.1,35.1", "机构代码", "error"),
        (",没有代码,,综合医院,三级,政府办,市属,1,,120.1,35.1", "机构代码", "error"),
        ("=1+1,公式,,综合医院,三级,政府办,市属,1,,120.1,35.1", "机构代码", "error"),
        ("3.1e+11,毁码,,综合医院,三级,政府办,市属,1,,120.1,35.1", "机构代码", "error"),
        ("X,,,综合医院,三级,政府办,市属,1,,120.1,35.1", "机构名称", "error"),
        ("X,某院,,,三级,政府办,市属,1,,120.1,35.1", "类别", "error"),
        ("X,某院,,太空站,三级,政府办,市属,1,,120.1,35.1", "类别", "error"),
        ("X,某院,,综合医院,甲,政府办,市属,1,,120.1,35.1", "等级", "error"),
        ("X,某院,,综合医院,三级,外星,市属,1,,120.1,35.1", "所有制", "error"),
        ("X,某院,,综合医院,三级,政府办,球属,1,,120.1,35.1", "隶属关系", "error"),
        ("X,某院,,综合医院,三级,政府办,市属,-1,,120.1,35.1", "开放床位", "error"),
        ("X,某院,,综合医院,三级,政府办,市属,一千,,120.1,35.1", "开放床位", "error"),
        ("X,某院,,综合医院,三级,政府办,市属,1，000,,120.1,35.1", "开放床位", "repair"),
        ("X,某院,,综合医院,三级,政府办,市属,1,占卜,120.1,35.1", "服务", "warning"),
        ("X,某院,H9,综合医院,三级,政府办,市属,1,,120.1,35.1", "上级机构代码", "error"),
        ("X,某院,,综合医院,三级,政府办,市属,1,,,35.1", "经度, 纬度", "error"),
        ("X,某院,,综合医院,三级,政府办,市属,1,,东经,35.1", "经度", "error"),
    ],
)
def test_each_wrong_cell_is_blamed_by_header_and_row(tmp_path: Path, row: str, field: str, severity: str) -> None:
    _, problems = read(tmp_path, [*GOOD, row])
    assert [(problem.severity, problem.field) for problem in problems] == [(severity, field)]
    assert problems[0].rows[-1] == 6


def test_a_facility_without_coordinates_still_counts_as_a_parent(tmp_path: Path) -> None:
    rows = [GOOD[0].replace("120.1,35.1", ",35.1"), GOOD[1]]
    _, problems = read(tmp_path, rows)
    assert told(problems) == [("经度, 纬度", (2,))], "not also an unknown parent in row 3"


def test_the_case_can_say_what_values_and_columns_mean(tmp_path: Path) -> None:
    rows = [GOOD[0].replace("三级甲等", "市重点").replace("综合医院", "旗舰")]
    frame, problems = read(
        tmp_path, rows, columns={"name": "机构名称"}, values={"level": {"市重点": "三级甲等"}, "kind": {"*": "other"}}
    )
    assert problems == []
    assert frame is not None
    assert frame.loc["H1", ["level", "grade", "kind"]].tolist() == [3, "A", "other"]


def test_ids_that_two_tables_share_are_told_with_the_second_tables_rows(tmp_path: Path) -> None:
    for name, rows in (("a.csv", GOOD[:2]), ("b.csv", GOOD[1:3])):
        (tmp_path / name).write_text("\n".join([HEADER, *rows]), encoding="utf-8")
    problems = Problems()
    case = case_of(tmp_path, {"path": "a.csv", "datum": "wgs84"}, {"path": "b.csv", "datum": "wgs84"})
    frame = read_facilities(case, problems)
    assert frame is not None
    assert list(frame.index) == ["H1", "H1b", "C1"]
    assert [(problem.file, problem.rows) for problem in problems] == [("b.csv", (2,))]


def test_points_and_grounds_of_a_geopackage_serve_as_well(tmp_path: Path) -> None:
    shapes = [shapely.Point(120.1, 35.1), shapely.box(120.2, 35.1, 120.21, 35.11), None]
    frame = gpd.GeoDataFrame(
        {"id": ["a", "b", "c"], "name": ["甲医院", "乙医院", "丙医院"], "kind": ["general"] * 3},
        geometry=shapes,
        crs="EPSG:4490",
    )
    frame.to_file(tmp_path / "f.gpkg", engine="pyogrio")
    problems = Problems()
    read_in = read_facilities(case_of(tmp_path, path="f.gpkg"), problems)
    assert read_in is not None
    assert list(read_in.index[read_in.geometry.notna()]) == ["a", "b"]
    assert set(read_in.geom_type.dropna()) == {"Point"}
    assert told(problems) == [("geometry", (3,))]


def test_a_table_without_any_facility_is_an_error(tmp_path: Path) -> None:
    _, problems = read(tmp_path, [])
    assert told(problems) == [("", ())]


@pytest.mark.parametrize("sign", ["nan", "无", "-", ""])
def test_signs_for_no_coordinates_are_empty_coordinates(tmp_path: Path, sign: str) -> None:
    _, problems = read(tmp_path, [*GOOD, f"X1,某医院,,综合医院,三级,政府办,市属,1,,{sign},35.1"])
    assert ("经度, 纬度", (6,)) in told(problems)


def test_no_beds_are_beds_and_fewer_are_none(tmp_path: Path) -> None:
    frame, problems = read(tmp_path, [GOOD[0].replace("800", "0"), GOOD[2]])
    assert frame is not None
    assert problems == []
    assert frame.loc["H1", "beds"] == 0
    _, problems = read(tmp_path, [GOOD[0].replace("800", "-1"), GOOD[2]])
    assert told(problems) == [("开放床位", (2,))]


def test_a_kind_is_known_within_more_words(tmp_path: Path) -> None:
    frame, problems = read(tmp_path, [GOOD[0].replace("综合医院", "医疗保健服务;综合医院;三级甲等医院"), GOOD[2]])
    assert frame is not None
    assert told(problems) == []
    assert frame.loc["H1", "kind"] == "general"


def test_a_campus_that_names_itself_as_its_parent_has_none(tmp_path: Path) -> None:
    frame, _ = read(tmp_path, [GOOD[0].replace("院,,综合", "院,H1,综合"), *GOOD[1:]])
    assert frame is not None
    assert frame["parent_id"].tolist() == ["", "H1", "", ""]
