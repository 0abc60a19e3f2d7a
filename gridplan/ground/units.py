"""Planning units with their people: given, or built by constrained clustering; every cell placed in one unit."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from gridplan.case.case import Case
from gridplan.layers.layers import Layers
from gridplan.words.ledger import CENSUS, HELD, OUTSIDE, PEOPLE, USED, Ledger, Subject
from gridplan.words.numbers import counted
from gridplan.words.numbers import people as in_people
from gridplan.words.problems import Problems
from gridplan.words.text import Text
from gridplan.words.vocabulary import KINDS

if TYPE_CHECKING:
    import geopandas as gpd


def complete_units(layers: Layers, case: Case) -> Layers:
    """Return the layers with units (built if none were given), cells placed in units, facilities placed in units.

    Units gain population, population_65 and chronic (NaN where not given); cells are scaled to the census where there is one;
    facilities gain unit_id ("" outside every unit). What had to be attached or stays small is told in `problems`.
    """
    problems = Problems()
    problems.ledger.extend(layers.ledger)
    if layers.units.empty:
        units, unit_of_cell = _build(layers, case, problems)
    else:
        units, unit_of_cell = layers.units, _units_of_cells(layers)
    cells = _place_cells(layers.cells.assign(unit_id=unit_of_cell), problems)
    problems.ledger.enter_where_held(PEOPLE, cells["population"].sum(), USED)
    cells = scale_to_census(cells, units, layers.census)
    problems.ledger.enter_where_held(CENSUS, cells["population"].sum(), USED)
    people = cells.groupby("unit_id")["population"].sum().reindex(units.index, fill_value=0.0)
    counted = layers.census[["population_65", "chronic"]].reindex(units.index)
    units = units.assign(population=people, **counted)
    facilities = layers.facilities.assign(unit_id=_unit_of_points(layers.facilities, units))
    _enter_facilities(facilities, problems.ledger)
    return replace(
        layers,
        units=units,
        cells=cells,
        facilities=facilities,
        problems=(*layers.problems, *problems),
        ledger=tuple(problems.ledger),
    )


def _enter_facilities(facilities: gpd.GeoDataFrame, ledger: Ledger) -> None:
    """Enter for each kind of facility how many of its rows stand in a unit, and how many outside."""
    for (file, kind), rows in facilities.groupby(["file", "kind"], sort=False):
        subject, inside = Subject(f"facilities.{kind}", KINDS.label(str(kind))), int((rows["unit_id"] != "").sum())
        ledger.enter(str(file), "", subject, len(rows), HELD)
        ledger.enter(str(file), "", subject, len(rows) - inside, OUTSIDE)
        ledger.enter(str(file), "", subject, inside, USED)


def _build(layers: Layers, case: Case, problems: Problems) -> tuple[gpd.GeoDataFrame, pd.Series]:
    from gridplan.ground.clustering import build_polygons

    units, unit_of_cell = build_polygons(
        layers.cells,
        layers.boundaries,
        layers.area,
        np.asarray(layers.barriers.geometry.array, dtype=object),
        case.units,
        case.solver.seed,
    )
    people = layers.cells["population"].groupby(unit_of_cell).sum().reindex(units.index, fill_value=0.0)
    _tell_sizes(people, units["name"], case, problems)
    return units, unit_of_cell


def _tell_sizes(people: pd.Series, names: pd.Series, case: Case, problems: Problems) -> None:
    """Name the units that are smaller or larger than stated."""
    low, high = case.units.min_population, case.units.max_population
    for chosen, needed, found, remedy in (
        (
            people.index[people < low],
            Text(zh=f"每个单元至少 {low:,.0f} 人", en=f"at least {low:,.0f} people a unit"),
            Text(zh="{n} 个单元人口较少（{names}）", en="{n:unit|units} with fewer ({names})"),
            Text(
                zh="它们被区界或屏障隔开，或无法再划匀，保留为独立单元。",
                en="Boundaries or barriers cut them off, or no other division helps; they stay units of their own.",
            ),
        ),
        (
            people.index[people > high],
            Text(zh=f"每个单元至多 {high:,.0f} 人", en=f"at most {high:,.0f} people a unit"),
            Text(zh="{n} 个单元人口较多（{names}）", en="{n:unit|units} with more ({names})"),
            Text(zh="其人口集中在一处，无法再分。", en="Their people live in one place that cannot be divided."),
        ),
    ):
        if len(chosen):
            told = Text(zh="、".join(names[chosen]), en=", ".join(chosen))
            found = found.format(n=len(chosen), names=told)
            problems.tell(needed, found, remedy, severity="warning", field="units", values=chosen)


def _units_of_cells(layers: Layers) -> pd.Series:
    """Return the unit of each cell, "" where it lies in none."""
    placed = layers.cells["unit_id"].to_numpy(object).copy()
    unplaced = placed == ""
    if unplaced.any():
        placed[unplaced] = _unit_of_points(layers.cells[unplaced], layers.units)
    return pd.Series(placed, index=layers.cells.index)


def _place_cells(cells: gpd.GeoDataFrame, problems: Problems) -> gpd.GeoDataFrame:
    """Return the cells that lie in a unit; the others are told with their people."""
    outside = (cells["unit_id"] == "").to_numpy(bool)
    if outside.any():
        lost = float(cells["population"][outside].sum())
        problems.tell(
            Text(zh="规划单元内的人口点", en="population points inside the planning units"),
            Text(
                zh=f"{int(outside.sum())} 个点、{lost:,.0f} 人在单元之外",
                en=f"{counted(int(outside.sum()), 'point').en} with {in_people(lost).en} outside them",
            ),
            Text(
                zh="这些人口不计入；若不应如此，检查坐标系。",
                en="They do not count; if they should, check the CRS.",
            ),
            field="population",
            severity="warning",
        )
        problems.ledger.enter_where_held(PEOPLE, lost, OUTSIDE)
    return cells[~outside].reset_index(drop=True)


def _unit_of_points(points: gpd.GeoDataFrame, units: gpd.GeoDataFrame) -> np.ndarray:
    """Return the unit_id under each point ("" for none); on a shared border the first unit in table order."""
    found = np.full(len(points), "", dtype=object)
    point, unit = shapely.STRtree(units.geometry.array).query(points.geometry.array, predicate="intersects")
    order = np.lexsort((-unit, point))
    found[point[order]] = units.index.to_numpy(object)[unit[order]]
    return found


def scale_to_census(cells: gpd.GeoDataFrame, units: gpd.GeoDataFrame, census: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return the cells scaled so that each unit has its census total.

    A unit with people in the census but without a populated cell gets one cell at its representative point. Without a
    census the cells stay as they are.
    """
    import geopandas as gpd

    if census.empty:
        return cells
    total = census["population"].reindex(units.index).fillna(0.0)
    counted = cells.groupby("unit_id")["population"].sum().reindex(units.index, fill_value=0.0)
    bare = units.index[(counted <= 0) & (total > 0)]
    added = gpd.GeoDataFrame(
        {"population": 1.0, "unit_id": bare.astype(object)},
        geometry=units.geometry.loc[bare].representative_point().array,
        crs=cells.crs,
    )
    cells = gpd.GeoDataFrame(pd.concat([cells, added], ignore_index=True), crs=cells.crs) if len(bare) else cells
    counted = cells.groupby("unit_id")["population"].sum()
    factor = (total.reindex(counted.index) / counted.where(counted > 0)).fillna(0.0)
    scaled = cells["population"] * cells["unit_id"].map(factor)
    return cells.assign(population=scaled)[scaled > 0].reset_index(drop=True)
