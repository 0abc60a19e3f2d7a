"""Rules R-60, R-61 and R-63: how far it is, how many are near enough, how many beds there are."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gridplan.checks.plan import Plan
from gridplan.checks.rule import Rule, Verdict
from gridplan.scores import weighted_quantiles
from gridplan.text import Text


def check_access(plan: Plan) -> Iterator[Verdict]:
    """R-60: units are within the limit of their own lead; nearest primary care and emergency department are reported."""
    limit = plan.case.travel.limit_min
    units, scores = plan.layers.units, plan.scores
    for grid_id, row in scores.grids.iterrows():
        own = plan.units_of(str(grid_id))
        far = [unit for unit in own if scores.units["minutes_to_lead"][unit] > limit]
        people = float(units["population"].reindex(far).sum())
        wording = (
            Text(
                zh="{g} 有 {n} 个单元（{p} 人）到牵头医院超过 {l} 分钟",
                en="{g}: {n} units ({p} people) are over {l} min from their lead",
            )
            if far
            else Text(
                zh="{g} 各单元到牵头医院都在 {l} 分钟内，九成居民在 {q} 分钟内",
                en="{g}: every unit is within {l} min of the lead, 90% of people within {q}",
            )
        )
        worst = float(scores.units["minutes_to_lead"].reindex(own).max())
        yield Verdict(
            "grid",
            str(grid_id),
            not far,
            wording.format(
                g=row["name"], n=len(far), p=f"{people:,.0f}", l=f"{limit:g}", q=f"{row['p90_minutes']:.0f}"
            ),
            measured=worst if np.isfinite(worst) else None,
            limit=limit,
            unit="min",
            places=tuple(far),
        )
    yield from _nearest(plan)


def _nearest(plan: Plan) -> Iterator[Verdict]:
    people = plan.layers.cells["population"].to_numpy(float)
    walk_limit, limit = plan.case.travel.walk_limit_min, plan.case.travel.limit_min
    for key, frame, most, what in (
        (
            "primary",
            plan.travel.nearest_walk,
            walk_limit,
            Text(zh="步行到最近的基层医疗机构", en="walk to the nearest primary care"),
        ),
        (
            "ed",
            plan.travel.nearest_drive,
            limit,
            Text(zh="驾车到最近的急诊", en="drive to the nearest emergency department"),
        ),
    ):
        if key not in frame:
            yield Verdict(
                "plan",
                key,
                None,
                Text(
                    zh="{w}：未评价，缺少此类机构或时间", en="{w}: not evaluated, needs such facilities and times"
                ).format(w=what),
                severity="note",
            )
            continue
        minutes = frame[key].to_numpy(float)
        p50, p90 = weighted_quantiles(minutes, people, (0.5, 0.9))
        share = float(people[minutes <= most].sum() / people.sum())
        told = [f"{value:.0f}" if np.isfinite(value) else "∞" for value in (p50, p90)]
        yield Verdict(
            "plan",
            key,
            True,
            Text(
                zh="{w}：中位 {a} 分钟，九成居民在 {b} 分钟内，{m} 分钟内 {s}",
                en="{w}: median {a} min, 90% within {b} min, {s} within {m} min",
            ).format(w=what, a=told[0], b=told[1], m=f"{most:g}", s=f"{share:.1%}"),
            measured=p90 if np.isfinite(p90) else None,
            limit=most,
            unit="min",
            severity="note",
        )


def check_coverage(plan: Plan) -> Iterator[Verdict]:
    """R-61: the share of residents within the limits reaches its target, for the own lead and for primary care."""
    rules, travel, scores = plan.case.rules, plan.case.travel, plan.scores.plan
    for key, share, target, minutes, what in (
        (
            "lead",
            scores["share_within"],
            rules.lead_coverage,
            travel.limit_min,
            Text(zh="驾车到本网格牵头医院", en="drive to the own lead"),
        ),
        (
            "primary",
            scores["share_primary"],
            rules.primary_coverage,
            travel.walk_limit_min,
            Text(zh="步行到基层医疗机构", en="walk to primary care"),
        ),
    ):
        if share != share:
            yield Verdict(
                "plan",
                key,
                None,
                Text(zh="{w}：未评价，缺少步行时间", en="{w}: not evaluated, needs walking times").format(w=what),
            )
            continue
        yield Verdict(
            "plan",
            key,
            bool(share >= target),
            Text(
                zh="{w}：{m} 分钟内居民占 {s}，目标 {t}", en="{w}: {s} of residents within {m} min, target {t}"
            ).format(w=what, m=f"{minutes:g}", s=f"{share:.1%}", t=f"{target:.0%}"),
            measured=float(share),
            limit=target,
            unit="share",
        )


def check_beds(plan: Plan) -> Iterator[Verdict]:
    """R-63: hospital beds per 1,000 residents by grid; information only."""
    for grid_id, row in plan.scores.grids.iterrows():
        beds = float(row["beds_per_1000"])
        if beds != beds:
            yield Verdict(
                "grid",
                str(grid_id),
                None,
                Text(
                    zh="{g} 未评价：机构表没有床位数（beds）", en="{g}: not evaluated, needs beds of the facilities"
                ).format(g=row["name"]),
            )
        else:
            yield Verdict(
                "grid",
                str(grid_id),
                True,
                Text(zh="{g} 每千人医院床位 {b} 张", en="{g}: {b} hospital beds per 1,000 people").format(
                    g=row["name"], b=f"{beds:.1f}"
                ),
                measured=beds,
                unit="beds per 1000",
            )


ACCESS_RULES = (
    Rule("R-60", "access", Text(zh="可达时间", en="Access time"), "should", "none, L", check_access),
    Rule("R-61", "access", Text(zh="覆盖目标", en="Coverage"), "should", "none, V", check_coverage),
    Rule("R-63", "access", Text(zh="床位", en="Beds"), "note", "S0", check_beds),
)
