"""What the page needs to let a reviewer try a change: neighbours, minutes to every candidate, and what it checks at each."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gridplan.ground.city_and_counties import scopes_of
from gridplan.outputs.map.histogram import histogram_content
from gridplan.outputs.map.live_rules import live_rules_content
from gridplan.proposal.edits import MAX_AUTHOR, MAX_COMMENTS, MAX_TEXT
from gridplan.proposal.proposal import proposal_digest
from gridplan.words.signs import script_class

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridplan.proposal.proposal import Proposal

EDITS_FORMAT = "gridplan-edits/1"


def editing_content(
    proposal: Proposal, grid_row: dict[str, int], unit_row: dict[str, int], facility_row: dict[str, int]
) -> dict[str, Any] | None:
    """Return what editing needs, or None where the proposal has no minutes from every unit to its grids' leads."""
    minutes, share = _tables(proposal, unit_row)
    leads = [str(lead) for lead in proposal.grids["lead_id"]]
    if not leads or not set(leads) <= set(minutes.columns.astype(str)):
        return None
    told = [str(column) for column in minutes.columns if column in facility_row]
    rules = proposal.case.rules
    limits = {scope.case.travel.limit_min for scope in scopes_of(proposal.units, proposal.case)}
    return {
        "format": EDITS_FORMAT,
        "hash": proposal_digest(proposal),
        "hidden": script_class(),
        "most": [MAX_AUTHOR, MAX_TEXT, MAX_COMMENTS],
        "leads": [facility_row[column] for column in told],
        "minutes": [_hundredths(minutes[column].to_numpy(dtype=float), limits) for column in told],
        "share": [[round(1000 * value) for value in share[column].fillna(0.0)] for column in told],
        "histogram": histogram_content(proposal, unit_row, told),
        "edges": _edges(proposal.adjacency, unit_row),
        "population": [rules.grid_population_min, rules.grid_population_max],
        "twice": _claimed_twice(proposal, unit_row),
        **live_rules_content(proposal, grid_row, unit_row, facility_row),
    }


def _tables(proposal: Proposal, unit_row: dict[str, int]) -> tuple[pd.DataFrame, pd.DataFrame]:
    known = proposal.minutes[proposal.minutes["unit_id"].astype(str).isin(unit_row)]
    order = list(unit_row)
    return tuple(
        known.pivot_table(
            index="unit_id", columns="lead_id", values=name, aggfunc="first", dropna=False, sort=True
        ).reindex(order)
        for name in ("minutes", "share_within")
    )  # type: ignore[return-value]


def _hundredths(minutes: NDArray[np.float64], limits: set[float]) -> list[int]:
    """Return minutes in hundredths, none of them rounded over or under a limit; -1 where unreachable or not told."""
    rounded = np.round(100 * minutes)
    for limit in limits:
        rounded[(minutes > limit) & (rounded <= 100 * limit)] = math.floor(100 * limit) + 1
        rounded[(minutes <= limit) & (rounded > 100 * limit)] = math.floor(100 * limit)
    return [-1 if math.isnan(value) or math.isinf(value) else int(value) for value in rounded.tolist()]


def _edges(adjacency: pd.DataFrame, unit_row: dict[str, int]) -> list[int]:
    """Return pairs of unit positions, one after the other."""
    pairs = zip(adjacency["unit_a"].astype(str), adjacency["unit_b"].astype(str), strict=True)
    known = sorted((unit_row[a], unit_row[b]) for a, b in pairs if a in unit_row and b in unit_row)
    return [unit for pair in known for unit in pair]


def _claimed_twice(proposal: Proposal, unit_row: dict[str, int]) -> list[int]:
    """Return units that a given plan puts into more than one grid, as rule R-02 found them."""
    told = [
        unit_row[unit]
        for finding in proposal.findings
        if finding.rule == "R-02"
        and finding.status == "violated"
        and (finding.subject_kind, finding.subject_id) == ("plan", "")
        for unit in finding.places
        if unit in unit_row
    ]
    assigned = proposal.units["grid_id"].astype(object).fillna("").to_numpy() != ""
    return sorted({unit for unit in told if assigned[unit]})
