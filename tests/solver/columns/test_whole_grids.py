"""Plans of whole grids against every plan of a small board: sites that all lead, sites to choose, soft and hard limits, hospitals with two sites."""

from __future__ import annotations

import itertools
from dataclasses import replace

import networkx as nx
import numpy as np
import pytest

from benchmarks.instances.hard import counties
from benchmarks.instances.irregular import irregular_map
from gridplan.solver.activity import Activity
from gridplan.solver.columns import grid_values, whole_grids
from gridplan.solver.columns.grid_space import build_space
from gridplan.solver.columns.grid_values import GridPool, price_grids, price_once, price_triples
from gridplan.solver.columns.regrouping import all_grids, regroup
from gridplan.solver.columns.triples import Triples
from gridplan.solver.columns.whole_grids import few_a_grid, plan_by_grids
from gridplan.solver.instance import build_instance, limits_for
from gridplan.solver.problem import Problem
from gridplan.solver.solver import solve
from gridplan.solver.terms import measure

ROWS, COLUMNS = 2, 3
N = ROWS * COLUMNS
BOARD = nx.convert_node_labels_to_integers(nx.grid_2d_graph(ROWS, COLUMNS), ordering="sorted")


def board(seed, **more):
    """2 x 3 cells with uneven people, three sites of three hospitals, minutes drawn at random."""
    rng = np.random.default_rng(seed)
    return Problem.from_arrays(
        **{
            "unit_ids": [f"u{i}" for i in range(N)],
            "population": rng.integers(5, 40, N),
            "lead_ids": ["h0", "h1", "h2"],
            "lead_unit": rng.choice(N, 3, replace=False),
            "minutes": rng.uniform(1.0, 30.0, (N, 3)),
            "edges": list(BOARD.edges),
            "lead_price": rng.uniform(0.0, 300.0, 3),
            "balance": 0.35,
        }
        | more
    )


KINDS = {
    "all lead": {},
    "soft balance": {"balance": 0.1, "balance_price": 4.0},
    "two of three": {"choose": 2},
    "one must": {"choose": 2, "required": ["h1"]},
    "two sites of a hospital": {"choose": 2, "lead_hospital": ["a", "b", "a"]},
    "sites that bring money": {"choose": 2, "lead_price": [-9000.0, -4000.0, -2000.0]},
    "a site that is too small for its own unit": {
        "choose": 2,
        "lead_unit": [0, 2, 5],
        "population": [12, 9, 30, 8, 11, 10],
        "population_max": [60.0, 20.0, 60.0],
    },
    "barred": {"balance": 0.6, "lead_unit": [0, 1, 2], "barred": {"u4": ["h0"], "u5": ["h2"]}},
}


def every_plan(problem, k):
    """The lead of each unit in every plan of k grids that holds the rules, with its objective, cheapest first."""
    out = []
    for lead in itertools.product(range(3), repeat=N):
        if len(set(lead)) != k or any(lead[problem.lead_unit[j]] != j for j in set(lead)):
            continue
        found = measure(problem, np.array(lead), limits_for(problem, k))
        if found.holds and len({int(problem.hospital[j]) for j in set(lead)}) == k:
            out.append((found.objective, lead))
    return sorted(out)


def by_grids(problem, k, lead, *, holds):
    instance, limits = build_instance(problem), limits_for(problem, k)
    value = problem.population * problem.minutes.min(axis=1)
    return plan_by_grids(instance, limits, k, np.array(lead), value, holds=holds, seed=0, effort=0.01)


@pytest.mark.parametrize("kind", KINDS)
def test_the_best_plan_there_is_is_found_and_proven_from_the_worst(kind):
    held = 0
    for seed in range(3):
        problem = board(seed, **KINDS[kind])
        k = problem.k_max
        plans = every_plan(problem, k)
        if not plans:
            continue
        held += 1
        (best, _), (_, worst) = plans[0], plans[-1]
        for start, holds in ((worst, True), ([0, 1, 2][:k] * N, False)):
            found = by_grids(problem, k, start[:N], holds=holds)
            assert found.bound == pytest.approx(best)
            assert measure(problem, found.lead, limits_for(problem, k)).objective == pytest.approx(best)
    assert held, "no board of this kind has a plan"


