"""Rules R-67 and R-68: what a lost lead, a disaster or a conversion would do; told by scenarios, not by the plan alone."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from gridplan.checks.rule import Rule, Verdict
from gridplan.grids.members import BY_CONSENT
from gridplan.grids.plan import Plan
from gridplan.ground.city_and_counties import told_limits
from gridplan.words.numbers import counted, listed, minutes, people
from gridplan.words.text import Text
from gridplan.words.vocabulary import CENTRE_KINDS, HOSPITAL_KINDS


def check_disasters(plan: Plan) -> Iterator[Verdict]:
    """R-67: support from hospital to centre, the loss of each lead and its partner, disasters of the case."""
    yield from _support(plan)
    yield from _losses(plan)
    yield from _scenarios(plan)


def _support(plan: Plan) -> Iterator[Verdict]:
    """(a) Every primary-care centre has a path by membership: centre, district or county hospital, lead."""
    facilities, members = plan.layers.facilities, plan.members
    if (facilities["level"] < 0).all() and (facilities["admin_level"] == "").all():
        wording = Text(
            zh="逐级支援：未评价，需要机构的等级（level）或隶属关系（admin_level）",
            en="support step by step: not evaluated, needs level or affiliation (admin_level) of the facilities",
        )
        yield Verdict("plan", "support", None, wording, topic="support")
        return
    hospital = facilities["kind"].isin(HOSPITAL_KINDS)
    local = (
        hospital
        & ~facilities["ownership"].isin(BY_CONSENT)
        & ((facilities["admin_level"] == "district") | (facilities["level"] == 2))
    )
    centre = facilities["kind"].isin(CENTRE_KINDS) & (facilities["unit_id"] != "")
    for grid_id, lead in plan.assignment.lead_of_grid.items():
        own = members["grid_id"] == grid_id
        between = facilities["name"][local & own & ((members["role"] == "member") | (facilities.index == lead))]
        here = plan.layers.facilities["unit_id"].map(plan.assignment.grid_of_unit) == grid_id
        centres = centre & here
        without = centres & ~(own & (members["role"] == "member")) if len(between) else centres
        n = int(without.sum())
        wording = (
            Text(zh="{g}的 {n} 家基层中心都能逐级得到支援：{h}", en="{g}: {n} supported step by step: {h}")
            if not n
            else Text(
                zh="{g}有 {n} 家基层中心没有加入网格，得不到逐级支援",
                en="{g}: {n} in no grid, so that nobody supports them step by step",
            )
            if len(between)
            else Text(
                zh="{g}没有区县级或二级公立医院，{n} 家基层中心只能由牵头医院直接支援",
                en="{g}: no public district, county or secondary hospital; {n} supported by the lead alone",
            )
        )
        yield Verdict(
            "grid",
            str(grid_id),
            n == 0,
            wording.format(
                g=plan.grid_name(str(grid_id)),
                n=counted(n or int(centres.sum()), "primary-care centre"),
                h=listed([str(name) for name in between]),
            ),
            measured=n,
            limit=0,
            unit="centres",
            topic="support",
        )


def _losses(plan: Plan) -> Iterator[Verdict]:
    """(b), (d) Each lead lost: emergency care in time, beds left, who stands in."""
    losses = plan.annexes.get("lead_losses")
    if losses is None or "ed" not in plan.travel.nearest_drive:
        wording = Text(
            zh="牵头医院停运：未评价，需要急诊机构和到达时间",
            en="loss of a lead: not evaluated, needs emergency departments and times",
        )
        yield Verdict("plan", "leads", None, wording)
        return
    table, grids = {row["lead_id"]: row for row in losses.to_dict(orient="records")}, plan.assignment.lead_of_grid
    limit = told_limits(plan.case)
    for grid_id, lead in grids.items():
        row = table[lead]
        more = float(row["ed_beyond_after"] - row["ed_beyond_before"])
        alone = not row["partner_id"]
        wording = Text(
            zh="{g}的牵头医院{h}停运：到急诊超过 {l} 分钟的居民增加 {m}，全域每千人医院床位{b}；本网格居民到下一家牵头医院平均 {t} 分钟；{p}",
            en="{g} without its lead {h}: {m} more than usual over {l} min from an emergency department, hospital beds per 1,000 {b}; {t} min to the next lead for its residents on average; {p}",
        )
        yield Verdict(
            "grid",
            str(grid_id),
            more <= 0 and not alone,
            wording.format(
                g=plan.grid_name(str(grid_id)),
                h=row["lead_name"],
                l=limit,
                m=people(more),
                b=_beds(row),
                t=minutes(float(np.nan_to_num(row["minutes_after"], nan=np.inf))),
                p=_partner(row),
            ),
            measured=more,
            limit=0,
            unit="residents",
        )


def _beds(row: Mapping[Hashable, Any]) -> Text:
    before, after = row["beds_per_1000_before"], row["beds_per_1000_after"]
    if np.isnan(before):
        return Text(zh="未知", en="unknown")
    return Text(zh="由 {a} 张降到 {b} 张", en="from {a} to {b}").format(a=f"{before:.1f}", b=f"{after:.1f}")


def _partner(row: Mapping[Hashable, Any]) -> Text:
    if not row["partner_id"]:
        return Text(zh="没有可以互助的其他牵头医院", en="no other lead for mutual aid")
    return Text(zh="互助医院为{n}（去 {a} 分钟，来 {b} 分钟）", en="partner {n} ({a} min there, {b} min back)").format(
        n=row["partner_name"],
        a=minutes(float(row["minutes_to_partner"])),
        b=minutes(float(row["minutes_from_partner"])),
    )


def _scenarios(plan: Plan) -> Iterator[Verdict]:
    """(c) Each disaster of the case: people newly cut off from every hospital."""
    disasters = [scenario for scenario in plan.case.scenarios if not scenario.changes]
    if not disasters:
        wording = Text(
            zh="灾害情景：未评价，需要在方案文件中写情景（[[scenarios]]）",
            en="disasters: not evaluated, needs scenarios in the case ([[scenarios]])",
        )
        yield Verdict("plan", "scenarios", None, wording)
    for scenario in disasters:
        if scenario.name not in plan.travel.what_if or "disasters" not in plan.annexes:
            wording = Text(
                zh="情景“{s}”：未评价，封闭道路需要路网（layers.roads、travel.source）",
                en="scenario {s}: not evaluated, closed roads need roads (layers.roads, travel.source)",
            )
            yield Verdict("plan", scenario.name, None, wording.format(s=scenario.title))
            continue
        (row,) = (r for r in plan.annexes["disasters"].to_dict(orient="records") if r["scenario"] == scenario.name)
        more = float(row["cut_off_after"] - row["cut_off_before"])
        units = plan.annexes.get("disaster_units", pd.DataFrame(columns=["scenario", "cut_off", "unit_id"]))
        struck = units[(units["scenario"] == scenario.name) & (units["cut_off"] > 0)]
        yield Verdict(
            "plan",
            scenario.name,
            more <= 0,
            Text(
                zh="情景“{s}”：到不了任何医院的居民增加 {m}，{o}改往其他牵头医院；仍到得了的居民平均 {a} 分钟变为 {b} 分钟，急诊超时限的居民增加 {e}",
                en="scenario {s}: {m} more than usual reach no hospital, {o} go to another lead; {a} min on average become {b} for those who still get there; {e} more than usual beyond the limit of an emergency department",
            ).format(
                s=scenario.title,
                m=people(more),
                o=people(float(row["elsewhere"])),
                a=minutes(float(row["minutes_before"])),
                b=minutes(float(np.nan_to_num(row["minutes_after"], nan=np.inf))),
                e=people(float(row["ed_beyond_after"] - row["ed_beyond_before"])),
            ),
            measured=more,
            limit=0,
            unit="residents",
            places=tuple(map(str, struck["unit_id"])),
            topic="scenarios",
        )


def check_conversions(plan: Plan) -> Iterator[Verdict]:
    """R-68: what changes in the findings if facilities take another kind or other services."""
    scenarios = [scenario for scenario in plan.case.scenarios if scenario.changes]
    table = plan.annexes.get("conversions")
    if not scenarios or table is None:
        wording = Text(
            zh="未评价：需要在方案文件中写机构变更的情景（[[scenarios.changes]]）",
            en="not evaluated: needs a scenario in the case that changes facilities ([[scenarios.changes]])",
        )
        yield Verdict("plan", "", None, wording)
        return
    for scenario in scenarios:
        rows = table[table["scenario"] == scenario.name]
        broken, fixed = (
            rows.loc[(rows[now] == "violated") & (rows[then] != "violated"), "rule"]
            for now, then in (("status_after", "status_before"), ("status_before", "status_after"))
        )
        facilities = [
            str(plan.layers.facilities["name"].get(change.facility, change.facility)) for change in scenario.changes
        ]
        yield Verdict(
            "plan",
            scenario.name,
            broken.empty,
            Text(
                zh="情景“{s}”（{f}）：解决 {a} 条（{r}），新增不符合 {b} 条（{n}），另有 {c} 条数值变化",
                en="scenario {s} ({f}): {a} mended ({r}), {b} newly not met ({n}), {c} with other numbers",
            ).format(
                s=scenario.title,
                f=listed(facilities),
                a=counted(len(fixed), "finding"),
                r=_rules(fixed),
                b=counted(len(broken), "finding"),
                n=_rules(broken),
                c=len(rows) - len(fixed) - len(broken),
            ),
            measured=len(broken),
            limit=0,
            unit="findings",
        )


def _rules(ids: pd.Series) -> Text:
    names = sorted(set(ids))
    return Text(zh="、".join(names), en=", ".join(names)) if names else Text(zh="无", en="none")


RESILIENCE_RULES = (
    Rule(
        "R-67",
        "access",
        Text(zh="灾害应对", en="Disaster"),
        "note",
        "S0",
        check_disasters,
        Text(
            zh="基层中心逐级得到支援（中心—区县级或二级公立医院—牵头医院，按成员关系）；逐家停运牵头医院，急诊超时限的居民不增加，且有最近的互助牵头医院（按来回时间）；方案中的灾害情景（道路、桥、轮渡、机构停用）不使居民与所有医院断绝。停运只涉及牵头医院本身的院址，其他院区照常",
            en="Primary-care centres are supported step by step (centre, public district or secondary hospital, lead, by membership); with each lead lost in turn nobody more is beyond the limit of an emergency department, and another lead is there for mutual aid (nearest there and back); the disasters of the case (roads, bridges, ferries, facilities out of use) cut nobody off from every hospital. A lead is lost at its own site; other campuses work on",
        ),
        limits=("travel.limit_min",),
    ),
    Rule(
        "R-68",
        "access",
        Text(zh="转型情景", en="Conversion"),
        "note",
        "S1",
        check_conversions,
        Text(
            zh="机构变更类别或服务后重新检查方案：解决哪些、新增哪些不符合；新增的应为零",
            en="The rule book run on the plan with other kinds or services of facilities: what is mended, and what is newly not met, which should be nothing",
        ),
    ),
)
