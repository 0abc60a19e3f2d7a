"""Tables of facilities -> one clean frame of points in our vocabulary."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pandas as pd
import shapely

from gridplan.case.case import Case
from gridplan.case.sources import FacilitySource
from gridplan.layers.facilities.facility_kinds import find_kind, weigh_rows
from gridplan.layers.facilities.merges import FACILITY_ROWS, FacilityTable, apply_merges, decide_rows
from gridplan.layers.files.columns import (
    Column,
    Picked,
    map_values,
    pick_columns,
    read_ids,
    read_numbers,
    read_text,
    require_text,
)
from gridplan.layers.files.osm_places import HEALTHCARE
from gridplan.layers.files.reading import tell_no_rows
from gridplan.layers.files.vectors import read_vector
from gridplan.words.ledger import USED
from gridplan.words.problems import Problems
from gridplan.words.text import Text
from gridplan.words.vocabulary import ADMIN_LEVELS, KINDS, LEVELS, OWNERSHIPS, SERVICES, TIES, Vocabulary, parse_level

if TYPE_CHECKING:
    import geopandas as gpd

COLUMNS = (
    Column(
        "facility_id",
        Text(zh="机构编号", en="facility id"),
        ("机构代码", "机构编号", "机构编码", "组织机构代码", "编号", "id"),
        required=True,
    ),
    Column("name", Text(zh="机构名称", en="facility name"), ("机构名称", "名称", "单位名称"), required=True),
    Column("kind", Text(zh="机构类别", en="kind of facility"), ("类别", "机构类别", "类型", "机构类型"), required=True),
    Column("parent_id", Text(zh="上级机构编号", en="id of the parent institution"), ("上级机构代码", "上级机构")),
    Column("level", Text(zh="等级", en="level"), ("等级", "级别", "医院等级", "机构级别")),
    Column("ownership", Text(zh="经办性质", en="ownership"), ("所有制", "经办性质", "经济类型", "举办主体")),
    Column("admin_level", Text(zh="隶属关系", en="affiliation"), ("隶属关系", "隶属")),
    Column(
        "beds",
        Text(zh="床位数", en="beds"),
        ("开放床位", "医院床位", "hospital beds", "床位", "床位数", "编制床位", "实有床位"),
    ),
    Column(
        "doctors",
        Text(zh="执业医师数", en="doctors"),
        ("执业医师数", "执业医师", "医师数", "执业（助理）医师数", "执业（助理）医师"),
    ),
    Column("services", Text(zh="服务项目", en="services"), ("服务", "服务项目")),
    Column("tie", Text(zh="联系紧密程度", en="tie"), ("紧密程度", "联系紧密程度")),
)
_SEPARATORS = re.compile(r"[;；、,，/|]+")
PLACE_COLUMNS = ["layer", "field"]
"""Columns that only messages need."""


def read_facilities(case: Case, problems: Problems) -> gpd.GeoDataFrame | None:
    """Read all facility tables of the case.

    Returns a frame of points, each table in its own CRS brought to that of the first, index facility_id (text), columns
    name, kind, ownership, admin_level ("" where not told), level (0..3, -1 where not told), grade, beds and doctors (NaN
    where not told), services (a tuple of keys, see `services`), tie, parent_id, and where each came from: row, file, layer, field (the
    coordinates' headers). Rows without a usable place have no geometry. None if no table could be used.
    """
    import geopandas as gpd

    tables = apply_merges(case, _open_all(case, problems), problems)
    for table in tables:
        problems.ledger.enter(table.source.path, table.picked.reading.layer, FACILITY_ROWS, len(table.frame), USED)
    opened = [_read_one(table) for table in tables]
    if not opened:
        return None
    _check_across(opened)
    crs = opened[0][0].crs
    merged = gpd.GeoDataFrame(pd.concat([frame.to_crs(crs) for frame, _ in opened]), crs=crs)
    return merged[~merged.index.duplicated(keep="first")]


def list_outcomes(case: Case) -> pd.DataFrame:
    """Return what becomes of each row of the tables that name decisions on their rows (`merges`), in their order.

    Columns file, row, facility_id, name, decision ("" where none), into (the institution it ends in, by name), reason.
    """
    ignored = Problems()
    tables = _open_all(case, ignored)
    names = {key: name for table in reversed(tables) for key, name in zip(table.ids, table.names, strict=True)}
    frames = [
        pd.DataFrame(
            {
                "file": outcome.table.source.path,
                "row": outcome.table.frame.index,
                "facility_id": outcome.table.ids,
                "name": outcome.table.names,
                "decision": outcome.decision,
                "into": outcome.end.map(names).fillna(""),
                "reason": outcome.reason,
            }
        )
        for outcome in decide_rows(case, tables, ignored)
        if outcome is not None
    ]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def _open_all(case: Case, problems: Problems) -> list[FacilityTable]:
    return [table for source in case.layers.facilities if (table := _open(case, source, problems)) is not None]


def _open(case: Case, source: FacilitySource, problems: Problems) -> FacilityTable | None:
    opened = read_vector(case, source, problems, osm_layer=HEALTHCARE)
    if opened is None:
        return None
    tell_no_rows(opened.frame, opened.reading)
    opened.reading.enter_held(FACILITY_ROWS, len(opened.frame), len(opened.unselected))
    picked = weigh_rows(pick_columns(opened.frame, opened.reading, COLUMNS))
    return FacilityTable(source, opened.frame, picked, opened.field, pd.Series("", index=opened.frame.index))


def _read_one(table: FacilityTable) -> tuple[gpd.GeoDataFrame, Picked]:
    picked = table.picked
    frame = table.frame[["geometry"]].copy()
    frame["geometry"] = shapely.force_2d(_points(table.frame, table.field, picked))
    frame["row"] = frame.index
    frame["file"] = table.source.path
    frame["layer"] = picked.reading.layer
    frame["field"] = table.field
    frame["name"] = require_text(picked, "name", COLUMNS[1].label)
    require_text(picked, "kind", COLUMNS[2].label)
    kinds = map_values(picked, "kind", find=find_kind, choices=KINDS.choices)
    frame["kind"] = kinds.where(kinds.notna(), "other")
    frame["ownership"] = _words(picked, "ownership", OWNERSHIPS)
    frame["admin_level"] = _words(picked, "admin_level", ADMIN_LEVELS)
    frame["level"], frame["grade"] = _levels(picked)
    frame["beds"] = read_numbers(picked, "beds", minimum=0)
    frame["doctors"] = read_numbers(picked, "doctors", minimum=0)
    frame["services"] = _services(picked)
    frame["tie"] = _words(picked, "tie", TIES)
    frame["parent_id"] = read_text(picked, "parent_id").where(table.parents == "", table.parents)
    frame["facility_id"] = read_ids(picked, "facility_id")
    frame["parent_id"] = frame["parent_id"].where(frame["parent_id"] != frame["facility_id"], "")
    return frame.set_index("facility_id"), picked


def _points(frame: gpd.GeoDataFrame, field: str, picked: Picked) -> object:
    """Return the points of the features; a polygon (a hospital's ground) counts with a point inside."""
    shapes = frame.geometry.array
    absent = shapes.isna() | shapes.is_empty
    if field == "geometry":
        picked.reading.tell_rows(
            frame.index[absent],
            Text(zh="每个机构都有位置", en="a place for every facility"),
            Text(zh="空的或不可用的图形", en="empty or unusable shapes"),
            Text(zh="补上位置，或删去这些要素。", en="Draw them, or delete the features."),
            field=field,
        )
    return frame.geometry.representative_point().array


def _words(picked: Picked, name: str, vocabulary: Vocabulary) -> pd.Series:
    words = map_values(picked, name, find=vocabulary.find, choices=vocabulary.choices)
    return words.where(words.notna(), "")


def _levels(picked: Picked) -> tuple[pd.Series, pd.Series]:
    choices = Text(zh="、".join(x.zh for x in LEVELS.values()), en=", ".join(x.en for x in LEVELS.values()))
    pairs = map_values(picked, "level", find=parse_level, choices=choices)
    return (
        pairs.map(lambda pair: pair[0] if pair else -1).astype(int),
        pairs.map(lambda pair: pair[1] if pair else "").astype(object),
    )


def _services(picked: Picked) -> pd.Series:
    text = read_text(picked, "services")
    parts = text.map(lambda value: [part.strip() for part in _SEPARATORS.split(value) if part.strip()])
    words = map_values(
        picked,
        "services",
        values=parts.explode().dropna(),
        find=SERVICES.find,
        choices=SERVICES.choices,
        severity="warning",
    )
    known = words.dropna()
    keys = {row: tuple(dict.fromkeys(own)) for row, own in known.groupby(level=0, sort=False)}
    return pd.Series([keys.get(row, ()) for row in picked.index], index=picked.index, dtype=object)


def _check_across(opened: list[tuple[gpd.GeoDataFrame, Picked]]) -> None:
    """Tell ids that an earlier table has already, and parents that no table has."""
    known = pd.Index([facility_id for frame, _ in opened for facility_id in frame.index])
    seen = pd.Index([])
    for frame, picked in opened:
        repeated = frame.index.isin(seen) & (frame.index != "")
        picked.reading.tell_rows(
            frame["row"][repeated],
            Text(zh="与前面的机构表不重复的编号", en="ids that do not repeat those of an earlier facility table"),
            Text(zh="重复的编号", en="repeated ids"),
            Text(zh="改正其中一个表的编号。", en="Correct the ids in one of the tables."),
            field=picked.header("facility_id"),
            values=frame.index[repeated],
        )
        seen = seen.append(frame.index)
        if "facility_id" not in picked:
            continue
        orphans = (frame["parent_id"] != "") & ~frame["parent_id"].isin(known)
        picked.reading.tell_rows(
            frame["row"][orphans],
            Text(zh="表中已有的上级机构编号", en="parent ids that stand in the table"),
            Text(zh="不存在的上级机构编号", en="parent ids that do not exist"),
            Text(zh="改正上级机构编号，或补上该机构。", en="Correct them, or add the parent institution."),
            field=picked.header("parent_id"),
            values=frame["parent_id"][orphans],
        )
