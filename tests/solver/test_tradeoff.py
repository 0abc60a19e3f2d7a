"""The curve from the least change to the free optimum, on a row of eight units whose plans can be counted by hand."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import pytest

from gridplan.solver.problem import Problem
from gridplan.solver.tradeoff import Step, elbow_of, trade_off

IN_FORCE = "ppppppqr"


def row(**changes: object) -> Problem:
    """Eight units in a row, 10 people each, a minute a step; sites p in 0, q in 6, r in 7; all lead.

    0 - 1 - 2 - 3 - 4 - 5 - 6 - 7
    p                       q   r
    """
    at = np.arange(8.0)
    given = {
        "unit_ids": [f"u{i}" for i in range(8)],
        "population": np.full(8, 10.0),
        "lead_ids": ["p", "q", "r"],
        "lead_unit": [0, 6, 7],
        "minutes": np.abs(at[:, None] - at[[0, 6, 7]][None, :]),
        "edges": [(i, i + 1) for i in range(7)],
        "incumbent": dict(zip([f"u{i}" for i in range(8)], IN_FORCE, strict=True)),
    }
    return Problem.from_arrays(**(given | changes))


def best_by_moved(problem: Problem) -> dict[int, float]:
    """Least objective of all connected plans by how many residents change lead, found by looking at every one."""
    best: dict[int, float] = {}
    for first, second in itertools.combinations(range(1, 8), 2):
        lead = "p" * first + "q" * (second - first) + "r" * (8 - second)
        if lead[6] != "q" or lead[7] != "r":
            continue
        at = ["pqr".index(x) for x in lead]
        cost = float((problem.population * problem.minutes[np.arange(8), at]).sum())
        moved = 10 * sum(a != b for a, b in zip(lead, IN_FORCE, strict=True))
        best[moved] = min(cost, best.get(moved, np.inf))
    return best


def test_the_curve_goes_from_no_change_to_the_free_optimum_and_every_step_is_the_best_of_its_kind() -> None:
    steps = trade_off([row()], points=8)
    best = best_by_moved(row())
    assert [step.moved for step in steps] == [0, 10, 20]
    assert [step.objective for step in steps] == [best[int(step.moved)] for step in steps] == [150, 110, 90]
    assert [step.gap for step in steps] == [0, 0, 0]


def test_the_objective_never_rises_with_the_residents_who_change_and_no_bound_lies_above_it() -> None:
    rng = np.random.default_rng(4)
    minutes = rng.uniform(1, 30, (8, 3))
    steps = trade_off([row(minutes=minutes, choose=(2, 3))], points=8)
    moved, objective = [step.moved for step in steps], [step.objective for step in steps]
    assert moved == sorted(set(moved))
    assert objective == sorted(set(objective), reverse=True)
    assert all(step.bound is not None and step.bound <= step.objective * (1 + 1e-9) for step in steps)


def test_a_ceiling_finds_the_plan_that_no_price_finds() -> None:
    """u5 saves 4 minutes a resident and u4 2; where u4 saves 2 and u5 must go with it and loses 1, only both or none pay by price."""
    minutes = np.abs(np.arange(8.0)[:, None] - np.array([0.0, 6.0, 7.0])[None, :])
    minutes[5, 1], minutes[4, 1], minutes[3, 1] = 4.5, 1.0, 1.0
    problem = row(minutes=minutes)
    best = best_by_moved(problem)
    assert (
        best[0] - best[10] < best[10] - best[20]
    )  # the second resident to change saves more: the first is under no price
    steps = trade_off([problem], points=8)
    assert {10.0, 20.0} <= {step.moved for step in steps}
    assert next(step for step in steps if step.moved == 10).price is None


def test_a_curve_of_two_problems_adds_up_and_uses_prices_alone() -> None:
    both = trade_off([row(), row()], points=8)
    assert (both[0].moved, both[-1].moved, both[-1].objective) == (0, 40, 180)
    assert all(step.ceiling is None for step in both)


def test_where_nothing_can_be_saved_the_curve_is_one_plan() -> None:
    steps = trade_off([row(incumbent=dict(zip([f"u{i}" for i in range(8)], "ppppqqqr", strict=True)))], points=8)
    assert [(step.moved, step.objective) for step in steps] == [(0, 90)]


@dataclass(frozen=True, eq=False)
class _Drawn(Step):
    """A step of which the residents and the minutes are all that is known."""

    travel: float = 0.0

    @property
    def terms(self) -> dict[str, float]:
        return {"travel": self.travel}


@pytest.mark.parametrize(
    ("steps", "elbow"),
    [
        ([(0, 100), (10, 20), (50, 0)], 1),
        ([(0, 100), (10, 95), (40, 10), (50, 0)], 2),
        ([(0, 100), (25, 50), (50, 0)], -1),
        ([(0, 100), (25, 90), (50, 0)], -1),
        ([(0, 100), (25, 50), (50, 100)], -1),
        ([(0, 100), (50, 0)], -1),
    ],
)
def test_the_elbow_is_the_step_whose_minutes_lie_farthest_below_the_straight_line(
    steps: list[tuple[int, int]], elbow: int
) -> None:
    drawn = [_Drawn(0.0, None, float(moved), 0.0, None, (), travel=float(travel)) for moved, travel in steps]
    assert elbow_of(drawn) == elbow
