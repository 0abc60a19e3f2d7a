"""R-36 to R-38 on the chessboard city, by hand; its island city; Rizhao's federations and Zhoushan's islands laid out on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridplan.case.case import read_case
from gridplan.grids.annexes.cooperation_annexes import draw_up_overlays
from gridplan.grids.members import place_members
from gridplan.grids.plan import Plan
from gridplan.layers.records.records import RECORDS
from gridplan.pipeline import plan as plan_case
from gridplan.pipeline import revise
from gridplan.proposal.edits import Edits
from gridplan.proposal.files import read_proposal
from gridplan.proposal.proposal import Proposal, proposal_digest
from tests import board
from tests.checks.laid_out import (
    Place,
    facilities,
    finding,
    findings,
    lay_out,
    statuses,
    survey_board,
    with_records,
)

WEST = ("H1", "C0", "C3", "R1", "N1", "A1", "M1", "C1", "C4")
"""Members of the left half."""
COLUMNS = RECORDS["networks"].names


def edges(kind: str, hub: str, members: Sequence[str], *, specialty: str = "", partner: str = "") -> pd.DataFrame:
    """A network of one hub (or one partner outside), named after its kind and hub."""
    rows = [(f"{kind}-{hub}{partner}", kind, f"{hub}{partner}网", name, hub, partner, specialty) for name in members]
    return pd.DataFrame(rows, columns=COLUMNS)


def joined(plan: Plan, *networks: pd.DataFrame, centres: pd.DataFrame | None = None) -> Plan:
    """The plan with networks and centres on record, and their annexes drawn up."""
    tables = {"networks": pd.concat(networks, ignore_index=True)} if networks else {}
    tables |= {} if centres is None else {"centres": centres}
    plan = with_records(plan, tables)
    return replace(plan, annexes=draw_up_overlays(plan))


def centres(*rows: tuple[str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=RECORDS["centres"].names)


def annex(plan: Plan, name: str, *columns: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in plan.annexes[name][list(columns)].to_numpy().tolist()]


@pytest.fixture(scope="session")
def island() -> Place:
    """The eastern column is an island; a village clinic stands on it in u35."""
    clinic = "V1,,岛上卫生室,village_clinic,,collective,other,,,u35\n"
    return survey_board(facilities=facilities(more=clinic), roads=board.island_roads())


#


def test_an_alliance_reaches_over_two_grids_or_out_of_the_city(halves: Plan) -> None:
    plan = joined(
        halves,
        edges("specialty_alliance", "H1", ["H2", "M1"], specialty="卒中中心"),
        edges("specialty_alliance", "M1", ["C0", "C3"], specialty="产科"),
        edges("specialty_alliance", "", ["H1"], specialty="肿瘤", partner="省肿瘤医院"),
    )
    found = {
        f.subject_id: (f.status, f.severity, f.measured) for f in findings(plan, "R-36") if f.subject_kind == "plan"
    }
    assert found == {
        "specialty_alliance-H1": ("met", "should", 2),
        "specialty_alliance-M1": ("violated", "should", 1),
        "specialty_alliance-省肿瘤医院": ("met", "should", 2),
    }


def test_specialties_of_ones_own_through_alliances_and_missing(halves: Plan) -> None:
    """Left: H1 surgery and stroke, M1 obstetrics. Right: H2 surgery and trauma, H3 and P1 nothing more; stroke through H1."""
    plan = joined(halves, edges("specialty_alliance", "H1", ["H3"], specialty="卒中中心"))
    west, east = findings(plan, "R-36", "G1")[0], findings(plan, "R-36", "G2")[0]
    assert (west.status, west.severity, west.measured) == ("violated", "note", 1)
    assert west.message_zh.endswith("可提供的专科：产科、卒中中心、外科；经专科联盟可及：无；缺：创伤中心")
    assert east.message_zh.endswith("可提供的专科：外科、创伤中心；经专科联盟可及：卒中中心；缺：产科")
    both = joined(
        halves,
        edges("specialty_alliance", "H1", ["H3"], specialty="卒中"),
        edges("specialty_alliance", "H2", ["C0"], specialty="trauma"),
        edges("specialty_alliance", "M1", ["C2"], specialty="妇产科"),
    )
    assert [f.status for f in findings(both, "R-36") if f.subject_kind == "grid"] == ["met", "met"]


def test_only_specialty_alliances_bring_a_specialty(halves: Plan) -> None:
    """H1 tells stroke; a telemedicine network for it does not bring it to the other half."""
    told = joined(
        halves,
        edges("specialty_alliance", "H1", ["H3"], specialty="肿瘤"),
        edges("telemedicine", "H1", ["H3"], specialty="卒中"),
    )
    east = findings(told, "R-36", "G2")[0]
    assert east.message_zh.endswith("可提供的专科：外科、创伤中心；经专科联盟可及：肿瘤；缺：产科、卒中中心")


def test_without_networks_on_record_nothing_is_judged(halves: Plan) -> None:
    assert [finding(halves, rule).status for rule in ("R-36", "R-37")] == ["not_evaluated"] * 2


#


def test_the_island_needs_a_hub(island: Place) -> None:
    """C4 in u22 and the rest of the right half reach H2 by road; P1 in u05 (joined) and the clinic in u35 need the ferry."""
    plan = lay_out(island, board.WEST_EAST, members={"join": ["P1"]})
    bare = joined(plan, edges("telemedicine", "H2", ["C2", "C5"]))
    found = findings(bare, "R-37", "G2")[0]
    assert (found.status, found.severity, found.measured, found.limit) == ("violated", "should", 2, 0)
    assert set(found.places) == {"u05", "u35"}
    assert "须乘船 2 家" in found.message_zh
    both = joined(plan, edges("telemedicine", "H2", ["P1", "V1"]))
    assert findings(both, "R-37", "G2")[0].status == "met"
    assert annex(both, "telemedicine", "facility_id", "status", "hub_id") == [
        ("P1", "joined", "H2"),
        ("V1", "joined", "H2"),
    ]


def test_the_hub_proposed_is_the_lead_unless_another_hospital_is_equipped(island: Place) -> None:
    """Nobody tells telemedicine: the lead. H1 and M1 tell it, H2 not: from u35, M1 in u30 is 3 + 20 + 7, H1 in u01 3 + 20 + 3."""
    plan = joined(lay_out(island, board.WEST_EAST, members={"join": ["P1"]}))
    assert annex(plan, "telemedicine", "facility_id", "reason", "status", "hub_id") == [
        ("P1", "ferry", "proposed", "H2"),
        ("V1", "ferry", "proposed", "H2"),
    ]
    clinic = "V1,,岛上卫生室,village_clinic,,collective,other,,,u35\n"
    able = facilities(("H1", "services", "ed;telemedicine"), ("M1", "services", "telemedicine"), more=clinic)
    equipped = joined(lay_out(survey_board(facilities=able, roads=board.island_roads()), board.WEST_EAST))
    assert {hub for (hub,) in annex(equipped, "telemedicine", "hub_id")} == {"H1"}


def test_too_far_by_road_is_remote_too(halves: Plan) -> None:
    """M1 in u30 is four minutes from H1: remote where the limit is 3.5, not where it is 4."""
    near = joined(
        replace(halves, case=halves.case.changed(rules={"remote_min": 4.01})), edges("telemedicine", "H1", ["C0"])
    )
    assert findings(near, "R-37", "G1")[0].status == "met"
    far = joined(
        replace(halves, case=halves.case.changed(rules={"remote_min": 3.5})), edges("telemedicine", "H1", ["C0"])
    )
    found = findings(far, "R-37", "G1")[0]
    assert (found.status, found.measured, found.places) == ("violated", 1, ("u30",))
    assert annex(far, "telemedicine", "facility_id", "reason")[0] == ("M1", "far")


def test_all_members_are_to_be_joined(halves: Plan) -> None:
    """The left half has seven members beside its lead (the nursing home is private); six of them are joined, in the second case all."""
    some = joined(halves, edges("telemedicine", "H1", [name for name in WEST if name not in ("H1", "A1", "N1")]))
    assert [f.measured for f in findings(some, "R-37", "G1")] == [0, pytest.approx(6 / 7)]
    assert findings(some, "R-37", "G1")[1].status == "violated"
    allowed = replace(some, case=some.case.changed(rules={"telemedicine_coverage": 0.85}))
    assert findings(allowed, "R-37", "G1")[1].status == "met"
    every = joined(halves, edges("telemedicine", "H1", [name for name in WEST if name != "H1"]))
    assert findings(every, "R-37", "G1")[1].status == "met"


def test_zhoushans_eight_hubs_208_sites_18_specialties() -> None:
    """Zhoushan 2021 (V), laid on the board: 208 clinics spread over the 24 squares, 8 hospitals as hubs, 18 specialties."""
    units = board.unit_ids()
    hubs = "".join(
        f"T{i},,远程中心{i},general,二级甲等,government,district,100,telemedicine,{units[i]}\n" for i in range(8)
    )
    clinics = [f"V{i:03d}" for i in range(208)]
    rows = "".join(
        f"{name},,{name}卫生室,village_clinic,,collective,other,,,{units[i % 24]}\n" for i, name in enumerate(clinics)
    )
    plan = lay_out(survey_board(facilities=facilities(more=hubs + rows), roads=board.island_roads()), board.WEST_EAST)
    table = pd.DataFrame(
        [
            (f"T{i % 8}", "telemedicine", "海岛远程", name, f"T{i % 8}", "", f"专科{i % 18}")
            for i, name in enumerate(clinics)
        ],
        columns=COLUMNS,
    )
    islands = joined(plan, table)
    size = finding(islands, "R-37", "")
    assert (size.message_zh, size.measured) == ("远程医疗协作网有 8 个中心、208 个接入机构、18 个远程专科", 208)
    remote = islands.annexes["telemedicine"]
    assert len(remote[remote["status"] == "joined"]) == sum(i % 24 in (5, 11, 17, 23) for i in range(208))
    without = joined(plan, table[table["member_id"] != "V005"])
    assert findings(without, "R-37", "G2")[0].measured == findings(islands, "R-37", "G2")[0].measured + 1


#

EQUIPPED = facilities(
    ("H1", "services", "ed;lab;imaging;ecg;pathology;cssd"),
    ("H2", "services", "ed;lab;imaging;ecg"),
    ("H3", "services", "ed;lab"),
    ("C2", "services", "pathology"),
)
"""H1 has everything, H2 neither pathology nor sterile supply, H3 a second laboratory; a health centre's pathology is not shared."""


