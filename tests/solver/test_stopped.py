"""A search that somebody ends early returns the best plan of the numbers of grids it finished, and says what is proven of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from benchmarks.solve_time_limit import of_kind
from gridplan.solver.attempt import Result
from gridplan.solver.deadline import Deadline
from gridplan.solver.explain.stopped import STOPPED
from gridplan.solver.flow import _counted, _Tried, _unscaled_watch, run
from gridplan.solver.instance import limits_for
from gridplan.solver.problem import IntArray, Problem
from gridplan.solver.solution import BREAKS_A_RULE
from gridplan.solver.terms import measure


@pytest.fixture(scope="module")
def problem() -> Problem:
    """60 units, 2 to 5 of 8 sites."""
    return replace(of_kind("hard balance", 60, 8, 3), k_min=2, k_max=5)


@pytest.fixture
def one_processor(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")


def stopped_after(problem: Problem, count: int):
    heard: list[Result] = []
    deadline = Deadline.after(None, lambda: len(heard) >= count)
    return heard, run(problem, seed=0, effort=0.3, deadline=deadline, hear=heard.append)


@pytest.mark.usefixtures("one_processor")
def test_numbers_that_were_finished_count_and_the_one_at_work_does_not(problem: Problem):
    heard, solution = stopped_after(problem, 2)
    whole = run(replace(problem, k_max=3), seed=0, effort=0.3)
    assert solution.alternatives["k"].tolist() == [2, 3]
    assert solution.assignment.lead_of_unit.equals(whole.assignment.lead_of_unit)
    assert solution.alternatives.equals(whole.alternatives)
    assert (solution.reproducible, whole.reproducible) == (False, True)
    assert solution.bound is None, "4 and 5 grids were not tried: nothing is proven of the whole range"
    best = min(heard, key=lambda result: result.rank)
    said = next(part.message for part in solution.explanation if part.limit_name == STOPPED)
    assert "试了 2 到 3 个网格，没有试 4 到 5 个" in said.zh
    assert "numbers of grids tried: 2 to 3, not tried: 4 to 5" in said.en
    gap = (best.measures.objective - best.bound) / best.bound
    assert ("proven best" in said.en) if gap <= 1e-6 else (f"{gap:.2%}" in said.en)


@pytest.mark.usefixtures("one_processor")
def test_a_number_of_grids_that_was_being_sought_is_dropped_where_others_were_finished(problem: Problem):
    told: list[int] = []
    deadline = Deadline.after(None, lambda: 4 in told)
    solution = run(problem, seed=0, effort=0.3, deadline=deadline, watch=lambda k, *_: told.append(k))
    assert deadline.met, "it was noticed while 4 grids were sought"
    assert solution.alternatives["k"].tolist() == [2, 3]


@pytest.mark.usefixtures("one_processor")
def test_the_one_at_work_counts_where_all_that_were_finished_break_a_rule(problem: Problem):
    """No grid may have more than 0.45 of the residents: two cannot, three can."""
    told: list[int] = []
    bounded = replace(
        problem, balance=None, population_max=np.full(problem.n_leads, 0.45 * problem.total_population), k_max=4
    )
    deadline = Deadline.after(None, lambda: 3 in told)
    solution = run(bounded, seed=0, effort=0.3, deadline=deadline, watch=lambda k, *_: told.append(k))
    assert deadline.met
    assert solution.assignment.lead_of_unit.nunique() == 3
    assert solution.status not in BREAKS_A_RULE


def test_of_numbers_side_by_side_those_that_were_finished_count_whatever_was_cut_before_them(problem: Problem):
    def tried(k: int, feasible: bool, stopped: bool) -> _Tried:
        lead = np.zeros(problem.n_units, dtype=np.int64)
        return _Tried(Result(None, k, measure(problem, lead), None, False, feasible), stopped)  # type: ignore[arg-type]

    cut, cut_bad = tried(2, True, True), tried(5, False, True)
    whole, whole_bad = tried(3, True, False), tried(4, False, False)
    assert _counted([cut, whole, whole_bad, cut_bad]) == [whole, whole_bad]
    assert _counted([cut, whole_bad, cut_bad]) == [cut, whole_bad], "nothing that was finished holds the rules"
    assert _counted([cut_bad]) == [cut_bad], "there is always a plan"
    assert _counted([whole_bad, cut_bad]) == [whole_bad]


def test_somebody_who_has_enough_gets_the_numbers_that_were_finished(problem: Problem, monkeypatch):
    """With two at work at once, 2 grids are done first; whatever is at work then is dropped, and what was done at that moment is kept."""
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {0, 1}, raising=False)
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    heard, solution = stopped_after(problem, 1)
    assert heard[0].k == 2
    numbers = solution.alternatives["k"].tolist()
    assert numbers[0] == 2
    assert set(numbers) < {2, 3, 4, 5}
    assert not solution.reproducible
    whole = run(problem, seed=0, effort=0.3)
    left = whole.alternatives[whole.alternatives["k"].isin(numbers)].reset_index(drop=True)
    assert solution.alternatives.equals(left)


def test_of_a_plan_that_breaks_a_rule_nothing_is_said_to_be_proven(problem: Problem):
    far = replace(problem, max_minutes=float(np.median(problem.minutes)) / 20, k_min=2, k_max=2)
    solution = run(far, seed=0, effort=0.3, deadline=Deadline.after(None, lambda: True))
    assert solution.status in BREAKS_A_RULE
    (said,) = [part.message.en for part in solution.explanation if part.limit_name == STOPPED]
    assert "not proven" in said
    assert "proven best" not in said
    assert "%" not in said


def test_only_what_is_better_is_passed_on_in_the_numbers_of_the_problem():
    told: list[tuple[Any, ...]] = []
    watch = _unscaled_watch(lambda *one: told.append(one), 2.0)
    for one in (
        (3, 10.0, None, "a"),
        (3, 12.0, None, "b"),
        (3, None, 4.0, None),
        (3, None, 2.0, None),
        (3, 8.0, 3.0, "c"),
        (4, 12.0, 2.0, "d"),
        (4, 13.0, 3.0, "e"),
        (5, 0.0, 0.0, "f"),
    ):
        watch(*one)
    assert told == [
        (3, 5.0, None, "a"),
        (3, None, 2.0, None),
        (3, 4.0, None, "c"),
        (4, 6.0, 1.0, "d"),
        (4, None, 1.5, None),
        (5, 0.0, 0.0, "f"),
    ], "a plan that is no better is not passed on, though its floor is"


def test_one_that_is_stopped_at_once_has_a_plan_all_the_same(problem: Problem):
    one = replace(problem, k_min=3)
    solution = run(replace(one, k_max=3), seed=0, effort=0.3, deadline=Deadline.after(None, lambda: True))
    assert len(solution.assignment.lead_of_unit) == 60
    assert not solution.reproducible
    assert any(part.limit_name == STOPPED for part in solution.explanation) or solution.status == "optimal"


def test_what_a_time_limit_cut_is_said_as_such(problem: Problem):
    solution = run(problem, seed=0, effort=0.3, deadline=Deadline.after(0.0))
    said = [part.message.en for part in solution.explanation if part.limit_name == STOPPED]
    assert said
    assert said[0].startswith("The search ended at its time limit")


def test_a_search_that_ends_by_itself_says_nothing_of_it(problem: Problem):
    solution = run(replace(problem, k_max=2), seed=0, effort=0.3, deadline=Deadline.after(1000.0))
    assert not any(part.limit_name == STOPPED for part in solution.explanation)


def test_what_is_in_hand_falls_the_floor_rises_and_they_never_cross(problem: Problem):
    """Every value that is shown on the way is one that the end confirms: each objective is reached or bettered, no floor is above it."""
    told: list[tuple[int, float | None, float | None, IntArray | None]] = []
    heard: list[Result] = []
    run(problem, seed=0, effort=0.3, hear=heard.append, watch=lambda *one: told.append(one))
    assert {k for k, *_ in told} == {2, 3, 4, 5}
    for result in heard:
        values = [value for k, value, *_ in told if k == result.k and value is not None]
        floors = [floor for k, _, floor, _ in told if k == result.k and floor is not None]
        assert values == sorted(values, reverse=True)
        assert floors == sorted(floors)
        if result.feasible:
            assert min(values) >= result.measures.objective * (1 - 1e-9)
            assert max(floors, default=-np.inf) <= result.measures.objective * (1 + 1e-6)
    plans = [(k, value, lead) for k, value, _, lead in told if lead is not None]
    assert [value for _, value, _ in plans] == [value for _, value, *_ in told if value is not None]
    for k, value, lead in plans:
        seen = measure(problem, lead, limits_for(problem, k))
        assert seen.objective == pytest.approx(value, rel=1e-9), "the plan that is shown costs what is said of it"
