"""Which hospitals may lead a grid (rule R-20), and how strong each is: shown, and priced in the choice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gridplan.case.case import Case
from gridplan.case.sections import Grids
from gridplan.ground.city_and_counties import scopes_of
from gridplan.words.vocabulary import HOSPITAL_KINDS

if TYPE_CHECKING:
    import geopandas as gpd

STRONG_BEDS = 100
"""Beds a "strong" hospital has at least: the national basic standard of a secondary hospital (1994, M)."""
FULL_BEDS = 1500
"""Beds from which the bed part of the strength score is full (D)."""
LEADING_KINDS = ("general", "tcm")
"""Kinds of hospital that lead by their affiliation (R-20); others only from tertiary on."""
CENTRES = ("chest_pain", "stroke", "trauma")
WEIGHTS = {"level": 0.35, "beds": 0.30, "emergency": 0.15, "centres": 0.20}
"""Weights of the strength score (D): a planning assumption, shown with every lead."""
_PUBLIC = ("government", "state_enterprise", "collective", "military", "")


def grade_leads(facilities: gpd.GeoDataFrame, grids: Grids) -> pd.DataFrame:
    """Return every hospital site with its tier of R-20 and its strength.

    Columns: hospital_id (the parent of a campus, else itself), tier ("a" tertiary general or Chinese medicine, of a stated affiliation
    or a state enterprise's, "b" other tertiary public, "c" strong secondary public, "" not eligible), strength (0..1 over what is known), known
    (share of the score's weight that is known). A campus takes what it does not tell from its parent.
    """
    sites = facilities[facilities["kind"].isin(HOSPITAL_KINDS)]
    told = _with_parents(sites, facilities)
    services = told["services"].map(frozenset)
    parts = pd.DataFrame(
        {
            "level": told["level"].map({3: 0.8, 2: 0.4, 1: 0.1, 0: 0.0})
            + 0.2 * ((told["level"] == 3) & (told["grade"] == "A")),
            "beds": (told["beds"] / FULL_BEDS).clip(upper=1.0),
            "emergency": services.map(lambda keys: float("ed" in keys) if keys else np.nan),
            "centres": services.map(lambda keys: len(keys & set(CENTRES)) / len(CENTRES) if keys else np.nan),
        },
        index=sites.index,
        dtype=float,
    )
    weights = pd.Series(WEIGHTS)
    known = parts.notna().astype(float) @ weights
    strength = (parts.fillna(0.0) @ weights / known.where(known > 0)).fillna(0.0)
    result = pd.DataFrame(
        {
            "hospital_id": sites["parent_id"].where(sites["parent_id"] != "", sites.index.to_series()),
            "tier": _tiers(told, services, grids),
            "strength": strength.round(4),
            "known": known.round(4),
        },
        index=sites.index,
    )
    result.index.name = "facility_id"
    return result


def grade_by_scope(facilities: gpd.GeoDataFrame, units: pd.DataFrame, case: Case) -> pd.DataFrame:
    """Return every hospital site graded by the rules of the scope in which it stands; see `grade_leads`.

    Parameters
    ----------
    facilities : with the unit_id of each; units : of the plan; case : says what its counties are, and their rules.
    """
    graded = grade_leads(facilities, case.grids)
    stands, by_rules = facilities["unit_id"].reindex(graded.index), {_eligible(case.grids): graded}
    answer = graded.copy()
    for scope in scopes_of(units, case):
        rules = _eligible(scope.case.grids)
        if rules not in by_rules:
            by_rules[rules] = grade_leads(facilities, scope.case.grids)
        own = graded.index[stands.isin(scope.units)]
        answer.loc[own] = by_rules[rules].loc[own]
    return answer


def _eligible(grids: Grids) -> tuple[object, ...]:
    """Return what of the case decides who may lead."""
    return grids.lead_admin_levels, grids.lead_min_level


def _with_parents(sites: gpd.GeoDataFrame, facilities: gpd.GeoDataFrame) -> pd.DataFrame:
    told = pd.DataFrame(sites[["kind", "level", "grade", "ownership", "admin_level", "beds", "services"]])
    parent = facilities.reindex(sites["parent_id"])
    for column, empty in (("level", -1), ("grade", ""), ("ownership", ""), ("admin_level", ""), ("services", ())):
        inherited = pd.Series(parent[column].to_numpy(), index=told.index)
        use = told[column].map(lambda value, empty=empty: value == empty).astype(bool) & inherited.notna()
        told[column] = told[column].where(~use, inherited)
    return told.assign(level=told["level"].astype(int))


def _tiers(told: pd.DataFrame, services: pd.Series, grids: Grids) -> pd.Series:
    public = told["ownership"].isin(_PUBLIC)
    whole = told["kind"].isin(LEADING_KINDS)
    affiliated = told["admin_level"].isin(grids.lead_admin_levels) | (told["ownership"] == "state_enterprise")
    strong = (
        (told["level"] >= 2)
        & (told["beds"] >= STRONG_BEDS)
        & whole
        & services.map(lambda keys: {"ed", "surgery"} <= keys and bool(keys & set(CENTRES)))
    )
    tiers = pd.Series("", index=told.index)
    tiers[public & strong] = "c"
    tiers[public & (told["level"] == 3)] = "b"
    tiers[public & (told["level"] >= grids.lead_min_level) & whole & affiliated] = "a"
    return tiers


def choose_candidates(graded: pd.DataFrame, grids: Grids, k_min: int) -> pd.DataFrame:
    """Return the sites among which leads are chosen: tier a; then b, then c, while hospitals are fewer than `k_min`.

    Required leads are always among them, forbidden ones never.
    """
    allowed = graded[~graded.index.isin(grids.forbidden_leads) & ~graded["hospital_id"].isin(grids.forbidden_leads)]
    required = allowed.index.isin(grids.required_leads)
    chosen = allowed[required]
    for tiers in (("a",), ("a", "b"), ("a", "b", "c")):
        chosen = allowed[required | allowed["tier"].isin(tiers)]
        if chosen["hospital_id"].nunique() >= k_min:
            break
    return chosen


def lead_prices(candidates: pd.DataFrame, grids: Grids, residents_per_grid: float) -> np.ndarray:
    """Return the price of opening each candidate, in resident-minutes: the weaker, the dearer; the strongest is free."""
    if candidates.empty:
        return np.zeros(0)
    strength = candidates["strength"].to_numpy(float)
    return (strength.max() - strength) * grids.strength_price_min * residents_per_grid
