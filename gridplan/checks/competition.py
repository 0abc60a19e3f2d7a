"""Rules R-40 to R-44 and R-46: no contested ground, no new monopoly, a choice for residents, open doors. Only notes, but for a rise."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from gridplan.checks.rule import Rule, Verdict
from gridplan.grids.habits import OUTSIDE, Habits
from gridplan.grids.members import in_group, place_members
from gridplan.grids.plan import Plan
from gridplan.solver.assignment import Assignment
from gridplan.words.numbers import share
from gridplan.words.text import Text
from gridplan.words.vocabulary import HOSPITAL_KINDS, PRIMARY_KINDS


def check_claims(plan: Plan) -> Iterator[Verdict]:
    """R-40: no ground is claimed by two groups of a plan given as polygons."""
    claims = plan.claimed("area")
    for grid_id, other, km2 in zip(claims["grid_id"], claims["subject_id"], claims["km2"].astype(float), strict=True):
        yield Verdict(
            "grid",
            str(grid_id),
            False,
            Text(zh="{g}与{h}都主张同一片区域，面积 {a} 平方千米", en="{g} and {h} both claim the same {a} km²").format(
                g=plan.grid_name(str(grid_id)), h=plan.grid_name(str(other)), a=f"{km2:.2f}"
            ),
            measured=float(km2),
            limit=0,
            unit="km2",
        )
    if claims.empty:
        wording = Text(zh="没有区域被两个集团同时主张", en="no ground is claimed by two groups")
        yield Verdict("plan", "", True, wording, measured=0, limit=0, unit="km2")


def check_concentration(plan: Plan) -> Iterator[Verdict]:
    """R-41: Herfindahl index of the groups' hospital beds, against equal groups and against the baseline."""
    k = len(plan.assignment.lead_of_grid)
    index = _herfindahl(_beds_by_group(plan, plan.members))
    if np.isnan(index):
        wording = Text(
            zh="未评价：各网格的医院没有床位数", en="not evaluated: needs beds of the hospitals in the grids"
        )
        yield Verdict("plan", "", None, wording)
        return
    equal = 10_000 / k
    before = _baseline_index(plan)
    rise = (index / equal) / before - 1 if before else np.nan
    limit = plan.case.rules.concentration_rise
    told = (
        Text(zh="没有现有分组可比", en="no baseline to compare with")
        if np.isnan(rise)
        else Text(
            zh=f"按均等比例与现有分组相比 {rise:+.0%}", en=f"{rise:+.0%} against the baseline, relative to equal groups"
        )
    )
    met = bool(np.isnan(rise) or rise <= limit)
    yield Verdict(
        "plan",
        "",
        met,
        Text(
            zh="医院床位集中度（HHI）{i}，{k} 个网格均等时为 {e}；{t}",
            en="concentration of hospital beds (HHI) {i}; {k:equal group|equal groups} have {e}; {t}",
        ).format(i=f"{index:,.0f}", k=k, e=f"{equal:,.0f}", t=told),
        measured=index,
        limit=None if np.isnan(rise) else equal * before * (1 + limit),
        unit="HHI",
        severity=None if met else "should",
    )


def _beds_by_group(plan: Plan, members: pd.DataFrame) -> pd.Series:
    facilities = plan.layers.facilities
    hospitals = facilities["kind"].isin(HOSPITAL_KINDS) & in_group(members)
    return facilities["beds"][hospitals].groupby(members["grid_id"][hospitals]).sum(min_count=1).dropna()


def _herfindahl(amounts: pd.Series) -> float:
    """Return the Herfindahl-Hirschman index, 10,000 for a single group; NaN if there is nothing to share."""
    total = float(amounts.sum())
    return float(((amounts / total) ** 2).sum() * 10_000) if total > 0 else float("nan")


def _baseline_index(plan: Plan) -> float:
    """Return the index of the baseline over that of as many equal groups; 0 if it is not known."""
    old = plan.layers.baseline
    old = old[old.index.isin(plan.layers.units.index) & ~old.index.duplicated()]
    if old.empty:
        return 0.0
    before = Assignment.from_leads(old)
    index = _herfindahl(_beds_by_group(plan, place_members(plan.layers, before, rules=plan.case.members)))
    return 0.0 if np.isnan(index) else index / (10_000 / len(before.lead_of_grid))


