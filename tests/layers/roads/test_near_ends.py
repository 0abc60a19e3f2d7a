"""Ends that almost meet are joined and told; roads that cross without a node are told."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
from shapely import LineString

from gridplan.layers.roads.near_ends import JOIN_M, find_crossings, join_near_ends
from gridplan.layers.roads.roads import RoadsRead, read_roads
from gridplan.travel.network import RoadNetwork

CRS = "EPSG:32650"
X, Y = 500_000.0, 3_300_000.0


def line(*places: tuple[float, float]) -> LineString:
    return LineString([(X + x, Y + y) for x, y in places])


def read(folder: Path, lines: list[LineString], **columns: list[str]) -> RoadsRead:
    frame = gpd.GeoDataFrame({"highway": ["residential"] * len(lines), **columns}, geometry=lines, crs=CRS)
    frame.to_file(folder / "roads.gpkg", engine="pyogrio")
    return read_roads(folder / "roads.gpkg", area=None, crs=CRS)


def hangs_together(roads: gpd.GeoDataFrame) -> bool:
    network = RoadNetwork.from_roads(roads)
    return bool(np.isfinite(network.minutes_to([0]).gather(np.arange(network.n_nodes))).all())


ALMOST = {
    "two ends": [line((0, 0), (100, 0)), line((100.4, 0), (200, 0))],
    "three ends": [line((0, 0), (100, 0)), line((100.4, 0), (200, 0)), line((100, 0.4), (100, 90))],
    "an end short of the middle of a line": [line((0, 0), (200, 0)), line((80, 0.4), (80, 90))],
    "an end beside a vertex inside a line": [line((0, 0), (80, 0), (200, 0)), line((80, 0.4), (80, 90))],
    "two ends beside each other and beside a line": [
        line((0, 0), (200, 0)),
        line((80, 0.45), (80, 90)),
        line((80.4, -0.4), (80.4, -90)),
    ],
    "two ends nearer to each other than to a line": [
        line((0, 0), (200, 0)),
        line((80, 0.7), (80, 90)),
        line((80.3, 0.7), (160, 90)),
    ],
    "an end a little beyond a line": [line((0, 0), (200, 0)), line((80, -0.4), (80, 90))],
}


@pytest.mark.parametrize("lines", ALMOST.values(), ids=ALMOST)
def test_ends_that_almost_meet_are_joined_and_told(tmp_path: Path, lines: list[LineString]) -> None:
    """0.4 m apart they meet; at twice the tolerance they are left; the kilometres add up as drawn."""
    result = read(tmp_path, lines)
    assert hangs_together(result.roads)
    [told] = [p for p in result.problems if "short of another line" in p.render("en")]
    assert told.severity == "repair"
    assert any(f"by 0.{gap} m at most" in told.render("en") for gap in (40, 45, 57, 70))
    assert sum(entry.amount for entry in result.ledger if entry.fate.en == "used") == pytest.approx(
        sum(one.length for one in lines) / 1000
    )


def test_ends_farther_apart_than_the_tolerance_are_left_alone(tmp_path: Path) -> None:
    result = read(tmp_path, [line((0, 0), (100, 0)), line((100 + 2 * JOIN_M, 0), (200, 0))])
    assert not hangs_together(result.roads)
    assert not [p for p in result.problems if "short of" in p.render("en")]


def test_an_end_below_a_bridge_is_not_joined_to_it(tmp_path: Path) -> None:
    """A street that ends 0.4 m from the middle of a bridge stays below; one at its end goes up."""
    bridge = line((0, 0), (200, 0))
    below = read(tmp_path, [bridge, line((80, 0.4), (80, 90))], bridge=["yes", ""])
    assert not hangs_together(below.roads)
    ramp = read(tmp_path, [bridge, line((200.4, 0), (300, 0))], bridge=["yes", ""])
    assert hangs_together(ramp.roads)


def test_nothing_moves_where_lines_meet() -> None:
    lines = np.array([line((0, 0), (100, 0)), line((100, 0), (100, 90)), line((100, 0), (200, 0))], dtype=object)
    joined = join_near_ends(lines, np.zeros(3, dtype=bool))
    assert len(joined.gaps_m) == 0
    assert [a.equals_exact(b, 0) for a, b in zip(joined.lines, lines, strict=True)] == [True] * 3


CROSS = [line((0, 0), (200, 0)), line((100, -90), (100, 90))]


@pytest.mark.parametrize(
    ("lines", "columns", "told"),
    [
        (CROSS, {}, True),
        (CROSS, {"highway": ["trunk", "residential"]}, False),
        ([line((0, 0), (100, 0), (200, 0)), line((100, -90), (100, 0), (100, 90))], {}, True),
        ([*CROSS, line((0, 0), (0, 50))], {"bridge": ["yes", "", ""]}, False),
        ([line((0, 0), (100, 0)), line((100, 0), (200, 0)), CROSS[1]], {}, False),
    ],
    ids=["on the ground", "below a trunk road", "through one vertex", "below a bridge", "where others end"],
)
def test_roads_that_cross_without_a_node_are_told(
    tmp_path: Path, lines: list[LineString], columns: dict[str, list[str]], told: bool
) -> None:
    said = [p.render("en") for p in read(tmp_path, lines, **columns).problems if "without a node" in p.render("en")]
    assert bool(said) is told
    assert all("1 crossing without a node" in text for text in said)


def test_a_crossing_is_found_where_it_is() -> None:
    places = find_crossings(np.array(CROSS, dtype=object), np.zeros(2, dtype=bool))
    assert places.tolist() == [[X + 100, Y]]
