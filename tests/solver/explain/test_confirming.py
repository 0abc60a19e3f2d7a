"""Explanations held to their word: with exactly what is named relaxed, and no less, there is a plan."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridplan.solver.explain.confirming import Trial, confirm_causes, relax
from gridplan.solver.improving import lead_positions
from gridplan.solver.judge import broken_by
from gridplan.solver.problem import Problem
from gridplan.solver.solver import solve
from gridplan.words.errors import ProblemError
from tests.solver.test_against_brute_force import best_by_brute_force, cities, costs_by_brute_force
from tests.solver.test_rules import row_city


def relaxed(args, causes):
    """Arguments in which exactly what the explanations name is relaxed, in the words of the contract."""
    args = {**args, "locked": dict(args.get("locked", {})), "barred": dict(args.get("barred", {}))}
    m = len(args["lead_ids"])
    for cause in causes:
        units = [int(unit[1:]) for unit in cause.unit_ids]
        leads = [int(lead[1:]) for lead in cause.lead_ids]
        name = cause.limit_name
        if name in ("balance", "max_minutes", "most_moved"):
            args[name] = max(args[name], cause.measured)
        elif name in ("population_min", "population_max"):
            limit = np.full(m, args[name], dtype=float)
            limit[leads] = (np.minimum if name == "population_min" else np.maximum)(limit[leads], cause.measured)
            args[name] = limit
        elif name.startswith("activities."):
            of, side = name.split(".")[1:]
            args["activities"] = [
                _relaxed(some, side, leads, cause, m) if some.name == of else some for some in args["activities"]
            ]
        elif name == "choose":
            args["choose"] = int(cause.smallest_relaxation or cause.measured)
        elif name == "edges":
            args["edges"] = args["edges"] + [(i, int(home)) for i in units for home in args["lead_unit"] if i != home]
        elif name in ("locked", "barred"):
            args[name] = {unit: held for unit, held in args[name].items() if unit not in cause.unit_ids}
        elif name == "whole":
            args["whole"] = ["" if i in units else label for i, label in enumerate(args["whole"])]
        elif name == "minutes":
            minutes = args["minutes"].copy()
            minutes[units] = np.where(np.isinf(minutes[units]), 1440.0, minutes[units])
            args["minutes"] = minutes
        else:
            raise AssertionError(cause)
    return args


def _relaxed(some, side, leads, cause, m):
    if side == "balance":
        return replace(some, balance=max(some.balance, cause.measured))
    limit = np.broadcast_to(getattr(some, side), m).astype(float)
    limit[leads] = (np.minimum if side == "minimum" else np.maximum)(limit[leads], cause.measured)
    return replace(some, **{side: limit})


@st.composite
def tight_cities(draw):
    """Draw tiny problems of which many have no plan: floors, ceilings, locks, bars, caps, broken maps."""
    args = draw(cities(soft=False))
    n, m = args["minutes"].shape
    total = float(np.sum(args["population"]))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    if draw(st.booleans()):
        args["population_min"] = total * draw(st.sampled_from([0.2, 0.35]))
    if draw(st.booleans()):
        args["edges"] = [e for e in args["edges"] if rng.random() < 0.7]
    if draw(st.booleans()) and draw(st.booleans()):
        args["locked"] = {f"u{int(rng.integers(n))}": f"h{int(rng.integers(m))}"}
    if draw(st.booleans()) and draw(st.booleans()):
        args["barred"] = {f"u{int(rng.integers(n))}": [f"h{j}" for j in range(m)]}
    return args


def told_infeasible(args):
    try:
        problem = Problem.from_arrays(**args)
    except ProblemError:
        return None
    solution = solve(problem, seed=1, effort=0.02)
    return solution if solution.status == "infeasible" else None


@settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
@given(tight_cities())
def test_what_is_named_relaxed_there_is_a_plan_and_with_less_there_is_none(args):
    found = told_infeasible(args)
    if found is None:
        return
    causes = [said for said in found.explanation if not said.note]
    assert causes
    assert not any("was not checked" in said.message.en for said in causes)
    assert next(costs_by_brute_force(relaxed(args, causes)), None) is not None
    for cause in causes if len(causes) > 1 else ():
        fewer = [other for other in causes if other is not cause]
        assert best_by_brute_force(relaxed(args, fewer)) is None, cause


@pytest.mark.parametrize("choose", [2, (2, 3)])
def test_an_island_with_fewer_residents_than_a_grid_must_have_is_the_cause_not_the_number_of_grids(choose):
    """u0 and u1 apart with p, 20 residents where 45 are the least: with 20 there the plan holds, and it is what is returned."""
    edges = [(i, i + 1) for i in range(7) if i != 1]
    solution = solve(row_city(edges=edges, choose=choose, population_min=45.0))
    (cause,) = (said for said in solution.explanation if not said.note)
    assert (cause.limit_name, cause.measured, cause.smallest_relaxation) == ("population_min", 20.0, 20.0)
    assert cause.lead_ids == ("p",)
    assert solution.assignment.units_of("p") == ("u0", "u1")
    assert solution.excluded


def test_too_few_grids_and_the_next_cause_are_named_together():
    """One grid for two parts, the smaller one below the least: two grids alone do not do, nor does a lower least."""
    edges = [(i, i + 1) for i in range(7) if i != 1]
    solution = solve(row_city(edges=edges, choose=1, population_min=25.0))
    assert [said.limit_name for said in solution.explanation if not said.note] == ["population_min", "choose"]


def test_what_no_trial_has_confirmed_says_so():
    """Without trials the plan itself shows that a link would do for its units; that a largest of 5 is all that is wrong it does not show."""
    problem = row_city(choose=1, edges=[(i, i + 1) for i in range(7) if i != 1])
    lead = np.ones(8, dtype=np.int64)
    apart = broken_by(problem, lead)
    assert confirm_causes(problem, Trial(lead, apart), lambda _: None).causes == apart
    other = broken_by(row_city(choose=1, population_max=5.0), lead)
    (unseen,) = confirm_causes(problem, Trial(lead, other), lambda _: None).causes
    assert "was not checked" in unseen.message.en
    assert "没有核实" in unseen.message.zh


def test_a_cause_that_need_not_give_way_is_left_out():
    """Two parts and one grid: two grids do. That a lead may have fewer residents beside it changes nothing, and is not said."""
    problem = row_city(choose=1, population_min=5.0, edges=[(i, i + 1) for i in range(7) if i != 1])
    lead = np.ones(8, dtype=np.int64)
    needed = next(said for said in solve(problem).explanation if said.limit_name == "choose")
    idle = replace(needed, limit_name="population_min", measured=4.0, lead_ids=("p",), unit_ids=())

    def solve_again(relaxed: Problem) -> Trial:
        found = solve(relaxed)
        causes = tuple(said for said in found.explanation if not said.note)
        return Trial(lead_positions(relaxed, found.assignment), causes)

    confirmed = confirm_causes(problem, Trial(lead, (idle, needed)), solve_again)
    assert confirmed.causes == (needed,)
    assert not broken_by(relax(problem, (needed,)), confirmed.lead)
