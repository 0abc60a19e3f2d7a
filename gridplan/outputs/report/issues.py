"""What is not met, told for officials: the list of work in the order of the four causes, a row for each fact and cause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gridplan.checks.rule_book import RULES
from gridplan.checks.tasks import Part, Task, list_work
from gridplan.outputs.report.blocks import EMPTY
from gridplan.outputs.report.figures import Figures
from gridplan.outputs.report.wording import capital, decimal, listed, official, share
from gridplan.words.numbers import counted
from gridplan.words.text import Text
from gridplan.words.vocabulary import CAUSES

if TYPE_CHECKING:
    from gridplan.checks.finding import Finding

HEADINGS: dict[str, Text] = {
    "supply": Text(zh="供给缺口（当地没有可以划入的资源）", en="Gaps in supply: nothing there to assign"),
    "plan": Text(zh="方案问题（由划分引起，可以通过调整改变）", en="Of the plan: other lines would change it"),
    "data": Text(zh="资料缺失（没有数据，不能判断，不表示符合）", en="Not told: without data it is not judged, which is no pass"),
    "operation": Text(zh="运行监测（与划分无关，运行中改进）", en="Of operation: independent of the lines"),
    "": Text(zh="未注明成因", en="Cause not stated"),
    "waived": Text(zh="已批准的例外", en="Exceptions granted"),
}  # fmt: skip
"""Headings of the list, in order."""
_TITLES = {rule.id: rule.title for rule in RULES}
_HOSPITAL_RULES = frozenset(rule.id for rule in RULES if rule.family in ("leads", "money"))
"""Rules whose messages begin with a hospital and mean it, where others mean the grid that it leads."""
_COUNTY_RULES = frozenset(rule.id for rule in RULES if rule.family == "county")


@dataclass(frozen=True)
class Issue:
    """A row of the list: what is not met, how severe it is, whom it touches, by which rule, and what may be done by whom."""

    cause: str
    severity: str
    problem: Text
    people: float | None
    basis: Text
    measure: Text
    responsible: Text
    approved: Text = EMPTY


def issues_of(figures: Figures, *, in_full: bool = False) -> list[Issue]:
    """Return what is not met, not judged or waived, a row for each fact and cause as the list of work has it; notes are left out.

    With `in_full` each finding is a row of its own.
    """
    proposal = figures.proposal
    issues: list[Issue] = []
    for task in list_work(proposal.findings, proposal.units):
        own = [proposal.findings[place] for place in task.findings]
        if task.status == "waived":
            issues += [_waived(finding, figures) for finding in own]
        elif task.status == "not_evaluated" or task.severity != "note":
            for part in task.parts:
                group = [finding for finding in own if finding.cause == part.cause]
                if not _concerns(task, part, figures):
                    continue
                if in_full:
                    issues += [_alone(finding, _cause(task, part), figures) for finding in group]
                else:
                    issues.append(_together(task, part, group, figures))
    return sorted(issues, key=lambda issue: list(HEADINGS).index(issue.cause))


def short_cause(cause: str) -> Text:
    """Return a cause as one says it in passing."""
    return CAUSES.label(cause) if cause in CAUSES else HEADINGS[cause]


def _concerns(task: Task, part: Part, figures: Figures) -> bool:
    if _cause(task, part) not in HEADINGS:
        return False
    has_counties = figures.county or bool(figures.proposal.case.county.districts)
    return task.status == "violated" or has_counties or not _COUNTY_RULES.issuperset(task.rules)


def _cause(task: Task, part: Part) -> str:
    """Return the cause of a part; what an older proposal has not evaluated without saying why lacks data."""
    return part.cause or ("data" if task.status == "not_evaluated" else "")


def _together(task: Task, part: Part, group: Sequence[Finding], figures: Figures) -> Issue:
    if len(group) == 1:
        return _alone(group[0], _cause(task, part), figures)
    return Issue(
        cause=_cause(task, part),
        severity=task.severity,
        problem=_where(group, figures, part.head),
        people=part.people,
        basis=listed(_title(rule) for rule in task.rules),
        measure=_for_officials(part.measure, figures),
        responsible=_for_officials(part.responsible, figures),
    )


def _alone(finding: Finding, cause: str, figures: Figures) -> Issue:
    return Issue(
        cause=cause,
        severity=finding.severity,
        problem=_message(finding, figures),
        people=finding.people,
        basis=_title(finding.rule),
        measure=_for_officials(Text(zh=finding.measure_zh, en=finding.measure_en), figures),
        responsible=_for_officials(Text(zh=finding.responsible_zh, en=finding.responsible_en), figures),
    )


def _waived(finding: Finding, figures: Figures) -> Issue:
    return replace(_alone(finding, "waived", figures), measure=_reason(finding, figures), approved=_approved(finding))


def _title(rule: str) -> Text:
    return _TITLES.get(rule, Text(zh=rule, en=rule))


def _message(finding: Finding, figures: Figures) -> Text:
    """Return the message of a finding, of a grid by what the grid is called and not by its lead."""
    text = official(Text(zh=finding.message_zh, en=finding.message_en), figures.fewest)
    label = figures.labels.get(finding.subject_id) if finding.subject_kind == "grid" else None
    if label is None:
        return capital(text)
    name = str(figures.proposal.grids["name"].get(finding.subject_id, ""))
    if name and text.zh.startswith(name) and finding.rule not in _HOSPITAL_RULES:
        return Text(zh=label.zh + text.zh.removeprefix(name), en=text.en.replace(name, label.en, 1))
    return Text(zh=f"{label.zh}：{text.zh}", en=f"{label.en}: {text.en}")


def _where(group: Sequence[Finding], figures: Figures, head: Text) -> Text:
    grids = {finding.subject_id for finding in group if finding.subject_kind == "grid"}
    others = len({finding.subject_id for finding in group if finding.subject_kind != "plan"})
    if grids:
        who = listed(label for grid, label in figures.labels.items() if grid in grids)
    elif group[0].subject_kind == "facility":
        who = Text(zh=f"{others}家机构", en=counted(others, "institution").en)
    else:
        who = figures.n_units(others)
    return Text(zh="{h}（{w}{r}）", en="{h} ({w}{r})").format(h=head, w=who, r=_range(group))


def _range(group: Sequence[Finding]) -> Text:
    """Return the range of what was measured in the grids, where it is a share or a time."""
    unit = group[0].unit
    values = sorted(f.measured for f in group if f.measured is not None and f.subject_kind == "grid" and f.unit == unit)
    show = {"share": share, "min": decimal}.get(unit)
    if show is None or len(values) < 2:
        return EMPTY
    noun = Text(zh="分钟", en=" min") if unit == "min" else EMPTY
    return Text(zh="，{a}至{b}{u}", en=", {a} to {b}{u}").format(a=show(values[0]), b=show(values[-1]), u=noun)


def _for_officials(text: Text, figures: Figures) -> Text:
    said = official(text, figures.fewest)
    return capital(Text(zh=said.zh.rstrip("。；"), en=said.en.rstrip(".;")))


def _reason(finding: Finding, figures: Figures) -> Text:
    reason = official(Text(zh=finding.reason, en=finding.reason), figures.fewest)
    return Text(zh=f"不调整：{reason.zh}", en=f"no change: {reason.en}")


def _approved(finding: Finding) -> Text:
    told = [part for part in (finding.author, finding.date) if part]
    return Text(zh="，".join(told), en=", ".join(told))
