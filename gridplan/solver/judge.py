"""The judge of every solution: rules and sums counted again from the problem alone, by code that no search shares."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import numpy as np
import pandas as pd
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from gridplan.solver.activity import Activity
from gridplan.solver.problem import IntArray, Problem
from gridplan.solver.solution import Explanation, Solution, Status
from gridplan.words.text import Text

# Share of a limit by which rounding may pass it, and share of all that is added up by which a sum may differ.
ROUNDING = 1e-9
# Share of the objective by which a bound may lie above it, and a plan said to be optimal above its bound.
PROVEN = 1e-6
# A rule that the judge finds broken is told already if the search has told it under one of these names.
ALSO_TOLD_AS = {
    "edges": ("edges", "choose", "locked", "population_min"),
    "minutes": ("minutes", "edges", "choose", "population_min"),
}


def judge_solution(problem: Problem, solution: Solution) -> Solution:
    """Return the solution as it may leave: with what the judge finds, and never "optimal" unless all of it holds.

    A broken rule takes bound and gap, is explained, and makes it "unknown" unless the search proved it "infeasible". Sums that
    differ are replaced by the judge's own, a bound above the objective is withdrawn: "feasible", with a remark.
    """
    broken = broken_rules(problem, solution.assignment.lead_of_unit)
    if broken:
        new = untold(broken, solution.explanation)
        status: Status = "infeasible" if solution.excluded else "unknown"
        return _unproven(solution).restated(status=status, explanation=(*solution.explanation, *new))
    lead = _positions(problem, solution.assignment.lead_of_unit)
    terms = count_terms(problem, lead)
    if not _same_sums(terms, solution):
        remark = _remark(
            "objective",
            ("方案的目标值与各项之和不符，已重新计算", "the objective did not equal its terms and was counted again"),
            solution.objective,
            sum(terms.values()),
        )
        solution = _unproven(solution).restated(
            value=float(sum(terms.values())),
            terms=terms,
            explanation=(*solution.explanation, remark),
        )
    return _judge_proof(solution)


def untold(broken: Iterable[Explanation], told: Iterable[Explanation]) -> tuple[Explanation, ...]:
    """Broken rules that no explanation tells."""
    names = {said.limit_name for said in told if not said.note}
    return tuple(said for said in broken if names.isdisjoint(ALSO_TOLD_AS.get(said.limit_name, (said.limit_name,))))


def _judge_proof(solution: Solution) -> Solution:
    """Withdraw a bound above the objective, and the word "optimal" where no bound carries it."""
    bound, objective = solution.bound, solution.objective
    if bound is not None and not bound <= objective + PROVEN * abs(objective):
        remark = _remark(
            "bound",
            ("下界高于方案的目标值，已撤回", "the bound lay above the plan's objective and is withdrawn"),
            bound,
            objective,
        )
        return _unproven(solution).restated(explanation=(*solution.explanation, remark))
    proven = bound is not None and objective - bound <= PROVEN * abs(bound)
    return solution.restated(status="feasible") if solution.status == "optimal" and not proven else solution


def _unproven(solution: Solution) -> Solution:
    status = "feasible" if solution.status == "optimal" else solution.outcome.status
    return solution.restated(bound=None, gap=None, gap_travel=None, bound_knows_contiguity=False, status=status)


def _remark(name: str, words: tuple[str, str], measured: float, limit: float) -> Explanation:
    return Explanation(name, Text(*words), float(measured), float(limit), note=True)


def broken_rules(problem: Problem, lead_of_unit: pd.Series[str]) -> tuple[Explanation, ...]:
    """Every hard rule of the problem that a plan breaks; the first ones alone where units are not assigned once each."""
    cover = tuple(_uncovered(problem, lead_of_unit))
    if cover:
        return cover
    return broken_by(problem, _positions(problem, lead_of_unit))


def broken_by(problem: Problem, lead: IntArray) -> tuple[Explanation, ...]:
    """Every hard rule that the plan breaks which gives unit i to lead position `lead[i]`."""
    rules: Sequence[Callable[[Problem, IntArray], Iterator[Explanation]]] = (
        _leads, _homes, _pieces, _wholes, _units_to_leads, _drives, _residents, _activities, _changes,
    )  # fmt: skip
    return tuple(found for rule in rules for found in rule(problem, lead))


def _positions(problem: Problem, lead_of_unit: pd.Series[str]) -> IntArray:
    position = {name: j for j, name in enumerate(problem.lead_ids)}
    of = lead_of_unit.to_dict()
    return np.array([position[of[unit]] for unit in problem.unit_ids], dtype=np.int64)


def _found(
    problem: Problem,
    name: str,
    words: tuple[str, str],
    *,
    units: Sequence[int] = (),
    leads: Sequence[int] = (),
    measured: float | None = None,
    limit: float | None = None,
) -> Explanation:
    """One broken rule; `words` end with the units or leads concerned."""
    named = [problem.unit_names[i] for i in units] or [problem.lead_names[j] for j in leads]
    who = ", ".join(named[:5]) + (" ..." if len(named) > 5 else "")
    text = Text(zh="复核：{words}{who}", en="checked again: {words}{who}").format(
        words=Text(*words), who=Text(zh=f"（{who}）", en=f" ({who})") if who else ""
    )
    measured = float(len(units) or len(leads)) if measured is None else measured
    ids = tuple(problem.unit_ids[i] for i in units), tuple(problem.lead_ids[j] for j in leads)
    return Explanation(name, text, measured, limit, None, *ids)


def _uncovered(problem: Problem, lead_of_unit: pd.Series[str]) -> Iterator[Explanation]:
    listed = list(lead_of_unit.index)
    count: dict[object, int] = {}
    for unit in listed:
        count[unit] = count.get(unit, 0) + 1
    wrong = [i for i, unit in enumerate(problem.unit_ids) if count.get(unit, 0) != 1]
    if wrong:
        words = ("没有且只有一个牵头医院的单元", "units that do not have one lead each")
        yield _found(problem, "unit_ids", words, units=wrong)
    strange = len(set(listed) - set(problem.unit_ids))
    if strange:
        words = (
            f"{strange} 个不在问题中的单元",
            f"{strange} units that are not of the problem" if strange != 1 else "1 unit that is not of the problem",
        )
        yield _found(problem, "unit_ids", words, measured=float(strange))
    unknown = len(set(lead_of_unit) - set(problem.lead_ids))
    if unknown:
        words = (
            f"{unknown} 家不在候选之列的牵头医院",
            f"{unknown} leads that are no candidates" if unknown != 1 else "1 lead that is no candidate",
        )
        yield _found(problem, "lead_ids", words, measured=float(unknown))


def _leads(problem: Problem, lead: IntArray) -> Iterator[Explanation]:
    """Number of grids, required and forbidden leads, one site a hospital."""
    opened = sorted(set(lead.tolist()))
    low, high = problem.k_min, problem.k_max
    if not low <= len(opened) <= high:
        words = (
            f"应有 {low} 至 {high} 个网格，实有 {len(opened)} 个",
            f"{len(opened)} grids instead of {low} to {high}",
        )
        yield _found(
            problem, "choose", words, measured=float(len(opened)), limit=float(low if len(opened) < low else high)
        )
    missing = [j for j in problem.required if j not in opened]
    if missing:
        yield _found(problem, "required", ("必选的医院没有牵头", "required leads lead no grid"), leads=missing)
    taken = [j for j in problem.forbidden if j in opened]
    if taken:
        yield _found(problem, "forbidden", ("禁止的医院在牵头", "forbidden sites lead a grid"), leads=taken)
    hospitals = [int(problem.hospital[j]) for j in opened]
    twice = [j for j, hospital in zip(opened, hospitals, strict=True) if hospitals.count(hospital) > 1]
    if twice:
        words = ("同一家医院的多个院区在牵头", "more than one site of a hospital leads a grid")
        yield _found(problem, "lead_hospital", words, leads=twice)


def _homes(problem: Problem, lead: IntArray) -> Iterator[Explanation]:
    away = [j for j in sorted(set(lead.tolist())) if lead[problem.lead_unit[j]] != j]
    if away:
        words = ("牵头医院所在单元不在其网格内", "leads whose own unit lies outside their grid")
        yield _found(problem, "lead_unit", words, leads=away)


def _pieces(problem: Problem, lead: IntArray) -> Iterator[Explanation]:
    """Units that do not hang together with the largest piece of their grid, or with their lead's own unit."""
    inside = problem.edges[lead[problem.edges[:, 0]] == lead[problem.edges[:, 1]]]
    piece = _numbered_pieces(problem.n_units, inside)
    lost: list[int] = []
    for j in sorted(set(lead.tolist())):
        members = np.flatnonzero(lead == j)
        numbers = piece[members]
        home = int(problem.lead_unit[j])
        main = piece[home] if lead[home] == j else np.bincount(numbers).argmax()
        lost += members[numbers != main].tolist()
    if lost:
        yield _found(
            problem, "edges", ("与其牵头医院不相连的单元", "units not connected to their lead"), units=sorted(lost)
        )


