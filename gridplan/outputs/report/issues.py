"""What is not met, told for officials: findings of one rule and one cause are one row, in the order of the four causes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gridplan.checks.rule_book import RULES
from gridplan.outputs.report.blocks import EMPTY
from gridplan.outputs.report.figures import Figures
from gridplan.outputs.report.wording import decimal, listed, official, share, without_few
from gridplan.words.text import Text

if TYPE_CHECKING:
    from gridplan.checks.finding import Finding

CAUSES: dict[str, Text] = {
    "supply": Text(zh="供给缺口（当地没有可以划入的资源）", en="Gaps in supply: nothing there to assign"),
    "plan": Text(zh="方案问题（由划分引起，可以通过调整改变）", en="Of the plan: other lines would change it"),
    "data": Text(zh="资料缺失（没有数据，不能判断，不表示符合）", en="Not told: without data it is not judged, which is no pass"),
    "operation": Text(zh="运行监测（与划分无关，运行中改进）", en="Of operation: independent of the lines"),
    "": Text(zh="未注明成因", en="Cause not stated"),
    "waived": Text(zh="已批准的例外", en="Exceptions granted"),
}  # fmt: skip
"""Headings of the list, in order."""
SHORT_CAUSES: dict[str, Text] = {
    "supply": Text(zh="供给缺口", en="gap in supply"),
    "plan": Text(zh="方案问题", en="of the plan"),
    "data": Text(zh="资料缺失", en="not told"),
    "operation": Text(zh="运行监测", en="of operation"),
    "": Text(zh="未注明成因", en="cause not stated"),
}
_TITLES = {rule.id: rule.title for rule in RULES}
_HOSPITAL_RULES = frozenset(rule.id for rule in RULES if rule.family in ("leads", "money"))
"""Rules whose messages begin with a hospital and mean it, where others mean the grid that it leads."""
_COUNTY_RULES = frozenset(rule.id for rule in RULES if rule.family == "county")


@dataclass(frozen=True)
class Issue:
    """A row of the list: what is not met, whom it touches, by which rule, and what may be done by whom."""

    cause: str
    problem: Text
    people: float | None
    basis: Text
    measure: Text
    responsible: Text
    approved: Text = EMPTY


def issues_of(figures: Figures) -> list[Issue]:
    """Return the list of what is not met, not judged or waived; notes are left out."""
    findings = [finding for finding in figures.proposal.findings if _matters(finding, figures)]
    groups: dict[tuple[str, ...], list[Finding]] = {}
    for finding in findings:
        groups.setdefault(_key(finding), []).append(finding)
    issues = [_issue(group, figures) for group in groups.values()]
    return sorted(issues, key=lambda issue: list(CAUSES).index(issue.cause))


def _matters(finding: Finding, figures: Figures) -> bool:
    if _cause(finding) not in CAUSES:
        return False
    if finding.status == "not_evaluated":
        has_counties = figures.county or bool(figures.proposal.case.county.districts)
        return has_counties or finding.rule not in _COUNTY_RULES
    return finding.status == "waived" or (finding.status == "violated" and finding.severity != "note")


def _cause(finding: Finding) -> str:
    if finding.status == "waived":
        return "waived"
    return finding.cause or "data" if finding.status == "not_evaluated" else finding.cause


def _key(finding: Finding) -> tuple[str, ...]:
    alone = (finding.subject_id,) if finding.subject_kind == "plan" or finding.status == "waived" else ()
    return (_cause(finding), finding.rule, finding.topic, finding.subject_kind, finding.unit, *alone)


def _issue(group: Sequence[Finding], figures: Figures) -> Issue:
    first = group[0]
    basis = _TITLES.get(first.rule, Text(zh=first.rule, en=first.rule))
    told = [finding.people for finding in group]
    return Issue(
        cause=_cause(first),
        problem=_message(first, figures) if len(group) == 1 else _together(group, figures, basis),
        people=sum(number for number in told if number is not None) if None not in told else None,
        basis=basis,
        measure=_reason(first) if first.status == "waived" else _merged((f.measure_zh, f.measure_en) for f in group),
        responsible=_merged((finding.responsible_zh, finding.responsible_en) for finding in group),
        approved=_approved(first) if first.status == "waived" else EMPTY,
    )


def _message(finding: Finding, figures: Figures) -> Text:
    """Return the message of a finding, of a grid by what the grid is called and not by its lead."""
    text = Text(zh=official(finding.message_zh), en=without_few(finding.message_en))
    label = figures.labels.get(finding.subject_id) if finding.subject_kind == "grid" else None
    if label is None:
        return text
    name = str(figures.proposal.grids["name"].get(finding.subject_id, ""))
    if name and text.zh.startswith(name) and finding.rule not in _HOSPITAL_RULES:
        return Text(zh=label.zh + text.zh.removeprefix(name), en=text.en.replace(name, label.en, 1))
    return Text(zh=f"{label.zh}：{text.zh}", en=f"{label.en}: {text.en}")


def _together(group: Sequence[Finding], figures: Figures, basis: Text) -> Text:
    subjects = dict.fromkeys(finding.subject_id for finding in group)
    if group[0].subject_kind == "grid":
        who = listed(figures.labels.get(subject, Text(zh=subject, en=subject)) for subject in subjects)
    elif group[0].subject_kind == "facility":
        who = Text(zh=f"{len(subjects)}家机构", en=f"{len(subjects)} institutions")
    else:
        who = Text(zh=f"{len(subjects)}个{figures.unit_noun.zh}", en=f"{len(subjects)} {figures.unit_noun.en}")
    return Text(zh="{b}：{w}{r}", en="{b}: {w}{r}").format(b=basis, w=who, r=_range(group))


def _range(group: Sequence[Finding]) -> Text:
    """Return the range of what was measured, where it is a share or a time."""
    values = sorted(finding.measured for finding in group if finding.measured is not None)
    show = {"share": share, "min": decimal}.get(group[0].unit)
    if show is None or len(values) < 2:
        return EMPTY
    unit = Text(zh="分钟", en=" min") if group[0].unit == "min" else EMPTY
    return Text(zh="（{a}至{b}{u}）", en=" ({a} to {b}{u})").format(a=show(values[0]), b=show(values[-1]), u=unit)


def _merged(pairs: Iterable[tuple[str, str]]) -> Text:
    said = [pair for pair in dict.fromkeys(pairs) if pair[0] or pair[1]]
    zh = "；".join(official(zh).rstrip("。；") for zh, _ in said)
    return Text(zh=zh, en="; ".join(en.rstrip(".;") for _, en in said))


def _reason(finding: Finding) -> Text:
    reason = official(finding.reason)
    return Text(zh=f"不调整：{reason}", en=f"no change: {finding.reason}")


def _approved(finding: Finding) -> Text:
    told = [part for part in (finding.author, finding.date) if part]
    return Text(zh="，".join(told), en=", ".join(told))
