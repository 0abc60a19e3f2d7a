"""What a source of minutes (roads, a given table, straight lines) can measure between cells and facilities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

import numpy as np
import pandas as pd
import shapely

from gridplan.case.case import Case
from gridplan.case.sections import Travel
from gridplan.ground.access.between import Between, between_of, on_roads
from gridplan.ground.access.entries import find_entries, tell_far, tell_foot_boats, tell_on_fast
from gridplan.layers.layers import Layers
from gridplan.travel.isochrones import Canvas, draw_isochrones
from gridplan.travel.milliseconds import Ints
from gridplan.travel.network import RoadNetwork
from gridplan.travel.snapping import snap_points
from gridplan.travel.snaps import Snaps
from gridplan.travel.speeds import Mode, speeds_after_car, walk_speeds
from gridplan.words.errors import InputProblem
from gridplan.words.problems import Problems

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


MODES: tuple[Mode, ...] = ("drive", "walk")


class Ruler(Protocol):
    """What a source of minutes can measure between cells and facilities."""

    def to_sites(self, ids: list[str]) -> Floats:
        """Return drive minutes (n_cells, m) from the cells to these facilities."""

    def nearest(self, ids: list[str], mode: Mode, *, n: int = 1) -> tuple[Floats, Ints] | None:
        """Return minutes (cells, n) and positions of the nearest of these facilities; None if the mode is not known."""

    def between(self, hosts: list[str]) -> Between:
        """Return drive minutes from every facility to these."""

    def at_speeds(self, every: float, by_class: Mapping[str, float]) -> Ruler:
        """Return the same with all drive speeds times a factor, and those of a road class and its ramps times another where classes are known."""


@dataclass(frozen=True, eq=False)
class RoadRuler:
    """Minutes over roads: cells and facilities snapped to the network of each mode."""

    networks: Mapping[Mode, RoadNetwork]
    cells: Mapping[Mode, Snaps]
    places: Mapping[Mode, Snaps]
    facilities: gpd.GeoDataFrame

    def to_sites(self, ids: list[str]) -> Floats:
        """Return drive minutes from the cells to the sites."""
        return self.networks["drive"].table(self.cells["drive"], self._at(ids, "drive"))

    def nearest(self, ids: list[str], mode: Mode, *, n: int = 1) -> tuple[Floats, Ints] | None:
        """Return minutes and positions of the nearest facilities of each cell."""
        return self.networks[mode].minutes_to(self._at(ids, mode)).nearest(n, at=self.cells[mode])

    def between(self, hosts: list[str]) -> Between:
        """Return drive minutes from every facility to the hosts."""
        return on_roads(self.networks["drive"], self.facilities, self.places["drive"], hosts)

    def isochrones(self, ids: list[str], minutes: list[float], canvas: Canvas) -> gpd.GeoDataFrame:
        """Return the areas from which each site is reached within each number of minutes: lead_id, minutes, geometry."""
        drawn = draw_isochrones(self.networks["drive"], self._at(ids, "drive"), minutes, canvas=canvas)
        leads = [ids[place] for place in drawn["place"]]
        return drawn.drop(columns="place").assign(lead_id=leads).set_crs(self.facilities.crs, allow_override=True)

    def entries(self) -> gpd.GeoDataFrame:
        """Return where each facility enters the roads by car, see `entries.find_entries`."""
        return find_entries(self.networks["drive"], self.facilities, self.places["drive"])

    def at_speeds(self, every: float, by_class: Mapping[str, float]) -> RoadRuler:
        """Return the same at other drive speeds, but for ferries; everybody enters the network where they did."""
        drive = self.networks["drive"]
        known = {} if drive.priced is None else drive.priced.rules.table()
        speeds = {
            name: kmh * every * by_class.get(name.removesuffix("_link"), 1.0)
            for name, kmh in known.items()
            if name != "ferry"
        }
        return replace(self, networks={**self.networks, "drive": drive.with_speeds(speeds)})

    def closed(self, roads: gpd.GeoDataFrame) -> RoadRuler:
        """Return the same with these roads cut (see `layers.closures`); everybody enters the network where they did."""
        edges, stretches = roads["edge"].to_numpy(), roads[["start", "stop"]].to_numpy(float)
        cut = {mode: network.without_edges(edges, stretches=stretches) for mode, network in self.networks.items()}
        return replace(self, networks=cut)

    def _at(self, ids: list[str], mode: Mode) -> Snaps:
        return self.places[mode].take(self.facilities.index.get_indexer(pd.Index(ids)))


@dataclass(frozen=True, eq=False)
class TableRuler:
    """Given minutes: those of the unit in which a cell, or a facility, is."""

    layers: Layers
    facilities: gpd.GeoDataFrame
    speed: float = 1.0

    def to_sites(self, ids: list[str]) -> Floats:
        """Return the minutes given for the cells' units."""
        return self._from(self.layers.cells["unit_id"], ids)

    def nearest(self, ids: list[str], mode: Mode, *, n: int = 1) -> tuple[Floats, Ints] | None:
        """Return minutes and positions of the nearest facilities of each cell."""
        return _least(self.to_sites(ids), n) if mode == "drive" else None

    def between(self, hosts: list[str]) -> Between:
        """Return the minutes given for the facilities' units; none to themselves."""
        minutes = self._from(self.facilities["unit_id"], hosts)
        minutes[self.facilities.index.get_indexer(pd.Index(hosts)), np.arange(len(hosts))] = 0.0
        return between_of(self.facilities.index, hosts, minutes, np.zeros(minutes.shape, dtype=bool))

    def at_speeds(self, every: float, by_class: Mapping[str, float]) -> TableRuler:
        """Return the same with the minutes given divided by the factor."""
        return replace(self, speed=self.speed * every)

    def _from(self, homes: pd.Series, ids: list[str]) -> Floats:
        table = self.layers.travel_table.reindex(columns=ids).astype(float) / self.speed
        return table.reindex(homes).fillna(np.inf).to_numpy(copy=True)


