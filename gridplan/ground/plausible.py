"""Units of measure betrayed by numbers: speeds, people per km2 and beds that are nowhere seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from gridplan.case.case import Case
from gridplan.layers.layers import Layers
from gridplan.words.numbers import MANKIND, counted, listed
from gridplan.words.numbers import people as in_people
from gridplan.words.problems import Problems
from gridplan.words.text import Text
from gridplan.words.vocabulary import HOSPITAL_KINDS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

SPEEDS_KMH = (2.0, 120.0)
"""Speeds over the straight line within which the median of a travel table lies (D): from walking to an empty motorway."""
_PAIR_KMH = 200.0
"""No single way is faster than this over the straight line (D)."""
_SLOWEST_KMH = 0.5
"""A way that is slower than this over the straight line, in a table that is not, is a wrong number or no way (D): walkers are faster."""
_DAY_MIN = 1440.0
_FAR_M = 1_000.0
"""Nearer pairs say nothing of speed: waiting and parking take longer than the way."""
PEOPLE_PER_KM2 = 250_000.0
"""No quarter is denser (D): Mong Kok, among the densest, has about 130,000."""
_QUARTER_M2 = 10_000.0
_PEOPLE_PER_HOSPITAL = 200.0
"""Fewer residents than this for each hospital tell of residents in 万 or in thousands (D): the emptiest county has ten times as many."""
_BEDS = (10.0, 5_000.0)
"""Beds of one hospital (D): the median lies above the first, hardly any above the second."""
_BEDS_PER_PERSON = 0.5
"""More beds than this for a resident tell of residents in 万, or of beds that are none (D); China has 0.007."""
_ROAD_KMH = (4.0, 200.0)


def tell_implausible(layers: Layers, case: Case) -> Problems:
    """Return what numbers betray of their unit of measure: an error where the plan would be of another size, else a warning.

    Parameters
    ----------
    layers : with units complete and facilities placed; case : names the files.
    """
    problems = Problems()
    _tell_table(layers, case, problems)
    _tell_links(layers, case, problems)
    _tell_density(layers, case, problems)
    _tell_total(layers, case, problems)
    _tell_parts(layers, case, problems)
    _tell_heaps(layers, problems)
    _tell_beds(layers, problems)
    _tell_roads(layers, case, problems)
    return problems


def _tell_table(layers: Layers, case: Case, problems: Problems) -> None:
    """Tell a travel table whose minutes are seconds or hours, and single minutes that no car needs."""
    source, table = case.layers.travel_table, layers.travel_table
    if source is None or table.empty:
        return
    minutes, metres = _pairs(layers)
    far = metres >= _FAR_M
    if not far.any():
        return
    kmh = np.divide(metres * 0.06, minutes, out=np.full(len(metres), np.inf), where=minutes > 0)
    usual = float(np.median(kmh[far]))
    low, high = SPEEDS_KMH
    if not low <= usual <= high:
        unit = Text(zh="秒", en="seconds") if usual < low else Text(zh="小时", en="hours")
        problems.tell(
            Text(zh="以分钟计的出行时间", en="travel times in minutes"),
            Text(
                zh="按直线距离折合中位速度 {k} 公里/小时（通常 {a:g} 至 {b:g}）",
                en="a median speed of {k} km/h over the straight line ({a:g} to {b:g} are usual)",
            ).format(k=_speed(usual), a=low, b=high),
            Text(
                zh="单位可能是{u}：在表头的括号里写明单位，或换算成分钟。",
                en="They may be {u}: state the unit in brackets in the header, or write minutes.",
            ).format(u=unit),
            file=source.path,
            layer=source.layer or "",
            field="minutes",
        )
        return
    odd = (far & ((kmh > _PAIR_KMH) | (kmh < _SLOWEST_KMH))) | (minutes >= _DAY_MIN)
    if odd.any():
        names = _pair_names(layers)[odd]
        problems.tell(
            Text(zh="车辆能做到的分钟数", en="minutes that a vehicle needs"),
            Text(
                zh="{n} 对的时间不可信（{s}）：直线速度超过每小时 200 公里或不到 0.5 公里，或长于一天",
                en="{n} that are not ({s}): faster than 200 km/h or slower than 0.5 over the straight line, or longer than a day",
            ).format(n=counted(int(odd.sum()), "pair"), s=listed(list(names), most=5)),
            Text(zh="改正；若表示到不了，留空。", en="Correct them; leave the cell empty where there is no way."),
            severity="warning",
            file=source.path,
            layer=source.layer or "",
            field="minutes",
            values=names,
        )


def _tell_links(layers: Layers, case: Case, problems: Problems) -> None:
    """Tell links whose minutes are those of another unit: slower than any boat for an hour or more, or faster than any car."""
    source, links = case.layers.links, layers.links
    links = links[links["unit_a"].isin(layers.units.index) & links["unit_b"].isin(layers.units.index)]
    if source is None or links.empty:
        return
    homes = layers.units.geometry.representative_point()
    ends = (np.asarray(homes.loc[links[end]].array, dtype=object) for end in ("unit_a", "unit_b"))
    minutes = links["minutes"].to_numpy(float)
    metres = shapely.distance(*ends)
    slow = (minutes >= _LONG_LINK_MIN) & (metres * 0.06 < _LINK_KMH * minutes)
    fast = (metres >= _FAR_LINK_M) & (metres * 0.06 > _PAIR_KMH * minutes)
    told = _told_links(links[slow])
    if told:
        problems.tell(
            Text(zh="以分钟计的通道时间", en="links in minutes"),
            Text(
                zh="{n} 条长过一小时、却比任何船都慢（{s}）",
                en="{n} of an hour or more that are slower than any boat ({s})",
            ).format(n=counted(len(told), "link"), s=listed(told, most=5)),
            Text(
                zh="单位可能是秒：在表头的括号里写明单位，或换算成分钟。",
                en="They may be seconds: state the unit in brackets in the header, or write minutes.",
            ),
            severity="warning",
            file=source.path,
            layer=source.layer or "",
            field="minutes",
            values=told,
        )
    told = _told_links(links[fast])
    if told:
        problems.tell(
            Text(zh="以分钟计的通道时间", en="links in minutes"),
            Text(
                zh="{n} 条在单元中心之间每小时超过 200 公里（{s}）",
                en="{n} faster than 200 km/h between the middles of the units ({s})",
            ).format(n=counted(len(told), "link"), s=listed(told, most=5)),
            Text(
                zh="核对是否为小时，或用 0 代替了缺失的时间。",
                en="They may be hours, or 0 where the time is not known.",
            ),
            severity="warning",
            file=source.path,
            layer=source.layer or "",
            field="minutes",
            values=told,
        )


def _told_links(links: pd.DataFrame) -> list[str]:
    return [f"{row.unit_a} – {row.unit_b} {row.minutes:,.10g}" for row in links.itertuples()]


_LONG_LINK_MIN, _LINK_KMH = 60.0, 1.0
"""A short ferry with its wait may be slow; one of an hour is faster than this over the straight line (D)."""
_FAR_LINK_M = 2_000.0
"""Between units whose middles are nearer, a link may be a step over a border."""


def _pairs(layers: Layers) -> tuple[Floats, Floats]:
    """Return the finite minutes of the travel table and the straight distance of each, in metres."""
    rows, columns = _finite(layers)
    table = layers.travel_table
    homes = layers.units.geometry.loc[table.index[rows]].representative_point().array
    sites = layers.facilities.geometry.loc[table.columns[columns]].array
    metres = shapely.distance(np.asarray(homes, dtype=object), np.asarray(sites, dtype=object))
    return table.to_numpy(float)[rows, columns], np.asarray(metres, dtype=np.float64)


def _finite(layers: Layers) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    table = layers.travel_table
    known = table.index.isin(layers.units.index)[:, None] & table.columns.isin(layers.facilities.index)[None, :]
    rows, columns = np.nonzero(np.isfinite(table.to_numpy(float)) & known)
    return rows, columns


def _pair_names(layers: Layers) -> NDArray[np.object_]:
    rows, columns = _finite(layers)
    table = layers.travel_table
    pairs = zip(table.index[rows], table.columns[columns], table.to_numpy(float)[rows, columns], strict=True)
    return np.array([f"{unit} → {site} {minutes:,.10g}" for unit, site, minutes in pairs], dtype=object)


def _tell_density(layers: Layers, case: Case, problems: Problems) -> None:
    """Name units with more people on a km2 than anywhere on earth."""
    area_m2, people = layers.units.area.to_numpy(), layers.units["population"].to_numpy(float)
    dense = people / np.maximum(area_m2, _QUARTER_M2) * 1e6
    odd = dense > PEOPLE_PER_KM2
    if odd.any():
        source = case.layers.census or case.layers.population
        ids = layers.units.index[odd].astype(str)
        told = [f"{unit} {value:,.0f}" for unit, value in zip(ids, dense[odd], strict=True)]
        problems.tell(
            Text(zh=f"每平方公里不超过 {PEOPLE_PER_KM2:,.0f} 人", en=f"at most {PEOPLE_PER_KM2:,.0f} people a km²"),
            Text(zh="{n} 个单元更密（{s}）", en="{n} denser than that ({s})").format(
                n=counted(len(told), "unit"), s=listed(told, most=5)
            ),
            Text(
                zh="核对人口的单位、表示无数据的数，以及单元的面积。",
                en="Check the unit of the population, numbers that stand for no data, and the area of the units.",
            ),
            severity="warning",
            file=source.path,
            layer=source.layer or "",
            field="population",
            values=told,
        )


def _tell_total(layers: Layers, case: Case, problems: Problems) -> None:
    """Tell residents that are fewer than any hospital has, or more than there are people."""
    source = case.layers.census or case.layers.population
    inside = layers.facilities[(layers.facilities["unit_id"] != "") & layers.facilities["kind"].isin(HOSPITAL_KINDS)]
    people, hospitals = float(layers.units["population"].sum()), len(inside)
    few = 0 < people < _PEOPLE_PER_HOSPITAL * hospitals
    if few or people > MANKIND:
        problems.tell(
            Text(
                zh=f"每家医院 {_PEOPLE_PER_HOSPITAL:,.0f} 人以上的居民，总数不超过世界人口",
                en=f"at least {_PEOPLE_PER_HOSPITAL:,.0f} residents for each hospital, and no more in all than there are people",
            ),
            Text(zh="共 {p}、{h}", en="{p} and {h} in all").format(
                p=in_people(people), h=counted(hospitals, "hospital", measure="家医院")
            ),
            Text(
                zh="核对人口的单位（人、千人、万人）和表示无数据的数；单位写在表头的括号里。",
                en="Check the unit of the population (ones, thousands, ten thousands) and numbers that stand for no data; state the unit in brackets in the header.",
            ),
            severity="warning" if few else "error",
            file=source.path,
            layer=source.layer or "",
            field="population",
        )


def _tell_parts(layers: Layers, case: Case, problems: Problems) -> None:
    """Tell the old and the chronically ill where they are shares or percent, not people."""
    source = case.layers.census or case.layers.population
    for column, noun in _PARTS.items():
        known = layers.units[layers.units[column].notna()] if column in layers.units else layers.units.iloc[:0]
        people, part = float(known["population"].sum()), float(known[column].sum())
        low, high = _PART_SHARE
        if not len(known) or people <= 0 or part == 0 or low <= part / people <= high:
            continue
        problems.tell(
            Text(
                zh=f"{noun.zh}占居民 {low:.0%} 至 {high:.0%}",
                en=f"{noun.en} that are {low:.0%} to {high:.0%} of the residents",
            ),
            Text(zh=f"共 {part:,.0f} 人，占 {part / people:.2%}", en=f"{part:,.0f} in all, {part / people:.2%}"),
            Text(
                zh="核对该列是人数还是占比，以及它的单位（人、万人）。",
                en="See whether the column holds people or shares, and in which unit (ones, thousands, ten thousands).",
            ),
            severity="warning",
            file=source.path,
            layer=source.layer or "",
            field=column,
        )


_PARTS = {
    "population_65": Text(zh="65 岁及以上人口", en="residents aged 65 and over"),
    "chronic": Text(zh="慢病患者", en="chronic patients"),
}
_PART_SHARE = (0.02, 0.7)
"""Shares of the residents of a whole place (D): a young industrial zone has 3 % of old, a village of the old 60 %."""


def _tell_heaps(layers: Layers, problems: Problems) -> None:
    """Tell facilities that stand on one point, as a geocoder leaves those that it does not find."""
    facilities = layers.facilities
    spots = pd.Series(shapely.to_wkb(np.asarray(facilities.geometry.array)), index=facilities.index)
    for file, own in facilities.groupby("file", sort=False):
        count = spots[own.index].map(spots[own.index].value_counts())
        heaped = own[(count >= _HEAP) & (count >= _HEAP_SHARE * len(own))]
        if heaped.empty:
            continue
        problems.tell(
            Text(zh="每家机构自己的位置", en="a place of its own for each facility"),
            Text(zh="{n} 家在同一点上（{s}）", en="{n} on one point ({s})").format(
                n=counted(len(heaped), "facility", "facilities"), s=listed(list(heaped["name"]), most=5)
            ),
            Text(
                zh="地址解析没有找到时常给出城市中心：核对坐标。",
                en="Geocoders put what they do not find in the middle of the city: check the coordinates.",
            ),
            severity="warning",
            file=str(file),
            field=str(heaped["field"].iloc[0]) if "field" in heaped else "",
            rows=heaped["row"],
            values=heaped["name"],
        )


_HEAP, _HEAP_SHARE = 5, 0.2
"""So many facilities of a table on one point, and so large a share of it, are no group of institutions in one house (D)."""


def _tell_beds(layers: Layers, problems: Problems) -> None:
    """Tell beds in another unit: of a hospital, of the middle one, and of all for each resident."""
    inside = layers.facilities[layers.facilities["unit_id"] != ""]
    hospitals = inside[inside["kind"].isin(HOSPITAL_KINDS) & (inside["beds"] > 0)]
    people, beds = float(layers.units["population"].sum()), float(inside["beds"].sum())
    low, high = _BEDS
    for file, rows in hospitals.groupby("file", sort=False):
        many, usual = rows[rows["beds"] > high], float(rows["beds"].median())
        told = [f"{name} {count:,.0f}" for name, count in zip(many["name"], many["beds"], strict=True)]
        odd: list[Text] = []
        if told:
            odd.append(
                Text(zh="{n} 家更多（{s}）", en="{n} with more ({s})").format(
                    n=counted(len(told), "hospital"), s=listed(told)
                )
            )
        if len(rows) >= 3 and usual < low:
            odd.append(Text(zh=f"中位数 {usual:g} 张", en=f"a median of {usual:g}"))
        if people > 0 and beds > _BEDS_PER_PERSON * people:
            odd.append(
                Text(
                    zh=f"共 {beds:,.0f} 张，而居民只有 {people:,.0f} 人",
                    en=f"{beds:,.0f} in all for {counted(round(people), 'resident').en}",
                )
            )
        for found in odd:
            problems.tell(
                Text(zh=f"每家医院 {low:g} 至 {high:,.0f} 张床", en=f"{low:g} to {high:,.0f} beds in a hospital"),
                found,
                Text(
                    zh="核对床位和人口的单位（张、百张；人、万人）。",
                    en="Check the units of beds and of population (ones, hundreds, tens of thousands).",
                ),
                severity="warning",
                file=str(file),
                field="beds",
                rows=many["row"] if told and found is odd[0] else (),
            )


def _tell_roads(layers: Layers, case: Case, problems: Problems) -> None:
    """Tell roads whose stated minutes are those of another unit."""
    source = case.layers.roads
    if source is None or "minutes" not in layers.roads:
        return
    roads = layers.roads[(layers.roads["minutes"] > 0) & (layers.roads["road_class"] != "ferry")]
    if roads.empty:
        return
    usual = float(np.median(roads.length.to_numpy() * 0.06 / pd.to_numeric(roads["minutes"]).to_numpy(float)))
    low, high = _ROAD_KMH
    if not low <= usual <= high:
        problems.tell(
            Text(zh="以分钟计的道路行驶时间", en="minutes along the roads"),
            Text(zh="折合中位速度 {k} 公里/小时", en="a median speed of {k} km/h").format(k=_speed(usual)),
            Text(zh="单位可能是秒或小时：换算成分钟。", en="They may be seconds or hours: write minutes."),
            file=source.path,
            layer=source.layer or "",
            field="minutes",
        )


def _speed(kmh: float) -> str:
    return f"{kmh:,.0f}" if kmh >= 10 else f"{kmh:.2g}"
