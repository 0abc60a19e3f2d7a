"""R-34 and R-35 on the chessboard city: rehabilitation, nursing and hospice all stand beside H1 in u01."""

from __future__ import annotations

import pytest

from gridplan.grids.conversion_candidates import conversion_candidates
from gridplan.grids.plan import Plan
from tests import board
from tests.checks.laid_out import Place, facilities, finding, findings, lay_out, survey_board, the_board


def test_the_chain_stands_in_one_half_only(halves: Plan) -> None:
    found = [(f.subject_id, f.status, f.measured) for f in findings(halves, "R-34")]
    """The nursing home is private: its half has no nursing until it joins."""
    none = ("G2", "violated", 0)
    assert found[:6] == [("G1", "met", 1), none, ("G1", "violated", 0), none, ("G1", "met", 1), none]
    assert findings(halves, "R-34", "G2")[0].message_zh == "第二网格没有提供康复服务的牵头医院或成员单位"
    joined = lay_out(the_board(), board.WEST_EAST, members={"join": ["N1"]})
    assert [f.status for f in findings(joined, "R-34", "G1")][:3] == ["met"] * 3


def test_a_service_closes_the_chain(place: Place) -> None:
    able = facilities(
        ("H2", "services", "ed;rehab;hospice"), ("C5", "services", "nursing"), ("N1", "ownership", "government")
    )
    found = findings(lay_out(survey_board(facilities=able), board.WEST_EAST), "R-34")
    assert {f.status for f in found} == {"met"}


def test_a_table_that_knows_no_hospice_is_not_evaluated(place: Place) -> None:
    table = facilities().assign(services="")
    plan = lay_out(survey_board(facilities=table[table["kind"] != "hospice"]), board.WEST_EAST)
    assert finding(plan, "R-34", "hospice").status == "not_evaluated"
    assert [f.status for f in findings(plan, "R-34", "G2")][:2] == ["violated", "violated"]


def test_secondary_hospitals_might_be_converted_the_smallest_first(place: Place) -> None:
    more = "".join(
        f"{name},,{label},general,二级甲等,{owner},district,{beds},,u35\n"
        for name, label, owner, beds in (
            ("X1", "大医院", "government", 400),
            ("X2", "小医院", "government", 80),
            ("X3", "私立医院", "private", 20),
        )
    )
    plan = lay_out(survey_board(facilities=facilities(more=more)), board.WEST_EAST)
    assert [candidate.name for candidate in conversion_candidates(plan, "G2")] == ["小医院", "大医院"]
    assert (
        "可考虑转型：小医院（使用情况未提供，0 人失去最近的医院，其中 0 人在 4 分钟内再无医院）"
        in findings(plan, "R-34", "G2")[0].message_zh
    )


def test_beds_for_older_people(halves: Plan) -> None:
    """50 + 20 beds for 1,800 people aged 65 and over in the left half; the 40 of the private nursing home are no member's."""
    west, east = [f for f in findings(halves, "R-34") if f.severity == "note"]
    assert (west.measured, east.measured) == (pytest.approx(70 / 1800 * 1e4), 0)


def test_minutes_along_the_chain(halves: Plan) -> None:
    """C3 in u20 is 3 minutes from H1, the longest step: the chain is next door, with the nursing home once it joins."""
    found = finding(lay_out(the_board(), board.WEST_EAST, members={"join": ["N1"]}), "R-35", "G1")
    assert (found.status, found.measured, found.places) == ("met", pytest.approx(3), ())
    assert "最远 3 分钟" in found.message_zh
    assert finding(halves, "R-35", "G1").status == "violated", "nobody nurses"
    assert finding(halves, "R-35", "G2").status == "violated"


def test_the_chain_is_too_far(place: Place) -> None:
    """The nursing home in u32 is 1 + 3 minutes from H1."""
    far = lay_out(
        survey_board(facilities=facilities(("N1", "unit", "u32"), ("N1", "ownership", "government"))),
        board.BY_STREET | {"u32": "H1"},
        travel={"limit_min": 3.5},
    )
    found = finding(far, "R-35", "G1")
    assert (found.status, found.severity, found.measured) == ("violated", "note", pytest.approx(4))


def chained(*rows: str) -> Plan:
    """The board with facilities added, split in halves."""
    return lay_out(survey_board(facilities=facilities(more="".join(f"{row}\n" for row in rows))), board.WEST_EAST)


def test_who_might_be_converted_is_a_secondary_public_hospital_and_a_member_of_the_grid() -> None:
    """In the right half only X1 is all of that; P1 there is private. X5, of the left half, has fewer beds."""
    plan = chained(
        "X1,,二级医院,general,二级甲等,government,district,400,,u35",
        "X2,,一级医院,general,一级,government,district,20,,u35",
        "X3,,三级医院,general,三级乙等,government,district,30,,u35",
        "X4,,二级妇幼所,clinic,二级,government,district,10,,u35",
        "X5,,左边医院,general,二级甲等,government,district,50,,u00",
    )
    assert [candidate.name for candidate in conversion_candidates(plan, "G2")] == ["二级医院"]
    assert [candidate.name for candidate in conversion_candidates(plan, "G1")] == ["左边医院"]


def test_a_grid_whose_beds_for_older_people_are_not_told_has_no_number_but_one_without_any_has_0() -> None:
    """The nursing home in u35 tells no beds: nothing is said of the right half."""
    plan = chained("N2,,东护理院,nursing,,government,district,,,u35")
    assert [(f.subject_id, f.measured) for f in findings(plan, "R-34") if f.severity == "note"] == [
        ("G1", pytest.approx(70 / 1800 * 1e4))
    ]


def test_without_any_beds_told_nothing_is_said_of_beds_for_older_people() -> None:
    plan = lay_out(survey_board(facilities=facilities().assign(beds="")), board.WEST_EAST)
    assert not [f for f in findings(plan, "R-34") if f.severity == "note"]


def test_the_chain_is_held_against_the_minutes_to_the_lead_and_at_the_limit_it_is_met(place: Place) -> None:
    """The nursing home in u32 is 4 minutes from H1; without any hospice the chain is not complete, however near the rest."""
    joined = {"join": ["N1"]}
    far = survey_board(facilities=facilities(("N1", "unit", "u32")))
    found = finding(lay_out(far, board.WEST_EAST, members=joined), "R-35", "G1")
    assert (found.status, found.measured, found.limit, found.unit) == ("met", pytest.approx(4), 4, "min")
    table = facilities()
    without = survey_board(facilities=table[table["facility_id"] != "A1"])
    broken = finding(lay_out(without, board.WEST_EAST, members=joined), "R-35", "G1")
    assert (broken.status, broken.measured) == ("violated", pytest.approx(3))
