"""What another lead would cost, held against all plans of small maps."""

from __future__ import annotations

import itertools

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from gridplan.solver import site_prices
from gridplan.solver.border_prices import price_borders
from gridplan.solver.improving import lead_positions
from gridplan.solver.placement import explain_placement
from gridplan.solver.problem import Problem
from gridplan.solver.site_prices import price_leads
from gridplan.solver.solver import solve
from gridplan.solver.terms import measure


def grid_city(seed: int = 0, **rules) -> Problem:
    """Two by three units, a site in each corner."""
    rng = np.random.default_rng(seed)
    graph = nx.grid_2d_graph(2, 3)
    order = {node: i for i, node in enumerate(graph)}
    homes = [0, 2, 3, 5]
    places = np.array(list(graph), dtype=float)
    minutes = np.abs(places[:, None, :] - places[homes][None, :, :]).sum(axis=2) * 4 + rng.uniform(0, 1, (6, 4))
    return Problem.from_arrays(
        unit_ids=[f"u{i}" for i in range(6)],
        population=rng.integers(5, 15, 6),
        lead_ids=[f"h{j}" for j in range(4)],
        lead_unit=homes,
        minutes=minutes,
        edges=[(order[a], order[b]) for a, b in graph.edges],
        choose=rules.pop("choose", 2),
        **rules,
    )


def best_of_each_set(problem: Problem) -> dict[tuple[int, ...], float]:
    """Objective of the best of all plans with each set of leads."""
    found = {}
    for leads in itertools.combinations(range(problem.n_leads), problem.k_min):
        plans = (measure(problem, np.array(one)) for one in itertools.product(leads, repeat=problem.n_units))
        found[leads] = min((plan.objective for plan in plans if plan.holds), default=np.inf)
    return found


def test_prices_lie_around_what_all_plans_without_or_with_the_site_cost() -> None:
    problem = grid_city(balance=0.4, balance_price=20)
    lead = lead_positions(problem, solve(problem).assignment)
    told, own, sets = price_leads(problem, lead), measure(problem, lead).objective, best_of_each_set(problem)
    opened = np.unique(lead)
    assert told["in_plan"].tolist() == [True, True, False, False]
    for site, row in told.iterrows():
        at = problem.lead_position[site]
        true = min(cost for leads, cost in sets.items() if (at in leads) != row["in_plan"]) - own
        assert row["price_low"] <= true + 1e-6
        assert true <= row["price_high"] + 1e-6
        swapped = row["instead"].split(", ")
        assert all((problem.lead_position[name] in opened) != row["in_plan"] for name in swapped)


def test_a_site_that_must_lead_and_one_that_may_not_have_no_price() -> None:
    problem = grid_city(required=["h0"], forbidden=["h3"])
    told = price_leads(problem, lead_positions(problem, solve(problem).assignment))
    assert told.loc["h0", "no_price"] == "required"
    assert "h3" not in told.index


def test_where_no_other_set_is_left_no_plan_exists() -> None:
    """Two hospitals with a site each: neither can be spared."""
    problem = grid_city(choose=2, lead_hospital=["a", "b", "b", "b"])
    lead = lead_positions(problem, solve(problem).assignment)
    assert price_leads(problem, lead).loc["h0", "no_price"] == "none"


def test_where_every_site_leads_there_is_nothing_to_price() -> None:
    problem = grid_city(choose=None)
    assert price_leads(problem, lead_positions(problem, solve(problem).assignment)).empty


def test_beyond_the_work_budget_nothing_is_tried_and_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = grid_city()
    monkeypatch.setattr(site_prices, "SITE_WORK", 6 * 4 * 2)
    told = price_leads(problem, lead_positions(problem, solve(problem).assignment))
    assert told["no_price"].tolist() == ["", "not_tried", "not_tried", "not_tried"]


def test_as_many_processors_as_there_are_tell_the_same_reasons_and_prices(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reasons of units, prices of borders and of sites: with one thread and with two."""
    problem = grid_city(3, balance=0.3)
    lead = lead_positions(problem, solve(problem).assignment)

    def told() -> list[pd.DataFrame]:
        units = explain_placement(problem, lead)
        return [units, price_borders(problem, lead, units), price_leads(problem, lead)]

    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    alone = told()
    monkeypatch.delenv("OMP_NUM_THREADS")
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {0, 1}, raising=False)
    assert all(len(frame) > 2 for frame in alone)
    for one, two in zip(alone, told(), strict=True):
        pd.testing.assert_frame_equal(one, two)