@dataclass(frozen=True, eq=False)
class StraightRuler:
    """Minutes along straight lines, times the detour factor."""

    layers: Layers
    facilities: gpd.GeoDataFrame
    rules: Travel

    def to_sites(self, ids: list[str]) -> Floats:
        """Return drive minutes from the cells to the sites."""
        return self._minutes(self.layers.cells, ids, "drive")

    def nearest(self, ids: list[str], mode: Mode, *, n: int = 1) -> tuple[Floats, Ints] | None:
        """Return minutes and positions of the nearest facilities of each cell."""
        return _least(self._minutes(self.layers.cells, ids, mode), n)

    def between(self, hosts: list[str]) -> Between:
        """Return drive minutes from every facility to the hosts."""
        minutes = self._minutes(self.facilities, hosts, "drive")
        return between_of(self.facilities.index, hosts, minutes, np.zeros(minutes.shape, dtype=bool))

    def at_speeds(self, every: float, by_class: Mapping[str, float]) -> StraightRuler:
        """Return the same at another drive speed."""
        faster = self.rules.straight_line_kmh * every
        return replace(self, rules=self.rules.model_copy(update={"straight_line_kmh": faster}))

    def _minutes(self, starts: gpd.GeoDataFrame, ids: list[str], mode: Mode) -> Floats:
        kmh = self.rules.straight_line_kmh if mode == "drive" else self.rules.walk_kmh
        here = np.asarray(starts.geometry.array, dtype=object)
        places = np.asarray(self.facilities.geometry.loc[ids].array, dtype=object)
        return shapely.distance(here[:, None], places[None, :]) * self.rules.detour_factor / (kmh * 1000 / 60)


def make_ruler(layers: Layers, case: Case, facilities: gpd.GeoDataFrame) -> tuple[Ruler, tuple[InputProblem, ...]]:
    """Return the ruler of the case's source, and what is doubtful about places and roads.

    Parameters
    ----------
    layers : with cells and facilities placed in units; facilities : those that can be asked for.
    """
    if case.travel.source == "roads":
        notes = Problems()
        return _snap_all(layers, case, facilities, notes), tuple(notes)
    if case.travel.source == "table":
        return TableRuler(layers, facilities), ()
    return StraightRuler(layers, facilities, case.travel), ()


