"""The road network answers exactly what Dijkstra's method on the same whole milliseconds answers."""

from __future__ import annotations

import subprocess
import sys
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from gridplan.travel.network import RoadNetwork
from gridplan.words.errors import NetworkError


def oracle(tail, head, minutes, n, *, toward):
    """All-pairs milliseconds by scipy, parallel edges by the least; rows are targets (toward) or sources."""
    best = {}
    for u, v, m in zip(tail, head, minutes, strict=True):
        if np.isfinite(m):
            best[u, v] = min(best.get((u, v), np.inf), round(m * 60_000))
    pairs = np.array(list(best), dtype=int).reshape(-1, 2)
    graph = coo_array((np.array(list(best.values()), dtype=float), (pairs[:, 0], pairs[:, 1])), shape=(n, n)).tocsr()
    times = dijkstra(graph.T.tocsr() if toward else graph, directed=True)
    return times.T / 60_000


@st.composite
def networks(draw):
    """Small directed multigraphs with zero weights, loops, isolated nodes, closed edges."""
    n = draw(st.integers(1, 12))
    m = draw(st.integers(0, 40))
    node = st.integers(0, n - 1)
    tail = draw(st.lists(node, min_size=m, max_size=m))
    head = draw(st.lists(node, min_size=m, max_size=m))
    weight = st.one_of(st.just(0.0), st.just(np.inf), st.integers(0, 400_000).map(lambda ms: ms / 60_000))
    minutes = draw(st.lists(weight, min_size=m, max_size=m))
    return np.array(tail, dtype=int), np.array(head, dtype=int), np.array(minutes, dtype=float), n


@given(networks())
@settings(max_examples=60, deadline=None)
def test_both_directions_agree_with_scipy(edges):
    """Times to and from all nodes are scipy's, to the millisecond."""
    tail, head, minutes, n = edges
    network = RoadNetwork.from_edges(tail, head, minutes, n_nodes=n)
    everyone = np.arange(n)
    np.testing.assert_array_equal(
        network.minutes_to(everyone).gather(everyone), oracle(tail, head, minutes, n, toward=True)
    )
    np.testing.assert_array_equal(network.minutes_from(everyone).gather(), oracle(tail, head, minutes, n, toward=False))


@given(networks(), st.data())
@settings(max_examples=40, deadline=None)
def test_closures_and_new_minutes_agree_with_scipy(edges, data):
    """After closing edges and changing minutes the answer is that of a network made anew."""
    tail, head, minutes, n = edges
    closed = np.array(data.draw(st.lists(st.booleans(), min_size=len(tail), max_size=len(tail))), dtype=bool)
    network = RoadNetwork.from_edges(tail, head, minutes, n_nodes=n)
    left = np.where(closed, np.inf, minutes)
    cut = network.without_edges(closed)
    np.testing.assert_array_equal(cut.minutes_to(np.arange(n)).gather(), oracle(tail, head, left, n, toward=True))
    double = cut.with_minutes(left * 2)
    np.testing.assert_array_equal(
        double.minutes_from(np.arange(n)).gather(), oracle(tail, head, left * 2, n, toward=False)
    )


@given(networks(), st.data())
@settings(max_examples=40, deadline=None)
def test_reductions_agree_with_the_table(edges, data):
    """Nearest, within, covered and weighted means are those of the full table."""
    tail, head, minutes, n = edges
    network = RoadNetwork.from_edges(tail, head, minutes, n_nodes=n)
    targets = np.array(data.draw(st.lists(st.integers(0, n - 1), min_size=1, max_size=5)))
    times = network.minutes_to(targets)
    table = times.gather()
    near, place = times.nearest(2)
    np.testing.assert_array_equal(near[:, : len(targets)], np.sort(table, axis=1)[:, :2])
    np.testing.assert_array_equal(place[:, 0], np.where(np.isfinite(table.min(1)), table.argmin(1), -1))
    np.testing.assert_array_equal(times.within(3.0), (table <= 3.0).sum(axis=1))
    people = np.arange(n, dtype=float)
    np.testing.assert_allclose(times.covered(3.0, people), people @ (table <= 3.0))
    groups = np.arange(n) % 3 - 1
    mean = times.weighted_mean(groups, people)
    for g in range(mean.shape[0]):
        for j in range(len(targets)):
            rows = (groups == g) & np.isfinite(table[:, j]) & (people > 0)
            expected = np.average(table[rows, j], weights=people[rows]) if rows.any() else np.inf
            assert mean[g, j] == pytest.approx(expected)
    least, _ = network.nearest(targets)
    np.testing.assert_array_equal(least, table.min(axis=1))
    least, position = network.nearest(targets, max_minutes=2.0)
    np.testing.assert_array_equal(least, np.where(table.min(axis=1) <= 2.0, table.min(axis=1), np.inf))
    found = position >= 0
    np.testing.assert_array_equal(table[np.flatnonzero(found), position[found]], least[found])


