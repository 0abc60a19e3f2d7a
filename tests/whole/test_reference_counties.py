"""Published counts of county communities, laid out on units and put through `assess`.

Counts are from the source texts (S2, S4) and public pages (V) named at each case; what lies where, how many people live
there and every name is invented, since only the counts were published.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd
import pytest

from gridplan.proposal.proposal import Proposal
from tests.whole.test_reference_cases import Zone, assessed, broken, centre, hospital, only, write_city


def county_hospital(facility_id: str, zone: str, **told: object) -> dict[str, object]:
    """A secondary general hospital of the county."""
    usual = {"level": "二级甲等", "admin_level": "district"}
    return hospital(facility_id, f"{zone}人民医院", zone, **{**usual, **told})


def township_centre(facility_id: str, zone: str) -> dict[str, object]:
    return centre(facility_id, f"{zone}{facility_id}卫生院", zone, kind="thc", admin_level="township")


def clinic(facility_id: str, zone: str, above: str) -> dict[str, object]:
    told = {"kind": "village_clinic", "admin_level": "township", "parent_id": above}
    return centre(facility_id, f"{zone}{facility_id}村卫生室", zone, **told)


def write_prefecture(
    folder: Path, name: str, zones: Sequence[Zone], counties: Sequence[str], facilities: Sequence[Mapping[str, object]]
) -> Path:
    """Write a city of zones, some of them counties."""
    case = write_city(folder, name, zones, facilities)
    told = ", ".join(f'"{county}"' for county in counties)
    with case.open("a", encoding="utf-8") as file:
        file.write(f"[county]\ndistricts = [{told}]\n")
    return case


def by_zone(leads: Mapping[str, str]) -> pd.DataFrame:
    return pd.DataFrame({"区": list(leads), "牵头医院": list(leads.values())})


# Sanming 2017 (S4): two urban groups and ten county communities, one a county, in one plan

COUNTIES = [f"县{i:02d}" for i in range(1, 11)]


@pytest.fixture(scope="module")
def sanming(tmp_path_factory: pytest.TempPathFactory) -> Path:
    zones = [Zone("东城", 10, 220_000), Zone("西城", 10, 180_000), *[Zone(name, 10, 250_000) for name in COUNTIES]]
    facilities = [
        hospital("X1", "第一医院", "东城"),
        hospital("X2", "第二医院", "西城"),
        *[county_hospital(f"H{i:02d}", name) for i, name in enumerate(COUNTIES)],
        *[township_centre(f"T{i:02d}", name) for i, name in enumerate(COUNTIES)],
    ]
    return write_prefecture(tmp_path_factory.mktemp("sanming"), "三明", zones, COUNTIES, facilities)


def sanming_leads() -> dict[str, str]:
    return {"东城": "X1", "西城": "X2"} | {name: f"H{i:02d}" for i, name in enumerate(COUNTIES)}


@pytest.fixture(scope="module")
def published(sanming: Path) -> Proposal:
    return assessed(sanming, by_zone(sanming_leads()))


def test_sanming_is_two_urban_groups_and_ten_communities_in_one_plan(published: Proposal) -> None:
    proposal = published
    assert only(proposal, "R-54", "scopes").message_zh == "2 个城市医疗集团、10 个县域医共体，分属城区和 10 个县"
    assert proposal.grids["mode"].value_counts().to_dict() == {"city": 2, "county": 10}
    assert only(proposal, "R-01").measured == 2
    assert [f.measured for f in proposal.findings if f.rule == "R-50" and f.unit == "communities"] == [1] * 10
    judged = [f for f in proposal.findings if f.rule in ("R-01", "R-02", "R-50", "R-52", "R-54")]
    assert {f.status for f in judged} == {"met"}
    assert sum(f.rule == "R-52" for f in judged) == 10


def test_sanmings_balance_is_that_of_each_part(published: Proposal) -> None:
    """The two urban groups lie 10 % either side of their mean; a county alone has nothing to be compared with."""
    deviation = published.grids.set_index("lead_id")["deviation"]
    assert deviation[["X1", "X2"]].tolist() == pytest.approx([0.1, -0.1])
    assert deviation.drop(["X1", "X2"]).abs().max() == pytest.approx(0)


def test_a_county_given_to_an_urban_group_changes_its_findings(sanming: Path, published: Proposal) -> None:
    whole = broken(published)
    away = assessed(sanming, by_zone(sanming_leads() | {"县10": "H08"}))
    assert {("R-54", "12"), ("R-01", "12")} <= broken(away) - whole
    (found,) = [f for f in away.findings if f.rule == "R-54" and f.status == "violated"]
    assert (found.severity, found.measured) == ("must", 10)


# Shenyang 2024 (S2): 19 urban groups and 4 county communities; 90 health centres and 111 township centres


def test_shenyangs_nineteen_and_four_with_their_two_hundred_and_one_centres(tmp_path: Path) -> None:
    urban, counties = [f"片{i:02d}" for i in range(19)], [f"县{i}" for i in range(4)]
    zones = [Zone(name, 5, 300_000) for name in urban] + [Zone(name, 5, 400_000) for name in counties]
    facilities = [
        *[hospital(f"U{i:02d}", f"医院{i:02d}", name) for i, name in enumerate(urban)],
        *[county_hospital(f"V{i}", name) for i, name in enumerate(counties)],
        *[centre(f"C{i:02d}", f"中心{i:02d}", urban[i % 19]) for i in range(90)],
        *[township_centre(f"T{i:03d}", counties[i % 4]) for i in range(111)],
    ]
    case = write_prefecture(tmp_path, "沈阳", zones, counties, facilities)
    leads = {name: f"U{i:02d}" for i, name in enumerate(urban)} | {name: f"V{i}" for i, name in enumerate(counties)}
    proposal = assessed(case, by_zone(leads))
    assert only(proposal, "R-54", "scopes").message_zh == "19 个城市医疗集团、4 个县域医共体，分属城区和 4 个县"
    members = proposal.facilities[proposal.facilities["role"] == "member"]
    assert members["kind"].value_counts().to_dict() == {"thc": 111, "chc": 90}
    assert (members["grid_id"].map(proposal.grids["mode"]) == "county").sum() == 111
    patterns = [f.message_zh[f.message_zh.rindex("（") :] for f in proposal.findings if f.rule == "R-51"]
    assert patterns == ["（1+1+28+0）", "（1+1+28+0）", "（1+1+28+0）", "（1+1+27+0）"]


# Suixi (S4): one county committee, two leads, N township centres, below them N village clinics; units are townships


def suixi(folder: Path, leads: Sequence[str], n_clinics: int, n_townships: int) -> Proposal:
    towns = [f"乡镇{i:02d}" for i in range(n_townships)]
    facilities = [county_hospital(lead, towns[i]) for i, lead in enumerate(leads)]
    facilities += [township_centre(f"T{i:02d}", town) for i, town in enumerate(towns)]
    facilities += [clinic(f"C{i:03d}", towns[i % n_townships], f"T{i % n_townships:02d}") for i in range(n_clinics)]
    case = write_city(folder, "濉溪", [Zone(town, 1, 60_000) for town in towns], facilities)
    text = case.read_text(encoding="utf-8").replace('name = "濉溪"', 'name = "濉溪"\nmode = "county"')
    case.write_text(text, encoding="utf-8")
    return assessed(case, by_zone({town: leads[i % len(leads)] for i, town in enumerate(towns)}))


def test_suixi_is_one_committee_two_leads_and_n_centres(tmp_path: Path) -> None:
    proposal = suixi(tmp_path, ["H1", "H2"], 22, 11)
    assert only(proposal, "R-51").message_zh.endswith("（1+2+11+22）")
    assert {f.status for f in proposal.findings if f.rule in ("R-01", "R-50", "R-51", "R-52")} == {"met"}
    tree = proposal.annexes["county_tree"]
    assert tree["level"].tolist()[:3] == ["committee", "lead", "lead"]
    assert tree["above"].tolist()[:3] == ["", "濉溪", "濉溪"]
    assert tree["n_below"].tolist()[:3] == [2, 6, 5]
    assert tree.loc[tree["level"] == "clinic", "above"].tolist()[0] == "乡镇00T00卫生院"


# Zhongshan, Guangxi (V): published as 1+3+12+N with 115 village clinics; the notation is shown, never read


def test_zhongshans_pattern_is_shown_and_three_leads_are_more_than_usual(tmp_path: Path) -> None:
    proposal = suixi(tmp_path, ["H1", "H2", "H3"], 115, 12)
    assert only(proposal, "R-51").message_zh.endswith("（1+3+12+115）")
    found = only(proposal, "R-50")
    assert (found.status, found.severity, found.measured, found.limit) == ("violated", "should", 3, 2)