def _snap_all(layers: Layers, case: Case, facilities: gpd.GeoDataFrame, notes: Problems) -> RoadRuler:
    """Return the networks with all cells and all facilities snapped to them, never across a barrier."""
    networks, cells, places = {}, {}, {}
    for mode in modes_of(case.travel):
        networks[mode] = network = make_network(layers.roads, case.travel, mode)
        cells[mode], places[mode] = (snap_to(network, _xy(frame), layers, case) for frame in (layers.cells, facilities))
    people = layers.cells["population"].to_numpy(float)
    tell_far(cells["drive"].distance_m, people, facilities, places["drive"].distance_m, case.travel.snap_max_m, notes)
    tell_on_fast(networks["drive"], cells["drive"], people, notes)
    tell_foot_boats(networks, cells["walk"], people, notes)
    return RoadRuler(networks, cells, places, facilities)


def modes_of(rules: Travel) -> tuple[Mode, ...]:
    """Return what is measured: by car, to primary care ("walk", whatever takes people there), and by ambulance where it is asked for."""
    return (*MODES, "ambulance") if rules.emergency_by == "ambulance" else MODES


def make_network(roads: gpd.GeoDataFrame, rules: Travel, mode: Mode) -> RoadNetwork:
    """Return the roads as one of `modes_of` sees them, by car in the period of the rules."""
    if mode == "walk" and rules.primary_by == "walk":
        return RoadNetwork.from_roads(
            roads,
            mode="walk",
            speeds=walk_speeds(rules.walk_kmh),
            ferry_wait_min=rules.ferry_wait_min,
            ferry_waits=rules.ferry_waits,
        )
    by: Mode = (
        rules.primary_by if mode == "walk" else "drive_peak" if mode == "drive" and rules.period == "peak" else mode
    )
    own = {
        "drive_peak": rules.peak_kmh,
        "ambulance": rules.ambulance_kmh,
        "ebike": rules.ebike_kmh,
        "bike": rules.bike_kmh,
    }
    on_bike = by in ("bike", "ebike")
    of_cars = {} if on_bike else speeds_after_car(by, rules.drive_kmh)
    delay = rules.peak_junction_delay_s if by == "drive_peak" else None
    return RoadNetwork.from_roads(
        roads,
        mode=by,
        speeds={**of_cars, **own.get(by, {})},
        junction_delay_s=0.0 if on_bike else rules.junction_delay_s if delay is None else delay,
        ferry_wait_min=rules.ferry_wait_min,
        posted_limits=rules.posted_limits,
        ferry_waits=rules.ferry_waits,
    )


def snap_to(network: RoadNetwork, xy: Floats, layers: Layers, case: Case) -> Snaps:
    """Return points on a network, never across a barrier; walkers come to their road on foot."""
    rules = case.travel
    on_foot = network.priced is not None and network.priced.rules.mode == "walk"
    return snap_points(
        network,
        xy,
        access_kmh=rules.walk_kmh if on_foot else rules.access_kmh,
        access_detour=rules.access_detour,
        max_m=rules.snap_max_m,
        barriers=layers.barriers.geometry.array if len(layers.barriers) else None,
    )


def _least(minutes: Floats, n: int) -> tuple[Floats, Ints]:
    """Return the `n` least of each row and their positions (-1 where inf), the earlier first where equal."""
    order = np.argsort(minutes, axis=1, kind="stable")[:, :n]
    order = np.pad(order, ((0, 0), (0, n - order.shape[1])), constant_values=-1)
    values = np.where(order >= 0, np.take_along_axis(minutes, np.maximum(order, 0), axis=1), np.inf)
    return values, np.where(np.isfinite(values), order, -1)


def _xy(frame: gpd.GeoDataFrame) -> Floats:
    return np.asarray(shapely.get_coordinates(frame.geometry.array), dtype=np.float64)
