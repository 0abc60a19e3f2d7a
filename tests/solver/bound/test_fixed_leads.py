"""Contiguity cuts by hand, and proofs that close the gap of a plan in two pieces."""

from __future__ import annotations

import numpy as np
import pytest

from gridplan.solver.bound.fixed_leads import reduced_costs, relax, separate, strengthen
from gridplan.solver.instance import build_instance, limits_for
from tests.solver.test_rules import row_city


def test_a_piece_apart_needs_one_of_the_atoms_around_it():
    """p 0-1 and 5, q the rest: u5 may be p's only if u4 is, on the way to p; u6 lies behind it."""
    instance = build_instance(row_city(choose=2))
    cuts = separate(instance, np.array([0, 1]), np.array([0, 0, 1, 1, 1, 0, 1, 1]))
    told = {(atom, lead): wall.tolist() for atom, lead, wall in cuts}
    assert told[5, 0] == [4]
    assert told[6, 1] == told[7, 1] == [5]


def test_a_connected_plan_breaks_no_cut_and_separate_parts_of_the_map_neither():
    instance = build_instance(row_city(choose=2))
    assert separate(instance, np.array([0, 1]), np.array([0, 0, 1, 1, 1, 1, 1, 1])) == []
    island = build_instance(row_city(choose=2, edges=[(i, i + 1) for i in range(7) if i != 5]))
    assert separate(island, np.array([0, 1]), np.array([0, 0, 1, 1, 1, 1, 1, 1])) == []


def detour():
    """The row with minutes that draw u5 to p across q: without contiguity 20 resident-minutes are saved that cannot be."""
    minutes = row_city().minutes.copy()
    minutes[5] = [0.0, 2.0, 9.0]
    return row_city(choose=2, required=["p", "q"], minutes=minutes)


def test_a_mip_with_cuts_proves_what_the_relaxation_cannot():
    problem = detour()
    instance, limits, leads = build_instance(problem), limits_for(problem, 2), np.array([0, 1])
    relaxed = relax(instance, leads, limits)
    best = 10.0 * (1 + 1 + 0 + 1 + 2 + 3 + 4)
    assert relaxed.bound == pytest.approx(best - 20.0)
    proof = strengthen(instance, leads, limits, relaxed, best, nodes=50, rounds=8)
    assert proof.bound == pytest.approx(best)
    assert proof.with_contiguity


def test_reduced_costs_are_above_the_cheapest_priced_arc():
    instance = build_instance(row_city())
    slack = reduced_costs(instance, np.arange(3), np.array([0.0, 1.0, 0.0]))
    assert slack[1].tolist() == [0.0, (2.0 + 1.0 - 1.0) * 10, (6.0 - 1.0) * 10]
