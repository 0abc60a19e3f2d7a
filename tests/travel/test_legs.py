"""Points leave and reach both ends of their road by the share of it that is left, access legs and cuts counted."""

from __future__ import annotations

import numpy as np
import pytest

from gridplan.travel.milliseconds import FAR
from gridplan.travel.network import RoadNetwork
from gridplan.travel.snapping import snap_points
from gridplan.words.errors import NetworkError

KM_XY = [(0, 0), (1000, 0)]


@pytest.fixture
def street() -> RoadNetwork:
    """0 --- 1, a kilometre: one minute from 0 to 1 (row 0), two minutes back (row 1)."""
    return RoadNetwork.from_edges([0, 1], [1, 0], [1.0, 2.0], xy=KM_XY)


def test_leaving_and_arriving_differ_on_an_uneven_street(street):
    """At a quarter of the way: 30 s back to 0 and 45 s on to 1; from 0 in 15 s, from 1 in 90 s."""
    point = snap_points(street, [(250, 0)])
    for leaving, expected in ((True, [30_000, 45_000]), (False, [15_000, 90_000])):
        seeds = street.legs.seeds(point, leaving=leaving)
        assert dict(zip(seeds.node[0].tolist(), seeds.ms[0].tolist(), strict=True)) == {0: expected[0], 1: expected[1]}


def test_the_access_leg_comes_on_top(street):
    far = snap_points(street, [(250, 100)], access_kmh=6.0, access_detour=1.0)
    seeds = street.legs.seeds(far, leaving=True)
    assert sorted(seeds.ms[0].tolist()) == [90_000, 105_000]


def test_along_the_road_in_its_direction(street):
    here, there = snap_points(street, [(200, 0)]), snap_points(street, [(700, 0)])
    assert street.legs.along(here, there).item() == 30_000
    assert street.legs.along(there, here).item() == 60_000


def test_a_cut_keeps_points_from_the_far_end_and_from_each_other(street):
    cut = street.without_edges([0, 1], stretches=[[0.5, 0.6], [0.4, 0.5]])
    here, there = snap_points(street, [(200, 0)]), snap_points(street, [(700, 0)])
    seeds = cut.legs.seeds(here, leaving=True)
    assert dict(zip(seeds.node[0].tolist(), seeds.ms[0].tolist(), strict=True)) == {0: 24_000, 1: int(FAR)}
    assert cut.legs.along(here, there).item() == FAR
    assert cut.legs.along(here, here).item() == 0


def test_nodes_start_where_they_are(street):
    seeds = street.legs.seeds([1], leaving=True)
    assert (seeds.node[0, 0], seeds.ms[0, 0], seeds.ms[0, 1]) == (1, 0, FAR)
    with pytest.raises(NetworkError):
        street.legs.seeds([2], leaving=True)


def test_without_roads_nobody_leaves():
    empty = RoadNetwork.from_edges([], [], [], n_nodes=1, xy=[(0, 0)])
    seeds = empty.legs.seeds(snap_points(empty, np.zeros((3, 2))), leaving=True)
    assert (seeds.ms == FAR).all()
    assert len(seeds) == 3
