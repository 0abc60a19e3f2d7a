"""Hospitals, community centres and the other health facilities of the invented city."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from .ground import KM
from .network import Edge
from .places import DISTRICTS, STREETS, Street

PRIMARY = "家庭医生; 预防接种; 慢病管理"
STATIONS_IN = {"core": 3, "seat": 2, "other": 1}
CLINICS = 20
STATIONS = (("北屿", 0.4, 14.1), ("青峦", -18.9, 6.2), ("南滩", 1.3, -15.0))
"""Emergency stations beside the centre of the city: district, place in km."""
COLUMNS = (
    *("机构代码", "机构名称", "上级机构代码", "类别", "等级", "所有制", "隶属关系"),
    *("编制床位", "开放床位", "执业医师数", "服务", "地址"),
)


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
        nodes = self.nodes + np.array([24.0, 18.0])
        if within is not None:
            inside = shapely.contains_xy(within, nodes[:, 0], nodes[:, 1])
            nodes = nodes[inside] if inside.any() else np.array([within.representative_point().coords[0]])
        best = nodes[np.argmin(np.hypot(nodes[:, 0] - x, nodes[:, 1] - y))]
        return float(best[0]), float(best[1])


def build_facilities(communities: gpd.GeoDataFrame, edges: list[Edge], rng: np.random.Generator) -> pd.DataFrame:
    """Return the facility table with Chinese headers, and `x`, `y` in local metres."""
    sites = Sites.beside(edges, communities)
    listed = pd.read_csv(Path(__file__).with_name("hospitals.csv"), keep_default_na=False)
    code = iter(f"BH{number:03d}" for number in range(1, 1000))
    listed["机构代码"] = [next(code) for _ in range(len(listed))]
    code_of = listed.set_index("机构名称")["机构代码"]
    listed["上级机构代码"] = listed["上级机构"].map(code_of).fillna("")
    land = shapely.coverage_union_all(communities.geometry.to_numpy())
    places = [sites.near(x * KM, y * KM, land) for x, y in zip(listed["x_km"], listed["y_km"], strict=True)]
    listed["地址"] = [_address_at(xy, road, communities) for xy, road in zip(places, listed["门牌"], strict=True)]
    rows = [(*row, *xy) for row, xy in zip(listed[list(COLUMNS)].itertuples(index=False), places, strict=True)]
    for street in STREETS:
        rows += _primary_care(street, sites, code, rng)
    rows += _village_clinics(sites, code, rng)
    rows += [_emergency_station(*station, sites, code, land, communities) for station in STATIONS]
    return pd.DataFrame(rows, columns=[*COLUMNS, "x", "y"])


def _address_at(xy: tuple[float, float], road: str, communities: gpd.GeoDataFrame) -> str:
    here = communities.distance(shapely.Point(xy)).idxmin()
    return f"滨海市{communities.loc[here, 'district_name']}{communities.loc[here, 'street_name']}{road}"


def _primary_care(street: Street, sites: Sites, code: Iterator[str], rng: np.random.Generator) -> list[tuple]:
    """The centre of a street or town, and its stations."""
    units = sites.communities[sites.communities["street"] == street.code]
    whole = shapely.coverage_union_all(units.geometry.to_numpy())
    stem = street.name.removesuffix("街道")
    kind = "社区卫生服务中心" if street.is_urban else "乡镇卫生院"
    place = f"滨海市{DISTRICTS[street.district]}{street.name}"
    people = float(units["people"].sum())
    beds = int(rng.integers(2, 6) * 10) if street.is_urban else int(np.clip(people / 400, 20, 110) // 10 * 10)
    services = PRIMARY + ("; 检验; 心电" if street.is_urban else "; 检验; 影像; 心电; 接续性医疗")
    name = f"{DISTRICTS[street.district]}{stem}{'社区卫生服务中心' if street.is_urban else '卫生院'}"
    at = sites.near(street.x * KM + 150, street.y * KM - 120, whole)
    level = "一级" if street.is_urban else "一级甲等"
    doctors = int(people / 2600) + 6
    address = f"{place}{stem.rstrip('镇乡')}路{int(rng.integers(1, 160))}号"
    rows = [(next(code), name, "", kind, level, "政府办", "区属", beds, beds, doctors, services, address, *at)]
    return rows + (_stations(street, sites, code, place, rng) if street.is_urban else [])


def _stations(street: Street, sites: Sites, code: Iterator[str], place: str, rng: np.random.Generator) -> list[tuple]:
    units = sites.communities[sites.communities["street"] == street.code]
    group = "core" if street.district in ("379902", "379903") else "seat" if street.core_k > 50 else "other"
    far = units.geometry.centroid.distance(shapely.Point(street.x * KM, street.y * KM)) * np.sqrt(units["people"])
    rows = []
    for index in far.sort_values(ascending=False).index[: STATIONS_IN[group]]:
        middle = units.geometry[index].representative_point()
        at = sites.near(middle.x, middle.y, units.geometry[index])
        owner = "政府办" if rng.random() < 0.7 else "民营"
        name = f"{units.loc[index, 'name']}卫生服务站"
        doctors, number = int(rng.integers(3, 8)), int(rng.integers(1, 90))
        affiliation = "区属" if owner == "政府办" else "其他"
        rows.append(
            (next(code), name, "", "社区卫生服务站", "未定级", owner, affiliation, 0, 0, doctors, PRIMARY,
             f"{place}{units.loc[index, 'short']}{number}号", *at)
        )  # fmt: skip
    return rows


def _emergency_station(
    district: str,
    x_km: float,
    y_km: float,
    sites: Sites,
    code: Iterator[str],
    land: shapely.Geometry,
    communities: gpd.GeoDataFrame,
) -> tuple:
    at = sites.near(x_km * KM, y_km * KM, land)
    name, address = f"滨海市急救中心{district}分站", _address_at(at, "急救路1号", communities)
    return (next(code), name, "", "急救中心", "未定级", "政府办", "市属", 0, 0, 12, "院前急救", address, *at)


def _village_clinics(sites: Sites, code: Iterator[str], rng: np.random.Generator) -> list[tuple]:
    """Clinics in the villages farthest from their town."""
    towns = {s.code: s for s in STREETS if not s.is_urban}
    units = sites.communities[sites.communities["street"].isin(towns)]
    centres = {k: shapely.Point(s.x * KM, s.y * KM) for k, s in towns.items()}
    away = [g.centroid.distance(centres[s]) for g, s in zip(units.geometry, units["street"], strict=True)]
    far = pd.Series(away, units.index)
    rows = []
    for index in far.sort_values(ascending=False).index[:CLINICS]:
        street = towns[units.loc[index, "street"]]
        middle = units.geometry[index].representative_point()
        at = sites.near(middle.x, middle.y, units.geometry[index])
        place = f"滨海市{DISTRICTS[street.district]}{units.loc[index, 'name']}"
        rows.append(
            (next(code), f"{units.loc[index, 'name']}卫生室", "", "村卫生室", "未定级", "集体办", "其他", 0, 0,
             int(rng.integers(1, 4)), PRIMARY, place, *at)
        )  # fmt: skip
    return rows
