"""Why each unit is where it is, on the chessboard: the one square that is nearer to the other lead, and every other."""

from __future__ import annotations

import itertools
from dataclasses import replace

import networkx as nx
import pytest

from gridplan.grids.unit_reasons import explain_units
from gridplan.ground.joined import formulate_scopes, restrict_travel
from gridplan.solver.deadline import NEVER, Deadline
from gridplan.words.vocabulary import REASONS
from tests import board
from tests.checks.laid_out import lay_out, the_board

PRICE = 20.0
"""Of a resident beyond the tolerated 25 %, in minutes."""


def explained(lead_of_unit=None, *, deadline=NEVER, **grids):
    """Reasons on index unit_id for H1 and H2 leading, every square with the lead stated (by streets, the best plan)."""
    sections = {"grids": {"required_leads": ["H1", "H2"], "balance_price_min": PRICE, **grids}}
    plan = lay_out(the_board(), lead_of_unit or board.BY_STREET, **sections)
    within = restrict_travel(plan.travel, plan.layers.units.index, ["H1", "H2"])
    leads = plan.leads.loc[["H1", "H2"]]
    problems = formulate_scopes(plan.layers, plan.adjacency, within, leads, plan.case)
    return explain_units(plan, problems, deadline=deadline).set_index("unit_id")


def test_the_square_that_is_nearer_to_the_other_lead_stays_with_its_street():
    """u13 is 3 squares from H1 and 2 from H2; the four squares of S1 are 8 from H1 in all and 12 from H2: 1 min each."""
    told = explained()
    away = told[told["reason"] != "nearest"]
    assert away.index.tolist() == ["u13"]
    assert away.loc["u13", ["lead_id", "nearest_lead_id", "reason"]].tolist() == ["H1", "H2", "street"]
    said = away.loc["u13", "message_zh"]
    assert "近 1 分钟" in said
    assert "4 个单元 4,000 人若都划过去，平均每人多 1 分钟" in said
    assert "取消整体划入限制后重新划分，本单元会划入" in said
    assert "4 units (4,000 people) together would be 1 min longer each" in away.loc["u13", "message_en"]


def test_the_price_is_that_of_the_best_plan_with_the_street_over_there():
    """All 2^4 plans of the four streets without a lead, counted here."""
    drive = {
        u: {"H1": abs(x - 1) + y, "H2": abs(x - 4) + abs(y - 2)} for u in board.unit_ids() for y, x in [map(int, u[1:])]
    }
    streets = sorted({board.street_of(u) for u in board.unit_ids()})
    graph = nx.grid_2d_graph(4, 6)

    def cost(lead):
        loads = [sum(1000 for u in lead if lead[u] == own) for own in ("H1", "H2")]
        beyond = sum(max(load - 15_000, 0) + max(9_000 - load, 0) for load in loads)
        return sum(1000 * drive[u][lead[u]] for u in lead) + PRICE * beyond

    costs = {}
    for choice in itertools.product(["H1", "H2"], repeat=len(streets)):
        of = dict(zip(streets, choice, strict=True))
        lead = {u: of[board.street_of(u)] for u in board.unit_ids()}
        whole = all(
            nx.is_connected(graph.subgraph([(int(u[1]), int(u[2])) for u in lead if lead[u] == own]))
            for own in set(choice)
        )
        if lead["u01"] == "H1" and lead["u24"] == "H2" and whole:
            costs[choice] = (cost(lead), lead)
    best = min(costs.values(), key=lambda one: one[0])
    over_there = min((one for one in costs.values() if one[1]["u13"] == "H2"), key=lambda one: one[0])
    assert best[1] == board.BY_STREET
    told = explained().loc["u13"]
    assert told[["price_low", "price_high"]].tolist() == pytest.approx([over_there[0] - best[0]] * 2)
    others = sum(1000 for u in best[1] if over_there[1][u] != best[1][u]) - 1000
    assert told["dragged"] == others
    seconds = (over_there[0] - best[0]) / 24_000 * 60
    assert f"折合每位居民 {seconds:.1f} 秒的车程" in told["message_zh"]


def test_without_whole_streets_nobody_needs_another_reason_than_being_near():
    nearest = {
        u: "H1" if abs(x - 1) + y <= abs(x - 4) + abs(y - 2) else "H2"
        for u in board.unit_ids()
        for y, x in [map(int, u[1:])]
    }
    told = explained(nearest, keep_whole="none")
    assert set(told["reason"]) == {"nearest"}
    assert told.index.tolist() == board.unit_ids()
    assert told["price_high"].isna().all()


def test_what_the_deadline_left_open_is_said_in_words():
    told = explained(deadline=Deadline(0.0))
    one = told[told["reason"] == "untried"]
    assert len(one)
    assert one["message_zh"].str.contains("时间上限先到").all()
    assert one["message_en"].str.contains("the time limit came before").all()
    assert set(told["reason"]) <= set(REASONS)


def test_a_plan_that_nobody_asked_a_solver_for_has_no_reasons():
    plan = lay_out(the_board(), board.BY_STREET)
    assert explain_units(plan, ()).empty


def test_a_unit_without_grid_leaves_its_part_of_the_plan_unexplained():
    plan = lay_out(the_board(), {u: lead for u, lead in board.BY_STREET.items() if u != "u35"})
    problems = formulate_scopes(plan.layers, plan.adjacency, plan.travel, plan.leads, plan.case)
    assert explain_units(replace(plan), problems).empty


def test_every_reason_has_a_heading_in_both_languages():
    assert {
        "nearest",
        "full",
        "short",
        "street",
        "barrier",
        "bridge",
        "apart",
        "resources",
        "two",
        "lock",
        "home",
        "access",
        "chain",
        "untried",
    } == set(REASONS)
    assert all(text.zh and text.en for text in REASONS.values())
