"""More seeded damage to the bundled county: names misspelt, units of measure stated in other ways, parts and gaps, people named, values that are none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from tests.mutator import Damage, Kind, Random, Rows, cell, header, insert, put, raw, reshape, table, without
from tests.mutator_yunxiu import C, F, N, U, V, case_slip, in_metres, roads, times, townships


def grids(line: str) -> str:
    """A section [grids] with one line more, before [county]."""
    return f"\n[grids]\n{line}\n[county]\n"


def rules(line: str) -> str:
    return f"\n[rules]\n{line}\n[county]\n"


def letter_for_digit(old: Any, *_: Any) -> str:
    """Type O for the last 0, else l for the last 1; what has neither loses its last digit."""
    text = str(old)
    for digit, letter in (("0", "O"), ("1", "l")):
        if digit in text:
            return letter.join(text.rsplit(digit, 1))
    return text[:-1]


def with_column(name: str, value: Any) -> Callable[[Rows, Random], Rows]:
    return lambda rows, rng: [[*row, value if at else name] for at, row in enumerate(rows)]


def in_two_rows(**changes: Any) -> Callable[[gpd.GeoDataFrame, int], gpd.GeoDataFrame]:
    """One township loses its western half to a row of its own."""

    def change(frame: gpd.GeoDataFrame, at: int) -> gpd.GeoDataFrame:
        shape = frame.geometry.iloc[at]
        west, south, east, north = shape.bounds
        half = shapely.box(west, south, (west + east) / 2, north)
        parts = [shape.difference(half), shape.intersection(half)]
        rest = frame.drop(index=frame.index[at])
        rows = gpd.GeoDataFrame([frame.iloc[at], frame.iloc[at]], crs=frame.crs).set_geometry(parts, crs=frame.crs)
        rows.index = pd.RangeIndex(2)
        for column, value in changes.items():
            rows.loc[1, column] = value
        return gpd.GeoDataFrame(pd.concat([rest, rows], ignore_index=True), crs=frame.crs)

    return change


def _as_geojson(change: Callable[[dict[str, Any]], None], name: str, severity: str = "") -> Kind:
    """The townships as GeoJSON, with other properties in every feature."""
    import json

    def apply(folder: Path, rng: Random) -> Damage:
        tree = json.loads(gpd.read_file(folder / U).to_crs(4326).to_json())
        for feature in tree["features"]:
            change(feature["properties"])
        (folder / "townships.geojson").write_text(json.dumps(tree, ensure_ascii=False), encoding="utf-8")
        text = (folder / "case.toml").read_text(encoding="utf-8")
        (folder / "case.toml").write_text(text.replace(f'"{U}"', '"townships.geojson"'), encoding="utf-8")
        return Damage("townships.geojson", "", severity)

    return Kind(name, apply)


KINDS = [
    cell("census code with a letter", C, "代码", letter_for_digit),
    cell("network member with a letter", N, "成员机构编号", letter_for_digit),
    cell("parent with a letter", F, "上级机构代码", letter_for_digit, among=("上级机构代码", r"\d")),
    case_slip("forbidden lead misspelt", "\n[county]\n", grids('forbidden_leads = ["YXOO1"]'), "grids.forbidden_leads"),
    case_slip("lead that is a clinic", "\n[county]\n", grids('required_leads = ["YX101"]'), "grids.required_leads"),
    case_slip("severity misspelt", "\n[county]\n", rules('severities = { R-20 = "hint" }'), "rules.severities.R-20"),
    case_slip("waiver without a reason", "\n[county]\n", rules('waivers = [{ rule = "R-20", reason = " ", author = "甲", date = "2026-01-01" }]'), "rules.waivers.0.reason"),
    case_slip("waiver of no day", "\n[county]\n", rules('waivers = [{ rule = "R-20", reason = "因故", author = "甲", date = "2026-02-30" }]'), "rules.waivers.0.date"),
    case_slip("plan valid from no day", "\n[county]\n", rules('plan_valid_from = "明年"'), "rules.plan_valid_from"),
    case_slip("band turned round", "\n[county]\n", rules("ems_radius_km = 2"), "rules.ems_radius_km"),
    case_slip("true for a number", "\n[county]\n", grids("balance = true"), "grids.balance"),
    case_slip("key misspelt", "limit_min = 60", "limit_mim = 60", "county.limit_mim"),
    case_slip("speed below zero", "\n[county]\n", "\n[travel]\nwalk_kmh = -4\n[county]\n", "travel.walk_kmh"),
    case_slip("results in no CRS", "\n[county]\n", '\n[outputs]\ncrs = "EPSG:99999"\n[county]\n', "outputs.crs"),
    case_slip("results in a CRS of elsewhere", "\n[county]\n", '\n[outputs]\ncrs = "EPSG:2263"\n[county]\n', "outputs.crs"),
    case_slip("CRS of another hemisphere", 'crs = "EPSG:4550"', 'crs = "EPSG:32751"', "place.crs"),
    case_slip("CRS in degrees", 'crs = "EPSG:4550"', 'crs = "EPSG:4490"', "place.crs"),
    table("villages in thousands", V, header("常住人口", "population (thousands)"), "population (thousands)", "repair"),
    table("villages in 万人 after a stroke", V, header("常住人口", "常住人口_万人"), "常住人口_万人", "repair"),
    table("unit beside the title", C, lambda rows, rng: [["各乡镇人口", "", "", "单位：万人"], *rows], "常住人口", "repair"),
    table("census in thousands", C, times("常住人口", 1e-3), "population", "warning"),
    raw("last village cut in a number", V, lambda data, rng: data.rstrip(b"\r\n")[:-3], "", "warning"),
    raw("villages in UTF-16 without a mark", V, lambda data, rng: data.decode("utf-8-sig").encode("utf-16-le"), "encoding"),
    table("networks with patients", N, with_column("患者", "张三"), "患者"),
    table("networks with telephones", N, with_column("联系电话", "13800000000"), "联系电话"),
    table("networks without members", N, without("成员机构编号"), "member_id"),
    table("a note below the villages", V, insert(["数据来源：县统计局"]), "", "repair"),
    townships("one in two rows", in_two_rows(), "代码", "repair"),
    townships("two rows that contradict", in_two_rows(名称="别名镇"), "代码"),
    townships("one shrunk by 15 m", in_metres(lambda shape: shape.buffer(-15)), "geometry", "warning"),
    townships("one beyond the earth", reshape(lambda shape: shapely.transform(shape, lambda xy: xy * 1e300)), "geometry"),
    townships("code with a separator", put("代码", "379981101;379981102"), "代码"),
    roads("road of no length", reshape(lambda line: shapely.LineString([line.coords[0], line.coords[0]])), "geometry", "warning-or-repair"),
    roads("speed in words", lambda frame, at: frame.assign(maxspeed_kmh=["很快"] * len(frame)), "maxspeed_kmh"),
    roads("directions of no kind", lambda frame, at: frame.assign(oneway=["哪边都行"] * len(frame)), "oneway", "warning"),
    _as_geojson(lambda properties: properties.update(center=[123.1, 36.0], acroutes=[100000, 370000]), "lists among the properties"),
    _as_geojson(lambda properties: properties.update(parent={"adcode": 379981}), "trees among the properties"),
]  # fmt: skip
"""Kinds of damage, each at a seeded place."""
