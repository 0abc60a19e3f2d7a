"""What speaks for each use of a layer: points for its name and for its content, each with the reason."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from gridplan.intake.guessed_columns import (
    SAMPLE_ROWS,
    guess_columns,
    has_place,
    known_headers,
    unique_columns,
)
from gridplan.intake.inventory import Found
from gridplan.layers.area.boundaries import BASELINE_COLUMNS, BOUNDARY_COLUMNS, LINK_COLUMNS
from gridplan.layers.buses import BUS_COLUMNS, GTFS_SIGNS
from gridplan.layers.facilities.facilities import COLUMNS as FACILITY_COLUMNS
from gridplan.layers.files.columns import Column, plain_text
from gridplan.layers.files.osm_places import HEALTHCARE, PLACES
from gridplan.layers.given_minutes import MINUTES_COLUMNS
from gridplan.layers.people.population import CENSUS_COLUMNS
from gridplan.layers.records.personal import personal_columns
from gridplan.layers.records.records import RECORDS
from gridplan.layers.roads.road_access import DRIVE
from gridplan.layers.roads.road_columns import CLASS_COLUMNS
from gridplan.layers.roads.roads import GRAPH_READERS
from gridplan.words.text import Text

Role = Literal[
    "units", "boundaries", "population", "census", "facilities", "roads", "elevation", "buses", "barriers", "links", "baseline", "travel_table",
    "records", "unused",
]  # fmt: skip
Use = tuple[Role, str]
"""A role, and the kind of population or the name of the record table."""


@dataclass(frozen=True)
class Sign:
    """One reason to take a layer for something; points below 0 speak against it."""

    use: Use
    points: float
    reason: Text


UNITS: Use = ("units", "")
DISTRICTS: Use = ("boundaries", "")
ROADS: Use = ("roads", "")
BARRIERS: Use = ("barriers", "")
FACILITIES: Use = ("facilities", "")
RASTER: Use = ("population", "raster")
HEIGHTS: Use = ("elevation", "")
BUSES: Use = ("buses", "")
POINTS: Use = ("population", "points")
MINUTES: Use = ("travel_table", "")
RESIDENCES: Use = ("population", "residences")
NOTHING: Use = ("unused", "")

_WORD = r"(?<![a-z])(?:{})(?![a-z])"


def _pattern(han: str, latin: str) -> re.Pattern[str]:
    return re.compile(f"{han}|{_WORD.format(latin)}", re.IGNORECASE)


_CARE = _pattern(
    r"医院|卫生|诊所|门诊|保健|护理|康复|疗护|急救",
    r"hospitals?|clinics?|health|doctors?|medical|healthcare|mchp|chp|chc",
)
_HOME = _pattern(
    r"小区|住宅|公寓|花园|家园|居民点|村庄", r"residences?|residential|homes?|houses?|apartments?|dwellings?|villages?"
)
_PEOPLE = _pattern(r"人口|居民|常住", r"pop|population|people|persons?|residents?|ppp|worldpop|ghs|landscan|census")
_NO_PEOPLE = _pattern(
    r"可达|时间|分钟|高程|坡度|地形|夜光|土地|气温|降水",
    r"access|accessibility|travel|time|minutes?|friction|dem|elevation|slope|hillshade|landcover|worldcover|cover|lulc|landuse|ndvi|nightlights?|lights?|viirs|ntl|gdp|aspect|temperature|rain|precipitation|distance|cost|speed",
)
_HEIGHTS = _pattern(
    r"高程|海拔|地形(?!图)",
    r"dem|gdem|dtm|dsm|elevation|elev|heights?|altitude|srtm|nasadem|fabdem|copdem|alos|aw3d|hgt",
)
_DERIVED = _pattern(r"坡度|坡向|阴影|晕渲", r"slope|aspect|hillshade|shade|roughness|contours?")
"""Rasters made from heights, which are none."""
_WATER = _pattern(
    r"河|江|湖|海|水系|水域|水体|水库",
    r"rivers?|water|waters|waterways?|lakes?|ponds?|canals?|streams?|hydro|reservoirs?|wetlands?|sea",
)
_BARRIER = _pattern(
    r"河|江|水系|铁路|障碍|分隔", r"rivers?|waterways?|rails?|railways?|barriers?|canals?|streams?|hydro"
)
_STREET = _pattern(r"道路|路网|公路|街道网", r"roads?|streets?|highways?|edges|ways|network")
_NODES = _pattern(r"节点|路口|交叉口", r"nodes?|junctions?|intersections?")
_NODE_COLUMNS = {"street_count", "osmid", "highway", "junction", "traffic_signals", "nodeid", "node_id"}
_HAZARD = _pattern(
    r"台风|洪水|内涝|地震|淹没|灾", r"typhoon|floods?|flooded|quake|earthquake|hazards?|disaster|scenario"
)
_LAND = _pattern(r"建筑|楼栋|绿地|土地利用|用地|公园", r"buildings?|landuse|landcover|parks?|green|parcels?")
_SMALL = _pattern(
    r"(?:社区|村|居委会|居民委员会|村委会|街道|街道办事处|镇|乡|苏木|办事处)$",
    r"tracts?|wards?|neighbou?rhoods?|barrios?|parish|townships?|block|zone|suburbs?",
)
_LARGE = _pattern(r"(?:区|县|市|旗)$", r"districts?|county|counties|city|municipality|province")
_MANY = 40
"""So many polygons are seldom districts; it is one sign among others."""
_MOSTLY = 0.6
_MEMBERS = _pattern(r"成员(?:单位|机构|名单|医院)", r"members?")

Reason = tuple[str, str]


def _says(use: Use, points: float, zh: str, en: str) -> Sign:
    return Sign(use, points, Text(zh=zh, en=en))


def signs_of(layer: Found, folder: Sequence[Found]) -> list[Sign]:
    """Return what speaks for and against each use of a layer of a folder.

    >>> roads = Found("路网.shp", "", "line", 8, pd.DataFrame({"fclass": ["primary"] * 8}))
    >>> {sign.use[0] for sign in signs_of(roads, [roads]) if sign.points > 1}
    {'roads'}
    """
    if _without_header(layer):
        return [
            _says(
                NOTHING,
                9,
                "没有表头：第一行就是数据。在上面加一行列名",
                "no header row: its first row is data already. Write names of the columns above it",
            )
        ]
    if set(GTFS_SIGNS) <= set(layer.headers) or _are_buses(layer):
        return [_says(BUSES, 6, "是公交线路、站点和间隔", "lines, stops and headways of buses")]
    personal = [] if layer.shape == "raster" else personal_columns(layer.frame)
    if personal:
        named = "、".join(personal)
        return [
            _says(
                NOTHING,
                9,
                f"含个人信息（{named}）：请先汇总成按单元或按机构的数字",
                f"holds personal data ({named.replace('、', ', ')}): aggregate it to counts by unit or facility first",
            )
        ]
    finders = {"raster": _of_raster, "osm": _of_osm, "line": _of_lines, "polygon": _of_polygons}
    if layer.shape in finders:
        return list(finders[layer.shape](layer, folder))
    if layer.shape == "table" and not has_place(layer):
        return list(_of_table(layer, folder))
    return list(_of_places(layer))


def _are_buses(layer: Found) -> bool:
    """Whether a table has the columns of buses, all that a line needs."""
    known = known_headers(layer, BUS_COLUMNS) if layer.shape == "table" else {}
    return {column.name for column in BUS_COLUMNS if column.required} <= {
        name for name, header in known.items() if header
    }


def _of_raster(layer: Found, folder: Sequence[Found]) -> Iterator[Sign]:
    yield _says(RASTER, 1, "栅格", "a raster")
    if _PEOPLE.search(_spelled(layer)):
        yield _says(RASTER, 2, "名称说的是人口", "its name speaks of people")
    if (_HEIGHTS.search(_spelled(layer)) or layer.file.lower().endswith(".hgt")) and not _DERIVED.search(
        _spelled(layer)
    ):
        yield _says(HEIGHTS, 4, "名称说的是高程", "its name speaks of heights")
    values = layer.frame["value"] if "value" in layer.frame else pd.Series(dtype=float)
    if _NO_PEOPLE.search(_spelled(layer)):
        yield _says(
            NOTHING,
            3,
            "名称说的不是人口（时间、高程等）",
            "its name speaks of something else than people (minutes, heights)",
        )
    if layer.bands > 1:
        yield _says(NOTHING, 2, f"有 {layer.bands} 个波段，像是影像", f"{layer.bands} bands, like a picture")
    if len(values) and float((values < 0).mean()) > 0.01:
        yield _says(NOTHING, 1, "有负值", "values below 0")
    if len(values) > 500 and values.nunique() <= 12 and values.nunique() > 1:
        yield _says(NOTHING, 1, "只有几种取值，像是分类", "a few different values only, like classes")


def _of_osm(layer: Found, folder: Sequence[Found]) -> Iterator[Sign]:
    yield _says(ROADS, 3, "OpenStreetMap 文件中有道路", "roads of an OpenStreetMap file")


def _of_lines(layer: Found, folder: Sequence[Found]) -> Iterator[Sign]:
    headers = {header.lower() for header in layer.headers}
    if layer.file.lower().endswith(tuple(GRAPH_READERS)):
        yield _says(ROADS, 3, "路网文件", "a road graph")
    classes = [header for header in layer.headers if header.lower() in CLASS_COLUMNS]
    if any((layer.frame[header].map(plain_text) != "").any() for header in classes):
        yield _says(ROADS, 2, "有道路等级列", "a column of road classes")
    if headers & {"oneway", "maxspeed", "maxspeed_kmh", "lanes"}:
        yield _says(ROADS, 1, "有限速、单行或车道列", "columns of speed, direction or lanes")
    if share_of_words(layer, _ROAD_WORDS) > _MOSTLY:
        yield _says(ROADS, 2, "内容是道路等级", "its values are road classes")
    if _STREET.search(_spelled(layer)):
        yield _says(ROADS, 2, "名称说的是道路", "its name speaks of roads")
    if layer.rows > 5 * _MANY:
        yield _says(ROADS, 1, "线很多", "many lines")
    if _BARRIER.search(_spelled(layer)):
        yield _says(BARRIERS, 2.5, "名称说的是河流、铁路", "its name speaks of rivers or railways")
    if headers & {"waterway", "railway"} or share_of_words(layer, _BARRIER) > _MOSTLY:
        yield _says(BARRIERS, 2, "内容是河流、铁路", "its values are rivers or railways")
    yield _says(BARRIERS, 0.5, "线图层，没有道路的特征，当作分隔线", "lines without signs of roads, taken for barriers")


_ROAD_WORDS = re.compile(
    r"快速路|主干|次干|支路|国道|省道|县道|乡道|高速|"
    + "|".join(f"^{name}$" for name in (*DRIVE, "footway", "path", "cycleway", "steps", "pedestrian"))
)


def _of_polygons(layer: Found, folder: Sequence[Found]) -> Iterator[Sign]:
    if _HAZARD.search(_spelled(layer)):
        yield _says(
            NOTHING,
            9,
            "像是灾害影响的范围，不是区界：需要时写成 [[scenarios]] 的 closed",
            "looks like the reach of a disaster, not districts: name it as closed of [[scenarios]] if it is wanted",
        )
    if _WATER.search(_spelled(layer)) or share_of_words(layer, _WATER, *_NATURE) > _MOSTLY:
        yield _says(
            NOTHING,
            9,
            "是水面，不是区界：要作分隔线，写成 [layers.barriers]",
            "water, not districts: name it as [layers.barriers] if it separates neighbours",
        )
    if _LAND.search(_spelled(layer)):
        yield _says(
            NOTHING, 6, "名称说的是建筑、用地，不是区界", "its name speaks of buildings or land use, not of districts"
        )
    if layer.rows == 1 and not known_headers(layer, BOUNDARY_COLUMNS[:1]):
        yield _says(
            NOTHING, 3, "只有一个面，也没有代码：分不出单元或区", "a single area without a code divides nothing"
        )
    small, large = share_of_words(layer, _SMALL), share_of_words(layer, _LARGE)
    if max(small, large) > _MOSTLY:
        small_ones = small >= large
        yield _says(UNITS if small_ones else DISTRICTS, 2, *(_NAMED_SMALL if small_ones else _NAMED_LARGE))
    lengths = _code_lengths(layer)
    if lengths & {9, 12}:
        yield _says(UNITS, 1.5, "代码是街道或社区的长度", "codes as long as those of streets or communities")
    elif 6 in lengths:
        yield _says(DISTRICTS, 1.5, "代码是区县的长度", "codes as long as those of districts")
    if layer.rows >= _MANY:
        yield _says(UNITS, 2, f"{layer.rows} 个面", f"{layer.rows} polygons")
    else:
        yield _says(DISTRICTS, 0.5, f"{layer.rows} 个面", f"{layer.rows} polygons")


_NATURE = ("fclass", "natural", "waterway", "water", "landuse", "type", "类型", "类别")
_NAMED_SMALL = ("名称是社区、街道、乡镇", "names of communities, streets or townships")
_NAMED_LARGE = ("名称是区、县", "names of districts or counties")


def _of_table(layer: Found, folder: Sequence[Found]) -> Iterator[Sign]:
    """What a table without places is, by how many of its columns each use explains."""
    tables: list[tuple[Use, Sequence[Column]]] = [
        (("links", ""), LINK_COLUMNS),
        (("baseline", ""), BASELINE_COLUMNS),
        (("census", ""), CENSUS_COLUMNS),
        *((("records", name), [field.column for field in table.fields]) for name, table in RECORDS.items()),
    ]
    for use, columns in tables:
        known = known_headers(layer, columns)
        whole = all(column.name in known for column in columns if column.required)
        if whole and len(set(known.values())) == len(known) > 1:
            share = len(known) / max(len(layer.headers), 1)
            yield _says(use, 2 + share, f"{len(known)} 列的表头都认识", f"its headers, {len(known)} of them, are known")
    coded = known_headers(layer, CENSUS_COLUMNS[:1])
    if coded and guess_columns(layer, CENSUS_COLUMNS[:2]) and not _CARE.search(_spelled(layer)):
        yield _says(("census", ""), 1.5, "有单元代码和人口", "codes of units and residents")
    if all(column.name in known_headers(layer, MINUTES_COLUMNS) for column in MINUTES_COLUMNS):
        yield _says(MINUTES, 2.9, "单元、机构、时间三列", "columns of units, facilities and times")
    elif _is_wide_minutes(layer, folder):
        yield _says(MINUTES, 2.9, "各列的表头是机构编号", "facility ids stand over its columns")
    if _MEMBERS.search(" ".join([_spelled(layer), *layer.headers])):
        yield _says(NOTHING, 1.2, *_MEMBER_LIST)
    elif _is_org_units(layer):
        yield _says(NOTHING, 1.2, *_ORG_UNITS)
    elif share_of_words(layer, _CARE) > 0.3:
        yield _says(NOTHING, 1, *_NO_PLACE)
    else:
        yield _says(NOTHING, 0.1, *_UNKNOWN_TABLE)


_MEMBER_LIST = (
    "是成员名单：用 gridplan assess --assignment 评价这个分组",
    "a list of members: gridplan assess --assignment judges that grouping",
)
_ORG_UNITS = (
    "DHIS2 的机构或指标表，没有坐标：请导出带坐标的 GeoJSON",
    "a table of DHIS2 without places: export the organisation units as GeoJSON with coordinates",
)
_NO_PLACE = (
    "像是机构表，但没有坐标：补上经度、纬度两列",
    "looks like a list of facilities, without places: add columns lon and lat",
)
_UNKNOWN_TABLE = (
    "没有认出用途：表头不是已知的列（见模板）",
    "no use is known: none of its headers fit (see the templates)",
)


def _is_wide_minutes(layer: Found, folder: Sequence[Found]) -> bool:
    """Whether the headers of a table, its first apart, are mostly the ids of institutions that another file of the folder lists."""
    targets = set(layer.headers[1:])
    listed = (
        ids
        for other in folder
        if other is not layer and share_of_words(other, _CARE) > 0.3
        for _, ids in unique_columns(other)
    )
    return bool(targets) and any(len(targets & set(ids)) > _MOSTLY * len(targets) for ids in listed)


def _is_org_units(layer: Found) -> bool:
    return any(
        re.search(r"organisation ?unit|orgunit|dataelement|periodid", header, re.IGNORECASE) for header in layer.headers
    )


def _of_places(layer: Found) -> Iterator[Sign]:
    if layer.layer in (HEALTHCARE, PLACES):
        use = FACILITIES if layer.layer == HEALTHCARE else POINTS
        yield _says(use, 2, "OpenStreetMap 文件中的图层", "a layer of an OpenStreetMap file")
        return
    headers = {header.lower() for header in layer.headers}
    nodes = len(headers & _NODE_COLUMNS) >= 2 or _NODES.search(_spelled(layer)) is not None
    care, home = share_of_words(layer, _CARE), share_of_words(layer, _HOME)
    if nodes and care < 0.3:
        yield _says(NOTHING, 4, "是路网的节点，不是居民点", "nodes of a road network, no residences")
    if care > 0.3:
        yield _says(FACILITIES, 2 + care, "内容是医疗卫生机构", "its values are health facilities")
    if _is_org_units(layer):
        yield _says(FACILITIES, 2, "DHIS2 的机构表", "organisation units of DHIS2")
    if _CARE.search(_spelled(layer)):
        yield _says(FACILITIES, 1, "名称说的是医疗卫生机构", "its name speaks of health facilities")
    if {"amenity", "healthcare"} & headers or known_headers(layer, FACILITY_COLUMNS[2:3]):
        yield _says(FACILITIES, 1, "有机构类别列", "a column of kinds")
    if "population" in known_headers(layer, CENSUS_COLUMNS) or "population" in guess_columns(
        layer, CENSUS_COLUMNS[1:2]
    ):
        yield _says(POINTS, 2.5, "有人口列", "a column of residents")
    if home > 0.3:
        yield _says(
            RESIDENCES,
            2 + home,
            "内容是小区、住宅：没有人数，人口按区推算",
            "its values are homes: without counts, over which district totals are shared",
        )
    if _HOME.search(_spelled(layer)):
        yield _says(
            RESIDENCES,
            1.2,
            "名称说的是小区、住宅：没有人数，人口按区推算",
            "its name speaks of homes: without counts, over which district totals are shared",
        )
    yield _says(NOTHING, 0.5, "点图层，看不出是机构还是居民点", "points that look like neither facilities nor homes")


def share_of_words(layer: Found, pattern: re.Pattern[str], *only: str) -> float:
    """Return the largest share of rows of one column (of `only` these headers, if given) that a pattern finds."""
    headers = [header for header in layer.headers if not only or header.lower() in only]
    texts = [layer.frame[header].head(SAMPLE_ROWS).map(plain_text) for header in headers]
    shares = [float(text.map(lambda word: pattern.search(word) is not None).mean()) for text in texts if len(text)]
    return max(shares, default=0.0)


def _spelled(layer: Found) -> str:
    """Return the names of file and layer with their parts apart: Population_2020, populationGrid."""
    name = f"{layer.file.rsplit('.', 1)[0]} {layer.layer}"
    return re.sub(r"(?<=[a-z])(?=[A-Z])|[_\W\d]+", " ", name)


def _code_lengths(layer: Found) -> set[int]:
    """Return the lengths of columns that hold digits of one length in every row."""
    lengths = set()
    for header in layer.headers:
        texts = layer.frame[header].map(plain_text)
        if len(texts) and texts.str.fullmatch(r"\d+").all() and texts.str.len().nunique() == 1 and texts.is_unique:
            lengths.add(len(texts.iloc[0]))
    return lengths


def _without_header(layer: Found) -> bool:
    """Whether the header of a table is a row of data: most of its words are numbers."""
    named = [header for header in layer.headers if not re.fullmatch(r"\(\d+\)", header)]
    numbers = [header for header in named if re.fullmatch(r"[+-]?\d[\d.,]*(?: \(\d+\))?", header)]
    return layer.shape == "table" and len(numbers) * 2 >= max(len(named), 1)