@pytest.fixture(scope="session")
def equipped() -> Plan:
    return lay_out(survey_board(facilities=EQUIPPED), board.WEST_EAST)


def test_a_grid_without_pathology_and_sterile_supply(equipped: Plan) -> None:
    """For C2 in u04, C5 in u34 (4,000 residents each in their streets' eastern parts) H2 in u24 is nearest of H2, H3, P1."""
    plan = joined(equipped)
    assert statuses(plan, "R-38") == {"G1": "met", "G2": "violated"}
    missing, double = findings(plan, "R-38", "G2")
    assert (missing.severity, missing.measured) == ("should", 2)
    assert missing.message_zh == "第二网格缺共享中心：病理诊断（建议设在市第二医院）、消毒供应（建议设在市第二医院）"
    assert (double.severity, double.status, double.measured) == ("note", "violated", 2)
    assert "医学检验 2 处" in double.message_zh


def test_a_centre_of_the_city_or_one_on_record_closes_the_gap(equipped: Plan) -> None:
    city = centres(("pathology", "H1", "city"), ("cssd", "H3", "H2"))
    assert findings(joined(equipped, centres=city), "R-38", "G2")[0].status == "met"
    other = centres(("pathology", "H1", "city"), ("cssd", "H3", "H1"))
    assert findings(joined(equipped, centres=other), "R-38", "G2")[0].measured == 1
    lost = joined(equipped, centres=centres(("cssd", "H3", "C0")))
    assert finding(lost, "R-38", "H3").severity == "note"


