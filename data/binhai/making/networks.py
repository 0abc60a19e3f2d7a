"""Networks across the grids of the invented city and its shared centres, as agreements between facilities."""

from __future__ import annotations

import numpy as np
import pandas as pd

HUB_OF_DISTRICT = {"北屿区": "BH001", "青峦区": "BH005", "南滩区": "BH004"}
"""Hub of the telemedicine network for each district; the first hospital for the others."""
ISLAND_CENTRE = "鹿屿镇卫生院"
JOINED_SHARE = 0.75
"""Share of the urban health centres that have joined; all town centres but two have."""
LATE = ("苇塘镇卫生院", "松岗镇卫生院")
COLUMNS = ["网络编号", "网络类别", "网络名称", "成员机构编号", "牵头机构编号", "市外合作单位", "专科"]
TELEMEDICINE = ("N01", "远程医疗协作网", "滨海市远程医疗协作网")
AGREED = (
    ("N02", "全市医联体", "滨海市妇幼健康联合体", "BH006", ("BH008", "BH009", "BH010", "BH011", "BH013"), "产科"),
    ("N03", "全市医联体", "滨海市中医药联合体", "BH005", ("BH012", "BH015", "BH018"), "中医"),
    ("N04", "专科联盟", "滨海市卒中联盟", "BH001", ("BH008", "BH009", "BH010", "BH011", "BH013"), "卒中"),
    ("N05", "专科联盟", "滨海市儿科联盟", "BH004", ("BH009", "BH010", "BH012"), "儿科"),
    ("N10", "专科联盟", "滨海市肿瘤联盟", "BH001", ("BH008", "BH010"), "肿瘤"),
    ("N06", "专科联盟", "南滩康复联盟", "BH008", ("BH017", "BH023"), "康复"),
)
"""Federations and alliances: two leads of grids lead a federation too; the last alliance stays inside one district."""
OUTSIDE = (
    ("N07", "专科联盟", "省肿瘤专科联盟", "BH001", "省肿瘤医院", "肿瘤"),
    ("N08", "合作单位", "危重孕产妇救治协作", "BH006", "省妇幼保健院", "危重孕产妇"),
)
CENTRES = (
    ("检验", "BH001", "BH001"),
    ("病理", "BH001", "全市"),
    ("心电", "BH004", "全市"),
    ("消毒供应", "BH007", "BH004"),
)
"""Shared centres: kind, host, lead of the grid served or the whole city."""


def build_networks(facilities: pd.DataFrame, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Return the sheets of the networks workbook, with Chinese headers."""
    rows = [*_telemedicine(facilities, rng)]
    for number, kind, name, hub, members, specialty in AGREED:
        rows += [(number, kind, name, member, hub, "", specialty) for member in members]
    rows += [
        (number, kind, name, member, "", partner, specialty)
        for number, kind, name, member, partner, specialty in OUTSIDE
    ]
    island = facilities.loc[facilities["机构名称"].str.endswith(ISLAND_CENTRE), "机构代码"].iloc[0]
    rows.append(("N09", "对口支援", "海岛对口支援", island, "BH001", "", ""))
    return {
        "网格间网络": pd.DataFrame(rows, columns=COLUMNS),
        "共享中心": pd.DataFrame(list(CENTRES), columns=["中心类别", "所在机构编号", "服务对象"]),
    }


def _telemedicine(facilities: pd.DataFrame, rng: np.random.Generator) -> list[tuple[str, ...]]:
    """Most health centres to the hub of their district; the district hospitals to the first hospital; no clinic has joined."""
    rows = []
    specialty = ("影像", "心电", "病理", "卒中", "儿科", "皮肤科")
    for code, name, kind in zip(facilities["机构代码"], facilities["机构名称"], facilities["类别"], strict=True):
        town = kind == "乡镇卫生院" and not name.endswith(LATE)
        if town or (kind == "社区卫生服务中心" and rng.random() < JOINED_SHARE):
            hub = HUB_OF_DISTRICT.get(name[:3], "BH001")
            rows.append((*TELEMEDICINE, code, hub, "", specialty[len(rows) % len(specialty)]))
    return rows + [(*TELEMEDICINE, code, "BH001", "", "影像") for code in ("BH009", "BH010", "BH011", "BH012", "BH013")]
