"""The annexes of isochrones and entries: what is reached, by how many, by which road, and what a revision keeps of it."""

from __future__ import annotations

import numpy as np

from gridplan.proposal.proposal import Proposal
from gridplan.proposal.reconstruction import restore_travel


def test_residents_are_those_of_the_places_within_the_minutes(board_proposal: Proposal) -> None:
    annex = board_proposal.annexes["isochrones"]
    cells = board_proposal.cells
    limit = board_proposal.case.travel.limit_min
    assert annex["minutes"].tolist() == [limit / 2, limit] * (len(annex) // 2)
    for lead, minutes, residents in zip(annex["lead_id"], annex["minutes"], annex["residents"], strict=True):
        within = cells[f"site:{lead}"] <= minutes
        assert residents == cells["population"][within].sum()


def test_areas_of_a_lead_are_nested_and_hold_its_site(board_proposal: Proposal) -> None:
    for lead, areas in board_proposal.annexes["isochrones"].groupby("lead_id"):
        near, far = areas.sort_values("minutes").geometry
        assert near.covered_by(far.buffer(1e-6))
        assert near.contains(board_proposal.facilities.geometry[lead])


def test_a_revision_has_them_without_the_roads(board_proposal: Proposal) -> None:
    kept = restore_travel(board_proposal).isochrones
    assert kept is not None
    assert np.array_equal(kept.geometry.to_wkb(), board_proposal.annexes["isochrones"].geometry.to_wkb())


def test_every_facility_has_its_entry_to_the_roads_and_a_revision_keeps_it(board_proposal: Proposal) -> None:
    """Every facility of the board stands at a crossing of its streets: entered there, 0 m away."""
    annex = board_proposal.annexes["entries"]
    placed = board_proposal.facilities.index[board_proposal.facilities["unit_id"] != ""]
    assert annex["facility_id"].tolist() == placed.tolist()
    assert annex["facility_name"].tolist() == board_proposal.facilities["name"][placed].tolist()
    assert annex["metres"].round(6).unique().tolist() == [0.0]
    kept = restore_travel(board_proposal).entries
    assert kept is not None
    assert kept.index.tolist() == placed.tolist()
    assert kept["road_class"].tolist() == annex["road_class"].tolist()
