"""Residents by place and unit, and minutes summed up over them, as DESIGN defines both."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from tests.independent.cities import City
from tests.independent.roads import Router, Speeds


def settle(city: City, units: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return x, y, people, unit_id of every place: scaled to the census, or modelled residents inside the units.

    `units` are those of the output; only where the tool builds them does it matter which they are.
    """
    places = city.places
    if city.units is None:
        point, unit = shapely.STRtree(units.geometry.array).query(
            shapely.points(places[["x", "y"]]), predicate="intersects"
        )
        home = pd.Series(units.index[unit], index=point).groupby(level=0).first()
        return places.loc[home.index].assign(unit_id=home).reset_index(drop=True)
    counted = places.groupby("unit_id")["people"].sum().reindex(city.units.index, fill_value=0.0)
    bare = city.units.index[(counted == 0) & (city.census.reindex(city.units.index) > 0)]
    spots = shapely.get_coordinates(city.units.geometry.loc[bare].representative_point().array)
    added = pd.DataFrame({"x": spots[:, 0], "y": spots[:, 1], "people": 1.0, "unit_id": bare})
    places = pd.concat([places, added], ignore_index=True)
    counted = places.groupby("unit_id")["people"].transform("sum")
    scaled = places["people"] / counted * places["unit_id"].map(city.census)
    return places.assign(people=scaled)[scaled > 0].reset_index(drop=True)


def minutes_to(city: City, places: pd.DataFrame, ids: list[str], speeds: Speeds, *, mode: str = "drive") -> np.ndarray:
    """Minutes from every place to every facility named."""
    return Router(city.roads, city.barriers, speeds, mode=mode).minutes(_xy(places), _sites(city, ids))


def minutes_to_nearest(city: City, places: pd.DataFrame, ids: list[str], speeds: Speeds, *, mode: str) -> np.ndarray:
    """Minutes from every place to the nearest of the facilities named."""
    return Router(city.roads, city.barriers, speeds, mode=mode).minutes(_xy(places), _sites(city, ids), nearest=True)


def _xy(places):
    return places[["x", "y"]].to_numpy(float)


def _sites(city, ids):
    return shapely.get_coordinates(city.facilities.geometry.loc[ids].array)


def unit_means(places: pd.DataFrame, minutes: np.ndarray) -> pd.DataFrame:
    """Mean minutes by unit (rows) and column, weighed by the people who can get there; inf where nobody can."""
    weight = places["people"].to_numpy()[:, None] * np.isfinite(minutes)
    spent = (
        pd.DataFrame(weight * np.where(np.isfinite(minutes), minutes, 0)).groupby(places["unit_id"].to_numpy()).sum()
    )
    able = pd.DataFrame(weight).groupby(places["unit_id"].to_numpy()).sum()
    return (spent / able).fillna(np.inf)


def unit_shares(places: pd.DataFrame, minutes: np.ndarray, limit: float) -> pd.DataFrame:
    """Share of each unit's people within the limit, by column."""
    near = (
        pd.DataFrame(places["people"].to_numpy()[:, None] * (minutes <= limit))
        .groupby(places["unit_id"].to_numpy())
        .sum()
    )
    return near.div(places.groupby("unit_id")["people"].sum(), axis=0)


def quantile(minutes: np.ndarray, people: np.ndarray, share: float) -> float:
    """The smallest minutes that at least `share` of the people do not exceed."""
    order = np.argsort(minutes)
    return float(minutes[order][np.searchsorted(np.cumsum(people[order]), share * people.sum() * (1 - 1e-12))])
