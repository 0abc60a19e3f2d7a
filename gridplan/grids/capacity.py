"""Sunk capacity (R-39): appointment slots and beds that leads reserve for their group, and how they are shared out.

The 2025 targets, at least 1/3 of the appointment slots and 1/4 of the beds, are of S2 and V; how a lead shares them out to the
health centres is nowhere laid down (none): here by signed residents where they are known, else by the people a centre serves.
"""

from __future__ import annotations

import pandas as pd

from gridplan.grids.members import hospital_of_site
from gridplan.grids.plan import Plan, once_a_plan
from gridplan.layers.layers import Layers
from gridplan.words.apportionment import share_out
from gridplan.words.vocabulary import CENTRE_KINDS

KINDS = {"slots": ("slots_total", "slots_reserved"), "beds": ("beds_open", "beds_reserved")}
"""What is reserved: the columns of what there is, and of what is reserved."""


def reserves_enough(reserved: int, total: int, one_in: int) -> bool:
    """Tell whether at least one of every `one_in` is reserved, in whole numbers.

    >>> reserves_enough(333, 1000, 3), reserves_enough(334, 1000, 3)
    (False, True)
    """
    return one_in * reserved >= total


def required_reserve(total: int, one_in: int) -> int:
    """Return the fewest that have to be reserved of `total`: the share rounded up.

    >>> required_reserve(1000, 3), required_reserve(1001, 4)
    (334, 251)
    """
    return -(-total // one_in)


def measure_reserves(
    layers: Layers, members: pd.DataFrame, lead_of_grid: pd.Series, table: pd.DataFrame, one_in: dict[str, int]
) -> pd.DataFrame:
    """Return what each lead has, reserves and has to reserve: one row a grid and kind, in the order of the grids.

    Parameters
    ----------
    layers : with facilities; members : grid of every facility; lead_of_grid : lead on index grid_id.
    table : facility_id, slots_total, slots_reserved, beds_open, beds_reserved (NaN where not told); rows of a lead are its own
        and those of its campuses in the same grid. One row a facility.
    one_in : "slots" and "beds": one of how many is to be reserved.

    Returns
    -------
    Frame with grid_id, lead_id, kind ("slots", "beds"), total, reserved, required (whole numbers), enough (bool). Grids of
    whose lead nothing is told are missing.
    """
    hospital = hospital_of_site(layers.facilities)
    rows = []
    for grid_id, lead in lead_of_grid.items():
        sites = hospital.index[(hospital == hospital.get(lead, lead)) & (members["grid_id"] == grid_id)]
        own = table[table["facility_id"].isin(sites)]
        for kind, (there, kept) in KINDS.items():
            told = own[[there, kept]].dropna()
            if told.empty:
                continue
            total, reserved = int(told[there].sum()), int(told[kept].sum())
            required = required_reserve(total, one_in[kind])
            enough = reserves_enough(reserved, total, one_in[kind])
            rows.append((grid_id, lead, kind, total, reserved, required, enough))
    return pd.DataFrame(rows, columns=["grid_id", "lead_id", "kind", "total", "reserved", "required", "enough"])


def share_reserves(
    layers: Layers,
    members: pd.DataFrame,
    hierarchy: pd.DataFrame,
    reserves: pd.DataFrame,
    signed: pd.Series | None = None,
) -> pd.DataFrame:
    """Share what each lead has to reserve out to the health centres of its grid; the parts of a grid add up exactly.

    Parameters
    ----------
    layers : with units and facilities; members : role and grid of every facility.
    hierarchy : centre_id of every unit, the centre that answers for it.
    reserves : of `measure_reserves`.
    signed : residents signed with each centre, on index facility_id; used in a grid if it tells of every centre there.

    Returns
    -------
    Frame with grid_id, facility_id, name, weight, by ("signed" or "served"), slots, beds (whole numbers; a kind that no row
    tells of is 0), the centres of each grid by id. A grid without a centre has no row.
    """
    facilities = layers.facilities
    centre = facilities["kind"].isin(CENTRE_KINDS) & (members["role"] == "member")
    served = layers.units["population"].groupby(hierarchy["centre_id"].reindex(layers.units.index)).sum()
    frames = []
    for grid_id, own in reserves.groupby("grid_id", sort=False):
        ids = sorted(facilities.index[centre & (members["grid_id"] == grid_id)])
        if not ids:
            continue
        by_signed = signed is not None and set(ids) <= set(signed.index)
        weights = (signed if signed is not None and by_signed else served).reindex(ids).fillna(0.0)
        parts = {
            kind: share_out(int(required), weights) for kind, required in zip(own["kind"], own["required"], strict=True)
        }
        columns = {
            "grid_id": grid_id,
            "facility_id": ids,
            "name": facilities["name"].loc[ids].to_numpy(),
            "weight": weights.to_numpy(float),
            "by": "signed" if by_signed else "served",
        }
        shares = {kind: parts[kind].to_numpy() if kind in parts else 0 for kind in KINDS}
        frames.append(pd.DataFrame({**columns, **shares}))
    names = ["grid_id", "facility_id", "name", "weight", "by", *KINDS]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=names)


@once_a_plan
def reserves_of(plan: Plan) -> pd.DataFrame:
    """Return what the leads of urban groups reserve (see `measure_reserves`); the record `capacity` has to be there."""
    rules = plan.case.rules
    one_in = {"slots": rules.slots_one_in, "beds": rules.beds_one_in}
    leads = plan.assignment.lead_of_grid[urban_grids(plan)]
    return measure_reserves(plan.layers, plan.members, leads, plan.records["capacity"], one_in)


def urban_grids(plan: Plan) -> list[str]:
    """Return the ids of the grids that are urban groups: those of no county."""
    return [grid_id for grid_id in map(str, plan.assignment.lead_of_grid.index) if not plan.is_county(grid_id)]


def shares_of(plan: Plan) -> pd.DataFrame:
    """Return how the leads of a plan may share out what they have to reserve (see `share_reserves`)."""
    table, signed = plan.records.get("signed"), None
    if table is not None and (table["facility_id"] != "").any():
        rows = table[(table["group"] == "all") & (table["facility_id"] != "")]
        signed = rows.groupby("facility_id")["signed"].sum()
    return share_reserves(plan.layers, plan.members, plan.hierarchy, reserves_of(plan), signed)