def check_choice(plan: Plan) -> Iterator[Verdict]:
    """R-42: residents who can reach hospitals of two groups, and one that does not lead, within the stated minutes."""
    facilities, limit = plan.layers.facilities, plan.case.rules.choice_min
    sites, minutes = plan.travel.to_hospitals()
    fit = (
        (facilities["level"].reindex(sites) >= 2)
        & facilities["kind"].reindex(sites).isin(HOSPITAL_KINDS)
        & in_group(plan.members).reindex(sites)
    ).to_numpy(bool)
    group = plan.members["grid_id"].reindex(sites).to_numpy(object)
    people = plan.layers.cells["population"].to_numpy(float)
    near = (minutes <= limit) & fit[None, :]
    groups = sorted(set(group[fit]))
    reach = (
        np.stack([near[:, group == name].any(axis=1) for name in groups], axis=1)
        if groups
        else np.zeros((len(people), 0))
    )
    leads = np.isin(sites.to_numpy(object), plan.assignment.lead_of_grid.to_numpy(object))
    two = float(people[reach.sum(axis=1) >= 2].sum() / people.sum())
    other = float(people[near[:, ~leads].any(axis=1)].sum() / people.sum())
    yield Verdict(
        "plan",
        "",
        True,
        Text(
            zh="{m} 分钟内能到两个以上集团的医院的居民占 {a}，能到非牵头医院的占 {b}（各集团二级以上医院共 {n} 处）",
            en="within {m} min {a} of residents reach hospitals of two groups, {b} one that does not lead (of {n:site|sites} of level 2 and 3)",
        ).format(m=f"{limit:g}", a=share(two), b=share(other), n=int(fit.sum())),
        measured=two,
        unit="share",
    )


def check_openness(plan: Plan) -> Iterator[Verdict]:
    """R-43: the share of referrals that leave the group; none at all is a should. Fewer than may be shown are told as such."""
    flows, grid = plan.records["referrals"], plan.grid_of_facility
    fewest = plan.case.rules.fewest_shown
    source = flows["from_id"].map(grid).fillna("")
    target = flows["to_id"].map(grid).fillna("")
    for grid_id in map(str, plan.assignment.lead_of_grid.index):
        own = flows[source == grid_id]
        total = float(own["count"].sum())
        if total < max(fewest, 1):
            wording = _FEW_REFERRALS if total > 0 else _NO_REFERRALS
            yield Verdict("grid", grid_id, None, wording.format(g=plan.grid_name(grid_id), n=fewest))
            continue
        out = float(own.loc[target[own.index] != grid_id, "count"].sum())
        part = out / total
        closed = part == 0
        few = 0 < out < fewest or 0 < total - out < fewest
        wording = (
            Text(
                zh="{g}没有转往集团外的记录，应避免封闭",
                en="{g} has no referral out of the group on record; it should not be closed",
            )
            if closed
            else Text(
                zh="{g}有转诊转往集团外，人次太少，不显示占比",
                en="{g}: some of its referrals leave the group, too few to tell the share",
            )
            if few
            else Text(zh="{g}转诊中转往集团外的占 {s}", en="{g}: {s} of its referrals leave the group")
        )
        yield Verdict(
            "grid",
            grid_id,
            not closed,
            wording.format(g=plan.grid_name(grid_id), s=share(part)),
            measured=None if few else part,
            unit="share",
            severity="should" if closed else None,
        )


_NO_REFERRALS = Text(zh="{g}：未评价，没有转诊记录", en="{g}: not evaluated, no referrals on record")
_FEW_REFERRALS = Text(
    zh="{g}：未评价，转诊记录不足 {n} 人次，不显示",
    en="{g}: not evaluated, fewer than {n:referral|referrals} on record, which are not shown",
)


