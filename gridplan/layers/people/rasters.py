"""Rasters of population counts -> cells of residents, totals preserved."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from gridplan.case.case import Case
from gridplan.case.sources import PopulationSource, WeightSource
from gridplan.layers.files.archives import MAX_CELLS, refuse_hostile
from gridplan.layers.files.crs import agree_crs
from gridplan.layers.files.reading import Reading, open_source, tell_unreadable
from gridplan.words.errors import InputProblem, LayerError, Severity
from gridplan.words.ledger import HELD, OUTSIDE, PEOPLE
from gridplan.words.numbers import MANKIND, counted, listed, share
from gridplan.words.problems import Problems
from gridplan.words.text import Text

if TYPE_CHECKING:
    import geopandas as gpd

_SUMMED_CELLS = 500_000_000
"""Larger rasters (of a whole country) are not read through to count who lives outside the area."""
_TOLD_SHARE = 0.02
"""More of a raster's people than this outside the area is told."""
_BARE_SHARE = 0.01
"""More of the area than this outside the raster is told; less than a cell at its edge does not count."""


@dataclass(frozen=True)
class _Look:
    """What a raster is before it is shared out: CRS, people in all (NaN of very large ones), size of a cell, and its extent.

    `below` is the sum of its values below 0. `sentinel` is the largest value of its type, which stands for no data and is no count; no cell has more than there are people.
    """

    crs: Any
    total: float
    below: float
    size: tuple[float, float]
    extent: tuple[float, float, float, float]
    sentinel: float


def read_raster_cells(
    case: Case,
    source: PopulationSource | WeightSource,
    units: gpd.GeoDataFrame,
    problems: Problems,
    *,
    only_weights: bool = False,
) -> gpd.GeoDataFrame | None:
    """Share a raster of counts out to `units` (or an area): one cell a pair of raster cell and unit.

    Counts are shared by the covered part of each raster cell (exactextract), so totals are preserved; a cell stands
    at its raster cell's centre, or at a point inside the shared part where the centre lies outside the unit.
    Returns population, unit_id, geometry in the raster's CRS. Negative values, nodata and the largest value of the
    type count as nobody; but for nodata this is told, as is how much of the units the raster does not cover. People outside the units are told, unless the counts are `only_weights` for others.
    """
    import geopandas as gpd

    reading = open_source(case, source, problems)
    try:
        look = _look(reading)
        if look is None:
            return None
        crs, size = look.crs, look.size
        shapes = units[["geometry"]].to_crs(crs).reset_index(names="unit_id")
        _refuse_too_fine(shapes, size, reading)
        parts = _share_out(reading, shapes)
    except LayerError as error:
        problems.extend(error.problems)
        return None
    except Exception as error:
        tell_unreadable(reading, error)
        return None
    lengths = parts["values"].map(len).to_numpy()
    values, coverage, x, y = (
        np.concatenate(list(parts[name])).astype(float) if len(parts) else np.zeros(0)
        for name in ("values", "coverage", "center_x", "center_y")
    )
    _tell_no_counts(values, coverage, look.sentinel, reading)
    _tell_likely_nodata(values[coverage > 0], look.sentinel, reading)
    people = _counts(values, look.sentinel) * coverage
    cells = gpd.GeoDataFrame(
        {"population": people, "unit_id": np.repeat(parts["unit_id"].to_numpy(), lengths)},
        geometry=gpd.points_from_xy(x, y),
        crs=crs,
    )
    cells = cells[cells["population"] > 0].reset_index(drop=True)
    if not only_weights:
        inside = float(cells["population"].sum())
        _enter(inside, look, reading)
        _tell_outside(inside, look.total, reading)
        _tell_bare(shapes, look, reading)
    return _inside(cells, shapes.set_index("unit_id"), size)


def _enter(inside: float, look: _Look, reading: Reading) -> None:
    """Enter what the raster holds and what is left out of it; of very large ones only the part inside is known."""
    known = math.isfinite(look.total)
    reading.enter(PEOPLE, look.total + look.below if known else inside, HELD)
    if known:
        reading.enter(PEOPLE, look.below, _BELOW)
        reading.enter(PEOPLE, look.total - inside, OUTSIDE)


_BELOW = Text(zh="负的像元值，按无人处理", en="values below 0, which count as nobody")


