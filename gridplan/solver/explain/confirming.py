"""Explanations held to their word: what is named is relaxed, and the problem then has a plan, or the next cause is named."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from gridplan.solver.activity import Activity
from gridplan.solver.instance import unreachable_minutes
from gridplan.solver.judge import broken_by
from gridplan.solver.problem import IntArray, Problem
from gridplan.solver.solution import Explanation
from gridplan.words.text import Text

MOST_TRIALS = 10
"""Problems with something relaxed that may be solved again for one explanation."""
_UNCHECKED = Text(
    zh="；放宽所列各项是否就有可行方案，没有核实",
    en="; whether relaxing what is named here lets a plan hold was not checked",
)


@dataclass(frozen=True, eq=False)
class Trial:
    """The best plan found for a problem: the lead of each unit, and what keeps it from holding the rules (nothing: it holds them)."""

    lead: IntArray
    causes: tuple[Explanation, ...]


def confirm_causes(problem: Problem, first: Trial, solve_again: Callable[[Problem], Trial | None]) -> Trial:
    """Relax exactly what is named until a plan holds; leave out what need not be relaxed; say so where neither is seen.

    Parameters
    ----------
    problem
        One for which no plan was found that holds every hard rule.
    first
        The plan that comes closest, and what it breaks.
    solve_again
        Solves a relaxed problem; None: work or time is used up, or nobody may lead it.

    Returns
    -------
    Trial
        What has to be relaxed together, none of it in vain as far as the trials went, and the plan that breaks no more than that.
    """
    causes, plan = first.causes, first.lead
    left = MOST_TRIALS
    while broken_by(relax(problem, causes), plan):
        trial = solve_again(relax(problem, causes)) if left else None
        left -= 1
        if trial is None:
            return replace(first, causes=tuple(_unchecked(cause) for cause in first.causes))
        plan = trial.lead
        more = (*causes, *(cause for cause in trial.causes if cause not in causes))
        if trial.causes and len(more) == len(causes):
            return replace(first, causes=tuple(_unchecked(cause) for cause in causes))
        causes = more
    for cause in causes if len(causes) > 1 else ():
        others = tuple(other for other in causes if other is not cause)
        trial = solve_again(relax(problem, others)) if left > 0 and others else None
        left -= 1
        if trial is not None and not broken_by(relax(problem, others), trial.lead):
            causes, plan = others, trial.lead
    return Trial(plan, causes)


def relax(problem: Problem, causes: Sequence[Explanation]) -> Problem:
    """Return the problem in which exactly what the explanations name is relaxed.

    Limits move to what was measured, for the leads named: "balance", "population_min", "population_max", "max_minutes",
    "most_moved", "choose" (or to the number of grids told to be needed). Rules of single units and leads are dropped for those
    named: "locked", "barred", "whole", "required", "forbidden", "lead_hospital"; "minutes": a road reaches them; "edges": a link
    joins them to the home of every site. "activities.NAME.minimum", ".maximum" and ".balance" of an activity are limits too.
    """
    for cause in causes:
        if cause.note:
            continue
        units = np.array([problem.unit_position[u] for u in cause.unit_ids], dtype=np.int64)
        leads = np.array([problem.lead_position[x] for x in cause.lead_ids], dtype=np.int64)
        if cause.limit_name in _RELAX:
            problem = _RELAX[cause.limit_name](problem, cause, units, leads)
        relaxed = (_relax_activity(some, cause, leads, problem.n_leads) for some in problem.activities)
        problem = replace(problem, activities=tuple(relaxed))
    return problem


def _relax_activity(some: Activity, cause: Explanation, leads: IntArray, n_leads: int) -> Activity:
    """The activity with the limit moved to what was measured, where the explanation names it."""
    named = f"activities.{some.name}."
    limit = cause.limit_name.removeprefix(named)
    if limit == cause.limit_name:
        return some
    if limit == "balance":
        return replace(some, balance=max(some.balance or 0.0, _measured(cause)))
    values = np.broadcast_to(np.asarray(getattr(some, limit), dtype=np.float64), n_leads).copy()
    values[leads] = (np.minimum if limit == "minimum" else np.maximum)(values[leads], _measured(cause))
    return replace(some, minimum=values) if limit == "minimum" else replace(some, maximum=values)


def _unchecked(cause: Explanation) -> Explanation:
    message = Text(zh=cause.message.zh + _UNCHECKED.zh, en=cause.message.en + _UNCHECKED.en)
    return replace(cause, message=message)


def _measured(cause: Explanation) -> float:
    return float(cause.measured or 0.0)


def _balance(problem: Problem, cause: Explanation, units: IntArray, leads: IntArray) -> Problem:
    return replace(problem, balance=max(problem.balance or 0.0, _measured(cause)))


def _population_min(problem: Problem, cause: Explanation, units: IntArray, leads: IntArray) -> Problem:
    least = problem.population_min.copy()
    least[leads] = np.minimum(least[leads], _measured(cause))
    return replace(problem, population_min=least)


def _population_max(problem: Problem, cause: Explanation, units: IntArray, leads: IntArray) -> Problem:
    most = problem.population_max.copy()
    most[leads] = np.maximum(most[leads], _measured(cause))
    return replace(problem, population_max=most)


def _max_minutes(problem: Problem, cause: Explanation, units: IntArray, leads: IntArray) -> Problem:
    return replace(problem, max_minutes=max(problem.max_minutes or 0.0, _measured(cause)))


def _most_moved(problem: Problem, cause: Explanation, units: IntArray, leads: IntArray) -> Problem:
    return replace(problem, change=replace(problem.change, most=_measured(cause)))


def _choose(problem: Problem, cause: Explanation, units: IntArray, leads: IntArray) -> Problem:
    """As many grids as are needed, or as the plan has; required leads that lead none are not required."""
    k = int(_measured(cause) if cause.smallest_relaxation is None else cause.smallest_relaxation)
    problem = problem if problem.k_min <= k <= problem.k_max else replace(problem, k_min=k, k_max=k, choosing=True)
    return problem if cause.smallest_relaxation is not None else _required(problem, cause, units, leads)


def _required(problem: Problem, cause: Explanation, units: IntArray, leads: IntArray) -> Problem:
    return replace(problem, required=tuple(j for j in problem.required if j not in leads))


def _forbidden(problem: Problem, cause: Explanation, units: IntArray, leads: IntArray) -> Problem:
    return replace(problem, forbidden=tuple(j for j in problem.forbidden if j not in leads))


def _lead_hospital(problem: Problem, cause: Explanation, units: IntArray, leads: IntArray) -> Problem:
    hospital = problem.hospital.copy()
    hospital[leads] = hospital.max() + 1 + np.arange(len(leads))
    return replace(problem, hospital=hospital)


def _locked(problem: Problem, cause: Explanation, units: IntArray, leads: IntArray) -> Problem:
    locked = problem.locked.copy()
    locked[units] = -1
    return replace(problem, locked=locked)


def _barred(problem: Problem, cause: Explanation, units: IntArray, leads: IntArray) -> Problem:
    barred = problem.barred.copy()
    barred[units] = False
    return replace(problem, barred=barred)


def _whole(problem: Problem, cause: Explanation, units: IntArray, leads: IntArray) -> Problem:
    whole = problem.whole.copy()
    whole[units] = -1
    return replace(problem, whole=whole)


def _minutes(problem: Problem, cause: Explanation, units: IntArray, leads: IntArray) -> Problem:
    lost = unreachable_minutes(problem)
    minutes = problem.minutes.copy()
    minutes[units] = np.where(np.isfinite(minutes[units]), minutes[units], lost)
    return replace(problem, minutes=minutes, lost_minutes=lost)


def _edges(problem: Problem, cause: Explanation, units: IntArray, leads: IntArray) -> Problem:
    homes = np.unique(problem.lead_unit)
    links = np.stack([np.repeat(units, len(homes)), np.tile(homes, len(units))], axis=1)
    edges = np.concatenate([problem.edges, links[links[:, 0] != links[:, 1]]])
    return replace(problem, edges=np.unique(np.sort(edges, axis=1), axis=0))


_RELAX: dict[str, Callable[[Problem, Explanation, IntArray, IntArray], Problem]] = {
    "balance": _balance,
    "population_min": _population_min,
    "population_max": _population_max,
    "max_minutes": _max_minutes,
    "most_moved": _most_moved,
    "choose": _choose,
    "required": _required,
    "forbidden": _forbidden,
    "lead_hospital": _lead_hospital,
    "locked": _locked,
    "barred": _barred,
    "whole": _whole,
    "minutes": _minutes,
    "edges": _edges,
}

__all__ = ["MOST_TRIALS", "Trial", "confirm_causes", "relax"]