def test_whole_numbers_at_a_limit_that_has_no_whole_number_are_within_it():
    """15 % above 100 is 114.99999999999999 in a computer: 115 residents are no more than that."""
    found = 0
    for seed in range(4):
        problem = board(seed, choose=2, population=[60, 30, 25, 40, 25, 20], balance=0.15, lead_unit=[0, 4, 5])
        plans = every_plan(problem, 2)
        loads = [np.bincount(lead, problem.population, minlength=3) for _, lead in plans]
        assert any(115.0 in load for load in loads)
        for holds in (False, True):
            lead = plans[-1][1] if holds else (0, 1, 0, 1, 0, 1)
            plan = by_grids(problem, 2, lead, holds=holds)
            assert plan.bound == pytest.approx(plans[0][0])
            found += plan.lead is not None
    assert found == 8


def test_where_no_plan_holds_the_rules_that_is_proven():
    problem = board(0, balance=None, population_max=30.0)
    assert not every_plan(problem, 3)
    found = by_grids(problem, 3, [0, 1, 2] * 2, holds=False)
    assert found.lead is None
    assert found.bound == np.inf


@pytest.mark.parametrize("kind", KINDS)
def test_where_all_grids_can_be_counted_a_plan_is_found_where_there_is_one_and_else_none(kind):
    told = set()
    narrower = ({}, {"balance": 0.02}, {"population_max": 55.0}, {"population_max": 30.0})
    for seed, limits_of in itertools.product(range(4), narrower):
        problem = board(seed, **KINDS[kind] | limits_of)
        k = problem.k_max
        plans = {lead: cost for cost, lead in every_plan(problem, k)}
        instance, limits = build_instance(problem), limits_for(problem, k)
        space = build_space(instance, limits, np.flatnonzero(instance.usable), k, 0, choosing=problem.choosing)
        value = problem.population * problem.minutes.min(axis=1)
        some, bound = whole_grids._counted_plan(space, value, effort=0.1)
        told.add(some is None)
        assert (bound == np.inf) == (not plans) == (some is None)
        if some is not None:
            assert tuple(space.leads[some].tolist()) in plans
            least = min(plans.values())
            assert bound <= least + 1e-9 * abs(least)
    assert told == {True, False}


def test_where_grids_are_too_many_to_be_counted_nothing_is_said_of_plans(monkeypatch):
    problem = board(0, balance=0.5)
    space = build_space(build_instance(problem), limits_for(problem, 3), np.arange(3), 3, 0, choosing=False)
    assert whole_grids._counted_plan(space, np.zeros(N), effort=0.1)[0] is not None
    assert whole_grids._counted_plan(space, np.zeros(N), effort=1e-9) == (None, -np.inf)
    for few in ({"grids": 1}, {"site_nodes": 1}, {"nodes": 0}):
        with monkeypatch.context() as patch:
            patch.setattr(whole_grids, "COUNTED", whole_grids.COUNTED._replace(**few))
            assert whole_grids._counted_plan(space, np.zeros(N), effort=1.0) == (None, -np.inf)


def test_that_many_grids_have_no_plan_is_proven_before_one_is_sought(monkeypatch):
    """45 counties in ten grids within half a percent: a search over minutes found no plan, and could not say that there is none."""
    monkeypatch.setattr(whole_grids, "_within_limits", None)
    problem = counties(45, 10, 5)
    lead = np.arange(45) % 10
    found = by_grids(problem, 10, lead, holds=False)
    assert found.lead is None
    assert found.bound == np.inf


