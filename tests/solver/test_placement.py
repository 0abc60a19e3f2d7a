"""Why a unit has its lead, and what its nearest would cost: held against all plans of small maps."""

from __future__ import annotations

import itertools

import networkx as nx
import numpy as np
import pytest

from gridplan.solver import placement
from gridplan.solver.activity import Activity
from gridplan.solver.improving import lead_positions
from gridplan.solver.placement import explain_placement, fix_leads
from gridplan.solver.problem import Problem
from gridplan.solver.solver import solve
from gridplan.solver.terms import measure


def line(*, minutes, population, homes, **rules) -> Problem:
    """Return units in a row, each touching the next."""
    n = len(population)
    return Problem.from_arrays(
        unit_ids=[f"u{i}" for i in range(n)], population=population, lead_ids=[f"h{j}" for j in range(len(homes))],
        lead_unit=homes, minutes=minutes, edges=[(i, i + 1) for i in range(n - 1)], **rules,
    )  # fmt: skip


def explained(problem, lead=None, **more):
    """Return the placement of the best plan, or of the one given."""
    if lead is None:
        lead = lead_positions(problem, solve(problem).assignment)
    return explain_placement(problem, np.asarray(lead), **more)


NEAR_THE_SECOND = [[0, 9], [1, 8], [5, 2], [9, 0]]
"""Drives of four units in a row to leads at both ends; the third is nearer to the second lead."""


def test_a_unit_with_its_nearest_lead_needs_no_other_reason():
    told = explained(line(minutes=NEAR_THE_SECOND, population=[10, 10, 10, 10], homes=[0, 3]))
    assert told["reason"].tolist() == ["nearest"] * 4
    assert told["nearest_lead_id"].tolist() == told["lead_id"].tolist() == ["h0", "h0", "h1", "h1"]
    assert told["second_lead_id"].tolist() == ["h1", "h1", "h0", "h0"]
    assert told["no_price"].eq("own").all()
    assert told[["price_low", "price_high", "dragged"]].isna().all(axis=None)


def test_a_full_grid_keeps_a_unit_out():
    """30 + 10 people are 60 % above the mean of 25; the unit stays 4 - 1 minutes longer away than it could."""
    problem = line(minutes=[[0, 9], [1, 8], [4, 1], [9, 0]], population=[10, 5, 10, 25], homes=[0, 3], balance=0.1)
    told = explained(problem)
    assert told.loc["u2", ["lead_id", "nearest_lead_id", "reason", "dropped"]].tolist() == [
        "h0",
        "h1",
        "full",
        "balance",
    ]
    assert told.loc["u2", "no_price"] in ("none", "not_found")


def test_what_a_grid_must_have_beside_residents_keeps_a_unit():
    """Only u2 and u3 have a clinic, and each grid must have one: without that, u2 goes to h1, which is nearer."""
    clinic = Activity("clinic", [0, 0, 1, 1], minimum=1)
    problem = line(minutes=NEAR_THE_SECOND, population=[10, 10, 10, 10], homes=[0, 3], activities=[clinic])
    told = explained(problem)
    assert told.loc["u2", ["lead_id", "nearest_lead_id", "reason", "dropped"]].tolist() == [
        "h0",
        "h1",
        "activities",
        "activities",
    ]
    assert told.loc["u2", "no_price"] in ("none", "not_found")


def test_a_soft_limit_gives_a_price():
    """The mean is 25, the band 22.5 to 27.5: with u2 over there 7.5 residents are above and as many below, at 100 each."""
    problem = line(
        minutes=[[0, 9], [1, 8], [4, 1], [9, 0]],
        population=[10, 5, 10, 25],
        homes=[0, 3],
        balance=0.1,
        balance_price=100,
    )
    told = explained(problem)
    assert told.loc["u2", "reason"] == "full"
    assert told.loc["u2", ["price_low", "price_high"]].tolist() == pytest.approx([15 * 100 - 30] * 2)
    assert told.loc["u2", "dragged"] == 0


