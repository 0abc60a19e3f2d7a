"""Bounds that know contiguity: who follows whom by hand, rows that close the gap, and maps that are trees to the end."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridplan.solver.bound.connected import close, follow, still_open, tighten
from gridplan.solver.bound.fixed_leads import relax
from gridplan.solver.instance import build_instance, limits_for
from gridplan.solver.problem import Problem
from gridplan.solver.solver import solve
from tests.solver.test_rules import row_city


def detour():
    """The row with minutes that draw u5 to p across q: without contiguity 20 resident-minutes are saved that cannot be."""
    minutes = row_city().minutes.copy()
    minutes[5] = [0.0, 2.0, 9.0]
    return row_city(choose=2, required=["p", "q"], minutes=minutes)


def test_a_mip_with_contiguity_proves_what_the_relaxation_cannot():
    problem = detour()
    instance, limits, leads = build_instance(problem), limits_for(problem, 2), np.array([0, 1])
    relaxed = relax(instance, leads, limits)
    best = 10.0 * (1 + 1 + 0 + 1 + 2 + 3 + 4)
    assert relaxed.bound == pytest.approx(best - 20.0)
    found = tighten(instance, leads, limits, relaxed, best, rounds=0)
    assert found.bound == relaxed.bound
    assert close(instance, leads, limits, found, best, nodes=50, rounds=8).bound == pytest.approx(best)


def test_rows_for_contiguity_prove_it_without_a_mip():
    problem = detour()
    instance, limits, leads = build_instance(problem), limits_for(problem, 2), np.array([0, 1])
    found = tighten(instance, leads, limits, relax(instance, leads, limits), 200.0, rounds=20)
    assert found.bound == pytest.approx(120.0)
    assert found.shares is not None
    assert found.shares.argmax(axis=1)[5] == 1


def test_one_relaxation_in_which_atoms_follow_is_enough_on_a_tree():
    """u2 wishes to r across u3, u3 to p across u2: apart they cost 10, of connected plans the least, both to r, costs 50."""
    minutes = row_city().minutes.copy()
    minutes[2:4, [0, 2]] = [[6.0, 1.0], [0.0, 4.0]]
    problem = row_city(choose=2, required=["p", "r"], minutes=minutes)
    instance, limits, leads = build_instance(problem), limits_for(problem, 2), np.array([0, 2])
    relaxed = relax(instance, leads, limits)
    assert relaxed.bound == pytest.approx(80.0)
    assert tighten(instance, leads, limits, relaxed, 200.0, rounds=1).bound == pytest.approx(120.0)


def board_of_nine() -> Problem:
    """Three by three cells of 10 people, p in the first and q in the last; cell 2 wishes to p, all round it to q."""
    minutes = np.full((9, 2), [5.0, 0.0])
    minutes[[0, 2, 8]] = [[0.0, 9.0], [0.0, 10.0], [9.0, 0.0]]
    across, down = [(i, i + 1) for i in range(8) if i % 3 < 2], [(i, i + 3) for i in range(6)]
    return Problem.from_arrays(
        unit_ids=list("abcdefghi"), population=np.full(9, 10.0), lead_ids=["p", "q"], lead_unit=[0, 8], minutes=minutes,
        edges=across + down,
    )  # fmt: skip


def test_no_mip_begins_once_those_of_an_instance_have_taken_all_steps_together():
    """Of 7 steps 7 are taken: the bound stays the relaxation's; of 8 one is left, and the round that it begins is ended."""
    problem = board_of_nine()
    instance, limits, leads = build_instance(problem), limits_for(problem, 2), np.array([0, 1])
    instance.steps.taken = 7
    found = still_open(relax(instance, leads, limits), 100.0)
    assert close(instance, leads, limits, found, 100.0, nodes=50, rounds=8, steps=7).near is None
    assert close(instance, leads, limits, found, 100.0, nodes=50, rounds=8, steps=8).near is not None
    assert instance.without_cuts().steps is instance.steps


def test_where_no_atom_stands_alone_in_the_way_separators_are_found():
    """Cell 2 may be with p only if one of 1 and 5 is: of connected plans the least takes 1 along, for 50."""
    problem = board_of_nine()
    instance, limits, leads = build_instance(problem), limits_for(problem, 2), np.array([0, 1])
    relaxed = relax(instance, leads, limits)
    assert relaxed.bound == pytest.approx(0.0)
    proof = close(instance, leads, limits, still_open(relaxed, 100.0), 100.0, nodes=50, rounds=8)
    assert proof.bound == pytest.approx(50.0)
    assert proof.label is not None
    assert proof.label.tolist() == [0, 0, 0, 1, 1, 1, 1, 1, 1]
    assert tighten(instance, leads, limits, relaxed, 100.0, rounds=9).bound == pytest.approx(50.0)