def _numbered_pieces(n: int, edges: IntArray) -> IntArray:
    table = coo_matrix((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), shape=(n, n))
    piece: IntArray = connected_components(table, directed=False)[1].astype(np.int64)
    return piece


def _wholes(problem: Problem, lead: IntArray) -> Iterator[Explanation]:
    """Wholes cut along one of their own contacts; one that lies in separate pieces is kept piece by piece."""
    a, b = problem.edges[:, 0], problem.edges[:, 1]
    cut = (problem.whole[a] >= 0) & (problem.whole[a] == problem.whole[b]) & (lead[a] != lead[b])
    if cut.any():
        units = np.unique(problem.edges[cut]).tolist()
        yield _found(problem, "whole", ("应保持完整而被拆分之处", "wholes are split at these units"), units=units)


def _units_to_leads(problem: Problem, lead: IntArray) -> Iterator[Explanation]:
    """Locks and bars."""
    strayed = np.flatnonzero((problem.locked >= 0) & (problem.locked != lead)).tolist()
    if strayed:
        words = ("不归其锁定医院的单元", "units with a lead other than the one they are locked to")
        yield _found(problem, "locked", words, units=strayed)
    barred = np.flatnonzero(problem.barred[np.arange(problem.n_units), lead]).tolist()
    if barred:
        yield _found(problem, "barred", ("归禁配医院的单元", "units with a lead they are barred from"), units=barred)


