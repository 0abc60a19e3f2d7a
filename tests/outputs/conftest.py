"""The chessboard city with everything that an audience may or may not see, and its report."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from gridplan.checks.finding import Finding
from gridplan.outputs.report.report import report
from gridplan.proposal.proposal import Comment, Proposal, Revision
from gridplan.words.annex_tables import make_annex


@pytest.fixture(scope="session")
def told_board(board_proposal: Proposal) -> Proposal:
    """The chessboard city with today's leads (H1 west, H3 elsewhere), a waiver, a comment, agreements, a military hospital, a conversion.

    Today's minutes are those to the hospital of today, so that who gains and who loses can be told.
    """
    units, facilities = board_proposal.units.copy(), board_proposal.facilities.copy()
    west = units["name"].str[-1].isin(("0", "1", "2"))
    units["baseline_lead_id"] = ["H1" if own else "H3" for own in west]
    minutes = board_proposal.minutes.set_index(["unit_id", "lead_id"])["minutes"]
    units["baseline_minutes"] = [minutes[unit, lead] for unit, lead in units["baseline_lead_id"].items()]
    facilities.loc["P1", ["ownership", "name", "role"]] = ["military", "驻军医院", "none"]
    facilities.loc["C0", "agreement"] = "协议草签"
    facilities.loc["C0", "telephone"] = "0510-1234567"
    grid = str(board_proposal.grids.index[0])
    findings = (
        *board_proposal.findings,
        Finding("R-20", "should", "waived", "grid", grid, 0.5, None, "strength", "S0", "牵头需说明理由", "needs a reason",
                reason="豁免的缘由", author="批准人甲", date="2026-03-01"),
        Finding("R-34", "should", "violated", "grid", grid, 0, 1, "providers", "S0", "可考虑转型：区中医院", "might convert: 区中医院",
                cause="supply", people=24_000.0),
    )  # fmt: skip
    conversion = make_annex("conversions", [{**_CONVERSION, "message_zh": "转型以后的说明"}])
    comment = Comment("unit", "u00", "审阅人乙", "意见内容丙", "adopted", "采纳理由丁")
    provenance = replace(
        board_proposal.provenance, revision=Revision("0" * 64, moved={"u00": grid, "u01": grid}, comments=(comment,))
    )
    return replace(
        board_proposal,
        units=units,
        facilities=facilities,
        findings=findings,
        annexes={**board_proposal.annexes, "conversions": conversion},
        provenance=provenance,
    )


_CONVERSION = {
    "scenario": "转型情景戊", "rule": "R-34", "subject": "", "status_before": "met", "status_after": "violated", "measured_before": 1.0,
    "measured_after": 0.0, "message_en": "after",
}  # fmt: skip


@pytest.fixture(scope="session")
def handed_out(told_board: Proposal, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of its report."""
    folder = tmp_path_factory.mktemp("handed") / "report"
    report(told_board, folder)
    return folder


def no_baseline(proposal: Proposal) -> Proposal:
    """The same plan without a grouping in force."""
    return replace(proposal, units=proposal.units.assign(baseline_lead_id="", baseline_minutes=pd.NA))
