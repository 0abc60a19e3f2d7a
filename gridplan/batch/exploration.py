"""Good plans beside that of a case: other numbers of grids, leads and prices, measured alike; each is a plan of a case of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

import numpy as np
import pandas as pd

from gridplan.batch.contract import Listener, Task, value_of
from gridplan.batch.front import different_plans, on_front
from gridplan.batch.runner import Cluster, Processes, run_tasks
from gridplan.case.case import Case
from gridplan.ground.city_and_counties import Scope
from gridplan.ground.formulation import wanted_k
from gridplan.ground.in_force import leads_in_force
from gridplan.ground.joined import all_candidates, formulate_scopes, measure_scopes, solve_scopes
from gridplan.pipeline import Posed, Progress, judge_solution, pose_place, survey
from gridplan.proposal.proposal import Proposal
from gridplan.solver.problem import Problem
from gridplan.solver.solution import BREAKS_A_RULE, Solution
from gridplan.words.annex_tables import make_annex
from gridplan.words.errors import LayerError
from gridplan.words.text import Text
from gridplan.words.vocabulary import CAUSES

_Problems = list[tuple[Scope, Problem]]
_WORKER_BYTES = 350_000_000


@dataclass(frozen=True, eq=False)
class Question:
    """A plan to make: the case that asks for it, in what it differs (of `vocabulary.VARIED`), and how."""

    case: Case
    varied: str = "case"
    value: str = ""


@dataclass(frozen=True, eq=False)
class Alternative:
    """A plan that was made: the question, what the solver was asked, and its answer."""

    question: Question
    problems: _Problems
    solution: Solution

    @property
    def leads(self) -> pd.Series:
        """The lead of each unit."""
        return self.solution.assignment.lead_of_unit

    @property
    def k(self) -> int:
        """Grids of the whole plan."""
        return int(self.leads.nunique())


@dataclass(frozen=True, eq=False)
class Exploration:
    """The good plans of a case, the case's own first: `front` as `annex_tables.ANNEXES` declares it, and the proposal of each.

    `n_asked` plans were asked for; `n_met` of them are unlike each other and break no hard rule, and the rows of `front` were kept.
    """

    case: Case
    front: pd.DataFrame
    proposals: list[Proposal]
    n_asked: int
    n_met: int

    def by_folder(self) -> Iterator[tuple[str, Proposal]]:
        """Give the folder name and the proposal of each plan, with the table of all."""
        for folder, proposal in zip(self.front["folder"], self.proposals, strict=True):
            yield str(folder), replace(proposal, annexes={**proposal.annexes, "front": self.front})


def explore(
    case: Case,
    *,
    progress: Progress,
    on: Processes | Cluster | None = None,
    listener: Listener | None = None,
) -> Exploration:
    """Plan a case otherwise than it asks, in one respect at a time, and keep the plans that nothing betters and those that differ.

    Every number of grids; with the one that is best for the case each price lower and higher; with it, one fewer and one more each lead
    of the case's plan left out in turn. The proposals do not find out why each unit is where it is; planning one of their cases does. The same case gives the same
    result on any number of workers.

    Parameters
    ----------
    case
        Of `read_case`; `[explore]` says what is tried.
    progress
        Called with the name of each stage as it begins.
    on
        Where the plans are made, see `run_tasks`.
    listener
        Told after each plan.

    Raises
    ------
    LayerError
        If the layers cannot be used.
    ProblemError
        If a plan cannot be made.
    """
    asked = case.changed(solver={"reasons": False})
    place = survey(asked, progress=progress)
    widest = [_with_k(asked, k) for k in numbers_of_grids(asked)[-1:]]
    also = [site for one in widest for site in all_candidates(place.layers, place.leads, one)]
    posed = pose_place(place, progress=progress, also=also)
    progress(Text(zh="选择牵头医院、划分网格", en="Choosing leads and drawing grids"))
    units = place.layers.units.index
    own = Alternative(Question(asked), posed.problems, solve_scopes(posed.problems, asked, units))
    questions = list_questions(own, has_baseline=not leads_in_force(place.layers).empty)
    progress(Text(zh="试算其他网格数、牵头医院和代价", en="Trying other numbers of grids, leads and prices"))
    made = _solve(questions, posed=posed, on=on, listener=listener)
    progress(Text(zh="评分与检查", en="Scoring and checking"))
    met = _once_each([own, *(one for one in made if one.solution.status not in BREAKS_A_RULE)])
    compared = Compared(posed, met)
    kept = compared.kept
    proposals = [_proposal(posed, met[at]) for at in kept]
    return Exploration(case, compared.table(proposals), proposals, 1 + len(made), len(met))


def numbers_of_grids(case: Case) -> list[int]:
    """Return the numbers of grids that are tried: of [explore] or of the case, and one fewer and one more where it states one."""
    if case.change.leads_stay:
        return []
    stated = wanted_k(case) if case.explore.k is None else case.explore.k
    low, high = stated if isinstance(stated, tuple) else (stated, stated)
    if low == high and case.explore.k is None:
        low, high = max(1, low - 1), high + 1
    return list(range(low, high + 1))


def list_questions(own: Alternative, *, has_baseline: bool) -> list[Question]:
    """Return what is asked beside the case itself, whose plan is `own`."""
    case = own.question.case
    if case.change.leads_stay:
        return list(_other_prices(case, has_baseline=has_baseline))
    k = _city_k(own)
    tried = numbers_of_grids(case)
    return [
        *(Question(_with_k(case, other), "k", str(other)) for other in tried if other != k),
        *_other_prices(_with_k(case, k), has_baseline=has_baseline),
        *(
            Question(_without(_with_k(case, near), lead), "without", lead)
            for near in (k, k - 1, k + 1)
            if near == k or near in tried
            for lead in sorted(set(own.leads) - set(case.grids.required_leads))
        ),
    ]


def _other_prices(case: Case, *, has_baseline: bool) -> Iterator[Question]:
    grids, rules = case.grids, case.explore
    priced = {
        "balance_price": grids.balance is not None and not grids.balance_hard,
        "strength_price": not case.change.leads_stay,
    }
    for name, matters in priced.items():
        price = getattr(grids, f"{name}_min")
        for factor in rules.price_factors if matters and price > 0 else ():
            yield Question(case.changed(grids={f"{name}_min": price * factor}), name, f"{price * factor:g}")
    for price in rules.change_prices_min if has_baseline else ():
        yield Question(case.changed(change={"price_min": price}), "change_price", f"{price:g}")


def _without(case: Case, lead: str) -> Case:
    return case.changed(grids={"forbidden_leads": (*case.grids.forbidden_leads, lead)})


def _with_k(case: Case, k: int) -> Case:
    return case.changed(grids={"k": k})


def _city_k(one: Alternative) -> int:
    """Return the grids of the part whose number [grids] states: the city, or the whole of a case without counties."""
    scope, _ = one.problems[0]
    return int(one.leads.reindex(scope.units).nunique())


def _solve(
    questions: Sequence[Question], *, posed: Posed, on: Processes | Cluster | None, listener: Listener | None
) -> list[Alternative]:
    """Return the plan of each question that can be asked: not where hospitals of a lower tier would have to lead, or too few may."""
    place = posed.place
    asked: list[tuple[Question, _Problems]] = []
    for question in questions:
        if not set(all_candidates(place.layers, place.leads, question.case)) <= set(posed.travel.sites):
            continue
        try:
            problems = formulate_scopes(place.layers, place.adjacency, posed.travel, place.leads, question.case)
        except LayerError:
            continue
        asked.append((question, problems))
    tasks = [Task(problems, f"{question.varied} {question.value}", _WORKER_BYTES) for question, problems in asked]
    function = partial(solve_scopes, case=posed.place.case, units=place.layers.units.index)
    solutions = [value_of(ended) for ended in run_tasks(function, tasks, on=on, listener=listener)]
    return [Alternative(*pair, solution) for pair, solution in zip(asked, solutions, strict=True)]


def _once_each(made: Sequence[Alternative]) -> list[Alternative]:
    """Keep of equal plans the first."""
    met: dict[tuple[str, ...], Alternative] = {}
    for one in made:
        met.setdefault(tuple(one.leads), one)
    return list(met.values())


def _proposal(posed: Posed, one: Alternative) -> Proposal:
    place = replace(posed.place, case=one.question.case)
    return judge_solution(replace(posed, place=place, problems=one.problems), one.solution)


@dataclass(frozen=True, eq=False)
class Compared:
    """Plans of one place, the case's own first, measured alike."""

    posed: Posed
    plans: list[Alternative]

    @cached_property
    def measured(self) -> pd.DataFrame:
        """What is known of each plan before it is checked: mean_minutes, worst_deviation, share_moved, worse, rand."""
        from sklearn.metrics import adjusted_rand_score

        residents = float(self.posed.place.layers.units["population"].sum())
        rows: list[dict[str, float]] = []
        for one in self.plans:
            own = measure_scopes(one.problems, one.solution.assignment) or []
            alike = measure_scopes(self.posed.problems, one.solution.assignment)
            rows.append(
                {
                    "mean_minutes": sum(m.terms["travel"] for m in own) / residents,
                    "worst_deviation": max(float(m.deviation.max()) for m in own),
                    "share_moved": self._share_moved(one),
                    "objective": np.nan if alike is None else sum(sum(m.terms.values()) for m in alike),
                    "rand": float(adjusted_rand_score(self.plans[0].leads, one.leads)),
                }
            )
        frame = pd.DataFrame(rows)
        return frame.assign(worse=frame["objective"] / frame["objective"].min() - 1.0)

    @cached_property
    def different(self) -> list[int]:
        """Positions of the near-equal plans that are different from the first and from each other, the best first."""
        rules = self.posed.place.case.explore
        near = self.measured["worse"] <= rules.near
        order = [int(at) for at in self.measured["worse"].sort_values(kind="stable").index if near[at]]
        return different_plans([list(one.leads) for one in self.plans], order, rules.different)

    @cached_property
    def kept(self) -> list[int]:
        """Positions of the plans that are kept: the first, the best of each number of grids, different ones, and the front."""
        worse = self.measured["worse"]
        k = pd.Series([one.k for one in self.plans])
        best = [int(worse[k == number].fillna(np.inf).idxmin()) for number in sorted(k.unique())]
        axes = self.measured[["mean_minutes", "worst_deviation", "share_moved"]].fillna(0.0)
        front = np.flatnonzero(on_front(axes.to_numpy(float)))
        ranked = [0, *best, *self.different, *sorted(front.tolist(), key=lambda at: (worse.fillna(np.inf)[at], at))]
        return list(dict.fromkeys(ranked))[: self.posed.place.case.explore.plans]

    def table(self, proposals: Sequence[Proposal]) -> pd.DataFrame:
        """Return the annex `front` of the kept plans, whose proposals these are."""
        rows: list[dict[str, Any]] = []
        for number, (at, proposal) in enumerate(zip(self.kept, proposals, strict=True), start=1):
            one = self.plans[at]
            unmet = [f for f in proposal.findings if f.status == "violated" and f.severity in ("must", "should")]
            rows.append(
                {
                    **{str(name): value for name, value in self.measured.loc[at].items()},
                    "plan": number,
                    "k": one.k,
                    "leads": ", ".join(sorted(set(one.leads))),
                    "must": sum(f.severity == "must" for f in unmet),
                    "should": sum(f.severity == "should" for f in unmet),
                    **{f"cause_{cause}": sum(f.cause == cause for f in unmet) for cause in CAUSES},
                    "gap": one.solution.gap,
                    "folder": f"plan-{number:02d}",
                    "varied": one.question.varied,
                    "value": one.question.value,
                    "different": int(at in self.different),
                    "share_within": proposal.scores["plan"]["share_within"],
                    "front": 0,
                }
            )
        frame = make_annex("front", rows)
        axes = (
            frame[["mean_minutes", "worst_deviation", "share_moved"]]
            .fillna(0.0)
            .assign(unmet=frame["must"] + frame["should"])
        )
        return frame.assign(front=on_front(axes.to_numpy(float)).astype(float))

    def _share_moved(self, one: Alternative) -> float:
        """Return the share of the residents of the grouping in force with another lead; NaN where nothing is in force."""
        layers = self.posed.place.layers
        held = leads_in_force(layers)
        if held.empty:
            return float("nan")
        people = layers.units["population"].reindex(held.index)
        return float(people[(one.leads.reindex(held.index) != held).to_numpy(bool)].sum() / people.sum())