def probe_raster(case: Case, source: PopulationSource, problems: Problems) -> None:
    """Look at a raster though there are no polygons to share it out to, so that its problems are told as well."""
    reading = open_source(case, source, problems)
    try:
        _look(reading)
    except LayerError as error:
        problems.extend(error.problems)
    except Exception as error:
        tell_unreadable(reading, error)


def _look(reading: Reading) -> _Look | None:
    """Return what the raster is; None, and a problem, if its CRS is not known."""
    import rasterio

    refuse_hostile(reading)
    with rasterio.open(reading.path) as raster:
        crs = agree_crs(raster.crs, reading)
        if crs is None:
            return None
        kind = np.dtype(raster.dtypes[0])
        sentinel = min(float(np.iinfo(kind).max if kind.kind in "iu" else np.finfo(kind).max), MANKIND)
        total = below = 0.0 if raster.width * raster.height <= _SUMMED_CELLS else math.nan
        for _, window in raster.block_windows(1) if total == 0 else ():
            data = np.ma.filled(raster.read(1, window=window, masked=True).astype(float), 0.0)
            total += float(_counts(data, sentinel).sum())
            below += float(data[np.isfinite(data) & (data < 0) & (data > -sentinel)].sum())
        return _Look(crs, total, below, raster.res, tuple(raster.bounds), sentinel)


def _counts(values: Any, sentinel: float) -> Any:
    """Return the values that are counts, 0 for the others: below 0, no number, or what stands for no data."""
    return np.where(np.isfinite(values) & (values > 0) & (values < sentinel), values, 0.0)


def _tell_no_counts(values: Any, coverage: Any, sentinel: float, reading: Reading) -> None:
    """Tell cells inside the area whose value is no count though the file does not mark it as nodata."""
    inside = coverage > 0
    for wrong, found in (
        (
            inside & np.isfinite(values) & (values < 0),
            Text(zh="负数（最小 {v:,.10g}）", en="values below 0 (down to {v:,.10g})"),
        ),
        (
            inside & (values >= sentinel),
            Text(
                zh="{v:,.10g}（像元类型的最大值，或多于世界人口）",
                en="{v:,.10g}, the largest value of its type or more than there are people",
            ),
        ),
    ):
        if wrong.any():
            value = float(values[wrong].min())
            reading.tell(
                Text(zh="每个像元的人数", en="people in every cell"),
                Text(zh="{n} 个像元是{f}", en="{n} with {f}").format(
                    n=counted(int(wrong.sum()), "cell"), f=found.format(v=value)
                ),
                Text(
                    zh="这些像元按无人处理；若它表示无数据，用 gdal_edit.py -a_nodata 写明；若是人数，改正栅格。",
                    en="They count as nobody. If that stands for no data, say so with gdal_edit.py -a_nodata; if people live there, correct the raster.",
                ),
                severity="warning",
                values=[f"{value:.10g}"],
            )


def _tell_likely_nodata(values: Any, sentinel: float, reading: Reading) -> None:
    """Tell a largest value that many cells share and nothing comes near to: 9999, say, for no data."""
    counts = values[np.isfinite(values) & (values > 0) & (values < sentinel)]
    if not len(counts):
        return
    top = float(counts.max())
    below = counts[counts < top]
    times = len(counts) - len(below)
    if times < _SHARED_BY or not len(below) or top < _FAR_ABOVE * float(below.max()):
        return
    reading.tell(
        Text(zh="每个像元的人数", en="people in every cell"),
        Text(
            zh="{n} 个像元都是 {v:,.10g}，其余最多 {b:,.6g}", en="{n} with {v:,.10g}, and no other above {b:,.6g}"
        ).format(n=counted(times, "cell"), v=top, b=float(below.max())),
        Text(
            zh="若它表示无数据，用 gdal_edit.py -a_nodata 写明；现按人数计入。",
            en="If that stands for no data, say so with gdal_edit.py -a_nodata; as it is, they count as people.",
        ),
        severity="warning",
        values=[f"{top:.10g}"],
    )


_SHARED_BY = 5
_FAR_ABOVE = 4.0
"""A largest value shared by 5 cells, and 4 times the next one, is no count of people (D)."""


