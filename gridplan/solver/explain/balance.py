"""Why a hard balance cannot hold: parts of the map, few contacts, blocks of units, and units that few leads may take."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gridplan.solver.bound.crossings import Crossing
from gridplan.solver.explain.tolerance import Block, Need, people_flow, smallest_k
from gridplan.solver.instance import Instance
from gridplan.solver.problem import BoolArray, IntArray
from gridplan.solver.solution import Explanation
from gridplan.solver.terms import Measures, most_deviation
from gridplan.words.numbers import stated, told_apart
from gridplan.words.text import Text


@dataclass(frozen=True)
class Reason:
    """One cause, in words, with the units and leads (positions) it rests on."""

    text: Text
    units: IntArray
    leads: IntArray


def explain_balance(instance: Instance, measures: Measures, need: Need) -> list[Explanation]:
    """Explain a hard balance that the plan does not hold; nothing if it does."""
    problem = instance.problem
    if problem.balance is None or measures.deviation.max() <= most_deviation(problem.balance):
        return []
    k = len(measures.open_leads)
    worst = float(measures.deviation.max())
    proven = need.tolerance if need.tolerance > problem.balance else None
    reasons = _reasons(instance, measures, need, problem.balance)
    head = Text(
        zh="±{limit} 的均衡要求在 k = {k} 时不能满足：方案的最大偏差为 {worst}{least}",
        en="balance within {limit} cannot hold with k = {k}: the plan's worst deviation is {worst}{least}",
    ) if proven is not None or (reasons and not problem.choosing) else Text(
        zh="没有找到 k = {k} 时满足 ±{limit} 均衡要求的方案：本方案的最大偏差为 {worst}{least}",
        en="no plan with k = {k} was found that holds balance within {limit}: this one's worst deviation is {worst}{least}",
    )  # fmt: skip
    needed = Text(zh="，至少需要 {least}", en=", at least {least} is needed").format(
        least=told_apart(need.tolerance, problem.balance)
    )
    better = smallest_k(instance, problem.balance) if problem.choosing else None
    tail = Text(zh="；k = {k} 是不被排除的最小网格数", en="; k = {k} is the smallest number of grids not excluded")
    parts = [
        head.format(
            limit=stated(problem.balance),
            k=k,
            worst=told_apart(worst, problem.balance),
            least=Text("", "") if proven is None else needed,
        ),
        *(reason.text for reason in reasons),
        *([] if better is None or better <= k else [tail.format(k=better)]),
    ]
    text = Text(zh="".join(t.zh for t in parts), en="".join(t.en for t in parts))
    leads = [j for reason in reasons for j in reason.leads.tolist()]
    if not leads:
        beyond = measures.deviation > most_deviation(problem.balance)
        leads = np.array(measures.open_leads)[beyond].tolist()
    units = [i for reason in reasons for i in reason.units.tolist()]
    return [
        Explanation(
            "balance",
            text,
            worst,
            problem.balance,
            proven,
            tuple(problem.unit_ids[i] for i in dict.fromkeys(units)),
            tuple(problem.lead_ids[j] for j in dict.fromkeys(leads)),
        )
    ]


def _reasons(instance: Instance, measures: Measures, need: Need, limit: float) -> list[Reason]:
    """Every cause that alone keeps the balance from holding."""
    k = len(measures.open_leads)
    reasons = _parts(instance, k, limit)
    if need.block is not None:
        reasons.append(_block(instance, need.block, k))
    if need.crossing is not None:
        reasons.append(_crossing(instance, need.crossing, need))
    return reasons or _pressed(instance, measures, limit)


def sites_by_part(instance: Instance) -> list[IntArray]:
    """Usable sites of each separate part of the map."""
    part = instance.component[instance.home]
    return [np.flatnonzero(instance.usable & (part == c)) for c in range(int(instance.component.max()) + 1)]


def people_by_part(instance: Instance) -> list[float]:
    """Residents of each separate part of the map."""
    return [float(x) for x in np.bincount(instance.component, weights=instance.population)]


def _parts(instance: Instance, k: int, limit: float) -> list[Reason]:
    problem = instance.problem
    reasons = []
    for c, (sites, people) in enumerate(zip(sites_by_part(instance), people_by_part(instance), strict=True)):
        most = len(set(problem.hospital[sites].tolist()))
        near = min((abs(people / (q * problem.total_population / k) - 1.0) for q in range(1, most + 1)), default=0.0)
        if near > limit:
            units = _units(instance, instance.component == c)
            reasons.append(Reason(_part_text(instance, sites, people, k), units, sites))
    return reasons


def _part_text(instance: Instance, sites: IntArray, people: float, k: int) -> Text:
    """Say what a separate part of the map can and cannot form."""
    problem = instance.problem
    mean = problem.total_population / k
    most = len(set(problem.hospital[sites].tolist()))
    q = min(range(1, most + 1), key=lambda i: abs(people / (i * mean) - 1.0))
    share = people / (q * mean) - 1.0
    names = _lead_names(instance, sites)
    if share < 0:
        words = Text(
            zh="；与其余部分不相连的一片（{names} 所在）有 {people:,.0f} 名居民，只能成 {q} 个网格，每个比均值低 {share:.0%}",
            en="; the separate part around {names} has {people:resident|residents} and can form {q:grid|grids} only, "
            "each {share:.0%} below the mean",
        )
    else:
        words = Text(
            zh="；与其余部分不相连的一片（{names} 所在）有 {people:,.0f} 名居民，至多 {q} 个网格时每个仍比均值高 {share:.0%}",
            en="; the separate part around {names} has {people:resident|residents}; with {q:grid|grids}, the nearest it can "
            "come, each stays {share:.0%} above the mean",
        )
    return words.format(names=names, people=people, q=q, share=abs(share))


def _block(instance: Instance, block: Block, k: int) -> Reason:
    """Units that only go together and are too many for one grid."""
    problem = instance.problem
    inside = np.zeros(instance.n_atoms, dtype=np.bool_)
    inside[block.atoms] = True
    units = _units(instance, inside)
    whole = np.unique(problem.whole[units])
    one = len(block.atoms) == 1 and len(units) > 1 and whole[0] >= 0
    names = _unit_names(instance, units)
    name = f"{problem.whole_names[whole[0]]} ({names})" if one else names
    words = Text(
        zh="；{name}（{n} 个单元）只能归同一网格，该网格至少有 {people:,.0f} 名居民，比均值高 {share:.0%}",
        en="; {name} ({n:unit|units}) can only be in one grid, which then has at least {people:resident|residents}, "
        "{share:.0%} above the mean",
    )
    share = block.people * k / problem.total_population - 1.0
    may = np.flatnonzero(instance.usable & ~instance.blocked[block.atoms].any(axis=0))
    text = words.format(name=name, n=len(units), people=block.people, share=share)
    return Reason(text, units, may)


def _crossing(instance: Instance, crossing: Crossing, need: Need) -> Reason:
    """Few contacts between two sides, named with the units they join."""
    problem = instance.problem
    far = crossing.far
    small = far if instance.population[far].sum() <= instance.population[~far].sum() else ~far
    side = small[instance.atom_of_unit]
    contacts = problem.edges[side[problem.edges[:, 0]] != side[problem.edges[:, 1]]]
    sites = np.flatnonzero(instance.usable & small[instance.home])
    words = Text(
        zh="；{names} 所在一侧（{n} 个单元、{people:,.0f} 人）与其余部分只有 {count} 处相邻（{contacts}），"
        "至多 {most} 个网格能跨过去，仅此就至少需要 {least:.1%}{enough}",
        en="; the side of {names} ({n:unit|units}, {people:resident|residents}) has "
        "{count:contact|contacts} ({contacts}) with the rest, so that at most {most:grid|grids} can reach across: for this alone {least:.1%} is needed{enough}",
    )
    more = Text(
        zh="；有 {x} 处互不相接的连接时不再受此限制",
        en="; with {x:contact|contacts} that share no unit it would no longer be in the way",
    )
    text = words.format(
        names=_lead_names(instance, sites) if len(sites) else _unit_names(instance, np.flatnonzero(side)),
        n=int(side.sum()),
        people=float(problem.population[side].sum()),
        count=len(contacts),
        contacts=", ".join(f"{problem.unit_names[u]}–{problem.unit_names[v]}" for u, v in contacts[:5]),
        most=crossing.most_grids,
        least=need.crossing_tolerance,
        enough=Text("", "") if need.enough is None else more.format(x=need.enough),
    )
    return Reason(text, np.unique(contacts), sites)


def _pressed(instance: Instance, measures: Measures, limit: float) -> list[Reason]:
    """Units that only some leads of the plan may take, or leads that may only have some units, by locks, bars, caps."""
    problem = instance.problem
    leads = np.array(measures.open_leads)
    flow = people_flow(instance, leads)
    if flow is None or flow.tolerance <= limit:
        return []
    mean = problem.total_population / len(leads)
    reasons = []
    for columns, atoms, sign, words in (
        (flow.crowded, flow.bound_to_crowded, 1.0, Text(
            zh="；{n} 个单元（{names}，{people:,.0f} 人）只能归 {leads} 牵头的网格，它们平均比均值高 {share:.0%}",
            en="; {n:unit|units} ({names}; {people:resident|residents}) may go to the grids led by {leads} only: they average "
            "{share:.0%} above the mean",
        )),
        (flow.starved, flow.open_to_starved, -1.0, Text(
            zh="；{leads} 牵头的网格只能得到 {n} 个单元（{names}，{people:,.0f} 人），平均比均值低 {share:.0%}",
            en="; the grids led by {leads} may have {n:unit|units} only ({names}; {people:resident|residents}): they average "
            "{share:.0%} below the mean",
        )),
    ):  # fmt: skip
        people = float(instance.population[atoms].sum())
        share = sign * (people / (max(len(columns), 1) * mean) - 1.0)
        if len(columns) and share > limit:
            inside = np.zeros(instance.n_atoms, dtype=np.bool_)
            inside[atoms] = True
            units = _units(instance, inside)
            names = _unit_names(instance, units)
            text = words.format(
                n=len(units), names=names, people=people, leads=_lead_names(instance, leads[columns]), share=share
            )
            reasons.append(Reason(text, units, leads[columns]))
    return reasons


def _units(instance: Instance, atoms: BoolArray) -> IntArray:
    """Units of some atoms."""
    return np.flatnonzero(atoms[instance.atom_of_unit])


def _lead_names(instance: Instance, leads: IntArray) -> str:
    return ", ".join(instance.problem.lead_names[j] for j in leads[:3]) + (" ..." if len(leads) > 3 else "")


def _unit_names(instance: Instance, units: IntArray) -> str:
    return ", ".join(instance.problem.unit_names[i] for i in units[:5]) + (" ..." if len(units) > 5 else "")
