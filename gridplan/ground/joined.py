"""One plan of several scopes: each scope is a problem of its own, and their solutions are joined (rule R-54).

Objectives, terms and bounds add up, since no choice in one scope touches another; so the sum of the bounds is a bound of the sum.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gridplan.case.case import Case
from gridplan.ground.access.minutes import TravelTimes
from gridplan.ground.city_and_counties import REST, Scope, scopes_of
from gridplan.ground.forecast import pose_for_years
from gridplan.ground.formulation import formulate, wanted_k
from gridplan.ground.in_force import leads_that_stay
from gridplan.ground.leads import choose_candidates
from gridplan.layers.layers import Layers
from gridplan.solver.assignment import Assignment
from gridplan.solver.deadline import Deadline
from gridplan.solver.problem import IntArray, Problem
from gridplan.solver.solution import BREAKS_A_RULE, Outcome, Solution, Status
from gridplan.words.errors import LayerError
from gridplan.words.hearing import is_enough, tell
from gridplan.words.problems import Problems
from gridplan.words.text import Text

if TYPE_CHECKING:
    import networkx as nx

    from gridplan.solver.attempt import Result
    from gridplan.solver.terms import Measures


def candidates_in(scope: Scope, leads: pd.DataFrame, layers: Layers) -> pd.DataFrame:
    """Return the sites of a scope among which its leads are chosen, or those in force where they stay.

    `leads` are graded by the rules of each scope.
    """
    stands = layers.facilities["unit_id"].reindex(leads.index)
    if scope.case.change.leads_stay:
        inside = replace(layers, units=layers.units.loc[scope.units])
        return leads[stands.isin(scope.units) & leads.index.isin(leads_that_stay(inside).index)]
    return choose_candidates(leads[stands.isin(scope.units)], scope.case.grids, wanted_k(scope.case)[0])


def all_candidates(layers: Layers, leads: pd.DataFrame, case: Case) -> list[str]:
    """Return the candidate sites of all scopes, in the order of the facilities."""
    found = {site for scope in scopes_of(layers.units, case) for site in candidates_in(scope, leads, layers).index}
    return [str(site) for site in leads.index if site in found]


def formulate_scopes(
    layers: Layers, graph: nx.Graph, travel: TravelTimes, leads: pd.DataFrame, case: Case
) -> list[tuple[Scope, Problem]]:
    """Return the planning problem of each scope, for the residents of today or the mean of the years, as the case asks.

    Parameters
    ----------
    layers, graph, travel : of the whole plan; leads : graded by scope, see `leads.grade_by_scope`; case : of the whole plan.

    Raises
    ------
    LayerError
        If a scope has fewer hospitals that may lead than it needs; those of all scopes are told together.
    """
    found: list[tuple[Scope, Problem]] = []
    missing = Problems()
    for scope in scopes_of(layers.units, case):
        candidates = candidates_in(scope, leads, layers)
        inside = replace(layers, units=layers.units.loc[scope.units])
        within = restrict_travel(travel, scope.units, list(candidates.index))
        try:
            problem = formulate(inside, graph.subgraph(scope.units), within, candidates, scope.case)
        except LayerError as error:
            missing += error.problems
            continue
        found.append((scope, problem))
    if missing:
        raise LayerError(missing)
    return pose_for_years(found, layers, case)


def restrict_travel(travel: TravelTimes, units: pd.Index, sites: list[str]) -> TravelTimes:
    """Return the minutes of some units to some sites; those of single cells stay with the whole plan."""
    return replace(
        travel,
        sites=tuple(sites),
        unit_minutes=travel.unit_minutes.loc[units, sites],
        unit_share=travel.unit_share.loc[units, sites],
    )


def solve_scopes(
    problems: Sequence[tuple[Scope, Problem]], case: Case, units: pd.Index, *, deadline: Deadline | None = None
) -> Solution:
    """Solve the problem of each scope and join the solutions.

    Parameters
    ----------
    problems : of `formulate_scopes`; case : its solver settings hold for each scope, but for the time limit, which is of all.
    units : all units, in their order.
    deadline : of all that is planned, where this is but a part of it; by default the time limit begins here.
    """
    from gridplan.solver.flow import run

    settings = case.solver
    deadline = end_of(case) if deadline is None else deadline
    solutions = []
    for scope, problem in problems:
        solution = run(
            problem,
            seed=settings.seed,
            effort=settings.effort,
            deadline=deadline,
            hear=partial(_tell_found, scope, problem),
            watch=partial(_tell_on_the_way, scope, problem),
        )
        solutions.append((scope, solution))
    return join_solutions(solutions, units)


def end_of(case: Case) -> Deadline:
    """Return when a plan of the case has to be drawn: at its time limit, or when whoever waits has enough."""
    return Deadline.after(case.solver.time_limit_s, is_enough)


def _tell_on_the_way(
    scope: Scope, problem: Problem, k: int, objective: float | None, floor: float | None, lead: IntArray | None
) -> None:
    """Tell whoever waits for the plan what is in hand of this number of grids, and what none of that number goes below."""
    plan = {} if lead is None else _told_leads(problem, lead)
    tell({"scope": scope.name, "k": k, "on_the_way": True, "objective": objective, "bound": floor, **plan})


def _tell_found(scope: Scope, problem: Problem, result: Result) -> None:
    """Tell whoever waits for the plan what the best one is of this number of grids, before it is scored and checked."""
    measures = result.measures
    tell(
        {
            "scope": scope.name,
            "k": result.k,
            **_told_leads(problem, measures.lead),
            "objective": measures.objective,
            "bound": result.bound,
            "deviation": float(measures.deviation.max(initial=0.0)),
            "residents": [float(load) for load in measures.load],
            "holds": result.feasible,
        }
    )


def _told_leads(problem: Problem, lead: IntArray) -> dict[str, Any]:
    """Return the leads of a plan, and in small form which of them each unit of the scope has, in the order of its units."""
    opened, lead_of = np.unique(lead, return_inverse=True)
    return {"leads": [str(problem.lead_ids[at]) for at in opened], "lead_of": lead_of.astype(np.int16)}


def join_solutions(solutions: Sequence[tuple[Scope, Solution]], units: pd.Index) -> Solution:
    """Return the solutions of all scopes as one plan over `units` (all of them, in their order)."""
    parts = [solution for _, solution in solutions]
    lead_of_unit = pd.concat([part.assignment.lead_of_unit for part in parts]).reindex(units).dropna()
    return Solution(
        assignment=_numbered(lead_of_unit, [part.assignment for part in parts]),
        outcome=_joined_outcome(solutions),
        alternatives=pd.concat([_named(part.alternatives, scope) for scope, part in solutions], ignore_index=True),
        alternative_units=pd.concat(
            [_named(part.alternative_units, scope) for scope, part in solutions], ignore_index=True
        ),
        reproducible=all(part.reproducible for part in parts),
    )


def measure_scopes(problems: Sequence[tuple[Scope, Problem]], assignment: Assignment) -> list[Measures] | None:
    """Return what a plan is by these problems, scope by scope; None if it gives a unit to a lead they do not have."""
    from gridplan.solver.improving import lead_positions
    from gridplan.solver.terms import measure

    found = []
    for scope, problem in problems:
        own = assignment.lead_of_unit.reindex(scope.units)
        if not own.isin(problem.lead_ids).all():
            return None
        found.append(measure(problem, lead_positions(problem, Assignment.from_leads(own))))
    return found


def count_scopes(problems: Sequence[tuple[Scope, Problem]], assignment: Assignment) -> dict[str, float] | None:
    """Return the terms of a plan that another problem made, as these problems count them; None if it gives a unit to a lead they do not have."""
    measured = measure_scopes(problems, assignment)
    if measured is None:
        return None
    names = dict.fromkeys(name for part in measured for name in part.terms)
    return {name: sum(part.terms.get(name, 0.0) for part in measured) for name in names}


def bounded_outcome(terms: dict[str, float], parent: Outcome, *, status: Status) -> Outcome:
    """Return the outcome of a plan in a problem for which another plan's outcome has proven a bound."""
    from gridplan.solver.answer import gaps

    gap, gap_travel = gaps(terms, parent.bound)
    return Outcome(
        value=sum(terms.values()),
        terms=terms,
        bound=parent.bound,
        gap=gap,
        gap_travel=gap_travel,
        bound_knows_contiguity=parent.bound_knows_contiguity,
        status=status if status in BREAKS_A_RULE else "feasible",
    )


