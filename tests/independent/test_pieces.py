"""Pieces: who borders whom, computed anew, and whether every grid hangs together."""

import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely

SAME_LINE_M, WALL_M, LEAST_M = 0.1, 20.0, 1.0
DOUBTFUL_M = (0.5, 2.0)
"""Lengths on which two ways of measuring may disagree whether they reach 1 m."""


@pytest.fixture(scope="module")
def borders(city, output):
    """Metres of outline that two units share (within 0.1 m), less what lies within 20 m of a barrier, by pair of ids."""
    shapes, ids = np.asarray(output.units.geometry.array), output.units.index.to_numpy()
    if city.units is not None:
        shapes, ids = np.asarray(city.units.geometry.array), city.units.index.to_numpy()
    a, b = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=SAME_LINE_M)
    a, b = a[a < b], b[a < b]
    wall = shapely.buffer(city.barriers.union_all(), WALL_M, quad_segs=16)
    outlines = shapely.difference(shapely.boundary(shapes), wall)
    metres = shapely.length(shapely.intersection(outlines[a], shapely.buffer(shapes[b], SAME_LINE_M)))
    return {frozenset((ids[i], ids[j])): length for i, j, length in zip(a, b, metres, strict=True)}


def test_adjacency_is_the_shared_borders_and_the_links(city, output, borders):
    """The adjacency table has a border wherever units share one of 1 m, barriers cut, and every stated link."""
    table = output.layer("adjacency")
    pairs = [frozenset(pair) for pair in table[["unit_a", "unit_b"]].to_numpy()]
    assert len(pairs) == len(set(pairs))
    stated = {pair for pair, kind in zip(pairs, table["kind"], strict=True) if kind == "border"}
    found = {pair for pair, metres in borders.items() if metres >= LEAST_M}
    doubtful = {pair for pair, metres in borders.items() if DOUBTFUL_M[0] <= metres <= DOUBTFUL_M[1]}
    assert stated - found <= doubtful
    assert found - stated <= doubtful
    assert len(doubtful) < 0.01 * len(found)
    joined = {pair for pair, kind in zip(pairs, table["kind"], strict=True) if kind == "link"}
    assert joined == city.links - stated
    told = table[table["kind"] == "border"]
    own = np.array([borders[frozenset(pair)] for pair in told[["unit_a", "unit_b"]].to_numpy()])
    assert np.abs(told["border_m"] - own).max() < 2.0 + 0.01 * own.max()
    assert (table["border_m"][table["kind"] == "link"] == 0).all()


def test_each_grid_is_one_piece_but_for_those_that_a_finding_names(city, output, borders):
    """R-06 tells of exactly the grids in several pieces, how many, and of the units cut off from the lead."""
    graph = nx.Graph(
        [tuple(pair) for pair in {pair for pair, metres in borders.items() if metres >= LEAST_M} | city.links]
    )
    graph.add_nodes_from(output.units.index)
    told = output.findings[output.findings["rule"] == "R-06"].set_index("subject_id")
    assert sorted(told.index) == sorted(output.grids.index)
    for grid_id, members in output.units.groupby("grid_id"):
        pieces = list(nx.connected_components(graph.subgraph(members.index)))
        finding = told.loc[grid_id]
        assert finding["measured"] == len(pieces)
        assert finding["status"] == "met" if len(pieces) == 1 else finding["status"] in ("violated", "waived")
        home = output.facilities["unit_id"][output.grids["lead_id"][grid_id]]
        own = next(piece for piece in pieces if home in piece)
        assert set(finding["places"]) == set(members.index) - own


def test_each_lead_stands_in_its_own_grid(city, output):
    """The lead's coordinates, from the raw table, lie in its grid."""
    spots = city.facilities.geometry.loc[output.grids["lead_id"]].array
    assert shapely.dwithin(output.grids.geometry.array, spots, 0.5).all()


def test_whole_streets_stay_whole(output):
    """Where the case keeps streets whole, no connected street lies in two grids."""
    if output.rules["grids"]["keep_whole"] != "street":
        return
    table = output.layer("adjacency")
    street, grid = output.units["street_id"], output.units["grid_id"]
    pairs = pd.DataFrame({side: table[f"unit_{side}"] for side in "ab"})
    inside = pairs["a"].map(street).eq(pairs["b"].map(street)) & pairs["a"].map(street).ne("")
    assert pairs["a"][inside].map(grid).eq(pairs["b"][inside].map(grid)).all()
