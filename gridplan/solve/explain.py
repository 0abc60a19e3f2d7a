"""Why limits cannot hold: which one, by how much, who forces it, and the smallest relaxation proven necessary."""

from __future__ import annotations

import numpy as np

from gridplan.problem import BoolArray, IntArray
from gridplan.solve.instance import Instance
from gridplan.solve.solution import Explanation
from gridplan.solve.terms import Measures
from gridplan.text import Text


def explain(instance: Instance, measures: Measures) -> tuple[Explanation, ...]:
    """Explain every hard rule that the plan does not hold, and the residents no lead can reach."""
    return (
        *_balance(instance, measures),
        *_populations(instance, measures),
        *_apart(instance, measures),
        *_forbidden(instance, measures),
        *_unreachable(instance, measures),
    )


def sites_by_part(instance: Instance) -> list[IntArray]:
    """Usable sites of each separate part of the map."""
    part = instance.component[instance.home]
    return [np.flatnonzero(instance.usable & (part == c)) for c in range(int(instance.component.max()) + 1)]


def people_by_part(instance: Instance) -> list[float]:
    """Residents of each separate part of the map."""
    return [float(x) for x in np.bincount(instance.component, weights=instance.population)]


def least_tolerance(instance: Instance, k: int) -> float:
    """Smallest balance tolerance that separate parts of the map and the largest atom leave possible with k grids."""
    problem = instance.problem
    target = problem.total_population / k
    people = people_by_part(instance)
    # spread[q]: least possible worst deviation of the parts looked at so far when they hold q grids.
    spread = {0: 0.0}
    for c, sites in enumerate(sites_by_part(instance)):
        most = len(set(problem.hospital[sites].tolist()))
        if not most:
            continue
        after: dict[int, float] = {}
        for used, worst in spread.items():
            for q in range(1, min(most, k - used) + 1):
                value = max(worst, abs(people[c] / (q * target) - 1.0))
                after[used + q] = min(value, after.get(used + q, np.inf))
        spread = after
    return max(float(instance.population.max()) / target - 1.0, spread.get(k, 0.0))


def smallest_k(instance: Instance, tolerance: float) -> int | None:
    """Smallest number of grids that separate parts and the largest atom do not exclude at this tolerance."""
    most = len(set(instance.problem.hospital[instance.usable].tolist()))
    parts = sum(1 for sites in sites_by_part(instance) if len(sites))
    return next((k for k in range(max(parts, 1), most + 1) if least_tolerance(instance, k) <= tolerance), None)


def _balance(instance: Instance, measures: Measures) -> list[Explanation]:
    problem = instance.problem
    if problem.balance is None or problem.balance_price is not None:
        return []
    if measures.deviation.max() <= problem.balance + 1e-6:
        return []
    k = len(measures.open_leads)
    least = least_tolerance(instance, k)
    proven = least if least > problem.balance else None
    texts, units, leads = [], [], []
    for c, (sites, people) in enumerate(zip(sites_by_part(instance), people_by_part(instance), strict=True)):
        most = len(set(problem.hospital[sites].tolist()))
        near = min((abs(people / (q * problem.total_population / k) - 1.0) for q in range(1, most + 1)), default=0.0)
        if near > problem.balance:
            texts.append(_part_text(instance, sites, people, k))
            units += [problem.unit_ids[i] for i in np.flatnonzero(_of_part(instance, c))]
            leads += [problem.lead_ids[j] for j in sites]
    worst = float(measures.deviation.max())
    head = Text(
        zh="±{limit:.0%} 的均衡要求在 k = {k} 时不能满足：方案的最大偏差为 {worst:.1%}{least}",
        en="balance within {limit:.0%} cannot hold with k = {k}: the plan's worst deviation is {worst:.1%}{least}",
    )
    needed = Text(zh="，至少需要 {least:.1%}", en=", at least {least:.1%} is needed").format(least=least)
    better = smallest_k(instance, problem.balance)
    tail = Text(zh="；k = {k} 是不被排除的最小网格数", en="; k = {k} is the smallest number of grids not excluded")
    parts = [
        head.format(limit=problem.balance, k=k, worst=worst, least=Text("", "") if proven is None else needed),
        *texts,
        *([] if better is None or better <= k else [tail.format(k=better)]),
    ]
    text = Text(zh="".join(t.zh for t in parts), en="".join(t.en for t in parts))
    if not leads:
        opened = [problem.lead_ids[j] for j in measures.open_leads]
        leads = [x for x, d in zip(opened, measures.deviation, strict=True) if d > problem.balance + 1e-6]
    return [Explanation("balance", text, worst, problem.balance, proven, tuple(units), tuple(leads))]


