"""Annex 2: leads and members of each grid, in a county with the tree of county, township and village."""

from __future__ import annotations

from typing import Any

from gridplan.grids.members import EXEMPT_LEVELS, TIE_REASONS
from gridplan.outputs.audiences import Audience, holds
from gridplan.outputs.report.annex_parts import column
from gridplan.outputs.report.blocks import EMPTY, Annex, Column, GroupRow, Row, Table
from gridplan.outputs.report.figures import Figures
from gridplan.outputs.report.gaps import mark
from gridplan.outputs.report.sentences import say
from gridplan.outputs.report.wording import whole
from gridplan.outputs.roles import FREE_OWNERS, JOINED, NAMED
from gridplan.words.annex_tables import ANNEXES
from gridplan.words.text import Text
from gridplan.words.vocabulary import (
    ADMIN_LEVELS,
    CENTRE_KINDS,
    HOSPITAL_KINDS,
    KINDS,
    LEVELS,
    OWNERSHIPS,
    ROLE_SOURCES,
    ROLES,
    STATION_KINDS,
    TIES,
)

MOST_ROWS = 300
"""Above this many institutions a document counts stations and village clinics in their centre's row."""
_GRADES = {"A": Text(zh="甲等", en=" A"), "B": Text(zh="乙等", en=" B"), "C": Text(zh="丙等", en=" C")}
_ORDER = (HOSPITAL_KINDS, ("rehab", "nursing", "hospice"), ("ems",), CENTRE_KINDS, STATION_KINDS)
_OUTSIDE = Text(zh="未加入", en="not joined")


def members_annex(figures: Figures, audience: Audience, *, in_full: bool) -> Annex:
    """Return annex 2; in full every station has a row, else large lists count stations in the row of their centre."""
    with_agreements = holds(audience, "consents")
    columns = [
        column("机构名称", "Name", 46), column("机构代码", "Code", 18, "code"), column("类别", "Kind", 30), column("等级", "Level", 18, "code"),
        column("隶属", "Affiliation", 17, "code"), column("经办性质", "Ownership", 19, "code"), column("角色", "Role", 17, "code"),
        column("紧密程度", "Tie", 16.5, "code"), column("原因", "Reason", 30),
    ]  # fmt: skip
    if with_agreements:
        columns.append(column("协议状态", "Agreement", 16.5, "code"))
    placed = figures.placed
    shortened = not in_full and len(placed) > MOST_ROWS
    under = _stations_under(figures) if shortened else {}
    rows: list[Row] = []
    for grid in [*figures.proposal.grids.index, ""]:
        own = placed[placed["grid_id"] == grid]
        if not len(own):
            continue
        rows.append(GroupRow(_group_label(figures, str(grid), own)))
        kept = own[~own["kind"].isin(STATION_KINDS)] if shortened else own
        kept = kept if with_agreements else kept[kept["role"].isin(NAMED)]
        for facility, told in sorted(kept.to_dict("index").items(), key=lambda pair: _rank(pair[1])):
            rows.append(_row(str(facility), told, under.get(str(facility), 0), with_agreements=with_agreements))
    note = (
        Text(
            zh="注：社区卫生服务站、村卫生室计入上级中心一行，逐家名单见附件工作簿。",
            en="Stations and village clinics are counted in the row of their centre; the workbook names each.",
        )
        if shortened
        else EMPTY
    )
    gaps = [mark("ties")] if not placed["tie"].isin(list(TIES)).any() else []
    if with_agreements and not placed["agreement"].ne("").any():
        gaps.append(mark("agreements"))
    gap = Text(zh="　".join(text.zh for text in gaps), en="  ".join(text.en for text in gaps))
    title = Text(zh="牵头医院及成员单位名单", en="Leads and members")
    return Annex(
        2,
        title,
        (*_tree(figures, in_full=in_full), Table(tuple(columns), tuple(rows), gap=gap, note=note)),
        turned=True,
    )


