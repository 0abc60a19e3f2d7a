"""A problem made ready for search: limits, costs, blocked arcs, atoms."""

from __future__ import annotations

import numpy as np
import pytest

from gridplan.solver.instance import (
    build_instance,
    limits_for,
    unit_blocked,
    unit_components,
    unit_costs,
    unreachable_minutes,
)
from gridplan.solver.terms import measure
from tests.solver.test_rules import row_city


def test_hard_balance_narrows_the_limits_on_both_sides():
    """80 residents in two grids within 25%: 30 to 50, unless stated limits are narrower."""
    limits = limits_for(row_city(balance=0.25), 2)
    assert (limits.hard_low.tolist(), limits.hard_high.tolist()) == ([30.0] * 3, [50.0] * 3)
    assert limits.price == 0.0
    narrow = limits_for(row_city(balance=0.25, population_min=[35.0, 0.0, 0.0], population_max=45.0), 2)
    assert narrow.hard_low.tolist() == [35.0, 30.0, 30.0]
    assert narrow.hard_high.tolist() == [45.0] * 3


def test_soft_balance_has_a_price_on_both_sides_and_leaves_the_hard_limits():
    limits = limits_for(row_city(balance=0.25, balance_price=7.0), 2)
    assert (limits.soft_low.tolist(), limits.soft_high.tolist()) == ([30.0] * 3, [50.0] * 3)
    assert (limits.hard_low.tolist(), limits.hard_high.tolist()) == ([0.0] * 3, [80.0] * 3)
    assert limits.price == 7.0


def test_another_tolerance_replaces_the_problem_s_own():
    assert limits_for(row_city(balance=0.25), 2, 0.5).hard_low.tolist() == [20.0] * 3
    assert limits_for(row_city(balance=0.25), 4).hard_low.tolist() == [15.0] * 3
    assert limits_for(row_city(), 2).hard_low.tolist() == [0.0] * 3


def test_costs_of_a_unit_term_by_term():
    minutes = row_city().minutes.copy()
    minutes[2, 0] = np.inf
    problem = row_city(
        minutes=minutes, max_minutes=3.0, max_minutes_price=2.0, incumbent={"u2": "q"}, move_price=5.0
    )  # fmt: skip
    costs = unit_costs(problem)
    assert costs["travel"][2].tolist() == [0.0, 10.0, 50.0]
    assert costs["unreachable"][2].tolist() == [10 * 1440.0, 0.0, 0.0]
    assert costs["access"][2].tolist() == [20.0, 0.0, 20.0]
    assert costs["moved"][2].tolist() == [50.0, 0.0, 50.0]
    assert costs["moved"][3].tolist() == [0.0] * 3, "a unit without a lead loses none"


def test_a_day_or_ten_times_the_longest_drive_stands_for_no_way_at_all():
    assert unreachable_minutes(row_city()) == 1440.0
    assert unreachable_minutes(row_city(minutes=np.full((8, 3), 500.0))) == 5000.0


def test_arcs_are_blocked_by_locks_bars_caps_parts_and_missing_ways():
    edges = [(i, i + 1) for i in range(7) if i != 5]
    minutes = row_city().minutes.copy()
    minutes[4, 1] = np.inf
    problem = row_city(edges=edges, minutes=minutes, locked={"u1": "q"}, barred={"u2": ["p"]}, max_minutes=4.0)
    blocked = unit_blocked(problem, unit_components(problem))
    assert blocked[1].tolist() == [True, False, True]
    assert blocked[2].tolist() == [True, False, True]
    assert blocked[0].tolist() == [False, False, True], "r is on the other part, and 7 minutes away"
    assert blocked[6].tolist() == [True, True, False]
    assert blocked[4].tolist() == [False, True, True], "q is out of reach where p is not"
    priced = row_city(max_minutes=4.0, max_minutes_price=1.0)
    assert not unit_blocked(priced, unit_components(priced)).any()


def test_a_whole_is_one_atom_with_the_sums_of_its_units():
    instance = build_instance(row_city(whole=["", "", "", "", "", "s", "s", ""], compactness_price=2.0))
    assert instance.atom_of_unit.tolist() == [0, 1, 2, 3, 4, 5, 5, 6]
    assert instance.population[5] == 20.0
    assert instance.cost[5].tolist() == [110.0, 50.0, 30.0]
    near = instance.indices[instance.indptr[5] : instance.indptr[6]]
    assert near.tolist() == [4, 6]
    assert instance.edge_weight[instance.indptr[5] : instance.indptr[6]].tolist() == [2.0, 2.0]


