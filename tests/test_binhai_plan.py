"""The bundled city keeps its promises: with its waivers nothing stands; without them the rules bite; the old grouping is worse."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest

from gridplan.case import Case, read_case
from gridplan.pipeline import assess, plan
from gridplan.proposal import Proposal

BINHAI = Path(__file__).parent.parent / "data" / "binhai"


@pytest.fixture(scope="session")
def binhai_case() -> Case:
    return read_case(BINHAI / "case.toml")


@pytest.fixture(scope="session")
def binhai_proposal(binhai_case: Case) -> Proposal:
    """The bundled city as `gridplan demo` plans it."""
    return plan(binhai_case)


def test_no_must_rule_stands(binhai_proposal: Proposal) -> None:
    assert [f.message_zh for f in binhai_proposal.findings if f.stands] == []
    assert not binhai_proposal.must_stands


def test_the_waiver_stays_visible(binhai_proposal: Proposal) -> None:
    waived = [f for f in binhai_proposal.findings if f.status == "waived"]
    assert "R-20" in {f.rule for f in waived}
    assert all(f.reason and f.author and f.date for f in waived)


def test_without_waivers_the_rules_bite(binhai_case: Case, binhai_proposal: Proposal) -> None:
    bare = assess(binhai_case.changed(rules={"waivers": []}), binhai_proposal.units["lead_id"])
    violated = {f.rule for f in bare.findings if f.status == "violated"}
    assert "R-20" in violated
    assert len(violated & {"R-06", "R-34", "R-60"}) >= 2
    assert not any(f.status == "waived" for f in bare.findings)


def test_every_number_of_a_finding_has_its_unit(binhai_proposal: Proposal) -> None:
    assert [asdict(f) for f in binhai_proposal.findings if f.measured is not None and not f.unit] == []


def test_the_existing_grouping_is_worse_in_minutes(binhai_case: Case, binhai_proposal: Proposal) -> None:
    given = assess(binhai_case, BINHAI / "baseline.xlsx")
    (same,) = [f for f in given.findings if f.rule == "R-27"]
    assert (same.status, same.measured) == ("met", 0)
    assert given.scores["plan"]["mean_minutes"] > binhai_proposal.scores["plan"]["mean_minutes"] + 1


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