def test_bounds_never_pass_the_best_plan_whatever_the_values_to_begin_with():
    for seed in range(4):
        problem = board(seed, balance=0.4)
        instance, limits = build_instance(problem), limits_for(problem, 3)
        plans = every_plan(problem, 3)
        space = build_space(instance, limits, np.arange(3), 3, 10**6, choosing=False)
        for start in (np.zeros(N), np.full(N, 1e4), -1e3 * np.arange(N)):
            pool = GridPool()
            pool.add(space.grids_of(np.array(plans[-1][1])))
            values = price_grids(space, pool, start, plans[-1][0])
            assert values.bound <= plans[0][0] * (1 + 1e-9)
            assert space.bound(values.value, values.triples, values.worth) == pytest.approx(values.bound)


def test_two_grids_divided_anew_are_divided_in_the_best_way():
    for seed in range(4):
        problem = board(seed, choose=2, balance=0.4)
        plans = every_plan(problem, 2)
        space = build_space(build_instance(problem), limits_for(problem, 2), np.arange(3), 2, 10**6, choosing=True)
        label = regroup(space, np.array(plans[-1][1]), np.zeros(N), (2,), seed=0)
        cost = float(space.grids_of(label).cost.sum())
        assert cost == pytest.approx(plans[0][0])


def test_what_a_grid_cannot_be_judged_by_alone_is_left_to_others():
    problem = board(0)
    for other in (
        problem,
        replace(problem, compactness_price=10.0),
        board(0, activities=[Activity("beds", np.ones(N), minimum=1.0)]),
        board(0, incumbent={"u0": "h0"}, most_moved=5.0),
    ):
        plain = other is problem or not (other.compactness_price or other.activities or other.change.most is not None)
        assert few_a_grid(build_instance(other), limits_for(other, 3), 3) == plain


@pytest.mark.parametrize("kind", KINDS)
def test_many_grids_are_chosen_from_by_branching_and_few_by_covering_with_the_same_end(kind, monkeypatch):
    monkeypatch.setattr(whole_grids, "FEW", 0)
    test_the_best_plan_there_is_is_found_and_proven_from_the_worst(kind)


def test_a_solve_ends_with_the_proof(monkeypatch):
    """33 counties, each a candidate, four grids within half a percent: without whole grids a gap of percents is left, and a dearer plan."""
    problem = counties(33, 4, 22)
    found = solve(problem, effort=0.2)
    assert found.status == "optimal"
    monkeypatch.setattr("gridplan.solver.attempt.few_a_grid", lambda *_: False)
    without = solve(problem, effort=0.2)
    assert without.status == "feasible"
    assert without.bound < found.objective < without.objective


def test_a_plan_is_found_where_drawing_finds_none():
    """HiGHS needs most of a minute for it: 33 counties, four grids within half a percent (seed 21)."""
    found = solve(counties(33, 4, 21), effort=0.25)
    assert found.status == "optimal"
    assert found.objective == pytest.approx(1_945_936.47, abs=0.01)


def test_the_gate_counts_atoms_a_grid():
    problem = board(0)
    assert min(whole_grids.OF_FEW.atoms, whole_grids.OF_MORE.atoms) >= N
    assert not few_a_grid(build_instance(problem), limits_for(problem, 1), 1)


def every_grid(space):
    """All connected sets of cells round each site within its limits: column and atoms."""
    for d, home in enumerate(space.home.tolist()):
        for size in range(1, N + 1):
            for some in itertools.combinations(range(N), size):
                load = space.instance.population[list(some)].sum()
                fits = space.limits.hard_low[d] - 1e-9 <= load <= space.limits.hard_high[d] + 1e-9
                if home in some and fits and nx.is_connected(BOARD.subgraph(some)):
                    yield d, np.array(some)


