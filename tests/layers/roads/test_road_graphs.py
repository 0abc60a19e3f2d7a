"""Road graphs of SUMO and GraphML become the same roads: classes, speeds, directions; hostile ones are refused in words."""

from __future__ import annotations

import gzip
from pathlib import Path

import geopandas as gpd
import networkx as nx
import numpy as np
import pytest
from shapely import LineString

from gridplan.intake.guessing import guess_roles
from gridplan.intake.inventory import list_files, look_at
from gridplan.layers.roads.roads import RoadsRead, read_roads
from gridplan.travel.network import RoadNetwork
from gridplan.words.errors import LayerError

CRS = "EPSG:32650"
NET = """<?xml version="1.0" encoding="UTF-8"?>
<net version="1.16"><location netOffset="-500000.00,-3370000.00" projParameter="{projection}"/>
<type id="highway.primary" speed="22.22"/>
<edge id=":n1_0" function="internal"><lane id=":n1_0_0" speed="9" shape="0,0 1,1"/></edge>
<edge id="a" from="n0" to="n1" type="highway.primary" name="一路" shape="0,0 500,100 1000,0">
  <lane id="a_0" speed="13.89"/><lane id="a_1" speed="16.67"/></edge>
<edge id="-a" from="n1" to="n0" type="highway.primary"/>
<edge id="b" from="n1" to="n2" type="highway.residential|railway.tram"><lane id="b_0" speed="8.33"/></edge>
<edge id="c" from="n1" to="n2" type="railway.rail"/>
<edge id="d" from="n1" to="gone" type="highway.step"/>
<edge id="e" from="n0" to="n2" type="highway.step"/>
<junction id=":i" type="internal" x="7" y="7"/>
<junction id="n0" x="0" y="0"/><junction id="n1" x="1000" y="0"/><junction id="n2" x="1000" y="800"/>
</net>"""
UTM = "+proj=utm +zone=50 +ellps=WGS84 +datum=WGS84 +units=m +no_defs"


def read(path: Path, **keys: str) -> RoadsRead:
    return read_roads(path, area=None, crs=CRS, **keys)  # type: ignore[arg-type]


def write(path: Path, text: str) -> Path:
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(text.encode()))
    else:
        path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ["a.net.xml", "a.net.xml.gz"])
def test_sumo_edges_have_class_speed_direction_and_place(tmp_path: Path, name: str) -> None:
    """Inside edges and the railway are no roads; of the edge to a node that is not there the user is told."""
    done = read(write(tmp_path / name, NET.format(projection=UTM)))
    roads = done.roads
    assert roads["road_class"].tolist() == ["primary", "primary", "residential", "steps"]
    assert roads["maxspeed_kmh"].tolist()[:3] == [60.0, 80.0, 30.0], "fastest lane; the type's; the lane's"
    assert roads["oneway"].tolist() == [1, 1, 1, 1]
    assert roads["name"].tolist() == ["一路", "", "", ""]
    assert roads.geometry[0].coords[:] == [(500_000, 3_370_000), (500_500, 3_370_100), (501_000, 3_370_000)]
    assert roads["drive"].tolist() == [True, True, True, False]
    assert [(p.severity, p.values) for p in done.problems] == [
        ("repair", ("railway.rail",)),
        ("warning", ("n1 → gone",)),
    ]


def test_one_can_drive_there_and_back_only_where_edges_say_so(tmp_path: Path) -> None:
    roads = read(write(tmp_path / "a.net.xml", NET.format(projection=UTM))).roads
    network = RoadNetwork.from_roads(roads)
    n0, n1, n2 = roads["tail"][0], roads["head"][0], roads["head"][2]
    minutes = network.minutes_to([n0, n1, n2]).gather([n0, n1, n2])
    assert np.isfinite(minutes).tolist() == [[True, True, True], [True, True, True], [False, False, True]]


def test_a_sumo_network_without_projection_needs_a_crs(tmp_path: Path) -> None:
    path = write(tmp_path / "a.net.xml", NET.format(projection="!"))
    with pytest.raises(LayerError, match="crs"):
        read(path)
    assert len(read(path, source_crs=CRS).roads) == 4


def test_plain_sumo_files_are_read_with_their_nodes_and_types(tmp_path: Path) -> None:
    write(tmp_path / "x.typ.xml", '<types><type id="highway.tertiary" speed="10"/></types>')
    edge = '<edge id="a" from="n0" to="n1" type="highway.tertiary" shape="114,30.5 114.01,30.51 114.02,30.5"/>'
    path = write(tmp_path / "x.edg.xml.gz", f"<edges>{edge}</edges>")
    with pytest.raises(LayerError, match=r"x\.nod\.xml"):
        read(path)
    write(tmp_path / "x.nod.xml", '<nodes><node id="n0" x="114" y="30.5"/><node id="n1" x="114.02" y="30.5"/></nodes>')
    roads = read(path).roads
    assert roads["maxspeed_kmh"].tolist() == [36.0]
    assert len(roads.to_crs(4326).geometry[0].coords) == 3


def street_graph(kind: type[nx.Graph]) -> nx.Graph:
    """0 - 1 both ways (with a bend, OSMnx's lists of texts), 1 -> 2 one way."""
    graph = kind(crs="epsg:4326")
    for node, (x, y) in enumerate([(114.0, 30.5), (114.01, 30.5), (114.01, 30.51)]):
        graph.add_node(node, x=x, y=y, highway="traffic_signals")
    bend = "LINESTRING (114 30.5, 114.005 30.501, 114.01 30.5)"
    graph.add_edge(0, 1, highway="['residential', 'tertiary']", maxspeed="['50', '30']", name="一路", geometry=bend)
    if graph.is_directed():
        graph.add_edge(1, 0, highway="residential", maxspeed="30", oneway="False", bridge="yes")
    graph.add_edge(1, 2, highway="primary", oneway="True")
    return graph


