"""Cells: one place with people each, from whichever population source the case names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd
import shapely

from gridplan.case.case import Case
from gridplan.case.sources import PopulationSource
from gridplan.layers.files.reading import open_source
from gridplan.layers.people.population import model_residences, read_points
from gridplan.layers.people.rasters import probe_raster, read_raster_cells
from gridplan.layers.people.shared_out import read_shared_out
from gridplan.words.errors import InputProblem
from gridplan.words.ledger import HELD, OUTSIDE, PEOPLE, RESIDENCES, USED
from gridplan.words.numbers import people
from gridplan.words.problems import Problems
from gridplan.words.text import Text

if TYPE_CHECKING:
    import geopandas as gpd


@dataclass(frozen=True, eq=False)
class Cells:
    """Places with people: population, unit_id ("" until placed), geometry; and what has been modelled."""

    frame: gpd.GeoDataFrame
    modelled: tuple[Text, ...] = ()


def read_cells(
    case: Case, polygons: gpd.GeoDataFrame | None, area: shapely.Geometry | None, problems: Problems
) -> Cells | None:
    """Read the cells in the CRS of `polygons` (units or districts); without polygons only look for problems."""
    source = case.layers.population
    if polygons is None or area is None:
        if source.kind == "raster":
            probe_raster(case, source, problems)
        elif source.kind in ("points", "residences"):
            read_points(case, source, problems)
        return None
    if source.kind == "table":
        return _one_a_unit(polygons)
    if source.kind == "raster":
        cells = read_raster_cells(case, source, polygons, problems)
        return None if cells is None else Cells(cells.to_crs(polygons.crs))
    if source.kind == "polygons":
        return _shared_out(case, source, polygons, problems)
    points = read_points(case, source, problems)
    if points is None:
        return None
    points = points.to_crs(polygons.crs)
    if source.kind == "points":
        points = _on_the_ground(case, points, polygons, problems)
        return Cells(points.drop(columns="field").assign(unit_id="").reset_index(drop=True))
    return _modelled(case, points, polygons, area, problems)


def _on_the_ground(
    case: Case, points: gpd.GeoDataFrame, polygons: gpd.GeoDataFrame, problems: Problems
) -> gpd.GeoDataFrame:
    """Return the points that lie in a unit or district; the rows of the others are told with their people."""
    lost = _in_none_of(polygons, points)
    reading, n = open_source(case, case.layers.population, problems), float(lost["population"].sum())
    reading.tell_rows(
        lost.index,
        Text(zh="规划范围内的人口点", en="population points inside the planning area"),
        Text(zh="范围之外的点，共 {n}", en="points outside it, {n} in all").format(n=people(n)),
        Text(
            zh="这些人口不计入；若位置有误，改正坐标或坐标基准。",
            en="Their people do not count; if misplaced, correct coordinates or datum.",
        ),
        severity="warning",
        field="" if points.empty else str(points["field"].iloc[0]),
    )
    reading.enter(PEOPLE, n, OUTSIDE)
    return points.drop(index=lost.index)


def _in_none_of(polygons: gpd.GeoDataFrame, points: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    at, _ = shapely.STRtree(polygons.geometry.array).query(points.geometry.array, predicate="intersects")
    return points.drop(index=points.index[at])


def _one_a_unit(units: gpd.GeoDataFrame) -> Cells:
    import geopandas as gpd

    points = units.representative_point()
    frame = gpd.GeoDataFrame(
        {"population": 1.0, "unit_id": units.index.astype(str)}, geometry=points.array, crs=units.crs
    )
    return Cells(frame)


def _shared_out(case: Case, source: PopulationSource, polygons: gpd.GeoDataFrame, problems: Problems) -> Cells | None:
    shared = read_shared_out(case, source, polygons, problems)
    if shared is None:
        return None
    by = _BY[source.weights.kind if source.weights is not None else "land"]
    inside, outside = shared.inside, shared.outside
    said = Text(
        zh="人口为推算值：各面的人口{by}分摊到单元，规划范围内 {inside}，范围外未计 {outside}",
        en="Population is modelled: residents of each polygon are shared over the units {by}; {inside} inside the area, {outside} outside left out",
    ).format(by=by, inside=people(inside), outside=people(outside))
    return Cells(shared.cells, (said,))


_BY = {
    "land": Text(zh="按面积", en="by land"),
    "raster": Text(zh="按栅格人数", en="by the counts of a raster"),
    "points": Text(zh="按点的人数", en="by the counts of points"),
    "residences": Text(zh="按小区点个数", en="by the number of residences"),
}


def _modelled(
    case: Case, points: gpd.GeoDataFrame, districts: gpd.GeoDataFrame, area: shapely.Geometry, problems: Problems
) -> Cells | None:
    if "population" not in districts or districts["population"].isna().all():
        problems.append(_no_district_population(case))
        return None
    _tell_nowhere(case, points, districts, problems)
    cells, coverage = model_residences(points, districts, area)
    _enter_residences(case, points, coverage, problems)
    total, inside = coverage["population"].sum(), coverage["modelled"].sum()
    said = Text(
        zh="人口为推算值：各区人口均分到其小区点，规划范围内 {inside}，范围外未计 {outside}",
        en="Population is modelled: district totals shared over residences; {inside} inside the area, {outside} outside left out",
    ).format(inside=people(inside), outside=people(total - inside))
    return Cells(cells.assign(unit_id=""), (said,))


def _enter_residences(case: Case, points: gpd.GeoDataFrame, coverage: pd.DataFrame, problems: Problems) -> None:
    """Enter what became of the districts' people and of the residences over which they are shared."""
    reading, inside = open_source(case, case.layers.population, problems), coverage["residences_inside"].sum()
    reading.enter(RESIDENCES, len(points) - coverage.attrs["different"], _REPEATED)
    reading.enter(RESIDENCES, coverage.attrs["different"] - coverage["residences"].sum(), _IN_NO_DISTRICT)
    reading.enter(RESIDENCES, coverage["residences"].sum() - inside, OUTSIDE)
    reading.enter(RESIDENCES, inside, USED)
    if case.layers.boundaries is not None:
        districts, people = open_source(case, case.layers.boundaries, problems), coverage["population"].fillna(0.0)
        bare = coverage["residences"] == 0
        districts.enter(PEOPLE, people.sum(), HELD)
        districts.enter(PEOPLE, people[bare].sum(), _NO_RESIDENCES)
        districts.enter(PEOPLE, coverage.loc[~bare, "left_out"].sum(), OUTSIDE)