def test_values_with_prices_for_triples_prove_what_they_say():
    """Every grid of every site is looked at; what it costs beyond its atoms, with the triples it pays, is no less than the site's."""
    for seed in range(6):
        problem = board(seed, balance=0.4, choose=2)
        plans = every_plan(problem, 2)
        space = build_space(build_instance(problem), limits_for(problem, 2), np.arange(3), 2, 10**6, choosing=True)
        pool = GridPool(space.grids_of(np.array(plans[-1][1])))
        value = np.random.default_rng(seed).uniform(0.0, 900.0, N)
        triples = Triples(np.array([[0, 1, 2], [1, 2, 5], [3, 4, 5]]), np.array([40.0, 15.0, 70.0]))
        values = price_once(space, pool, value, triples, plans[-1][0], 10**6)
        least = np.full(3, np.inf)
        for d, atoms in every_grid(space):
            paid = sum(p for t, p in zip(triples.atoms, triples.price, strict=True) if len({*t} & {*atoms}) >= 2)
            least[d] = min(least[d], space.cost_of(d, atoms) - value[atoms].sum() + paid)
        assert values.worth == pytest.approx(least)
        assert values.bound == pytest.approx(value.sum() - triples.price.sum() + np.sort(least)[:2].sum())
        assert values.bound <= plans[0][0] * (1 + 1e-9)
        grids = all_grids(space, values, np.full(3, np.inf), most=1000)
        assert (values.beyond(grids) >= least[grids.column] - 1e-6).all()
        assert grids.cost == pytest.approx([space.cost_of(d, grids.of(g)) for g, d in enumerate(grids.column)])


@pytest.mark.parametrize(("seed", "left"), [(0, 1e-9), pytest.param(1, 0.006, marks=pytest.mark.long)])
def test_prices_for_triples_close_what_the_values_of_atoms_leave(seed, left):
    """Eight grids of 60 units with 4 % of room: the program over whole grids is half a percent below the best plan; with triples it has little left."""
    problem = irregular_map(60, 8, 0.04, seed)
    solved = solve(problem, effort=0.3)
    assert solved.status == "optimal"
    space = build_space(
        build_instance(problem), limits_for(problem, 8), np.arange(8), 8, 10**7, choosing=False
    )  # fmt: skip
    leads = solved.assignment.lead_of_grid[solved.assignment.grid_of_unit.loc[list(problem.unit_ids)]]
    pool = GridPool(space.grids_of(np.array([problem.lead_ids.index(lead) for lead in leads])))
    best = solved.objective
    values = price_grids(space, pool, problem.population * problem.minutes.min(axis=1), best)
    assert values.bound < 0.998 * best
    assert not len(values.triples)
    tight = price_triples(space, pool, values, best, closed=0.05)
    assert (1.0 - left) * best <= tight.bound <= best * (1 + 1e-9)
    assert (tight.triples.price >= 0.0).all()
    assert space.bound(tight.value, tight.triples, tight.worth) == pytest.approx(tight.bound)
    # Going on from there loses nothing.
    again = price_triples(space, pool, tight, 1.01 * best, closed=0.5)
    assert again.bound >= tight.bound - 1e-6 * best


def row_of(leads, **more):
    """A row of five units a lead, each lead in the middle of its own."""
    units = 5 * leads
    homes = np.arange(leads) * 5 + 2
    return Problem.from_arrays(
        unit_ids=[f"u{i}" for i in range(units)],
        population=np.full(units, 10),
        lead_ids=[f"h{j}" for j in range(leads)],
        lead_unit=homes,
        minutes=np.abs(np.arange(units)[:, None] - homes[None, :]) + 1.0,
        edges=[(i, i + 1) for i in range(units - 1)],
        **more,
    )


def test_many_grids_whose_leads_are_given_have_whole_grids_only_where_their_programs_are_small(monkeypatch):
    given, chosen, few = row_of(9), row_of(10, choose=9), row_of(8)
    monkeypatch.setattr(whole_grids, "GIVEN_ARCS", 45 * 9)
    assert whole_grids.few_atoms_a_grid(build_instance(given), 9)
    monkeypatch.setattr(whole_grids, "GIVEN_ARCS", 45 * 9 - 1)
    assert not whole_grids.few_atoms_a_grid(build_instance(given), 9)
    assert whole_grids.few_atoms_a_grid(build_instance(chosen), 9)
    assert whole_grids.few_atoms_a_grid(build_instance(few), 8)


