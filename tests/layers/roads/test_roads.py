"""Road files of every kind become the same frame of roads between junctions."""

from __future__ import annotations

import os
from pathlib import Path

import geopandas as gpd
import numpy as np
import osmium
import pytest
from osmium.osm.mutable import Node, Way
from shapely import LineString, MultiLineString, Point, box

from gridplan.layers.roads.roads import read_roads
from gridplan.travel.network import RoadNetwork
from gridplan.travel.stopping import edges_in_main
from gridplan.words.errors import LayerError

CRS = "EPSG:32650"
DATA = Path(os.environ.get("GRIDPLAN_DATA", Path(__file__).parents[3].parent / "shared" / "data"))
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the real layers are not beside the checkout")


@pytest.fixture
def extract(tmp_path):
    """An extract of a crossing, a one-way roundabout, a ferry, a footway, a wall, and a way that leaves the extract.

    Nodes on a grid of 0.01 degrees (about 1 km): 1-2-3 west to east, 4 north of 2, 5 south of 2, 6 far north.
    """
    path = tmp_path / "town.osm.pbf"
    places = {1: (114.00, 30.50), 2: (114.01, 30.50), 3: (114.02, 30.50), 4: (114.01, 30.51), 5: (114.01, 30.49),
              6: (114.01, 31.50), 7: (114.03, 30.50), 8: (114.03, 30.51)}  # fmt: skip
    ways = [
        (10, [1, 2, 3], {"highway": "primary", "name": "一路", "maxspeed": "60"}),
        (11, [4, 2, 5], {"highway": "residential", "oneway": "-1", "bridge": "yes"}),
        (12, [3, 7, 8, 3], {"highway": "tertiary", "junction": "roundabout"}),
        (13, [5, 1], {"route": "ferry", "duration": "00:20", "motor_vehicle": "no"}),
        (14, [1, 4], {"highway": "footway"}),
        (15, [1, 5], {"barrier": "wall"}),
        (16, [4, 99, 6], {"highway": "secondary"}),
        (17, [4, 6, 98], {"highway": "secondary", "tunnel": "yes"}),
        (18, [1, 3], {"highway": "service", "access": "private"}),
    ]
    with osmium.SimpleWriter(str(path)) as writer:
        for number, place in places.items():
            writer.add_node(Node(id=number, location=place))
        for number, nodes, tags in ways:
            writer.add_way(Way(id=number, nodes=nodes, tags=tags))
    return path


def test_osm_ways_split_at_junctions(extract):
    """Way 10 splits at node 2 and way 11 as well; the wall is no road, the private lane is none for cars."""
    read = read_roads(extract, area=None, crs=CRS)
    roads = read.roads
    counts = roads.road_class.value_counts()
    assert counts["primary"] == 2
    assert counts["residential"] == 2
    assert counts["tertiary"] == 1
    assert roads.crs == CRS
    primary = roads[roads.road_class == "primary"]
    assert primary.oneway.tolist() == [0, 0]
    assert primary.maxspeed_kmh.tolist() == [60.0, 60.0]
    assert set(primary.name) == {"一路"}
    assert (roads[roads.road_class == "residential"].oneway == -1).all()
    assert roads[roads.road_class == "residential"].bridge.all()
    assert roads[roads.road_class == "tertiary"].oneway.tolist() == [1]
    assert not roads[roads.road_class == "service"].drive.any()
    ferry = roads[roads.road_class == "ferry"].iloc[0]
    assert (ferry.minutes, ferry.drive, ferry.walk) == (20.0, False, True)
    foot = roads[roads.road_class == "footway"].iloc[0]
    assert (foot.drive, foot.walk) == (False, True)


def test_a_ferrys_duration_is_shared_over_its_pieces_by_length(tmp_path):
    """A ferry of 20 minutes with a landing a third of the way: 6.7 and 13.3 minutes, not twice 20."""
    path = tmp_path / "ferry.osm.pbf"
    with osmium.SimpleWriter(str(path)) as writer:
        for number, lon in ((1, 114.00), (2, 114.01), (3, 114.03), (4, 114.01)):
            writer.add_node(Node(id=number, location=(lon, 30.5 if number < 4 else 30.51)))
        writer.add_way(Way(id=1, nodes=[1, 2, 3], tags={"route": "ferry", "duration": "00:20"}))
        writer.add_way(Way(id=2, nodes=[2, 4], tags={"highway": "residential"}))
    roads = read_roads(path, area=None, crs=CRS).roads
    assert sorted(roads[roads.road_class == "ferry"].minutes) == pytest.approx([20 / 3, 40 / 3], rel=1e-3)


