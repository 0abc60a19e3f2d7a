"""Shared borders of polygons, barriers cut out."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from gridplan.ground.borders import shared_borders


def squares(*corners: tuple[float, float], side: float = 100.0) -> np.ndarray:
    return np.array([shapely.box(x, y, x + side, y + side) for x, y in corners], dtype=object)


def pairs(polygons: np.ndarray, barriers: np.ndarray | None = None) -> dict[tuple[int, int], float]:
    first, second, length_m = shared_borders(polygons, barriers=barriers)
    return {(int(a), int(b)): float(m) for a, b, m in zip(first, second, length_m, strict=True)}


def test_neighbours_share_their_side_and_corners_make_none():
    found = pairs(squares((0, 0), (100, 0), (100, 100)))
    assert set(found) == {(0, 1), (1, 2)}
    assert found[0, 1] == pytest.approx(100, abs=0.5)


def test_the_same_line_with_different_vertices_still_counts():
    left = shapely.Polygon([(0, 0), (100.00004, 33.3), (100, 100), (0, 100)])
    right = shapely.Polygon([(0, 0), (200, 0), (200, 100), (100, 100), (100.00001, 60.1), (100, 33.3)])
    assert pairs(np.array([left, right], dtype=object))[0, 1] > 100


def test_a_barrier_along_the_border_cuts_it_and_a_gap_in_it_leaves_the_gap():
    two = squares((0, 0), (100, 0))
    wall = np.array([shapely.LineString([(100, -50), (100, 150)])], dtype=object)
    assert pairs(two, wall) == {}
    short = np.array([shapely.LineString([(100, 50), (100, 150)])], dtype=object)
    assert pairs(two, short)[0, 1] == pytest.approx(30, abs=1)


def test_the_order_of_polygons_does_not_matter():
    polygons = squares(*[(100.0 * i, 100.0 * j) for i in range(4) for j in range(3)])
    shuffled = np.random.default_rng(0).permutation(len(polygons))
    straight = {frozenset(pair) for pair in pairs(polygons)}
    again = {frozenset((int(shuffled[a]), int(shuffled[b]))) for a, b in pairs(polygons[shuffled])}
    assert straight == again
