"""Reviewers' files opinion by opinion: what moves together is one, contradictions are seen, and what was adopted is what is combined."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gridplan.app.contradictions import contradictions
from gridplan.app.opinions import combined_edits, told_opinions
from gridplan.case.case import read_case
from gridplan.pipeline import plan, revise
from gridplan.proposal.edits import write_edits
from gridplan.proposal.proposal import Proposal, proposal_digest


@pytest.fixture(scope="module")
def three(board_case: Path) -> Proposal:
    """The chessboard city with three grids."""
    return plan(read_case(board_case).changed(grids={"k": 3}))


@pytest.fixture
def files(three: Proposal, tmp_path: Path) -> list[Path]:
    """Two reviewers: both want unit `u` of the first grid elsewhere, one also a neighbour of its street and says so; a third file is of another plan."""
    grids = list(three.grids.index)
    units = three.units
    inside = units[units["grid_id"] == grids[0]]
    street = inside["street_id"].value_counts().index[0]
    pair = list(inside.index[inside["street_id"] == street][:2])
    first = {
        "moves": dict.fromkeys(pair, grids[1]),
        "comments": [{"subject_kind": "plan", "author": "甲", "text": "同一街道"}],
    }
    second = {
        "moves": {pair[0]: grids[-1]},
        "comments": [{"subject_kind": "unit", "subject_id": pair[0], "author": "乙", "text": "更近"}],
    }
    other = {"moves": {}}
    paths = []
    for name, tree, digest in (("a.json", first, ""), ("b.json", second, ""), ("c.json", other, "0" * 64)):
        path = tmp_path / name
        whole = {"format": "gridplan-edits/1", "proposal": digest or proposal_digest(three), **tree}
        path.write_text(json.dumps(whole, ensure_ascii=False), encoding="utf-8")
        paths.append(path)
    return paths


def by_kind(told: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return {(one["file"], "move" if one["units"] else "comment"): one for one in told["opinions"]}


def test_units_of_one_street_that_move_alike_are_one_opinion(three: Proposal, files: list[Path]):
    told = told_opinions(three, files)
    assert len(told["opinions"]) == 4
    move = by_kind(told)["a.json", "move"]
    assert (len(move["units"]), move["author"]) == (2, "甲")
    assert move["people"] == pytest.approx(three.units["population"][move["units"]].sum())
    assert [one["file"] for one in told["refused"]] == ["c.json"]


def test_contradictions_are_seen_and_come_first(three: Proposal, files: list[Path]):
    told = told_opinions(three, files)
    assert [one["conflict"] for one in told["opinions"]] == [True, True, False, False]


def test_what_is_adopted_is_combined_and_every_opinion_keeps_its_reason(
    three: Proposal, files: list[Path], tmp_path: Path
):
    found = by_kind(told_opinions(three, files))
    decisions = {
        found["a.json", "move"]["key"]: {"decision": "adopted", "reason": "街道完整"},
        found["b.json", "move"]["key"]: {"decision": "rejected", "reason": "与上一条矛盾"},
        found["a.json", "comment"]["key"]: {"decision": "adopted", "reason": "同上"},
        found["b.json", "comment"]["key"]: {"decision": "partly", "reason": "另行研究"},
    }
    edits = combined_edits(three, files, decisions)
    wanted = found["a.json", "move"]
    assert edits.moves == dict.fromkeys(wanted["units"], wanted["grid"])
    assert sorted((one.author, one.decision, one.decision_reason) for one in edits.comments) == [
        ("乙", "partly", "另行研究"),
        ("乙", "rejected", "与上一条矛盾"),
        ("甲", "adopted", "同上"),
        ("甲", "adopted", "街道完整"),
    ]
    revised = revise(three, edits)
    assert [one.decision for one in revised.provenance.revision.comments] == [one.decision for one in edits.comments]
    write_edits(edits, tmp_path / "together.json")


def test_nothing_is_moved_where_nothing_was_decided(three: Proposal, files: list[Path]):
    edits = combined_edits(three, files, {})
    assert (edits.moves, edits.leads, edits.locks) == ({}, {}, ())
    assert {one.decision for one in edits.comments} == {""}


def test_two_leads_for_one_grid_and_two_grids_for_one_unit_contradict_each_other():
    def opinion(text: str, units: tuple[str, ...] = (), grid: str = "", lead: str = "") -> dict[str, Any]:
        return {"text": [text, text], "units": list(units), "grid": grid, "lead": lead}

    a, b = opinion("a", ("u1", "u2"), "G1"), opinion("b", ("u2",), "G2")
    c, d = opinion("c", grid="G3", lead="H1"), opinion("d", grid="G3", lead="H2")
    assert contradictions([a, b, c, d]) == ["a", "b", "c", "d"]
    assert contradictions([a, c, opinion("e", ("u2",), "G1")]) == []
