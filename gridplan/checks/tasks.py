"""Findings as a list of work: whom each touches, and one row for what is the same fact in many places, the weightiest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from gridplan.checks.finding import Cause, Finding, FindingSeverity, Status
from gridplan.checks.people import people_in, touched_units, units_by_grid
from gridplan.checks.rule_book import RULES
from gridplan.checks.work_book import work_of
from gridplan.words.text import Text

FIRST = 5
"""Rows of the first screen."""
_TITLES = {rule.id: rule.title for rule in RULES}
_SEVERITIES: tuple[FindingSeverity, ...] = ("must", "should", "note")


@dataclass(frozen=True)
class Part:
    """What one cause has of a row of work: what is wrong, its units and residents, the suggested measure, the kind of body to act."""

    cause: Cause
    head: Text
    n_units: int
    people: float | None
    measure: Text
    responsible: Text


@dataclass(frozen=True)
class Task:
    """One row of work: findings that tell one fact.

    - rules; severity, status: of all its findings; head: what is wrong
    - findings: their positions among all findings; grids: of those that concern a grid; places: units to look at
    - n_subjects: grids, facilities or other subjects concerned; people: residents touched, each once, None where nobody's
    - parts: by cause, most residents first
    """

    rules: tuple[str, ...]
    severity: FindingSeverity
    status: Status
    head: Text
    findings: tuple[int, ...]
    grids: tuple[str, ...]
    places: tuple[str, ...]
    n_subjects: int
    people: float | None
    parts: tuple[Part, ...]


def list_work(findings: Sequence[Finding], units: pd.DataFrame) -> tuple[Task, ...]:
    """Return what is to be done about findings that are not met, waived or not evaluated, in the order in which to look at it.

    Findings of one question and severity are one row, whatever their grids; severity comes first, then residents touched, then
    the number of subjects. What is waived, lacks data or does not apply follows what is not met.

    Parameters
    ----------
    findings
        Of a plan or proposal.
    units
        Index unit_id; population and grid_id, as a proposal has them.

    Returns
    -------
    tuple of Task
        Each with its findings, units, residents, causes, suggested measures and the kinds of body that would act.

    Examples
    --------
    >>> [(task.rules, task.severity) for task in list_work(proposal.findings, proposal.units)][:1]
    [(('R-34',), 'should')]
    """
    units_of_grid, population = units_by_grid(units["grid_id"]), units["population"]
    rows: dict[tuple[str, ...], list[int]] = {}
    for place, finding in enumerate(findings):
        if finding.status != "met":
            rows.setdefault(_row_of(finding), []).append(place)
    tasks = [
        _task([(place, findings[place]) for place in places], units_of_grid, population) for places in rows.values()
    ]
    return tuple(sorted(tasks, key=_weight))


def _row_of(finding: Finding) -> tuple[str, ...]:
    """Return what findings of one row share."""
    key, work = work_of(finding.rule, finding.topic)
    if finding.status == "not_evaluated":
        return (finding.rule, finding.status, finding.cause)
    return (work.joins or key if work else key, finding.status, finding.severity)


_ORDER: tuple[Status, ...] = ("violated", "waived", "not_evaluated", "met")


def _weight(task: Task) -> tuple[object, ...]:
    applies = all(part.cause != "not_applicable" for part in task.parts)
    known = task.people is not None
    return (
        _ORDER.index(task.status),
        not applies,
        _SEVERITIES.index(task.severity),
        not known,
        -(task.people or 0.0),
        -task.n_subjects,
        task.rules,
    )


def _task(rows: list[tuple[int, Finding]], units_of_grid: Mapping[str, Sequence[str]], population: pd.Series) -> Task:
    own = [finding for _, finding in rows]
    touched = [_touched(finding, units_of_grid) for finding in own]
    every = [unit for units in touched for unit in units]
    look = dict.fromkeys(unit for finding in own for unit in finding.places) or dict.fromkeys(every)
    return Task(
        rules=tuple(sorted({finding.rule for finding in own})),
        severity=own[0].severity,
        status=own[0].status,
        head=_head(own),
        findings=tuple(place for place, _ in rows),
        grids=tuple(sorted({finding.subject_id for finding in own if finding.subject_kind == "grid"})),
        places=tuple(look),
        n_subjects=len({(finding.subject_kind, finding.subject_id) for finding in own}),
        people=people_in(every, population),
        parts=_parts(own, touched, population),
    )


def _parts(own: Sequence[Finding], touched: Sequence[tuple[str, ...]], population: pd.Series) -> tuple[Part, ...]:
    """Return the causes of a row; what joins another question's row tells the same units once more and is left out."""
    pairs = [pair for pair in zip(own, touched, strict=True) if not _joins(pair[0])] or list(
        zip(own, touched, strict=True)
    )
    parts = []
    for cause in dict.fromkeys(finding.cause for finding, _ in pairs):
        of_cause = [(finding, units) for finding, units in pairs if finding.cause == cause]
        units = dict.fromkeys(unit for _, units in of_cause for unit in units)
        first = of_cause[0][0]
        measure = Text(zh=first.measure_zh, en=first.measure_en)
        body = Text(zh=first.responsible_zh, en=first.responsible_en)
        parts.append(
            Part(
                cause,
                _head([finding for finding, _ in of_cause]),
                len(units),
                people_in(units, population),
                measure,
                body,
            )
        )
    return tuple(sorted(parts, key=lambda part: -(part.people or 0.0)))


def _joins(finding: Finding) -> bool:
    _, work = work_of(finding.rule, finding.topic)
    return work is not None and work.joins != ""


def _touched(finding: Finding, units_of_grid: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    if finding.status == "not_evaluated":
        return ()
    _, work = work_of(finding.rule, finding.topic)
    return touched_units(finding, work.touches if work else "places", units_of_grid)


def _head(own: Sequence[Finding]) -> Text:
    """Return what is wrong, with how often each of several kinds; the title of the rule where nothing is said of it."""
    first = own[0]
    _, work = work_of(first.rule, first.topic)
    if work is None or first.status == "not_evaluated":
        return _TITLES.get(first.rule, Text(zh=first.rule, en=first.rule))
    if work.details is None:
        return work.head
    topics = [finding.topic for finding in own if finding.topic in work.details]
    told = [(work.details.label(topic), topics.count(topic)) for topic in dict.fromkeys(topics)]
    if not told:
        return work.head
    return Text(
        zh=f"{work.head.zh}：{'、'.join(f'{label.zh} {n}' for label, n in told)}",
        en=f"{work.head.en}: {', '.join(f'{label.en} {n}' for label, n in told)}",
    )
