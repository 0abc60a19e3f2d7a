"""What happens when a lead is lost or roads are closed (R-67): who is cut off, who goes where, which beds are left.

Nothing is measured here: losses of leads follow from minutes at hand, disasters from the times under each scenario. People
stay with their own lead as long as it stands and they can reach it; else they go to the nearest other lead that they can reach.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from gridplan.case.case import Case
from gridplan.case.sections import Scenario
from gridplan.ground.access.minutes import TravelTimes
from gridplan.ground.city_and_counties import limit_of_unit
from gridplan.layers.layers import Layers
from gridplan.solver.assignment import Assignment
from gridplan.words.annex_tables import make_annex
from gridplan.words.vocabulary import HOSPITAL_KINDS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

LONGER_MIN = 0.1
"""Minutes, on average over a unit, from which its way counts as longer (D: what is shown)."""
Row = dict[str, Any]


@dataclass(frozen=True, eq=False)
class _Ground:
    """A plan as arrays over cells: people, unit, own lead (column; -1: none), and the limit of access where they live."""

    layers: Layers
    travel: TravelTimes
    assignment: Assignment
    leads: list[str]
    people: Floats
    unit: Ints
    own: Ints
    limit_min: Floats

    def to_leads(self, travel: TravelTimes) -> Floats:
        """Return minutes (cells, leads)."""
        return travel.cell_minutes[:, [travel.sites.index(lead) for lead in self.leads]]

    def nearest(self, travel: TravelTimes, group: str) -> Floats:
        """Return minutes to the nearest facility of a group, inf where there is none."""
        frame = travel.nearest_drive
        return frame[group].to_numpy(float) if group in frame else np.full(len(self.people), np.inf)

    def name(self, lead: str) -> str:
        """Return the name of a lead."""
        return str(self.layers.facilities["name"].get(lead, lead))

    def grid_of_cell(self) -> NDArray[np.object_]:
        """Return the grid of each cell, "" for none."""
        grid = self.assignment.grid_of_unit.reindex(self.layers.units.index).fillna("").to_numpy(object)
        return np.asarray(grid[self.unit], dtype=object)


def draw_up_resilience(
    layers: Layers, travel: TravelTimes, assignment: Assignment, case: Case
) -> dict[str, pd.DataFrame]:
    """Return the annexes of rule R-67: losses of leads, disasters, the units they affect, closed roads, where people go.

    Parameters
    ----------
    layers : with cells and facilities placed in units.
    travel : to all leads of the plan; `what_if` holds the times under the scenarios.
    assignment : lead of each unit; case : its scenarios and the limit T of access.
    """
    ground = _survey(layers, travel, assignment, case)
    losses, moved = _lose_each_lead(ground)
    disasters, units, closed = [], [], []
    for scenario in case.scenarios:
        if scenario.changes or scenario.name not in travel.what_if:
            continue
        summary, affected, flows = _strike(ground, scenario)
        disasters.append(summary)
        units += affected
        moved += flows
        closed += list(_closed_roads(layers, scenario))
    crs = layers.units.crs
    annexes = {
        "lead_losses": make_annex("lead_losses", losses),
        "disasters": make_annex("disasters", disasters),
        "disaster_units": make_annex("disaster_units", units, crs=crs),
        "closed_roads": make_annex("closed_roads", closed, crs=crs),
        "redirected": make_annex("redirected", moved),
    }
    return {name: frame for name, frame in annexes.items() if len(frame)}


def _survey(layers: Layers, travel: TravelTimes, assignment: Assignment, case: Case) -> _Ground:
    leads = list(dict.fromkeys(str(lead) for lead in assignment.lead_of_grid))
    unit = layers.units.index.get_indexer(pd.Index(layers.cells["unit_id"]))
    lead_of_unit = assignment.lead_of_unit.reindex(layers.units.index).fillna("").to_numpy(object)
    own = pd.Index(leads).get_indexer(pd.Index(lead_of_unit))[unit]
    people = layers.cells["population"].to_numpy(float)
    limit_min = limit_of_unit(layers.units, case).to_numpy(float)[unit]
    return _Ground(layers, travel, assignment, leads, people, unit, own, limit_min)


def _lose_each_lead(ground: _Ground) -> tuple[list[Row], list[Row]]:
    """Return a row for each lead lost, and where its residents go."""
    minutes, people = ground.to_leads(ground.travel), ground.people
    before_ed = ground.nearest(ground.travel, "ed")
    beds = _beds(ground)
    losses, moved = [], []
    for column, lead in enumerate(ground.leads):
        own = ground.own == column
        others = minutes.copy()
        others[:, column] = np.inf
        goes_to, then = _nearest_lead(others)
        reached = own & (goes_to >= 0)
        after_ed = _without(ground.travel.next_ed, before_ed, lead)
        own_beds = beds[ground.layers.facilities.index == lead].sum()
        grids = ground.assignment.lead_of_grid.index[ground.assignment.lead_of_grid == lead]
        home = ground.layers.facilities["unit_id"].map(ground.assignment.grid_of_unit)
        losses.append(
            {
                "lead_id": lead,
                "lead_name": ground.name(lead),
                "residents": people[own].sum(),
                "minutes_before": _mean(minutes[own, column], people[own]),
                "minutes_after": _mean(then[own], people[own]),
                "no_other_lead": people[own & ~reached].sum(),
                "ed_beyond_before": people[before_ed > ground.limit_min].sum(),
                "ed_beyond_after": people[after_ed > ground.limit_min].sum(),
                "beds_per_1000_before": _rate(np.nansum(beds), people.sum(), beds),
                "beds_per_1000_after": _rate(np.nansum(beds) - np.nan_to_num(own_beds), people.sum(), beds),
                "grid_beds_per_1000_after": _rate(
                    np.nansum(beds[home.isin(grids).to_numpy(bool)]) - np.nan_to_num(own_beds), people[own].sum(), beds
                ),
                **_partner(ground, lead),
            }
        )
        moved += _flows(ground, "lead_lost", ground.name(lead), own, goes_to, then)
    return losses, moved


def _without(next_ed: pd.DataFrame, minutes: Floats, lead: str) -> Floats:
    """Return minutes to the nearest emergency department other than the lead's."""
    if "next" not in next_ed:
        return minutes
    return np.where((next_ed["nearest_id"] == lead).to_numpy(bool), next_ed["next"].to_numpy(float), minutes)


