"""Rules R-32 and R-33: how closely members are tied to their lead, and where two authorities must agree."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gridplan.checks.rule import Rule, Verdict
from gridplan.grids.members import TIE_REASONS
from gridplan.grids.plan import Plan
from gridplan.words.numbers import counted, share
from gridplan.words.text import Text
from gridplan.words.vocabulary import DIMENSIONS


def check_ties(plan: Plan) -> Iterator[Verdict]:
    """R-32: ties counted; in a plan that calls its groups tight every loose member is named with its reason."""
    members, facilities, tight_plan = plan.members, plan.layers.facilities, plan.case.rules.tight
    own = members[members["role"] == "member"]
    for grid_id in map(str, plan.assignment.lead_of_grid.index):
        rows = own[own["grid_id"] == grid_id]
        count = {tie: int((rows["tie"] == tie).sum()) for tie in ("tight", "trusteeship", "loose")}
        known = sum(count.values())
        loose = rows[rows["tie"] == "loose"]
        named = [(facilities["name"][i], TIE_REASONS.label(reason)) for i, reason in loose["tie_reason"].items()]
        wording = (
            Text(zh="{g}没有记录成员的紧密程度，未评价", en="{g}: not evaluated, the ties of its members are not told")
            if not known
            else Text(
                zh="{g}紧密 {t} 家、托管 {r} 家、松散 {l} 家（{names}）",
                en="{g}: {t} tight, {r} in trusteeship, {l} loose ({names})",
            )
            if named
            else Text(
                zh="{g}紧密 {t} 家、托管 {r} 家，没有松散成员", en="{g}: {t} tight, {r} in trusteeship, none loose"
            )
        )
        yield Verdict(
            "grid",
            grid_id,
            None if not known else not (tight_plan and named),
            wording.format(
                g=plan.grid_name(grid_id),
                t=count["tight"],
                r=count["trusteeship"],
                l=count["loose"],
                names=Text(
                    zh="、".join(f"{name}：{why.zh}" for name, why in named[:5]) + ("等" if len(named) > 5 else ""),
                    en=", ".join(f"{name}: {why.en}" for name, why in named[:5]) + (", …" if len(named) > 5 else ""),
                ),
            ),
            measured=count["tight"] / known if known else None,
            unit="share",
            places=tuple(str(unit) for unit in facilities["unit_id"][loose.index] if unit),
            severity="should" if tight_plan else None,
        )
    yield from _integration(plan)


def _integration(plan: Plan) -> Iterator[Verdict]:
    """Tell in how many of its members each grid is integrated in governance, care, operations and information."""
    table = plan.records.get("integration")
    if table is None:
        return
    own = table.assign(grid_id=table["facility_id"].map(plan.grid_of_facility).fillna(""))
    for grid_id in map(str, plan.assignment.lead_of_grid.index):
        rows = own[own["grid_id"] == grid_id]
        if rows.empty:
            continue
        told = [
            (term.label, int((rows[key] == "yes").sum()), int((rows[key] != "").sum()))
            for key, term in DIMENSIONS.items()
        ]
        whole = int((rows[list(DIMENSIONS)] == "yes").all(axis=1).sum())
        yield Verdict(
            "grid",
            grid_id,
            True,
            Text(
                zh="{g}登记的 {n} 家成员中，四项都一体化的 {w} 家（{d}）",
                en="{g}: of {n} on record {w} integrated in all four ({d})",
            ).format(
                g=plan.grid_name(grid_id),
                n=counted(len(rows), "member"),
                w=whole,
                d=Text(
                    zh="、".join(f"{label.zh} {yes}/{known}" for label, yes, known in told),
                    en=", ".join(f"{label.en} {yes} of {known}" for label, yes, known in told),
                ),
            ),
            measured=whole / len(rows),
            unit="share",
            severity="note",
            topic="integration",
        )


def check_friction(plan: Plan) -> Iterator[Verdict]:
    """R-33: members whose affiliation or ownership is not the lead's: where a two-level agreement is needed."""
    facilities, members = plan.layers.facilities, plan.members
    for grid_id, lead in plan.assignment.lead_of_grid.items():
        own = facilities[(members["grid_id"] == grid_id) & (members["role"] == "member")]
        if lead not in facilities.index:
            continue
        level, owner = facilities["admin_level"][lead], facilities["ownership"][lead]
        other_level = (own["admin_level"] != level) & (own["admin_level"] != "") & (level != "")
        other_owner = (own["ownership"] != owner) & (own["ownership"] != "") & (owner != "")
        pairs = own[other_level | other_owner]
        beds = float(own["beds"].sum())
        part = float(pairs["beds"].sum()) / beds if beds > 0 else np.nan
        told = (
            Text(zh="，占成员床位 {s}", en=", {s} of the members' beds").format(s=share(part, 0))
            if not np.isnan(part)
            else Text(zh="", en="")
        )
        yield Verdict(
            "grid",
            str(grid_id),
            True,
            Text(
                zh="{g}有 {n} 家成员与牵头医院的隶属关系（{a} 家）或经办性质（{o} 家）不同{b}，需要两级协议",
                en="{g}: {n} of another affiliation ({a}) or ownership ({o}) than the lead{b}; they need an agreement of both sides",
            ).format(
                g=plan.grid_name(str(grid_id)),
                n=counted(len(pairs), "member"),
                a=int(other_level.sum()),
                o=int(other_owner.sum()),
                b=told,
            ),
            measured=len(pairs),
            unit="members",
            places=tuple(dict.fromkeys(str(unit) for unit in pairs["unit_id"] if unit)),
        )


TIE_RULES = (
    Rule(
        "R-32",
        "members",
        Text(zh="紧密程度", en="Tightness of ties"),
        "note",
        "S1, V",
        check_ties,
        Text(
            zh="各网格紧密、托管、松散的成员数；方案自称紧密型（rules.tight）而有松散成员的为“应当”，列出名称和原因（隶属、社会资本、财政、其他）。本院的其他院区记为紧密；管理、医疗、运营、信息四项一体化（记录表 integration）逐网格计数",
            en="Members by tie; in a plan that calls its groups tight, loose members are a should and are named with the reason (affiliation, private capital, budgets, other). Campuses of the lead count as tight; integration in governance, care, operations and information (record integration) is counted by grid",
        ),
        needs=("tie",),
        limits=("rules.tight",),
    ),
    Rule(
        "R-33",
        "members",
        Text(zh="两级管理", en="Governance friction"),
        "note",
        "S0, S1",
        check_friction,
        Text(
            zh="与牵头医院隶属关系或经办性质不同的成员数和床位占比：提示哪里需要两级协议，不是违规",
            en="Members of another affiliation or ownership than the lead, and their share of beds: where a two-level agreement is needed; no violation",
        ),
        needs=("admin_level", "ownership"),
    ),
)
