"""Hills under the chessboard city: rasters of heights that a formula gives, so that every slope is known."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from pyproj import Transformer
from rasterio import Affine

from tests import board

Height = Callable[[Any, Any], Any]
WEST, SOUTH = board.ORIGIN
BEYOND_M = 3_000.0
"""The rasters reach this far beyond the board, as its roads do (2 km) at most."""
CASE = board.CASE.replace("[travel]", '[layers.elevation]\npath = "dem.tif"\n[travel]')


def rising_east(x: Any, y: Any) -> Any:
    """Heights that rise by 10 % to the east, from 100 m at the western edge."""
    return 100.0 + 0.1 * (x - WEST) + 0.0 * y


def write_heights(path: Path, height: Height, *, cell_m: float = 30.0, **options: Any) -> Path:
    """Write heights in metres of the board's own CRS, row by row from the north."""
    x, y = WEST - BEYOND_M, SOUTH + board.ROWS * board.SIDE_M + BEYOND_M
    columns, rows = (int((side * board.SIDE_M + 2 * BEYOND_M) / cell_m) for side in (board.COLUMNS, board.ROWS))
    across, down = x + (np.arange(columns) + 0.5) * cell_m, y - (np.arange(rows) + 0.5) * cell_m
    return write_raster(
        path, height(across[None, :], down[:, None]), Affine(cell_m, 0, x, 0, -cell_m, y), board.CRS, **options
    )


def write_heights_in_degrees(path: Path, height: Height) -> Path:
    """Write the same in degrees (WGS 84), cells of one second."""
    lonlat = Transformer.from_crs(board.CRS, 4326, always_xy=True)
    (west, south), (east, north) = lonlat.transform(WEST, SOUTH), lonlat.transform(WEST + 6_000, SOUTH + 4_000)
    second, more = 1 / 3600, 0.03
    columns, rows = (int((side + 2 * more) / second) for side in (east - west, north - south))
    lon, lat = west - more + (np.arange(columns) + 0.5) * second, north + more - (np.arange(rows) + 0.5) * second
    x, y = Transformer.from_crs(4326, board.CRS, always_xy=True).transform(*np.meshgrid(lon, lat))
    return write_raster(path, height(x, y), Affine(second, 0, west - more, 0, -second, north + more), "EPSG:4326")


def write_raster(path: Path, values: Any, transform: Any, crs: str | None, **options: Any) -> Path:
    unit = options.pop("unit", None)
    grid = np.asarray(values)
    profile = {"driver": "GTiff", "count": 1, "dtype": "float32", "height": grid.shape[0], "width": grid.shape[1]}
    with rasterio.open(path, "w", **{**profile, "crs": crs, "transform": transform, **options}) as raster:
        raster.write(grid.astype(raster.dtypes[0]), 1)
        if unit:
            raster.units = (unit,)
    return path
