"""Units of no land: digitising leaves specks of a square metre that are units by their code, and people are counted in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
import shapely

from gridplan.layers.area.validity import polygonal
from gridplan.layers.files.reading import Reading
from gridplan.words.numbers import counted
from gridplan.words.numbers import people as in_people
from gridplan.words.problems import first_few
from gridplan.words.text import Text

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

NO_LAND_M2 = 100.0
"""Polygons smaller than this are no land: the ground of one house is larger."""
_BESIDE_M = 10.0


def neighbours_of_landless(units: gpd.GeoDataFrame) -> dict[str, str]:
    """Return the unit beside each unit of less than 100 m2: id -> id; empty where all have land, or none has.

    Of the units within 10 m the one of its own street, then of its own district, then with the longest border; else the nearest.

    Parameters
    ----------
    units : index unit_id; geometry in metres; street_id and district_id if known.
    """
    shapes = np.asarray(units.geometry.array, dtype=object)
    has_land = shapely.area(shapes) >= NO_LAND_M2
    if has_land.all() or not has_land.any():
        return {}
    landed = np.flatnonzero(has_land)
    ids = units.index.astype(str)
    return {str(ids[at]): str(ids[landed[_best(units, shapes, int(at), landed)]]) for at in np.flatnonzero(~has_land)}


def _best(units: gpd.GeoDataFrame, shapes: NDArray[np.object_], at: int, landed: NDArray[np.intp]) -> int:
    away = np.maximum(shapely.distance(shapes[landed], shapes[at]) - _BESIDE_M, 0.0)
    near = np.flatnonzero(away <= away.min() + 1e-6)
    beside = landed[near]
    border = shapely.length(
        shapely.intersection(shapely.boundary(shapes[beside]), shapely.buffer(shapes[at], _BESIDE_M))
    )
    other = [_others(units, column, at, beside) for column in ("district_id", "street_id")]
    return int(near[np.lexsort((-border, *other))[0]])


def _others(units: gpd.GeoDataFrame, column: str, at: int, beside: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Tell which units lie in another street or district; none where the column is not given."""
    if column not in units:
        return np.zeros(len(beside), dtype=bool)
    code = units[column].to_numpy(object)
    return np.asarray(code[beside] != code[at], dtype=bool)


def tell_landless(
    neighbour: Mapping[str, str], people: pd.Series | None, choice: Literal["refuse", "join"], reading: Reading
) -> None:
    """Name the units of no land with their people (where a table gives them): an error, or joined by choice."""
    if not neighbour:
        return
    ids = list(neighbour)
    lost = None if people is None else float(people.reindex(ids).fillna(0.0).sum())
    shown = first_few([f"{one} → {neighbour[one]}" for one in ids] if choice == "join" else ids)
    found = Text(zh="{n} 个单元不足 100 m²（{s}）", en="{n} of less than 100 m² ({s})").format(
        n=counted(len(ids), "unit"), s=Text(zh="、".join(shown), en=", ".join(shown))
    )
    if lost is not None:
        told = Text(zh="{f}，共 {p}", en="{f} with {p}").format(f=found, p=in_people(lost))
        found = told
    reading.tell(
        Text(zh="每个单元都有土地", en="land in every unit"),
        found,
        Text(
            zh="已按方案并入相邻单元，人口一并计入。",
            en="They were joined to the units beside them, with their people.",
        )
        if choice == "join"
        else Text(
            zh='在 GIS 中补画，或在方案中写 [units] no_land = "join"，连同人口并入相邻单元。',
            en='Draw them in your GIS, or write [units] no_land = "join" in the case: they then join the units beside them, with their people.',
        ),
        severity="repair" if choice == "join" else "error",
        field="geometry",
        values=shown,
    )


def join_landless(units: gpd.GeoDataFrame, neighbour: Mapping[str, str]) -> gpd.GeoDataFrame:
    """Return the units without those of no land, their specks of ground added to the units beside them."""
    shapes = pd.Series(np.asarray(units.geometry.array, dtype=object), index=units.index.astype(str))
    for one, other in neighbour.items():
        shapes[other] = polygonal(shapely.union(shapes[other], shapes[one]))
    kept = ~units.index.isin(list(neighbour))
    return units.set_geometry(shapes.to_numpy(), crs=units.crs)[kept]


def join_rows(table: pd.DataFrame, neighbour: Mapping[str, str]) -> pd.DataFrame:
    """Return a table on unit ids with the rows of units of no land added to those of the units beside them; NaN adds nothing."""
    if not neighbour or table.empty:
        return table
    to = [neighbour.get(str(unit), str(unit)) for unit in table.index]
    summed = table.groupby(pd.Index(to, name=table.index.name), sort=False).sum(min_count=1)
    return summed.astype(table.dtypes.to_dict())


def join_ids(ids: pd.Series, neighbour: Mapping[str, str]) -> pd.Series:
    """Return ids of units with those of no land replaced by the units beside them."""
    return ids.map(lambda unit: neighbour.get(unit, unit)).astype(ids.dtype)
