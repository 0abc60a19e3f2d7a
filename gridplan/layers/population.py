"""Where people live: cells of residents from tables, points, rasters of counts, or modelled onto residences."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from gridplan.case import Case, PopulationSource, Source
from gridplan.errors import InputProblem
from gridplan.layers.read import (
    Column,
    Problems,
    header_of,
    pick_columns,
    read_ids,
    read_numbers,
    read_table,
    read_vector,
    tell_rows,
)
from gridplan.text import Text

if TYPE_CHECKING:
    import geopandas as gpd

CENSUS_COLUMNS = (
    Column("unit_id", Text(zh="单元代码", en="unit code"), ("代码", "社区代码", "单元代码"), required=True),
    Column("population", Text(zh="常住人口", en="resident population"), ("常住人口", "人口"), required=True),
    Column(
        "population_65", Text(zh="65 岁及以上人口", en="residents aged 65 and over"), ("65岁及以上", "65岁及以上人口")
    ),
)
_COLLAPSE_M = 100.0
"""Residence points within one square of this side count once: a dormitory block may hold hundreds of points."""


def read_census(case: Case, source: Source, problems: Problems) -> pd.DataFrame | None:
    """Read totals by unit: index unit_id; population, population_65 (NaN where not given)."""
    table = read_table(case, source, problems)
    picked = None if table is None else pick_columns(table, source, CENSUS_COLUMNS, problems)
    if picked is None:
        return None
    ids = read_ids(picked["unit_id"], source, problems, field=header_of(source, "unit_id"))
    people = read_numbers(picked["population"], source, problems, field=header_of(source, "population"), minimum=0)
    tell_rows(
        problems,
        source,
        header_of(source, "population"),
        picked.index[picked["population"].astype(str).str.strip() == ""],
        Text(zh="每个单元的人口", en="the population of every unit"),
        Text(zh="空白", en="blanks"),
        Text(zh="补上人口；无人居住写 0。", en="Fill it in; write 0 where nobody lives."),
    )
    older = (
        read_numbers(picked["population_65"], source, problems, field=header_of(source, "population_65"), minimum=0)
        if "population_65" in picked
        else pd.Series(np.nan, index=picked.index)
    )
    return pd.DataFrame(
        {"population": people.to_numpy(), "population_65": older.to_numpy()}, index=pd.Index(ids, name="unit_id")
    )


def read_points(case: Case, source: PopulationSource, problems: Problems) -> gpd.GeoDataFrame | None:
    """Read points with counts (kind "points") or residences that count one each (kind "residences")."""
    frame = read_vector(case, source, problems)
    if frame is None:
        return None
    if source.kind == "residences":
        return frame[["geometry"]].assign(population=1.0)
    picked = pick_columns(frame, source, [CENSUS_COLUMNS[1]], problems)
    if picked is None:
        return None
    people = read_numbers(picked["population"], source, problems, field=header_of(source, "population"), minimum=0)
    return frame[["geometry"]].assign(population=people.fillna(0.0))


def read_raster_cells(
    case: Case, source: PopulationSource, units: gpd.GeoDataFrame, problems: Problems
) -> gpd.GeoDataFrame | None:
    """Share a raster of counts out to `units` (or an area): one cell a pair of raster cell and unit.

    Counts are shared by the covered part of each raster cell (exactextract), so totals are preserved; a cell stands
    at its raster cell's centre, or at a point inside the shared part where the centre lies outside the unit.
    Returns population, unit_id, geometry in the raster's CRS. Negative values and nodata count as nobody.
    """
    import geopandas as gpd
    import rasterio
    from exactextract import exact_extract

    path = case.locate(source)
    try:
        with rasterio.open(path) as raster:
            crs = raster.crs or source.crs
            if crs is None:
                problems.append(
                    _raster_problem(
                        source,
                        Text(zh="没有坐标系的栅格", en="a raster without a CRS"),
                        Text(zh="在方案中写 crs。", en="State crs in the case."),
                    )
                )
                return None
            total = _positive_total(raster)
        shapes = units[["geometry"]].to_crs(crs).reset_index(names="unit_id")
        parts = exact_extract(
            str(path), shapes, ["values", "coverage", "center_x", "center_y"], include_cols=["unit_id"], output="pandas"
        )
    except Exception as error:
        reason = str(error).splitlines()[0][:120].replace(str(path), path.name)
        problems.append(
            _raster_problem(
                source,
                Text(zh=f"无法读取的内容（{reason}）", en=f"content that cannot be read ({reason})"),
                Text(zh="重新导出这个栅格。", en="Export the raster again."),
            )
        )
        return None
    counts = parts[["values", "coverage", "center_x", "center_y"]].map(np.asarray)
    lengths = counts["values"].map(len).to_numpy()
    values, coverage, x, y = (
        np.concatenate(list(counts[name])).astype(float) if len(counts) else np.zeros(0) for name in counts
    )
    people = np.where(np.isfinite(values) & (values > 0), values, 0.0) * coverage
    cells = gpd.GeoDataFrame(
        {"population": people, "unit_id": np.repeat(parts["unit_id"].to_numpy(), lengths)},
        geometry=gpd.points_from_xy(x, y),
        crs=crs,
    )
    cells = cells[cells["population"] > 0].reset_index(drop=True)
    _tell_outside(cells["population"].sum(), total, source, problems)
    return _inside(cells, shapes.set_index("unit_id"))


def _positive_total(raster: object) -> float:
    data = raster.read(1, masked=True).astype(float)  # type: ignore[attr-defined]
    filled = np.ma.filled(data, 0.0)
    return float(filled[np.isfinite(filled) & (filled > 0)].sum())


def _inside(cells: gpd.GeoDataFrame, units: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Move cells whose raster centre lies outside their unit to the nearest point of the unit."""
    shapes = units.geometry.loc[cells["unit_id"]].array
    points = np.array(cells.geometry.array, dtype=object)
    outside = ~shapely.intersects(shapes, points)
    lines = shapely.shortest_line(shapes[outside], points[outside])
    points[outside] = shapely.get_point(lines, 0)
    return cells.set_geometry(points, crs=cells.crs)


