"""R-22 and R-34 on the chessboard city: who is a member, and what each grid can offer after the hospital."""

from __future__ import annotations

from gridplan.checks.plan import Plan
from tests import board
from tests.checks.laid_out import Place, facilities, finding, findings, lay_out, statuses, survey_board


def without(*units: str) -> dict[str, str]:
    return {unit: lead for unit, lead in board.WEST_EAST.items() if unit not in units}


def test_every_facility_in_one_grid(halves: Plan) -> None:
    found = finding(halves, "R-22")
    assert (found.status, found.message_en) == ("met", "14 facilities in one grid each")


def test_a_public_facility_in_no_grid(place: Place) -> None:
    """C5 stands in u34, which no grid has."""
    found = finding(lay_out(place, without("u34")), "R-22", "C5")
    assert (found.status, found.severity, found.places) == ("violated", "must", ("u34",))


def test_private_and_provincial_ones_are_free(place: Place) -> None:
    assert statuses(lay_out(place, without("u05")), "R-22") == {"": "met"}
    province = survey_board(facilities=facilities(("H3", "admin_level", "province")))
    assert statuses(lay_out(province, board.WEST_EAST), "R-22") == {"": "met"}


def test_campuses_in_two_grids_are_a_note(place: Place) -> None:
    campus = survey_board(facilities=facilities(("H3", "parent_id", "H1")))
    found = finding(lay_out(campus, board.WEST_EAST), "R-22", "H1")
    assert (found.status, found.severity, found.measured) == ("met", "note", 2)
    assert found.message_zh == "市第一医院的院区分在 2 个网格，各自是所在网格的成员"


def test_the_chain_stands_in_one_half_only(halves: Plan) -> None:
    """Rehabilitation, nursing and hospice all stand in u01."""
    found = [(f.subject_id, f.status, f.measured) for f in findings(halves, "R-34")]
    assert found == [("G1", "met", 1), ("G2", "violated", 0)] * 3
    assert findings(halves, "R-34", "G2")[0].message_zh.startswith("市第二医院没有提供康复服务的成员")


def test_a_service_closes_the_chain(place: Place) -> None:
    able = facilities(("H2", "services", "ed;rehab;hospice"), ("C5", "services", "nursing"))
    found = findings(lay_out(survey_board(facilities=able), board.WEST_EAST), "R-34")
    assert {f.status for f in found} == {"met"}
