"""Real road and facility files load with the counts that their SOURCE.txt tells."""

from __future__ import annotations

from pathlib import Path

import pytest

from gridplan.case.case import parse_case
from gridplan.case.sources import Source
from gridplan.layers.area.boundaries import read_units
from gridplan.layers.facilities.facilities import read_facilities
from gridplan.layers.files.vectors import read_vector
from gridplan.layers.roads.osm_ways import collect_ways
from gridplan.layers.roads.road_access import WALK_ONLY
from gridplan.layers.roads.roads import read_roads
from gridplan.words.errors import LayerError
from gridplan.words.problems import Problems

pytestmark = pytest.mark.shared_data


def test_jinan_without_a_usable_prj(shared_data: Path) -> None:
    """12,766 nodes and 28,597 directed edges, 5,127 km; one has no length, four junctions split a line, and so does an end 10 cm short of one."""
    path = shared_data / "jinan_roads" / "jinan_edges.zip"
    with pytest.raises(LayerError, match="crs"):
        read_roads(path, area=None, crs="EPSG:32650")
    done = read_roads(path, area=None, crs="EPSG:32650", source_crs="EPSG:4326")
    roads = done.roads
    assert len(roads) == 28_597 - 1 + 4 + 1
    assert len({*roads["tail"], *roads["head"]}) == 12_766
    assert roads.length.sum() / 1000 == pytest.approx(5127, rel=1e-3)
    assert (roads["oneway"] == 1).all(), "each direction has a line of its own"
    assert [(p.severity, len(p.rows)) for p in done.problems] == [
        ("warning", 0),
        ("warning", 1),
        ("repair", 0),
        ("repair", 0),
    ]


def test_futian_from_sumo(shared_data: Path) -> None:
    """3,216 directed edges with speed; the 35 railways among them are no roads, and that is told."""
    done = read_roads(shared_data / "shenzhen_futian_roads" / "FuTian.edg.xml.gz", area=None, crs="EPSG:32650")
    roads = done.roads
    assert len(roads) == 3_216 - 35
    assert roads["maxspeed_kmh"].notna().all()
    assert (roads["oneway"] == 1).all()
    assert (~roads["drive"]).sum() == 286 + 54 + 51 + 10 + 6, (
        "footways, steps, pedestrian streets, paths and cycleways are not for cars"
    )
    west, south, east, north = roads.to_crs(4326).total_bounds
    assert 113.833 < west < east < 114.146
    assert 22.482 < south < north < 22.626
    assert [(p.severity, p.values) for p in done.problems] == [("repair", ("railway.rail", "railway.subway"))]


def test_las_palmas_out_of_a_pbf(shared_data: Path) -> None:
    """27 hospitals, 88 clinics, 28 doctors, 2 nursing homes and 9 group homes; 8,499 drivable ways; one whole municipality."""
    path = "las_palmas.osm.pbf"
    tree = {
        "place": {"name": "Las Palmas", "crs": "EPSG:32628"},
        "layers": {
            "units": {"path": path},
            "population": {"kind": "table", "path": "people.csv"},
            "facilities": [{"path": path}],
        },
    }
    case = parse_case(tree, folder=shared_data / "las_palmas")
    problems = Problems()
    opened = read_vector(case, case.layers.facilities[0], problems, osm_layer="healthcare")
    assert opened is not None
    counts = opened.frame["osm"].value_counts()
    wanted = {"hospital": 27, "clinic": 88, "doctors": 28, "nursing_home": 2, "group_home": 9}
    assert {tag: counts[tag] for tag in wanted} == wanted
    facilities = read_facilities(case, problems)
    assert facilities is not None
    assert len(facilities) == len(opened.frame)
    assert {problem.severity for problem in problems} == {"warning"}
    units = read_units(case, Source(path=path), problems)
    assert units is not None
    assert units["name"].tolist() == ["Las Palmas de Gran Canaria"]
    ways = collect_ways(case.folder / path, None)
    not_counted = {*WALK_ONLY, "cycleway", "track", "ferry"}
    assert sum(name not in not_counted for name in ways.columns["road_class"]) == 8_499 - 176, "176 are private to all"
