"""What the page needs to let a reviewer try a change: neighbours, minutes to every candidate, the limits it checks."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gridplan.checks.rule_book import RULES
from gridplan.proposal.edits import MAX_AUTHOR, MAX_COMMENTS, MAX_TEXT
from gridplan.proposal.proposal import proposal_digest
from gridplan.words.signs import script_class

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gridplan.proposal.proposal import Proposal

EDITS_FORMAT = "gridplan-edits/1"
LIVE_RULES = ("R-02", "R-04", "R-06", "R-07", "R-08", "R-54", "R-60")
"""Rules that the page checks at every change."""


def editing_content(
    proposal: Proposal, unit_row: dict[str, int], facility_row: dict[str, int]
) -> dict[str, Any] | None:
    """Return what editing needs, or None where the proposal has no minutes from every unit to its grids' leads."""
    minutes, share = _tables(proposal, unit_row)
    leads = [str(lead) for lead in proposal.grids["lead_id"]]
    if not leads or not set(leads) <= set(minutes.columns.astype(str)):
        return None
    told = [column for column in minutes.columns if column in facility_row]
    rules = proposal.case.rules
    return {
        "format": EDITS_FORMAT,
        "hash": proposal_digest(proposal),
        "hidden": script_class(),
        "most": [MAX_AUTHOR, MAX_TEXT, MAX_COMMENTS],
        "leads": [facility_row[column] for column in told],
        "minutes": [_hundredths(minutes[column].to_numpy(dtype=float)) for column in told],
        "share": [[round(1000 * value) for value in share[column].fillna(0.0)] for column in told],
        "edges": _edges(proposal.adjacency, unit_row),
        "population": [rules.grid_population_min, rules.grid_population_max],
        "severity": _severities(proposal),
        "twice": _claimed_twice(proposal, unit_row),
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


def _hundredths(minutes: NDArray[np.float64]) -> list[int]:
    """Return minutes in hundredths; -1 where unreachable or not told."""
    return [-1 if math.isnan(value) or math.isinf(value) else round(100 * value) for value in minutes.tolist()]


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


def _severities(proposal: Proposal) -> dict[str, str]:
    """Return the severity of each live rule: as the case states it ("off": left out), else as the rule book has it."""
    usual = {rule.id: rule.severity for rule in RULES if rule.id in LIVE_RULES}
    if proposal.case.rules.contiguity == "strict":
        usual["R-06"] = "must"
    return {**usual, **{rule: stated for rule, stated in proposal.case.rules.severities.items() if rule in LIVE_RULES}}
