"""Each argument of the contract does what it says, on cities small enough to check by eye."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from gridplan.solver.assignment import Assignment
from gridplan.solver.improving import sweep_move_price
from gridplan.solver.problem import Problem
from gridplan.solver.solver import improve, solve
from tests.solver.conftest import judge


def row_city(**changes):
    """Eight units in a row, 10 people each; sites p in 0, q in 3, r in 7; a minute a step.

    0 - 1 - 2 - 3 - 4 - 5 - 6 - 7
    p           q               r
    """
    at = np.arange(8.0)
    given = {
        "unit_ids": [f"u{i}" for i in range(8)],
        "population": np.full(8, 10.0),
        "lead_ids": ["p", "q", "r"],
        "lead_unit": [0, 3, 7],
        "minutes": np.abs(at[:, None] - at[[0, 3, 7]][None, :]),
        "edges": [(i, i + 1) for i in range(7)],
    }
    return Problem.from_arrays(**(given | changes))


def leads_of(solution) -> str:
    return "".join(solution.assignment.lead_of_unit[[f"u{i}" for i in range(8)]])


def test_nearest_units_without_limits():
    solution = solve(row_city())
    assert leads_of(solution) in ("ppqqqqrr", "ppqqqrrr")
    assert solution.status == "optimal"
    assert solution.terms["travel"] == 60


def test_choose_finds_the_best_pair_and_lists_every_k():
    solution = solve(row_city(choose=(1, 3)))
    assert solution.alternatives["k"].tolist() == [1, 2, 3]
    assert solution.objective == min(solution.alternatives["objective"])
    assert solve(row_city(choose=2)).assignment.lead_of_grid.tolist() == ["q", "r"]
    assert "p" in set(solve(row_city(choose=2, required=["p"])).assignment.lead_of_unit)
    assert "q" not in set(solve(row_city(choose=2, forbidden=["q"])).assignment.lead_of_unit)
    dear = solve(row_city(choose=2, lead_price=[0.0, 0.0, 1000.0]))
    assert set(dear.assignment.lead_of_unit) == {"p", "q"}


def test_one_site_a_hospital():
    solution = solve(row_city(choose=2, lead_hospital=["h", "g", "g"]))
    assert len(set(solution.assignment.lead_of_unit) & {"q", "r"}) == 1


def test_balance_is_hard_or_priced():
    hard = solve(row_city(choose=2, required=["p", "q"], balance=0.0))
    assert (leads_of(hard), hard.status) == ("pppqqqqq", "infeasible"), (
        "q's own unit is the fourth: three and five at best"
    )
    soft = solve(row_city(choose=2, required=["p", "r"], balance=0.1, balance_price=0.5))
    assert set(soft.terms) == {"travel", "opening", "balance"}
    assert soft.objective == pytest.approx(sum(soft.terms.values()))


def test_access_cap_is_explained_with_the_smallest_cap_that_could_hold():
    solution = solve(row_city(max_minutes=1.0))
    assert solution.status == "infeasible"
    (told,) = solution.explanation
    assert (told.limit_name, told.limit, told.measured, told.smallest_relaxation) == ("max_minutes", 1.0, 2.0, 2.0)
    priced = solve(row_city(max_minutes=1.0, max_minutes_price=3.0))
    assert priced.status == "optimal"
    assert priced.terms["access"] == 30.0


def test_wholes_locks_and_bars():
    assert leads_of(solve(row_city(whole=["", "", "", "", "s", "s", "s", "s"]))) == "ppqqrrrr"
    assert leads_of(solve(row_city(locked={"u5": "q"}))) == "ppqqqqrr"
    assert leads_of(solve(row_city(barred={"u4": ["q"]}))) == "ppqqrrrr"
    assert leads_of(solve(row_city(locked={"u6": "q"}))) == "ppqqqqqr"


def test_a_lock_behind_another_lead_is_explained():
    solution = solve(row_city(locked={"u1": "q", "u2": "p"}))
    assert solution.status == "infeasible"
    assert solution.explanation[0].limit_name == "locked"


def test_a_whole_in_pieces_is_kept_piece_by_piece():
    solution = solve(row_city(whole=["", "s", "", "", "", "s", "s", ""]))
    assert solution.status == "optimal"
    assert solution.explanation[0].note
    assert leads_of(solution)[5] == leads_of(solution)[6]


def test_an_island_without_a_candidate_is_served_and_explained():
    edges = [(i, i + 1) for i in range(7) if i != 4]
    solution = solve(row_city(edges=edges, choose=2, required=["p", "q"]))
    assert solution.status == "infeasible"
    assert solution.explanation[0].unit_ids == ("u5", "u6", "u7")
    assert len(solution.assignment.lead_of_unit) == 8


def test_unreachable_units_are_counted_apart():
    minutes = np.abs(np.arange(8.0)[:, None] - np.array([0, 3, 7])[None, :])
    minutes[5] = np.inf
    solution = solve(row_city(minutes=minutes))
    assert solution.status == "optimal"
    assert solution.terms["unreachable"] == 10 * 1440.0
    assert solution.explanation[0].unit_ids == ("u5",)
    assert np.isfinite(solution.objective)


def test_incumbent_moves_cost_and_compactness_counts_cut_edges():
    old = {f"u{i}": "p" if i < 3 else "r" if i == 7 else "q" for i in range(8)}
    stay = solve(row_city(incumbent=old, move_price=5.0))
    assert leads_of(stay) == "pppqqqqr"
    assert stay.terms["moved"] == 0
    assert solve(row_city(compactness_price=2.0)).terms["compactness"] == 4.0


def test_a_ceiling_spends_the_residents_who_may_change_where_most_is_saved():
    """u2 would save a minute a resident at q, u6 two at r; only one of them may change."""
    old = dict(zip([f"u{i}" for i in range(8)], "pppqqqqr", strict=True))
    solution = solve(row_city(incumbent=old, most_moved=10))
    assert leads_of(solution) == "pppqqqrr"
    assert solution.status == "optimal"
    assert leads_of(solve(row_city(incumbent=old, most_moved=9))) == "pppqqqqr"


def test_a_ceiling_below_what_the_rules_need_is_explained_with_the_least_that_must_change():
    """q's own unit is p's so far, and a lead's own unit lies in its grid."""
    old = dict(zip([f"u{i}" for i in range(8)], "ppppqqqr", strict=True))
    solution = solve(row_city(incumbent=old, most_moved=5))
    assert solution.status == "infeasible"
    said = {part.limit_name: part for part in solution.explanation}["most_moved"]
    assert (said.measured, said.limit, said.smallest_relaxation) == (10, 5, 10)
    assert solve(row_city(incumbent=old, most_moved=10)).status == "optimal"


