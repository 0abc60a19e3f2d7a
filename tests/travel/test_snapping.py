"""Points enter the network at the right place along the right road, and none is lost."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
from shapely import LineString

from gridplan.travel.network import RoadNetwork
from gridplan.travel.snapping import snap_points
from gridplan.words.errors import NetworkError

CRS = "EPSG:32650"


def road_frame(rows):
    """Build a road frame from (tail, head, class, oneway, coordinates, overrides) rows."""
    records = []
    for tail, head, road_class, oneway, xy, *more in rows:
        drive = road_class not in ("footway",)
        record = {"tail": tail, "head": head, "road_class": road_class, "oneway": oneway, "maxspeed_kmh": np.nan,
                  "minutes": np.nan, "bridge": False, "tunnel": False, "drive": drive,
                  "walk": road_class != "motorway", "bike": True, "name": "", "geometry": LineString(xy)}  # fmt: skip
        record.update(*more)
        records.append(record)
    return gpd.GeoDataFrame(records, geometry="geometry", crs=CRS)


@pytest.fixture
def town():
    """A street (600 m, both ways), a one-way lane back, a motorway beside it, and a pocket on the far side.

    y=300   8 ===pocket=== 9          (0..100, cut off)
    y=100   5 --motorway-- 6
    y=0     0 ---street--- 1 ---street--- 2
    y=-200  0 <----------lane------------ 2   (one way from 2 to 0)
    """
    return road_frame(
        [
            (0, 1, "primary", 0, [(0, 0), (600, 0)]),
            (1, 2, "primary", 0, [(600, 0), (1200, 0)]),
            (2, 0, "tertiary", 1, [(1200, 0), (1200, -200), (0, -200), (0, 0)]),
            (5, 6, "motorway", 1, [(0, 100), (1200, 100)]),
            (8, 9, "residential", 0, [(0, 300), (100, 300)]),
        ]
    )


def test_split_position_counts(town):
    """Two points on one street: the way along it; the share is where the foot of the point lies."""
    network = RoadNetwork.from_roads(town, speeds={"primary": 36.0, "tertiary": 36.0})
    snaps = snap_points(network, [(150, 0), (450, 0), (900, 50)], access_kmh=12.0, access_detour=1.0)
    assert snaps.edge.tolist() == [0, 0, 1]
    np.testing.assert_allclose(snaps.share, [0.25, 0.75, 0.5])
    np.testing.assert_allclose(snaps.distance_m, [0, 0, 50])
    table = network.table(snaps, snaps)
    assert table[0, 1] == pytest.approx(0.5)
    assert table[0, 2] == pytest.approx(750 / 600 + 0.25)
    np.testing.assert_allclose(table, table.T)


def test_motorways_are_passed_over(town):
    """A point beside the motorway enters by the street."""
    network = RoadNetwork.from_roads(town)
    assert snap_points(network, [(600, 90)]).edge.item() in (0, 1)


def test_pockets_are_passed_over_within_the_extra_distance(town):
    """The pocket is 20 m away, the street 280 m: the street is taken; far in the north the pocket is kept."""
    network = RoadNetwork.from_roads(town)
    snaps = snap_points(network, [(50, 280), (50, 2000)])
    assert snaps.from_pocket.tolist() == [True, True]
    rows = [
        (0, 1, "primary", 0, [(0, 0), (600, 0)]),
        (1, 2, "primary", 0, [(600, 0), (1200, 0)]),
        (8, 9, "residential", 0, [(0, 900), (100, 900)]),
    ]
    far = RoadNetwork.from_roads(road_frame(rows))
    assert snap_points(far, [(50, 900)]).edge.tolist() == [2]


def test_one_way_street_is_gone_round(town):
    """On the one-way lane a place just behind is reached only the long way round, one ahead directly."""
    network = RoadNetwork.from_roads(town, speeds={"primary": 36.0, "tertiary": 36.0})
    snaps = snap_points(network, [(800, -200), (400, -200)])
    assert snaps.edge.tolist() == [2, 2]
    table = network.table(snaps, snaps)
    assert table[0, 1] == pytest.approx(400 / 600)
    assert table[1, 0] == pytest.approx((400 + 200 + 1200 + 200 + 400) / 600)


def test_table_is_the_same_from_either_side(town):
    """More origins than targets or fewer: both search directions give the same minutes."""
    network = RoadNetwork.from_roads(town)
    rng = np.random.default_rng(1)
    a, b = snap_points(network, rng.uniform(-100, 1300, (7, 2))), snap_points(network, rng.uniform(-100, 1300, (4, 2)))
    np.testing.assert_array_equal(network.table(a, b), network.minutes_from(a).gather(b).T)
    np.testing.assert_array_equal(network.table(b, a), network.minutes_to(a).gather(b))
    minutes, position = network.minutes_to(b).nearest(2, at=a)
    table = network.table(a, b)
    np.testing.assert_array_equal(minutes, np.sort(table, axis=1)[:, :2])
    np.testing.assert_array_equal(position[:, 0], table.argmin(axis=1))


def test_splitting_edges_by_hand_gives_the_same_minutes():
    """A snapped point equals a node put into the edge at the same place."""
    rng = np.random.default_rng(2)
    tail, head = np.array([0, 1, 2, 3, 0, 2]), np.array([1, 2, 3, 0, 2, 0])
    xy = np.array([(0, 0), (1000, 0), (1000, 1000), (0, 1000)], dtype=float)
    minutes = rng.integers(2, 20, 6).astype(float)
    network = RoadNetwork.from_edges(tail, head, minutes, xy=xy)
    snaps = snap_points(network, [(500.0, 0.0), (1000.0, 250.0)])
    split_tail = [0, 4, 1, 5, 2, 3, 0, 2]
    split_head = [4, 1, 5, 2, 3, 0, 2, 0]
    split = np.array([minutes[0] / 2, minutes[0] / 2, minutes[1] / 4, minutes[1] * 3 / 4, *minutes[2:]])
    by_hand = RoadNetwork.from_edges(split_tail, split_head, split)
    np.testing.assert_array_equal(network.table(snaps, snaps), by_hand.minutes_to([4, 5]).gather([4, 5]))


def test_two_rows_for_two_directions_are_one_street():
    """Directed data draws each direction as its own line: a point on it may leave either way."""
    rows = [(0, 1, "primary", 1, [(0, 0), (600, 0)]), (1, 0, "primary", 1, [(600, 0), (0, 0)])]
    network = RoadNetwork.from_roads(road_frame(rows), speeds={"primary": 36.0})
    snaps = snap_points(network, [(150, 10), (450, -10)], access_kmh=1e9)
    table = network.table(snaps, snaps)
    np.testing.assert_allclose(table, [[0, 0.5], [0.5, 0]], atol=1e-6)


def test_no_snap_across_a_barrier(town):
    """The river between the point and the street sends it to the pocket on its own side."""
    network = RoadNetwork.from_roads(town)
    river = [LineString([(-5000, 150), (5000, 150)])]
    assert snap_points(network, [(50, 160)]).edge.tolist() == [0]
    snaps = snap_points(network, [(50, 160), (50, 50)], barriers=river)
    assert snaps.edge.tolist() == [4, 0]
    assert not snaps.unreachable.any()
    walls = [*river, LineString([(-5000, 170), (5000, 170)])]
    shut = snap_points(network, [(50, 160)], barriers=walls, max_m=2000.0)
    assert shut.unreachable.tolist() == [True]
    assert "barrier" in shut.explain()[0].en


def test_behind_a_barrier_a_main_road_still_goes_before_a_pocket():
    """A wall stands before the nearest main street, 150 m east; the other, 180 m south, is taken and not the pocket at 120 m."""
    rows = [
        (0, 1, "primary", 0, [(0, 0), (200, 0)]),
        (1, 2, "primary", 0, [(200, 0), (200, 400)]),
        (8, 9, "residential", 0, [(0, 300), (100, 300)]),
    ]
    network = RoadNetwork.from_roads(road_frame(rows))
    assert snap_points(network, [(50, 180)]).edge.tolist() == [1]
    wall = [LineString([(150, 170), (150, 190)])]
    assert snap_points(network, [(50, 180)], barriers=wall).edge.tolist() == [0]


def test_far_points_are_reported_not_dropped(town):
    network = RoadNetwork.from_roads(town)
    snaps = snap_points(network, [(0, 0), (0, -9000)], max_m=1000.0)
    assert len(snaps) == 2
    assert snaps.unreachable.tolist() == [False, True]
    table = network.table(snaps, snaps)
    assert table[0, 0] == 0
    assert np.isinf(table[1]).all()
    assert np.isinf(table[:, 1]).all()
    assert snaps.explain()[0] is None
    assert snaps.explain()[1] is not None


def test_a_network_without_roads_keeps_the_points():
    network = RoadNetwork.from_edges([], [], [], n_nodes=2, xy=[(0, 0), (1, 1)])
    snaps = snap_points(network, [(0, 0)])
    assert snaps.unreachable.all()
    assert np.isinf(network.table(snaps, snaps)).all()


def test_bad_points_are_refused(town):
    network = RoadNetwork.from_roads(town)
    with pytest.raises(NetworkError):
        snap_points(network, [(np.nan, 0)])
    with pytest.raises(NetworkError):
        snap_points(RoadNetwork.from_edges([0], [1], [1.0]), [(0, 0)])


def test_closing_the_street_keeps_the_points(town):
    """Points snapped before a closure stay valid: on the closed street they cannot leave, at its ends they can."""
    network = RoadNetwork.from_roads(town)
    snaps = snap_points(network, [(300, 0), (1200, 5), (900, 0)])
    cut = network.without_edges([0])
    table = cut.table(snaps, snaps)
    assert np.isinf(table[0, 1])
    assert np.isfinite(table[2, 1])


def test_modes_and_ferry_wait():
    """Walkers go against one-way streets and not on motorways; a ferry of two legs is boarded once."""
    rows = [
        (0, 1, "primary", 1, [(0, 0), (1000, 0)]),
        (1, 2, "ferry", 0, [(1000, 0), (3000, 0)], {"minutes": 12.0}),
        (2, 3, "ferry", 0, [(3000, 0), (5000, 0)], {"minutes": 8.0}),
        (3, 4, "motorway", 0, [(5000, 0), (6000, 0)]),
    ]
    roads = road_frame(rows)
    drive = RoadNetwork.from_roads(roads, ferry_wait_min=10.0)
    walk = RoadNetwork.from_roads(roads, mode="walk", ferry_wait_min=10.0)
    assert drive.minutes_to([3]).gather([1]).item() == pytest.approx(30.0)
    assert drive.minutes_to([0]).gather([1]).item() == np.inf
    assert walk.minutes_to([0]).gather([1]).item() == pytest.approx(12.5)
    assert walk.minutes_to([4]).gather([3]).item() == np.inf
    for mode in ("drive_peak", "ambulance", "ebike"):
        assert np.isfinite(RoadNetwork.from_roads(roads, mode=mode).minutes_to([1]).gather([0]).item())


def test_posted_limits_cap_and_junctions_delay(town):
    slow = town.assign(maxspeed_kmh=[12.0, np.nan, np.nan, np.nan, np.nan])
    base = RoadNetwork.from_roads(slow, speeds={"primary": 36.0})
    assert base.minutes_to([1]).gather([0]).item() == pytest.approx(3.0)
    free = RoadNetwork.from_roads(slow, speeds={"primary": 36.0}, posted_limits="ignore")
    assert free.minutes_to([1]).gather([0]).item() == pytest.approx(1.0)
    rows = [
        (0, 1, "primary", 0, [(0, 0), (600, 0)]),
        (1, 2, "primary", 0, [(600, 0), (1200, 0)]),
        (1, 3, "primary", 0, [(600, 0), (600, 600)]),
    ]
    cross = road_frame(rows)
    delayed = RoadNetwork.from_roads(cross, speeds={"primary": 36.0}, junction_delay_s=6.0)
    assert delayed.minutes_to([2]).gather([0]).item() == pytest.approx(2.1)


def test_new_speeds_keep_closures(town):
    network = RoadNetwork.from_roads(town, speeds={"primary": 36.0})
    fast = network.without_edges([2]).with_speeds({"primary": 72.0})
    assert fast.minutes_to([1]).gather([0]).item() == pytest.approx(0.5)
    assert network.minutes_to([1]).gather([0]).item() == pytest.approx(1.0)
    assert (fast.forward[2], fast.backward[2]) == (2**31 - 1, 2**31 - 1)
    with pytest.raises(NetworkError):
        RoadNetwork.from_edges([0], [1], [1.0]).with_speeds({"primary": 30.0})
    with pytest.raises(NetworkError):
        RoadNetwork.from_roads(town, speeds={"primary": 0.0})


@pytest.fixture
def frontage():
    """A trunk road 20 m from home, a street 60 m on the other side, and far streets that join them.

    y=60   0 ==== street ==== 1
    y=0    home at (500, 0)
    y=-20  2 ---- trunk ----- 3
    """
    return road_frame(
        [
            (0, 1, "residential", 0, [(0, 60), (1000, 60)]),
            (2, 3, "trunk", 0, [(0, -20), (1000, -20)]),
            (0, 2, "residential", 0, [(0, 60), (-3000, 20), (0, -20)]),
        ]
    )


def test_a_street_slightly_farther_goes_before_a_fast_road(frontage):
    """The street 40 m farther is entered, from 120 m north of it or from 180 m south of the trunk road it is the nearest that counts."""
    network = RoadNetwork.from_roads(frontage)
    snaps = snap_points(network, [(500, 0), (500, 10), (500, -80)])
    assert snaps.edge.tolist() == [0, 0, 0], "the street is at most 80 m farther"
    assert not snaps.from_pocket.any()
    wider = frontage.assign(
        geometry=frontage.geometry.where(frontage["road_class"] == "trunk", frontage.translate(0, 30))
    )
    assert snap_points(RoadNetwork.from_roads(wider), [(500, -20), (500, 0)]).edge.tolist() == [1, 0], (
        "110 m farther is too far, 70 m is not"
    )


def test_a_pavement_makes_a_street_of_a_trunk_road(frontage):
    network = RoadNetwork.from_roads(frontage.assign(entry=[0, 1, 0]))
    assert snap_points(network, [(500, 0)]).edge.tolist() == [1]


def test_an_expressway_is_never_entered_however_far_the_street(frontage):
    """Home 20 m from the expressway: the street, moved to 560 m, is entered; on foot too, and nobody walks there."""
    far = frontage.assign(
        entry=[0, -1, 0],
        walk=[True, False, True],
        geometry=frontage.geometry.where(frontage["road_class"] == "trunk", frontage.translate(0, 500)),
    )
    for mode in ("drive", "walk"):
        snaps = snap_points(RoadNetwork.from_roads(far, mode=mode), [(500, 0)])
        assert (snaps.edge.tolist(), snaps.distance_m.tolist()) == ([0], [560.0])


def test_home_by_the_expressway_and_clinic_on_the_street_are_a_minute_apart(frontage):
    """The clinic stands on the street, 60 m away across it: 78 m on foot at 4.8 km/h, not the way round by the ramp."""
    elevated = frontage.assign(entry=[0, -1, 0], walk=[True, False, True])
    network = RoadNetwork.from_roads(elevated, mode="walk")
    home, clinic = (snap_points(network, [place], access_kmh=4.8) for place in [(500, 0), (500, 60)])
    assert network.table(home, clinic).item() == pytest.approx(0.975, abs=0.001)


def test_only_roads_within_reach_are_preferred():
    """The pocket is 50 m away, the street 400 m: with nothing beyond 300 m to be had, the pocket is entered and not nothing."""
    rows = [
        (0, 1, "primary", 0, [(0, 0), (600, 0)]),
        (1, 2, "primary", 0, [(600, 0), (1200, 0)]),
        (8, 9, "residential", 0, [(0, 450), (600, 450)]),
    ]
    network = RoadNetwork.from_roads(road_frame(rows))
    assert snap_points(network, [(300, 400)]).edge.tolist() == [0]
    near = snap_points(network, [(300, 400)], max_m=300.0)
    assert (near.edge.tolist(), near.unreachable.tolist()) == ([2], [False])


def test_behind_a_barrier_a_main_road_just_outside_the_search_goes_before_a_pocket():
    """The nearest road, 10 m away, is walled off; within the first radius (213 m) there is a pocket at 200 m, a street at 300 m.

    The pocket counts as 700 m away, so the street is entered, and that a nearer road was passed over is told.
    """
    rows = [
        (0, 1, "primary", 0, [(0, 10), (900, 10)]),
        (1, 2, "primary", 0, [(900, 10), (900, -300)]),
        (2, 3, "primary", 0, [(900, -300), (0, -300)]),
        (8, 9, "residential", 0, [(250, -200), (350, -200)]),
    ]
    network = RoadNetwork.from_roads(road_frame(rows))
    wall = [LineString([(-50, 5), (850, 5)])]
    snaps = snap_points(network, [(300, 0), (300, 0)], barriers=wall)
    assert snaps.edge.tolist() == [2, 2]
    assert snaps.from_pocket.tolist() == [True, True]
    assert snap_points(network, [(300, 0)], barriers=wall, max_m=250.0).edge.tolist() == [3]
    assert not snap_points(network, [(300, -290)], barriers=wall).from_pocket.any()
