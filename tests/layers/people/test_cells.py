"""Cells from each kind of population source: where they stand, in which CRS, and what is told on the way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from gridplan.case.case import Case, parse_case
from gridplan.layers.people.cells import Cells, no_census, read_cells
from gridplan.words.ledger import settle
from gridplan.words.problems import Problems
from tests import board
from tests.layers.conftest import TREE, told
from tests.layers.people.test_population import write_raster


def case_of(folder: Path, **population: Any) -> Case:
    return parse_case({**TREE, "layers": {**TREE["layers"], "population": population}}, folder=folder)


def read(folder: Path, polygons: gpd.GeoDataFrame | None, **population: Any) -> tuple[Cells | None, Problems]:
    problems = Problems()
    area = None if polygons is None else polygons.union_all()
    return read_cells(case_of(folder, **population), polygons, area, problems), problems


def units() -> gpd.GeoDataFrame:
    return board.board_units().set_index("unit_id")


def districts(**columns: Any) -> gpd.GeoDataFrame:
    """The board's left and right half."""
    return board.board_units().dissolve("district_id")[["geometry"]].assign(**columns)


def write_points(folder: Path, *at: tuple[str, float], name: str = "p.csv") -> None:
    """Points in the middle of squares, with people."""
    frame = pd.DataFrame({"人口": [people for _, people in at]})
    frame["x"], frame["y"] = zip(*(board.centre(unit) for unit, _ in at), strict=True)
    frame.to_csv(folder / name, index=False)


def test_a_table_of_units_makes_one_cell_a_unit_inside_it(tmp_path: Path) -> None:
    cells, problems = read(tmp_path, units(), kind="table", path="people.csv")
    assert cells is not None
    assert cells.frame["unit_id"].tolist() == board.unit_ids()
    assert (cells.frame["population"] == 1).all()
    assert units().geometry.array.contains(cells.frame.geometry.array).all()
    assert (cells.modelled, list(problems)) == ((), [])


def test_a_raster_in_degrees_becomes_cells_in_the_units_crs(tmp_path: Path) -> None:
    write_raster(tmp_path / "p.tif", np.full((10, 15), 2.0))
    in_degrees = units().to_crs("EPSG:4490")
    cells, _ = read(tmp_path, in_degrees, kind="raster", path="p.tif")
    assert cells is not None
    assert cells.frame.crs == in_degrees.crs
    assert cells.frame["population"].sum() == pytest.approx(300, rel=1e-4)
    assert cells.frame.total_bounds[2] < 180


def test_points_keep_their_people_and_wait_for_a_unit(tmp_path: Path) -> None:
    write_points(tmp_path, ("u00", 5), ("u35", 7))
    cells, problems = read(tmp_path, units(), kind="points", path="p.csv", crs=board.CRS)
    assert cells is not None
    assert cells.frame[["population", "unit_id"]].values.tolist() == [[5, ""], [7, ""]]
    assert "field" not in cells.frame
    assert cells.frame.index.tolist() == [0, 1]
    assert list(problems) == []


def test_without_polygons_points_and_rasters_are_still_looked_at(tmp_path: Path) -> None:
    write_raster(tmp_path / "p.tif", np.ones((10, 15)), crs=None)
    write_points(tmp_path, ("u00", float("nan")), ("u35", 7))
    for kind, path, field in (("raster", "p.tif", "crs"), ("points", "p.csv", "人口")):
        cells, problems = read(tmp_path, None, kind=kind, path=path, **({} if kind == "raster" else {"crs": board.CRS}))
        assert cells is None
        assert [where for where, _ in told(problems)] == [field]


def test_residences_share_the_people_of_their_district(tmp_path: Path) -> None:
    """West 3,000 in two residences, one outside the area; east 500 in one."""
    write_points(tmp_path, ("u00", 0), ("u32", 0), ("u35", 0))
    case = case_of(tmp_path, kind="residences", path="p.csv", crs=board.CRS)
    halves = districts(population=pd.Series({"W": 3000.0, "E": 500.0}))
    area = shapely.box(board.ORIGIN[0], board.ORIGIN[1], board.ORIGIN[0] + 6000, board.ORIGIN[1] + 3000)
    cells = read_cells(case, halves, shapely.union(area, shapely.Point(board.centre("u35")).buffer(10)), Problems())
    assert cells is not None
    assert cells.frame["population"].tolist() == [1500, 500]
    assert (cells.frame["unit_id"] == "").all()
    [said] = cells.modelled
    assert "2,000 people inside the area, 1,500 people outside" in said.en


def test_a_residence_in_no_district_is_named_by_its_row(tmp_path: Path) -> None:
    write_points(tmp_path, ("u00", 0), ("u95", 0), ("u35", 0))
    halves = districts(population=1000.0)
    cells, problems = read(tmp_path, halves, kind="residences", path="p.csv", crs=board.CRS)
    assert cells is not None
    assert cells.frame["population"].sum() == 2000
    assert [rows for _, rows in told(problems, "warning")] == [(3,)]


@pytest.mark.parametrize("columns", [{}, {"population": np.nan}])
def test_residences_need_people_of_their_districts(tmp_path: Path, columns: dict[str, float]) -> None:
    write_points(tmp_path, ("u00", 0))
    cells, problems = read(tmp_path, districts(**columns), kind="residences", path="p.csv", crs=board.CRS)
    assert cells is None
    assert told(problems) == [("population", ())]


def test_one_district_with_people_is_enough(tmp_path: Path) -> None:
    write_points(tmp_path, ("u00", 0))
    halves = districts(population=pd.Series({"W": 900.0, "E": np.nan}))
    cells, _ = read(tmp_path, halves, kind="residences", path="p.csv", crs=board.CRS)
    assert cells is not None
    assert cells.frame["population"].tolist() == [900]


def test_no_census_has_its_columns_and_no_rows() -> None:
    assert no_census().empty
    assert no_census().columns.tolist() == ["population", "population_65", "chronic"]


def test_points_outside_the_units_are_told_with_their_rows_and_people_and_do_not_count(tmp_path: Path) -> None:
    write_points(tmp_path, ("u00", 5), ("u35", 7), ("u00", 11))
    frame = pd.read_csv(tmp_path / "p.csv")
    frame.loc[[0, 2], "x"] += 90_000.0
    frame.to_csv(tmp_path / "p.csv", index=False)
    cells, problems = read(tmp_path, units(), kind="points", path="p.csv", crs=board.CRS)
    assert cells is not None
    assert cells.frame["population"].tolist() == [7]
    assert told(problems, "warning") == [("x, y", (2, 4))]
    assert problems[0].file == "p.csv"
    assert "16 people in all" in problems[0].found.en
    account = next(one for one in settle(problems.ledger) if one.subject.key == "people")
    assert (account.held, [amount for _, amount in account.left_out]) == (23, [16])


def test_a_point_on_the_edge_of_the_outermost_unit_is_inside(tmp_path: Path) -> None:
    write_points(tmp_path, ("u00", 5))
    frame = pd.read_csv(tmp_path / "p.csv")
    frame["x"] = board.ORIGIN[0]
    frame.to_csv(tmp_path / "p.csv", index=False)
    cells, problems = read(tmp_path, units(), kind="points", path="p.csv", crs=board.CRS)
    assert cells is not None
    assert (cells.frame["population"].tolist(), list(problems)) == ([5], [])
