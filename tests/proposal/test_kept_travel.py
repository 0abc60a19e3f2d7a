"""Minutes kept in a proposal are those of the plan, under its scenarios too, whatever is the same as every day."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from gridplan.grids.plan import Plan
from gridplan.proposal.building import make_proposal
from gridplan.proposal.kept_travel import AS_USUAL, cells_table, minutes_table, times_kept
from gridplan.proposal.proposal import Proposal
from gridplan.solver.solution import Outcome
from tests import board, disasters
from tests.checks.laid_out import lay_out
from tests.checks.test_resilience import the_place


@pytest.fixture(scope="module")
def plan() -> Plan:
    """The board with a scenario that changes nothing here, one of roads cut between columns 2 and 3, and one without H2."""
    return lay_out(the_place(disasters.UNMADE + disasters.SPLIT + disasters.LOST), board.BY_STREET)


@pytest.fixture(scope="module")
def cells(plan: Plan) -> pd.DataFrame:
    return cells_table(plan).set_index("unit_id")


@pytest.fixture(scope="module")
def proposal(plan: Plan) -> Proposal:
    return make_proposal(plan, (), Outcome(0.0, {}), pd.DataFrame())


def test_cells_tell_minutes_by_column(cells: pd.DataFrame) -> None:
    """u00 is one minute by car from H1, six from H2; u35 two from H2. Its health centre is 25 minutes' walk at most."""
    assert cells.loc["u00", ["population", "site:H1", "site:H2"]].round(3).tolist() == [1000, 1, 6]
    assert round(cells.loc["u35", "site:H2"], 3) == 2
    assert {"drive:ed", "drive:hospital", "walk:primary"} <= set(cells)
    assert not any(name.startswith(("walk:ed", "drive:primary")) for name in cells)


def test_what_a_scenario_leaves_as_it_is_is_not_written(cells: pd.DataFrame) -> None:
    """Scenario 0 changes no road. In 1 the way of u22 to H1 is as always, that of u03 to H1 is cut (inf)."""
    assert not any(name.startswith("what_if:0:site:") for name in cells)
    assert cells.loc["u22", "what_if:1:site:H2"] == np.inf
    assert cells.loc["u22", "what_if:1:site:H1"] == AS_USUAL
    assert cells.loc["u03", "what_if:1:site:H1"] == np.inf
    assert (cells["what_if:2:site:H2"] == np.inf).all(), "H2 is lost to everybody"
    assert "what_if:2:site:H1" not in cells


def test_minutes_are_one_row_a_unit_and_site(plan: Plan) -> None:
    table = minutes_table(plan.travel)
    ranges = ["share_within_low", "share_within_high"]
    assert table.columns.tolist() == ["unit_id", "lead_id", "minutes", "share_within", *ranges]
    assert len(table) == 24 * len(plan.travel.sites)
    row = table[(table["unit_id"] == "u00") & (table["lead_id"] == "H2")].iloc[0]
    assert (round(row["minutes"], 3), row["share_within"]) == (6, 0)


def test_what_is_read_is_what_was_written(plan: Plan, proposal: Proposal) -> None:
    times = times_kept(proposal)
    travel = plan.travel
    assert set(times.sites) == set(travel.sites)
    pd.testing.assert_frame_equal(
        times.unit_minutes[list(travel.sites)], travel.unit_minutes, check_names=False, check_dtype=False
    )
    assert times.ranges is not None
    assert travel.ranges is not None
    assert times.ranges.walk == travel.ranges.walk
    for end in ("low", "high"):
        kept, made = getattr(times.ranges, end), getattr(travel.ranges, end)
        pd.testing.assert_frame_equal(kept[list(travel.sites)], made, check_names=False, check_dtype=False)
    by_site = pd.DataFrame(times.cell_minutes, columns=list(times.sites))[list(travel.sites)]
    assert np.array_equal(by_site.to_numpy(), travel.cell_minutes)
    assert times.nearest_drive["ed"].tolist() == travel.nearest_drive["ed"].tolist()
    assert times.nearest_walk["primary"].tolist() == travel.nearest_walk["primary"].tolist()
    assert times.to_others.to_dict("list") == travel.to_others.to_dict("list")
    assert set(times.next_ed) == set(travel.next_ed)
    assert set(times.what_if) == {"改护理院", "断路", "停诊"}
    for name, then in travel.what_if.items():
        again = times.what_if[name]
        assert again.unit_minutes[list(travel.sites)].values.tolist() == then.unit_minutes.values.tolist()
        assert again.unit_share[list(travel.sites)].values.tolist() == then.unit_share.values.tolist()
        assert again.nearest_drive["ed"].tolist() == then.nearest_drive["ed"].tolist()
        assert again.nearest_walk["primary"].tolist() == then.nearest_walk["primary"].tolist()


def test_only_the_sites_asked_for_in_their_order(proposal: Proposal) -> None:
    times = times_kept(proposal, sites=["H2", "H1"])
    assert times.sites == ("H2", "H1")
    assert times.unit_minutes.columns.tolist() == ["H2", "H1"]
    assert times.cell_minutes[0].round(3).tolist() == [6, 1]


def test_closed_roads_say_nothing_where_minutes_are_not_those_of_roads(proposal: Proposal) -> None:
    straight = proposal.case.changed(travel={"source": "straight_line"})
    times = times_kept(replace(proposal, case=straight))
    assert set(times.what_if) == {"改护理院", "停诊"}
