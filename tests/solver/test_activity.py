"""What a grid has beside its residents: services to hold, amounts to balance, what a lead can take; in plans, proofs and explanations."""

from __future__ import annotations

import numpy as np
import pytest

from gridplan.solver.activity import Activity
from gridplan.solver.judge import broken_by
from gridplan.solver.problem import Problem
from gridplan.solver.solver import improve, solve
from gridplan.words.errors import ProblemError
from tests.solver.test_rules import leads_of, row_city

SERVICE = [0, 0, 1, 0, 1, 1, 0, 0]


def causes(solution):
    return [said for said in solution.explanation if not said.note]


def test_each_grid_holds_a_service_or_pays_for_the_lack_of_it():
    """Providers in u2, u4 and u5: p must reach to u2 and r to u5, which costs ten residents two minutes more each; or 1 each, as a price."""
    hard = solve(row_city(activities=[Activity("nursing", SERVICE, minimum=1)]))
    assert (leads_of(hard), hard.status, hard.terms["travel"]) == ("pppqqrrr", "optimal", 70.0)
    soft = solve(row_city(activities=[Activity("nursing", SERVICE, minimum=1, price=1.0)]))
    assert (soft.status, soft.objective, soft.terms["activities"]) == ("optimal", 61.0, 1.0)
    assert soft.alternatives.loc[0, ["least_nursing", "most_nursing"]].tolist() == [0.0, 2.0]


def test_a_lead_takes_what_it_can_in_its_own_measure():
    """A birth a unit, two of which q can take: u2 and u4 go to p and r."""
    births = Activity("births", np.ones(8), maximum=[8, 2, 8])
    assert leads_of(solve(row_city(activities=[births]))).count("q") == 2


def test_amounts_are_balanced_beside_residents():
    """Old people in u0 to u3, two of them a grid: u2 goes with r, though p is nearer."""
    old = Activity("old", [1, 1, 1, 1, 0, 0, 0, 0], balance=0.1)
    solution = solve(row_city(choose=2, required=["p", "r"], activities=[old]))
    assert leads_of(solution) == "pprrrrrr"


def test_what_is_missing_is_named_with_its_grid():
    """Two providers for three grids: which grid lacks one is told, that no plan can hold it is proven, and with 0 there it holds."""
    solution = solve(row_city(activities=[Activity("hospice", [1, 0, 0, 1, 0, 0, 0, 0], minimum=1)]))
    (cause,) = causes(solution)
    assert (cause.limit_name, cause.measured, cause.limit) == ("activities.hospice.minimum", 0.0, 1.0)
    assert cause.lead_ids == ("r",)
    assert solution.excluded
    assert "hospice" in cause.message.zh


def test_the_judge_alone_names_the_grid_that_lacks_a_service():
    problem = row_city(activities=[Activity("hospice", [1, 0, 0, 1, 0, 0, 0, 0], minimum=1)])
    (found,) = broken_by(problem, np.array([0, 0, 1, 1, 1, 1, 2, 2]))
    assert (found.limit_name, found.lead_ids) == ("activities.hospice.minimum", ("r",))


def test_sites_are_chosen_by_what_they_can_take():
    """Of three sites two lead; p and r can take 3 of the 8 births each, q 5: q leads, with either."""
    births = Activity("births", np.ones(8), maximum=[3, 5, 3])
    assert "q" in leads_of(solve(row_city(choose=2, activities=[births])))


def test_a_repair_moves_units_for_a_service():
    given = solve(row_city()).assignment
    repaired = improve(row_city(activities=[Activity("nursing", SERVICE, minimum=1)]), given)
    assert leads_of(repaired) == "pppqqrrr"


def test_many_units_hold_a_service_each_and_births_in_balance():
    """30 x 30 units, six leads: 12 providers in clusters far from some leads, births on one side; too many for the exact program."""
    side, rng = 30, np.random.default_rng(3)
    cell = np.arange(side * side).reshape(side, side)
    at = np.column_stack(np.divmod(np.arange(side * side), side)).astype(float)
    homes = [125, 130, 140, 460, 745, 760]
    births, providers = np.where(at[:, 1] < 12, 3.0, 1.0), np.zeros(side * side)
    providers[[0, 1, 2, 31, 400, 415, 430, 60, 870, 871, 899, 650]] = 1
    pairs = [
        np.column_stack([cell[:, :-1].ravel(), cell[:, 1:].ravel()]),
        np.column_stack([cell[:-1].ravel(), cell[1:].ravel()]),
    ]
    problem = Problem.from_arrays(
        unit_ids=[str(i) for i in range(side * side)], population=rng.integers(50, 150, side * side), lead_ids=list("abcdef"),
        lead_unit=homes, minutes=np.abs(at[:, None] - at[None, homes]).sum(axis=2), edges=np.concatenate(pairs), balance=0.25,
        activities=[Activity("births", births, balance=0.3), Activity("nursing", providers, minimum=1)],
    )  # fmt: skip
    solution = solve(problem, effort=0.3)
    assert solution.status == "feasible"
    assert solution.bound <= solution.objective
    lead = solution.assignment.lead_of_unit[list(problem.unit_ids)].to_numpy()
    for name in problem.lead_ids:
        assert providers[lead == name].sum() >= 1
        assert births[lead == name].sum() == pytest.approx(births.sum() / 6, rel=0.3)


def test_wrong_activities_are_told_together():
    wrong = [Activity("a", [1.0] * 7), Activity("a", np.full(8, -1.0), minimum=3, maximum=2), "beds"]
    with pytest.raises(ProblemError) as told:
        row_city(activities=wrong)
    assert "Activity" in str(told.value)
    with pytest.raises(ProblemError) as told:
        row_city(
            activities=[Activity("a", np.full(8, -1.0), minimum=3, maximum=2), Activity("b", [1.0] * 7, balance=-1)]
        )
    fields = {problem.field for problem in told.value.problems}
    assert fields == {"activities[a].amount", "activities[a].minimum", "activities[b].amount", "activities[b].balance"}
