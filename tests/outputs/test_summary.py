"""What the terminal shows at the end counts what it says it counts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from gridplan.outputs.summary import print_summary
from gridplan.proposal.proposal import Proposal


def test_only_what_is_violated_counts_as_not_met(
    board_proposal: Proposal, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two musts are violated, one is met and one waived; a should is violated, a note is not evaluated."""
    stands = [
        ("must", "violated"), ("must", "violated"), ("must", "met"), ("must", "waived"), ("should", "violated"),
        ("note", "not_evaluated"),
    ]  # fmt: skip
    some = board_proposal.findings[0]
    findings = tuple(replace(some, severity=severity, status=status) for severity, status in stands)
    print_summary(replace(board_proposal, findings=findings), tmp_path, "en")
    lines = capsys.readouterr().out.splitlines()
    assert "Not met: must 2, should 1, note 0; waived 1." in lines


def test_each_grid_and_the_whole_have_a_row(
    board_proposal: Proposal, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """12,000 residents in the first grid are 2.5% above the mean, 1.25 minutes on average, nine tenths within."""
    grids = board_proposal.grids.copy()
    grids.loc["G1", ["population", "deviation", "mean_minutes", "share_within"]] = [12_345.0, 0.025, 1.25, 0.9]
    grids.loc["G2", "deviation"] = -0.5
    scores = {**board_proposal.scores, "plan": {**board_proposal.scores["plan"], "population": 24_000.0}}
    print_summary(replace(board_proposal, grids=grids, scores=scores), tmp_path, "en")
    lines = [line for line in capsys.readouterr().out.splitlines() if line.split()]
    rows = {line[:6] if line.startswith("Grid ") else line.split()[0]: line for line in lines}
    assert rows["Grid 1"].split()[-4:] == ["12,345", "+2.5%", "1.2", "90.0%"]
    assert "−50.0%" in rows["Grid 2"], "a minus, not a hyphen"
    assert rows["All"].split()[1] == "24,000"
    assert rows["Map:"].endswith("map.html")


def test_a_must_that_stands_is_told_and_a_waived_one_is_not(
    board_proposal: Proposal, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    some = board_proposal.findings[0]
    findings = tuple(
        replace(some, rule=rule, severity=severity, status=status, message_en="told")
        for rule, severity, status in (
            ("R-91", "must", "violated"),
            ("R-92", "must", "waived"),
            ("R-93", "should", "violated"),
        )
    )
    print_summary(replace(board_proposal, findings=findings), tmp_path, "en")
    assert [line.split() for line in capsys.readouterr().out.splitlines() if line.strip().startswith("R-9")] == [
        ["R-91", "told"]
    ]
