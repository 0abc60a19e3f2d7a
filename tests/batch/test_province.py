"""A province: published counts come out as they went in, every unit is in one plan, and borders are looked at."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from gridplan.batch.province import City, Province, sum_up
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
    a, b = city("a", west=110), city("b", west=112)
    b = replace(b, units=b.units.rename(index={"b-u0": "a-u0"}))
    a = replace(a, units=a.units.assign(grid_id=["G1", ""]))
    cover = of(a, b).cover
    assert cover[["what", "unit_id", "case", "other"]].fillna("").to_numpy().tolist() == [
        ["unassigned", "a-u1", "a", ""],
        ["twice", "a-u0", "a", "b"],
    ]


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


def test_facilities_that_two_cities_list_are_told():
    """One by its id, one by its name at the same place; the same name far away is another hospital."""
    a, b = city("a", west=110, city_grids=2), city("b", west=110 + 2 * SIDE, city_grids=2)
    extra = gpd.GeoDataFrame(
        {"name": ["同一家医院", "a第1医院"], "role": ["member", "member"]},
        geometry=[a.facilities.geometry.iloc[1], shapely.Point(111, 31)],
        index=["X", "Y"],
        crs=4326,
    )
    b = replace(b, facilities=pd.concat([b.facilities, extra]))
    same = a.facilities.rename(index={"a-H1": "b-H1"}).assign(name=["分院", "同一家医院"])
    shared = of(replace(a, facilities=same), b).shared
    assert shared[["facility_id", "other_id", "other_role"]].to_numpy().tolist() == [
        ["b-H1", "b-H1", "lead"],
        ["a-H2", "X", "member"],
    ]


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
