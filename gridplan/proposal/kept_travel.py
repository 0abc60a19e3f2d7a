"""Travel times kept in a proposal: the tables `cells` and `minutes`, and the grammar of their columns, written and read side by side.

With them a changed plan is scored again exactly, without roads. Columns of the cells: "site:<lead_id>" (drive, every candidate
site), "drive:<group>" and "walk:<group>" (to the nearest of a group), "ed:<...>" (the emergency department after the nearest),
"hospital:<facility_id>" (drive, other hospitals), and "what_if:<number>:<column>": the same under a scenario of the case, by
its place in the case, `AS_USUAL` where nothing differs. Where buses are given, "foot:<lead_id>" and "bus:<lead_id>" have the minutes
without a car.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridplan.ground.access.between import Between
from gridplan.ground.access.minutes import ShareRanges, TravelTimes, summarise
from gridplan.ground.access.pairs import pairs_table, pivot_pairs
from gridplan.ground.city_and_counties import limit_of_unit
from gridplan.proposal.frames import in_format

if TYPE_CHECKING:
    import geopandas as gpd

    from gridplan.grids.plan import Plan
    from gridplan.proposal.proposal import Proposal

_SITE, _DRIVE, _WALK, _EMERGENCY, _HOSPITAL = "site:", "drive:", "walk:", "ed:", "hospital:"
_FOOT, _BUS = "foot:", "bus:"
KEPT_NEAREST = ((_DRIVE, "ed"), (_DRIVE, "hospital"), (_WALK, "primary"))
"""Groups of nearest facilities, by mode, whose minutes rules and scores read."""
AS_USUAL = -1.0
"""Minutes of a cell under a scenario that are those of every day."""


def site_column(site: str) -> str:
    """Return the name of the column of the cells that holds the minutes to a candidate site."""
    return f"{_SITE}{site}"


def _under(number: int) -> str:
    return f"what_if:{number}:"


def cells_table(plan: Plan) -> pd.DataFrame:
    """Return the cells of a plan, without where they are: unit_id, population, and minutes (inf where unreachable) by the grammar."""
    cells, travel = plan.layers.cells, plan.travel
    usual = _told(travel)
    columns = {"unit_id": cells["unit_id"].to_numpy(object), "population": cells["population"].to_numpy(float), **usual}
    columns |= {f"{_EMERGENCY}{name}": travel.next_ed[name].to_numpy() for name in travel.next_ed}
    for prefix, frame in ((_FOOT, travel.on_foot), (_BUS, travel.by_bus)):
        columns |= {f"{prefix}{name}": frame[name].to_numpy(float) for name in frame}
    nowhere = dict.fromkeys(usual, np.full(len(cells), np.inf))
    for number, scenario in enumerate(plan.case.scenarios):
        if scenario.name in travel.what_if:
            then = {**nowhere, **_told(travel.what_if[scenario.name])}
            told = {name: np.where(then[name] == usual.get(name), AS_USUAL, then[name]) for name in then}
            changed = {name: values for name, values in told.items() if (values != AS_USUAL).any()}
            columns |= {f"{_under(number)}{name}": values for name, values in changed.items()}
    return pd.DataFrame(columns)


def _told(travel: TravelTimes) -> dict[str, np.ndarray]:
    columns = {site_column(site): travel.cell_minutes[:, j] for j, site in enumerate(travel.sites)}
    for mode, group in KEPT_NEAREST:
        nearest = travel.nearest_drive if mode == _DRIVE else travel.nearest_walk
        if group in nearest:
            columns[f"{mode}{group}"] = nearest[group].to_numpy(float)
    columns |= {f"{_HOSPITAL}{name}": travel.to_others[name].to_numpy(float) for name in travel.to_others}
    return columns


def minutes_table(travel: TravelTimes) -> pd.DataFrame:
    """Return one row a unit and candidate site: unit_id, lead_id, minutes, share_within and its range."""
    frames = {"minutes": travel.unit_minutes, "share_within": travel.unit_share}
    if travel.ranges is not None:
        frames |= {"share_within_low": travel.ranges.low, "share_within_high": travel.ranges.high}
    named = {name: frame.rename_axis(index="unit_id", columns="lead_id") for name, frame in frames.items()}
    return in_format(pairs_table(named), "minutes")


def times_kept(
    proposal: Proposal,
    *,
    sites: list[str] | None = None,
    isochrones: gpd.GeoDataFrame | None = None,
    entries: gpd.GeoDataFrame | None = None,
) -> TravelTimes:
    """Return the travel times of a proposal, to all candidate sites or to `sites` among them.

    Raises
    ------
    LayerError
        If the table of minutes lacks or repeats a pair of unit and site.
    """
    cells, table = proposal.cells, proposal.minutes
    values = ("minutes", "share_within", "share_within_low", "share_within_high")
    kept = pivot_pairs(table, ("unit_id", "lead_id"), values, rows=proposal.units.index)
    wanted = list(kept["minutes"].columns) if sites is None else sites
    times = TravelTimes(
        sites=tuple(wanted),
        cell_minutes=cells[[site_column(site) for site in wanted]].to_numpy(float),
        unit_minutes=kept["minutes"][wanted],
        unit_share=kept["share_within"][wanted],
        nearest_drive=_read(cells, _DRIVE),
        nearest_walk=_read(cells, _WALK),
        between=Between.from_table(proposal.facility_minutes),
        next_ed=_read(cells, _EMERGENCY),
        isochrones=isochrones,
        entries=entries,
        to_others=_read(cells, _HOSPITAL),
        on_foot=_read(cells, _FOOT),
        by_bus=_read(cells, _BUS),
        ranges=_ranges_kept(proposal, kept["share_within_low"][wanted], kept["share_within_high"][wanted]),
    )
    return replace(times, what_if=_under_scenarios(proposal, times))


def _ranges_kept(proposal: Proposal, low: pd.DataFrame, high: pd.DataFrame) -> ShareRanges | None:
    """Return the shares at other speeds; None of a proposal of the first format, which has none."""
    if low.isna().to_numpy().any():
        return None
    return ShareRanges(low, high, 1.0 + proposal.case.firmness.speed_range)


def _under_scenarios(proposal: Proposal, times: TravelTimes) -> Mapping[str, TravelTimes]:
    """Return the times under the scenarios that were measured."""
    by_roads = proposal.case.travel.source == "roads"
    measured = [
        (number, scenario)
        for number, scenario in enumerate(proposal.case.scenarios)
        if by_roads or not scenario.closes_roads
    ]
    return {scenario.name: _under_scenario(proposal, times, number) for number, scenario in measured}


def _under_scenario(proposal: Proposal, times: TravelTimes, number: int) -> TravelTimes:
    """Return the times under one scenario: those of its own columns, else the usual ones."""
    cells = proposal.cells
    limit_min = cells["unit_id"].map(limit_of_unit(proposal.units, proposal.case)).to_numpy(float)
    own = _read(cells, _under(number))
    usual = cells.reindex(columns=own.columns, fill_value=np.inf)
    merged = cells.assign(**{str(name): usual[name].where(own[name] == AS_USUAL, own[name]) for name in own})
    minutes = merged[[site_column(site) for site in times.sites]].to_numpy(float)
    index, columns = times.unit_minutes.index, times.unit_minutes.columns
    means, shares = summarise(merged, index, minutes, limit_min)
    return replace(
        times,
        cell_minutes=minutes,
        unit_minutes=pd.DataFrame(means, index=index, columns=columns),
        unit_share=pd.DataFrame(shares, index=index, columns=columns),
        nearest_drive=_read(merged, _DRIVE),
        nearest_walk=_read(merged, _WALK),
        to_others=_read(merged, _HOSPITAL),
        ranges=None,
    )


def _read(cells: pd.DataFrame, prefix: str) -> pd.DataFrame:
    names = [str(name) for name in cells.columns if str(name).startswith(prefix)]
    return cells[names].rename(columns=lambda name: str(name).removeprefix(prefix))
