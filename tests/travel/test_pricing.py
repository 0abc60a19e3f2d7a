"""What a road costs along and against its line: classes, one-way, limits, junctions, ferries, by hand."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

from gridplan.travel.milliseconds import FAR
from gridplan.travel.pricing import RoadRules, price_roads
from gridplan.words.errors import NetworkError

MINUTE = 60_000


def roads(*rows: tuple[int, int], **columns: list) -> gpd.GeoDataFrame:
    """Residential roads of 1 km between nodes (tail, head) that stand 1 km apart on a line; columns may be given."""
    count = len(rows)
    usual = {
        "road_class": ["residential"] * count,
        "oneway": [0] * count,
        "maxspeed_kmh": [np.nan] * count,
        "minutes": [np.nan] * count,
        "tunnel": [False] * count,
        "drive": [True] * count,
        "walk": [True] * count,
        "bike": [True] * count,
    }
    lines = [shapely.LineString([(1000.0 * a, 0), (1000.0 * b, 0)]) for a, b in rows]
    table = {"tail": [a for a, _ in rows], "head": [b for _, b in rows], **usual, **columns}
    return gpd.GeoDataFrame(table, geometry=lines, crs="EPSG:4549")


def minutes(frame: gpd.GeoDataFrame, **rules) -> tuple[list[float], list[float]]:
    """Minutes along and against each road at 60 km/h, so that a kilometre is a minute; inf where closed."""
    given = {"speeds": {"residential": 60, "primary": 120}, **rules}
    priced = price_roads(frame, RoadRules(**given))
    return tuple(np.where(ms >= FAR, np.inf, ms / MINUTE).tolist() for ms in (priced.forward, priced.backward))


def test_one_way_along_and_against_the_line():
    """0: both ways; 1: along only; -1: against only."""
    along, against = minutes(roads((0, 1), (1, 2), (2, 3), oneway=[0, 1, -1]))
    assert along == [1.0, 1.0, np.inf]
    assert against == [1.0, np.inf, 1.0]


def test_walkers_go_both_ways_and_bicycles_by_their_own_column():
    frame = roads((0, 1), (1, 2), oneway=[1, -1], oneway_bike=[0, 1])
    assert minutes(frame, mode="walk") == ([1.0, 1.0], [1.0, 1.0])
    assert minutes(frame, mode="ebike") == ([1.0, 1.0], [1.0, np.inf])


def test_each_mode_asks_for_its_own_access():
    frame = roads((0, 1), (1, 2), drive=[True, False], walk=[False, True])
    assert minutes(frame)[0] == [1.0, np.inf]
    assert minutes(frame, mode="walk")[0] == [np.inf, 1.0]


def test_posted_limits_cap_are_driven_or_are_ignored():
    """Posted 30 is slower than 60 and counts; posted 120 is faster and counts only where limits are driven."""
    frame = roads((0, 1), (1, 2), (2, 3), maxspeed_kmh=[30.0, 120.0, 0.0])
    assert minutes(frame)[0] == [2.0, 1.0, 1.0]
    assert minutes(frame, posted_limits="exact")[0] == [2.0, 0.5, 1.0]
    assert minutes(frame, posted_limits="ignore")[0] == [1.0, 1.0, 1.0]
    assert minutes(frame, mode="ambulance")[0] == [1.0, 1.0, 1.0]
    assert minutes(frame, mode="ebike", posted_limits="exact")[0] == [2.0, 1.0, 1.0]


def test_stated_minutes_count_except_on_foot():
    frame = roads((0, 1), minutes=[7.0])
    assert minutes(frame)[0] == [7.0]
    for mode in ("walk", "bike"):
        assert minutes(frame, mode=mode)[0] == [1.0]


def test_junction_delay_at_the_end_that_is_a_junction():
    """0 - 1 - 2 with a third road 1 - 3: only 1 is a junction, and one waits where one arrives."""
    frame = roads((0, 1), (1, 2), (1, 3))
    frame.loc[2, "geometry"] = shapely.LineString([(1000, 0), (1000, 1000)])
    along, against = minutes(frame, junction_delay_s=30)
    assert along == [1.5, 1.0, 1.0]
    assert against == [1.0, 1.5, 1.5]


def test_two_roads_that_meet_are_no_junction_and_closed_roads_make_none():
    assert minutes(roads((0, 1), (1, 2)), junction_delay_s=30)[0] == [1.0, 1.0]
    frame = roads((0, 1), (1, 2), (1, 3), drive=[True, True, False])
    assert minutes(frame, junction_delay_s=30)[0][:2] == [1.0, 1.0]


def test_one_waits_for_a_ferry_on_boarding_from_land_alone():
    """Road 0 - 1, ferry 1 - 2 and on 2 - 3, road 3 - 4: ten minutes at 1 and at 3, none at 2."""
    classes = ["residential", "ferry", "ferry", "residential"]
    frame = roads((0, 1), (1, 2), (2, 3), (3, 4), road_class=classes, minutes=[np.nan, 5.0, 5.0, np.nan])
    along, against = minutes(frame, ferry_wait_min=10.0, junction_delay_s=30)
    assert along == [1.0, 15.0, 5.0, 1.0]
    assert against == [1.0, 5.0, 15.0, 1.0]


def test_nobody_stops_on_motorways_ferries_and_in_tunnels():
    classes = ["residential", "motorway", "motorway_link", "ferry", "residential", "residential"]
    frame = roads(
        (0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 6), road_class=classes, tunnel=[False] * 4 + [True, False],
        drive=[True] * 5 + [False],
    )  # fmt: skip
    assert price_roads(frame, RoadRules()).can_stop.tolist() == [True, False, False, False, False, False]


def test_twins_are_one_line_drawn_both_ways():
    """Rows 0 and 1 are each other's twin; row 2 leads the same way on another line, and row 3 is closed."""
    frame = roads((0, 1), (1, 0), (1, 0), (2, 1), oneway=[1, 1, 1, 1])
    frame.loc[2, "geometry"] = shapely.LineString([(1000, 0), (500, 300), (0, 0)])
    assert price_roads(frame, RoadRules()).twin_row.tolist() == [1, 0, -1, -1]


