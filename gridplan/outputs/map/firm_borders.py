"""How firm each border is and what it would cost to move it, for the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from gridplan.words.numbers import minutes, stated
from gridplan.words.text import Text
from gridplan.words.vocabulary import FIRM_SCORES, RANGES

if TYPE_CHECKING:
    from gridplan.proposal.proposal import Proposal


def firmness_content(proposal: Proposal, unit_row: dict[str, int]) -> dict[str, Any] | None:
    """Return how firm the plan is; None where nobody has found out.

    - plans: how many were drawn; varied: what was drawn, in words
    - pairs: [unit, unit, share, share with other seeds] of neighbours that are apart in any plan
    - home, homeSeeds: share of plans in which each unit has the lead of this plan; null where it has none
    - sites: [name, share, share with other seeds, whether it leads here] of sites that lead in any plan
    - scores: name, value here, and quantiles (5, 50, 95 %) of drawn plans
    """
    units, borders, sites, scores, ranges = (
        proposal.annexes.get(f"firm_{name}") for name in ("units", "borders", "sites", "scores", "ranges")
    )
    if units is None or borders is None or sites is None or scores is None or ranges is None or units.empty:
        return None
    own = units[units["in_plan"] == 1].drop_duplicates("unit_id").set_index("unit_id").reindex(list(unit_row))
    known = borders[borders["unit_a"].isin(unit_row) & borders["unit_b"].isin(unit_row)]
    ever = sites[(sites["share"] > 0) | (sites["share_seeds"] > 0) | (sites["in_plan"] == 1)]
    varied = _varied(ranges)
    return {
        "plans": int(scores["plans"].max()),
        "varied": [varied.zh, varied.en],
        "pairs": [
            [unit_row[a], unit_row[b], round(share, 4), round(seeds, 4)]
            for a, b, share, seeds in known[["unit_a", "unit_b", "share", "share_seeds"]].itertuples(index=False)
        ],
        "home": _shares(own["share"]),
        "homeSeeds": _shares(own["share_seeds"]),
        "sites": [
            [str(name or lead), round(share, 4), round(seeds, 4), bool(here)]
            for lead, name, share, seeds, here in ever[
                ["lead_id", "lead_name", "share", "share_seeds", "in_plan"]
            ].itertuples(index=False)
        ],
        "scores": [_score(row) for row in scores[scores["kind"] == "drawn"].to_dict("records")],
    }


def price_content(proposal: Proposal, unit_row: dict[str, int]) -> dict[str, Any] | None:
    """Return what borders would cost to move; None where nobody has found out.

    - pairs: [unit, unit, minutes each at least, at most (null: no plan known), unit that moves (-1: none can), grid it goes to, residents of what
      moves, others who change lead]
    - grids, in order: [residents nearer to another lead, resident-minutes they drive beyond it, km, km below 1 min each, least minutes each]
    """
    prices, grids = (proposal.annexes.get(name) for name in ("border_prices", "grid_borders"))
    if prices is None or grids is None or prices.empty:
        return None
    grid_of_lead = {lead: row for row, lead in enumerate(proposal.grids["lead_id"])}
    known = prices[prices["unit_a"].isin(unit_row) & prices["unit_b"].isin(unit_row)]
    told = grids.set_index("grid_id").reindex(proposal.grids.index)
    numbers = ("residents_nearer", "minutes_more", "km", "km_0", "least")
    return {
        "pairs": [
            [
                unit_row[row["unit_a"]], unit_row[row["unit_b"]], _rounded(row["each_low"]), _rounded(row["each_high"]),
                unit_row.get(row["unit_id"], -1), grid_of_lead.get(row["lead_id"], -1), _rounded(row["residents"]), _rounded(row["dragged"]),
            ]
            for row in known.to_dict("records")
        ],
        "grids": [[_rounded(value) for value in row] for row in told[list(numbers)].itertuples(index=False)],
    }  # fmt: skip


def _rounded(value: float) -> float | None:
    return None if pd.isna(value) else round(float(value), 3)


def _shares(values: pd.Series) -> list[float | None]:
    return [None if pd.isna(value) else round(float(value), 4) for value in values]


def _score(row: dict[Any, Any]) -> dict[str, Any]:
    label = FIRM_SCORES.label(str(row["score"]))
    told = [None if pd.isna(row[name]) else round(float(row[name]), 5) for name in ("this_plan", "p05", "p50", "p95")]
    return {"score": row["score"], "label": [label.zh, label.en], "values": told}


def _varied(ranges: pd.DataFrame) -> Text:
    """Say what was drawn and how far: a factor of each kind, or the largest weight of older residents."""
    told = []
    for what, width in ranges.loc[ranges["numbers"] > 0, ["what", "range"]].itertuples(index=False):
        name = RANGES.label(str(what))
        if str(what) == "care_65":
            told.append(Text(zh=f"{name.zh} 1 至 {minutes(width)} 倍", en=f"{name.en} 1 to {minutes(width)} times"))
        elif width > 0:
            told.append(Text(zh=f"{name.zh} ±{stated(width)}", en=f"{name.en} ±{stated(width)}"))
    return Text(zh="、".join(name.zh for name in told), en=", ".join(name.en for name in told))
