"""The hierarchy answers to the millisecond what Dijkstra's method answers, whatever the order of elimination."""

from __future__ import annotations

import os
import threading
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridplan.travel.network import RoadNetwork
from gridplan.travel.preparation import prepare
from gridplan.travel.search import elimination, engine, hierarchy, order, order_cache
from gridplan.travel.search.graph import build_topology
from gridplan.travel.snapping import snap_points
from gridplan.words.errors import NetworkError

ORDERS = ["metis", "geometric", "bfs"]
FAR = 2**31 - 1


@pytest.fixture(scope="module", autouse=True)
def own_cache(tmp_path_factory):
    """Orders of these tests stay out of the user's cache."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRIDPLAN_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


def street_grid(side, seed, *, one_way=0.2, zero=0.05):
    """A chessboard of side x side junctions with random times, some one-way, some taking no time, one detached node."""
    rng = np.random.default_rng(seed)
    node = np.arange(side * side).reshape(side, side)
    tail = np.concatenate([node[:, :-1].ravel(), node[:-1].ravel()])
    head = np.concatenate([node[:, 1:].ravel(), node[1:].ravel()])
    there, back = rng.integers(1, 9_000, (2, len(tail))) / 1_000
    there[rng.random(len(tail)) < zero] = 0.0
    back[rng.random(len(tail)) < one_way] = np.inf
    n = side * side + 1
    xy = np.column_stack([np.arange(n) % side, np.arange(n) // side]) * 100.0
    shuffle = rng.permutation(n)
    places = np.empty_like(xy)
    places[shuffle] = xy
    return (
        shuffle[np.concatenate([tail, head])],
        shuffle[np.concatenate([head, tail])],
        np.concatenate([there, back]),
        n,
        places,
    )


@st.composite
def networks(draw):
    """Small directed multigraphs with zero weights, loops, isolated nodes, closed and saturating edges."""
    n = draw(st.integers(1, 14))
    m = draw(st.integers(0, 45))
    node = st.integers(0, n - 1)
    tail = draw(st.lists(node, min_size=m, max_size=m))
    head = draw(st.lists(node, min_size=m, max_size=m))
    weight = st.one_of(
        st.just(0.0), st.just(np.inf), st.just(30_000.0), st.integers(0, 400_000).map(lambda ms: ms / 60_000)
    )
    minutes = draw(st.lists(weight, min_size=m, max_size=m))
    return np.array(tail, dtype=int), np.array(head, dtype=int), np.array(minutes, dtype=float), n


def perfected(network):
    """The same network as it answers very many searches: with every arc exact and those that are beaten left out."""
    perfect = replace(network)
    perfect.graph.__dict__["hierarchy"] = network.graph.hierarchy.perfected
    return perfect


@pytest.mark.parametrize(
    ("method", "finish"), [("metis", lambda network: network), ("metis", perfected), ("bfs", perfected)]
)
@given(edges=networks())
@settings(max_examples=50, deadline=None)
def test_random_graphs_both_directions(method, finish, edges):
    """Hierarchy and plain search agree on every pair, both ways, on any small multigraph."""
    tail, head, minutes, n = edges
    plain = prepare(RoadNetwork.from_edges(tail, head, minutes, n_nodes=n), method="plain")
    fast = finish(prepare(plain, order=method))
    nodes = np.arange(n)
    np.testing.assert_array_equal(fast.minutes_to(nodes).gather(), plain.minutes_to(nodes).gather())
    np.testing.assert_array_equal(fast.minutes_from(nodes).gather(nodes), plain.minutes_from(nodes).gather(nodes))
    half = np.arange(0, n, 2)
    for ours, theirs in zip(fast.nearest(half), plain.nearest(half), strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("method", ORDERS)
@pytest.mark.parametrize("side", [3, 17, 40])
def test_every_order_is_exact(method, side):
    """Chessboards in every order, few and many searches (both lane counts), both directions, all reductions."""
    tail, head, minutes, n, xy = street_grid(side, seed=side)
    plain = prepare(RoadNetwork.from_edges(tail, head, minutes, n_nodes=n, xy=xy), method="plain")
    basic = prepare(plain, order=method)
    fast = perfected(basic) if side == 17 else basic
    assert len(perfected(basic).graph.hierarchy.climb.heads) < len(basic.graph.hierarchy.climb.heads) or side == 3
    rng = np.random.default_rng(0)
    for count in (1, 20, 70):
        places = rng.integers(0, n, count)
        for ours, theirs in ((fast.minutes_to(places), plain.minutes_to(places)),
                             (fast.minutes_from(places), plain.minutes_from(places))):  # fmt: skip
            np.testing.assert_array_equal(ours.gather(), theirs.gather())
            at = rng.integers(0, n, 30)
            np.testing.assert_array_equal(ours.gather(at), theirs.gather(at))
            for mine, other in zip(ours.nearest(3), theirs.nearest(3), strict=True):
                np.testing.assert_array_equal(mine, other)
            np.testing.assert_array_equal(ours.within(9.0), theirs.within(9.0))
            people, group = rng.random(n), rng.integers(-1, 5, n)
            np.testing.assert_array_equal(ours.covered(9.0, people), theirs.covered(9.0, people))
            np.testing.assert_array_equal(ours.weighted_mean(group, people), theirs.weighted_mean(group, people))
        for mine, other in zip(fast.nearest(places), plain.nearest(places), strict=True):
            np.testing.assert_array_equal(mine, other)


def test_very_many_searches_use_exact_arcs(monkeypatch):
    """From `PERFECT_PAYS` searches on, the hierarchy is perfected, and the answers stay the same."""
    tail, head, minutes, n, xy = street_grid(12, seed=5)
    network = prepare(RoadNetwork.from_edges(tail, head, minutes, n_nodes=n, xy=xy))
    before = network.minutes_to(np.arange(n)).gather()
    assert "perfected" not in network.graph.hierarchy.__dict__
    monkeypatch.setattr(engine, "PERFECT_PAYS", n)
    np.testing.assert_array_equal(network.minutes_to(np.arange(n)).gather(), before)
    assert "perfected" in network.graph.hierarchy.__dict__


def test_plain_search_among_ways_of_no_time():
    """A hub that ever nearer places reach in no time is done again for each, with more entries than there are roads."""
    n_places, n_ends = 30, 20
    places, ends = 1 + np.arange(n_places), 1 + n_places + np.arange(n_ends)
    tail = np.concatenate([np.zeros(n_places, int), ends])
    head = np.concatenate([places, np.zeros(n_ends, int)])
    network = prepare(RoadNetwork.from_edges(tail, head, np.zeros(len(tail))), method="plain")
    minutes, position = network.nearest(places[::-1].copy())
    assert (minutes == 0).all()
    assert (position[[0, *ends]] == 0).all()


def test_snapped_points_agree():
    """Snapped origins and targets: tables, nearest and means of both methods are equal."""
    tail, head, minutes, n, xy = street_grid(12, seed=3)
    plain = prepare(RoadNetwork.from_edges(tail, head, minutes, n_nodes=n, xy=xy), method="plain")
    fast = prepare(plain)
    rng = np.random.default_rng(1)
    origins, targets = (
        snap_points(plain, rng.uniform(-50, 1200, (150, 2))),
        snap_points(plain, rng.uniform(-50, 1200, (40, 2))),
    )
    np.testing.assert_array_equal(fast.table(origins, targets), plain.table(origins, targets))
    np.testing.assert_array_equal(fast.table(targets, origins), plain.table(targets, origins))
    group, people = rng.integers(0, 9, 150), rng.random(150)
    np.testing.assert_array_equal(
        fast.minutes_to(targets).weighted_mean(group, people, at=origins),
        plain.minutes_to(targets).weighted_mean(group, people, at=origins),
    )


def test_closures_keep_the_order():
    """Closed edges and new minutes are a new customisation of the same skeleton, and stay exact."""
    tail, head, minutes, n, xy = street_grid(20, seed=4)
    network = prepare(RoadNetwork.from_edges(tail, head, minutes, n_nodes=n, xy=xy))
    rng = np.random.default_rng(2)
    places = rng.integers(0, n, 25)
    cut = network.without_edges(rng.choice(len(tail), 60, replace=False))
    assert cut.graph.hierarchy.skeleton is network.graph.hierarchy.skeleton
    np.testing.assert_array_equal(
        cut.minutes_to(places).gather(), prepare(cut, method="plain").minutes_to(places).gather()
    )
    slow = cut.with_minutes(minutes * rng.uniform(1, 3, len(minutes)))
    assert slow.graph.hierarchy.skeleton is network.graph.hierarchy.skeleton
    np.testing.assert_array_equal(
        slow.minutes_from(places).gather(), prepare(slow, method="plain").minutes_from(places).gather()
    )


def test_times_saturate_instead_of_wrapping():
    """A road of ten edges of nine days each: beyond 24.8 days nothing arrives, in either method."""
    days = 9 * 1440.0
    network = RoadNetwork.from_edges(np.arange(10), np.arange(1, 11), np.full(10, days))
    for method in ("plain", "hierarchy"):
        times = prepare(network, method=method).minutes_from([0]).gather().ravel()
        np.testing.assert_array_equal(times, np.where(np.arange(11) <= 2, np.arange(11) * days, np.inf))


@pytest.mark.parametrize("method", ORDERS)
def test_orders_are_permutations(method):
    """Every order names every node once, and gives the same hierarchy each time."""
    tail, head, _, n, xy = street_grid(30, seed=5)
    topology = build_topology(tail.astype(np.int32), head.astype(np.int32), np.ones(len(tail), bool), n_nodes=n)
    found = order.find_order(topology, method, xy)
    np.testing.assert_array_equal(np.sort(found), np.arange(n))
    np.testing.assert_array_equal(found, order.find_order(topology, method, xy))


def test_orders_without_metis_are_fit_for_use():
    """On a chessboard of 50 x 50 the fallbacks make at most 2.5 times the arcs that METIS makes."""
    tail, head, _, n, xy = street_grid(50, seed=6)
    topology = build_topology(tail.astype(np.int32), head.astype(np.int32), np.ones(len(tail), bool), n_nodes=n)
    arcs = {
        m: len(elimination.fill(topology.indptr, topology.heads, order.find_order(topology, m, xy), 10**6)[1])
        for m in ORDERS
    }
    assert arcs["geometric"] <= 2.5 * arcs["metis"]
    assert arcs["bfs"] <= 2.5 * arcs["metis"]


def test_missing_means_are_refused(monkeypatch):
    network = RoadNetwork.from_edges([0], [1], [1.0])
    with pytest.raises(NetworkError):
        prepare(network, order="geometric")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(NetworkError):
        prepare(network, order="metis")
    assert order.choose_method("auto", None) == "bfs"
    assert order.choose_method("auto", np.zeros((2, 2))) == "geometric"


def grid_topology(seed=7):
    tail, head, _, n, _ = street_grid(10, seed=seed)
    return build_topology(tail.astype(np.int32), head.astype(np.int32), np.ones(len(tail), bool), n_nodes=n)


def test_orders_are_kept_on_disk_and_never_trusted_blindly(tmp_path):
    """A second build reads the order; a file cut short or garbled is ignored and written anew."""
    topology = grid_topology()
    key = order_cache.topology_key(topology, "metis")
    assert order_cache.load_order(key, topology.n_nodes, folder=tmp_path) is None
    found = order.find_order(topology, "metis", None)
    order_cache.store_order(key, found, folder=tmp_path)
    np.testing.assert_array_equal(order_cache.load_order(key, topology.n_nodes, folder=tmp_path), found)
    file = next(tmp_path.glob("*.order"))
    whole = file.read_bytes()
    for broken in (b"", whole[:10], whole[:-4], whole[:-1] + b"\0" if whole[-1] else whole[:-1] + b"\1"):
        file.write_bytes(broken)
        assert order_cache.load_order(key, topology.n_nodes, folder=tmp_path) is None
    for wrong in (np.zeros_like(found), found + 1, found - 1, np.full_like(found, 2**31 - 1)):
        order_cache.store_order(key, wrong, folder=tmp_path)
        assert order_cache.load_order(key, topology.n_nodes, folder=tmp_path) is None
    made = hierarchy.find_skeleton(grid_topology(), method="metis", folder=tmp_path)
    np.testing.assert_array_equal(np.sort(made.node), np.arange(topology.n_nodes))
    older = whole.removeprefix(order_cache.VERSION + b"\n")
    assert len(older) < len(whole)
    file.write_bytes(older)
    assert order_cache.load_order(key, topology.n_nodes, folder=tmp_path) is None
    order_cache.store_order(key, found, folder=tmp_path)
    assert file.read_bytes() == whole
    assert list(tmp_path.glob(".writing-*")) == []


def test_many_writers_at_once(tmp_path):
    """Eight threads write and read the same order; every read is whole or nothing."""
    topology = grid_topology()
    found = order.find_order(topology, "metis", None)
    key = order_cache.topology_key(topology, "metis")
    wrong = []

    def work():
        for _ in range(20):
            order_cache.store_order(key, found, folder=tmp_path)
            read = order_cache.load_order(key, topology.n_nodes, folder=tmp_path)
            wrong.append(read is None or not np.array_equal(read, found))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not any(wrong)
    assert len(list(tmp_path.iterdir())) == 1


def test_an_unusable_folder_is_no_obstacle(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    network = prepare(RoadNetwork.from_edges([0, 1], [1, 2], [1.0, 2.0]), cache_folder=blocked)
    assert network.minutes_to([2]).gather([0]).item() == 3.0


@pytest.mark.parametrize(
    "make", [lambda path: os.mkfifo(path), lambda path: path.symlink_to("/dev/zero"), lambda path: path.mkdir()]
)
def test_what_never_ends_under_the_name_of_an_order_is_no_order(tmp_path, make):
    make(tmp_path / "key.order")
    assert order_cache.load_order("key", 3, folder=tmp_path) is None


def nobody(*_, **__):
    raise RuntimeError("could not determine the home directory")


@pytest.mark.parametrize("home", [nobody, lambda *_, **__: "~/.cache/gridplan"], ids=["refused", "as it is"])
def test_a_user_without_a_home_has_no_cache_and_a_plan_all_the_same(tmp_path, monkeypatch, home):
    """As a service or a container runs: the library that knows the folders has none, or gives one in the current folder."""
    monkeypatch.delenv("GRIDPLAN_CACHE")
    monkeypatch.setattr("platformdirs.user_cache_dir", home)
    monkeypatch.chdir(tmp_path)
    order_cache.store_order("key", np.arange(3, dtype=np.int32))
    assert order_cache.load_order("key", 3) is None
    assert not order_cache.is_stored("key")
    assert list(tmp_path.iterdir()) == []


def test_old_orders_go(tmp_path, monkeypatch):
    monkeypatch.setattr(order_cache, "KEPT_FILES", 3)
    for number in range(6):
        order_cache.store_order(f"key{number}", np.arange(3, dtype=np.int32), folder=tmp_path)
    assert len(list(tmp_path.glob("*.order"))) == 3


def test_a_graph_that_is_no_road_network_is_searched_plainly_and_exactly(tmp_path):
    """Random, and asked for a hierarchy: it has none, and its times are those of scipy."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    rng = np.random.default_rng(1)
    tail, head = rng.integers(0, 2500, (2, 8000))
    minutes = rng.integers(1, 60, 8000).astype(float)
    network = prepare(RoadNetwork.from_edges(tail, head, minutes, n_nodes=2500), cache_folder=tmp_path)
    assert network.graph.hierarchy is None
    least_last = np.argsort(minutes)[::-1]
    matrix = csr_array((2500, 2500)).tolil()
    matrix[tail[least_last], head[least_last]] = minutes[least_last]
    np.testing.assert_allclose(network.minutes_from([3, 7]).gather().T, dijkstra(matrix.tocsr(), indices=[3, 7]))


def test_a_skeleton_that_fills_up_is_given_up_before_it_is_built():
    """A clique of 300 nodes in any order has 44,850 arcs: more than 128 a node, and nothing of it is kept."""
    tail, head = np.nonzero(np.triu(np.ones((300, 300), bool), 1))
    topology = build_topology(tail.astype(np.int32), head.astype(np.int32), np.ones(len(tail), bool), n_nodes=300)
    in_turn = np.arange(300, dtype=np.int32)
    rows, up = elimination.fill(topology.indptr, topology.heads, in_turn, 44_850)
    assert (len(rows), len(up)) == (301, 44_850)
    assert [len(part) for part in elimination.fill(topology.indptr, topology.heads, in_turn, 44_849)] == [0, 0]
    assert hierarchy.skeleton_of(topology, in_turn) is None
