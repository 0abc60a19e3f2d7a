"""Access times of a plan: from every cell to every candidate site, and to the nearest facility of each kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from gridplan.case import Case
from gridplan.errors import InputProblem
from gridplan.layers import Layers
from gridplan.scopes import limit_of_unit
from gridplan.text import Text
from gridplan.travel.between import Between, between_of, host_ids, on_roads
from gridplan.vocabulary import HOSPITAL_KINDS, PRIMARY_KINDS

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from gridplan.travel.network import RoadNetwork
    from gridplan.travel.snapping import Snaps
    from gridplan.travel.speeds import Mode

    Floats = NDArray[np.float64]
    Measured = tuple[Floats, dict[str, Floats], dict[str, Floats], Between]


MODES: tuple[Mode, ...] = ("drive", "walk")


@dataclass(frozen=True, eq=False)
class TravelTimes:
    """Minutes of access; inf where unreachable.

    - sites: m facility ids of candidate sites
    - cell_minutes: (n_cells, m) drive minutes; cells in the order of `layers.cells`
    - unit_minutes, unit_share: frames, index unit_id, a column a site: population-weighted mean minutes over the people
      who can reach it, and share of people within the limit that holds where they live
    - nearest_drive, nearest_walk: frames on the cells' index, a column a group of facilities that exists: each kind,
      "primary" (primary care) and "ed" (hospitals with an emergency department)
    - notes: what was snapped from far away
    - between: minutes from every facility to those that may serve it
    """

    sites: tuple[str, ...]
    cell_minutes: Floats
    unit_minutes: pd.DataFrame
    unit_share: pd.DataFrame
    nearest_drive: pd.DataFrame
    nearest_walk: pd.DataFrame
    notes: tuple[InputProblem, ...] = ()
    between: Between = field(default_factory=Between)


def measure_travel(layers: Layers, case: Case, sites: list[str]) -> TravelTimes:
    """Measure the minutes from every cell to the candidate sites and to the nearest facility of each kind.

    Parameters
    ----------
    layers : with cells placed in units.
    case : says the source (roads, table, straight line), speeds and limits.
    sites : facility ids of candidate sites.
    """
    facilities = layers.facilities[layers.facilities["unit_id"] != ""]
    groups = facility_groups(facilities)
    hosts = host_ids(facilities, sites, layers.records)
    notes: list[InputProblem] = []
    if case.travel.source == "roads":
        cell_minutes, drive, walk, between = _on_roads(layers, case, facilities, sites, hosts, groups, notes)
    elif case.travel.source == "table":
        cell_minutes, drive, walk, between = _from_table(layers, facilities, sites, hosts, groups)
    else:
        cell_minutes, drive, walk, between = _straight(layers, case, facilities, sites, hosts, groups)
    limit_min = layers.cells["unit_id"].map(limit_of_unit(layers.units, case)).to_numpy(float)
    unit_minutes, unit_share = summarise(layers.cells, layers.units.index, cell_minutes, limit_min)
    columns = pd.Index(sites, name="lead_id")
    index = layers.cells.index
    return TravelTimes(
        sites=tuple(sites),
        cell_minutes=cell_minutes,
        unit_minutes=pd.DataFrame(unit_minutes, index=layers.units.index, columns=columns),
        unit_share=pd.DataFrame(unit_share, index=layers.units.index, columns=columns),
        nearest_drive=pd.DataFrame(drive, index=index),
        nearest_walk=pd.DataFrame(walk, index=index),
        notes=tuple(notes),
        between=between,
    )


def facility_groups(facilities: gpd.GeoDataFrame) -> dict[str, list[str]]:
    """Return the facility ids of each group that has any: every kind, "primary", "ed".

    Where no facility tells of services, hospitals of level 2 and 3 count as having an emergency department.
    """
    kinds = {str(kind): list(rows.index) for kind, rows in facilities.groupby("kind")}
    hospitals = facilities[facilities["kind"].isin(HOSPITAL_KINDS)]
    told = hospitals["services"].ne("").any()
    emergency = hospitals["services"].str.split(";").map(lambda keys: "ed" in keys) if told else hospitals["level"] >= 2
    groups = {
        **kinds,
        "primary": list(facilities.index[facilities["kind"].isin(PRIMARY_KINDS)]),
        "ed": list(hospitals.index[emergency]),
    }
    return {name: ids for name, ids in groups.items() if ids}


def summarise(
    cells: gpd.GeoDataFrame, unit_ids: pd.Index, cell_minutes: Floats, limit_min: float | Floats
) -> tuple[Floats, Floats]:
    """Return (n_units, m) population-weighted mean minutes over the people who can reach a site, and shares within the limit.

    The limit is one for all cells or one a cell.

    A unit whose cells hold nobody weighs its cells alike. A unit is unreachable (inf) only if all of it is.
    """
    unit = unit_ids.get_indexer(cells["unit_id"])
    people = cells["population"].to_numpy(float)
    empty = np.bincount(unit, weights=people, minlength=len(unit_ids)) <= 0
    weight = np.where(empty[unit], 1.0, people)
    total = np.bincount(unit, weights=weight, minlength=len(unit_ids))
    means, shares = (
        np.full((len(unit_ids), cell_minutes.shape[1]), np.inf),
        np.zeros((len(unit_ids), cell_minutes.shape[1])),
    )
    for j in range(cell_minutes.shape[1]):
        minutes = cell_minutes[:, j]
        reach = np.isfinite(minutes)
        able = np.bincount(unit[reach], weights=weight[reach], minlength=len(unit_ids))
        spent = np.bincount(
            unit[reach], weights=(weight * np.where(reach, minutes, 0.0))[reach], minlength=len(unit_ids)
        )
        means[able > 0, j] = spent[able > 0] / able[able > 0]
        near = minutes <= limit_min
        shares[:, j] = np.bincount(unit[near], weights=weight[near], minlength=len(unit_ids)) / np.where(
            total > 0, total, 1.0
        )
    return means, shares


def _on_roads(
    layers: Layers,
    case: Case,
    facilities: gpd.GeoDataFrame,
    sites: list[str],
    hosts: list[str],
    groups: dict[str, list[str]],
    notes: list[InputProblem],
) -> Measured:
    cell_minutes, between = np.zeros((len(layers.cells), 0)), Between()
    nearest: dict[str, dict[str, Floats]] = {}
    for mode in MODES:
        network, cells, places = _snap_all(layers, case, facilities, mode)
        if mode == "drive":
            people = layers.cells["population"].to_numpy(float)
            _tell_far(cells.distance_m, people, facilities, places.distance_m, case.travel.snap_max_m, notes)
            cell_minutes = network.table(cells, places.take(facilities.index.get_indexer(sites)))
            between = on_roads(network, facilities, places, hosts)
        nearest[mode] = {
            name: network.nearest_snapped(cells, places.take(facilities.index.get_indexer(ids)))[0][:, 0]
            for name, ids in groups.items()
        }
    return cell_minutes, nearest["drive"], nearest["walk"], between


def _snap_all(layers: Layers, case: Case, facilities: gpd.GeoDataFrame, mode: Mode) -> tuple[RoadNetwork, Snaps, Snaps]:
    """Return the network of a mode with all cells and all facilities snapped to it, never across a barrier."""
    from gridplan.travel.network import RoadNetwork
    from gridplan.travel.speeds import default_speeds

    rules = case.travel
    speeds = dict(rules.drive_kmh) if mode == "drive" else dict.fromkeys(default_speeds("walk"), rules.walk_kmh)
    network = RoadNetwork.from_roads(layers.roads, mode=mode, speeds=speeds, ferry_wait_min=rules.ferry_wait_min)
    access_kmh = rules.access_kmh if mode == "drive" else rules.walk_kmh
    barriers = layers.barriers.geometry.array if len(layers.barriers) else None
    cells, places = (
        network.snap(
            _xy(frame),
            access_kmh=access_kmh,
            access_detour=rules.access_detour,
            max_m=rules.snap_max_m,
            barriers=barriers,
        )
        for frame in (layers.cells, facilities)
    )
    return network, cells, places


def _from_table(
    layers: Layers, facilities: gpd.GeoDataFrame, sites: list[str], hosts: list[str], groups: Mapping[str, list[str]]
) -> Measured:
    given = layers.travel_table.reindex(columns=facilities.index.astype(str)).astype(float)
    table = given.reindex(layers.cells["unit_id"]).fillna(np.inf)
    drive = {name: table[ids].min(axis=1).to_numpy() for name, ids in groups.items()}
    between = given[hosts].reindex(facilities["unit_id"]).fillna(np.inf).to_numpy()
    between[facilities.index.get_indexer(pd.Index(hosts)), np.arange(len(hosts))] = 0.0
    no_ferry = np.zeros(between.shape, dtype=bool)
    return table[sites].to_numpy(), drive, {}, between_of(facilities.index, hosts, between, no_ferry)


def _straight(
    layers: Layers,
    case: Case,
    facilities: gpd.GeoDataFrame,
    sites: list[str],
    hosts: list[str],
    groups: Mapping[str, list[str]],
) -> Measured:
    cells, places = (np.asarray(frame.geometry.array, dtype=object) for frame in (layers.cells, facilities))
    metres_per_min = {"drive": case.travel.straight_line_kmh, "walk": case.travel.walk_kmh}

    def minutes(ids: list[str], mode: str, start: Any = cells) -> Floats:
        ends = np.asarray(facilities.geometry.loc[ids].array, dtype=object)
        distance = shapely.distance(start[:, None], ends[None, :]) * case.travel.detour_factor
        return distance / (metres_per_min[mode] * 1000 / 60)

    drive = {name: minutes(ids, "drive").min(axis=1) for name, ids in groups.items()}
    walk = {name: minutes(ids, "walk").min(axis=1) for name, ids in groups.items()}
    between = minutes(hosts, "drive", places)
    no_ferry = np.zeros(between.shape, dtype=bool)
    return minutes(sites, "drive"), drive, walk, between_of(facilities.index, hosts, between, no_ferry)


def _xy(frame: gpd.GeoDataFrame) -> Floats:
    return np.asarray(shapely.get_coordinates(frame.geometry.array), dtype=np.float64)


def _tell_far(
    cell_m: Floats,
    people: Floats,
    facilities: gpd.GeoDataFrame,
    place_m: Floats,
    limit_m: float,
    notes: list[InputProblem],
) -> None:
    far = cell_m > limit_m
    if far.any():
        notes.append(
            InputProblem(
                "warning",
                Text(zh=f"离道路不超过 {limit_m:,.0f} 米的居民点", en=f"residents within {limit_m:,.0f} m of a road"),
                Text(
                    zh=f"{people[far].sum():,.0f} 人更远（最远 {cell_m.max():,.0f} 米）",
                    en=f"{people[far].sum():,.0f} people farther away (up to {cell_m.max():,.0f} m)",
                ),
                Text(zh="核对道路图层是否完整。", en="See whether the road layer is complete."),
                field="roads",
            )
        )
    far = place_m > limit_m
    if far.any():
        names = tuple(facilities["name"][far].head(5))
        notes.append(
            InputProblem(
                "warning",
                Text(zh=f"离道路不超过 {limit_m:,.0f} 米的机构", en=f"facilities within {limit_m:,.0f} m of a road"),
                Text(
                    zh=f"{int(far.sum())} 家更远（{'、'.join(names)}）",
                    en=f"{int(far.sum())} farther away ({', '.join(names)})",
                ),
                Text(zh="核对它们的坐标。", en="Check their coordinates."),
                field="facilities",
                values=names,
            )
        )
