"""Invented names of communities, and the 12-digit codes that go with them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .places import ISLAND_STREET, STREETS, Street

FIRST = tuple("东西南北新望临海文明安和景春金银翠锦永福祥泰兴康华朝建学滨昌")
SECOND = tuple("园苑湖港桥里坊城泉林湾台")
SURNAMES = tuple("王李张刘陈杨赵黄周吴徐孙马朱胡林郭何高罗郑梁谢宋唐许邓冯韩曹彭曾萧田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤")
ENDINGS = ("家庄", "家村", "家沟", "家岭", "家楼", "家洼", "家河", "家埠")
FEATURES = (
    "上河", "下河", "大石头", "东岭", "柳沟", "杏山", "后坡", "前疃", "双泉", "三官庙", "石榴园", "枣林", "桃花峪", "黑石崖",
    "白鹤滩", "青石岗", "芦苇荡", "河套", "官道", "老槐树", "凤凰台", "龙王庙", "望海楼", "盐滩", "碾子沟", "松树底", "茶园", "水磨",
)  # fmt: skip
ISLAND_NAMES = ("鹿屿社区", "东澳村", "西澳村", "大渔湾村", "灯塔村", "鸥石村")
FIRST_NAMES = {"望海街道": "临港社区", "中山街道": "钟楼社区", "南关街道": "南关社区", "月湾街道": "月湾社区", "港湾街道": "码头社区"}


def name_communities(communities: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return the code and the name of each community, on the index of the input."""
    urban = iter(rng.permutation([a + b for a in FIRST for b in SECOND if a + b not in ("海港", "新城", "金城")]).tolist())
    villages = [s + e for s in SURNAMES for e in ENDINGS[:2]] + [s + e for s in SURNAMES[:30] for e in ENDINGS[2:]]
    rural = iter([*rng.permutation([*villages, *FEATURES * 1]).tolist()])
    rows = []
    for street in STREETS:
        members = communities[communities["street"] == street.code].sort_values("number")
        rows += list(zip(members.index, _names(street, members, urban, rural), strict=True))
    named = pd.DataFrame([row for _, row in rows], index=[index for index, _ in rows], columns=["name", "short"])
    codes = []
    for street in STREETS:
        codes.append(_codes(street, named["short"].loc[communities.index[communities["street"] == street.code]]))
    return named.join(pd.concat(codes).rename("code")).loc[communities.index]


def _names(street: Street, members: pd.DataFrame, urban, rural) -> list[tuple[str, str]]:
    if street.name == ISLAND_STREET:
        short = list(ISLAND_NAMES)
    elif street.is_urban:
        short = [f"{next(urban)}社区" for _ in range(len(members))]
        short[0] = FIRST_NAMES.get(street.name, short[0])
    else:
        short = [f"{next(rural)}村" for _ in range(len(members))]
        short = [name.replace("家村村", "家村") for name in short]
        centre = int(np.argmax(members["people"].to_numpy()))
        short[centre] = f"{street.name[:-1]}社区"
    return [(f"{street.name}{name}", name) for name in short]


def _codes(street: Street, short: pd.Series) -> pd.Series:
    """Residents' committees count from 001, villages from 201, as in the statistical codes."""
    village = short.str.endswith("村")
    number = village.groupby(village).cumcount() + 1 + np.where(village, 200, 0)
    return street.code + number.map("{:03d}".format)