def test_parallel_contacts_of_two_atoms_weigh_together():
    """u1 and u2 are whole, and so are u4 and u5; 1-4 and 2-5 touch as well as 3 between."""
    edges = [(i, i + 1) for i in range(7)] + [(1, 4), (2, 5)]
    instance = build_instance(row_city(whole=["", "a", "a", "", "b", "b", "", ""], edges=edges, compactness_price=1.0))
    at = slice(instance.indptr[1], instance.indptr[2])
    assert dict(zip(instance.indices[at].tolist(), instance.edge_weight[at].tolist(), strict=True)) == {
        0: 1,
        2: 1,
        3: 2,
    }


def test_homes_are_closed_to_other_open_leads_only():
    instance = build_instance(row_city())
    cost = instance.costs_of(np.array([0, 2]))
    assert cost[0, 0] == 0.0
    assert cost[0, 1] == pytest.approx(70.0 + instance.forbidding[0])
    assert cost[3].tolist() == [30.0, 40.0], "q's home is open: q does not lead"


def test_forbidden_and_locked_sites_are_not_usable():
    assert build_instance(row_city(choose=2, forbidden=["q"])).usable.tolist() == [True, False, True]
    assert build_instance(row_city(choose=2, locked={"u0": "q"})).usable.tolist() == [False, True, True]
    assert build_instance(row_city(choose=2, required=["r"], locked={"u4": "q"})).must == (1, 2)


def test_sites_of_one_hospital_or_one_home_conflict():
    instance = build_instance(row_city(choose=1, lead_hospital=["a", "b", "a"], lead_unit=[0, 0, 7]))
    assert [instance.conflicts(0, 1), instance.conflicts(0, 2), instance.conflicts(1, 2)] == [True, True, False]


def test_units_of_a_whole_are_one_atom_with_their_residents_and_costs_in_the_order_of_their_first():
    """u1 and u2 are whole s, u4 and u5 whole t: six atoms; u1 is 2 and u2 1 minute from q, for ten people each."""
    instance = build_instance(row_city(whole=["", "s", "s", "", "t", "t", "", ""]))
    assert instance.atom_of_unit.tolist() == [0, 1, 1, 2, 3, 3, 4, 5]
    assert instance.population.tolist() == [10, 20, 10, 20, 10, 10]
    assert instance.cost[1].tolist() == [30, 30, 110]
    assert instance.home.tolist() == [0, 2, 5]


def test_a_whole_in_two_pieces_is_two_atoms_and_that_is_said():
    """u1, u2 and u6 are one whole, but u6 touches neither."""
    instance = build_instance(row_city(whole=["", "s", "s", "", "", "", "s", ""]))
    assert instance.atom_of_unit.tolist() == [0, 1, 1, 2, 3, 4, 5, 6]
    assert [(note.limit_name, note.note) for note in instance.notes] == [("whole", True)]
    assert not build_instance(row_city(whole=["", "s", "s", "", "", "", "", ""])).notes


def test_a_whole_that_two_leads_need_is_dissolved():
    """Both p, in u0, and q, in u3, lead; or u1 is locked to p and u2 to q."""
    both = build_instance(row_city(whole=["s", "s", "s", "s", "", "", "", ""]))
    assert both.atom_of_unit.tolist() == list(range(8))
    locked = build_instance(row_city(whole=["", "s", "s", "", "", "", "", ""], locked={"u1": "p", "u2": "q"}))
    assert locked.atom_of_unit.tolist() == list(range(8))
    assert locked.fixed.tolist()[1:3] == [0, 1]
    one = build_instance(row_city(whole=["", "s", "s", "", "", "", "", ""], locked={"u1": "p"}))
    assert one.atom_of_unit.tolist() == [0, 1, 1, 2, 3, 4, 5, 6]
    assert one.fixed.tolist()[1] == 0


def test_a_toll_in_place_of_the_ceiling_makes_no_plan_within_it_dearer():
    """20 residents may change, at a toll of 3: a plan in which 20 do costs the same, with 10 less, with 30 more."""
    old = dict(zip([f"u{i}" for i in range(8)], "pppqqqqr", strict=True))
    problem = row_city(incumbent=old, most_moved=20.0)
    eased = build_instance(problem).tolled(3.0, 3).problem
    for plan, more in (("pppqqqqr", -60), ("ppqqqqqr", -30), ("ppqqqqrr", 0), ("ppqqqrrr", 30)):
        lead = np.array(["pqr".index(x) for x in plan])
        assert measure(eased, lead).objective - measure(problem, lead).objective == pytest.approx(more)
    assert build_instance(row_city()).tolled(3.0, 3).problem.change.price is None
