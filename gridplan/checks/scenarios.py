"""What if facilities change (R-68): the rule book run on the plan with other kinds and services, and what differs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from gridplan.case.sections import Scenario
from gridplan.checks.finding import Finding
from gridplan.checks.rule_book import RULES, check_plan
from gridplan.grids.plan import Plan
from gridplan.grids.scores import score_plan
from gridplan.ground.access.minutes import changed_facilities
from gridplan.ground.city_and_counties import limit_of_unit, scope_of_unit
from gridplan.ground.leads import grade_by_scope
from gridplan.words.annex_tables import make_annex

LEFT_OUT = ("R-67", "R-68")
"""Rules that tell of scenarios themselves, so that they are not run on a changed plan."""
DrawUp = Callable[[Plan], dict[str, pd.DataFrame]]


def run_conversions(plan: Plan, findings: Sequence[Finding], draw_up: DrawUp) -> pd.DataFrame | None:
    """Return the findings that differ under each scenario that changes facilities, as the annex "conversions".

    Units, leads and memberships stay; scores, minutes to the nearest facilities, annexes and findings are made anew. None if
    no scenario changes any.

    Parameters
    ----------
    plan : complete; `travel.what_if` holds the minutes under the scenarios.
    findings : of the plan as it is.
    draw_up : makes the annexes of a plan.
    """
    scenarios = [scenario for scenario in plan.case.scenarios if scenario.changes]
    if not scenarios:
        return None
    rules = [rule for rule in RULES if rule.id not in LEFT_OUT]
    before = [finding for finding in findings if finding.rule not in LEFT_OUT]
    rows: list[dict[str, Any]] = []
    for scenario in scenarios:
        after = check_plan(convert(plan, scenario, draw_up), rules=rules)
        rows += [{"scenario": scenario.name, **row} for row in _differences(plan, before, after)]
    return make_annex("conversions", rows)


def tell_conversions(plan: Plan, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return the findings with those of R-68 as the plan's annex "conversions" gives rise to them."""
    kept = [finding for finding in findings if finding.rule != "R-68"]
    anew = check_plan(plan, rules=[rule for rule in RULES if rule.id == "R-68"])
    return tuple(sorted((*kept, *anew), key=lambda finding: finding.rule))


def convert(plan: Plan, scenario: Scenario, draw_up: DrawUp) -> Plan:
    """Return the plan with the facilities that a scenario changes, everything that follows from them made anew."""
    case, travel = plan.case, plan.travel.what_if[scenario.name]
    layers = replace(plan.layers, facilities=changed_facilities(plan.layers.facilities, scenario))
    scores = score_plan(
        layers,
        travel,
        plan.assignment,
        limit_min=limit_of_unit(layers.units, case),
        walk_limit_min=case.travel.walk_limit_min,
        scope=scope_of_unit(layers.units, case),
    )
    leads = grade_by_scope(layers.facilities, layers.units, case)
    changed = replace(plan, layers=layers, travel=travel, leads=leads, scores=scores, annexes={})
    return replace(changed, annexes=draw_up(changed))


def _differences(plan: Plan, before: Sequence[Finding], after: Sequence[Finding]) -> Iterator[dict[str, Any]]:
    """Return what differs in status or number, finding by finding: the n-th of a rule on a subject against the n-th."""
    first, second = _by_subject(before), _by_subject(after)
    for key in dict.fromkeys([*first, *second]):
        here, there = first.get(key, []), second.get(key, [])
        for place in range(max(len(here), len(there))):
            old = here[place] if place < len(here) else None
            new = there[place] if place < len(there) else None
            if old is not None and new is not None and (old.status, old.measured) == (new.status, new.measured):
                continue
            told = new or old
            yield {
                "rule": key[0],
                "subject": _name(plan, key[1], key[2]),
                "status_before": old.status if old else "",
                "status_after": new.status if new else "",
                "measured_before": _number(old),
                "measured_after": _number(new),
                "message_zh": told.message_zh if told else "",
                "message_en": told.message_en if told else "",
            }


def _by_subject(findings: Sequence[Finding]) -> dict[tuple[str, str, str], list[Finding]]:
    result: dict[tuple[str, str, str], list[Finding]] = defaultdict(list)
    for finding in findings:
        result[finding.rule, finding.subject_kind, finding.subject_id].append(finding)
    return result


def _number(finding: Finding | None) -> float:
    return np.nan if finding is None or finding.measured is None else finding.measured


def _name(plan: Plan, kind: str, subject: str) -> str:
    if kind == "grid":
        return plan.grid_named(subject)
    if kind == "plan":
        return plan.case.place.name
    frame = plan.layers.units if kind == "unit" else plan.layers.facilities
    return str(frame["name"].get(subject, subject))
