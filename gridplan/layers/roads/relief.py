"""Heights of the ground from a raster (a DEM): read around the roads, and asked for at any place."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from pyproj import Transformer

from gridplan.case.sources import ElevationSource
from gridplan.layers.files.archives import MAX_CELLS, refuse_hostile
from gridplan.layers.files.crs import agree_crs
from gridplan.layers.files.reading import Reading
from gridplan.travel.milliseconds import Floats
from gridplan.words.numbers import counted
from gridplan.words.text import Text

FINEST_M = 20.0
"""Heights are read no finer than this: on shorter stretches the noise of surface models, walls and lorries outweighs what is climbed (D)."""
COARSEST_M = 100.0
"""Larger cells (D) smooth slopes of streets away; SRTM has 30 m or 90 m."""
_LOWEST_M, _HIGHEST_M = -450.0, 8_900.0
"""No ground on Earth lies beyond: the shore of the Dead Sea, Qomolangma."""
_FOOT_M = 0.3048
_FEET = (
    "ft",
    "foot",
    "feet",
    "us-ft",
    "ftus",
    "us survey foot",
    "us_survey_foot",
    "foot_us",
    "us foot",
    "international foot",
    "international feet",
    "feet (us)",
    "foot (us)",
    "us survey feet",
    "ft_us",
)
_METRES = ("", "m", "metre", "metres", "meter", "meters", "unknown")
_KEYS = ("layer", "encoding", "datum", "columns", "values", "select")
"""Keys of a source that a raster of heights has no use for."""
_GAP_M = 50.0
"""Heights of exactly 0 stand for no data where no other height lies within this of 0 (D)."""


@dataclass(frozen=True, eq=False)
class Relief:
    """Heights (m) of cells, rows from the first on; NaN where none is known.

    `to_raster` leads from the CRS of the roads to that of the raster, `to_cell` (affine, 2 x 3) on to columns and rows, the corner of the
    first cell being (0, 0); `cell_m` is the size of a cell.
    """

    heights: Floats
    to_raster: Transformer
    to_cell: Floats
    cell_m: float

    def at(self, xy: Floats) -> Floats:
        """Return the height at each place (n, 2), between the middles of cells linearly; NaN where less than half of it is known."""
        x, y = self.to_raster.transform(xy[:, 0], xy[:, 1])
        column, row = _apply(self.to_cell, x, y)
        rows, columns = self.heights.shape
        inside = np.isfinite(column) & (column >= 0) & (row >= 0) & (column <= columns) & (row <= rows)
        column, row = (np.clip(np.where(inside, at, 0.5) - 0.5, 0, n - 1) for at, n in ((column, columns), (row, rows)))
        left, top = np.floor(column).astype(np.int64), np.floor(row).astype(np.int64)
        right, down = column - left, row - top
        total, weight = np.zeros(len(xy)), np.zeros(len(xy))
        for across, beside in ((0, 1.0 - right), (1, right)):
            for below, above in ((0, 1.0 - down), (1, down)):
                height = self.heights[np.minimum(top + below, rows - 1), np.minimum(left + across, columns - 1)]
                known = np.where(np.isfinite(height), beside * above, 0.0)
                total += known * np.nan_to_num(height)
                weight += known
        held = inside & (weight >= 0.5)
        result: Floats = np.divide(total, weight, out=np.full(len(xy), np.nan), where=held)
        return result


def read_relief(reading: Reading, bounds: Any, crs: Any) -> Relief | None:
    """Read the heights within `bounds` (west, south, east, north in metres of `crs`); None, with the reason in the problems, where there are none.

    Raises
    ------
    LayerError
        The file is hostile or empty; whatever else rasterio raises is for the caller to tell.
    """
    import rasterio
    from rasterio.enums import Resampling
    from rasterio.windows import Window

    refuse_hostile(reading)
    reading.tell_unused_keys(_KEYS)
    with rasterio.open(reading.path, OVERVIEW_LEVEL="NONE") as raster:
        found = agree_crs(raster.crs, reading)
        if found is None:
            return None
        window = _window(raster, bounds, Transformer.from_crs(crs, found, always_xy=True))
        if window is None:
            _tell_elsewhere(reading)
            return None
        left, top, width, height = window
        cell_m = _cell_m(raster, window, Transformer.from_crs(found, crs, always_xy=True))
        step = max(math.ceil(FINEST_M / cell_m - 1e-6), math.ceil(math.sqrt(width * height / MAX_CELLS)), 1)
        shape = math.ceil(height / step), math.ceil(width / step)
        values = raster.read(
            1,
            window=Window(left, top, width, height),
            out_shape=shape,
            masked=True,
            out_dtype=np.float64,
            resampling=Resampling.average if step > 1 else Resampling.nearest,
        )
        metres = np.ma.filled(values, np.nan) * raster.scales[0] + raster.offsets[0]
        metres *= _unit_m(raster.units[0], reading)
        to_cell = _matrix(~raster.transform)
        to_cell[:, 2] -= (left, top)
        to_cell *= np.array([[shape[1] / width], [shape[0] / height]])
    heights = _known(metres, reading)
    _tell_coarse(cell_m, reading)
    return Relief(heights, Transformer.from_crs(crs, found, always_xy=True), to_cell, cell_m * step)


def _window(raster: Any, bounds: Any, project: Transformer) -> Any:
    """Return first column, first row, columns and rows of a raster round these bounds; None where it does not reach them."""
    west, south, east, north = bounds
    side = np.linspace(0.0, 1.0, 21)
    x = np.concatenate([west + side * (east - west)] * 2 + [np.full(21, west), np.full(21, east)])
    y = np.concatenate([np.full(21, south), np.full(21, north)] + [south + side * (north - south)] * 2)
    column, row = _apply(_matrix(~raster.transform), *project.transform(x, y))
    if not (np.isfinite(column).all() and np.isfinite(row).all()):
        return None
    left, right = max(math.floor(column.min()) - 1, 0), min(math.ceil(column.max()) + 1, raster.width)
    top, bottom = max(math.floor(row.min()) - 1, 0), min(math.ceil(row.max()) + 1, raster.height)
    return (left, top, right - left, bottom - top) if left < right and top < bottom else None


def _cell_m(raster: Any, window: tuple[int, int, int, int], project: Transformer) -> float:
    """Return the size of a cell in the middle of a window, in metres: the shorter of its sides."""
    left, top, width, height = window
    column, row = left + width / 2 + np.array([0.0, 1.0, 0.0]), top + height / 2 + np.array([0.0, 0.0, 1.0])
    x, y = map(np.asarray, project.transform(*_apply(_matrix(raster.transform), column, row)))
    return float(np.hypot(x[1:] - x[0], y[1:] - y[0]).min())


def _matrix(transform: Any) -> Floats:
    """Return an affine transform as an array (2, 3)."""
    return np.array(transform, dtype=np.float64)[:6].reshape(2, 3)


def _apply(matrix: Floats, x: Any, y: Any) -> Floats:
    """Return what an affine transform (2, 3) makes of x and y: an array (2, n)."""
    result: Floats = matrix[:, :2] @ np.stack([np.asarray(x), np.asarray(y)]) + matrix[:, 2:]
    return result


def _unit_m(of_file: str | None, reading: Reading) -> float:
    """Return the metres of a unit of height: as the case states, else as the file does, else 1."""
    stated = reading.source.unit if isinstance(reading.source, ElevationSource) else None
    named = str(of_file or "").strip()
    in_feet = named.lower() in _FEET
    if stated is None and in_feet:
        reading.tell(
            Text(zh="以米计的高程", en="heights in metres"),
            Text(zh="文件写明以英尺计", en="feet, as the file says"),
            Text(zh='已换算；若不对，写 unit = "m"。', en='They were converted; if they are metres, write unit = "m".'),
            severity="repair",
            field="unit",
        )
    if stated is None and not in_feet and named.lower() not in _METRES:
        reading.tell(
            Text(zh="以米或英尺计的高程", en="heights in metres or feet"),
            Text(zh="文件写明单位为「{u}」", en="the unit '{u}', as the file says").format(u=named),
            Text(
                zh='按米读取；写 unit = "m" 或 "ft"，别的单位先换算。',
                en='They were read as metres: write unit = "m" or "ft"; convert other units first.',
            ),
            severity="warning",
            field="unit",
            values=[named],
        )
    return _FOOT_M if stated == "ft" or (stated is None and in_feet) else 1.0


def _known(metres: Floats, reading: Reading) -> Floats:
    """Return heights without those that stand for no data or are nowhere on Earth, which are told."""
    held = np.isfinite(metres)
    strange = held & ((metres < _LOWEST_M) | (metres > _HIGHEST_M))
    zero = held & (metres == 0.0)
    rest = metres[held & ~strange & ~zero]
    gap = zero if zero.any() and len(rest) and float(np.abs(rest).min()) > _GAP_M else np.zeros_like(zero)
    for wrong, found in (
        (strange, Text(zh="为 {v:,.10g}", en="of {v:,.10g}")),
        (
            gap,
            Text(zh="为 {v:,.10g}，其余没有一个在 50 米以内", en="of {v:,.10g}, though no other is within 50 m of it"),
        ),
    ):
        if wrong.any():
            value = float(metres[wrong].min())
            reading.tell(
                Text(zh="以米计的地面高程", en="heights of the ground in metres"),
                Text(zh="{n} 个像元{f}", en="{n} {f}").format(
                    n=counted(int(wrong.sum()), "cell"), f=found.format(v=value)
                ),
                Text(
                    zh="这些像元按没有高程处理（那里按平地）；若表示无数据，用 gdal_edit.py -a_nodata 写明。",
                    en="They count as no height, and ways there as level. If that stands for no data, say so with gdal_edit.py -a_nodata.",
                ),
                severity="warning",
                values=[f"{value:.10g}"],
            )
    return np.where(strange | gap, np.nan, metres)


def _tell_coarse(cell_m: float, reading: Reading) -> None:
    if cell_m > COARSEST_M:
        reading.tell(
            Text(zh="像元不大于 {m:.0f} 米的高程", en="heights of cells of {m:.0f} m at most").format(m=COARSEST_M),
            Text(zh="像元约 {m:,.0f} 米", en="cells of about {m:,.0f} m").format(m=cell_m),
            Text(
                zh="街道的坡被抹平，步行、骑行时间偏短；换用 30 米的高程（SRTM、Copernicus 等）。",
                en="Slopes of streets are smoothed away and minutes on foot and by bicycle come out short: use heights of 30 m (SRTM, Copernicus and others).",
            ),
            severity="warning",
        )


def _tell_elsewhere(reading: Reading) -> None:
    reading.tell(
        Text(zh="覆盖规划范围的高程", en="heights that cover the planning area"),
        Text(zh="栅格不在规划范围内", en="a raster that lies elsewhere"),
        Text(zh="检查栅格的范围和坐标系。", en="Check the raster's extent and CRS."),
    )
