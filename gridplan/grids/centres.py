"""Shared centres: laboratory, imaging, ECG, pathology, sterile supply, and whom they serve (R-38)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gridplan.grids.members import grid_of_facility, hospital_of_site, in_group
from gridplan.grids.plan import Plan, once_a_plan
from gridplan.ground.access.between import Between
from gridplan.layers.facilities.services import offers
from gridplan.layers.records.records import CITY
from gridplan.words.vocabulary import HOSPITAL_KINDS

if TYPE_CHECKING:
    import geopandas as gpd

COLUMNS = ["kind", "facility_id", "host_grid", "serves", "status"]


def able_hosts(facilities: gpd.GeoDataFrame, members: pd.DataFrame) -> pd.Series:
    """Return which facilities may host a centre: member hospitals of level 2 and above, or of a level not told."""
    hospital = facilities["kind"].isin(HOSPITAL_KINDS) & ~facilities["level"].isin((0, 1))
    return hospital & in_group(members) & (facilities["unit_id"] != "")


def find_centres(
    facilities: gpd.GeoDataFrame, members: pd.DataFrame, declared: pd.DataFrame | None, kinds: tuple[str, ...]
) -> pd.DataFrame:
    """Return the centres there are: kind, facility_id, host_grid, serves (a grid_id or "city"), status.

    Status is "declared" for those of the record table, "existing" for the other hospitals of a group that tell the service:
    these serve their own grid. A health centre's own laboratory or ECG is no shared centre. Declared centres that serve the
    lead of no grid serve "" (nobody).

    Parameters
    ----------
    facilities, members : on one index; declared : `layers.records["centres"]`, if there is one; kinds : keys of `CENTRES`.
    """
    grid = grid_of_facility(members)
    hospital = hospital_of_site(facilities)
    leads = members.index[members["role"] == "lead"]
    grid_led = {str(hospital[lead]): str(grid[lead]) for lead in leads} | {str(lead): str(grid[lead]) for lead in leads}
    rows = []
    for row in () if declared is None else declared.itertuples():
        serves = CITY if row.serves == CITY else grid_led.get(str(row.serves), "")
        rows.append((row.kind, row.facility_id, grid.get(row.facility_id, ""), serves, "declared"))
    hosts = able_hosts(facilities, members)
    for kind in kinds:
        named = {facility for told, facility, *_ in rows if told == kind}
        able = facilities.index[hosts & offers(facilities, kind)]
        rows += [(kind, str(name), grid[name], grid[name], "existing") for name in able if name not in named]
    frame = pd.DataFrame(rows, columns=COLUMNS, dtype=object).drop_duplicates()
    return frame[frame["kind"].isin(kinds)].sort_values(COLUMNS, ignore_index=True)


def serving(centres: pd.DataFrame, grid_id: str) -> pd.DataFrame:
    """Return the centres that serve a grid: its own and those of the whole city."""
    return centres[centres["serves"].isin((grid_id, CITY))]


def served_people(hierarchy: pd.DataFrame, units: gpd.GeoDataFrame) -> pd.Series:
    """Return the residents that each responsible health centre serves, index facility_id; centres without any are left out.

    Parameters
    ----------
    hierarchy : of `sub_areas.build_hierarchy`; units : with population.
    """
    centre = hierarchy["centre_id"].where(hierarchy["centre_id"] != "")
    people = units["population"].astype(float).groupby(centre.reindex(units.index)).sum()
    return people[people > 0].sort_index()


def transport_minutes(hosts: Iterable[str], clients: list[str], between: Between) -> NDArray[np.float64]:
    """Return the minutes from each client to the nearest of the hosts; inf where none is reached."""
    hosts = [host for host in dict.fromkeys(hosts) if host in between.minutes.columns]
    known = between.minutes.reindex(clients)[hosts].to_numpy(float)
    nearest: NDArray[np.float64] = np.min(np.where(np.isnan(known), np.inf, known), axis=1, initial=np.inf)
    return nearest


@once_a_plan
def known_kinds(plan: Plan) -> tuple[str, ...]:
    """Return the kinds of shared centre of the case of which the plan knows anything: by services, or on record."""
    facilities, declared = plan.layers.facilities, plan.records.get("centres")
    hospitals = facilities[facilities["kind"].isin(HOSPITAL_KINDS)]
    on_record = set() if declared is None else set(declared["kind"])
    return tuple(kind for kind in plan.case.rules.centre_kinds if kind in on_record or offers(hospitals, kind).any())


@once_a_plan
def centres_of(plan: Plan) -> pd.DataFrame:
    """Return the shared centres of a plan, existing and declared; see `centres.find_centres`."""
    return find_centres(plan.layers.facilities, plan.members, plan.records.get("centres"), known_kinds(plan))
