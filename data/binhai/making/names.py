"""Invented names of communities, and the 12-digit codes that go with them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from .places import ISLAND_STREET, STREETS, Street

# Urban names: pairs that sound right together, and some that stand alone.
PAIRS = (
    ("翠碧银金玉锦紫清明青", "湖苑泉湾林园"),
    ("福康安泰祥和兴永瑞新", "宁园苑民里庄"),
    ("东西南北", "园苑街桥湖坊里港岭"),
    ("海望临", "滨潮韵港星安"),
    ("文学书", "苑园林昌香"),
)
ALONE = (
    *(
        "望潮",
        "听涛",
        "观澜",
        "渔港",
        "灯塔",
        "船厂",
        "盐仓",
        "鼓楼",
        "文庙",
        "书院",
        "学府",
        "师院",
        "青年",
        "解放",
        "建设",
        "团结",
    ),
    *(
        "光明",
        "前进",
        "友谊",
        "幸福",
        "繁荣",
        "红旗",
        "新华",
        "向阳",
        "春晖",
        "晨光",
        "朝霞",
        "映山",
        "杏花",
        "石榴",
        "梧桐",
        "银杏",
    ),
    *(
        "海棠",
        "玉兰",
        "丁香",
        "枫叶",
        "白桦",
        "柳岸",
        "荷塘",
        "竹园",
        "松涛",
        "凤凰",
        "龙泉",
        "麒麟",
        "太平",
        "长安",
        "长乐",
        "永宁",
    ),
    *(
        "盛世",
        "锦绣",
        "滨江",
        "澜岸",
        "澜桥",
        "桥头",
        "码头",
        "车站",
        "铁路",
        "机床",
        "纺织",
        "橡胶",
        "水产",
        "造船",
        "粮库",
        "邮电",
    ),
    *(
        "市北",
        "市南",
        "城东",
        "城西",
        "环城",
        "府前",
        "府东",
        "迎宾",
        "开元",
        "天泰",
        "时代",
        "阳光",
        "星海",
        "蓝湾",
        "金岸",
        "海天",
    ),
    *(
        "博雅",
        "尚书",
        "世纪",
        "创新",
        "创业",
        "科苑",
        "高新",
        "汇景",
        "御景",
        "丽景",
        "滨湖",
        "湖畔",
        "湖心",
        "民主",
        "和谐",
        "五四",
    ),
)
SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙马朱胡林郭何高罗郑梁谢宋唐许邓冯韩曹彭曾萧田董袁潘于蒋蔡"
    "余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯"
)
ENDINGS = ("家庄", "家村", "家沟", "家岭", "家楼", "家洼", "家河", "家埠")
FEATURES = (
    *(
        "上河",
        "下河",
        "大石头",
        "东岭",
        "柳沟",
        "杏山",
        "后坡",
        "前疃",
        "双泉",
        "三官庙",
        "石榴园",
        "枣林",
        "桃花峪",
        "黑石崖",
    ),
    *(
        "白鹤滩",
        "青石岗",
        "芦苇荡",
        "河套",
        "官道",
        "老槐树",
        "凤凰台",
        "龙王庙",
        "望海楼",
        "盐滩",
        "碾子沟",
        "松树底",
        "茶园",
    ),
)
ISLAND_NAMES = ("鹿屿社区", "东澳村", "西澳村", "大渔湾村", "灯塔村", "鸥石村")
FIRST_NAMES = {
    "望海街道": "临港社区",
    "中山街道": "钟楼社区",
    "南关街道": "南关社区",
    "月湾街道": "月湾社区",
    "金沙街道": "金沙滩社区",
}


def name_communities(communities: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return the code and the name of each community, on the index of the input."""
    pairs = [a + b for firsts, seconds in PAIRS for a in firsts for b in seconds]
    urban = iter(rng.permutation(sorted({*pairs, *ALONE} - {"临港", "新里"})).tolist())
    villages = [s + e for s in SURNAMES for e in ENDINGS[:2]] + [s + e for s in SURNAMES[:30] for e in ENDINGS[2:]]
    rural = iter(rng.permutation([*villages, *FEATURES]).tolist())
    rows = []
    for street in STREETS:
        members = communities[communities["street"] == street.code].sort_values("number")
        rows += list(zip(members.index, _names(street, members, urban, rural), strict=True))
    named = pd.DataFrame([row for _, row in rows], index=[index for index, _ in rows], columns=["name", "short"])
    codes = [_codes(street, named["short"][communities["street"] == street.code]) for street in STREETS]
    return named.join(pd.concat(codes).rename("code")).loc[communities.index]


def _names(street: Street, members: pd.DataFrame, urban: Iterator[str], rural: Iterator[str]) -> list[tuple[str, str]]:
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
