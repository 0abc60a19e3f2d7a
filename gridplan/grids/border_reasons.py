"""What the borders between grids cost: the least price along each contact, and grid by grid how much of its border is firm."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from gridplan.grids.plan import Plan
from gridplan.ground.city_and_counties import Scope
from gridplan.solver.deadline import NEVER, Deadline
from gridplan.solver.problem import Problem
from gridplan.words.annex_tables import make_annex

PRICE_CLASSES = (10.0, 3.0, 1.0, 0.0)
"""Lower ends of the classes of borders, in minutes a resident of what would move; those of the last one are nearly free to move."""


def explain_borders(
    plan: Plan, problems: Sequence[tuple[Scope, Problem]], reasons: pd.DataFrame, *, deadline: Deadline = NEVER
) -> dict[str, pd.DataFrame]:
    """Say of every stretch of border between two grids what it would cost to move it.

    Parameters
    ----------
    plan
        Drawn by the solver.
    problems
        What the solver was asked, scope by scope.
    reasons
        The frame `reasons` of the plan, whose prices are those of some of these moves.
    deadline
        When to stop; what was not found by then is said.

    Returns
    -------
    dict
        The annexes `border_prices` and `grid_borders`; nothing where there is no border.
    """
    if not problems:
        return {}
    from gridplan.solver.border_prices import price_borders  # brings numba and HiGHS

    known = reasons.set_index("unit_id")
    rows: list[dict[str, Any]] = []
    for _, problem in problems:
        lead = plan.assignment.lead_of_unit.reindex(list(problem.unit_ids)).map(problem.lead_position)
        if lead.isna().any():
            continue
        told = price_borders(
            problem,
            lead.to_numpy().astype("int64"),
            known[known.index.isin(problem.unit_ids)],
            seed=plan.case.solver.seed,
            deadline=deadline,
        )
        rows += [{str(key): value for key, value in row.items()} for row in told.to_dict("records")]
    if not rows:
        return {}
    grid = plan.assignment.grid_of_unit
    for row in rows:
        a, b = row["unit_a"], row["unit_b"]
        row |= {"grid_a": grid[a], "grid_b": grid[b], "border_m": plan.adjacency.edges[a, b]["border_m"]}
    prices = make_annex("border_prices", rows)
    return {"border_prices": prices, "grid_borders": make_annex("grid_borders", _of_grids(plan, prices, reasons))}


def _of_grids(plan: Plan, prices: pd.DataFrame, reasons: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Give what the border of each grid costs its residents, and how much of it costs how much to move."""
    for grid, nearer in _nearer_elsewhere(plan, reasons).iterrows():
        own = prices[(prices["grid_a"] == grid) | (prices["grid_b"] == grid)]
        yield {
            "grid_id": grid,
            **nearer,
            "contacts": len(own),
            "km": own["border_m"].sum() / 1000,
            **{f"km_{name}": km for name, km in _km_by_class(own).items()},
            **_cheapest(own, str(grid)),
        }


def _km_by_class(borders: pd.DataFrame) -> dict[str, float]:
    """Return the length of borders by what a resident would lose at most, and of those of which that is not known."""
    each, km = borders["each_high"].to_numpy(float), borders["border_m"].to_numpy(float) / 1000
    place = np.full(len(each), -1)
    for at, least in reversed(list(enumerate(PRICE_CLASSES))):
        place[each >= least] = at
    names = ("10", "3", "1", "0", "unknown")
    return {name: float(km[place == at].sum()) for name, at in zip(names, (0, 1, 2, 3, -1), strict=True)}


def _cheapest(borders: pd.DataFrame, grid: str) -> dict[str, Any]:
    """Return where the border of a grid moves for least."""
    told = borders[borders["each_high"].notna()]
    if told.empty:
        return {"least": None, "least_with": "", "least_unit": ""}
    best = told.iloc[int(told["each_high"].argmin())]
    other = best["grid_b"] if best["grid_a"] == grid else best["grid_a"]
    return {"least": best["each_high"], "least_with": other, "least_unit": best["unit_id"]}


def _nearer_elsewhere(plan: Plan, reasons: pd.DataFrame) -> pd.DataFrame:
    """Return for each grid the residents whose lead is not the nearest, and the resident-minutes they drive beyond that (of those who reach both)."""
    away = reasons[reasons["lead_id"] != reasons["nearest_lead_id"]]
    minutes = plan.travel.unit_minutes
    people = plan.layers.units["population"].reindex(away["unit_id"]).to_numpy(float)
    own, near = (
        minutes.to_numpy()[
            minutes.index.get_indexer(pd.Index(away["unit_id"])), minutes.columns.get_indexer(pd.Index(away[name]))
        ]
        for name in ("lead_id", "nearest_lead_id")
    )
    more = np.where(np.isfinite(own), own, near) - near
    grids = plan.assignment.grid_of_unit.reindex(away["unit_id"]).to_numpy(object)
    told = pd.DataFrame({"grid_id": grids, "residents_nearer": people, "minutes_more": people * more})
    return told.groupby("grid_id").sum().reindex(plan.assignment.lead_of_grid.index, fill_value=0.0)