def test_ways_with_missing_nodes_keep_the_rest(extract):
    """Way 17 keeps 4-6; way 16 has a hole between its only nodes and keeps nothing; both are told."""
    read = read_roads(extract, area=None, crs=CRS)
    assert [(p.severity, p.values) for p in read.problems] == [("warning", ("16", "17"))]
    secondary = read.roads[read.roads.road_class == "secondary"]
    assert secondary.tunnel.tolist() == [True]


def test_osm_is_clipped_while_streaming(extract):
    """With an area around the crossing the far north is cut, but the segment that leaves the area stays."""
    centre = gpd.GeoSeries([Point(114.01, 30.50)], crs=4326).to_crs(CRS).iloc[0]
    read = read_roads(extract, area=centre.buffer(500), crs=CRS, margin_m=100)
    assert set(read.roads.road_class) == {"primary", "residential"}
    assert len(read.roads) == 4
    with pytest.raises(LayerError):
        read_roads(extract, area=Point(0, 0).buffer(10), crs=CRS, margin_m=10)


def test_where_no_vertex_lies_within_there_are_no_roads(extract, tmp_path):
    """A way that crosses the area from afar to afar, and ways of which no node is known: in words, not as an IndexError."""
    between = gpd.GeoSeries([Point(114.01, 31.00)], crs=4326).to_crs(CRS).iloc[0]
    with pytest.raises(LayerError, match="none"):
        read_roads(extract, area=between.buffer(200), crs=CRS, margin_m=100)
    with osmium.SimpleWriter(str(tmp_path / "unknown.osm.pbf")) as writer:
        writer.add_way(Way(id=1, nodes=[1, 2], tags={"highway": "primary"}))
    with pytest.raises(LayerError, match="none"):
        read_roads(tmp_path / "unknown.osm.pbf", area=None, crs=CRS)


def test_one_way_osm_network(extract):
    """Against the line: from 5 to 4 one can drive, from 4 to 5 not by way 11."""
    roads = read_roads(extract, area=None, crs=CRS).roads
    network = RoadNetwork.from_roads(roads)
    north = roads[roads.road_class == "residential"]
    tail, head = north["tail"].to_numpy(), north["head"].to_numpy()
    first, last = (set(tail) - set(head)).pop(), (set(head) - set(tail)).pop()
    assert np.isfinite(network.minutes_to([first]).gather([last]).item())
    assert np.isinf(network.minutes_to([last]).gather([first]).item())


def lines(**more):
    """Three lines: west-east through (500, 0), one that ends in its middle, one that only crosses it."""
    geometry = [
        LineString([(0, 0), (500, 0), (1000, 0)]),
        LineString([(500, 0.004), (500, 400)]),
        LineString([(700, -300), (700, 300)]),
    ]
    return gpd.GeoDataFrame({"u": [1, 2, 3], "v": [9, 9, 9], **more}, geometry=geometry, crs=CRS)


@pytest.mark.parametrize("suffix", ["gpkg", "parquet", "geojson", "shp"])
def test_line_layers_of_every_format(tmp_path, suffix):
    """Ends within a centimetre are one node whatever u, v say; a line splits where another ends, not where one crosses."""
    path = tmp_path / f"roads.{suffix}"
    frame = lines(highway=["primary", "tertiary", "motorway_link"])
    frame = frame.to_crs(4326) if suffix == "geojson" else frame
    if suffix == "parquet":
        frame.to_parquet(path)
    else:
        frame.to_file(path, **({"COORDINATE_PRECISION": 9} if suffix == "geojson" else {}))
    read = read_roads(path, area=None, crs=CRS)
    roads = read.roads
    assert sorted(roads.road_class) == ["motorway_link", "primary", "primary", "tertiary"]
    assert [p.severity for p in read.problems] == ["repair"]
    primary, tertiary = roads[roads.road_class == "primary"], roads[roads.road_class == "tertiary"].iloc[0]
    assert set(primary["tail"]) & set(primary["head"]) == {tertiary["tail"]}
    assert roads.oneway.tolist() == [0, 0, 0, 0]
    assert not roads[roads.road_class == "motorway_link"].walk.any()