def test_atoms_follow_the_last_that_every_way_from_the_home_passes():
    """In a row all follow their neighbour; with 2-4 joined as well, 4 follows 2; what is closed at 4 ends there."""
    instance = build_instance(row_city(choose=2))
    arcs, followed = follow(instance, np.array([0, 1]), np.ones((8, 2), dtype=np.bool_))
    assert arcs.all()
    assert followed[:, 0].tolist() == [-1, -1, 1, 2, 3, 4, 5, 6]
    assert followed[:, 1].tolist() == [1, 2, -1, -1, -1, 4, 5, 6]
    shortcut = build_instance(row_city(choose=2, edges=[*((i, i + 1) for i in range(7)), (2, 4)]))
    assert follow(shortcut, np.array([0]), np.ones((8, 1), dtype=np.bool_))[1][:, 0].tolist() == [
        -1,
        -1,
        1,
        2,
        2,
        4,
        5,
        6,
    ]
    some = np.ones((8, 1), dtype=np.bool_)
    some[4] = False
    assert follow(instance, np.array([0]), some)[0][:, 0].tolist() == [True] * 4 + [False] * 4


def test_atoms_of_a_part_without_the_home_follow_nobody_and_stay():
    island = build_instance(row_city(choose=2, edges=[(i, i + 1) for i in range(7) if i != 5]))
    arcs, followed = follow(island, np.array([0]), np.ones((8, 1), dtype=np.bool_))
    assert arcs.all()
    assert followed[6:, 0].tolist() == [-1, -1]


def test_where_no_better_plan_has_an_arc_for_an_atom_the_best_is_proven():
    problem = detour()
    instance, limits, leads = build_instance(problem), limits_for(problem, 2), np.array([0, 1])
    found = tighten(instance, leads, limits, relax(instance, leads, limits), 115.0, rounds=20)
    assert (found.bound, found.shares) == (115.0, None)


def valley(seed: int, n: int, leads: int, more: int) -> Problem:
    """A random tree of n units with `more` further contacts, people and minutes that follow no road."""
    rng = np.random.default_rng(seed)
    edges = {(int(rng.integers(0, i)), i) for i in range(1, n)}
    edges |= {(min(a, b), max(a, b)) for a, b in rng.integers(0, n, (more, 2)).tolist() if a != b}
    return Problem.from_arrays(
        unit_ids=[f"u{i}" for i in range(n)], population=rng.integers(1, 50, n), lead_ids=[f"h{j}" for j in range(leads)],
        lead_unit=rng.choice(n, leads, replace=False), minutes=rng.integers(0, 30, (n, leads)).astype(float), edges=sorted(edges),
    )  # fmt: skip


def least_over_a_tree(problem: Problem) -> float:
    """Least cost of grids on a tree: homes part it; each edge but those within grids is cut once, k - 1 in all.

    For every choice of k - 1 edges to cut, each piece must hold one home: its cost is that of the piece at its home.
    """
    from itertools import combinations

    cost = problem.population[:, None] * problem.minutes
    best = np.inf
    for cut in combinations(range(len(problem.edges)), problem.n_leads - 1):
        graph = nx.Graph()
        graph.add_nodes_from(range(problem.n_units))
        graph.add_edges_from(np.delete(problem.edges, cut, axis=0).tolist())
        total = 0.0
        for piece in nx.connected_components(graph):
            homes = [j for j, unit in enumerate(problem.lead_unit.tolist()) if unit in piece]
            total += cost[list(piece), homes[0]].sum() if len(homes) == 1 else np.inf
        best = min(best, total)
    return float(best)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_a_tree_is_solved_to_its_optimum(seed: int):
    problem = valley(seed, 14, 3, 0)
    solution = solve(problem, effort=0.02)
    assert solution.objective == pytest.approx(least_over_a_tree(problem))
    assert solution.bound == pytest.approx(solution.objective)


def test_a_larger_tree_and_one_with_loops_are_proven():
    for more in (0, 6):
        solution = solve(valley(7, 120, 5, more))
        assert solution.status == "optimal"


def test_few_ways_are_those_of_trees_and_of_few_loops():
    assert build_instance(valley(1, 40, 3, 0)).few_ways
    assert build_instance(valley(1, 40, 3, 6)).few_ways
    ring_and_chords = row_city(edges=[*((i, i + 1) for i in range(7)), (0, 2), (1, 3)])
    assert not build_instance(ring_and_chords).few_ways
