"""Why limits cannot hold: which one, by how much, who forces it, and the smallest relaxation proven necessary."""

from __future__ import annotations

import numpy as np

from gridplan.solver.explain.balance import explain_balance, people_by_part, sites_by_part
from gridplan.solver.explain.tolerance import Need
from gridplan.solver.instance import Instance
from gridplan.solver.problem import FloatArray, IntArray, Problem
from gridplan.solver.solution import Explanation
from gridplan.solver.terms import ROUNDING, Measures
from gridplan.words.numbers import stated, told_apart
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
        *_activities(instance, measures),
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
        proven = _needed_population(instance, measures, name) if len(bad) else None
        for value in np.unique(limit[columns[bad]]):
            same = bad[limit[columns[bad]] == value]
            out.append(_population(problem, measures, name, same, same[beyond[same].argmax()], proven))
    return out


def _population(
    problem: Problem, measures: Measures, name: str, bad: IntArray, worst: int, proven: float | None
) -> Explanation:
    """Grids beyond one limit of residents, the worst of them with its number."""
    columns = np.array(measures.open_leads)
    limits = problem.population_max if name == "population_max" else problem.population_min
    measured, limit = float(measures.load[worst]), float(limits[columns[worst]])
    over, under = Text("超过上限", "exceed their maximum"), Text("低于下限", "stay below their minimum")
    text = Text(
        zh="{n} 个网格的人口{side}：{lead} 的网格有 {load:,.0f} 人，限值 {limit:,.0f}",
        en="{n:grid|grids} {side}: the grid of {lead} has {load:resident|residents}, the limit is {limit:,.0f}",
    ).format(
        n=len(bad),
        side=over if name == "population_max" else under,
        lead=problem.lead_names[columns[worst]],
        load=measured,
        limit=limit,
    )
    if proven is not None:
        more = Text(
            zh="；在这片区域内，这些网格的限值平均须放宽到 {x:,.0f}",
            en="; in their part of the map the limits have to average {x:,.0f}",
        ).format(x=proven)
        text = Text(text.zh + more.zh, text.en + more.en)
    leads = tuple(problem.lead_ids[columns[d]] for d in bad)
    return Explanation(name, text, measured, limit, proven, (), leads)


def _activities(instance: Instance, measures: Measures) -> list[Explanation]:
    """Hard limits of what a grid has beside its residents, one explanation a limit."""
    problem, columns = instance.problem, np.array(measures.open_leads)
    out = []
    for some, held in zip(problem.activities, measures.held, strict=True):
        if some.price is not None:
            continue
        mean = some.total / len(columns)
        for name, sign in (("minimum", -1.0), ("maximum", 1.0)):
            limits = np.broadcast_to(np.asarray(getattr(some, name), dtype=np.float64), problem.n_leads)[columns]
            beyond = sign * (held - limits)
            bad = np.flatnonzero(beyond > ROUNDING * limits)
            for limit in np.unique(limits[bad]):
                same = bad[limits[bad] == limit]
                out.append(_activity(problem, (some.name, name, some.total), columns[same], held[same], float(limit)))
        spare = np.inf if some.balance is None or not mean else some.balance
        off = np.abs(held / (mean or 1.0) - 1.0)
        if (off > spare + ROUNDING * (1.0 + spare)).any():
            bad = columns[off > spare + ROUNDING * (1.0 + spare)]
            text = Text(
                zh="各网格的“{name}”最多偏离均值 {worst}，限值 {limit}（{n} 个网格超出）",
                en="{name}: grids deviate by up to {worst} from the mean, {limit} may ({n:grid|grids} beyond)",
            ).format(name=some.name, worst=told_apart(float(off.max()), spare), limit=stated(spare), n=len(bad))
            leads = tuple(problem.lead_ids[j] for j in bad)
            out.append(
                Explanation(f"activities.{some.name}.balance", text, float(off.max()), some.balance, None, (), leads)
            )
    return out


