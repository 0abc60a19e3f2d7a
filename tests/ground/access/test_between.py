"""Minutes between facilities: who may be a host, whether a ferry is needed, and the table of pairs."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from gridplan.ground.access.between import between_of, host_ids, on_roads
from gridplan.travel.network import RoadNetwork
from gridplan.travel.snapping import snap_points
from gridplan.travel.stopping import edge_lines
from tests.checks.laid_out import facilities, survey_board, the_board
from tests.travel.test_pricing import roads


def test_hosts_are_hospitals_of_level_two_and_those_on_record():
    known = the_board().surveyed.layers.facilities
    assert host_ids(known, [], {}) == ["H1", "H2", "H3", "M1", "P1"]
    networks = pd.DataFrame({"hub_id": ["C4"]})
    assert host_ids(known, ["R1"], {"networks": networks}) == ["C4", "H1", "H2", "H3", "M1", "P1", "R1"]
    low = survey_board(facilities=facilities(("H3", "level", "一级"), ("P1", "level", ""))).surveyed.layers.facilities
    assert host_ids(low, [], {}) == ["H1", "H2", "M1", "P1"], "a level not told may be any"


def test_pairs_are_told_row_by_row():
    minutes, ferry = np.array([[1.0, 2.0], [3.0, np.inf]]), np.array([[False, True], [False, False]])
    table = between_of(pd.Index(["a", "b"]), ["h", "i"], minutes, ferry).table()
    assert table.to_numpy().tolist() == [
        ["a", "h", 1.0, 0],
        ["a", "i", 2.0, 1],
        ["b", "h", 3.0, 0],
        ["b", "i", np.inf, 0],
    ]


def test_a_ferry_is_needed_where_no_road_leads_and_only_there():
    """0 - 1 by road, 1 - 2 by ferry, 2 - 3 by road, 4 - 5 apart: from 0 to 1 none, from 0 to 3 a ferry, to 5 no way at all."""
    classes = ["residential", "ferry", "residential", "residential"]
    frame = roads((0, 1), (1, 2), (2, 3), (4, 5), road_class=classes)
    network = RoadNetwork.from_roads(frame)
    known = the_board().surveyed.layers.facilities.iloc[:4].set_axis(list("abcd"))
    places = snap_points(network, [(100, 0), (900, 0), (2500, 0), (4500, 0)])
    between = on_roads(network, known, places, ["b", "c", "d"])
    assert between.by_ferry.loc["a"].tolist() == [False, True, False]
    assert np.isfinite(between.minutes.loc["a"]).tolist() == [True, True, False]
    assert between.by_ferry.loc["c"].tolist() == [True, False, False]
    assert shapely.get_type_id(edge_lines(network)).tolist() == [1] * 4


def test_one_way_roads_join_land_without_a_ferry():
    """0 - 1 and 2 - 3 by streets, 1 -> 2 and 2 -> 1 by a road for each direction: nobody needs a ferry."""
    network = RoadNetwork.from_roads(roads((0, 1), (1, 2), (2, 1), (2, 3), oneway=[0, 1, 1, 0]))
    known = the_board().surveyed.layers.facilities.iloc[:2].set_axis(list("ab"))
    between = on_roads(network, known, snap_points(network, [(100, 0), (2900, 0)]), ["a", "b"])
    assert np.isfinite(between.minutes.to_numpy()).all()
    assert not between.by_ferry.to_numpy().any()
