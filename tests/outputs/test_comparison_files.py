"""comparison.xlsx: what planners read of a comparison."""

from __future__ import annotations

from dataclasses import replace

import openpyxl
import pandas as pd

from gridplan.case.case import read_case
from gridplan.checks.finding import Finding
from gridplan.outputs.comparison_files import summarise_comparison, write_comparison
from gridplan.pipeline import assess
from gridplan.proposal.comparison import compare_proposals
from tests import board


def finding(kind, subject, measured):
    return Finding("R-08", "must", "violated", kind, subject, measured, 100.0, "residents", "none", "人口", "people")


def test_a_finding_is_named_by_its_subject_now_and_one_that_is_gone_by_its_subject_before(board_case, tmp_path):
    """The west is G1 before and G2 after; what was wrong in u00 is right now."""
    first = assess(read_case(board_case), pd.Series(board.WEST_EAST))
    renamed = {"G1": "G2", "G2": "G1"}
    second = replace(
        first,
        units=first.units.assign(grid_id=first.units["grid_id"].map(renamed)),
        grids=first.grids.rename(index=renamed),
        findings=(finding("grid", "G2", 140.0),),
    )
    first = replace(first, findings=(finding("grid", "G1", 130.0), finding("unit", "u00", 130.0)))
    write_comparison(compare_proposals(first, second), tmp_path, "en")
    header, *rows = openpyxl.load_workbook(tmp_path / "comparison.xlsx")["Findings"].values
    told = {row[header.index("Change")]: row[header.index("Subject id")] for row in rows}
    assert told == {"worse": "G2", "solved": "u00"}


def test_who_is_farther_and_who_is_nearer_is_said_in_that_order(board_case):
    """u02 from H1 (1 minute) to H2 (4): 1,000 people farther, nobody nearer."""
    first = assess(read_case(board_case), pd.Series(board.WEST_EAST))
    second = assess(read_case(board_case), pd.Series(board.WEST_EAST | {"u02": "H2"}))
    told = " ".join(text.en for text in summarise_comparison(compare_proposals(first, second)))
    assert "1,000 residents farther from the lead, 0 nearer" in told
