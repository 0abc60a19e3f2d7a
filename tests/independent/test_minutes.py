"""Minutes: places, units and shares recomputed by another reader of roads, another snapping and another search."""

import numpy as np
import pandas as pd
import pytest

from tests.independent import people as sums
from tests.independent import runs, sample
from tests.independent.cities import PRIMARY
from tests.independent.roads import Speeds

CLOSE_MIN = 0.1
SHARE_ROUNDING = 1e-6
"""Covered parts of raster cells may be told in single precision."""
OTHER_SPEEDS = Speeds(
    drive_kmh=(("primary", 28.0), ("residential", 11.0), ("motorway", 66.0), ("ferry", 9.0)),
    walk_kmh=4.0,
    access_kmh=9.0,
    detour=1.5,
    ferry_wait_min=7.0,
    snap_max_m=900.0,
)


@pytest.fixture(scope="session")
def leads(output):
    """Every candidate site."""
    return list(output.minutes.columns)


@pytest.fixture(scope="session")
def minutes(city, people, leads):
    """Minutes from every place to every candidate site."""
    return runs.once(f"minutes {city.name}", lambda: sums.minutes_to(city, people, leads, Speeds()))


BANKS = pytest.mark.parametrize(
    "city",
    [
        "binhai",
        pytest.param("wuhan", marks=pytest.mark.shared_data),
    ],
    indirect=True,
)


def differences(told: pd.DataFrame, own: np.ndarray) -> np.ndarray:
    """Minutes by which two tables differ; inf where one of them says unreachable and the other does not."""
    told = told.fillna(np.inf).to_numpy()
    apart = np.where(np.isinf(told) == np.isinf(own), 0.0, np.inf)
    both = np.isfinite(told) & np.isfinite(own)
    apart[both] = np.abs(told[both] - own[both])
    return apart


@pytest.mark.long
def test_two_hundred_places_to_every_site(city, output, people, leads, tmp_path_factory):
    """200 places drawn by a fixed seed: minutes to every candidate site by car, and on foot to primary care."""
    compare_places(city, output, people, leads, Speeds(), tmp_path_factory.mktemp("places"))


@pytest.mark.long
@runs.ONLY_BINHAI
def test_the_same_with_everything_about_speeds_stated_otherwise(city, output, people, leads, tmp_path_factory):
    """Speeds, access legs, boarding waits and the snapping limit of the case count."""
    compare_places(city, output, people, leads, OTHER_SPEEDS, tmp_path_factory.mktemp("places"))


def compare_places(city, output, people, leads, speeds, folder):
    places = sample.draw(people)
    assert len(places) == sample.SIZE
    told = sample.assess(city, output, places, folder / "case", speeds)
    ids = [f"P{i:03d}" for i in range(len(places))]
    own = sums.minutes_to(city, places, leads, speeds)
    apart = differences(told.minutes.loc[ids, leads], own)
    assert apart.max() <= CLOSE_MIN, (
        f"{(apart > CLOSE_MIN).sum()} of {apart.size}; worst {np.argwhere(apart == apart.max())[0]}"
    )
    lead = told.units["lead_id"].loc[ids]
    to_own = own[np.arange(len(ids)), [leads.index(name) for name in lead]]
    assert differences(told.units[["minutes_to_lead"]].loc[ids], to_own[:, None]).max() <= CLOSE_MIN
    csv = told.assignment.set_index("unit_id")["minutes_to_lead"].loc[ids]
    assert ((csv == "").to_numpy() == np.isinf(to_own)).all()
    listed = set(told.facilities.index[told.facilities["kind"].isin(PRIMARY)])
    if listed:
        on_foot = sums.minutes_to_nearest(city, places, sorted(listed), speeds, mode="walk")
        assert differences(told.units[["minutes_primary"]].loc[ids], on_foot[:, None]).max() <= CLOSE_MIN


@BANKS
def test_unit_means_are_those_over_their_people(output, people, minutes, leads):
    """Mean minutes of every unit to every candidate site: over the people who can get there."""
    own = sums.unit_means(people, minutes).reindex(output.minutes.index)
    apart = differences(output.minutes[leads], own.to_numpy())
    worst = output.minutes.index[np.argsort(-apart.max(axis=1))[:5]]
    assert apart.max() <= CLOSE_MIN, (
        f"{(apart.max(axis=1) > CLOSE_MIN).sum()} units, the worst {list(worst)}: {apart.max():.2f} min"
    )


@BANKS
def test_shares_within_the_limit_count_people(output, people, minutes, leads):
    """Share of each unit's people within the limit of every site, give or take those within 0.1 min of the limit."""
    limit = output.rules["travel"]["limit_min"]
    told = output.share_within[leads].to_numpy()
    low, high = (
        sums.unit_shares(people, minutes, limit + by).reindex(output.share_within.index).to_numpy()
        for by in (-CLOSE_MIN, CLOSE_MIN)
    )
    assert (told >= low - SHARE_ROUNDING).all()
    assert (told <= high + SHARE_ROUNDING).all()


def test_minutes_to_the_lead_are_those_of_the_table(output):
    """Units, assignment.csv and the table of minutes tell one number."""
    lead = output.units["lead_id"]
    own = np.array([output.minutes.loc[unit, lead[unit]] for unit in output.units.index])
    assert np.allclose(output.units["minutes_to_lead"], own, equal_nan=True)
    csv = pd.to_numeric(output.assignment.set_index("unit_id")["minutes_to_lead"], errors="coerce").loc[
        output.units.index
    ]
    assert np.allclose(csv, own, atol=1e-3, equal_nan=True)
