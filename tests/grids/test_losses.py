"""What holds of every loss and disaster, and that a revised proposal tells the same without the roads."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridplan.case.case import read_case
from gridplan.grids.losses import draw_up_resilience
from gridplan.outputs.map.content import page_content
from gridplan.pipeline import plan, revise
from gridplan.proposal.edits import Edits
from gridplan.proposal.files import read_proposal
from gridplan.proposal.proposal import Proposal, proposal_digest
from gridplan.solver.assignment import Assignment
from tests import board, disasters
from tests.checks.laid_out import the_board

LEADS = ("H1", "H2", "H3", "P1")
SCENARIOS = disasters.SPLIT + disasters.FLOOD + disasters.LOST + disasters.CONVERTED + disasters.GROWN


@settings(max_examples=8, deadline=None)
@given(leads=st.lists(st.sampled_from(LEADS), min_size=24, max_size=24), people=st.integers(0, 2**32 - 1))
def test_losing_a_lead_moves_exactly_its_residents(leads: list[str], people: int) -> None:
    place = the_board()
    layers = place.surveyed.layers
    count = np.random.default_rng(people).integers(0, 5000, len(layers.cells)).astype(float)
    cells = layers.cells.assign(population=count)
    assignment = Assignment.from_leads(pd.Series(leads, index=pd.Index(board.unit_ids(), name="unit_id")))
    drawn = draw_up_resilience(replace(layers, cells=cells), place.travel, assignment, place.case)
    losses = drawn["lead_losses"].set_index("lead_name")
    moved = drawn["redirected"].groupby("name")["residents"].sum().reindex(losses.index, fill_value=0.0)
    own = pd.Series(count).groupby(cells["unit_id"].map(assignment.lead_of_unit).to_numpy()).sum()
    assert moved.to_numpy() == pytest.approx(losses["residents"].to_numpy())
    assert losses["residents"].to_numpy() == pytest.approx(own[losses["lead_id"]].to_numpy())
    names = drawn["redirected"].merge(drawn["lead_losses"], left_on="name", right_on="lead_name")
    assert (names["to_id"] != names["lead_id"]).all()
    assert (losses["ed_beyond_after"] >= losses["ed_beyond_before"]).all()


@pytest.fixture(scope="module")
def proposal(tmp_path_factory: pytest.TempPathFactory) -> Proposal:
    """The board planned with five scenarios."""
    folder = tmp_path_factory.mktemp("scenarios")
    case = board.write_board(folder, case=board.CASE + SCENARIOS)
    disasters.write_drawings(folder)
    return plan(read_case(case))


def test_scenarios_do_not_change_the_plan(proposal: Proposal, board_proposal: Proposal) -> None:
    assert proposal.units["lead_id"].equals(board_proposal.units["lead_id"])
    assert proposal.objective == board_proposal.objective


def test_each_disaster_is_a_layer_of_the_map(proposal: Proposal) -> None:
    shown = {tuple(annex["title"]): annex for annex in page_content(proposal)["annexes"] if annex["shape"]}
    units = [title for title in shown if "灾害影响单元" in title[0]]
    assert [title[0] for title in units] == ["断路：灾害影响单元", "内涝：灾害影响单元", "停诊：灾害影响单元"]
    assert len({annex["name"] for annex in shown.values()}) == len(shown)
    flood = shown["内涝：灾害影响单元", "内涝: Units hit by disasters"]
    assert [row[1] for row in flood["rows"]] == ["u35"]
    assert sum(title[0].endswith("灾害封闭路段") for title in shown) == 2


def test_a_revised_proposal_tells_the_same_without_the_roads(proposal: Proposal, tmp_path: Path) -> None:
    read = read_proposal(proposal.save(tmp_path / "out"))
    assert read.equals(proposal)
    again = revise(read, Edits(proposal=proposal_digest(read), locks=(str(read.units.index[0]),)))
    told = {f for f in proposal.findings if f.rule in ("R-67", "R-68")}
    assert {f.status for f in told} == {"met", "violated"}
    assert {f for f in again.findings if f.rule in ("R-67", "R-68")} == told
    assert again.annexes.keys() == proposal.annexes.keys()
    for name, annex in proposal.annexes.items():
        frame, other = (pd.DataFrame(a.drop(columns="geometry", errors="ignore")) for a in (annex, again.annexes[name]))
        pd.testing.assert_frame_equal(frame, other, obj=name)


def test_a_revised_grid_has_its_own_losses(proposal: Proposal) -> None:
    """A unit moved to the other grid moves with its people in the tables of losses."""
    unit = str(proposal.units.index[0])
    other = next(str(grid) for grid in proposal.grids.index if grid != proposal.units["grid_id"][unit])
    moved = revise(proposal, Edits(proposal=proposal_digest(proposal), moves={unit: other}))
    before, after = (p.annexes["lead_losses"].set_index("lead_id")["residents"] for p in (proposal, moved))
    lead = proposal.grids["lead_id"][other]
    assert after[lead] == before[lead] + 1000
