"""Contiguity cuts by hand, and what breaks none."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.instances.hard import counties
from gridplan.solver.bound.exact import least_tolerance_exactly
from gridplan.solver.bound.separators import separate, separator, walls_between
from gridplan.solver.instance import build_instance
from gridplan.solver.programs.arc_model import Answer, ArcModel
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


def test_a_piece_is_closed_to_every_lead_that_stands_elsewhere():
    """Unit 5 is with p: it may be only if unit 4 is, and unit 2; with q only if unit 4 is, and with r only if unit 6 is."""
    instance = build_instance(row_city())
    cuts = separate(instance, np.arange(3), np.array([0, 0, 1, 1, 1, 0, 2, 2]), of_all=True)
    told = {(atom, lead, *wall.tolist()) for atom, lead, wall in cuts}
    assert told == {(5, 0, 4), (5, 0, 2), (5, 1, 4), (5, 2, 6)}


def test_rows_of_every_lead_save_most_rounds_of_a_choice(monkeypatch):
    """20 counties in five grids: with rows of one lead at a time each division in pieces comes back under other leads, in 33 rounds."""
    rounds: list[Answer] = []
    solve_once = ArcModel.solve
    monkeypatch.setattr(
        ArcModel, "solve", lambda model, **how: (rounds.append(solve_once(model, **how)), rounds[-1])[1]
    )
    assert least_tolerance_exactly(build_instance(counties(20, 5, 5)), 5) == pytest.approx(0.18659, abs=1e-5)
    assert len(rounds) <= 20