def _nearest_lead(minutes: Floats) -> tuple[Ints, Floats]:
    """Return the column of the nearest lead of each cell (-1: none can be reached) and its minutes."""
    if not minutes.shape[1]:
        return np.full(len(minutes), -1), np.full(len(minutes), np.inf)
    best = minutes.argmin(axis=1)
    least = minutes[np.arange(len(minutes)), best]
    return np.where(np.isfinite(least), best, -1), least


def _partner(ground: _Ground, lead: str) -> Row:
    """Return the other lead that is nearest there and back; empty where none can be reached both ways."""
    between, others = ground.travel.between.minutes, [other for other in ground.leads if other != lead]
    nobody = {"partner_id": "", "partner_name": "", "minutes_to_partner": np.nan, "minutes_from_partner": np.nan}
    if not others or not {lead, *others} <= {*between.columns}:
        return nobody
    there, back = between.loc[lead, others].to_numpy(float), between.loc[others, lead].to_numpy(float)
    best = int((there + back).argmin())
    if not np.isfinite(there[best] + back[best]):
        return nobody
    return {
        "partner_id": others[best],
        "partner_name": ground.name(others[best]),
        "minutes_to_partner": there[best],
        "minutes_from_partner": back[best],
    }


def _strike(ground: _Ground, scenario: Scenario) -> tuple[Row, list[Row], list[Row]]:
    """Return the figures of a disaster for the whole plan, for each unit it affects, and where people go."""
    people, then = ground.people, ground.travel.what_if[scenario.name]
    before, after = ground.to_leads(ground.travel), ground.to_leads(then)
    rows = np.arange(len(people))
    has_lead = ground.own >= 0
    own_before = np.where(has_lead, before[rows, ground.own], np.inf)
    own_after = np.where(has_lead, after[rows, ground.own], np.inf)
    nearest, least = _nearest_lead(after)
    stays = np.isfinite(own_after)
    goes_to, minutes = np.where(stays, ground.own, nearest), np.where(stays, own_after, least)
    cut = {name: ~np.isfinite(ground.nearest(times, "hospital")) for name, times in _pair(ground, then)}
    ed = {name: ground.nearest(times, "ed") for name, times in _pair(ground, then)}
    beds, lost = _beds(ground), ground.layers.facilities.index.isin(scenario.facilities_lost)
    moved = has_lead & (goes_to >= 0) & (goes_to != ground.own)
    held_up = has_lead & (goes_to < 0) & np.isfinite(own_before)
    still = np.where(np.isfinite(minutes), own_before, np.inf)
    summary = {
        "scenario": scenario.name,
        "facilities_lost": ", ".join(map(ground.name, scenario.facilities_lost)),
        "cut_off_before": people[cut["before"]].sum(),
        "cut_off_after": people[cut["after"]].sum(),
        "off_lead_before": people[~np.isfinite(own_before)].sum(),
        "off_lead_after": people[~stays].sum(),
        "elsewhere": people[moved].sum(),
        "minutes_before": _mean(still, people),
        "minutes_after": _mean(minutes, people),
        "within_before": _share(own_before <= ground.limit_min, people),
        "within_after": _share(minutes <= ground.limit_min, people),
        "ed_beyond_before": people[ed["before"] > ground.limit_min].sum(),
        "ed_beyond_after": people[ed["after"] > ground.limit_min].sum(),
        "beds_per_1000_before": _rate(np.nansum(beds), people.sum(), beds),
        "beds_per_1000_after": _rate(np.nansum(beds[~lost]), people.sum(), beds),
    }
    cells = pd.DataFrame(
        {
            "people": people,
            "cut_off": cut["after"],
            "newly_cut": cut["after"] & ~cut["before"],
            "off_lead": ~stays,
            "moved": moved,
            "goes_to": goes_to,
            "minutes_before": still,
            "minutes_after": minutes,
            "ed_minutes_before": np.where(np.isfinite(ed["after"]), ed["before"], np.inf),
            "ed_minutes_after": ed["after"],
        }
    )
    affected = list(_affected_units(ground, scenario, cells))
    flows = _flows(ground, "disaster", scenario.name, moved | held_up, goes_to, minutes)
    return summary, affected, flows


