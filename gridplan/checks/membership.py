"""Rules R-22 and R-34: who is a member, and whether care goes on after the hospital."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gridplan.checks.plan import Plan
from gridplan.checks.rule import Rule, Verdict
from gridplan.checks.words import counted
from gridplan.members import EXEMPT_LEVELS
from gridplan.text import Text
from gridplan.vocabulary import SERVICES

CHAIN = ("rehab", "nursing", "hospice")
"""What follows treatment: rehabilitation, nursing, hospice care (R-34)."""


def check_membership(plan: Plan) -> Iterator[Verdict]:
    """R-22: every public facility inside the area belongs to one grid; campuses of one hospital may stand in several."""
    facilities, members = plan.layers.facilities, plan.members
    inside = facilities["unit_id"] != ""
    public = facilities["ownership"] != "private"
    free = facilities["admin_level"].isin(EXEMPT_LEVELS)
    lost = facilities.index[inside & public & ~free & (members["role"] == "none")]
    for facility in lost:
        yield Verdict(
            "facility",
            str(facility),
            False,
            Text(zh="{n}没有划入任何网格", en="{n} is in no grid").format(n=facilities["name"][facility]),
            measured=0,
            limit=1,
            unit="grids",
            places=(str(facilities["unit_id"][facility]),),
        )
    yield from _campuses(plan)
    if not len(lost):
        n = int((members["role"] != "none").sum())
        yield Verdict(
            "plan",
            "",
            True,
            Text(zh="{n} 家机构各属一个网格", en="{n} in one grid each").format(n=counted(n, "facility", "facilities")),
            measured=0,
            limit=0,
            unit="facilities",
        )


def _campuses(plan: Plan) -> Iterator[Verdict]:
    facilities = plan.layers.facilities
    inside = facilities["unit_id"] != ""
    parent = facilities["parent_id"].where(facilities["parent_id"] != "", facilities.index.to_series())
    grid = plan.members["grid_id"]
    spread = grid[inside & (grid != "")].groupby(parent).nunique()
    for hospital in spread.index[spread > 1]:
        sites = facilities.index[inside & (parent == hospital)]
        yield Verdict(
            "facility",
            str(hospital),
            True,
            Text(
                zh="{n}的院区分在 {k} 个网格，各自是所在网格的成员",
                en="campuses of {n} stand in {k} grids, each a member where it stands",
            ).format(n=facilities["name"].get(hospital, hospital), k=int(spread[hospital])),
            measured=float(spread[hospital]),
            unit="grids",
            places=tuple(map(str, facilities["unit_id"][sites])),
            severity="note",
        )


def check_continuity(plan: Plan) -> Iterator[Verdict]:
    """R-34: each grid has a provider of rehabilitation, nursing and hospice care (a facility or a service)."""
    for need in CHAIN:
        count = plan.members["grid_id"][provides(plan, need)].value_counts()
        for grid_id in map(str, plan.assignment.lead_of_grid.index):
            n = int(count.get(grid_id, 0))
            wording = (
                Text(zh="{g}没有提供{s}服务的成员", en="{g} has no member for {s}")
                if n == 0
                else Text(zh="{g}有 {n} 家提供{s}服务的成员", en="{g} has {n} for {s}")
            )
            yield Verdict(
                "grid",
                grid_id,
                n >= 1,
                wording.format(g=plan.grid_name(grid_id), n=counted(n, "member"), s=SERVICES.label(need)),
                measured=n,
                limit=1,
                unit="providers",
            )


def provides(plan: Plan, need: str) -> np.ndarray:
    """Return which facilities are members that provide a link of the chain, by their kind or by a service of theirs."""
    facilities = plan.layers.facilities
    able = (facilities["kind"] == need) | facilities["services"].str.split(";").map(lambda keys: need in keys)
    return (able & (plan.members["role"] != "none")).to_numpy(bool)


MEMBER_RULES = (
    Rule(
        "R-22",
        "members",
        Text(zh="一家机构一个网格", en="One membership a facility"),
        "must",
        "D",
        check_membership,
        Text(
            zh="范围内每家公立机构属于一个网格；国家级、省属医院和社会办机构除外；院区各随所在网格",
            en="Every public facility inside belongs to one grid; national, provincial and private ones are exempt; campuses belong where they stand",
        ),
    ),
    Rule(
        "R-34",
        "members",
        Text(zh="接续服务链", en="Continuity of care"),
        "should",
        "S0, S1, S3, V",
        check_continuity,
        Text(
            zh="每个网格至少有一家成员提供康复、护理、安宁疗护（专门机构或服务项目）",
            en="Each grid has at least one member for rehabilitation, nursing and hospice care (a facility or a service)",
        ),
    ),
)
