"""Annexes of what a plan's records give rise to: reserved capacity, budgets, care elsewhere, indicators."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pandas as pd

from gridplan.grids.budget import COMPONENTS, FEN, advance, budget_of, insured_of, settle, spending_of
from gridplan.grids.capacity import reserves_of, shares_of
from gridplan.grids.indicators import evaluate_indicators, known_areas, shown_value
from gridplan.grids.plan import Plan
from gridplan.layers.records.indicator_list import indicator_list
from gridplan.words.annex_tables import make_annex

Rows = Iterator[dict[str, Any]]


def draw_up_ledgers(plan: Plan) -> dict[str, pd.DataFrame]:
    """Return the annexes reserves, reserve_shares, budgets, care_elsewhere and indicators, those that the plan has records for."""
    rows: dict[str, Rows] = {}
    if "capacity" in plan.records:
        rows |= {"reserves": _reserves(plan), "reserve_shares": _shares(plan)}
    if plan.case.budget.rates:
        rows["budgets"] = _budgets(plan)
        if spending_of(plan) is not None:
            rows["care_elsewhere"] = _care_elsewhere(plan)
    if "observations" in plan.records:
        rows["indicators"] = _indicators(plan)
    return {name: make_annex(name, own) for name, own in rows.items()}


def _reserves(plan: Plan) -> Rows:
    for row in _each(reserves_of(plan)):
        total, reserved = int(row["total"]), int(row["reserved"])
        yield {
            **row,
            "name": plan.grid_named(row["grid_id"]),
            "share": reserved / total if total else None,
            "status": "met" if row["enough"] else "violated",
        }


def _shares(plan: Plan) -> Rows:
    for row in _each(shares_of(plan)):
        yield {**row, "facility": row["name"], "name": plan.grid_named(row["grid_id"])}


def _budgets(plan: Plan) -> Rows:
    parts, spending, table = budget_of(plan), spending_of(plan), insured_of(plan)
    home = table["unit_id"].map(plan.assignment.grid_of_unit).fillna("")
    heads = table["insured"].groupby(home).sum()
    budget = parts.sum(axis=1)
    spent = spending.sum(axis=1).reindex(parts.index, fill_value=0) if spending is not None else budget * 0
    ahead = advance(budget, plan.case.budget)
    settled = settle(budget, spent, plan.case.budget)
    for grid_id in parts.index:
        yuan = {name: int(parts[name][grid_id]) / FEN for name in COMPONENTS} | {"budget": int(budget[grid_id]) / FEN}
        known = {str(name): int(settled[name][grid_id]) / FEN for name in settled} | {
            "spent": int(spent[grid_id]) / FEN
        }
        yield {
            "grid_id": grid_id,
            "name": plan.grid_named(grid_id),
            "heads": heads.get(grid_id, 0),
            **yuan,
            "advance": int(ahead[grid_id]) / FEN if plan.case.budget.advance_months else None,
            **(known if spending is not None else dict.fromkeys(known)),
        }


def _care_elsewhere(plan: Plan) -> Rows:
    spending = spending_of(plan)
    if spending is None:
        return
    for grid_id, row in spending.iterrows():
        total = int(row.sum())
        for at, fen in row[row > 0].items():
            yield {
                "grid_id": grid_id,
                "name": plan.grid_named(str(grid_id)),
                "at_grid_id": at,
                "at_name": plan.grid_named(str(at)),
                "yuan": int(fen) / FEN,
                "share": int(fen) / total,
            }


def _indicators(plan: Plan) -> Rows:
    language, known = plan.case.language, indicator_list(plan.records.get("indicators"))
    areas = known_areas(plan.layers, plan.assignment, plan.case.place)
    for row in _each(evaluate_indicators(plan.records["observations"], known, areas)):
        indicator = known[row["indicator"]]
        source = indicator.figure_of.in_language(language)
        figure = f"{shown_value(indicator, indicator.figure)} ({source})" if indicator.figure is not None else ""
        yield {
            **row,
            "name": indicator.name.in_language(language),
            "shown": shown_value(indicator, row["value"]),
            "before": shown_value(indicator, row["previous"]),
            "target": shown_value(indicator, row["target"]),
            "status": row["reached"],
            **{name: _number(row[name]) for name in ("numerator", "denominator", "value", "yearly")},
            "figure": figure,
            "provenance": indicator.provenance,
        }


def _each(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict(orient="records")]


def _number(value: Fraction | None) -> float | None:
    return None if value is None else float(value)
