"""On real networks: whole milliseconds against floating point, orders against each other, pbf and parquet alike."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from gridplan.layers.roads.roads import read_roads
from gridplan.travel.network import RoadNetwork
from gridplan.travel.preparation import prepare
from gridplan.travel.snapping import snap_points
from gridplan.travel.speeds import DRIVE_KMH
from gridplan.travel.stopping import edges_in_main, stoppable_edges

DATA = Path(os.environ.get("GRIDPLAN_DATA", Path(__file__).parents[2].parent / "shared" / "data"))
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the real layers are not beside the checkout")
pytestmark = [needs_data, pytest.mark.shared_data]


@pytest.fixture(scope="module")
def wuhan():
    return read_roads(DATA / "wuhan" / "roads_osm_wuhan_fua8989.parquet", area=None, crs=32650).roads


def test_whole_milliseconds_are_within_a_twentieth_of_a_second(wuhan):
    """Against floating-point hours on the same Wuhan edges, no time of 20 x 82,891 differs by 0.05 s."""
    network = prepare(RoadNetwork.from_roads(wuhan))
    hours = wuhan.length.to_numpy() / 1000.0 / wuhan["road_class"].map(DRIVE_KMH).to_numpy()
    tail, head = network.tail, network.head
    kept = np.isfinite(hours) & wuhan["drive"].to_numpy() & (tail != head)
    ends = np.concatenate([tail[kept], head[kept]]), np.concatenate([head[kept], tail[kept]])
    order = np.lexsort((np.tile(hours[kept], 2), *ends))
    u, v, w = ends[0][order], ends[1][order], np.tile(hours[kept], 2)[order]
    first = np.concatenate([[True], (u[1:] != u[:-1]) | (v[1:] != v[:-1])])
    graph = coo_array((w[first], (u[first], v[first])), shape=(network.n_nodes,) * 2).tocsr()
    places = np.random.default_rng(0).integers(0, network.n_nodes, 20)
    exact = dijkstra(graph, indices=places).T * 60.0
    ours = network.minutes_from(places).gather()
    np.testing.assert_array_equal(np.isinf(ours), np.isinf(exact))
    reached = np.isfinite(exact)
    assert np.abs(ours[reached] - exact[reached]).max() * 60.0 < 0.05


def test_every_order_gives_the_same_minutes(wuhan):
    """METIS, coordinates, steps and no hierarchy at all: equal to the millisecond, before and after closures."""
    plain = prepare(RoadNetwork.from_roads(wuhan), method="plain")
    rng = np.random.default_rng(1)
    places = rng.integers(0, plain.n_nodes, 12)
    closed = rng.choice(plain.n_edges, plain.n_edges // 100, replace=False)
    for network in (plain, plain.without_edges(closed), plain.with_speeds({"primary": 20.0})):
        expected = network.minutes_to(places).gather()
        for order in ("metis", "geometric", "bfs"):
            np.testing.assert_array_equal(prepare(network, order=order).minutes_to(places).gather(), expected)


def test_porto_one_way_streets(tmp_path):
    """The pbf of Porto: most of it is one network, and directions matter."""
    roads = read_roads(DATA / "porto_roads" / "porto.osm.pbf", area=None, crs=32629).roads
    network = prepare(RoadNetwork.from_roads(roads), cache_folder=tmp_path)
    driven = roads["drive"].to_numpy()
    assert edges_in_main(network)[driven].mean() > 0.9
    places = np.flatnonzero(network.graph.components[0] == network.graph.components[1])[:5]
    there, back = network.minutes_from(places).gather(), network.minutes_to(places).gather()
    assert (there != back).any()
    plain = prepare(network, method="plain")
    np.testing.assert_array_equal(there, plain.minutes_from(places).gather())
    np.testing.assert_array_equal(back, plain.minutes_to(places).gather())


def test_with_snapping_and_delay_off_it_is_plain_dijkstra(wuhan):
    """Points that lie on nodes, no junction delay: the table is scipy's between these nodes, to the millisecond."""
    network = RoadNetwork.from_roads(wuhan, junction_delay_s=0.0)
    usable = np.unique(
        np.concatenate([network.tail, network.head])[
            np.tile(stoppable_edges(network) & edges_in_main(network) & ~network.priced.is_through, 2)
        ]
    )
    rng = np.random.default_rng(3)
    origins, targets = rng.choice(usable, 200, replace=False), rng.choice(usable, 30, replace=False)
    snapped = snap_points(network, network.xy[origins]), snap_points(network, network.xy[targets])
    assert max(snaps.distance_m.max() for snaps in snapped) < 1e-6
    ms = np.minimum(network.forward, network.backward).astype(float)
    kept = (ms < 2**31 - 1) & (network.tail != network.head)
    u = np.concatenate([network.tail[kept], network.head[kept]])
    v = np.concatenate([network.head[kept], network.tail[kept]])
    w = np.tile(ms[kept], 2)
    order = np.lexsort((w, v, u))
    u, v, w = u[order], v[order], w[order]
    first = np.concatenate([[True], (u[1:] != u[:-1]) | (v[1:] != v[:-1])])
    graph = coo_array((w[first], (u[first], v[first])), shape=(network.n_nodes,) * 2).tocsr()
    expected = dijkstra(graph, indices=targets)[:, origins].T / 60_000.0
    np.testing.assert_array_equal(network.table(*snapped), expected)
