"""Why limits cannot hold: which one, by how much, who forces it, and the smallest relaxation proven necessary."""

from __future__ import annotations

import numpy as np

from gridplan.solver.explain.balance import explain_balance, people_by_part, sites_by_part
from gridplan.solver.explain.tolerance import Need
from gridplan.solver.instance import Instance
from gridplan.solver.solution import Explanation
from gridplan.solver.terms import ROUNDING, Measures
from gridplan.words.text import Text


def explain(
    instance: Instance, measures: Measures, need: Need | None, least_moved: float | None = None
) -> tuple[Explanation, ...]:
    """Explain every hard rule that the plan does not hold, and the residents no lead can reach.

    `need` is the tolerance proven necessary, where balance is hard and the plan does not hold the rules; `least_moved` are the
    residents who change lead in every plan, where more change lead than may.
    """
    return (
        *([] if need is None else explain_balance(instance, measures, need)),
        *_leads(instance, measures),
        *_populations(instance, measures),
        *_changes(instance, measures, least_moved),
        *_apart(instance, measures),
        *_forbidden(instance, measures),
        *_unreachable(instance, measures),
    )


def _leads(instance: Instance, measures: Measures) -> list[Explanation]:
    """Grids that are missing or too many, and required sites that lead none."""
    problem, opened = instance.problem, measures.open_leads
    missing = tuple(problem.lead_ids[j] for j in problem.required if j not in opened)
    if not missing and problem.k_min <= len(opened) <= problem.k_max:
        return []
    text = Text(
        zh="本方案有 {k} 个网格，应有 {low} 至 {high} 个；未牵头的必选医院 {n} 家",
        en="this plan has {k} grid(s) where {low} to {high} are asked for; {n} required lead(s) lead none",
    ).format(k=len(opened), low=problem.k_min, high=problem.k_max, n=len(missing))
    limit = float(problem.k_min if len(opened) < problem.k_min else problem.k_max)
    return [Explanation("choose", text, float(len(opened)), limit, None, (), missing)]


def _populations(instance: Instance, measures: Measures) -> list[Explanation]:
    problem = instance.problem
    columns = np.array(measures.open_leads)
    out = []
    for name, limit, sign in (
        ("population_max", problem.population_max, 1.0),
        ("population_min", problem.population_min, -1.0),
    ):
        beyond = sign * (measures.load - limit[columns])
        bad = np.flatnonzero(beyond > ROUNDING * limit[columns])
        if not len(bad):
            continue
        worst = bad[beyond[bad].argmax()]
        proven = _needed_population(instance, measures, name)
        leads = tuple(problem.lead_ids[columns[d]] for d in bad)
        text = Text(
            zh="{n} 个网格的人口{side}：{lead} 的网格有 {load:,.0f} 人，限值 {limit:,.0f}",
            en="{n:grid|grids} {side}: the grid of {lead} has {load:resident|residents}, the limit is {limit:,.0f}",
        ).format(
            n=len(bad),
            side=Text("超过上限", "exceed their maximum") if sign > 0 else Text("低于下限", "stay below their minimum"),
            lead=problem.lead_names[columns[worst]],
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


def _changes(instance: Instance, measures: Measures, least: float | None) -> list[Explanation]:
    """More residents change lead than may."""
    most = instance.problem.change.most
    if most is None or not measures.moved_beyond:
        return []
    proven = least if least is not None and least > most else None
    text = Text(
        zh="改换牵头医院的居民有 {n:,.0f} 人，上限 {most:,.0f} 人",
        en="{n:resident changes|residents change} lead, {most:,.0f} may",
    ).format(n=most + measures.moved_beyond, most=most)
    if proven is not None:
        needed = Text(
            zh="；守住其他规则至少要有 {x:,.0f} 人改换", en="; the other rules need at least {x:,.0f} to change"
        ).format(x=proven)
        text = Text(text.zh + needed.zh, text.en + needed.en)
    return [Explanation("most_moved", text, most + measures.moved_beyond, most, proven)]


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
            en="{n:unit|units} ({names} ...; {people:resident|residents}) apart from the rest, with candidate leads of their own, "
            "but k = {k} is less than the number of such parts, {need}",
        ) if few else Text(
            zh="{n} 个单元（{names} 等，{people:,.0f} 人）与其余部分不相连，其中没有候选医院：请加渡口、桥梁等连接，或增加候选医院",
            en="{n:unit|units} ({names} ...; {people:resident|residents}) cut off from the rest, without a candidate lead: "
            "state a link (ferry, bridge) or name a candidate there",
        )  # fmt: skip
        need = sum(1 for sites in parts if len(sites))
        text = words.format(
            n=len(units), names=", ".join(problem.unit_names[i] for i in units[:5]),
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
            en="{n:unit|units} ({names}) not connected to the lead in this plan{why}",
        ).format(
            n=len(rest),
            names=", ".join(problem.unit_names[i] for i in rest[:5]),
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
            names = ", ".join(problem.unit_names[i] for i in far[:5])
            worst = float(problem.minutes[far, lead[far]].max())
            text = Text(
                zh="{n} 个单元（{names}）到牵头医院超过 {cap:g} 分钟，最长 {worst:.1f} 分钟{least}",
                en="{n:unit|units} ({names}) beyond {cap:g} minutes of the lead, up to {worst:.1f}{least}",
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
            names = ", ".join(problem.unit_names[i] for i in chosen[:5])
            text = Text(zh="{n} 个单元（{names}）只能归{words}", en="{n:unit|units} ({names}) left with {words}")
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
    names, people = ", ".join(problem.unit_names[i] for i in lost[:5]), float(problem.population[lost].sum())
    text = Text(
        zh="{n} 个单元（{names}，{people:,.0f} 人）没有任何可用医院能由道路到达，按固定的高时间计入“unreachable”",
        en="no lead can reach {n:unit|units} ({names}; {people:resident|residents}); they count at a fixed high time "
        "in the term 'unreachable'",
    ).format(n=len(lost), names=names, people=people)
    return [Explanation("minutes", text, people, 0.0, None, tuple(problem.unit_ids[i] for i in lost), note=True)]
