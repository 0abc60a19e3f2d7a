"""The bundled city keeps its promises: with its waivers nothing stands; without them the rules bite; the old grouping is worse."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest

from gridplan.case.case import Case, read_case
from gridplan.pipeline import assess
from gridplan.proposal.files import read_proposal
from gridplan.proposal.proposal import Proposal
from tests.independent import runs

BINHAI = Path(__file__).parents[2] / "data" / "binhai"


@pytest.fixture(scope="session")
def binhai_case() -> Case:
    return read_case(BINHAI / "case.toml")


@pytest.fixture(scope="session")
def binhai_proposal(tmp_path_factory: pytest.TempPathFactory) -> Proposal:
    """The bundled city as the command line plans it, read back."""
    return read_proposal(runs.planned("binhai", tmp_path_factory).folder)


def test_no_must_rule_stands(binhai_proposal: Proposal) -> None:
    assert [f.message_zh for f in binhai_proposal.findings if f.stands] == []
    assert not binhai_proposal.must_stands


def test_the_waiver_stays_visible(binhai_proposal: Proposal) -> None:
    waived = [f for f in binhai_proposal.findings if f.status == "waived"]
    assert "R-20" in {f.rule for f in waived}
    assert all(f.reason and f.author and f.date for f in waived)


@pytest.mark.long
def test_without_waivers_the_rules_bite(binhai_case: Case, binhai_proposal: Proposal) -> None:
    bare = assess(binhai_case.changed(rules={"waivers": []}), binhai_proposal.units["lead_id"])
    violated = {f.rule for f in bare.findings if f.status == "violated"}
    assert "R-20" in violated
    assert len(violated & {"R-06", "R-34", "R-60"}) >= 2
    assert not any(f.status == "waived" for f in bare.findings)


def test_every_number_of_a_finding_has_its_unit(binhai_proposal: Proposal) -> None:
    assert [asdict(f) for f in binhai_proposal.findings if f.measured is not None and not f.unit] == []


def test_the_existing_grouping_is_worse_in_minutes(binhai_proposal: Proposal) -> None:
    units = binhai_proposal.units
    before = (units["population"] * units["baseline_minutes"]).sum() / units["population"].sum()
    assert before > binhai_proposal.scores["plan"]["mean_minutes"] + 1


def test_its_records_feed_the_rules_and_the_annexes(binhai_proposal: Proposal) -> None:
    wanted = {"R-31", "R-39", "R-43", "R-44", "R-45", "R-64", "R-66"}
    assert wanted <= {f.rule for f in binhai_proposal.findings}
    assert [f.message_zh for f in binhai_proposal.findings if f.rule in wanted and f.status == "not_evaluated"] == []
    annexes = binhai_proposal.annexes
    assert round(annexes["budgets"]["budget"].sum() * 100) == 252_000_000_000
    reserves = annexes["reserves"]
    for kind in ("slots", "beds"):
        required = reserves[reserves["kind"] == kind].set_index("grid_id")["required"]
        assert annexes["reserve_shares"].groupby("grid_id")[kind].sum().to_dict() == required.to_dict()
    assert set(annexes["indicators"]["trend"]) == {"", "better", "worse"}


def test_its_networks_lie_over_the_grids(binhai_proposal: Proposal) -> None:
    """An alliance inside one grid, clinics on the islet and in the hills without a hub, samples of the island too long on the way."""
    found = [f for f in binhai_proposal.findings if f.rule in ("R-36", "R-37", "R-38")]
    assert "not_evaluated" not in {f.status for f in found}
    assert [f.subject_id for f in found if f.status == "violated" and f.subject_id.startswith("N")] == ["N06"]
    remote = binhai_proposal.annexes["telemedicine"].set_index("facility")
    assert remote["status"].to_dict() == {
        "北屿区鹿屿镇卫生院": "joined",
        "鹿屿镇鸥石村卫生室": "proposed",
        "苇塘镇赵家沟村卫生室": "proposed",
    }
    assert remote.loc["鹿屿镇鸥石村卫生室", "reason"] == "ferry"
    (late,) = [f for f in found if f.unit == "min" and f.status == "violated"]
    assert "鹿屿镇卫生院" in late.message_zh
    networks = binhai_proposal.annexes["networks"]
    leads = set(binhai_proposal.grids["lead_id"])
    assert {"BH006"} <= leads & set(networks.loc[networks["kind"] == "city_federation", "hub_id"])
    assert set(networks.loc[networks.geometry.isna(), "hub_id"]) == {""}


def test_fewer_shared_centres_are_never_nearer(binhai_proposal: Proposal) -> None:
    """City-wide sites by number: minutes fall; as many as grids are no farther than one in every grid."""
    for _, table in binhai_proposal.annexes["siting"].groupby("kind"):
        city = table[table["arrangement"] == "city"].sort_values("n_centres")
        assert city["mean_minutes"].is_monotonic_decreasing
        (each,) = table.loc[table["arrangement"] == "each_grid", "mean_minutes"]
        assert city["mean_minutes"].iloc[-1] <= each + 1e-9
        (cover,) = table.loc[table["arrangement"] == "cover", "worst_minutes"]
        assert cover <= 45
