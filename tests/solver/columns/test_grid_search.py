"""The grids of one home that cost less than something, against all connected sets of a small board."""

from __future__ import annotations

import itertools

import networkx as nx
import numpy as np
import pytest

from gridplan.solver.columns.grid_search import grids_below
from gridplan.solver.columns.grid_table import grid_table
from gridplan.solver.columns.triples import Triples

SIDE = 3
NO_PRICES = Triples()
N = SIDE * SIDE
GRAPH = nx.convert_node_labels_to_integers(nx.grid_2d_graph(SIDE, SIDE), ordering="sorted")
INDPTR = np.cumsum([0, *(GRAPH.degree(u) for u in range(N))]).astype(np.int32)
INDICES = np.concatenate([sorted(GRAPH[u]) for u in range(N)]).astype(np.int32)


def all_grids(gain, people, home, limits):
    """Cost of every connected set that has the home and holds the hard limits."""
    low, high, soft_low, soft_high, price = limits
    out = {}
    others = [u for u in range(N) if u != home]
    for size in range(N):
        for some in itertools.combinations(others, size):
            grid = frozenset((home, *some))
            load = sum(people[u] for u in grid)
            cost = sum(gain[u] for u in grid) + price * (max(0, load - soft_high) + max(0, soft_low - load))
            if low <= load <= high and np.isfinite(cost) and nx.is_connected(GRAPH.subgraph(grid)):
                out[grid] = cost
    return out


def search(gain, people, home, limits, below, *, best=False, nodes=10**6, room=600, triples=NO_PRICES):
    members, start, value = np.zeros(8 * room, np.int64), np.zeros(room + 1, np.int64), np.zeros(room)
    found, visited, rest = grids_below(
        gain, people, INDPTR, INDICES, home, limits, *triples.of_atoms(N), triples.price, below, best, nodes, members,
        start, value,
    )  # fmt: skip
    grids = {frozenset(members[start[i] : start[i + 1]].tolist()): value[i] for i in range(found)}
    assert len(grids) == found, "a grid was found twice"
    return grids, visited, rest


def drawn(seed):
    """Gains, people (some without any), a home and limits, of which every second case has soft ones too."""
    rng = np.random.default_rng(seed)
    people = rng.integers(0, 6, N).astype(float)
    gain = rng.normal(0.0, 3.0, N)
    gain[rng.integers(0, N)] = np.inf
    home = int(rng.integers(0, N))
    gain[home] = 1.0
    total = float(people.sum())
    soft = (0.3 * total, 0.5 * total, 0.7) if seed % 2 else (0.0, total, 0.0)
    return gain, people, home, (0.15 * total, 0.6 * total, *soft)


@pytest.mark.parametrize("seed", range(12))
def test_every_connected_grid_of_less_cost_is_found_once_and_no_other(seed):
    gain, people, home, limits = drawn(seed)
    every = all_grids(gain, people, home, limits)
    for below in (-4.0, 0.0, np.inf):
        found, _, rest = search(gain, people, home, limits, below)
        wanted = {grid: cost for grid, cost in every.items() if cost < below}
        assert found.keys() == wanted.keys()
        assert all(found[grid] == pytest.approx(wanted[grid]) for grid in found)
        assert rest == below


@pytest.mark.parametrize("seed", range(12))
def test_the_best_grid_is_the_last_one_found(seed):
    gain, people, home, limits = drawn(seed)
    every = all_grids(gain, people, home, limits)
    found, _, rest = search(gain, people, home, limits, np.inf, best=True)
    assert bool(found) == bool(every)
    if every:
        assert list(found.values())[-1] == pytest.approx(min(every.values()))
        assert rest == pytest.approx(min(every.values()))


@pytest.mark.parametrize("nodes", [1, 3, 10, 30])
def test_what_was_not_found_costs_what_is_said_at_least(nodes):
    cut_short = 0
    for seed in range(12):
        gain, people, home, limits = drawn(seed)
        found, visited, rest = search(gain, people, home, limits, 2.0, nodes=nodes)
        missing = [c for grid, c in all_grids(gain, people, home, limits).items() if grid not in found and c < 2.0]
        assert min(missing, default=np.inf) >= rest - 1e-9
        assert visited <= nodes
        cut_short += bool(missing)
    assert nodes > 20 or cut_short, "no search was cut short"


def test_a_search_without_room_proves_no_more_than_it_saw():
    gain, people, home, limits = drawn(2)
    every = all_grids(gain, people, home, limits)
    found, _, rest = search(gain, people, home, limits, np.inf, room=2)
    assert len(found) == 2
    assert rest <= min(cost for grid, cost in every.items() if grid not in found)


@pytest.mark.parametrize("seed", range(8))
def test_a_grid_pays_each_triple_of_which_it_has_two_or_more_once(seed):
    gain, people, home, limits = drawn(seed)
    rng = np.random.default_rng(seed)
    atoms = np.array([rng.choice(N, 3, replace=False) for _ in range(6)])
    triples = Triples(atoms, rng.uniform(0.0, 4.0, 6))
    paid = {
        grid: cost + sum(p for three, p in zip(atoms, triples.price, strict=True) if len(grid & set(three)) >= 2)
        for grid, cost in all_grids(gain, people, home, limits).items()
    }
    for below in (0.0, np.inf):
        found, _, _ = search(gain, people, home, limits, below, triples=triples)
        wanted = {grid: cost for grid, cost in paid.items() if cost < below}
        assert found.keys() == wanted.keys()
        assert all(found[grid] == pytest.approx(wanted[grid]) for grid in found)
    best, _, _ = search(gain, people, home, limits, np.inf, best=True, triples=triples)
    assert bool(best) == bool(paid)
    if paid:
        assert list(best.values())[-1] == pytest.approx(min(paid.values()))
        table = grid_table([0] * len(paid), [np.array(sorted(grid)) for grid in paid], [0.0] * len(paid))
        free = np.array([all_grids(gain, people, home, limits)[grid] for grid in paid])
        assert free + triples.paid(table, N) == pytest.approx(np.array(list(paid.values())))


def test_a_node_counts_more_than_once_where_very_many_units_may_join():
    """400 units in a row are 7 words of bits: 2,800 units times words, more than five times as many as a node may have to count once; 11 nodes are the first that are 52."""
    units = 400
    ptr = np.concatenate([[0], np.cumsum([1] + [2] * (units - 2) + [1])])
    near = np.concatenate([[1], *[[i - 1, i + 1] for i in range(1, units - 1)], [units - 2]])
    _, visited, _ = grids_below(
        np.full(units, -1.0), np.ones(units), ptr, near, 0, (0.0, 200.0, 0.0, 200.0, 0.0), *NO_PRICES.of_atoms(units), NO_PRICES.price,
        0.0, False, 52, np.zeros(9_999, np.int64), np.zeros(1_001, np.int64), np.zeros(1_000),
    )  # fmt: skip
    assert visited == 55
