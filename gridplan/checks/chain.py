"""Rules R-34 and R-35: does care go on after the hospital, and how far is it along the chain?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from gridplan.checks.rule import Rule, Verdict
from gridplan.grids.care import CHAIN, is_told, providers
from gridplan.grids.conversion_candidates import Candidate, conversion_candidates
from gridplan.grids.members import in_group
from gridplan.grids.plan import Plan
from gridplan.words.numbers import counted, listed, minutes, people, share
from gridplan.words.text import Text
from gridplan.words.vocabulary import CENTRE_KINDS, SERVICES


def check_continuity(plan: Plan) -> Iterator[Verdict]:
    """R-34: each grid has a provider of rehabilitation, nursing and hospice care; else who might be converted."""
    facilities = plan.layers.facilities
    for need in CHAIN:
        if not is_told(facilities, need):
            wording = Text(
                zh="{s}：未评价，机构表没有此类机构，也没有服务项目（services）",
                en="{s}: not evaluated, needs such facilities or services",
            )
            yield Verdict("plan", need, None, wording.format(s=SERVICES.label(need)), topic=need)
            continue
        count = providers(facilities, plan.members, need).value_counts()
        for grid_id in map(str, plan.assignment.lead_of_grid.index):
            n = int(count.get(grid_id, 0))
            candidates = [] if n else conversion_candidates(plan, grid_id)
            wording = (
                Text(zh="{g}有 {n} 家提供{s}服务的牵头医院或成员单位", en="{g} has {n} for {s}")
                if n
                else Text(
                    zh="{g}没有提供{s}服务的牵头医院或成员单位，可考虑转型：{c}",
                    en="{g}: neither lead nor members give {s}; might be converted: {c}",
                )
                if candidates
                else Text(zh="{g}没有提供{s}服务的牵头医院或成员单位", en="{g}: neither lead nor members give {s}")
            )
            yield Verdict(
                "grid",
                grid_id,
                n >= 1,
                wording.format(
                    g=plan.grid_name(grid_id),
                    n=counted(n, "institution"),
                    s=SERVICES.label(need),
                    c=_told_candidates(plan, grid_id, candidates),
                ),
                measured=n,
                limit=1,
                unit="providers",
                topic=need,
            )
    yield from _beds_for_older(plan)


def _told_candidates(plan: Plan, grid_id: str, candidates: list[Candidate]) -> Text:
    limit = f"{plan.case_of(grid_id).travel.limit_min:g}"
    return listed([_told(candidate, limit) for candidate in candidates])


def _told(candidate: Candidate, limit_min: str) -> Text:
    """Say how much a hospital is used, as far as records tell, and who would lose what."""
    use = []
    if not np.isnan(candidate.occupancy):
        use.append(Text(zh="病床使用率 {o}", en="{o} of beds in use").format(o=share(candidate.occupancy, 0)))
    if not np.isnan(candidate.visits):
        use.append(Text(zh="年诊疗 {v} 人次", en="{v:visit|visits} a year").format(v=f"{candidate.visits:,.0f}"))
    lose = Text(
        zh="{p}失去最近的医院，其中 {b}在 {t} 分钟内再无医院",
        en="{p} lose their nearest hospital, {b} would have none within {t} min",
    ).format(p=people(candidate.nearest), b=people(candidate.beyond), t=limit_min)
    told = [*(use or [Text(zh="使用情况未提供", en="use not told")]), lose]
    return Text(
        zh=f"{candidate.name}（{'，'.join(said.zh for said in told)}）",
        en=f"{candidate.name} ({', '.join(said.en for said in told)})",
    )


def _beds_for_older(plan: Plan) -> Iterator[Verdict]:
    facilities, grids = plan.layers.facilities, plan.scores.grids
    kinds = facilities["kind"].isin(CHAIN) & in_group(plan.members)
    beds = facilities["beds"][kinds].groupby(plan.members["grid_id"][kinds]).sum(min_count=1)
    if facilities["beds"].isna().all() or grids["population_65"].isna().all():
        return
    for grid_id, row in grids.iterrows():
        count, older = float(beds.get(grid_id, 0.0)), float(row["population_65"])
        if np.isnan(count) or not older > 0:
            continue
        yield Verdict(
            "grid",
            str(grid_id),
            True,
            Text(
                zh="{g}每万名 65 岁及以上老人有康复、护理、安宁疗护机构床位 {b} 张",
                en="{g}: {b:bed|beds} of rehabilitation, nursing and hospice facilities per 10,000 people aged 65 and over",
            ).format(g=plan.grid_name(str(grid_id)), b=f"{count / older * 1e4:.0f}"),
            measured=count / older * 1e4,
            unit="beds per 10000 aged 65",
            severity="note",
        )


def check_chain_access(plan: Plan) -> Iterator[Verdict]:
    """R-35: minutes along the chain, every step of it judged: health centre to lead, lead to each following link.

    Minutes are those between the residents of the unit in which a facility stands and the lead; none where the lead itself
    provides.
    """
    facilities, members = plan.layers.facilities, plan.members
    provided = {need: providers(facilities, members, need) for need in CHAIN}
    centre = facilities["kind"].isin(CENTRE_KINDS) & (members["role"] == "member") & (facilities["unit_id"] != "")
    for grid_id, lead in plan.assignment.lead_of_grid.items():
        if lead not in plan.travel.unit_minutes:
            continue
        time = facilities["unit_id"].map(plan.travel.unit_minutes[lead]).where(facilities.index != lead, 0.0)
        centres = time[centre & (members["grid_id"] == grid_id)]
        nearest = {need: float(time[at.index[at == grid_id]].min()) for need, at in provided.items()}
        yield _chain_of(plan, str(grid_id), centres, nearest)


def _chain_of(plan: Plan, grid_id: str, centres: pd.Series, nearest: dict[str, float]) -> Verdict:
    limit = plan.case_of(grid_id).travel.limit_min
    known = {need: value for need, value in nearest.items() if not np.isnan(value)}
    steps = [*known.values(), *centres.dropna()]
    complete = len(known) == len(CHAIN)
    links = [(SERVICES.label(need), minutes(value)) for need, value in known.items()]
    lacking = [SERVICES.label(need) for need in CHAIN if need not in known]
    far = centres.index[centres > limit]
    return Verdict(
        "grid",
        grid_id,
        complete and max(steps) <= limit,
        Text(
            zh="{g}基层中心到牵头医院最远 {c} 分钟（超过 {l} 分钟的 {n} 家）；牵头医院到最近的接续服务：{s}{k}",
            en="{g}: primary-care centres up to {c} min from the lead ({n} over {l} min); from the lead to the nearest {s}{k}",
        ).format(
            g=plan.grid_name(grid_id),
            c=minutes(float(centres.max())) if len(centres) else "–",
            l=minutes(limit),
            n=len(far),
            s=Text(
                zh="、".join(f"{label.zh} {m} 分钟" for label, m in links),
                en=", ".join(f"{label.en} {m} min" for label, m in links),
            ),
            k=Text(
                zh=("，" if links else "") + "缺" + "、".join(label.zh for label in lacking),
                en=("; " if links else "link: ") + "none for " + ", ".join(label.en for label in lacking),
            )
            if lacking
            else Text(zh="", en=""),
        ),
        measured=max(steps, default=float("nan")),
        limit=limit,
        unit="min",
        places=tuple(dict.fromkeys(map(str, plan.layers.facilities["unit_id"][far]))),
    )


CHAIN_RULES = (
    Rule(
        "R-34",
        "members",
        Text(zh="接续服务链", en="Continuity of care"),
        "should",
        "S0, S1, S3, V",
        check_continuity,
        Text(
            zh="每个网格的牵头医院或成员单位至少有一家提供康复、护理、安宁疗护（专门机构或服务项目）；缺少时列出可考虑转型的二级医院，使用最少的在前（病床使用率，其次每床诊疗人次，其次床位；以有记录的为准），并说明谁会失去最近的医院。部队、社会办医院和一个区县唯一有急诊的医院不列入；并给出每万名老人的相应床位",
            en="In each grid the lead or a member gives rehabilitation, nursing and hospice care (a facility or a service); where one is missing, secondary hospitals that might be converted, least used first (occupancy, then visits a bed, then beds, as far as records tell), with who would lose the nearest hospital. Never a military or private one, or the only one with an emergency department in a district or county; beds per 10,000 older people",
        ),
    ),
    Rule(
        "R-35",
        "members",
        Text(zh="服务链的距离", en="Access along the chain"),
        "note",
        "D",
        check_chain_access,
        Text(
            zh="每一步都在限值内：各基层中心到牵头医院、牵头医院到最近的康复、护理、安宁疗护机构（牵头医院自有的为零）的驾车时间，按机构所在单元的居民计；实测为其中最长的一步",
            en="Every step is within the limit: from each primary-care centre to the lead, and from the lead to its nearest rehabilitation, nursing and hospice provider (none where the lead itself provides), in minutes of the residents of their units; measured is the longest step",
        ),
        limits=("travel.limit_min", "county.limit_min"),
    ),
)
