"""Borders are stored once, and rings put together from them are the simplified units again."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from gridplan.outputs.map.shapes import Frame, build_coverage, line_paths, simplified_units, study_frame
from tests.outputs.map.sample_city import CRS, build_city

UNIT_STEPS = Frame(left=0.0, top=0.0, step=1.0)


def decode(path):
    return np.cumsum(np.array(path).reshape(-1, 2), axis=0)


def ring_points(coverage, ring):
    points = []
    for number in ring:
        arc = decode(coverage.arcs[number if number >= 0 else ~number][2])
        arc = arc if number >= 0 else arc[::-1]
        if points:
            assert tuple(arc[0]) == points[-1], "arcs of a ring follow each other"
            points.pop()
        points.extend(map(tuple, arc))
    return points


def unit_shape(coverage, unit):
    rings = [ring_points(coverage, ring) for ring in coverage.rings[unit]]
    assert all(ring[0] == ring[-1] for ring in rings), "rings are closed"
    return shapely.polygonize([shapely.LineString(ring) for ring in rings])


def square(x, y, size=10):
    return shapely.box(x, y, x + size, y + size)


def test_a_two_by_two_board_has_four_inner_and_four_outer_borders():
    """
    A | B
    --+--
    C | D
    """
    board = np.array([square(0, 10), square(10, 10), square(0, 0), square(10, 0)])
    coverage = build_coverage(board, UNIT_STEPS)
    sides = sorted(tuple(sorted(arc[:2])) for arc in coverage.arcs)
    assert sides == [(-1, 0), (-1, 1), (-1, 2), (-1, 3), (0, 1), (0, 2), (1, 3), (2, 3)]
    for unit in range(4):
        assert sum(shape.area for shape in unit_shape(coverage, unit).geoms) == 100


def test_a_unit_inside_another_shares_its_whole_border():
    outer = shapely.box(0, 0, 30, 30).difference(square(10, 10))
    coverage = build_coverage(np.array([outer, square(10, 10)]), UNIT_STEPS)
    assert sorted(tuple(sorted(arc[:2])) for arc in coverage.arcs) == [(-1, 0), (0, 1)]
    assert len(coverage.rings[0]) == 2
    assert ring_points(coverage, coverage.rings[1][0])[0] == ring_points(coverage, coverage.rings[1][0])[-1]


@pytest.mark.parametrize("seed", range(4))
def test_units_of_a_city_keep_their_place_and_size(seed):
    city = build_city(60, 4, seed=seed)
    shapes = simplified_units(city.units)
    frame = study_frame(shapely.total_bounds(shapes))
    coverage = build_coverage(shapes, frame)
    for unit, shape in enumerate(shapes):
        told = sum(part.area for part in unit_shape(coverage, unit).geoms) * frame.step**2
        assert told == pytest.approx(shape.area, rel=0.01)
    assert all(arc[1] != arc[0] for arc in coverage.arcs)


def test_a_coverage_with_tiny_overlaps_is_cleaned():
    board = gpd.GeoSeries([square(0, 0, 1000), shapely.box(999.99, 0, 2000, 1000)], crs="EPSG:3857")
    shapes = simplified_units(gpd.GeoDataFrame(geometry=board))
    assert shapely.coverage_is_valid(shapes)


def test_a_corner_on_a_neighbours_straight_border_leaves_no_gap():
    """After reprojection the corner between the two small squares no longer lies on the border of the large one."""
    x, y, size = 560_000, 3_920_000, 40_000
    board = [
        shapely.box(x, y, x + size, y + size),
        square(x + size, y, size / 2),
        square(x + size, y + size / 2, size / 2),
    ]
    shapes = simplified_units(gpd.GeoDataFrame(geometry=board, crs=CRS))
    coverage = build_coverage(shapes, study_frame(shapely.total_bounds(shapes)))
    assert sorted(tuple(sorted(arc[:2])) for arc in coverage.arcs) == [
        (-1, 0),
        (-1, 1),
        (-1, 2),
        (0, 1),
        (0, 2),
        (1, 2),
    ]


def test_rows_in_another_order_give_the_same_borders():
    city = build_city(40, 3)
    shapes = simplified_units(city.units)
    frame = study_frame(shapely.total_bounds(shapes))
    order = np.random.default_rng(0).permutation(len(shapes))
    plain, shuffled = build_coverage(shapes, frame), build_coverage(shapes[order], frame)

    def borders(coverage, names):
        return sorted(
            (*sorted(names[side] if side >= 0 else -1 for side in arc[:2]), len(arc[2])) for arc in coverage.arcs
        )

    assert borders(plain, np.arange(len(shapes))) == borders(shuffled, order)


def test_lines_are_cut_at_the_window_and_merged():
    lines = gpd.GeoSeries(
        [shapely.LineString([(0, 0), (50, 0)]), shapely.LineString([(50, 0), (500, 0)])], crs="EPSG:3857"
    )
    paths = line_paths(lines, UNIT_STEPS, (-10, -10, 100, 10), 0.0)
    assert len(paths) == 1
    assert sorted(decode(paths[0])[:, 0].tolist()) == [0, 50, 100] or sorted(decode(paths[0])[:, 0].tolist()) == [
        0,
        100,
    ]


def test_units_in_degrees_work_as_well():
    city = build_city(30, 3)
    degrees = city.units.to_crs("EPSG:4326")
    assert len(simplified_units(degrees)) == 30
    assert city.units.crs == CRS
