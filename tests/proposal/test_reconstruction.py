"""What a proposal tells of its ground again: ties as told, members stated elsewhere, minutes to some of the sites."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gridplan.proposal.reconstruction import restore_adjacency, restore_layers, restore_stated_members, restore_travel
from gridplan.words.errors import ProposalError


def test_a_tie_that_a_campus_has_by_itself_is_not_told(board_proposal):
    """M1 as a campus of H1, tight because it is one; C0 tight because somebody said so."""
    grid = board_proposal.grids.index[board_proposal.grids["lead_id"] == "H1"][0]
    facilities = board_proposal.facilities.copy()
    for facility, parent in (("M1", "H1"), ("C0", "")):
        facilities.loc[facility, ["parent_id", "grid_id", "role", "tie", "given_tie"]] = [
            parent,
            grid,
            "member",
            "tight",
            "",
        ]
    told = restore_layers(replace(board_proposal, facilities=facilities)).facilities["tie"]
    assert told[["M1", "C0"]].tolist() == ["", "tight"]


def test_members_that_stand_elsewhere_are_stated_and_others_are_not(board_proposal):
    facilities = board_proposal.facilities.copy()
    other = dict(zip(board_proposal.grids.index, reversed(board_proposal.grids.index), strict=True))
    assert restore_stated_members(board_proposal).empty
    facilities.loc["C0", ["grid_id", "tie"]] = [other[facilities.loc["C0", "grid_id"]], "loose"]
    facilities.loc["C0", ["role_source", "agreement"]] = ["list", "已签"]
    stated = restore_stated_members(replace(board_proposal, facilities=facilities))
    assert stated.index.tolist() == ["C0"]
    assert stated.loc["C0"].tolist() == [facilities.loc["C0", "grid_id"], "member", "loose", "", "已签"]
    first = restore_stated_members(replace(board_proposal, facilities=facilities.assign(role_source="")))
    assert first.index.tolist() == ["C0"], "a proposal of format 1 tells no sources"
    assert not first["complete"].any()


def test_minutes_to_some_of_the_sites(board_proposal):
    some = restore_travel(board_proposal, sites=["H2"])
    assert some.sites == ("H2",)
    assert some.unit_minutes["H2"]["u24"] == pytest.approx(0.0, abs=1e-3)
    assert some.cell_minutes.shape == (len(board_proposal.cells), 1)


def test_isolates_are_in_the_graph(board_proposal):
    alone = board_proposal.adjacency[(board_proposal.adjacency[["unit_a", "unit_b"]] != "u00").all(axis=1)]
    graph = restore_adjacency(replace(board_proposal, adjacency=alone))
    assert "u00" in graph
    assert not graph.edges("u00")


def test_a_proposal_without_residents_is_refused(board_proposal):
    with pytest.raises(ProposalError, match="cells"):
        restore_layers(replace(board_proposal, cells=board_proposal.cells.iloc[:0]))
