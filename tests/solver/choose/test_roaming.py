"""Leads that roam: where it is worth it, and that the plan it gives is connected with each grid's best site."""

from __future__ import annotations

import networkx as nx
import numpy as np

from gridplan.solver.bound.fixed_leads import relax
from gridplan.solver.choose.roaming import _best_site, roam_leads, worth_roaming
from gridplan.solver.draw.annealing import build_task, first_labels
from gridplan.solver.draw.moves import load_state, new_state
from gridplan.solver.instance import build_instance, limits_for
from gridplan.solver.problem import Problem
from tests.solver.test_rules import row_city


def every_cell(side: int = 4, **changes) -> Problem:
    """side x side units of one person each, every one of them a site; a minute a step."""
    cell = np.arange(side * side).reshape(side, side)
    edges = np.concatenate(
        [
            np.column_stack([cell[:, :-1].ravel(), cell[:, 1:].ravel()]),
            np.column_stack([cell[:-1].ravel(), cell[1:].ravel()]),
        ]
    )
    at = np.column_stack(np.divmod(np.arange(side * side), side)).astype(float)
    ids = [f"c{i:02d}" for i in range(side * side)]
    given = {
        "unit_ids": ids, "population": np.ones(side * side), "lead_ids": ids, "lead_unit": np.arange(side * side),
        "minutes": np.abs(at[:, None] - at[None]).sum(axis=2), "edges": edges, "choose": 4, "balance": 0.0,
    }  # fmt: skip
    return Problem.from_arrays(**(given | changes))


def test_roaming_needs_many_sites_one_part_and_no_locks():
    assert worth_roaming(build_instance(every_cell()), 4)
    assert not worth_roaming(build_instance(every_cell()), 1)
    assert not worth_roaming(build_instance(every_cell()), 9)
    assert not worth_roaming(build_instance(every_cell(locked={"c00": "c05"})), 4)
    assert not worth_roaming(build_instance(every_cell(required=["c05"])), 4)
    assert not worth_roaming(build_instance(row_city(choose=2)), 2)


def test_four_grids_round_their_leads_are_found():
    """A board of 4 x 4 falls into four cells with three of their neighbours each: 3 minutes a grid, 12 in all."""
    problem = every_cell()
    instance, limits = build_instance(problem), limits_for(problem, 4)
    start_leads = np.array([0, 3, 12, 15])
    task = build_task(instance, start_leads, limits, 0)
    start = first_labels(instance, start_leads, task, np.zeros(4))
    relaxed = relax(instance, start_leads, limits)
    value = (instance.costs_of(start_leads) + instance.population[:, None] * relaxed.price).min(axis=1)
    roamed = roam_leads(instance, limits, 4, [start], value, seed=1, proposals=60_000)
    assert roamed is not None
    graph = nx.Graph(problem.edges.tolist())
    assert np.bincount(roamed.label).tolist() == [4] * 4
    total = 0.0
    for d, site in enumerate(roamed.leads):
        inside = np.flatnonzero(roamed.label == d)
        assert nx.is_connected(graph.subgraph(inside.tolist()))
        assert site in inside
        assert problem.minutes[inside, site].sum() == problem.minutes[np.ix_(inside, inside)].sum(axis=0).min()
        total += problem.minutes[inside, site].sum()
    assert total == 12.0


def test_the_best_site_after_an_exchange_is_that_of_the_units_left():
    """Units 0 1 2 of the row with sites in each: without 0 and with 3, the middle is 2."""
    problem = row_city(
        lead_ids=list("abcdefgh"),
        lead_unit=list(range(8)),
        choose=2,
        minutes=np.abs(np.arange(8.0)[:, None] - np.arange(8.0)),
    )
    instance, limits = build_instance(problem), limits_for(problem, 2)
    leads = np.array([1, 5])
    task, state = build_task(instance, leads, limits, 0), new_state(8, 2, 2, 1)
    load_state(task, state, np.array([0, 0, 0, 1, 1, 1, 1, 1]))
    cost, opening = instance.search_cost, np.zeros(8)
    sums = np.array([cost[:3].sum(axis=0), cost[3:].sum(axis=0)])
    start, of = np.arange(9), np.arange(8)
    none = np.empty(1, np.int64)
    assert _best_site(state, sums, cost, opening, start, of, 0, none, 0, none, 0) == (20.0, 1)
    gone, come = np.array([0]), np.array([3])
    assert _best_site(state, sums, cost, opening, start, of, 0, gone, 1, come, 1) == (20.0, 2)
    opening[2] = 5.0
    assert _best_site(state, sums, cost, opening, start, of, 0, gone, 1, come, 1) == (25.0, 2)
    opening[2] = 500.0
    assert _best_site(state, sums, cost, opening, start, of, 0, gone, 1, come, 1) == (30.0, 1)
