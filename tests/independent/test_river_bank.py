"""A riverside made small: people whose raster cell lies on both banks live on the bank of their unit."""

import pytest

from tests.independent.riverside import riverside


@pytest.fixture(scope="module")
def banks(tmp_path_factory):
    """The riverside, each bank led by its own hospital."""
    return riverside(tmp_path_factory)


def test_people_are_shared_by_the_ground_of_the_cell(banks):
    """A quarter of the cell lies on the west bank."""
    assert banks.units["population"].to_dict() == pytest.approx({"W": 100.0, "E": 300.0})


def test_people_reach_the_hospital_on_their_own_bank(banks):
    """75 m from the middle of their part of the cell to the road and 20 m from it to the hospital, 1.3 x straight line at 15 km/h, and no road between."""
    access_min = 95 * 1.3 / 1000 / 15 * 60
    assert banks.minutes.loc["W", "HW"] == pytest.approx(access_min, abs=0.1)
    assert banks.minutes.loc["E", "HE"] == pytest.approx(70 * 1.3 / 1000 / 15 * 60, abs=0.1)


def test_the_other_bank_is_reached_by_the_bridge(banks):
    """2.4 km up, 200 m across and 2.4 km down at 35 km/h."""
    drive_min = (2400 + 200 + 2400) / 1000 / 35 * 60
    assert banks.minutes.loc["W", "HE"] == pytest.approx(drive_min + 95 * 1.3 / 1000 / 15 * 60, abs=0.1)
