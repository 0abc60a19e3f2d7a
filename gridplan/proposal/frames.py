"""The frames of a proposal folder, each declared once: writer, reader, digest, migration and the table in the docs go by it.

A column that a proposal cannot know is there and empty. Every layer and table is written with a further column `seq`, the
position of the row from 1 on: order is stated, never the accident of a file, so that a sorted or re-saved layer reads alike.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from gridplan.words.text import Text

if TYPE_CHECKING:
    import geopandas as gpd

FORMAT = "gridplan-proposal/2"
FIRST_FORMAT = "gridplan-proposal/1"
"""Read and migrated: see `migrate_frames`."""
SEQ = "seq"
_VERSIONED = re.compile(r"gridplan-proposal/(\d+)")

ColumnKind = Literal["text", "keys", "number", "minutes", "whole", "share"]


@dataclass(frozen=True)
class FrameColumn:
    """A column of a frame.

    Kinds: "text" ("" where empty), "keys" (a tuple of words, joined with ";" in a file), "number" and "share" (NaN where not known), "minutes" (inf where unreachable, empty in a
    file), "whole" (never empty).
    """

    name: str
    kind: ColumnKind
    about: Text


@dataclass(frozen=True)
class Frame:
    """A layer (`shaped`) or table of a proposal.

    - columns: in order, geometry not among them; the first is the index of the frame in memory where it is `indexed`
    - key: columns whose values together stand in one row only
    """

    about: Text
    columns: tuple[FrameColumn, ...]
    key: tuple[str, ...] = ()
    shaped: bool = False
    indexed: bool = False

    @property
    def names(self) -> list[str]:
        """Names of the columns, in order."""
        return [column.name for column in self.columns]

    @property
    def index(self) -> str | None:
        """Name of the index in memory."""
        return self.columns[0].name if self.indexed else None

    def of_kind(self, kind: ColumnKind) -> list[str]:
        """Names of the columns of one kind."""
        return [column.name for column in self.columns if column.kind == kind]

    def empty(self) -> pd.DataFrame:
        """Return the frame without rows; without geometry."""
        return pd.DataFrame({column.name: pd.Series(dtype=_DTYPES[column.kind]) for column in self.columns})


_DTYPES: dict[ColumnKind, Any] = {
    "text": object,
    "keys": object,
    "number": float,
    "minutes": float,
    "whole": "int64",
    "share": float,
}


_WORDED = ("text", "keys")
_KEY_SIGN = ";"


def _col(name: str, kind: ColumnKind, zh: str, en: str) -> FrameColumn:
    return FrameColumn(name, kind, Text(zh=zh, en=en))


_UNIT_ID = _col("unit_id", "text", "单元代码", "unit id")
_GRID_ID = _col("grid_id", "text", "网格编号，不在任何网格时为空", "grid id; empty where in no grid")
_LEAD_ID = _col("lead_id", "text", "牵头医院（院区）编号", "id of the lead (a site)")
_POPULATION = _col("population", "number", "常住人口", "residents")
_OVER_65 = _col("population_65", "number", "65 岁及以上", "residents aged 65 and over")
_SHARE_WITHIN = _col(
    "share_within", "share", "时限内到达牵头医院的居民占比", "share of residents whose lead is within the limit"
)
_SHARE_RANGE = (
    _col("share_within_low", "share", "车速最慢时的同一占比", "the same at the slowest speeds within firmness.*_range"),
    _col("share_within_high", "share", "车速最快时的同一占比", "the same at the fastest"),
)
_SCOPE_ID = _col("scope_id", "text", "县代码，城市部分为空", "code of the county; empty for the city")

FRAMES: dict[str, Frame] = {
    "units": Frame(
        Text(zh="规划单元", en="planning units"),
        (
            _UNIT_ID,
            _col("name", "text", "名称", "name"),
            _col("street_id", "text", "街道代码", "street code"),
            _col("street", "text", "街道", "street"),
            _col("district_id", "text", "区代码", "district code"),
            _col("district", "text", "区", "district"),
            _POPULATION,
            _OVER_65,
            _col("chronic", "number", "慢病患者", "chronic patients"),
            _GRID_ID,
            _LEAD_ID,
            _col("minutes_to_lead", "minutes", "到牵头医院的平均分钟", "mean minutes to the lead"),
            _SHARE_WITHIN,
            _col("minutes_primary", "number", "步行到基层机构的分钟", "minutes on foot to primary care"),
            _col("sub_area_id", "text", "片区编号", "sub-area id"),
            _col("sub_area", "text", "片区", "sub-area"),
            _col("centre_id", "text", "负责的基层中心", "responsible health centre"),
            _col("baseline_lead_id", "text", "现行分组的牵头医院", "lead in the grouping in force"),
            _col(
                "baseline_minutes",
                "number",
                "到现行牵头医院的平均分钟；没有测算则为空",
                "mean minutes to the lead in the grouping in force; empty where not measured",
            ),
        ),
        key=("unit_id",),
        shaped=True,
        indexed=True,
    ),
    "grids": Frame(
        Text(zh="服务网格", en="service grids"),
        (
            _col("grid_id", "text", "网格编号", "grid id"),
            _col("name", "text", "网格名称", "name of the grid"),
            _LEAD_ID,
            _col("lead_name", "text", "牵头医院", "lead hospital"),
            _col("group_name", "text", "集团名称", "name of the group"),
            _col(
                "group_source",
                "text",
                "集团名称的来源：case 方案、baseline 现行分组、list 成员名单、proposed 暂名；未给出则为空",
                "where the name of the group is from: case, baseline, list or proposed; empty where none is given",
            ),
            _SCOPE_ID,
            _POPULATION,
            _OVER_65,
            _col("n_units", "whole", "单元数", "number of units"),
            _col("deviation", "share", "人口与均值之差", "deviation of the population from the mean"),
            _col("mean_minutes", "minutes", "居民平均分钟", "mean minutes of residents"),
            _col("p50_minutes", "minutes", "半数居民的分钟", "minutes of half of the residents"),
            _col("p90_minutes", "minutes", "九成居民的分钟", "minutes of nine in ten residents"),
            _SHARE_WITHIN,
            *_SHARE_RANGE,
            _col(
                "share_primary", "share", "步行可达基层机构的居民占比", "share of residents near primary care on foot"
            ),
            _col("share_primary_low", "share", "步行最慢时的同一占比", "the same at the slowest pace"),
            _col("share_primary_high", "share", "步行最快时的同一占比", "the same at the fastest"),
            _col("beds", "number", "医院床位", "hospital beds"),
            _col("beds_per_1000", "number", "每千人医院床位", "hospital beds per 1,000 residents"),
            _col("doctors", "number", "执业医师", "doctors of all facilities"),
            _col("rehabilitation_beds", "number", "康复床位", "rehabilitation beds"),
            _col("nursing_beds", "number", "护理床位", "nursing beds"),
            _col("hospice_beds", "number", "安宁疗护床位", "hospice beds"),
            _col("area_km2", "number", "面积（平方千米）", "area in km²"),
            _col("compactness", "number", "紧凑度（圆为 1）", "compactness, 1 for a circle"),
            _col("scope", "text", "县", "county"),
            _col("mode", "text", "city 城市网格、county 县域医共体", "city grid or county community"),
        ),
        key=("grid_id",),
        shaped=True,
        indexed=True,
    ),
    "facilities": Frame(
        Text(zh="医疗卫生机构", en="health facilities"),
        (
            _col("facility_id", "text", "机构编号", "facility id"),
            _col("parent_id", "text", "上级机构编号", "id of the parent institution"),
            _col("name", "text", "名称", "name"),
            _col("kind", "text", "类别", "kind"),
            _col("level", "whole", "等级：3 三级、2 二级、1 一级、0 未定级", "level: 3, 2, 1; 0 without"),
            _col("grade", "text", "等次", "grade"),
            _col("ownership", "text", "经办性质", "ownership"),
            _col("admin_level", "text", "隶属关系", "affiliation"),
            _col("beds", "number", "床位", "beds"),
            _col("doctors", "number", "执业医师", "doctors"),
            _col("rehabilitation_beds", "number", "康复床位", "rehabilitation beds"),
            _col("nursing_beds", "number", "护理床位", "nursing beds"),
            _col("hospice_beds", "number", "安宁疗护床位", "hospice beds"),
            _col("services", "keys", "服务，以 ; 分隔", 'services, joined with ";"'),
            _col("unit_id", "text", "所在单元，区外为空", "unit it stands in; empty outside the area"),
            _col(
                "grid_id",
                "text",
                "所属网格；未加入的为所在网格",
                "grid it belongs to; of those that join nothing the grid they stand in",
            ),
            _col(
                "role",
                "text",
                "lead 牵头、member 成员、cooperating 合作、none 未加入",
                "lead, member, cooperating or none",
            ),
            _col(
                "role_source",
                "text",
                "角色的来源：plan 方案、location 所在单元、centre 随上级中心、list 成员名单、case 方案文件；没有协议记录而未加入的：level 国家级和省级医院、consent 社会办和部队医院、emergency 急救站",
                "why it has its role: plan, location (its unit), centre (its health centre), list (of members), case; of those that join nothing without an agreement: level (national or provincial), consent (private or military), emergency (ambulance station)",
            ),
            _col("tie", "text", "tight 紧密、loose 松散", "tight or loose"),
            _col("tie_reason", "text", "松散原因，原样", "reason of a loose tie, as written"),
            _col("agreement", "text", "协议状态，原样", "state of the agreement, as written"),
            _col("lead_tier", "text", "牵头资格档次", "tier of eligibility to lead"),
            _col("strength", "number", "能力评分", "strength as a lead"),
            _col("given_tie", "text", "机构表中的紧密程度", "tie as in the facility table"),
            _col("address", "text", "地址", "address"),
            _col("telephone", "text", "电话", "telephone"),
        ),
        key=("facility_id",),
        shaped=True,
        indexed=True,
    ),
    "roads": Frame(
        Text(zh="主要道路（简化）", en="main roads, simplified for the map"),
        (_col("road_class", "text", "道路等级", "road class"),),
        shaped=True,
    ),
    "barriers": Frame(
        Text(zh="分隔线", en="barriers"),
        (_col("name", "text", "名称", "name"),),
        shaped=True,
    ),
    "adjacency": Frame(
        Text(zh="单元的相邻关系", en="neighbours"),
        (
            _col("unit_a", "text", "单元", "unit"),
            _col("unit_b", "text", "相邻单元", "its neighbour"),
            _col("border_m", "number", "公共边界（米）", "shared border in metres"),
            _col("kind", "text", "border 边界、link 连接", "border or link"),
            _col("minutes", "number", "连接的分钟", "minutes of a link"),
            _col("name", "text", "连接的名称", "name of a link"),
        ),
        key=("unit_a", "unit_b"),
    ),
    "minutes": Frame(
        Text(zh="单元到每个候选牵头医院", en="every unit to every candidate site"),
        (
            _UNIT_ID,
            _col("lead_id", "text", "候选牵头医院（院区）编号", "candidate site"),
            _col("minutes", "minutes", "平均分钟", "mean minutes"),
            _SHARE_WITHIN,
            *_SHARE_RANGE,
        ),
        key=("unit_id", "lead_id"),
    ),
    "facility_minutes": Frame(
        Text(zh="机构之间的分钟", en="minutes between facilities"),
        (
            _col("facility_id", "text", "机构编号", "facility id"),
            _col("host_id", "text", "可为其服务的机构编号", "facility that may serve it"),
            _col("minutes", "minutes", "驾车分钟", "minutes by car"),
            _col("by_ferry", "whole", "1：只能乘船", "1: no way without a ferry"),
        ),
        key=("facility_id", "host_id"),
    ),
    "alternatives": Frame(
        Text(zh="备选方案", en="alternatives"),
        (
            _SCOPE_ID,
            _col("k", "whole", "网格数", "number of grids"),
            _col("leads", "text", "牵头医院编号", "lead ids"),
            _col("objective", "number", "目标值", "objective"),
            _col("bound", "number", "理论下界", "proven lower bound"),
            _col("gap", "share", "差距", "gap"),
            _col("worst_deviation", "share", "最大人口偏差", "worst deviation"),
            _SHARE_WITHIN,
            _col("mean_minutes", "number", "平均分钟", "mean minutes"),
            _col("status", "text", "求解状态", "status of the solve"),
            _col("residents_moved", "number", "改换牵头医院的居民", "residents who change lead"),
            _col("n_must", "number", "未达到的“必须”", "must-rules not met"),
            _col("n_should", "number", "未达到的“应当”", "should-rules not met"),
        ),
    ),
    "alternative_units": Frame(
        Text(zh="备选方案的划分", en="units of each alternative"),
        (_SCOPE_ID, _col("k", "whole", "网格数", "number of grids"), _UNIT_ID, _LEAD_ID),
        key=("scope_id", "k", "unit_id"),
    ),
    "reasons": Frame(
        Text(zh="为什么划在这里", en="why each unit is where it is"),
        (
            _UNIT_ID,
            _LEAD_ID,
            _col("nearest_lead_id", "text", "最近的牵头医院", "nearest chosen lead"),
            _col("second_lead_id", "text", "次优的牵头医院", "second best lead for the plan"),
            _col("reason", "text", "理由", "reason, a word of the vocabulary"),
            _col(
                "price_low",
                "number",
                "划给最近者全市至少多花（居民·分钟）",
                "what the plan would lose at least (resident-minutes)",
            ),
            _col("price_high", "number", "至多多花", "and at most; empty where no plan exists"),
            _col("dragged", "number", "须一并改换的其他居民", "other residents who change lead with it"),
            _col("message_zh", "text", "说明（中文）", "message in Chinese"),
            _col("message_en", "text", "说明（英文）", "message in English"),
        ),
        key=("unit_id",),
    ),
}
"""Layers and tables of a proposal in the order in which they are written; findings, annexes and records have their own."""
ADDED_IN_2 = {
    "units": ("baseline_minutes",),
    "grids": ("group_name", "group_source", "doctors", "rehabilitation_beds", "nursing_beds", "hospice_beds"),
    "facilities": (
        "rehabilitation_beds",
        "nursing_beds",
        "hospice_beds",
        "role_source",
        "agreement",
        "address",
        "telephone",
    ),
    "alternatives": ("residents_moved", "n_must", "n_should"),
}
"""Columns that `gridplan-proposal/1` did not have."""


def no_cells() -> pd.DataFrame:
    """Return cells without rows."""
    return pd.DataFrame({"unit_id": pd.Series(dtype=object), "population": pd.Series(dtype=float)})


def in_format(frame: Any, name: str) -> Any:
    """Return a frame with the columns of its declaration, in order: those it lacks are empty, others are dropped.

    Parameters
    ----------
    frame : as a plan makes it or an older format has it, on the index of the declaration.
    name : of `FRAMES`.
    """
    declared = FRAMES[name]
    wanted = [column for column in declared.columns if column.name != declared.index]
    lacking = {
        column.name: pd.Series("" if column.kind in _WORDED else np.nan, index=frame.index, dtype=_DTYPES[column.kind])
        for column in wanted
        if column.name not in frame
    }
    shape = ["geometry"] if declared.shaped else []
    return frame.assign(**lacking)[[column.name for column in wanted] + shape]


def to_file(frame: Any, name: str) -> Any:
    """Return a frame of a proposal as files hold it: ids as a column, keys joined, unreachable and not known empty."""
    declared = FRAMES[name]
    flat = frame.reset_index() if declared.indexed else frame
    numbers = {column: flat[column].replace(np.inf, np.nan) for column in flat.select_dtypes("floating").columns}
    keys = {column: flat[column].map(_KEY_SIGN.join).astype(object) for column in declared.of_kind("keys")}
    return flat.assign(**numbers, **keys)


def from_file(frame: Any, name: str) -> Any:
    """Return a frame as a proposal has it in memory, from what `to_file` returned."""
    declared = FRAMES[name]
    keyed = frame.set_index(declared.index) if declared.index else frame
    return keyed.assign(
        **{column: keyed[column].fillna(np.inf) for column in declared.of_kind("minutes")},
        **{column: keyed[column].astype("int64") for column in declared.of_kind("whole")},
        **{column: keyed[column].map(_split_keys).astype(object) for column in declared.of_kind("keys")},
    )


def _split_keys(text: str) -> tuple[str, ...]:
    return tuple(filter(None, text.split(_KEY_SIGN)))


def newer_format(stated: object) -> bool:
    """Tell whether a format is one that a later version of this program writes."""
    found = _VERSIONED.fullmatch(stated) if isinstance(stated, str) else None
    return found is not None and int(found[1]) > int(FORMAT.rpartition("/")[2])


def with_order(frame: gpd.GeoDataFrame | pd.DataFrame) -> Any:
    """Return a frame with the position of each row, from 1 on, in the column `seq`."""
    return frame.assign(**{SEQ: np.arange(1, len(frame) + 1, dtype=np.int64)})


def sorted_by_seq(frame: gpd.GeoDataFrame | pd.DataFrame) -> Any:
    """Return the rows in the order that `seq` states.

    Raises
    ------
    ValueError
        If positions are missing or repeated.
    """
    stated = frame[SEQ].to_numpy(float)
    order = np.argsort(stated, kind="stable")
    if not np.array_equal(stated[order], np.arange(1, len(frame) + 1)):
        msg = f"column {SEQ}: not every row of 1..{len(frame)} once"
        raise ValueError(msg)
    return frame.iloc[order].reset_index(drop=True)


def in_order(frame: gpd.GeoDataFrame | pd.DataFrame) -> Any:
    """Return the rows in the order that `seq` states, without it; see `sorted_by_seq`."""
    return sorted_by_seq(frame).drop(columns=SEQ)
