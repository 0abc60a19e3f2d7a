"""Networks across grids: alliances, telemedicine, federations, assistance.

They are many to many and read the partition; nothing here, or made from it, changes which grid a unit or a facility is in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridplan.grids.members import grid_of_facility, hospital_of_site
from gridplan.grids.plan import Plan
from gridplan.ground.access.between import Between
from gridplan.layers.facilities.services import offers
from gridplan.words.vocabulary import HOSPITAL_KINDS, SERVICES

if TYPE_CHECKING:
    import geopandas as gpd

CLINICAL = (
    "icu", "surgery", "obstetrics", "paediatrics", "critical_newborn", "critical_maternal", "oncology", "chest_pain",
    "stroke", "trauma", "rehab",
)  # fmt: skip
"""Services that count as specialties (R-36)."""


@dataclass(frozen=True)
class Network:
    """One network: the facilities in it (hubs among them), the grids these are members of, its partners outside."""

    network_id: str
    kind: str
    name: str
    hubs: tuple[str, ...]
    members: tuple[str, ...]
    grids: tuple[str, ...]
    partners: tuple[str, ...]

    @property
    def crosses(self) -> bool:
        """True if it reaches over two grids, or out of the city."""
        return len(self.grids) + bool(self.partners) >= 2


def list_networks(networks: pd.DataFrame, members: pd.DataFrame) -> list[Network]:
    """Return the networks of the record table, by id; a network's kind and name are those of its first row.

    Parameters
    ----------
    networks : of `layers.records["networks"]`; members : of `members.place_members`.
    """
    grid = grid_of_facility(members)
    listed = []
    for network_id, rows in networks.groupby("network_id", sort=True):
        hubs = _filled(rows["hub_id"])
        within = sorted({*rows["member_id"], *hubs})
        grids = sorted({str(name) for name in grid.reindex(within).dropna()} - {""})
        first = rows.iloc[0]
        partners = _filled(rows["partner"])
        listed.append(
            Network(
                str(network_id), str(first["kind"]), str(first["name"]), hubs, tuple(within), tuple(grids), partners
            )
        )
    return listed


def _filled(values: pd.Series) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(value) for value in values if value != ""))


def key_of_specialty(told: str) -> str:
    """Return the key of the service that a specialty's name means, as 卒中 and 卒中中心 do; the name itself where there is none.

    >>> key_of_specialty("卒中"), key_of_specialty("眼科")
    ('stroke', '眼科')
    """
    name = told.strip()
    return next((key for form in (name, f"{name}中心", name.removesuffix("科")) if (key := SERVICES.find(form))), name)


def specialty_reach(networks: pd.DataFrame, facilities: gpd.GeoDataFrame, members: pd.DataFrame) -> pd.DataFrame:
    """Return how each grid reaches each specialty: grid_id, specialty, reach ("in_grid", "alliance" or "gap").

    Specialties are those of the specialty alliances and the clinical services that any facility tells. A grid has one
    itself where a facility of it tells the service or is a hub of an alliance for it, through an alliance where a facility
    of it is in one whose hub is elsewhere or outside the city; else it has a gap.
    """
    grid = grid_of_facility(members)
    alliances = networks[(networks["kind"] == "specialty_alliance") & (networks["specialty"] != "")]
    inside: set[tuple[str, str]] = {
        (str(grid[facility]), key)
        for facility, keys in facilities["services"].items()
        for key in keys
        if key in CLINICAL
    }
    through: set[tuple[str, str]] = set()
    for row in alliances.itertuples():
        key = key_of_specialty(str(row.specialty))
        if row.hub_id:
            inside.add((str(grid.get(row.hub_id, "")), key))
        through.add((str(grid.get(row.member_id, "")), key))
    wanted = sorted({key for _, key in inside | through})
    rows = [
        (name, key, "in_grid" if (name, key) in inside else "alliance" if (name, key) in through else "gap")
        for name in sorted(set(grid) - {""})
        for key in wanted
    ]
    return pd.DataFrame(rows, columns=["grid_id", "specialty", "reach"])


def find_remote(
    facilities: gpd.GeoDataFrame,
    members: pd.DataFrame,
    lead_of_grid: pd.Series,
    *,
    unit_minutes: pd.DataFrame,
    between: Between,
    limit_min: float,
) -> pd.DataFrame:
    """Return the members that are remote from their lead (R-37), index facility_id: grid_id, lead_id, minutes, reason.

    A member is remote where the residents of its unit need more than `limit_min` minutes to the lead ("far"), cannot get there
    ("unreached"), or the facility itself has no way to the lead without a ferry ("ferry", told where roads are measured).
    Minutes are those of the unit's residents; inf where unreachable.
    """
    own = facilities[(members["role"] == "member") & (facilities["unit_id"] != "")]
    rows = []
    for facility, unit in own["unit_id"].items():
        grid_id = members.loc[facility, "grid_id"]
        lead = str(lead_of_grid.get(grid_id, ""))
        if lead not in unit_minutes:
            continue
        minutes = float(unit_minutes.loc[unit, lead])
        ferry = lead in between.by_ferry and bool(between.by_ferry.loc[facility, lead])
        reason = "ferry" if ferry else "unreached" if np.isinf(minutes) else "far" if minutes > limit_min else ""
        if reason:
            rows.append((facility, grid_id, lead, minutes, reason))
    return pd.DataFrame(rows, columns=["facility_id", "grid_id", "lead_id", "minutes", "reason"]).set_index(
        "facility_id"
    )


def telemedicine_edges(networks: pd.DataFrame | None) -> pd.DataFrame:
    """Return the rows of the telemedicine networks."""
    columns = ["network_id", "kind", "name", "member_id", "hub_id", "partner", "specialty"]
    if networks is None:
        return pd.DataFrame(columns=columns, dtype=object)
    return networks[networks["kind"] == "telemedicine"]


def propose_hub(facility: str, lead: str, facilities: gpd.GeoDataFrame, between: Between) -> str:
    """Return the hub that a remote facility might be joined to: its lead, else the nearest hospital able to.

    The lead is it where it tells telemedicine, where no hospital does, or where none of those that do can be reached.
    """
    able = facilities["kind"].isin(HOSPITAL_KINDS) & offers(facilities, "telemedicine")
    hosts = [name for name in between.minutes.columns if able.get(name, False)]
    if able.get(lead, False) or not hosts or facility not in between.minutes.index:
        return lead
    minutes = between.minutes.loc[facility, hosts]
    return str(minutes.idxmin()) if np.isfinite(minutes.min()) else lead


def remote_of(plan: Plan) -> pd.DataFrame:
    """Return the remote members of a plan; see `cooperation.find_remote`."""
    return find_remote(
        plan.layers.facilities,
        plan.members,
        plan.assignment.lead_of_grid,
        unit_minutes=plan.travel.unit_minutes,
        between=plan.travel.between,
        limit_min=plan.case.rules.remote_min,
    )


def cooperating_units(plan: Plan, grid_id: str) -> list[str]:
    """Return the names of the hospitals outside a grid that cooperate with its lead: in or outside the city, as records tell."""
    facilities, members = plan.layers.facilities, plan.members
    own = (members["role"] == "cooperating") & (members["grid_id"] == grid_id) & facilities["kind"].isin(HOSPITAL_KINDS)
    elsewhere = own & (facilities["unit_id"].map(plan.assignment.grid_of_unit) != grid_id)
    names = [str(name) for name in facilities["name"][elsewhere]]
    networks = plan.records.get("networks")
    if networks is not None:
        lead = plan.assignment.lead_of_grid[grid_id]
        sites = set(facilities.index[hospital_of_site(facilities) == hospital_of_site(facilities).get(lead, lead)])
        ours = (networks["kind"] == "cooperation") & (
            networks["member_id"].isin(sites) | networks["hub_id"].isin(sites)
        )
        names += list(_filled(networks["partner"][ours]))
    return list(dict.fromkeys(names))
