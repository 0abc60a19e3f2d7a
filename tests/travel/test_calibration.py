"""Planted speeds come out of noisy trips; trips without a signal are known for what they are."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

from gridplan.travel.calibration import Trips, fit_speeds
from gridplan.travel.network import RoadNetwork
from gridplan.travel.pricing import delayed_ends
from gridplan.travel.snapping import snap_points
from tests.travel.test_pricing import roads

SIDE = 14
AT_M = np.cumsum([0.0, *[250.0] * 6, *[1150.0] * 7])
"""Where streets run: close to each other in the south-west, far apart in the north-east."""
TRUTH = {"primary": 27.0, "secondary": 38.0, "residential": 15.0}
HELD_OUT = np.arange(300) % 4 == 0


def town() -> gpd.GeoDataFrame:
    """A chessboard of streets: every fourth one is primary, those half-way secondary, the others residential."""
    at = {(i, j): i * SIDE + j for i in range(SIDE) for j in range(SIDE)}
    ends, lines, classes = [], [], []
    for (i, j), node in at.items():
        for other, rank in (((i + 1, j), j), ((i, j + 1), i)):
            if other in at:
                ends.append((node, at[other]))
                lines.append(shapely.LineString([AT_M[[i, j]], AT_M[list(other)]]))
                classes.append({0: "primary", 2: "secondary"}.get(rank % 4, "residential"))
    return roads(*ends, road_class=classes).set_geometry(lines)


@pytest.fixture(scope="module")
def network() -> RoadNetwork:
    return RoadNetwork.from_roads(town(), junction_delay_s=0.0)


def measured(network: RoadNetwork, truth: dict[str, float], delay_s: float, *, noise: float = 0.05) -> Trips:
    """300 trips at the true speeds, five per cent of noise, and one in twenty by somebody who stopped on the way."""
    rng = np.random.default_rng(5)
    xy = np.interp(rng.uniform(0, SIDE - 1, (600, 2)), np.arange(SIDE), AT_M)
    at = snap_points(network, xy)
    origins, targets = at.take(np.arange(300)), at.take(np.arange(300, 600))
    real = network.with_speeds(truth, junction_delay_s=delay_s)
    minutes = real.table(origins, targets).diagonal() * np.exp(rng.normal(0, noise, 300))
    return Trips(origins, targets, np.where(rng.random(300) < 0.05, 2.0 * minutes, minutes))


def test_planted_speeds_come_back_within_three_per_cent(network):
    """300 noisy trips, a few of them grossly wrong; what they say of trips held out is better than before."""
    found = fit_speeds(network, measured(network, TRUTH, 0.0), held_out=HELD_OUT)
    assert {name: found.speeds[name] for name in TRUTH} == pytest.approx(TRUTH, rel=0.03)
    assert found.delay_error_s is None
    assert found.gains
    assert found.error_after < 0.5 * found.error_before


def test_a_delay_at_junctions_is_told_from_slow_roads(network):
    found = fit_speeds(network, measured(network, TRUTH, 12.0, noise=0.03), held_out=HELD_OUT)
    assert found.delay_s == pytest.approx(12.0, abs=1.5)
    assert {name: found.speeds[name] for name in TRUTH} == pytest.approx(TRUTH, rel=0.03)


def test_shuffled_minutes_propose_nothing(network):
    """The same minutes on other ways: one number for all trips is as good as any speeds."""
    trips = measured(network, TRUTH, 0.0)
    shuffled = Trips(trips.origins, trips.targets, np.random.default_rng(1).permutation(trips.minutes))
    found = fit_speeds(network, shuffled, held_out=HELD_OUT)
    assert not found.explains
    assert not found.gains


def test_speeds_that_are_right_already_gain_nothing(network):
    right = network.with_speeds(TRUTH)
    found = fit_speeds(right, measured(network, TRUTH, 0.0), held_out=HELD_OUT)
    assert found.explains
    assert not found.gains


def test_a_class_that_no_trip_uses_goes_with_the_others():
    """Trips on one kind of road alone, at half its speed: a class nobody drove on is halved too, and its error says so."""
    frame = roads((0, 1), (1, 2), (2, 3), (3, 4), road_class=["primary"] * 3 + ["tertiary"])
    network = RoadNetwork.from_roads(frame)
    rng = np.random.default_rng(0)
    at = snap_points(network, np.column_stack([rng.uniform(0, 3000, 160), np.zeros(160)]))
    origins, targets = at.take(np.arange(80)), at.take(np.arange(80, 160))
    minutes = 2.0 * network.table(origins, targets).diagonal() * np.exp(rng.normal(0, 0.05, 80))
    found = fit_speeds(network, Trips(origins, targets, minutes), held_out=np.arange(80) % 4 == 0)
    assert found.speeds["primary"] == pytest.approx(17.5, rel=0.03)
    assert found.speeds["tertiary"] == pytest.approx(12.5, rel=0.05)
    error = {factor.road_class: factor.error for factor in found.factors}
    assert error["primary"] < 0.02 < 0.15 < error["tertiary"]


def test_posted_limits_and_stated_minutes_are_no_matter_of_class():
    """Half of the roads have a limit of 15 below every speed: what is slow there says nothing of the class elsewhere."""
    frame = roads(*((i, i + 1) for i in range(10)), maxspeed_kmh=[15.0, np.nan] * 5)
    network = RoadNetwork.from_roads(frame, speeds={"residential": 30})
    rng = np.random.default_rng(0)
    at = snap_points(network, np.column_stack([rng.uniform(0, 10_000, 160), np.zeros(160)]))
    origins, targets = at.take(np.arange(80)), at.take(np.arange(80, 160))
    minutes = network.with_speeds({"residential": 20}).table(origins, targets).diagonal()
    found = fit_speeds(network, Trips(origins, targets, minutes), held_out=np.arange(80) % 4 == 0)
    assert found.speeds["residential"] == pytest.approx(20.0, rel=0.01)


def test_a_delay_counts_where_the_road_ends_at_a_junction():
    """Three roads meet at node 1: who goes along road 0 waits at its head, who goes along roads 1 and 2 does not."""
    priced = RoadNetwork.from_roads(roads((0, 1), (1, 2), (1, 3))).priced
    at_head, at_tail = delayed_ends(priced)
    assert at_head.tolist() == [True, False, False]
    assert at_tail.tolist() == [False, True, True]
