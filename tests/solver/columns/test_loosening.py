"""Atoms freed all over the map: what stays stays, plans only get better, and limits that no search holds are reached from beyond them."""

from __future__ import annotations

from dataclasses import replace

import networkx as nx
import numpy as np
import pytest

from benchmarks.instances.irregular import irregular_map
from gridplan.solver.columns import loosening, whole_grids
from gridplan.solver.columns.grid_space import build_space
from gridplan.solver.columns.grid_values import GridPool, Values, price_grids, price_near, shares_of_sites
from gridplan.solver.columns.loosening import loosen
from gridplan.solver.columns.triples import Triples
from gridplan.solver.columns.whole_grids import plan_by_grids
from gridplan.solver.draw.drawing import draw_grids
from gridplan.solver.instance import build_instance, limits_for
from gridplan.solver.problem import Problem
from gridplan.solver.terms import measure
from tests.solver.columns.test_whole_grids import BOARD, N, board, every_plan


def space_of(problem, k):
    instance, limits = build_instance(problem), limits_for(problem, k)
    leads = np.arange(problem.n_leads)
    return build_space(instance, limits, leads, k, 10**7, choosing=problem.choosing)


def priced(space, label, value):
    """A pool that begins with a plan, and the values that it ends with."""
    pool = GridPool(space.grids_of(label))
    return pool, price_grids(space, pool, value, float(pool.grids.cost.sum()))


@pytest.mark.parametrize("choose", [None, 2])
def test_where_all_atoms_are_free_the_best_plan_is_found(choose, monkeypatch):
    monkeypatch.setattr(loosening, "FREE_SHARE", 1.0)
    better = 0
    for seed in range(5):
        problem = board(seed, balance=0.5, **({} if choose is None else {"choose": choose}))
        plans = every_plan(problem, problem.k_max)
        space = space_of(problem, problem.k_max)
        label = np.array(plans[-1][1])
        pool, values = priced(space, label, np.zeros(N))
        found = loosen(space, pool, label, values, rounds=2, idle=2, seed=0)
        assert space.grids_of(found).cost.sum() == pytest.approx(plans[0][0])
        better += plans[0][0] < plans[-1][0]
    assert better >= 4


def small_map():
    """60 units, 8 leads, 15 % more room than people; a plan of little effort as columns."""
    problem = irregular_map(60, 8, 0.15, 5)
    drawn = draw_grids(build_instance(problem), tuple(range(8)), limits_for(problem, 8), seed=0, effort=0.02)
    assert drawn.measures.holds
    return problem, drawn.measures.lead


def test_kept_atoms_stay_and_each_division_holds_the_rules_at_less_cost(monkeypatch):
    problem, label = small_map()
    space = space_of(problem, 8)
    rng = np.random.default_rng(1)
    # A plan that is not good: atoms at a border go over where the rules allow it.
    indptr, indices = space.instance.indptr, space.instance.indices
    for atom in rng.permutation(60).tolist():
        moved = label.copy()
        moved[atom] = rng.choice(label[indices[indptr[atom] : indptr[atom + 1]]])
        label = moved if measure(problem, moved).holds else label
    pool, values = priced(space, label, problem.population * problem.minutes.min(axis=1))
    changed = 0
    for _ in range(6):
        kept = rng.permutation(60) >= 25
        arcs = np.isfinite(space.keeping(label, kept).cost)
        assert (arcs[kept].sum(axis=1) == 1).all()
        assert arcs[kept, label[kept]].all()
        assert (arcs[~kept] == np.isfinite(space.cost[~kept])).all()
        before = float(space.grids_of(label).cost.sum())
        here = len(pool.grids)
        better, _ = loosening._divide_free(space, pool, label, kept, values)
        assert len(pool.grids) >= here
        if better is None:
            continue
        changed += 1
        assert (better[kept] == label[kept]).all()
        assert space.grids_of(better).cost.sum() < before
        assert measure(problem, better).holds
        label = better
    assert changed, "nothing got better"


