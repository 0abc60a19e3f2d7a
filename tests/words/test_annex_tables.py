"""Annexes: one declaration; files, workbook and reading back follow it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
import shapely

from gridplan.proposal.files import read_proposal
from gridplan.proposal.frames import FRAMES
from gridplan.proposal.proposal import Proposal
from gridplan.words.annex_tables import ANNEXES, Annex, AnnexColumn, make_annex
from gridplan.words.text import Text
from gridplan.words.vocabulary import KINDS

STOPS = Annex(
    Text(zh="巡诊点", en="Stops"),
    Text(zh="巡诊车停在哪里", en="Where the rounds stop"),
    (
        AnnexColumn("stop_id", Text(zh="编号", en="Stop id")),
        AnnexColumn("kind", Text(zh="类别", en="Kind"), words=KINDS),
        AnnexColumn("people", Text(zh="居民", en="Residents"), "whole"),
        AnnexColumn("share", Text(zh="占比", en="Share"), "share"),
    ),
    shape="point",
    label="stop_id",
)
ROWS = [
    {"stop_id": "=1+1", "kind": "chc", "people": 1000, "share": 0.5, "geometry": shapely.Point(500_500, 3_900_500)},
    {"stop_id": "B", "kind": "", "people": float("nan"), "share": 1, "geometry": shapely.Point(501_500, 3_900_500)},
]


@pytest.fixture
def stops(board_proposal: Proposal, monkeypatch: pytest.MonkeyPatch) -> Proposal:
    monkeypatch.setitem(ANNEXES, "stops", STOPS)
    return replace(board_proposal, annexes={"stops": make_annex("stops", ROWS, crs=board_proposal.units.crs)})


def test_an_annex_comes_back_as_it_was(stops: Proposal, tmp_path: Path) -> None:
    read = read_proposal(stops.save(tmp_path / "out"))
    assert read.annexes["stops"]["people"].tolist()[0] == 1000
    assert read.equals(stops)
    assert not read.equals(replace(stops, annexes={}))


def test_the_workbook_has_a_sheet_with_words_and_no_formula(stops: Proposal, tmp_path: Path) -> None:
    stops.save(tmp_path / "out")
    sheet = openpyxl.load_workbook(tmp_path / "out" / "tables.xlsx")["巡诊点"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0] == ["编号", "类别", "居民", "占比"]
    assert rows[1] == ["=1+1", KINDS.label("chc").zh, 1000, 0.5]
    assert sheet["A2"].data_type == "s"
    assert sheet["D2"].number_format == "0.0%"


def test_declarations_are_whole() -> None:
    taken = {*FRAMES, "findings", "layer_styles", "cells"}
    for name, annex in ANNEXES.items():
        assert name not in taken
        assert len(set(annex.names)) == len(annex.names)
        assert "geometry" not in annex.names
        assert annex.label in ("", *annex.names)
        assert annex.tint in ("", *annex.names)
        assert annex.by in ("", *annex.names)
        assert max(len(annex.title.zh), len(annex.title.en)) <= 31
