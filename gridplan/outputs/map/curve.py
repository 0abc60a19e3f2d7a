"""The curve of least change for the page: its steps, and which units change lead at each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from gridplan.words.vocabulary import CURVES

if TYPE_CHECKING:
    from gridplan.proposal.proposal import Proposal


def curve_content(proposal: Proposal, unit_row: dict[str, int]) -> dict[str, Any] | None:
    """Return the steps of the curve that a proposal is part of; None for one that is of no curve.

    - lines: names of the lines; steps: numbers of each step, its line, whether it is the elbow, its folder, a note
    - leads: ids of the leads; before: position of each unit's lead in force, -1 where there is none
    - changed: [unit, position of its lead] of the units with another lead than in force, for each step
    - here: position of the step that the page shows; -1 where its plan is none of them
    """
    curve, changed = proposal.annexes.get("curve"), proposal.annexes.get("curve_units")
    if curve is None or changed is None or curve.empty:
        return None
    before = proposal.units["baseline_lead_id"].astype(str)
    leads = sorted({*before, *changed["lead_id"].astype(str)} - {""})
    position = {lead: i for i, lead in enumerate(leads)}
    steps = curve.to_dict("records")
    told = changed[changed["unit_id"].isin(unit_row)]
    of_step = {
        int(float(str(step))): {
            unit_row[unit]: position[lead] for unit, lead in zip(rows["unit_id"], rows["lead_id"], strict=True)
        }
        for step, rows in told.groupby("step")
    }
    held = [position.get(lead, -1) for lead in before]
    now = [position.get(lead, -1) for lead in proposal.units["lead_id"].astype(str)]
    plans = [of_step.get(int(row["step"]), {}) for row in steps]
    same = [all(plan.get(u, lead) == now[u] for u, lead in enumerate(held)) for plan in plans]
    return {
        "lines": {key: [term.label.zh, term.label.en] for key, term in CURVES.items()},
        "steps": [_step(row) for row in steps],
        "leads": leads,
        "before": held,
        "changed": [sorted(plan.items()) for plan in plans],
        "here": same.index(True) if True in same else -1,
    }


def _step(row: dict[Any, Any]) -> dict[str, Any]:
    numbers = {
        "moved": ("residents_moved", 0),
        "share": ("share_moved", 4),
        "withdrawn": ("residents_withdrawn", 0),
        "minutes": ("mean_minutes", 3),
        "gap": ("gap", 6),
        "perMinute": ("residents_per_minute", 0),
    }
    told = {key: None if pd.isna(row[name]) else round(float(row[name]), n) for key, (name, n) in numbers.items()}
    return {
        **told,
        "line": row["line"],
        "elbow": bool(row["elbow"]),
        "folder": row["folder"],
        "note": [row["note_zh"], row["note_en"]],
    }
