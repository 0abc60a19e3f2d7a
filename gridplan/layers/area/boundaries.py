"""Polygons and lines of the area: planning units, districts, barriers, links, the existing grouping."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from gridplan.case.case import Case
from gridplan.case.sources import Source
from gridplan.layers.area.polygons import mend_polygons
from gridplan.layers.area.unit_codes import in_new_codes, one_lead_each
from gridplan.layers.facilities.by_name import ids_by_name, with_ids
from gridplan.layers.files.codes import check_codes
from gridplan.layers.files.columns import (
    TIME_HEADERS,
    Column,
    Picked,
    check_known,
    pick_columns,
    read_ids,
    read_numbers,
    read_text,
    repeated_ids,
    require_text,
    tell_repeated,
)
from gridplan.layers.files.osm_places import DISTRICTS, UNITS
from gridplan.layers.files.reading import tell_no_rows
from gridplan.layers.files.tables import read_table
from gridplan.layers.files.vectors import read_vector
from gridplan.words.ledger import Subject
from gridplan.words.nearest import did_you_mean
from gridplan.words.numbers import counted, listed
from gridplan.words.problems import Problems
from gridplan.words.text import Text

if TYPE_CHECKING:
    import geopandas as gpd

UNIT_COLUMNS = (
    Column("unit_id", Text(zh="单元代码", en="unit code"), ("代码", "社区代码", "单元代码", "村居代码"), required=True),
    Column("name", Text(zh="单元名称", en="unit name"), ("名称", "社区名称", "单元名称", "社区"), required=True),
    Column("street_id", Text(zh="街道代码", en="street code"), ("街道代码", "乡镇代码", "镇街代码")),
    Column("street", Text(zh="街道名称", en="street name"), ("街道", "乡镇", "街道名称", "镇街")),
    Column("district_id", Text(zh="区代码", en="district code"), ("区代码", "区县代码")),
    Column("district", Text(zh="区名称", en="district name"), ("区", "区县", "区名称", "区县名称")),
)
BOUNDARY_COLUMNS = (
    Column("district_id", Text(zh="区代码", en="district code"), ("代码", "区代码", "区县代码"), required=True),
    Column("district", Text(zh="区名称", en="district name"), ("名称", "区", "区县", "区名称"), required=True),
    Column("population", Text(zh="人口", en="population"), ("常住人口", "人口", "residents")),
)
LINK_COLUMNS = (
    Column("unit_a", Text(zh="单元甲", en="first unit"), ("单元甲", "起点单元"), required=True),
    Column("unit_b", Text(zh="单元乙", en="second unit"), ("单元乙", "终点单元"), required=True),
    Column("minutes", Text(zh="分钟", en="minutes"), TIME_HEADERS, required=True),
    Column("kind", Text(zh="方式", en="kind of link"), ("方式", "类型")),
    Column("name", Text(zh="名称", en="name"), ("名称",)),
)
BASELINE_COLUMNS = (
    Column("unit_id", Text(zh="单元代码", en="unit code"), ("代码", "社区代码", "单元代码"), required=True),
    Column(
        "lead_id",
        Text(zh="牵头医院编号", en="id of the lead hospital"),
        ("牵头医院代码", "牵头医院编号"),
        required=True,
    ),
    Column(
        "group_name", Text(zh="集团名称", en="name of the group"), ("集团名称", "医疗集团", "集团", "医联体", "group")
    ),
)
LINKS = Subject("links", Text(zh="通道", en="links"))
BASELINE = Subject("baseline", Text(zh="现状分组", en="grouping in force"))
NAME_COLUMN = Column("name", Text(zh="名称", en="name"), ("名称",))


def read_units(case: Case, source: Source, problems: Problems) -> gpd.GeoDataFrame | None:
    """Read planning units: index unit_id; name, street_id, street, district_id, district ("" where not given), geometry."""
    opened = _read_polygons(case, source, UNIT_COLUMNS, problems)
    if opened is None:
        return None
    frame, picked = opened
    for column in ("street_id", "district_id"):
        _tell_blanks(frame[column], picked, column)
    check_codes(frame[[name for name in ("unit_id", "street_id", "district_id") if name in picked]], picked)
    return _merge_parts(frame, picked, "unit_id")


def read_boundaries(case: Case, source: Source, problems: Problems) -> gpd.GeoDataFrame | None:
    """Read districts: index district_id; district, population (NaN where not given), geometry."""
    opened = _read_polygons(case, source, BOUNDARY_COLUMNS, problems)
    if opened is None:
        return None
    frame, picked = opened
    frame["population"] = read_numbers(picked, "population", minimum=0).reindex(frame.index)
    unknown = frame.index[frame["population"].isna()]
    if case.layers.population.kind == "residences" and len(unknown) < len(frame):
        picked.reading.tell_rows(
            unknown,
            Text(zh="每个区的人口", en="the population of every district"),
            Text(zh="空白", en="blanks"),
            Text(zh="这些区按无人居住处理；补上人口。", en="Nobody counts there; fill it in."),
            severity="warning",
            field=picked.header("population"),
            values=frame.loc[unknown, "district"],
        )
    return _merge_parts(frame, picked, "district_id")


def _read_polygons(
    case: Case, source: Source, columns: tuple[Column, ...], problems: Problems
) -> tuple[gpd.GeoDataFrame, Picked] | None:
    """Read polygons with the first column as id, the second as name required, and the others as text."""
    opened = read_vector(case, source, problems, osm_layer=UNITS if columns is UNIT_COLUMNS else DISTRICTS)
    if opened is None:
        return None
    picked = pick_columns(opened.frame, opened.reading, columns)
    frame = opened.frame[["geometry"]].copy()
    key, name, *others = columns
    frame[name.name] = require_text(picked, name.name, name.label)
    for column in others:
        if column.name != "population":
            frame[column.name] = read_text(picked, column.name)
    frame[key.name] = read_ids(picked, key.name, unique=False)
    stated = frame.assign(population=read_text(picked, "population"))
    strange = repeated_ids(frame[key.name]) & _contradicting(stated, key.name)
    tell_repeated(picked, key.name, frame.loc[strange, key.name])
    tell_no_rows(frame, opened.reading)
    return mend_polygons(frame, opened.reading), picked


def _merge_parts(frame: gpd.GeoDataFrame, picked: Picked, key: str) -> gpd.GeoDataFrame:
    """Return the frame on index `key`, rows of one thing made one polygon of several parts (飞地), and told.

    Of rows that contradict each other the first is kept: they are an error already, and reading goes on.
    """
    parts = frame[repeated_ids(frame[key]) & ~_contradicting(frame, key)]
    picked.reading.tell_rows(
        parts.index,
        Text(zh="每个代码一行", en="one row for each code"),
        Text(zh="同一代码、同一名称的几块", en="several parts with one code and one name"),
        Text(
            zh="已合并为由几块组成的一个面（飞地），请核对。",
            en="They were merged into one polygon of several parts (an exclave); please look at them.",
        ),
        severity="repair",
        field=picked.header(key),
        values=parts[key],
    )
    frame = frame.copy()
    shapes = np.array(frame.geometry.array, dtype=object)
    for rows in parts.groupby(key).indices.values():
        own = frame.index.get_indexer(parts.index[rows])
        shapes[own[0]] = shapely.union_all(shapes[own])
    for column in parts.columns.drop([key, "geometry"]):
        given = parts[column].where(parts[column].notna() & (parts[column] != ""))
        first = given.groupby(parts[key]).transform("first")
        frame.loc[parts.index, column] = first.where(first.notna(), parts[column])
    return frame.set_geometry(shapes, crs=frame.crs)[~frame[key].duplicated()].set_index(key)


def _contradicting(frame: pd.DataFrame, key: str) -> pd.Series:
    """Tell for each row whether rows with its id say something else in a column; a blank says nothing."""
    said = frame.drop(columns=["geometry", key], errors="ignore")
    said = said.where(said.notna() & (said != ""))
    return (said.groupby(frame[key]).transform("nunique") > 1).any(axis=1)


def _tell_blanks(codes: pd.Series, picked: Picked, column: str) -> None:
    """Tell blanks in a code that other rows have."""
    blank = codes.index[codes == ""]
    if len(blank) < len(codes):
        picked.reading.tell_rows(
            blank,
            Text(zh="每个单元都有所属代码", en="a code for every unit"),
            Text(zh="空白", en="blanks"),
            Text(zh="补上代码。", en="Fill in the codes."),
            field=picked.header(column),
        )


def read_barriers(case: Case, source: Source, problems: Problems) -> gpd.GeoDataFrame | None:
    """Read lines that separate neighbours; polygons (a river's water) count with their outline."""
    opened = read_vector(case, source, problems)
    if opened is None:
        return None
    picked = pick_columns(opened.frame, opened.reading, [NAME_COLUMN])
    result = opened.frame[["geometry"]].copy()
    result["name"] = read_text(picked, "name")
    absent = result.geometry.isna() | result.geometry.is_empty
    opened.reading.tell_rows(
        result.index[absent],
        Text(zh="每个要素都有图形", en="a shape in every feature"),
        Text(zh="空的图形", en="empty shapes"),
        Text(zh="这些要素未采用。", en="These features are left out."),
        severity="warning",
        field="geometry",
    )
    return result[~absent].reset_index(drop=True)


def read_links(case: Case, source: Source, problems: Problems, *, units: pd.Index | None = None) -> pd.DataFrame | None:
    """Read stated connections: unit_a, unit_b (ids, checked against `units`), minutes, kind, name; row numbers as index."""
    opened = read_table(case, source, problems)
    if opened is None:
        return None
    opened.reading.enter_held(LINKS, len(opened.frame), len(opened.unselected))
    picked = pick_columns(opened.frame, opened.reading, LINK_COLUMNS)
    links = pd.DataFrame(index=picked.index)
    for column in ("unit_a", "unit_b"):
        links[column] = read_ids(picked, column, unique=False)
        check_known(links[column], picked, column, units)
    itself = links.index[(links["unit_a"] == links["unit_b"]) & (links["unit_a"] != "")]
    opened.reading.tell_rows(
        itself,
        Text(zh="两个不同的单元", en="two different units"),
        Text(zh="单元与自身连接", en="units linked with themselves"),
        Text(zh="改正其中一个代码。", en="Correct one of the codes."),
        field=picked.header("unit_b"),
        values=links.loc[itself, "unit_a"],
    )
    links["minutes"] = read_numbers(
        picked, "minutes", minimum=0, required=Text(zh="分钟数", en="minutes"), minutes=True
    )
    links["kind"] = read_text(picked, "kind") if "kind" in picked else "link"
    links["name"] = read_text(picked, "name")
    _tell_contradicting(links, picked)
    return links


def _tell_contradicting(links: pd.DataFrame, picked: Picked) -> None:
    """Tell links between the same two units, in either direction, that take different times."""
    ends = pd.Series(
        [" – ".join(sorted(pair)) for pair in zip(links["unit_a"], links["unit_b"], strict=True)], links.index
    )
    times = links.groupby([ends, links["kind"]])["minutes"].transform("nunique")
    picked.reading.tell_rows(
        links.index[times > 1],
        Text(zh="同样两个单元之间同一种连接只有一个时间", en="one time for a link of one kind between two units"),
        Text(zh="时间不同的行", en="rows with different times"),
        Text(zh="采用第一行；改正或删去其余的行。", en="The first counts; correct the others, or delete them."),
        severity="warning",
        field=picked.header("minutes"),
        values=ends[times > 1],
    )


def read_baseline(
    case: Case,
    source: Source,
    problems: Problems,
    *,
    units: pd.Index | None = None,
    facilities: pd.Series | None = None,
    codes: pd.DataFrame | None = None,
) -> pd.DataFrame | None:
    """Read the existing grouping: lead_id (text) and group_name on index unit_id (checked against `units`); leads that are no facility are told.

    `facilities` are names by id; a lead may be written by its name.

    `codes` are the units that former ones became (`read_unit_codes`). A unit in two groups belongs to that of most of its residents.
    """
    opened = read_table(case, source, problems)
    if opened is None:
        return None
    opened.reading.enter_held(BASELINE, len(opened.frame), len(opened.unselected))
    picked = pick_columns(opened.frame, opened.reading, BASELINE_COLUMNS)
    ids = read_ids(picked, "unit_id", unique=False)
    if codes is None:
        check_known(ids, picked, "unit_id", units)
    leads = with_ids(picked, "lead_id", read_ids(picked, "lead_id", unique=False), ids_by_name(facilities))
    if facilities is not None and "lead_id" in picked:
        strange = leads[~leads.isin(facilities.index) & (leads != "")]
        opened.reading.tell_rows(
            strange.index,
            Text(zh="机构表中的牵头机构编号", en="leads that stand in the facility tables"),
            Text(zh="不存在的机构编号", en="unknown facility ids"),
            did_you_mean(strange.unique(), facilities.index)
            or Text(zh="改正编号；已撤并的机构可以保留。", en="Correct the ids; those of closed hospitals may stay."),
            severity="warning",
            field=picked.header("lead_id"),
            values=strange,
        )
    names = read_text(picked, "group_name")
    if codes is None:
        _tell_repeated_rows(ids, leads, picked)
    rows = pd.DataFrame({"unit_id": ids, "lead_id": leads, "group_name": names})
    header = picked.header("unit_id")
    rows = rows.assign(residents=1.0) if codes is None else in_new_codes(rows, codes, units, opened.reading, header)
    rows = one_lead_each(rows, opened.reading, header)
    missing = units[~units.isin(rows["unit_id"])] if units is not None and "unit_id" in picked else pd.Index([])
    if len(missing):
        opened.reading.tell(
            Text(zh="每个单元在现状分组中有一行", en="a row of the grouping in force for every unit"),
            Text(zh="{n} 个单元没有（{s}）", en="{n} without ({s})").format(
                n=counted(len(missing), "unit"), s=listed([str(unit) for unit in missing], most=5)
            ),
            Text(
                zh="这些单元按现在不属于任何网格处理；若不对，补上。",
                en="They count as belonging to no grid as of now; add them if that is wrong.",
            ),
            severity="warning",
            field=picked.header("unit_id"),
            values=missing,
        )
    return rows.set_index("unit_id")


def _tell_repeated_rows(ids: pd.Series, leads: pd.Series, picked: Picked) -> None:
    """Tell units that stand in several rows with one lead; those of several leads are told by `one_lead_each`."""
    pairs = pd.DataFrame({"unit": ids, "lead": leads})
    same = pairs.duplicated(keep=False) & (ids != "")
    picked.reading.tell_rows(
        ids.index[same],
        Text(zh="每个单元一行", en="one row for each unit"),
        Text(zh="重复的行", en="rows that repeat others"),
        Text(
            zh="只计一次；若其中一行是别的单元，改正代码。",
            en="They count once; correct the code if one is of another unit.",
        ),
        severity="repair",
        field=picked.header("unit_id"),
        values=ids[same],
    )


def group_names(baseline: pd.DataFrame | None) -> pd.Series:
    """Return the first name that the existing grouping has for the group of each lead."""
    if baseline is None:
        return pd.Series(dtype=object)
    told = baseline[(baseline["group_name"] != "") & (baseline["lead_id"] != "")]
    return told.drop_duplicates("lead_id").set_index("lead_id")["group_name"]


def outline(frame: gpd.GeoDataFrame) -> shapely.Geometry:
    """Return the union of the polygons."""
    return shapely.union_all(np.asarray(frame.geometry.array))
