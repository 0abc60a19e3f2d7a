"""Hand labels for the raw rows of Wuhan: which hospital of the official list a name is known to mean.

General knowledge about a few well-known hospitals and their other names, for measuring the merging rule only; the rule
itself knows none of these names. Left: names of its own; right: names that contain them and mean another institution.
"""

from __future__ import annotations

import re

import pandas as pd

LABELS = {
    "协和医院": ("协和医院|协和肿瘤|协和骨科|协和眼科|协和整形|协和人工关节", "联体医院"),
    "同济医院": ("同济医院|同济双柳院区|同济医科大学康复", ""),
    "梨园医院": ("梨园医院", ""),
    "湖北省人民医院": ("武汉大学人民|湖北省人民医院", "汉南医院|青山|汉阳医院|转诊"),
    "武汉大学中南医院": ("中南医院", "医疗联合体"),
    "湖北省中医院": ("湖北省中医院|湖北中医药大学附属医院|中医学院附属|湖北中医院附属|^中医院珍康楼", "联合体"),
    "湖北省中山医院(省三院)": ("中山医院|湖北省第三人民医院|^第三人民医院", "协作|医联体"),
    "湖北省中西医结合医院(新华)": ("湖北省中西医结合医院|湖北省新华医院|^中西医结合医院", ""),
    "武汉市中心医院": ("武汉市?中心医院|武汉市第二医院", "中建三局"),
    "武汉市第一医院(市中西医结合)": ("武汉市第一医院|武汉市中西医结合医院", "医联体"),
    "武汉市第三医院": ("武汉市第三医院|同仁医院|^第三医院", "医联体"),
    "武汉市第四医院(普爱)": ("武汉市第四医院|普爱医院|^武汉骨科医院", ""),
    "武汉市第五医院": ("武汉市第五医院|^第五医院", "医联体|社区|联合体"),
    "武汉市第六医院": ("武汉市第六医院|^六医院|江汉大学附属医院", ""),
    "武汉市中医医院": ("^武汉市中医医院|国医医院", ""),
    "华润武钢总医院": ("武钢总医院", ""),
    "武汉市普仁医院": ("普仁医院", "联合体"),
    "长江航运总医院": ("长江航运总医院|长航总医院|^武汉脑科医院", ""),
    "天佑医院": ("天佑医院", ""),
    "武汉市武昌医院": ("武昌医院", ""),
    "武汉市汉口医院": ("武汉市汉口医院|^汉口医院", ""),
    "武汉市汉阳医院": ("汉阳医院", "爱尔|湖北省人民医院"),
    "武汉市第九医院": ("第九医院", "社区"),
    "东西湖区人民医院": ("东西湖区人民医院|协和东西湖医院", ""),
}
DOUBTFUL = "武汉大学人民医院青山|湖北省人民医院(?:青山|汉阳)|公安急救中心|公安局|普仁体检|航天城|岱山医院|直属机关医院|湖北省精神卫生中心"
"""Wings, police posts and further names of which it cannot be told whether they are the hospital."""
NAMELESS = "^(?:卒中中心|急诊|胸痛|发热门诊|感染性疾病科)"
"""Departments that name no hospital."""


def label(raw: pd.DataFrame) -> pd.Series:
    """Return the hospital of each row: "" for none of the labelled ones, "?" where it cannot be told."""
    return raw["NAME"].map(_label)


def _label(name: str) -> str:
    if re.search(f"{DOUBTFUL}|{NAMELESS}", name):
        return "?"
    return next(
        (
            hospital
            for hospital, (own, other) in LABELS.items()
            if re.search(own, name) and not (other and re.search(other, name))
        ),
        "",
    )


def is_centre(name: str) -> bool:
    """Tell whether a row shows a community health centre or a part of it, not a station."""
    return "社区卫生服务中心" in name and "服务站" not in name and "联合体" not in name


OTHER_NAMES = {
    "武东东区": "武东东",
    "武东西区": "武东西",
    "钢花西区": "钢花西",
    "江岸区球场北区": "球场北",
    "钢都": "钢都花园",
    "关山长动": "长动",
    "关东龙城": "龙城",
    "前川环城": "环城",
    "第八医院台北": "台北",
    "后湖子塔子湖": "塔子湖",
    "百步亭花园": "百步亭",
    "百步亭花园温馨路7号": "百步亭",
    "武昌区": "",
}
"""Fuller names of one centre; "" names no centre."""


def street(name: str) -> str:
    """Return the street (or quarter) that a centre is named after, "" where none is named."""
    stem = name.split("社区卫生服务中心")[0]
    for end in ("区", "风景区", "开发区", "高新"):
        stem = stem.rsplit(end, 1)[-1] if not stem.endswith(end) else stem
    stem = re.sub("街道|街|镇|乡", "", stem.removeprefix("武汉市").removeprefix("武汉"))
    return OTHER_NAMES.get(stem, stem)