def _part_text(instance: Instance, sites: IntArray, people: float, k: int) -> Text:
    """Say what a separate part of the map can and cannot form."""
    problem = instance.problem
    mean = problem.total_population / k
    most = len(set(problem.hospital[sites].tolist()))
    q = min(range(1, most + 1), key=lambda i: abs(people / (i * mean) - 1.0))
    share = people / (q * mean) - 1.0
    names = ", ".join(problem.lead_ids[j] for j in sites[:3])
    if share < 0:
        words = Text(
            zh="；与其余部分不相连的一片（{names} 所在）有 {people:,.0f} 名居民，只能成 {q} 个网格，每个比均值低 {share:.0%}",
            en="; the separate part around {names} has {people:,.0f} residents and can form {q} grid(s) only, "
            "each {share:.0%} below the mean",
        )
    else:
        words = Text(
            zh="；与其余部分不相连的一片（{names} 所在）有 {people:,.0f} 名居民，至多 {q} 个网格时每个仍比均值高 {share:.0%}",
            en="; the separate part around {names} has {people:,.0f} residents; with {q} grid(s), the nearest it can "
            "come, each stays {share:.0%} above the mean",
        )
    return words.format(names=names, people=people, q=q, share=abs(share))


def _of_part(instance: Instance, part: int) -> BoolArray:
    inside: BoolArray = (instance.component == part)[instance.atom_of_unit]
    return inside


def _populations(instance: Instance, measures: Measures) -> list[Explanation]:
    problem = instance.problem
    columns = np.array(measures.open_leads)
    slack = 1e-6 * problem.total_population
    out = []
    for name, limit, sign in (
        ("population_max", problem.population_max, 1.0),
        ("population_min", problem.population_min, -1.0),
    ):
        beyond = sign * (measures.load - limit[columns])
        bad = np.flatnonzero(beyond > slack)
        if not len(bad):
            continue
        worst = bad[beyond[bad].argmax()]
        proven = _needed_population(instance, measures, name)
        leads = tuple(problem.lead_ids[columns[d]] for d in bad)
        text = Text(
            zh="{n} 个网格的人口{side}：{lead} 的网格有 {load:,.0f} 人，限值 {limit:,.0f}",
            en="{n} grid(s) {side}: the grid of {lead} has {load:,.0f} residents, the limit is {limit:,.0f}",
        ).format(
            n=len(bad),
            side=Text("超过上限", "exceed their maximum") if sign > 0 else Text("低于下限", "stay below their minimum"),
            lead=problem.lead_ids[columns[worst]],
            load=float(measures.load[worst]),
            limit=float(limit[columns[worst]]),
        )
        if proven is not None:
            more = Text(
                zh="；在这片区域内，这些网格的限值平均须放宽到 {x:,.0f}",
                en="; in their part of the map the limits have to average {x:,.0f}",
            ).format(x=proven)
            text = Text(text.zh + more.zh, text.en + more.en)
        measured = float(measures.load[worst])
        out.append(Explanation(name, text, measured, float(limit[columns[worst]]), proven, (), leads))
    return out


def _needed_population(instance: Instance, measures: Measures, name: str) -> float | None:
    """Mean limit that the open leads of some part of the map would need; None if the sums do not exclude the limits."""
    problem = instance.problem
    columns = np.array(measures.open_leads)
    limit = (problem.population_max if name == "population_max" else problem.population_min)[columns]
    needed = None
    for c, people in enumerate(people_by_part(instance)):
        here = instance.component[instance.home[columns]] == c
        if not here.any():
            continue
        short = limit[here].sum() < people if name == "population_max" else limit[here].sum() > people
        if short:
            mean = people / int(here.sum())
            needed = mean if needed is None else (max if name == "population_max" else min)(needed, mean)
    return needed


def _apart(instance: Instance, measures: Measures) -> list[Explanation]:
    problem = instance.problem
    if not measures.apart:
        return []
    lost = np.unique(np.concatenate(list(measures.apart.values())))
    served = set(instance.component[instance.home[list(measures.open_leads)]].tolist())
    part = instance.component[instance.atom_of_unit]
    parts = sites_by_part(instance)
    out = []
    for c in sorted(set(part[lost].tolist()) - served):
        units = np.flatnonzero(part == c)
        few = len(parts[c]) > 0
        words = Text(
            zh="{n} 个单元（{names} 等，{people:,.0f} 人）与其余部分不相连，其中有候选医院，但 k = {k} 少于这样的片数 {need}",
            en="{n} units ({names} ...; {people:,.0f} residents) are a separate part with candidate leads of its own, "
            "but k = {k} is less than the {need} such parts",
        ) if few else Text(
            zh="{n} 个单元（{names} 等，{people:,.0f} 人）与其余部分不相连，其中没有候选医院：请加渡口、桥梁等连接，或增加候选医院",
            en="{n} units ({names} ...; {people:,.0f} residents) are cut off from the rest and hold no candidate lead: "
            "state a link (ferry, bridge) or name a candidate there",
        )  # fmt: skip
        need = sum(1 for sites in parts if len(sites))
        text = words.format(
            n=len(units), names=", ".join(problem.unit_ids[i] for i in units[:5]),
            people=float(problem.population[units].sum()), k=len(measures.open_leads), need=need,
        )  # fmt: skip
        ids = tuple(problem.unit_ids[i] for i in units)
        leads = tuple(problem.lead_ids[j] for j in parts[c])
        limit = float(len(measures.open_leads)) if few else 0.0
        least = float(need) if few else None
        measured = limit if few else float(len(units))
        out.append(Explanation("choose" if few else "edges", text, measured, limit, least, ids, leads))
    rest = np.array([i for i in lost if int(part[i]) in served], dtype=np.int64)
    if len(rest):
        held = problem.locked[rest] >= 0
        text = Text(
            zh="{n} 个单元（{names}）在本方案中与其牵头医院不相连{why}",
            en="{n} units ({names}) are not connected to their lead in this plan{why}",
        ).format(
            n=len(rest),
            names=", ".join(problem.unit_ids[i] for i in rest[:5]),
            why=Text("：锁定使其不能相连", ": locks keep them apart") if held.any() else Text("", ""),
        )
        name = "locked" if held.any() else "edges"
        ids = tuple(problem.unit_ids[i] for i in rest)
        out.append(
            Explanation(
                name, text, float(len(rest)), 0.0, None, ids, tuple(problem.lead_ids[j] for j in measures.apart)
            )
        )
    return out


