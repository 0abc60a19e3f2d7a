"""Roads open only to those whose way begins or ends there: nobody passes through, nobody is shut in."""

from __future__ import annotations

import heapq

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from gridplan.travel.network import RoadNetwork
from gridplan.travel.preparation import prepare
from gridplan.travel.reasons import explain_unreachable
from gridplan.travel.snaps import Snaps


def roads(*rows: tuple, xy: dict[int, tuple[float, float]] | None = None) -> gpd.GeoDataFrame:
    """Two-way streets (tail, head, minutes, destination, oneway=0), each with a bend of its own."""
    places = xy or {}
    told = [(*row, 0) if len(row) == 4 else row for row in rows]
    ends = [[places.get(node, (1000.0 * node, 0.0)) for node in row[:2]] for row in told]
    lines = [shapely.LineString([a, (a[0], 100.0 + 10 * at), b]) for at, (a, b) in enumerate(ends)]
    columns = dict(zip(("tail", "head", "minutes", "destination", "oneway"), zip(*told, strict=True), strict=True))
    usual = {"road_class": "residential", "maxspeed_kmh": np.nan, "tunnel": False, "drive": True, "walk": True}
    return gpd.GeoDataFrame({**usual, "bike": True, **columns}, geometry=lines, crs="EPSG:4549").astype(
        {"destination": bool, "minutes": float}
    )


def on(*places: tuple[int, float]) -> Snaps:
    """Points on edges, at shares of their length, without an access leg."""
    edge, share = (np.array(values) for values in zip(*places, strict=True))
    none = np.zeros(len(edge))
    return Snaps(edge, share.astype(float), none, none, none.astype(np.int8), none.astype(bool))


@pytest.fixture
def quarter() -> gpd.GeoDataFrame:
    """A short cut for residents only (edges 2 and 3) beside the main road.

    0 ----10---- 1 ----10---- 2      main road, edges 0 and 1
    0 --2-- 3 --2-- 2                destination only, edges 2 and 3
            3 --1-- 4                a lane behind it without a tag, edge 4
    """
    return roads((0, 1, 10, False), (1, 2, 10, False), (0, 3, 2, True), (3, 2, 2, True), (3, 4, 1, False))


def test_the_short_cut_serves_those_who_begin_or_end_there_alone(quarter):
    """Through: 20 by the main road, not 4; into the quarter and out of it at either end; along it."""
    network = RoadNetwork.from_roads(quarter)
    assert network.n_nodes == 5
    west, east, lane, inside, further = (0, 0.0), (1, 1.0), (4, 1.0), (2, 0.5), (3, 0.5)
    table = network.table(on(west, east, lane, inside), on(west, east, lane, inside, further))
    assert table.tolist() == [
        [0.0, 20.0, 3.0, 1.0, 3.0],
        [20.0, 0.0, 3.0, 3.0, 1.0],
        [3.0, 3.0, 0.0, 2.0, 2.0],
        [1.0, 3.0, 2.0, 0.0, 2.0],
    ]


def test_nodes_are_asked_for_by_their_own_numbers(quarter):
    network = RoadNetwork.from_roads(quarter)
    assert network.minutes_to([2]).gather()[:, 0].tolist() == [20.0, 10.0, 0.0, 2.0, 3.0]
    assert network.minutes_from([4]).gather()[:, 0].tolist() == [3.0, 13.0, 3.0, 1.0, 0.0]
    minutes, position = network.nearest([0, 4])
    assert (minutes.tolist(), position.tolist()) == ([0.0, 10.0, 3.0, 1.0, 0.0], [0, 0, 1, 1, 1])


def test_an_ambulance_and_walkers_pass_through(quarter):
    for mode in ("ambulance", "walk"):
        network = RoadNetwork.from_roads(quarter, mode=mode)
        assert network.levels is None


def test_a_network_without_such_roads_has_no_levels(quarter):
    network = RoadNetwork.from_roads(quarter.assign(destination=False))
    assert network.levels is None
    assert network.table(on((0, 0.0)), on((1, 1.0))).item() == 4.0