@pytest.mark.parametrize("packed", [False, True])
def test_graphml_edges_have_class_speed_direction_and_shape(tmp_path: Path, packed: bool) -> None:
    path = tmp_path / ("g.graphml.gz" if packed else "g.graphml")
    nx.write_graphml(street_graph(nx.MultiDiGraph), path)
    done = read(path)
    roads = done.roads
    assert done.problems == ()
    assert roads["road_class"].tolist() == ["residential", "residential", "primary"]
    assert roads["maxspeed_kmh"].tolist()[:2] == [50.0, 30.0]
    assert roads["oneway"].tolist() == [1, 1, 1]
    assert roads["bridge"].tolist() == [False, True, False]
    assert [len(shape.coords) for shape in roads.geometry] == [3, 2, 2]


def test_an_undirected_graph_goes_both_ways_and_lost_directions_are_told(tmp_path: Path) -> None:
    nx.write_graphml(street_graph(nx.Graph), tmp_path / "g.graphml")
    done = read(tmp_path / "g.graphml")
    assert done.roads["oneway"].tolist() == [0, 0]
    assert [(p.severity, p.field) for p in done.problems] == [("warning", "oneway")]


def test_a_graph_without_places_or_crs_says_so(tmp_path: Path) -> None:
    nx.write_graphml(nx.path_graph(4, nx.DiGraph), tmp_path / "g.graphml")
    with pytest.raises(LayerError, match="different places"):
        read(tmp_path / "g.graphml")
    graph = street_graph(nx.DiGraph)
    del graph.graph["crs"]
    nx.write_graphml(graph, tmp_path / "h.graphml")
    with pytest.raises(LayerError, match="crs"):
        read(tmp_path / "h.graphml")
    there = read(tmp_path / "h.graphml", datum="wgs84").roads
    shifted = read(tmp_path / "h.graphml", datum="gcj02").roads
    off = there.centroid.distance(shifted.centroid, align=False)
    assert ((off > 250) & (off < 900)).all(), "the datum of degrees counts for roads as well"


def test_init_takes_them_for_roads(tmp_path: Path) -> None:
    write(tmp_path / "a.net.xml", NET.format(projection=UTM))
    graph = nx.relabel_nodes(street_graph(nx.DiGraph), str)
    nx.write_graphml(graph, tmp_path / "b.graphml")
    found, problems = look_at(list_files(tmp_path))
    assert [(layer.file, layer.rows, layer.crs) for layer in found][1] == ("b.graphml", 3, "EPSG:4326")
    assert [proposal.role for proposal in guess_roles(found)] == ["roads", "unused"]
    assert {problem.severity for problem in problems} == {"repair", "warning"}


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
HOSTILE = {
    "entities.net.xml": lambda: f'<?xml version="1.0"?>{BOMB}<net><edge id="&b;"/></net>'.encode(),
    "entities.graphml": lambda: f"{BOMB}<graphml><graph/></graphml>".encode("utf-16"),
    "behind.graphml": lambda: f"<!--{'x' * 2_000_000}-->{BOMB}<graphml/>".encode(),
    "bomb.net.xml.gz": lambda: gzip.compress(b"<net>" + b" " * 52_000_000, 9),
    "torn.net.xml.gz": lambda: gzip.compress(NET.encode())[:300],
    "torn.net.xml": lambda: NET.encode()[:900],
    "noise.graphml": lambda: np.random.default_rng(0).bytes(5000),
    "empty.graphml": lambda: b"",
    "other.graphml": lambda: b"<html><body/></html>",
    "nan.net.xml": lambda: (
        NET.replace("0,0 500,100 1000,0", "nan,0 inf,1 5,,").replace('x="1000"', 'x="nan"').replace('x="0"', 'x="inf"')
    ).encode(),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_and_broken_graphs_are_refused_in_words(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(HOSTILE[name]())
    with pytest.raises(LayerError) as error:
        read(tmp_path / name, source_crs=CRS)
    assert [problem.file for problem in error.value.problems if problem.severity == "error"] == [name]
    found, problems = look_at(list_files(tmp_path))
    assert found == []
    assert [problem.file for problem in problems if problem.severity == "error"] == [name]


def test_a_layer_with_a_line_for_each_direction_is_read_so_and_told(tmp_path: Path) -> None:
    """Two streets both ways, one line alone: three lines in one direction; with a column oneway nothing is assumed."""
    there = [LineString([(0, 0), (900, 0)]), LineString([(900, 0), (900, 900)])]
    lines = [*there, *(line.reverse() for line in there), LineString([(900, 900), (0, 0)])]
    frame = gpd.GeoDataFrame({"highway": ["primary"] * 5}, geometry=lines, crs=CRS)
    frame.to_file(tmp_path / "a.gpkg")
    done = read(tmp_path / "a.gpkg")
    assert done.roads["oneway"].tolist() == [1] * 5
    assert [(p.severity, p.field) for p in done.problems] == [("warning", "oneway")]
    frame.assign(oneway="no").to_file(tmp_path / "b.gpkg")
    assert read(tmp_path / "b.gpkg").roads["oneway"].tolist() == [0] * 5
    frame.iloc[[0, 1, 4]].to_file(tmp_path / "c.gpkg")
    assert read(tmp_path / "c.gpkg").problems == ()
