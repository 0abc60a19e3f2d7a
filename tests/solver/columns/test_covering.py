"""Whole grids chosen to cover every atom once, against every choice there is; and what a program over them proves."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from gridplan.solver.columns.covering import cheapest_cover, without_doubles
from gridplan.solver.columns.grid_program import branched_division, tighten
from gridplan.solver.columns.grid_space import build_space
from gridplan.solver.columns.grid_table import grid_table, joined
from gridplan.solver.columns.grid_values import Values
from gridplan.solver.columns.regrouping import all_grids
from gridplan.solver.columns.triples import broken_triples, triple_rows
from gridplan.solver.instance import build_instance, limits_for
from tests.solver.columns.test_whole_grids import board, every_plan

ATOMS, SITES = 70, 12  # more atoms than a word of a set has bits


def drawn(seed, *, count=60):
    """Grids of which every seventh set of four belongs together, and others; their cost beyond 0, and owners of sites."""
    rng = np.random.default_rng(seed)
    parts = [np.sort(part) for _ in range(4) for part in np.split(rng.permutation(ATOMS), [15, 31, 50])]
    parts += [np.sort(rng.choice(ATOMS, rng.integers(5, 30), replace=False)) for _ in range(count - len(parts))]
    table = grid_table(rng.integers(0, SITES, count).tolist(), parts, rng.uniform(0.0, 10.0, count).tolist())
    return table, rng.permutation(np.arange(SITES) % 5 - 1)


def best_of_all(table, owner, below):
    """Cost of the cheapest four grids that share all atoms and no owner."""
    best = below
    sets = [frozenset(table.of(g).tolist()) for g in range(len(table))]
    for some in itertools.combinations(range(len(table)), 4):
        owners = [owner[table.column[g]] for g in some if owner[table.column[g]] >= 0]
        covers = sum(len(sets[g]) for g in some) == ATOMS and len(frozenset().union(*(sets[g] for g in some))) == ATOMS
        if covers and len(set(owners)) == len(owners):
            best = min(best, float(table.cost[list(some)].sum()))
    return best


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("below", [40.0, 18.0])
def test_the_cheapest_cover_is_found(seed, below):
    table, owner = drawn(seed, count=28)
    inside = np.ones(ATOMS, dtype=np.bool_)
    # A part of the cost is known before: 3 for the bound, the rest beyond it, no more than each costs.
    over = np.maximum(table.cost - 0.75, 0.0)
    found, certain, _ = cheapest_cover(table, over, owner, inside, 4, 0.0, below, 10**9)
    assert certain
    wanted = best_of_all(table, owner, below)
    assert (found is None) == (wanted == below)
    if found is not None:
        assert table.cost[found].sum() == pytest.approx(wanted)
        assert sorted(np.concatenate([table.of(g) for g in found]).tolist()) == list(range(ATOMS))


def test_two_sites_of_one_owner_are_never_in_one_cover():
    halves = [np.arange(35), np.arange(35, ATOMS)]
    table, inside = grid_table([0, 1], halves, [1.0, 1.0]), np.ones(ATOMS, dtype=np.bool_)
    for owner, there_is in ((np.array([3, 3]), False), (np.array([3, 4]), True), (np.array([-1, -1]), True)):
        found, certain, _ = cheapest_cover(table, table.cost, owner, inside, 2, 0.0, 9.0, 10**6)
        assert certain
        assert (found is not None) == there_is


def test_grids_that_share_an_atom_and_leave_another_are_no_cover():
    """The cheap pair has as many atoms as there are, one of them twice: beyond the first 64, where the second word of a set begins."""
    first, cheap, right = np.r_[0:34, 69], np.r_[34:40, 41:70], np.r_[34:69]
    table = grid_table([0, 1, 2, 3, 4], [first, cheap, right, np.r_[40], np.r_[40:42]], [1.0, 1.0, 5.0, 9.0, 9.0])
    found, certain, _ = cheapest_cover(table, table.cost, np.full(5, -1), np.ones(ATOMS, np.bool_), 2, 0.0, 99.0, 10**6)
    assert certain
    assert sorted(found.tolist()) == [0, 2]


def test_a_search_that_is_cut_short_says_so():
    table, owner = drawn(1)
    inside = np.ones(ATOMS, dtype=np.bool_)
    _, certain, seen = cheapest_cover(table, table.cost, owner, inside, 4, 0.0, 40.0, 1)
    assert not certain
    assert seen <= len(table)


def test_of_doubles_the_cheapest_stays():
    atoms = [np.array([0, 69]), np.array([69, 0]), np.array([0, 68]), np.array([0, 69])]
    table = grid_table([0, 1, 2, 3], atoms, [5.0, 3.0, 1.0, 4.0])
    assert without_doubles(table, np.full(4, -1), ATOMS).cost.tolist() == [3.0, 1.0]
    # Those of different owners are no doubles: the one that costs less may not go with another grid.
    assert without_doubles(table, np.array([0, 0, -1, 1]), ATOMS).cost.tolist() == [3.0, 1.0, 4.0]


def test_tables_are_taken_from_and_joined_row_by_row():
    table, _ = drawn(2, count=20)
    some = table.take(np.array([7, 0, 19]))
    both = joined([some, table.take(np.array([], dtype=np.int64)), table.take(table.cost > 5.0)])
    rows = [7, 0, 19, *np.flatnonzero(table.cost > 5.0).tolist()]
    assert len(both) == len(rows)
    value = np.random.default_rng(0).uniform(0.0, 1.0, ATOMS)
    for at, row in enumerate(rows):
        assert both.of(at).tolist() == table.of(row).tolist()
        assert both.sums(value)[at] == pytest.approx(value[table.of(row)].sum())
        assert (both.column[at], both.cost[at]) == (table.column[row], table.cost[row])


def test_halves_of_three_pairs_break_the_row_of_their_atoms():
    """Three grids with two of three atoms each, each taken by half: one and a half of them, where one may be."""
    table = grid_table([0, 1, 2, 3], [np.array([0, 1]), np.array([1, 2]), np.array([0, 2]), np.array([3])], [1.0] * 4)
    assert broken_triples(table, np.array([0.5, 0.5, 0.5, 1.0]), 4, 9).tolist() == [[0, 1, 2]]
    assert broken_triples(table, np.array([0.3, 0.3, 0.4, 1.0]), 4, 9).tolist() == []
    assert triple_rows(np.array([[0, 1, 2], [1, 2, 3]]), table, 4).toarray().tolist() == [[1, 1, 1, 0], [0, 1, 0, 0]]


@pytest.mark.parametrize("seed", range(6))
def test_a_program_over_all_grids_bounds_the_best_plan_and_loses_none(seed):
    problem = board(seed, choose=2, balance=0.5)
    plans = every_plan(problem, 2)
    space = build_space(build_instance(problem), limits_for(problem, 2), np.arange(3), 2, 10**6, choosing=True)
    nothing = Values(np.zeros(space.instance.n_atoms), np.full(3, -np.inf), -np.inf)
    grids = all_grids(space, nothing, np.full(3, np.inf), most=10**4)
    below = plans[-1][0] + 1.0
    tight = tighten(space, grids, np.zeros(len(grids)), below)
    assert tight.bound <= plans[0][0] * (1 + 1e-9)
    left = {(int(tight.grids.column[g]), frozenset(tight.grids.of(g).tolist())) for g in range(len(tight.grids))}
    for d in set(plans[0][1]):
        assert (d, frozenset(np.flatnonzero(np.array(plans[0][1]) == d).tolist())) in left
    assert tighten(space, grids, np.zeros(len(grids)), plans[0][0]).bound == pytest.approx(plans[0][0])
    assert tighten(space, grids, np.zeros(len(grids)), np.inf).bound <= plans[0][0] * (1 + 1e-9)
    found, bound = branched_division(space, grids, below, nodes=100)
    assert found.cost.sum() == pytest.approx(plans[0][0])
    assert bound == pytest.approx(plans[0][0])


def test_of_few_of_the_grids_nothing_is_said_that_the_others_belie():
    """However few of least reduced cost are branched on: what is found covers all, and no plan costs less than what is told."""
    told = set()
    for seed in range(60):
        rng = np.random.default_rng(seed)
        problem = board(seed % 20, choose=2, balance=0.7)
        space = build_space(build_instance(problem), limits_for(problem, 2), np.arange(3), 2, 10**6, choosing=True)
        nothing = Values(np.zeros(space.instance.n_atoms), np.full(3, -np.inf), -np.inf)
        grids = all_grids(space, nothing, np.full(3, np.inf), most=10**4)
        some = grids.take(np.sort(rng.choice(len(grids), 3 * len(grids) // 5, replace=False)))
        inside = {(int(some.column[g]), frozenset(some.of(g).tolist())) for g in range(len(some))}
        plans = [cost for cost, lead in every_plan(problem, 2) if grids_of(lead) <= inside]
        best = min(plans, default=np.inf)
        below = 1.5 * min(best, every_plan(problem, 2)[0][0])
        for most in (1, 3, len(some)):
            found, bound = branched_division(space, some, below, nodes=100, most=most)
            assert bound <= max(best, below) * (1 + 1e-9)
            assert best >= below or bound <= best * (1 + 1e-9)
            if found is not None:
                assert sorted(found.atoms.tolist()) == list(range(space.instance.n_atoms))
                assert bound * (1 - 1e-9) <= found.cost.sum() < below
            if most == len(some) and best < below:
                assert found.cost.sum() == pytest.approx(best)
            told.add((most == len(some), found is None, bound < below))
    assert (False, True, True) in told, "nothing was left out that a better plan may need"


def grids_of(lead):
    """The grids of a plan: site and units."""
    return {(d, frozenset(np.flatnonzero(np.array(lead) == d).tolist())) for d in set(lead)}