def test_improve_moves_the_fewest_residents_and_a_sweep_trades_them():
    given = Assignment.from_leads(dict(zip([f"u{i}" for i in range(8)], "pqpqqqqr", strict=True)))
    repaired = improve(row_city(), given)
    assert repaired.status == "feasible"
    assert (repaired.assignment.lead_of_unit != given.lead_of_unit).sum() == 1
    curve = sweep_move_price(row_city(), given, [0.0, 50.0])
    assert curve["moved_residents"].is_monotonic_decreasing
    assert curve["minutes_saved"].iloc[0] >= curve["minutes_saved"].iloc[1]


def test_improve_gives_up_leads_that_the_rules_do_not_let_lead():
    """A unit is locked to r, which the given plan does not know; q's own unit is barred from q."""
    given = Assignment.from_leads(dict(zip([f"u{i}" for i in range(8)], "ppqqqqqq", strict=True)))
    assert set(improve(row_city(choose=2, locked={"u6": "r"}), given).assignment.lead_of_unit) >= {"r"}
    barred = improve(row_city(choose=2, barred={"u3": ["q"]}), given)
    assert set(barred.assignment.lead_of_unit) == {"p", "r"}


def test_balance_that_parts_of_the_map_exclude_is_explained_with_the_smallest_k():
    """A small bank of 2 units and a large one of 6: with k = 2 one grid has 20, the other 60 people."""
    problem = row_city(edges=[(i, i + 1) for i in range(7) if i != 1], choose=2, balance=0.25)
    solution = solve(problem)
    (told,) = solution.explanation
    assert told.limit_name == "balance"
    assert told.measured == pytest.approx(0.5)
    assert told.smallest_relaxation == pytest.approx(0.5)
    assert solution.bound is None
    for text in (told.message.zh, told.message.en):
        assert "50%" in text


def test_shares_within_the_limit_are_reported():
    share = np.ones((8, 3))
    share[0] = 0.5
    frame = solve(row_city(share_within=share)).alternatives
    assert frame["share_within"].iloc[0] == pytest.approx(7.5 / 8)
    assert np.isnan(solve(row_city()).alternatives["share_within"].iloc[0])


def test_a_time_limit_is_owned_up_to():
    assert not solve(row_city(choose=(1, 3)), time_limit_s=0.0).reproducible


def test_a_board_of_grids_is_connected_and_near_its_bound():
    """12 x 12 cells, 4 sites, within 10%: the judge counts with networkx."""
    rng = np.random.default_rng(4)
    cell = np.arange(144).reshape(12, 12)
    edges = np.concatenate(
        [
            np.column_stack([cell[:, :-1].ravel(), cell[:, 1:].ravel()]),
            np.column_stack([cell[:-1].ravel(), cell[1:].ravel()]),
        ]
    )
    at = np.column_stack(np.divmod(np.arange(144), 12)).astype(float)
    sites = rng.choice(144, 4, replace=False)
    problem = Problem.from_arrays(
        unit_ids=[str(i) for i in range(144)], population=rng.integers(50, 200, 144), lead_ids=list("abcd"), lead_unit=sites,
        minutes=np.abs(at[:, None, :] - at[None, sites, :]).sum(axis=2), edges=edges, balance=0.1,
    )  # fmt: skip
    solution = solve(problem, seed=2, effort=0.25)
    seen = judge(problem, solution.assignment.lead_of_unit)
    assert seen["connected"]
    assert seen["homes"]
    assert seen["deviation"] <= 0.1 + 1e-9
    assert solution.gap < 0.01


def test_importing_the_solver_does_not_load_numba():
    code = "import sys, gridplan.solver.solver, gridplan.solver.problem; sys.exit('numba' in sys.modules or 'highspy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_habits_keep_a_unit_with_its_hospital_where_they_are_worth_the_drive():
    """u2 is one minute from q and two from p. All of its residents use p: at 2 minutes each they stay, at half a minute they go."""
    habit = np.ones((8, 3))
    habit[2] = [1.0, 0.0, 0.0]
    assert leads_of(solve(row_city(habit=habit, habit_price=2.0))).startswith("pppq")
    assert leads_of(solve(row_city(habit=habit, habit_price=0.5))).startswith("ppqq")
