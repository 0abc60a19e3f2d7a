"""Published layouts, laid out on units and put through `assess`: the findings that the sources lead one to expect.

Facts are from the source texts (S0, S1) and public pages (V) named at each case; shapes, minutes and any number not
named are invented. Only layouts that were published as lead -> area can be replayed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from gridplan.case.case import read_case
from gridplan.checks.finding import Finding
from gridplan.pipeline import assess, revise
from gridplan.proposal.edits import Edits
from gridplan.proposal.proposal import Proposal, proposal_digest

CRS = "EPSG:4549"
ORIGIN = (500_000.0, 3_900_000.0)
CASE = """
format = "gridplan-case/1"
[place]
name = "{name}"
crs = "EPSG:4549"
synthetic = true
[layers.units]
path = "units.gpkg"
[layers.population]
kind = "table"
path = "people.csv"
[[layers.facilities]]
path = "facilities.csv"
crs = "EPSG:4549"
[travel]
source = "straight_line"
[rules]
tight = {tight}
"""


@dataclass(frozen=True)
class Zone:
    """A district or functional zone, drawn as a column of square units of 2 km from west to east; `gap` columns before it.

    With `district` it is a street of that district.
    """

    name: str
    n_units: int
    people: int
    gap: int = 0
    district: str = ""


def write_city(
    folder: Path, name: str, zones: Sequence[Zone], facilities: Sequence[Mapping[str, object]], *, tight: bool = False
) -> Path:
    """Write a city of zones, each a block of square units ten high, and its facilities (in a zone's first unit unless `at` says)."""
    folder.mkdir(parents=True, exist_ok=True)
    rows, column = [], 0
    for z, zone in enumerate(zones):
        column += zone.gap
        for i in range(zone.n_units):
            x, y = ORIGIN[0] + (column + i // 10) * 2000, ORIGIN[1] + (i % 10) * 2000
            rows.append(
                (f"{z + 1:02d}{i:03d}", zone.name, f"{z + 1:02d}", zone.people / zone.n_units, x, y, zone.district)
            )
        column += -(-zone.n_units // 10)
    table = pd.DataFrame(rows, columns=["unit_id", "district", "district_id", "population", "x", "y", "of"])
    shapes = [shapely.box(x, y, x + 2000, y + 2000) for x, y in zip(table["x"], table["y"], strict=True)]
    units = table[["unit_id", "district", "district_id"]].assign(name=table["district"] + table["unit_id"].str[2:])
    if (table["of"] != "").all():
        streets = {"street": table["district"], "street_id": table["district_id"]}
        units = units.assign(**streets, district=table["of"], district_id="01")
    gpd.GeoDataFrame(units, geometry=shapes, crs=CRS).to_file(folder / "units.gpkg", engine="pyogrio")
    table[["unit_id", "population"]].to_csv(folder / "people.csv", index=False)
    place = table.set_index(["district", table.groupby("district").cumcount()])[["x", "y"]]
    listed = pd.DataFrame(list(facilities))
    home = [place.loc[(row["zone"], row.get("at", 0))] + 1000.0 for row in facilities]
    listed["lon"], listed["lat"] = [at["x"] for at in home], [at["y"] for at in home]
    listed.to_csv(folder / "facilities.csv", index=False, encoding="utf-8-sig")
    (folder / "case.toml").write_text(CASE.format(name=name, tight=str(tight).lower()), encoding="utf-8")
    return folder / "case.toml"


def hospital(facility_id: str, name: str, zone: str, **told: object) -> dict[str, object]:
    """A tertiary general municipal government hospital, unless told otherwise."""
    usual = {
        "kind": "general",
        "level": "三级甲等",
        "ownership": "government",
        "admin_level": "city",
        "services": "ed;stroke",
    }
    return {
        "facility_id": facility_id,
        "name": name,
        "zone": zone,
        "parent_id": "",
        "tie": "",
        "beds": "",
        **usual,
        **told,
    }


def centre(facility_id: str, name: str, zone: str, **told: object) -> dict[str, object]:
    """A community health centre of the district."""
    usual = {"kind": "chc", "level": "", "admin_level": "district", "services": ""}
    return hospital(facility_id, name, zone, **{**usual, **told})


def assessed(case: Path, table: pd.DataFrame) -> Proposal:
    """The proposal that `assess` makes of a table of the published plan."""
    path = case.parent / "plan.csv"
    table.to_csv(path, index=False, encoding="utf-8-sig")
    return assess(read_case(case), path)


def broken(proposal: Proposal) -> set[tuple[str, str]]:
    """(rule, subject) of violated findings, grids by the name of their lead."""
    names = proposal.grids["lead_name"]
    return {(f.rule, str(names.get(f.subject_id, f.subject_id))) for f in proposal.findings if f.status == "violated"}


def only(proposal: Proposal, rule: str, subject: str = "") -> Finding:
    (found,) = [f for f in proposal.findings if f.rule == rule and f.subject_id == subject]
    return found


def of_lead(proposal: Proposal, rule: str, lead: str) -> Finding:
    grid = str(proposal.grids.index[proposal.grids["lead_name"] == lead][0])
    return next(f for f in proposal.findings if f.rule == rule and f.subject_id == grid)


# Rizhao 2019 (S0): four leads, four sub-areas, 334 community grids; two grids are functional zones

RIZHAO = {
    "日照经济技术开发区": "日照市人民医院",
    "山海天旅游度假区": "日照市中医医院",
    "东港区": "日照市中心医院",
    "岚山区": "岚山区人民医院",
}


@pytest.fixture(scope="module")
def rizhao(tmp_path_factory: pytest.TempPathFactory) -> Path:
    zones = [
        Zone("日照经济技术开发区", 60, 250_000),
        Zone("山海天旅游度假区", 30, 60_000),
        Zone("东港区", 144, 700_000),
    ]
    leads = [
        hospital("A1", "日照市人民医院", "日照经济技术开发区"),
        hospital("A2", "日照市中医医院", "山海天旅游度假区", kind="tcm"),
        hospital("A3", "日照市中心医院", "东港区", level="二级甲等", beds=400, services="ed;surgery;trauma"),
        hospital(
            "A4",
            "岚山区人民医院",
            "岚山区",
            level="二级甲等",
            beds=400,
            services="ed;surgery;stroke",
            admin_level="district",
        ),
    ]
    return write_city(tmp_path_factory.mktemp("rizhao"), "日照", [*zones, Zone("岚山区", 100, 400_000)], leads)


def rizhao_plan() -> pd.DataFrame:
    return pd.DataFrame({"功能区": list(RIZHAO), "牵头医院": list(RIZHAO.values())})


def rizhao_by_unit(case: Path) -> pd.DataFrame:
    units = gpd.read_file(case.parent / "units.gpkg", engine="pyogrio")
    return pd.DataFrame(
        {"单元代码": units["unit_id"], "牵头医院": units["district"].map(RIZHAO), "片区": units["district"] + "片区"}
    )


def test_rizhao_has_four_leads_four_sub_areas_334_community_grids(rizhao: Path) -> None:
    proposal = assessed(rizhao, rizhao_by_unit(rizhao))
    assert only(proposal, "R-30").message_zh == "4 家牵头医院、4 个片区、334 个社区网格"
    assert only(proposal, "R-01").measured == 4
    assert {f.status for f in proposal.findings if f.rule in ("R-02", "R-03", "R-04", "R-06", "R-30")} == {"met"}


def test_rizhaos_leads_qualify_as_secondary_or_above(rizhao: Path) -> None:
    proposal = assessed(rizhao, rizhao_plan())
    assert {f.status for f in proposal.findings if f.rule == "R-20"} == {"met"}
    assert "能力较强的二级医院" in of_lead(proposal, "R-20", "岚山区人民医院").message_zh


def test_rizhaos_populations_are_unequal_and_that_is_a_note(rizhao: Path) -> None:
    uneven = [f for f in assessed(rizhao, rizhao_plan()).findings if f.rule == "R-07" and f.status == "violated"]
    assert uneven
    assert {f.severity for f in uneven} == {"note"}


def test_one_unit_missing_one_twice_one_more_lead_each_change_their_own_finding(rizhao: Path) -> None:
    """Without a zone R-02 tells its units; a unit in two grids is R-02; a second lead of a group is R-04."""
    table = rizhao_by_unit(rizhao).assign(医疗集团=lambda t: t["片区"])
    whole = broken(assessed(rizhao, table))
    again = table[table["单元代码"] == "03143"].assign(牵头医院="岚山区人民医院", 医疗集团="岚山区片区")
    assert broken(assessed(rizhao, pd.concat([table, again]))) - whole == {("R-02", "")}
    second = table.copy()
    second.loc[second["单元代码"] == "03143", "牵头医院"] = "岚山区人民医院"
    assert broken(assessed(rizhao, second)) - whole == {("R-04", "日照市中心医院")}
    fewer = table[table["单元代码"] != "04099"]
    proposal = assessed(rizhao, fewer)
    assert broken(proposal) - whole == {("R-02", "")}
    assert [f.places for f in proposal.findings if f.rule == "R-02" and f.status == "violated"] == [("04099",)]


# Rizhao's overlay (S0): three federations over the grids, joined by county hospitals outside them; the maternity hospital leads one

FEDERATIONS = {
    "日照市人民医院": ("F1", ["岚山区人民医院"], ["莒县人民医院", "五莲县人民医院"]),
    "日照市中医医院": ("F2", ["岚山区中医医院"], ["莒县中医医院", "五莲县中医医院"]),
    "日照市妇幼保健院": ("F3", ["日照民营妇产医院"], ["莒县妇幼保健院"]),
}


def test_rizhaos_federations_lie_over_its_four_grids(tmp_path: Path) -> None:
    zones = [Zone(name, 10, 200_000) for name in RIZHAO]
    names = {name: f"A{i}" for i, name in enumerate(RIZHAO.values(), 1)}
    names |= {"日照市妇幼保健院": "M1", "岚山区中医医院": "B1", "日照民营妇产医院": "P1"}
    facilities = [hospital(names[lead], lead, zone) for zone, lead in RIZHAO.items()]
    facilities += [
        hospital("M1", "日照市妇幼保健院", "东港区", kind="maternity"),
        hospital("B1", "岚山区中医医院", "岚山区", kind="tcm", level="二级甲等", admin_level="district"),
        hospital("P1", "日照民营妇产医院", "东港区", kind="maternity", level="二级", ownership="private"),
    ]
    case = write_city(tmp_path, "日照", zones, facilities)
    alone = assessed(case, rizhao_plan())
    rows = [
        (
            network,
            "城市医联体",
            f"{hub}联合体",
            names[member] if member else names[hub],
            names[hub] if member else "",
            partner,
        )
        for hub, (network, members, outside) in FEDERATIONS.items()
        for member, partner in [*((name, "") for name in members), *(("", name) for name in outside)]
    ]
    columns = ["网络编号", "网络类别", "网络名称", "成员机构编号", "牵头机构编号", "市外合作单位"]
    pd.DataFrame(rows, columns=columns).to_csv(tmp_path / "networks.csv", index=False, encoding="utf-8-sig")
    text = case.read_text(encoding="utf-8")
    case.write_text(f'{text}[layers.records]\nnetworks = {{ path = "networks.csv" }}\n', encoding="utf-8")
    proposal = assessed(case, rizhao_plan())
    assert len([f for f in proposal.findings if f.rule == "R-36" and f.subject_id in ("F1", "F2", "F3")]) == 3
    lines = proposal.annexes["networks"]
    hubs, leads = set(lines["hub_id"]) - {""}, set(proposal.grids["lead_id"])
    assert hubs & leads == {"A1", "A2"}, "two hospitals lead a grid and a federation"
    assert hubs - leads == {"M1"}, "the maternity hospital leads a federation only"
    assert proposal.units["grid_id"].equals(alone.units["grid_id"])
    assert proposal.facilities[["grid_id", "role", "tie"]].equals(alone.facilities[["grid_id", "role", "tie"]])
    networks = {"R-36", "R-37", "R-38"}
    assert {b for b in broken(proposal) if b[0] not in networks} == {b for b in broken(alone) if b[0] not in networks}


# Shijiazhuang 2019 (V): four districts, one group each; the High-tech Zone, a fifth unit of the statistics, is not named


def test_shijiazhuangs_fifth_zone_is_in_no_grid_until_it_is_mapped(tmp_path: Path) -> None:
    """3,216,800 people in five units (2018); taking the zone out of the table changes R-02 and nothing else."""
    groups = {
        "新华区": "石家庄市第二医院",
        "长安区": "石家庄市第三医院",
        "桥西区": "石家庄市中医院",
        "裕华区": "石家庄市第一医院",
    }
    zones = [Zone(name, 20, 780_000) for name in groups]
    leads = [
        hospital(f"S{i}", name, zone, kind="tcm" if "中医" in name else "general")
        for i, (zone, name) in enumerate(groups.items())
    ]
    case = write_city(tmp_path, "石家庄", [*zones, Zone("高新技术产业开发区", 10, 96_800)], leads)
    table = pd.DataFrame({"区": list(groups), "牵头医院": list(groups.values())})
    proposal = assessed(case, table)
    (found,) = [f for f in proposal.findings if f.rule == "R-02" and f.status == "violated"]
    assert (found.severity, found.measured, set(found.places)) == ("must", 10, {f"05{i:03d}" for i in range(10)})
    assert "9.7 万人" in found.message_zh
    assert only(proposal, "R-01").measured == 4
    mapped = pd.DataFrame({"区": ["高新技术产业开发区"], "牵头医院": ["石家庄市第一医院"]})
    whole = assessed(case, pd.concat([table, mapped]))
    assert broken(proposal) ^ broken(whole) == {("R-02", "")}
    assert whole.grids["population"].sum() == pytest.approx(3_216_800)


# Fuxin 2023 (S1): three groups; the second hospital is an obstetrics hospital and has two detached districts


@pytest.fixture(scope="module")
def fuxin(tmp_path_factory: pytest.TempPathFactory) -> Proposal:
    zones = [
        Zone("新邱区", 10, 80_000),
        Zone("海州区", 20, 250_000, gap=1),
        Zone("太平区", 20, 160_000),
        Zone("细河区", 20, 200_000),
        Zone("清河门区", 10, 80_000, gap=1),
    ]
    second = "阜新市第二人民医院(妇产医院)"
    groups = {
        "新邱区": second,
        "海州区": "阜新市中心医院",
        "太平区": "辽健集团阜新总医院",
        "细河区": second,
        "清河门区": second,
    }
    district = {"kind": "general", "level": "二级甲等", "admin_level": "district"}
    facilities = [
        hospital("F1", "阜新市中心医院", "海州区"),
        hospital("F2", "辽健集团阜新总医院", "太平区", ownership="state_enterprise", admin_level="other"),
        hospital("F3", second, "细河区", kind="maternity", services="obstetrics"),
        hospital("F4", "阜新市创伤急救医院", "细河区", kind="specialist", level="二级甲等"),
        *[
            hospital(f"F{i}", f"{zone}医院", zone, **district)
            for i, zone in enumerate(("细河区", "新邱区", "清河门区"), 5)
        ],
        *[centre(f"C{i}", f"细河第{i}社区卫生服务中心", "细河区") for i in range(1, 6)],
    ]
    case = write_city(tmp_path_factory.mktemp("fuxin"), "阜新", zones, facilities)
    return assessed(case, pd.DataFrame({"区": list(groups), "牵头医院": list(groups.values())}))


def test_fuxins_obstetrics_hospital_needs_a_reason_to_lead(fuxin: Proposal) -> None:
    found = of_lead(fuxin, "R-20", "阜新市第二人民医院(妇产医院)")
    assert (found.status, found.severity) == ("violated", "should")
    assert of_lead(fuxin, "R-20", "辽健集团阜新总医院").status == "met"


def test_fuxins_detached_districts_are_cut_off(fuxin: Proposal) -> None:
    """Xinqiu and Qinghemen: ten units each on either side of the city."""
    found = of_lead(fuxin, "R-06", "阜新市第二人民医院(妇产医院)")
    assert (found.status, found.severity, found.measured, len(found.places)) == ("violated", "should", 3, 20)


def test_fuxins_second_group_has_nine_members_eight_of_another_level(fuxin: Proposal) -> None:
    """The trauma hospital is municipal as the lead is; three district hospitals and five health centres are not."""
    own = fuxin.grids.index[fuxin.grids["lead_name"] == "阜新市第二人民医院(妇产医院)"][0]
    members = fuxin.facilities[(fuxin.facilities["grid_id"] == own) & (fuxin.facilities["role"] == "member")]
    assert len(members) == 9
    assert of_lead(fuxin, "R-33", "阜新市第二人民医院(妇产医院)").measured == 8


# Panjin 2023 (S1): the central hospital's six members, two of them its own campuses, three tight and three loose


def panjin(folder: Path, *, tight: bool) -> Proposal:
    zones = [Zone("兴隆台区", 20, 500_000), Zone("双台子区", 20, 450_000), Zone("大洼区", 20, 440_000)]
    facilities = [
        hospital("P1", "盘锦市中心医院", "兴隆台区"),
        hospital("P2", "盘锦市中心医院东院区", "兴隆台区", parent_id="P1"),
        hospital("P3", "盘锦市中心医院西院区", "兴隆台区", parent_id="P1"),
        centre("P4", "兴盛街道社区卫生服务中心", "兴隆台区", tie="紧密"),
        centre("P5", "甲社区卫生服务中心", "兴隆台区", tie="松散"),
        centre("P6", "乙社区卫生服务中心", "兴隆台区", tie="松散"),
        centre("P7", "丙社区卫生服务中心", "兴隆台区", tie="松散", ownership="private"),
        hospital("P8", "盘锦辽油宝石花医院", "双台子区", ownership="state_enterprise", admin_level="other"),
        hospital("P9", "市医院", "大洼区"),
    ]
    case = write_city(folder, "盘锦", zones, facilities, tight=tight)
    leads = {"兴隆台区": "盘锦市中心医院", "双台子区": "盘锦辽油宝石花医院", "大洼区": "市医院"}
    return assessed(case, pd.DataFrame({"区": list(leads), "牵头医院": list(leads.values())}))


def test_panjins_ties(tmp_path: Path) -> None:
    """Three tight (both campuses and one health centre), three loose: the district's affiliation, private capital."""
    found = of_lead(panjin(tmp_path, tight=False), "R-32", "盘锦市中心医院")
    assert (found.status, found.measured) == ("met", 0.5)
    assert found.message_zh.startswith("第一网格紧密 3 家、托管 0 家、松散 3 家")
    assert "丙社区卫生服务中心：社会资本" in found.message_zh
    assert "甲社区卫生服务中心：行政隶属不同" in found.message_zh


def test_panjin_would_not_pass_as_wholly_tight(tmp_path: Path) -> None:
    found = of_lead(panjin(tmp_path, tight=True), "R-32", "盘锦市中心医院")
    assert (found.status, found.severity) == ("violated", "should")


def test_panjins_list_is_complete_and_stays_as_written(tmp_path: Path) -> None:
    """The central hospital's list: six members with their reasons, an aortic centre in another city beside them; a seventh and
    an eighth health centre of the district are in no list. Six have joined, the reasons and the name of the group as written."""
    zones = [Zone("兴隆台区", 20, 500_000), Zone("双台子区", 20, 450_000), Zone("大洼区", 20, 440_000)]
    facilities = [
        hospital("P1", "盘锦市中心医院", "兴隆台区"),
        hospital("P2", "盘锦市中心医院东院区", "兴隆台区", parent_id="P1"),
        hospital("P3", "盘锦市中心医院西院区", "兴隆台区", parent_id="P1"),
        centre("P4", "兴盛街道社区卫生服务中心", "兴隆台区"),
        centre("P5", "甲社区卫生服务中心", "兴隆台区"),
        centre("P6", "乙社区卫生服务中心", "兴隆台区"),
        centre("P7", "丙社区卫生服务中心", "兴隆台区", ownership="private"),
        centre("P10", "丁社区卫生服务中心", "兴隆台区"),
        centre("P11", "戊社区卫生服务中心", "兴隆台区"),
        hospital("P8", "盘锦辽油宝石花医院", "双台子区", ownership="state_enterprise", admin_level="other"),
        hospital("P9", "市医院", "大洼区"),
        centre("P12", "己社区卫生服务中心", "大洼区"),
    ]
    case = write_city(tmp_path, "盘锦", zones, facilities)
    reason = "市、区两级财政分灶，人员编制不能互通"
    central = [
        ("P2", "紧密", ""),
        ("P3", "紧密", ""),
        ("P4", "紧密", ""),
        ("P5", "松散", reason),
        ("P6", "松散", "行政隶属不同"),
        ("P7", "松散", "社会资本"),
    ]
    rows = [{"机构名称": own, "牵头医院": "P1", "紧密程度": tie, "松散原因": why} for own, tie, why in central]
    rows += [{"机构名称": own, "牵头医院": own} for own in ("P1", "P8", "P9")]
    rows += [
        {"机构名称": "P12", "牵头医院": "P9"},
        {"机构名称": "北部战区总医院", "牵头医院": "P1", "角色": "合作单位"},
    ]
    groups = {"P1": "盘锦市中心医院医疗集团"}
    table = pd.DataFrame(rows).fillna("").assign(集团名称=lambda t: t["牵头医院"].map(groups).fillna(""))
    proposal = assessed(case, table)
    own = proposal.grids.index[proposal.grids["lead_id"] == "P1"][0]
    told = proposal.facilities[proposal.facilities["grid_id"] == own]
    assert sorted(told.index[told["role"] == "member"]) == ["P2", "P3", "P4", "P5", "P6", "P7"]
    assert told.loc[["P10", "P11"], "role"].tolist() == ["none", "none"]
    assert told.loc["P5", "tie_reason"] == reason
    assert proposal.grids.loc[own, ["group_name", "group_source"]].tolist() == ["盘锦市中心医院医疗集团", "list"]
    assert f"甲社区卫生服务中心：{reason}" in of_lead(proposal, "R-32", "盘锦市中心医院").message_zh
    left = [f for f in proposal.findings if f.rule == "R-23" and f.status == "violated"]
    assert {f.subject_id: f.severity for f in left} == {"P10": "should", "P11": "should"}
    assert proposal.records["networks"][["member_id", "partner"]].to_numpy().tolist() == [["P1", "北部战区总医院"]]
    again = revise(proposal, Edits(proposal_digest(proposal)))
    columns = ["grid_id", "role", "role_source", "tie", "tie_reason"]
    pd.testing.assert_frame_equal(again.facilities[columns], proposal.facilities[columns])
    assert again.grids["group_name"].tolist() == proposal.grids["group_name"].tolist()


# Luohu 2015 (V): one group for 1.4 million people in 78 km2: one grid of Shenzhen, not a plan of a city


def test_luohu_is_too_few_grids_for_a_city(tmp_path: Path) -> None:
    facilities = [
        hospital("L1", "罗湖区人民医院", "罗湖区", admin_level="district"),
        *[hospital(f"L{i}", f"区属医院{i}", "罗湖区", level="二级甲等", admin_level="district") for i in range(2, 6)],
        *[centre(f"S{i}", f"社康中心{i}", "罗湖区", kind="chs") for i in range(23)],
    ]
    case = write_city(tmp_path, "罗湖", [Zone("罗湖区", 20, 1_400_000)], facilities)
    proposal = assessed(case, pd.DataFrame({"区": ["罗湖区"], "牵头医院": ["罗湖区人民医院"]}))
    found = only(proposal, "R-01")
    assert (found.status, found.severity, found.measured, found.limit) == ("violated", "must", 1, 2)
    assert proposal.must_stands
    assert proposal.grids["population"].tolist() == pytest.approx([1_400_000])
    assert (proposal.facilities["role"] == "member").sum() == 27


# Chaoyang central, Beijing 2014 (V): one group stated by its members; a health centre is named after its street

CHAOYANG = ["六里屯", "八里庄", "高碑店", "三里屯", "团结湖", "十八里店"]


@pytest.fixture(scope="module")
def chaoyang(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The six streets of the group's health centres and one street more; people are invented."""
    zones = [Zone(f"{name}街道", 10, 90_000, district="朝阳区") for name in (*CHAOYANG, "望京")]
    second = {"level": "二级甲等", "admin_level": "district"}
    facilities = [
        hospital("B1", "朝阳医院", "三里屯街道"),
        hospital("B2", "武警北京市总队医院", "六里屯街道", ownership="military", admin_level="other"),
        hospital("B3", "朝阳区第二医院", "高碑店街道", **second),
        hospital("B4", "朝阳区中医院", "团结湖街道", kind="tcm", **second),
        *[centre(f"C{i}", f"{name}社区卫生服务中心", f"{name}街道") for i, name in enumerate(CHAOYANG)],
        centre("C6", "八里庄第二社区卫生服务中心", "八里庄街道", at=9),
        centre("C7", "望京社区卫生服务中心", "望京街道"),
        hospital("B9", "望京医院", "望京街道", kind="tcm"),
    ]
    return write_city(tmp_path_factory.mktemp("chaoyang"), "朝阳区", zones, facilities)


def chaoyang_plan() -> pd.DataFrame:
    names = ["武警北京市总队医院", "朝阳区第二医院", "朝阳区中医院", "八里庄第二社区卫生服务中心"]
    names += [f"{name}社区卫生服务中心" for name in CHAOYANG]
    return pd.DataFrame({"成员单位": names, "牵头医院": "朝阳医院"})


def test_chaoyangs_footprint_is_the_streets_of_its_health_centres(chaoyang: Path) -> None:
    """Three hospitals and seven health centres, two of them in one street; the seventh street is nobody's."""
    proposal = assessed(chaoyang, chaoyang_plan())
    inside = proposal.units[proposal.units["grid_id"] != ""]
    assert sorted(set(inside["street"])) == sorted(f"{name}街道" for name in CHAOYANG)
    assert len(inside) == 60
    assert (proposal.facilities["role"] == "member").sum() == 10
    bare = {place for f in proposal.findings if f.rule == "R-02" and f.status == "violated" for place in f.places}
    assert bare == set(proposal.units.index[proposal.units["street"] == "望京街道"])
    assert only(proposal, "R-01").measured == 1
    assert {f.status for f in proposal.findings if f.rule in ("R-03", "R-04", "R-09", "R-21", "R-22")} == {"met"}


def test_two_centres_of_one_street_may_join_two_groups(chaoyang: Path) -> None:
    """Balizhuang has two health centres, so that R-09 lets it be divided; a street with one may not be."""
    table = chaoyang_plan()
    table.loc[table["成员单位"] == "八里庄第二社区卫生服务中心", "牵头医院"] = "望京医院"
    other = pd.DataFrame({"成员单位": ["望京社区卫生服务中心"], "牵头医院": "望京医院"})
    proposal = assessed(chaoyang, pd.concat([table, other]))
    assert {f.status for f in proposal.findings if f.rule in ("R-01", "R-09")} == {"met"}
    assert len(proposal.grids) == 2
    assert (proposal.units["grid_id"] != "").all()
    divided = proposal.units[proposal.units["street"] == "八里庄街道"]
    assert sorted(divided.groupby("lead_id").size()) == [5, 5]


def test_the_file_of_a_given_plan_is_among_the_inputs(chaoyang: Path) -> None:
    table = chaoyang_plan()
    first = assessed(chaoyang, table).provenance.input_hashes["assignment: plan.csv"]
    assert len(first) == 64
    assert assessed(chaoyang, table[::-1]).provenance.input_hashes["assignment: plan.csv"] != first