def test_a_grid_that_would_be_too_small_keeps_its_unit():
    problem = line(minutes=[[0, 9], [4, 1], [9, 0]], population=[10, 10, 10], homes=[0, 2], population_min=[15, 0])
    assert explained(problem).loc["u1", ["reason", "dropped"]].tolist() == ["short", "balance"]


def test_units_that_stay_together_keep_one_that_alone_would_go():
    problem = line(
        minutes=[[0, 9], [1, 9], [3, 2], [9, 0]], population=[10, 10, 10, 10], homes=[0, 3], whole=["", "s", "s", ""]
    )
    told = explained(problem)
    assert told.loc["u2", ["reason", "dropped"]].tolist() == ["whole", "whole"]
    assert told.loc["u2", ["price_low", "dragged"]].tolist() == pytest.approx([80 - 10, 10])


def test_a_unit_that_touches_no_unit_of_a_grid_is_apart_from_it_and_no_plan_exists_beyond_a_barrier():
    """u1 lies between home and u2; it is nearer to h1, whose people are all on the far side of the river."""
    args = {
        "unit_ids": ["u0", "u1", "u2"], "population": [10, 10, 10], "lead_ids": ["h0", "h1"], "lead_unit": [0, 2],
        "minutes": [[0, 9], [5, 1], [9, 0]],
    }  # fmt: skip
    problem = Problem.from_arrays(**args, edges=[(0, 1)])
    over_the_river = explained(problem, barrier_edges=np.array([(1, 2)]))
    assert over_the_river.loc["u1", ["reason", "dropped", "no_price"]].tolist() == ["barrier", "barrier", "none"]
    assert explained(problem).loc["u1", ["reason", "dropped"]].tolist() == ["apart", "contiguity"]


def test_the_only_way_to_other_units_stays():
    """Without u1 the hundred people of u2, far from everybody else, would be cut off from h0."""
    problem = Problem.from_arrays(
        unit_ids=["u0", "u1", "u2", "u3"], population=[10, 10, 100, 10], lead_ids=["h0", "h1"], lead_unit=[0, 3],
        minutes=[[0, 9], [2, 1], [1, 20], [9, 0]], edges=[(0, 1), (1, 2), (1, 3)],
    )  # fmt: skip
    told = explained(problem)
    assert told.loc["u1", ["reason", "dropped"]].tolist() == ["bridge", "contiguity"]
    assert told.loc["u1", "dragged"] == 100
    assert told.loc["u1", "price_high"] == pytest.approx(100 * 19 - 10)


def test_locks_homes_and_hard_caps_need_no_trial():
    drives = [[0, 9], [3, 2], [9, 0]]
    people = [10, 10, 10]
    locked = explained(line(minutes=drives, population=people, homes=[0, 2], locked={"u1": "h0"}))
    assert locked.loc["u1", ["reason", "no_price"]].tolist() == ["locked", "none"]
    home = explained(line(minutes=[[3, 2], [9, 0]], population=[10, 10], homes=[0, 1]))
    assert home.loc["u0", ["reason", "no_price"]].tolist() == ["home", "none"]
    beyond = line(minutes=[[0, 9], [3, 2], [8, 6], [9, 0]], population=[10] * 4, homes=[0, 3], max_minutes=7, barred={"u2": ["h0"]},
                  whole=["", "", "", ""])  # fmt: skip
    assert explained(beyond).loc["u1", "reason"] == "nearest"


def test_a_plan_with_other_leads_keeps_its_objective_and_its_limits():
    problem = line(
        minutes=[[0, 5, 9], [4, 0, 5], [9, 4, 0]], population=[10, 20, 30], homes=[0, 1, 2], choose=2, lead_price=[7, 8, 9],
        balance=0.2, balance_price=3, incumbent={"u0": "h1"}, move_price=2,
    )  # fmt: skip
    lead = np.array([0, 2, 2])
    fixed = fix_leads(problem, np.array([0, 2]))
    assert fixed.lead_ids == ("h0", "h2")
    assert measure(fixed, np.array([0, 1, 1])).objective == pytest.approx(measure(problem, lead).objective)


