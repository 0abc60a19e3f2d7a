"""Roads cut out of one file in one pass are what each area would read itself."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest

from gridplan.case.examples import example_path
from gridplan.layers.roads import osm_ways, road_extracts
from gridplan.layers.roads.osm_tags import Box
from gridplan.layers.roads.road_extracts import Cut, collect_roads, cut_roads, used_extracts

SOURCE = example_path("binhai").parent / "roads.osm.pbf"


def same(first: osm_ways.Ways, second: osm_ways.Ways) -> bool:
    """Whether two sets of ways are equal in every value and in their order."""
    parts = [(getattr(first, name), getattr(second, name)) for name in ("ids", "starts", "x", "y")]
    parts += [(first.columns[name], second.columns[name]) for name in first.columns]
    return all(np.array_equal(a, b, equal_nan=a.dtype.kind == "f") for a, b in parts)


@pytest.fixture(scope="module")
def whole() -> osm_ways.Ways:
    return osm_ways.collect_ways(SOURCE, None)


@pytest.fixture(scope="module")
def boxes(whole: osm_ways.Ways) -> tuple[Box, ...]:
    """The west of the city, its east, and a place where nothing is."""
    west, east = (int(np.quantile(whole.x, share)) for share in (0.3, 0.6))
    south, north = int(whole.y.min()), int(whole.y.max())
    return (int(whole.x.min()), south, west, north), (east, south, int(whole.x.max()), north), (0, 0, 10, 10)


@pytest.fixture(scope="module")
def cut(boxes: tuple[Box, ...], tmp_path_factory: pytest.TempPathFactory) -> tuple[Cut, Path]:
    folder = tmp_path_factory.mktemp("extracts")
    return cut_roads(SOURCE, boxes, folder), folder


def test_an_extract_gives_the_same_ways_in_the_same_order(
    boxes: tuple[Box, ...], cut: tuple[Cut, Path], monkeypatch: pytest.MonkeyPatch
):
    """Also for a smaller box inside; the file itself is not read again."""
    west, south, east, north = boxes[0]
    asked = [*boxes, (west, south, (west + east) // 2, (south + north) // 2)]
    itself = [osm_ways.collect_ways(SOURCE, box) for box in asked]
    monkeypatch.delattr(osm_ways, "collect_ways")
    with used_extracts(cut[1]):
        assert [same(collect_roads(SOURCE, box), ways) for box, ways in zip(asked, itself, strict=True)] == [True] * 4
    assert 0 < itself[3].n_ways < itself[0].n_ways
    assert itself[2].n_ways == 0


def test_a_pass_counts_what_it_met(whole: osm_ways.Ways, cut: tuple[Cut, Path]):
    """Two ways lie in the west and in the east."""
    assert cut[0].n_kept[2] == 0
    assert sum(cut[0].n_kept) == cut[0].n_ways + 2 < whole.n_ways


def test_chunks_do_not_matter(
    boxes: tuple[Box, ...], cut: tuple[Cut, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(road_extracts, "_WAYS_AT_ONCE", 100)
    assert cut_roads(SOURCE, boxes[:1], tmp_path).n_kept == cut[0].n_kept[:1]
    with used_extracts(tmp_path):
        assert same(collect_roads(SOURCE, boxes[0]), osm_ways.collect_ways(SOURCE, boxes[0]))


def test_where_no_extract_holds_a_box_the_file_is_read(
    boxes: tuple[Box, ...], cut: tuple[Cut, Path], whole: osm_ways.Ways
):
    """A box over the west and the east, which are two extracts; and the whole file."""
    west, south, _, north = boxes[0]
    wider = (west, south, boxes[1][2], north)
    with used_extracts(cut[1]):
        assert same(collect_roads(SOURCE, wider), osm_ways.collect_ways(SOURCE, wider))
        assert same(collect_roads(SOURCE, None), whole)


def test_an_extract_is_geoparquet_and_nothing_else_is_left(cut: tuple[Cut, Path]):
    names = sorted(path.suffix for path in cut[1].iterdir())
    assert names == [".parquet"] * 3
    frame = gpd.read_parquet(max(cut[1].iterdir(), key=lambda path: path.stat().st_size))
    assert frame.geom_type.eq("LineString").all()
    assert frame.crs.equals("OGC:CRS84")


def test_another_file_of_the_same_name_has_no_extract(cut: tuple[Cut, Path], boxes: tuple[Box, ...], tmp_path: Path):
    changed = tmp_path / SOURCE.name
    changed.write_bytes(SOURCE.read_bytes())
    with used_extracts(cut[1]):
        assert road_extracts._key(changed) != road_extracts._key(SOURCE)