_WORST_FIRST: tuple[Status, ...] = ("infeasible", "unknown", "feasible", "optimal")


def _joined_outcome(solutions: Sequence[tuple[Scope, Solution]]) -> Outcome:
    """Return the outcomes of all scopes as one; a proof is None where one scope has none."""
    from gridplan.solver.answer import gaps

    parts = [solution for _, solution in solutions]
    names = dict.fromkeys(name for part in parts for name in part.terms)
    terms = {name: sum(part.terms.get(name, 0.0) for part in parts) for name in names}
    bounds = [part.bound for part in parts]
    bound = None if None in bounds else float(sum(b for b in bounds if b is not None))
    gap, gap_travel = gaps(terms, bound)
    statuses = {part.outcome.status for part in parts}
    return Outcome(
        value=sum(part.objective for part in parts),
        terms=terms,
        bound=bound,
        gap=gap,
        gap_travel=gap_travel,
        bound_knows_contiguity=all(part.bound_knows_contiguity for part in parts),
        status=next(status for status in _WORST_FIRST if status in statuses),
        explanation=tuple(
            replace(said, message=_said_of(scope, said.message, alone=len(parts) == 1))
            for scope, part in solutions
            for said in part.explanation
        ),
    )


def _numbered(lead_of_unit: pd.Series, parts: Sequence[Assignment]) -> Assignment:
    """Return the whole assignment with its grids in order and numbered scope by scope, the city first."""
    leads = [lead for part in parts for lead in sorted(part.grid_of_lead)]
    width = len(str(len(leads)))
    grids = {lead: f"G{i:0{width}d}" for i, lead in enumerate(leads, start=1)}
    return Assignment(Assignment.from_leads(lead_of_unit, grids).lead_of_unit, grids)


def _said_of(scope: Scope, message: Text, *, alone: bool) -> Text:
    if alone:
        return message
    wording = Text(zh="城区：{m}", en="City: {m}") if scope.id == REST else Text(zh="{s}：{m}", en="{s}: {m}")
    return wording.format(s=scope.name, m=message)


def _named(alternatives: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    named = alternatives.copy()
    named.insert(0, "scope_id", scope.id)
    return named
