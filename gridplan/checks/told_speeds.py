"""Which speeds the minutes of a plan rest on, and how far its shares move with them, in words."""

from __future__ import annotations

from gridplan.case.case import Case
from gridplan.case.sections import Travel
from gridplan.words.numbers import share
from gridplan.words.text import Text


def to_own_lead(travel: Travel) -> Text:
    """Return how residents get to the lead of their grid."""
    at_peak = Text(zh="高峰时驾车到本网格牵头医院", en="drive at peak to the own lead")
    return at_peak if travel.period == "peak" else Text(zh="驾车到本网格牵头医院", en="drive to the own lead")


def to_primary_care(travel: Travel) -> Text:
    """Return how residents get to primary care."""
    if travel.primary_by == "bike":
        return Text(zh="骑自行车到最近的基层医疗机构", en="cycle to the nearest primary care")
    if travel.primary_by == "ebike":
        return Text(zh="骑电动自行车到最近的基层医疗机构", en="e-bike to the nearest primary care")
    return Text(zh="步行到最近的基层医疗机构", en="walk to the nearest primary care")


def to_emergency(travel: Travel) -> Text:
    """Return how residents get to the nearest emergency department."""
    if travel.emergency_by == "ambulance":
        return Text(zh="救护车到最近的急诊", en="ambulance to the nearest emergency department")
    if travel.period == "peak":
        return Text(zh="高峰时驾车到最近的急诊", en="drive at peak to the nearest emergency department")
    return Text(zh="驾车到最近的急诊", en="drive to the nearest emergency department")


def told_range(low: float, high: float, case: Case, *, on_foot: bool = False) -> Text:
    """Return the least and the largest share within a limit at the speeds that the case holds possible."""
    rules = case.firmness
    factor = 1.0 + rules.speed_range if on_foot else rules.widest_factor(by_roads=case.travel.source == "roads")
    return Text(zh="车速 ÷{f} 至 ×{f} 时为 {a} 至 {b}", en="{a} to {b} at speeds ÷{f} to ×{f}").format(
        f=f"{factor:.3g}", a=share(low), b=share(high)
    )


def tell_slopes(case: Case) -> Text | None:
    """Return what slopes do to the minutes; None where no heights are given, or minutes are not those of roads."""
    if case.layers.elevation is None or case.travel.source != "roads":
        return None
    return Text(
        zh="步行和骑自行车的时间计入坡度（步行 Tobler 1993，自行车 Parkin、Rotheram 2010；高程 {f}），桥梁和隧道按两端平直，驾车、电动车不计",
        en="Minutes on foot and by bicycle count slopes (Tobler 1993; Parkin, Rotheram 2010; heights of {f}), bridges and tunnels straight from end to end; those by car and e-bike do not",
    ).format(f=case.layers.elevation.path)


def tell_buses(case: Case) -> Text | None:
    """Return how minutes by bus are made; None where no buses are given, or minutes are not those of roads."""
    if case.layers.buses is None or case.travel.source != "roads":
        return None
    return Text(
        zh="公交按发车间隔计（{f}）：候车为间隔的一半，不看时刻表，各线互不等候，几条线同路也不合计",
        en="Buses count by their headways ({f}): one waits half of one, whatever the timetable; lines do not wait for each other, nor are those on one street added up",
    ).format(f=case.layers.buses.path)


def tell_speeds(travel: Travel) -> Text | None:
    """Return which speeds by car hold and where they come from; None where minutes are not those of roads."""
    if travel.source != "roads":
        return None
    period = Text(zh="高峰", en="peak") if travel.period == "peak" else Text(zh="平峰", en="off-peak")
    assumed = Text(zh="规划假设，未经实测", en="planning assumptions, not measured")
    origin = Text(zh=travel.speeds_from, en=travel.speeds_from) if travel.speeds_from else assumed
    return Text(zh="驾车时间用{p}车速（{o}）", en="Minutes by car are those of {p} speeds ({o})").format(
        p=period, o=origin
    )