def test_nodes_stand_at_the_ends_of_their_lines():
    priced = price_roads(roads((7, 3), (3, 9)), RoadRules())
    assert priced.tail.tolist() == [1, 0]
    assert priced.head.tolist() == [0, 2]
    assert priced.xy[:, 0].tolist() == [3000.0, 7000.0, 9000.0]


def test_a_class_without_a_speed_is_closed_and_told():
    frame = roads((0, 1), (1, 2), road_class=["residential", "runway"])
    assert minutes(frame)[0] == [1.0, np.inf]
    (told,) = price_roads(frame, RoadRules()).problems
    assert "runway (1)" in told.found.en


@pytest.mark.parametrize("speed", [0.0, -5.0, np.inf, np.nan])
def test_speeds_that_are_none_are_refused(speed):
    with pytest.raises(NetworkError):
        price_roads(roads((0, 1)), RoadRules(speeds={"residential": speed}))


def test_missing_columns_are_named():
    with pytest.raises(NetworkError, match="oneway"):
        price_roads(roads((0, 1)).drop(columns="oneway"), RoadRules())


def test_steps_and_alpine_paths_slow_a_walker_down():
    """A kilometre at 4.8 km/h is 12.5 minutes; on steps 2.5 times that, on a path of difficulty T2 1.67 times, of T4 3.33 times."""
    frame = roads(
        (0, 1), (1, 2), (2, 3), (3, 4), road_class=["residential", "steps", "path", "path"],
        sac_scale=["", "", "mountain_hiking", "alpine_hiking"],
    )  # fmt: skip
    on_foot = price_roads(frame, RoadRules(mode="walk"))
    assert (on_foot.forward / MINUTE).round(2).tolist() == [12.5, 31.25, 20.83, 41.67]


def test_fast_roads_and_bridges_in_part_serve_through_traffic_unless_they_have_a_pavement():
    classes = ["trunk", "primary_link", "primary", "residential", "trunk", "trunk"]
    frame = roads(
        (0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 6), road_class=classes, entry=[0, 0, 0, 0, 1, -1],
        bridge=[False, False, False, True, False, False],
    )  # fmt: skip
    priced = price_roads(frame, RoadRules())
    assert priced.is_through.tolist() == [True, True, False, True, False, True]
    assert priced.can_stop.tolist() == [True, True, True, True, True, False]


def test_single_ferries_have_waits_of_their_own():
    """Two ferries of 5 minutes from land: one with its own wait of 20 minutes, the other with that of all."""
    frame = roads(
        (0, 1),
        (1, 2),
        (1, 3),
        road_class=["residential", "ferry", "ferry"],
        minutes=[np.nan, 5, 5],
        name=["", "东渡", "西渡"],
    )
    assert minutes(frame, ferry_wait_min=10.0, ferry_waits={"东渡": 20.0})[0] == [1.0, 25.0, 15.0]
