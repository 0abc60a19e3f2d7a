"""Cells placed in units, census totals kept, facilities in the unit they stand in."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest

from gridplan.case.case import read_case
from gridplan.ground.units import complete_units, scale_to_census
from gridplan.layers.layers import read_layers
from tests import board


def test_units_have_the_people_of_the_census(board_case):
    layers = complete_units(read_layers(read_case(board_case)), read_case(board_case))
    assert layers.units["population"].to_dict() == dict.fromkeys(board.unit_ids(), 1000.0)
    assert layers.units["population_65"].sum() == 24 * 150
    assert layers.cells.groupby("unit_id")["population"].sum().to_dict() == dict.fromkeys(board.unit_ids(), 1000.0)


def test_facilities_stand_in_their_unit(board_case):
    layers = complete_units(read_layers(read_case(board_case)), read_case(board_case))
    stated = board.board_facilities().set_index("facility_id")["unit"]
    assert layers.facilities["unit_id"].to_dict() == stated.to_dict()


def cells_and_units() -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    units = board.board_units().set_index("unit_id")
    cells = gpd.GeoDataFrame(
        {"population": [1.0, 3.0, 10.0], "unit_id": ["u00", "u00", "u01"]},
        geometry=gpd.points_from_xy(*zip(*[board.centre(unit) for unit in ("u00", "u00", "u01")], strict=True)),
        crs=board.CRS,
    )
    return cells, units


def test_cells_are_scaled_to_each_units_total_and_bare_units_get_one():
    cells, units = cells_and_units()
    census = pd.DataFrame(
        {"population": [400.0, 0.0, 70.0], "population_65": [1.0, 0.0, 2.0]}, index=["u00", "u01", "u23"]
    )
    scaled = scale_to_census(cells, units, census)
    assert scaled.groupby("unit_id")["population"].sum().to_dict() == {"u00": 400.0, "u23": 70.0}
    assert sorted(scaled["population"][scaled["unit_id"] == "u00"]) == [100.0, 300.0]


def test_without_a_census_cells_stay_as_they_are():
    cells, units = cells_and_units()
    assert scale_to_census(cells, units, pd.DataFrame()) is cells


def test_row_order_of_the_layers_does_not_matter(tmp_path):
    case = read_case(board.write_board(tmp_path / "a"))
    shuffled = board.board_units().sample(frac=1, random_state=3)
    facilities = board.board_facilities().sample(frac=1, random_state=4)
    other = read_case(board.write_board(tmp_path / "b", units=shuffled, facilities=facilities))
    a, b = (complete_units(read_layers(c), c) for c in (case, other))
    pd.testing.assert_series_equal(a.units["population"], b.units["population"].reindex(a.units.index))
    assert a.facilities["unit_id"].to_dict() == b.facilities["unit_id"].to_dict()


def test_given_points_outside_every_unit_are_told(tmp_path):
    points = pd.DataFrame({"lon": [500_500.0, 400_000.0], "lat": [3_900_500.0, 3_900_500.0], "population": [100, 40]})
    text = board.CASE.replace(
        'kind = "table"\npath = "people.csv"', 'kind = "points"\npath = "points.csv"\ncrs = "EPSG:4549"'
    )
    path = board.write_board(tmp_path / "c", case=text)
    points.to_csv(tmp_path / "c" / "points.csv", index=False)
    case = read_case(path)
    layers = complete_units(read_layers(case), case)
    assert layers.units["population"].sum() == pytest.approx(100)
    assert layers.cells["unit_id"].tolist() == ["u00"]
    assert any("40 people" in problem.found.en and problem.rows == (3,) for problem in layers.problems)


def test_built_units_smaller_or_larger_than_stated_are_named(tmp_path):
    text = board.CASE.replace('[layers.units]\npath = "units.gpkg"', '[layers.boundaries]\npath = "halves.gpkg"')
    text = text.replace(
        'kind = "table"\npath = "people.csv"', 'kind = "points"\npath = "points.csv"\ncrs = "EPSG:4549"'
    )
    text += "[units]\ntarget_population = 300\nmin_population = 200\nmax_population = 400\n"
    path = board.write_board(tmp_path, case=text)
    halves = board.board_units().dissolve("district_id").reset_index()[["district_id", "district", "geometry"]]
    halves.to_file(tmp_path / "halves.gpkg", engine="pyogrio")
    where = [board.centre("u00"), board.centre("u04")]
    points = pd.DataFrame({"lon": [x for x, _ in where], "lat": [y for _, y in where], "population": [100, 900]})
    points.to_csv(tmp_path / "points.csv", index=False)
    case = read_case(path)
    layers = complete_units(read_layers(case), case)
    told = [(problem.needed.en, problem.values) for problem in layers.problems if problem.field == "units"]
    assert told == [("at least 200 people a unit", ("W-001",)), ("at most 400 people a unit", ("E-001",))]


def test_on_a_shared_border_the_first_unit_by_id_holds_the_point_however_the_table_is_ordered(tmp_path):
    """H3 on the corner of u12, u13, u22 and u23, and a point of residents on the border of u00 and u01."""
    facilities = board.board_facilities()
    x, y = board.ORIGIN
    facilities.loc[facilities["facility_id"] == "H3", ["lon", "lat"]] = [x + 3000, y + 2000]
    text = board.CASE.replace(
        'kind = "table"\npath = "people.csv"', 'kind = "points"\npath = "points.csv"\ncrs = "EPSG:4549"'
    )
    points = pd.DataFrame({"lon": [x + 1000, x + 5500], "lat": [y + 500, y + 500], "population": [70, 30]})
    corner, side = "u12", "u00"
    for folder, order in (("a", 1), ("b", -1)):
        path = board.write_board(
            tmp_path / folder, units=board.board_units()[::order], facilities=facilities, case=text
        )
        points.to_csv(tmp_path / folder / "points.csv", index=False)
        layers = complete_units(read_layers(read_case(path)), read_case(path))
        assert layers.facilities["unit_id"]["H3"] == corner
        assert layers.cells["unit_id"].tolist() == [side, "u05"]
        assert layers.units["population"].loc[[side, "u05"]].tolist() == [70, 30]


def test_a_facility_outside_every_unit_has_none(tmp_path):
    facilities = board.board_facilities()
    facilities.loc[facilities["facility_id"] == "P1", "lon"] = board.ORIGIN[0] - 10
    case = read_case(board.write_board(tmp_path, facilities=facilities))
    assert complete_units(read_layers(case), case).facilities["unit_id"]["P1"] == ""
