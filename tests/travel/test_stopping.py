"""Where one can stop: on open roads that are made for it, each drawn once."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

from gridplan.travel.network import RoadNetwork
from gridplan.travel.stopping import edge_lines, edges_in_main, stoppable_edges
from gridplan.words.errors import NetworkError


def test_closed_roads_are_left_out(coast):
    assert stoppable_edges(coast).all()
    assert np.flatnonzero(~stoppable_edges(coast.without_edges([2, 3]))).tolist() == [2, 3]


def test_the_main_network_is_the_mainland_without_the_pier(coast):
    """Edges 0-3 go round the mainland, 4 leads onto the one-way pier, 5 and 6 are the island."""
    assert edges_in_main(coast).tolist() == [True] * 4 + [False] * 3


def test_of_a_street_drawn_both_ways_one_line_serves_and_motorways_do_not():
    lines = [[(0, 0), (500, 0)], [(500, 0), (0, 0)], [(500, 0), (900, 0)]]
    roads = gpd.GeoDataFrame(
        {
            "tail": [0, 1, 1],
            "head": [1, 0, 2],
            "road_class": ["residential", "residential", "motorway"],
            "oneway": 1,
            "maxspeed_kmh": np.nan,
            "minutes": np.nan,
            "tunnel": False,
            **dict.fromkeys(("drive", "walk", "bike"), True),
        },
        geometry=[shapely.LineString(line) for line in lines],
        crs="EPSG:4549",
    )
    network = RoadNetwork.from_roads(roads)
    assert stoppable_edges(network).tolist() == [True, False, False]
    assert [line.length for line in edge_lines(network)] == [500.0, 500.0, 400.0]


def test_lines_of_arrays_need_places(coast):
    assert edge_lines(coast)[0].coords[:] == [(0.0, 0.0), (1000.0, 0.0)]
    with pytest.raises(NetworkError, match="coordinates"):
        edge_lines(RoadNetwork.from_edges([0], [1], [1.0]))
