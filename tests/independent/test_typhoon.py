"""The disasters of the bundled city, every figure recomputed with networkx: people cut off, minutes, where they go.

Milliseconds are whole on both sides; what is left are the rounding of people (covered parts of raster cells, told in
single precision) and of points at which a place enters its road.
"""

import numpy as np
import pandas as pd
import pytest
import shapely

from tests.independent import runs, storm
from tests.independent.cities import HOSPITALS

MS = storm.MS
CLOSE_MIN = 0.001
"""A thousandth of a minute: 60 roundings of a millisecond."""
PEOPLE_ROUNDING = 1e-6
SNAPPED_ELSEWHERE = 0.0005
AS_USUAL_MS = -MS
"""How cells.parquet says that a scenario changes nothing."""
LONGER_MIN = 0.1

pytestmark = runs.ONLY_BINHAI


@pytest.fixture(scope="module")
def table(city, output, people):
    """For each disaster (and every day: ""), minutes from every place to each lead, hospital and emergency department."""
    roads = storm.Roads(city)
    places = roads.enter(people[["x", "y"]].to_numpy(float))
    hospitals = city.facilities[city.facilities["kind"].isin(HOSPITALS)]
    sites = dict(zip(hospitals.index, shapely.get_coordinates(hospitals.geometry.array), strict=True))
    cuts = {s["name"]: roads.closed_by(s, city) for s in output.rules["scenarios"] if not s["changes"]}

    def minutes(closed):
        trips = storm.Trips(roads, closed, places)
        return pd.DataFrame({name: trips.to(xy) / MS for name, xy in sites.items()})

    return {name: minutes(closed) for name, closed in {"": {}, **cuts}.items()}


@pytest.fixture(scope="module")
def figures(city, output, people, table):
    """What the annexes should say: figures of each disaster, a frame of places each."""
    leads = list(dict.fromkeys(output.grids["lead_id"]))
    own = people["unit_id"].map(output.units["lead_id"]).to_numpy()
    urgent = [name for name in table[""].columns if "急诊" in city.facilities["services"][name]]
    return {name: places_under(table[""], then, own, leads, urgent) for name, then in table.items() if name}


def places_under(before, after, own, leads, urgent):
    rows = np.arange(len(own))
    at = [leads.index(lead) for lead in own]
    lead_before, lead_after = before[leads].to_numpy()[rows, at], after[leads].to_numpy()[rows, at]
    nearest = after[leads].to_numpy().argmin(axis=1)
    stays = np.isfinite(lead_after)
    goes_to = np.where(stays, own, np.array(leads, object)[nearest])
    minutes = np.where(stays, lead_after, after[leads].to_numpy()[rows, nearest])
    return pd.DataFrame(
        {
            "cut_before": np.isinf(before.min(axis=1)),
            "cut_after": np.isinf(after.min(axis=1)),
            "off_before": np.isinf(lead_before),
            "off_after": ~stays,
            "moved": ~stays & np.isfinite(minutes),
            "goes_to": np.where(np.isfinite(minutes), goes_to, ""),
            "usual": np.where(np.isfinite(minutes), lead_before, np.inf),
            "minutes_before": lead_before,
            "minutes": minutes,
            "ed_before": before[urgent].min(axis=1),
            "ed": after[urgent].min(axis=1),
        }
    )


def mean(minutes, weight):
    reach = np.isfinite(minutes) & (weight > 0)
    return float(np.average(minutes[reach], weights=weight[reach])) if reach.any() else np.nan


def test_figures_of_the_whole_plan(output, people, figures):
    weight, limit = people["people"].to_numpy(), output.rules["travel"]["limit_min"]
    told = output.layer("disasters").set_index("scenario")
    assert sorted(told.index) == sorted(figures)
    assert len(figures) >= 2
    for name, places in figures.items():
        row = told.loc[name]
        assert row["minutes_before"] == pytest.approx(mean(places["usual"].to_numpy(), weight), abs=CLOSE_MIN)
        assert row["minutes_after"] == pytest.approx(mean(places["minutes"].to_numpy(), weight), abs=CLOSE_MIN)
        counted = {
            "cut_off_before": places["cut_before"],
            "cut_off_after": places["cut_after"],
            "off_lead_before": places["off_before"],
            "off_lead_after": places["off_after"],
            "elsewhere": places["moved"],
        }
        for column, mask in counted.items():
            assert row[column] == pytest.approx(weight[mask].sum(), rel=PEOPLE_ROUNDING, abs=1e-3), column
        for column, values, sign in (
            ("ed_beyond_before", "ed_before", 1),
            ("ed_beyond_after", "ed", 1),
            ("within_before", "minutes_before", -1),
            ("within_after", "minutes", -1),
        ):
            near = [weight[sign * (places[values] - limit) > by].sum() for by in (CLOSE_MIN, -CLOSE_MIN)]
            value = row[column] * (weight.sum() if sign < 0 else 1)
            assert near[0] * (1 - PEOPLE_ROUNDING) <= value <= near[1] * (1 + PEOPLE_ROUNDING), column


