"""Rules R-20, R-22 and R-34: who leads, who is a member, and whether care goes on after the hospital."""

from __future__ import annotations

from collections.abc import Iterator

from gridplan.checks.plan import Plan
from gridplan.checks.rule import Rule, Verdict
from gridplan.members import EXEMPT_LEVELS
from gridplan.text import Text
from gridplan.vocabulary import ADMIN_LEVELS, KINDS, SERVICES

_CHAIN = ("rehab", "nursing", "hospice")


def check_eligibility(plan: Plan) -> Iterator[Verdict]:
    """R-20: leads qualify by the tiers; a private lead is a must, a specialist, national or provincial one a should."""
    facilities = plan.layers.facilities
    for grid_id, lead_id in plan.assignment.lead_of_grid.items():
        unit = str(facilities["unit_id"].get(lead_id, ""))
        places = (unit,) if unit else ()
        if lead_id not in plan.leads.index:
            message = Text(zh="{g}：牵头单位不是医院", en="{g}: the lead is no hospital").format(
                g=plan.grid_name(str(grid_id))
            )
            yield Verdict("grid", str(grid_id), False, message, places=places)
            continue
        lead, tier = facilities.loc[lead_id], str(plan.leads["tier"][lead_id])
        strength = float(plan.leads["strength"][lead_id])
        met, severity, message = _judge_lead(str(lead["kind"]), str(lead["admin_level"]), str(lead["ownership"]), tier)
        yield Verdict(
            "grid",
            str(grid_id),
            met,
            message.format(g=lead["name"], s=f"{strength:.2f}"),
            measured=strength,
            unit="strength",
            places=places,
            severity=severity,
        )


def _judge_lead(kind: str, admin_level: str, ownership: str, tier: str) -> tuple[bool, str | None, Text]:  # type: ignore[return]
    if ownership == "private":
        return False, "must", Text(zh="{g} 是社会办医院，原则上不能牵头", en="{g} is private; it should not lead")
    if kind in ("maternity", "specialist"):
        label = KINDS.label(kind)
        return (
            False,
            "should",
            Text(zh=f"{{g}} 是{label.zh}，牵头需说明理由", en=f"{{g}} is a {label.en}; leading needs a stated reason"),
        )
    if admin_level in EXEMPT_LEVELS:
        label = ADMIN_LEVELS.label(admin_level)
        return (
            False,
            "should",
            Text(
                zh=f"{{g}} 是{label.zh}医院，牵头需说明理由", en=f"{{g}} is {label.en}; leading needs a stated reason"
            ),
        )
    if tier == "":
        return False, "must", Text(zh="{g} 不符合牵头医院的条件", en="{g} does not qualify as a lead")
    tiers = {
        "a": Text(zh="市、区办三级综合或中医医院", en="tertiary, general or Chinese medicine, municipal or district"),
        "b": Text(zh="三级公立医院", en="tertiary public hospital"),
        "c": Text(zh="能力较强的二级医院", en="strong secondary hospital"),
    }
    return (
        True,
        None,
        Text(zh=f"{{g}}：{tiers[tier].zh}，能力评分 {{s}}", en=f"{{g}}: {tiers[tier].en}, strength {{s}}"),
    )


def check_membership(plan: Plan) -> Iterator[Verdict]:
    """R-22: every public facility inside the area belongs to one grid; campuses of one hospital may stand in several."""
    facilities, members = plan.layers.facilities, plan.members
    inside = facilities["unit_id"] != ""
    public = facilities["ownership"] != "private"
    free = facilities["admin_level"].isin(EXEMPT_LEVELS)
    lost = facilities.index[inside & public & ~free & (members["role"] == "none")]
    for facility in lost:
        name = facilities["name"][facility]
        yield Verdict(
            "facility",
            str(facility),
            False,
            Text(zh="{n} 没有划入任何网格", en="{n} is in no grid").format(n=name),
            measured=0,
            limit=1,
            unit="grids",
            places=(str(facilities["unit_id"][facility]),),
        )
    parent = facilities["parent_id"].where(facilities["parent_id"] != "", facilities.index.to_series())
    spread = members["grid_id"][inside].groupby(parent[inside]).nunique()
    for hospital in spread.index[spread > 1]:
        sites = facilities.index[inside & (parent == hospital)]
        yield Verdict(
            "facility",
            str(hospital),
            True,
            Text(
                zh="{n} 的院区分在 {k} 个网格，各自为所在网格的成员",
                en="campuses of {n} stand in {k} grids, each a member where it stands",
            ).format(n=facilities["name"].get(hospital, hospital), k=int(spread[hospital])),
            measured=float(spread[hospital]),
            limit=1,
            unit="grids",
            places=tuple(facilities["unit_id"][sites]),
            severity="note",
        )
    if not len(lost):
        n = int((members["role"] != "none").sum())
        yield Verdict(
            "plan",
            "",
            True,
            Text(zh="{n} 家机构各属一个网格", en="{n} facilities belong to one grid each").format(n=n),
            measured=0,
            limit=0,
            unit="facilities",
        )


def check_continuity(plan: Plan) -> Iterator[Verdict]:
    """R-34: each grid has a provider of rehabilitation, nursing and hospice care (a facility or a service)."""
    facilities, members = plan.layers.facilities, plan.members
    services = facilities["services"].str.split(";")
    for need in _CHAIN:
        provides = (facilities["kind"] == need) | services.map(lambda keys, need=need: need in keys)
        count = members["grid_id"][provides & (members["role"] != "none")].value_counts()
        label = SERVICES.label(need)
        for grid_id in plan.assignment.lead_of_grid.index:
            n = int(count.get(grid_id, 0))
            wording = (
                Text(zh=f"{{g}}没有提供{label.zh}服务的成员", en=f"{{g}} has no member for {need} care")
                if n == 0
                else Text(zh=f"{{g}}有 {{n}} 家提供{label.zh}服务的成员", en=f"{{g}} has {{n}} members for {need} care")
            )
            yield Verdict(
                "grid",
                str(grid_id),
                n >= 1,
                wording.format(g=plan.grid_name(str(grid_id)), n=n),
                measured=n,
                limit=1,
                unit="providers",
            )


LEADING_RULES = (
    Rule("R-20", "leads", Text(zh="牵头医院资格", en="Who may lead"), "must", "S0, S1", check_eligibility),
    Rule("R-22", "members", Text(zh="一家机构一个网格", en="One membership a facility"), "must", "D", check_membership),
    Rule(
        "R-34", "members", Text(zh="接续服务链", en="Continuity of care"), "should", "S0, S1, S3, V", check_continuity
    ),
)
