"""Grids divided anew two by two along random trees: against all plans of small boards, and the promises of every plan on larger ones."""

from __future__ import annotations

import itertools
from dataclasses import replace

import networkx as nx
import numpy as np
import pytest

from benchmarks.instances.hard import counties
from gridplan.solver.columns import whole_grids
from gridplan.solver.columns.grid_space import build_space
from gridplan.solver.columns.grid_values import GridPool, price_grids
from gridplan.solver.columns.recombining import recombined
from gridplan.solver.deadline import Deadline
from gridplan.solver.instance import build_instance, limits_for
from gridplan.solver.problem import Problem
from gridplan.solver.solver import solve
from gridplan.solver.terms import measure

ROWS, COLUMNS = 2, 3
N = ROWS * COLUMNS
BOARD = nx.convert_node_labels_to_integers(nx.grid_2d_graph(ROWS, COLUMNS), ordering="sorted")
KINDS = {
    "any three": {},
    "one must": {"required": ["h5"]},
    "two sites of each hospital": {"lead_hospital": list("abcabc")},
    "soft balance": {"balance": 0.1, "balance_price": 3.0},
    "small sites": {"balance": None, "population_max": [30.0, 60.0] * 3},
    "sites at a price": {"lead_price": [500.0, 0.0] * 3},
    "barred": {"barred": {"u0": ["h1", "h2"], "u4": ["h5"]}},
}


def board(seed, **more):
    """2 x 3 cells with uneven people, each with a site; three are chosen."""
    rng = np.random.default_rng(seed)
    people = rng.integers(8, 20, N)
    return Problem.from_arrays(
        **{
            "unit_ids": [f"u{i}" for i in range(N)],
            "population": people,
            "lead_ids": [f"h{i}" for i in range(N)],
            "lead_unit": np.arange(N),
            "minutes": rng.uniform(1.0, 30.0, (N, N)),
            "edges": list(BOARD.edges),
            "choose": 3,
            "balance": 0.3,
        }
        | more
    )


def every_plan(problem):
    """What every plan of three grids costs that holds the rules, with the lead of each unit; cheapest first."""
    out, limits = [], limits_for(problem, 3)
    for leads in itertools.combinations(range(N), 3):
        if len({int(problem.hospital[j]) for j in leads}) < 3:
            continue
        for lead in itertools.product(*([j] if j in leads else leads for j in range(N))):
            found = measure(problem, np.array(lead), limits)
            if found.holds:
                out.append((found.objective, lead))
    return sorted(out)


def space_of(problem, k):
    instance = build_instance(problem)
    return build_space(instance, limits_for(problem, k), np.flatnonzero(instance.usable), k, 10**6, choosing=True)


def begun(space, lead):
    return np.searchsorted(space.leads, np.array(lead))


@pytest.mark.parametrize("kind", KINDS)
def test_the_best_plan_there_is_is_found_from_the_worst(kind):
    held = 0
    for seed in range(2):
        problem = board(seed, **KINDS[kind])
        plans = [plan for plan in every_plan(problem) if all(j in plan[1] for j in problem.required)]
        if not plans:
            continue
        held += 1
        space = space_of(problem, 3)
        best = recombined(
            space, begun(space, plans[-1][1]), plans[-1][0], least=0.0, proposals=4_000, anneals=3, seed=seed
        )
        found = measure(problem, space.leads[best], limits_for(problem, 3))
        assert found.holds
        assert found.objective == pytest.approx(plans[0][0])
    assert held, "no board of this kind has a plan"


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.long) for seed in (1, 2))])
def test_what_comes_back_is_a_plan_and_never_a_dearer_one(seed):
    """Counties within 2 %, from the plan of other minutes: connected, within the limits, each led from inside, and the same each time."""
    problem = counties(40, 4, seed, tolerance=0.02)
    limits, space = limits_for(problem, 4), space_of(problem, 4)
    other = replace(problem, minutes=np.random.default_rng(seed).permuted(problem.minutes, axis=1))
    told = solve(other, seed=seed, effort=0.1)
    assert told.status in ("optimal", "feasible")
    start = np.searchsorted(problem.lead_ids, told.assignment.lead_of_unit.to_numpy())
    cost = measure(problem, start, limits).objective
    costs = []
    for proposals in (0, 300, 30_000):
        some = {"least": 0.0, "proposals": proposals, "anneals": 2, "seed": seed}
        best = recombined(space, begun(space, start), cost, **some)
        assert (best == recombined(space, begun(space, start), cost, **some)).all()
        found = measure(problem, space.leads[best], limits)
        assert found.holds
        costs.append(found.objective)
    assert costs[0] == pytest.approx(cost)
    assert costs[0] > costs[1] >= costs[2]


def test_a_plan_a_hair_beyond_its_limits_is_none():
    """The two on the left are a hundredth of a resident too many for either of their sites; the site on the right is far from everybody."""
    minutes = np.full((4, 4), 1.0)
    minutes[:, 3] = 500.0
    problem = Problem.from_arrays(
        unit_ids=list("abcd"), population=[10.0, 10.01, 9.0, 9.0], lead_ids=list("ABCD"), lead_unit=[0, 1, 2, 3], minutes=minutes,
        edges=[(0, 1), (1, 2), (2, 3)], choose=2, population_max=[20.0, 20.0, 20.0, 30.0],
    )  # fmt: skip
    limits, space = limits_for(problem, 2), space_of(problem, 2)
    only = np.array([0, 3, 3, 3])
    cost = measure(problem, only, limits).objective
    best = recombined(space, begun(space, only), cost, least=0.0, proposals=2_000, anneals=2, seed=0)
    assert space.leads[best].tolist() == only.tolist()


def test_an_anneal_ends_with_the_time():
    problem = board(0)
    plans = every_plan(problem)
    instance = build_instance(problem, deadline=Deadline.after(0.0))
    space = build_space(instance, limits_for(problem, 3), np.arange(N), 3, 10**6, choosing=True)
    start = begun(space, plans[-1][1])
    assert (recombined(space, start, plans[-1][0], least=0.0, proposals=2 * 10**7, anneals=1, seed=0) == start).all()


def test_a_plan_that_nothing_can_better_is_the_last():
    problem = board(0)
    plans = every_plan(problem)
    space, (worst, lead) = space_of(problem, 3), plans[-1]
    some = {"proposals": 4_000, "anneals": 3, "seed": 0}
    assert (recombined(space, begun(space, lead), worst, least=worst, **some) == begun(space, lead)).all()
    assert (recombined(space, begun(space, lead), worst, least=0.0, **some) != begun(space, lead)).any()


def test_the_search_among_whole_grids_begins_with_it():
    """From the worst plan to the best; not where less than two percent are left."""
    problem = board(0)
    plans = every_plan(problem)
    space, (worst, lead) = space_of(problem, 3), plans[-1]
    values = price_grids(space, GridPool(space.grids_of(begun(space, lead))), np.zeros(N), worst)
    plan = whole_grids._Plan(begun(space, lead), worst, 0.5 * plans[0][0])
    stage = whole_grids.STAGES[0]._replace(anneals=2)
    found = whole_grids._recombined(space, plan, values, stage, effort=1.0, seed=0)
    assert found.cost == pytest.approx(plans[0][0])
    near = replace(plan, bound=0.985 * worst)
    assert whole_grids._recombined(space, near, values, stage, effort=1.0, seed=0) is near
