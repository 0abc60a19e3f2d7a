"""Units built from cells: connected, of the stated sizes, inside boundaries, across no barrier, nothing dropped."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridplan.case.sections import UnitRules
from gridplan.ground.borders import shared_borders
from gridplan.ground.clustering import build_polygons, cluster_atoms, make_atoms, split_parts

CRS = "EPSG:4549"
RULES = UnitRules(target_population=300, min_population=200, max_population=400)


def city(seed: int, n: int = 400, side: float = 4000.0) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """`n` places of 1 to 19 people in a square that two districts halve."""
    rng = np.random.default_rng(seed)
    xy = rng.random((n, 2)) * side
    cells = gpd.GeoDataFrame(
        {"population": rng.integers(1, 20, n).astype(float)}, geometry=gpd.points_from_xy(*xy.T), crs=CRS
    )
    halves = [shapely.box(0, 0, side / 2, side), shapely.box(side / 2, 0, side, side)]
    districts = gpd.GeoDataFrame({"district": ["西", "东"]}, geometry=halves, crs=CRS, index=["W", "E"])
    return cells, districts


def build(seed: int, barriers: list[shapely.Geometry] | None = None, n: int = 400):
    cells, districts = city(seed, n)
    walls = np.array(barriers or [], dtype=object)
    area = shapely.union_all(districts.geometry.array)
    units, unit_of_cell = build_polygons(cells, districts, area, walls, RULES, seed)
    people = cells["population"].groupby(unit_of_cell).sum().reindex(units.index)
    return cells, districts, units, unit_of_cell, people


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10_000))
def test_units_are_connected_cover_the_area_and_hold_the_sizes(seed: int):
    cells, districts, units, unit_of_cell, people = build(seed)
    assert set(shapely.get_type_id(units.geometry.array)) == {3}
    assert units.area.sum() == pytest.approx(districts.area.sum(), rel=1e-6)
    assert (unit_of_cell != "").all()
    assert people.sum() == cells["population"].sum()
    assert ((people >= RULES.min_population) & (people <= RULES.max_population)).mean() >= 0.9


def test_units_stay_inside_their_district():
    _, districts, units, _, _ = build(1)
    outside = units.geometry.array.difference(districts.geometry.loc[units["district_id"]].array)
    assert shapely.area(outside).max() < 1e-3


def test_no_unit_crosses_a_barrier():
    river = shapely.LineString([(-10, 1500), (2100, 2500), (4010, 1800)])
    _, _, units, _, _ = build(2, [river])
    inner = shapely.buffer(units.geometry.array, -1.0)
    assert not shapely.crosses(river, inner).any()


def test_parts_without_people_are_attached_never_dropped():
    cells, districts = city(3)
    islet = shapely.box(5000, 0, 5100, 100)
    districts.loc["E", "geometry"] = shapely.union_all([districts.geometry["E"], islet])
    area = shapely.union_all(districts.geometry.array)
    units, _ = build_polygons(cells, districts, area, np.array([], dtype=object), RULES, 0)
    assert units.area.sum() == pytest.approx(shapely.area(area), rel=1e-6)
    assert shapely.contains(units.geometry.array, shapely.Point(5050, 50)).sum() == 1


def test_a_part_too_small_for_a_unit_stays_a_unit_of_its_own():
    _, districts, units, _, people = build(4, n=20)
    assert (people < RULES.min_population).all()
    assert len(units) == len(districts)


def test_the_same_seed_builds_the_same_units():
    first, second = build(5)[2], build(5)[2]
    assert first.geometry.geom_equals_exact(second.geometry, 0).all()
    assert list(first.index) == list(second.index)


def test_barriers_split_a_district_into_its_banks():
    square = shapely.box(0, 0, 100, 100)
    assert len(split_parts(square, np.array([shapely.LineString([(50, -1), (50, 101)])], dtype=object))) == 2
    assert len(split_parts(square, np.array([shapely.LineString([(50, -1), (50, 60)])], dtype=object))) == 1


def test_places_at_one_spot_share_one_atom_and_clusters_are_connected():
    part = shapely.box(0, 0, 1000, 1000)
    xy = np.array([[100.0, 100.0], [100.0, 100.0], [800.0, 300.0], [500.0, 900.0]])
    atoms = make_atoms(part, xy, np.array([5.0, 7.0, 300.0, 250.0]))
    assert atoms.atom_of_cell[0] == atoms.atom_of_cell[1]
    assert atoms.population.sum() == 562
    labels = cluster_atoms(atoms, RULES, np.random.default_rng(0))
    for label in np.unique(labels):
        chosen = atoms.polygons[labels == label]
        first, _, _ = shared_borders(chosen)
        assert len(chosen) == 1 or len(first) >= len(chosen) - 1


def test_a_part_without_people_goes_to_the_longest_border():
    """An empty district beside a west one along 1 km and an east one along 3 km of their borders; its own has no unit."""
    shapes = [shapely.box(0, 0, 1000, 1000), shapely.box(2000, 0, 3000, 3000), shapely.box(1000, 0, 2000, 3000)]
    districts = gpd.GeoDataFrame(
        {"district": ["甲", "乙", "丙"]}, geometry=shapes, index=["A", "B", "C"], crs="EPSG:4549"
    )
    cells = gpd.GeoDataFrame(
        {"population": [500.0, 500.0]}, geometry=shapely.points([(500, 500), (2500, 500)]), crs="EPSG:4549"
    )
    area = shapely.union_all(shapes)
    units, _ = build_polygons(cells, districts, area, np.array([], dtype=object), RULES, 0)
    assert units.area.round().to_dict() == {"A-001": 1e6, "B-001": 6e6}
