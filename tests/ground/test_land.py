"""Pieces of land: borders and links join parts, barriers do not let them, rocks do not count."""

from __future__ import annotations

import geopandas as gpd
import networkx as nx
import shapely

from gridplan.ground.land import land_pieces

ISLE = shapely.box(5000, 0, 5200, 200)


def units(**shapes: shapely.Geometry) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=list(shapes.values()), index=list(shapes), crs="EPSG:4549")


def graph(*edges: tuple[str, str, str]) -> nx.Graph:
    joined = nx.Graph()
    joined.add_nodes_from("abc")
    joined.add_edges_from((a, b, {"kind": kind}) for a, b, kind in edges)
    return joined


def test_a_part_far_off_is_a_piece_and_a_rock_is_none():
    main = shapely.box(0, 0, 1000, 1000)
    assert land_pieces(units(a=shapely.MultiPolygon([main, ISLE])), graph()) == [["a"], ["a"]]
    rock = shapely.box(5000, 0, 5099, 100)
    assert land_pieces(units(a=shapely.MultiPolygon([main, rock])), graph()) == [["a"]]
    near = shapely.box(1009, 0, 2000, 1000)
    assert land_pieces(units(a=shapely.MultiPolygon([main, near])), graph()) == [["a"]]


def test_a_neighbour_or_a_link_joins_the_parts_that_it_reaches():
    """a has a part in the west and an islet; b lies between them, c is an island of its own."""
    a = shapely.MultiPolygon([shapely.box(0, 0, 1000, 1000), ISLE])
    b = shapely.box(1000, 0, 5000, 1000)
    assert land_pieces(units(a=a, b=b), graph(("a", "b", "border"))) == [["a", "b"]]
    assert land_pieces(units(a=a, b=b), graph()) == [["b"], ["a"], ["a"]]
    c = shapely.box(0, 2000, 1000, 3000)
    assert land_pieces(units(a=a, c=c), graph(("a", "c", "link"))) == [["a", "c"], ["a"]]
