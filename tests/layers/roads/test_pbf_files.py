"""Roads decoded out of a pbf in bulk are what the file says and what osmium reads; files that are unusual or damaged are osmium's, or told."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import numpy as np
import osmium
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from osmium.osm.mutable import Node, Way

from gridplan.case.examples import example_path
from gridplan.layers.roads import osm_ways
from gridplan.layers.roads.osm_tags import KEYS, UNDEFINED, Box, read_facts
from gridplan.layers.roads.osm_ways import Ways, collect_ways
from gridplan.layers.roads.pbf_files import UnusualPbfError, pbf_ways
from gridplan.layers.roads.road_access import CLASSES
from gridplan.layers.roads.roads import read_roads
from gridplan.words.errors import LayerError

BINHAI = example_path("binhai").parent / "roads.osm.pbf"
BOX: Box = (-50, -50, 50, 50)


class Drawn(NamedTuple):
    """A way as a test draws it: id, nodes, tags."""

    id: int
    nodes: list[int]
    tags: dict[str, str]


def write(path: Path, objects: Iterable[Any], *, options: str = "", history: bool = False) -> Path:
    header = osmium.io.Header()
    header.has_multiple_object_versions = history
    with osmium.SimpleWriter(osmium.io.File(str(path), options), header=header) as writer:
        for one in objects:
            (writer.add_node if isinstance(one, Node) else writer.add_way)(one)
    return path


def node(number: int, x: int, y: int) -> Node:
    return Node(id=number, location=osmium.osm.Location(x / 1e7, y / 1e7), version=1)


def way(number: int, nodes: list[int], **tags: str) -> Way:
    return Way(id=number, nodes=nodes, tags=tags or {"highway": "primary"}, version=1)


def together(parts: Iterable[Any]) -> Ways:
    return osm_ways._together(osm_ways._roads(part) for part in parts)


def by_osmium(path: Path, boxes: tuple[Box, ...]) -> Ways:
    return together(osm_ways._osmium_ways(path, boxes, None))


def assert_same(first: Ways, second: Ways) -> None:
    for name in ("ids", "starts", "x", "y"):
        np.testing.assert_array_equal(getattr(first, name), getattr(second, name), strict=True)
    assert list(first.columns) == list(second.columns)
    for name, values in first.columns.items():
        np.testing.assert_array_equal(values, second.columns[name], strict=True)


NUMBERS = st.integers(1, 12) | st.integers(1, 1 << 40)
COORDINATE = st.integers(-60, 60) | st.integers(-1_800_000_000, 1_800_000_000)
TAGS = st.dictionaries(
    st.sampled_from(["highway", "route", "name", "oneway", "maxspeed", "access", "building", "bridge", "道路"]),
    st.sampled_from(["primary", "footway", "ferry", "yes", "no", "60", "一路", "", "highway"]),
)
ROADS = TAGS.map(lambda tags: {"highway": "residential", **tags})


@st.composite
def files(draw: Any) -> tuple[dict[int, tuple[int, int]], list[Drawn], list[int]]:
    """Nodes, ways whose nodes may be missing, and the order in which all of them are written."""
    places = draw(st.dictionaries(NUMBERS, st.tuples(COORDINATE, COORDINATE.map(lambda y: y // 2)), max_size=12))
    numbers = st.sampled_from(sorted(places)) | NUMBERS if places else NUMBERS
    ways = [
        Drawn(number, draw(st.lists(numbers, max_size=5)), draw(ROADS | TAGS))
        for number in draw(st.lists(NUMBERS, max_size=8, unique=True))
    ]
    usual = list(range(len(places) + len(ways)))
    return places, ways, draw(st.just(usual) | st.permutations(usual))


def wanted(places: dict[int, tuple[int, int]], one: Drawn, box: Box | None) -> bool:
    """Whether a way is to be read, by the definition: a road, a line, and the box of its known nodes meets `box`."""
    facts = read_facts(one.tags.get)
    known = [places[number] for number in one.nodes if number in places]
    is_line = len(one.nodes) >= 2 or len(known) < len(one.nodes)
    if facts is None or not is_line or box is None:
        return facts is not None and is_line
    xs, ys = [x for x, _ in known], [y for _, y in known]
    return bool(known) and max(xs) >= box[0] and max(ys) >= box[1] and min(xs) <= box[2] and min(ys) <= box[3]


@settings(max_examples=60, deadline=None)
@given(files(), st.sampled_from(["pbf", "pbf,pbf_compression=none"]), st.booleans(), st.booleans())
def test_what_is_drawn_is_read_in_its_order(drawn: Any, options: str, clipped: bool, on_disk: bool):
    """Unknown nodes, ways that cross the box without a node in it, nodes after their ways and in any order; osmium reads the same."""
    places, ways, order = drawn
    objects = [node(number, *places[number]) for number in sorted(places)]
    objects = [*objects, *(Way(id=one.id, nodes=one.nodes, tags=one.tags, version=1) for one in ways)]
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        path = write(Path(folder) / "a.osm.pbf", [objects[i] for i in order], options=options)
        boxes = (BOX,) if clipped else ()
        read = together(pbf_ways(path, boxes, Path(folder) if on_disk else None))
        assert_same(read, by_osmium(path, boxes))
    shown = [ways[i - len(places)] for i in order if i >= len(places)]
    kept = [one for one in shown if wanted(places, one, BOX if clipped else None)]
    assert read.ids.tolist() == [one.id for one in kept]
    assert np.diff(read.starts).tolist() == [len(one.nodes) for one in kept]
    vertices = [places.get(number, (UNDEFINED, UNDEFINED)) for one in kept for number in one.nodes]
    assert list(zip(read.x.tolist(), read.y.tolist(), strict=True)) == vertices
    assert read.columns["name"].tolist() == [one.tags.get("name", "") for one in kept]


def test_a_way_that_only_crosses_the_box_is_read(tmp_path: Path):
    """From west to east of the box; the other lies south-west of it, with a node that nobody knows."""
    nodes = [node(1, -90, 0), node(2, 90, 0), node(3, -90, -90), node(4, -80, -80)]
    path = write(tmp_path / "a.osm.pbf", [*nodes, way(7, [1, 2]), way(8, [3, 9, 4])])
    for ways in (collect_ways(path, BOX), by_osmium(path, (BOX,))):
        assert ways.ids.tolist() == [7]
    assert collect_ways(path, None).ids.tolist() == [7, 8]


def test_one_of_many_boxes_is_enough(tmp_path: Path):
    nodes = [node(1, 0, 0), node(2, 10, 10), node(3, 500, 500), node(4, 510, 510), node(5, 900, 0), node(6, 910, 0)]
    path = write(tmp_path / "a.osm.pbf", [*nodes, way(7, [1, 2]), way(8, [3, 4]), way(9, [5, 6])])
    boxes = ((400, 400, 505, 505), (-5, -5, 5, 5))
    assert together(pbf_ways(path, boxes)).ids.tolist() == [7, 8]
    assert by_osmium(path, boxes).ids.tolist() == [7, 8]


def test_of_a_node_that_is_there_twice_the_last_counts(tmp_path: Path):
    nodes = [node(1, 0, 0), node(2, 10, 10), node(1, 30, 30)]
    path = write(tmp_path / "a.osm.pbf", [*nodes, way(7, [1, 2])])
    assert together(pbf_ways(path, ())).x.tolist() == [30, 10]


def test_nodes_ascend_from_block_to_block(tmp_path: Path):
    """Two blocks of nodes, each ascending, the second before the first: a writer begins a new block after 8,000."""
    nodes = [*(node(i, i, 0) for i in range(20_000, 28_000)), *(node(i, i, 0) for i in range(1, 8_001))]
    path = write(tmp_path / "a.osm.pbf", [*nodes, way(7, [20_001, 5, 27_999, 8_000])])
    assert together(pbf_ways(path, ())).x.tolist() == [20_001, 5, 27_999, 8_000]


@pytest.mark.parametrize("options", ["pbf,pbf_dense_nodes=false", "pbf,pbf_compression=lz4", "osm", "opl"])
def test_what_is_unusual_is_left_to_osmium(tmp_path: Path, options: str):
    """Nodes one by one, another compression, other formats; the ways stand before their nodes."""
    objects = [way(7, [1, 2], highway="primary", name="一路"), node(2, 10, 10), node(1, 0, 0)]
    path = write(tmp_path / f"a.{options.partition(',')[0]}", objects, options=options)
    with pytest.raises(UnusualPbfError):
        list(pbf_ways(path, ()))
    ways = collect_ways(path, None)
    assert (ways.ids.tolist(), ways.x.tolist(), ways.columns["name"].tolist()) == ([7], [0, 10], ["一路"])


def test_places_that_stand_in_the_ways_are_read(tmp_path: Path):
    """As osmium-tool writes them, without the nodes themselves."""
    source = write(tmp_path / "a.osm.pbf", [node(1, 0, 0), node(2, 10, 10), way(7, [1, 2])])
    with osmium.SimpleWriter(osmium.io.File(str(tmp_path / "b.osm.pbf"), "pbf,locations_on_ways=true")) as writer:
        for one in osmium.FileProcessor(str(source)).with_locations():
            if one.is_way():
                writer.add_way(one)
    assert collect_ways(tmp_path / "b.osm.pbf", None).x.tolist() == [0, 10]


def test_a_file_of_every_version_is_refused_in_words(tmp_path: Path):
    path = write(tmp_path / "a.osh.pbf", [node(1, 0, 0), node(2, 10, 10), way(7, [1, 2]), way(7, [2, 1])], history=True)
    with pytest.raises(LayerError) as error:
        read_roads(path, area=None, crs=32650)
    assert "time-filter" in error.value.render("zh")
    assert "every version" in error.value.render("en")


def test_a_file_without_roads_has_none(tmp_path: Path):
    path = write(tmp_path / "a.osm.pbf", [node(1, 0, 0), way(7, [1, 1], building="yes")])
    assert collect_ways(path, None).n_ways == 0
    assert collect_ways(write(tmp_path / "b.osm.pbf", []), None).n_ways == 0


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=4), st.floats(0.5, 1))
def test_damage_is_told_and_ends_nothing(tmp_path: Path, changes: list[tuple[float, int]], share: float):
    """Bytes changed anywhere, cut off anywhere: some roads are read, or it is an error in words."""
    objects = [*(node(i, i * 10, -i) for i in range(1, 40)), *(way(i, [i, i + 1, i + 2]) for i in range(1, 40))]
    path = tmp_path / "whole.osm.pbf"
    if not path.exists():
        write(path, objects, options="pbf,pbf_compression=none")
    content = bytearray(path.read_bytes())
    for at, byte in changes:
        content[int(at * len(content))] = byte
    damaged = tmp_path / "damaged.osm.pbf"
    damaged.write_bytes(content if changes else content[: int(share * len(content))])
    with suppress(LayerError):
        assert len(read_roads(damaged, area=None, crs=32631).roads) <= 39 * 2


def test_every_tag_that_is_looked_up_is_read():
    asked = set()
    for road_class in CLASSES:
        for tags in ({"highway": road_class, "oneway": "yes"}, {"route": "ferry", "oneway": "yes"}):
            read_facts(lambda key, other, tags=tags: asked.add(key) or tags.get(key, other))
    assert asked == KEYS


def test_the_bundled_city_is_read_in_bulk_as_by_osmium():
    whole = together(pbf_ways(BINHAI, ()))
    assert_same(whole, by_osmium(BINHAI, ()))
    west, south, east, north = (int(np.quantile(axis, at)) for at in (0.4, 0.6) for axis in (whole.x, whole.y))
    box = (min(west, east), min(south, north), max(west, east), max(south, north))
    assert_same(collect_ways(BINHAI, box), by_osmium(BINHAI, (box,)))
    assert 0 < collect_ways(BINHAI, box).n_ways < whole.n_ways


@pytest.mark.shared_data
@pytest.mark.parametrize(
    ("name", "box"),
    [
        ("porto_roads/porto.osm.pbf", (-86500000, 411000000, -86000000, 411600000)),
        ("las_palmas/las_palmas.osm.pbf", (-154400000, 281000000, -154200000, 281300000)),
    ],
)
def test_real_extracts_are_read_in_bulk_as_by_osmium(shared_data: Path, name: str, box: Box):
    for boxes in ((), (box,)):
        read = together(pbf_ways(shared_data / name, boxes))
        assert_same(read, by_osmium(shared_data / name, boxes))
        assert read.n_ways > 2000
