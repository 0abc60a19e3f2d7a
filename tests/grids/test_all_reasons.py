"""All reasons of a plan: those of its units, borders and sites, and cut short when nobody wants them."""

from __future__ import annotations

import pandas as pd
import pytest

from gridplan.grids.all_reasons import Reasons, find_reasons
from gridplan.grids.border_reasons import explain_borders
from gridplan.grids.site_reasons import explain_sites
from gridplan.grids.unit_reasons import explain_units
from gridplan.ground.joined import formulate_scopes, restrict_travel
from gridplan.proposal.building import with_reasons
from tests import board
from tests.checks.laid_out import lay_out, the_board


@pytest.fixture(scope="module")
def asked():
    """The board by streets, H1 and H2 leading, and what a solver would be asked."""
    plan = lay_out(the_board(), board.BY_STREET, grids={"required_leads": ["H1", "H2"], "balance_price_min": 20.0})
    within = restrict_travel(plan.travel, plan.layers.units.index, ["H1", "H2"])
    return plan, formulate_scopes(plan.layers, plan.adjacency, within, plan.leads.loc[["H1", "H2"]], plan.case)


def test_they_are_those_of_units_borders_and_sites(asked):
    plan, problems = asked
    found = find_reasons(plan, problems)
    units = explain_units(plan, problems)
    pd.testing.assert_frame_equal(found.units, units)
    apart = {**explain_borders(plan, problems, units), **explain_sites(plan, problems)}
    assert list(found.annexes) == list(apart)
    for name, annex in apart.items():
        pd.testing.assert_frame_equal(found.annexes[name], annex)
    assert not found.cut_short


def test_when_nobody_wants_them_nothing_more_is_tried(asked):
    found = find_reasons(*asked, lambda: True)
    assert found.cut_short
    assert set(found.units["reason"]) == {"nearest", "untried"}


def test_a_proposal_whose_reasons_were_cut_short_says_that_another_run_may_tell_more(board_proposal):
    units = board_proposal.reasons
    assert board_proposal.provenance.reproducible
    assert with_reasons(board_proposal, Reasons(units)).provenance.reproducible
    assert not with_reasons(board_proposal, Reasons(units, cut_short=True)).provenance.reproducible
