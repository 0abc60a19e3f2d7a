"""Access times of a plan: from every cell to every candidate site, and to the nearest facility of each kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridplan.case.case import Case
from gridplan.case.sections import Scenario
from gridplan.ground.access.between import Between, host_ids
from gridplan.ground.access.road_pieces import examine_pieces
from gridplan.ground.access.rulers import MODES, RoadRuler, Ruler, make_ruler
from gridplan.ground.access.without_car import measure_without_car
from gridplan.ground.city_and_counties import limit_of_unit
from gridplan.layers.facilities.services import offers, tell_services
from gridplan.layers.layers import Layers
from gridplan.travel.isochrones import Canvas
from gridplan.words.errors import InputProblem
from gridplan.words.problems import Problems
from gridplan.words.vocabulary import HOSPITAL_KINDS, PRIMARY_KINDS

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from gridplan.travel.pieces import Pieces
    from gridplan.travel.speeds import Mode

    Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ShareRanges:
    """Shares of people within the limit if speeds are off as far as the case states (`firmness`): frames on units, a column a site.

    `low` and `high` have all speeds by car slowest and fastest at once: of given grids no other speeds within the ranges have a smaller
    or a larger share. `walk` is the factor on the speed on foot.
    """

    low: pd.DataFrame
    high: pd.DataFrame
    walk: float


@dataclass(frozen=True, eq=False)
class TravelTimes:
    """Minutes of access; inf where unreachable.

    - sites: m facility ids of candidate sites
    - cell_minutes: (n_cells, m) drive minutes; cells in the order of `layers.cells`
    - unit_minutes, unit_share: frames, index unit_id, a column a site: population-weighted mean minutes over the people
      who can reach it, and share of people within the limit that holds where they live
    - nearest_drive, nearest_walk: frames on the cells' index, a column a group of facilities that exists: each kind,
      "primary" (primary care), "ed" (hospitals with an emergency department; by ambulance where the case says so) and by car
      "hospital" (any); to walk is to ride an e-bike where the case says so
    - to_others: on the cells' index, drive minutes to the hospitals of level 2 and 3 that are no sites, a column each; inf beyond
      the longest limit of the rules that ask for them
    - notes: what was snapped from far away, or stands on roads that are cut off
    - ranges: shares within the limit at other speeds; None where nobody asked for them
    - on_foot, by_bus: on the cells' index, minutes to the sites without a car (`without_car.WithoutCar`); without columns where no
      buses are given
    - pieces: into how many pieces the roads fall, and how much stands on the largest; None where minutes are not those of roads
    - next_ed: on the cells' index: nearest_id, the nearest hospital with an emergency department ("" where none is reached), and
      `next`, drive minutes to the one after it; without columns where no such hospital is known
    - between: minutes from every facility to those that may serve it
    - what_if: the times under each scenario of the case, by its name: sites that are lost are unreachable (inf); nearest
      facilities are those of `SCENARIO_GROUPS`, `to_others` has hospitals that are new, the rest is as on every day. Scenarios that
      close roads are left out where roads are not known
    - isochrones: lead_id, minutes, geometry: from where each site is reached within half the limit and within the limit;
      None where there are no roads to draw them along
    - entries: on facility ids, where each enters the roads by car (`entries.find_entries`); None where there are no roads
    """

    sites: tuple[str, ...]
    cell_minutes: Floats
    unit_minutes: pd.DataFrame
    unit_share: pd.DataFrame
    nearest_drive: pd.DataFrame
    nearest_walk: pd.DataFrame
    notes: tuple[InputProblem, ...] = ()
    next_ed: pd.DataFrame = field(default_factory=pd.DataFrame)
    between: Between = field(default_factory=Between)
    what_if: Mapping[str, TravelTimes] = field(default_factory=dict)
    isochrones: gpd.GeoDataFrame | None = None
    to_others: pd.DataFrame = field(default_factory=pd.DataFrame)
    entries: gpd.GeoDataFrame | None = None
    pieces: Pieces | None = None
    ranges: ShareRanges | None = None
    on_foot: pd.DataFrame = field(default_factory=pd.DataFrame)
    by_bus: pd.DataFrame = field(default_factory=pd.DataFrame)

    def to_hospitals(self) -> tuple[pd.Index, Floats]:
        """Return the ids of the sites and of the other hospitals of level 2 and 3, and (n_cells, n) drive minutes to them."""
        ids = pd.Index([*self.sites, *self.to_others.columns], dtype=object)
        if self.to_others.columns.empty:
            return ids, self.cell_minutes
        return ids, np.hstack([self.cell_minutes, self.to_others.to_numpy(float)])


def measure_travel(layers: Layers, case: Case, sites: list[str], *, what_if: bool = True) -> TravelTimes:
    """Measure the minutes from every cell to the candidate sites and to the nearest facility of each kind.

    Parameters
    ----------
    layers : with cells placed in units.
    case : says the source (roads, table, straight line), speeds and limits.
    sites : facility ids of candidate sites.
    what_if : also measure the scenarios of the case and shares at other speeds, and draw isochrones, which a plan shows and no solver asks for.
    """
    facilities = layers.facilities[layers.facilities["unit_id"] != ""]
    ruler, notes = make_ruler(layers, case, facilities)
    pieces = None
    if isinstance(ruler, RoadRuler):
        pieces, apart = examine_pieces(ruler, layers.cells)
        notes = (*notes, *apart)
    times = summarise_units(layers, case, sites, ruler.to_sites(sites))
    off_roads = Problems()
    without_car = measure_without_car(layers, case, facilities, sites, off_roads)
    if without_car is not None:
        times = replace(times, on_foot=without_car.on_foot, by_bus=without_car.by_bus)
    times = replace(
        _with_nearest(
            times, ruler, layers.cells.index, facility_groups(facilities), emergency_by=case.travel.emergency_by
        ),
        notes=(*notes, *off_roads),
        between=ruler.between(host_ids(facilities, sites, layers.records)),
        to_others=_to_others(layers, case, sites, ruler),
        entries=ruler.entries() if isinstance(ruler, RoadRuler) else None,
        pieces=pieces,
    )
    if not what_if:
        return times
    times = replace(
        times,
        isochrones=_isochrones(ruler, layers, case, sites),
        ranges=_ranges(ruler, layers, case, sites),
    )
    return replace(times, what_if=_under_scenarios(times, ruler, layers, case))


def _ranges(ruler: Ruler, layers: Layers, case: Case, sites: list[str]) -> ShareRanges:
    """Return the shares at the slowest and at the fastest speeds that the case states: other weights on the same order."""
    factor = case.firmness.widest_factor(by_roads=isinstance(ruler, RoadRuler))
    low, high = (
        summarise_units(layers, case, sites, ruler.at_speeds(every, {}).to_sites(sites)).unit_share
        for every in (1.0 / factor, factor)
    )
    return ShareRanges(low, high, 1.0 + case.firmness.speed_range)


ISOCHRONE_CELLS = 500
"""Squares along the longer side of the area in which isochrones are drawn, none of them smaller than this (m)."""
LEAST_CELL_M = 25.0


def _isochrones(ruler: Ruler, layers: Layers, case: Case, sites: list[str]) -> gpd.GeoDataFrame | None:
    """Return the areas within half the limit and within the limit, as fine as a map of the whole area shows them."""
    if not isinstance(ruler, RoadRuler):
        return None
    west, south, east, north = layers.units.total_bounds
    rules = case.travel
    canvas = Canvas(
        cell_m=max(max(east - west, north - south) / ISOCHRONE_CELLS, LEAST_CELL_M),
        reach_m=rules.snap_max_m,
        access_kmh=rules.access_kmh,
        access_detour=rules.access_detour,
        area=layers.area,
        barriers=layers.barriers.geometry.array,
    )
    return ruler.isochrones(sites, [rules.limit_min / 2, rules.limit_min], canvas)


def _to_others(layers: Layers, case: Case, sites: list[str], ruler: Ruler) -> pd.DataFrame:
    """Return the minutes to the other hospitals as far as R-42 and R-65 ask for them, so that they take little room."""
    facilities = layers.facilities[layers.facilities["unit_id"] != ""]
    graded = facilities["kind"].isin(HOSPITAL_KINDS) & (facilities["level"] >= 2)
    others = [str(facility) for facility in facilities.index[graded] if facility not in sites]
    farthest = max(case.rules.choice_min, float(limit_of_unit(layers.units, case).max()))
    minutes = ruler.to_sites(others) if others else np.zeros((len(layers.cells), 0))
    return pd.DataFrame(np.where(minutes <= farthest, minutes, np.inf), index=layers.cells.index, columns=others)


def summarise_units(layers: Layers, case: Case, sites: list[str], cell_minutes: Floats) -> TravelTimes:
    """Return the minutes from cells to sites (n_cells, m) with what they are for the units, and nothing else measured."""
    index, columns = layers.units.index, pd.Index(sites, name="lead_id")
    limit_min = layers.cells["unit_id"].map(limit_of_unit(layers.units, case)).to_numpy(float)
    unit_minutes, unit_share = summarise(layers.cells, index, cell_minutes, limit_min)
    return TravelTimes(
        sites=tuple(sites),
        cell_minutes=cell_minutes,
        unit_minutes=pd.DataFrame(unit_minutes, index=index, columns=columns),
        unit_share=pd.DataFrame(unit_share, index=index, columns=columns),
        nearest_drive=pd.DataFrame(index=layers.cells.index),
        nearest_walk=pd.DataFrame(index=layers.cells.index),
    )


def _with_nearest(
    times: TravelTimes,
    ruler: Ruler,
    index: pd.Index,
    groups: Mapping[str, list[str]],
    only: Mapping[Mode, set[str]] | None = None,
    *,
    emergency_by: Mode,
) -> TravelTimes:
    """Return the times with the nearest facility of each group, or of the groups in `only`, by each mode."""
    nearest: dict[str, dict[str, Floats]] = {mode: {} for mode in MODES}
    next_ed = pd.DataFrame(index=index)
    for mode in MODES:
        for name, ids in groups.items():
            if only is not None and name not in only[mode]:
                continue
            two = mode == "drive" and name == "ed"
            found = ruler.nearest(ids, emergency_by if two else mode, n=2 if two else 1)
            if found is None:
                continue
            minutes, position = found
            nearest[mode][name] = minutes[:, 0]
            if two:
                who = np.array([*ids, ""], dtype=object)[position[:, 0]]
                next_ed = pd.DataFrame({"nearest_id": who, "next": minutes[:, 1]}, index=index)
    hospitals = [nearest["drive"][kind] for kind in HOSPITAL_KINDS if kind in nearest["drive"]]
    if hospitals:
        nearest["drive"]["hospital"] = np.minimum.reduce(hospitals)
    return replace(
        times,
        nearest_drive=pd.DataFrame(nearest["drive"], index=index),
        nearest_walk=pd.DataFrame(nearest["walk"], index=index),
        next_ed=next_ed,
    )


SCENARIO_GROUPS: dict[Mode, set[str]] = {"drive": {*HOSPITAL_KINDS, "ed"}, "walk": {"primary"}}
"""Groups whose nearest facility is measured again under a scenario."""


def _under_scenarios(times: TravelTimes, ruler: Ruler, layers: Layers, case: Case) -> dict[str, TravelTimes]:
    """Return the times under each scenario; one that closes roads is left out where minutes are not those of roads."""
    result = {}
    for scenario in case.scenarios:
        closed = layers.closures.get(scenario.name)
        if scenario.closes_roads and not (isinstance(ruler, RoadRuler) and closed is not None):
            continue
        here = ruler.closed(closed) if isinstance(ruler, RoadRuler) and closed is not None else ruler
        minutes = times.cell_minutes if here is ruler else here.to_sites(list(times.sites))
        lost = np.isin(times.sites, scenario.facilities_lost)
        changed = replace(layers, facilities=changed_facilities(layers.facilities, scenario))
        left = changed.facilities[changed.facilities["unit_id"] != ""].drop(
            index=list(scenario.facilities_lost), errors="ignore"
        )
        then = summarise_units(layers, case, list(times.sites), np.where(lost, np.inf, minutes))
        groups, index = facility_groups(left), layers.cells.index
        then = _with_nearest(then, here, index, groups, SCENARIO_GROUPS, emergency_by=case.travel.emergency_by)
        more = _to_others(changed, case, [*times.sites, *times.to_others], ruler)
        result[scenario.name] = replace(
            then,
            next_ed=times.next_ed,
            between=times.between,
            isochrones=times.isochrones,
            entries=times.entries,
            to_others=pd.concat([times.to_others, more], axis=1),
        )
    return result


def changed_facilities(facilities: gpd.GeoDataFrame, scenario: Scenario) -> gpd.GeoDataFrame:
    """Return the facilities with the kinds and services that a scenario gives them."""
    kind, services = facilities["kind"].copy(), facilities["services"].copy()
    for change in scenario.changes:
        if change.facility in facilities.index:
            kind[change.facility] = change.kind or kind[change.facility]
            services.at[change.facility] = services[change.facility] if change.services is None else change.services
    return facilities.assign(kind=kind, services=services)


def facility_groups(facilities: gpd.GeoDataFrame) -> dict[str, list[str]]:
    """Return the facility ids of each group that has any: every kind, "primary", "ed".

    Where no facility tells of services, hospitals of level 2 and 3 count as having an emergency department.
    """
    kinds = {str(kind): list(rows.index) for kind, rows in facilities.groupby("kind")}
    hospitals = facilities[facilities["kind"].isin(HOSPITAL_KINDS)]
    emergency = offers(hospitals, "ed") if tell_services(hospitals).any() else hospitals["level"] >= 2
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