def test_prices_are_tried_for_the_greatest_gain_first_as_far_as_the_budget_goes(monkeypatch):
    monkeypatch.setattr(placement, "FORCED_WORK", 4)
    problem = line(
        minutes=[[0, 9], [3, 2], [9, 1], [9, 0]], population=[10, 10, 10, 10], homes=[0, 3], population_min=[25, 0]
    )
    told = explained(problem, [0, 0, 0, 1])
    assert told.loc[["u1", "u2"], "no_price"].tolist() == ["not_tried", "not_found"]


@pytest.mark.parametrize("seed", range(12))
def test_reasons_and_prices_agree_with_all_plans_of_a_small_map(seed):
    rng = np.random.default_rng(seed)
    n, k = 7, int(rng.integers(2, 4))
    at = rng.uniform(0, 10, (n, 2))
    edges = [(i, j) for i, j in itertools.combinations(range(n), 2) if np.hypot(*(at[i] - at[j])) < 4.5]
    edges += [(i, i + 1) for i in range(n - 1) if (i, i + 1) not in edges]
    river = [e for e in edges if (at[e[0], 0] < 5) != (at[e[1], 0] < 5)][2:] if seed % 3 == 0 else []
    dry = [e for e in edges if e not in river]
    homes = rng.choice(n, k, replace=False)
    people, drive = rng.integers(1, 9, n).astype(float), rng.uniform(0, 20, (n, k))
    drive[homes, np.arange(k)] = 0
    whole = [f"s{i // 2}" if seed % 2 and i // 2 == 1 else "" for i in range(n)]
    problem = Problem.from_arrays(
        unit_ids=[f"u{i}" for i in range(n)], population=people, lead_ids=[f"h{j}" for j in range(k)], lead_unit=homes,
        minutes=drive, edges=dry, balance=0.15, balance_price=12.0, whole=whole,
    )  # fmt: skip
    solution = solve(problem)
    assert solution.status == "optimal"
    lead = lead_positions(problem, solution.assignment)
    told = explain_placement(problem, lead, barrier_edges=np.array(river, dtype=np.int64).reshape(-1, 2))

    def plans(dropped=()):
        """Every plan with its cost, cheapest first, counted without the solver's code."""
        graph = nx.Graph(dry + river if "barrier" in dropped else dry)
        mean = people.sum() / k
        found = []
        for label in itertools.product(range(k), repeat=n):
            label = np.array(label)
            if (label[homes] != np.arange(k)).any():
                continue
            if "contiguity" not in dropped and not all(
                nx.is_connected(graph.subgraph(np.flatnonzero(label == j).tolist())) for j in range(k)
            ):
                continue
            if "whole" not in dropped and any(
                whole[u] and whole[u] == whole[v] and label[u] != label[v] for u, v in dry
            ):
                continue
            load = np.bincount(label, weights=people, minlength=k)
            cost = float((people * drive[np.arange(n), label]).sum())
            if "balance" not in dropped:
                cost += 12.0 * float((np.maximum(load - 1.15 * mean, 0) + np.maximum(0.85 * mean - load, 0)).sum())
            found.append((cost, label))
        return sorted(found, key=lambda plan: plan[0])

    every = plans()
    best = every[0][0]
    assert solution.objective == pytest.approx(best)
    free = {name: plans(name.split("+"))[0][1] for name in set(told["dropped"]) if name}
    for i, row in enumerate(told.itertuples()):
        nearest = int(np.argmin(drive[i]))
        assert (row.reason == "nearest") == (nearest == lead[i])
        if row.dropped:
            assert free[row.dropped][i] == nearest
        costs = [cost for cost, label in every if label[i] == nearest]
        if row.no_price == "":
            assert row.price_low - 1e-6 <= costs[0] - best <= row.price_high + 1e-6
        elif row.no_price in ("none", "not_found"):
            assert not costs
