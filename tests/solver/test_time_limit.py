"""The time limit is honoured in every loop: a slice of `python -m benchmarks.solve_time_limit`."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.solve_time_limit import KINDS, of_kind
from gridplan.solver.choose.local_search import SetBook, exchange, greedy_set
from gridplan.solver.deadline import NEVER, Deadline
from gridplan.solver.flow import run
from gridplan.solver.instance import build_instance, limits_for
from gridplan.solver.placement import explain_placement
from gridplan.solver.solver import improve, solve
from gridplan.solver.tradeoff import trade_off

# Seconds of work that may pass beyond the limit: the last chunk of a loop, then measuring and explaining.
BEYOND_S = 2.0


@pytest.mark.parametrize("kind", KINDS)
def test_a_large_problem_ends_soon_after_its_limit(kind):
    """1,500 units, 60 sites, 18 of them chosen, one second: without the limit each of them takes far longer."""
    solve(of_kind(kind, 100, 8, 3), effort=0.1)
    problem = of_kind(kind, 1500, 60, 18)
    start, work = time.monotonic(), time.process_time()
    solution = solve(problem, time_limit_s=1.0)
    took = time.monotonic() - start
    # Where other programs take the processor, seconds of work tell what was done after the limit.
    assert min(took, time.process_time() - work) <= 1.0 + BEYOND_S
    assert len(solution.assignment.lead_of_unit) == 1500
    assert solution.reproducible == (took < 1.0)
    if solution.status == "infeasible":
        assert any(not said.note for said in solution.explanation)


def test_leads_that_roam_end_soon_after_their_limit():
    problem = of_kind("hard balance", 300, 120, 12)
    run(of_kind("hard balance", 100, 50, 5), seed=0, effort=0.1, exact=False)
    work = time.process_time()
    assert not solve(problem, effort=10.0, time_limit_s=1.0).reproducible
    assert time.process_time() - work <= 1.0 + BEYOND_S


@pytest.fixture(scope="module")
def far_from_done():
    """300 units, 6 of 20 sites, and a plan of them that was stopped at once."""
    problem = of_kind("hard balance", 300, 20, 6)
    return problem, solve(problem, time_limit_s=0.0).assignment


def test_a_repair_ends_soon_after_its_limit(far_from_done):
    problem, plan = far_from_done
    work = time.process_time()
    repaired = improve(problem, plan, effort=10.0, time_limit_s=0.5)
    assert time.process_time() - work <= 0.5 + BEYOND_S
    assert not repaired.reproducible
    assert len(repaired.assignment.lead_of_unit) == 300


def test_each_plan_of_a_curve_ends_soon_after_its_limit(far_from_done):
    problem, _ = far_from_done
    work = time.process_time()
    steps = trade_off([problem], points=2, effort=10.0, time_limit_s=0.3)
    assert time.process_time() - work <= 3 * (0.3 + BEYOND_S)
    assert not any(part.reproducible for step in steps for part in step.solutions)


def test_reasons_end_soon_after_their_deadline_and_what_was_not_tried_is_said(far_from_done):
    problem, plan = far_from_done
    lead = np.array([problem.lead_position[j] for j in plan.lead_of_unit.loc[list(problem.unit_ids)]])
    for seconds in (0.0, 0.3):
        deadline = Deadline.after(seconds)
        work = time.process_time()
        told = explain_placement(problem, lead, deadline=deadline)
        assert time.process_time() - work <= seconds + BEYOND_S
        assert deadline.met
        away = told["lead_id"] != told["nearest_lead_id"]
        assert (told.loc[away, "reason"] == "untried").any()
        assert "chain" not in set(told["reason"])
        assert (told.loc[away, "no_price"] == "not_tried").any()


def test_the_exchange_of_sites_ends_when_its_time_is_over():
    instance = build_instance(of_kind("hard balance", 100, 12, 4))
    leads = greedy_set(instance, 4, None)
    late, free = (SetBook(instance, limits_for(instance.problem, 4), 80, at) for at in (Deadline(0.0), NEVER))
    assert exchange(late, leads) == leads
    assert list(late.value) == [leads]
    exchange(free, leads)
    assert len(free.value) > 1


def test_shares_of_a_deadline_are_told_to_the_whole():
    whole = Deadline.after(1000.0)
    half = whole.share(2)
    assert 400.0 < half.at - time.monotonic() < 501.0
    assert not half.share(2).over()
    assert not whole.met
    assert Deadline(0.0, half).over()
    assert half.met
    assert whole.met
    assert NEVER.share(2) is NEVER
    assert not NEVER.options
    assert not NEVER.over()
    assert np.isinf(Deadline.after(None).at)


def test_a_share_ends_when_nobody_wants_it_or_whoever_waits_for_the_whole_has_enough():
    said: list[str] = []
    whole = Deadline.after(None, lambda: "enough" in said)
    part = whole.share(3, lambda: "unwanted" in said)
    half = part.share(2)
    assert not half.over()
    said.append("unwanted")
    assert half.over()
    assert not whole.over()
    assert not whole.met, "what nobody wants is not seen: it makes nothing irreproducible"
    said[:] = ["enough"]
    assert half.over()
    assert whole.met
    assert NEVER.share(3, lambda: True).over()
    assert not NEVER.met


@pytest.mark.parametrize("processors", [1, 2])
def test_every_number_of_grids_has_its_share_of_the_time(processors, monkeypatch):
    """Three numbers at an effort for which the first alone takes longer: each is tried, and only the last ones to end meet the limit."""
    monkeypatch.setattr("os.sched_getaffinity", lambda _: set(range(processors)), raising=False)
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    problem = replace(of_kind("hard balance", 200, 12, 4), k_min=4, k_max=6)
    solution = solve(problem, effort=50.0, time_limit_s=3.0)
    assert solution.alternatives["k"].tolist() == [4, 5, 6]
    assert solution.alternatives["bound"].notna().all()
    assert not solution.reproducible
