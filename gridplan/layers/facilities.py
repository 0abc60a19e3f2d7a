"""Tables of facilities -> one clean frame of points in our vocabulary."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pandas as pd

from gridplan.case import Case, Source
from gridplan.layers.read import (
    Column,
    Problems,
    header_of,
    map_values,
    pick_columns,
    read_ids,
    read_numbers,
    read_vector,
    tell_rows,
)
from gridplan.text import Text
from gridplan.vocabulary import ADMIN_LEVELS, KINDS, LEVELS, OWNERSHIPS, SERVICES, Vocabulary, normalise, parse_level

if TYPE_CHECKING:
    import geopandas as gpd

COLUMNS = (
    Column("facility_id", Text(zh="机构编号", en="facility id"), ("机构代码", "编号", "id"), required=True),
    Column("name", Text(zh="机构名称", en="facility name"), ("机构名称", "名称"), required=True),
    Column("kind", Text(zh="机构类别", en="kind of facility"), ("类别", "机构类别", "类型"), required=True),
    Column("parent_id", Text(zh="上级机构编号", en="id of the parent institution"), ("上级机构代码", "上级机构")),
    Column("level", Text(zh="等级", en="level"), ("等级", "级别", "医院等级")),
    Column("ownership", Text(zh="经办性质", en="ownership"), ("所有制", "经办性质", "经济类型", "举办主体")),
    Column("admin_level", Text(zh="隶属关系", en="affiliation"), ("隶属关系", "隶属")),
    Column("beds", Text(zh="床位数", en="beds"), ("开放床位", "床位", "床位数", "编制床位")),
    Column("services", Text(zh="服务项目", en="services"), ("服务", "服务项目")),
    Column("tie", Text(zh="联系紧密程度", en="tie"), ("紧密程度",)),
)
_SEPARATORS = re.compile(r"[;；、,，/|]+")
_TIES = {"紧密": "tight", "紧密型": "tight", "托管": "trusteeship", "松散": "loose", "松散型": "loose"}


def read_facilities(case: Case, problems: Problems) -> gpd.GeoDataFrame | None:
    """Read all facility tables of the case.

    Returns a frame of points, each table in its own CRS brought to WGS 84 or CGCS2000 degrees, index facility_id (text),
    columns parent_id, name, kind, level (0..3, -1 where not told), grade, ownership, admin_level ("" where not told), beds
    (NaN where not told), services ("; "-free, joined with ";"), tie, file, row. None if no table could be used.
    """
    import geopandas as gpd

    tables = [frame for source in case.layers.facilities if (frame := _read_one(case, source, problems)) is not None]
    if not tables:
        return None
    crs = tables[0].crs
    merged = gpd.GeoDataFrame(pd.concat([table.to_crs(crs) for table in tables]), crs=crs)
    first, last = case.layers.facilities[0], case.layers.facilities[-1]
    repeated = merged.index.duplicated(keep="first")
    if repeated.any() and len(tables) > 1:
        tell_rows(
            problems,
            last,
            header_of(last, "facility_id"),
            merged["row"][repeated],
            Text(zh=f"与 {first.path} 不重复的编号", en=f"ids that do not repeat those of {first.path}"),
            Text(zh="重复的编号", en="repeated ids"),
            Text(zh="改正其中一个表的编号。", en="Correct the ids in one of the tables."),
            values=pd.Series(merged.index[repeated]),
        )
    merged = merged[~repeated]
    _check_parents(merged, first, problems)
    return merged


def _read_one(case: Case, source: Source, problems: Problems) -> gpd.GeoDataFrame | None:
    raw = read_vector(case, source, problems)
    if raw is None:
        return None
    picked = pick_columns(raw, source, COLUMNS, problems)
    if picked is None:
        return None
    frame = raw[["geometry"]].copy()
    frame["row"] = frame.index
    frame["file"] = source.path
    frame["name"] = picked["name"].astype(str).str.strip()
    _require(frame["name"] == "", picked, source, "name", problems)
    frame["kind"] = _words(picked, source, "kind", KINDS, problems, within=True)
    _require(picked["kind"].astype(str).str.strip() == "", picked, source, "kind", problems)
    frame["ownership"] = _words(picked, source, "ownership", OWNERSHIPS, problems)
    frame["admin_level"] = _words(picked, source, "admin_level", ADMIN_LEVELS, problems)
    frame["level"], frame["grade"] = _levels(picked, source, problems)
    frame["beds"] = (
        read_numbers(picked["beds"], source, problems, field=header_of(source, "beds"), minimum=0)
        if "beds" in picked
        else float("nan")
    )
    frame["services"] = _services(picked, source, problems)
    frame["tie"] = picked["tie"].map(lambda value: _TIES.get(normalise(value), "")) if "tie" in picked else ""
    frame["parent_id"] = (
        picked["parent_id"].astype(str).str.strip().replace({"nan": "", "None": ""}) if "parent_id" in picked else ""
    )
    frame["facility_id"] = read_ids(picked["facility_id"], source, problems, field=header_of(source, "facility_id"))
    frame["parent_id"] = frame["parent_id"].where(frame["parent_id"] != frame["facility_id"], "")
    return frame.set_index("facility_id")


def _require(missing: pd.Series, picked: pd.DataFrame, source: Source, column: str, problems: Problems) -> None:
    label = next(wanted.label for wanted in COLUMNS if wanted.name == column)
    tell_rows(
        problems,
        source,
        header_of(source, column),
        picked.index[missing.to_numpy(bool)],
        Text(zh=f"每行都有{label.zh}", en=f"the {label.en} in every row"),
        Text(zh="空白", en="blanks"),
        Text(zh="补上后再试。", en="Fill them in."),
    )


def _words(
    picked: pd.DataFrame,
    source: Source,
    column: str,
    vocabulary: Vocabulary,
    problems: Problems,
    *,
    within: bool = False,
) -> pd.Series:
    if column not in picked:
        return pd.Series("", index=picked.index, dtype=object)
    find = vocabulary.find_within if within else vocabulary.find
    choices = "、".join(term.label.zh for term in vocabulary.values())
    words = map_values(picked[column], source, problems, column=column, find=find, choices=choices)
    return words.where(words.notna(), "other" if column == "kind" else "")


def _levels(picked: pd.DataFrame, source: Source, problems: Problems) -> tuple[pd.Series, pd.Series]:
    if "level" not in picked:
        return pd.Series(-1, index=picked.index), pd.Series("", index=picked.index)
    choices = "、".join(label.zh for label in LEVELS.values())
    pairs = map_values(picked["level"], source, problems, column="level", find=parse_level, choices=choices)
    return (
        pairs.map(lambda pair: pair[0] if pair else -1).astype(int),
        pairs.map(lambda pair: pair[1] if pair else "").astype(object),
    )


def _services(picked: pd.DataFrame, source: Source, problems: Problems) -> pd.Series:
    if "services" not in picked:
        return pd.Series("", index=picked.index, dtype=object)
    parts = picked["services"].map(
        lambda value: [part.strip() for part in _SEPARATORS.split(str(value or "")) if part.strip()]
    )
    exploded = parts.explode().dropna()
    words = map_values(
        exploded,
        source,
        problems,
        column="services",
        find=SERVICES.find,
        choices="、".join(term.label.zh for term in SERVICES.values()),
        severity="warning",
    )
    joined = words.dropna().groupby(level=0, sort=False).agg(lambda keys: ";".join(dict.fromkeys(keys)))
    return joined.reindex(picked.index).fillna("").astype(object)


def _check_parents(frame: gpd.GeoDataFrame, source: Source, problems: Problems) -> None:
    orphans = (frame["parent_id"] != "") & ~frame["parent_id"].isin(frame.index)
    tell_rows(
        problems,
        source,
        header_of(source, "parent_id"),
        frame["row"][orphans],
        Text(zh="表中已有的上级机构编号", en="parent ids that stand in the table"),
        Text(zh="不存在的上级机构编号", en="parent ids that do not exist"),
        Text(zh="改正上级机构编号，或补上该机构。", en="Correct them, or add the parent institution."),
        values=frame["parent_id"][orphans],
    )
