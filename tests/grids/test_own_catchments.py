"""Communities of patient flows on rows of units, counted by hand."""

from __future__ import annotations

import networkx as nx
import pandas as pd
import pytest

from gridplan.grids.own_catchments import localisation, own_catchments


def flows(*rows):
    return pd.Series({(home, hospital): count for home, hospital, count in rows}).rename_axis(["unit_id", "at"])


ROW = nx.path_graph([f"u{i}" for i in range(6)])
"""Six units in a row; hospitals stand in u0 and u5."""


def test_who_goes_to_one_hospital_is_one_community():
    told = flows(
        ("u0", "u0", 9),
        ("u1", "u0", 8),
        ("u2", "u0", 7),
        ("u2", "u5", 1),
        ("u3", "u5", 8),
        ("u4", "u5", 9),
        ("u5", "u5", 9),
    )
    made = own_catchments(told, ROW)
    assert made.to_dict() == {"u0": 0, "u1": 0, "u2": 0, "u3": 1, "u4": 1, "u5": 1}
    assert localisation(told, made) == pytest.approx(50 / 51)
    assert own_catchments(told.sample(frac=1, random_state=1), ROW).equals(made)


def test_a_piece_apart_from_its_hospital_joins_the_neighbour_where_most_of_it_go_besides():
    """u1 goes to u5, from which u2 and u3 part it: on the map it can only belong to u0, where 2 of it go, or to u2's people."""
    told = flows(
        ("u0", "u0", 9),
        ("u1", "u5", 9),
        ("u1", "u0", 2),
        ("u2", "u0", 9),
        ("u3", "u0", 9),
        ("u4", "u5", 9),
        ("u5", "u5", 9),
    )
    made = own_catchments(told, ROW)
    for community in made.unique():
        assert nx.is_connected(ROW.subgraph(made.index[made == community]))
    assert made["u1"] == made["u0"]


def test_units_without_a_hospital_that_touch_nobody_stay_apart():
    island = nx.Graph(ROW)
    island.add_node("u9")
    made = own_catchments(flows(("u0", "u0", 9), ("u9", "u0", 5)), island)
    assert made["u9"] != made["u0"]


def test_without_flows_there_is_no_community():
    assert own_catchments(flows(("u0", "u0", 0)), ROW).empty
    assert pd.isna(localisation(flows(("u0", "u0", 0)), pd.Series(dtype=float)))
