"""A plan in hand is repaired with few residents moved, and moving more has a price."""

from __future__ import annotations

import pytest

from gridplan.solver.assignment import Assignment
from gridplan.solver.improving import lead_positions, sweep_move_price
from gridplan.solver.solver import improve
from gridplan.words.errors import AssignmentError
from tests.solver.test_rules import leads_of, row_city


def test_a_repair_keeps_the_leads_it_may_keep_and_moves_few():
    given = Assignment.from_leads(dict(zip([f"u{i}" for i in range(8)], "ppppqqqq", strict=True)).copy() | {"u3": "q"})
    repaired = improve(row_city(choose=(1, 3)), given)
    assert set(repaired.assignment.lead_of_unit) == {"p", "q"}
    assert leads_of(repaired) == "pppqqqqq"
    assert repaired.bound is None
    assert repaired.terms["travel"] == 10.0 * (0 + 1 + 2 + 0 + 1 + 2 + 3 + 4)


def test_moving_residents_is_paid_for_and_priced():
    given = Assignment.from_leads(dict(zip([f"u{i}" for i in range(8)], "pppqqqqr", strict=True)))
    curve = sweep_move_price(row_city(), given, [0.0, 100.0])
    assert curve["moved_residents"].tolist()[1] == 0.0
    assert curve["minutes_saved"].tolist() == [30.0, 0.0]
    assert curve["mean_minutes"].tolist() == [0.75, 1.125]


def test_plans_of_other_units_are_refused():
    some = Assignment.from_leads({"u0": "p", "x": "q"})
    with pytest.raises(AssignmentError, match="1 unknown and 7 missing"):
        lead_positions(row_city(), some)
    whole = Assignment.from_leads({f"u{i}": "s" if i else "p" for i in range(8)})
    assert lead_positions(row_city(), whole).tolist() == [0] + [-1] * 7


def test_a_lead_in_force_stays_though_another_plan_would_move_nobody():
    """p leads u0, where nobody lives, and is dear: without it nobody would move and much be saved; it still leads."""
    given = Assignment.from_leads({f"u{i}": "q" if i else "p" for i in range(8)})
    empty = [0.0] + [10.0] * 7
    repaired = improve(row_city(choose=(1, 3), population=empty, lead_price=[1000.0, 0.0, 0.0]), given)
    assert set(repaired.assignment.lead_of_unit) == {"p", "q"}
