"""What a plan costs and breaks, recomputed by hand on eight units in a row."""

from __future__ import annotations

import numpy as np
import pytest

from gridplan.solver.instance import limits_for
from gridplan.solver.terms import measure, moved_residents
from tests.solver.test_rules import row_city

PPQQQQRR = np.array([0, 0, 1, 1, 1, 1, 2, 2])
"""p 0-1, q 2-5, r 6-7: 20, 40 and 20 residents of a mean of 80 / 3; 1 + 1 + 0 + 1 + 2 + 1 minutes for ten people each."""


def test_travel_is_residents_times_minutes():
    measures = measure(row_city(), PPQQQQRR)
    assert measures.terms == {"travel": 60.0, "opening": 0.0}
    assert measures.load.tolist() == [20.0, 40.0, 20.0]
    assert measures.deviation.tolist() == pytest.approx([0.25, 0.5, 0.25])
    assert measures.holds


def test_soft_balance_counts_grids_that_are_too_large_and_those_that_are_too_small():
    """Within 20%: 21.33 to 32. q is 8 over, p and r are 1.33 under each."""
    problem = row_city(balance=0.2, balance_price=3.0)
    assert measure(problem, PPQQQQRR).terms["balance"] == pytest.approx(3.0 * (8.0 + 2 * 4.0 / 3.0))
    even = measure(row_city(balance=0.5, balance_price=3.0), PPQQQQRR)
    assert even.terms["balance"] == 0.0


def test_hard_balance_is_no_term_but_breaks_the_plan_on_both_sides():
    measures = measure(row_city(balance=0.2), PPQQQQRR)
    assert "balance" not in measures.terms
    assert measures.beyond.tolist() == pytest.approx([4 / 3, 8.0, 4 / 3])
    assert not measures.holds
    assert measures.outside == pytest.approx(8.0 + 8 / 3)


@pytest.mark.parametrize(
    ("limits", "beyond"), [({"population_max": 35.0}, [0, 5, 0]), ({"population_min": 25.0}, [5, 0, 5])]
)
def test_smallest_and_largest_populations(limits, beyond):
    assert measure(row_city(**limits), PPQQQQRR).beyond.tolist() == beyond


def test_each_cut_edge_is_counted_once():
    assert measure(row_city(compactness_price=7.0), PPQQQQRR).terms["compactness"] == 14.0
    doubled = row_city(compactness_price=7.0, edges=[(i, i + 1) for i in range(7)] + [(2, 1), (5, 6)])
    assert measure(doubled, PPQQQQRR).terms["compactness"] == 14.0


def test_opening_and_access_and_moves():
    problem = row_city(
        lead_price=[1.0, 2.0, 4.0], max_minutes=1.0, max_minutes_price=5.0, move_price=2.0,
        incumbent={"u0": "p", "u1": "q", "u7": "q"},
    )  # fmt: skip
    terms = measure(problem, PPQQQQRR).terms
    assert terms["opening"] == 7.0
    assert terms["access"] == 10 * 5.0, "u5 alone lies two minutes from q"
    assert terms["moved"] == 2 * 10 * 2.0
    assert moved_residents(problem, PPQQQQRR) == 20.0
    assert measure(problem, np.where(PPQQQQRR == 2, 1, PPQQQQRR)).terms["opening"] == 3.0


def test_units_apart_from_their_lead_are_stranded():
    """u2 and u1 changed over: u1 is apart from q, and u2 from p."""
    measures = measure(row_city(), np.array([0, 1, 0, 1, 1, 1, 2, 2]))
    assert {lead: units.tolist() for lead, units in measures.apart.items()} == {0: [2], 1: [1]}
    assert measures.stranded == 20.0
    assert not measures.holds


def test_a_lead_outside_its_own_grid_loses_all_of_it():
    measures = measure(row_city(), np.array([1, 1, 1, 0, 0, 1, 2, 2]))
    assert measures.apart[0].tolist() == [3, 4]
    assert measures.apart[1].tolist() == [0, 1, 2, 5]


def test_a_whole_in_two_grids_is_broken():
    assert measure(row_city(whole=["", "a", "a", "", "b", "b", "", ""]), PPQQQQRR).split_wholes == (0,)


def test_forbidden_arcs_and_unreachable_units():
    minutes = row_city().minutes.copy()
    minutes[7] = np.inf
    measures = measure(row_city(minutes=minutes, barred={"u1": ["p"]}), PPQQQQRR)
    assert measures.blocked_units.tolist() == [1]
    assert measures.terms["unreachable"] == 10 * 1440.0
    assert "unreachable" not in measure(row_city(), PPQQQQRR).terms


def test_a_plan_of_too_few_grids_holds_no_rules() -> None:
    """Three sites have to lead; one grid of all units is connected and around its lead, and no plan for them."""
    problem = row_city()
    measures = measure(problem, np.zeros(8, dtype=np.int64), limits_for(problem, 3))
    assert not measures.apart
    assert measures.unled == 2
    assert not measures.holds
    whole = measure(problem, np.array([0, 0, 1, 1, 1, 1, 2, 2]), limits_for(problem, 3))
    assert whole.holds
    assert whole.rank < measures.rank


def test_a_plan_that_breaks_one_rule_alone_does_not_hold():
    """Each of these breaks one of the rules that residents do not measure."""
    for changes in (
        {"barred": {"u5": ["q"]}},
        {"whole": ["", "w", "w", "", "", "", "", ""]},
        {"edges": [(0, 1), (2, 3), (3, 4), (6, 7), (1, 2)]},
    ):
        assert not measure(row_city(**changes), PPQQQQRR).holds, changes
    assert measure(row_city(), PPQQQQRR).holds
    assert not measure(row_city(choose=2), PPQQQQRR, limits_for(row_city(choose=2), 2)).holds, (
        "three grids where two are wanted"
    )


def test_a_plan_that_holds_ranks_before_a_cheaper_one_that_does_not():
    """In the balance of 0.2 no plan of these has the right loads: 40, then 70 residents of one grid are outside."""
    good = measure(row_city(), PPQQQQRR)
    lopsided = np.array([0, 1, 1, 1, 1, 1, 1, 2])
    some, more = measure(row_city(balance=0.2), PPQQQQRR), measure(row_city(balance=0.2), lopsided)
    assert good.rank < some.rank < more.rank
    assert good.rank == (0, 0.0, good.objective)
    assert some.rank == (1, pytest.approx(8.0 + 8 / 3), some.objective)
