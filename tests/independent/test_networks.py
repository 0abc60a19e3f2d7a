"""Minutes between facilities, and where shared centres might stand: recomputed from the raw layers and from every choice."""

import itertools

import numpy as np
import pandas as pd
import pytest
import shapely

from tests.independent import people as sums
from tests.independent import runs
from tests.independent.cities import HOSPITALS
from tests.independent.roads import Speeds

CLOSE_MIN = 0.1
PEOPLE_ROUNDING = 1e-6
HOSTS = ["BH001", "BH005", "BH009", "BH013"]

pytestmark = runs.ONLY_BINHAI


@pytest.fixture(scope="module")
def between(output):
    """What the proposal tells: minutes and need of a ferry, facility x host."""
    table = output.layer("facility_minutes")
    return {name: table.pivot(index="facility_id", columns="host_id", values=name) for name in ("minutes", "by_ferry")}


def test_minutes_between_facilities_and_who_needs_a_ferry(city, between):
    """From every facility to four hosts; a pair needs a ferry where the roads alone do not lead there."""
    xy = shapely.get_coordinates(city.facilities.geometry.array)
    places = pd.DataFrame({"x": xy[:, 0], "y": xy[:, 1]})
    dry = type(city)(**{**city.__dict__, "roads": city.roads[city.roads["kind"] != "ferry"]})
    usual, on_land = (sums.minutes_to(which, places, HOSTS, Speeds()) for which in (city, dry))
    told = between["minutes"].loc[city.facilities.index, HOSTS].fillna(np.inf).to_numpy()
    assert (np.isinf(told) == np.isinf(usual)).all()
    assert np.nanmax(np.abs(told - usual)[np.isfinite(usual)]) < CLOSE_MIN
    ferry = between["by_ferry"].loc[city.facilities.index, HOSTS].to_numpy() > 0
    assert (ferry == (np.isinf(on_land) & np.isfinite(usual))).all()
    assert ferry.any()


@pytest.fixture(scope="module")
def clients(output):
    """Residents that each health centre answers for, and its grid."""
    centre = output.units[output.units["centre_id"] != ""]
    people = centre.groupby("centre_id")["population"].sum()
    return pd.DataFrame({"people": people, "grid_id": output.facilities["grid_id"].reindex(people.index)})


def mean_minutes(table, people):
    nearest = table.min(axis=1).to_numpy()
    return float((nearest * people).sum() / people.sum())


def test_no_choice_of_up_to_three_laboratories_is_nearer(city, output, between, clients):
    """Every hospital of level 2 and above tells a laboratory, so that all of them are hosts; 1, 2 and 3 of them by trial of all."""
    hospitals = city.facilities[city.facilities["kind"].isin(HOSPITALS) & (city.facilities["level"] >= 2)]
    assert all("检验" in services for services in hospitals["services"])
    minutes = between["minutes"].loc[clients.index, sorted(hospitals.index)]
    told = output.layer("siting")
    told = told[(told["kind"] == "lab") & (told["arrangement"] == "city")].set_index("n_centres")
    for p in (1, 2, 3):
        tried = {
            hosts: mean_minutes(minutes[list(hosts)], clients["people"])
            for hosts in itertools.combinations(minutes.columns, p)
        }
        assert told.loc[p, "mean_minutes"] == pytest.approx(min(tried.values()), rel=PEOPLE_ROUNDING)
        chosen = tuple(told.loc[p, "host_ids"].split(";"))
        assert tried[chosen] == pytest.approx(min(tried.values()), rel=PEOPLE_ROUNDING)
        assert told.loc[p, "worst_minutes"] == pytest.approx(minutes[list(chosen)].min(axis=1).max())


def test_one_in_every_grid_and_all_at_the_leads(output, between, clients):
    told = output.layer("siting")
    told = told[told["kind"] == "lab"].set_index("arrangement")
    own = {grid: clients.index[clients["grid_id"] == grid] for grid in output.grids.index}
    lead = pd.concat([between["minutes"].loc[ids, output.grids["lead_id"][grid]] for grid, ids in own.items()])
    people = clients["people"].reindex(lead.index)
    assert told.loc["leads", "mean_minutes"] == pytest.approx(np.average(lead, weights=people), rel=PEOPLE_ROUNDING)
    hosts = told.loc["each_grid", "host_ids"].split(";")
    at = dict(zip(output.facilities["grid_id"].reindex(hosts), hosts, strict=True))
    assert set(at) == set(own)
    each = pd.concat([between["minutes"].loc[ids, at[grid]] for grid, ids in own.items()])
    mean = np.average(each, weights=clients["people"].reindex(each.index))
    assert told.loc["each_grid", "mean_minutes"] == pytest.approx(mean, rel=PEOPLE_ROUNDING)
    assert mean <= np.average(lead, weights=people) + CLOSE_MIN / 1000
