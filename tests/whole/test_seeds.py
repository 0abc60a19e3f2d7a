"""The published systems of the sources as a planner would give them: check, assess and the map, and where each fact went."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from gridplan.case.case import read_case
from gridplan.checks.finding import Finding
from gridplan.checks.tasks import list_work
from gridplan.intake.input_check import check_inputs
from gridplan.outputs.map.content import page_content
from gridplan.pipeline import assess
from gridplan.proposal.proposal import Proposal

CASES = Path(__file__).parents[1] / "cases"


def seed(name: str) -> Proposal:
    """The published layout of a system, assessed."""
    return assess(read_case(CASES / name / "case.toml"), CASES / name / "plan.csv")


def told(proposal: Proposal, rule: str, topic: str = "") -> list[Finding]:
    return [finding for finding in proposal.findings if (finding.rule, finding.topic) == (rule, topic)]


def shown(proposal: Proposal, indicator: str) -> str:
    (value,) = proposal.annexes["indicators"].set_index("indicator").loc[[indicator], "shown"]
    return str(value)


def panjin(city: Proposal) -> None:
    """Three groups; three tight and three loose members of the central group; the aorta goes to another city."""
    assert len(city.grids) == 3
    lead = city.grids.index[city.grids["lead_name"] == "盘锦市中心医院"][0]
    own = city.facilities[(city.facilities["grid_id"] == lead) & (city.facilities["role"] == "member")]
    assert own["tie"].value_counts().to_dict() == {"tight": 3, "loose": 3}
    assert "北部战区总医院" in set(city.annexes["networks"]["hub"])
    assert shown(city, "M-12d") == "30"


def fuxin(city: Proposal) -> None:
    """Nine public hospitals and nineteen primary facilities over three groups; one lead is an obstetrics hospital."""
    assert len(city.grids) == 3
    assert int(city.facilities["kind"].isin(("general", "maternity", "specialist")).sum()) == 9
    assert int((city.facilities["kind"] == "chc").sum()) == 19
    assert [finding.cause for finding in told(city, "R-20") if finding.status == "violated"] == ["supply"]
    assert {finding.cause for finding in told(city, "R-06") if finding.status == "violated"} == {"supply"}, (
        "nothing joins them"
    )


def huzhou(city: Proposal) -> None:
    """85.2 % of visits in primary care in seven months; members grew by 21 %."""
    assert (shown(city, "M-04"), shown(city, "M-15")) == ("85.2%", "21.0%")


def shenyang(city: Proposal) -> None:
    """19 + 4 and 201 centres; 1,718 referrals in 75 days are 8,361 a year; the chain's 69 gaps are one row of work."""
    assert city.grids["mode"].value_counts().to_dict() == {"city": 19, "county": 4}
    observed = city.annexes["indicators"].set_index("indicator")
    assert round(observed.loc["M-12d", "yearly"]) == round(1718 * 365 / 75)
    assert (shown(city, "M-16b"), shown(city, "M-14a")) == ("15.9%", "13,208")
    rows = [task for task in list_work(city.findings, city.units) if "R-34" in task.rules]
    assert [(len(task.findings), task.people) for task in rows] == [(69, 7_300_000)]


def zhoushan(city: Proposal) -> None:
    """8 centres, 208 sites, 18 remote specialties."""
    (network,) = (finding for finding in told(city, "R-37") if finding.subject_id == "")
    assert network.message_zh == "远程医疗协作网有 8 个中心、208 个接入机构、18 个远程专科"


def sanming(city: Proposal) -> None:
    """Two urban groups and ten communities share one fund; the unit without insured has the mix of its grid, not its residents."""
    assert city.grids["mode"].value_counts().to_dict() == {"county": 10, "city": 2}
    budgets = city.annexes["budgets"]
    rate = 5000 * 2000 * 1.05 + 15_000 * 800 * 1.08
    assert budgets["budget"].sum() == pytest.approx(120 * rate, abs=0.01)
    assert budgets["advance"].sum() == pytest.approx(120 * rate / 4, abs=0.01)
    (silent,) = told(city, "R-45", "insured")
    assert (len(silent.places), silent.cause) == (1, "data")


def yinzhou(city: Proposal) -> None:
    """Two communities in one county."""
    assert [finding.status for finding in told(city, "R-50", "number")] == ["met"]


def suixi(city: Proposal) -> None:
    """1+2+N, and who assesses whom."""
    (pattern,) = told(city, "R-51")
    assert pattern.message_zh.endswith("（1+2+11+22）")
    assert any("县医共体管理委员会考核牵头医院；牵头医院考核乡镇卫生院" in f.message_zh for f in told(city, "R-45"))


def rizhao(city: Proposal) -> None:
    """Four leads, 334 community grids, three federations of which one hub leads no grid."""
    assert (len(city.grids), len(city.units)) == (4, 334)
    assert set(city.annexes["networks"]["hub_id"]) - {""} - set(city.grids["lead_id"]) == {"M1"}


@pytest.mark.parametrize(
    "facts",
    [panjin, fuxin, huzhou, shenyang, zhoushan, sanming, yinzhou, suixi, rizhao],
    ids=lambda facts: facts.__name__,
)
def test_a_published_system_goes_through_check_assess_and_the_map(facts: Callable[[Proposal], None]) -> None:
    checked = check_inputs(CASES / facts.__name__ / "case.toml")
    assert checked.ready is not None
    city = seed(facts.__name__)
    facts(city)
    page = page_content(city)
    assert len(page["grids"]) == len(city.grids)
    broken = [finding for finding in city.findings if finding.status == "violated"]
    assert all(finding.cause and finding.measure_zh and finding.responsible_en for finding in broken)
    assert len([task for task in page["tasks"] if task["status"] == "violated"]) < len(broken)
