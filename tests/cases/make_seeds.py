"""Writes the case folders of the published systems beside it: `python -m tests.cases.make_seeds`.

Counts, names of leads, ties, referrals and indicators are published (S0 to S4, see docs/en/rules.md); shapes, minutes, other names and any
number not published are invented. A planner would give the same files: units, people, facilities, a plan, records.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import pandas as pd

from tests.whole.test_reference_cases import Zone, centre, hospital, write_city
from tests.whole.test_reference_counties import clinic, county_hospital, township_centre

HERE = Path(__file__).parent
Row = Mapping[str, object]


@dataclass(frozen=True)
class Seed:
    """A published system: zones west to east with the lead of each, facilities, tables of what happened, further text of the case."""

    name: str
    zones: Sequence[Zone]
    leads: Mapping[str, str]
    facilities: Sequence[Row]
    records: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    place: str = ""
    text: str = ""
    tight: bool = False


def observed(area: str, period: str, **values: float | tuple[float, float]) -> list[Row]:
    """Observations of one area and period; M_12d is M-12d; a pair is numerator and denominator."""
    rows: list[Row] = []
    for key, value in values.items():
        top, bottom = value if isinstance(value, tuple) else (value, "")
        rows.append({"地区": area, "时期": period, "指标": key.replace("_", "-"), "分子": top, "分母": bottom})
    return rows


def network(
    network_id: str, kind: str, name: str, member: str, *, hub: str = "", partner: str = "", specialty: str = ""
) -> Row:
    return {
        "网络编号": network_id, "网络类别": kind, "网络名称": name, "成员机构编号": member, "牵头机构编号": hub, "市外合作单位": partner,
        "专科": specialty,
    }  # fmt: skip


def panjin() -> Seed:
    """S1: three groups, 7 public hospitals, 30 primary facilities; the central group's 3 tight and 3 loose members with the reasons."""
    zones = [Zone("兴隆台区", 20, 500_000), Zone("双台子区", 20, 450_000), Zone("大洼区", 20, 439_700)]
    loose = {"tie": "松散", "tie_reason": "市区分级管理"}
    facilities = [
        hospital("P1", "盘锦市中心医院", "兴隆台区", beds=1200),
        hospital("P2", "盘锦市中心医院东院区", "兴隆台区", parent_id="P1", at=1),
        hospital("P3", "盘锦市中心医院西院区", "兴隆台区", parent_id="P1", at=2),
        centre("P4", "兴盛街道社区卫生服务中心", "兴隆台区", tie="紧密"),
        centre("P5", "甲社区卫生服务中心", "兴隆台区", at=3, **loose),
        centre("P6", "乙社区卫生服务中心", "兴隆台区", at=4, **loose),
        centre(
            "P7", "丙社区卫生服务中心", "兴隆台区", at=5, ownership="private", tie="松散", tie_reason="社会资本举办"
        ),
        hospital("P8", "盘锦辽油宝石花医院", "双台子区", ownership="state_enterprise", admin_level="other", beds=800),
        hospital("P9", "市医院", "大洼区", beds=600),
        hospital(
            "P10",
            "平安医院",
            "大洼区",
            level="二级甲等",
            admin_level="district",
            beds=120,
            services="elder_care;nursing",
            at=1,
        ),
        *[
            hospital(f"H{i}", f"公立医院{i}", zone, level="二级甲等", admin_level="district", beds=150, at=6)
            for i, zone in enumerate(("双台子区", "大洼区"))
        ],
        *[centre(f"C{i:02d}", f"社区卫生服务中心{i:02d}", zones[1 + i % 2].name, at=i // 2 % 20) for i in range(26)],
    ]
    return Seed(
        "盘锦", zones, {"兴隆台区": "盘锦市中心医院", "双台子区": "盘锦辽油宝石花医院", "大洼区": "市医院"}, facilities,
        {
            "networks": [network("N1", "合作单位", "主动脉外科合作", "P1", partner="北部战区总医院", specialty="主动脉外科")],
            "referrals": [{"转出机构编号": "P10", "转入机构编号": "P9", "人次": 30}, {"转出机构编号": "P1", "转入机构编号": "北部战区总医院", "人次": 1}],
            "observations": observed("市医院", "2023-06", M_12d=30),
            "centres": [{"中心类别": "中药配送", "所在机构编号": "P1", "服务对象": "P1"}],
        },
        text='plan_version = "2023"\nplan_status = "published"\nplan_valid_from = "2023-06-30"\n',
        tight=True,
    )  # fmt: skip


def fuxin() -> Seed:
    """S1: three groups, 9 public hospitals and 19 primary facilities; the obstetrics hospital leads districts that lie apart."""
    zones = [
        Zone("新邱区", 10, 80_000), Zone("海州区", 20, 250_000, gap=1), Zone("太平区", 20, 160_000), Zone("细河区", 20, 200_000),
        Zone("清河门区", 10, 80_000, gap=1),
    ]  # fmt: skip
    second, district = "阜新市第二人民医院(妇产医院)", {"level": "二级甲等", "admin_level": "district"}
    facilities = [
        hospital("F1", "阜新市中心医院", "海州区", beds=1500),
        hospital("F2", "辽健集团阜新总医院", "太平区", ownership="state_enterprise", admin_level="other", beds=900),
        hospital("F3", second, "细河区", kind="maternity", services="obstetrics", beds=400),
        hospital("F4", "阜新市创伤急救医院", "细河区", kind="specialist", level="二级甲等", beds=200, at=1),
        *[
            hospital(f"F{i}", f"{zone}医院", zone, beds=100, **district)
            for i, zone in enumerate(("细河区", "新邱区", "清河门区"), 5)
        ],
        *[
            hospital(f"F{i}", f"公立医院{i}", zone, beds=150, at=1, **district)
            for i, zone in ((8, "海州区"), (9, "太平区"))
        ],
        *[centre(f"C{i:02d}", f"社区卫生服务中心{i:02d}", "细河区", at=i) for i in range(1, 6)],
        *[centre(f"C{i:02d}", f"社区卫生服务中心{i:02d}", ("海州区", "太平区")[i % 2], at=i) for i in range(6, 20)],
    ]
    leads = {
        "新邱区": second,
        "海州区": "阜新市中心医院",
        "太平区": "辽健集团阜新总医院",
        "细河区": second,
        "清河门区": second,
    }
    return Seed("阜新", zones, leads, facilities)


def huzhou() -> Seed:
    """S0: two groups over city and districts since June 2019; 85.2 % of visits in primary care in seven months; members grew by over 20 %."""
    zones = [Zone("吴兴区", 20, 620_000), Zone("南浔区", 20, 500_000)]
    facilities = [
        hospital("Z1", "湖州市中心医院", "吴兴区", beds=1500),
        hospital("Z2", "湖州市第一人民医院", "南浔区", beds=1400),
        *[
            hospital(
                f"D{i}", f"{zone.name}人民医院", zone.name, level="二级甲等", admin_level="district", beds=400, at=1
            )
            for i, zone in enumerate(zones)
        ],
        *[centre(f"C{i:02d}", f"社区卫生服务中心{i:02d}", zones[i % 2].name, at=i, tie="紧密") for i in range(20)],
    ]
    seen = [*observed("湖州", "2019年1-7月", M_04=(852, 1000), M_15=(121, 100))]
    return Seed(
        "湖州",
        zones,
        {"吴兴区": "湖州市中心医院", "南浔区": "湖州市第一人民医院"},
        facilities,
        {"observations": seen},
        tight=True,
    )


def shenyang() -> Seed:
    """S2: 19 urban groups and 4 county communities, 90 health centres and 111 township centres; what had been done to 15 March 2024."""
    urban, counties = [f"片{i:02d}" for i in range(19)], [f"县{i}" for i in range(4)]
    zones = [*[Zone(name, 5, 300_000) for name in urban], *[Zone(name, 5, 400_000) for name in counties]]
    facilities = [
        *[hospital(f"U{i:02d}", f"医院{i:02d}", name) for i, name in enumerate(urban)],
        *[county_hospital(f"V{i}", name) for i, name in enumerate(counties)],
        *[centre(f"C{i:02d}", f"中心{i:02d}", urban[i % 19]) for i in range(90)],
        *[township_centre(f"T{i:03d}", counties[i % 4]) for i in range(111)],
    ]
    leads = {name: f"U{i:02d}" for i, name in enumerate(urban)} | {name: f"V{i}" for i, name in enumerate(counties)}
    period = "2024-01-01/2024-03-15"
    seen = observed(
        "沈阳",
        period,
        M_11=100,
        M_12d=1718,
        M_13a=1654,
        M_13b=10_678,
        M_13c=77,
        M_14a=13_208,
        M_14b=15_703,
        M_16b=(32, 201),
        M_16a=(181, 201),
    )
    text = "".join(
        f'[[rules.milestones]]\nwhat = "{what}"\ndue = "{due}"\n' for what, due in (("号源、床位下沉", "2025-12-31"),)
    )
    return Seed(
        "沈阳",
        zones,
        leads,
        facilities,
        {"observations": seen},
        text=f"{text}[county]\ndistricts = [{', '.join(f'{c!r}' for c in counties)}]\n".replace("'", '"'),
    )


def zhoushan() -> Seed:
    """S0, V: islands with 8 telemedicine centres, 208 sites and 18 remote specialties."""
    zones = [
        Zone("定海区", 30, 600_000),
        Zone("普陀区", 20, 380_000),
        Zone("岱山县", 10, 160_000, gap=2),
        Zone("嵊泗县", 10, 67_000, gap=3),
    ]
    names = [zone.name for zone in zones]
    hubs = [hospital(f"H{i}", f"{names[i % 4]}医院{i}", names[i % 4], beds=300, at=i // 4) for i in range(8)]
    sites = [
        centre(f"S{i:03d}", f"{names[i % 4]}卫生站{i:03d}", names[i % 4], kind="chs", at=i // 4 % 10)
        for i in range(208)
    ]
    rows = [
        network("T", "远程医疗", "海岛远程医疗", f"S{i:03d}", hub=f"H{i % 8}", specialty=f"专科{i % 18:02d}")
        for i in range(208)
    ]
    text = '[grids]\nlead_admin_levels = ["city", "district"]\n'
    return Seed(
        "舟山", zones, {name: f"H{i}" for i, name in enumerate(names)}, [*hubs, *sites], {"networks": rows}, text=text
    )


def sanming() -> Seed:
    """S4: two urban groups and ten county communities; the fund is bundled, with growth by scheme and months ahead."""
    counties = [f"县{i:02d}" for i in range(1, 11)]
    zones = [Zone("东城", 10, 220_000), Zone("西城", 10, 180_000), *[Zone(name, 10, 250_000) for name in counties]]
    facilities = [
        hospital("X1", "第一医院", "东城"), hospital("X2", "第二医院", "西城"),
        *[county_hospital(f"H{i:02d}", name) for i, name in enumerate(counties)],
        *[township_centre(f"T{i:02d}", name) for i, name in enumerate(counties)],
    ]  # fmt: skip
    leads = {"东城": "X1", "西城": "X2"} | {name: f"H{i:02d}" for i, name in enumerate(counties)}
    insured = [
        {"单元代码": f"{zone:02d}{unit:03d}", "参保类别": kind, "参保人数": heads}
        for zone in range(1, 13)
        for unit in range(10)
        for kind, heads in (("职工", 5000), ("居民", 15_000))
        if (zone, unit) != (12, 9)
    ]
    text = "[budget]\nadvance_months = 3\n"
    text += '[[budget.rates]]\ncategory = "职工"\noutpatient = 900\ninpatient_drg = 1100\ngrowth = 0.05\n'
    text += '[[budget.rates]]\ncategory = "居民"\noutpatient = 300\ninpatient_drg = 500\ngrowth = 0.08\n'
    told = ", ".join(f'"{name}"' for name in counties)
    s4 = observed("三明", "2020", M_02=(78, 100), M_03=(55, 100), M_05=(77, 100), M_09=(15, 100), M_17=(535, 754))
    return Seed(
        "三明",
        zones,
        leads,
        facilities,
        {"insured": insured, "observations": s4},
        text=f"{text}[county]\ndistricts = [{told}]\n",
    )


def county(name: str, n_towns: int, n_clinics: int, text: str = "") -> Seed:
    """A county of two communities: a committee above two leads, N township centres and their village clinics."""
    towns = [f"乡镇{i:02d}" for i in range(n_towns)]
    facilities = [
        *[county_hospital(lead, town) for lead, town in (("H1", towns[0]), ("H2", towns[n_towns // 2]))],
        *[township_centre(f"T{i:02d}", town) for i, town in enumerate(towns)],
        *[clinic(f"C{i:03d}", towns[i % n_towns], f"T{i % n_towns:02d}") for i in range(n_clinics)],
    ]
    zones = [Zone(town, 1, 60_000) for town in towns]
    return Seed(
        name,
        zones,
        {town: "H1" if i < n_towns // 2 else "H2" for i, town in enumerate(towns)},
        facilities,
        place='mode = "county"',
        text=text,
    )


def yinzhou() -> Seed:
    """S4: two communities in one county-level district."""
    return county("鄞州", 20, 40)


def suixi() -> Seed:
    """S4: 1+2+N: the committee assesses the leads, these the township centres, these the village clinics."""
    chain = (("县医共体管理委员会", "牵头医院"), ("牵头医院", "乡镇卫生院"), ("乡镇卫生院", "村卫生室"))
    rates = '[[budget.rates]]\ncategory = "居民"\noutpatient = 300\ninpatient_drg = 500\n'
    return county(
        "濉溪", 11, 22, "".join(f'[[budget.assessment]]\nby = "{by}"\nof = "{of}"\n' for by, of in chain) + rates
    )


def rizhao() -> Seed:
    """S0: four leads, four sub-areas, 334 community grids; three federations over them, one led by a hospital that leads no grid."""
    areas = {
        "日照经济技术开发区": (60, 250_000),
        "山海天旅游度假区": (30, 60_000),
        "东港区": (144, 700_000),
        "岚山区": (100, 400_000),
    }
    zones = [Zone(name, n, people) for name, (n, people) in areas.items()]
    leads = dict(zip(areas, ("日照市人民医院", "日照市中医医院", "日照市中心医院", "岚山区人民医院"), strict=True))
    secondary = {"level": "二级甲等", "beds": 400, "services": "ed;surgery;trauma"}
    facilities = [
        hospital("A1", "日照市人民医院", "日照经济技术开发区"),
        hospital("A2", "日照市中医医院", "山海天旅游度假区", kind="tcm"),
        hospital("A3", "日照市中心医院", "东港区", **secondary),
        hospital("A4", "岚山区人民医院", "岚山区", admin_level="district", **secondary),
        hospital("M1", "日照市妇幼保健院", "东港区", kind="maternity", at=1),
        *[centre(f"C{i:02d}", f"{zone.name}社区卫生服务中心", zone.name) for i, zone in enumerate(zones)],
    ]
    pairs = (("F1", "A1", "莒县人民医院"), ("F2", "A2", "莒县中医医院"), ("F3", "M1", "莒县妇幼保健院"))
    rows = [network(key, "城市医联体", f"联合体{key}", hub, partner=partner) for key, hub, partner in pairs]
    rows += [
        network("F1", "城市医联体", "联合体F1", "A4", hub="A1"),
        network("F2", "城市医联体", "联合体F2", "A4", hub="A2"),
        network("F3", "城市医联体", "联合体F3", "A3", hub="M1"),
    ]
    return Seed("日照", zones, leads, facilities, {"networks": rows})


SEEDS = {make.__name__: make for make in (panjin, fuxin, huzhou, shenyang, zhoushan, sanming, yinzhou, suixi, rizhao)}


def write_seed(seed: Seed, folder: Path) -> None:
    """Write a seed as text files: units.geojson, people.csv, facilities.csv, plan.csv, the records and case.toml."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        case = write_city(Path(scratch), seed.name, seed.zones, seed.facilities, tight=seed.tight)
        units = gpd.read_file(case.parent / "units.gpkg", engine="pyogrio")
        units.to_file(
            folder / "units.geojson",
            driver="GeoJSON",
            engine="pyogrio",
            layer_options={"WRITE_NAME": "NO", "COORDINATE_PRECISION": "0"},
        )
        for name in ("people.csv", "facilities.csv"):
            (folder / name).write_bytes((case.parent / name).read_bytes())
        text = case.read_text(encoding="utf-8").replace("units.gpkg", "units.geojson")
    if seed.place:
        text = text.replace(f'name = "{seed.name}"', f'name = "{seed.name}"\n{seed.place}')
    records = {name: pd.DataFrame(list(rows)) for name, rows in seed.records.items()}
    for name, table in records.items():
        table.to_csv(folder / f"{name}.csv", index=False, encoding="utf-8-sig")
    tables = "".join(f'{name} = {{ path = "{name}.csv" }}\n' for name in records)
    text += seed.text + (f"[layers.records]\n{tables}" if records else "")
    (folder / "case.toml").write_text(text, encoding="utf-8")
    plan = pd.DataFrame({"区": list(seed.leads), "牵头医院": list(seed.leads.values())})
    plan.to_csv(folder / "plan.csv", index=False, encoding="utf-8-sig")


if __name__ == "__main__":
    for chosen in sys.argv[1:] or SEEDS:
        write_seed(SEEDS[chosen](), HERE / chosen)
