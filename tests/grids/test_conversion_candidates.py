"""Who might be converted on the chessboard city, and who would lose what; X1 to X6 are secondary hospitals of the right half."""

from __future__ import annotations

import pandas as pd

from gridplan.grids.conversion_candidates import conversion_candidates
from gridplan.grids.plan import Plan
from tests import board
from tests.checks.laid_out import facilities, lay_out, survey_board, with_records


def with_hospitals(*rows: str, changes: tuple[tuple[str, str, str], ...] = ()) -> Plan:
    """The halves with more secondary hospitals: id, ownership, beds, services, unit."""
    more = "".join(
        f"{name},,{name}医院,general,二级甲等,{owner},district,{beds},{services},{unit}\n"
        for name, owner, beds, services, unit in (row.split() for row in rows)
    ).replace("-", "")
    return lay_out(survey_board(facilities=facilities(*changes, more=more)), board.WEST_EAST)


def candidates(plan: Plan) -> list[str]:
    return [candidate.facility_id for candidate in conversion_candidates(plan, "G2")]


def test_military_and_private_hospitals_are_never_proposed() -> None:
    plan = with_hospitals("X1 military 90 surgery u35", "X2 private 80 surgery u35", "X3 government 400 surgery u35")
    assert candidates(plan) == ["X3"]


def test_the_only_emergency_department_of_a_district_is_never_proposed() -> None:
    """Only X1 has an emergency department in the eastern district once H2, H3 and P1 tell of none; with H2's it may be converted."""
    without = tuple((name, "services", "surgery") for name in ("H2", "H3", "P1"))
    assert candidates(with_hospitals("X1 government 90 ed u35", changes=without)) == []
    assert candidates(with_hospitals("X1 government 90 ed u35")) == ["X1"]


def test_a_hospital_that_tells_nothing_may_have_the_only_emergency_department() -> None:
    without = tuple((name, "services", "surgery") for name in ("H2", "H3", "P1"))
    assert candidates(with_hospitals("X1 government 90 - u35", changes=without)) == []


def test_the_least_used_comes_first_as_far_as_records_tell() -> None:
    """Occupancy of X1 is 90 %, of X2 30 %; X3 has 10 visits a bed, X4 100; nobody tells of X5."""
    rows = [f"X{i} government 100 surgery u35" for i in range(1, 6)]
    visits = pd.DataFrame(
        {
            "facility_id": ["X1", "X2", "X3", "X4", "X1"],
            "year": [2024, 2024, 2024, 2024, 2023],
            "visits": [10.0, 90_000.0, 1_000.0, 10_000.0, 1.0],
            "bed_days": [32_850.0, 10_950.0, None, None, 1.0],
        }
    )
    plan = with_records(with_hospitals(*rows), {"visits": visits})
    assert candidates(plan) == ["X2", "X1", "X3", "X4", "X5"]
    assert [round(c.occupancy, 3) for c in conversion_candidates(plan, "G2")][:2] == [0.3, 0.9]


def test_who_would_lose_the_nearest_hospital() -> None:
    """From u35 and u34 X1 in u35 is nearer than H2 in u24 (2 and 1 minutes; a tie is no loss): u35 alone, and u15, u25 tie or not.

    u35 0 against 2, u34 1 against 1, u25 1 against 1: only the 1,000 people of u35 lose, and all of them reach H2 within 4.
    """
    (found,) = conversion_candidates(with_hospitals("X1 government 90 surgery u35"), "G2")
    assert (found.nearest, found.beyond) == (1000, 0)
