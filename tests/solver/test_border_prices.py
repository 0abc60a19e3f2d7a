"""What it costs to move a border, held against all plans of small maps."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from gridplan.solver import border_prices
from gridplan.solver.border_prices import price_borders
from gridplan.solver.deadline import Deadline
from gridplan.solver.improving import lead_positions
from gridplan.solver.placement import explain_placement
from gridplan.solver.problem import Problem
from gridplan.solver.solver import solve
from gridplan.solver.terms import measure
from tests.solver.test_site_prices import grid_city


def priced(problem: Problem, **more):
    """Return the plan and the price of each of its contacts."""
    lead = lead_positions(problem, solve(problem).assignment)
    return lead, price_borders(problem, lead, explain_placement(problem, lead), **more)


def least_with(problem: Problem, lead, units, to) -> float:
    """What the best of all plans with the same leads loses that has some units with a lead; infinite where none holds the rules."""
    opened = np.unique(lead)
    plans = (measure(problem, np.array(one)) for one in itertools.product(opened, repeat=problem.n_units))
    best = min((plan.objective for plan in plans if plan.holds and (plan.lead[units] == to).all()), default=np.inf)
    return best - measure(problem, lead).objective


@pytest.mark.parametrize(
    "rules",
    [
        {"balance": 0.2, "balance_price": 20},
        {},
        {"balance": 0.5},
        {"compactness_price": 3.0, "balance": 0.4, "balance_price": 5},
    ],
)
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_each_contact_is_told_with_the_price_of_its_cheaper_side(rules, seed) -> None:
    problem = grid_city(seed, **rules)
    lead, told = priced(problem)
    cut = {
        tuple(problem.unit_ids[u] for u in edge) for edge in problem.edges.tolist() if lead[edge[0]] != lead[edge[1]]
    }
    assert set(zip(told["unit_a"], told["unit_b"], strict=True)) == cut
    for row in told.to_dict("records"):
        one, two = (problem.unit_position[row[name]] for name in ("unit_a", "unit_b"))
        losses = {a: least_with(problem, lead, [a], lead[b]) for a, b in ((one, two), (two, one))}
        each = {unit: loss / problem.population[unit] for unit, loss in losses.items()}
        assert row["each_low"] <= min(each.values()) + 1e-6 or row["how"] == "none"
        if row["how"] in ("solved", "drawn"):
            moved = problem.unit_position[row["unit_id"]]
            assert row["price_low"] - 1e-6 <= losses[moved] <= row["price_high"] + 1e-6
            assert row["residents"] == problem.population[moved]
            assert row["each_high"] == pytest.approx(row["price_high"] / row["residents"])
        elif row["how"] == "none":
            assert {one, two} <= set(problem.lead_unit[np.unique(lead)].tolist())


def test_what_stays_whole_moves_whole_and_its_others_are_not_dragged() -> None:
    """u1 and u4 are one street of a map of two rows; both leads stand elsewhere."""
    problem = grid_city(0, whole=["", "s", "", "", "s", ""])
    lead, told = priced(problem)
    street = told[told["unit_id"].isin(["u1", "u4"])]
    assert len(street)
    assert (street["residents"] == problem.population[[1, 4]].sum()).all()
    for row in street.to_dict("records"):
        to = problem.lead_position[row["lead_id"]]
        assert row["price_low"] - 1e-6 <= least_with(problem, lead, [1, 4], to) <= row["price_high"] + 1e-6


def test_beyond_the_work_and_the_deadline_only_a_lower_price_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = grid_city(balance=0.2, balance_price=20)
    lead = lead_positions(problem, solve(problem).assignment)
    nothing = explain_placement(problem, lead, deadline=Deadline(0.0))
    for told in (
        price_borders(problem, lead, nothing, deadline=Deadline(0.0)),
        _without_work(monkeypatch, problem, lead, nothing),
    ):
        assert set(told["how"]) <= {"bound", "none"}
        assert told["price_high"].isna().all()
        assert told.loc[told["how"] == "bound", "each_low"].ge(0).all()


def _without_work(monkeypatch, problem, lead, nothing):
    monkeypatch.setattr(border_prices, "BORDER_WORK", 0)
    return price_borders(problem, lead, nothing)


def test_a_plan_that_breaks_its_rules_has_no_prices_of_borders() -> None:
    problem = grid_city(balance=0.2, balance_price=20)
    lead = lead_positions(problem, solve(problem).assignment)
    told = explain_placement(problem, lead)
    impossible = replace(problem, population_max=np.ones(problem.n_leads))
    assert price_borders(impossible, lead, told).empty