def test_samples_travel_too_long(equipped: Plan) -> None:
    """From C1 in u02 to H1 in u01 one minute, from C3 in u20 three; from C5 in u34 to H1 (pathology) three and three."""
    plan = joined(
        replace(equipped, case=equipped.case.changed(rules={"sample_min": 5})),
        centres=centres(("pathology", "H1", "city")),
    )
    west, east = (next(f for f in findings(plan, "R-38", grid) if f.unit == "min") for grid in ("G1", "G2"))
    assert (west.status, west.measured) == ("met", pytest.approx(3, abs=0.01))
    assert (east.status, east.measured, east.places) == ("violated", pytest.approx(6, abs=0.01), ("u34",))


def test_kinds_nobody_tells_are_not_evaluated(halves: Plan) -> None:
    assert set(statuses(halves, "R-38")) == {"lab", "imaging", "ecg", "pathology", "cssd"}
    assert set(statuses(halves, "R-38").values()) == {"not_evaluated"}
    assert draw_up_overlays(halves) == {}


def test_siting_by_hand(equipped: Plan) -> None:
    """Sterile supply: hosts H1 (told) and in the right half H2, H3, P1. Six health centres, 4,000 residents each, save that the
    middle streets S1 and S4 are cut in two: C1 and C4 keep their left halves, C2 and C5 answer for the right ones (6,000 each).
    """
    table = joined(equipped).annexes["siting"].set_index(["kind", "arrangement", "n_centres"])
    row = table.loc[("cssd", "each_grid", 2)]
    assert row["host_ids"] == "H1;H2"
    # left: C0 1, C1 1, C3 3, C4 3 minutes; right: C2 in u04 two, C5 in u34 one minute to H2 in u24
    assert row["mean_minutes"] == pytest.approx((4 * 1 + 2 * 1 + 4 * 3 + 2 * 3 + 6 * 2 + 6 * 1) / 24, abs=0.01)
    one = table.loc[("cssd", "city", 1)]
    # to H2: C0 6, C1 4, C2 2, C3 4, C4 2, C5 1; to H3 in u13: 4, 2, 2, 4, 2, 3; both 70,000 minutes in all, H1 and P1 more
    assert one["host_ids"] in ("H2", "H3")
    assert one["mean_minutes"] == pytest.approx((4 * 4 + 2 * 2 + 6 * 2 + 4 * 4 + 2 * 2 + 6 * 3) / 24, abs=0.01)
    assert one["centres_fewer"] == 1
    assert one["minutes_more_than_each"] == pytest.approx((70 - 42) / 24, abs=0.01)


