"""Who may use a road, how far, and whether it may be entered along its way: by its class and by the tags of OpenStreetMap."""

from __future__ import annotations

from typing import NamedTuple

from gridplan.travel.pricing import AS_STREET, BY_CLASS, NEVER

LINKED = frozenset({"motorway", "trunk", "primary", "secondary", "tertiary"})
LOCAL = frozenset({"unclassified", "residential", "living_street", "road", "service", "track"})
DRIVE = LINKED | LOCAL | {f"{name}_link" for name in LINKED}
WALK_ONLY = frozenset({"pedestrian", "footway", "path", "steps", "corridor", "bridleway"})
NO_WALK = frozenset({"motorway", "motorway_link"})
NO_BIKE = frozenset(
    {"motorway", "motorway_link", "footway", "steps", "corridor", "pedestrian", "bridleway", "trunk_link"}
)
CLASSES = DRIVE | WALK_ONLY | {"cycleway", "ferry"}

NO = frozenset(
    {
        *("no", "private", "agricultural", "forestry", "emergency", "psv", "bus", "military", "delivery"),
        *("residents", "resident", "permit", "permits", "restricted", "employees", "impassable", "conditional"),
        "use_sidepath",
    }
)
DESTINATION = frozenset({"destination", "customers", "visitors"})
"""Open to those who begin or end their way there."""
YES = frozenset({"yes", "designated", "permissive", "official"}) | DESTINATION
_SIDEWALKS = frozenset({"yes", "both", "left", "right", "separate"})


class Access(NamedTuple):
    """Who may use a road; `destination`: cars only where their way begins or ends there; `entry`: see `pricing.NEVER`."""

    drive: bool
    walk: bool
    bike: bool
    destination: bool
    entry: int


def read_access(
    road_class: str,
    *,
    access: str = "",
    vehicle: str = "",
    motor_vehicle: str = "",
    motorcar: str = "",
    foot: str = "",
    bicycle: str = "",
    motorroad: str = "",
    sidewalk: str = "",
    raised: bool = False,
) -> Access:
    """Return who may use a road of a class, by its tags; `raised`: all of it stands above the ground.

    Roads for motor vehicles alone (`motorroad`) are closed to walkers unless a tag names them, and nobody enters them along the way.
    A pavement (`sidewalk`, `foot`) shows that houses are reached from the road, whatever its class.

    >>> read_access("trunk", motorroad="yes")
    Access(drive=True, walk=False, bike=False, destination=False, entry=-1)
    >>> read_access("residential", motor_vehicle="destination").destination
    True
    """
    drive, walk, bike = default_access(road_class)
    for_cars = (access, vehicle, motor_vehicle, motorcar)
    only_cars = motorroad == "yes"
    drive = _allowed(drive, *for_cars)
    said = [tag for tag in for_cars if tag in NO or tag in YES]
    if only_cars or raised:
        entry = NEVER
    else:
        entry = AS_STREET if sidewalk in _SIDEWALKS or foot in ("yes", "designated") else BY_CLASS
    return Access(
        drive=drive,
        walk=_allowed(walk and not only_cars, access, foot),
        bike=_allowed(bike and not only_cars, access, "" if only_cars else vehicle, bicycle),
        destination=drive and bool(said) and said[-1] in DESTINATION,
        entry=entry,
    )


def default_access(road_class: str) -> tuple[bool, bool, bool]:
    """Whether cars, walkers and e-bikes may use a class where no tag says otherwise."""
    return (
        road_class in DRIVE or road_class == "ferry",
        road_class in CLASSES and road_class not in NO_WALK,
        road_class in CLASSES and road_class not in NO_BIKE,
    )


def _allowed(default: bool, *tags: str) -> bool:
    """Go from the general tag to the special one; the last that says anything counts."""
    allowed = default
    for number, tag in enumerate(tags):
        if tag in NO:
            allowed = False
        elif tag in YES and (default or number > 0):
            allowed = True
    return allowed