def check_siphoning(plan: Plan) -> Iterator[Verdict]:
    """R-44: primary care's share of visits in each grid does not fall from the year before the last to the last; of too few it is not told."""
    visits = plan.records["visits"]
    years = sorted(visits["year"].unique())[-2:]
    facilities = plan.layers.facilities
    grid = visits["facility_id"].map(plan.members["grid_id"]).fillna("")
    primary = visits["facility_id"].map(facilities["kind"]).isin(PRIMARY_KINDS)
    for grid_id in map(str, plan.assignment.lead_of_grid.index):
        parts = []
        for year in years:
            own = (grid == grid_id) & (visits["year"] == year)
            total = float(visits.loc[own, "visits"].sum())
            shown = total >= max(plan.case.rules.fewest_shown, 1)
            parts.append(float(visits.loc[own & primary, "visits"].sum()) / total if shown else np.nan)
        if len(parts) < 2 or np.isnan(parts).any():
            wording = Text(zh="{g}：未评价，需要两年的诊疗人次", en="{g}: not evaluated, needs the visits of two years")
            yield Verdict("grid", grid_id, None, wording.format(g=plan.grid_name(grid_id)))
            continue
        fell = parts[1] < parts[0]
        yield Verdict(
            "grid",
            grid_id,
            not fell,
            Text(
                zh="{g}基层诊疗人次占比由 {a} 变为 {b}", en="{g}: primary care's share of visits went from {a} to {b}"
            ).format(g=plan.grid_name(grid_id), a=share(parts[0]), b=share(parts[1])),
            measured=parts[1],
            limit=parts[0],
            unit="share",
            severity="should" if fell else None,
        )


def check_own_grid_share(plan: Plan) -> Iterator[Verdict]:
    """R-46: the own-grid share of residents' admissions does not fall; where the others go, and what agrees with people's own catchments."""
    habits, fewest = Habits(plan), max(plan.case.rules.fewest_shown, 1)
    for grid_id in map(str, plan.assignment.lead_of_grid.index):
        told = [habits.of_grid(grid_id, year) for year in habits.years[-2:]]
        name = plan.grid_name(grid_id)
        if not told or told[-1].count < fewest:
            yield Verdict("grid", grid_id, None, _FEW_ADMISSIONS.format(g=name, n=fewest))
            continue
        now, before = told[-1], told[0] if len(told) > 1 and told[0].count >= fewest else None
        shown = not any(0 < n < fewest for one in told for n in (one.own, one.count - one.own))
        if not shown:
            yield Verdict("grid", grid_id, True, _FEW_INSIDE.format(g=name))
            continue
        fell = before is not None and now.share < before.share
        trend = _NOTHING if before is None else _YEAR_BEFORE.format(y=f"{before.year:.0f}", b=share(before.share))
        leak = _leak(plan, habits, grid_id, fewest)
        yield Verdict(
            "grid",
            grid_id,
            not fell,
            _OWN_SHARE.format(g=name, p=share(now.share), t=trend, l=leak),
            measured=now.share,
            limit=None if before is None else before.share,
            unit="share",
            severity="should" if fell else None,
        )
    agreed, rand = habits.agreement()
    total = habits.of_plan()
    if np.isfinite(agreed) and not any(0 < n < fewest for n in (total.own, total.count - total.own)):
        words = _AGREEMENT.format(p=share(total.share), a=share(agreed), r=f"{rand:.2f}")
        n, own, here, alike = habits.against_communities()
        if n:
            more = _COMMUNITIES.format(n=n, o=share(own), h=share(here), r=f"{alike:.2f}")
            words = Text(zh=words.zh + more.zh, en=words.en + more.en)
        yield Verdict("plan", "", True, words, measured=agreed, unit="share")


def _leak(plan: Plan, habits: Habits, grid_id: str, fewest: int) -> Text:
    """Say where most of the admissions outside the own grid go, where they are as many as may be shown."""
    leaks = habits.leaks(grid_id)
    if leaks.empty or leaks.iloc[0] < fewest:
        return _NOTHING
    to, count = str(leaks.index[0]), float(leaks.iloc[0])
    where = _NO_GRID if to == OUTSIDE else plan.grid_name(to)
    return _MOST_LEAKS.format(w=where, s=share(count / habits.of_grid(grid_id, habits.years[-1]).count))


