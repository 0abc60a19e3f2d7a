"""Residents known by polygon (a street, a census district) shared over the planning units: modelled, totals kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from gridplan.case.case import Case
from gridplan.case.sources import PopulationSource, WeightSource
from gridplan.layers.area.polygons import mend_polygons
from gridplan.layers.area.validity import polygonal, reproject
from gridplan.layers.files.columns import Column, pick_columns, quiet_numbers, read_numbers, read_text
from gridplan.layers.files.reading import Reading, open_source, tell_no_rows
from gridplan.layers.files.vectors import read_vector
from gridplan.layers.people.population import CENSUS_COLUMNS, read_points
from gridplan.layers.people.rasters import read_raster_cells
from gridplan.words.ledger import OUTSIDE, PEOPLE
from gridplan.words.numbers import counted
from gridplan.words.problems import Problems, first_few
from gridplan.words.text import Text

if TYPE_CHECKING:
    import geopandas as gpd

_WHOLE = 0.95
"""A polygon with at least this share of its land inside the planning area keeps all its residents: edges never match."""
_OVERLAP = 0.01
_STEP_M = 500.0
"""Where land alone tells where people live, they stand on a lattice of this step."""
_NO_LAND = Text(zh="面没有面积", en="in polygons of no land")
_NAME = Column("name", Text(zh="名称", en="name"), ("名称", "街道", "乡镇", "社区", "街道名称"))


@dataclass(frozen=True, eq=False)
class SharedOut:
    """Cells (population, unit_id, geometry), and how many residents stand in them and how many were left out."""

    cells: gpd.GeoDataFrame
    inside: float
    outside: float


def read_shared_out(
    case: Case, source: PopulationSource, ground: gpd.GeoDataFrame, problems: Problems
) -> SharedOut | None:
    """Share the residents of each polygon over the parts of `ground` (units or districts, metric CRS) that it covers.

    Inside a polygon they are shared in proportion to `source.weights` (raster, points or residences), or evenly over its
    land; a polygon without any weight falls back on its land, and is named. Every polygon's residents are kept: those of
    its land outside the ground are left out and counted, unless that land is less than 5 % of it.
    """
    polygons, reading = _read_polygons(case, source, ground.crs, problems)
    if polygons is None or polygons.empty:
        return None
    pieces = _cut(polygons, ground)
    _tell_uncovered(pieces, ground, reading)
    cells = None if source.weights is None else _weighed(case, source.weights, pieces, problems)
    if source.weights is not None and cells is None:
        return None
    spread = _spread(pieces) if cells is None else _with_fallback(cells, pieces, polygons, reading)
    people = polygons["population"].reindex(spread["polygon"]).to_numpy()
    whole = spread.groupby("polygon")["weight"].transform("sum").to_numpy()
    spread = spread.assign(population=people * spread["weight"].to_numpy() / whole)
    spread = spread[spread["population"] > 0]
    inside = spread["unit_id"] != ""
    total = float(polygons["population"].sum())
    kept = float(spread.loc[inside, "population"].sum())
    lost = polygons.loc[~polygons.index.isin(spread["polygon"]), "population"]
    reading.enter(PEOPLE, lost.sum(), _NO_LAND)
    reading.enter(PEOPLE, spread.loc[~inside, "population"].sum(), OUTSIDE)
    _tell_outside(spread[~inside], polygons, reading)
    result = spread.loc[inside, ["population", "unit_id", "geometry"]].reset_index(drop=True)
    return SharedOut(result.set_crs(ground.crs), kept, total - kept)


def _read_polygons(
    case: Case, source: PopulationSource, crs: Any, problems: Problems
) -> tuple[gpd.GeoDataFrame | None, Reading]:
    opened = read_vector(case, source, problems)
    if opened is None:
        return None, open_source(case, source, problems)
    tell_no_rows(opened.frame, opened.reading)
    picked = pick_columns(opened.frame, opened.reading, (CENSUS_COLUMNS[1], _NAME))
    people = read_numbers(picked, "population", minimum=0, required=CENSUS_COLUMNS[1].label)
    names = read_text(picked, "name")
    not_selected = quiet_numbers(opened.unselected, opened.reading, CENSUS_COLUMNS[1])
    opened.reading.enter_held(PEOPLE, people.sum(), not_selected.sum())
    frame = opened.frame[["geometry"]].assign(population=people.fillna(0.0), name=names)
    frame = reproject(mend_polygons(frame, opened.reading), crs)
    total, union = float(frame.area.sum()), float(shapely.area(shapely.union_all(frame.geometry.array)))
    if total > (1 + _OVERLAP) * union:
        opened.reading.tell(
            Text(zh="互不重叠的面", en="polygons that do not overlap"),
            Text(zh=f"重叠 {(total - union) / 1e6:,.2f} km²", en=f"{(total - union) / 1e6:,.2f} km² of overlaps"),
            Text(
                zh="人口可能重复计算（例如街道与其社区同在一个图层）：用 select 只留一级。",
                en="People may count twice (a street and its communities in one layer, say): keep one level with select.",
            ),
            severity="warning",
            field="geometry",
        )
    return frame, opened.reading


def _cut(polygons: gpd.GeoDataFrame, ground: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the parts of each polygon in each unit, and outside all (unit_id "") where that is a real part of it."""
    import geopandas as gpd

    shapes = np.asarray(polygons.geometry.array, dtype=object)
    units = np.asarray(ground.geometry.array, dtype=object)
    unit, polygon = shapely.STRtree(shapes).query(units, predicate="intersects")
    parts = np.array([polygonal(part) for part in shapely.intersection(shapes[polygon], units[unit])], dtype=object)
    rest = shapely.difference(shapes, shapely.union_all(units))
    rest[shapely.area(rest) <= (1 - _WHOLE) * shapely.area(shapes)] = None
    frame = gpd.GeoDataFrame(
        {
            "polygon": np.concatenate([polygons.index.to_numpy()[polygon], polygons.index.to_numpy()]),
            "unit_id": np.concatenate([ground.index.to_numpy(object)[unit], np.full(len(rest), "", dtype=object)]),
        },
        geometry=np.concatenate([parts, rest]),
        crs=ground.crs,
    )
    frame = frame[frame.area > 0].sort_values(["polygon", "unit_id"], kind="stable").reset_index(drop=True)
    frame.index = frame.index.astype(str)
    return frame