def _pair(ground: _Ground, then: TravelTimes) -> tuple[tuple[str, TravelTimes], ...]:
    return ("before", ground.travel), ("after", then)


def _affected_units(ground: _Ground, scenario: Scenario, cells: pd.DataFrame) -> Iterator[Row]:
    units, grid = ground.layers.units, ground.assignment.grid_of_unit
    values = {name: cells[name].to_numpy() for name in cells.columns}
    for unit, rows in _cells_by_unit(ground.unit):
        people = values["people"][rows]
        total = people.sum()
        held = {name: people[values[name][rows]].sum() for name in ("cut_off", "newly_cut", "off_lead", "moved")}
        times = {name: _mean(values[name][rows], people) for name in cells.columns[-4:]}
        later = times["minutes_after"] - times["minutes_before"] >= LONGER_MIN
        if total <= 0 or not (held["newly_cut"] or held["moved"] or later):
            continue
        unit_id = str(units.index[unit])
        most = int(str(cells["people"].iloc[rows].groupby(cells["goes_to"].iloc[rows]).sum().idxmax()))
        yield {
            "scenario": scenario.name,
            "unit_id": unit_id,
            "unit_name": units["name"].iloc[unit],
            "grid_id": grid.get(unit_id, ""),
            "effect": "cut_off"
            if held["newly_cut"] > total / 2
            else "elsewhere"
            if held["moved"] > total / 2
            else "longer",
            "residents": total,
            "cut_off": held["cut_off"],
            "off_lead": held["off_lead"],
            "goes_to": ground.name(ground.leads[most]) if most >= 0 else "",
            **times,
            "geometry": units.geometry.iloc[unit],
        }


def _cells_by_unit(unit_of_cell: Ints) -> Iterator[tuple[int, Ints]]:
    """Give each unit that has cells, in order, with their positions."""
    order = np.argsort(unit_of_cell, kind="stable")
    units, first = np.unique(unit_of_cell[order], return_index=True)
    yield from zip(units.tolist(), np.split(order, first[1:]), strict=True)


def _flows(
    ground: _Ground, event: str, name: str, moving: NDArray[np.bool_], goes_to: Ints, minutes: Floats
) -> list[Row]:
    """Return how many of the moving people of each grid go to each lead, and those who reach none."""
    table = pd.DataFrame({"grid": ground.grid_of_cell(), "to": goes_to, "people": ground.people, "minutes": minutes})[
        moving
    ]
    rows = []
    for key, part in table.groupby(["grid", "to"], sort=True):
        grid, to = key[0], int(str(key[1]))
        residents = float(part["people"].sum())
        if residents > 0:
            lead = ground.leads[to] if to >= 0 else ""
            mean = _mean(part["minutes"].to_numpy(float), part["people"].to_numpy(float))
            rows.append(
                {
                    "event": event,
                    "name": name,
                    "grid_id": grid,
                    "to_id": lead,
                    "to_name": ground.name(lead) if lead else "",
                    "residents": residents,
                    "minutes": mean,
                }
            )
    return rows


def _closed_roads(layers: Layers, scenario: Scenario) -> Iterator[Row]:
    closed = layers.closures.get(scenario.name)
    if closed is None:
        return
    for (name, road_class), rows in closed.groupby(["name", "road_class"], sort=True):
        lines = shapely.multilinestrings(shapely.get_parts(np.asarray(rows.geometry.array, dtype=object)))
        yield {"scenario": scenario.name, "name": name, "road_class": road_class, "geometry": lines}


def _beds(ground: _Ground) -> Floats:
    """Return beds of the hospitals inside the area, 0 for other facilities, NaN where not told."""
    facilities = ground.layers.facilities
    inside = facilities["kind"].isin(HOSPITAL_KINDS) & (facilities["unit_id"] != "")
    return facilities["beds"].where(inside, 0.0).to_numpy(float)


def _rate(beds: float, people: float, told: Floats) -> float:
    return float(beds / people * 1000) if people > 0 and np.nansum(told) > 0 else float("nan")


def _mean(minutes: Floats, people: Floats) -> float:
    """Return the mean over the people who get there; NaN if nobody does."""
    reach = np.isfinite(minutes) & (people > 0)
    total = people[reach].sum()
    return float((people[reach] * minutes[reach]).sum() / total) if total > 0 else float("nan")


def _share(mask: NDArray[np.bool_], people: Floats) -> float:
    return float(people[mask].sum() / people.sum()) if people.sum() > 0 else 0.0
