"""What a console and a notebook show of a proposal, its case and its layers: one screen, a picture, harmless names."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from gridplan.layers.layers import read_layers
from gridplan.pipeline import survey

HOSTILE = "<img src=x onerror=alert(1)>\x1b[2J"


def test_a_proposal_shows_its_grids_and_what_stands_against_it(board_proposal):
    shown = repr(board_proposal)
    assert shown.startswith("<Proposal ")
    for grid, row in board_proposal.grids.iterrows():
        assert re.search(rf"{grid} +{row['lead_name']} +{row['population']:,.0f}", shown)
    violated = [finding.severity for finding in board_proposal.findings if finding.status == "violated"]
    assert f"must {violated.count('must')}, should {violated.count('should')}, note {violated.count('note')}" in shown


def test_a_notebook_shows_a_shape_for_each_grid_and_a_dot_for_each_lead(board_proposal):
    shown = board_proposal._repr_html_()
    paths = list(ET.fromstring(shown).iter("{http://www.w3.org/2000/svg}path"))
    assert len(paths) == len(board_proposal.grids) + 1
    assert paths[-1].attrib["d"].count("h0") == len(board_proposal.grids)
    assert "牵头医院" in shown
    assert "lead hospital" not in shown


@pytest.mark.parametrize("thing", ["proposal", "case", "layers", "surveyed"])
def test_everything_fits_a_screen_and_loads_nothing(thing, board_proposal):
    case = board_proposal.case
    made = {
        "proposal": lambda: board_proposal,
        "case": lambda: case,
        "layers": lambda: read_layers(case),
        "surveyed": lambda: survey(case).layers,
    }
    shown = made[thing]()
    assert 3 <= len(repr(shown).splitlines()) <= 26
    assert max(map(len, repr(shown).splitlines())) < 110
    page = shown._repr_html_()
    ET.fromstring(page)
    assert len(page) < 200_000
    assert not re.search(r"(?:src|href)=|url\(", page)


def test_names_stay_harmless(board_proposal):
    place = board_proposal.case.place.model_copy(update={"name": HOSTILE})
    case = board_proposal.case.model_copy(update={"place": place})
    grids = board_proposal.grids.assign(lead_name=HOSTILE)
    hostile = replace(board_proposal, case=case, grids=grids)
    for page in (hostile._repr_html_(), case._repr_html_()):
        assert "<img" not in page
        ET.fromstring(page)
    assert "\x1b" not in repr(hostile) + repr(case)


def test_proposals_that_show_alike_are_not_compared_by_what_they_show(board_proposal):
    assert repr(board_proposal) == repr(replace(board_proposal, scores={}))
    assert not board_proposal.equals(replace(board_proposal, scores={}))