def _activity(
    problem: Problem, activity: tuple[str, str, float], leads: IntArray, held: FloatArray, limit: float
) -> Explanation:
    """Grids beyond one limit of an activity (its name, which limit, the whole amount)."""
    name, side, total = activity
    worst = int(held.argmin() if side == "minimum" else held.argmax())
    short = total < limit * problem.k_min if side == "minimum" else total > limit * problem.k_max
    words = Text(zh="低于下限", en="too little") if side == "minimum" else Text(zh="超过上限", en="too much")
    text = Text(
        zh="{n} 个网格的“{name}”{words}：{lead} 的网格有 {held:,.6g}，限值 {limit:,.6g}{all}",
        en="{name}: {words} in {n:grid|grids}: that of {lead} has {held:,.6g}, the limit is {limit:,.6g}{all}",
    ).format(
        n=len(leads), name=name, words=words, lead=problem.lead_names[leads[worst]], held=float(held[worst]), limit=limit,
        all=Text(zh="；全部共有 {x:,.6g}", en="; there are {x:,.6g} in all").format(x=total) if short else Text("", ""),
    )  # fmt: skip
    ids = tuple(problem.lead_ids[j] for j in leads)
    return Explanation(f"activities.{name}.{side}", text, float(held[worst]), limit, None, (), ids)


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
    """Parts of the map without a grid of their own, and units that do not hang together with their lead."""
    if not measures.apart:
        return []
    problem = instance.problem
    lost = np.unique(np.concatenate(list(measures.apart.values())))
    served = set(instance.component[instance.home[list(measures.open_leads)]].tolist())
    part = instance.component[instance.atom_of_unit]
    told = {c: _unserved(instance, c) for c in sorted(set(part[lost].tolist()) - served)}
    rest = np.array([i for i in lost if not told.get(int(part[i]))], dtype=np.int64)
    held = problem.locked[rest] >= 0
    out = [cause for causes in told.values() for cause in causes]
    for name, units, why in (
        ("locked", rest[held], Text("：锁定使其不能相连", ": locks keep them apart")),
        ("edges", rest[~held], Text("", "")),
    ):
        if len(units):
            text = Text(
                zh="{n} 个单元（{names}）在本方案中与其牵头医院不相连{why}",
                en="{n:unit|units} ({names}) not connected to the lead in this plan{why}",
            ).format(n=len(units), names=", ".join(problem.unit_names[i] for i in units[:5]), why=why)
            ids, leads = tuple(problem.unit_ids[i] for i in units), tuple(problem.lead_ids[j] for j in measures.apart)
            out.append(Explanation(name, text, float(len(units)), 0.0, None, ids, leads))
    return out


def _unserved(instance: Instance, c: int) -> list[Explanation]:
    """What keeps a separate part of the map from having a grid of its own; nothing where no limit does."""
    problem, sites = instance.problem, sites_by_part(instance)
    units = np.flatnonzero(instance.component[instance.atom_of_unit] == c)
    ids, leads = tuple(problem.unit_ids[i] for i in units), tuple(problem.lead_ids[j] for j in sites[c])
    people = float(problem.population[units].sum())
    names = {"n": len(units), "names": ", ".join(problem.unit_names[i] for i in units[:5]), "people": people}
    if not len(sites[c]):
        text = Text(
            zh="{n} 个单元（{names} 等，{people:,.0f} 人）与其余部分不相连，其中没有候选医院：请加渡口、桥梁等连接，或增加候选医院",
            en="{n:unit|units} ({names} ...; {people:resident|residents}) cut off from the rest, without a candidate lead: "
            "state a link (ferry, bridge) or name a candidate there",
        ).format(**names)
        return [Explanation("edges", text, float(len(units)), 0.0, None, ids)]
    out, need = [], sum(1 for some in sites if len(some))
    floor = float(problem.population_min[sites[c]].min())
    if people < floor * (1.0 - ROUNDING):
        text = Text(
            zh="{n} 个单元（{names} 等）与其余部分不相连，其中有候选医院，但只有 {people:,.0f} 名居民，低于网格人口下限 {floor:,.0f}："
            "须降低下限，或以渡口、桥梁等与其余部分相连",
            en="{n:unit|units} ({names} ...) apart from the rest, with candidate leads of their own, but {people:resident|residents} "
            "only, fewer than the {floor:,.0f} that a grid must have: lower that limit there, or state a link (ferry, bridge)",
        ).format(**names, floor=floor)
        out.append(Explanation("population_min", text, people, floor, people, ids, leads))
    if problem.k_max < need:
        text = Text(
            zh="{n} 个单元（{names} 等，{people:,.0f} 人）与其余部分不相连，其中有候选医院，但 k = {k} 少于这样的片数 {need}",
            en="{n:unit|units} ({names} ...; {people:resident|residents}) apart from the rest, with candidate leads of their own, "
            "but k = {k} is less than the number of such parts, {need}",
        ).format(**names, k=problem.k_max, need=need)
        out.append(Explanation("choose", text, float(problem.k_max), float(problem.k_max), float(need), ids, leads))
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