_OWN_SHARE = Text(
    zh="{g}居民的住院（就诊）有 {p} 在本网格的机构{t}{l}",
    en="{g}: {p} of its residents' admissions (visits) are in its institutions{t}{l}",
)
_NOTHING = Text(zh="", en="")
_YEAR_BEFORE = Text(zh="，{y} 年为 {b}", en=", {b} in {y}")
_MOST_LEAKS = Text(zh="；外流最多的去{w}（{s}）", en="; of the others most go to {w} ({s})")
_NO_GRID = Text(zh="不属于任何网格的机构", en="institutions of no grid")
_FEW_ADMISSIONS = Text(
    zh="{g}：未评价，住院（就诊）记录不足 {n} 人次，不显示",
    en="{g}: not evaluated, fewer than {n:admission|admissions} on record, which are not shown",
)
_FEW_INSIDE = Text(
    zh="{g}居民的住院（就诊）在本网格内、外的一边人次太少，不显示占比",
    en="{g}: too few admissions on one side of its border to tell the share in the own grid",
)
_AGREEMENT = Text(
    zh="全部居民的住院（就诊）有 {p} 在自己的网格；{a} 的居民所在单元最常去的医院属于本网格（与居民自己形成的就医圈的调整兰德指数 {r}）",
    en="{p} of all admissions (visits) are in the residents' own grid; {a} of residents live in units whose most frequented hospital belongs to their grid (adjusted Rand index with the catchments that people make: {r})",
)
_COMMUNITIES = Text(
    zh="；按就医流向自然形成的连片就医圈有 {n} 个，圈内就医占 {o}，网格内为 {h}，两者的调整兰德指数 {r}",
    en="; the flows of patients make {n:catchment|catchments} of their own, in which {o} of admissions stay, against {h} in the grids; adjusted Rand index of both {r}",
)


COMPETITION_RULES = (
    Rule(
        "R-40",
        "competition",
        Text(zh="重复主张", en="Overlapping claims"),
        "must",
        "S0, S1",
        check_claims,
        Text(
            zh="以面给出的方案中，没有区域被两个集团同时主张。按单元给出时的重复见 R-02，机构重复见 R-22，两家牵头见 R-04",
            en="In a plan given as polygons no ground is claimed by two groups. Units given twice are R-02, facilities R-22, two leads R-04",
        ),
        needs=("polygons",),
    ),
    Rule(
        "R-41",
        "competition",
        Text(zh="集中度", en="Concentration"),
        "note",
        "S1, S4, D",
        check_concentration,
        Text(
            zh="各集团医院床位的 HHI，与均等时（10000/网格数）和现有分组相比；没有官方标准，仅当比现有分组上升超过限值时为“应当”",
            en="HHI of the groups' hospital beds, against equal groups (10,000 / k) and the baseline; there is no official standard, so only a rise beyond the limit is a should",
        ),
        needs=("beds",),
        limits=("rules.concentration_rise",),
    ),
    Rule(
        "R-42",
        "competition",
        Text(zh="居民选择", en="Choice"),
        "note",
        "S1, none",
        check_choice,
        Text(
            zh="限值时间内能到两个以上集团的医院（二级以上）的居民占比，能到非牵头医院的居民占比；计入各集团的全部二级以上医院",
            en="Shares of residents who reach hospitals (secondary or above) of two groups, and one that does not lead, within the limit; every hospital of level 2 and 3 that belongs to a group counts",
        ),
        needs=("level",),
        limits=("rules.choice_min",),
    ),
    Rule(
        "R-43",
        "competition",
        Text(zh="开放", en="Openness"),
        "note",
        "S1",
        check_openness,
        Text(
            zh="转诊中转往集团外的占比；没有任何集团外转诊为“应当”",
            en="Share of referrals that leave the group; none at all is a should",
        ),
        needs=("referrals",),
        limits=("rules.fewest_shown",),
    ),
    Rule(
        "R-46",
        "competition",
        Text(zh="在本网格就医", en="Care in the own grid"),
        "note",
        "D, L",
        check_own_grid_share,
        Text(
            zh="居民住院（就诊）在本网格机构的占比（本地化指数），与上一年相比，下降为“应当”；外流去向；网格与居民自己形成的就医圈的一致程度",
            en="Share of residents' admissions (visits) in institutions of their own grid (localisation index); a fall from the year before is a should; where the others go; agreement with the catchments that people make",
        ),
        needs=("admissions",),
        limits=("rules.fewest_shown",),
    ),
    Rule(
        "R-44",
        "competition",
        Text(zh="虹吸", en="Siphoning"),
        "note",
        "S4",
        check_siphoning,
        Text(
            zh="各网格基层诊疗人次占比与上一年相比；下降为“应当”",
            en="Primary care's share of visits against the year before; a fall is a should",
        ),
        needs=("visits",),
        limits=("rules.fewest_shown",),
    ),
)
