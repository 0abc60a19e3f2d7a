"""One of many plans of a case: under the numbers of a draw, or under those of the case with another seed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from gridplan.case.case import Case
from gridplan.ground.city_and_counties import Scope
from gridplan.ground.uncertain import Draw
from gridplan.solver.deadline import Deadline
from gridplan.solver.problem import IntArray, Problem
from gridplan.solver.restated import Numbers, restate

ScopeProblems: TypeAlias = Sequence[tuple[Scope, Problem]]
EFFORT = 0.3
"""Effort of each plan as a share of the case's: what the search misses by it shows in the plans with other seeds."""


@dataclass(frozen=True, eq=False)
class Trial:
    """One plan to make: its kind ("drawn", "seeds", "again"), number, seed of the search, and what was drawn (None: nothing)."""

    kind: str
    number: int
    seed: int
    draw: Draw | None
    numbers: list[Numbers] | None


@dataclass(frozen=True, eq=False)
class Tried:
    """What became of a trial: lead of each unit, scope by scope, the scores of the plan under its own numbers, and whether no time limit bit."""

    leads: list[IntArray]
    scores: dict[str, float]
    status: str
    reproducible: bool


def solve_trial(item: tuple[list[Numbers] | None, int], *, problems: ScopeProblems, case: Case) -> Tried:
    """Make one plan; the time limit of the case is that of all its scopes together."""
    from gridplan.solver.improving import lead_positions
    from gridplan.solver.solver import solve
    from gridplan.solver.terms import measure

    numbers, seed = item
    stated = [problem for _, problem in problems]
    if numbers is not None:
        stated = [restate(problem, one) for problem, one in zip(stated, numbers, strict=True)]
    settings = case.solver
    deadline = Deadline.after(settings.time_limit_s)
    parts = [solve(p, seed=seed, effort=EFFORT * settings.effort, time_limit_s=deadline.left_s) for p in stated]
    leads = [lead_positions(problem, part.assignment) for problem, part in zip(stated, parts, strict=True)]
    measured = [measure(problem, lead) for problem, lead in zip(stated, leads, strict=True)]
    people = np.concatenate([problem.population for problem in stated])
    within = [
        np.zeros(p.n_units) if p.share_within is None else p.share_within[np.arange(p.n_units), lead]
        for p, lead in zip(stated, leads, strict=True)
    ]
    objective = sum(part.objective for part in parts)
    bounds = [part.bound for part in parts]
    bound = None if None in bounds else float(sum(b for b in bounds if b is not None))
    statuses = {part.outcome.status for part in parts}
    worst = next(status for status in ("infeasible", "unknown", "feasible", "optimal") if status in statuses)
    scores = {
        "k": float(sum(len(m.open_leads) for m in measured)),
        "mean_minutes": sum(m.terms["travel"] for m in measured) / float(people.sum()),
        "share_within": float((people * np.concatenate(within)).sum() / people.sum()),
        "worst_deviation": max(float(m.deviation.max()) for m in measured),
        "objective": objective,
        "gap": np.nan if bound is None or bound <= 0 else max(objective - bound, 0.0) / bound,
    }
    return Tried(leads, scores, worst, all(part.reproducible for part in parts))
