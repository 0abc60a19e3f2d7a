"""Numbers of grids are solved side by side, and give the same however many are at work at once."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.instances.hard import counties, street_map
from benchmarks.solve_time_limit import of_kind
from gridplan.solver import flow
from gridplan.solver.attempt import Result
from gridplan.solver.flow import run
from gridplan.solver.instance import Instance
from gridplan.solver.problem import Problem
from gridplan.solver.solution import Solution
from tests.solver.test_rules import row_city


def few_whole_grids() -> Problem:
    return replace(counties(18, 4, 3), k_min=3, k_max=5)


def sites_in_one_whole() -> Problem:
    """Three sites stand in one whole, which is dissolved where three grids are asked for."""
    return row_city(choose=(1, 3), whole=["w"] * 8)


def hopeless() -> Problem:
    """No grid may have more than a tenth of the residents: four grids cannot hold it, and what keeps them from it is confirmed."""
    problem = of_kind("hard balance", 30, 6, 3)
    return replace(problem, population_max=np.full(6, 0.1 * problem.total_population), balance=None, k_min=3, k_max=4)


def small_people() -> Problem:
    """Solved at a thousand times its residents."""
    problem = of_kind("priced balance", 60, 8, 3)
    return replace(
        problem, population=problem.population / 4096, population_max=problem.population_max / 4096, k_min=2, k_max=4
    )


CASES = {
    "streets": lambda: street_map(120, 24, 8, (2, 5), 5),
    "whole grids": few_whole_grids,
    "wholes": sites_in_one_whole,
    "hopeless": hopeless,
    "small people": small_people,
}


def solved_by(processors: int, problem: Problem, monkeypatch) -> tuple[Solution, list[int]]:
    monkeypatch.setattr("os.sched_getaffinity", lambda _: set(range(processors)), raising=False)
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    heard: list[Result] = []
    return run(problem, seed=3, effort=0.2, hear=heard.append), [result.k for result in heard]


@pytest.mark.parametrize("case", CASES)
def test_one_processor_or_three_find_the_same(case, monkeypatch):
    problem = CASES[case]()
    alone, heard_alone = solved_by(1, problem, monkeypatch)
    beside, heard_beside = solved_by(3, problem, monkeypatch)
    assert heard_alone == heard_beside == alone.alternatives["k"].tolist()
    assert alone.assignment.lead_of_unit.equals(beside.assignment.lead_of_unit)
    assert alone.outcome == beside.outcome
    assert alone.alternatives.equals(beside.alternatives)
    assert alone.alternative_units.equals(beside.alternative_units)
    assert alone.reproducible
    assert beside.reproducible


def test_two_numbers_are_at_work_at_once_and_heard_one_by_one(monkeypatch):
    at_work: set[str] = set()
    hearing = threading.Lock()

    def watch(*_news) -> None:
        assert hearing.acquire(blocking=False), "another thread is heard"
        at_work.add(threading.current_thread().name)
        time.sleep(0.005)
        hearing.release()

    monkeypatch.setattr("os.sched_getaffinity", lambda _: {0, 1}, raising=False)
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    run(street_map(120, 24, 8, (2, 5), 5), seed=0, effort=0.2, watch=watch)
    assert len(at_work) == 2


def test_each_number_has_steps_of_its_own(monkeypatch):
    """Steps of programs that all numbers take together would make one depend on which others were solved before it."""
    seen: list[Instance] = []
    solve_one = flow.solve_for
    monkeypatch.setattr(
        flow, "solve_for", lambda instance, k, **how: (seen.append(instance), solve_one(instance, k, **how))[1]
    )
    run(few_whole_grids(), seed=0, effort=0.05)
    assert len({id(instance.steps) for instance in seen}) == len(seen) == 3


@pytest.mark.long
def test_what_a_number_takes_does_not_depend_on_the_others(monkeypatch):
    """With others before it, a number gives what it gives alone."""
    problem = few_whole_grids()
    together, _ = solved_by(1, problem, monkeypatch)
    for k in (3, 5):
        alone, _ = solved_by(1, replace(problem, k_min=k, k_max=k), monkeypatch)
        row = together.alternatives[together.alternatives["k"] == k].reset_index(drop=True)
        assert alone.alternatives.equals(row)
