"""A road interrupted somewhere along it: nobody passes, those on it get away on their side."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridplan.travel.network import RoadNetwork
from gridplan.travel.preparation import prepare
from gridplan.travel.snapping import snap_points
from gridplan.words.errors import NetworkError
from tests.travel.search.test_hierarchy import street_grid

SEEDS = st.integers(0, 10_000)


def one_street() -> RoadNetwork:
    """Nodes at 0, 1,000 and 2,000 m, ten minutes a kilometre, both ways."""
    tail, head = [0, 1, 1, 2], [1, 0, 2, 1]
    return RoadNetwork.from_edges(tail, head, [10.0] * 4, xy=[(0, 0), (1000, 0), (2000, 0)])


def test_each_side_of_a_cut_stays_open():
    """Cut at 400 m: from 300 m one gets to 0 but not on; from 500 m on, but not to 0; from 300 to 500 m not at all."""
    network = one_street()
    places = snap_points(network, [(300, 0), (500, 0), (0, 0), (1500, 0)], access_kmh=1e9)
    edges = np.flatnonzero(np.isin(network.tail, [0, 1]) & np.isin(network.head, [0, 1]))
    shares = [[0.4, 0.4] if network.tail[edge] == 0 else [0.6, 0.6] for edge in edges]
    cut = network.without_edges(edges, stretches=shares)
    minutes = cut.table(places, places)
    assert minutes[0].tolist() == [0.0, np.inf, 3.0, np.inf]
    assert minutes[1].tolist() == [np.inf, 0.0, np.inf, 10.0]
    assert minutes[:, 3].tolist() == [np.inf, 10.0, np.inf, 0.0]
    assert np.isfinite(network.table(places, places)).all()


def test_inside_a_closed_stretch_nobody_moves():
    network = one_street()
    places = snap_points(network, [(450, 0), (300, 0), (0, 0), (1000, 0)], access_kmh=1e9)
    edges = np.flatnonzero(np.isin(network.tail, [0, 1]) & np.isin(network.head, [0, 1]))
    shares = [[0.4, 0.5] if network.tail[edge] == 0 else [0.5, 0.6] for edge in edges]
    minutes = network.without_edges(edges, stretches=shares).table(places, places)
    assert np.isinf(minutes[0, 1:]).all()
    assert minutes[1, 2] == 3.0


def test_other_speeds_keep_the_cuts():
    network = one_street()
    cut = network.without_edges([0, 1], stretches=[[0.5, 0.5]] * 2)
    slower = cut.with_minutes([20.0] * 4)
    places = snap_points(network, [(250, 0), (0, 0), (1500, 0)], access_kmh=1e9)
    assert slower.table(places, places)[0].tolist() == [0.0, 5.0, np.inf]
    assert cut.without_edges([2, 3]).table(places, places)[1].tolist() == [2.5, 0.0, np.inf]


def test_shares_are_checked():
    for wrong in ([[0.2, 0.1]], [[0.5, 1.5]], [0.5, 0.5], [[np.nan, 1.0]]):
        with pytest.raises(NetworkError):
            one_street().without_edges([0], stretches=wrong)


@settings(max_examples=10, deadline=None)
@given(seed=SEEDS)
def test_cutting_never_shortens_and_both_methods_agree(seed: int):
    rng = np.random.default_rng(seed)
    tail, head, minutes, n, xy = street_grid(7, seed=seed)
    network = prepare(RoadNetwork.from_edges(tail, head, minutes, n_nodes=n, xy=xy), method="plain")
    places = snap_points(network, rng.uniform(-20, 620, (30, 2)))
    rows = rng.choice(len(tail), rng.integers(1, 40), replace=False)
    cut = network.without_edges(rows, stretches=np.sort(rng.random((len(rows), 2)), axis=1))
    before, after = network.table(places, places), cut.table(places, places)
    assert (after >= before).all()
    np.testing.assert_array_equal(prepare(cut).table(places, places), after)


def road_frame(lines: list[list[tuple[float, float]]]) -> gpd.GeoDataFrame:
    """Two-way residential roads at 18 km/h between nodes known by their places."""
    ends = [(tuple(line[0]), tuple(line[-1])) for line in lines]
    number = {end: i for i, end in enumerate(dict.fromkeys(end for pair in ends for end in pair))}
    count = len(lines)
    return gpd.GeoDataFrame(
        {
            "tail": [number[a] for a, _ in ends],
            "head": [number[b] for _, b in ends],
            "road_class": ["residential"] * count,
            "oneway": 0,
            "maxspeed_kmh": np.nan,
            "minutes": np.nan,
            **{name: [name in ("drive", "walk")] * count for name in ("tunnel", "drive", "walk", "bike")},
        },
        geometry=[shapely.LineString(line) for line in lines],
        crs="EPSG:4549",
    )


@settings(max_examples=10, deadline=None)
@given(seed=SEEDS)
def test_a_cut_is_a_road_with_its_middle_taken_out(seed: int):
    """The same town with the closed stretch really removed and new dead ends on either side gives the same minutes."""
    rng = np.random.default_rng(seed)
    lines = [[(x, y), (x + 900, y)] for x in (0, 900) for y in (0, 900, 1800)]
    lines += [[(x, y), (x, y + 900)] for x in (0, 900, 1800) for y in (0, 900)]
    row = int(rng.integers(len(lines)))
    low, high = np.sort(rng.uniform(0.1, 0.9, 2))
    (ax, ay), (bx, by) = lines[row]
    at = [(ax + (bx - ax) * s, ay + (by - ay) * s) for s in (low, high)]
    pieces = [*(line for i, line in enumerate(lines) if i != row), [(ax, ay), at[0]], [at[1], (bx, by)]]
    points = rng.uniform(-50, 1850, (40, 2))
    inside = shapely.distance(shapely.points(points), shapely.LineString(at)) < 60
    whole, split = RoadNetwork.from_roads(road_frame(lines)), RoadNetwork.from_roads(road_frame(pieces))
    there, here = snap_points(whole, points), snap_points(split, points)
    same = ~inside & (np.abs(there.distance_m - here.distance_m) < 1e-6)
    minutes = whole.without_edges([row], stretches=[[low, high]]).table(there, there)
    removed = split.table(here, here)
    np.testing.assert_allclose(minutes[np.ix_(same, same)], removed[np.ix_(same, same)], atol=2e-4)


def test_several_cuts_of_one_edge_are_one_from_the_first_to_the_last():
    """Cut at 700 m and at 300 m, in one go or one after the other: between them nobody moves."""
    network = one_street()
    row = int(np.flatnonzero((network.tail == 0) & (network.head == 1))[0])
    once = network.without_edges([row, row], stretches=[[0.7, 0.7], [0.3, 0.3]])
    twice = network.without_edges([row], stretches=[[0.3, 0.3]]).without_edges([row], stretches=[[0.7, 0.7]])
    for cut in (once, twice):
        assert cut.cuts.stretches.tolist() == [[0.3, 0.7]]
        assert cut.cuts.edges.tolist() == [row]
