"""How far people get who have no car: on foot, and by bus, to each candidate site."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from gridplan.case.case import Case
from gridplan.ground.access.rulers import make_network, snap_to
from gridplan.layers.layers import Layers
from gridplan.travel.network import RoadNetwork
from gridplan.travel.riding import Calls, split_roads, with_buses
from gridplan.words.numbers import listed
from gridplan.words.problems import Problems
from gridplan.words.text import Text

if TYPE_CHECKING:
    import geopandas as gpd


@dataclass(frozen=True, eq=False)
class WithoutCar:
    """Minutes from the cells to the sites, frames on the cells' index, a column a site; inf where unreachable.

    `on_foot` all the way; `by_bus` with buses where they are quicker: walks, waits of half a headway, rides and changes.
    """

    on_foot: pd.DataFrame
    by_bus: pd.DataFrame


def measure_without_car(
    layers: Layers, case: Case, facilities: gpd.GeoDataFrame, sites: list[str], notes: Problems
) -> WithoutCar | None:
    """Measure the minutes on foot and by bus; None where no buses are given, or minutes are not those of roads.

    Parameters
    ----------
    layers : with cells placed in units; case : says speeds and the period; facilities : with the sites among them.
    notes : where stops that no road reaches are told.
    """
    if layers.buses is None or case.travel.source != "roads":
        return None
    rules = case.travel.model_copy(update={"primary_by": "walk"})
    calls, stops = _stops(layers.buses)
    unsplit = make_network(layers.roads, rules, "walk")
    snaps = snap_to(unsplit, stops, layers, case)
    _tell_off_roads(calls, stops, snaps.unreachable, case, notes)
    roads, node = split_roads(layers.roads, snaps)
    walk = make_network(roads, rules, "walk")
    known = np.unique(roads[["tail", "head"]].to_numpy(np.int64))
    at = np.where(node >= 0, np.searchsorted(known, node), -1)
    bus = with_buses(walk, at, np.where(node >= 0, snaps.access_min, 0.0), calls)
    cells = snap_to(walk, shapely.get_coordinates(layers.cells.geometry.array), layers, case)
    places = facilities.geometry.loc[sites].array
    targets = snap_to(walk, shapely.get_coordinates(places), layers, case)

    def minutes(network: RoadNetwork) -> pd.DataFrame:
        return pd.DataFrame(
            network.table(cells, targets), index=layers.cells.index, columns=pd.Index(sites, dtype=object)
        )

    return WithoutCar(minutes(walk), minutes(bus))


def _stops(buses: gpd.GeoDataFrame) -> tuple[Calls, np.ndarray]:
    """Return the calls by the places (n, 2) where they are: what stands at one place, to 10 cm, is one stop."""
    xy = np.round(shapely.get_coordinates(buses.geometry.array), 1)
    stops, stop = np.unique(xy, axis=0, return_inverse=True)
    last = (buses["line"] != buses["line"].shift(-1)).to_numpy(bool)
    ride = np.where(last, np.nan, buses["minutes"].to_numpy(float))
    may = (buses[name].to_numpy(bool) for name in ("board", "alight"))
    return Calls(stop.ravel(), ride, buses["headway"].to_numpy(float), *may), stops


def _tell_off_roads(calls: Calls, stops: np.ndarray, off: np.ndarray, case: Case, notes: Problems) -> None:
    source = case.layers.buses
    if source is None or not off.any():
        return
    notes.tell(
        Text(zh="步行可到的公交站", en="bus stops that one can walk to"),
        Text(zh="{n} 处站点附近没有可步行的道路（{s}）", en="{n} with no road for walkers in reach ({s})").format(
            n=int(off.sum()), s=listed([f"{x:.0f}, {y:.0f}" for x, y in stops[off]])
        ),
        Text(zh="没有人在那里上下车：核对坐标和坐标系。", en="Nobody gets on or off there: check coordinates and CRS."),
        severity="warning",
        file=source.path,
    )
