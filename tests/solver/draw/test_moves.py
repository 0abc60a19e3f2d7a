"""Moves keep the state of a plan right: loads, members, borders, cut edges; and never take a grid apart."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from gridplan.solver.activity import Activity
from gridplan.solver.draw.annealing import build_task
from gridplan.solver.draw.moves import load_state, new_state, penalty, pieces_cut_off, shift, violation
from gridplan.solver.instance import build_instance, limits_for
from gridplan.solver.problem import Problem

SIDE = 5


def board_task(**changes):
    """5 x 5 units of 1 to 25 people, four to a corner, three leads in the corners 0, 4 and 24."""
    cell = np.arange(SIDE * SIDE).reshape(SIDE, SIDE)
    edges = np.concatenate(
        [
            np.column_stack([cell[:, :-1].ravel(), cell[:, 1:].ravel()]),
            np.column_stack([cell[:-1].ravel(), cell[1:].ravel()]),
        ]
    )
    at = np.column_stack(np.divmod(np.arange(25), SIDE)).astype(float)
    sites = [0, 4, 24]
    given = {
        "unit_ids": [str(i) for i in range(25)],
        "population": np.arange(1.0, 26.0),
        "lead_ids": list("abc"),
        "lead_unit": sites,
        "minutes": np.abs(at[:, None] - at[None, sites]).sum(axis=2),
        "edges": edges,
        "compactness_price": 2.0,
        "balance": 0.1,
        "balance_price": 3.0,
        "activities": [Activity("odd", np.arange(25) % 2, minimum=1)],
    }
    problem = Problem.from_arrays(**(given | changes))
    instance = build_instance(problem)
    return problem, build_task(instance, np.arange(3), limits_for(problem, 3), 1), nx.Graph(edges.tolist())


def columns() -> np.ndarray:
    """Columns 0-1 to a, 3-4 to b above the last two rows, the rest to c."""
    label = np.full((SIDE, SIDE), 2)
    label[:, :2] = 0
    label[:3, 2:] = 1
    return label.ravel().astype(np.int64)


def loaded(task, label):
    state = new_state(25, 3, 4, 5, len(task.rate))
    load_state(task, state, label)
    return state


def assert_right(task, state, graph, cut_weight):
    """Everything the state keeps, counted anew from its labels."""
    label = state.label
    for d in range(3):
        inside = np.flatnonzero(label == d)
        assert sorted(state.members[d, : state.n_members[d]].tolist()) == inside.tolist()
        assert state.load[d] == pytest.approx(task.people[inside].sum())
        assert state.held[:, d].tolist() == [(inside % 2).sum()]
        key = np.bitwise_xor.reduce(task.keys[inside]) if len(inside) else 0
        assert state.hash[d] == key
    differ = np.array([sum(label[v] != label[u] for v in graph[u]) for u in range(25)])
    assert state.differ.tolist() == differ.tolist()
    border = np.flatnonzero((differ > 0) & ~task.frozen)
    assert sorted(state.all_border[: state.counts[0]].tolist()) == border.tolist()
    for d in range(3):
        assert sorted(state.border[d, : state.n_border[d]].tolist()) == [u for u in border.tolist() if label[u] == d]
    assert cut_weight == pytest.approx(2.0 * sum(label[u] != label[v] for u, v in graph.edges))


def test_a_loaded_state_is_right_and_its_cost_is_that_of_the_plan():
    _, task, graph = board_task()
    state = loaded(task, columns())
    cut = 2.0 * sum(columns()[u] != columns()[v] for u, v in graph.edges)
    assert_right(task, state, graph, cut)
    over = np.maximum(state.load - task.soft_high, 0) + np.maximum(task.soft_low - state.load, 0)
    assert over.min() >= 0
    assert (task.soft_low - state.load).max() > 0, "some grid is too small"
    travel = task.cost[np.arange(25), columns()].sum()
    assert state.totals[0] == pytest.approx(travel + cut + 3.0 * over.sum())


def test_any_run_of_shifts_keeps_the_state_right():
    _, task, graph = board_task()
    state, rng = loaded(task, columns()), np.random.default_rng(4)
    cut = 2.0 * sum(columns()[u] != columns()[v] for u, v in graph.edges)
    for _ in range(60):
        u = int(rng.integers(25))
        if task.frozen[u]:
            continue
        to = int(rng.choice([d for d in range(3) if d != state.label[u]]))
        cut += shift(task, state, u, to)
        assert_right(task, state, graph, cut)


def test_pieces_cut_off_are_those_networkx_finds():
    """For each unit of many random connected plans: what hangs on it away from the lead, or that it must not move."""
    _, task, graph = board_task()
    rng, out = np.random.default_rng(6), np.empty(60, np.int64)
    told = 0
    for _ in range(40):
        label = grown(graph, [0, 4, 24], rng)
        state = loaded(task, label)
        for u in range(25):
            a = int(label[u])
            if task.frozen[u]:
                continue
            rest = graph.subgraph([v for v in range(25) if label[v] == a and v != u])
            lost = sorted(v for part in nx.connected_components(rest) if task.home[a] not in part for v in part)
            count = pieces_cut_off(task, state, u, out)
            pieces = [part for part in nx.connected_components(rest) if task.home[a] not in part]
            if any(len(part) > 12 for part in pieces):
                assert count == -1
                continue
            assert sorted(out[:count].tolist()) == lost
            told += count > 0
    assert told > 20


def test_a_unit_on_which_a_locked_one_hangs_must_not_move():
    """4 - 3 - 2 - 7 to b, a to the rest: 7 hangs on 2, and 2 with 7 on 3; what hangs travels along unless it is locked."""
    label = np.zeros(25, np.int64)
    label[[4, 3, 2, 7]], label[24] = 1, 2
    counts = {}
    for name, locked in (("free", {}), ("locked", {"7": "b"})):
        _, task, _ = board_task(locked=locked)
        state, out = loaded(task, label), np.empty(60, np.int64)
        counts[name] = [pieces_cut_off(task, state, u, out) for u in (2, 3)]
    assert counts == {"free": [1, 2], "locked": [-1, -1]}


def grown(graph, homes, rng) -> np.ndarray:
    label = np.full(len(graph), -1, dtype=np.int64)
    label[homes] = np.arange(len(homes))
    while (label < 0).any():
        ready = [(u, v) for u, v in graph.edges if (label[u] < 0) != (label[v] < 0)]
        u, v = ready[int(rng.integers(len(ready)))]
        label[u] = label[v] = max(label[u], label[v])
    return label


def test_penalties_count_what_is_too_large_and_what_is_too_small():
    """325 people in three grids, within a tenth: 97.5 to 119.17 at 3 a resident; hard within 50 and 200 at 10."""
    _, task, _ = board_task(population_min=50.0, population_max=200.0)
    price = np.full(3, 10.0)
    assert task.soft_low[0] == pytest.approx(97.5)
    assert penalty(task, price, 0, 110.0) == 0.0
    assert penalty(task, price, 0, 87.5) == pytest.approx(30.0)
    assert penalty(task, price, 0, 129.0 + 1 / 6) == pytest.approx(30.0)
    assert violation(task, 0, 40.0) == 10.0
    assert violation(task, 0, 203.0) == 3.0
    assert penalty(task, price, 0, 40.0) == pytest.approx(3.0 * 57.5 + 100.0)


def test_locked_units_and_homes_are_frozen():
    _, task, _ = board_task(locked={"7": "b"})
    assert np.flatnonzero(task.frozen).tolist() == [0, 4, 7, 24]
