"""What the page needs to check musts at every change as `revise` will: who belongs where, streets, leads, land in several pieces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from gridplan.checks.county import judge_county_lead
from gridplan.checks.leading import judge_lead
from gridplan.checks.rule_book import RULES
from gridplan.grids.county_tree import centre_of_station, township_of_unit
from gridplan.grids.members import BY_CONSENT, EXEMPT_LEVELS, has_centre, hospital_of_site
from gridplan.ground.city_and_counties import scopes_of
from gridplan.ground.formulation import wanted_k
from gridplan.ground.land import land_graph
from gridplan.layers.area.polygons import PART_M2
from gridplan.proposal.reconstruction import restore_adjacency, restore_stated_members, units_in_work_crs
from gridplan.words.vocabulary import CENTRE_KINDS

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from gridplan.proposal.proposal import Proposal

LIVE_RULES = (
    "R-01", "R-02", "R-03", "R-04", "R-06", "R-07", "R-08", "R-09", "R-20", "R-22", "R-23", "R-40", "R-50", "R-52", "R-54", "R-60",
)  # fmt: skip
"""Rules that the page checks at every change."""


def live_rules_content(
    proposal: Proposal, grid_row: dict[str, int], unit_row: dict[str, int], facility_row: dict[str, int]
) -> dict[str, Any]:
    """Return severities, waivers, and what each live rule looks up, by positions."""
    facilities, rules = proposal.facilities, proposal.case.rules
    inside = facilities["unit_id"].astype(str).isin(unit_row)
    return {
        "severity": _severities(proposal),
        "stated": dict(rules.severities),
        "unchecked": _unchecked(proposal),
        "waivers": [[waiver.rule, waiver.subject] for waiver in rules.waivers if waiver.rule in LIVE_RULES],
        "counts": [_count_of_grids(proposal, scope.units, scope) for scope in scopes_of(proposal.units, proposal.case)],
        "mostGridsPerLead": rules.max_grids_per_lead,
        "required": [
            facility_row[lead] for lead in proposal.case.grids.required_leads if lead in set(proposal.minutes["lead_id"])
        ],
        "eligible": {str(facility_row[lead]): said for lead, said in _eligible(proposal).items() if lead in facility_row},
        "members": _membership(proposal, grid_row, facility_row),
        "centres": [facility_row[name] for name in facilities.index[facilities["kind"].isin(CENTRE_KINDS) & inside]],
        "public": _public(proposal, inside, facility_row),
        "stations": _stations(proposal, inside, facility_row),
        "townships": [str(name) for name in township_of_unit(proposal.units)],
        "land": _land(proposal, unit_row),
    }  # fmt: skip


def _severities(proposal: Proposal) -> dict[str, str]:
    """Return the severity of each live rule: as the case states it ("off": left out), else as the rule book has it."""
    rules = proposal.case.rules
    usual = {rule.id: rule.severity for rule in RULES if rule.id in LIVE_RULES}
    if rules.contiguity == "strict":
        usual["R-06"] = "must"
    return {**usual, **{rule: stated for rule, stated in rules.severities.items() if rule in LIVE_RULES}}


def _unchecked(proposal: Proposal) -> list[str]:
    """Return the rules that judged this plan by a must and that the page does not check."""
    judged = {finding.rule for finding in proposal.findings if finding.severity == "must"}
    return sorted(judged - set(LIVE_RULES))


def _count_of_grids(proposal: Proposal, units: pd.Index, scope: Any) -> dict[str, Any]:
    """Return how many grids a part of the plan may have: at least, at most as the county wants, and hospitals that may lead."""
    facilities = proposal.facilities
    able = facilities["unit_id"].isin(units) & (facilities["lead_tier"] != "")
    county = scope.mode == "county"
    least, most = wanted_k(scope.case)
    return {
        "id": scope.id,
        "least": 1 if county else proposal.case.rules.min_grids,
        "able": int(hospital_of_site(facilities)[able].nunique()),
        "wanted": [least, most] if county else None,
    }


def _eligible(proposal: Proposal) -> dict[str, list[str | None]]:
    """Return for each site with minutes how gravely it fails to qualify, in a city (R-20) and in a county (R-52); None: it qualifies."""
    facilities = proposal.facilities
    levels = proposal.case.county.lead_admin_levels
    told: dict[str, list[str | None]] = {}
    for lead in facilities.index[facilities.index.isin(proposal.minutes["lead_id"])]:
        row = facilities.loc[lead]
        met, grave, _ = judge_lead(
            str(row["kind"]), str(row["admin_level"]), str(row["ownership"]), str(row["lead_tier"])
        )
        in_county, _ = judge_county_lead(facilities, str(lead), levels)
        told[str(lead)] = [None if met else grave or "must", "must" if in_county is False else None]
    return told


def _membership(proposal: Proposal, grid_row: dict[str, int], facility_row: dict[str, int]) -> dict[str, Any]:
    """Return what decides who belongs to which grid, as `members.place_members` has it."""
    facilities, rules = proposal.facilities, proposal.case.members
    stated = restore_stated_members(proposal)
    closing = stated.get("complete", True) is True and rules.list_complete
    named = stated[(stated["role"] == "member") & ~stated.index.isin(proposal.grids["lead_id"])]
    withheld = (
        (facilities["kind"] == "ems")
        | facilities["ownership"].isin(BY_CONSENT)
        | facilities["admin_level"].isin(EXEMPT_LEVELS)
    )
    decided = facilities["role"][(facilities["role_source"] == "case") & ~facilities.index.isin(stated.index)]
    follows = facilities.index[has_centre(facilities) & ~facilities.index.isin([*stated.index, *decided.index])]
    return {
        "told": {
            str(facility_row[str(name)]): [grid_row.get(str(row["grid_id"]), -1), str(row["role"])]
            for name, row in stated.iterrows()
        },
        "decided": {str(facility_row[str(name)]): str(role) for name, role in decided.items()},
        "enclaves": [
            facility_row[site] for site, way in rules.campuses.items() if way == "enclave" and site in facility_row
        ],
        "withheld": [facility_row[str(name)] for name in facilities.index[withheld]],
        "follows": {str(facility_row[str(name)]): facility_row[str(facilities["parent_id"][name])] for name in follows},
        "hospital": [facility_row.get(str(name), row) for row, name in enumerate(hospital_of_site(facilities))],
        "closed": sorted({grid_row[grid] for grid in named["grid_id"] if grid in grid_row}) if closing else [],
    }


def _public(proposal: Proposal, inside: pd.Series, facility_row: dict[str, int]) -> list[list[int]]:
    """Return the public institutions that R-23 asks for, each with whether one left out is a must by its level."""
    facilities = proposal.facilities
    networks = proposal.records.get("networks")
    allied = set() if networks is None else {*map(str, networks["member_id"]), *map(str, networks["hub_id"])}
    asked = (
        inside
        & (facilities["kind"] != "ems")
        & ~facilities["ownership"].isin(BY_CONSENT)
        & ~facilities["admin_level"].isin(EXEMPT_LEVELS)
        & ~facilities.index.isin(allied)
    )
    return [[facility_row[str(name)], int(facilities["level"][name] == 3)] for name in facilities.index[asked]]


def _stations(proposal: Proposal, inside: pd.Series, facility_row: dict[str, int]) -> list[list[int]]:
    """Return village clinics and stations of a plan with counties, each with the health centre above it (-1: none)."""
    if all(scope.mode != "county" for scope in scopes_of(proposal.units, proposal.case)):
        return []
    units = units_in_work_crs(proposal)
    above = centre_of_station(units, proposal.facilities.to_crs(units.crs))
    return [
        [facility_row[str(name)], facility_row.get(str(centre), -1)]
        for name, centre in above[inside[above.index]].items()
    ]


def _land(proposal: Proposal, unit_row: dict[str, int]) -> dict[str, Any] | None:
    """Return the parts of land with the unit, the size and the neighbours of each; None where every unit is one part."""
    units: gpd.GeoDataFrame = units_in_work_crs(proposal)
    if not (units.geometry.count_geometries() > 1).any():
        return None
    land = land_graph(units, restore_adjacency(proposal))
    return {
        "unit": [unit_row[str(unit)] for _, unit in land.nodes("unit")],
        "m2": np.round([size for _, size in land.nodes("m2")], 0).tolist(),
        "edges": [int(part) for edge in sorted(land.edges) for part in edge],
        "least": PART_M2,
    }
