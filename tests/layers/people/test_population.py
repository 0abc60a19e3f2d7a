"""Where people live: tables, points, rasters; totals preserved and nobody lost without a word."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely
from affine import Affine
from hypothesis import given, settings
from hypothesis import strategies as st

from gridplan.case.case import Case
from gridplan.case.sources import PopulationSource, Source
from gridplan.layers.people.population import model_residences, read_census, read_points
from gridplan.layers.people.rasters import read_raster_cells
from gridplan.words.errors import InputProblem
from gridplan.words.problems import Problems
from tests import board
from tests.layers.conftest import told


def write_raster(
    path: Path,
    counts: Any,
    *,
    cell_m: float = 400.0,
    crs: str | None = board.CRS,
    kind: str = "float64",
    nodata: float | None = -99_999.0,
) -> None:
    """Counts from the north-west corner of the board downwards."""
    top = board.ORIGIN[1] + board.ROWS * board.SIDE_M
    transform = Affine(cell_m, 0, board.ORIGIN[0], 0, -cell_m, top)
    height, width = counts.shape
    with rasterio.open(
        path, "w", driver="GTiff", height=height, width=width, count=1, dtype=kind, crs=crs,
        transform=transform, nodata=nodata,
    ) as raster:  # fmt: skip
        raster.write(counts, 1)


def raster_cells(case: Case, **keys: Any) -> tuple[gpd.GeoDataFrame | None, list[InputProblem]]:
    problems = Problems()
    units = board.board_units().set_index("unit_id")
    return read_raster_cells(case, PopulationSource(path="p.tif", kind="raster", **keys), units, problems), problems


@settings(deadline=None, max_examples=15)
@given(st.integers(0, 2**32 - 1), st.sampled_from([300.0, 400.0, 730.0]))
def test_a_raster_shared_out_to_units_keeps_its_total(
    tmp_path_factory: pytest.TempPathFactory, seed: int, cell_m: float
) -> None:
    from gridplan.case.case import parse_case
    from tests.layers.conftest import TREE

    folder = tmp_path_factory.mktemp("raster")
    height, width = int(board.ROWS * 1000 // cell_m), int(board.COLUMNS * 1000 // cell_m)
    counts = np.random.default_rng(seed).gamma(0.4, 60.0, (height, width))
    write_raster(folder / "p.tif", counts, cell_m=cell_m)
    cells, problems = raster_cells(parse_case(TREE, folder=folder))
    assert cells is not None
    assert problems == []
    assert cells["population"].sum() == pytest.approx(counts.sum(), rel=1e-6), "coverage is single precision"
    units = board.board_units().set_index("unit_id").geometry
    at = cells.geometry.to_crs(board.CRS)
    assert (at.distance(units.loc[cells["unit_id"]].set_axis(at.index)) < 1e-6).all(), "every cell stands in its unit"


def test_nodata_and_negative_counts_are_nobody(tmp_path: Path, small_case: Case) -> None:
    counts = np.full((10, 15), 2.0)
    counts[0, 0], counts[1, 1], counts[2, 2] = -99_999.0, -3.0, np.nan
    write_raster(tmp_path / "p.tif", counts)
    cells, problems = raster_cells(small_case)
    assert cells is not None
    assert cells["population"].sum() == pytest.approx(2.0 * (150 - 3))
    [problem] = problems
    assert problem.severity == "warning"
    assert "1 cell with values below 0 (down to -3)" in problem.render("en")


@pytest.mark.parametrize("kind", ["uint8", "int16", "uint16", "int32", "uint32", "float32", "float64"])
def test_the_largest_value_of_the_type_is_no_count(tmp_path: Path, small_case: Case, kind: str) -> None:
    """Two of 150 cells hold what stands for no data, and nothing in the file says so: 148 cells of 2 people are left."""
    most = np.iinfo(kind).max if np.dtype(kind).kind in "iu" else np.finfo(kind).max
    counts = np.full((10, 15), 2, dtype=kind)
    counts[0, :2] = most
    write_raster(tmp_path / "p.tif", counts, kind=kind, nodata=None)
    cells, [problem] = raster_cells(small_case)
    assert cells is not None
    assert cells["population"].sum() == pytest.approx(2 * 148)
    assert problem.severity == "warning"
    assert "2 cells" in problem.render("en")
    write_raster(tmp_path / "p.tif", counts, kind=kind, nodata=float(most))
    cells, problems = raster_cells(small_case)
    assert cells is not None
    assert (cells["population"].sum(), problems) == (pytest.approx(2 * 148), [])


def test_a_raster_of_part_of_the_area_is_told_with_the_units(tmp_path: Path, small_case: Case) -> None:
    """Four of six columns, and what of the fifth one cell of grace leaves bare: 0.6 + 1 of 6 km."""
    write_raster(tmp_path / "p.tif", np.ones((10, 10)))
    cells, [problem] = raster_cells(small_case)
    assert cells is not None
    assert problem.severity == "warning"
    assert "26.7% of it outside the raster, with most of u04, u05, u14, u15, u24 and 3 more" in problem.render("en")
    assert set(problem.values) <= {f"u{row}{column}" for row in range(4) for column in (4, 5)}


def test_people_outside_the_area_are_counted_and_told(tmp_path: Path, small_case: Case) -> None:
    write_raster(tmp_path / "p.tif", np.ones((10, 30)))
    cells, [problem] = raster_cells(small_case)
    assert cells is not None
    assert cells["population"].sum() == pytest.approx(150)
    assert "50.0%" in problem.render("zh")
    assert "150" in problem.render("zh")


def test_a_raster_of_another_place_is_an_error(tmp_path: Path, small_case: Case) -> None:
    write_raster(tmp_path / "p.tif", np.ones((4, 4)))
    with rasterio.open(tmp_path / "p.tif", "r+") as raster:
        raster.transform = Affine(400, 0, 600_000, 0, -400, 4_400_000)
    _, problems = raster_cells(small_case)
    assert told(problems) == [("", ())]
    assert "没有人口" in problems[0].render("zh")


def test_a_raster_without_crs_takes_the_stated_one(tmp_path: Path, small_case: Case) -> None:
    write_raster(tmp_path / "p.tif", np.ones((10, 15)), crs=None)
    _, problems = raster_cells(small_case)
    assert told(problems) == [("crs", ())]
    cells, problems = raster_cells(small_case, crs=board.CRS)
    assert cells is not None
    assert cells["population"].sum() == pytest.approx(150)


CENSUS = '社区代码,常住人口,65岁及以上\nu00,1000,100\nu01,"2,000",\nu02,0,0\n'


def test_a_census_reads_counts_as_typed(tmp_path: Path, small_case: Case) -> None:
    (tmp_path / "c.csv").write_text(CENSUS, encoding="utf-8-sig")
    problems = Problems()
    census = read_census(small_case, Source(path="c.csv"), problems)
    assert census is not None
    assert census["population"].to_dict() == {"u00": 1000, "u01": 2000, "u02": 0}
    assert census["population_65"].isna().tolist() == [False, True, False]
    assert told(problems, "repair") == [("常住人口", (3,))]


@pytest.mark.parametrize(
    ("header", "scale"),
    [
        ("常住人口（万人）", 1e4),
        ("常住人口(单位：万人)", 1e4),
        ("常住人口（千人）", 1e3),
        ("常住人口（人）", 1),
        ("常住人口", 1),
    ],
)
def test_a_unit_of_measure_in_the_header_counts(tmp_path: Path, small_case: Case, header: str, scale: float) -> None:
    """2.0 under 万人 is 20,000 people; a cell that says 万 itself is not multiplied twice."""
    (tmp_path / "c.csv").write_text(f"社区代码,{header}\nu1,2.0\nu2,0.5万\n", encoding="utf-8")
    problems = Problems()
    census = read_census(small_case, Source(path="c.csv"), problems)
    assert census is not None
    assert census["population"].tolist() == [2 * scale, 5000]
    assert [problem.severity for problem in problems] == ["repair"] * (1 + (scale > 1))


@pytest.mark.parametrize(
    ("title", "scale"), [("单位：万人", 1e4), ("某市人口（单位:万人）", 1e4), ("单位：人", 1), ("2025 年人口", 1)]
)
def test_a_unit_of_measure_above_the_header_counts(tmp_path: Path, small_case: Case, title: str, scale: float) -> None:
    (tmp_path / "c.csv").write_text(f"{title},,\n社区代码,常住人口,备注\nu1,2.0,a\nu2,3.5,b\n", encoding="utf-8")
    census = read_census(small_case, Source(path="c.csv"), Problems())
    assert census is not None
    assert census["population"].tolist() == [2 * scale, 3.5 * scale]


def test_census_and_units_must_agree(tmp_path: Path, small_case: Case) -> None:
    (tmp_path / "c.csv").write_text("社区代码,常住人口\nu00,1000\nu99,5\nu01,-1\nu02,很多\n", encoding="utf-8")
    problems = Problems()
    units = pd.Index(["u00", "u01", "u02", "u03"], name="unit_id")
    read_census(small_case, Source(path="c.csv"), problems, units=units)
    assert told(problems) == [("常住人口", (5,)), ("常住人口", (4,)), ("社区代码", (3,)), ("社区代码", ())]
    assert problems[-1].values == ("u03",)


def test_a_lost_leading_zero_is_suspected(tmp_path: Path, small_case: Case) -> None:
    codes = [f"0101{n:02d}" for n in range(20)]
    codes[7] = codes[7].lstrip("0")
    text = "社区代码,常住人口\n" + "\n".join(f"{code},10" for code in codes)
    (tmp_path / "c.csv").write_text(text, encoding="utf-8")
    problems = Problems()
    read_census(small_case, Source(path="c.csv"), problems)
    assert told(problems, "warning") == [("社区代码", (9,))]


def test_points_count_their_people_and_blanks_are_errors(tmp_path: Path, small_case: Case) -> None:
    (tmp_path / "p.csv").write_text("x,y,人口\n120.1,35.1,5\n120.2,35.1,\n120.3,35.1,7\n", encoding="utf-8")
    problems = Problems()
    points = read_points(small_case, PopulationSource(path="p.csv", kind="points", datum="wgs84"), problems)
    assert points is not None
    assert points["population"].sum() == 12
    assert told(problems) == [("人口", (3,))]


def test_residences_share_their_districts_people_by_their_own_part_inside() -> None:
    """District A: 4 residences, 2 inside the area; B: 2 residences, all inside."""
    districts = gpd.GeoDataFrame(
        {"population": [4000.0, 600.0]},
        geometry=[shapely.box(0, 0, 10_000, 10_000), shapely.box(10_000, 0, 20_000, 10_000)],
        index=pd.Index(["A", "B"], name="district_id"),
        crs=board.CRS,
    )
    xy = [(1000, 500), (1000, 5500), (9000, 500), (9000, 5500), (11_000, 500), (12_000, 500), (12_010, 510)]
    points = gpd.GeoDataFrame(geometry=[shapely.Point(*each) for each in xy], crs=board.CRS).sample(
        frac=1, random_state=1
    )
    cells, coverage = model_residences(points, districts, shapely.box(5_000, 0, 20_000, 10_000))
    assert coverage["modelled"].to_dict() == {"A": 2000.0, "B": 600.0}
    assert coverage["left_out"].to_dict() == {"A": 2000.0, "B": 0.0}
    assert len(cells) == 4, "the last two of B stand in one 100 m square and count once"


def test_a_raster_far_too_fine_is_refused_with_what_to_do(small_case: Case) -> None:
    """24 km2 in cells of 1 m: 24 million of them."""
    top = board.ORIGIN[1] + board.ROWS * board.SIDE_M
    with rasterio.open(
        small_case.folder / "p.tif", "w", driver="GTiff", height=30_000, width=30_000, count=1, dtype="uint8",
        crs=board.CRS, transform=Affine(1, 0, board.ORIGIN[0], 0, -1, top), SPARSE_OK=True, tiled=True,
    ):  # fmt: skip
        pass
    cells, [problem] = raster_cells(small_case)
    assert cells is None
    assert "重采样" in problem.render("zh")


def test_a_raster_that_points_elsewhere_is_refused(small_case: Case) -> None:
    text = '<VRTDataset rasterXSize="9" rasterYSize="9"><VRTRasterBand dataType="Float32" band="1"/></VRTDataset>'
    (small_case.folder / "p.tif").write_text(text, encoding="utf-8")
    cells, [problem] = raster_cells(small_case)
    assert cells is None
    assert "只指向其他文件" in problem.render("zh")


@pytest.mark.parametrize(
    ("counts", "rows"),
    [
        ([1000, 65_535, 900], (3,)),
        ([99_999, 1200, 99_999], (2, 4)),
        ([9999, 5000, 9999, 9999], (2, 4, 5)),
        ([9999, 5000, 4000], ()),
        ([999, 5000, 4000], ()),
    ],
    ids=["the largest of a type", "nines", "nines that are shared", "one near the others", "nines amid others"],
)
def test_counts_that_look_like_signs_for_no_data_are_told(
    tmp_path: Path, small_case: Case, counts: list[int], rows: tuple[int, ...]
) -> None:
    lines = "".join(f"u{number},{count}\n" for number, count in enumerate(counts))
    (tmp_path / "c.csv").write_text(f"社区代码,常住人口\n{lines}", encoding="utf-8")
    problems = Problems()
    read_census(small_case, Source(path="c.csv"), problems)
    assert told(problems, "warning") == ([("常住人口", rows)] if rows else [])


def test_a_cell_with_more_than_there_are_people_is_no_count(tmp_path: Path, small_case: Case) -> None:
    counts = np.full((10, 15), 2.0)
    counts[0, :2] = 1.7e308
    write_raster(tmp_path / "p.tif", counts, kind="float64", nodata=None)
    cells, [problem] = raster_cells(small_case)
    assert cells is not None
    assert cells["population"].sum() == pytest.approx(2 * 148)
    assert "more than there are people" in problem.render("en")
