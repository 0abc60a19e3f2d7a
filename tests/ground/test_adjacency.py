"""The neighbour graph: borders, barriers, links, isolates."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import networkx as nx
import pandas as pd
import pytest
import shapely
from shapely.affinity import translate

from gridplan.case.case import read_case
from gridplan.ground.adjacency import adjacency_table, build_adjacency, tell_separate
from gridplan.ground.units import complete_units
from gridplan.layers.layers import read_layers
from tests import board


@pytest.fixture(scope="module")
def layers(board_case):
    return read_layers(read_case(board_case))


def test_a_chessboard_has_rook_neighbours(layers):
    graph = build_adjacency(layers)
    assert graph.number_of_nodes() == 24
    assert graph.number_of_edges() == 4 * 5 + 3 * 6
    assert not graph.has_edge("u00", "u11")


def test_half_of_the_map_drawn_three_metres_east_keeps_every_neighbour(layers, tmp_path):
    units = board.board_units()
    east = (units["district_id"] == "E").to_numpy()
    units = units.set_geometry(
        [shape if not at else translate(shape, 3, 0) for shape, at in zip(units.geometry, east, strict=True)],
        crs=board.CRS,
    )
    read = read_layers(read_case(board.write_board(tmp_path / "apart", units=units)))
    assert set(build_adjacency(read).edges) == set(build_adjacency(layers).edges)
    assert [(problem.severity, problem.file) for problem in read.problems] == [("repair", "units.gpkg")]
    assert "12,000 m²" in read.problems[0].render("en")


def test_a_barrier_cuts_and_a_link_joins_again(layers):
    x = board.ORIGIN[0] + 3000
    wall = gpd.GeoDataFrame(
        {"name": ["河"]}, geometry=[shapely.LineString([(x, 3_899_000), (x, 3_905_000)])], crs=board.CRS
    )
    link = pd.DataFrame({"unit_a": ["u02"], "unit_b": ["u03"], "minutes": [2.5], "kind": ["bridge"], "name": ["大桥"]})
    cut = build_adjacency(replace(layers, barriers=wall))
    assert nx.number_connected_components(cut) == 2
    joined = build_adjacency(replace(layers, barriers=wall, links=link))
    assert nx.number_connected_components(joined) == 1
    assert joined.edges["u02", "u03"]["minutes"] == 2.5
    assert joined.edges["u02", "u03"]["kind"] == "link"


def test_a_link_beside_a_border_leaves_the_border(layers):
    link = pd.DataFrame({"unit_a": ["u01"], "unit_b": ["u00"], "minutes": [9.0], "kind": ["ferry"], "name": [""]})
    assert build_adjacency(replace(layers, links=link)).edges["u00", "u01"]["kind"] == "border"


def test_a_unit_without_neighbours_is_in_the_graph(layers):
    apart = layers.units.copy()
    apart.loc["u00", "geometry"] = shapely.box(0, 0, 10, 10)
    graph = build_adjacency(replace(layers, units=apart))
    assert graph.degree["u00"] == 0


def test_the_table_names_each_pair_once(layers):
    table = adjacency_table(build_adjacency(layers))
    assert not table.duplicated(["unit_a", "unit_b"]).any()
    assert (table["unit_a"] < table["unit_b"]).all()
    assert (table["border_m"] - 1000).abs().max() < 1


@pytest.mark.parametrize(("metres", "said"), [(0, []), (12, ["12 units"])])
def test_units_that_touch_none_of_the_others_are_told_with_the_gap(
    tmp_path: Path, metres: int, said: list[str]
) -> None:
    """The east half 12 m away is an island of 12,000 people; one link and it is none."""
    units = board.board_units()
    east = units["district_id"] == "E"
    units.geometry = [translate(shape, metres * far) for shape, far in zip(units.geometry, east, strict=True)]
    path = board.write_board(tmp_path / "gap", units=units)
    layers = complete_units(read_layers(read_case(path)), read_case(path))
    problems = tell_separate(layers, build_adjacency(layers), read_case(path))
    assert [problem.found.en.split(" (")[0] for problem in problems] == said
    assert all("12,000 people" in p.found.en and "12 m off" in p.found.en for p in problems)
    links = pd.DataFrame({"unit_a": ["u02"], "unit_b": ["u03"], "minutes": [1.0], "kind": ["bridge"], "name": [""]})
    linked = replace(layers, links=links)
    assert tell_separate(linked, build_adjacency(linked), read_case(path)) == []


@pytest.mark.parametrize(("metres", "told"), [(50, 1), (5_000, 0)])
def test_a_small_island_far_out_is_not_told_and_one_beside_the_land_is(tmp_path: Path, metres: int, told: int) -> None:
    """u05 has 5 of 23,005 residents."""
    units, people = board.board_units(), pd.DataFrame({"unit_id": board.unit_ids(), "population": 1000})
    people.loc[5, "population"] = 5
    units.geometry = [
        translate(s, metres, -metres) if u == "u05" else s
        for u, s in zip(units["unit_id"], units.geometry, strict=True)
    ]
    case = read_case(board.write_board(tmp_path, units=units, people=people))
    layers = complete_units(read_layers(case), case)
    assert len(tell_separate(layers, build_adjacency(layers), case)) == told


def test_what_a_barrier_separates_is_not_told(layers, board_case):
    """A river between the halves is the planner's own word; it stands in the case."""
    x = board.ORIGIN[0] + 3000
    river = shapely.LineString([(x, board.ORIGIN[1] - 500), (x, board.ORIGIN[1] + 4500)])
    barriers = gpd.GeoDataFrame({"name": ["river"]}, geometry=[river], crs=board.CRS)
    cut = replace(layers, barriers=barriers, units=layers.units.assign(population=1000.0))
    graph = build_adjacency(cut)
    assert nx.number_connected_components(graph) == 2
    assert tell_separate(cut, graph, read_case(board_case)) == []