@pytest.mark.parametrize(
    ("problem", "k", "gap", "share"),
    [
        (row_of(9), 9, 1.0, 1.0),
        (row_of(9), 9, 0.5 * whole_grids.WIDE_AT_FIRST, 0.25),
        (row_of(9), 9, 0.0, whole_grids.LEAST_EFFORT / 2.0),
        (row_of(10, choose=9), 9, 0.0, 1.0),
        (row_of(8), 8, 0.0, 1.0),
    ],
)  # fmt: skip
def test_less_is_done_where_the_gap_of_many_grids_with_given_leads_is_no_wide_one(problem, k, gap, share, monkeypatch):
    seen, told = [], build_space
    monkeypatch.setattr(whole_grids, "build_space", lambda *a, **o: (seen.append(a[4]), told(*a, **o))[1])
    regrouped = []
    monkeypatch.setattr(whole_grids, "regroup", lambda space, label, *_, **__: (regrouped.append(k), label)[1])
    monkeypatch.setattr(whole_grids, "price_triples", lambda space, pool, values, *_, **__: values)
    lead = np.minimum(np.arange(problem.n_units) // 5, k - 1)
    lead[4] = 1  # a plan that is not the best one
    value = np.zeros(problem.n_units)
    plan_by_grids(
        build_instance(problem), limits_for(problem, k), k, lead, value, holds=True, seed=0, effort=2.0, gap=gap
    )
    assert seen == [int(whole_grids.PRICE_NODES * 2.0 * share)]
    assert bool(regrouped) == (share == 1.0 and gap == 0.0)


def test_steps_of_the_program_count_as_work(monkeypatch):
    """Where each step counts as very many nodes, the first program that takes some is the last."""
    problem = irregular_map(60, 9, 0.3, 1)
    label = np.argmin(problem.minutes, axis=1)
    monkeypatch.setattr(grid_values, "STEEP_ROUNDS", 1)
    monkeypatch.setattr(grid_values, "STEEP_AN_ATOM", 0.0)
    solved = []
    solve_on = grid_values._Program.solve
    monkeypatch.setattr(grid_values._Program, "solve", lambda self: (solved.append(1), solve_on(self))[1])
    counts, left = [], []
    for size in (grid_values.STEP_SIZE, 1e-6):
        monkeypatch.setattr(grid_values, "STEP_SIZE", size)
        solved.clear()
        space = build_space(build_instance(problem), limits_for(problem, 9), np.arange(9), 9, 10**8, choosing=False)
        pool = GridPool(space.grids_of(label))
        price_grids(space, pool, np.zeros(60), 2.0 * float(pool.grids.cost.sum()))
        counts.append(len(solved))
        left.append(space.nodes.left)
    assert counts[1] < counts[0]
    assert left[1] <= 0 < left[0]


@pytest.mark.parametrize(("an_atom", "rounds"), [(0.25, 60), (2.0, 90)])
def test_many_atoms_have_more_rounds_by_subgradients(an_atom, rounds, monkeypatch):
    problem = row_of(9)
    seen = []
    once = grid_values.price_once
    monkeypatch.setattr(grid_values, "price_once", lambda *a: (seen.append(1), once(*a))[1])
    monkeypatch.setattr(grid_values, "STEEP_AN_ATOM", an_atom)
    monkeypatch.setattr(grid_values, "_uncovered", lambda *_: np.ones(45))  # it never ends by itself
    space = build_space(build_instance(problem), limits_for(problem, 9), np.arange(9), 9, 10**9, choosing=False)
    pool = GridPool(space.grids_of(np.arange(45) // 5))
    grid_values._by_subgradients(space, pool, np.zeros(45), 10.0 * float(pool.grids.cost.sum()))
    assert len(seen) == rounds
