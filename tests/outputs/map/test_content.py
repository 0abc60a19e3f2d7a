"""What the page is told: plain values, in both languages, with nothing computed beyond presentation."""

import json
from dataclasses import replace

import numpy as np
import pytest

from gridplan.outputs.map.content import page_content
from gridplan.outputs.map.page_words import WORDS
from tests.outputs.map.sample_city import build_city, reasons_of


@pytest.fixture(scope="module")
def content(city):
    return page_content(city)


def test_both_languages_have_the_same_placeholders():
    for name, text in WORDS.items():
        assert text.zh, name
        assert text.en, name
        assert text.placeholders[0] == text.placeholders[1], name


def test_content_is_plain_json(content):
    assert json.loads(json.dumps(content, allow_nan=False)) is not None


def test_unreachable_minutes_are_told_apart_from_unknown(city, content):
    assert np.isinf(city.units["minutes_to_lead"].iloc[-1])
    assert content["units"]["minutes"][-1] == -1
    bare = replace(city, units=city.units.drop(columns="minutes_primary"))
    assert set(page_content(bare)["units"]["primary"]) == {None}


def test_every_unit_has_a_shape_and_a_grid(city, content):
    assert all(rings for rings in content["coverage"]["rings"])
    assert content["units"]["grid"] == [list(city.grids.index).index(grid) for grid in city.units["grid_id"]]


def test_a_unit_without_grid_is_minus_one(city):
    units = city.units.copy()
    units.loc[units.index[0], "grid_id"] = None
    assert page_content(replace(city, units=units))["units"]["grid"][0] == -1


def test_time_classes_join_the_unreachable_with_the_last(city):
    told = {"breaks_min": [10.0, 20.0], "plan": [5.0, 4.0, 3.0, 2.0], "grids": {}}
    content = page_content(replace(city, scores={"time_classes": told}))
    assert content["timeClasses"]["plan"] == [5.0, 4.0, 5.0]
    assert content["timeClasses"]["grids"][0] is None


def test_findings_name_their_units_by_position(city, content):
    finding = next(
        finding for finding in content["findings"] if finding["rule"] == "R-06" and finding["status"] == "violated"
    )
    told = next(finding for finding in city.findings if finding.rule == "R-06" and finding.status == "violated")
    assert [content["units"]["id"][unit] for unit in finding["places"]] == list(told.places)


def test_unit_names_follow_shuffled_rows(city, content):
    shuffled = replace(city, units=city.units.sample(frac=1, random_state=1))
    again = page_content(shuffled)
    assert dict(zip(again["units"]["id"], again["units"]["name"], strict=True)) == dict(
        zip(content["units"]["id"], content["units"]["name"], strict=True)
    )


def test_a_proposal_with_nothing_but_units_and_grids():
    city = build_city(20, 3)
    bare = replace(
        city, roads=city.roads.iloc[:0], barriers=city.barriers.iloc[:0], facilities=city.facilities.iloc[:0],
        alternatives=city.alternatives.iloc[:0], findings=(), scores={},
    )  # fmt: skip
    content = page_content(bare)
    assert content["timeClasses"]["plan"] is None
    assert content["grids"][0]["lead"] == -1


def test_why_a_unit_is_where_it_is_stands_by_position(city):
    unit = city.units.index[city.units["lead_id"] == "H001"][0]
    content = page_content(replace(city, reasons=reasons_of(city, unit, nearest="H003")))["reasons"]
    at = city.units.index.get_loc(unit)
    assert content["nearest"][at] == city.grids["lead_id"].tolist().index("H003")
    assert content["message"][at] == ["对方已满。", "It is full."]
    assert content["words"][content["word"][at]] == ["均衡", "balance"]
    assert sum(message is not None for message in content["message"]) == 1
    assert content["nearest"].count(-1) == len(city.units) - 1
    assert content["nearestMessage"] == ["就近。", "Near."]


def test_a_plan_without_reasons_has_none(city, content):
    assert city.reasons.empty
    assert content["reasons"] is None
