"""Real road and facility files load with the counts that their SOURCE.txt tells."""

from __future__ import annotations

from pathlib import Path

import pytest

from gridplan.errors import LayerError
from gridplan.layers.roads import read_roads

pytestmark = pytest.mark.shared_data


def test_jinan_without_a_usable_prj(shared_data: Path) -> None:
    """12,766 nodes and 28,597 directed edges, 5,127 km; one of them has no length, and four junctions split a line."""
    path = shared_data / "jinan_roads" / "jinan_edges.zip"
    with pytest.raises(LayerError, match="crs"):
        read_roads(path, area=None, crs="EPSG:32650")
    done = read_roads(path, area=None, crs="EPSG:32650", source_crs="EPSG:4326")
    roads = done.roads
    assert len(roads) == 28_597 - 1 + 4
    assert len({*roads["tail"], *roads["head"]}) == 12_766
    assert roads.length.sum() / 1000 == pytest.approx(5127, rel=1e-3)
    assert (roads["oneway"] == 1).all(), "each direction has a line of its own"
    assert [(p.severity, len(p.rows)) for p in done.problems] == [("warning", 0), ("warning", 1), ("repair", 0)]


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
