"""Where facilities enter the roads, and what is told of residents on fast roads and behind a boat for passengers."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from gridplan.ground.access.entries import find_entries, tell_foot_boats, tell_on_fast
from gridplan.travel.network import RoadNetwork
from gridplan.travel.snapping import snap_points
from gridplan.words.problems import Problems
from tests import board


def streets(*rows: tuple) -> gpd.GeoDataFrame:
    """Two-way roads (tail, head, class, [(x, y), ...], drive) named after their class."""
    table = pd.DataFrame(
        [(tail, head, name, drive) for tail, head, name, _, drive in rows],
        columns=["tail", "head", "road_class", "drive"],
    )
    usual = {"oneway": 0, "maxspeed_kmh": np.nan, "minutes": np.nan, "tunnel": False, "walk": True, "bike": True}
    lines = [shapely.LineString(xy) for *_, xy, _ in rows]
    return gpd.GeoDataFrame(table.assign(**usual, name=table["road_class"]), geometry=lines, crs=board.CRS)


def test_a_facility_enters_at_the_foot_of_its_street():
    """A stands 30 m north of the street; B, 5 km away, enters nowhere."""
    network = RoadNetwork.from_roads(streets((0, 1, "residential", [(0, 0), (1000, 0)], True)))
    at = [(250, 30), (250, 5000)]
    facilities = gpd.GeoDataFrame(index=["A", "B"], geometry=gpd.points_from_xy(*zip(*at, strict=True)), crs=board.CRS)
    entries = find_entries(network, facilities, snap_points(network, at, max_m=1000.0))
    assert entries["road_class"].tolist() == ["residential", ""]
    assert entries["road"].tolist() == ["residential", ""]
    assert entries["metres"].fillna(-1).tolist() == [30.0, -1.0]
    assert entries.geometry.to_wkt().tolist() == ["LINESTRING (250 30, 250 0)", "LINESTRING EMPTY"]
    assert entries.crs == facilities.crs


@pytest.mark.parametrize(("entry", "told"), [(0, "300 people (75.0%)"), (1, "")])
def test_residents_on_fast_roads_are_told_unless_a_tag_makes_them_streets(entry, told):
    """300 of 400 residents live by the trunk road and 2 km from any street."""
    roads = streets(
        (0, 1, "residential", [(0, 0), (1000, 0)], True), (1, 2, "trunk", [(1000, 0), (9000, 0)], True)
    ).assign(entry=entry)
    network = RoadNetwork.from_roads(roads)
    notes = Problems()
    tell_on_fast(network, snap_points(network, [(500, 10), (3000, 10)]), np.array([100.0, 300.0]), notes)
    assert [problem.found.en[: len(told)] for problem in notes] == ([told] if told else [])


def island(*, cars: bool, bridge: bool = False, another: bool = False) -> tuple[dict, gpd.GeoDataFrame]:
    """A mainland street 0-1, a boat 1-2 of 3 km, an island street 2-3; a footbridge or a boat for cars 1-2 beside it."""
    roads = streets(
        (0, 1, "residential", [(0, 0), (1000, 0)], True),
        (1, 2, "ferry", [(1000, 0), (4000, 0)], cars),
        (2, 3, "residential", [(4000, 0), (5000, 0)], True),
        *([(1, 2, "footway", [(1000, 0), (2500, 100), (4000, 0)], False)] if bridge else []),
        *([(1, 2, "ferry", [(1000, 0), (2500, -100), (4000, 0)], True)] if another else []),
    )
    return {mode: RoadNetwork.from_roads(roads, mode=mode) for mode in ("drive", "walk")}, roads


def test_people_whom_only_a_boat_for_passengers_reaches_are_told():
    """500 people on the mainland and 40 on the island, whom no car reaches; with cars on board, or a bridge, nothing is told."""
    people = np.array([500.0, 40.0])
    for case, told in (
        ({"cars": False}, ["40 people"]),
        ({"cars": True}, []),
        ({"cars": False, "bridge": True}, []),
        ({"cars": False, "another": True}, []),
    ):
        networks, _ = island(**case)
        notes = Problems()
        tell_foot_boats(networks, snap_points(networks["walk"], [(500, 0), (4500, 0)]), people, notes)
        assert [problem.found.en[:9] for problem in notes] == told
        assert [problem.values for problem in notes] == [("ferry",)] * len(told)