# Overlays and the partition


def test_rizhaos_federations_lie_over_the_grids(halves: Plan) -> None:
    """Rizhao 2019 (S0): people's and TCM hospitals lead grids and federations, the maternity hospital only a federation."""
    federations = [
        edges("city_federation", hub, members)
        for hub, members in (("H1", ["H3", "P1"]), ("H2", ["H3"]), ("M1", ["H3", "C2"]))
    ]
    plan = joined(halves, *federations)
    found = [f for f in findings(plan, "R-36") if f.subject_kind == "plan"]
    assert [(f.severity, f.status) for f in found] == [("note", "met")] * 3
    assert [f.measured for f in found] == [2, 1, 2]
    lead = dict(plan.assignment.lead_of_grid)
    hubs = {hub for (hub,) in annex(plan, "networks", "hub_id")}
    assert (hubs & set(lead.values()), hubs - set(lead.values())) == ({"H1", "H2"}, {"M1"})
    assert plan.members.loc["M1", ["grid_id", "role"]].tolist() == ["G1", "member"]
    assert sum(name == "H3" for (name,) in annex(plan, "networks", "member_id")) == 3


FACILITY = st.sampled_from(sorted(board.board_facilities()["facility_id"]))
EDGE = st.tuples(
    st.sampled_from(["A", "B"]), st.sampled_from(["specialty_alliance", "telemedicine"]), FACILITY, FACILITY
)


@settings(max_examples=8, deadline=None)
@given(rows=st.lists(EDGE, min_size=1, max_size=12))
def test_networks_never_change_the_grids(halves: Plan, rows: list[tuple[str, str, str, str]]) -> None:
    """Whatever the networks are: the same grids, members and findings of all rules but those on networks."""
    table = pd.DataFrame([(n, k, n, a, b, "", "肿瘤") for n, k, a, b in rows], columns=COLUMNS)
    plan = joined(halves, table, centres=centres(*(("lab", a, b) for _, _, a, b in rows)))
    assert plan.assignment is halves.assignment
    placed = place_members(plan.layers, plan.assignment)
    pd.testing.assert_frame_equal(placed, halves.members)
    own = [(f.rule, f.subject_id, f.status) for rule in ("R-02", "R-04", "R-22") for f in findings(plan, rule)]
    assert own == [
        (f.rule, f.subject_id, f.status) for rule in ("R-02", "R-04", "R-22") for f in findings(halves, rule)
    ]
    assert len(plan.annexes["networks"]) == len(table)


NETWORK_FILE = """网络编号,网络类别,网络名称,成员机构编号,牵头机构编号,市外合作单位,专科
F1,全市医联体,妇幼医联体,H1,M1,,
F1,全市医联体,妇幼医联体,H2,M1,,
Z1,专科联盟,卒中联盟,H3,H1,,卒中
Y1,远程医疗协作网,远程网,P1,H2,,影像
B1,对口支援,援建,H1,,省人民医院,
"""


def test_networks_on_record_reach_the_proposal_and_leave_its_grids(tmp_path: Path, board_proposal: Proposal) -> None:
    case = board.write_board(tmp_path, facilities=EQUIPPED)
    (tmp_path / "networks.csv").write_text(NETWORK_FILE, encoding="utf-8")
    (tmp_path / "centres.csv").write_text("中心类别,所在机构编号,服务对象\n病理,H1,全市\n", encoding="utf-8")
    records = "".join(f'\n[layers.records.{name}]\npath = "{name}.csv"\n' for name in ("networks", "centres"))
    case.write_text(case.read_text(encoding="utf-8") + records, encoding="utf-8")
    proposal = plan_case(read_case(case))
    assert proposal.units["grid_id"].equals(board_proposal.units["grid_id"])
    assert proposal.facilities[["grid_id", "role"]].equals(board_proposal.facilities[["grid_id", "role"]])
    assert sorted(proposal.annexes["networks"].geometry.isna()) == [False] * 4 + [True]
    read = read_proposal(proposal.save(tmp_path / "out"))
    assert read.equals(proposal)
    edits = Edits(proposal=proposal_digest(read), locks=(str(read.units.index[0]),))
    again = revise(read, edits)
    assert {name: len(frame) for name, frame in again.annexes.items()} == {n: len(f) for n, f in read.annexes.items()}
    assert [f for f in again.findings if f.rule > "R-35"][:12] == [f for f in read.findings if f.rule > "R-35"][:12]