def test_one_way_traffic_tells_to_from_apart():
    """0 -> 1 -> 2 one way: 2 is five minutes from 0, and 0 is out of reach from 2."""
    network = RoadNetwork.from_edges([0, 1], [1, 2], [2.0, 3.0])
    assert network.minutes_to([2]).gather([0]).item() == 5.0
    assert network.minutes_from([2]).gather([0]).item() == np.inf


def test_shuffled_edges_change_nothing():
    rng = np.random.default_rng(5)
    tail, head = rng.integers(0, 50, (2, 200))
    minutes = rng.uniform(0, 10, 200)
    order = rng.permutation(200)
    one = RoadNetwork.from_edges(tail, head, minutes, n_nodes=50)
    two = RoadNetwork.from_edges(tail[order], head[order], minutes[order], n_nodes=50)
    np.testing.assert_array_equal(one.minutes_to([3, 7]).gather(), two.minutes_to([3, 7]).gather())


def test_long_ways_saturate_and_are_told():
    """An edge beyond 24.8 days is closed with a warning; a path beyond it is unreachable, never negative."""
    network = RoadNetwork.from_edges([0, 1, 2], [1, 2, 3], [30_000.0, 30_000.0, 40_000.0])
    assert [problem.severity for problem in network.problems] == ["warning"]
    times = network.minutes_to([2, 3]).gather()
    np.testing.assert_array_equal(times[:, 0], [np.inf, 30_000.0, 0.0, np.inf])
    np.testing.assert_array_equal(times[:, 1], [np.inf, np.inf, np.inf, 0.0])


@pytest.mark.parametrize(
    ("tail", "head", "minutes", "n", "word"),
    [
        ([0, 5], [1, 1], [1.0, 1.0], 3, "tail"),
        ([0, -1], [1, 1], [1.0, 1.0], 3, "tail"),
        ([0], [1], [-1.0], None, "minutes"),
        ([0], [1], [np.nan], None, "minutes"),
        ([0.5], [1], [1.0], None, "tail"),
        ([0, 1], [1], [1.0, 1.0], None, "tail, head, minutes"),
    ],
)
def test_bad_arrays_are_refused(tail, head, minutes, n, word):
    with pytest.raises(NetworkError) as error:
        RoadNetwork.from_edges(tail, head, minutes, n_nodes=n)
    assert word in [problem.field for problem in error.value.problems]


def test_nodes_out_of_range_are_refused():
    network = RoadNetwork.from_edges([0], [1], [1.0])
    with pytest.raises(NetworkError):
        network.minutes_to([2])
    with pytest.raises(NetworkError):
        network.minutes_to([1]).gather([-1])
    with pytest.raises(NetworkError):
        network.without_edges([1])


def test_empty_networks_answer():
    for n in (0, 1, 3):
        network = RoadNetwork.from_edges([], [], [], n_nodes=n)
        assert network.minutes_to(np.arange(n)).gather().shape == (n, n)
        assert network.minutes_to([]).gather().shape == (n, 0)
        assert network.nearest([])[0].tolist() == [np.inf] * n


def test_importing_travel_loads_nothing_heavy():
    """`import gridplan.travel` and its network load neither numba nor scipy's graph routines."""
    code = (
        "import sys, gridplan, gridplan.travel, gridplan.travel.network\n"
        "heavy = [m for m in ('numba', 'scipy.sparse.csgraph', 'networkx') if m in sys.modules]\n"
        "print(heavy)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_a_network_is_shown_with_a_small_picture_where_it_has_places():
    """Two nodes a kilometre apart: one line from one side to the other; without coordinates only the numbers."""
    plain = RoadNetwork.from_edges([0, 1], [1, 0], [2.0, np.inf])
    assert repr(plain).splitlines() == ["<RoadNetwork>", "  nodes   2", "  edges   2", "  closed  1", "  mode    -"]
    assert "<svg" not in plain._repr_html_()
    shown = RoadNetwork.from_edges([0], [1], [2.0], xy=[(0, 0), (1000, 0)])._repr_html_()
    assert shown.count("<path") == 1


def test_a_large_network_is_shown_at_once():
    """A million edges: a sample is drawn."""
    rng = np.random.default_rng(0)
    tail, head = rng.integers(0, 300_000, (2, 1_000_000))
    network = RoadNetwork.from_edges(tail, head, np.ones(1_000_000), xy=rng.uniform(0, 1e5, (300_000, 2)))
    began = time.process_time()
    shown = network._repr_html_()
    assert time.process_time() - began < 3
    assert len(shown) < 400_000
