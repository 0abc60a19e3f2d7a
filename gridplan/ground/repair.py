"""Mend an edited plan: grids in one piece and in balance again, moving as few residents as possible."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import networkx as nx
import numpy as np
import pandas as pd

from gridplan.case.case import Case
from gridplan.ground.access.minutes import TravelTimes
from gridplan.ground.city_and_counties import Scope, scopes_of
from gridplan.ground.formulation import contact_edges
from gridplan.ground.joined import join_solutions, restrict_travel
from gridplan.layers.layers import Layers
from gridplan.solver.assignment import Assignment
from gridplan.solver.deadline import Deadline
from gridplan.solver.problem import Problem
from gridplan.solver.solution import BREAKS_A_RULE, Solution
from gridplan.words.errors import ProblemError


@dataclass(frozen=True, eq=False)
class Before:
    """The plan that was edited: the lead of each unit, and the largest deviation of a grid in each scope."""

    lead_of_unit: pd.Series
    worst: Mapping[str, float]


def repair_grids(
    layers: Layers,
    graph: nx.Graph,
    travel: TravelTimes,
    assignment: Assignment,
    locks: tuple[str, ...],
    case: Case,
    *,
    before: Before | None = None,
) -> tuple[Solution, Assignment]:
    """Return the mended plan of the same leads, with the grid ids and the order of grids that `assignment` has.

    With the plan `before` the edits, what they made worse is mended as well: streets that were whole there are whole again, and no
    grid is farther from the mean than the farthest was, nor than the case tolerates. Where that cannot be, balance is a matter of price again, and
    in the end streets stay as the edits left them.

    City and counties are mended each for themselves: no unit goes to a lead of another scope, but a locked one stays there.

    Locked units stay where `assignment` has them; others may move, those that a reviewer moved among them. Units in no
    grid go to the lead that is nearest. Areas that the case keeps whole stay as whole as `assignment` has them: the units
    of a street that are together there stay together.

    Raises
    ------
    ProblemError
        If the locks contradict the rest, such as a lead whose own unit is locked into another grid.
    """
    stands = layers.facilities["unit_id"].reindex(list(assignment.grid_of_lead))
    solutions = []
    deadline = Deadline.after(case.solver.time_limit_s)
    for scope in scopes_of(layers.units, case):
        leads = [str(lead) for lead in stands.index[stands.isin(scope.units)]]
        if not leads:
            continue
        away = [unit for unit in locks if assignment.lead_of_unit.get(unit) not in leads]
        inside = replace(layers, units=layers.units.loc[scope.units.difference(away, sort=False)])
        units = inside.units.index
        within = restrict_travel(travel, units, leads)
        complete = _complete(assignment, inside, within, leads)
        own = tuple(unit for unit in locks if unit in units)
        tries = [
            formulate_repair(inside, graph.subgraph(units), within, complete, own, aimed, together=together)
            for aimed, together in _aims(scope, before)
        ]
        solutions.append((scope, _first_that_holds(tries, complete, case, deadline)))
    joined = join_solutions(solutions, layers.units.index)
    mended = joined.assignment.lead_of_unit.reindex(layers.units.index)
    mended = mended.fillna(assignment.lead_of_unit.reindex(layers.units.index)).dropna()
    grids = {lead: grid for lead, grid in assignment.grid_of_lead.items() if (mended == lead).any()}
    return joined, Assignment(mended.rename_axis("unit_id").rename("lead_id"), grids)


def _aims(scope: Scope, before: Before | None) -> list[tuple[Case, pd.Series | None]]:
    """Return what is tried in turn: the rules of a scope, and the plan whose streets stay together (None: the edited one)."""
    if before is None:
        return [(scope.case, None)]
    tolerated = scope.case.grids.balance
    if tolerated is None:
        return [(scope.case, before.lead_of_unit), (scope.case, None)]
    hard = {"balance": max(tolerated, before.worst.get(scope.id, 0.0) + 1e-9), "balance_hard": True}
    return [
        (scope.case.changed(grids=hard), before.lead_of_unit),
        (scope.case, before.lead_of_unit),
        (scope.case, None),
    ]


def _first_that_holds(problems: Sequence[Problem], assignment: Assignment, case: Case, deadline: Deadline) -> Solution:
    """Return the solution of the first problem that has one, else of the last."""
    from gridplan.solver.solver import improve

    seed, effort = case.solver.seed, case.solver.effort
    for problem in problems[:-1]:
        try:
            solution = improve(problem, assignment, seed=seed, effort=effort, time_limit_s=deadline.left_s)
        except ProblemError:
            continue
        if solution.status not in BREAKS_A_RULE:
            return solution
    return improve(problems[-1], assignment, seed=seed, effort=effort, time_limit_s=deadline.left_s)


def formulate_repair(
    layers: Layers,
    graph: nx.Graph,
    travel: TravelTimes,
    assignment: Assignment,
    locks: tuple[str, ...],
    case: Case,
    *,
    together: pd.Series | None = None,
) -> Problem:
    """Return the problem of mending `assignment`: its leads all lead, locked units stay, the rules are those of the case.

    Areas kept whole are as whole as in `together`, the lead of each unit (None: as in `assignment`).
    """
    units, rules = layers.units, case.grids
    leads = list(assignment.grid_of_lead)
    position = {unit: i for i, unit in enumerate(units.index)}
    stands = layers.facilities.loc[leads, "unit_id"].map(position).to_numpy(int)
    lead_of_unit = assignment.lead_of_unit.reindex(units.index)
    return Problem.from_arrays(
        unit_ids=list(units.index),
        unit_names=list(units["name"]),
        population=units["population"].to_numpy(float),
        lead_ids=leads,
        lead_names=list(layers.facilities.loc[leads, "name"]),
        lead_unit=stands,
        minutes=travel.unit_minutes[leads].to_numpy(float),
        share_within=travel.unit_share[leads].to_numpy(float),
        edges=contact_edges(graph, layers, set(stands.tolist())),
        balance=rules.balance,
        balance_price=None if rules.balance_hard else rules.balance_price_min,
        whole=_labels(
            units, lead_of_unit if together is None else together.reindex(units.index), rules.keep_whole, locks
        ),
        locked={unit: str(lead_of_unit[unit]) for unit in locks},
        incumbent={str(unit): str(lead) for unit, lead in lead_of_unit.items()},
    )


def _complete(assignment: Assignment, layers: Layers, travel: TravelTimes, leads: list[str]) -> Assignment:
    lead_of_unit = assignment.lead_of_unit.reindex(layers.units.index)
    lead_of_unit = lead_of_unit.where(lead_of_unit.isin(leads))
    nearest = np.argmin(travel.unit_minutes.loc[lead_of_unit.index, leads].to_numpy(float), axis=1)
    lead_of_unit = lead_of_unit.fillna(pd.Series(np.array(leads, dtype=object)[nearest], index=lead_of_unit.index))
    grids = {lead: assignment.grid_of_lead[lead] for lead in leads}
    return Assignment(lead_of_unit.rename_axis("unit_id").rename("lead_id"), grids)


def _labels(
    units: pd.DataFrame, lead_of_unit: pd.Series, keep_whole: str, locks: tuple[str, ...]
) -> list[str | None] | None:
    """Return labels of what stays together: an area kept whole, as far as it has one lead; locked units are free of it."""
    if keep_whole == "none":
        return None
    area = units[f"{keep_whole}_id"]
    locked = set(locks)
    return [
        f"{name}\t{lead}" if name and unit not in locked else None
        for unit, name, lead in zip(units.index, area, lead_of_unit, strict=True)
    ]