def _spread(pieces: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return points of a lattice in each piece, at least one, which share its land as their weight."""
    import geopandas as gpd

    places, owners = [], []
    for at, shape in enumerate(pieces.geometry.array):
        points = _lattice(shape)
        places.append(points)
        owners.append(np.full(len(points), at))
    owner = np.concatenate(owners) if owners else np.zeros(0, dtype=int)
    land = pieces.area.to_numpy()[owner] / np.bincount(owner, minlength=len(pieces))[owner]
    frame = pieces.iloc[owner][["polygon", "unit_id"]].reset_index(drop=True).assign(weight=land)
    return gpd.GeoDataFrame(frame, geometry=np.concatenate(places) if places else [], crs=pieces.crs)


def _lattice(shape: Any) -> Any:
    west, south, east, north = np.array(shape.bounds) / _STEP_M
    x = (np.arange(np.floor(west), np.ceil(east)) + 0.5) * _STEP_M
    y = (np.arange(np.floor(south), np.ceil(north)) + 0.5) * _STEP_M
    grid = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    shapely.prepare(shape)
    inside = grid[shapely.contains_xy(shape, grid)]
    return shapely.points(inside) if len(inside) else np.array([shapely.point_on_surface(shape)], dtype=object)


def _weighed(case: Case, source: WeightSource, pieces: gpd.GeoDataFrame, problems: Problems) -> gpd.GeoDataFrame | None:
    """Return the cells of the weights in each piece: polygon, unit_id, weight, geometry."""
    import geopandas as gpd

    if source.kind == "raster":
        cells = read_raster_cells(case, source, pieces, problems, only_weights=True)
        if cells is None:
            return None
        cells = cells.to_crs(pieces.crs).rename(columns={"unit_id": "piece"})
    else:
        points = read_points(case, source, problems)
        if points is None:
            return None
        points = points[points["population"] > 0].to_crs(pieces.crs)
        joined = gpd.sjoin(points, pieces[["geometry"]], predicate="intersects")
        cells = joined[~joined.index.duplicated()].rename(columns={"index_right": "piece"})
    where = pieces[["polygon", "unit_id"]].loc[cells["piece"]].reset_index(drop=True)
    where = where.assign(weight=cells["population"].to_numpy())
    return gpd.GeoDataFrame(where, geometry=np.asarray(cells.geometry.array), crs=pieces.crs)


def _with_fallback(
    cells: gpd.GeoDataFrame, pieces: gpd.GeoDataFrame, polygons: gpd.GeoDataFrame, reading: Reading
) -> gpd.GeoDataFrame:
    """Add polygons with residents but without any weight by their land, and name them."""
    without = polygons.index[(polygons["population"] > 0) & ~polygons.index.isin(cells["polygon"])]
    touched = pieces[pieces["polygon"].isin(without)]
    if touched.empty:
        return cells
    reading.tell_rows(
        touched["polygon"].unique(),
        Text(zh="面内有人口栅格或点（weights）", en="weights inside every polygon"),
        Text(zh="没有权重的面", en="polygons without"),
        Text(zh="其人口按面积均摊。", en="Their residents are shared evenly over their land."),
        severity="warning",
        field="weights",
        values=polygons.loc[touched["polygon"].unique(), "name"],
    )
    return pd.concat([cells, _spread(touched)], ignore_index=True)


def _tell_uncovered(pieces: gpd.GeoDataFrame, ground: gpd.GeoDataFrame, reading: Reading) -> None:
    bare = ground.index[~ground.index.isin(pieces["unit_id"])]
    if len(bare):
        few = first_few(bare)
        reading.tell(
            Text(zh="覆盖每个单元的人口面", en="population polygons over every unit"),
            Text(
                zh=f"{len(bare)} 个单元上没有（{'、'.join(few)}）",
                en=f"{counted(len(bare), 'unit').en} without ({', '.join(few)})",
            ),
            Text(zh="这些单元按无人居住处理。", en="Nobody lives in these units, as far as is known."),
            severity="warning",
            field="geometry",
            values=bare,
        )


def _tell_outside(cells: gpd.GeoDataFrame, polygons: gpd.GeoDataFrame, reading: Reading) -> None:
    people = float(cells["population"].sum())
    rows = cells["polygon"].unique()
    if people > 0:
        reading.tell_rows(
            rows,
            Text(zh="规划范围内的人口面", en="population polygons inside the planning area"),
            Text(zh=f"{people:,.0f} 人在范围之外", en=f"{counted(round(people), 'resident').en} outside it"),
            Text(zh="他们不计入；若不应如此，检查坐标系。", en="They do not count; if they should, check the CRS."),
            severity="warning",
            field="geometry",
            values=polygons.loc[rows, "name"],
        )
