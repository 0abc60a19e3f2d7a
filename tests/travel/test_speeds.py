"""Default speeds: every class of every mode has one above 0, and modes differ as they say."""

from __future__ import annotations

import pytest

from gridplan.layers.roads.osm_tags import CLASSES
from gridplan.travel.speeds import DRIVE_KMH, MODES, RULES, WALK_KMH, default_speeds


@pytest.mark.parametrize("mode", MODES)
def test_every_class_has_a_speed(mode):
    speeds = default_speeds(mode)
    assert set(DRIVE_KMH) <= set(speeds)
    assert min(speeds.values()) > 0


def test_rush_hour_is_slower_and_an_ambulance_faster_on_every_road():
    usual, peak, ambulance = (default_speeds(mode) for mode in ("drive", "drive_peak", "ambulance"))
    assert all(peak[name] < usual[name] < ambulance[name] for name in usual)


def test_walking_has_one_speed_and_knows_steps():
    speeds = default_speeds("walk")
    assert speeds.pop("steps") == pytest.approx(0.4 * WALK_KMH)
    assert set(speeds.values()) == {WALK_KMH}
    assert "steps" not in default_speeds("drive")


def test_only_driving_and_riding_heed_one_way_streets():
    assert {mode for mode in MODES if RULES[mode].oneway} == set(MODES) - {"walk"}
    assert not RULES["ambulance"].capped


def test_a_default_table_is_a_copy():
    default_speeds("drive")["primary"] = 1.0
    assert default_speeds("drive")["primary"] == DRIVE_KMH["primary"]
    assert set(default_speeds("walk")) <= set(CLASSES) | {"corridor", "road"}
