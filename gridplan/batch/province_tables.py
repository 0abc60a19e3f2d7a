"""The tables of a province as people read them: for its page and its workbook alike, in one language."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from gridplan.batch.province import Province
from gridplan.words.text import Language, Text
from gridplan.words.vocabulary import CAUSES, ROLES, SEVERITIES, TRENDS

Kind = Literal["text", "whole", "minutes", "share", "plain"]


@dataclass(frozen=True)
class ShownColumn:
    """A column: its name in the frame, its header, and how its values are shown."""

    name: str
    header: Text
    kind: Kind = "text"


@dataclass(frozen=True)
class ShownTable:
    """A table: its title (the name of its sheet), one sentence on it, its columns, and its rows in one language."""

    title: Text
    about: Text
    columns: tuple[ShownColumn, ...]
    rows: pd.DataFrame


def _c(name: str, zh: str, en: str, kind: Kind = "text") -> ShownColumn:
    return ShownColumn(name, Text(zh=zh, en=en), kind)


_CITIES = (
    _c("name", "城市", "City"), _c("population", "常住人口", "Residents", "whole"), _c("n_units", "单元", "Units", "whole"),
    _c("n_city_grids", "城市医疗集团", "Urban groups", "whole"), _c("n_county_grids", "县域医共体", "County communities", "whole"),
    _c("n_counties", "县", "Counties", "whole"), _c("mean_minutes", "平均分钟", "Mean minutes", "minutes"),
    _c("share_within", "时限内居民", "Within limit", "share"), _c("share_primary", "步行可达基层", "Near primary care", "share"),
    _c("max_deviation", "最大人口偏差", "Largest deviation", "share"), _c("gap", "与下界差距", "Gap to bound", "share"),
    _c("must", "未达“必须”", "Must not met", "whole"), _c("should", "未达“应当”", "Should not met", "whole"),
    _c("plan", "方案问题", "Cause: plan", "whole"), _c("supply", "供给缺口", "Cause: supply", "whole"),
    _c("data", "资料缺失", "Cause: data", "whole"), _c("operation", "运行监测", "Cause: operation", "whole"),
)  # fmt: skip
_RULES = (
    _c("severity", "级别", "Severity"), _c("head", "问题", "What is wrong"), _c("cause", "成因", "Cause"),
    _c("cities", "城市", "Cities", "whole"), _c("findings", "处", "Findings", "whole"), _c("people", "涉及居民", "Residents touched", "whole"),
    _c("rules", "规则", "Rules"),
)  # fmt: skip
_COVER = (
    _c("what", "情况", "What"), _c("unit_id", "单元", "Unit"), _c("case", "城市", "City"), _c("other", "另一城市", "Other city"),
    _c("population", "居民", "Residents", "whole"), _c("km2", "平方千米", "km²", "plain"), _c("lon", "经度", "Longitude", "plain"),
    _c("lat", "纬度", "Latitude", "plain"),
)  # fmt: skip
_SHARED = (
    _c("name", "机构", "Facility"), _c("case", "城市", "City"), _c("facility_id", "编号", "Id"), _c("role", "角色", "Role"),
    _c("other", "另一城市", "Other city"), _c("other_name", "那里的名称", "Name there"), _c("other_id", "编号", "Id there"), _c("other_role", "角色", "Role there"),
)  # fmt: skip
_ACROSS_PAIRS = (
    _c("case", "城市", "City"), _c("other", "邻近牵头医院所在城市", "City of the nearer lead"), _c("lead", "邻近牵头医院", "Nearer lead"),
    _c("units", "单元", "Units", "whole"), _c("population", "居民", "Residents", "whole"),
)  # fmt: skip
_ACROSS = (
    _c("case", "城市", "City"), _c("unit_id", "单元", "Unit"), _c("population", "居民", "Residents", "whole"),
    _c("minutes_to_lead", "到本方案牵头医院分钟", "Minutes to the own lead", "minutes"), _c("own_km", "到最近的本市牵头医院千米", "km to the nearest own lead", "plain"),
    _c("other_km", "到邻市牵头医院千米", "km to the lead across", "plain"), _c("other", "邻市", "Other city"), _c("lead", "邻市牵头医院", "Lead across"),
)  # fmt: skip
_INDICATORS = (
    _c("indicator", "指标编号", "Indicator"), _c("name", "指标", "Name"), _c("period", "时期", "Period"), _c("numerator", "分子", "Numerator", "whole"),
    _c("denominator", "分母", "Denominator", "whole"), _c("value", "数值", "Value", "plain"), _c("trend", "趋势", "Trend"),
    _c("cities", "填报城市", "Cities that tell", "whole"),
)  # fmt: skip
_FAILED = (_c("case", "方案", "Case"), _c("message", "原因", "Reason"))
_WHAT = {
    "unassigned": Text(zh="未划入任何网格", en="in no grid"),
    "twice": Text(zh="在两个方案里", en="in two plans"),
    "codes": Text(zh="同一编号用于两地", en="codes of different places in both"),
    "overlap": Text(zh="土地重叠", en="land in two plans"),
    "hole": Text(zh="几个方案之间的空白", en="land between plans that is in none"),
}


def province_tables(province: Province, language: Language) -> dict[str, ShownTable]:
    """Return the tables by name, those without rows too."""
    names = {city.case: city.name for city in province.plans}
    words: dict[str, Callable[[Any], str]] = {
        "severity": lambda key: SEVERITIES.label(key).in_language(language),
        "cause": lambda key: CAUSES.label(key).in_language(language) if key else "",
        "head": lambda head: head.in_language(language),
        "what": lambda key: _WHAT[key].in_language(language),
        "role": lambda key: ROLES.label(key).in_language(language) if key else "",
        "other_role": lambda key: ROLES.label(key).in_language(language) if key else "",
        "trend": lambda key: TRENDS.label(key).in_language(language) if key else "",
    }
    cases: dict[str, Callable[[Any], str]] = {
        name: lambda text: (
            "、".join(names.get(case, case) for case in str(text).split("、")) if isinstance(text, str) else ""
        )
        for name in ("case", "other")
    }
    indicator = {"name": lambda text: text.in_language(language)}
    failed = pd.DataFrame(province.failed, columns=["case", "message"])
    frames: dict[str, tuple[Text, Text, tuple[ShownColumn, ...], pd.DataFrame, Mapping[str, Callable[[Any], str]]]] = {
        "cities": (*_TITLES["cities"], _CITIES, province.cities, {}),
        "rules": (*_TITLES["rules"], _RULES, province.rules, words),
        "cover": (*_TITLES["cover"], _COVER, province.cover, words | cases),
        "shared": (*_TITLES["shared"], _SHARED, province.shared, words | cases),
        "pairs": (*_TITLES["pairs"], _ACROSS_PAIRS, _by_pair(province.across), cases),
        "across": (*_TITLES["across"], _ACROSS, province.across, cases),
        "indicators": (*_TITLES["indicators"], _INDICATORS, province.indicators, words | indicator),
        "failed": (*_TITLES["failed"], _FAILED, failed, {}),
    }
    return {
        name: ShownTable(title, about, columns, _in_words(frame, columns, said))
        for name, (title, about, columns, frame, said) in frames.items()
    }


_TITLES = {
    "cities": (Text(zh="各市", en="Cities"), Text(zh="每个方案一行；数字与各方案自己的一致。", en="One row a plan, with the numbers of the plan itself.")),
    "rules": (
        Text(zh="未达到的规则", en="Rules not met"),
        Text(zh="按规则和成因汇总；同一城市的居民只计一次。", en="By rule and cause; residents of a city count once."),
    ),
    "cover": (
        Text(zh="全覆盖检查", en="Complete cover"),
        Text(zh="R-02 在全部方案之间：每个单元只在一个方案的一个网格里，方案之间没有重叠和空白。", en="R-02 over all plans: each unit in one grid of one plan, no land in two plans or between them."),
    ),
    "shared": (
        Text(zh="两市都列的机构", en="Facilities in two cities"),
        Text(
            zh="相距不到 500 米，且编号相同、同名或名称指同一家机构。",
            en="Within 500 m of each other, of one id, one name, or names that mean one institution.",
        ),
    ),
    "pairs": (
        Text(zh="跨市协调", en="Across borders"),
        Text(
            zh="直线距离最近的牵头医院在邻市方案里的居民；跨市道路没有测算，两市协商时应再核对。",
            en="Residents whose nearest lead as the crow flies is in another city's plan; no road across the border was measured, so the two cities should check.",
        ),
    ),
    "across": (Text(zh="跨市协调的单元", en="Units across borders"), Text(zh="同上，逐单元。", en="The same, unit by unit.")),
    "indicators": (
        Text(zh="监测指标", en="Indicators"),
        Text(zh="各市“全域”数值的分子、分母相加后再算；没有填报的城市不在内。", en="Numerators and denominators of whole cities summed first; cities that tell none are not in it."),
    ),
    "failed": (Text(zh="没有方案的", en="Cases without a plan"), Text(zh="不在以上数字里。", en="Not in the numbers above.")),
}  # fmt: skip


def _by_pair(across: pd.DataFrame) -> pd.DataFrame:
    grouped = across.groupby(["case", "other", "lead"], sort=False)
    table = grouped.agg(units=("unit_id", "size"), population=("population", "sum")).reset_index()
    return table.sort_values("population", ascending=False, kind="stable").reset_index(drop=True)


def _in_words(
    frame: pd.DataFrame, columns: tuple[ShownColumn, ...], words: Mapping[str, Callable[[Any], str]]
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            column.name: [words[column.name](value) if column.name in words else value for value in frame[column.name]]
            for column in columns
        },
        columns=[column.name for column in columns],
    )


def shown_value(value: Any, kind: Kind) -> str:
    """Return a value as a page shows it; empty where it is not known or not finite."""
    if kind == "text":
        return "" if value is None or value != value else str(value)
    if value is None or not math.isfinite(float(value)):
        return ""
    number = float(value)
    return {"whole": f"{number:,.0f}", "minutes": f"{number:.1f}", "share": f"{number:.1%}", "plain": f"{number:,.2f}"}[
        kind
    ]