def _forbidden(instance: Instance, measures: Measures) -> list[Explanation]:
    """Arcs that a hard rule forbids and the plan uses, told by rule; separate parts are told elsewhere."""
    problem = instance.problem
    units = measures.blocked_units
    lead = measures.lead
    minutes = problem.minutes[units, lead[units]]
    same_part = (
        (instance.component[instance.atom_of_unit[problem.lead_unit]])[None, :]
        == instance.component[instance.atom_of_unit][:, None]
    )
    out = []
    if problem.max_minutes is not None and problem.max_minutes_price is None:
        far = units[minutes > problem.max_minutes]
        usable = np.where(instance.usable & same_part[far], problem.minutes[far], np.inf)
        least = float(usable.min(axis=1).max()) if len(far) else 0.0
        if len(far):
            names = ", ".join(problem.unit_ids[i] for i in far[:5])
            worst = float(problem.minutes[far, lead[far]].max())
            text = Text(
                zh="{n} 个单元（{names}）到牵头医院超过 {cap:g} 分钟，最长 {worst:.1f} 分钟{least}",
                en="{n} units ({names}) lie beyond {cap:g} minutes of their lead, up to {worst:.1f}{least}",
            )
            proven = least if problem.max_minutes < least < np.inf else None
            more = Text(
                zh="；即使各去最近的候选医院也要 {x:.1f} 分钟", en="; even the nearest candidate takes {x:.1f} minutes"
            )
            text = text.format(
                n=len(far), names=names, cap=problem.max_minutes, worst=worst,
                least=Text("", "") if proven is None else more.format(x=proven),
            )  # fmt: skip
            ids = tuple(problem.unit_ids[i] for i in far)
            leads = tuple(problem.lead_ids[j] for j in np.unique(lead[far]))
            out.append(Explanation("max_minutes", text, worst, problem.max_minutes, proven, ids, leads))
    for name, which, words in (
        ("barred", problem.barred[units, lead[units]], Text("禁配的医院", "a lead they are barred from")),
        ("locked", (problem.locked[units] >= 0) & (problem.locked[units] != lead[units]), Text("不是其锁定的医院", "a lead other than the one they are locked to")),
        ("minutes", ~np.isfinite(minutes) & same_part[units, lead[units]], Text("道路不可达的医院", "a lead no road reaches")),
    ):  # fmt: skip
        chosen = units[which]
        if len(chosen):
            names = ", ".join(problem.unit_ids[i] for i in chosen[:5])
            text = Text(zh="{n} 个单元（{names}）只能归{words}", en="{n} units ({names}) are left with {words}")
            ids = tuple(problem.unit_ids[i] for i in chosen)
            out.append(
                Explanation(
                    name, text.format(n=len(chosen), names=names, words=words), float(len(chosen)), 0.0, None, ids
                )
            )
    return out


def _unreachable(instance: Instance, measures: Measures) -> list[Explanation]:
    """Remark on units that no lead they may have can reach: counted at a stated price, in a term of their own."""
    problem = instance.problem
    at = np.arange(problem.n_units)
    lost = np.setdiff1d(np.flatnonzero(~np.isfinite(problem.minutes[at, measures.lead])), measures.blocked_units)
    if not len(lost):
        return []
    names, people = ", ".join(problem.unit_ids[i] for i in lost[:5]), float(problem.population[lost].sum())
    text = Text(
        zh="{n} 个单元（{names}，{people:,.0f} 人）没有任何可用医院能由道路到达，按固定的高时间计入“unreachable”",
        en="{n} units ({names}; {people:,.0f} residents) can be reached by no lead; they count at a fixed high time "
        "in the term 'unreachable'",
    ).format(n=len(lost), names=names, people=people)
    return [Explanation("minutes", text, people, 0.0, None, tuple(problem.unit_ids[i] for i in lost), note=True)]
