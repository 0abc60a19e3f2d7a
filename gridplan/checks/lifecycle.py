"""Rules R-27 and R-28: what changes against the grouping in force, and where the plan stands in its life."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from gridplan.checks.rule import Rule, Verdict
from gridplan.grids.plan import Plan
from gridplan.words.numbers import counted, people, share
from gridplan.words.text import Text
from gridplan.words.vocabulary import HOSPITAL_KINDS

_STAGES = {
    "draft": Text(zh="草案", en="draft"),
    "review": Text(zh="征求意见", en="under review"),
    "published": Text(zh="已公布", en="published"),
}


@dataclass(frozen=True)
class Moved:
    """Who is affected by a change: ids of the units, their residents, the facilities that stand in them, hospital beds of these.

    Shares are of the units, residents, facilities and beds of the area that plan and baseline both know.
    """

    units: tuple[str, ...]
    residents: float
    facilities: int
    beds: float
    residents_share: float
    units_share: float
    facilities_share: float
    beds_share: float


@dataclass(frozen=True)
class Change:
    """What changes between the baseline and a plan.

    - lead: units whose lead is another site than before, unit by unit
    - group: units that leave their group, groups matched so that the fewest residents leave: a group may keep its people under
      another lead, and a lead may go over to other people
    - leads_changed: groups that keep their people under another lead, and groups opened or dissolved; rand: adjusted Rand index
    """

    lead: Moved
    group: Moved
    leads_changed: int
    rand: float


def compare_with_baseline(plan: Plan) -> Change:
    """Return what changes against `layers.baseline`; units that either side does not know are left out."""
    from scipy.optimize import linear_sum_assignment
    from sklearn.metrics import adjusted_rand_score

    units = plan.layers.units
    new = plan.assignment.lead_of_unit
    old = plan.layers.baseline
    known = units.index[units.index.isin(new.index) & units.index.isin(old.index)]
    new, old = new[~new.index.duplicated()][known], old[~old.index.duplicated()][known]
    people = units["population"][known].astype(float)
    table = people.groupby([old.to_numpy(), new.to_numpy()]).sum().unstack(fill_value=0.0)
    count = pd.crosstab(old.to_numpy(), new.to_numpy()).reindex_like(table).fillna(0)
    same_lead = np.equal.outer(table.index.to_numpy(object), table.columns.to_numpy(object))
    weight = table.to_numpy(float) + 1e-6 * count.to_numpy(float) + 1e-9 * same_lead
    rows, columns = linear_sum_assignment(-weight)
    group = {table.columns[column]: table.index[row] for row, column in zip(rows, columns, strict=True)}
    kept = sum(lead == before for lead, before in group.items())
    return Change(
        lead=_moved(plan, known, new.to_numpy(object) != old.to_numpy(object)),
        group=_moved(plan, known, new.map(group).to_numpy(object) != old.to_numpy(object)),
        leads_changed=max(table.shape) - kept,
        rand=float(adjusted_rand_score(old.to_numpy(str), new.to_numpy(str))) if len(known) else 1.0,
    )


def _moved(plan: Plan, known: pd.Index, which: np.ndarray) -> Moved:
    facilities, people = plan.layers.facilities, plan.layers.units["population"][known].astype(float)
    moved = known[which]
    there, gone = facilities["unit_id"].isin(known), facilities["unit_id"].isin(moved)
    beds = facilities["beds"].where(facilities["kind"].isin(HOSPITAL_KINDS)).fillna(0.0)
    return Moved(
        units=tuple(map(str, moved)),
        residents=float(people[which].sum()),
        facilities=int(gone.sum()),
        beds=float(beds[gone].sum()),
        residents_share=_ratio(people[which].sum(), people.sum()),
        units_share=_ratio(which.sum(), len(known)),
        facilities_share=_ratio(gone.sum(), there.sum()),
        beds_share=_ratio(beds[gone].sum(), beds[there].sum()),
    )


def _ratio(part: float, whole: float) -> float:
    return float(part) / float(whole) if whole > 0 else 0.0


def check_stability(plan: Plan) -> Iterator[Verdict]:
    """R-27: existing groups are kept; whose lead changes against the baseline, a should beyond the stated share."""
    change, limit = compare_with_baseline(plan), plan.case.rules.moved_share
    met = change.lead.residents_share <= limit
    yield Verdict(
        "plan",
        "",
        met,
        Text(
            zh="与现行分组相比，改换牵头医院（逐个单元比较前后牵头医院）：居民 {p}（{s}），单元 {u} 个（{us}），机构 {f} 家（{fs}），医院床位 {b} 张（{bs}）；"
            "改换集团（前后各组按居民重合最多配对，不看牵头医院）：居民 {gp}（{gs}），单元 {gu} 个；{l} 个集团更换牵头医院、新设或撤并，调整兰德指数 {r}",
            en="against the grouping in force: another lead (unit by unit, the lead before and after): {p} ({s}), {u} ({us}), {f} ({fs}), {b:hospital bed|hospital beds} "
            "({bs}); another group (groups matched by the residents they share, whoever leads): {gp} ({gs}), {gu}; {l} with another lead, "
            "opened or dissolved; adjusted Rand index {r}",
        ).format(
            p=people(change.lead.residents),
            s=share(change.lead.residents_share),
            u=counted(len(change.lead.units), "unit"),
            us=share(change.lead.units_share),
            f=counted(change.lead.facilities, "facility", "facilities"),
            fs=share(change.lead.facilities_share),
            b=f"{change.lead.beds:,.0f}",
            bs=share(change.lead.beds_share),
            gp=people(change.group.residents),
            gs=share(change.group.residents_share),
            gu=counted(len(change.group.units), "unit"),
            l=counted(change.leads_changed, "group"),
            r=f"{change.rand:.2f}",
        ),
        measured=change.lead.residents_share,
        limit=limit,
        unit="share",
        places=() if met else change.lead.units,
        severity=None if met else "should",
    )


def check_lifecycle(plan: Plan) -> Iterator[Verdict]:
    """R-28: the plan has a version and a stage; a published one says from when it is in force."""
    rules = plan.case.rules
    undated = rules.plan_status == "published" and not rules.plan_valid_from
    wording = (
        Text(
            zh="方案 {v} 标为已公布，但没有写生效日期（plan_valid_from）",
            en="plan {v} is called published but says no date (plan_valid_from)",
        )
        if undated
        else Text(zh="方案 {v}，{s}，{f}，{o}", en="plan {v}, {s}, {f}, {o}")
    )
    yield Verdict(
        "plan",
        "",
        not undated,
        wording.format(
            v=rules.plan_version,
            s=_STAGES[rules.plan_status],
            f=Text(zh=f"自 {rules.plan_valid_from} 起", en=f"in force from {rules.plan_valid_from}")
            if rules.plan_valid_from
            else Text(zh="未定生效日期", en="no date set"),
            o=Text(zh=f"源自 {rules.plan_parent}", en=f"derived from {rules.plan_parent}")
            if rules.plan_parent
            else Text(zh="没有前一版本", en="no earlier version"),
        ),
    )
    for number, milestone in enumerate(rules.milestones, start=1):
        wording = (
            Text(zh="{w}：应于 {d} 前完成，未写完成日期", en="{w}: due {d}, not said to be done")
            if milestone.late is None
            else Text(zh="{w}：应于 {d} 前完成，{e} 完成", en="{w}: due {d}, done {e}")
        )
        met = None if milestone.late is None else not milestone.late
        message = wording.format(w=milestone.what, d=milestone.due, e=milestone.done)
        yield Verdict("plan", f"milestone-{number}", met, message, severity="note", topic="milestones")


LIFECYCLE_RULES = (
    Rule(
        "R-27",
        "lifecycle",
        Text(zh="小范围动态调整", en="Small adjustments"),
        "note",
        "S1",
        check_stability,
        Text(
            zh="保持现有分组，小范围调整：与 layers.baseline 相比，牵头医院与原来不同的居民、单元、机构、床位（逐个单元比较），居民占比超过限值为“应当”；"
            "另列改换集团的居民和单元（前后各组按居民重合最多配对）、更换牵头医院或新设、撤并的集团数、调整兰德指数",
            en="Existing groups are kept: residents, units, facilities and beds whose lead is another one than in layers.baseline (unit by unit), a should "
            "where the share of residents is beyond the limit; beside it residents and units that change group (groups matched by the residents they "
            "share), groups with another lead, opened or dissolved, and the adjusted Rand index",
        ),
        needs=("baseline",),
        limits=("rules.moved_share",),
    ),
    Rule(
        "R-28",
        "lifecycle",
        Text(zh="方案版本", en="Version of the plan"),
        "note",
        "S1",
        check_lifecycle,
        Text(
            zh="方案有版本、阶段（草案、征求意见、已公布）、生效日期和前一版本；已公布的必须有生效日期；方案写明的节点（rules.milestones）按完成日期核对，往年项目的节点（如辽宁 2023 年、2025 年）已成历史，不检查",
            en="A plan has a version, a stage (draft, review, published), a date and its parent; a published one says from when it is in force; milestones that the case states (rules.milestones) are held against the day they were done, those of past programmes (Liaoning: 2023, 2025) are history and not asked",
        ),
        needs=("version",),
        limits=("rules.plan_version", "rules.plan_status", "rules.plan_valid_from", "rules.plan_parent"),
    ),
)
