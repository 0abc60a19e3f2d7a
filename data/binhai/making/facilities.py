"""Hospitals, community centres and the other health facilities of the invented city."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from .ground import KM
from .network import Edge
from .places import DISTRICTS, STREETS, Street

DIAGNOSTICS = "检验; 影像; 心电"
TOP = f"急诊; 重症; 外科; 产科; 儿科; 肿瘤; 胸痛中心; 卒中中心; 创伤中心; {DIAGNOSTICS}; 病理; 消毒供应; 远程医疗"
DISTRICT = f"急诊; 重症; 外科; 产科; 儿科; 胸痛中心; 卒中中心; {DIAGNOSTICS}; 病理; 消毒供应"
SECOND = f"急诊; 外科; 产科; 儿科; {DIAGNOSTICS}; 接续性医疗"
PRIMARY = "家庭医生; 预防接种; 慢病管理"

# code, name, parent, kind, level, owner, affiliation, beds approved, beds open, doctors, services, x, y (km), address
HOSPITALS = (
    ("BH001", "滨海市第一人民医院", "", "综合医院", "三级甲等", "政府办", "市属", 1800, 1960, 920, TOP, -0.7, 2.7, "人民路18号"),
    ("BH002", "滨海市第一人民医院新城院区", "BH001", "综合医院", "三级甲等", "政府办", "市属", 500, 460, 190,
     f"急诊; 外科; 儿科; {DIAGNOSTICS}", 1.0, 8.6, "泰和路6号"),
    ("BH003", "滨海市第一人民医院临港院区", "BH001", "综合医院", "三级甲等", "政府办", "市属", 300, 280, 110,
     f"急诊; 外科; {DIAGNOSTICS}", 4.2, -8.4, "临港大道109号"),
    ("BH004", "滨海市中心医院", "", "综合医院", "三级甲等", "政府办", "市属", 1500, 1620, 760, TOP, -2.3, -3.2, "建设路77号"),
    ("BH005", "滨海市中医医院", "", "中医医院", "三级甲等", "政府办", "市属", 900, 880, 430,
     f"急诊; 重症; 外科; 卒中中心; 康复; {DIAGNOSTICS}; 病理; 中药配送; 远程医疗", -5.2, 5.4, "文昌路52号"),
    ("BH006", "滨海市妇产医院", "", "妇产医院", "三级甲等", "政府办", "市属", 600, 580, 290,
     f"急诊; 重症; 外科; 产科; 儿科; 危重新生儿救治中心; {DIAGNOSTICS}", 1.7, 5.5, "海晏路31号"),
    ("BH007", "滨海港务集团总医院", "", "综合医院", "三级乙等", "国有企业办", "其他", 700, 650, 300, DISTRICT, 5.0, -4.8, "港湾大街1号"),
    ("BH008", "南滩区人民医院", "", "综合医院", "三级乙等", "政府办", "区属", 750, 720, 310, DISTRICT, 1.3, -15.2, "南滩路40号"),
    ("BH009", "青峦区人民医院", "", "综合医院", "三级乙等", "政府办", "区属", 680, 640, 280, DISTRICT, -18.4, 6.8, "峦城大街25号"),
    ("BH010", "北屿区人民医院", "", "综合医院", "三级乙等", "政府办", "区属", 720, 690, 300, DISTRICT, 0.3, 14.2, "屿城路66号"),
    ("BH011", "澜南区人民医院", "", "综合医院", "二级甲等", "政府办", "区属", 320, 300, 130, SECOND, -5.3, -1.5, "解放路208号"),
    ("BH012", "青峦区中医医院", "", "中医医院", "二级甲等", "政府办", "区属", 260, 240, 105,
     f"急诊; 外科; 康复; {DIAGNOSTICS}; 接续性医疗", -21.4, 8.7, "青峰大街12号"),
    ("BH013", "北屿区第二人民医院", "", "综合医院", "二级甲等", "政府办", "区属", 220, 200, 88, SECOND, 9.3, 14.4, "北港大街9号"),
    ("BH014", "滨海仁安医院", "", "综合医院", "三级乙等", "民营", "其他", 500, 420, 180, DISTRICT, 2.2, -5.6, "兴业路150号"),
)  # fmt: skip
# Step-down care: most of it in the old city; hospice beds only in one street of 澜南区.
CARE = (
    ("滨海市康复医院", "康复医院", "三级未定等", "政府办", "市属", 320, 300, 110, "康复; 护理; 接续性医疗", -6.4, 6.6, "学府路88号"),
    ("澜南颐康康复医院", "康复医院", "二级未定等", "民营", "其他", 160, 140, 42, "康复", -4.2, -5.4, "胜利街33号"),
    ("南滩海语康复医院", "康复医院", "二级未定等", "民营", "其他", 120, 100, 35, "康复", 2.2, -14.6, "南滩大街71号"),
    ("滨海市第一护理院", "护理院", "未定级", "政府办", "市属", 200, 190, 36, "护理; 医养结合", -1.4, 6.0, "北关路19号"),
    ("望海松鹤护理院", "护理院", "未定级", "民营", "其他", 120, 110, 20, "护理; 医养结合", 2.9, 3.2, "望海路240号"),
    ("澜南慈安护理院", "护理院", "未定级", "民营", "其他", 150, 130, 24, "护理; 医养结合", -0.6, -7.6, "湖滨路16号"),
    ("北屿安澜护理院", "护理院", "未定级", "民营", "其他", 90, 80, 14, "护理", 0.9, 15.1, "屿城三路5号"),
    ("青峦夕照护理院", "护理院", "未定级", "政府办", "区属", 80, 70, 12, "护理; 接续性医疗", -18.0, 6.1, "峦城二路27号"),
    ("南滩福寿护理院", "护理院", "未定级", "民营", "其他", 100, 90, 16, "护理", 0.8, -16.1, "南滩六街8号"),
    ("滨海市安宁疗护中心", "安宁疗护中心", "未定级", "政府办", "市属", 80, 60, 18, "安宁疗护; 护理", -2.6, -1.9, "南关路3号"),
    ("澜南静和安宁疗护中心", "安宁疗护中心", "未定级", "民营", "其他", 50, 40, 11, "安宁疗护", -1.4, -3.4, "青年路62号"),
    ("滨海市急救中心", "急救中心", "未定级", "政府办", "市属", 0, 0, 64, "院前急救", -1.2, 3.4, "府前路11号"),
)  # fmt: skip
STATIONS_IN = {"core": 3, "seat": 2, "other": 1}
CLINICS = 20
COLUMNS = (
    "机构代码", "机构名称", "上级机构代码", "类别", "等级", "所有制", "隶属关系", "编制床位", "开放床位", "执业医师数", "服务", "地址",
)  # fmt: skip


@dataclass(frozen=True)
class Sites:
    """Finds a place beside a road for a facility."""

    nodes: np.ndarray
    communities: gpd.GeoDataFrame

    @classmethod
    def beside(cls, edges: list[Edge], communities: gpd.GeoDataFrame) -> Sites:
        """Use the crossings of ordinary roads."""
        usual = ("secondary", "tertiary", "residential", "unclassified")
        nodes = sorted({end for e in edges if e.kind in usual and not e.bridge for end in (e.xy[0], e.xy[-1])})
        return cls(np.array(nodes), communities)

    def near(self, x: float, y: float, within: shapely.Geometry | None = None) -> tuple[float, float]:
        """The place 30 m beside the crossing nearest to local metres, inside a given area."""
        nodes = self.nodes + [24.0, 18.0]
        if within is not None:
            inside = shapely.contains_xy(within, nodes[:, 0], nodes[:, 1])
            nodes = nodes[inside] if inside.any() else np.array([within.representative_point().coords[0]])
        best = nodes[np.argmin(np.hypot(nodes[:, 0] - x, nodes[:, 1] - y))]
        return float(best[0]), float(best[1])


def build_facilities(communities: gpd.GeoDataFrame, edges: list[Edge], rng: np.random.Generator) -> pd.DataFrame:
    """Return the facility table with Chinese headers, and `x`, `y` in local metres."""
    sites = Sites.beside(edges, communities)
    land = shapely.coverage_union_all(communities.geometry.to_numpy())
    rows = [(*row[:11], _full_address(row[13], row[11:13], sites), *sites.near(*_metres(row[11:13]), land)) for row in HOSPITALS]
    code = iter(f"BH{number:03d}" for number in range(len(HOSPITALS) + 1, 1000))
    for row in CARE:
        place = row[9:11]
        rows.append(
            (next(code), row[0], "", *row[1:9], _full_address(row[-1], place, sites), *sites.near(*_metres(place), land))
        )
    for street in STREETS:
        rows += _primary_care(street, sites, code, rng)
    rows += _village_clinics(sites, code, rng)
    return pd.DataFrame(rows, columns=[*COLUMNS, "x", "y"])


def _metres(km: tuple) -> tuple[float, float]:
    return km[0] * KM, km[1] * KM


def _full_address(road: str, km: tuple, sites: Sites) -> str:
    here = sites.communities.distance(shapely.Point(*_metres(km))).idxmin()
    street = next(s for s in STREETS if s.code == sites.communities.at[here, "street"])
    return f"滨海市{DISTRICTS[street.district]}{street.name}{road}"


def _primary_care(street: Street, sites: Sites, code, rng: np.random.Generator) -> list[tuple]:
    """The centre of a street or town, and its stations."""
    units = sites.communities[sites.communities["street"] == street.code]
    whole = shapely.coverage_union_all(units.geometry.to_numpy())
    stem = street.name.removesuffix("街道")
    kind = "社区卫生服务中心" if street.is_urban else "乡镇卫生院"
    place = f"滨海市{DISTRICTS[street.district]}{street.name}"
    people = float(units["people"].sum())
    beds = int(rng.integers(2, 6) * 10) if street.is_urban else int(np.clip(people / 400, 20, 110) // 10 * 10)
    services = PRIMARY + ("; 检验; 心电" if street.is_urban else "; 检验; 影像; 心电; 接续性医疗")
    name = f"{DISTRICTS[street.district] if street.is_urban else ''}{stem}{'社区卫生服务中心' if street.is_urban else '卫生院'}"
    at = sites.near(street.x * KM + 150, street.y * KM - 120, whole)
    level = "一级" if street.is_urban else "一级甲等"
    doctors = int(people / 2600) + 6
    number = int(rng.integers(1, 160))
    rows = [(next(code), name, "", kind, level, "政府办", "区属", beds, beds, doctors, services, f"{place}{stem}路{number}号", *at)]
    return rows + (_stations(street, sites, code, place, rng) if street.is_urban else [])


def _stations(street: Street, sites: Sites, code, place: str, rng: np.random.Generator) -> list[tuple]:
    units = sites.communities[sites.communities["street"] == street.code]
    group = "core" if street.district in ("379902", "379903") else "seat" if street.core_k > 50 else "other"
    far = units.geometry.centroid.distance(shapely.Point(street.x * KM, street.y * KM)) * np.sqrt(units["people"])
    rows = []
    for index in far.sort_values(ascending=False).index[: STATIONS_IN[group]]:
        middle = units.geometry[index].representative_point()
        at = sites.near(middle.x, middle.y, units.geometry[index])
        owner = "政府办" if rng.random() < 0.7 else "民营"
        name = f"{units.at[index, 'name']}卫生服务站"
        doctors, number = int(rng.integers(3, 8)), int(rng.integers(1, 90))
        affiliation = "区属" if owner == "政府办" else "其他"
        rows.append(
            (next(code), name, "", "社区卫生服务站", "未定级", owner, affiliation, 0, 0, doctors, PRIMARY,
             f"{place}{units.at[index, 'short']}{number}号", *at)
        )  # fmt: skip
    return rows


def _village_clinics(sites: Sites, code, rng: np.random.Generator) -> list[tuple]:
    """Clinics in the villages farthest from their town."""
    towns = {s.code: s for s in STREETS if not s.is_urban}
    units = sites.communities[sites.communities["street"].isin(towns)]
    centres = {k: shapely.Point(s.x * KM, s.y * KM) for k, s in towns.items()}
    far = pd.Series([g.centroid.distance(centres[s]) for g, s in zip(units.geometry, units["street"], strict=True)], units.index)
    rows = []
    for index in far.sort_values(ascending=False).index[:CLINICS]:
        street = towns[units.at[index, "street"]]
        middle = units.geometry[index].representative_point()
        at = sites.near(middle.x, middle.y, units.geometry[index])
        place = f"滨海市{DISTRICTS[street.district]}{units.at[index, 'name']}"
        rows.append(
            (next(code), f"{units.at[index, 'name']}卫生室", "", "村卫生室", "未定级", "集体办", "其他", 0, 0,
             int(rng.integers(1, 4)), PRIMARY, place, *at)
        )  # fmt: skip
    return rows
