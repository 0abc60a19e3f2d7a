"""The annexes of the document, made of the proposal's frames; one without data keeps its number and says what was not provided."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from gridplan.outputs.audiences import Audience, holds
from gridplan.outputs.report.annex_parts import column, missing
from gridplan.outputs.report.blocks import EMPTY, Annex, Column, GroupRow, Row, Table, TotalRow
from gridplan.outputs.report.figures import SAME, Figures
from gridplan.outputs.report.gaps import mark
from gridplan.outputs.report.issues import HEADINGS, issues_of
from gridplan.outputs.report.members_annex import members_annex
from gridplan.outputs.report.plate_map import centre_bounds
from gridplan.outputs.report.record_annexes import budgets_annex, centres_annex, reserves_annex
from gridplan.outputs.report.sentences import say
from gridplan.outputs.report.without_a_car import without_car_tables
from gridplan.outputs.report.wording import capital, listed, share, short_name, whole
from gridplan.words.numbers import rounded_up, stated
from gridplan.words.text import Text
from gridplan.words.vocabulary import REASONS

_EMPTY_ROWS = 8
_PROVEN = 1e-6


def annexes_of(figures: Figures, audience: Audience, *, in_full: bool = False) -> tuple[Annex, ...]:
    """Return the annexes for an audience, each under its own number.

    Parameters
    ----------
    figures : of what the audience is shown.
    audience : for whom.
    in_full : every station, clinic and finding in a row of its own, as a workbook has them.
    """
    return (
        _grids(figures),
        members_annex(figures, audience, in_full=in_full),
        _plates(figures),
        _changes(figures, audience),
        _resources(figures),
        _issues(figures, audience, in_full=in_full),
        reserves_annex(figures),
        budgets_annex(figures),
        centres_annex(figures),
        _alternatives(figures, audience),
        _comments(figures, audience),
    )


def _grids(figures: Figures) -> Annex:
    provisional = figures.groups_provisional
    name = (
        Text(zh="集团名称（暂名）", en="Group (provisional name)") if provisional else Text(zh="集团名称", en="Group")
    )
    columns = (
        column("序号", "No.", 10, "code"),
        column("医共体" if figures.county else "网格", "Grid", 18, "code"),
        Column(name, 33),
        column("牵头医院", "Lead", 31),
        column("区县", "Districts", 26),
        Column(capital(figures.street_noun), 46),
        Column(capital(figures.unit_noun) if figures.has_streets else Text(zh="单元", en="Units"), 14, "whole"),
        column("常住人口", "Residents", 17, "people"),
        column("65岁及以上", "Aged 65+", 15, "people"),
        column("面积", "Area", 15, "area"),
    )
    units = figures.proposal.units
    rows: list[Row] = []
    for row, (grid, told) in enumerate(figures.proposal.grids.iterrows()):
        own = figures.streets[[row in grids for grids in figures.streets["grids"]]]
        names = [
            f"{name}（部分）" if len(grids) > 1 else name for name, grids in zip(own["name"], own["grids"], strict=True)
        ]
        rows.append(
            (
                str(row + 1), figures.labels[str(grid)], figures.groups[str(grid)], str(told["lead_name"]),
                listed(dict.fromkeys(filter(None, own["district"]))), listed(names), int(told["n_units"]),
                float(told["population"]), float(told["population_65"]), float(told["area_km2"]),
            )
        )  # fmt: skip
    grids = figures.proposal.grids
    rows.append(
        TotalRow(
            (
                "", Text(zh="合计", en="Total"), "", say("{n}家", "{n}", n=whole(len(grids))), say("{n}个", "{n}", n=whole(figures.n_districts)),
                say("{n}个", "{n}", n=whole(len(figures.streets))), len(units), float(grids["population"].sum()),
                float(grids["population_65"].sum(min_count=1)), float(grids["area_km2"].sum()),
            )
        )
    )  # fmt: skip
    noun = "医共体" if figures.county else "医疗集团"
    note = Text(zh="注：合计数按未取整的数相加。", en="Totals add up the full numbers.")
    if provisional:
        note = say(
            "注：名称为暂名的，由牵头医院简称加“{n}”组成。合计数按未取整的数相加。",
            "Provisional names are made from the lead's. Totals add up the full numbers.",
            n=noun,
        )
    unit = Text(zh="单位：万人、平方千米", en="Persons, km²")
    title = Text(zh="医共体划分表" if figures.county else "网格划分表", en="Grids")
    return Annex(1, title, (Table(columns, tuple(rows), unit=unit, note=note),), turned=True)


def _plates(figures: Figures) -> Annex:
    n = len(figures.proposal.grids)
    centre = Text(zh="中心放大图一幅、", en=", a plate of the centre") if centre_bounds(figures) is not None else EMPTY
    where = say(
        "全域图一幅、{c}各{g}图{n}幅，附后；另存为网格图文件，便于放大印制。",
        "A plate of the whole{c} and {n} of single grids follow; they also stand in a file of their own.",
        c=centre, g=figures.grid_noun, n=whole(n),
    )  # fmt: skip
    return Annex(3, Text(zh="医共体范围图" if figures.county else "网格图", en="Plates"), absent=where)


def _changes(figures: Figures, audience: Audience) -> Annex:
    title = Text(zh="与现行分组对照表", en="Against the grouping in force")
    if not figures.has_baseline:
        return Annex(4, title, absent=missing("现行分组", "the grouping in force"))
    with_minutes = holds(audience, "losers")
    columns = [Column(capital(figures.street_noun), 32), column("人口", "Residents", 18, "people")]
    if with_minutes:
        columns += [
            column("原分钟", "Before", 17, "minutes"),
            column("新分钟", "After", 17, "minutes"),
            column("变化", "Change", 16, "change"),
        ]
    columns.append(column("调整理由", "Reason", 56))
    units, moves = figures.proposal.units, figures.lead_moves
    pairs = (
        units[moves]
        .groupby(["baseline_lead_id", "lead_id"])["population"]
        .sum()
        .sort_values(ascending=False, kind="stable")
    )
    place = figures.proposal.case.place.name
    rows: list[Row] = []
    open_reason = False
    for (old, new), residents in pairs.items():
        chosen = moves & units["baseline_lead_id"].eq(old) & units["lead_id"].eq(new)
        heads = [short_name(figures.name_of(lead), place) for lead in (old, new)]
        rows.append(
            GroupRow(
                say("{a} → {b}　{p}", "{a} → {b}, {p}", a=heads[0], b=heads[1], p=figures.people(float(residents)))
            )
        )
        for street, told in figures.street_changes(chosen).iterrows():
            reason = _reason(figures, old, new, street, float(told["population"]))
            open_reason |= reason is None
            values = (told["before"], told["after"], told["after"] - told["before"]) if with_minutes else ()
            rows.append((str(told["name"]), float(told["population"]), *values, reason or mark("reason")))
    blanks = ("",) * (len(columns) - 3)
    rest = figures.street_of_unit[~moves].nunique()
    same = say("其余{n}个（含部分）", "The other {n} (or parts)", n=whole(rest))
    rows += [
        TotalRow((Text(zh="合计", en="Total"), float(units["population"][moves].sum()), *blanks, "")),
        (same, float(units["population"][~moves].sum()), *blanks, Text(zh="牵头医院不变", en="same lead")),
    ]
    unit = Text(zh="单位：万人、分钟", en="Persons, minutes") if with_minutes else Text(zh="单位：万人", en="Persons")
    return Annex(4, title, (Table(tuple(columns), tuple(rows), unit=unit),))


def _reason(figures: Figures, old: str, new: str, street: Any, residents: float) -> Text | None:
    """Return why a street has another lead, as far as the numbers tell."""
    grids = figures.proposal.grids
    leading = grids.index[grids["lead_id"] == old]
    if not len(leading):
        return Text(zh="原牵头医院不再牵头", en="the lead of today leads no longer")
    if {old, new} <= set(figures.to_leads.columns):
        own = figures.street_of_unit.index[figures.street_of_unit == street]
        weight, table = figures.proposal.units["population"][own], figures.to_leads.loc[own]
        if (weight * (table[new] - table[old])).sum() < -SAME:
            return Text(zh="距新牵头医院较近", en="nearer to the new lead")
    balance = figures.proposal.case.grids.balance
    told = grids.loc[leading[0]]
    if balance is not None and told["population"] > 0:
        mean = told["population"] / (1 + told["deviation"])
        deviation = (told["population"] + residents) / mean - 1
        if deviation > balance:
            return say(
                "若不调整，{g}人口将高于平均{d}，超过{b}", "else {g} would be {d} above the mean, beyond {b}",
                g=figures.labels[str(leading[0])], d=share(deviation), b=stated(balance),
            )  # fmt: skip
    return _told_reason(figures, street)


def _told_reason(figures: Figures, street: Any) -> Text | None:
    """Return the reason that holds for most people of a street, in a word."""
    reasons = figures.proposal.reasons
    if not len(reasons):
        return None
    own = figures.street_of_unit.index[figures.street_of_unit == street]
    word = reasons.set_index("unit_id")["reason"].reindex(own)
    people = figures.proposal.units["population"][own].groupby(word).sum()
    return REASONS.get(str(people.idxmax())) if len(people) else None


def _resources(figures: Figures) -> Annex:
    grids = figures.proposal.grids
    kinds = ("rehabilitation_beds", "nursing_beds", "hospice_beds")
    columns = (
        column("医共体" if figures.county else "网格", "Grid", 24, "code"),
        column("常住人口", "Residents", 20, "people"),
        column("平均分钟", "Mean minutes", 20, "minutes"),
        column("九成居民分钟", "Nine in ten", 22, "minutes"),
        Column(say("{t}分钟内", "Within {t} min", t=figures.limit), 22, "share"),
        column("医院床位", "Hospital beds", 19, "whole"),
        column("每千人床位", "Beds per 1,000", 19, "ratio"),
        column("执业医师", "Doctors", 19, "whole"),
        column("康复床位", "Rehabilitation", 20, "whole"),
        column("护理床位", "Nursing", 20, "whole"),
        column("安宁疗护床位", "Hospice", 20, "whole"),
    )
    rows: list[Row] = []
    for grid, told in grids.iterrows():
        care = tuple(_beds_told(grids[name], told[name]) for name in kinds)
        rows.append(
            (
                figures.labels[str(grid)], float(told["population"]), float(told["mean_minutes"]), float(told["p90_minutes"]),
                float(told["share_within"]), _beds_told(grids["beds"], told["beds"]), float(told["beds_per_1000"]),
                _beds_told(grids["doctors"], told["doctors"]), *care,
            )
        )  # fmt: skip
    residents = float(grids["population"].sum())
    beds = float(grids["beds"].sum(min_count=1))
    rows.append(
        TotalRow(
            (
                Text(zh="合计", en="Total"), residents, float(figures.score("mean_minutes")), float(figures.score("p90_minutes")),
                float(figures.score("share_within")), _beds_told(grids["beds"], beds), beds / residents * 1000 if residents else None,
                *(_beds_told(grids[name], float(grids[name].sum(min_count=1))) for name in ("doctors", *kinds)),
            )
        )
    )  # fmt: skip
    note = Text(
        zh="注：“缺”指本网格没有这类床位；“未提供”指数据没有这一项。",
        en="“None”: the grid has no such beds; “not told”: the data have no such column.",
    )
    title, unit = (
        Text(zh="可达与资源表", en="Access and resources"),
        Text(zh="单位：万人、分钟、张、人", en="Persons, minutes, beds"),
    )
    buses = without_car_tables(figures)
    table = Table(columns, tuple(rows), name=title if buses else EMPTY, unit=unit, note=note)
    return Annex(5, title, (table, *buses), turned=True)


def _beds_told(column: pd.Series, value: float) -> Any:
    if column.isna().all():
        return Text(zh="未提供", en="not told")
    return Text(zh="缺", en="none") if np.isnan(value) or value == 0 else float(value)


def _issues(figures: Figures, audience: Audience, *, in_full: bool) -> Annex:
    with_waivers = holds(audience, "waivers")
    title = Text(zh="问题与豁免清单", en="Problems and waivers") if with_waivers else Text(zh="问题清单", en="Problems")
    issues = issues_of(figures, in_full=in_full)
    if not issues:
        told = say("各项要求均已达到，无需列入的事项。", "All requirements are met; nothing has to be listed.")
        return Annex(6, title, absent=told)
    columns = [
        column("问题", "Problem", 72),
        column("涉及人口（万人）", "People", 18, "people"),
        column("依据", "Requirement", 30),
        column("建议措施", "Measure", 48),
        column("责任单位", "Responsible", 22),
        column("时限", "By when", 14),
    ]
    if with_waivers:
        columns.append(column("批准人", "Approved by", 21))
    rows: list[Row] = []
    for cause, heading in HEADINGS.items():
        own = [issue for issue in issues if issue.cause == cause]
        rows += [GroupRow(heading)] if own else []
        for issue in own:
            number = float("nan") if issue.people is None else float(issue.people)
            values = (issue.problem, number, issue.basis, issue.measure, issue.responsible, "")
            rows.append((*values, issue.approved) if with_waivers else values)
    gaps = [] if any(issue.measure.zh for issue in issues if issue.cause != "waived") else [mark("measures")]
    gaps.append(mark("responsible"))
    gap = Text(zh="　".join(gap.zh for gap in gaps), en="  ".join(gap.en for gap in gaps))
    return Annex(6, title, (Table(tuple(columns), tuple(rows), gap=gap),), turned=True)


def _alternatives(figures: Figures, audience: Audience) -> Annex:
    title = Text(zh="备选方案比较", en="Alternatives")
    table = figures.proposal.alternatives
    if not len(table):
        return Annex(10, title, absent=missing("备选方案（本方案为给定的划分）", "alternatives (this plan was given)"))
    columns = (
        Column(capital(say("{g}数", "{g}", g=figures.grid_noun)), 19, "code"),
        column("牵头医院", "Leads", 47),
        column("平均分钟", "Mean minutes", 16, "minutes"),
        Column(say("{t}分钟内", "Within {t} min", t=figures.limit), 17, "share"),
        column("最大偏差", "Worst deviation", 16, "share"),
        column("改换牵头（万人）", "Residents who change", 18, "people"),
        column("未达到必须、应当", "Must and should not met", 20, "code"),
        column("计算结果", "Proven", 22, "code"),
    )
    place = figures.proposal.case.place.name
    rows: list[Row] = []
    kept = True
    for row in table.to_dict("records"):
        leads = [lead.strip() for lead in _lead_ids(row["leads"])]
        own = set(leads) == set(figures.proposal.grids["lead_id"])
        moved, unmet = _alternative_change(figures, row, own=own), _unmet(figures, row, own=own)
        kept &= moved is not None and unmet is not None
        number = say("{k}个（本方案）" if own else "{k}个", "{k} (this plan)" if own else "{k}", k=whole(row["k"]))
        rows.append(
            (
                number, listed(short_name(figures.name_of(lead), place) for lead in leads), row["mean_minutes"], row["share_within"],
                row["worst_deviation"], _NOT_KEPT if moved is None else moved, _NOT_KEPT if unmet is None else unmet, _proven(row["gap"]),
            )
        )  # fmt: skip
    note = EMPTY if kept else Text(
        zh="注：“未留存”指方案文件没有保存该方案的这一数字。", en="“Not kept”: the proposal holds no such number of that plan."
    )  # fmt: skip
    return Annex(10, title, (Table(columns, tuple(rows), note=note),))


_NOT_KEPT = Text(zh="未留存", en="not kept")


def _lead_ids(leads: Any) -> list[str]:
    return leads.split(",") if isinstance(leads, str) else list(leads)


def _alternative_change(figures: Figures, row: dict[Any, Any], *, own: bool) -> float | Text | None:
    if not figures.has_baseline:
        return Text(zh="—", en="–")
    if own and figures.change is not None:
        return figures.change.residents
    told = row.get("residents_moved")
    return None if told is None or np.isnan(told) else float(told)


def _unmet(figures: Figures, row: dict[Any, Any], *, own: bool) -> Text | None:
    if own:
        counts = [
            sum(finding.status == "violated" and finding.severity == severity for finding in figures.proposal.findings)
            for severity in ("must", "should")
        ]
    elif np.isnan(row.get("n_must", np.nan)) or np.isnan(row.get("n_should", np.nan)):
        return None
    else:
        counts = [int(row["n_must"]), int(row["n_should"])]
    return say("{a}、{b}", "{a}, {b}", a=whole(counts[0]), b=whole(counts[1]))


def _proven(gap: Any) -> Text:
    if gap is None or np.isnan(gap):
        return Text(zh="未证明", en="not proven")
    if gap <= _PROVEN:
        return Text(zh="已证明最优", en="proven best")
    return say("差距不超过{g}", "within {g}", g=share(rounded_up(gap)))


def _comments(figures: Figures, audience: Audience) -> Annex:
    columns = (
        column("序号", "No.", 12, "code"), column("单位或个人", "Who", 30), column("意见", "Comment", 54),
        column("采纳情况", "Decision", 22, "code"), column("理由", "Reason", 38),
    )  # fmt: skip
    revision = figures.proposal.provenance.revision
    comments = () if revision is None else revision.comments
    rows: list[Row] = [
        (str(number + 1), said.author, said.text, _DECISIONS.get(said.decision, EMPTY), said.decision_reason)
        for number, said in enumerate(comments)
    ]
    rows += [(str(number + 1), "", "", "", "") for number in range(len(rows), _EMPTY_ROWS)]
    title = Text(zh="意见采纳情况表", en="Comments and decisions")
    return Annex(11, title, (Table(columns, tuple(rows), gap=mark("decisions")),))


_DECISIONS = {
    "adopted": Text(zh="采纳", en="adopted"),
    "partly": Text(zh="部分采纳", en="partly"),
    "rejected": Text(zh="不采纳", en="not adopted"),
}
