"""Each input of rules is known where a plan has it, and missing where it has not: blank, all -1, or another column's."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from gridplan.checks.inputs import INPUTS, missing_inputs
from gridplan.grids.plan import Plan
from tests import board
from tests.checks.laid_out import Place, lay_out


def missing(plan: Plan, *needs: str) -> bool:
    return missing_inputs(needs, plan) is not None


def with_layer(plan: Plan, **layers: Any) -> Plan:
    return replace(plan, layers=replace(plan.layers, **layers))


def with_facilities(plan: Plan, **columns: Any) -> Plan:
    return with_layer(plan, facilities=plan.layers.facilities.assign(**columns))


@pytest.mark.parametrize("key", ["street_id", "district_id"])
def test_a_code_of_the_units_is_known_if_one_unit_has_it(halves: Plan, key: str) -> None:
    units = halves.layers.units
    only_one = [""] * (len(units) - 1) + ["S5"]
    assert not missing(halves, key)
    assert not missing(with_layer(halves, units=units.assign(**{key: only_one})), key)
    assert missing(with_layer(halves, units=units.assign(**{key: ""})), key)
    assert missing(with_layer(halves, units=units.assign(**{key: None})), key)
    assert missing(with_layer(halves, units=units.drop(columns=key)), key)


@pytest.mark.parametrize("key", ["ownership", "admin_level"])
def test_words_of_the_facilities_are_known_if_one_has_them(halves: Plan, key: str) -> None:
    only_one = [""] * (len(halves.layers.facilities) - 1) + ["city"]
    assert not missing(halves, key)
    assert not missing(with_facilities(halves, **{key: only_one}), key)
    assert missing(with_facilities(halves, **{key: ""}), key)


def test_a_level_that_is_not_told_is_minus_one_and_ungraded_is_told(halves: Plan) -> None:
    assert missing(with_facilities(halves, level=-1), "level")
    assert not missing(with_facilities(halves, level=0), "level")


def test_beds_are_known_if_one_facility_tells_them(halves: Plan) -> None:
    count = len(halves.layers.facilities)
    assert missing(with_facilities(halves, beds=float("nan")), "beds")
    assert not missing(with_facilities(halves, beds=[float("nan")] * (count - 1) + [0.0]), "beds")


def test_ties_are_known_if_one_member_has_one(halves: Plan) -> None:
    members = halves.members
    assert missing(replace(halves, members=members.assign(tie="")), "tie")
    assert not missing(replace(halves, members=members.assign(tie=["loose"] + [""] * (len(members) - 1))), "tie")


@pytest.mark.parametrize(("units", "gone"), [(["u00"], False), (["elsewhere"], True), ([], True)])
def test_a_grouping_in_force_counts_if_it_names_one_unit(halves: Plan, units: list[str], gone: bool) -> None:
    assert (
        missing(with_layer(halves, baseline=pd.Series("H1", index=pd.Index(units, dtype=object))), "baseline") == gone
    )


def test_a_station_is_a_facility_in_the_area_that_is_one_or_says_so(halves: Plan) -> None:
    facilities = halves.layers.facilities
    place = list(facilities.index).index("C0")
    services = [("prehospital",) if at == place else () for at in range(len(facilities))]
    kinds = ["ems" if at == place else kind for at, kind in enumerate(facilities["kind"])]
    outside = ["" if at == place else unit for at, unit in enumerate(facilities["unit_id"])]
    assert missing(with_facilities(halves, services=[()] * len(facilities)), "ems")
    for told in ({"services": services}, {"kind": kinds}):
        assert not missing(with_facilities(halves, **told), "ems")
        assert missing(with_facilities(halves, **told, unit_id=outside), "ems")


@pytest.mark.parametrize("key", ["referrals", "visits", "capacity", "signed", "networks"])
def test_records_are_known_by_their_own_table(halves: Plan, key: str) -> None:
    others = {name: pd.DataFrame() for name in ("referrals", "visits", "capacity", "signed", "networks") if name != key}
    assert missing(with_layer(halves, records=others), key)
    assert not missing(with_layer(halves, records={key: pd.DataFrame()}), key)


def test_keys_of_the_case_are_inputs(place: Place, halves: Plan) -> None:
    assert missing(halves, "version")
    assert not missing(lay_out(place, board.WEST_EAST, rules={"plan_version": "2026"}), "version")
    assert missing(halves, "rates")


def test_a_city_alone_has_no_county_and_a_county_alone_no_counties(place: Place, halves: Plan) -> None:
    assert missing(halves, "county")
    assert missing(halves, "counties")
    both = lay_out(place, board.WEST_EAST, county={"districts": ["E"]})
    assert not missing(both, "county", "counties")
    alone = lay_out(place, board.WEST_EAST, place={"mode": "county"})
    assert not missing(alone, "county")
    assert missing(alone, "counties")


def test_only_a_plan_given_as_polygons_has_them(halves: Plan) -> None:
    assert missing(halves, "polygons")
    assert missing(replace(halves, given_as="areas"), "polygons")
    assert not missing(replace(halves, given_as="polygons"), "polygons")


def test_all_that_is_missing_is_named_and_nothing_else(halves: Plan) -> None:
    """Of beds, referrals and visits the board lacks the last two."""
    told = missing_inputs(("beds", "referrals", "visits"), halves)
    assert told is not None
    assert told.zh == f"{INPUTS['referrals'].label.zh}、{INPUTS['visits'].label.zh}"
    assert told.en == f"{INPUTS['referrals'].label.en} and {INPUTS['visits'].label.en}"
    assert missing_inputs((), halves) is None
