"""A province: published counts come out as they went in, every unit is in one plan, and borders are looked at."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from gridplan.batch.province import City, Province, read_city, sum_up
from gridplan.proposal.proposal import Proposal
from tests.batch import provinces
from tests.batch.provinces import SIDE, city, finding


def of(*cities: City) -> Province:
    return sum_up("test", cities)


@pytest.mark.parametrize(
    ("counts", "urban", "county"),
    [(provinces.ZHEJIANG, 365, 161), (provinces.SICHUAN, 71, 746)],
    ids=["Zhejiang", "Sichuan"],
)
def test_published_counts_of_a_province_come_out_as_they_went_in(
    counts: list[tuple[int, int]], urban: int, county: int
):
    province = of(*provinces.published(counts))
    assert (province.totals["n_city_grids"], province.totals["n_county_grids"]) == (urban, county)
    assert province.totals["n_units"] == 2 * (urban + county)
    assert province.cover.empty
    assert province.totals["population"] == 2000 * (urban + county)


def test_means_go_by_residents():
    """3,000 at 10 minutes a unit and 1,000 at 20: 12.5."""
    province = of(city("a", west=110, population=3000, minutes=10), city("b", west=112, population=1000, minutes=20))
    assert province.totals["mean_minutes"] == pytest.approx(12.5)


def test_rules_are_summed_by_cause_each_resident_once():
    """Two findings of one rule touch both units of grid 1 of city a: 2,000 residents, not 4,000."""
    province = of(
        city(
            "a",
            west=110,
            findings=(finding("R-21", "should", "supply", 2000), finding("R-21", "should", "supply", 2000)),
        ),
        city(
            "b", west=112, findings=(finding("R-21", "should", "supply", 2000), finding("R-07", "must", "plan", 2000))
        ),
    )
    rows = province.rules.set_index(["rules", "cause"])
    assert rows.loc[("R-21", "supply"), ["cities", "findings", "people"]].tolist() == [2, 3, 4000]
    assert province.rules["severity"].tolist() == ["must", "should"]
    assert province.cities["must"].tolist() == [0, 1]


def test_a_unit_in_two_plans_and_one_in_none_are_told():
    """City b has the first unit of a as well, drawn a little otherwise, under the same code."""
    a, b = city("a", west=110), city("b", west=110 + SIDE)
    moved = a.units.iloc[:1].set_geometry(a.units.geometry.iloc[:1].translate(SIDE / 50), crs=4326)
    b = replace(b, units=pd.concat([b.units, moved]))
    a = replace(a, units=a.units.assign(grid_id=["G1", ""]))
    cover = of(a, b).cover
    assert cover[["what", "unit_id", "case", "other"]].fillna("").to_numpy().tolist() == [
        ["unassigned", "a-u1", "a", ""],
        ["twice", "a-u0", "a", "b"],
    ]


def test_one_place_planned_many_times_is_told_once_a_unit_and_once_a_facility():
    """Forty plans of one city: two units and one lead, not every pair of plans of them."""
    first = city("a", west=110)
    province = of(*(replace(first, case=f"a{at:02}", folder=f"a{at:02}") for at in range(40)))
    assert province.cover["what"].tolist() == ["twice"] * 2
    assert province.cover["other"].str.count("、").tolist() == [38, 38]
    assert province.shared["case"].tolist() == ["a00"] * 39


def test_codes_of_different_places_are_told_once_and_no_unit_is_in_two_plans():
    """Three cities that number their units from one on: two of two units, one of four."""
    plans = [city("a", west=110), city("b", west=112), city("c", west=114, city_grids=2)]
    plans = [replace(plan, units=plan.units.set_axis([f"U{at}" for at in range(len(plan.units))])) for plan in plans]
    cover = of(*plans).cover
    assert cover[["what", "unit_id", "case", "other"]].to_numpy().tolist() == [["codes", "2: U0, U1", "a", "b、c"]]


@pytest.mark.parametrize(("shift", "pairs"), [(0.5, 2), (0.001, 0)], ids=["half a unit", "a border drawn twice"])
def test_land_in_two_plans_under_other_codes_is_told(shift: float, pairs: int):
    cover = of(city("a", west=110), city("b", west=110 + SIDE * (1 - shift))).cover
    assert (cover["what"] == "overlap").sum() == pairs
    if pairs:
        assert cover["km2"].sum() == pytest.approx(2 * 0.5 * 1.07, rel=0.05)


def test_land_that_plans_enclose_and_none_has_is_told():
    """Four cities around a hole of one by two units: about two square kilometres."""
    around = [
        city("w", west=110.0),
        city("e", west=110.0 + 2 * SIDE),
        city("s", west=110.0, south=30 - 2 * SIDE, city_grids=3),
        city("n", west=110.0, south=30 + 2 * SIDE, city_grids=3),
    ]
    cover = of(*around).cover
    assert cover["what"].tolist() == ["hole"]
    assert cover["km2"][0] == pytest.approx(2.1, rel=0.15)
    assert cover["case"][0] == "e、n、s、w"
    assert cover["lon"][0] == pytest.approx(110.0 + 1.5 * SIDE, abs=SIDE / 2)


@pytest.mark.parametrize(
    ("name", "other", "shift", "told"),
    [
        ("同一家医院", "同一家 医院", 0.0, True),
        ("海州市第一人民医院", "第一人民医院", 0.003, True),
        ("海州大学医学院附属仁爱医院", "仁爱医院（东院区）", 0.003, True),
        ("长岭街道社区卫生服务中心", "长岭街社区卫生服务中心", 0.002, True),
        ("海州市第一人民医院", "海州市第二人民医院", 0.001, False),
        ("仁爱医院", "博爱医院", 0.0, False),
        ("同一家医院", "同一家医院", 0.5, False),
    ],
)
def test_facilities_that_two_cities_list_are_told(name: str, other: str, shift: float, told: bool):
    """One name, or two that mean one institution, close by on a border; the same name far away is another hospital."""
    a, b = city("a", west=110), city("b", west=110 + SIDE)
    place = shapely.Point(110 + SIDE, 30)
    listed = [
        replace(plan, facilities=pd.concat([plan.facilities, _facility(said, at)]))
        for plan, said, at in ((a, name, place), (b, other, shapely.affinity.translate(place, shift)))
    ]
    shared = of(*listed).shared
    assert shared[["name", "other_name", "role"]].to_numpy().tolist() == ([[name, other, "member"]] if told else [])


def test_a_facility_of_one_id_at_one_place_is_one_and_elsewhere_two_cities_just_count_alike():
    """Both number their hospitals H1: those on the border are one under two names, those a hundred kilometres apart are two."""
    place = shapely.Point(110 + SIDE, 30)
    a = replace(city("a", west=110), facilities=_facility("本院", place, "H1"))
    b = replace(city("b", west=110 + SIDE), facilities=_facility("Branch", place, "H1"))
    c = replace(city("c", west=111), facilities=_facility("本院", shapely.Point(111, 30), "H1"))
    assert of(a, b, c).shared[["case", "other", "facility_id"]].to_numpy().tolist() == [["a", "b", "H1"]]


def _facility(name: str, place: shapely.Point, code: str | None = None) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"name": [name], "role": ["member"]}, geometry=[place], index=[code or name], crs=4326)


def test_residents_nearer_to_a_lead_across_the_border_are_told():
    """City a is three units wide with one lead in the west: its eastern units are one unit from the lead of b, two from their own."""
    a, b = city("a", west=110, city_grids=3), city("b", west=110 + 3 * SIDE)
    a = replace(a, facilities=a.facilities.iloc[:1])
    across = of(a, b).across
    assert across["unit_id"].tolist() == ["a-u4", "a-u5"]
    assert across["other"].tolist() == ["b", "b"]
    assert across["own_km"][0] == pytest.approx(2 * across["other_km"][0], rel=1e-3)
    assert across["other_km"][0] == pytest.approx(SIDE * 111.19 * np.cos(np.radians(30)), rel=0.01)


def test_observed_indicators_are_summed_before_they_are_divided():
    """80 of 100 and 20 of 300: 100 of 400, not the mean of 80 % and 7 %; a grid's own value is not counted again."""

    def row(top: float, bottom: float, kind: str = "plan") -> dict[str, object]:
        return {"area_kind": kind, "indicator": "M-01", "period": "2024", "numerator": top, "denominator": bottom}

    a = replace(city("a", west=110), indicators=(row(80, 100), row(5, 6, "grid")))
    b = replace(city("b", west=112), indicators=(row(20, 300),))
    table = of(a, b).indicators
    assert table[["numerator", "denominator", "value", "cities"]].to_numpy().tolist() == [[100, 400, 0.25, 2]]


def test_cities_in_different_reference_systems_lie_side_by_side(board_proposal: Proposal, tmp_path: Path):
    """The board in its own zone, and shifted by its width to the east in the next zone: one border, no overlap and no hole."""
    board_proposal.save(tmp_path / "west")
    shutil.copytree(tmp_path / "west", tmp_path / "east")
    path = tmp_path / "east" / "proposal.gpkg"
    width = np.ptp(gpd.read_file(path, layer="units").total_bounds[[0, 2]])
    for layer in ("units", "grids", "facilities"):
        rows = gpd.read_file(path, layer=layer)
        rows.set_geometry(rows.geometry.translate(width)).to_crs(32651).to_file(path, layer=layer, mode="w")
    province = of(read_city("west", tmp_path / "west"), read_city("east", tmp_path / "east"))
    assert set(province.cover["what"]) == {"codes"}, "both number their units alike; no land is in two plans or in none"
    for west, east in zip(*(plan.units.sort_index().geometry for plan in province.plans), strict=True):
        assert east.centroid.x > west.centroid.x
