"""Cover: every unit in exactly one grid, in every file; the grids are the area, no more and no less."""

import numpy as np
import shapely

from tests.independent.runs import ONLY_WUHAN

METRES2 = 1.0


def test_every_unit_is_in_exactly_one_grid(city, output):
    """The three lists of units are one list, each unit has one known grid, and the files agree which."""
    if city.units is not None:
        assert sorted(output.units.index) == sorted(city.units.index)
    assert output.units.index.is_unique
    assert sorted(output.assignment["unit_id"]) == sorted(output.units.index)
    assert set(output.units["grid_id"]) == set(output.grids.index)
    csv = output.assignment.set_index("unit_id")
    for column in ("grid_id", "lead_id"):
        assert list(csv[column].loc[output.units.index]) == list(output.units[column])
    assert list(output.units["lead_id"]) == list(output.grids["lead_id"].loc[output.units["grid_id"]])


def test_a_grid_is_the_union_of_its_units(output):
    """Grids have neither more nor less ground than their units."""
    for grid_id, members in output.units.groupby("grid_id"):
        union = shapely.union_all(members.geometry.array)
        assert shapely.area(union.symmetric_difference(output.grids.geometry[grid_id])) < METRES2, grid_id
        assert output.grids["n_units"][grid_id] == len(members)
        assert np.isclose(output.grids["area_km2"][grid_id], shapely.area(union) / 1e6)


def test_grids_cover_the_area_without_overlap(city, output):
    """The areas of all grids add up to the area of their union, which is that of the raw units."""
    union = shapely.union_all(output.grids.geometry.array)
    assert abs(shapely.area(output.grids.geometry.array).sum() - shapely.area(union)) < 1e-6 * shapely.area(union)
    if city.units is not None:
        assert shapely.area(
            union.symmetric_difference(shapely.union_all(city.units.geometry.array))
        ) < 1e-6 * shapely.area(union)


@ONLY_WUHAN
def test_built_units_keep_to_districts_rivers_and_the_area_of_the_roads(city, output):
    """Units that the tool builds lie in one district, on one bank, and together are what the roads cover."""
    units = output.units
    home = city.districts.geometry.loc[units["district_id"]].array
    strays = shapely.difference(units.geometry.array, shapely.buffer(home, 1.0))
    attached = shapely.area(strays) > 0.01 * shapely.area(units.geometry.array)
    living = shapely.points(city.places[["x", "y"]])
    assert not shapely.intersects(shapely.union_all(strays[attached]), living).any(), "only fragments without people"
    assert attached.mean() < 0.02
    # the closing of the roads by 1.5 km with a margin of 300 m, holes filled, inside the districts
    wide = shapely.union_all(
        shapely.buffer(shapely.simplify(np.asarray(city.roads.geometry.array), 5), 1800.0, quad_segs=6)
    )
    rings = shapely.get_exterior_ring(shapely.get_parts(wide.buffer(-1500.0)))
    closed = shapely.union_all(shapely.polygons(rings)).intersection(shapely.union_all(city.districts.geometry.array))
    covered = shapely.union_all(units.geometry.array)
    assert shapely.area(closed.symmetric_difference(covered)) < 0.02 * covered.area


@ONLY_WUHAN
def test_nothing_crosses_a_river(city, output, people):
    """The barriers leave three banks; units, neighbours and grids have all their people on one of them."""
    area = shapely.union_all(output.units.geometry.array)
    banks = shapely.get_parts(shapely.difference(area, city.barriers.union_all().buffer(1.0)))
    banks = banks[shapely.area(banks) > 1e7]
    assert len(banks) == 3
    place, bank = shapely.STRtree(banks).query(shapely.points(people[["x", "y"]]), predicate="dwithin", distance=2.0)
    living = people.iloc[place].assign(bank=bank)
    assert len(living) >= 0.99 * len(people)
    of_unit = living.groupby("unit_id")["bank"].agg(["min", "max"])
    assert (of_unit["min"] == of_unit["max"]).all()
    of_unit = of_unit["min"].reindex(output.units.index)
    table = output.layer("adjacency")
    ends = [of_unit.loc[table[side]].to_numpy() for side in ("unit_a", "unit_b")]
    assert (ends[0] == ends[1]).all()
    assert (of_unit.groupby(output.units["grid_id"]).nunique() == 1).all()
