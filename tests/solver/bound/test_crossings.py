"""Few contacts between two sides of the map are found, counted and told with their ends."""

from __future__ import annotations

import numpy as np

from gridplan.solver.bound.crossings import Crossing, find_crossings
from gridplan.solver.instance import build_instance
from gridplan.solver.problem import Problem


def two_banks(bridges: list[tuple[int, int]], people: float = 10.0) -> Problem:
    """Two banks of 3 x 3 units, ten residents each on the near one; sites p and q in their middles, 4 and 13.

    0 1 2  |   9 10 11
    3 4 5  |  12 13 14
    6 7 8  |  15 16 17
    """
    bank = [(i, i + 1) for i in (0, 1, 3, 4, 6, 7)] + [(i, i + 3) for i in range(6)]
    edges = bank + [(u + 9, v + 9) for u, v in bank] + bridges
    x = np.array([i % 3 + 3 * (i // 9) for i in range(18)], dtype=float)
    return Problem.from_arrays(
        unit_ids=[f"u{i:02d}" for i in range(18)], population=np.where(np.arange(18) < 9, 10.0, people),
        lead_ids=["p", "q"], lead_unit=[4, 13], minutes=np.column_stack([x, 5.0 - x]), edges=edges,
    )  # fmt: skip


def test_a_bridge_is_found_with_its_ends():
    (found,) = find_crossings(build_instance(two_banks([(2, 9)])), np.arange(2))
    assert sorted(found.edges[0].tolist()) == [2, 9]
    assert found.far.sum() == 9
    assert found.most_grids == 1


def test_bridges_that_share_a_unit_serve_one_grid_and_others_two():
    shared = find_crossings(build_instance(two_banks([(2, 9), (2, 12)])), np.arange(2))
    assert {(len(found.edges), found.most_grids) for found in shared} == {(2, 1)}
    (apart,) = find_crossings(build_instance(two_banks([(2, 9), (8, 15)])), np.arange(2))
    assert (len(apart.edges), apart.most_grids) == (2, 2)
    three = Crossing(np.zeros(6, bool), np.array([[0, 3], [1, 3], [1, 4], [2, 5]]))
    assert three.most_grids == 3


def test_corners_and_open_country_are_no_crossings():
    assert find_crossings(build_instance(two_banks([(2, 9), (8, 15)])), np.arange(2), most=1) == []
    assert find_crossings(build_instance(two_banks([(2, 9)], people=500.0)), np.arange(2)) == [], "90 of 4,590 people"
