"""Rules R-20 and R-25: who may lead, and whether the lead can carry its grid."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from gridplan.checks.finding import FindingSeverity
from gridplan.checks.rule import Rule, Verdict
from gridplan.grids.cooperation import cooperating_units
from gridplan.grids.members import EXEMPT_LEVELS, hospital_of_site
from gridplan.grids.plan import Plan
from gridplan.ground.leads import CENTRES
from gridplan.words.numbers import listed, share
from gridplan.words.text import Text
from gridplan.words.vocabulary import ADMIN_LEVELS, KINDS, SERVICES

_TIERS = {
    "a": Text(zh="市、区办（含国有企业办）三级综合或中医医院", en="tertiary, general or Chinese medicine, municipal, district or state enterprise"),
    "b": Text(zh="三级公立医院", en="tertiary public hospital"),
    "c": Text(zh="能力较强的二级医院", en="strong secondary hospital"),
}  # fmt: skip


def check_eligibility(plan: Plan) -> Iterator[Verdict]:
    """R-20: leads qualify by the tiers; a private or unqualified lead is a must, a specialist or provincial one a should."""
    facilities, leads = plan.layers.facilities, plan.assignment.lead_of_grid
    urban = [grid for grid in map(str, leads.index) if not plan.is_county(grid)]
    if not urban:
        message = Text(zh="县域牵头医院按 R-52 检查", en="not evaluated: who may lead in a county is R-52")
        yield Verdict("plan", "", None, message, applies=False)
    for grid_id, lead_id in leads[urban].items():
        unit = str(facilities["unit_id"].get(lead_id, ""))
        places = (unit,) if unit else ()
        if lead_id not in plan.leads.index:
            message = Text(zh="{g}的牵头单位不是医院", en="{g}: the lead is no hospital")
            yield Verdict(
                "grid", str(grid_id), False, message.format(g=plan.grid_name(str(grid_id))), limit=1, places=places
            )
            continue
        lead, strength = facilities.loc[lead_id], float(plan.leads["strength"][lead_id])
        tier = str(plan.leads["tier"][lead_id])
        met, severity, wording = judge_lead(str(lead["kind"]), str(lead["admin_level"]), str(lead["ownership"]), tier)
        yield Verdict(
            "grid",
            str(grid_id),
            met,
            wording.format(h=lead["name"], s=f"{strength:.2f}"),
            measured=strength,
            unit="strength",
            places=places,
            severity=severity,
        )


def judge_lead(kind: str, admin_level: str, ownership: str, tier: str) -> tuple[bool, FindingSeverity | None, Text]:
    """Return whether a hospital qualifies as the lead of a city grid, how grave it is if not (None: as the rule has it), and why."""
    if ownership == "private":
        return (
            False,
            "must",
            Text(zh="{h}是社会办医院，原则上不牵头", en="{h} is private; in principle it does not lead"),
        )
    if tier == "":
        return False, "must", Text(zh="{h}不符合牵头医院的条件", en="{h} does not qualify as a lead")
    if kind in ("maternity", "specialist"):
        label = KINDS.label(kind)
        wording = Text(
            zh=f"{{h}}是{label.zh}，牵头需说明理由", en=f"{{h}} is a {label.en}; leading needs a stated reason"
        )
        return False, "should", wording
    if admin_level in EXEMPT_LEVELS:
        label = ADMIN_LEVELS.label(admin_level)
        wording = Text(
            zh=f"{{h}}是{label.zh}医院，牵头需说明理由",
            en=f"{{h}} is a {label.en} hospital; leading needs a stated reason",
        )
        return False, "should", wording
    told = _TIERS[tier]
    return True, None, Text(zh=f"{{h}}：{told.zh}，能力评分 {{s}}", en=f"{{h}}: {told.en}; strength {{s}}")


def check_capacity(plan: Plan) -> Iterator[Verdict]:
    """R-25: the lead has beds in proportion to its grid, an emergency department and a time-critical centre.

    Beds and services are those of all campuses of the lead's hospital inside its grid.
    """
    facilities, leads = plan.layers.facilities, plan.assignment.lead_of_grid
    hospital = hospital_of_site(facilities)
    sites = {
        str(grid): facilities[(hospital == hospital.get(lead, lead)) & (plan.members["grid_id"] == grid)]
        for grid, lead in leads.items()
    }
    people = plan.scores.grids["population"]
    beds = {grid: float(own["beds"].sum(min_count=1)) for grid, own in sites.items()}
    known = {grid: value for grid, value in beds.items() if value == value}
    least = plan.case.rules.lead_beds_ratio
    for grid, count in known.items():
        alike = [other for other in known if plan.scope_of_grid[other] == plan.scope_of_grid[grid]]
        served = sum(float(people[other]) for other in alike)
        mean = sum(known[other] for other in alike) / served if served > 0 else 0.0
        ratio = count / float(people[grid]) / mean if mean > 0 and people[grid] > 0 else 1.0
        yield Verdict(
            "grid",
            grid,
            ratio >= least,
            Text(
                zh="{g}的牵头医院{h}在本网格有床位 {b} 张，按人口为各网格平均的 {r}",
                en="{g}: its lead {h} has {b:bed|beds} in the grid, {r} of the mean per resident",
            ).format(g=plan.grid_name(grid), h=plan.lead_name(grid), b=f"{count:,.0f}", r=share(ratio, 0)),
            measured=ratio,
            limit=least,
            unit="share",
        )
    yield from _services(plan, {grid: own["services"] for grid, own in sites.items()})


def _services(plan: Plan, told: dict[str, pd.Series]) -> Iterator[Verdict]:
    least = plan.case.rules.lead_centres
    for grid, services in told.items():
        keys = {key for row in services for key in row}
        centres = [SERVICES.label(key) for key in CENTRES if key in keys]
        if not keys:
            wording = Text(
                zh="{g}：未评价，需要牵头医院的服务项目（services）",
                en="{g}: not evaluated, needs the services of its lead",
            )
            yield Verdict("grid", grid, None, wording.format(g=plan.grid_name(grid)), topic="services")
            continue
        enough = "ed" in keys and len(centres) >= least
        partners = [] if enough else cooperating_units(plan, grid)
        wording = (
            Text(
                zh="{g}的牵头医院{h}有急诊和 {n} 个中心（{c}）",
                en="{g}: its lead {h} has an emergency department and {n:centre|centres} ({c})",
            )
            if enough
            else Text(
                zh="{g}的牵头医院{h}{e}，有 {n} 个中心（{c}），合作单位有{p}",
                en="{g}: its lead {h} has {e} and {n:centre|centres} ({c}); {p} cooperate",
            )
            if partners
            else Text(
                zh="{g}的牵头医院{h}{e}，有 {n} 个中心（{c}），应记录网格外的合作单位",
                en="{g}: its lead {h} has {e} and {n:centre|centres} ({c}); an outside cooperating unit should be on record",
            )
        )
        yield Verdict(
            "grid",
            grid,
            enough or bool(partners),
            wording.format(
                g=plan.grid_name(grid),
                h=plan.lead_name(grid),
                p=listed(partners),
                e=Text(zh="有急诊", en="an emergency department")
                if "ed" in keys
                else Text(zh="没有急诊", en="no emergency department"),
                n=len(centres),
                c=Text(
                    zh="、".join(label.zh for label in centres) or "无",
                    en=", ".join(label.en for label in centres) or "none",
                ),
            ),
            measured=len(centres),
            limit=least,
            unit="centres",
            topic="services",
        )


LEADING_RULES = (
    Rule(
        "R-20",
        "leads",
        Text(zh="牵头医院资格", en="Who may lead"),
        "must",
        "S0, S1, V",
        check_eligibility,
        Text(
            zh="依次为：市、区办（含国有企业办）三级综合或中医医院；其他三级公立医院；能力较强的二级医院（床位 100 张以上，有急诊、外科和胸痛、卒中或创伤中心之一）。"
            "社会办或不符合条件的为“必须”；妇幼、专科医院和国家级、省属医院牵头为“应当”，需说明理由",
            en="In order: tertiary general or Chinese-medicine hospitals of the city, a district or a state enterprise; other tertiary public "
            "hospitals; strong secondary ones (100 beds, emergency, surgery and a chest-pain, stroke or trauma centre). A private or "
            "unqualified lead is a must; a maternal, specialist, national or provincial one a should that needs a reason",
        ),
        limits=("grids.lead_admin_levels", "grids.lead_min_level"),
    ),
    Rule(
        "R-25",
        "leads",
        Text(zh="牵头医院能力", en="Capacity of the lead"),
        "should",
        "D, S1",
        check_capacity,
        Text(
            zh="牵头医院（含本网格内各院区）按人口的床位不低于各网格（城区和各县分别计）平均的给定比例；有急诊，胸痛、卒中、创伤中心不少于给定个数，否则应记录网格外的合作单位",
            en="The lead (with its campuses inside the grid) has beds per resident of at least a stated share of the mean (of the city, or of its county), an emergency department and a stated number of chest-pain, stroke and trauma centres; else a cooperating unit outside is on record",
        ),
        needs=("beds",),
        limits=("rules.lead_beds_ratio", "rules.lead_centres"),
    ),
)
