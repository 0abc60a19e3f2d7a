"""Both cities: raw layers, and the proposal that the command line makes of them."""

from __future__ import annotations

import pytest

from tests.independent import runs
from tests.independent.cities import City, data_folder
from tests.independent.people import settle

CITIES = ["binhai", pytest.param("wuhan", marks=pytest.mark.shared_data)]


@pytest.fixture(scope="session", params=CITIES)
def city(request) -> City:
    """The raw layers of a city."""
    if request.param == "wuhan" and not (data_folder() / "wuhan").is_dir():
        pytest.skip("needs the real layers; GRIDPLAN_DATA names their folder")
    return runs.raw(request.param)


@pytest.fixture(scope="session")
def output(city, tmp_path_factory) -> runs.Output:
    """The files that the command line made of the city."""
    return runs.planned(city.name, tmp_path_factory)


@pytest.fixture(scope="session")
def people(city, output):
    """Every place with its unit and its residents, as the definitions make them of the raw layers."""
    return runs.once(f"people {city.name}", lambda: settle(city, output.units))
