"""Rules R-60, R-61 and R-63: how far it is, how many are near enough, how many beds there are."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from gridplan.case.case import Case
from gridplan.checks.rule import Rule, Verdict
from gridplan.checks.told_speeds import to_emergency, to_own_lead, to_primary_care, told_range
from gridplan.grids.plan import Plan
from gridplan.grids.scores import minutes_to_own_lead, share_ranges, weighted_quantiles
from gridplan.ground.city_and_counties import Scope
from gridplan.words.numbers import counted, minutes, people, share, stated
from gridplan.words.text import Text
from gridplan.words.vocabulary import HOSPITAL_KINDS, KINDS


def check_access(plan: Plan) -> Iterator[Verdict]:
    """R-60: inhabited units are within the limit of their own lead; nearest primary care and emergency are reported."""
    population, time = plan.layers.units["population"], plan.scores.units["minutes_to_lead"]
    for grid_id, row in plan.scores.grids.iterrows():
        limit = plan.case_of(str(grid_id)).travel.limit_min
        own = [unit for unit in plan.units_of(str(grid_id)) if population[unit] > 0]
        far = [unit for unit in own if time[unit] > limit]
        wording = (
            Text(
                zh="{g}有 {n} 个单元（{p}）{h}到牵头医院超过 {l} 分钟，九成居民在 {q} 分钟内",
                en="{g}: {n} ({p}) over {l} min from the lead{h}; 90% of residents within {q}",
            )
            if far
            else Text(
                zh="{g}各单元{h}到牵头医院都在 {l} 分钟内，九成居民在 {q} 分钟内",
                en="{g}: every unit is within {l} min of the lead{h}, 90% of residents within {q}",
            )
        )
        yield Verdict(
            "grid",
            str(grid_id),
            not far,
            wording.format(
                g=plan.grid_name(str(grid_id)),
                n=counted(len(far), "unit"),
                p=people(float(population.reindex(far).sum())),
                l=f"{limit:g}",
                h=Text(zh="高峰时", en=" at peak") if plan.case.travel.period == "peak" else "",
                q=minutes(float(row["p90_minutes"])),
            ),
            measured=float(time.reindex(own).max()) if own else 0.0,
            limit=limit,
            unit="min",
            places=tuple(far),
        )
    yield from _nearest(plan)


def _nearest(plan: Plan) -> Iterator[Verdict]:
    travel, rules = plan.travel, plan.case.travel
    weights = plan.layers.cells["population"].to_numpy(float)
    for key, frame, most, what in (
        ("primary", travel.nearest_walk, rules.walk_limit_min, to_primary_care(rules)),
        ("ed", travel.nearest_drive, rules.limit_min, to_emergency(rules)),
    ):
        if key not in frame:
            wording = Text(
                zh="{w}：未评价，需要此类机构和到达时间", en="{w}: not evaluated, needs such facilities and times"
            )
            yield Verdict("plan", key, None, wording.format(w=what), severity="note")
            continue
        time = frame[key].to_numpy(float)
        p50, p90 = weighted_quantiles(time, weights, (0.5, 0.9))
        yield Verdict(
            "plan",
            key,
            True,
            Text(
                zh="{w}：中位 {a} 分钟，九成居民在 {b} 分钟内，{m} 分钟内居民占 {s}",
                en="{w}: median {a} min, 90% within {b} min, {s} within {m} min",
            ).format(w=what, a=minutes(p50), b=minutes(p90), m=f"{most:g}", s=share(_within(time, weights, most))),
            measured=p90,
            limit=most,
            unit="min",
            severity="note",
        )


def _within(time: np.ndarray, weights: np.ndarray, most: float) -> float:
    total = float(weights.sum())
    return float(weights[time <= most].sum() / total) if total > 0 else 0.0


def check_coverage(plan: Plan) -> Iterator[Verdict]:
    """R-61: the share of residents within the limits reaches its target, for the own lead and for primary care.

    City and counties are told apart; the subject of a county is its code.
    """
    for scope in plan.scopes.values():
        yield from _coverage(plan, scope)


def _coverage(plan: Plan, scope: Scope) -> Iterator[Verdict]:
    rules, travel = scope.case.rules, scope.case.travel
    inside = plan.layers.cells["unit_id"].isin(scope.units).to_numpy(bool)
    far = _beyond(plan, scope)
    weights = plan.layers.cells["population"].to_numpy(float)[inside]
    drive = minutes_to_own_lead(plan.layers, plan.travel, plan.assignment)[inside]
    lead, primary = _within(drive, weights, travel.limit_min), float("nan")
    if "primary" in plan.travel.nearest_walk:
        walk = plan.travel.nearest_walk["primary"].to_numpy(float)[inside]
        primary = _within(walk, weights, travel.walk_limit_min)
    ranges = share_ranges(plan.layers, plan.travel, plan.assignment, walk_limit_min=travel.walk_limit_min)
    for kind, reached, target, most, how in (
        ("lead", lead, rules.lead_coverage, travel.limit_min, to_own_lead(travel)),
        ("primary", primary, rules.primary_coverage, travel.walk_limit_min, to_primary_care(travel)),
    ):
        key = f"{kind}-{scope.id}" if scope.id else kind
        what = Text(zh="{s}居民{w}", en="{s}, {w}").format(s=scope.name, w=how) if scope.name else how
        if np.isnan(reached):
            wording = Text(
                zh="{w}：未评价，需要基层机构和步行时间", en="{w}: not evaluated, needs primary care and walking times"
            )
            yield Verdict("plan", key, None, wording.format(w=what), topic=kind)
            continue
        yield Verdict(
            "plan",
            key,
            reached >= target,
            Text(
                zh="{w}：{m} 分钟内居民占 {s}{r}，目标 {t}", en="{w}: {s} of residents within {m} min{r}, target {t}"
            ).format(
                w=what,
                m=f"{most:g}",
                s=share(reached),
                t=stated(target),
                r=_range(ranges, kind, inside, weights, scope.case),
            ),
            measured=reached,
            limit=target,
            unit="share",
            places=() if reached >= target else far[kind],
            topic=kind,
        )


def _range(ranges: dict[str, np.ndarray], kind: str, inside: np.ndarray, weights: np.ndarray, case: Case) -> Text | str:
    """Return in brackets how far the share of a scope moves with speeds; "" where it was not measured."""
    name, total = "share_within" if kind == "lead" else "share_primary", float(weights.sum())
    if f"{name}_low" not in ranges or total <= 0:
        return ""
    low, high = (float((ranges[f"{name}_{end}"][inside] * weights).sum() / total) for end in ("low", "high"))
    return Text(zh="（{r}）", en=" ({r})").format(r=told_range(low, high, case, on_foot=kind == "primary"))


def _beyond(plan: Plan, scope: Scope) -> dict[str, tuple[str, ...]]:
    """Return the inhabited units of a scope whose mean is beyond the limit of the own lead, and of primary care."""
    units, limits = plan.scores.units.reindex(scope.units), scope.case.travel
    lived_in = plan.layers.units["population"][scope.units] > 0
    pairs = (("lead", "minutes_to_lead", limits.limit_min), ("primary", "minutes_primary", limits.walk_limit_min))
    return {kind: tuple(map(str, scope.units[lived_in & (units[column] > most)])) for kind, column, most in pairs}


def check_beds(plan: Plan) -> Iterator[Verdict]:
    """R-63: hospital beds per 1,000 residents by grid and kind; information only."""
    facilities = plan.layers.facilities
    hospitals = facilities[facilities["kind"].isin(HOSPITAL_KINDS)]
    beds = (
        hospitals["beds"]
        .groupby([plan.members["grid_id"].reindex(hospitals.index), hospitals["kind"]])
        .sum(min_count=1)
    )
    for grid_id, row in plan.scores.grids.iterrows():
        rate, population = float(row["beds_per_1000"]), float(row["population"])
        if np.isnan(rate):
            wording = Text(
                zh="{g}：未评价，需要医院的床位数（beds）", en="{g}: not evaluated, needs beds of its hospitals"
            )
            yield Verdict("grid", str(grid_id), None, wording.format(g=plan.grid_name(str(grid_id))))
            continue
        yield Verdict(
            "grid",
            str(grid_id),
            True,
            Text(
                zh="{g}每千人医院床位 {b} 张（{k}）", en="{g}: {b:hospital bed|hospital beds} per 1,000 people ({k})"
            ).format(g=plan.grid_name(str(grid_id)), b=f"{rate:.1f}", k=_by_kind(beds, str(grid_id), population)),
            measured=rate,
            unit="beds per 1000",
        )


def _by_kind(beds: pd.Series, grid_id: str, population: float) -> Text:
    rates = [(KINDS.label(kind), beds.get((grid_id, kind), np.nan) / population * 1000) for kind in HOSPITAL_KINDS]
    told = [(label, f"{rate:.1f}") for label, rate in rates if not np.isnan(rate)]
    return Text(
        zh="、".join(f"{label.zh} {rate}" for label, rate in told),
        en=", ".join(f"{label.en} {rate}" for label, rate in told),
    )


ACCESS_RULES = (
    Rule(
        "R-60",
        "access",
        Text(zh="可达时间", en="Access time"),
        "should",
        "none, L",
        check_access,
        Text(
            zh="有人居住的单元驾车到本网格牵头医院的平均时间不超过限值；到最近基层机构（步行）和最近急诊（驾车）的时间作提示",
            en="Inhabited units are within the limit of their own lead by car (mean over residents); minutes to the nearest primary care (walk) and emergency department (drive) are told",
        ),
        limits=("travel.limit_min", "county.limit_min", "travel.walk_limit_min"),
    ),
    Rule(
        "R-61",
        "access",
        Text(zh="覆盖目标", en="Coverage"),
        "should",
        "none, V",
        check_coverage,
        Text(
            zh="限值时间内的居民占比达到目标：驾车到本网格牵头医院，步行到基层医疗机构；城区和各县分别计",
            en="Shares of residents within the limits reach their targets: own lead by car, primary care on foot; city and counties apart",
        ),
        limits=("rules.lead_coverage", "rules.primary_coverage"),
    ),
    Rule(
        "R-63",
        "access",
        Text(zh="床位", en="Beds"),
        "note",
        "S0",
        check_beds,
        Text(
            zh="各网格每千人医院床位，按类别",
            en="Hospital beds per 1,000 residents, by grid and kind",
        ),
        needs=("beds",),
    ),
)
