"""Rule R-20: who may lead."""

from __future__ import annotations

from collections.abc import Iterator

from gridplan.checks.finding import FindingSeverity
from gridplan.checks.plan import Plan
from gridplan.checks.rule import Rule, Verdict
from gridplan.members import EXEMPT_LEVELS
from gridplan.text import Text
from gridplan.vocabulary import ADMIN_LEVELS, KINDS

_TIERS = {
    "a": Text(zh="市、区办（含国有企业办）三级综合或中医医院", en="tertiary, general or Chinese medicine, municipal, district or state enterprise"),
    "b": Text(zh="三级公立医院", en="tertiary public hospital"),
    "c": Text(zh="能力较强的二级医院", en="strong secondary hospital"),
}  # fmt: skip


def check_eligibility(plan: Plan) -> Iterator[Verdict]:
    """R-20: leads qualify by the tiers; a private or unqualified lead is a must, a specialist or provincial one a should."""
    facilities = plan.layers.facilities
    for grid_id, lead_id in plan.assignment.lead_of_grid.items():
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
        met, severity, wording = _judge_lead(str(lead["kind"]), str(lead["admin_level"]), str(lead["ownership"]), tier)
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


def _judge_lead(kind: str, admin_level: str, ownership: str, tier: str) -> tuple[bool, FindingSeverity | None, Text]:
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
)
