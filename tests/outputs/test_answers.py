"""Ten questions: each is asked in both languages, and says what is missing where it cannot be answered."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

import gridplan as gp
from gridplan.outputs.answers import answer_questions
from gridplan.words.annex_tables import make_annex
from tests.outputs.map.sample_city import build_city


@pytest.fixture(scope="module")
def city():
    return build_city()


def test_all_ten_are_asked_and_answered_or_say_what_is_missing(city):
    told = answer_questions(city)
    assert list(told) == [
        "why_k", "first_five", "best", "least_change", "lost_streets", "losses", "gains", "nearer", "what_if", "later",
    ]  # fmt: skip
    for answer in told.values():
        assert all([answer.question.zh, answer.question.en, answer.place.zh, answer.place.en])
        assert (answer.told.zh[-1], answer.told.en[-1]) == ("。", ".")
        assert "nan" not in answer.told.en


def test_who_gains_and_who_loses_is_counted_from_units_that_know_both_drives(city):
    """Four units of known residents: one 10 min nearer, one 12 min farther, one the same, one that today reaches nobody."""
    units = city.units.iloc[:4].copy()
    units["population"] = [1000.0, 500.0, 300.0, 200.0]
    leads = list(city.grids["lead_id"])
    units["lead_id"] = leads[0]
    units["baseline_lead_id"] = ["gone", leads[1], leads[0], leads[1]]
    units["baseline_minutes"] = [30.0, 8.0, 5.0, float("inf")]
    units["minutes_to_lead"] = [20.0, 20.0, 5.0, 4.0]
    told = answer_questions(replace(city, units=units))
    gains = told["gains"].numbers
    assert gains == {
        "nearer": 1000.0,
        "nearer_minutes": 10.0,
        "farther": 500.0,
        "farther_minutes": 12.0,
        "ten_farther": 500.0,
    }
    assert told["least_change"].numbers == {"moved": 1700.0, "share": 0.85}
    assert told["lost_streets"].numbers == {"withdrawn": 1000.0, "nearer": 200.0, "held": 500.0, "moved": 1700.0}


def test_the_curve_tells_the_least_change_and_its_elbow(city):
    units = city.units.assign(baseline_lead_id=city.units["lead_id"], baseline_minutes=city.units["minutes_to_lead"])
    blank = dict.fromkeys(
        (
            "price_min",
            "ceiling",
            "share_moved",
            "residents_withdrawn",
            "objective",
            "bound",
            "gap",
            "residents_per_minute",
        ),
        0.0,
    )
    steps = [
        {
            **blank,
            "step": step,
            "line": "free",
            "residents_moved": moved,
            "mean_minutes": mean,
            "elbow": elbow,
            "note_zh": "",
            "note_en": "",
            "folder": "",
        }
        for step, moved, mean, elbow in ((1, 50.0, 21.0, 0), (2, 700.0, 15.0, 1), (3, 900.0, 14.9, 0))
    ]
    told = answer_questions(replace(city, units=units, annexes={"curve": make_annex("curve", steps)}))["least_change"]
    open_steps = make_annex("curve", [{**step, "gap": 0.1} for step in steps])
    found = answer_questions(replace(city, units=units, annexes={"curve": open_steps}))["least_change"]
    assert ("At least" in told.told.en, "The fewest found" in found.told.en) == (True, True)
    assert told.known
    assert {name: told.numbers[name] for name in ("least", "minutes_least", "elbow", "minutes_elbow")} == {
        "least": 50.0, "minutes_least": 21.0, "elbow": 700.0, "minutes_elbow": 15.0,
    }  # fmt: skip


def test_later_is_the_last_year_on_record(city):
    row = {"population": 1000.0, "share_within": 0.9, "must": 1.0, "should": 2.0}
    years = [
        {**row, "year": year, "grid_id": grid, "deviation": deviation, "mean_minutes": mean}
        for year, grid, deviation, mean in (
            (None, "", 0.1, 15.0),
            (2030.0, "", 0.2, 15.5),
            (2035.0, "", 0.3, 16.0),
            (2035.0, "G1", -0.4, 17.0),
        )
    ]
    told = answer_questions(replace(city, annexes={"years": make_annex("years", years)}))["later"]
    assert told.numbers == {
        "year": 2035.0,
        "population": 1000.0,
        "minutes": 16.0,
        "deviation": 0.4,
        "must": 1.0,
        "minutes_now": 15.0,
    }
    assert "2035 年" in told.told.zh


def test_one_grid_fewer_that_was_not_tried_is_not_made_up(city):
    none = replace(city, alternatives=city.alternatives.iloc[:0])
    assert not answer_questions(none)["why_k"].known


def test_what_is_no_proposal_is_refused():
    with pytest.raises(gp.ArgumentError):
        gp.answer_questions(pd.DataFrame())


def test_nothing_is_fewer_than_one_grid(city):
    one = replace(city, grids=city.grids.iloc[:1])
    told = answer_questions(one)["why_k"]
    assert told.question.en == "Why 1 grid and not 0?"
    assert told.told.en == "There is no fewer than one."