def test_a_division_that_is_certain_is_the_best_there_is():
    certain = 0
    for seed in range(6):
        problem = board(seed, balance=0.9)
        plans = every_plan(problem, 3)
        space = space_of(problem, 3)
        label = np.array(plans[len(plans) // 2][1])
        pool, values = priced(space, label, np.zeros(N))
        kept = np.arange(N) < 3
        better, more = loosening._divide_free(space, pool, label, kept, values)
        rest = [cost for cost, lead in plans if (np.array(lead)[kept] == label[kept]).all()]
        at = label if better is None else better
        if more > 0 or better is not None:
            certain += 1
            assert space.grids_of(at).cost.sum() == pytest.approx(min(rest))
    assert certain >= 4


def test_only_grids_with_all_kept_atoms_of_their_site_and_no_others_go_on():
    problem = board(1, balance=0.9)
    space = space_of(problem, 3)
    label = np.array(every_plan(problem, 3)[0][1])
    pool, _ = priced(space, np.array(every_plan(problem, 3)[-1][1]), np.zeros(N))
    kept = np.array([True, True, True, False, False, False])
    goes_on = loosening._that_keep(pool.grids, label, kept)
    wanted = [
        g
        for g in range(len(pool.grids))
        if set(pool.grids.of(g).tolist()) & {0, 1, 2} == {u for u in range(3) if label[u] == pool.grids.column[g]}
    ]
    assert goes_on.cost.tolist() == pool.grids.cost[wanted].tolist()


def test_values_of_a_part_are_at_least_what_is_asked_and_prove_what_they_say():
    problem = board(2, balance=0.5)
    plans = every_plan(problem, 3)
    space = space_of(problem, 3)
    pool = GridPool(space.grids_of(np.array(plans[-1][1])))
    least = np.where(np.arange(N) == 4, 1e4, -np.inf)
    found = price_near(space, pool, np.where(np.arange(N) == 4, 1e4, 0.0), plans[-1][0], least)
    assert found.value[4] >= 1e4
    assert found.bound <= plans[0][0] * (1 + 1e-9)
    assert space.bound(found.value, found.triples, found.worth) == pytest.approx(found.bound)


def test_shares_of_sites_cover_every_atom_once():
    problem, label = small_map()
    space = space_of(problem, 8)
    pool, _ = priced(space, label, problem.population * problem.minutes.min(axis=1))
    shares = shares_of_sites(space, pool, Triples())
    assert shares.sum(axis=1) == pytest.approx(np.ones(60))
    assert shares[space.home, np.arange(8)] == pytest.approx(1.0)


def test_a_search_ends_when_it_is_told_that_the_plan_is_good_enough():
    problem, label = small_map()
    space = space_of(problem, 8)
    pool = GridPool(space.grids_of(label))
    seen = []
    nothing = Values(np.zeros(60), np.zeros(8), -np.inf)
    found = loosen(space, pool, label, nothing, rounds=9, idle=9, seed=0, enough=lambda some: seen.append(1) is None)
    assert len(seen) == 1
    assert (found == label).all()


def test_limits_that_a_plan_breaks_are_held_by_making_them_soft_at_a_price():
    """A row of 45 units with nine leads, five units of 10 residents each: each unit at the nearest lead makes 6 and 4 of them at the ends, and all between have to move on."""
    units, leads = 45, 9
    row = nx.path_graph(units)
    at = np.arange(units, dtype=float)
    homes = np.arange(leads) * 5 + 3
    problem = Problem.from_arrays(
        unit_ids=[f"u{i}" for i in range(units)],
        population=np.full(units, 10),
        lead_ids=[f"h{j}" for j in range(leads)],
        lead_unit=homes,
        minutes=np.abs(at[:, None] - at[homes][None, :]) + 1.0,
        edges=list(row.edges),
        population_max=50.0,
    )
    sizes = [6, 5, 5, 5, 5, 5, 5, 5, 4]
    label = np.repeat(np.arange(leads), sizes)
    space = space_of(problem, leads)
    assert not whole_grids._holds(space, label)
    # From a plan whose grids lie in pieces nothing is begun: what they cost says nothing.
    pieces = label.copy()
    pieces[[5, 44]] = pieces[[44, 5]]
    assert whole_grids._within_limits(space, pieces, np.zeros(units), seed=0, effort=0.25).tolist() == pieces.tolist()
    found = whole_grids._within_limits(space, label, np.zeros(units), seed=0, effort=0.25)
    assert whole_grids._holds(space, found)
    # A grid in pieces with as many residents as the limits allow holds no rule.
    apart = found.copy()
    apart[[4, 40]] = apart[[40, 4]]
    assert not whole_grids._holds(space, apart)
    assert found.tolist() == np.repeat(np.arange(leads), 5).tolist()
    plan = plan_by_grids(
        build_instance(problem), limits_for(problem, leads), leads, label, np.zeros(units), holds=False, seed=0, effort=0.25
    )  # fmt: skip
    assert plan.lead.tolist() == found.tolist()
    assert plan.bound == pytest.approx(measure(problem, found).objective)


def free_in_turns(monkeypatch, *, more, rounds, idle, betters=()):
    """How many atoms are free in each round of a search in which the rounds `betters` find another plan, and `more` can be free after any other."""
    problem, label = small_map()
    space = space_of(problem, 8)
    pool, values = priced(space, label, problem.population * problem.minutes.min(axis=1))
    turns = []

    def divide(space, pool, label, kept, values):
        turns.append(int((~kept).sum()))
        return (label if len(turns) in betters else None), more

    monkeypatch.setattr(loosening, "_divide_free", divide)
    loosen(space, pool, label, values, rounds=rounds, idle=idle, seed=0)
    return turns


def test_a_search_ends_after_as_many_rounds_in_a_row_as_are_asked_in_which_nothing_got_better(monkeypatch):
    assert len(free_in_turns(monkeypatch, more=0, rounds=500, idle=7)) == 7
    assert len(free_in_turns(monkeypatch, more=0, rounds=500, idle=7, betters=(3, 9))) == 9 + 7
    assert len(free_in_turns(monkeypatch, more=0, rounds=12, idle=7, betters=(3, 9))) == 12


def test_more_effort_makes_more_rounds_where_leads_are_given_and_not_where_they_are_chosen(monkeypatch):
    """Where sites are chosen they found little and took most of the time."""
    waited = []
    monkeypatch.setattr(
        whole_grids, "loosen", lambda space, pool, label, *_, idle, **__: waited.append(idle) or label
    )  # fmt: skip
    monkeypatch.setattr(whole_grids._Plan, "proven", property(lambda plan: False))
    monkeypatch.setattr(whole_grids, "_share_of", lambda *_: 1.0)
    for pass_on in ("_regrouped", "_recombined", "_among_all"):
        monkeypatch.setattr(whole_grids, pass_on, lambda space, plan, *_, **__: plan)
    for choose in ({}, {"choose": 2}):
        problem = board(0, **choose)
        lead = np.array(every_plan(problem, problem.k_max)[-1][1])
        for effort in (0.5, 1.0, 4.0):
            plan_by_grids(
                build_instance(problem), limits_for(problem, problem.k_max), problem.k_max, lead, np.zeros(N),
                holds=True, seed=0, effort=effort,
            )  # fmt: skip
    assert waited == [8, 16, 64, 8, 16, 16]


def test_more_effort_seeks_a_plan_within_the_limits_in_more_rounds_where_leads_are_given_only(monkeypatch):
    sought = []
    monkeypatch.setattr(
        whole_grids, "_within_limits", lambda space, label, value, *, seed, effort: sought.append(effort) or label
    )  # fmt: skip
    monkeypatch.setattr(whole_grids, "few_grids", lambda k: False)
    monkeypatch.setattr(whole_grids, "_counted_plan", lambda *_, **__: (None, -np.inf))
    for choose in ({}, {"choose": 2}):
        problem = board(0, **choose)
        lead = np.array(every_plan(problem, problem.k_max)[-1][1])
        for effort in (0.5, 4.0):
            plan_by_grids(
                build_instance(problem), limits_for(problem, problem.k_max), problem.k_max, lead, np.zeros(N),
                holds=False, seed=0, effort=effort,
            )  # fmt: skip
    assert sought == [0.5, 4.0, 0.5, 1.0]


def test_more_atoms_are_free_where_nothing_is_better_and_fewer_where_that_is_not_known(monkeypatch):
    first = int(0.3 * 60)
    # The two kinds of rounds take turns, and each has its own number; a round that found a better plan leaves it.
    assert free_in_turns(monkeypatch, more=5, rounds=6, idle=9, betters=(3,)) == [first] * 2 + [first + 5] * 2 + [
        first + 5,
        first + 10,
    ]
    assert free_in_turns(monkeypatch, more=-50, rounds=4, idle=9) == [first] * 2 + [20] * 2


def test_where_the_best_division_is_certain_more_atoms_can_be_free(monkeypatch):
    """All plans of a small board are known: whatever is said of a division, with values that alone show nothing."""
    told = set()
    for seed in range(5):
        problem = board(seed, balance=0.5)
        plans = every_plan(problem, problem.k_max)
        space = space_of(problem, problem.k_max)
        label = np.array(plans[0][1])
        pool, values = priced(space, np.array(plans[-1][1]), np.zeros(N))
        monkeypatch.setattr(loosening, "price_near", lambda *_, values=values: replace(values, bound=0.0))
        none = np.zeros(N, dtype=np.bool_)
        better, more = loosening._divide_free(space, pool, label, none, replace(values, bound=0.0))
        assert better is None
        told.add(more)
    assert told == {loosening.MORE}


def test_what_the_values_alone_show_is_told_apart_from_what_takes_a_program():
    """Values that prove the plan the best let many more atoms be free; where they prove nothing, a certain best division some more."""
    problem, label = small_map()
    space = space_of(problem, 8)
    pool, values = priced(space, label, problem.population * problem.minutes.min(axis=1))
    alone = np.ones(60, dtype=np.bool_)
    alone[0] = False
    assert loosening._divide_free(space, pool, label, alone, values) == (None, loosening.MANY_MORE)


def test_grids_that_break_rules_are_in_no_plan_that_is_put_together(monkeypatch):
    """They begin the search where no plan is known; afterwards none of them is left."""
    monkeypatch.setattr(whole_grids, "_regrouped", lambda space, plan, *_: plan)
    monkeypatch.setattr(whole_grids, "_among_all", lambda space, plan, *_: plan)
    monkeypatch.setattr(whole_grids, "_with_triples", lambda space, plan, values, *_, **__: (plan, values))
    seen = []

    def looked_at(space, pool, label, *_, **__):
        for g in range(len(pool.grids)):
            atoms, column = pool.grids.of(g), int(pool.grids.column[g])
            load = float(space.instance.population[atoms].sum())
            assert nx.is_connected(BOARD.subgraph(atoms.tolist()))
            assert space.limits.hard_low[column] - 1e-6 <= load <= space.limits.hard_high[column] + 1e-6
            seen.append(g)
        return label

    monkeypatch.setattr(whole_grids, "loosen", looked_at)
    for seed in range(6):
        problem = board(seed)
        if every_plan(problem, 3):
            instance = build_instance(problem)
            plan_by_grids(
                instance, limits_for(problem, 3), 3, np.array([0, 1, 2] * 2), np.zeros(N), holds=False, seed=0, effort=0.25
            )  # fmt: skip
    assert seen, "no search went as far"