def _group_label(figures: Figures, grid: str, own: Any) -> Text:
    if not grid:
        return Text(zh="不在任何网格", en="In no grid")
    joined = own["role"].isin(JOINED)
    leads = int(own["role"].eq("lead").sum())
    return say(
        "{l}　{g}　牵头医院{a}家，成员单位{b}家，未加入{c}家", "{l}, {g}: lead {a}, members {b}, not joined {c}",
        l=figures.labels[grid], g=figures.groups[grid], a=whole(leads), b=whole(int(joined.sum()) - leads), c=whole(int((~joined).sum())),
    )  # fmt: skip


def _rank(told: Any) -> int:
    if told["role"] == "lead":
        return -1
    return next((place for place, kinds in enumerate(_ORDER) if told["kind"] in kinds), len(_ORDER))


def _row(facility: str, told: Any, stations: int, *, with_agreements: bool) -> tuple[Any, ...]:
    name = str(told["name"])
    counted = (
        say("{n}（含站、室{k}家）", "{n} (with {k:station|stations})", n=name, k=whole(stations)) if stations else name
    )
    joined = told["role"] in JOINED
    role = ROLES.label(str(told["role"])) if joined or told["role"] == "cooperating" else _OUTSIDE
    tie = str(told["tie"]) if joined else ""
    level = LEVELS.get(int(told["level"]), EMPTY)
    grade = _GRADES.get(str(told["grade"]), EMPTY) if told["level"] else EMPTY
    values = (
        counted, facility, KINDS.label(str(told["kind"])), Text(zh=level.zh + grade.zh, en=level.en + grade.en),
        ADMIN_LEVELS.label(str(told["admin_level"])), OWNERSHIPS.label(str(told["ownership"])), role, TIES.label(tie), _why(told, joined=joined),
    )  # fmt: skip
    return (*values, str(told["agreement"])) if with_agreements else values


def _why(told: Any, *, joined: bool) -> Text:
    if joined:
        return TIE_REASONS.label(str(told["tie_reason"]))
    if told["admin_level"] in EXEMPT_LEVELS:
        return Text(zh="国家级、省级医院，协商加入", en="national or provincial, by agreement")
    if told["role_source"] == "emergency":
        return ROLE_SOURCES.label("emergency")
    if told["ownership"] in FREE_OWNERS:
        owner = OWNERSHIPS.label(str(told["ownership"]))
        return Text(zh=f"{owner.zh}，自愿加入", en=f"{owner.en}, by consent")
    return EMPTY


def _stations_under(figures: Figures) -> dict[str, int]:
    from gridplan.grids.county_tree import centre_of_station

    above = centre_of_station(figures.proposal.units, figures.proposal.facilities)
    return {str(centre): int(n) for centre, n in above[above != ""].value_counts().items()}


def _tree(figures: Figures, *, in_full: bool) -> tuple[Table, ...]:
    tree = figures.proposal.annexes.get("county_tree")
    if tree is None or not len(tree):
        return ()
    own = tree if in_full else tree[tree["level"] != "clinic"]
    labels = {column.name: column for column in ANNEXES["county_tree"].columns}
    levels = labels["level"].words
    assert levels is not None
    columns = (
        Column(Text(zh="县", en="County"), 30), Column(labels["level"].label, 40, "code"), Column(labels["name"].label, 70),
        Column(labels["above"].label, 60), Column(labels["n_below"].label, 24, "whole"),
    )  # fmt: skip
    rows = tuple(
        (row["county"], levels.label(row["level"]), row["name"], row["above"], row["n_below"])
        for row in own.to_dict("records")
    )
    note = (
        EMPTY
        if in_full
        else Text(
            zh="注：村卫生室以直接下级个数计，逐家名单见附件工作簿。",
            en="Village clinics are counted; the workbook names each.",
        )
    )
    return (Table(columns, rows, name=Text(zh="县、乡、村层级", en="County, townships, villages"), note=note),)
