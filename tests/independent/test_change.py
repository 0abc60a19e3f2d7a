"""The curve of change of a row of units and the answers that rest on it, every number recomputed from units, minutes and growth."""

import json
import re

import numpy as np
import pandas as pd
import pytest

from tests.independent.row import BASE_YEAR, GROWTH, LATER, adjusted_row


@pytest.fixture(scope="module")
def row(tmp_path_factory):
    """The curve, and the proposal of each of its steps."""
    return adjusted_row(tmp_path_factory)


@pytest.fixture(scope="module")
def told(row):
    """Steps as they are counted from the units and minutes of their proposals."""
    curve, steps = row
    return pd.DataFrame({step: counted(steps[folder]) for step, folder in curve["folder"].items()}).T


def counted(output):
    units = output.units
    own = np.array([output.minutes.loc[unit, lead] for unit, lead in units["lead_id"].items()])
    away = units["lead_id"] != units["baseline_lead_id"]
    return {
        "moved": units["population"][away].sum(),
        "share": units["population"][away].sum() / units["population"].sum(),
        "minutes": (units["population"] * own).sum() / units["population"].sum(),
    }


def answers(output):
    page = (output.folder / "map.html").read_text(encoding="utf-8")
    data = json.loads(re.search(r'<script[^>]*id="gridplan-data"[^>]*>(.*?)</script>', page, re.DOTALL).group(1))
    return [
        [float(n.replace(",", "")) for n in re.findall(r"\d[\d,]*(?:\.\d+)?", one[1][1])] for one in data["answers"]
    ]


def elbow_of(told):
    """The step farthest below the line from the first to the last, both ways measured by their ends; None between two."""
    if len(told) < 3:
        return None
    x = (told["moved"] - told["moved"].iloc[0]) / (told["moved"].iloc[-1] - told["moved"].iloc[0])
    y = (told["minutes"].iloc[0] - told["minutes"]) / (told["minutes"].iloc[0] - told["minutes"].iloc[-1])
    return (y - x).iloc[1:-1].idxmax()


def test_steps_are_what_their_proposals_hold_and_each_is_the_best_of_those_that_change_no_more(row, told):
    """The eastern grid takes units from its side one by one: with so many who change, no other plan of two pieces is shorter."""
    curve, steps = row
    assert np.allclose(curve["residents_moved"], told["moved"])
    assert np.allclose(curve["share_moved"], told["share"])
    assert np.allclose(curve["mean_minutes"], told["minutes"], atol=6e-5)
    assert curve["residents_moved"].is_monotonic_increasing
    assert curve["objective"].is_monotonic_decreasing
    output = steps[curve["folder"].iloc[0]]
    people, minutes = output.units["population"].loc[list("abcdef")], output.minutes.loc[list("abcdef")]
    possible = {
        people.iloc[cut:5].sum(): (people[:cut] * minutes["HW"][:cut]).sum()
        + (people[cut:] * minutes["HE"][cut:]).sum()
        for cut in range(1, 6)
    }
    assert curve["residents_moved"].iloc[0] == 0
    for step in told.itertuples():
        least = min(total for moved, total in possible.items() if moved <= step.moved + 1e-6)
        assert step.minutes == pytest.approx(least / people.sum())
    assert told["minutes"].iloc[-1] == pytest.approx(min(possible.values()) / people.sum())
    marked = curve.index[curve["elbow"] == 1].tolist()
    assert marked == ([] if elbow_of(told) is None else [elbow_of(told)])


def test_the_answer_of_least_change_is_counted_from_the_steps(row, told):
    """This plan's residents and share, then the least and its minutes, then those of the elbow."""
    curve, steps = row
    for step, folder in curve["folder"].items():
        wanted = [told["moved"][step], 100 * told["share"][step], told["moved"].min(), told["minutes"].iloc[0]]
        if (elbow := elbow_of(told)) is not None:
            wanted += [told["moved"][elbow], told["minutes"][elbow]]
        assert answers(steps[folder])[3] == pytest.approx(wanted, abs=0.0501)


def test_the_answer_of_later_years_is_counted_from_growth(row):
    """Ten years of 2 % in the western district: residents, their minutes, the larger deviation and the rules not met."""
    curve, steps = row
    output = steps[curve["folder"].iloc[-1]]
    units = output.units
    people = units["population"] * np.where(units["district_id"] == "W", (1 + GROWTH) ** (LATER - BASE_YEAR), 1.0)
    drive = pd.Series({unit: output.minutes.loc[unit, lead] for unit, lead in units["lead_id"].items()})
    loads = people.groupby(units["lead_id"]).sum()
    today = output.findings.query("status == 'violated' and severity == 'must'")["rule"].nunique()
    wanted = [
        LATER,
        round(people.sum()),
        (people * drive).sum() / people.sum(),
        100 * (loads / loads.mean() - 1).abs().max(),
        today,
        (units["population"] * drive).sum() / units["population"].sum(),
    ]
    assert answers(output)[9] == pytest.approx(wanted, abs=0.0501)
