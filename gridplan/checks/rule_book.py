"""Every rule by its number, and `check_plan`: a plan goes in, findings come out."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from gridplan.case.sections import Waiver
from gridplan.checks.access import ACCESS_RULES
from gridplan.checks.chain import CHAIN_RULES
from gridplan.checks.competition import COMPETITION_RULES
from gridplan.checks.county import COUNTY_RULES
from gridplan.checks.finding import Cause, Finding, Status
from gridplan.checks.inputs import concerns, missing_inputs
from gridplan.checks.leading import LEADING_RULES
from gridplan.checks.levels import LEVEL_RULES
from gridplan.checks.lifecycle import LIFECYCLE_RULES
from gridplan.checks.membership import MEMBER_RULES
from gridplan.checks.money import MONEY_RULES
from gridplan.checks.networks import NETWORK_RULES
from gridplan.checks.partition import PARTITION_RULES
from gridplan.checks.people import people_in, touched_units, units_by_grid
from gridplan.checks.provision import PROVISION_RULES
from gridplan.checks.resilience import RESILIENCE_RULES
from gridplan.checks.rule import Rule, Verdict
from gridplan.checks.shape import SHAPE_RULES
from gridplan.checks.ties import TIE_RULES
from gridplan.checks.work_book import DATA_STEP, NO_STEP, Step, work_of
from gridplan.grids.plan import Plan
from gridplan.words.kinds import need_kind
from gridplan.words.numbers import counted
from gridplan.words.numbers import people as told_people
from gridplan.words.text import Text

RULES: tuple[Rule, ...] = tuple(
    sorted(
        (
            *PARTITION_RULES,
            *SHAPE_RULES,
            *LEADING_RULES,
            *MEMBER_RULES,
            *TIE_RULES,
            *CHAIN_RULES,
            *LEVEL_RULES,
            *NETWORK_RULES,
            *LIFECYCLE_RULES,
            *COMPETITION_RULES,
            *COUNTY_RULES,
            *MONEY_RULES,
            *ACCESS_RULES,
            *PROVISION_RULES,
            *RESILIENCE_RULES,
        ),
        key=lambda rule: rule.id,
    )
)
"""Every rule, by its number."""


def check_plan(plan: Plan, *, rules: Iterable[Rule] = RULES) -> tuple[Finding, ...]:
    """Return the findings of every rule, or of some, in the order of the rule book.

    A finding that is not met says why (tried on the plan's own data; one finding a cause), whom it touches, what might be done and
    which kind of body would act. Severities are those of the case where it states any (`off` leaves a rule out); a waiver turns a violated finding into a
    waived one that stays visible with its reason. A proposal keeps the findings of its plan: `Proposal.findings`.

    Parameters
    ----------
    plan
        What a rule sees: case, layers, travel times, assignment, members and scores.
    rules
        The rules to ask, in their order; one of your own is a `Rule` with a function Plan -> verdicts.

    Returns
    -------
    tuple of Finding
        One or more a rule: what was measured, against which limit, and where.

    Raises
    ------
    ArgumentError
        If `plan` is no plan.

    Examples
    --------
    >>> rules = [rule for rule in gp.RULES if rule.id in ("R-01", "R-02")]
    >>> [(finding.rule, finding.status) for finding in gp.check_plan(plan, rules=rules)]
    [('R-01', 'met'), ('R-02', 'met')]
    """
    need_kind(plan, Plan, "plan")
    severities = plan.case.rules.severities
    units_of_grid = units_by_grid(plan.assignment.grid_of_unit)
    return tuple(
        finding
        for rule in rules
        if severities.get(rule.id) != "off"
        for verdict in judge_rule(rule, plan)
        for finding in _findings(rule, verdict, plan, units_of_grid)
    )


def judge_rule(rule: Rule, plan: Plan) -> Iterable[Verdict]:
    """Return the verdicts of one rule; a single one without answer if an input is missing, or if it does not concern the plan."""
    missing = missing_inputs(rule.needs, plan)
    if missing is None:
        return rule.check(plan)
    message = Text(zh="未评价：需要{m}", en="not evaluated: needs {m}").format(m=missing)
    return (Verdict("plan", "", None, message, applies=concerns(rule.needs, plan)),)


def _findings(
    rule: Rule, verdict: Verdict, plan: Plan, units_of_grid: Mapping[str, Sequence[str]]
) -> Iterator[Finding]:
    """Yield what a verdict comes to: one finding, or one for each cause where a broken rule has several."""
    if verdict.met is None:
        finding = _finding(rule, verdict, plan)
        yield (
            _with_step(finding, "data", DATA_STEP)
            if verdict.applies
            else _with_step(finding, "not_applicable", NO_STEP)
        )
        return
    _, work = work_of(rule.id, verdict.topic)
    if verdict.met or work is None:
        finding = _finding(rule, verdict, plan)
        touched = () if verdict.met else touched_units(verdict, "places", units_of_grid)
        yield replace(finding, people=people_in(touched, plan.layers.units["population"]))
        return
    parted = work.trial(plan, verdict)
    for cause, places in parted.items():
        part = replace(verdict, places=places)
        people = people_in(touched_units(part, work.touches, units_of_grid), plan.layers.units["population"])
        if len(parted) > 1:
            part = replace(part, message=_told_apart(verdict.message, work.because[cause], len(places), people or 0.0))
        step = work.steps.get(cause, NO_STEP)
        yield replace(_with_step(_finding(rule, part, plan), cause, step), people=people)


def _told_apart(message: Text, because: Text, n: int, residents: float) -> Text:
    """Return the message with what one of several causes has of it."""
    wording = Text(zh="{m}；其中 {n} 个单元（{p}）{b}", en="{m}; of these {n} ({p}): {b}")
    return wording.format(m=message, n=counted(n, "unit"), p=told_people(residents), b=because)


def _with_step(finding: Finding, cause: Cause, step: Step) -> Finding:
    return replace(
        finding,
        cause=cause,
        measure_zh=step.measure.zh,
        measure_en=step.measure.en,
        responsible_zh=step.responsible.zh,
        responsible_en=step.responsible.en,
    )


def _finding(rule: Rule, verdict: Verdict, plan: Plan) -> Finding:
    stated = plan.case.rules.severities.get(rule.id)
    severity = stated if stated is not None and stated != "off" else verdict.severity or rule.severity
    status: Status = "not_evaluated" if verdict.met is None else "met" if verdict.met else "violated"
    waiver = _waiver_for(rule, verdict, plan) if status == "violated" else None
    return Finding(
        rule=rule.id,
        severity=severity,
        status="waived" if waiver else status,
        subject_kind=verdict.subject_kind,
        subject_id=verdict.subject_id,
        measured=_finite(verdict.measured),
        limit=_finite(verdict.limit),
        unit=verdict.unit,
        provenance=rule.provenance,
        message_zh=verdict.message.zh,
        message_en=verdict.message.en,
        reason=waiver.reason if waiver else "",
        author=waiver.author if waiver else "",
        date=waiver.date if waiver else "",
        places=verdict.places,
        topic=verdict.topic,
    )


def _finite(value: float | None) -> float | None:
    return float(value) if value is not None and math.isfinite(value) else None


def _waiver_for(rule: Rule, verdict: Verdict, plan: Plan) -> Waiver | None:
    """Return the waiver of a verdict: for all subjects, by its subject, by the lead of its grid, or by all units it concerns."""
    waivers = {waiver.subject: waiver for waiver in plan.case.rules.waivers if waiver.rule == rule.id}
    lead = str(plan.assignment.lead_of_grid.get(verdict.subject_id, "")) if verdict.subject_kind == "grid" else ""
    for name in ("", verdict.subject_id, lead):
        if name in waivers:
            return waivers[name]
    covered = verdict.places and all(unit in waivers for unit in verdict.places)
    return waivers[verdict.places[0]] if covered else None
