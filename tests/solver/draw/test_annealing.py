"""A start that is connected, and annealing that only ever betters it."""

from __future__ import annotations

import itertools

import networkx as nx
import numpy as np
import pytest

from gridplan.solver.draw.annealing import _carry_out, anneal, anneal_rounds, border_scale, build_task, first_labels
from gridplan.solver.draw.moves import MOST_CUT_OFF, load_state, new_state
from gridplan.solver.draw.pool import new_pool
from gridplan.solver.instance import build_instance, limits_for
from gridplan.solver.problem import Problem
from gridplan.solver.terms import measure
from tests.solver.draw.test_moves import board_task, columns
from tests.solver.test_rules import row_city


def test_the_first_plan_is_connected_and_holds_locks_by_a_corridor():
    """Unit 12, in the middle, is locked to c; wishes that lie apart are given to what touches them."""
    problem, task, graph = board_task(locked={"12": "c"})
    instance = build_instance(problem)
    wish = np.zeros(25, dtype=np.int64)
    wish[[2, 22]] = 2
    label = first_labels(instance, np.arange(3), task, np.zeros(3), wish)
    for d, home in enumerate((0, 4, 24)):
        inside = np.flatnonzero(label == d).tolist()
        assert home in inside
        assert nx.is_connected(graph.subgraph(inside))
    assert label[12] == 2
    assert label[2] != 2, "apart from c's home"


def test_a_part_without_a_lead_goes_to_one_lead_as_one_piece():
    problem = row_city(edges=[(i, i + 1) for i in range(7) if i != 4], choose=2, required=["p", "q"])
    instance, leads = build_instance(problem), np.array([0, 1])
    task = build_task(instance, leads, limits_for(problem, 2), 0)
    label = first_labels(instance, leads, task, np.zeros(2))
    assert label[5:].tolist() == [1, 1, 1], "q is nearer to all three"
    assert task.frozen[5:].all()


def test_pinned_atoms_are_joined_to_their_lead():
    problem, task, graph = board_task()
    label = first_labels(build_instance(problem), np.arange(3), task, np.zeros(3), pins=((2, 2),))
    assert label[2] == 2
    assert nx.is_connected(graph.subgraph(np.flatnonzero(label == 2).tolist()))


def test_annealing_betters_the_start_and_tells_what_the_plan_costs():
    problem, task, graph = board_task()
    nearly_all_to_c = np.full(25, 2, dtype=np.int64)
    nearly_all_to_c[[0, 4]] = 0, 1
    once = anneal_rounds(task, nearly_all_to_c, seed=1, proposals=30_000, rounds=1)
    assert once.cost == pytest.approx(measure(problem, once.label).objective)
    assert once.cost < 0.7 * measure(problem, nearly_all_to_c).objective
    draft = anneal_rounds(task, columns(), seed=1, proposals=60_000, rounds=2)
    lead = draft.label
    told = measure(problem, lead)
    assert draft.cost == pytest.approx(told.objective)
    assert draft.cost <= measure(problem, columns()).objective
    assert told.apart == {}
    for d in range(3):
        assert nx.is_connected(graph.subgraph(np.flatnonzero(lead == d).tolist()))
    again = anneal_rounds(task, columns(), seed=1, proposals=60_000, rounds=2)
    assert again.label.tolist() == lead.tolist()


def test_annealing_seeks_hard_limits_from_both_sides():
    """Hard within a tenth of 108.33: the columns have 130, 72 and 123."""
    problem, task, _ = board_task(balance_price=None)
    start = measure(problem, columns())
    assert start.beyond.min() > 0 or (start.beyond > 0).sum() >= 2
    draft = anneal_rounds(task, columns(), seed=2, proposals=60_000, rounds=2)
    assert draft.beyond == pytest.approx(0.0, abs=1e-6)
    assert measure(problem, draft.label).holds


