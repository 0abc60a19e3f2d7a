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

_STAGES = {
    "draft": Text(zh="草案", en="draft"),
    "review": Text(zh="征求意见", en="under review"),
    "published": Text(zh="已公布", en="published"),
}


@dataclass(frozen=True)
class Change:
    """What moves between the baseline and a plan; groups are matched so that the fewest residents move.

    moved : ids of the units that leave their group; shares are of residents, units, facilities and beds in the area that
    both know; leads_changed counts groups that keep their people under another lead, and groups opened or dissolved.
    """

    moved: tuple[str, ...]
    residents: float
    residents_share: float
    units_share: float
    facilities_share: float
    beds_share: float
    leads_changed: int
    rand: float


def compare_with_baseline(plan: Plan) -> Change:
    """Return what moves against `layers.baseline`; units that either side does not know are left out."""
    from scipy.optimize import linear_sum_assignment
    from sklearn.metrics import adjusted_rand_score

    units, facilities = plan.layers.units, plan.layers.facilities
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
    stays = new.map(group).to_numpy(object) == old.to_numpy(object)
    moved = set(known[~stays])
    there = facilities["unit_id"].isin(known)
    gone = facilities["unit_id"].isin(moved)
    beds = facilities["beds"].fillna(0.0)
    kept = sum(lead == before for lead, before in group.items())
    return Change(
        moved=tuple(str(unit) for unit in known[~stays]),
        residents=float(people[~stays].sum()),
        residents_share=_ratio(people[~stays].sum(), people.sum()),
        units_share=_ratio((~stays).sum(), len(known)),
        facilities_share=_ratio(gone.sum(), there.sum()),
        beds_share=_ratio(beds[gone].sum(), beds[there].sum()),
        leads_changed=max(table.shape) - kept,
        rand=float(adjusted_rand_score(old.to_numpy(str), new.to_numpy(str))) if len(known) else 1.0,
    )


def _ratio(part: float, whole: float) -> float:
    return float(part) / float(whole) if whole > 0 else 0.0


def check_stability(plan: Plan) -> Iterator[Verdict]:
    """R-27: existing groups are kept; how much moves against the baseline, a should beyond the stated share."""
    change, limit = compare_with_baseline(plan), plan.case.rules.moved_share
    met = change.residents_share <= limit
    yield Verdict(
        "plan",
        "",
        met,
        Text(
            zh="与现有分组相比，调整 {p}（{s}）、单元 {u}、机构 {f}、床位 {b}，牵头医院变动 {l} 家，调整兰德指数 {r}",
            en="against the grouping in force {p} ({s}), {u} of the units, {f} of the facilities and {b} of the beds move; {l}; adjusted Rand index {r}",
        ).format(
            p=people(change.residents),
            s=share(change.residents_share),
            u=share(change.units_share),
            f=share(change.facilities_share),
            b=share(change.beds_share),
            l=counted(change.leads_changed, "lead changes", "leads change"),
            r=f"{change.rand:.2f}",
        ),
        measured=change.residents_share,
        limit=limit,
        unit="share",
        places=() if met else change.moved,
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
            zh="保持现有分组，小范围调整：与 layers.baseline 相比调整的居民、单元、机构、床位占比，牵头医院变动数，调整兰德指数；调整居民超过限值为“应当”。各组按居民变动最少配对",
            en="Existing groups are kept: shares of residents, units, facilities and beds that move against layers.baseline, leads changed, adjusted Rand index; a should beyond the limit. Groups are matched so that the fewest residents move",
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