_REPEATED = Text(zh="与其他点在同一 100 米方格内", en="in one square of 100 m with another")
_IN_NO_DISTRICT = Text(zh="不在任何区内", en="in no district")
_NO_RESIDENCES = Text(zh="所在的区没有小区点", en="in districts without residences")


def _tell_nowhere(case: Case, points: gpd.GeoDataFrame, districts: gpd.GeoDataFrame, problems: Problems) -> None:
    """Name the residences that lie in no district: they count nowhere."""
    lost = _in_none_of(districts, points)
    open_source(case, case.layers.population, problems).tell_rows(
        lost.index,
        Text(zh="各区之内的小区点", en="residences inside the districts"),
        Text(zh="不在任何区内的小区点", en="residences in no district"),
        Text(
            zh="它们不计入；若位置有误，改正坐标或坐标基准。",
            en="They do not count; if misplaced, correct coordinates or datum.",
        ),
        severity="warning",
        field="" if points.empty else str(points["field"].iloc[0]),
    )


def _no_district_population(case: Case) -> InputProblem:
    source = case.layers.boundaries or case.layers.population
    return InputProblem(
        "error",
        Text(zh="各区人口（列 population）", en="the districts' population (column population)"),
        Text(zh="没有人口列", en="no such column"),
        Text(
            zh='在 layers.boundaries 的 columns 中写 population = "表头"。',
            en='Write population = "header" under columns of layers.boundaries.',
        ),
        file=source.path,
        layer=source.layer or "",
        field="population",
    )


def no_census() -> pd.DataFrame:
    """Return the census of a case that gives none."""
    return pd.DataFrame(columns=["population", "population_65", "chronic"], dtype=float)