def test_what_the_main_road_no_longer_joins_is_out_of_reach_and_says_why(quarter):
    """With the main road closed, only the short cut leads from a street in the west to the east, and nobody may pass it."""
    street = roads((5, 0, 1, False))
    network = RoadNetwork.from_roads(pd.concat([quarter, street], ignore_index=True)).without_edges([0])
    west, east = on((5, 0.5)), on((1, 1.0))
    assert np.isinf(network.table(west, east)).all()
    (why,) = explain_unreachable(network, west, east)
    assert why is not None
    assert "access=destination" in why.en
    assert network.table(on((4, 1.0)), east).item() == 3.0


def automaton(frame: gpd.GeoDataFrame, zone: np.ndarray, origin: tuple[int, float], target: tuple[int, float]) -> float:
    """Least minutes over all ways that use roads of the zone first and last only, by states (node, phase)."""
    tails, heads, minutes, oneway = (frame[name].to_numpy() for name in ("tail", "head", "minutes", "oneway"))
    least: dict[tuple[int, int], float] = {}
    (edge, share), (goal, part) = origin, target
    begin = 0 if zone[edge] else 1
    queue = [(minutes[edge] * (1 - share), int(heads[edge]), begin)]
    if not oneway[edge]:
        queue.append((minutes[edge] * share, int(tails[edge]), begin))
    heapq.heapify(queue)
    while queue:
        time, node, phase = heapq.heappop(queue)
        if least.setdefault((node, phase), time) < time:
            continue
        for row in range(len(frame)):
            for a, b in ((tails[row], heads[row]), *(() if oneway[row] else ((heads[row], tails[row]),))):
                phases = ((0, 2) if phase == 0 else (2,)) if zone[row] else ((1,) if phase < 2 else ())
                for then in phases if a == node else ():
                    if time + minutes[row] < least.get((int(b), then), np.inf):
                        heapq.heappush(queue, (time + minutes[row], int(b), then))
    known = [
        (least.get((int(node), phase), np.inf) + leg)
        for node, leg, is_open in (
            (tails[goal], minutes[goal] * part, True),
            (heads[goal], minutes[goal] * (1 - part), not oneway[goal]),
        )
        for phase in ((0, 1, 2) if zone[goal] else (0, 1))
        if is_open
    ]
    if edge == goal and (part >= share or not oneway[goal]):
        known.append(minutes[goal] * abs(part - share))
    return min(known)


def test_ways_are_the_shortest_allowed_and_nobody_is_shut_in():
    """On random boards: the minutes of another search over phases, and no pair out of reach that the roads join at all."""
    rng = np.random.default_rng(14)
    some = 0
    for _ in range(40):
        n_edges = int(rng.integers(10, 22))
        tail = rng.integers(0, 10, n_edges)
        head = (tail + rng.integers(1, 10, n_edges)) % 10
        tagged, oneway = rng.random(n_edges) < 0.3, (rng.random(n_edges) < 0.2).astype(int)
        frame = roads(*zip(tail, head, rng.integers(1, 9, n_edges), tagged, oneway, strict=True))
        network = RoadNetwork.from_roads(frame)
        if network.levels is None:
            continue
        places = list(
            zip(rng.integers(0, n_edges, 5).tolist(), rng.uniform(0.1, 0.9, 5).round(2).tolist(), strict=True)
        )
        points = on(*places)
        table = network.table(points, points)
        own = [[automaton(frame, network.levels.zone, a, b) for b in places] for a in places]
        np.testing.assert_allclose(table, own, atol=1e-3)
        np.testing.assert_array_equal(table, prepare(network).table(points, points))
        free = RoadNetwork.from_roads(frame.assign(destination=False)).table(points, points)
        np.testing.assert_array_equal(np.isinf(table), np.isinf(free))
        some += int((table > free + 1e-6).sum())
    assert some > 20, "the boards are such that the rule matters"
