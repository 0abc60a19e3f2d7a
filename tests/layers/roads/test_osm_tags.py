"""Tags read as a driver must: what cannot be counted on is closed to cars."""

from __future__ import annotations

import pytest

from gridplan.layers.roads.osm_tags import read_facts


def who(**tags: str) -> tuple[bool, bool, bool]:
    """Whether cars, walkers and e-bikes may use a way; nobody where it is no road."""
    facts = read_facts({"highway": "residential", **tags}.get)
    return (facts.drive, facts.walk, facts.bike) if facts is not None else (False, False, False)


@pytest.mark.parametrize(
    "tags",
    [
        {"oneway": "reversible"},
        {"highway": "service", "service": "emergency_access"},
        {"oneway": "alternating"},
        {"motor_vehicle": "residents"},
        {"motor_vehicle": "permit"},
        {"vehicle": "impassable"},
        {"motor_vehicle": "conditional"},
        {"motor_vehicle:conditional": "no @ (22:00-06:00)"},
        {"access:conditional": "yes @ (06:00-07:00); no @ (Mo-Fr 07:00-09:00; Sa 10:00-12:00)"},
        {"highway": "track", "smoothness": "impassable"},
    ],
)
def test_cars_do_not_count_on(tags):
    drive, walk, _ = who(**tags)
    assert (drive, walk) == (False, True)


@pytest.mark.parametrize(
    "tags",
    [
        {},
        {"highway": "service", "service": "driveway"},
        {"motor_vehicle": "permissive"},
        {"access": "residents", "motor_vehicle": "yes"},
        {"access:conditional": "no @ (weight > 3.5)"},
        {"motor_vehicle:conditional": "destination @ (22:00-06:00)"},
        {"smoothness": "bad"},
    ],
)
def test_cars_may_use(tags):
    assert who(**tags)[0]


@pytest.mark.parametrize("access", ["residents", "permit", "impassable", "conditional"])
def test_general_access_keeps_everybody_out_unless_walkers_are_named(access):
    assert who(access=access) == (False, False, False)
    assert who(access=access, foot="yes") == (False, True, False)


@pytest.mark.parametrize(
    ("tags", "drive"),
    [
        ({}, True),
        ({"motor_vehicle": "yes", "foot": "yes"}, True),
        ({"motorcar": "designated", "passengers": "yes"}, True),
        ({"motor_vehicle": "no"}, False),
        ({"foot": "yes"}, False),
        ({"foot": "yes", "bicycle": "yes"}, False),
        ({"passengers": "yes"}, False),
    ],
)
def test_a_boat_for_passengers_carries_no_cars(tags, drive):
    facts = read_facts({"route": "ferry", **tags}.get)
    assert facts is not None
    assert (facts.drive, facts.walk) == (drive, True)
