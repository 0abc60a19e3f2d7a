"""Polygons and lines of the area: planning units, districts, barriers, links, the existing grouping."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from gridplan.case import Case, Source
from gridplan.errors import LayerError
from gridplan.layers.read import (
    Column,
    Problems,
    header_of,
    pick_columns,
    read_ids,
    read_numbers,
    read_table,
    read_vector,
    tell_rows,
)
from gridplan.text import Text

if TYPE_CHECKING:
    import geopandas as gpd

UNIT_COLUMNS = (
    Column("unit_id", Text(zh="单元代码", en="unit code"), ("代码", "社区代码", "单元代码"), required=True),
    Column("name", Text(zh="单元名称", en="unit name"), ("名称", "社区名称", "单元名称"), required=True),
    Column("street_id", Text(zh="街道代码", en="street code"), ("街道代码", "乡镇代码")),
    Column("street", Text(zh="街道名称", en="street name"), ("街道", "乡镇")),
    Column("district_id", Text(zh="区代码", en="district code"), ("区代码", "区县代码")),
    Column("district", Text(zh="区名称", en="district name"), ("区", "区县")),
)
BOUNDARY_COLUMNS = (
    Column("district_id", Text(zh="区代码", en="district code"), ("代码", "区代码"), required=True),
    Column("district", Text(zh="区名称", en="district name"), ("名称", "区"), required=True),
    Column("population", Text(zh="人口", en="population"), ("常住人口", "人口")),
)
LINK_COLUMNS = (
    Column("unit_a", Text(zh="单元甲", en="first unit"), ("单元甲", "起点单元"), required=True),
    Column("unit_b", Text(zh="单元乙", en="second unit"), ("单元乙", "终点单元"), required=True),
    Column("minutes", Text(zh="分钟", en="minutes"), ("分钟", "时间"), required=True),
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
)


def read_units(case: Case, source: Source, problems: Problems) -> gpd.GeoDataFrame | None:
    """Read planning units: index unit_id; name, street_id, street, district_id, district ("" where not given), geometry."""
    frame = _read_polygons(case, source, UNIT_COLUMNS, problems, key="unit_id")
    if frame is None:
        return None
    _repeated_parents(frame, source, problems)
    return frame


def read_boundaries(case: Case, source: Source, problems: Problems) -> gpd.GeoDataFrame | None:
    """Read districts: index district_id; district, population (NaN where not given), geometry."""
    frame = _read_polygons(case, source, BOUNDARY_COLUMNS, problems, key="district_id")
    if frame is None:
        return None
    frame["population"] = (
        read_numbers(frame["population"], source, problems, field=header_of(source, "population"), minimum=0).to_numpy()
        if "population" in source.columns or frame["population"].ne("").any()
        else np.nan
    )
    return frame


def _read_polygons(
    case: Case, source: Source, columns: tuple[Column, ...], problems: Problems, *, key: str
) -> gpd.GeoDataFrame | None:
    raw = read_vector(case, source, problems)
    if raw is None:
        return None
    picked = pick_columns(raw, source, columns, problems)
    if picked is None:
        return None
    frame = raw[["geometry"]].copy()
    for column in columns:
        if column.name == "population" and column.name in picked:
            frame[column.name] = picked[column.name]
        elif column.name != key:
            text = (
                picked[column.name].map(lambda value: "" if value is None or value != value else str(value).strip())
                if column.name in picked
                else ""
            )
            frame[column.name] = text
    frame[key] = read_ids(picked[key], source, problems, field=header_of(source, key))
    return _mend_polygons(frame, source, problems).set_index(key)


def _mend_polygons(frame: gpd.GeoDataFrame, source: Source, problems: Problems) -> gpd.GeoDataFrame:
    shapes = frame.geometry.array
    empty = frame.geometry.isna().to_numpy() | shapely.is_empty(shapes) | (shapely.get_dimensions(shapes) < 2)
    tell_rows(
        problems,
        source,
        "geometry",
        frame.index[empty],
        Text(zh="每个要素都是面", en="a polygon in every feature"),
        Text(zh="空的或不是面的图形", en="features without a polygon"),
        Text(zh="补画这些面，或删去这些要素。", en="Draw the polygons, or delete the features."),
    )
    frame = frame[~empty].copy()
    shapes = shapely.force_2d(frame.geometry.array)
    invalid = ~shapely.is_valid(shapes)
    if invalid.any():
        mended = shapely.make_valid(shapes[invalid], method="structure", keep_collapsed=False)
        tell_rows(
            problems,
            source,
            "geometry",
            frame.index[invalid],
            Text(zh="不自相交的面", en="polygons that do not cross themselves"),
            Text(zh="自相交的面", en="polygons that cross themselves"),
            Text(zh="已自动修复，请核对。", en="They were mended; please look at them."),
            severity="repair",
        )
        shapes = np.array(shapes, dtype=object)
        shapes[invalid] = mended
    frame.geometry = shapes
    return frame


def _repeated_parents(frame: gpd.GeoDataFrame, source: Source, problems: Problems) -> None:
    for column in ("street_id", "district_id"):
        missing = frame[column] == ""
        if missing.any() and not missing.all():
            positions = np.flatnonzero(missing.to_numpy()) + 1
            tell_rows(
                problems,
                source,
                header_of(source, column),
                positions,
                Text(zh="每个单元都有所属代码", en="a code for every unit"),
                Text(zh="空白", en="blanks"),
                Text(zh="补上代码。", en="Fill in the codes."),
            )


def read_barriers(case: Case, source: Source, problems: Problems) -> gpd.GeoDataFrame | None:
    """Read lines that separate neighbours; polygons (a river's water) count with their outline."""
    frame = read_vector(case, source, problems)
    if frame is None:
        return None
    names = pick_columns(frame, source, [Column("name", Text(zh="名称", en="name"), ("名称",))], problems)
    result = frame[["geometry"]].copy()
    result["name"] = names["name"].astype(str) if names is not None and "name" in names else ""
    return result[~(result.geometry.isna() | result.geometry.is_empty)].reset_index(drop=True)


def read_links(case: Case, source: Source, problems: Problems) -> pd.DataFrame | None:
    """Read stated connections: unit_a, unit_b (ids), minutes, kind, name; the index holds row numbers."""
    table = read_table(case, source, problems)
    picked = None if table is None else pick_columns(table, source, LINK_COLUMNS, problems)
    if picked is None:
        return None
    return pd.DataFrame(
        {
            "unit_a": read_ids(picked["unit_a"], source, problems, field=header_of(source, "unit_a"), unique=False),
            "unit_b": read_ids(picked["unit_b"], source, problems, field=header_of(source, "unit_b"), unique=False),
            "minutes": read_numbers(picked["minutes"], source, problems, field=header_of(source, "minutes"), minimum=0),
            "kind": picked["kind"].astype(str) if "kind" in picked else "link",
            "name": picked["name"].astype(str) if "name" in picked else "",
        }
    )


def read_baseline(case: Case, source: Source, problems: Problems) -> pd.Series | None:
    """Read the existing grouping: lead_id (text) on index unit_id."""
    table = read_table(case, source, problems)
    picked = None if table is None else pick_columns(table, source, BASELINE_COLUMNS, problems)
    if picked is None:
        return None
    units = read_ids(picked["unit_id"], source, problems, field=header_of(source, "unit_id"))
    leads = read_ids(picked["lead_id"], source, problems, field=header_of(source, "lead_id"), unique=False)
    return pd.Series(leads.to_numpy(), index=pd.Index(units, name="unit_id"), name="lead_id")


def read_given_plan(case: Case, path: Path) -> pd.Series:
    """Read a given plan (csv or xlsx by unit id): lead_id on index unit_id. Columns map as those of the case's baseline.

    Raises
    ------
    LayerError
        If the file cannot be used; every problem is told.
    """
    known = case.layers.baseline
    problems: Problems = []
    source = Source(
        path=str(path), columns=known.columns if known is not None and case.locate(known).resolve() == path else {}
    )
    given = read_baseline(case, source, problems)
    if given is None or any(problem.severity == "error" for problem in problems):
        raise LayerError([replace(problem, file=path.name) for problem in problems])
    return given
