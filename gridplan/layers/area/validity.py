"""Polygons that stay polygons: valid in the CRS they are moved to, and at the digits they are written with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

_AREAS = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
_MIXED = shapely.GeometryType.GEOMETRYCOLLECTION


def reproject(frame: gpd.GeoDataFrame, crs: Any) -> gpd.GeoDataFrame:
    """Return the frame in `crs` with polygons that are valid there; lines, points and valid polygons only move.

    Corners move on curves and borders on straight lines: a polygon that is valid in degrees may cross itself in metres
    where a corner lies close to a long border, and the other way round.
    """
    moved = frame.to_crs(crs)
    shapes = np.array(moved.geometry.array, dtype=object)
    bad = invalid_areas(shapes)
    if not bad.any():
        return moved
    shapes[bad] = mend(shapes[bad])
    return moved.set_geometry(shapes, crs=moved.crs)


def round_corners(frame: gpd.GeoDataFrame, digits: int) -> gpd.GeoDataFrame:
    """Return the frame with those polygons mended that would be invalid once their corners have so many decimals."""
    shapes = np.array(frame.geometry.array, dtype=object)
    areas = np.isin(shapely.get_type_id(shapes), _AREAS)
    written = shapes.copy()
    written[areas] = shapely.transform(shapes[areas], lambda xy: np.round(xy, digits))
    bad = invalid_areas(written)
    if not bad.any():
        return frame
    shapes[bad] = [polygonal(shape) for shape in shapely.set_precision(mend(shapes[bad]), 10.0**-digits)]
    return frame.set_geometry(shapes, crs=frame.crs)


def invalid_areas(shapes: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Tell for each shape whether it is a polygon (or holds one) that crosses itself; missing and empty ones do not."""
    areas = np.isin(shapely.get_type_id(shapes), (*_AREAS, _MIXED))
    return np.asarray(areas & ~shapely.is_valid(shapes))


def mend(shapes: Any) -> Any:
    """Return the shapes made valid; what collapses to a line or a point is an empty polygon."""
    return np.array(
        [polygonal(shape) for shape in shapely.make_valid(shapes, method="structure", keep_collapsed=False)],
        dtype=object,
    )


def polygonal(shape: Any) -> Any:
    """Return the polygons of a shape; lines and points that a difference leaves behind are no land."""
    if shape.geom_type in ("Polygon", "MultiPolygon"):
        return shape
    parts = shapely.get_parts(shapely.get_parts(shape))
    return shapely.MultiPolygon([part for part in parts if part.geom_type == "Polygon" and not part.is_empty])