def test_mapped_columns_and_values(tmp_path):
    """Chinese columns and classes; minutes of a split line are shared out by length; unknown classes are told."""
    path = tmp_path / "roads.gpkg"
    lines(
        等级=["主干道", "次干道", "乡间路"], 单行=["1", "0", "-1"], 分钟=[4.0, None, 2.0], 桥=["是", "", "否"]
    ).to_file(path)
    read = read_roads(
        path,
        area=None,
        crs=CRS,
        columns={"road_class": "等级", "oneway": "单行", "minutes": "分钟", "bridge": "桥"},
        road_classes={"主干道": "primary", "次干道": "secondary"},
    )
    roads = read.roads
    assert sorted(roads.road_class) == ["primary", "primary", "secondary", "unclassified"]
    assert roads[roads.road_class == "primary"].minutes.tolist() == [2.0, 2.0]
    assert roads[roads.road_class == "primary"].bridge.all()
    assert roads[roads.road_class == "unclassified"].oneway.tolist() == [-1]
    assert any("乡间路" in p.values for p in read.problems)
    with pytest.raises(LayerError) as error:
        read_roads(path, area=None, crs=CRS, columns={"name": "路名"})
    assert "路名" in error.value.render("zh")


def test_multipart_empty_and_far_lines(tmp_path):
    path = tmp_path / "roads.gpkg"
    geometry = [
        MultiLineString([[(0, 0), (10, 0)], [(20, 0), (30, 0)]]),
        LineString([(0, 5), (0, 5)]),
        LineString([(9000, 0), (9010, 0)]),
        None,
    ]
    gpd.GeoDataFrame({"highway": ["primary"] * 4}, geometry=geometry, crs=CRS).to_file(path)
    read = read_roads(path, area=box(0, 0, 10, 10), crs=CRS)
    assert len(read.roads) == 2
    assert read.problems[0].rows == (2, 4)


def test_unreadable_files_say_so(tmp_path):
    broken = tmp_path / "broken.osm.pbf"
    broken.write_bytes(b"not a pbf")
    for path in (broken, tmp_path / "none.osm.pbf", tmp_path / "none.gpkg", tmp_path / "roads.doc"):
        with pytest.raises(LayerError) as error:
            read_roads(path, area=None, crs=CRS, file_label="roads/x")
        assert "roads/x" in error.value.render("zh")
    no_crs = tmp_path / "roads.shp"
    lines(highway=["primary"] * 3).to_file(no_crs)
    no_crs.with_suffix(".prj").unlink()
    with pytest.raises(LayerError):
        read_roads(no_crs, area=None, crs=CRS)
    assert len(read_roads(no_crs, area=None, crs=CRS, source_crs=CRS).roads) == 4


@needs_data
@pytest.mark.shared_data
def test_wuhan_is_one_network():
    """End coordinates, not u and v, join Wuhan's roads into nearly one network; one line is split, 6 mm from which another ends."""
    read = read_roads(DATA / "wuhan" / "roads_osm_wuhan_fua8989.parquet", area=None, crs=32650)
    assert len(read.roads) == 92_668
    assert read.problems == (), "no gap above a centimetre; its 668 crossings without a node are bridges"
    network = RoadNetwork.from_roads(read.roads)
    assert edges_in_main(network).mean() > 0.99


@needs_data
@pytest.mark.shared_data
def test_clipped_pbf_equals_clipped_whole():
    """Inside the area a clipped read has the same roads as the whole file."""
    path = DATA / "las_palmas" / "las_palmas.osm.pbf"
    whole = read_roads(path, area=None, crs=32628).roads
    west, south, east, north = whole.total_bounds
    area = Point((west + east) / 2, (south + north) / 2).buffer(3000)
    part = read_roads(path, area=area, crs=32628).roads
    assert len(part) < len(whole)
    assert part.clip(area).length.sum() == pytest.approx(whole.clip(area).length.sum())


def test_lines_that_only_cross_are_left_alone_and_those_that_end_there_split_them(tmp_path):
    """Two lines through one vertex, a bridge over a road perhaps; a third one that ends there makes it a junction."""
    across = [LineString([(0, 0), (50, 0), (100, 0)]), LineString([(50, -50), (50, 0), (50, 50)])]
    ending = LineString([(50, 0), (90, 40)])
    for lines, count in ((across, 2), ([*across, ending], 5)):
        gpd.GeoDataFrame({"highway": ["residential"] * len(lines)}, geometry=lines, crs=CRS).to_file(
            tmp_path / f"{count}.gpkg"
        )
        roads = read_roads(tmp_path / f"{count}.gpkg", area=None, crs=CRS).roads
        assert len(roads) == count
        assert roads.length.sum() == pytest.approx(sum(line.length for line in lines))
