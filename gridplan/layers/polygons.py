"""Polygons as people draw them: empty, self-crossing, overlapping; what can be mended is mended and told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from gridplan.layers.reading import Reading
from gridplan.text import Text

if TYPE_CHECKING:
    import geopandas as gpd


def mend_polygons(frame: gpd.GeoDataFrame, reading: Reading) -> gpd.GeoDataFrame:
    """Return the features that are polygons, made valid; features without one are errors, repairs are told."""
    shapes = shapely.force_2d(np.array(frame.geometry.array, dtype=object))
    no_area = shapely.is_missing(shapes) | shapely.is_empty(shapes) | (shapely.get_dimensions(shapes) < 2)
    reading.tell_rows(
        frame.index[no_area],
        Text(zh="每个要素都是面", en="a polygon in every feature"),
        Text(zh="没有可用的面", en="no usable polygon"),
        Text(zh="补画这些面，或删去这些要素。", en="Draw the polygons, or delete the features."),
        field="geometry",
    )
    frame, shapes = frame[~no_area].copy(), shapes[~no_area]
    invalid = ~shapely.is_valid(shapes)
    if invalid.any():
        shapes[invalid] = _mend(shapes[invalid])
        lost = shapely.is_empty(shapes)
        reading.tell_rows(
            frame.index[invalid],
            Text(zh="不自相交的面", en="polygons that do not cross themselves"),
            Text(zh="自相交的面", en="polygons that cross themselves"),
            Text(zh="已自动修复，请核对。", en="They were mended; please look at them."),
            severity="error" if lost.any() else "repair",
            field="geometry",
        )
    return frame.set_geometry(shapes, crs=frame.crs)


def _mend(shapes: Any) -> Any:
    return shapely.make_valid(shapes, method="structure", keep_collapsed=False)