def test_the_typhoon_cuts_off_the_islands_and_the_strip(output, people, figures):
    """Both ferries stop: every unit of the island town is cut off; the strip on the mainland loses some people of more."""
    cut = figures["台风"]["cut_after"] & ~figures["台风"]["cut_before"]
    units = pd.Series(people["people"].to_numpy()[cut]).groupby(people["unit_id"].to_numpy()[cut]).sum()
    island = output.units.index[output.units["street"] == "鹿屿镇"]
    assert units[island].to_numpy() == pytest.approx(output.units["population"][island].to_numpy(), rel=1e-6)
    assert len(units) > len(island)


def test_every_unit_affected_is_told_with_its_figures(output, people, figures):
    told = output.layer("disaster_units")
    weight, unit = people["people"].to_numpy(), people["unit_id"].to_numpy()
    for name, places in figures.items():
        own = told[told["scenario"] == name].set_index("unit_id")
        assert len(own)
        for unit_id, rows in places.groupby(unit):
            here = weight[rows.index]
            newly = here[rows["cut_after"] & ~rows["cut_before"]].sum()
            usual, then = mean(rows["usual"].to_numpy(), here), mean(rows["minutes"].to_numpy(), here)
            later = then - usual
            if unit_id not in own.index:
                assert newly == 0
                assert not rows["moved"].any()
                assert not later >= LONGER_MIN + CLOSE_MIN
                continue
            row = own.loc[unit_id]
            assert newly > 0 or rows["moved"].any() or later >= LONGER_MIN - CLOSE_MIN
            assert row["cut_off"] == pytest.approx(here[rows["cut_after"]].sum(), rel=PEOPLE_ROUNDING, abs=1e-3)
            assert row["off_lead"] == pytest.approx(here[rows["off_after"]].sum(), rel=PEOPLE_ROUNDING, abs=1e-3)
            assert row["minutes_before"] == pytest.approx(usual, abs=CLOSE_MIN, nan_ok=True)
            assert row["minutes_after"] == pytest.approx(then, abs=CLOSE_MIN, nan_ok=True)
            urgent = mean(rows["ed"].to_numpy(), here)
            assert row["ed_minutes_after"] == pytest.approx(urgent, abs=CLOSE_MIN, nan_ok=True)


def test_every_place_to_the_same_millisecond(output, people, table):
    """cells.parquet, place by place: a few of 52,000 places enter their road up to 1.5 m apart (0.2 s), all others are equal."""
    cells = pd.read_parquet(output.folder / "cells.parquet")
    number = {scenario["name"]: i for i, scenario in enumerate(output.rules["scenarios"])}
    for name, minutes in table.items():
        for lead in output.grids["lead_id"]:
            told = cells[f"site:{lead}"].to_numpy(float)
            column = f"what_if:{number[name]}:site:{lead}" if name else ""
            if column in cells:
                then = cells[column].to_numpy(float)
                told = np.where(then == AS_USUAL_MS, told, then)
            told = np.where(np.isnan(told), np.inf, told)
            own = np.rint(minutes[lead].to_numpy() * MS)
            here, there = (np.lexsort(pair) for pair in ((told, cells["unit_id"]), (own, people["unit_id"])))
            assert (np.isinf(told[here]) == np.isinf(own[there])).all()
            finite = np.isfinite(told[here])
            apart = np.abs(told[here][finite] - own[there][finite])
            assert (apart > 0).mean() < SNAPPED_ELSEWHERE
            assert apart.max() < 200


def test_each_lead_lost_sends_its_people_to_the_next(output, people, table):
    """N-1: where the people of each lead go, how long it takes them, and who is beyond the limit of an emergency department."""
    weight, limit = people["people"].to_numpy(), output.rules["travel"]["limit_min"]
    own = people["unit_id"].map(output.units["lead_id"]).to_numpy()
    leads, losses = list(dict.fromkeys(output.grids["lead_id"])), output.layer("lead_losses").set_index("lead_id")
    flows = output.layer("redirected").query("event == 'lead_lost'")
    names = output.facilities["name"]
    urgent = [name for name in table[""].columns if "ed" in output.facilities["services"][name].split(";")]
    assert sorted(losses.index) == sorted(leads)
    for lead in leads:
        mine, others = own == lead, [other for other in leads if other != lead]
        then = table[""][others].to_numpy()[mine]
        to = np.where(np.isfinite(then.min(axis=1)), np.array(others, object)[then.argmin(axis=1)], "")
        assert losses["minutes_after"][lead] == pytest.approx(mean(then.min(axis=1), weight[mine]), abs=CLOSE_MIN)
        expected = pd.Series(weight[mine]).groupby(to).sum()
        told = flows[flows["name"] == names[lead]].set_index("to_id")["residents"]
        assert told[expected.index].to_numpy() == pytest.approx(expected.to_numpy(), rel=PEOPLE_ROUNDING, abs=1e-3)
        assert told.sum() == pytest.approx(weight[mine].sum(), rel=PEOPLE_ROUNDING)
        left = table[""][[name for name in urgent if name != lead]].min(axis=1)
        low, high = (weight[left > limit + by].sum() for by in (CLOSE_MIN, -CLOSE_MIN))
        assert low * (1 - PEOPLE_ROUNDING) <= losses["ed_beyond_after"][lead] <= high * (1 + PEOPLE_ROUNDING)
