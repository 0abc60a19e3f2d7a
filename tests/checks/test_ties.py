"""R-32 and R-33 on the chessboard city: ties told in the facility table, affiliations as drawn on the board."""

from __future__ import annotations

import pandas as pd
import pytest

from gridplan.grids.plan import Plan
from tests import board
from tests.checks.laid_out import Place, facilities, finding, findings, lay_out, survey_board, the_board, with_records


@pytest.fixture(scope="module")
def tied() -> Place:
    """C0 tight, C1 loose, C3 in trusteeship, N1 (private) loose; M1 a campus of H1, its tie not told."""
    table = facilities(("M1", "parent_id", "H1"))
    ties = {"C0": "紧密型", "C1": "松散", "C3": "托管", "N1": "松散型"}
    return survey_board(facilities=table.assign(tie=table["facility_id"].map(ties).fillna("")))


def test_ties_are_counted_with_reasons(tied: Place) -> None:
    found = finding(lay_out(tied, board.WEST_EAST), "R-32", "G1")
    assert (found.status, found.severity, found.measured) == ("met", "note", pytest.approx(2 / 5))
    assert found.message_zh == (
        "第一网格紧密 2 家、托管 1 家、松散 2 家（S1街道社区卫生服务中心：行政隶属不同、护理院：社会资本）"
    )


def test_a_tight_plan_has_no_loose_members(tied: Place) -> None:
    plan = lay_out(tied, board.WEST_EAST, rules={"tight": True})
    found = finding(plan, "R-32", "G1")
    assert (found.status, found.severity, found.places) == ("violated", "should", ("u02", "u01"))
    assert finding(plan, "R-32", "G2").status == "not_evaluated"


def test_ties_unknown_is_not_evaluated(halves: Plan) -> None:
    assert finding(halves, "R-32").status == "not_evaluated"


def test_members_of_another_authority(halves: Plan) -> None:
    """In the left half four district health centres and the private nursing home, if it joins; M1 is municipal as H1 is."""
    assert finding(halves, "R-33", "G1").measured == 4
    found = finding(lay_out(the_board(), board.WEST_EAST, members={"join": ["N1"]}), "R-33", "G1")
    assert (found.status, found.measured) == ("met", 5)
    assert "（4 家）或经办性质（1 家）不同，占成员床位 10%" in found.message_zh  # 40 of 410 beds


def test_one_authority_has_no_friction(place: Place) -> None:
    same = facilities().assign(admin_level="city", ownership="government")
    found = finding(lay_out(survey_board(facilities=same), board.WEST_EAST), "R-33", "G1")
    assert found.measured == 0


def test_a_lead_whose_authority_is_not_told_has_no_friction_with_it() -> None:
    """H1 without affiliation: of the five only the private nursing home differs, by its ownership."""
    unknown = facilities(("H1", "admin_level", ""))
    joined = {"join": ["N1"]}
    found = finding(lay_out(survey_board(facilities=unknown), board.WEST_EAST, members=joined), "R-33", "G1")
    assert found.measured == 1
    assert "（0 家）或经办性质（1 家）不同" in found.message_zh


def test_four_dimensions_of_integration_are_counted_by_grid(tied: Place) -> None:
    """C0 is integrated in all four, C1 in governance alone, of the two that are on record in the west."""
    record = pd.DataFrame(
        [("C0", "yes", "yes", "yes", "yes"), ("C1", "yes", "no", "", "no")],
        columns=["facility_id", "governance", "medical", "operations", "information"],
    )
    plan = with_records(lay_out(tied, board.WEST_EAST), {"integration": record})
    (found,) = (f for f in findings(plan, "R-32", "G1") if f.topic == "integration")
    assert (found.status, found.severity, found.measured) == ("met", "note", 0.5)
    assert "管理 2/2、医疗 1/2、运营 1/1、信息 1/2" in found.message_zh
    assert not [f for f in findings(plan, "R-32", "G2") if f.topic == "integration"]
