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
