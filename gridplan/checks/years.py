"""The plan judged in every coming year: rule book and scores run with the residents of that year."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from gridplan.checks.finding import Finding
from gridplan.checks.rule_book import RULES, check_plan
from gridplan.checks.scenarios import LEFT_OUT
from gridplan.grids.plan import Plan
from gridplan.grids.scores import score_plan
from gridplan.ground.city_and_counties import limit_of_unit, scope_of_unit
from gridplan.ground.forecast import coming_years
from gridplan.layers.layers import Layers
from gridplan.words.annex_tables import make_annex

DrawUp = Callable[[Plan], dict[str, pd.DataFrame]]


def judge_years(plan: Plan, findings: Sequence[Finding], draw_up: DrawUp) -> pd.DataFrame | None:
    """Return the annex "years": each grid and the whole plan, today and in each coming year; None where nothing is said of any.

    Lines, leads, members and facilities stay; residents of units and cells, scores and findings are those of the year.

    Parameters
    ----------
    plan : complete; findings : of the plan today.
    draw_up : makes the annexes of a plan.
    """
    rows: list[dict[str, Any]] = []
    rules = [rule for rule in RULES if rule.id not in LEFT_OUT]
    for year, layers in coming_years(plan.layers, plan.case):
        if not rows:
            rows += _rows(plan, None, [finding for finding in findings if finding.rule not in LEFT_OUT])
        then = in_year(plan, layers, draw_up)
        rows += _rows(then, year, check_plan(then, rules=rules))
    return make_annex("years", rows) if rows else None


def in_year(plan: Plan, layers: Layers, draw_up: DrawUp) -> Plan:
    """Return the plan with the residents of another year, everything that follows from them made anew."""
    case = plan.case
    scores = score_plan(
        layers,
        plan.travel,
        plan.assignment,
        limit_min=limit_of_unit(layers.units, case),
        walk_limit_min=case.travel.walk_limit_min,
        scope=scope_of_unit(layers.units, case),
    )
    changed = replace(plan, layers=layers, scores=scores, annexes={})
    return replace(changed, annexes=draw_up(changed))


def _rows(plan: Plan, year: int | None, findings: Sequence[Finding]) -> list[dict[str, Any]]:
    scores, told = plan.scores.plan, pd.DataFrame(plan.scores.grids)
    unmet = [f for f in findings if f.status == "violated"]

    def counted(grid: str) -> dict[str, int]:
        own = [f for f in unmet if not grid or (f.subject_kind, f.subject_id) == ("grid", grid)]
        return {severity: sum(f.severity == severity for f in own) for severity in ("must", "should")}

    whole = {
        "year": year,
        "grid_id": "",
        "population": scores["population"],
        "deviation": scores["max_deviation"],
        "mean_minutes": scores["mean_minutes"],
        "share_within": scores["share_within"],
        **counted(""),
    }
    names = ("population", "deviation", "mean_minutes", "share_within")
    grids = [
        {"year": year, "grid_id": grid, **{name: row[name] for name in names}, **counted(str(grid))}
        for grid, row in zip(told.index, told.to_dict("records"), strict=True)
    ]
    return [whole, *grids]