def _tell_bare(shapes: gpd.GeoDataFrame, look: _Look, reading: Reading) -> None:
    """Tell how much of the area the raster does not cover, and the units of which it covers less than half."""
    west, south, east, north = look.extent
    wide, high = look.size
    box = shapely.box(west - wide, south - high, east + wide, north + high)
    whole = shapely.area(shapes.geometry.array)
    covered = shapely.area(shapely.intersection(shapes.geometry.array, box))
    bare = 1 - float(covered.sum()) / float(whole.sum())
    if not float(covered.sum()) > 0 or bare <= _BARE_SHARE:
        return
    units = [str(unit) for unit in shapes["unit_id"][covered < whole / 2]]
    named = (
        Text(zh="，包括 {u} 的大部分", en=", with most of {u}").format(u=listed(units, most=5))
        if units
        else Text(zh="", en="")
    )
    reading.tell(
        Text(zh="覆盖整个规划范围的人口栅格", en="a raster of counts that covers the whole planning area"),
        Text(zh="范围的 {b} 不在栅格内{n}", en="{b} of it outside the raster{n}").format(b=share(bare), n=named),
        Text(
            zh="那里的居民不计入：换用覆盖全部范围的栅格，或核对坐标系。",
            en="Nobody is counted there: use a raster of the whole area, or check the CRS.",
        ),
        severity="warning",
        values=units,
    )


def _refuse_too_fine(shapes: gpd.GeoDataFrame, size: tuple[float, float], reading: Reading) -> None:
    """Refuse a raster with more cells inside the area than can be held."""
    cells = float(shapely.area(shapely.box(*shapes.total_bounds))) / (size[0] * size[1])
    if cells > MAX_CELLS:
        raise LayerError(
            InputProblem(
                "error",
                Text(
                    zh=f"规划范围内至多 {MAX_CELLS / 1e6:.0f} 百万个像元", en=f"at most {MAX_CELLS:,} cells in the area"
                ),
                Text(zh=f"约 {cells / 1e6:,.0f} 百万个", en=f"about {cells:,.0f}"),
                Text(
                    zh="重采样到 100 米左右（人数求和）后再用。", en="Resample it to about 100 m (summing the counts)."
                ),
                file=reading.source.path,
            )
        )


def _share_out(reading: Reading, shapes: gpd.GeoDataFrame) -> Any:
    from exactextract import exact_extract

    wanted = ["values", "coverage", "center_x", "center_y"]
    parts = exact_extract(str(reading.path), shapes, wanted, include_cols=["unit_id"], output="pandas")
    return parts.assign(**{name: parts[name].map(np.asarray) for name in wanted})


def _inside(cells: gpd.GeoDataFrame, units: gpd.GeoDataFrame, size: tuple[float, float]) -> gpd.GeoDataFrame:
    """Move cells whose raster centre lies outside their unit to a point inside the part that they share.

    Well inside, not on its edge: a unit's edge may be a river, on which nobody stands.
    """
    shapes = units.geometry.loc[cells["unit_id"]].array
    points = np.array(cells.geometry.array, dtype=object)
    outside = ~shapely.intersects(shapes, points)
    x, y = shapely.get_coordinates(points[outside]).T
    squares = shapely.box(x - size[0] / 2, y - size[1] / 2, x + size[0] / 2, y + size[1] / 2)
    points[outside] = shapely.point_on_surface(shapely.intersection(shapes[outside], squares))
    return cells.set_geometry(points, crs=cells.crs)


def _tell_outside(inside: float, total: float, reading: Reading) -> None:
    needed = Text(zh="覆盖规划范围的人口栅格", en="a raster of counts that covers the planning area")
    severity: Severity = "warning"
    if total <= 0 or inside <= 0:
        severity = "error"
        found = Text(zh="规划范围内没有人口", en="no people inside the planning area")
        remedy = Text(zh="检查栅格的范围和坐标系。", en="Check the raster's extent and CRS.")
    elif inside < (1 - _TOLD_SHARE) * total:
        lost = 1 - inside / total
        found = Text(
            zh=f"栅格中 {lost:.1%} 的人口（{total - inside:,.0f} 人）在规划范围之外",
            en=f"{lost:.1%} of the raster's people ({total - inside:,.0f}) outside the area",
        )
        remedy = Text(
            zh="这些人口不计入；若不应如此，检查坐标系。", en="They do not count; if they should, check the CRS."
        )
    else:
        return
    reading.tell(needed, found, remedy, severity=severity)
