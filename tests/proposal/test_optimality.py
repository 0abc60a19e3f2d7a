"""How far a plan can be from the best, in words that never promise more than is proven."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gridplan.proposal.optimality import describe_gap
from gridplan.solver.solution import Outcome


@pytest.mark.parametrize(
    ("gap", "told"), [(0.00661, "0.67%"), (0.0066, "0.66%"), (1e-9, "0.01%"), (0.0, "0.00%"), (-1e-12, "0.00%")]
)
def test_a_gap_is_rounded_up(board_proposal, gap, told):
    objective = replace(board_proposal.objective, status="feasible", gap=gap)
    assert told in describe_gap(objective).en
    assert told in describe_gap(objective).zh


def test_what_is_not_proven_is_not_said(board_proposal):
    base = board_proposal.objective
    assert "not proven" in describe_gap(replace(base, status="feasible", gap=None)).en
    assert "cannot all hold" in describe_gap(replace(base, status="infeasible")).en
    assert "nor is it proven" in describe_gap(replace(base, status="unknown", gap=None)).en
    assert "given" in describe_gap(replace(base, status="given")).en
    assert "no plan under these rules is better" in describe_gap(replace(base, status="optimal", gap=0.0)).en


def test_what_is_proven_says_what_it_leaves_out():
    """Change is in the objective where it has a price; members and supply never are."""
    outcome = Outcome(value=1.0, terms={"travel": 1.0}, bound=1.0, gap=0.0, status="optimal")
    assert "变动" in describe_gap(outcome).zh
    assert "change" in describe_gap(outcome).en
    priced = replace(outcome, terms={"travel": 1.0, "moved": 0.0})
    assert "变动" not in describe_gap(priced).zh
    assert "members, supply" in describe_gap(priced).en
