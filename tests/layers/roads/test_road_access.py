"""Who may use a road, how far, and where it is entered: by class and tags, from extracts and from the columns of line layers."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
from shapely.geometry import LineString

from gridplan.layers.roads.osm_tags import read_facts
from gridplan.layers.roads.road_access import read_access
from gridplan.layers.roads.roads import read_roads
from gridplan.travel.pricing import AS_STREET, BY_CLASS, NEVER

CRS = "EPSG:32650"


@pytest.mark.parametrize(
    ("tags", "entry"),
    [
        ({}, BY_CLASS),
        ({"motorroad": "yes"}, NEVER),
        ({"bridge": "yes"}, NEVER),
        ({"bridge": "viaduct", "highway": "primary"}, NEVER),
        ({"layer": "2"}, NEVER),
        ({"layer": "-1"}, BY_CLASS),
        ({"bridge": "no", "layer": "0"}, BY_CLASS),
        ({"sidewalk": "both"}, AS_STREET),
        ({"foot": "yes"}, AS_STREET),
        ({"sidewalk": "no"}, BY_CLASS),
        ({"sidewalk": "both", "bridge": "yes"}, NEVER),
    ],
)
def test_tags_say_where_a_road_is_entered(tags: dict[str, str], entry: int) -> None:
    """Not along expressways and what stands above the ground; a pavement makes a street of any class; below ground level is open."""
    facts = read_facts({"highway": "trunk", **tags}.get)
    assert facts is not None
    assert facts.entry == entry


@pytest.mark.parametrize(
    ("tags", "walk"),
    [
        ({"motorroad": "yes"}, False),
        ({"motorroad": "yes", "access": "yes"}, False),
        ({"motorroad": "yes", "foot": "yes"}, True),
        ({"foot": "no"}, False),
        ({"foot": "use_sidepath"}, False),
        ({}, True),
    ],
)
def test_walkers_keep_off_expressways(tags: dict[str, str], walk: bool) -> None:
    """A road for motor vehicles alone is closed to them unless it names them, one with foot=no as well; cars use all of these."""
    may = read_access("trunk", **tags)
    assert (may.drive, may.walk) == (True, walk)


@pytest.mark.parametrize(
    ("tags", "drive", "destination"),
    [
        ({"access": "destination"}, True, True),
        ({"motor_vehicle": "destination"}, True, True),
        ({"access": "customers"}, True, True),
        ({"access": "no", "motor_vehicle": "destination"}, True, True),
        ({"access": "destination", "motor_vehicle": "yes"}, True, False),
        ({"access": "destination", "motorcar": "no"}, False, False),
        ({"foot": "destination"}, True, False),
        ({}, True, False),
    ],
)
def test_the_most_special_tag_says_whether_cars_pass_through(
    tags: dict[str, str], drive: bool, destination: bool
) -> None:
    may = read_access("residential", **tags)
    assert (may.drive, may.destination) == (drive, destination)


def test_a_climbing_route_is_no_road_and_an_alpine_path_has_its_difficulty() -> None:
    assert read_facts({"highway": "via_ferrata"}.get) is None
    facts = read_facts({"highway": "path", "sac_scale": "alpine_hiking"}.get)
    assert facts is not None
    assert facts.sac_scale == "alpine_hiking"


def test_columns_of_a_line_layer_say_the_same(tmp_path: Path) -> None:
    """Tags under their own names, or mapped; a merged line that is a bridge in part is raised only where its class serves no houses."""
    rows = {
        "highway": ["trunk", "trunk", "residential", "residential", "primary", "path"],
        "motorroad": ["yes", None, None, None, None, None],
        "bridge": [None, "yes", "yes", None, "viaduct", None],
        "layer": ["道路层", "1", "1", "0", "0", None],
        "通行": ["", "", "", "destination", "", ""],
        "sidewalk": ["no", None, "both", None, None, None],
        "sac_scale": [None, None, None, None, None, "mountain_hiking"],
    }
    lines = [LineString([(0, 100.0 * at), (1000, 100.0 * at)]) for at in range(6)]
    gpd.GeoDataFrame(rows, geometry=lines, crs=CRS).to_file(tmp_path / "roads.gpkg")
    done = read_roads(tmp_path / "roads.gpkg", area=None, crs=CRS, columns={"motor_vehicle": "通行"})
    assert done.problems == ()
    assert done.roads["entry"].tolist() == [NEVER, NEVER, AS_STREET, BY_CLASS, NEVER, BY_CLASS]
    assert done.roads["walk"].tolist() == [False, True, True, True, True, True]
    assert done.roads["destination"].tolist() == [False, False, False, True, False, False]
    assert done.roads["sac_scale"].tolist()[-1] == "mountain_hiking"


def test_layers_without_such_columns_are_read_by_class(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame({"highway": ["trunk"]}, geometry=[LineString([(0, 0), (1000, 0)])], crs=CRS)
    frame.to_file(tmp_path / "roads.gpkg")
    roads = read_roads(tmp_path / "roads.gpkg", area=None, crs=CRS).roads
    assert roads[["walk", "destination", "entry"]].to_numpy().tolist() == [[True, False, BY_CLASS]]