def _drives(problem: Problem, lead: IntArray) -> Iterator[Explanation]:
    """Hard access cap, and leads that no road reaches although another lead of the unit's part of the map is reached."""
    minutes = problem.minutes[np.arange(problem.n_units), lead]
    if problem.max_minutes is not None and problem.max_minutes_price is None:
        far = np.flatnonzero(minutes > problem.max_minutes).tolist()
        if far:
            words = ("超过时间上限的单元", "units beyond the access cap")
            worst = float(minutes[far].max())
            yield _found(problem, "max_minutes", words, units=far, measured=worst, limit=problem.max_minutes)
    lost = np.flatnonzero(np.isinf(minutes))
    if len(lost):
        part = _numbered_pieces(problem.n_units, problem.edges)
        near = part[lost][:, None] == part[problem.lead_unit][None, :]
        better = lost[(near & np.isfinite(problem.minutes[lost])).any(axis=1)].tolist()
        if better:
            words = (
                "道路不可达其牵头医院的单元",
                "units that no road joins to their lead although another could be reached",
            )
            yield _found(problem, "minutes", words, units=better)


def _residents(problem: Problem, lead: IntArray) -> Iterator[Explanation]:
    """Hard limits of residents, and hard balance."""
    opened = sorted(set(lead.tolist()))
    load = {j: float(problem.population[lead == j].sum()) for j in opened}
    for name, limit, sign in (
        ("population_min", problem.population_min, -1),
        ("population_max", problem.population_max, 1),
    ):
        bad = [j for j in opened if sign * (load[j] - limit[j]) > ROUNDING * limit[j]]
        if bad:
            worst = max(bad, key=lambda j: sign * (load[j] - limit[j]))
            words = ("居民数不合上下限的网格", "grids beyond their limits of residents")
            yield _found(problem, name, words, leads=bad, measured=load[worst], limit=float(limit[worst]))
    if problem.balance is not None and problem.balance_price is None:
        mean = float(problem.population.sum()) / len(opened)
        most, least = mean * (1.0 + problem.balance), mean * (1.0 - problem.balance)
        bad = [j for j in opened if load[j] > most * (1.0 + ROUNDING) or load[j] < least * (1.0 - ROUNDING)]
        if bad:
            worst_share = max(abs(load[j] / mean - 1.0) for j in bad)
            words = ("超出均衡要求的网格", "grids outside the balance")
            yield _found(problem, "balance", words, leads=bad, measured=worst_share, limit=problem.balance)


def _activities(problem: Problem, lead: IntArray) -> Iterator[Explanation]:
    """Hard limits of what a grid has beside its residents."""
    opened = sorted(set(lead.tolist()))
    for some in problem.activities:
        if some.price is not None:
            continue
        held = {j: float(some.amounts[lead == j].sum()) for j in opened}
        mean = some.total / len(opened)
        least, most = (np.broadcast_to(np.asarray(x, float), problem.n_leads) for x in (some.minimum, some.maximum))
        limits = [("minimum", least, -1), ("maximum", most, 1)]
        if some.balance is not None:
            limits += [
                ("balance", np.full(problem.n_leads, mean * (1.0 - some.balance)), -1),
                ("balance", np.full(problem.n_leads, mean * (1.0 + some.balance)), 1),
            ]
        for name, limit, sign in limits:
            bad = [j for j in opened if sign * (held[j] - limit[j]) > ROUNDING * limit[j]]
            if bad:
                worst = max(bad, key=lambda j: sign * (held[j] - limit[j]))
                words = (f"“{some.name}”不合限值的网格", f"grids beyond their limits of {some.name}")
                measured, asked = held[worst], float(limit[worst])
                if name == "balance":
                    measured, asked = abs(held[worst] / mean - 1.0), float(some.balance or 0.0)
                yield _found(
                    problem, f"activities.{some.name}.{name}", words, leads=bad, measured=measured, limit=asked
                )


