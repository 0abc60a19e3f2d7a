"""One question, one answer: who gives rehabilitation, nursing and hospice care in a grid."""

from __future__ import annotations

import pandas as pd

from gridplan.grids.care import CHAIN, is_told, providers
from gridplan.grids.plan import Plan
from tests import board
from tests.checks.laid_out import facilities, findings, lay_out, survey_board


def table(*rows: tuple[str, str, str, tuple[str, ...]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["id", "kind", "role", "services"]).set_index("id")
    return frame.assign(grid_id="G1")


def test_the_lead_counts_and_a_cooperating_institution_does_not() -> None:
    told = table(
        ("lead", "general", "lead", ("ed", "rehab")),
        ("member", "rehab", "member", ()),
        ("cooperating", "rehab", "cooperating", ()),
        ("none", "rehab", "none", ()),
    )
    assert providers(told, told, "rehab").to_dict() == {"lead": "G1", "member": "G1"}
    assert is_told(told, "hospice"), "services are told"
    assert not is_told(told.assign(services=[()] * 4, kind="general"), "hospice")


def test_the_lead_s_own_services_answer_every_rule_alike() -> None:
    """H2 gives all three and continuing care itself: R-21, R-34 and R-35 find them, the last at no minutes."""
    own = facilities(("H2", "services", "ed;rehab;nursing;hospice;continuing_care"))
    plan: Plan = lay_out(survey_board(facilities=own), board.WEST_EAST)
    for need in CHAIN:
        assert providers(plan.layers.facilities, plan.members, need).to_dict()["H2"] == "G2"
    assert (
        findings(plan, "R-21", "G2")[0].message_zh
        == "第二网格有 1 家二级综合医院或接续性医疗机构（含牵头医院自有服务）"
    )
    assert [f.status for f in findings(plan, "R-34", "G2")][:3] == ["met"] * 3
    (chain,) = findings(plan, "R-35", "G2")
    assert "康复 0 分钟、护理 0 分钟、安宁疗护 0 分钟" in chain.message_zh
