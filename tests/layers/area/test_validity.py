"""A polygon is valid where it is computed with and where it is written, not only where it was drawn."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from gridplan.case.case import read_case
from gridplan.layers.area.polygons import fit_together
from gridplan.layers.area.validity import mend, polygonal, reproject, round_corners
from gridplan.layers.layers import read_layers
from gridplan.outputs.exports.formats import export
from gridplan.outputs.map.page import render_map
from gridplan.pipeline import plan
from tests.board import board_units, write_board

M_SHAPE = shapely.Polygon([(120.0, 35.0), (120.02, 35.0), (120.02, 35.02), (120.01, 35.0 + 1e-8), (120.0, 35.02)])
"""An M whose middle corner is a millimetre above the lower edge, which in metres runs straight 30 mm above the parallel."""


def bent_units() -> gpd.GeoDataFrame:
    """The chessboard in degrees, u01 an M, u11 with the V that is missing from it."""
    units = board_units().to_crs("EPSG:4326").set_index("unit_id")
    west, south, east, north = units.geometry["u01"].bounds
    low = ((west + east) / 2, south + 1e-9)
    corners = [(west, south), (east, south), (east, north), low, (west, north)]
    top = units.geometry["u11"].bounds[3]
    above = [(west, north), low, (east, north), (east, top), (west, top)]
    units.loc[["u01", "u11"], "geometry"] = gpd.GeoSeries(
        [shapely.Polygon(corners), shapely.Polygon(above)], index=["u01", "u11"], crs="EPSG:4326"
    )
    return units.reset_index()


def test_valid_in_degrees_is_made_valid_in_metres():
    frame = gpd.GeoDataFrame({"name": ["m"]}, geometry=[M_SHAPE], crs="EPSG:4326")
    assert frame.geometry.is_valid.all()
    assert not frame.to_crs("EPSG:4549").geometry.is_valid.any()
    moved = reproject(frame, "EPSG:4549")
    assert moved.geometry.is_valid.all()
    assert moved.area.tolist() == pytest.approx(frame.to_crs("EPSG:4549").area.tolist(), rel=1e-4)


def test_lines_points_and_blanks_only_move():
    shapes = [shapely.Point(120, 30), shapely.LineString([(120, 30), (120.1, 30)]), None, shapely.Polygon()]
    frame = gpd.GeoDataFrame(geometry=shapes, crs="EPSG:4326")
    assert reproject(frame, "EPSG:4549").geometry.geom_equals(frame.to_crs("EPSG:4549").geometry).tolist()[:2] == [
        True,
        True,
    ]
    assert reproject(frame, "EPSG:4549").geometry.iloc[2] is None


def test_rounding_for_a_file_keeps_polygons_valid():
    """A spike 4e-7 degrees above an edge falls onto it, or beyond it, at 6 decimals."""
    spike = shapely.Polygon([(0, 0), (1, 1.3e-6), (1, 1), (0.5, 1.1e-6), (0, 1)])
    whole = shapely.box(2, 0, 3, 1)
    frame = gpd.GeoDataFrame(geometry=[spike, whole], crs="EPSG:4326")
    rounded = round_corners(frame, 6)
    written = shapely.transform(np.array(rounded.geometry.array, dtype=object), lambda xy: np.round(xy, 6))
    assert shapely.is_valid(written).all()
    assert rounded.geometry.iloc[1] is whole or rounded.geometry.iloc[1].equals_exact(whole, 0)
    assert shapely.area(written).tolist() == pytest.approx(shapely.area(frame.geometry.array).tolist(), abs=1e-5)


def test_what_collapses_is_an_empty_polygon_never_a_collection():
    flat = shapely.Polygon([(0, 0), (1, 1), (2, 2), (0, 0)])
    (shape,) = mend([flat])
    assert shape.is_empty
    assert shape.geom_type in ("Polygon", "MultiPolygon")
    nested = shapely.GeometryCollection([shapely.MultiPolygon([shapely.box(0, 0, 1, 1)]), shapely.Point(5, 5)])
    assert polygonal(nested).area == 1.0
    assert polygonal(shapely.GeometryCollection()).geom_type == "MultiPolygon"


def test_what_crosses_itself_in_metres_only_is_mended_and_named(reading):
    opened = reading("units.gpkg")
    frame = gpd.GeoDataFrame(geometry=[M_SHAPE], index=["m"], crs="EPSG:4326").to_crs("EPSG:4549")
    fitted = fit_together(frame, opened)
    assert fitted.geometry.is_valid.all()
    (problem,) = opened.problems
    assert (problem.severity, problem.values) == ("repair", ("m",))


def test_a_city_valid_in_degrees_alone_is_planned_mapped_and_exported_valid(tmp_path: Path):
    case = read_case(write_board(tmp_path / "bent", units=bent_units()))
    layers = read_layers(case)
    assert layers.units.geometry.is_valid.all()
    proposal = plan(case)
    assert proposal.units["population"].sum() == pytest.approx(24_000)
    assert proposal.units.geometry.is_valid.all()
    assert "u01" in render_map(proposal)
    export(proposal, "geojson", target=tmp_path / "out")
    for name in ("units", "grids"):
        assert gpd.read_file(tmp_path / "out" / f"{name}.geojson").geometry.is_valid.all()


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:3857", "EPSG:32650"])
def test_any_crs_of_output_holds_valid_polygons(tmp_path: Path, crs: str):
    path = write_board(tmp_path, units=bent_units())
    path.write_text(path.read_text(encoding="utf-8") + f'\n[outputs]\ncrs = "{crs}"\n', encoding="utf-8")
    proposal = plan(read_case(path))
    for frame in (proposal.units, proposal.grids):
        assert frame.geometry.is_valid.all()
    assert pd.Series(proposal.units.crs.to_string()).tolist() == [crs]