def _changes(problem: Problem, lead: IntArray) -> Iterator[Explanation]:
    """More residents change lead than may."""
    changed, most = _changed(problem, lead), problem.change.most
    if most is not None and changed > most * (1.0 + ROUNDING):
        words = ("改换牵头医院的居民超过上限", "more residents change lead than may")
        yield _found(problem, "most_moved", words, measured=changed, limit=most)


def count_terms(problem: Problem, lead: IntArray) -> dict[str, float]:
    """Terms of the objective of a plan, counted unit by unit."""
    people, minutes = problem.population, problem.minutes[np.arange(problem.n_units), lead]
    reached = np.isfinite(minutes)
    opened = sorted(set(lead.tolist()))
    terms = {"travel": float((people[reached] * minutes[reached]).sum())}
    terms["opening"] = float(sum(problem.lead_price[j] for j in opened))
    if not reached.all():
        terms["unreachable"] = float(people[~reached].sum()) * _lost_minutes(problem)
    if problem.max_minutes is not None and problem.max_minutes_price is not None:
        terms["access"] = float(people[minutes > problem.max_minutes].sum()) * problem.max_minutes_price
    if problem.change.price is not None:
        terms["moved"] = _changed(problem, lead) * problem.change.price
    if problem.habit is not None and problem.habit_price is not None:
        kept = problem.habit[np.arange(problem.n_units), lead]
        terms["habits"] = float((people * (1.0 - kept)).sum()) * problem.habit_price
    if problem.balance is not None and problem.balance_price is not None:
        mean = float(people.sum()) / len(opened)
        loads = [float(people[lead == j].sum()) for j in opened]
        most, least = mean * (1.0 + problem.balance), mean * (1.0 - problem.balance)
        terms["balance"] = problem.balance_price * sum(max(0.0, load - most, least - load) for load in loads)
    if any(some.price is not None for some in problem.activities):
        terms["activities"] = sum(_activity_cost(some, lead, opened) for some in problem.activities)
    if problem.compactness_price is not None:
        cut = int((lead[problem.edges[:, 0]] != lead[problem.edges[:, 1]]).sum())
        terms["compactness"] = problem.compactness_price * cut
    return terms


def _activity_cost(some: Activity, lead: IntArray, opened: list[int]) -> float:
    """Price of what grids have beyond the limits of an activity; 0 where they are hard."""
    mean, cost = some.total / len(opened), 0.0
    spare = np.inf if some.balance is None else some.balance
    for j in opened:
        held = float(some.amounts[lead == j].sum())
        least, most = (
            float(np.asarray(x, float).flat[j if np.size(x) > 1 else 0]) for x in (some.minimum, some.maximum)
        )
        low, high = max(least, mean * (1.0 - spare)), min(most, mean * (1.0 + spare) if mean else 0.0)
        cost += (some.price or 0.0) * max(0.0, held - high, low - held)
    return cost


def _changed(problem: Problem, lead: IntArray) -> float:
    """Residents who had a lead and have another one."""
    held = problem.change.incumbent
    return float(problem.population[(held >= 0) & (held != lead)].sum())


def _lost_minutes(problem: Problem) -> float:
    """A day, or ten times the longest drive if that is more."""
    finite = problem.minutes[np.isfinite(problem.minutes)]
    return max(1440.0, 10.0 * float(finite.max(initial=0.0)))


def _same_sums(terms: Mapping[str, float], solution: Solution) -> bool:
    """Whether the solution's terms are those counted here, and its objective their sum, as far as rounding lets them be."""
    slack = ROUNDING * max(sum(abs(value) for value in terms.values()), np.finfo(float).tiny)
    names = {*terms, *solution.terms}
    same = all(abs(terms.get(name, 0.0) - solution.terms.get(name, 0.0)) <= slack for name in names)
    return same and abs(sum(terms.values()) - solution.objective) <= slack


__all__ = ["broken_by", "broken_rules", "count_terms", "judge_solution", "untold"]
