"""Contiguity cuts by hand, and what breaks none."""

from __future__ import annotations

import numpy as np

from gridplan.solver.bound.separators import separate, separator, walls_between
from gridplan.solver.instance import build_instance
from tests.solver.test_rules import row_city


def test_a_piece_apart_needs_one_of_the_atoms_around_it():
    """p 0-1 and 5, q the rest: u5 may be p's only if u4 is, on the way to p, and only if u2 is; u6 and u7 lie behind it."""
    instance = build_instance(row_city(choose=2))
    cuts = separate(instance, np.array([0, 1]), np.array([0, 0, 1, 1, 1, 0, 1, 1]))
    told = {(atom, lead, *wall.tolist()) for atom, lead, wall in cuts}
    assert {(5, 0, 4), (5, 0, 2), (6, 1, 5), (7, 1, 5)} == told


def test_a_connected_plan_breaks_no_cut_and_separate_parts_of_the_map_neither():
    instance = build_instance(row_city(choose=2))
    assert separate(instance, np.array([0, 1]), np.array([0, 0, 1, 1, 1, 1, 1, 1])) == []
    island = build_instance(row_city(choose=2, edges=[(i, i + 1) for i in range(7) if i != 5]))
    assert separate(island, np.array([0, 1]), np.array([0, 0, 1, 1, 1, 1, 1, 1])) == []


def test_a_separator_is_what_parts_a_piece_from_an_atom_on_its_own_side():
    """A ring of eight: 0-1 held by p, 4 apart; beside the piece lie 3 and 5, beside the home's side 2 and 7."""
    instance = build_instance(row_city(edges=[(i, (i + 1) % 8) for i in range(8)]))
    assert separator(instance, 0, np.array([4])).tolist() == [3, 5]
    near, far = walls_between(instance, 0, np.array([0, 1]), np.array([4]))
    assert (near.tolist(), far.tolist()) == ([3, 5], [2, 7])
    assert [wall.tolist() for wall in walls_between(instance, 0, np.array([0, 1, 2, 6, 7]), np.array([4]))] == [[3, 5]]
