"""Where people live: totals by unit, points with counts, residences."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from gridplan.case.case import Case
from gridplan.case.sources import PopulationSource, Source, WeightSource
from gridplan.layers.files.columns import (
    Column,
    Picked,
    check_known,
    pick_columns,
    quiet_numbers,
    read_ids,
    read_numbers,
)
from gridplan.layers.files.reading import tell_no_rows
from gridplan.layers.files.tables import read_table
from gridplan.layers.files.vectors import read_vector
from gridplan.words.ledger import CENSUS, PEOPLE, RESIDENCES
from gridplan.words.numbers import counted
from gridplan.words.problems import Problems
from gridplan.words.text import Text

if TYPE_CHECKING:
    import geopandas as gpd

CENSUS_COLUMNS = (
    Column("unit_id", Text(zh="单元代码", en="unit code"), ("代码", "社区代码", "单元代码", "村居代码"), required=True),
    Column(
        "population", Text(zh="常住人口", en="resident population"), ("常住人口", "人口", "residents"), required=True
    ),
    Column(
        "population_65",
        Text(zh="65 岁及以上人口", en="residents aged 65 and over"),
        ("65岁及以上", "65岁及以上人口", "aged 65+"),
    ),
    Column(
        "chronic", Text(zh="慢病患者数", en="chronic patients"), ("慢病患者", "慢性病患者", "慢性病患者数", "慢病人数")
    ),
)
_COLLAPSE_M = 100.0
"""Residence points within one square of this side count once: a dormitory block may hold hundreds of points."""


NO_PLACE = Text(zh="没有位置", en="without a place")


def read_census(
    case: Case, source: Source, problems: Problems, *, units: pd.Index | None = None
) -> pd.DataFrame | None:
    """Read totals by unit: index unit_id (checked against `units`); population, population_65, chronic (NaN where not given)."""
    opened = read_table(case, source, problems)
    if opened is None:
        return None
    picked = pick_columns(opened.frame, opened.reading, CENSUS_COLUMNS)
    ids = read_ids(picked, "unit_id")
    people = read_numbers(picked, "population", minimum=0, required=CENSUS_COLUMNS[1].label)
    older = read_numbers(picked, "population_65", minimum=0)
    chronic = read_numbers(picked, "chronic", minimum=0)
    opened.reading.enter_held(
        CENSUS, people.sum(), quiet_numbers(opened.unselected, opened.reading, CENSUS_COLUMNS[1]).sum()
    )
    for column, numbers in zip(CENSUS_COLUMNS[1:], (people, older, chronic), strict=True):
        _tell_likely_missing(picked, numbers, column)
    _tell_more_than_all(picked, people, older, CENSUS_COLUMNS[2])
    _tell_more_than_all(picked, people, chronic, CENSUS_COLUMNS[3])
    if units is not None and "unit_id" in picked:
        check_known(ids, picked, "unit_id", units)
        _tell_units_without(picked, units[~units.isin(ids)])
    return pd.DataFrame(
        {"population": people.to_numpy(), "population_65": older.to_numpy(), "chronic": chronic.to_numpy()},
        index=pd.Index(ids, name="unit_id"),
    )


def _tell_more_than_all(picked: Picked, people: pd.Series, part: pd.Series, column: Column) -> None:
    more = (part > people).to_numpy(bool)
    picked.reading.tell_rows(
        people.index[more],
        Text(zh=f"{column.label.zh}不多于常住人口", en=f"no more {column.label.en} than residents"),
        Text(zh="更多的值", en="more"),
        Text(zh="核对两列是否写反。", en="See whether the columns are mixed up."),
        severity="warning",
        field=picked.header(column.name),
        values=part[more].map("{:g}".format),
    )


def _tell_likely_missing(picked: Picked, counts: pd.Series, column: Column) -> None:
    """Tell counts that are the nines or the largest number of a type, by which tables write that they know none."""
    signs = counts.map(lambda count: count in _LARGEST or _NINES.fullmatch(f"{count:.10g}") is not None).to_numpy(bool)
    others = float(counts[~signs].max()) if (~signs).any() else 0.0
    often = counts.map(counts[signs].value_counts()).fillna(0) >= _OFTEN
    odd = signs & ((counts >= _FAR_ABOVE * others) | (often & (counts > others))).to_numpy(bool)
    picked.reading.tell_rows(
        counts.index[odd],
        Text(
            zh=f"每行的{column.label.zh}；不知道的留空", en=f"{column.label.en}, and nothing where they are not known"
        ),
        Text(zh="像是表示无数据的数", en="numbers that look like signs for no data"),
        Text(
            zh="现按人数计入；若表示无数据，改为真实的数。",
            en="They count as people; if they stand for no data, write the true numbers.",
        ),
        severity="warning",
        field=picked.header(column.name),
        values=counts[odd].map("{:.10g}".format),
    )


_NINES = re.compile(r"9{3,}")
_LARGEST = frozenset({255.0, 32_767.0, 65_535.0, 2_147_483_647.0, 4_294_967_295.0})
_FAR_ABOVE, _OFTEN = 4.0, 3
"""Such a number is doubted where it is 4 times all others, or above them and there 3 times (D)."""


def _tell_units_without(picked: Picked, missing: pd.Index) -> None:
    if len(missing):
        shown = [str(unit) for unit in missing[:5]]
        picked.reading.tell(
            Text(zh="每个单元的人口", en="the population of every unit"),
            Text(
                zh=f"{len(missing)} 个单元没有人口（{'、'.join(shown)}）",
                en=f"{counted(len(missing), 'unit').en} without ({', '.join(shown)})",
            ),
            Text(zh="补上这些单元；无人居住写 0。", en="Add them; write 0 where nobody lives."),
            field=picked.header("unit_id"),
            values=shown,
        )


def read_points(case: Case, source: PopulationSource | WeightSource, problems: Problems) -> gpd.GeoDataFrame | None:
    """Read points with counts (kind "points") or residences that count one each (kind "residences").

    Returns population, geometry and field (what messages call the place), index of row numbers.
    """
    opened = read_vector(case, source, problems)
    if opened is None:
        return None
    tell_no_rows(opened.frame, opened.reading)
    frame = opened.frame[["geometry"]]
    there = ~(frame.geometry.isna() | frame.geometry.is_empty)
    if opened.field == "geometry":
        opened.reading.tell_rows(
            frame.index[~there],
            Text(zh="每个要素都有位置", en="a place in every feature"),
            Text(zh="空的或不可用的图形", en="empty or unusable shapes"),
            Text(zh="补上位置，或删去这些要素。", en="Draw them, or delete the features."),
            field=opened.field,
        )
    frame = frame.set_geometry(frame.geometry.representative_point())
    counts = source is case.layers.population
    if source.kind == "residences":
        if counts:
            opened.reading.enter_held(RESIDENCES, len(frame), len(opened.unselected))
            opened.reading.enter(RESIDENCES, (~there).sum(), NO_PLACE)
        return frame.assign(population=1.0, field=opened.field)[there]
    picked = pick_columns(opened.frame, opened.reading, [CENSUS_COLUMNS[1]])
    people = read_numbers(picked, "population", minimum=0, required=CENSUS_COLUMNS[1].label)
    _tell_likely_missing(picked, people, CENSUS_COLUMNS[1])
    people = people.fillna(0.0)
    if counts:
        not_selected = quiet_numbers(opened.unselected, opened.reading, CENSUS_COLUMNS[1])
        opened.reading.enter_held(PEOPLE, people.sum(), not_selected.sum())
        opened.reading.enter(PEOPLE, people[~there].sum(), NO_PLACE)
    return frame.assign(population=people, field=opened.field)[there]


def model_residences(
    points: gpd.GeoDataFrame, districts: gpd.GeoDataFrame, area: shapely.Geometry
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Share each district's population over its residences; people outside `area` are left out and told.

    All frames in one metric CRS. Residences in one 100 m square count once. Every residence square of a district
    gets the same share of its population, inside the area or not, so that partly covered districts are scaled by the
    share of their own residences inside.

    Returns
    -------
    cells : points inside `area` with population and district_id; the modelled residents.
    coverage : index district_id; population, modelled (residents inside the area), left_out; residences (those that count), and
        residences_inside the area. Its `attrs["different"]` is how many residences lie in squares of their own.
    """
    import geopandas as gpd

    squares = np.floor(shapely.get_coordinates(points.geometry.array) / _COLLAPSE_M)
    once = points[["geometry"]][~pd.DataFrame(squares, index=points.index).duplicated()]
    placed = gpd.sjoin(once, districts[["geometry"]], predicate="within")
    placed = placed[~placed.index.duplicated()].rename(columns={districts.index.name or "index_right": "district_id"})
    count = placed.groupby("district_id").size()
    placed["population"] = placed["district_id"].map(districts["population"] / count).fillna(0.0)
    inside = shapely.intersects(placed.geometry.array, area)
    cells = placed.loc[inside, ["population", "district_id", "geometry"]].reset_index(drop=True)
    coverage = pd.DataFrame({"population": districts["population"]})
    coverage["modelled"] = cells.groupby("district_id")["population"].sum().reindex(coverage.index, fill_value=0.0)
    coverage["left_out"] = coverage["population"].fillna(0.0) - coverage["modelled"]
    coverage["residences"] = count.reindex(coverage.index, fill_value=0)
    coverage["residences_inside"] = cells.groupby("district_id").size().reindex(coverage.index, fill_value=0)
    coverage.attrs["different"] = len(once)
    return cells, coverage
