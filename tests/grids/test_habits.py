"""Where residents of the chessboard city go for care, held against its halves."""

from __future__ import annotations

import pandas as pd
import pytest

from gridplan.grids.habits import Habits, draw_up_habits
from gridplan.grids.plan import Plan
from tests import board
from tests.checks.laid_out import lay_out, the_board, with_records


@pytest.fixture(scope="module")
def plan() -> Plan:
    """West and east. Of u00 40 cases go to H1, 60 to H2; of u01 all 50 to H1; of u35 30 to H2; of u34 9, which are too few to be shown."""
    rows = [
        ("u00", "H1", 40, 30), ("u00", "H2", 60, 20), ("u01", "H1", 50, 50), ("u35", "H2", 30, None), ("u34", "H2", 9, None),
    ]  # fmt: skip
    record = pd.DataFrame(rows, columns=["unit_id", "facility_id", "count", "treatable"]).assign(year=2024.0)
    halves = lay_out(the_board(), board.WEST_EAST)
    return with_records(halves, {"admissions": record.astype({"treatable": float})})


def test_own_shares_count_what_the_grid_could_have_treated_where_that_is_told(plan: Plan) -> None:
    west = Habits(plan).of_grid("G1", 2024.0)
    assert (west.count, west.own, west.treatable, west.own_treatable) == (150, 90, 100, 80)
    table = draw_up_habits(plan)["habits"].set_index("grid_id")
    assert table.loc["G1", ["share_own", "share_own_treatable"]].tolist() == pytest.approx([0.6, 0.8])
    assert table.loc["G2", "share_own"] == 1.0
    assert pd.isna(table.loc["G2", "share_own_treatable"])


def test_leaks_are_told_by_grid(plan: Plan) -> None:
    flows = draw_up_habits(plan)["habit_flows"]
    assert flows[["grid_id", "to_grid", "admissions", "share"]].to_numpy().tolist() == [["G1", "G2", 60.0, 0.4]]


def test_a_unit_is_in_the_catchment_of_the_hospital_where_most_of_it_go(plan: Plan) -> None:
    """u00 belongs to H2's catchment but to the west; u01 and u35 agree; u34 has too few cases: 2,000 of 3,000 residents agree."""
    habits = Habits(plan)
    assert habits.catchment.to_dict() == {"u00": "H2", "u01": "H1", "u35": "H2"}
    agreed, rand = habits.agreement()
    assert agreed == pytest.approx(2 / 3)
    assert rand == pytest.approx(-0.5)


def test_grids_are_held_against_the_communities_of_the_flows(plan: Plan) -> None:
    """H1 stands in u01, H2 in u24. Of 189 cases inside 90 + 39 stay in the halves; people of u00 go mostly to H2, but only beside H1 do they touch anybody."""
    habits = Habits(plan)
    stands = plan.layers.facilities["unit_id"]
    assert habits.between_units.to_dict() == {
        ("u00", stands["H1"]): 40, ("u00", stands["H2"]): 60, ("u01", stands["H1"]): 50, ("u35", stands["H2"]): 30, ("u34", stands["H2"]): 9,
    }  # fmt: skip
    n, own, here, rand = habits.against_communities()
    assert here == pytest.approx((40 + 50 + 30 + 9) / 189)
    assert n >= 2
    assert 0 < own <= 1
    assert -1 <= rand <= 1
    table = draw_up_habits(plan)["catchments"].set_index("unit_id")
    assert table["hospital_id"].to_dict() == {"u00": "H2", "u01": "H1", "u35": "H2"}
