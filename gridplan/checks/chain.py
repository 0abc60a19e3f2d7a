"""Rules R-34 and R-35: does care go on after the hospital, and how far is it along the chain?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from gridplan.checks.rule import Rule, Verdict
from gridplan.grids.plan import Plan
from gridplan.layers.facilities.services import offers, tell_services
from gridplan.words.numbers import counted, listed, minutes
from gridplan.words.text import Text
from gridplan.words.vocabulary import HOSPITAL_KINDS, SERVICES

CHAIN = ("rehab", "nursing", "hospice")
"""What follows treatment: rehabilitation, nursing, hospice care (R-34)."""


def provides(plan: Plan, need: str) -> pd.Series:
    """Return which facilities are members that provide a link of the chain, by their kind or by a service of theirs."""
    facilities = plan.layers.facilities
    able = (facilities["kind"] == need) | offers(facilities, need)
    return able & (plan.members["role"] != "none")


def check_continuity(plan: Plan) -> Iterator[Verdict]:
    """R-34: each grid has a provider of rehabilitation, nursing and hospice care; else who might be converted."""
    facilities = plan.layers.facilities
    for need in CHAIN:
        if not (facilities["kind"] == need).any() and not tell_services(facilities).any():
            wording = Text(
                zh="{s}：未评价，机构表没有此类机构，也没有服务项目（services）",
                en="{s}: not evaluated, needs such facilities or services",
            )
            yield Verdict("plan", need, None, wording.format(s=SERVICES.label(need)), topic=need)
            continue
        count = plan.members["grid_id"][provides(plan, need)].value_counts()
        for grid_id in map(str, plan.assignment.lead_of_grid.index):
            n = int(count.get(grid_id, 0))
            candidates = [] if n else conversion_candidates(plan, grid_id)
            wording = (
                Text(zh="{g}有 {n} 家提供{s}服务的成员", en="{g} has {n} for {s}")
                if n
                else Text(
                    zh="{g}没有提供{s}服务的成员，可考虑转型：{c}",
                    en="{g} has no member for {s}; might be converted: {c}",
                )
                if candidates
                else Text(zh="{g}没有提供{s}服务的成员", en="{g} has no member for {s}")
            )
            yield Verdict(
                "grid",
                grid_id,
                n >= 1,
                wording.format(
                    g=plan.grid_name(grid_id), n=counted(n, "member"), s=SERVICES.label(need), c=listed(candidates)
                ),
                measured=n,
                limit=1,
                unit="providers",
                topic=need,
            )
    yield from _beds_for_older(plan)


def conversion_candidates(plan: Plan, grid_id: str) -> list[str]:
    """Return the names of the secondary public hospitals of a grid, fewest beds first (S1, V: they may turn to rehabilitation or nursing)."""
    facilities = plan.layers.facilities
    fit = facilities[
        facilities["kind"].isin(HOSPITAL_KINDS)
        & (facilities["level"] == 2)
        & (facilities["ownership"] != "private")
        & (plan.members["role"] == "member")
        & (plan.members["grid_id"] == grid_id)
    ]
    return [str(name) for name in fit.sort_values(["beds", "name"])["name"]]


def _beds_for_older(plan: Plan) -> Iterator[Verdict]:
    facilities, grids = plan.layers.facilities, plan.scores.grids
    kinds = facilities["kind"].isin(CHAIN) & (plan.members["role"] != "none")
    beds = facilities["beds"][kinds].groupby(plan.members["grid_id"][kinds]).sum(min_count=1)
    if facilities["beds"].isna().all() or grids["population_65"].isna().all():
        return
    for grid_id, row in grids.iterrows():
        count, older = float(beds.get(grid_id, 0.0)), float(row["population_65"])
        if np.isnan(count) or not older > 0:
            continue
        yield Verdict(
            "grid",
            str(grid_id),
            True,
            Text(
                zh="{g}每万名 65 岁及以上老人有康复、护理、安宁疗护机构床位 {b} 张",
                en="{g}: {b} beds of rehabilitation, nursing and hospice facilities per 10,000 people aged 65 and over",
            ).format(g=row["name"], b=f"{count / older * 1e4:.0f}"),
            measured=count / older * 1e4,
            unit="beds per 10000 aged 65",
            severity="note",
        )


def check_chain_access(plan: Plan) -> Iterator[Verdict]:
    """R-35: minutes along the chain: primary-care centres to the lead, the lead to each following link.

    Minutes are those between the residents of the unit in which a facility stands and the lead.
    """
    facilities = plan.layers.facilities
    member = plan.members["role"] == "member"
    for grid_id, lead in plan.assignment.lead_of_grid.items():
        if lead not in plan.travel.unit_minutes:
            continue
        limit = plan.case_of(str(grid_id)).travel.limit_min
        own = member & (plan.members["grid_id"] == grid_id) & (facilities["unit_id"] != "")
        time = facilities["unit_id"].map(plan.travel.unit_minutes[lead])
        centres = time[own & facilities["kind"].isin(("chc", "thc"))]
        nearest = {need: float(time[own & provides(plan, need)].min()) for need in CHAIN}
        known = {need: value for need, value in nearest.items() if not np.isnan(value)}
        worst = max(known.values(), default=float("nan"))
        complete = len(known) == len(CHAIN)
        steps = [(SERVICES.label(need), minutes(value)) for need, value in known.items()]
        yield Verdict(
            "grid",
            str(grid_id),
            complete and worst <= limit,
            Text(
                zh="{g}基层中心到牵头医院最远 {c} 分钟；牵头医院到最近的接续服务：{s}",
                en="{g}: primary-care centres up to {c} min from the lead; from the lead to the nearest {s}",
            ).format(
                g=plan.grid_name(str(grid_id)),
                c=minutes(float(centres.max())) if len(centres) else "–",
                s=Text(
                    zh="、".join(f"{label.zh} {m} 分钟" for label, m in steps) or "没有",
                    en=", ".join(f"{label.en} {m} min" for label, m in steps) or "link: none",
                ),
            ),
            measured=worst,
            limit=limit,
            unit="min",
        )


CHAIN_RULES = (
    Rule(
        "R-34",
        "members",
        Text(zh="接续服务链", en="Continuity of care"),
        "should",
        "S0, S1, S3, V",
        check_continuity,
        Text(
            zh="每个网格至少有一家成员提供康复、护理、安宁疗护（专门机构或服务项目）；缺少时列出可考虑转型的二级医院（床位少的在前）；并给出每万名老人的相应床位",
            en="Each grid has a member for rehabilitation, nursing and hospice care (a facility or a service); where one is missing, secondary hospitals that might be converted (fewest beds first); beds per 10,000 older people",
        ),
    ),
    Rule(
        "R-35",
        "members",
        Text(zh="服务链的距离", en="Access along the chain"),
        "note",
        "D",
        check_chain_access,
        Text(
            zh="基层中心到牵头医院、牵头医院到最近的康复、护理、安宁疗护成员的驾车时间（按机构所在单元的居民计），下转在限值内有去处",
            en="Minutes from primary-care centres to the lead and from the lead to its nearest rehabilitation, nursing and hospice members (of the residents of their units); patients sent down find a place within the limit",
        ),
        limits=("travel.limit_min", "county.limit_min"),
    ),
)
