"""Which hospitals might turn to rehabilitation, nursing or hospice care without harm, and who would lose what (R-34)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from gridplan.grids.members import BY_CONSENT, hospital_of_site
from gridplan.grids.plan import Plan, once_a_plan
from gridplan.layers.facilities.services import offers, tell_services
from gridplan.words.vocabulary import HOSPITAL_KINDS

_DAYS = 365


@dataclass(frozen=True)
class Candidate:
    """A hospital that might be converted.

    occupancy and visits are those of the last year on record, NaN where not told; nearest: residents whose nearest hospital of level
    2 or 3 it is; beyond: those of them who would have none within the limit.
    """

    facility_id: str
    name: str
    occupancy: float
    visits: float
    nearest: float
    beyond: float


def conversion_candidates(plan: Plan, grid_id: str) -> list[Candidate]:
    """Return the secondary hospitals among the members of a grid that might be converted, least used first (S1, V).

    Never a military one, a private one (that is its owner's to decide), a site of the lead's hospital, or the only hospital with an
    emergency department in its district or county. Least used is the lowest occupancy, then the fewest visits a bed, as far as
    records tell; then the fewest beds.
    """
    facilities, members = plan.layers.facilities, plan.members
    hospital = hospital_of_site(facilities)
    lead = plan.assignment.lead_of_grid[grid_id]
    fit = facilities.index[
        facilities["kind"].isin(HOSPITAL_KINDS)
        & (facilities["level"] == 2)
        & ~facilities["ownership"].isin(BY_CONSENT)
        & (members["role"] == "member")
        & (members["grid_id"] == grid_id)
        & (hospital != hospital.get(lead, lead))
        & ~_only_emergency(plan)
    ]
    use = _use(plan).reindex(fit)
    order = use.assign(name=facilities["name"][fit]).sort_values(["occupancy", "per_bed", "beds", "name"])
    return [
        Candidate(str(site), str(row["name"]), float(row["occupancy"]), float(row["visits"]), *_lose(plan, str(site)))
        for site, row in order.iterrows()
    ]


@once_a_plan
def _only_emergency(plan: Plan) -> pd.Series:
    """Return which hospitals may be the only one with an emergency department where they stand; silence counts as one."""
    facilities, units = plan.layers.facilities, plan.layers.units
    hospital = facilities["kind"].isin(HOSPITAL_KINDS) & (facilities["unit_id"] != "")
    has, silent = offers(facilities, "ed"), ~tell_services(facilities) & (facilities["level"] >= 2)
    district = facilities["unit_id"].map(units["district_id"]).fillna("").where(hospital)
    body = hospital_of_site(facilities)
    n = body.where(hospital & (has | silent)).groupby(district).transform("nunique").reindex(facilities.index)
    return hospital & (has | silent) & (n <= 1)


@once_a_plan
def _use(plan: Plan) -> pd.DataFrame:
    """Return occupancy, visits, per_bed (visits a bed) and beds of each facility, of the last year on record."""
    beds = plan.layers.facilities["beds"]
    table = plan.records.get("visits")
    if table is None or table.empty:
        nothing = pd.Series(np.nan, index=beds.index)
        return pd.DataFrame({"occupancy": nothing, "visits": nothing, "per_bed": nothing, "beds": beds})
    last = table[table["year"] == table["year"].max()].groupby("facility_id")
    visits = last["visits"].sum(min_count=1).reindex(beds.index)
    nights = last["bed_days"].sum(min_count=1) if "bed_days" in table else pd.Series(dtype=float)
    some = beds.where(beds > 0)
    return pd.DataFrame(
        {
            "occupancy": nights.reindex(beds.index) / (some * _DAYS),
            "visits": visits,
            "per_bed": visits / some,
            "beds": beds,
        }
    )


def _lose(plan: Plan, site: str) -> tuple[float, float]:
    sites, minutes = plan.travel.to_hospitals()
    if site not in sites:
        return 0.0, 0.0
    own = minutes[:, sites.get_loc(site)]
    others = minutes[:, sites != site].min(axis=1, initial=np.inf)
    people = plan.layers.cells["population"].to_numpy(float)
    limit = plan.layers.cells["unit_id"].map(plan.limit_of_unit).to_numpy(float)
    nearest = np.isfinite(own) & (own < others)
    return float(people[nearest].sum()), float(people[nearest & (own <= limit) & (others > limit)].sum())
