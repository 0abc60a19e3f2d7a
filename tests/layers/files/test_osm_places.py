"""Facilities and boundaries come out of an OpenStreetMap file as out of any layer; what it does not tell is said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import osmium
import pytest
import shapely
from osmium.osm.mutable import Node, Relation, Way

from gridplan.case.case import Case, parse_case
from gridplan.case.sources import Source
from gridplan.intake.guessing import guess_roles
from gridplan.intake.inventory import list_files, look_at
from gridplan.layers.area.boundaries import read_boundaries, read_units
from gridplan.layers.facilities.facilities import read_facilities
from gridplan.words.problems import Problems
from tests.layers.conftest import told

FILE = "town.osm.pbf"


@pytest.fixture
def town(tmp_path: Path) -> Case:
    r"""Two districts side by side, each 1 by 2 hundredths of a degree; the west one has two streets, one above the other.

    ::

        30.52  4---5---6        ways: 10 around the west, 11 around the east, 12 the upper, 13 the lower street
               | W2|   |        20 the ground of a hospital (closed), 21 a wing of one (open)
        30.51  7---8   |        30, 31 a clinic with a courtyard
               | W1| E |
        30.50  1---2---3
             114.00 .01 .02
    """
    places = {1: (0, 0), 2: (1, 0), 3: (2, 0), 4: (0, 2), 5: (1, 2), 6: (2, 2), 7: (0, 1), 8: (1, 1)}
    corners = {number: (114 + x / 100, 30.5 + y / 100) for number, (x, y) in places.items()}
    square = [(0.1, 0.1), (0.3, 0.1), (0.3, 0.3), (0.1, 0.3)]
    yard = [(0.15, 0.15), (0.25, 0.15), (0.25, 0.25), (0.15, 0.25)]
    for start, shift, ring in ((100, 0.0, square), (110, 1.0, square), (120, 1.0, yard)):
        corners |= {start + k: (114 + (x + shift) / 100, 30.5 + y / 100) for k, (x, y) in enumerate(ring)}
    care: dict[int, dict[str, str]] = {
        50: {"amenity": "hospital", "name": "某市中医院", "beds": "约300", "emergency": "yes"},
        51: {"amenity": "clinic", "operator:type": "private"},
        52: {"healthcare": "physiotherapist", "name": "骨伤理疗"},
        53: {"amenity": "pharmacy", "healthcare": "pharmacy", "name": "大药房"},
        54: {"amenity": "hospital", "name": "城北卫生", "healthcare:speciality": "psychiatry"},
        55: {"amenity": "hospital", "name": "长青社区卫生服务中心"},
    }
    with osmium.SimpleWriter(str(tmp_path / FILE)) as writer:
        for number, place in sorted(corners.items()):
            if number not in range(50, 60):
                writer.add_node(Node(id=number, location=place))
        for number, tags in care.items():
            writer.add_node(Node(id=number + 1000, location=(114.005, 30.505), tags=tags))
        for number, nodes, tags in [
            (10, [1, 2, 8, 5, 4, 7, 1], {}), (11, [2, 3, 6, 5, 8, 2], {}), (12, [7, 8, 5, 4, 7], {}),
            (13, [1, 2, 8, 7, 1], {}), (14, [1, 3], {"highway": "primary"}),
            (20, [100, 101, 102, 103, 100], {"amenity": "hospital", "name": "东方医院"}),
            (21, [1, 2], {"amenity": "hospital", "name": "某市妇幼保健院"}),
            (30, [110, 111, 112, 113, 110], {}), (31, [120, 121, 122, 123, 120], {}),
        ]:  # fmt: skip
            writer.add_way(Way(id=number, nodes=nodes, tags=tags))
        border = {"type": "boundary", "boundary": "administrative"}
        for number, members, tags in [
            (40, [(30, "outer"), (31, "inner")], {"type": "multipolygon", "amenity": "clinic", "name": "回字诊所"}),
            (41, [(999, "outer")], {"type": "multipolygon", "amenity": "hospital", "name": "断开的医院"}),
            (60, [(10, "outer")], {**border, "admin_level": "6", "name": "西区", "ref:admin:CN": "420102", "population": "90000"}),
            (61, [(11, "outer")], {**border, "admin_level": "6", "name": "东区", "population": "50000"}),
            (62, [(12, "outer")], {**border, "admin_level": "8", "name": "上街", "ref:admin:CN:nbs": "420102002"}),
            (63, [(13, "outer")], {**border, "admin_level": "8", "name": "下街", "ref:admin:CN:nbs": "420102001"}),
            (64, [(998, "outer")], {**border, "admin_level": "8", "name": "别处"}),
        ]:  # fmt: skip
            writer.add_relation(Relation(id=number, members=[("w", way, role) for way, role in members], tags=tags))
    tree: dict[str, Any] = {
        "place": {"name": "小城"},
        "layers": {
            "boundaries": {"path": FILE},
            "population": {"kind": "table", "path": "people.csv"},
            "facilities": [{"path": FILE}],
        },
    }
    return parse_case(tree, folder=tmp_path)


def test_facilities_have_kind_owner_beds_and_a_place(town: Case) -> None:
    """The name says most; the tag hospital alone leaves the kind open; a pharmacy is no facility of a grid."""
    problems = Problems()
    frame = read_facilities(town, problems)
    assert frame is not None
    assert frame["kind"].to_dict() == {
        "n1050": "tcm", "n1051": "clinic", "n1052": "clinic", "n1054": "specialist", "n1055": "chc",
        "w20": "general", "w21": "maternity", "r40": "clinic",
    }  # fmt: skip
    assert frame.loc["n1050", ["beds", "services", "level"]].tolist() == [300, ("ed",), -1]
    assert frame.loc["n1051", ["name", "ownership"]].tolist() == ["诊所、门诊部 n1051", "private"]
    assert shapely.box(114.001, 30.501, 114.003, 30.503).contains(frame.geometry["w20"])
    assert not shapely.box(114.0115, 30.5015, 114.0125, 30.5025).contains(frame.geometry["r40"]), "not in the courtyard"
    said = {problem.field: problem.values for problem in problems if problem.severity == "warning"}
    assert said == {
        "geometry": ("r41 断开的医院",),
        "kind": ("东方医院",),
        "name": ("诊所、门诊部 n1051",),
        "level": (),
    }


def test_select_narrows_them_by_the_tag(town: Case) -> None:
    source = {"path": FILE, "select": {"osm": "^hospital$"}}
    frame = read_facilities(town.changed(layers={"facilities": [source]}), Problems())
    assert frame is not None
    assert sorted(frame.index) == ["n1050", "n1054", "n1055", "w20", "w21"]


def test_districts_and_streets_by_level_with_their_codes(town: Case) -> None:
    problems = Problems()
    districts = read_boundaries(town, Source(path=FILE), problems)
    assert districts is not None
    assert districts["district"].to_dict() == {"420102": "西区", "r61": "东区"}
    assert districts["population"].tolist() == [90_000, 50_000]
    assert told(problems, "repair") == [("代码", ())]
    problems = Problems()
    streets = read_units(town, Source(path=FILE), problems)
    assert streets is not None
    assert streets["district_id"].to_dict() == {"420102002": "420102", "420102001": "420102"}
    assert streets["district"].unique().tolist() == ["西区"]
    assert [problem.values for problem in problems] == [("r64 别处",)]
    inside = shapely.contains(districts.geometry["420102"].buffer(1e-9), streets.geometry.array)
    assert inside.all()


@pytest.mark.parametrize("layer", ["admin_level=10", "河流"])
def test_a_layer_that_is_not_there_is_told_with_those_that_are(town: Case, layer: str) -> None:
    problems = Problems()
    assert read_units(town, Source(path=FILE, layer=layer), problems) is None
    assert "admin_level=6" in problems[0].render("zh")
    assert problems[0].severity == "error"


def test_init_finds_roads_facilities_and_boundaries_in_it(town: Case) -> None:
    found, problems = look_at(list_files(town.folder))
    assert problems == []
    roles = {(guess.found.layer, guess.role) for guess in guess_roles(found)}
    assert roles == {
        ("", "roads"),
        ("admin_level=6", "units"),
        ("admin_level=6", "population"),
        ("admin_level=8", "unused"),
        ("healthcare", "facilities"),
    }, "nothing is finer than the districts' own residents"


def test_a_torn_file_is_told_once_a_layer(town: Case) -> None:
    path = town.folder / FILE
    path.write_bytes(path.read_bytes()[:200])
    problems = Problems()
    assert read_facilities(town, problems) is None
    assert [(problem.severity, problem.file) for problem in problems] == [("error", FILE)]
    assert "没有复制完整" in problems[0].render("zh")
