"""The review pages of whole cities and a county, opened without network: quiet, accessible, inside their paper, and right about edits."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import gridplan as gp
from gridplan.pipeline import revise
from gridplan.proposal.edits import Edits
from gridplan.proposal.proposal import proposal_digest
from tests.independent import runs
from tests.outputs.map.conftest import SCREEN, watch
from tests.outputs.map.test_accessibility import AXE, violations
from tests.outputs.map.test_browser import outside_of_paper
from tests.outputs.map.test_live_rules import musts_of, musts_of_page, random_edits

pytestmark = [pytest.mark.browser, pytest.mark.shared_data]
YUNXIU = Path(__file__).resolve().parents[2] / "data" / "yunxiu" / "case.toml"
N_EDITS = 6


@pytest.fixture(scope="module", params=["binhai", "yunxiu", "wuhan"])
def folder(request, shared_data, tmp_path_factory):
    """The folder of a proposal, as the command line made it."""
    if request.param == "yunxiu":
        out = tmp_path_factory.mktemp("yunxiu")
        runs.gridplan("plan", YUNXIU, "-o", out / "proposal", cwd=out)
        return out / "proposal"
    return runs.planned(request.param, tmp_path_factory).folder


@pytest.fixture
def page(chromium, folder):
    """The page of the folder; its policy is set aside, so that axe may run in it."""
    context = chromium.new_context(offline=True, bypass_csp=True, **SCREEN)
    yield watch(context, folder / "map.html")
    context.close()


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: npm ci")
def test_axe_is_content_in_every_state_and_the_console_is_empty(page):
    assert violations(page) == {}
    assert page.complaints == []
    assert all(address.startswith(("file:", "data:", "blob:")) for address in page.requests)


def test_the_printed_sheets_lie_inside_their_paper(page):
    """On A3 and on A4 across, the proposal by grids and by minutes, then with edits: at most three sheets, the first full of nothing that lies outside it."""
    for state in ("grids", "minutes", "edits"):
        page.emulate_media(media="null")
        page.set_viewport_size(SCREEN["viewport"])
        if state == "edits":
            page.click("[data-tab=edit]")
            page.evaluate("gridplan.edit.move([0, 1, 2, 3], 1)")
        else:
            page.click(f"[data-mode={state}]")
        for paper in ("A3", "A4"):
            sheets = page.pdf(format=paper, landscape=True, print_background=True).count(b"/Type /Page\n")
            assert 1 <= sheets <= 3, (state, paper)
        page.evaluate("gridplan.buildSheet()")
        page.emulate_media(media="print")
        page.set_viewport_size({"width": 1587, "height": 1122})
        assert outside_of_paper(page) == [], state


def test_random_edits_come_to_what_revise_says(page, folder):
    """Musts exactly; residents, and means and shares of units, as finely as the page keeps them: tenths, hundredths of a minute, thousandths."""
    proposal = gp.read_proposal(folder)
    rng = np.random.default_rng(3)
    page.click("[data-tab=edit]")
    for _ in range(N_EDITS):
        moves, leads = random_edits(proposal, rng)
        shown, unchecked = musts_of_page(page, proposal, moves, leads)
        revised = revise(proposal, Edits(proposal_digest(proposal), moves=moves, leads=leads))
        assert shown == {must for must in musts_of(revised) if must[0] not in unchecked}, (moves, leads)
        told = page.evaluate("gridplan.edit.measure().grids")
        for grid, own in zip(proposal.grids.index, told, strict=True):
            units = revised.units[revised.units["grid_id"] == grid]
            assert own["units"] == len(units)
            if units.empty:
                continue
            assert own["population"] == pytest.approx(units["population"].sum(), abs=0.05 * len(units))
            near = units[np.isfinite(units["minutes_to_lead"])]
            if len(near):
                mean = np.average(near["minutes_to_lead"], weights=near["population"])
                assert own["mean"] == pytest.approx(mean, abs=0.006)
            assert own["share"] == pytest.approx(revised.grids.loc[grid, "share_within"], abs=0.0006)
