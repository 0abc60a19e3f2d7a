"""Why each unit has its lead, found by trying, and what giving it to the nearest chosen lead would cost the whole plan.

The leads stay as they are. A limit explains a unit only if the whole plan, solved again without that limit, gives the unit to its
nearest lead: the limit that the single move breaks is often not the one that decides, since neighbours would simply move along. A
price is what the whole plan loses at least (the bound of the plan in which the unit must go there) and at most (that plan).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from typing import TypeVar

import numpy as np
import pandas as pd

from gridplan.solver.activity import among_leads
from gridplan.solver.bound.fixed_leads import relax
from gridplan.solver.deadline import NEVER, Deadline
from gridplan.solver.flow import run
from gridplan.solver.improving import lead_positions
from gridplan.solver.instance import Instance, Limits, build_instance, limits_for, unreachable_minutes
from gridplan.solver.problem import IntArray, Problem
from gridplan.solver.solution import BREAKS_A_RULE, Solution
from gridplan.solver.terms import Measures, measure
from gridplan.words.side_by_side import side_by_side

DIRECT = ("home", "locked", "access")
"""Reasons that need no trial: a lead stands there, it is locked or barred, the lead is beyond the hard cap of minutes."""
LIMITS = ("balance", "whole", "barrier", "activities", "contiguity")
"""Limits that are dropped one by one, then in pairs."""
NO_PRICE = ("own", "none", "not_found", "not_tried")
"""Why a unit has no price: it has its nearest lead; no plan exists; none was found; work budget or deadline did not reach it."""
FORCED_WORK = 150_000
"""Atoms times plans solved again for prices: some 30 s of one core."""
DROPPED_EFFORT, FORCED_EFFORT = 0.5, 0.25
"""Effort of a plan without a limit, and of one with a unit elsewhere: a stage of its own beside the search for the plan."""
_TIE_MIN = 1e-9
_Thing = TypeVar("_Thing")
_Found = TypeVar("_Found")


@dataclass(frozen=True, eq=False)
class FixedPlan:
    """A plan with its leads fixed: `label` is the position of each unit's lead among `problem`'s, all of which lead."""

    problem: Problem
    label: IntArray
    seed: int
    deadline: Deadline

    @cached_property
    def instance(self) -> Instance:
        """The problem by atoms."""
        return build_instance(self.problem, deadline=self.deadline)

    @cached_property
    def limits(self) -> Limits:
        """Limits of as many grids as there are leads."""
        return limits_for(self.problem, self.problem.n_leads)

    @cached_property
    def measures(self) -> Measures:
        """What the plan is worth and breaks."""
        return measure(self.problem, self.label)


@dataclass(frozen=True, eq=False)
class _Question(FixedPlan):
    """Why units are where they are; `barrier_edges` would touch but for a barrier."""

    barrier_edges: IntArray

    @cached_property
    def atom(self) -> IntArray:
        return self.instance.atom_of_unit

    @cached_property
    def nearest(self) -> IntArray:
        """Nearest lead of each unit; its own where no other is nearer."""
        units = np.arange(self.problem.n_units)
        first = self.problem.minutes.argmin(axis=1)
        nearer = self.problem.minutes[units, first] < self.problem.minutes[units, self.label] - _TIE_MIN
        return np.where(nearer, first, self.label).astype(np.int64)

    @cached_property
    def second(self) -> IntArray:
        """Best other lead of each unit at the prices of residents that the bound charges; its own where there is but one."""
        leads = np.arange(self.problem.n_leads, dtype=np.int64)
        if len(leads) == 1:
            return self.label
        price = relax(self.instance, leads, self.limits).price
        priced = self.instance.costs_of(leads) + self.instance.population[:, None] * price
        other = priced[self.atom]
        other[np.arange(self.problem.n_units), self.label] = np.inf
        return other.argmin(axis=1).astype(np.int64)

    @cached_property
    def crowd(self) -> IntArray:
        """How many units each unit moves with, itself included."""
        return np.bincount(self.atom)[self.atom]

    def most(self, lead: int) -> float:
        """Residents that a grid may have."""
        return float(min(self.limits.hard_high[lead], self.limits.soft_high[lead]))

    def least(self, lead: int) -> float:
        """Residents that a grid must have."""
        return float(max(self.limits.hard_low[lead], self.limits.soft_low[lead]))

    def solve_without(self, dropped: Iterable[str]) -> IntArray:
        """Solve the whole plan again without some limits."""
        free = _without(self, frozenset(dropped))
        solution = run(free, seed=self.seed, effort=DROPPED_EFFORT, deadline=self.deadline)
        return lead_positions(free, solution.assignment)

    def solve_with(self, atom: int, lead: int) -> Solution:
        """Solve the whole plan again with one atom at a lead."""
        locked = self.problem.locked.copy()
        locked[self.atom == atom] = lead
        forced = replace(self.problem, locked=locked)
        return run(forced, seed=self.seed, effort=FORCED_EFFORT, deadline=self.deadline, exact=False)


def explain_placement(
    problem: Problem,
    lead: IntArray,
    *,
    barrier_edges: IntArray | None = None,
    seed: int = 0,
    deadline: Deadline = NEVER,
) -> pd.DataFrame:
    """Say of every unit why it has its lead, and what the whole plan would lose if it went to its nearest chosen one.

    Parameters
    ----------
    problem
        The rules of the plan.
    lead
        (n,) lead position of each unit; units that stay together have one lead.
    barrier_edges
        (b, 2) unit positions that would touch but for a barrier.
    seed
        As that of `solve`.
    deadline
        When it comes, nothing more is tried, and what was not is said.

    Returns
    -------
    pandas.DataFrame
        One row a unit, in order, on index unit_id.

        - lead_id, nearest_lead_id (among the chosen ones), second_lead_id (best other lead at the plan's prices)
        - reason: "nearest"; one of `DIRECT`; "full" (the nearest lead's grid would have too many residents), "short" (its own
          grid too few), "whole", "barrier", "bridge" (other units would be cut off), "apart" (no contact with that grid),
          "activities" (what each grid must have beside its residents);
          "two" (two limits together, as `dropped` names them); "chain" (no limit decides alone, nor a pair); "untried" (the
          deadline came first)
        - dropped: limits without which the unit goes to its nearest lead, joined by "+"; "" where none was found
        - price_low, price_high: resident-minutes that the whole plan loses at least and at most; NaN where there is none
        - dragged: other residents who change lead with the unit in the plan that was found; NaN without one
        - no_price: one of `NO_PRICE`, "" where there is a price
    """
    opened = np.unique(lead)
    question = _Question(
        fix_leads(problem, opened),
        np.searchsorted(opened, lead).astype(np.int64),
        seed,
        deadline,
        np.empty((0, 2), dtype=np.int64) if barrier_edges is None else barrier_edges,
    )
    ids = np.array(question.problem.lead_ids, dtype=object)
    frame = pd.DataFrame(
        {
            "lead_id": ids[question.label],
            "nearest_lead_id": ids[question.nearest],
            "second_lead_id": ids[question.second],
        },
        index=pd.Index(problem.unit_ids, name="unit_id", dtype=object),
    )
    return frame.join(_reasons(question)).join(_prices(question))


def fix_leads(problem: Problem, leads: IntArray) -> Problem:
    """Return the problem in which exactly these leads lead; the objective of a plan with them stays what it was."""
    position = np.full(problem.n_leads + 1, -1, dtype=np.int64)
    position[leads] = np.arange(len(leads))
    return replace(
        problem,
        lead_ids=tuple(problem.lead_ids[j] for j in leads),
        lead_names=tuple(problem.lead_names[j] for j in leads),
        lead_unit=problem.lead_unit[leads],
        minutes=problem.minutes[:, leads],
        k_min=len(leads),
        k_max=len(leads),
        choosing=False,
        hospital=problem.hospital[leads],
        lead_price=problem.lead_price[leads],
        required=(),
        forbidden=(),
        population_min=problem.population_min[leads],
        population_max=problem.population_max[leads],
        locked=position[problem.locked],
        barred=problem.barred[:, leads],
        change=problem.change.among(position, len(leads)),
        share_within=None if problem.share_within is None else problem.share_within[:, leads],
        habit=None if problem.habit is None else problem.habit[:, leads],
        lost_minutes=unreachable_minutes(problem),
        activities=tuple(among_leads(some, leads, problem.n_leads) for some in problem.activities),
    )


def _without(question: _Question, dropped: frozenset[str]) -> Problem:
    """Return the problem without some of `LIMITS`; contacts that are added never join pieces of a whole."""
    problem = question.problem
    edges = [problem.edges]
    if "barrier" in dropped:
        edges.append(question.barrier_edges)
    if "contiguity" in dropped:
        # With a contact to the home of every lead, any grid hangs together.
        units, homes = np.arange(problem.n_units), problem.lead_unit
        star = np.stack([np.repeat(units, len(homes)), np.tile(homes, len(units))], axis=1)
        edges.append(star[star[:, 0] != star[:, 1]])
    free = replace(
        problem,
        edges=np.concatenate(edges),
        whole=np.where((question.crowd > 1) & ("whole" not in dropped), question.atom, -1),
        whole_names=tuple("" for _ in range(question.instance.n_atoms)),
        activities=() if "activities" in dropped else problem.activities,
    )
    if "balance" not in dropped:
        return free
    none, all_of_them = np.zeros(problem.n_leads), np.full(problem.n_leads, np.inf)
    return replace(free, balance=None, balance_price=None, population_min=none, population_max=all_of_them)


def _limits_in_force(question: _Question) -> list[str]:
    problem, limits = question.problem, question.limits
    total = problem.total_population
    bounded = bool((limits.hard_high < total).any() or (limits.soft_high < total).any() or limits.hard_low.any())
    force = {
        "balance": bounded or problem.balance is not None,
        "whole": bool((question.crowd > 1).any()),
        "barrier": len(question.barrier_edges) > 0,
        "activities": len(problem.activities) > 0,
        # Borders have a price of their own: contacts that are added would change it.
        "contiguity": problem.compactness_price is None,
    }
    return [name for name in LIMITS if force[name]]


def _reasons(question: _Question) -> pd.DataFrame:
    """Reason of each unit, and the limits that had to be dropped to see it go to its nearest lead."""
    reason = np.full(question.problem.n_units, "nearest", dtype=object)
    dropped = np.full(question.problem.n_units, "", dtype=object)
    away = np.flatnonzero(question.nearest != question.label)
    reason[away] = "untried"
    broken = _in_time(question, sorted(_moves(question, away)), lambda move: _broken(question, *move))
    open_ones = []
    for unit in away.tolist():
        first = broken.get(_move(question, unit))
        if first is None:
            continue
        direct = next((name for name in first if name in DIRECT), None)
        if direct is None:
            open_ones.append(unit)
        else:
            reason[unit] = direct
    tried: dict[tuple[str, ...], IntArray] = {}
    for size in (1, 2):
        combined = list(combinations(_limits_in_force(question), size))
        if open_ones:
            tried |= _in_time(question, combined, question.solve_without)
        left = []
        for unit in open_ones:
            first = broken[_move(question, unit)]
            freed = [some for some in combined if some in tried and tried[some][unit] == question.nearest[unit]]
            if not freed:
                left.append(unit)
                continue
            some = min(
                freed, key=lambda names: (sum(_LIMIT_OF.get(b, b) in names for b in first) == 0, combined.index(names))
            )
            dropped[unit] = "+".join(some)
            reason[unit] = "two" if size == 2 else _worded(question, unit, some[0], first, tried[some])
        open_ones = left
    if not question.deadline.over():
        reason[open_ones] = "chain"
    return pd.DataFrame({"reason": reason, "dropped": dropped}, index=list(question.problem.unit_ids))


_LIMIT_OF = {"full": "balance", "short": "balance", "bridge": "contiguity", "apart": "contiguity"}
"""The limit to drop for each thing that a move breaks."""


def _in_time(question: _Question, things: Iterable[_Thing], find: Callable[[_Thing], _Found]) -> dict[_Thing, _Found]:
    """Return what is found of each thing before the deadline comes; what the deadline may have cut short is left out."""
    things = list(things)

    def find_in_time(thing: _Thing) -> tuple[_Found, ...]:
        if question.deadline.over():
            return ()
        new = find(thing)
        return () if question.deadline.over() else (new,)

    found = side_by_side(find_in_time, things)
    return {thing: new[0] for thing, new in zip(things, found, strict=True) if new}


def _move(question: _Question, unit: int) -> tuple[int, int]:
    """Return the atom of a unit and the lead nearest to the unit."""
    return int(question.atom[unit]), int(question.nearest[unit])


def _moves(question: _Question, units: IntArray) -> set[tuple[int, int]]:
    return {_move(question, unit) for unit in units.tolist()}


def _broken(question: _Question, atom: int, lead: int) -> list[str]:
    """Return what giving one atom to a lead breaks, others staying where they are."""
    problem, label = question.problem, question.label
    units = np.flatnonzero(question.atom == atom)
    own = int(label[units[0]])
    if question.instance.home[own] == atom:
        return ["home"]
    if (problem.locked[units] >= 0).any() or problem.barred[units, lead].any():
        return ["locked"]
    hard_cap = problem.max_minutes is not None and problem.max_minutes_price is None
    if hard_cap and (problem.minutes[units, lead] > problem.max_minutes).any():
        return ["access"]
    moved = label.copy()
    moved[units] = lead
    trial = measure(problem, moved)
    found = []
    if trial.load[lead] > question.most(lead) * (1 + 1e-9):
        found.append("full")
    if trial.load[own] < question.least(own) * (1 - 1e-9):
        found.append("short")
    if len(units) > 1:
        found.append("whole")
    if trial.activity_beyond.sum() > question.measures.activity_beyond.sum():
        found.append("activities")
    if lead in trial.apart:
        found += ["barrier", "apart"]
    if len(trial.apart.get(own, ())) > len(question.measures.apart.get(own, ())):
        found.append("bridge")
    return found


def _worded(question: _Question, unit: int, limit: str, broken: list[str], freed: IntArray) -> str:
    """Return the reason that a dropped limit stands for, by what the move breaks or by what the freed plan breaks."""
    if limit in ("whole", "barrier", "activities"):
        return limit
    if limit == "contiguity":
        return "bridge" if "bridge" in broken and "apart" not in broken else "apart"
    named = next((name for name in broken if name in ("full", "short")), None)
    if named is not None:
        return named
    own, to = int(question.label[unit]), int(question.nearest[unit])
    load = np.bincount(freed, weights=question.problem.population, minlength=question.problem.n_leads)
    over, under = load[to] - question.most(to), question.least(own) - load[own]
    if max(over, under) <= 0:
        return "chain"
    return "full" if over >= under else "short"


def _prices(question: _Question) -> pd.DataFrame:
    """Price of giving each unit to its nearest lead, and the other residents who change lead with it."""
    problem = question.problem
    n = problem.n_units
    low, high, dragged = np.full(n, np.nan), np.full(n, np.nan), np.full(n, np.nan)
    no_price = np.full(n, "own", dtype=object)
    away = np.flatnonzero(question.nearest != question.label)
    no_price[away] = "not_tried"
    budget = FORCED_WORK // max(question.instance.n_atoms, 1) if question.measures.holds else 0
    asked: list[tuple[int, int, list[int]]] = []
    for atom, lead in _by_gain(question, away):
        units = [unit for unit in away[question.atom[away] == atom].tolist() if question.nearest[unit] == lead]
        own = int(question.label[units[0]])
        if question.instance.home[own] == atom or question.instance.blocked[atom, lead]:
            no_price[units] = "none"
            continue
        if budget > 0:
            budget -= 1
            asked.append((atom, lead, units))

    def solve(move: tuple[int, int, list[int]]) -> Solution | None:
        if question.deadline.over():
            return None
        forced = question.solve_with(move[0], move[1])
        return None if forced.status in BREAKS_A_RULE and question.deadline.over() else forced

    for (_, _, units), forced in zip(asked, side_by_side(solve, asked), strict=True):
        if forced is None:
            continue
        if forced.status in BREAKS_A_RULE:
            no_price[units] = "not_found"
            continue
        no_price[units] = ""
        floor = 0.0 if forced.bound is None else max(forced.bound - question.measures.objective, 0.0)
        low[units] = floor
        high[units] = max(forced.objective - question.measures.objective, floor)
        changed = lead_positions(problem, forced.assignment) != question.label
        dragged[units] = problem.population[changed].sum() - problem.population[units]
    columns = {"price_low": low, "price_high": high, "dragged": dragged, "no_price": no_price}
    return pd.DataFrame(columns, index=list(problem.unit_ids))


def _by_gain(question: _Question, away: IntArray) -> list[tuple[int, int]]:
    """Return the moves of units with a nearer lead: those at a border first, then by the minutes that residents would save."""
    problem = question.problem
    ends = problem.edges[question.label[problem.edges[:, 0]] != question.label[problem.edges[:, 1]]]
    at_border = np.zeros(problem.n_units, dtype=bool)
    at_border[ends.ravel()] = True
    drive = problem.minutes[away, question.label[away]]
    saved = (
        np.where(np.isfinite(drive), drive, unreachable_minutes(problem))
        - problem.minutes[away, question.nearest[away]]
    )
    rank: dict[tuple[int, int], tuple[bool, float]] = {}
    for unit, gain in zip(away.tolist(), (saved * problem.population[away]).tolist(), strict=True):
        border, total = rank.get(_move(question, unit), (False, 0.0))
        rank[_move(question, unit)] = (border or bool(at_border[unit]), total + gain)
    return sorted(rank, key=lambda move: (not rank[move][0], -rank[move][1], move))