def _tell_outside(inside: float, total: float, source: Source, problems: Problems) -> None:
    if total <= 0 or inside <= 0:
        problems.append(
            _raster_problem(
                source,
                Text(zh="规划范围内没有人口", en="no people inside the planning area"),
                Text(zh="检查栅格的范围和坐标系。", en="Check the raster's extent and CRS."),
                "error",
            )
        )
    elif inside < 0.98 * total:
        share = 1 - inside / total
        problems.append(
            _raster_problem(
                source,
                Text(
                    zh=f"栅格中 {share:.1%} 的人口在规划范围之外",
                    en=f"{share:.1%} of the raster's people outside the area",
                ),
                Text(
                    zh="这些人口不计入；若不应如此，检查坐标系。",
                    en="They do not count; if they should, check the CRS.",
                ),
                "warning",
            )
        )


def _raster_problem(source: Source, found: Text, remedy: Text, severity: str = "error") -> InputProblem:
    needed = Text(zh="覆盖规划范围的人口栅格", en="a raster of counts that covers the planning area")
    return InputProblem(severity, needed, found, remedy, file=source.path)  # type: ignore[arg-type]


def model_residences(
    points: gpd.GeoDataFrame, districts: gpd.GeoDataFrame, area: shapely.Geometry
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Share each district's population over its residences; people outside `area` are left out and told.

    All frames in one metric CRS. Residences in one 100 m square count once. Every residence square of a district
    gets the same share of its population, inside the area or not, so that partly covered districts are scaled by the
    share of their own residences inside.

    Returns
    -------
    cells : points inside `area` with population and district_id; the modelled residents.
    coverage : index district_id; population, modelled (residents inside the area), left_out.
    """
    import geopandas as gpd

    squares = np.floor(shapely.get_coordinates(points.geometry.array) / _COLLAPSE_M)
    once = points[["geometry"]][~pd.DataFrame(squares, index=points.index).duplicated()]
    placed = gpd.sjoin(once, districts[["geometry"]], predicate="within")
    placed = placed[~placed.index.duplicated()].rename(columns={districts.index.name or "index_right": "district_id"})
    count = placed.groupby("district_id").size()
    placed["population"] = placed["district_id"].map(districts["population"] / count).fillna(0.0)
    inside = shapely.intersects(placed.geometry.array, area)
    cells = placed.loc[inside, ["population", "district_id", "geometry"]].reset_index(drop=True)
    coverage = pd.DataFrame({"population": districts["population"]})
    coverage["modelled"] = cells.groupby("district_id")["population"].sum().reindex(coverage.index, fill_value=0.0)
    coverage["left_out"] = coverage["population"].fillna(0.0) - coverage["modelled"]
    return cells, coverage