@pytest.mark.parametrize("looks", [[2_500], [1, 137, 1_000, 1_001, 2_000]])
def test_looks_at_the_deadline_change_no_move(looks):
    """Moves made in one call are those made in several, wherever these end between two changes of the prices."""
    _, task, _ = board_task(balance_price=None)

    def anneal_in(ends: list[int]) -> tuple[list[int], list[float], list[float]]:
        state, best, price = new_state(25, 3, 4, 5, len(task.rate)), columns().copy(), np.full(4, 3.0)
        log, memory = np.empty(25, np.int64), np.array([np.inf, np.inf, 0.0, 20.0, 26.0])
        for first, last in itertools.pairwise([0, *ends, 6_000]):
            anneal(
                task, state, price, np.full(4, 3.0), 0.9995, first, last, 6_000, best, log, memory, 1e-6, new_pool(1, 1)
            )
        return best.tolist(), price.tolist(), memory.tolist()

    whole = anneal_in([])
    assert whole[0] != columns().tolist(), "nothing moved"
    assert anneal_in(looks) == whole


def test_the_scale_is_the_usual_change_at_a_border():
    """In the row, u1 | u2 is the border: u1 costs 10 more with q, u2 ten more with p."""
    problem = row_city(choose=2, required=["p", "q"])
    task = build_task(build_instance(problem), np.array([0, 1]), limits_for(problem, 2), 0)
    assert border_scale(task, np.array([0, 0, 1, 1, 1, 1, 1, 1])) == pytest.approx(10.0)
    assert border_scale(task, np.ones(8, dtype=np.int64)) == 1.0


def test_no_more_change_lead_than_may():
    """The columns are in force, the nearest lead is another for half of the board; at most 30 residents may change."""
    held = {str(unit): "abc"[d] for unit, d in enumerate(columns())}
    problem, task, _ = board_task(incumbent=held, most_moved=30.0, balance=None, balance_price=None)
    start = first_labels(build_instance(problem), np.arange(3), task, np.zeros(3))
    assert measure(problem, start).moved_beyond > 0
    draft = anneal_rounds(task, start, seed=3, proposals=200_000, rounds=2)
    told = measure(problem, draft.label)
    assert (draft.beyond, told.moved_beyond) == (0, 0)
    assert told.objective < measure(problem, columns()).objective
    assert draft.cost == pytest.approx(told.objective)


def test_a_chain_in_which_units_travel_along_again_and_again_has_room():
    """A hub with two arms of ten goes to a second lead, then the first units of both arms, in turn, to a third: 41 moves of 24 units."""
    west, east, north, hub = range(4)
    arms = [list(range(4, 14)), list(range(14, 24))]
    edges = [(west, hub), (hub, east), (east, north)]
    for arm in arms:
        edges += [(hub, arm[0]), (arm[0], north), *itertools.pairwise(arm)]
    problem = Problem.from_arrays(
        unit_ids=[str(i) for i in range(24)],
        population=np.ones(24),
        lead_ids=list("wen"),
        lead_unit=[west, east, north],
        minutes=np.ones((24, 3)),
        edges=edges,
    )
    task = build_task(build_instance(problem), np.arange(3), limits_for(problem, 3), 0)
    state = new_state(24, 3, 4, 1)
    load_state(task, state, np.array([0, 1, 2, *[0] * 21]))
    units, targets = np.array([hub, arms[0][0], arms[1][0]]), np.array([1, 2, 2])
    touched, piece = np.array([0, 1, 2, 0, 0, 0]), np.empty(MOST_CUT_OFF, np.int64)
    carry_out = getattr(_carry_out, "py_func", _carry_out)  # in Python no write goes beyond an array unnoticed
    moved, _ = carry_out(task, state, np.zeros(4), units, targets, 3, touched, 3, piece, np.inf)
    assert moved == 41
    assert state.label.tolist() == [0, 1, 2, 1, *[2] * 20]
