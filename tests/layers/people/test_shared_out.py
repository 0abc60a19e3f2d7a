"""Residents known by polygon are shared over the units: by land, raster, points or residences; nobody is lost in silence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gridplan.case.case import Case, parse_case, read_case
from gridplan.case.sources import PopulationSource
from gridplan.ground.units import complete_units
from gridplan.intake.guessing import guess_roles
from gridplan.intake.inventory import list_files, look_at
from gridplan.layers.layers import read_layers
from gridplan.layers.people.shared_out import SharedOut, read_shared_out
from gridplan.words.errors import CaseError
from gridplan.words.problems import Problems
from tests import board
from tests.layers.conftest import TREE, told
from tests.layers.people.test_population import write_raster

X, Y = board.ORIGIN
WEST, EAST = ((X, Y, X + 3000, Y + 4000), (X + 3000, Y, X + 6000, Y + 4000))
"""The two halves of the board, 12 units of 1 km2 each."""


def share(case: Case, polygons: list[tuple[Any, Any]], **keys: Any) -> tuple[SharedOut | None, Problems]:
    """Share polygons (bounds or shape, residents) over the units of the board."""
    shapes = [shape if isinstance(shape, shapely.Geometry) else shapely.box(*shape) for shape, _ in polygons]
    counts = [count for _, count in polygons]
    frame = gpd.GeoDataFrame(
        {"名称": [f"面{n}" for n in range(1, len(shapes) + 1)], "人口": counts}, geometry=shapes, crs=board.CRS
    )
    frame.to_file(case.folder / "census.gpkg", engine="pyogrio")
    problems = Problems()
    source = PopulationSource(path="census.gpkg", kind="polygons", **keys)
    return read_shared_out(case, source, board.board_units().set_index("unit_id"), problems), problems


def by_unit(shared: SharedOut | None) -> Any:
    assert shared is not None
    return shared.cells.groupby("unit_id")["population"].sum()


def test_by_land_every_unit_of_a_half_has_the_same(small_case: Case) -> None:
    shared, problems = share(small_case, [(WEST, 1200), (EAST, 2400)])
    people = by_unit(shared)
    assert problems == []
    assert sorted(people.index) == board.unit_ids()
    west = people.index.str[-1].astype(int) < 3
    assert people[west].to_numpy() == pytest.approx(100)
    assert people[~west].to_numpy() == pytest.approx(200)
    assert shared is not None
    assert len(shared.cells) == 24 * 4, "a lattice of 500 m"


def test_land_outside_takes_its_residents_with_it_unless_it_is_a_rim(small_case: Case) -> None:
    half_out = (X - 3000, Y, X + 3000, Y + 4000)
    rim = (X + 3000, Y, X + 6100, Y + 4000)
    shared, problems = share(small_case, [(half_out, 1000), (rim, 700)])
    assert shared is not None
    assert (shared.inside, shared.outside) == pytest.approx((1200, 500))
    assert told(problems, "warning") == [("geometry", (1,))]
    assert "500" in problems[0].render("zh")
    assert "面1" in problems[0].render("zh")


def test_a_raster_points_or_residences_say_where_inside(small_case: Case) -> None:
    """Three quarters of the weight of the west half lie in u00, a quarter in u01; the east half has none and is named."""
    counts = np.zeros((10, 15))
    counts[9, 0], counts[9, 3] = 30, 10
    write_raster(small_case.folder / "w.tif", counts)
    places = [(X + 100, Y + 100)] * 3 + [(X + 1300, Y + 100)]
    points = gpd.GeoDataFrame({"人口": [5, 5, 5, 5]}, geometry=shapely.points(places), crs=board.CRS)
    points.to_file(small_case.folder / "w.gpkg", engine="pyogrio")
    for kind, path in (("raster", "w.tif"), ("points", "w.gpkg"), ("residences", "w.gpkg")):
        shared, problems = share(small_case, [(WEST, 1200), (EAST, 2400)], weights={"kind": kind, "path": path})
        people = by_unit(shared)
        assert people.sum() == pytest.approx(3600, rel=1e-6)
        west = people[people.index.str[-1].astype(int) < 3]
        assert sorted(west.to_numpy()) == pytest.approx([300, 900], rel=1e-6), kind
        assert told(problems, "warning") == [("weights", (2,))]


def test_a_polygon_where_nobody_lives_needs_no_weights(small_case: Case) -> None:
    """A lake or a park has residents 0 and no weight inside: nothing is doubtful, so nothing is told."""
    points = gpd.GeoDataFrame({"人口": [5]}, geometry=shapely.points([(X + 100, Y + 100)]), crs=board.CRS)
    points.to_file(small_case.folder / "w.gpkg", engine="pyogrio")
    shared, problems = share(small_case, [(WEST, 1200), (EAST, 0)], weights={"kind": "points", "path": "w.gpkg"})
    assert problems == []
    assert by_unit(shared).to_list() == pytest.approx([1200])


@settings(deadline=None, max_examples=6)
@given(st.integers(0, 2**32 - 1), st.booleans())
def test_whoever_is_not_inside_is_counted_outside(
    tmp_path_factory: pytest.TempPathFactory, seed: int, weighted: bool
) -> None:
    folder = tmp_path_factory.mktemp("shared")
    rng = np.random.default_rng(seed)
    centres = rng.uniform((X - 2000, Y - 2000), (X + 8000, Y + 6000), (7, 2))
    shapes = shapely.buffer(shapely.points(centres), rng.uniform(200, 2500, 7))
    counts = rng.integers(0, 50_000, 7)
    keys: dict[str, Any] = {}
    if weighted:
        write_raster(folder / "w.tif", rng.gamma(0.4, 60.0, (10, 15)))
        keys = {"weights": {"kind": "raster", "path": "w.tif"}}
    shared, _ = share(parse_case(TREE, folder=folder), list(zip(shapes, map(int, counts), strict=True)), **keys)
    assert shared is not None
    assert shared.inside + shared.outside == pytest.approx(counts.sum(), rel=1e-12)
    assert shared.cells["population"].sum() == pytest.approx(shared.inside, rel=1e-12)
    units = board.board_units().set_index("unit_id").geometry.loc[shared.cells["unit_id"]]
    assert (units.distance(shared.cells.geometry, align=False) < 1e-6).all()


@pytest.mark.parametrize(
    ("polygons", "severity", "where"),
    [
        ([(WEST, -5), (EAST, 1)], "error", ("人口", (1,))),
        ([(WEST, None), (EAST, 1)], "error", ("人口", (1,))),
        ([(WEST, 5), (WEST, 5), (EAST, 1)], "warning", ("geometry", ())),
        ([(WEST, 5)], "warning", ("geometry", ())),
        ([(shapely.Point(X, Y), 5), (shapely.box(*WEST), 1), (shapely.box(*EAST), 1)], "error", ("geometry", (1,))),
    ],
)
def test_mistakes_are_named(small_case: Case, polygons: Any, severity: str, where: tuple[str, tuple[int, ...]]) -> None:
    assert where in told(share(small_case, polygons)[1], severity)


def test_a_weight_file_that_is_not_there_is_told(small_case: Case) -> None:
    shared, problems = share(small_case, [(WEST, 5)], weights={"kind": "raster", "path": "no.tif"})
    assert shared is None
    assert [problem.file for problem in problems if problem.severity == "error"] == ["no.tif"]


def test_weights_belong_to_polygons_only() -> None:
    tree = {
        **TREE,
        "layers": {
            **TREE["layers"],
            "population": {"kind": "raster", "path": "p.tif", "weights": {"kind": "raster", "path": "w.tif"}},
        },
    }
    with pytest.raises(CaseError, match="polygons"):
        parse_case(tree, folder=Path())


def test_a_case_with_polygons_is_read_and_says_that_it_is_modelled(tmp_path: Path) -> None:
    path = board.write_board(tmp_path)
    case = read_case(path)
    share(case, [(WEST, 120_000), (EAST, 240_000)])
    case = case.changed(layers={"population": {"kind": "polygons", "path": "census.gpkg"}})
    layers = complete_units(read_layers(case), case)
    assert layers.units["population"].sum() == pytest.approx(360_000)
    assert "推算" in layers.modelled[0].zh
    assert "census.gpkg" in layers.hashes


def test_init_takes_a_second_polygon_layer_with_counts_for_population(tmp_path: Path, small_case: Case) -> None:
    share(small_case, [(WEST, 1200), (EAST, 2400)])
    many = [shapely.box(X + n, Y, X + n + 1, Y + 1) for n in range(50)]
    ids = [f"c{n}" for n in range(50)]
    gpd.GeoDataFrame({"代码": ids, "名称": ids}, geometry=many, crs=board.CRS).to_file(tmp_path / "u.gpkg")
    roles = {p.found.file: (p.role, p.kind) for p in guess_roles(look_at(list_files(tmp_path))[0])}
    assert roles == {"census.gpkg": ("population", "polygons"), "u.gpkg": ("units", "")}
